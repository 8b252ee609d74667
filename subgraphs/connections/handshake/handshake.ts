/*
 * How an officer and a citizen come together: request, accept, confirm. Each step is one transaction on the locked row;
 * constraints of the schema decide between two that arrive at once, and are told here as refusals. What the second
 * confirmation sets off stands in completion.ts, meeting by a scanned code in scan.ts.
 */
import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import type { EventBody } from '../../../schema/events.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { admitPair } from '../safety/person.ts';
import { keepOpen } from '../windows/window.ts';
import { complete, type EvidenceServices, flush, grade, locate, moveOn, reportsOf } from './completion.ts';
import { Connection, sideOf, stateAt } from './connection.ts';
import {
  type Action,
  ConnectionState,
  isCounted,
  isOngoing,
  lifeMinutes,
  next,
  ongoingStates,
} from './connection-state.ts';
import { tell } from './updates.ts';

/** Requests of one citizen that may wait for an answer at once, and that may be made within an hour. */
const WAITING_REQUESTS = 5;
const HOURLY_REQUESTS = 20;

export interface HandshakeServices extends EvidenceServices {
  /** Ours, for the codes that people show one another; see meeting-code.ts. */
  readonly meetingCodeKey: Buffer;
  /** Wakes us when the connection's time is over, or no more if it has ended. To be called once that is committed. */
  readonly schedule: (connection: Connection) => void;
}

/**
 * Asks an officer nearby to meet.
 * @throws Refusal ACCOUNT_SUSPENDED, POSITION_UNKNOWN, OFFICER_UNAVAILABLE, RATE_LIMITED, REQUEST_ALREADY_OPEN, PAIR_REWARDED_RECENTLY.
 */
export async function requestConnection(
  work: UnitOfWork,
  { whereabouts }: HandshakeServices,
  citizenId: string,
  officerId: string,
): Promise<Connection> {
  const { em, now } = work;
  if (!(await whereabouts.lastReport(citizenId))) throw new Refusal('POSITION_UNKNOWN');
  const sighting = await whereabouts.sighting(citizenId, officerId);
  if (!sighting) throw new Refusal('OFFICER_UNAVAILABLE');
  await admitPair(work, officerId, citizenId);
  if (!(await keepOpen(em, sighting.windowId, now))) throw new Refusal('OFFICER_UNAVAILABLE');
  await expireOverdue(work, { officerId, citizenId });
  if (await wasRewardedRecently(em, officerId, citizenId, now)) throw new Refusal('PAIR_REWARDED_RECENTLY');
  await limitRequests(work, citizenId);
  // A request ends with the window it was made in.
  const ends = Math.min(now.getTime() + lifeMinutes.requested * 60_000, sighting.windowClosesAt.getTime());
  const connection = em.create(Connection, {
    id: work.newId(),
    officerId,
    citizenId,
    state: ConnectionState.REQUESTED,
    requestedAt: now,
    expiresAt: new Date(ends),
  });
  await flush(em);
  tell(work, connection, true);
  return connection;
}

/** @throws Refusal RATE_LIMITED when the citizen asks too many at once or too often. */
async function limitRequests({ em, now }: UnitOfWork, citizenId: string): Promise<void> {
  // Requests of one citizen are counted one after the other, or several at once would not see each other.
  await em.execute(`select pg_advisory_xact_lock(hashtextextended('request ' || ?, 0))`, [citizenId]);
  const [made] = await em.execute<{ waiting: number; lately: number }[]>(
    `select count(*) filter (where state = 'requested' and expires_at > ?)::int as waiting, count(*)::int as lately
     from connections.connection where citizen_id = ? and requested_at > ?`,
    [now, citizenId, new Date(now.getTime() - 3_600_000)],
  );
  if (made && (made.waiting >= WAITING_REQUESTS || made.lately >= HOURLY_REQUESTS)) throw new Refusal('RATE_LIMITED');
}

/** Accepts, declines or cancels. @throws Refusal NOT_FOUND, CONNECTION_STATE, OFFICER_BUSY. */
export async function act(
  work: UnitOfWork,
  services: HandshakeServices,
  accountId: string,
  connectionId: string,
  action: Extract<Action, 'accept' | 'decline' | 'cancel'>,
): Promise<Connection> {
  const { em, now } = work;
  const connection = await lock(em, connectionId, accountId);
  const to = next(stateAt(connection, now), action, sideOf(connection, accountId) ?? 'time');
  if (!to) throw wrongState(connection, now);
  // Before the state is touched: an earlier acceptance that is over may still stand in its way.
  if (to === ConnectionState.ACCEPTED) await expireOverdue(work, { officerId: connection.officerId });
  connection.state = to;
  if (to === ConnectionState.ACCEPTED) {
    connection.acceptedAt = now;
    // What is handed in later, by a phone that was offline, was here.
    locate(services, connection, await reportsOf(services, connection));
    connection.expiresAt = new Date(now.getTime() + lifeMinutes.accepted * 60_000);
  } else {
    connection.endedAt = now;
  }
  await flush(em);
  if (to === ConnectionState.ACCEPTED) {
    const { id, officerId, citizenId } = connection;
    work.record('connection.accepted', { connectionId: id, officerId, citizenId, acceptedAt: now.toISOString() });
  }
  tell(work, connection);
  return connection;
}

/**
 * One side says that they met; with the second it counts or is held. Saying it twice changes nothing.
 * @throws Refusal NOT_FOUND, CONNECTION_STATE, PAIR_REWARDED_RECENTLY, MEETING_REFUSED.
 */
export async function confirmConnection(
  work: UnitOfWork,
  services: HandshakeServices,
  accountId: string,
  connectionId: string,
): Promise<Connection> {
  const { em, now } = work;
  const connection = await lock(em, connectionId, accountId);
  const side = sideOf(connection, accountId) ?? 'officer';
  const already = side === 'officer' ? connection.confirmedByOfficer : connection.confirmedByCitizen;
  const state = stateAt(connection, now);
  if (already && (state === ConnectionState.MET || isCounted(state))) return connection;
  if (!next(state, 'confirm', side)) throw wrongState(connection, now);
  grade(services, connection, await reportsOf(services, connection));
  moveOn(connection, 'confirm', side);
  if (side === 'officer') connection.confirmedByOfficerAt = now;
  else connection.confirmedByCitizenAt = now;
  if (connection.confirmedByOfficer && connection.confirmedByCitizen) await complete(work, services, connection, now);
  await flush(em);
  tell(work, connection);
  return connection;
}

/** Marks as expired what is past its time, of one pair, officer or id, and tells its people. @returns it. */
export async function expireOverdue(
  work: UnitOfWork,
  of: { officerId?: string; citizenId?: string; id?: string },
): Promise<Connection[]> {
  const { em, now } = work;
  // Locked in one order, so that two who do this at once wait for each other and the second finds nothing left.
  const overdue = await em.find(
    Connection,
    { ...of, state: { $in: [...ongoingStates] }, expiresAt: { $lte: now } },
    { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  for (const connection of overdue) {
    connection.state = ConnectionState.EXPIRED;
    connection.endedAt = connection.expiresAt;
    tell(work, connection);
  }
  await em.flush();
  return overdue;
}

/** Ends the requests that wait for an officer who goes: a request ends with the window it was made in. @returns them. */
export async function endRequests(work: UnitOfWork, officerId: string): Promise<Connection[]> {
  await work.em.execute(
    `update connections.connection set expires_at = ? where officer_id = ? and state = 'requested' and expires_at > ?`,
    [work.now, officerId, work.now],
  );
  return expireOverdue(work, { officerId });
}

/** The ledger gave points for it. Told for each of the two and told again: the first time changes the state. */
export async function markRewarded(fact: EventBody<'points.awarded'>, work: UnitOfWork): Promise<void> {
  const { em } = work;
  await em.execute('select 1 from connections.connection where id = ? for update', [fact.connectionId]);
  const connection = await em.findOne(Connection, fact.connectionId);
  if (!connection || !next(connection.state, 'reward', 'ledger')) return;
  moveOn(connection, 'reward', 'ledger');
  tell(work, connection);
}

/** The account's connection, which nobody else changes before the transaction ends. @throws Refusal NOT_FOUND. */
export async function lock(em: EntityManager, id: string, accountId: string): Promise<Connection> {
  await em.execute('select 1 from connections.connection where id = ? for update', [id]);
  const connection = await em.findOne(Connection, { id, $or: [{ officerId: accountId }, { citizenId: accountId }] });
  if (!connection) throw new Refusal('NOT_FOUND', 'You have no such connection.');
  return connection;
}

/** Whether the pair had a meeting that counts, or may, in the 24 hours before `now`. */
export async function wasRewardedRecently(
  em: EntityManager,
  officerId: string,
  citizenId: string,
  now: Date,
): Promise<boolean> {
  const rows = await em.execute<unknown[]>(
    `select 1 from connections.connection
     where officer_id = ? and citizen_id = ? and rewarded_during @> cast(? as timestamptz)`,
    [officerId, citizenId, now],
  );
  return rows.length > 0;
}

export function wrongState(connection: Connection, now: Date): Refusal {
  const state = stateAt(connection, now);
  const how = isOngoing(state) ? `is ${state}` : `has ended: it is ${state}`;
  return new Refusal('CONNECTION_STATE', `The connection ${how}.`);
}
