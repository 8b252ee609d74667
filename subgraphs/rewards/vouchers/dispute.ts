/*
 * A voucher that a till took while it was cut off, and that somebody else had taken first: the shop has served two people
 * for one payment. An administrator decides who bears it. What is upheld is paid from a reserve, an account of the ledger
 * for each retailer and month that begins with the cap of the rule then in force and cannot fall below zero: so much and
 * no more may a retailer gain by taking what was taken.
 */
import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { belongsTo, type Caller } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { pageOf } from '../../kernel/page.ts';
import { Cents, DateTime, Text } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { type LedgerAccount, post } from '../ledger/ledger.ts';
import type { Terminal } from './terminal.ts';
import type { VoucherRow } from './voucher-state.ts';

export enum DisputeState {
  OPEN = 'OPEN',
  UPHELD = 'UPHELD',
  DISMISSED = 'DISMISSED',
}

registerEnumType(DisputeState, {
  name: 'DisputeState',
  description: 'What became of a dispute.',
  valuesConfig: {
    OPEN: { description: 'An administrator has not decided yet.' },
    UPHELD: { description: 'The retailer is paid for it from the reserve.' },
    DISMISSED: { description: 'The retailer bears it.' },
  },
});

@ObjectType({
  description:
    'A voucher that a till took while it was cut off, though it had been used or given back already. For those who act for the retailer, and administrators.',
})
export class VoucherDispute {
  @Field(() => ID, { description: 'The id of the dispute.' })
  id!: string;

  @Field(() => ID, { description: 'The voucher.' })
  voucherId!: string;

  @Field(() => ID, { description: 'The terminal that claims it.' })
  terminalId!: string;

  @Field(() => ID, { description: 'Whose terminal that is.' })
  retailerId!: string;

  @Field(() => Cents, { description: 'What the voucher was worth, in cents.' })
  valueCents!: number;

  @Field(() => DateTime, { description: 'When the terminal says it took it.' })
  claimedAt!: Date;

  @Field(() => DateTime, { description: 'When we learned of it.' })
  openedAt!: Date;

  @Field(() => DisputeState, { description: 'What became of it.' })
  state!: DisputeState;

  @Field(() => Text, { nullable: true, description: 'Why it was decided so.' })
  reason!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was decided.' })
  decidedAt!: Date | null;
}

export const VoucherDisputePage = pageOf(VoucherDispute);

interface DisputeRow {
  readonly id: string;
  readonly voucher_id: string;
  readonly terminal_id: string;
  readonly retailer_id: string;
  readonly value_cents: number;
  readonly claimed_at: string;
  readonly opened_at: string;
  readonly state: string;
  readonly decision_key: string | null;
  readonly reason: string | null;
  readonly decided_at: string | null;
}

const asDispute = (row: DisputeRow): VoucherDispute =>
  Object.assign(new VoucherDispute(), {
    id: row.id,
    voucherId: row.voucher_id,
    terminalId: row.terminal_id,
    retailerId: row.retailer_id,
    valueCents: row.value_cents,
    claimedAt: new Date(row.claimed_at),
    openedAt: new Date(row.opened_at),
    state: row.state.toUpperCase() as DisputeState,
    reason: row.reason,
    decidedAt: row.decided_at === null ? null : new Date(row.decided_at),
  });

export async function openDispute(
  { em, now, newId }: UnitOfWork,
  { terminal, sequence, voucher }: { terminal: Terminal; sequence: number; voucher: VoucherRow },
): Promise<void> {
  await em.execute(
    `insert into rewards.voucher_dispute
       (id, terminal_id, sequence, voucher_id, retailer_id, value_cents, opened_at, state)
     values (?, ?, ?, ?, ?, ?, ?, 'open')`,
    [newId(), terminal.id, sequence, voucher.id, terminal.retailerId, voucher.value_cents, now],
  );
}

export interface DisputeDecision {
  readonly disputeId: string;
  readonly upheld: boolean;
  readonly reason: string;
  readonly accountId: string;
  readonly idempotencyKey: string;
  readonly caller: Caller;
}

/**
 * Decides about a dispute, once; the same decision again is answered with what was decided.
 * @throws Refusal NOT_FOUND, FORBIDDEN for who belongs to the retailer, ALREADY_DECIDED, BUDGET_EXHAUSTED where the reserve of the month does not cover it.
 */
export async function decideDispute(work: UnitOfWork, decision: DisputeDecision): Promise<VoucherDispute> {
  const { em, now } = work;
  const { disputeId, upheld, reason, accountId, idempotencyKey, caller } = decision;
  const [row] = await disputes(em, 'd.id = ?', [disputeId], 'for update of d');
  if (!row) throw new Refusal('NOT_FOUND');
  if (belongsTo(caller, 'retailer', row.retailer_id)) throw ofInterest();
  if (row.decision_key === idempotencyKey) return asDispute(row);
  if (row.state !== 'open') throw new Refusal('ALREADY_DECIDED');
  const transactionId = upheld && row.value_cents > 0 ? await payFromReserve(work, row) : null;
  await em.execute(
    `update rewards.voucher_dispute set state = ?, reason = ?, decided_by = ?, decided_at = ?, decision_key = ?,
       transaction_id = ? where id = ?`,
    [upheld ? 'upheld' : 'dismissed', reason, accountId, now, idempotencyKey, transactionId, disputeId],
  );
  return asDispute({ ...row, state: upheld ? 'upheld' : 'dismissed', reason, decided_at: now.toISOString() });
}

/** Who would gain by a decision does not take it. */
export const ofInterest = () => new Refusal('FORBIDDEN', 'Somebody else has to decide: this concerns you.');

async function payFromReserve(work: UnitOfWork, dispute: DisputeRow): Promise<string> {
  const month = work.now.toISOString().slice(0, 7);
  const reserve = reserveOf(dispute.retailer_id, month);
  const [rule] = await work.em.execute<{ version: number; month_cap_cents: number }[]>(
    `select version, month_cap_cents from rewards.dispute_rule where retailer_id = ? or retailer_id is null
     order by retailer_id is null, version desc limit 1`,
    [dispute.retailer_id],
  );
  if (rule && rule.month_cap_cents > 0) {
    await post(work, {
      kind: 'reserve',
      businessKey: `reserve ${dispute.retailer_id} ${month}`,
      // Once for the month, whatever the rule says later in it.
      fingerprint: month,
      legs: [{ from: { kind: 'grant', ownerId: RESERVES }, to: reserve, amount: rule.month_cap_cents }],
    });
  }
  const to: LedgerAccount = { kind: 'affiliate', ownerId: dispute.retailer_id };
  const legs = [{ from: reserve, to, amount: dispute.value_cents }] as const;
  const businessKey = `dispute ${dispute.id}`;
  return (await post(work, { kind: 'dispute', businessKey, fingerprint: dispute.id, legs: [...legs] })).id;
}

/** Where all reserves are granted from. */
const RESERVES = '00000000-0000-8000-8000-000000000001';

/** The account of a retailer's reserve in a month of UTC: an id that follows from both (a UUID of version 8, RFC 9562). */
export function reserveOf(retailerId: string, month: string): LedgerAccount {
  const bytes = createHash('sha256').update(`dispute reserve ${retailerId} ${month}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const ownerId = bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { kind: 'budget', ownerId };
}

function disputes(
  em: EntityManager,
  condition: string,
  values: readonly unknown[],
  end: string,
): Promise<DisputeRow[]> {
  return em.execute<DisputeRow[]>(
    `select d.*, c.claimed_at from rewards.voucher_dispute d
       join rewards.offline_claim c on c.terminal_id = d.terminal_id and c.sequence = d.sequence
     where ${condition} ${end}`,
    [...values],
  );
}

@ObjectType({ description: 'How much is paid for disputed vouchers at most. For administrators.' })
export class DisputeRule {
  @Field(() => Int, { description: 'Counts up with every rule, whomever it is for.' })
  version!: number;

  @Field(() => ID, { nullable: true, description: 'For this retailer; null: for all that have none of their own.' })
  retailerId!: string | null;

  @Field(() => Cents, { description: 'How much in a month, in cents.' })
  monthCapCents!: number;

  @Field(() => DateTime, { description: 'Since when.' })
  madeAt!: Date;
}

interface RuleRow {
  readonly version: number;
  readonly retailer_id: string | null;
  readonly month_cap_cents: number;
  readonly made_at: string;
}

const asRule = (row: RuleRow): DisputeRule => ({
  version: row.version,
  retailerId: row.retailer_id,
  monthCapCents: row.month_cap_cents,
  madeAt: new Date(row.made_at),
});

/** Saves a rule, for one retailer or for all. It counts for reserves from then on; one that a month has begun with stays. */
export async function saveDisputeRule(
  { em, now }: UnitOfWork,
  rule: { readonly retailerId: string | null; readonly monthCapCents: number; readonly accountId: string },
): Promise<DisputeRule> {
  await em.execute('lock table rewards.dispute_rule in share row exclusive mode');
  const [row] = await em.execute<RuleRow[]>(
    `insert into rewards.dispute_rule (version, retailer_id, month_cap_cents, made_by, made_at)
     select max(version) + 1, cast(? as uuid), ?, cast(? as uuid), cast(? as timestamptz) from rewards.dispute_rule returning *`,
    [rule.retailerId, rule.monthCapCents, rule.accountId, now],
  );
  if (!row) throw new Error('there is always a rule for all');
  return asRule(row);
}

/** The latest rules, the newest first. */
export async function disputeRules(em: EntityManager, limit: number): Promise<DisputeRule[]> {
  const rows = await em.execute<RuleRow[]>('select * from rewards.dispute_rule order by version desc limit ?', [limit]);
  return rows.map(asRule);
}

export interface DisputeFilter {
  /** Of one retailer; of all for administrators. */
  readonly retailerId?: string | undefined;
  readonly state?: DisputeState | null | undefined;
  readonly behind?: { readonly openedAt: Date; readonly id: string } | undefined;
  readonly limit: number;
}

/** The disputes, the latest first. */
export async function disputesOf(em: EntityManager, filter: DisputeFilter): Promise<VoucherDispute[]> {
  const { retailerId, state, behind, limit } = filter;
  const conditions: readonly (readonly [string, readonly unknown[]] | false)[] = [
    retailerId !== undefined && ['d.retailer_id = ?', [retailerId]],
    state != null && ['d.state = ?', [state.toLowerCase()]],
    behind !== undefined && ['(d.opened_at, d.id) < (?, cast(? as uuid))', [behind.openedAt, behind.id]],
  ];
  const asked = conditions.filter((condition) => condition !== false);
  const rows = await disputes(
    em,
    ['true', ...asked.map(([sql]) => sql)].join(' and '),
    [...asked.flatMap(([, values]) => values), limit],
    'order by d.opened_at desc, d.id desc limit ?',
  );
  return rows.map(asDispute);
}
