/* Questions that name where somebody is: asked past the cache, which is kept in the browser, and forgotten with the screen. */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useCallback, useEffect, useState } from 'react';
import { CombinedError } from 'urql';
import { ClientError } from '../../client.ts';
import { pastTheCache } from '../../graph/past-the-cache.ts';
import { useSite } from '../../graph/site.tsx';
import type { Answered } from './answered.tsx';

interface State<Data> {
  readonly data?: Data;
  readonly error?: CombinedError;
  readonly fetching: boolean;
}

export function usePastTheCache<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  pause: boolean,
): Answered<Data> {
  const { client } = useSite();
  const [state, setState] = useState<State<Data>>({ fetching: true });
  const [round, setRound] = useState(0);
  const retry = useCallback(() => setRound((before) => before + 1), []);
  const asked = JSON.stringify(variables);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a round asks the same once more
  useEffect(() => {
    if (pause) return;
    let current = true;
    setState(({ data }) => ({ ...(data && { data }), fetching: true }));
    client.request(pastTheCache(document), ...([JSON.parse(asked)] as never)).then(
      (data) => current && setState({ data, fetching: false }),
      (failure: unknown) => current && setState({ error: asCombined(failure), fetching: false }),
    );
    return () => {
      current = false;
    };
  }, [client, document, asked, pause, round]);
  return { data: state.data, error: state.error, fetching: state.fetching, retry };
}

function asCombined(failure: unknown): CombinedError {
  const error = failure instanceof Error ? failure : new Error(String(failure));
  if (error instanceof ClientError && error.code !== 'UNREACHABLE') {
    return new CombinedError({ graphQLErrors: [{ message: error.message, extensions: { code: error.code } }] });
  }
  return new CombinedError({ networkError: error });
}
