/*
 * Takes points back for a connection that does not count: once per person, in whatever order it is told. What is free of the
 * balance goes back to issuance at once, the award's own points before others; the rest is owed, and each later award pays
 * it off before it can be spent. What is held is promised to somebody else and stays held; what has run out is not owed.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { EventBody } from '../../../schema/events.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { balanceOf } from '../ledger/balance.ts';
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
  const award = await awarded(em, connectionId, accountId);
  const { points } = award;
  const free = points > 0 ? await lockedBalance(work, accountId) : 0;
  // What of the award has run out is gone already: nobody owes it.
  const expired = points > 0 ? await ranOut(em, award.id, now) : 0;
  const taken = Math.min(points - expired, free);
  const reversal =
    taken > 0
      ? await post(work, {
          kind: 'claw-back',
          businessKey: `claw-back ${connectionId} ${accountId}`,
          fingerprint: '',
          from: person(accountId),
          to: issuance,
          points: taken,
          reverses: award.id,
        })
      : undefined;
  await em.execute(
    `insert into rewards.claw_back (connection_id, account_id, points, taken, expired, transaction_id, clawed_back_at)
     values (?, ?, ?, ?, ?, ?, ?)`,
    [connectionId, accountId, points, taken, expired, reversal?.id ?? null, now],
  );
  const owed = points - expired - taken;
  if (owed > 0) {
    await em.execute(
      `insert into rewards.owed as o (account_id, points) values (?, ?)
       on conflict (account_id) do update set points = o.points + excluded.points`,
      [accountId, owed],
    );
  }
  if (points > 0) announceChange(work, accountId, -taken, PointsReason.CLAW_BACK);
}

/** What the person was given for the connection and has not been taken back by an administrator. */
async function awarded(
  em: EntityManager,
  connectionId: string,
  accountId: string,
): Promise<{ readonly id: string; readonly points: number }> {
  const [award] = await em.execute<{ id: string; amount: string }[]>(
    `select t.id, p.amount from rewards.transaction t join rewards.posting p on p.transaction_id = t.id
     where t.business_key = ? and not exists (select 1 from rewards.transaction r where r.reverses = t.id)`,
    [awardKey(connectionId, accountId)],
  );
  return { id: award?.id ?? '', points: Number(award?.amount ?? 0) };
}

/** What is free of the balance, which nobody else changes before the transaction ends. */
async function lockedBalance({ em, now }: UnitOfWork, accountId: string): Promise<number> {
  await em.execute(`select 1 from rewards.account where kind = 'person' and owner_id = ? for no key update`, [
    accountId,
  ]);
  return (await balanceOf(em, accountId, now)).available;
}

/** How many points of a transaction's lots have run out by `now`, swept or not. */
async function ranOut(em: EntityManager, transactionId: string, now: Date): Promise<number> {
  const [row] = await em.execute<{ points: string }[]>(
    `select coalesce(sum(case when l.expires_at <= ? then l.granted - l.taken else 0 end + coalesce(
         (select sum(u.amount) from rewards.lot_use u join rewards.transaction t on t.id = u.transaction_id
          where u.lot_id = l.id and t.kind = 'expiry'), 0)), 0) as points
     from rewards.lot l where l.id = ?`,
    [now, transactionId],
  );
  return Number(row?.points ?? 0);
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
