/*
 * A question of a screen and what is shown around its answer, also where there is no connection and the thing was never
 * seen on this phone; and the way in for those who are not signed in.
 */
import { useLingui } from '@lingui/react';
import type { ReactNode } from 'react';
import { type AnyVariables, type CombinedError, type TypedDocumentNode, useQuery } from 'urql';
import { Link } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Button, Note, ScreenTitle } from '../../interface/parts.tsx';
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

export function Shown<Data>({ title, ...rest }: ShownProperties<Data>) {
  const { of, data } = rest;
  const isEmpty = data === null || (data === undefined && !of.fetching);
  return (
    <>
      {title && isEmpty && <ScreenTitle>{title}</ScreenTitle>}
      <Inside {...rest} />
    </>
  );
}

function Inside<Data>({ of, data, children }: Omit<ShownProperties<Data>, 'title'>) {
  const { i18n } = useLingui();
  const { error, fetching, retry } = of;
  if (data === undefined && !error && !fetching) {
    return (
      <Note tone="warn">
        <div className="row" data-spread="">
          <span>{i18n._('There is no connection, and this phone has not seen this before.')}</span>
          <Button onClick={retry}>{i18n._('Try again')}</Button>
        </div>
      </Note>
    );
  }
  return (
    <Answer data={data} error={error} fetching={fetching} retry={retry}>
      {children}
    </Answer>
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
      <span aria-hidden="true">‹ </span>
      {children}
    </Link>
  );
}
