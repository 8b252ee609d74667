/*
 * A redemption that was a mistake: who acts for the retailer asks for it to be taken back, and an administrator who is
 * somebody else decides. Then the points go back, once; stock and the person's limit do not, because somebody was served
 * under them or might have been.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { belongsTo, type Caller } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { pageOf } from '../../kernel/page.ts';
import { DateTime, Text } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { ofInterest } from './dispute.ts';
import { payBack } from './refund.ts';
import { byId, findVoucher, moveVoucher, refusalOf } from './voucher-state.ts';

/** How long after it a redemption may be taken back. */
export const REVERSAL_DAYS = 30;

export enum ReversalState {
  OPEN = 'OPEN',
  APPROVED = 'APPROVED',
  DISMISSED = 'DISMISSED',
}

registerEnumType(ReversalState, {
  name: 'ReversalState',
  description: 'What became of the request to take a redemption back.',
  valuesConfig: {
    OPEN: { description: 'An administrator has not decided yet.' },
    APPROVED: { description: 'The redemption was taken back and the points went to the owner of the voucher.' },
    DISMISSED: { description: 'The redemption stands.' },
  },
});

@ObjectType({
  description:
    'A request of a retailer to take a redemption back. For those who act for the retailer, and administrators, of whom another one decides than who asked.',
})
export class RedemptionReversal {
  @Field(() => ID, { description: 'The id of the request.' })
  id!: string;

  @Field(() => ID, { description: 'The voucher.' })
  voucherId!: string;

  @Field(() => ID, { description: 'The retailer that took it.' })
  retailerId!: string;

  @Field(() => DateTime, { description: 'When it was asked.' })
  askedAt!: Date;

  askedBy!: string;

  @Field(() => Text, { description: 'Why.' })
  reason!: string;

  @Field(() => ReversalState, { description: 'What became of it.' })
  state!: ReversalState;

  @Field(() => Text, { nullable: true, description: 'Why it was decided so.' })
  decisionReason!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was decided.' })
  decidedAt!: Date | null;
}

export const RedemptionReversalPage = pageOf(RedemptionReversal);

interface ReversalRow {
  readonly id: string;
  readonly voucher_id: string;
  readonly retailer_id: string;
  readonly asked_by: string;
  readonly asked_at: string;
  readonly reason: string;
  readonly state: string;
  readonly decision_key: string | null;
  readonly decision_reason: string | null;
  readonly decided_at: string | null;
}

const asReversal = (row: ReversalRow): RedemptionReversal =>
  Object.assign(new RedemptionReversal(), {
    id: row.id,
    voucherId: row.voucher_id,
    retailerId: row.retailer_id,
    askedAt: new Date(row.asked_at),
    askedBy: row.asked_by,
    reason: row.reason,
    state: row.state.toUpperCase() as ReversalState,
    decisionReason: row.decision_reason,
    decidedAt: row.decided_at === null ? null : new Date(row.decided_at),
  });

/**
 * Asks for a redemption to be taken back; a voucher has one open request at a time, which is the answer to a repetition.
 * @throws Refusal NOT_FOUND for a voucher that this retailer has not taken, VOUCHER_NOT_REFUNDABLE after 30 days, VOUCHER_VOID.
 */
export async function askForReversal(
  { em, now, newId }: UnitOfWork,
  asked: {
    readonly voucherId: string;
    readonly retailerId: string;
    readonly accountId: string;
    readonly reason: string;
  },
): Promise<RedemptionReversal> {
  const voucher = await findVoucher(em, byId(asked.voucherId));
  if (voucher?.retailer_id !== asked.retailerId || voucher.redeemed_at === null) throw new Refusal('NOT_FOUND');
  if (voucher.state !== 'redeemed') throw refusalOf(voucher, now);
  if (now.getTime() - new Date(voucher.redeemed_at).getTime() > REVERSAL_DAYS * 86_400_000) {
    throw new Refusal('VOUCHER_NOT_REFUNDABLE', `A redemption is taken back within ${REVERSAL_DAYS} days only.`);
  }
  await em.execute(
    `insert into rewards.redemption_reversal (id, voucher_id, retailer_id, asked_by, asked_at, reason, state)
     values (?, ?, ?, ?, ?, ?, 'open') on conflict (voucher_id) where state = 'open' do nothing`,
    [newId(), asked.voucherId, asked.retailerId, asked.accountId, now, asked.reason],
  );
  const [row] = await em.execute<ReversalRow[]>(
    "select * from rewards.redemption_reversal where voucher_id = ? and state = 'open'",
    [asked.voucherId],
  );
  if (!row) throw new Refusal('CHANGED_MEANWHILE');
  return asReversal(row);
}

export interface ReversalDecision {
  readonly reversalId: string;
  readonly approve: boolean;
  readonly reason: string;
  readonly accountId: string;
  readonly idempotencyKey: string;
  readonly caller: Caller;
}

/**
 * Decides about such a request, once; the same decision again is answered with what was decided.
 * @throws Refusal NOT_FOUND, FORBIDDEN for who asked, owned the voucher or belongs to the retailer, ALREADY_DECIDED, VOUCHER_VOID.
 */
export async function decideReversal(work: UnitOfWork, decision: ReversalDecision): Promise<RedemptionReversal> {
  const { em, now } = work;
  const { reversalId, approve, accountId, reason, idempotencyKey, caller } = decision;
  const state = approve ? 'approved' : 'dismissed';
  const [row] = await em.execute<ReversalRow[]>('select * from rewards.redemption_reversal where id = ? for update', [
    reversalId,
  ]);
  if (!row) throw new Refusal('NOT_FOUND');
  if (row.asked_by === accountId) throw new Refusal('FORBIDDEN', 'Somebody else decides than who asked.');
  const isOwn = (await findVoucher(em, byId(row.voucher_id)))?.account_id === accountId;
  if (isOwn || belongsTo(caller, 'retailer', row.retailer_id)) throw ofInterest();
  if (row.decision_key === idempotencyKey) return asReversal(row);
  if (row.state !== 'open') throw new Refusal('ALREADY_DECIDED');
  if (approve) {
    const voucher = await moveVoucher(work, {
      voucher: byId(row.voucher_id),
      from: ['redeemed'],
      to: 'refunded',
      set: { refunded_at: now },
      actor: { kind: 'administrator', accountId },
      reason,
    });
    if (!voucher) throw new Refusal('VOUCHER_VOID');
    await payBack(work, voucher, 'redeemed');
  }
  await em.execute(
    `update rewards.redemption_reversal
     set state = ?, decided_by = ?, decided_at = ?, decision_reason = ?, decision_key = ? where id = ?`,
    [state, accountId, now, reason, idempotencyKey, reversalId],
  );
  return asReversal({ ...row, state, decided_at: now.toISOString(), decision_reason: reason });
}

/** The latest request of each of these vouchers; null for one that nobody asked to be taken back. */
export async function latestReversals(
  em: EntityManager,
  voucherIds: readonly string[],
): Promise<(RedemptionReversal | null)[]> {
  const rows = await em.execute<ReversalRow[]>(
    `select distinct on (voucher_id) * from rewards.redemption_reversal where voucher_id in (?)
     order by voucher_id, asked_at desc, id desc`,
    [[...voucherIds]],
  );
  const byVoucher = new Map(rows.map((row) => [row.voucher_id, asReversal(row)]));
  return voucherIds.map((id) => byVoucher.get(id) ?? null);
}

/** The requests in a state, those that wait longest first. */
export async function reversalsIn(
  em: EntityManager,
  state: ReversalState,
  page: { readonly limit: number; readonly behind?: { readonly askedAt: Date; readonly id: string } | undefined },
): Promise<RedemptionReversal[]> {
  const { behind, limit } = page;
  const rows = await em.execute<ReversalRow[]>(
    `select * from rewards.redemption_reversal where state = ?
       ${behind ? 'and (asked_at, id) > (?, cast(? as uuid))' : ''} order by asked_at, id limit ?`,
    [state.toLowerCase(), ...(behind ? [behind.askedAt, behind.id] : []), limit],
  );
  return rows.map(asReversal);
}
