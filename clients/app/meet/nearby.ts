/*
 * Officers near the citizen, live: who comes, who leaves, and the nearest one where nobody is in range. Kept in memory
 * alone, like the places that it is about.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import { pastTheCache } from '../../graph/past-the-cache.ts';
import { useSite } from '../../graph/site.tsx';
import { codeOf } from '../../interface/refusals.ts';
import {
  NearestOfficerDocument,
  OfficerAlertsDocument,
  type OfficerNearbyFragment,
  OfficersNearbyDocument,
} from '../generated/graphql.ts';

export interface Nearby {
  /** Whose window is open, the nearest first. */
  readonly officers: readonly OfficerNearbyFragment[];
  /** The nearest within 5 km where none is in range. */
  readonly nearest: OfficerNearbyFragment | undefined;
  /** Whether it is known who is near; before, nobody seems to be. */
  readonly isKnown: boolean;
  readonly failure: unknown;
  refresh(): void;
}

const READ_AGAIN_SECONDS = 20;
const SUBSCRIBE_AGAIN_MILLISECONDS = 3_000;
const distances = ['WITHIN_100_METERS', 'WITHIN_250_METERS', 'WITHIN_500_METERS', 'FARTHER'] as const;

/**
 * @param isReported whether the API knows where the citizen is; before, it knows nobody near.
 * @param onEntered told of an officer who has come since the first look.
 */
export function useNearby(isReported: boolean, onEntered: (officer: OfficerNearbyFragment) => void): Nearby {
  const { client } = useSite();
  const [officers, setOfficers] = useState<readonly OfficerNearbyFragment[]>([]);
  const [nearest, setNearest] = useState<OfficerNearbyFragment>();
  const [isKnown, setIsKnown] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  const told = useRef(onEntered);
  told.current = onEntered;
  /** Whom the person knows to be here: those of the first reading, and those who were told of. */
  const known = useRef<Set<string>>(undefined);

  const refresh = useCallback(() => {
    const read = async () => {
      const { nearbyOfficers } = await client.request(pastTheCache(OfficersNearbyDocument));
      setOfficers([...nearbyOfficers].sort(byDistance));
      known.current ??= new Set(nearbyOfficers.map(({ officer }) => officer.id));
      const isAlone = nearbyOfficers.length === 0;
      setNearest(isAlone ? await nearestTo(() => client.request(pastTheCache(NearestOfficerDocument))) : undefined);
      setIsKnown(true);
      setFailure(undefined);
    };
    read().catch(setFailure);
  }, [client]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is another subscription.
  useEffect(() => {
    if (!isReported) return;
    refresh();
    const alerts = client.subscribe(pastTheCache(OfficerAlertsDocument));
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const listen = async () => {
      for await (const { proximityAlerts: alert } of alerts) {
        setOfficers((before) => changed(before, alert));
        const { id } = alert.officer;
        if (alert.state === 'ENTERED' && known.current && !known.current.has(id)) told.current(alert);
        if (alert.state === 'LEFT') {
          known.current?.delete(id);
          refresh();
        } else {
          known.current?.add(id);
          setNearest(undefined);
        }
      }
    };
    listen().catch((error: unknown) => {
      if (isOver || codeOf(error) === 'UNAUTHENTICATED') return;
      setFailure(error);
      timer = setTimeout(() => setAttempt((count) => count + 1), SUBSCRIBE_AGAIN_MILLISECONDS);
    });
    // Who left while the connection was lost is told by nobody.
    const reading = setInterval(refresh, READ_AGAIN_SECONDS * 1_000);
    addEventListener('online', refresh);
    return () => {
      isOver = true;
      clearTimeout(timer);
      clearInterval(reading);
      removeEventListener('online', refresh);
      void alerts.return?.();
    };
  }, [isReported, attempt, client, refresh]);
  return { officers, nearest, isKnown, failure, refresh };
}

const byDistance = (one: OfficerNearbyFragment, other: OfficerNearbyFragment) =>
  distances.indexOf(one.distance) - distances.indexOf(other.distance);

function changed(
  before: readonly OfficerNearbyFragment[],
  alert: OfficerNearbyFragment,
): readonly OfficerNearbyFragment[] {
  const others = before.filter(({ officer }) => officer.id !== alert.officer.id);
  return alert.state === 'LEFT' ? others : [...others, alert].sort(byDistance);
}

/** That nobody is within 5 km, or that it cannot be said now, is no failure of the list. */
async function nearestTo(
  ask: () => Promise<{ readonly nearestOfficer: OfficerNearbyFragment | null }>,
): Promise<OfficerNearbyFragment | undefined> {
  try {
    return (await ask()).nearestOfficer ?? undefined;
  } catch {
    return undefined;
  }
}
