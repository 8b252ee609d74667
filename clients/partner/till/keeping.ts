/*
 * Keeps the till ready for the time without a network: hands in what waits, fetches keys and list, at the start, when the
 * network comes back and every few minutes.
 */
import { useCallback, useEffect, useState } from 'react';
import { PartnerError } from '../partner.ts';
import { LIST_HOURS } from '../token.ts';
import type { Device } from './device.ts';

export interface Standing {
  readonly isConnected: boolean;
  /** Whether the key of the shop was refused when it was last used to hand in or to fetch. */
  readonly isKeyRefused: boolean;
  readonly waiting: number;
  /** Until when vouchers are taken without a network; undefined where they are not. */
  readonly readyUntil: Date | undefined;
}

export interface Keeping {
  readonly standing: Standing;
  /** Looks anew at what waits, without asking anybody. */
  look(): void;
  /** Hands in and fetches now. @throws PartnerError other than UNREACHABLE. */
  now(): Promise<void>;
}

/** The key was taken back, or a right of it. */
const KEY_FAULTS = new Set<string>(['UNAUTHENTICATED', 'FORBIDDEN']);

const EVERY_MILLISECONDS = 2 * 60_000;

export function useKeeping({ till }: Device): Keeping {
  const standingOf = useCallback(
    (isConnected: boolean, isKeyRefused: boolean): Standing => {
      const { waiting, listAsOf, terminalId } = till.status;
      const readyUntil = terminalId && listAsOf ? new Date(listAsOf.getTime() + LIST_HOURS * 3_600_000) : undefined;
      return { isConnected, isKeyRefused, waiting: waiting.length, readyUntil };
    },
    [till],
  );
  const [standing, setStanding] = useState(() => standingOf(navigator.onLine, false));
  const look = useCallback(
    () => setStanding((before) => standingOf(before.isConnected, before.isKeyRefused)),
    [standingOf],
  );
  const now = useCallback(async () => {
    try {
      await till.handIn();
      await till.refresh();
      setStanding(standingOf(true, false));
    } catch (error) {
      const isCutOff = error instanceof PartnerError && error.isUncertain;
      const isKeyRefused = error instanceof PartnerError && KEY_FAULTS.has(error.code);
      setStanding((before) => standingOf(!isCutOff, isCutOff ? before.isKeyRefused : isKeyRefused));
      if (!isCutOff) throw error;
    }
  }, [till, standingOf]);
  useEffect(() => {
    const keep = () => void now().catch(() => undefined);
    const lost = () => setStanding((before) => standingOf(false, before.isKeyRefused));
    keep();
    const timer = setInterval(keep, EVERY_MILLISECONDS);
    addEventListener('online', keep);
    addEventListener('offline', lost);
    return () => {
      clearInterval(timer);
      removeEventListener('online', keep);
      removeEventListener('offline', lost);
    };
  }, [now, standingOf]);
  return { standing, look, now };
}
