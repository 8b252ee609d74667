/*
 * How points become a voucher: one transaction with the posting in it. The person's idempotency key makes a repeated wish
 * the same wish, and the offer's row is locked last, because everybody waits for that one. Who acts for a retailer buys
 * nothing of it: points would turn into that retailer's claim on us without anybody having been served.
 */
import type { EntityDictionary } from '@mikro-orm/postgresql';
import { belongsTo, type Caller } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { canonicalId, person, post } from '../ledger/ledger.ts';
import { announceChange, PointsReason } from '../ledger/points.ts';
import { lookUpOffer, type OfferTerms, takeOne } from './terms.ts';
import { Voucher } from './voucher.ts';
import type { VoucherVault } from './voucher-code.ts';
import { type VoucherMessage, voucherChannel } from './voucher-state.ts';

/** What a person wants once, however often they say it. */
export interface Wish {
  readonly accountId: string;
  readonly idempotencyKey: string;
}

/** The offer as it was shown to the person; what is absent was not looked at. */
export interface ExpectedTerms {
  readonly version?: number | null | undefined;
  readonly pricePoints?: number | null | undefined;
}

/**
 * Spends points on an offer. The same wish again is answered with the same voucher, also when the offer is closed by then.
 * @param caller whose organisations are looked at; the account is that of the wish.
 * @throws Refusal FORBIDDEN, OFFER_UNAVAILABLE, OFFER_CHANGED, SOLD_OUT, PER_PERSON_LIMIT, IDEMPOTENCY_MISMATCH, and those of `post`.
 */
export async function redeemOffer(
  work: UnitOfWork,
  vault: VoucherVault,
  wish: Wish,
  givenOfferId: string,
  { caller, expected = {} }: { readonly caller: Caller; readonly expected?: ExpectedTerms },
): Promise<Voucher> {
  const offerId = canonicalId(givenOfferId);
  const { em, now } = work;
  const businessKey = `redeem ${wish.accountId} ${wish.idempotencyKey}`;
  const { earlier, terms } = await lookUpOffer(em, { offerId, businessKey }, now);
  if (earlier && earlier.fingerprint !== offerId) throw new Refusal('IDEMPOTENCY_MISMATCH');
  if (earlier) return em.findOneOrFail(Voucher, { transactionId: earlier.transactionId });
  if (!terms) throw new Refusal('OFFER_UNAVAILABLE');
  refuseChanged(terms, expected);
  if (belongsTo(caller, 'retailer', terms.retailerId)) {
    throw new Refusal('FORBIDDEN', 'Who acts for a retailer gets no vouchers of it.');
  }
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
  const voucher = await insertVoucher(work, vault, { wish, terms, transactionId: transaction.id });
  await takeOne(em, terms, wish.accountId);
  work.record('voucher.issued', {
    voucherId: voucher.id,
    transactionId: transaction.id,
    accountId: wish.accountId,
    offerId,
    retailerId: terms.retailerId,
    points: terms.pricePoints,
    zipCode: terms.zipCode,
    issuedAt: now.toISOString(),
    expiresAt: voucher.expiresAt.toISOString(),
  });
  announceChange(work, wish.accountId, -terms.pricePoints, PointsReason.REDEMPTION);
  work.announce(voucherChannel(wish.accountId), { voucherId: voucher.id } satisfies VoucherMessage);
  return voucher;
}

function refuseChanged(terms: OfferTerms, { version, pricePoints }: ExpectedTerms): void {
  const changed =
    (version ?? terms.version) !== terms.version || (pricePoints ?? terms.pricePoints) !== terms.pricePoints;
  if (changed) throw new Refusal('OFFER_CHANGED', `The offer costs ${terms.pricePoints} points now; look at it again.`);
}

interface NewVoucher {
  readonly wish: Wish;
  readonly terms: OfferTerms;
  readonly transactionId: string;
}

async function insertVoucher(work: UnitOfWork, vault: VoucherVault, given: NewVoucher): Promise<Voucher> {
  const { em, now } = work;
  const { wish, terms, transactionId } = given;
  const id = work.newId();
  const code = vault.newCode();
  const columns: Readonly<Record<string, unknown>> = {
    id,
    transaction_id: transactionId,
    account_id: wish.accountId,
    offer_id: terms.id,
    offer_version: terms.version,
    retailer_id: terms.retailerId,
    points: terms.pricePoints,
    value_cents: terms.valueCents,
    zip_code: terms.zipCode,
    offline_allowed: terms.offlineAllowed,
    refundable: terms.refundable,
    refunds_expired: terms.refundsExpired,
    code_digest: vault.digest(code),
    code_cipher: vault.encrypt(code, id),
    issued_at: now,
    expires_at: new Date(now.getTime() + terms.validDays * 86_400_000),
  };
  const names = Object.keys(columns);
  const [row] = await em.execute<object[]>(
    `with made as (
       insert into rewards.voucher (${names.join(', ')}) values (${names.map(() => '?').join(', ')}) returning *
     ), noted as (
       insert into rewards.voucher_event (voucher_id, sequence, to_state, actor, actor_id, happened_at)
         select id, 1, 'issued', 'owner', account_id, issued_at from made
     )
     select * from made`,
    Object.values(columns),
  );
  return em.map(Voucher, row as EntityDictionary<Voucher>);
}
