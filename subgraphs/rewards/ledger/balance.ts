/*
 * What accounts have: people and budgets from their rows, put right for what has expired and not been swept yet; everybody
 * else from the postings. Balances of the past are read from the entries, each of which says what was there after it.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { LedgerAccount } from './ledger.ts';

export interface Balance {
  /** What can be spent now: without what is held, and without what has run out. */
  readonly available: number;
  readonly held: number;
  /** All that ever came in, without what was taken back. */
  readonly earned: number;
  /** All that ever went out, without what came back and what ran out. */
  readonly spent: number;
  /** What is to be taken back and was not covered; people only. */
  readonly owed: number;
  /** What ran out. */
  readonly expired: number;
  readonly frozen: boolean;
  /** What runs out next, and when; null where nothing does. */
  readonly expiringNext: { readonly points: number; readonly at: Date } | null;
}

const NOTHING: Balance = {
  available: 0,
  held: 0,
  earned: 0,
  spent: 0,
  owed: 0,
  expired: 0,
  frozen: false,
  expiringNext: null,
};

type Figures = 'available' | 'held' | 'earned' | 'spent' | 'expired' | 'owed';
type BalanceRow = Record<Figures | 'owner_id' | 'status', string> & {
  next_points: string | null;
  next_at: Date | string | null;
};

/** The balances of people or budgets at `now`; zeros for whom the ledger does not know. Answers in the order of `ownerIds`. */
export async function balancesOf(
  em: EntityManager,
  ownerIds: readonly string[],
  now: Date,
  kind: 'person' | 'budget' = 'person',
): Promise<Balance[]> {
  const rows = await em.execute<BalanceRow[]>(
    `select b.*, coalesce(o.points, 0) as owed from rewards.balances(?, ?::uuid[], ?) b
       left join rewards.owed o on o.account_id = b.owner_id`,
    [kind, `{${ownerIds.join(',')}}`, now],
  );
  const byOwner = new Map(rows.map((row) => [row.owner_id, row]));
  return ownerIds.map((ownerId) => {
    const row = byOwner.get(ownerId.toLowerCase());
    if (!row) return NOTHING;
    return {
      available: Number(row.available),
      held: Number(row.held),
      earned: Number(row.earned),
      spent: Number(row.spent),
      owed: Number(row.owed),
      expired: Number(row.expired),
      frozen: row.status === 'frozen',
      expiringNext: row.next_at === null ? null : { points: Number(row.next_points), at: new Date(row.next_at) },
    };
  });
}

/** One balance, as `balancesOf`. */
export async function balanceOf(
  em: EntityManager,
  ownerId: string,
  now: Date,
  kind: 'person' | 'budget' = 'person',
): Promise<Balance> {
  return (await balancesOf(em, [ownerId], now, kind))[0] as Balance;
}

/** What went into an account less what went out, of any kind: negative for those that only give. */
export async function sumOf(em: EntityManager, { kind, ownerId }: LedgerAccount): Promise<number> {
  const [row] = await em.execute<{ sum: string }[]>(
    `select coalesce((select sum(p.amount) from rewards.posting p where p.credit_id = a.id), 0)
          - coalesce((select sum(p.amount) from rewards.posting p where p.debit_id = a.id), 0) as sum
     from rewards.account a where a.kind = ? and a.owner_id = ?`,
    [kind, ownerId],
  );
  return Number(row?.sum ?? 0);
}

/** What an account had right after the last posting that happened at or before `instant`; held or not, run out or not. */
export async function balanceAt(em: EntityManager, { kind, ownerId }: LedgerAccount, instant: Date): Promise<number> {
  const [row] = await em.execute<{ sum: string }[]>(
    `select coalesce(sum(case when p.credit_id = a.id then p.amount else -p.amount end), 0) as sum
     from rewards.account a join rewards.posting p on a.id in (p.debit_id, p.credit_id)
       join rewards.transaction t on t.id = p.transaction_id
     where a.kind = ? and a.owner_id = ? and t.happened_at <= ?`,
    [kind, ownerId, instant],
  );
  return Number(row?.sum ?? 0);
}
