/*
 * Forgetting a person in the books. Postings stay, since books that forget do not balance: they name an id that leads to
 * nobody. What is open ends: claims are taken back, unused vouchers are made void and their points come back; then all
 * points run out by a posting, and so do those that come back later, of vouchers that a till may still have taken.
 */
import type { EventBody } from '../../schema/events.ts';
import { bury } from '../kernel/tombstone.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';
import { GONE } from './erasure-migrations.ts';
import { canonicalId } from './ledger/ledger.ts';
import { lapse } from './schemes/apply.ts';
import type { ClaimRow } from './schemes/claim.ts';
import { withdrawClaim } from './schemes/decide.ts';
import { levelBudget } from './schemes/scheme.ts';
import { voidVoucher } from './vouchers/refund.ts';
import { system } from './vouchers/voucher-state.ts';

export async function eraseFromBooks(fact: EventBody<'account.erased'>, work: UnitOfWork): Promise<void> {
  const accountId = canonicalId(fact.accountId);
  if (!(await bury(work, 'rewards', fact))) return;
  await endClaims(work, accountId);
  await endVouchers(work, accountId);
  await runOut(work, accountId);
  await work.em.execute('delete from rewards.residence where account_id = ?', [accountId]);
  // For what they paid stands with the municipality; which of its bills that was is nobody's business any more.
  await work.em.execute(
    `update rewards.scheme_claim set fee_reference = ?, fee_key = id::text, reason = case when reason is not null then ? end
     where account_id = ? and fee_reference <> ?`,
    [GONE, GONE, accountId, GONE],
  );
}

async function endClaims(work: UnitOfWork, accountId: string): Promise<void> {
  const claims = await work.em.execute<ClaimRow[]>(
    "select * from rewards.scheme_claim where account_id = ? and state = 'pending' order by id for update",
    [accountId],
  );
  for (const claim of claims) {
    if (await lapse(work, claim)) await levelBudget(work, claim.scheme_id);
    else await withdrawClaim(work, accountId, claim.id);
  }
}

/** Also one that a till holds at this moment: its capture is refused. One whose time is over expires as it would have. */
async function endVouchers(work: UnitOfWork, accountId: string): Promise<void> {
  const vouchers = await work.em.execute<{ id: string }[]>(
    `select id from rewards.voucher where account_id = ? and state in ('issued', 'held') and expires_at > ?
     order by id for update`,
    [accountId, work.now],
  );
  for (const { id } of vouchers) {
    await voidVoucher(work, id, { actor: system, reason: 'Its owner has left Hey Blue!.', refund: true });
  }
}

/** Nobody is told of it live: there is nobody to tell. */
async function runOut(work: UnitOfWork, accountId: string): Promise<void> {
  const { em, now } = work;
  const [account] = await em.execute<{ id: string }[]>(
    "select id from rewards.account where kind = 'person' and owner_id = ? for no key update",
    [accountId],
  );
  if (!account) return;
  // Those that are used up too: what comes back of them has run out by then, and is posted by the sweep.
  await em.execute(
    `update rewards.lot set expires_at = ? where account_id = ? and (expires_at is null or expires_at > ?)`,
    [now, account.id, now],
  );
  const transactionId = work.newId();
  const [row] = await em.execute<{ points: string }[]>('select points from rewards.expire_lots(?, ?, ?)', [
    transactionId,
    accountId,
    now,
  ]);
  const points = Number(row?.points ?? 0);
  if (points > 0) work.record('points.expired', { transactionId, accountId, points, expiredAt: now.toISOString() });
}
