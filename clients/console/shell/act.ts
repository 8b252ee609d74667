/* One thing that a person does on a screen: under way, refused, or done. */
import { useState } from 'react';
import { type AnyVariables, type TypedDocumentNode, useMutation } from 'urql';

export interface Act<Data, Variables> {
  /** Resolves to undefined where it was refused; then `failure` says why. */
  run(variables: Variables): Promise<Data | undefined>;
  readonly busy: boolean;
  readonly failure: unknown;
  forgive(): void;
}

export function useAct<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
): Act<Data, Variables> {
  const [{ fetching }, execute] = useMutation(document);
  const [failure, setFailure] = useState<unknown>();
  return {
    busy: fetching,
    failure,
    forgive: () => setFailure(undefined),
    async run(variables) {
      setFailure(undefined);
      const { data, error } = await execute(variables);
      if (error) setFailure(error);
      return error ? undefined : data;
    },
  };
}
