/*
 * Codes that were scanned, on their way to the API: what cannot be handed in now is kept on the phone and handed in when
 * there is a connection, for as long as the API takes it. The same scan handed in twice is one meeting.
 */
import { get, update } from 'idb-keyval';
import { useCallback, useEffect, useState } from 'react';
import { type Client, useClient } from 'urql';
import { codeOf } from '../../interface/refusals.ts';
import { HandInMeetingCodeDocument, HandInWindowCodeDocument, type MeetingFragment } from '../generated/graphql.ts';
import { readCode, type Shown } from './meeting-code.ts';

export interface Scan {
  readonly code: string;
  readonly shown: Shown;
  /** ISO; the same each time it is handed in. */
  readonly scannedAt: string;
}

export type Outcome =
  | { readonly kind: 'met'; readonly meeting: MeetingFragment }
  /** Kept until there is a connection. */
  | { readonly kind: 'kept' }
  /** No code of ours. */
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'refused'; readonly failure: unknown };

export interface Outbox {
  /** Scans that wait for a connection. */
  readonly waiting: readonly Scan[];
  /** Hands in what was scanned or typed. */
  handIn(text: string): Promise<Outcome>;
}

/** For so long the API takes a scan. */
const TAKEN_HOURS = 24;
const FIRST_PAUSE_MILLISECONDS = 2_000;
const LONGEST_PAUSE_MILLISECONDS = 60_000;

/** @param onOutcome told what became of a scan that had waited. */
export function useOutbox(accountId: string | undefined, onOutcome: (outcome: Outcome) => void): Outbox {
  const client = useClient();
  const [waiting, setWaiting] = useState<readonly Scan[]>([]);
  const key = accountId === undefined ? undefined : `hey-blue app scans ${accountId}`;

  useEffect(() => {
    setWaiting([]);
    if (key) get<readonly Scan[]>(key).then((kept) => setWaiting(kept ?? []), ignore);
  }, [key]);

  const change = useCallback(
    async (task: (before: readonly Scan[]) => readonly Scan[]) => {
      setWaiting(task);
      // In a private window that keeps nothing, it waits as long as the page is open.
      if (key) await update<readonly Scan[]>(key, (before) => task(before ?? [])).catch(ignore);
    },
    [key],
  );

  useEffect(() => {
    const [next] = waiting;
    if (!next) return;
    let pause = FIRST_PAUSE_MILLISECONDS;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const attempt = async () => {
      clearTimeout(timer);
      const outcome = isTooOld(next) ? refusedAsOld : await handInScan(client, next);
      if (isOver) return;
      if (outcome.kind === 'kept') {
        timer = setTimeout(() => void attempt(), pause);
        pause = Math.min(LONGEST_PAUSE_MILLISECONDS, pause * 2);
        return;
      }
      isOver = true;
      await change((before) => before.filter(({ code }) => code !== next.code));
      onOutcome(outcome);
    };
    const now = () => void attempt();
    addEventListener('online', now);
    timer = setTimeout(now, pause);
    return () => {
      isOver = true;
      clearTimeout(timer);
      removeEventListener('online', now);
    };
  }, [waiting, client, change, onOutcome]);

  const handIn = useCallback(
    async (text: string): Promise<Outcome> => {
      const read = readCode(text);
      if (!read) return { kind: 'unreadable' };
      const scan: Scan = { ...read, scannedAt: new Date().toISOString() };
      const outcome = await handInScan(client, scan);
      if (outcome.kind === 'kept') {
        await change((before) => [...before.filter(({ code }) => code !== scan.code), scan]);
      }
      return outcome;
    },
    [client, change],
  );
  return { waiting, handIn };
}

const ignore = () => undefined;
const refusedAsOld: Outcome = {
  kind: 'refused',
  failure: { graphQLErrors: [{ message: '', extensions: { code: 'MEETING_CODE_INVALID' } }] },
};

function isTooOld({ scannedAt }: Scan): boolean {
  return Date.now() - Date.parse(scannedAt) > TAKEN_HOURS * 3_600_000;
}

async function handInScan(client: Client, { code, shown, scannedAt }: Scan): Promise<Outcome> {
  const input = { code, scannedAt };
  const { meeting, error } =
    shown === 'window'
      ? await client
          .mutation(HandInWindowCodeDocument, { input })
          .toPromise()
          .then(({ data, error }) => ({ meeting: data?.meetByCode.connection, error }))
      : await client
          .mutation(HandInMeetingCodeDocument, { input })
          .toPromise()
          .then(({ data, error }) => ({ meeting: data?.confirmByCode.connection, error }));
  if (meeting) return { kind: 'met', meeting };
  const isLater = codeOf(error) === 'UNREACHABLE' || codeOf(error) === 'UNAVAILABLE';
  return isLater ? { kind: 'kept' } : { kind: 'refused', failure: error };
}
