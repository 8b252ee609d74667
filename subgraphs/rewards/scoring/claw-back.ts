/*
 * Takes points back for a connection that does not count: once per person, in whatever order it is told. What the balance
 * covers goes back to issuance at once; the rest is owed, and each later award pays it off before it can be spent. Nobody's
 * balance falls below zero.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { EventBody } from '../../../schema/events.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { canonicalId, issuance, person, post } from '../ledger/ledger.ts';
import { announceChange, PointsReason } from '../ledger/points.ts';

/** The business key of what a person was given for a connection. */
export const awardKey = (connectionId: string, accountId: string) => `award ${connectionId} ${accountId}`;

/** Reverses both awards of the connection; told before them, it keeps them from being given. */
export async function clawBack(fact: EventBody<'connection.clawedBack'>, work: UnitOfWork): Promise<void> {
  const connectionId = canonicalId(fact.connectionId);
  if (await isTakenBack(work.em, connectionId)) return;
  // In one order, as awards do, or the two could wait for each other.
  for (const accountId of [fact.officerId, fact.citizenId].map(canonicalId).sort()) {
    await takeBack(work, connectionId, accountId);
  }
}

/**
 * Whether the connection was taken back. Until the transaction ends nobody else gives or takes points for it: a dead
 * letter may be replayed while its claw-back is being taken in.
 */
export async function isTakenBack(em: EntityManager, connectionId: string): Promise<boolean> {
  await em.execute(`select pg_advisory_xact_lock(hashtextextended('points of ' || ?, 0))`, [connectionId]);
  const rows = await em.execute<unknown[]>('select 1 from rewards.claw_back where connection_id = ?', [connectionId]);
  return rows.length > 0;
}

async function takeBack(work: UnitOfWork, connectionId: string, accountId: string): Promise<void> {
  const { em, now } = work;
  const points = await awarded(em, connectionId, accountId);
  const taken = Math.min(points, await lockedBalance(em, accountId));
  const reversal =
    taken > 0
      ? await post(work, {
          kind: 'reversal',
          businessKey: `reversal ${connectionId} ${accountId}`,
          fingerprint: '',
          from: person(accountId),
          to: issuance,
          points: taken,
        })
      : undefined;
  await em.execute(
    `insert into rewards.claw_back (connection_id, account_id, points, taken, transaction_id, clawed_back_at)
     values (?, ?, ?, ?, ?, ?)`,
    [connectionId, accountId, points, taken, reversal?.id ?? null, now],
  );
  if (points > taken) {
    await em.execute(
      `insert into rewards.owed as o (account_id, points) values (?, ?)
       on conflict (account_id) do update set points = o.points + excluded.points`,
      [accountId, points - taken],
    );
  }
  if (points > 0) announceChange(work, accountId, -taken, PointsReason.CLAW_BACK);
}

async function awarded(em: EntityManager, connectionId: string, accountId: string): Promise<number> {
  const [award] = await em.execute<{ points: string }[]>(
    `select p.points from rewards.transaction t join rewards.posting p on p.transaction_id = t.id
     where t.business_key = ?`,
    [awardKey(connectionId, accountId)],
  );
  return Number(award?.points ?? 0);
}

/** The balance, which nobody else changes before the transaction ends. */
async function lockedBalance(em: EntityManager, accountId: string): Promise<number> {
  const [account] = await em.execute<{ balance: string }[]>(
    `select balance from rewards.account where kind = 'person' and owner_id = ? for update`,
    [accountId],
  );
  return Number(account?.balance ?? 0);
}

/** Pays off what the person owes from an award of `points` that has just been posted, and is locked by that. */
export async function recover(
  work: UnitOfWork,
  connectionId: string,
  accountId: string,
  points: number,
): Promise<void> {
  const { em } = work;
  const [debt] = await em.execute<{ points: string }[]>(
    'select points from rewards.owed where account_id = ? and points > 0',
    [accountId],
  );
  const recovered = Math.min(points, Number(debt?.points ?? 0));
  if (recovered === 0) return;
  await post(work, {
    kind: 'recovery',
    businessKey: `recovery ${connectionId} ${accountId}`,
    fingerprint: '',
    from: person(accountId),
    to: issuance,
    points: recovered,
  });
  await em.execute('update rewards.owed set points = points - ? where account_id = ?', [recovered, accountId]);
  announceChange(work, accountId, -recovered, PointsReason.CLAW_BACK);
}
