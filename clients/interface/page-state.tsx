/*
 * What every screen does around an answer: waits for the first one, says what failed, shows what was seen before when there
 * is no connection, and turns pages.
 */
import { useLingui } from '@lingui/react';
import { type ReactNode, useEffect, useRef } from 'react';
import type { CombinedError } from 'urql';
import { Button, Note, Waiting } from './parts.tsx';
import { codeOf, explain } from './refusals.ts';

interface AnswerProperties<Data> {
  readonly data: Data | undefined;
  readonly error?: CombinedError | undefined;
  readonly fetching: boolean;
  retry(): void;
  readonly children: (data: Data) => ReactNode;
}

export function Answer<Data>({ data: given, error, fetching, retry, children }: AnswerProperties<Data>) {
  // A question that was refused has null for its answer.
  const data = given === null && error ? undefined : given;
  const { i18n } = useLingui();
  // A question that finds neither the API nor the cache ends in silence.
  const isUnseen = data === undefined && !error && !fetching;
  useOnceOnline(isUnseen || (error !== undefined && codeOf(error) === 'UNREACHABLE'), retry);
  if (data === undefined && fetching) return <Waiting />;
  return (
    <>
      {isUnseen && (
        <Note tone="warn">
          <div className="row" data-spread="">
            <span>{i18n._('There is no connection, and this device has not seen this before.')}</span>
            <Button onClick={retry}>{i18n._('Try again')}</Button>
          </div>
        </Note>
      )}
      {error && (
        <Note tone={data === undefined ? 'bad' : 'warn'}>
          <div className="row" data-spread="">
            <span>{explain(error, i18n)}</span>
            <Button onClick={retry}>{i18n._('Try again')}</Button>
          </div>
        </Note>
      )}
      {data !== undefined && children(data)}
    </>
  );
}

/** What was asked in vain is asked again by itself when the connection is back. */
function useOnceOnline(isAwaited: boolean, retry: () => void): void {
  const latest = useRef(retry);
  latest.current = retry;
  useEffect(() => {
    if (!isAwaited) return;
    const again = () => latest.current();
    addEventListener('online', again);
    return () => removeEventListener('online', again);
  }, [isAwaited]);
}

/** The way to the next page of a list, where there is one. */
export function More({ has, busy, onMore }: { readonly has: boolean; readonly busy: boolean; onMore(): void }) {
  const { i18n } = useLingui();
  if (!has) return null;
  return (
    <Button wide busy={busy} onClick={onMore}>
      {i18n._('Show more')}
    </Button>
  );
}
