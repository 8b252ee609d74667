/*
 * How points become a voucher: one transaction with the posting in it. The person's idempotency key makes a repeated wish
 * the same wish, and the offer's row is locked last, because everybody waits for that one.
 */
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { canonicalId, person, post } from '../ledger/ledger.ts';
import { announceChange, PointsReason } from '../ledger/points.ts';
import { openTerms, takeOne } from './terms.ts';
import { Voucher } from './voucher.ts';
import type { VoucherVault } from './voucher-code.ts';

const VOUCHER_DAYS = 90;

/** What a person wants once, however often they say it. */
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
