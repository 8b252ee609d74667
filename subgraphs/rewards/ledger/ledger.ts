/*
 * Postings, holds and what they add up to, in points and in cents. The rules stand in SQL (posting-functions.ts,
 * hold-functions.ts); here is how they are called and what their refusals mean. Only people and budgets keep a balance, and
 * it never falls below what is held; every other account may give without end, and has the sum of its postings.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Refusal, type RefusalCode } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';

export type Unit = 'points' | 'cents';

const unitOfKind = {
  /** Where awards come from and reversals go back to. */
  issuance: 'points',
  person: 'points',
  /** Points that were spent at a retailer. */
  retailer: 'points',
  /** Points that were given to a charity, until it has settled them. */
  charity: 'points',
  /** Points that paid fees. */
  municipality: 'points',
  /** Points that ran out. */
  expired: 'points',
  /** Points that an organisation has settled outside of this system. */
  settled: 'points',
  /** The budget of a scheme, whose id is the owner. */
  budget: 'cents',
  /** Where a municipality's budgets are granted from. */
  grant: 'cents',
  /** What the budgets of a municipality paid of people's fees. */
  fee: 'cents',
  /** What a retailer owes in affiliate fees. */
  affiliate: 'cents',
  /** The share of the non-profit itself. */
  administration: 'cents',
  fund: 'cents',
  /** What a fund has paid for; the owner is the fund. */
  payout: 'cents',
} as const satisfies Record<string, Unit>;

export type AccountKind = keyof typeof unitOfKind;

export const unitOf = (kind: AccountKind): Unit => unitOfKind[kind];

export interface LedgerAccount {
  readonly kind: AccountKind;
  readonly ownerId: string;
}

const NOBODY = '00000000-0000-0000-0000-000000000000';
/** The one account that points come from. */
export const issuance: LedgerAccount = { kind: 'issuance', ownerId: NOBODY };
/** The one account of the non-profit's share. */
export const administration: LedgerAccount = { kind: 'administration', ownerId: NOBODY };
export const person = (ownerId: string): LedgerAccount => ({ kind: 'person', ownerId });

/** An id as PostgreSQL writes it: the same id may arrive in capitals, and keys and fingerprints are compared as text. */
export const canonicalId = (id: string): string => id.toLowerCase();

/** One movement within a transaction; both accounts are of one unit. */
export interface Leg {
  readonly from: LedgerAccount;
  readonly to: LedgerAccount;
  /** Whole points or cents, positive and exact. */
  readonly amount: number;
}

export interface PostingHead {
  /** A name in rewards.transaction_kind; a folder that needs another inserts it by migration. */
  readonly kind: string;
  /** What may happen once. The same key again with the same fingerprint is the same transaction. */
  readonly businessKey: string;
  /** What else was asked under the key, to tell a repetition from another wish. */
  readonly fingerprint: string;
  /** Of awards: the scoring rule that priced it. */
  readonly ruleVersion?: number;
  /** When the points that people are given here run out; never where it is absent. */
  readonly lotExpiresAt?: Date | null;
  /** The transaction that this takes back as far as it says; at most one does. `reverse` mirrors a whole one. */
  readonly reverses?: string;
}

export interface Transfer extends PostingHead {
  readonly legs: readonly [Leg, ...Leg[]];
}

/** Several movements, or one of points. */
export type Posting =
  | Transfer
  | (PostingHead & { readonly from: LedgerAccount; readonly to: LedgerAccount; readonly points: number });

export interface PostedTransaction {
  readonly id: string;
  /** False when this had been posted before, and nothing was done now. */
  readonly fresh: boolean;
}

/** Which refusal the SQL functions mean by an SQLSTATE. */
const refusals: Readonly<Record<string, RefusalCode>> = {
  HB001: 'IDEMPOTENCY_MISMATCH',
  HB002: 'INSUFFICIENT_POINTS',
  HB003: 'ACCOUNT_FROZEN',
  HB004: 'BUDGET_EXHAUSTED',
  HB005: 'NOT_FOUND',
  HB006: 'HOLD_EXPIRED',
  HB007: 'HOLD_ENDED',
  HB008: 'NOT_REVERSIBLE',
};

const constraints: Readonly<Record<string, RefusalCode>> = {
  transaction_reverses: 'ALREADY_REVERSED',
  hold_business_key_key: 'IDEMPOTENCY_MISMATCH',
};

async function call<Row>(em: EntityManager, sql: string, values: readonly unknown[]): Promise<Row[]> {
  try {
    return await em.execute<Row[]>(sql, [...values]);
  } catch (error) {
    const { code = '', constraint = '' } = error as { code?: string; constraint?: string };
    const refusal = code === '23505' ? constraints[constraint] : refusals[code];
    if (refusal) throw new Refusal(refusal);
    if (code === 'HB009') throw new Refusal('BAD_USER_INPUT', 'That is not what is held: nothing of it, or more.');
    throw error;
  }
}

function only<Row>([row]: Row[]): Row {
  if (!row) throw new Error('this always answers');
  return row;
}

/** The legs as five arrays of PostgreSQL. @throws RangeError for what is no amount, before anything is written. */
function columnsOf(legs: readonly Leg[]) {
  for (const { from, to, amount } of legs) {
    if (!Number.isSafeInteger(amount) || amount <= 0) throw new RangeError('An amount is a positive whole number');
    if (unitOf(from.kind) !== unitOf(to.kind)) throw new RangeError('Points are not money');
  }
  return {
    from_kinds: legs.map(({ from }) => from.kind),
    from_owners: legs.map(({ from }) => from.ownerId),
    to_kinds: legs.map(({ to }) => to.kind),
    to_owners: legs.map(({ to }) => to.ownerId),
    amounts: legs.map(({ amount }) => amount),
  };
}

const LEGS = '?::text[], ?::uuid[], ?::text[], ?::uuid[], ?::bigint[]';
/** Kinds, ids and numbers need no quotes in an array of PostgreSQL; a JavaScript array would become a list. */
const legValues = (legs: readonly Leg[]) => Object.values(columnsOf(legs)).map((column) => `{${column.join(',')}}`);

const legsOf = (posting: Posting): readonly Leg[] =>
  'legs' in posting ? posting.legs : [{ from: posting.from, to: posting.to, amount: posting.points }];

const headOf = (posting: Posting) => ({
  kind: posting.kind,
  business_key: posting.businessKey,
  fingerprint: posting.fingerprint,
  rule_version: posting.ruleVersion ?? null,
  lot_expires_at: posting.lotExpiresAt ?? null,
  reverses: posting.reverses ?? null,
});

interface PostedRow {
  readonly posted_id: string;
  readonly fresh: boolean;
}
const posted = ({ posted_id: id, fresh }: PostedRow): PostedTransaction => ({ id, fresh });

/**
 * Moves points or cents in the transaction of `work`, once per business key.
 * @throws Refusal IDEMPOTENCY_MISMATCH for another fingerprint under a used key, INSUFFICIENT_POINTS for a person's overdraft,
 * BUDGET_EXHAUSTED for a budget's, ACCOUNT_FROZEN where a frozen account would spend, ALREADY_REVERSED.
 */
export async function post({ em, now, newId }: UnitOfWork, posting: Posting): Promise<PostedTransaction> {
  const head = headOf(posting);
  const rows = await call<PostedRow>(
    em,
    `select posted_id, fresh from rewards.post(?, ?, ?, ?, ?, ?, ?, ?, null, ${LEGS})`,
    [
      newId(),
      head.kind,
      head.business_key,
      head.fingerprint,
      head.rule_version,
      now,
      head.lot_expires_at,
      head.reverses,
      ...legValues(legsOf(posting)),
    ],
  );
  return posted(only(rows));
}

/** Posts many in one call, in their order: all of them, or none where one is refused as by `post`. */
export async function postAll(
  { em, now, newId }: UnitOfWork,
  postings: readonly Posting[],
): Promise<PostedTransaction[]> {
  if (postings.length === 0) return [];
  const bodies = postings.map((posting) => ({ id: newId(), ...headOf(posting), ...columnsOf(legsOf(posting)) }));
  const rows = await call<PostedRow>(em, 'select posted_id, fresh from rewards.post_all(?::jsonb, ?) order by place', [
    JSON.stringify(bodies),
    now,
  ]);
  return rows.map(posted);
}

/**
 * Undoes a transaction, once: mirrors every leg exactly and gives points back to the lots they came from, which keep their
 * end; what would have run out meanwhile has run out.
 * @param kind one that undoes, `reversal` where nothing else is meant.
 * @throws Refusal NOT_FOUND, ALREADY_REVERSED, NOT_REVERSIBLE for what is itself an undoing or an expiry, INSUFFICIENT_POINTS
 * or BUDGET_EXHAUSTED where what was given has been spent, IDEMPOTENCY_MISMATCH.
 */
export async function reverse(
  { em, now, newId }: UnitOfWork,
  reversal: { readonly businessKey: string; readonly transactionId: string; readonly kind?: string },
): Promise<PostedTransaction> {
  const { businessKey, transactionId, kind = 'reversal' } = reversal;
  const rows = await call<PostedRow>(em, 'select posted_id, fresh from rewards.reverse(?, ?, ?, ?, ?)', [
    newId(),
    kind,
    businessKey,
    transactionId,
    now,
  ]);
  return posted(only(rows));
}

export interface Hold {
  readonly businessKey: string;
  readonly fingerprint: string;
  /** Of a person or a budget. */
  readonly account: LedgerAccount;
  readonly amount: number;
  /** From this instant on it holds nothing and cannot be captured. */
  readonly expiresAt: Date;
}

/**
 * Sets aside points or cents, once per business key: they cannot be spent, do not expire, and are not taken back while held.
 * @throws Refusal IDEMPOTENCY_MISMATCH, INSUFFICIENT_POINTS, BUDGET_EXHAUSTED, ACCOUNT_FROZEN.
 */
export async function hold(
  { em, now, newId }: UnitOfWork,
  { businessKey, fingerprint, account, amount, expiresAt }: Hold,
): Promise<{ readonly holdId: string; readonly fresh: boolean }> {
  if (!Number.isSafeInteger(amount) || amount <= 0) throw new RangeError('An amount is a positive whole number');
  const rows = await call<{ hold_id: string; fresh: boolean }>(
    em,
    'select hold_id, fresh from rewards.make_hold(?, ?, ?, ?, ?, ?, ?, ?)',
    [newId(), businessKey, fingerprint, account.kind, account.ownerId, amount, now, expiresAt],
  );
  const { hold_id: holdId, fresh } = only(rows);
  return { holdId, fresh };
}

export interface Capture {
  readonly holdId: string;
  readonly kind: string;
  readonly businessKey: string;
  /** The hold's id where it is absent. */
  readonly fingerprint?: string;
  /** At least one is from the held account; those take no more than was held, and the rest of it is free again. */
  readonly legs: readonly [Leg, ...Leg[]];
}

/**
 * Takes what was held, once. Whether it has expired is decided by the instant of `work`.
 * @throws Refusal NOT_FOUND, HOLD_EXPIRED, HOLD_ENDED, BAD_USER_INPUT for more than is held, and those of `post`.
 */
export async function capture(
  { em, now, newId }: UnitOfWork,
  { holdId, kind, businessKey, fingerprint = holdId, legs }: Capture,
): Promise<PostedTransaction> {
  const rows = await call<PostedRow>(em, `select posted_id, fresh from rewards.capture(?, ?, ?, ?, ?, ?, ${LEGS})`, [
    holdId,
    newId(),
    kind,
    businessKey,
    fingerprint,
    now,
    ...legValues(legs),
  ]);
  return posted(only(rows));
}

/** Frees what was held; harmless where that has been done or has expired. @throws Refusal NOT_FOUND, HOLD_ENDED once captured. */
export async function release({ em, now }: UnitOfWork, { holdId }: { readonly holdId: string }): Promise<void> {
  await call(em, 'select rewards.release(?, ?)', [holdId, now]);
}

/**
 * From now on the account, of a person or a budget, spends nothing and nothing of it is held or captured, or it does again.
 * It still receives, and what is taken back or runs out still is.
 * @returns whether that changed anything.
 */
export async function freeze({ em }: UnitOfWork, account: LedgerAccount, frozen: boolean): Promise<boolean> {
  await em.execute('select 1 from rewards.account_of(?, ?)', [account.kind, account.ownerId]);
  const rows = await em.execute<unknown[]>(
    'update rewards.account set status = ? where kind = ? and owner_id = ? and status <> ? returning id',
    [frozen ? 'frozen' : 'open', account.kind, account.ownerId, frozen ? 'frozen' : 'open'],
  );
  return rows.length > 0;
}
