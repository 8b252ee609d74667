/*
 * What the system does by itself when a citizen seems to follow an officer: the officer is not found by that citizen for
 * a while, and people look at it. Neither of the two is told; to the citizen the officer is elsewhere.
 */
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { endConnections } from './ending.ts';
import { lockPeople } from './person.ts';
import { announceRestraint } from './restraints.ts';

/** How long the officer is hidden, if nobody decides otherwise. */
export const HIDDEN_DAYS = 7;

/**
 * Hides the officer from the citizen and puts that into the queue of reports; requests that wait are called off, a meeting
 * that the officer has agreed to is not. While it lasts, again changes nothing.
 */
export async function restrain(work: UnitOfWork, officerId: string, citizenId: string): Promise<void> {
  const { em, now } = work;
  await lockPeople(em, [officerId, citizenId]);
  const endsAt = new Date(now.getTime() + HIDDEN_DAYS * 24 * 3_600_000);
  const begun = await em.execute<unknown[]>(
    `insert into connections.restraint as restraint (officer_id, citizen_id, began_at, ends_at, updated_at)
     values (?, ?, ?, ?, ?)
     on conflict (officer_id, citizen_id) do update set began_at = excluded.began_at, ends_at = excluded.ends_at,
       updated_at = excluded.updated_at
     where restraint.ends_at <= excluded.began_at
     returning 1`,
    [officerId, citizenId, now, endsAt, now],
  );
  if (begun.length === 0) return;
  const reportId = work.newId();
  await em.execute(
    `insert into connections.person_report (id, reported_id, affected_id, reason, reported_at)
     values (?, ?, ?, 'suspected_stalking', ?)`,
    [reportId, citizenId, officerId, now],
  );
  work.record('report.opened', { reportId, accountId: citizenId, openedAt: now.toISOString() });
  const connectionIds = await endConnections(work, { pair: [officerId, citizenId], requestsOnly: true });
  announceRestraint(work, { connectionIds });
}

/** The citizen may find the officer again. */
export async function endRestraint(work: UnitOfWork, officerId: string, citizenId: string): Promise<void> {
  const { em, now } = work;
  await em.execute(
    `update connections.restraint set ends_at = ?, updated_at = ?
     where officer_id = ? and citizen_id = ? and ends_at > ?`,
    [now, now, officerId, citizenId, now],
  );
  announceRestraint(work);
}
