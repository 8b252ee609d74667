/*
 * An officer's window: fifteen minutes in which citizens nearby find the officer, ended by one tap; the requests that
 * come; and a code by which somebody can be met who did not ask.
 */
import { useLingui } from '@lingui/react';
import { type CSSProperties, useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { Link } from 'wouter';
import { Button, Note, ScreenTitle, Waiting } from '../../interface/parts.tsx';
import { codeOf, explain } from '../../interface/refusals.ts';
import { StartWindowDocument, WindowCodeToShowDocument, type WindowFragment } from '../generated/graphql.ts';
import { Countdown, secondsUntil, useNow } from './clock.tsx';
import { useLive } from './live.tsx';
import { isAgreed } from './meetings.ts';
import { placeNow, usePlace } from './place.tsx';
import { ShownCode } from './shown-code.tsx';
import { UnderWay } from './under-way.tsx';

export function OfficerWindow() {
  const { i18n } = useLingui();
  const { window, isLoading, isGoingDark, failure, refresh, waiting } = useLive();
  return (
    <>
      <ScreenTitle>{i18n._('Meet')}</ScreenTitle>
      {failure !== undefined && (
        <Note tone="warn">
          <div className="row" data-spread="">
            <span>{explain(failure, i18n)}</span>
            <Button onClick={refresh}>{i18n._('Try again')}</Button>
          </div>
        </Note>
      )}
      {waiting.length > 0 && (
        <Note tone="warn">{i18n._('A code that you scanned is kept and handed in when there is a connection.')}</Note>
      )}
      <UnderWay />
      {window || isGoingDark ? <OpenWindow window={window} /> : isLoading ? <Waiting /> : <ClosedWindow />}
    </>
  );
}

function ClosedWindow() {
  const { i18n } = useLingui();
  const { refresh } = useLive();
  const [, open] = useMutation(StartWindowDocument);
  const [isBusy, setIsBusy] = useState(false);
  const [failure, setFailure] = useState<{ readonly isOfPlace: boolean; readonly error: unknown }>();
  const begin = async () => {
    setIsBusy(true);
    setFailure(undefined);
    try {
      const { latitude, longitude } = await placeNow();
      const { error } = await open({ input: { position: { latitude, longitude } } });
      if (error && codeOf(error) !== 'WINDOW_ALREADY_OPEN') setFailure({ isOfPlace: false, error });
      else refresh();
    } catch (error) {
      setFailure({ isOfPlace: true, error });
    }
    setIsBusy(false);
  };
  return (
    <section className="card">
      <h2>{i18n._('Nobody finds you now')}</h2>
      <p>
        {i18n._(
          'Do you have a moment? For 15 minutes, people nearby can see that you are around, to about a block, and ask to meet you. You say yes or no to each.',
        )}
      </p>
      {failure && (
        <Note tone="bad">
          {failure.isOfPlace
            ? i18n._(
                'The app needs to know where you are to open your window. Allow it in the settings of your browser.',
              )
            : explain(failure.error, i18n)}
        </Note>
      )}
      <Button look="accent" wide busy={isBusy} onClick={() => void begin()}>
        {i18n._('I have 15 minutes')}
      </Button>
      <Link className="button" href="/meet/scan">
        {i18n._('Scan a code')}
      </Link>
    </section>
  );
}

function OpenWindow({ window }: { readonly window: WindowFragment | undefined }) {
  const { i18n } = useLingui();
  const { underWay, goDark, isGoingDark } = useLive();
  const { problem, refusal } = usePlace();
  const isBusy = underWay.some(isAgreed);
  return (
    <>
      <section className="card" aria-label={i18n._('Your window')}>
        {window && <Clock window={window} />}
        <p role="status">
          {isGoingDark
            ? i18n._('Going dark. Your phone tells your place no more; we are waiting for the system to confirm it.')
            : isBusy
              ? i18n._('You are about to meet somebody, so nobody new finds you.')
              : i18n._('People nearby can find you.')}
        </p>
        {problem && (
          <Note tone="warn">{i18n._('Your phone does not know where you are, so people may not find you.')}</Note>
        )}
        {refusal !== undefined && <Note tone="bad">{explain(refusal, i18n)}</Note>}
        <Button look="danger" wide busy={isGoingDark} onClick={goDark}>
          {i18n._('Go dark now')}
        </Button>
      </section>
      {!isGoingDark && window && <OwnCode windowId={window.id} />}
    </>
  );
}

function Clock({ window: { opensAt, closesAt } }: { readonly window: WindowFragment }) {
  const { i18n } = useLingui();
  const now = useNow();
  const whole = (Date.parse(closesAt) - Date.parse(opensAt)) / 1_000;
  const left = Math.min(1, secondsUntil(closesAt, now) / whole);
  return (
    <div className="clock" style={{ '--left': `${left}turn` } as CSSProperties}>
      <div>
        <Countdown until={closesAt} />
        <span className="quiet small">{i18n._('left')}</span>
      </div>
    </div>
  );
}

/** Whoever scans it has met the officer, asked for or not. */
function OwnCode({ windowId }: { readonly windowId: string }) {
  const { i18n } = useLingui();
  const [isShown, setIsShown] = useState(false);
  const [{ data, fetching, error }] = useQuery({ query: WindowCodeToShowDocument });
  const code = data?.windowCode.subjectId === windowId ? data.windowCode : undefined;
  return (
    <section className="card">
      <h2>{i18n._('Somebody in front of you?')}</h2>
      <p>{i18n._('Let them scan your code: that is a meeting, without any request.')}</p>
      <div className="choices">
        <Button aria-expanded={isShown} onClick={() => setIsShown(!isShown)}>
          {isShown ? i18n._('Hide my code') : i18n._('Show my code')}
        </Button>
        <Link className="button" href="/meet/scan">
          {i18n._('Scan a code')}
        </Link>
      </div>
      {isShown && code && <ShownCode secret={code} shown="window" />}
      {isShown && !code && fetching && <Waiting />}
      {isShown && !code && error && <Note tone="bad">{explain(error, i18n)}</Note>}
    </section>
  );
}
