/*
 * How an officer and a citizen come together: request, accept, confirm. Each step is one transaction on the locked row;
 * constraints of the schema decide between two that arrive at once, and are told here as refusals. The second
 * confirmation records the fact that points and history follow from.
 */
import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Refusal, type RefusalCode } from '../../kernel/errors.ts';
import { distanceMeters, type Position } from '../../kernel/position.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { ZipCodes } from '../../kernel/zip-codes.ts';
import type { Report, Whereabouts } from '../proximity/whereabouts.ts';
import { keepOpen } from '../windows/window.ts';
import { Connection, sideOf, stateAt } from './connection.ts';
import { type Action, ConnectionState, isOngoing, lifeMinutes, next } from './connection-state.ts';

/** Two phones this close, within what they say of their accuracy, are at one place. */
const TOGETHER_METERS = 100;
const REWARD_HOURS = 24;

export const updateChannel = (accountId: string) => `connections:${accountId}`;

/** Message on the channels of both people; `isNew` for a request that has just been made. */
export interface UpdateMessage {
  readonly connectionId: string;
  readonly isNew: boolean;
}

export interface HandshakeServices {
  readonly whereabouts: Whereabouts;
  readonly zipCodes: () => ZipCodes;
  /** Wakes us when the connection's time is over, or no more if it has ended. To be called once that is committed. */
  readonly schedule: (connection: Connection) => void;
}

/** Asks an officer nearby to meet. @throws Refusal OFFICER_UNAVAILABLE, REQUEST_ALREADY_OPEN, PAIR_REWARDED_RECENTLY. */
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
  if (!(await keepOpen(em, sighting.windowId, now))) throw new Refusal('OFFICER_UNAVAILABLE');
  await expireOverdue(work, { officerId, citizenId });
  if (await wasRewardedRecently(em, officerId, citizenId, now)) throw new Refusal('PAIR_REWARDED_RECENTLY');
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

/** Accepts, declines or cancels. @throws Refusal NOT_FOUND, CONNECTION_STATE, OFFICER_BUSY. */
export async function act(
  work: UnitOfWork,
  accountId: string,
  connectionId: string,
  action: Exclude<Action, 'confirm' | 'expire'>,
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
    connection.expiresAt = new Date(now.getTime() + lifeMinutes.accepted * 60_000);
  } else {
    connection.endedAt = now;
  }
  await flush(em);
  tell(work, connection);
  return connection;
}

/**
 * One side says that they met; with the second it counts. Saying it twice changes nothing.
 * @throws Refusal NOT_FOUND, CONNECTION_STATE, PAIR_REWARDED_RECENTLY.
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
  if (already && (state === ConnectionState.ACCEPTED || state === ConnectionState.CONFIRMED)) return connection;
  if (!next(state, 'confirm', side)) throw wrongState(connection, now);
  if (side === 'officer') connection.confirmedByOfficerAt = now;
  else connection.confirmedByCitizenAt = now;
  if (connection.confirmedByOfficer && connection.confirmedByCitizen) await complete(work, services, connection);
  await flush(em);
  tell(work, connection);
  return connection;
}

async function complete(work: UnitOfWork, { whereabouts, zipCodes }: HandshakeServices, connection: Connection) {
  const { em, now } = work;
  const officer = await whereabouts.lastReport(connection.officerId);
  const citizen = await whereabouts.lastReport(connection.citizenId);
  const place: Position | undefined = officer?.position ?? citizen?.position;
  const evidence = officer && citizen && areTogether(officer, citizen) ? 'proximity' : 'virtual';
  const zipCode = place ? (zipCodes().nearest(place) ?? null) : null;
  // Written apart from the unit of work, which knows no ranges; the constraint on it may refuse.
  await guarded(() =>
    em.execute(
      `update connections.connection set state = 'confirmed', confirmed_at = ?, ended_at = ?, evidence = ?, zip_code = ?,
         rewarded_during = tstzrange(?, ?) where id = ?`,
      [now, now, evidence, zipCode, now, new Date(now.getTime() + REWARD_HOURS * 3_600_000), connection.id],
    ),
  );
  const { confirmedByOfficerAt, confirmedByCitizenAt } = connection;
  await em.refresh(connection);
  Object.assign(connection, { confirmedByOfficerAt, confirmedByCitizenAt });
  work.record('connection.confirmed', {
    connectionId: connection.id,
    officerId: connection.officerId,
    citizenId: connection.citizenId,
    evidence,
    zipCode,
    confirmedAt: now.toISOString(),
  });
}

function areTogether(officer: Report, citizen: Report): boolean {
  const accuracy = (officer.accuracyMeters ?? 0) + (citizen.accuracyMeters ?? 0);
  // A phone that knows only the part of town proves nothing.
  return accuracy <= 200 && distanceMeters(officer.position, citizen.position) <= TOGETHER_METERS + accuracy;
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
    { ...of, state: { $in: [ConnectionState.REQUESTED, ConnectionState.ACCEPTED] }, expiresAt: { $lte: now } },
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

/** Tells both people that something has changed; what, they read as they may. */
export function tell(work: UnitOfWork, connection: Connection, isNew = false): void {
  const message: UpdateMessage = { connectionId: connection.id, isNew };
  for (const accountId of [connection.officerId, connection.citizenId]) {
    work.announce(updateChannel(accountId), message);
  }
}

async function lock(em: EntityManager, id: string, accountId: string): Promise<Connection> {
  await em.execute('select 1 from connections.connection where id = ? for update', [id]);
  const connection = await em.findOne(Connection, { id, $or: [{ officerId: accountId }, { citizenId: accountId }] });
  if (!connection) throw new Refusal('NOT_FOUND', 'You have no such connection.');
  return connection;
}

async function wasRewardedRecently(em: EntityManager, officerId: string, citizenId: string, now: Date) {
  const rows = await em.execute<unknown[]>(
    `select 1 from connections.connection
     where officer_id = ? and citizen_id = ? and rewarded_during @> cast(? as timestamptz)`,
    [officerId, citizenId, now],
  );
  return rows.length > 0;
}

function wrongState(connection: Connection, now: Date): Refusal {
  const state = stateAt(connection, now);
  const how = isOngoing(state) ? `is ${state}` : `has ended: it is ${state}`;
  return new Refusal('CONNECTION_STATE', `The connection ${how}.`);
}

const constraintCodes: Readonly<Record<string, RefusalCode>> = {
  one_open_per_pair: 'REQUEST_ALREADY_OPEN',
  one_accepted_per_officer: 'OFFICER_BUSY',
  one_rewarded_per_pair_and_day: 'PAIR_REWARDED_RECENTLY',
};

const flush = (em: EntityManager) => guarded(() => em.flush());

/** Tells a violated constraint as the refusal that it stands for. */
async function guarded<Result>(write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    const code = constraintCodes[(error as { constraint?: string }).constraint ?? ''];
    throw code ? new Refusal(code) : error;
  }
}
