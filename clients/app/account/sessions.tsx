/* Where the person is signed in, under the names that the devices gave themselves, and the way to end that from here. */
import { useLingui } from '@lingui/react';
import { useRef } from 'react';
import { useMutation, useQuery } from 'urql';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Badge, Button, Note, ScreenTitle } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import {
  EndOtherSessionsDocument,
  EndOwnSessionDocument,
  OwnSessionsDocument,
  type SignedInPlacesFragment,
} from '../generated/graphql.ts';
import { BackToPrivacy } from './back.tsx';
import { NeedsAccount } from './needs-account.tsx';

type OwnSession = NonNullable<SignedInPlacesFragment['sessions']>[number];

export function Sessions() {
  const { i18n } = useLingui();
  return (
    <>
      <BackToPrivacy />
      <ScreenTitle>{i18n._('Where you are signed in')}</ScreenTitle>
      <p className="quiet">
        {i18n._(
          'A device that you do not know or do not have any more? Sign it out. It takes effect within five minutes.',
        )}
      </p>
      <NeedsAccount>
        <List />
      </NeedsAccount>
    </>
  );
}

function List() {
  const { i18n } = useLingui();
  const tell = useNotice();
  const list = useRef<HTMLElement>(null);
  const [{ data, error, fetching }, ask] = useQuery({ query: OwnSessionsDocument });
  const [ending, end] = useMutation(EndOwnSessionDocument);
  const [endingOthers, endOthers] = useMutation(EndOtherSessionsDocument);
  const failure = ending.error ?? endingOthers.error;
  const busy = ending.fetching || endingOthers.fetching;
  const signOut = async ({ id, deviceName }: OwnSession) => {
    const result = await end({ input: { sessionId: id } });
    if (result.error) return;
    tell(i18n._('{device} is signed out.', { device: deviceName ?? i18n._('The device') }));
    // The button that had the focus is gone.
    list.current?.focus();
  };
  const signOutOthers = async () => {
    const result = await endOthers({ input: {} });
    if (result.error) return;
    tell(i18n._('All other devices are signed out.'));
    list.current?.focus();
  };
  return (
    <section ref={list} tabIndex={-1} className="stack" aria-label={i18n._('Where you are signed in')}>
      {failure && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <Answer
        data={data?.me.sessions}
        error={error}
        fetching={fetching}
        retry={() => ask({ requestPolicy: 'network-only' })}
      >
        {(sessions) => (
          <>
            <ul className="stack">
              {sessions?.map((session) => (
                <li key={session.id} className="card">
                  <Place session={session} busy={busy} onEnd={() => void signOut(session)} />
                </li>
              ))}
            </ul>
            {sessions && sessions.length > 1 ? (
              <Button wide busy={busy} onClick={() => void signOutOthers()}>
                {i18n._('Sign out all other devices')}
              </Button>
            ) : (
              <p className="quiet">{i18n._('You are signed in nowhere else.')}</p>
            )}
            <SignOutEverywhere />
          </>
        )}
      </Answer>
    </section>
  );
}

interface PlaceProperties {
  readonly session: OwnSession;
  readonly busy: boolean;
  onEnd(): void;
}

function Place({ session, busy, onEnd }: PlaceProperties) {
  const { i18n } = useLingui();
  const { day, instant } = useFormats();
  const name = session.deviceName ?? i18n._('A device without a name');
  return (
    <div className="row" data-spread="">
      <div>
        <h2>{name}</h2>
        {session.current && <Badge tone="good">{i18n._('This device')}</Badge>}
        <p className="quiet small">
          {i18n._('Signed in on {day}. Used last: {when}.', {
            day: day(session.startedAt),
            when: instant(session.lastUsedAt),
          })}
        </p>
      </div>
      {!session.current && (
        <Button aria-label={i18n._('Sign out {name}', { name })} busy={busy} onClick={onEnd}>
          {i18n._('Sign out')}
        </Button>
      )}
    </div>
  );
}

function SignOutEverywhere() {
  const { i18n } = useLingui();
  const { signOut } = useSite();
  const [ending, endAll] = useMutation(EndOtherSessionsDocument);
  const everywhere = async () => {
    const result = await endAll({ input: { thisOneToo: true } });
    if (!result.error) await signOut();
  };
  return (
    <>
      {ending.error && <Note tone="bad">{explain(ending.error, i18n)}</Note>}
      <Button wide busy={ending.fetching} onClick={() => void everywhere()}>
        {i18n._('Sign out everywhere, here too')}
      </Button>
    </>
  );
}
