/*
 * What happens to the books by the mere passing of time: holds end, points run out, days are sealed. Every process looks
 * when something comes due and every hour. Nobody waits for it: whether a hold or a lot has expired is decided by the
 * instant of the one who asks. Rows say what has been done and are taken with their lock, so several may look at once.
 */
import { type Lookout, openLookout } from '../../kernel/lookout.ts';
import type { Machine } from '../../kernel/subgraph.ts';
import { canonicalId } from './ledger.ts';
import { announceChange, PointsReason } from './points.ts';

const LOOK_MILLISECONDS = 3_600_000;
const BATCH = 100;
/** A day is sealed this long after its end, when no transaction of it is under way any more. */
const SEAL_MILLISECONDS = 3_600_000;

/** Looks now and from now on. */
export function openLedgerSweep(machine: Machine): Lookout {
  return openLookout(machine, {
    everyMilliseconds: LOOK_MILLISECONDS,
    failed: 'could not look for what has come due in the ledger',
    async task(isClosed) {
      for (const step of [endHolds, expirePoints, sealDays]) while (!isClosed() && (await step(machine)) > 0);
      return nextDue(machine);
    },
  });
}

/** Frees what expired holds held. @returns of how many accounts. */
function endHolds(machine: Machine): Promise<number> {
  return machine.work(async ({ em, now }) => {
    // In one order, or two processes could wait for each other.
    const accounts = await em.execute<{ id: string }[]>(
      `select a.id from rewards.account a where a.id in
         (select h.account_id from rewards.hold h where h.state = 'pending' and h.expires_at <= ?
          order by h.expires_at limit ?)
       order by a.kind, a.owner_id for no key update`,
      [now, BATCH],
    );
    for (const { id } of accounts) await em.execute('select rewards.end_expired_holds(?, ?)', [id, now]);
    return accounts.length;
  });
}

/** Posts what has run out, one transaction per person. @returns of how many people. */
function expirePoints(machine: Machine): Promise<number> {
  return machine.work(async (work) => {
    const { em, now } = work;
    const people = await em.execute<{ owner_id: string }[]>(
      `select owner_id from rewards.account where id in
         (select l.account_id from rewards.lot l where l.open and l.expires_at <= ?
          order by l.expires_at limit ?)
       order by owner_id`,
      [now, BATCH],
    );
    for (const { owner_id } of people) {
      const [transactionId, accountId] = [work.newId(), canonicalId(owner_id)];
      const [row] = await em.execute<{ points: string }[]>('select points from rewards.expire_lots(?, ?, ?)', [
        transactionId,
        accountId,
        now,
      ]);
      const points = Number(row?.points ?? 0);
      // Another process was a moment earlier.
      if (points === 0) continue;
      work.record('points.expired', { transactionId, accountId, points, expiredAt: now.toISOString() });
      announceChange(work, accountId, -points, PointsReason.EXPIRY);
    }
    return people.length;
  });
}

/** Seals the earliest day that is over and has something unsealed. @returns how many days, 0 or 1. */
async function sealDays({ work, clock, log }: Machine): Promise<number> {
  const over = new Date(clock.now().getTime() - SEAL_MILLISECONDS);
  const [seal] = await work(({ em, now }) =>
    em.execute<{ day: string; transactions: string; digest: string }[]>(
      "select day::text as day, transactions, encode(digest, 'hex') as digest from rewards.seal_next(?, ?)",
      [over, now],
    ),
  );
  // Whoever keeps these lines elsewhere can prove that nobody has rewritten the books and their seals.
  if (seal?.day)
    log.info(
      { day: seal.day, transactions: Number(seal.transactions), seal: seal.digest },
      'a day of the ledger is sealed',
    );
  return seal?.day ? 1 : 0;
}

async function nextDue({ em }: Machine): Promise<Date | undefined> {
  const [row] = await em().execute<{ next: Date | string | null }[]>(
    `select least(
       (select min(expires_at) from rewards.lot where open and expires_at is not null),
       (select min(expires_at) from rewards.hold where state = 'pending')) as next`,
  );
  return row?.next ? new Date(row.next) : undefined;
}
