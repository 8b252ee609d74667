/* How points are given to a charity: one transaction with the posting in it, once for each wish. */
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { Donation } from '../donations/donation.ts';
import { canonicalId, person, post } from '../ledger/ledger.ts';
import { announceChange, PointsReason } from '../ledger/points.ts';
import type { Wish } from './redeem-offer.ts';
import { openCharity } from './terms.ts';

/** Gives points to a charity. @throws Refusal CHARITY_UNAVAILABLE, INSUFFICIENT_POINTS, IDEMPOTENCY_MISMATCH. */
export async function donatePoints(
  work: UnitOfWork,
  wish: Wish,
  givenCharityId: string,
  points: number,
): Promise<Donation> {
  const charityId = canonicalId(givenCharityId);
  const { em, now } = work;
  const { zipCode } = await openCharity(em, charityId);
  const transaction = await post(work, {
    kind: 'donation',
    businessKey: `donate ${wish.accountId} ${wish.idempotencyKey}`,
    fingerprint: `${charityId} ${points}`,
    from: person(wish.accountId),
    to: { kind: 'charity', ownerId: charityId },
    points,
  });
  if (!transaction.fresh) return em.findOneOrFail(Donation, { transactionId: transaction.id });
  const donation = em.create(Donation, {
    id: work.newId(),
    transactionId: transaction.id,
    accountId: wish.accountId,
    charityId,
    points,
    donatedAt: now,
  });
  work.record('points.donated', {
    donationId: donation.id,
    transactionId: transaction.id,
    accountId: wish.accountId,
    charityId,
    points,
    zipCode,
    donatedAt: now.toISOString(),
  });
  announceChange(work, wish.accountId, -points, PointsReason.DONATION);
  return donation;
}
