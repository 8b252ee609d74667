/*
 * A citizen's surroundings: officers who can be found now, as a list and as a map, and whom one has asked. The place is
 * asked of the phone by a tap, or at once where the person has allowed it before.
 */
import { useLingui } from '@lingui/react';
import { useCallback, useEffect, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useNotice } from '../../interface/notices.tsx';
import { Tabs } from '../../interface/panels.tsx';
import { Button, Empty, Note, ScreenTitle, Waiting } from '../../interface/parts.tsx';
import { codeOf, explain } from '../../interface/refusals.ts';
import { useOnline } from '../account/online.ts';
import type { OfficerNearbyFragment } from '../generated/graphql.ts';
import { useNow } from './clock.tsx';
import { useLive } from './live.tsx';
import { nameOf } from './meetings.ts';
import { type Nearby, useNearby } from './nearby.ts';
import { NearestOfficer, OfficersList, OfficersMap } from './officers-nearby.tsx';
import { usePlace } from './place.tsx';
import { UnderWay } from './under-way.tsx';

export function CitizenSurroundings() {
  const { i18n } = useLingui();
  const [isLooking, setIsLooking] = useState(false);
  const [isDecided, setIsDecided] = useState(false);
  const { waiting } = useLive();
  useAcceptance();
  useEffect(() => {
    const decide = async () => {
      const state = await navigator.permissions?.query({ name: 'geolocation' }).catch(() => undefined);
      if (state?.state === 'granted') setIsLooking(true);
      setIsDecided(true);
    };
    void decide();
  }, []);
  return (
    <>
      <ScreenTitle>{i18n._('Officers near you')}</ScreenTitle>
      <UnderWay />
      {waiting.length > 0 && (
        <Note tone="warn">{i18n._('A code that you scanned is kept and handed in when there is a connection.')}</Note>
      )}
      {isLooking && <Surroundings />}
      {isDecided && !isLooking && (
        <section className="card">
          <h2>{i18n._('Who is around?')}</h2>
          <p>
            {i18n._(
              'To find officers near you, the app needs to know where you are while you look at this screen. It is kept for two minutes and nowhere else, and officers do not see it.',
            )}
          </p>
          <Button look="accent" wide onClick={() => setIsLooking(true)}>
            {i18n._('Look around')}
          </Button>
        </section>
      )}
      <Link className="button" href="/meet/scan">
        {i18n._('Scan an officer’s code')}
      </Link>
    </>
  );
}

/** Whoever is accepted while looking at this screen goes on to the meeting. */
function useAcceptance(): void {
  const { underWay } = useLive();
  const [, go] = useLocation();
  const [asked, setAsked] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const accepted = underWay.find(({ id, state }) => asked.has(id) && state === 'ACCEPTED');
    if (accepted) return go(`/meet/${accepted.id}`);
    const open = underWay.filter(({ state }) => state === 'REQUESTED').map(({ id }) => id);
    if (open.some((id) => !asked.has(id))) setAsked(new Set(open));
  }, [underWay, asked, go]);
}

function Surroundings() {
  const { i18n } = useLingui();
  const tell = useNotice();
  const place = usePlace(true);
  const onEntered = useCallback(
    ({ officer }: OfficerNearbyFragment) => {
      const name = nameOf(officer, 'officer', i18n);
      tell(
        officer.departmentName
          ? i18n._('{name} of {department} is near you.', { name, department: officer.departmentName })
          : i18n._('{name} is near you.', { name }),
      );
    },
    [tell, i18n],
  );
  const nearby = useNearby(place.isReported, onEntered);
  if (place.refusal !== undefined) return <Note tone="bad">{explain(place.refusal, i18n)}</Note>;
  return (
    <>
      {place.problem && <NoPlace problem={place.problem} />}
      {place.place && <Found here={place.place} nearby={nearby} />}
      {!place.place && !place.problem && <Waiting label={i18n._('Finding out where you are…')} />}
    </>
  );
}

type Problem = NonNullable<ReturnType<typeof usePlace>['problem']>;

function NoPlace({ problem }: { readonly problem: Problem }) {
  const { i18n } = useLingui();
  const words: Readonly<Record<Problem, () => string>> = {
    denied: () =>
      i18n._(
        'The app is not allowed to know where you are. Allow it in the settings of your browser to see officers near you. You can still scan an officer’s code.',
      ),
    unavailable: () => i18n._('Your phone does not know where you are now. Go nearer to a window or outside.'),
    rough: () => i18n._('Your phone knows only roughly where you are. Go nearer to a window or outside.'),
    implausible: () =>
      i18n._('Your phone seems to have jumped to another place. Wait a moment until it is sure again.'),
  };
  return <Note tone="warn">{words[problem]()}</Note>;
}

interface FoundProperties {
  readonly here: NonNullable<ReturnType<typeof usePlace>['place']>;
  readonly nearby: Nearby;
}

function Found({ here, nearby: { officers: all, nearest, isKnown, failure, refresh } }: FoundProperties) {
  const { i18n } = useLingui();
  const now = useNow(5).getTime();
  const online = useOnline();
  const officers = all.filter(({ windowClosesAt }) => Date.parse(windowClosesAt) > now);
  const lost = !online || (failure !== undefined && codeOf(failure) === 'UNREACHABLE');
  const count = officers.length;
  return (
    <>
      {(lost || failure !== undefined) && (
        <Note tone="warn">
          {lost ? i18n._('There is no connection. Looking again as soon as there is one.') : explain(failure, i18n)}
        </Note>
      )}
      <p role="status" className="quiet">
        {isKnown
          ? i18n._(
              '{count, plural, =0 {Nobody is within reach right now.} one {# officer has a moment for you.} other {# officers have a moment for you.}}',
              { count },
            )
          : !lost && i18n._('Looking around…')}
      </p>
      {(isKnown || !lost) && (
        <Tabs
          label={i18n._('How to show officers')}
          tabs={[
            {
              id: 'list',
              label: i18n._('List'),
              content:
                count > 0 ? (
                  <OfficersList officers={officers} here={here} onBlocked={refresh} />
                ) : (
                  isKnown && (
                    <Empty title={i18n._('Nobody within reach')}>
                      <p>{i18n._('Officers come and go. Leave this open, and we tell you when one is near.')}</p>
                      {nearest && <NearestOfficer nearest={nearest} here={here} />}
                    </Empty>
                  )
                ),
            },
            {
              id: 'map',
              label: i18n._('Map'),
              content: <OfficersMap officers={officers} nearest={nearest} here={here} />,
            },
          ]}
        />
      )}
    </>
  );
}
