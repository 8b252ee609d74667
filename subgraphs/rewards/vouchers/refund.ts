/*
 * How a voucher's points go back: always by way of a state in which nobody can use it any more. Where tills that were cut
 * off may have taken it before they heard of that, points go back only when no claim of theirs counts any more, so that
 * nobody has both. The ledger reverses the posting that bought it, exactly and once; what was not used is free again for
 * the offer's stock and the person's limit, what was used and taken back is not.
 */
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { reverse } from '../ledger/ledger.ts';
import { announceChange, PointsReason } from '../ledger/points.ts';
import { tellPartners } from '../webhooks/tell-partners.ts';
import { giveBackOne } from './terms.ts';
import {
  type Actor,
  byId,
  type Condition,
  findVoucher,
  moveVoucher,
  refusalOf,
  system,
  type VoucherRow,
} from './voucher-state.ts';
import { LIST_HOURS } from './voucher-token.ts';

/** In which a till that was cut off has to tell what it took, for its claim to come before a refund. */
export const UPLOAD_HOURS = 24;
/** A person may change their mind so often in a day; more is a game with the stock of an offer. */
export const REFUNDS_PER_DAY = 10;

const HOUR_MILLISECONDS = 3_600_000;

/** From when no till can have a good reason any more to have taken the voucher after `since`. */
export function refundDueAt(offlineAllowed: boolean, since: Date): Date {
  const hours = offlineAllowed ? LIST_HOURS + UPLOAD_HOURS : 0;
  return new Date(since.getTime() + hours * HOUR_MILLISECONDS);
}

/** Free at this instant: held by nobody, and in time. */
const FREE = "(v.state = 'issued' or v.held_until <= ?) and v.expires_at > ?";
const SUSPENDED =
  'exists (select 1 from rewards.retailer_standing s where s.retailer_id = v.retailer_id and s.suspended)';

/**
 * Its owner gives a voucher back that nobody has used. The same wish again is answered with the same voucher.
 * @throws Refusal NOT_FOUND, VOUCHER_NOT_REFUNDABLE, LIMIT_REACHED, and what `refusalOf` says of its state.
 */
export async function refundVoucher(
  work: UnitOfWork,
  owner: { readonly accountId: string; readonly idempotencyKey: string },
  voucherId: string,
): Promise<void> {
  const { em, now } = work;
  const { accountId, idempotencyKey } = owner;
  const voucher: Condition = { sql: 'v.id = ? and v.account_id = ?', values: [voucherId, accountId] };
  const found = await findVoucher(em, voucher);
  if (!found) throw new Refusal('NOT_FOUND');
  if (found.refund_key === idempotencyKey) return;
  const row = await moveVoucher(work, {
    voucher,
    from: ['issued', 'held'],
    to: 'void',
    guard: { sql: `(v.refundable or ${SUSPENDED}) and ${FREE}`, values: [now, now] },
    set: {
      voided_at: now,
      ended_at: now,
      refund_due_at: refundDueAt(found.offline_allowed, now),
      refund_key: idempotencyKey,
    },
    actor: { kind: 'owner', accountId },
  });
  if (!row) {
    const present = await findVoucher(em, voucher);
    // The same wish on another connection was a moment earlier.
    if (present?.refund_key === idempotencyKey) return;
    throw whyNot(present ?? found, now);
  }
  // Counted with this one, in the order in which they come: the ledger's row of the person is waited for.
  await payBackWhenDue(work, row);
  const [count] = await em.execute<{ count: string }[]>(
    `select count(*) from rewards.voucher_event where actor = 'owner' and actor_id = ? and to_state = 'void' and happened_at > ?`,
    [accountId, new Date(now.getTime() - 24 * HOUR_MILLISECONDS)],
  );
  if (Number(count?.count) > REFUNDS_PER_DAY) {
    throw new Refusal('LIMIT_REACHED', `Nobody gives back more than ${REFUNDS_PER_DAY} vouchers within 24 hours.`);
  }
}

function whyNot(row: VoucherRow, now: Date): Refusal {
  const refusal = refusalOf(row, now);
  if (refusal.code !== 'CHANGED_MEANWHILE' || row.refundable) return refusal;
  return new Refusal('VOUCHER_NOT_REFUNDABLE', 'The offer said that its vouchers are not given back.');
}

/** Why a voucher is made void. */
export interface Voiding {
  readonly actor: Actor;
  readonly reason: string;
  /** Whether its points go back. */
  readonly refund: boolean;
  /** Of whoever asks for it. */
  readonly idempotencyKey?: string;
}

/**
 * Makes a voucher void that nobody has used, also while a till holds it. The same key again changes nothing.
 * @throws Refusal NOT_FOUND, and what `refusalOf` says of its state.
 */
export async function voidVoucher(
  work: UnitOfWork,
  voucherId: string,
  { actor, reason, refund, idempotencyKey }: Voiding,
): Promise<void> {
  const { em, now } = work;
  const found = await findVoucher(em, byId(voucherId));
  if (!found) throw new Refusal('NOT_FOUND');
  if (idempotencyKey !== undefined && found.refund_key === idempotencyKey) return;
  const row = await moveVoucher(work, {
    voucher: byId(voucherId),
    from: ['issued', 'held'],
    to: 'void',
    set: {
      voided_at: now,
      ended_at: now,
      refund_due_at: refund ? refundDueAt(found.offline_allowed, now) : null,
      refund_key: idempotencyKey ?? null,
    },
    actor,
    reason,
  });
  if (row) return payBackWhenDue(work, row);
  const present = await findVoucher(em, byId(voucherId));
  if (idempotencyKey !== undefined && present?.refund_key === idempotencyKey) return;
  throw refusalOf(present ?? found, now);
}

/** Gives the points of a void or expired voucher back, where their time has come. */
export async function payBackWhenDue(work: UnitOfWork, row: VoucherRow): Promise<void> {
  if (row.refund_due_at === null || new Date(row.refund_due_at) > work.now) return;
  const moved = await moveVoucher(work, {
    voucher: byId(row.id),
    from: ['void', 'expired'],
    to: 'refunded',
    guard: { sql: 'v.refund_due_at <= ?', values: [work.now] },
    set: { refunded_at: work.now, refund_due_at: null, piece_returned: true },
    actor: system,
  });
  if (!moved) return;
  await payBack(work, moved, row.state === 'expired' ? 'expired' : 'void');
  await giveBackOne(work.em, moved.offer_id, moved.account_id);
}

/** Reverses what bought the voucher, which is in state `refunded` by now. */
export async function payBack(
  work: UnitOfWork,
  row: VoucherRow,
  cause: 'void' | 'expired' | 'redeemed',
): Promise<void> {
  const reversal = await reverse(work, { businessKey: `refund ${row.id}`, transactionId: row.transaction_id });
  work.record('voucher.refunded', {
    voucherId: row.id,
    transactionId: reversal.id,
    reversedTransactionId: row.transaction_id,
    accountId: row.account_id,
    offerId: row.offer_id,
    retailerId: row.retailer_id,
    points: row.points,
    zipCode: row.zip_code,
    cause,
    issuedAt: new Date(row.issued_at).toISOString(),
    refundedAt: work.now.toISOString(),
  });
  announceChange(work, row.account_id, row.points, PointsReason.REFUND);
  await tellPartners(work, { kind: 'retailer', id: row.retailer_id }, 'voucher.refunded', {
    voucherId: row.id,
    offerId: row.offer_id,
    retailerId: row.retailer_id,
    points: row.points,
    cause,
    refundedAt: work.now.toISOString(),
  });
}
