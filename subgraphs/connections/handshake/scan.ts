/*
 * Meeting by a scanned code: one person showed it, the other scanned it, and both have confirmed at once. A code says
 * whose screen it was on and when, so it may be handed in later by a phone that was offline; the same scan again is the
 * same wish. A wrong or used code changes nothing but a count of failures, which is why these refusals are returned: what
 * is thrown undoes what was written.
 */
import { Refusal, type RefusalCode } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { admitPair } from '../safety/person.ts';
import { AvailabilityWindow } from '../windows/window.ts';
import { complete, flush, grade, moveOn, reportsOf } from './completion.ts';
import { Connection, sideOf, stateAt } from './connection.ts';
import { type Action, ConnectionState, isCounted, next, ongoingStates, type Side } from './connection-state.ts';
import { Evidence } from './grade.ts';
import { expireOverdue, type HandshakeServices, wrongState } from './handshake.ts';
import { isGenuine, type MeetingCodeParts, readCode, STEP_SECONDS, secretOf, wasShownAt } from './meeting-code.ts';
import { tell } from './updates.ts';

/** Wrong or used codes that one account may hand in for one connection or window. */
const FAILURES = 10;
/** How long after the acceptance, or the opening of the window, a scan may be handed in. */
const HAND_IN_HOURS = 24;
/** What is handed in within two steps was scanned just now, and the phones are where they were. */
const JUST_NOW_SECONDS = 2 * STEP_SECONDS;

export interface Scan {
  readonly code: string;
  /** When the phone scanned it, by its own clock. */
  readonly scannedAt: Date;
}

/**
 * One side of a connection scanned the other's code: counts for both, or is held.
 * @returns the connection, or the Refusal to throw after the commit: MEETING_CODE_INVALID, MEETING_CODE_USED, TOO_MANY_ATTEMPTS.
 * @throws Refusal CONNECTION_STATE, PAIR_REWARDED_RECENTLY, MEETING_REFUSED.
 */
export async function confirmByCode(
  work: UnitOfWork,
  services: HandshakeServices,
  accountId: string,
  scan: Scan,
): Promise<Connection | Refusal> {
  const { em, now } = work;
  const parts = readCode(scan.code);
  if (!parts || parts.shown === 'window') return new Refusal('MEETING_CODE_INVALID');
  await em.execute('select 1 from connections.connection where id = ? for update', [parts.subjectId]);
  const connection = await em.findOne(Connection, parts.subjectId);
  const side = connection && sideOf(connection, accountId);
  // Whoever has no part in it does not learn that there is such a connection.
  if (!connection || !side) return new Refusal('MEETING_CODE_INVALID');
  if (await hasFailedTooOften(work, parts.subjectId, accountId)) return new Refusal('TOO_MANY_ATTEMPTS');
  const { acceptedAt, expiresAt } = connection;
  if (!acceptedAt) throw wrongState(connection, now);
  const fits = parts.shown !== side && isOurs(services, scan, parts) && wasWithin(scan, acceptedAt, expiresAt, now);
  if (!fits) return failed(work, parts.subjectId, accountId, 'wrong');
  const state = stateAt(connection, now);
  if (!isCounted(state) && !next(state, 'scan', side)) throw wrongState(connection, now);
  const usedFor = await use(work, parts, scan, connection.id, accountId);
  if (!usedFor) return failed(work, parts.subjectId, accountId, 'used');
  // Both scanned at once, both had confirmed before, or it is handed in again.
  if (isCounted(state)) return connection;
  await met(work, services, connection, scan, 'scan', side);
  return connection;
}

/**
 * A citizen scanned the code of an officer's open window, asked or not: that is a meeting of which both have spoken.
 * @returns as confirmByCode. @throws Refusal ACCOUNT_SUSPENDED, OFFICER_UNAVAILABLE, PAIR_REWARDED_RECENTLY, MEETING_REFUSED.
 */
export async function meetByCode(
  work: UnitOfWork,
  services: HandshakeServices,
  citizenId: string,
  scan: Scan,
): Promise<Connection | Refusal> {
  const { em, now, newId } = work;
  const parts = readCode(scan.code);
  if (parts?.shown !== 'window') return new Refusal('MEETING_CODE_INVALID');
  const window = await em.findOne(AvailabilityWindow, parts.subjectId);
  if (!window) return new Refusal('MEETING_CODE_INVALID');
  if (await hasFailedTooOften(work, window.id, citizenId)) return new Refusal('TOO_MANY_ATTEMPTS');
  const { officerId, opensAt } = window;
  if (officerId === citizenId) throw new Refusal('OFFICER_UNAVAILABLE');
  const fits = isOurs(services, scan, parts) && wasWithin(scan, opensAt, window.closedAt ?? window.closesAt, now);
  if (!fits) return failed(work, window.id, citizenId, 'wrong');
  await admitPair(work, officerId, citizenId);
  await expireOverdue(work, { officerId, citizenId });
  const open = await openConnectionOf(work, officerId, citizenId);
  const id = open?.id ?? newId();
  const usedFor = await use(work, parts, scan, id, citizenId);
  if (!usedFor) return failed(work, window.id, citizenId, 'used');
  if (usedFor !== id) return em.findOneOrFail(Connection, usedFor);
  const at = instantOf(scan, opensAt, now);
  const state = ConnectionState.REQUESTED;
  const connection =
    open ?? em.create(Connection, { id, officerId, citizenId, state, requestedAt: at, expiresAt: now });
  connection.acceptedAt ??= at;
  await met(work, services, connection, scan, 'meet', 'citizen');
  return connection;
}

/** From one scan to a meeting that counts or is held; the row is locked or new. */
async function met(
  work: UnitOfWork,
  services: HandshakeServices,
  connection: Connection,
  scan: Scan,
  action: Extract<Action, 'scan' | 'meet'>,
  side: Side,
): Promise<void> {
  const { em, now } = work;
  const at = instantOf(scan, connection.acceptedAt ?? now, now);
  const isJustNow = now.getTime() - scan.scannedAt.getTime() <= JUST_NOW_SECONDS * 1000;
  const reports = isJustNow ? await reportsOf(services, connection) : undefined;
  if (reports) grade(services, connection, reports);
  connection.evidence = Evidence.CODE;
  moveOn(connection, action, side);
  connection.confirmedByOfficerAt ??= at;
  connection.confirmedByCitizenAt ??= at;
  await complete(work, services, connection, at, reports);
  await flush(em);
  tell(work, connection);
}

function isOurs({ meetingCodeKey }: HandshakeServices, { code, scannedAt }: Scan, parts: MeetingCodeParts): boolean {
  return isGenuine(secretOf(meetingCodeKey, parts.subjectId, parts.shown), code) && wasShownAt(parts.step, scannedAt);
}

/** Whether it was scanned between the two instants, give or take a step, and handed in early enough. */
function wasWithin({ scannedAt }: Scan, begin: Date, end: Date, now: Date): boolean {
  const [at, slack] = [scannedAt.getTime(), STEP_SECONDS * 1000];
  const inTime = at >= begin.getTime() - slack && at <= Math.min(end.getTime(), now.getTime()) + slack;
  return inTime && now.getTime() - begin.getTime() <= HAND_IN_HOURS * 3_600_000;
}

/** The phone's clock may be a step off: the meeting was not before it could be, and is not to come. */
function instantOf({ scannedAt }: Scan, earliest: Date, now: Date): Date {
  return new Date(Math.min(Math.max(scannedAt.getTime(), earliest.getTime()), now.getTime()));
}

/** What the pair has under way, locked; one that ends meanwhile is none. */
async function openConnectionOf({ em }: UnitOfWork, officerId: string, citizenId: string): Promise<Connection | null> {
  const rows = await em.execute<{ id: string }[]>(
    'select id from connections.connection where officer_id = ? and citizen_id = ? and state in (?) for update',
    [officerId, citizenId, [...ongoingStates]],
  );
  return em.findOne(Connection, { id: { $in: rows.map(({ id }) => id) } });
}

/**
 * Takes the code for this connection; two who do so at once wait for each other.
 * @returns the connection it is taken for: this one, or the earlier one of the very same scan; undefined for a replay.
 */
async function use(
  { em, now }: UnitOfWork,
  { subjectId, shown, step }: MeetingCodeParts,
  { scannedAt }: Scan,
  connectionId: string,
  accountId: string,
): Promise<string | undefined> {
  const fresh = await em.execute<unknown[]>(
    `insert into connections.meeting_code_use (subject_id, shown, step, connection_id, used_by, scanned_at, used_at)
     values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing returning 1`,
    [subjectId, shown, step, connectionId, accountId, scannedAt, now],
  );
  if (fresh.length > 0) return connectionId;
  const [same] = await em.execute<{ connection_id: string }[]>(
    `select connection_id from connections.meeting_code_use
     where subject_id = ? and shown = ? and step = ? and used_by = ? and scanned_at = ?`,
    [subjectId, shown, step, accountId, scannedAt],
  );
  return same?.connection_id;
}

async function hasFailedTooOften({ em }: UnitOfWork, subjectId: string, accountId: string): Promise<boolean> {
  const rows = await em.execute<unknown[]>(
    `select 1 from connections.meeting_code_failure
     where account_id = ? and subject_id = ? limit ${FAILURES}`,
    [accountId, subjectId],
  );
  return rows.length >= FAILURES;
}

const failureCodes = { wrong: 'MEETING_CODE_INVALID', used: 'MEETING_CODE_USED' } as const satisfies Record<
  string,
  RefusalCode
>;

async function failed(
  { em, now }: UnitOfWork,
  subjectId: string,
  accountId: string,
  kind: keyof typeof failureCodes,
): Promise<Refusal> {
  await em.execute(
    'insert into connections.meeting_code_failure (subject_id, account_id, kind, failed_at) values (?, ?, ?, ?)',
    [subjectId, accountId, kind, now],
  );
  return new Refusal(failureCodes[kind]);
}
