/*
 * How facts told by other domains become profiles and counts. Records are append-only and unique per person and
 * connection; the counts are their projection, written in the same transaction. Facts arrive in any order: a connection
 * may be told before the registration of its people, and after it was taken back.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type EventBody, liveChannels } from '../../schema/events.ts';
import { erasedAmong, isErased } from '../kernel/tombstone.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';
import { type Celebration, celebrate } from './celebration.ts';

/** Makes the default profile; one that a connection made before is completed. */
export async function recordRegistration(fact: EventBody<'account.registered'>, work: UnitOfWork): Promise<void> {
  if (await isErased(work.em, 'profile', fact.accountId)) return;
  const role = (['administrator', 'officer'] as const).find((candidate) => fact.roles.includes(candidate)) ?? 'citizen';
  await work.em.execute(
    `insert into profile.profile (id, role, department_name, registered_at, updated_at) values (?, ?, ?, ?, ?)
     on conflict (id) do update set
       role = excluded.role, department_name = excluded.department_name, registered_at = excluded.registered_at`,
    [fact.accountId, role, fact.departmentName, fact.registeredAt, work.now],
  );
}

/** Writes the connection into both people's history, counts it once and tells them what to celebrate. */
export async function recordConnection(fact: EventBody<'connection.confirmed'>, work: UnitOfWork): Promise<void> {
  if (await isClawedBack(work.em, fact.connectionId)) return;
  const people = [
    { accountId: fact.officerId, role: 'officer' },
    { accountId: fact.citizenId, role: 'citizen' },
  ];
  // Rows are locked in one order, or two connections that share people could wait for each other.
  people.sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
  const gone = await erasedAmong(work.em, 'profile', [fact.officerId, fact.citizenId]);
  for (const { accountId, role } of people) {
    if (gone.has(accountId.toLowerCase())) continue;
    const celebration = await record(work.em, { ...fact, accountId, role }, work.now);
    if (celebration) work.announce(liveChannels.celebrations(accountId), celebration);
  }
}

/** A connection that was counted does not count: the history keeps it, both people's counts go without it. */
export async function recordClawBack(fact: EventBody<'connection.clawedBack'>, { em, now }: UnitOfWork): Promise<void> {
  if (await isClawedBack(em, fact.connectionId)) return;
  await em.execute('insert into profile.clawed_back (connection_id, clawed_back_at) values (?, ?)', [
    fact.connectionId,
    fact.clawedBackAt,
  ]);
  for (const accountId of [fact.officerId, fact.citizenId].sort()) {
    await em.execute('select 1 from profile.profile where id = ? for update', [accountId]);
    await em.execute(
      `update profile.profile p set connection_count = connection_count - 1, updated_at = ?,
         last_connection_at = (select max(h.confirmed_at) from profile.history h
           where h.account_id = p.id and h.connection_id not in (select connection_id from profile.clawed_back))
       where id = ? and exists (select 1 from profile.history h where h.account_id = p.id and h.connection_id = ?)`,
      [now, accountId, fact.connectionId],
    );
  }
}

/** Whether it was taken back. Until the transaction ends nobody else counts it or takes it back. */
async function isClawedBack(em: EntityManager, connectionId: string): Promise<boolean> {
  await em.execute(`select pg_advisory_xact_lock(hashtextextended('history of ' || lower(?), 0))`, [connectionId]);
  const rows = await em.execute<unknown[]>('select 1 from profile.clawed_back where connection_id = ?', [connectionId]);
  return rows.length > 0;
}

async function record(
  em: EntityManager,
  fact: EventBody<'connection.confirmed'> & { accountId: string; role: string },
  now: Date,
): Promise<Celebration | undefined> {
  await em.execute(
    `insert into profile.profile (id, role, registered_at, updated_at) values (?, ?, ?, ?) on conflict (id) do nothing`,
    [fact.accountId, fact.role, fact.confirmedAt, now],
  );
  const [profile] = await em.execute<{ connection_count: number }[]>(
    'select connection_count from profile.profile where id = ? for update',
    [fact.accountId],
  );
  const number = (profile?.connection_count ?? 0) + 1;
  const written = await em.execute<unknown[]>(
    `insert into profile.history (account_id, connection_id, role, evidence, confirmed_at, number)
     values (?, ?, ?, ?, ?, ?) on conflict do nothing returning 1`,
    [fact.accountId, fact.connectionId, fact.role, fact.evidence, fact.confirmedAt, number],
  );
  if (written.length === 0) return undefined;
  await em.execute(
    `update profile.profile set connection_count = ?, last_connection_at = greatest(last_connection_at, ?), updated_at = ?
     where id = ?`,
    [number, fact.confirmedAt, now, fact.accountId],
  );
  return celebrate({ ...fact, number, confirmedAt: new Date(fact.confirmedAt) });
}

/** The celebrations of `accountId` by connection, null where the connection does not (yet) count in the person's history. */
export async function celebrationsOf(
  em: EntityManager,
  accountId: string,
  connectionIds: readonly string[],
): Promise<(Celebration | null)[]> {
  const rows = await em.execute<{ connection_id: string; number: number; confirmed_at: Date }[]>(
    `select connection_id, number, confirmed_at from profile.history h where account_id = ? and connection_id in (?)
       and not exists (select 1 from profile.clawed_back b where b.connection_id = h.connection_id)`,
    [accountId, [...connectionIds]],
  );
  const byConnection = new Map(rows.map((row) => [row.connection_id, row]));
  return connectionIds.map((connectionId) => {
    const row = byConnection.get(connectionId);
    return row
      ? celebrate({ accountId, connectionId, number: row.number, confirmedAt: new Date(row.confirmed_at) })
      : null;
  });
}
