/*
 * How a retailer takes a voucher: once, whoever asks how often. At once, or held for the length of a sale and then
 * captured or let go; whether the hold still stands is decided by the clock at the capture. Codes that nobody has and
 * codes of other retailers are answered alike.
 */
import type { KeyObject } from 'node:crypto';
import type { Call } from '../../kernel/call.ts';
import { type Caller, organisationsOf } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { canonicalId } from '../ledger/ledger.ts';
import { refuseFormerMember } from '../membership.ts';
import { tellPartners } from '../webhooks/tell-partners.ts';
import { normalizeVoucherCode, type VoucherVault } from './voucher-code.ts';
import { type Actor, type Condition, findVoucher, moveVoucher, refusalOf, type VoucherRow } from './voucher-state.ts';
import { isSignedBy, readToken, shortId } from './voucher-token.ts';

/** Who stands at the till. */
export interface Till {
  readonly retailerId: string;
  /** The person who acts for the retailer; absent for its key. */
  readonly accountId?: string | undefined;
  /** Where the till said which of the retailer's it is; it was looked up. */
  readonly terminalId?: string | undefined;
}

/**
 * For which retailer the caller acts: a key for its own; a person for the one they name, or the only one there is.
 * @throws Refusal FORBIDDEN, BAD_USER_INPUT where several could be meant.
 */
export function tillOf(caller: Caller, retailerId?: string | null): Till {
  const own = organisationsOf(caller, 'retailer');
  const named = retailerId ? canonicalId(retailerId) : undefined;
  const [first] = named ? own.filter((id) => id === named) : own;
  if (!first) throw new Refusal('FORBIDDEN', 'This is for those who act for the retailer.');
  if (!named && own.length > 1) throw new Refusal('BAD_USER_INPUT', 'Say for which retailer: you act for several.');
  return { retailerId: first, accountId: caller.accountId };
}

/** The same for who changes something, who acts for the retailer still. @throws Refusal as `tillOf`. */
export async function changingTillOf(call: Pick<Call, 'caller' | 'em'>, retailerId?: string | null): Promise<Till> {
  const till = tillOf(call.caller, retailerId);
  await refuseFormerMember(call, call.caller, 'retailer', till.retailerId);
  return till;
}

/** @throws Refusal BAD_USER_INPUT for an instant before the year 1, which the database does not know by that name. */
export function refuseAncient(...instants: readonly (Date | null | undefined)[]): void {
  if (instants.some((instant) => instant != null && instant.getUTCFullYear() < 1)) {
    throw new Refusal('BAD_USER_INPUT', 'An instant must be of the year 1 or later.');
  }
}

/** A voucher as it was shown, well-formed: which one it is, and how it was shown. */
export interface Shown {
  readonly voucher: Condition;
  readonly method: 'code' | 'token';
  /** Whether our own signature says that it is a voucher of this retailer; anything else could be a guess. */
  readonly isProven: boolean;
}

/** @throws Refusal VOUCHER_INVALID for what cannot be a code: a slip, not a guess. */
export function shownCode(vault: VoucherVault, typedCode: string): Shown {
  const code = normalizeVoucherCode(typedCode);
  if (!code) throw new Refusal('VOUCHER_INVALID', 'That is no code of ours: a symbol is missing or wrong.');
  return { voucher: { sql: 'v.code_digest = ?', values: [vault.digest(code)] }, method: 'code', isProven: false };
}

/**
 * @param keys all that are published.
 * @returns a voucher that nobody has, where the token is forged or another retailer's: that is a guess as any other.
 */
export function shownToken(keys: ReadonlyMap<number, KeyObject>, token: string, retailerId: string): Shown {
  const claims = readToken(token);
  const key = claims && keys.get(claims.keyId);
  const isProven =
    claims !== undefined && key !== undefined && isSignedBy(key, token) && claims.retailer === shortId(retailerId);
  return { voucher: { sql: 'v.serial = ?', values: [isProven ? claims.serial : 0] }, method: 'token', isProven };
}

const actorOf = ({ accountId, terminalId }: Till): Actor => ({
  kind: accountId ? 'member' : 'till',
  accountId,
  terminalId,
});

/** Free at this instant, in time, of this retailer, which is not suspended, and not the own one of whoever stands there. */
function guardOf({ retailerId, accountId }: Till, now: Date): Condition {
  return {
    sql: `v.retailer_id = ? and (v.state = 'issued' or v.held_until <= ?) and v.expires_at > ?
      and v.account_id is distinct from cast(? as uuid)
      and not exists (select 1 from rewards.retailer_standing s where s.retailer_id = v.retailer_id and s.suspended)`,
    values: [retailerId, now, now, accountId ?? null],
  };
}

/** Why the guard does not hold for a voucher that the till was shown. */
async function whyNot({ em, now }: UnitOfWork, till: Till, row: VoucherRow | undefined): Promise<Refusal> {
  if (!row || row.retailer_id !== till.retailerId) return new Refusal('VOUCHER_INVALID');
  if (row.account_id === till.accountId) {
    return new Refusal('FORBIDDEN', 'Nobody takes a voucher of their own; let somebody else of the shop do it.');
  }
  const [suspended] = await em.execute<unknown[]>(
    'select 1 from rewards.retailer_standing where retailer_id = ? and suspended',
    [till.retailerId],
  );
  return suspended ? new Refusal('RETAILER_SUSPENDED') : refusalOf(row, now);
}

export interface Sale {
  /** The same key again for the same voucher is answered with the same redemption. */
  readonly idempotencyKey?: string | null | undefined;
  /** The number of the sale in the retailer's books. */
  readonly reference?: string | null | undefined;
}

/**
 * Takes a voucher, once.
 * @throws Refusal VOUCHER_INVALID, VOUCHER_REDEEMED, VOUCHER_EXPIRED, VOUCHER_HELD, VOUCHER_VOID, RETAILER_SUSPENDED, FORBIDDEN.
 */
export async function redeemVoucher(work: UnitOfWork, till: Till, shown: Shown, sale: Sale): Promise<VoucherRow> {
  const { em, now } = work;
  const row = await moveVoucher(work, {
    voucher: shown.voucher,
    from: ['issued', 'held'],
    to: 'redeemed',
    guard: guardOf(till, now),
    set: {
      redeemed_at: now,
      ended_at: now,
      redeemed_with: shown.method,
      terminal_id: till.terminalId ?? null,
      // A hold that had run out must not be captured for what somebody else took.
      hold_id: null,
      redemption_key: sale.idempotencyKey ?? null,
      sale_reference: sale.reference ?? null,
    },
    actor: actorOf(till),
  });
  if (row) return recordRedemption(work, row);
  const found = await findVoucher(em, shown.voucher);
  // The answer to the same request was lost on its way.
  const isRepeated = found?.state === 'redeemed' && sale.idempotencyKey && found.redemption_key === sale.idempotencyKey;
  if (found && isRepeated && found.retailer_id === till.retailerId) return found;
  throw await whyNot(work, till, found);
}

/** Tells that a voucher was taken, by whatever way. */
export async function recordRedemption(work: UnitOfWork, row: VoucherRow): Promise<VoucherRow> {
  const { id: voucherId, offer_id: offerId, retailer_id: retailerId } = row;
  const redeemedAt = new Date(row.redeemed_at ?? work.now).toISOString();
  work.record('voucher.redeemed', { voucherId, offerId, retailerId, zipCode: row.zip_code, redeemedAt });
  await tellPartners(work, { kind: 'retailer', id: retailerId }, 'voucher.redeemed', {
    voucherId,
    offerId,
    retailerId,
    points: row.points,
    valueCents: row.value_cents,
    method: row.redeemed_with ?? 'code',
    terminalId: row.terminal_id,
    redeemedAt,
  });
  return row;
}

/** How long a sale may take, in seconds. */
export const HOLD_SECONDS = { least: 10, usual: 120, most: 600 } as const;

/**
 * Keeps a voucher for one sale, so that nobody else takes it meanwhile. A hold that has run out is free for all.
 * @throws Refusal as `redeemVoucher`.
 */
export async function holdVoucher(
  work: UnitOfWork,
  till: Till,
  shown: Shown,
  wish: { readonly idempotencyKey: string; readonly seconds: number },
): Promise<VoucherRow> {
  const { em, now } = work;
  const row = await moveVoucher(work, {
    voucher: shown.voucher,
    from: ['issued', 'held'],
    to: 'held',
    guard: guardOf(till, now),
    set: {
      hold_id: work.newId(),
      hold_key: wish.idempotencyKey,
      held_until: new Date(now.getTime() + wish.seconds * 1000),
      redeemed_with: shown.method,
      terminal_id: till.terminalId ?? null,
    },
    actor: actorOf(till),
  });
  if (row) return row;
  const found = await findVoucher(em, shown.voucher);
  const isRepeated = found?.state === 'held' && found.hold_key === wish.idempotencyKey;
  if (found && isRepeated && found.retailer_id === till.retailerId) return found;
  throw await whyNot(work, till, found);
}

/**
 * Takes the voucher that a hold keeps; the same hold again is answered with the same redemption.
 * @throws Refusal HOLD_EXPIRED, HOLD_ENDED, RETAILER_SUSPENDED.
 */
export async function captureVoucher(work: UnitOfWork, till: Till, holdId: string, sale: Sale): Promise<VoucherRow> {
  const { em, now } = work;
  const voucher = heldBy(till, holdId);
  const row = await moveVoucher(work, {
    voucher,
    from: ['held'],
    to: 'redeemed',
    guard: {
      sql: `v.held_until > ? and not exists
        (select 1 from rewards.retailer_standing s where s.retailer_id = v.retailer_id and s.suspended)`,
      values: [now],
    },
    set: { redeemed_at: now, ended_at: now, sale_reference: sale.reference ?? null },
    actor: actorOf(till),
  });
  if (row) return recordRedemption(work, row);
  const found = await findVoucher(em, voucher);
  if (!found) throw new Refusal('HOLD_ENDED');
  if (found.state === 'redeemed') return found;
  if (found.state !== 'held') throw new Refusal('HOLD_ENDED');
  if (new Date(found.held_until ?? now) <= now) throw new Refusal('HOLD_EXPIRED');
  throw await whyNot(work, till, found);
}

/** Lets a voucher go; nothing happens where the hold is over already. @throws Refusal HOLD_ENDED for a hold never made here. */
export async function releaseVoucher(work: UnitOfWork, till: Till, holdId: string): Promise<VoucherRow> {
  const voucher = heldBy(till, holdId);
  const row = await moveVoucher(work, { voucher, from: ['held'], to: 'issued', actor: actorOf(till) });
  if (row) return row;
  const found = await findVoucher(work.em, voucher);
  if (!found) throw new Refusal('HOLD_ENDED');
  if (found.state === 'redeemed') throw new Refusal('VOUCHER_REDEEMED', 'The hold was captured before.');
  return found;
}

const heldBy = ({ retailerId }: Till, holdId: string): Condition => ({
  sql: 'v.hold_id = ? and v.retailer_id = ?',
  values: [holdId, retailerId],
});
