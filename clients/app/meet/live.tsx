/*
 * What is going on between the person and others, live on every screen: meetings under way, an officer's window, scans
 * that wait. Others' screens are told by a notice, a line above the navigation and the title of the page.
 */
import { useLingui } from '@lingui/react';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { useClient, useQuery } from 'urql';
import { useSite } from '../../graph/site.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { codeOf, explain } from '../../interface/refusals.ts';
import {
  LatestMeetingsDocument,
  type MeetingFragment,
  MeetingUpdatesDocument,
  OwnWindowDocument,
  type WindowFragment,
} from '../generated/graphql.ts';
import { useNow } from './clock.tsx';
import { useGoingDark } from './going-dark.ts';
import { isUnderWay, newsOf, type Side, waitsForMe } from './meetings.ts';
import { type Outbox, type Outcome, useOutbox } from './outbox.ts';
import { PlaceProvider, usePlace } from './place.tsx';

export interface Live extends Outbox {
  /** Undefined for whoever is neither: nobody signed in, or no phone verified. */
  readonly side: Side | undefined;
  /** The latest meetings, those under way and those that have ended. */
  readonly meetings: readonly MeetingFragment[];
  readonly underWay: readonly MeetingFragment[];
  /** How many of them wait for this person. */
  readonly waitingForMe: number;
  /** The officer's open window. */
  readonly window: WindowFragment | undefined;
  readonly isLoading: boolean;
  readonly failure: unknown;
  /** Reads all of it anew. */
  refresh(): void;
  /** Ends the window, and goes on trying until the API has said so. */
  goDark(): void;
  /** Whether the API has not said so yet. */
  readonly isGoingDark: boolean;
}

const LiveContext = createContext<Live | undefined>(undefined);
/** What ended while the connection was lost is told by nobody: it is read. */
const READ_AGAIN_SECONDS = 30;
const SUBSCRIBE_AGAIN_MILLISECONDS = 5_000;

export function MeetProvider({ children }: { readonly children: ReactNode }) {
  return (
    <PlaceProvider>
      <LiveProvider>{children}</LiveProvider>
    </PlaceProvider>
  );
}

function LiveProvider({ children }: { readonly children: ReactNode }) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const { accountId, scopes } = useSite();
  const side: Side | undefined = scopes.includes('officer')
    ? 'officer'
    : scopes.includes('citizen')
      ? 'citizen'
      : undefined;
  const now = useNow(5);
  const [latest, askMeetings] = useQuery({ query: LatestMeetingsDocument, pause: !side });
  const [window, askWindow] = useQuery({ query: OwnWindowDocument, pause: side !== 'officer' });
  const refresh = useCallback(() => {
    if (side) askMeetings({ requestPolicy: 'network-only' });
    if (side === 'officer') askWindow({ requestPolicy: 'network-only' });
  }, [side, askMeetings, askWindow]);

  const edges = latest.data?.connections.edges;
  const meetings = useMemo(() => edges?.map(({ node }) => node) ?? [], [edges]);
  const underWay = useMemo(() => meetings.filter((meeting) => isUnderWay(meeting, now)), [meetings, now]);
  const [spoken, say] = useState('');
  useUpdates(side, meetings, refresh, say);
  useRefreshes(underWay.length > 0, refresh);

  const onOutcome = useCallback(
    (outcome: Outcome) => {
      if (outcome.kind === 'refused') tell(explain(outcome.failure, i18n));
      if (outcome.kind !== 'met') return;
      tell(i18n._('The code that you scanned was handed in: your meeting counts.'));
      refresh();
    },
    [tell, i18n, refresh],
  );
  const outbox = useOutbox(side && accountId, onOutcome);
  const current = window.data?.currentWindow ?? undefined;
  const open = current?.state === 'OPEN' && Date.parse(current.closesAt) > now.getTime() ? current : undefined;
  const { isGoingDark, goDark } = useGoingDark(open?.id);
  usePlace(side === 'officer' && open !== undefined && !isGoingDark);

  const waitingForMe = underWay.filter((meeting) => side && waitsForMe(meeting, side)).length;
  useTitle(waitingForMe);
  const live = useMemo<Live>(
    () => ({
      ...outbox,
      side,
      meetings,
      underWay,
      waitingForMe,
      window: open,
      isLoading: latest.fetching || window.fetching,
      failure: latest.error ?? window.error,
      refresh,
      goDark,
      isGoingDark,
    }),
    [outbox, side, meetings, underWay, waitingForMe, open, latest, window, refresh, goDark, isGoingDark],
  );
  return (
    <LiveContext.Provider value={live}>
      {children}
      <div className="spoken" role="status">
        {spoken}
      </div>
    </LiveContext.Provider>
  );
}

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error('useLive needs a MeetProvider above it');
  return live;
}

/** Changes as they come; the cache shows them wherever they are shown, here they are news. */
function useUpdates(
  side: Side | undefined,
  meetings: readonly MeetingFragment[],
  refresh: () => void,
  say: (news: string) => void,
): void {
  const { i18n } = useLingui();
  const tell = useNotice();
  const client = useClient();
  const [attempt, setAttempt] = useState(0);
  const known = useRef(new Map<string, MeetingFragment>());
  useEffect(() => {
    for (const meeting of meetings) if (!known.current.has(meeting.id)) known.current.set(meeting.id, meeting);
  }, [meetings]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is another subscription.
  useEffect(() => {
    if (!side) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const { unsubscribe } = client.subscription(MeetingUpdatesDocument, {}).subscribe(({ data, error }) => {
      if (error && codeOf(error) !== 'UNAUTHENTICATED') {
        timer = setTimeout(() => setAttempt((count) => count + 1), SUBSCRIBE_AGAIN_MILLISECONDS);
      }
      const meeting = data?.connectionUpdates;
      if (!meeting) return;
      const before = known.current.get(meeting.id);
      known.current.set(meeting.id, meeting);
      if (!before) refresh();
      const news = newsOf(meeting, before, side, i18n);
      if (!news || location.pathname.endsWith(meeting.id)) return;
      // Who looks at meetings sees there what has begun; it is only said aloud.
      if (location.pathname.includes('/meet') && isUnderWay(meeting, new Date())) say(news);
      else tell(news);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [client, side, attempt, refresh, say, tell, i18n]);
}

/** Reads anew when the page is looked at again, the network is back, and now and then while something is under way. */
function useRefreshes(isBusy: boolean, refresh: () => void): void {
  useEffect(() => {
    const ifSeen = () => document.visibilityState === 'visible' && refresh();
    document.addEventListener('visibilitychange', ifSeen);
    addEventListener('online', ifSeen);
    const timer = isBusy ? setInterval(ifSeen, READ_AGAIN_SECONDS * 1_000) : undefined;
    return () => {
      document.removeEventListener('visibilitychange', ifSeen);
      removeEventListener('online', ifSeen);
      clearInterval(timer);
    };
  }, [isBusy, refresh]);
}

/** A tab in the background shows by its title that somebody waits. */
function useTitle(waiting: number): void {
  useEffect(() => {
    document.title = waiting > 0 ? `(${waiting}) Hey Blue!` : 'Hey Blue!';
  }, [waiting]);
}
