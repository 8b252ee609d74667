/*
 * How points are spent: on a voucher, for a charity; and how a voucher is taken. Each is one transaction with the posting
 * in it; the person's idempotency key makes a repeated wish the same wish.
 */
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { Donation } from '../donations/donation.ts';
import { canonicalId, person, post } from '../ledger/ledger.ts';
import { announceChange, PointsReason } from '../ledger/points.ts';
import { openCharity, openTerms, takeOne } from './terms.ts';
import { RedeemedVoucher, Voucher, VoucherStatus } from './voucher.ts';
import { normalizeVoucherCode, type VoucherVault } from './voucher-code.ts';

const VOUCHER_DAYS = 90;

export interface Wish {
  readonly accountId: string;
  readonly idempotencyKey: string;
}

/**
 * Spends points on an offer. The same wish again is answered with the same voucher.
 * @throws Refusal OFFER_UNAVAILABLE, SOLD_OUT, PER_PERSON_LIMIT, INSUFFICIENT_POINTS, IDEMPOTENCY_MISMATCH.
 */
export async function redeemOffer(
  work: UnitOfWork,
  vault: VoucherVault,
  wish: Wish,
  givenOfferId: string,
): Promise<Voucher> {
  const offerId = canonicalId(givenOfferId);
  const { em, now } = work;
  const businessKey = `redeem ${wish.accountId} ${wish.idempotencyKey}`;
  const earlier = await em.findOne(Voucher, { transactionId: await transactionOf(work, businessKey, offerId) });
  if (earlier) return earlier;
  const terms = await openTerms(em, offerId, now);
  const transaction = await post(work, {
    kind: 'redemption',
    businessKey,
    fingerprint: offerId,
    from: person(wish.accountId),
    to: { kind: 'retailer', ownerId: terms.retailerId },
    points: terms.pricePoints,
  });
  // The same wish on another connection was a moment earlier.
  if (!transaction.fresh) return em.findOneOrFail(Voucher, { transactionId: transaction.id });
  await takeOne(em, terms, wish.accountId);
  const id = work.newId();
  const code = vault.newCode();
  const voucher = em.create(Voucher, {
    id,
    transactionId: transaction.id,
    accountId: wish.accountId,
    offerId,
    retailerId: terms.retailerId,
    points: terms.pricePoints,
    zipCode: terms.zipCode,
    codeDigest: vault.digest(code),
    codeCipher: vault.encrypt(code, id),
    issuedAt: now,
    expiresAt: new Date(now.getTime() + VOUCHER_DAYS * 86_400_000),
  });
  work.record('voucher.issued', {
    voucherId: id,
    transactionId: transaction.id,
    accountId: wish.accountId,
    offerId,
    retailerId: terms.retailerId,
    points: terms.pricePoints,
    zipCode: terms.zipCode,
    issuedAt: now.toISOString(),
  });
  announceChange(work, wish.accountId, -terms.pricePoints, PointsReason.REDEMPTION);
  return voucher;
}

/** The transaction of an earlier wish under this key, or an id that nothing has. @throws Refusal IDEMPOTENCY_MISMATCH. */
async function transactionOf({ em, newId }: UnitOfWork, businessKey: string, fingerprint: string): Promise<string> {
  const [row] = await em.execute<{ id: string; fingerprint: string }[]>(
    'select id, fingerprint from rewards.transaction where business_key = ?',
    [businessKey],
  );
  if (row && row.fingerprint !== fingerprint) throw new Refusal('IDEMPOTENCY_MISMATCH');
  return row?.id ?? newId();
}

/**
 * A retailer takes a voucher, once.
 * @throws Refusal VOUCHER_INVALID for a code that no voucher of this retailer has, VOUCHER_REDEEMED, VOUCHER_EXPIRED.
 */
export async function redeemVoucher(
  work: UnitOfWork,
  vault: VoucherVault,
  retailerId: string,
  typedCode: string,
): Promise<RedeemedVoucher> {
  const { em, now } = work;
  const code = normalizeVoucherCode(typedCode);
  if (!code) throw new Refusal('VOUCHER_INVALID', 'That is no code of ours: a symbol is missing or wrong.');
  const digest = vault.digest(code);
  const [taken] = await em.execute<{ id: string; offer_id: string; zip_code: string | null }[]>(
    `update rewards.voucher set redeemed_at = ?
     where code_digest = ? and retailer_id = ? and redeemed_at is null and expires_at > ?
     returning id, offer_id, zip_code`,
    [now, digest, retailerId, now],
  );
  if (!taken) {
    const voucher = await em.findOne(Voucher, { codeDigest: digest, retailerId });
    if (!voucher) throw new Refusal('VOUCHER_INVALID');
    if (!voucher.redeemedAt) throw new Refusal('VOUCHER_EXPIRED');
    throw new Refusal('VOUCHER_REDEEMED', `The voucher was redeemed at ${voucher.redeemedAt.toISOString()}.`);
  }
  work.record('voucher.redeemed', {
    voucherId: taken.id,
    offerId: taken.offer_id,
    retailerId,
    zipCode: taken.zip_code,
    redeemedAt: now.toISOString(),
  });
  return Object.assign(new RedeemedVoucher(), {
    id: taken.id,
    offer: { id: taken.offer_id },
    retailer: { id: retailerId },
    status: VoucherStatus.REDEEMED,
    redeemedAt: now,
  });
}

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
