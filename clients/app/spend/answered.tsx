/*
 * A question of a screen and what is shown around its answer, also where there is nothing to show; and the way in for those
 * who are not signed in.
 */
import { useLingui } from '@lingui/react';
import type { ReactNode } from 'react';
import { type AnyVariables, type CombinedError, type TypedDocumentNode, useQuery } from 'urql';
import { Link } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { ScreenTitle } from '../../interface/parts.tsx';
import { SignInButton } from '../../interface/sign-in-button.tsx';

export interface Answered<Data> {
  readonly data: Data | undefined;
  readonly error: CombinedError | undefined;
  readonly fetching: boolean;
  /** Asks the API again. */
  retry(): void;
}

export function useAnswered<Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  pause = false,
): Answered<Data> {
  const [{ data, error, fetching, stale }, ask] = useQuery<Data, Variables>({ query, variables, pause } as never);
  return {
    data: data ?? undefined,
    error,
    fetching: fetching || stale,
    retry: () => ask({ requestPolicy: 'network-only' }),
  };
}

interface ShownProperties<Data> {
  readonly of: Answered<unknown>;
  /** The part of it that the screen is about; undefined while it is not there, null where there is none. */
  readonly data: Data | undefined;
  /** Of a screen whose title is the thing's own: stands in while there is no thing to show. */
  readonly title?: string;
  readonly children: (data: Data) => ReactNode;
}

export function Shown<Data>({ title, of, data, children }: ShownProperties<Data>) {
  const isEmpty = data === null || (data === undefined && !of.fetching);
  return (
    <>
      {title && isEmpty && <ScreenTitle>{title}</ScreenTitle>}
      <Answer data={data} error={of.error} fetching={of.fetching} retry={of.retry}>
        {children}
      </Answer>
    </>
  );
}

/** A screen that needs to know who asks. */
export function Members({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const { i18n } = useLingui();
  const { accountId, scopes } = useSite();
  if (accountId && scopes.length > 0) return children;
  return (
    <>
      <ScreenTitle>{title}</ScreenTitle>
      <section className="card">
        {accountId ? (
          <>
            <p>{i18n._('One more step: confirm your phone number.')}</p>
            <Link className="button" data-look="accent" href="/account">
              {i18n._('Confirm my phone')}
            </Link>
          </>
        ) : (
          <>
            <p>{i18n._('Sign in to see what is yours.')}</p>
            <SignInButton />
          </>
        )}
      </section>
    </>
  );
}

/** The way back up, first on a screen. */
export function Up({ to, children }: { readonly to: string; readonly children: ReactNode }) {
  return (
    <Link className="up" href={to}>
      <span aria-hidden="true">‹&nbsp;</span>
      {children}
    </Link>
  );
}
