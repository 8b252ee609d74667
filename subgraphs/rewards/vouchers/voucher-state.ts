/*
 * The states of a voucher and the only way from one to another: one guarded update with the row of its history. Whoever
 * comes second changes nothing and is told the state that it really has. Time limits are decided by the instant of the
 * update, not by the sweep that marks later what has run out.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';

export type VoucherState = 'issued' | 'held' | 'redeemed' | 'expired' | 'void' | 'refunded';

/**
 * From where to where. What was void or expired can still turn out to have been used, by a claim of a till that was cut
 * off then; what was refunded cannot, because points go back only once no such claim counts any more.
 */
export const arrows: Readonly<Record<VoucherState, readonly VoucherState[]>> = {
  issued: ['held', 'redeemed', 'expired', 'void'],
  held: ['issued', 'held', 'redeemed', 'expired', 'void'],
  redeemed: ['refunded'],
  expired: ['refunded', 'redeemed'],
  void: ['refunded', 'redeemed'],
  refunded: [],
};

/** Who did it. Tills by key have no account; a terminal's claim was decided by us. */
export interface Actor {
  readonly kind: 'owner' | 'till' | 'member' | 'administrator' | 'terminal' | 'system';
  readonly accountId?: string | undefined;
  readonly terminalId?: string | undefined;
}

export const system: Actor = { kind: 'system' };

/** A voucher as it stands in the database. */
export interface VoucherRow {
  readonly id: string;
  readonly transaction_id: string;
  readonly account_id: string;
  readonly offer_id: string;
  readonly retailer_id: string;
  readonly points: number;
  readonly value_cents: number;
  readonly zip_code: string | null;
  readonly serial: string;
  readonly state: VoucherState;
  readonly offline_allowed: boolean;
  readonly refundable: boolean;
  readonly refunds_expired: boolean;
  readonly issued_at: string;
  readonly expires_at: string;
  readonly hold_id: string | null;
  readonly hold_key: string | null;
  readonly held_until: string | null;
  readonly redeemed_at: string | null;
  readonly redemption_key: string | null;
  readonly redeemed_with: 'code' | 'token' | 'offline' | null;
  readonly sale_reference: string | null;
  readonly terminal_id: string | null;
  readonly voided_at: string | null;
  readonly ended_at: string | null;
  readonly refund_due_at: string | null;
  readonly refund_key: string | null;
  readonly refunded_at: string | null;
}

/** A condition in SQL on the voucher `v`, with the values of its places. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly unknown[];
}

export interface Move {
  readonly voucher: Condition;
  readonly from: readonly VoucherState[];
  readonly to: VoucherState;
  /** What else has to hold at this instant. */
  readonly guard?: Condition;
  /** Columns that change with it; names are ours. */
  readonly set?: Readonly<Record<string, unknown>>;
  readonly actor: Actor;
  readonly reason?: string | undefined;
}

/** Message on the channel of a voucher's owner: it has changed. */
export interface VoucherMessage {
  readonly voucherId: string;
}

export const voucherChannel = (accountId: string) => `vouchers:${accountId}`;

/**
 * Moves one voucher, and tells its owner's screens.
 * @returns it as it is now; undefined when it is not there, not in such a state, or the guard does not hold.
 */
export async function moveVoucher(work: UnitOfWork, move: Move): Promise<VoucherRow | undefined> {
  const { em, now } = work;
  const { voucher, from, to, guard, actor } = move;
  const wrong = from.find((state) => !arrows[state].includes(to));
  if (wrong) throw new Error(`no voucher goes from ${wrong} to ${to}`);
  const set = { ...move.set, ...(actor.terminalId && { terminal_id: actor.terminalId }) };
  const [row] = await em.execute<VoucherRow[]>(
    `with before as (
       select v.id, v.state from rewards.voucher v
       where ${voucher.sql} and v.state in (?) ${guard ? `and ${guard.sql}` : ''} for update
     ), moved as (
       update rewards.voucher v set state = ?, version = v.version + 1
         ${Object.keys(set)
           .map((column) => `, ${column} = ?`)
           .join('')}
       from before where v.id = before.id
       returning v.*, before.state as from_state
     ), noted as (
       insert into rewards.voucher_event
         (voucher_id, sequence, from_state, to_state, actor, actor_id, terminal_id, happened_at, reason)
       select id, version, from_state, state, ?, cast(? as uuid), cast(? as uuid), cast(? as timestamptz), ? from moved
     )
     select * from moved`,
    [
      ...voucher.values,
      [...from],
      ...(guard?.values ?? []),
      to,
      ...Object.values(set),
      actor.kind,
      actor.accountId ?? null,
      actor.terminalId ?? null,
      now,
      move.reason ?? null,
    ],
  );
  if (row) work.announce(voucherChannel(row.account_id), { voucherId: row.id } satisfies VoucherMessage);
  return row;
}

export async function findVoucher(em: EntityManager, voucher: Condition): Promise<VoucherRow | undefined> {
  const [row] = await em.execute<VoucherRow[]>(`select v.* from rewards.voucher v where ${voucher.sql}`, [
    ...voucher.values,
  ]);
  return row;
}

export const byId = (id: string): Condition => ({ sql: 'v.id = ?', values: [id] });

/** The state as people are told it: what has run out is over, also before the sweep has marked it. */
export function stateAt(
  voucher: {
    readonly state: VoucherState;
    readonly expiresAt: Date;
    readonly heldUntil?: Date | null | undefined;
  },
  now: Date,
): VoucherState {
  const { state, expiresAt, heldUntil } = voucher;
  if (state !== 'issued' && state !== 'held') return state;
  // A hold that began in time may outlast the voucher.
  if (state === 'held' && heldUntil && heldUntil > now) return 'held';
  return expiresAt <= now ? 'expired' : 'issued';
}

/** Why a voucher cannot be taken, held or given back at `now`. */
export function refusalOf(row: VoucherRow, now: Date): Refusal {
  const heldUntil = row.held_until === null ? null : new Date(row.held_until);
  const state = stateAt({ state: row.state, expiresAt: new Date(row.expires_at), heldUntil }, now);
  const told = (instant: string | null) => (instant === null ? '' : ` at ${new Date(instant).toISOString()}`);
  if (state === 'redeemed') return new Refusal('VOUCHER_REDEEMED', `The voucher was redeemed${told(row.redeemed_at)}.`);
  if (state === 'void') return new Refusal('VOUCHER_VOID', `The voucher was made void${told(row.voided_at)}.`);
  if (state === 'refunded') {
    return new Refusal('VOUCHER_VOID', `The voucher's points were given back${told(row.refunded_at)}.`);
  }
  if (state === 'expired') return new Refusal('VOUCHER_EXPIRED', `The voucher expired${told(row.expires_at)}.`);
  if (state === 'held') {
    return new Refusal('VOUCHER_HELD', `A till holds the voucher for a sale until ${heldUntil?.toISOString()}.`);
  }
  return new Refusal('CHANGED_MEANWHILE', 'The voucher changed at this moment; try again.');
}
