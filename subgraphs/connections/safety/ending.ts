/*
 * Ends what is under way for somebody who is being kept away: windows close, requests and meetings to come are called
 * off. Both people are told that it has ended, neither learns why.
 */
import { LockMode } from '@mikro-orm/postgresql';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { Connection } from '../handshake/connection.ts';
import { ConnectionState, isOngoing } from '../handshake/connection-state.ts';
import { tell } from '../handshake/updates.ts';

/** Closes the open windows of these officers now. @returns their ids. */
export async function closeWindows({ em, now }: UnitOfWork, officerIds: readonly string[]): Promise<string[]> {
  if (officerIds.length === 0) return [];
  const rows = await em.execute<{ id: string }[]>(
    `update connections.availability_window set closed_at = ?
     where closed_at is null and closes_at > ? and officer_id in (?) returning id`,
    [now, now, [...officerIds]],
  );
  return rows.map(({ id }) => id);
}

export interface EndedConnections {
  /** Those of one person, */
  readonly accountId?: string;
  /** of two people, whoever of them is the officer, */
  readonly pair?: readonly [string, string];
  /** or of many officers. */
  readonly officerIds?: readonly string[];
  /** Only those that the officer has not accepted. */
  readonly requestsOnly?: boolean;
}

const ongoing = Object.values(ConnectionState).filter(isOngoing);

/** Calls off what these people have under way with each other or anybody. @returns the ids. */
export async function endConnections(work: UnitOfWork, which: EndedConnections): Promise<string[]> {
  const { em, now } = work;
  const { accountId, pair, officerIds, requestsOnly } = which;
  const people = [
    accountId && { $or: [{ officerId: accountId }, { citizenId: accountId }] },
    pair && { officerId: { $in: [...pair] }, citizenId: { $in: [...pair] } },
    officerIds && { officerId: { $in: [...officerIds] } },
  ].filter((condition) => condition !== undefined && condition !== '');
  const states = requestsOnly ? [ConnectionState.REQUESTED] : ongoing;
  // Locked in one order, as those do whose time is over (expireOverdue).
  const connections = await em.find(
    Connection,
    { $and: people, state: { $in: states } },
    { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  for (const connection of connections) {
    connection.state = ConnectionState.CANCELLED;
    connection.endedAt = now;
    tell(work, connection);
  }
  await em.flush();
  return connections.map(({ id }) => id);
}
