/*
 * Where the person is, known only while a screen needs it and told to the API in its own pace: held in memory, never in
 * an address, a log or the cache. One watch and one count of reports for the whole app, whoever needs them.
 */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { overTheSocket } from '../../graph/past-the-cache.ts';
import { useSite } from '../../graph/site.tsx';
import { codeOf } from '../../interface/refusals.ts';
import { ReportPlaceDocument } from '../generated/graphql.ts';
import { type Fix, Reporter } from './reporter.ts';

export interface PlaceState {
  /** Undefined until the phone knows it, and while nothing needs it. */
  readonly place: Fix | undefined;
  /** Why it is not known: the person said no, the phone cannot tell, or tells what cannot be. */
  readonly problem: 'denied' | 'unavailable' | 'rough' | 'implausible' | undefined;
  /** Whether the API has taken a report in since the place was needed. */
  readonly isReported: boolean;
  /** What the API refuses for good, such as reports of somebody who is suspended. */
  readonly refusal: unknown;
  /** Says where one is now, in the quiet time too. */
  hurry(): void;
  /** The place is needed. @returns what ends the need. */
  need(): () => void;
}

const PlaceContext = createContext<PlaceState | undefined>(undefined);
/** After these a report is refused again, however often it is repeated. */
const LASTING = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'ACCOUNT_SUSPENDED', 'AGE_RESTRICTED', 'SESSION_ENDED']);
/** What the API says of a report that it does not believe; an older one is no problem. */
const remarks: Readonly<Record<string, PlaceState['problem']>> = {
  TOO_ROUGH: 'rough',
  IMPLAUSIBLE_JUMP: 'implausible',
};
/** What a phone may answer from memory: it is not asked to switch its receiver on for every reader. */
const WATCH: PositionOptions = { enableHighAccuracy: true, maximumAge: 5_000, timeout: 30_000 };

export function PlaceProvider({ children }: { readonly children: ReactNode }) {
  const { client } = useSite();
  const [needs, setNeeds] = useState(0);
  const [place, setPlace] = useState<Fix>();
  const [problem, setProblem] = useState<PlaceState['problem']>();
  const [isReported, setIsReported] = useState(false);
  const [refusal, setRefusal] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  const reporter = useRef<Reporter>(undefined);
  const isNeeded = needs > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is another watch.
  useEffect(() => {
    if (!isNeeded) return;
    const { geolocation } = navigator;
    if (!geolocation) return setProblem('unavailable');
    const mine = new Reporter({
      send: async ({ latitude, longitude, accuracyMeters }, sequence) => {
        const input = { position: { latitude, longitude }, accuracyMeters, sequence };
        return (await overTheSocket(client, ReportPlaceDocument, { input })).reportLocation;
      },
      now: Date.now,
      later(milliseconds, task) {
        const timer = setTimeout(task, milliseconds);
        return () => clearTimeout(timer);
      },
      onAnswer({ taken, remark }) {
        // Older than what another tab of the same person has said: the place is known all the same.
        if (taken || remark === 'OLDER') setIsReported(true);
        setProblem(remark ? remarks[remark] : undefined);
      },
      onFailure(failure) {
        const lasts = LASTING.has(codeOf(failure));
        if (lasts) setRefusal(failure);
        return !lasts;
      },
    });
    reporter.current = mine;
    let isDenied = false;
    const forgetPermission = whenAllowed(() => isDenied && setAttempt((count) => count + 1));
    const watch = geolocation.watchPosition(
      ({ coords: { latitude, longitude, accuracy } }) => {
        const fix = { latitude, longitude, accuracyMeters: Math.round(accuracy) };
        setProblem((before) => (before === 'denied' || before === 'unavailable' ? undefined : before));
        setPlace(fix);
        mine.heard(fix);
      },
      ({ code, PERMISSION_DENIED }) => {
        isDenied = code === PERMISSION_DENIED;
        setProblem(isDenied ? 'denied' : 'unavailable');
      },
      WATCH,
    );
    return () => {
      geolocation.clearWatch(watch);
      forgetPermission();
      mine.end();
      setPlace(undefined);
      setProblem(undefined);
      setIsReported(false);
      setRefusal(undefined);
    };
  }, [isNeeded, client, attempt]);
  const state = useMemo<PlaceState>(
    () => ({
      place,
      problem,
      isReported,
      refusal,
      hurry: () => reporter.current?.hurry(),
      need() {
        setNeeds((count) => count + 1);
        return () => setNeeds((count) => count - 1);
      },
    }),
    [place, problem, isReported, refusal],
  );
  return <PlaceContext.Provider value={state}>{children}</PlaceContext.Provider>;
}

/** Told when the person allows in the browser's settings what was not allowed before. @returns what ends it. */
function whenAllowed(told: () => void): () => void {
  let end = () => {};
  let isOver = false;
  const listen = async () => {
    const status = await navigator.permissions?.query({ name: 'geolocation' });
    if (!status || isOver) return;
    const changed = () => status.state === 'granted' && told();
    status.addEventListener('change', changed);
    end = () => status.removeEventListener('change', changed);
  };
  // A browser that tells of no permissions is asked anew when the screen is opened.
  listen().catch(() => undefined);
  return () => {
    isOver = true;
    end();
  };
}

/** Where the person is; asked of the phone while `isNeeded`. */
export function usePlace(isNeeded = false): PlaceState {
  const state = useContext(PlaceContext);
  if (!state) throw new Error('usePlace needs a PlaceProvider above it');
  const need = useRef(state.need);
  useEffect(() => (isNeeded ? need.current() : undefined), [isNeeded]);
  return state;
}

/** The place once, such as to open a window. @throws GeolocationPositionError. */
export function placeNow(): Promise<Fix> {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) return reject(new Error('This browser knows no places.'));
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude, accuracy } }) =>
        resolve({ latitude, longitude, accuracyMeters: Math.round(accuracy) }),
      reject,
      WATCH,
    );
  });
}
