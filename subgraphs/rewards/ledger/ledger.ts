/*
 * Postings and what they add up to. The rules stand in the function rewards.post (migrations.ts); here is how it is
 * called, what its refusals mean, and the audit that proves the books from the postings alone.
 */
import { type EntityManager, IsolationLevel } from '@mikro-orm/postgresql';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';

export type AccountKind = 'issuance' | 'person' | 'retailer' | 'charity';

export interface LedgerAccount {
  readonly kind: AccountKind;
  readonly ownerId: string;
}

/** The one account that points come from. */
export const issuance: LedgerAccount = { kind: 'issuance', ownerId: '00000000-0000-0000-0000-000000000000' };
export const person = (ownerId: string): LedgerAccount => ({ kind: 'person', ownerId });

/** An id as PostgreSQL writes it: the same id may arrive in capitals, and keys and fingerprints are compared as text. */
export const canonicalId = (id: string): string => id.toLowerCase();

export interface Posting {
  readonly kind: 'award' | 'redemption' | 'donation' | 'reversal' | 'recovery';
  /** What may happen once. The same key again with the same fingerprint is the same transaction. */
  readonly businessKey: string;
  readonly fingerprint: string;
  readonly from: LedgerAccount;
  readonly to: LedgerAccount;
  /** Positive whole points. */
  readonly points: number;
  /** Of awards: the scoring rule that priced it. */
  readonly ruleVersion?: number;
}

export interface PostedTransaction {
  readonly id: string;
  /** False when this had been posted before, and nothing was done now. */
  readonly fresh: boolean;
}

/**
 * Moves points in the transaction of `work`, once per business key.
 * @throws Refusal IDEMPOTENCY_MISMATCH for another fingerprint under a used key, INSUFFICIENT_POINTS for a person's overdraft.
 */
export async function post({ em, now, newId }: UnitOfWork, posting: Posting): Promise<PostedTransaction> {
  const { kind, businessKey, fingerprint, from, to, points, ruleVersion } = posting;
  try {
    const [row] = await em.execute<{ transaction_id: string; fresh: boolean }[]>(
      'select transaction_id, fresh from rewards.post(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      [
        newId(),
        kind,
        businessKey,
        fingerprint,
        ruleVersion ?? null,
        now,
        from.kind,
        from.ownerId,
        to.kind,
        to.ownerId,
        points,
      ],
    );
    if (!row) throw new Error('rewards.post always answers');
    return { id: row.transaction_id, fresh: row.fresh };
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'HB001') throw new Refusal('IDEMPOTENCY_MISMATCH');
    if (code === 'HB002') throw new Refusal('INSUFFICIENT_POINTS');
    throw error;
  }
}

export interface Balance {
  readonly available: number;
  readonly earned: number;
  readonly spent: number;
  readonly owed: number;
}

/** The balances of people; zeros for whom the ledger does not know. Answers in the order of `ownerIds`. */
export async function balancesOf(em: EntityManager, ownerIds: readonly string[]): Promise<Balance[]> {
  const rows = await em.execute<Record<'owner_id' | 'available' | 'credits' | 'debits' | 'back' | 'owed', string>[]>(
    `select a.owner_id, a.balance as available,
       (select coalesce(sum(points), 0) from rewards.posting where credit_id = a.id) as credits,
       (select coalesce(sum(points), 0) from rewards.posting where debit_id = a.id) as debits,
       (select coalesce(sum(p.points), 0) from rewards.posting p join rewards.transaction t on t.id = p.transaction_id
          where p.debit_id = a.id and t.kind in ('reversal', 'recovery')) as back,
       coalesce((select points from rewards.owed o where o.account_id = a.owner_id), 0) as owed
     from rewards.account a where a.kind = 'person' and a.owner_id in (?)`,
    [[...ownerIds]],
  );
  const byOwner = new Map(rows.map((row) => [row.owner_id, row]));
  return ownerIds.map((ownerId) => {
    const row = byOwner.get(ownerId);
    if (!row) return { available: 0, earned: 0, spent: 0, owed: 0 };
    const [credits, debits, back] = [Number(row.credits), Number(row.debits), Number(row.back)];
    // What was taken back was neither earned nor spent.
    return { available: Number(row.available), earned: credits - back, spent: debits - back, owed: Number(row.owed) };
  });
}

/** How many problems an audit lists; a ledger with more needs people, not a longer list. */
const PROBLEMS_LISTED = 50;

const checks: readonly { readonly problem: string; readonly sql: string }[] = [
  {
    problem: 'the balance is not the sum of the postings',
    sql: `select a.owner_id::text as id from rewards.account a where a.balance is not null and a.balance <>
            (select coalesce(sum(points), 0) from rewards.posting where credit_id = a.id) -
            (select coalesce(sum(points), 0) from rewards.posting where debit_id = a.id)`,
  },
  {
    problem: 'the balance is below zero',
    sql: 'select a.owner_id::text as id from rewards.account a where a.balance < 0',
  },
  {
    problem: 'a transaction has no posting',
    sql: `select t.id::text from rewards.transaction t
            where not exists (select 1 from rewards.posting p where p.transaction_id = t.id)`,
  },
  {
    problem: 'a posting belongs to no transaction',
    sql: `select p.transaction_id::text as id from rewards.posting p
            where not exists (select 1 from rewards.transaction t where t.id = p.transaction_id)`,
  },
  {
    problem: 'an award does not go from issuance to its person by the rule that it names',
    sql: `select t.id::text from rewards.transaction t join rewards.posting p on p.transaction_id = t.id
            join rewards.account d on d.id = p.debit_id join rewards.account c on c.id = p.credit_id
          where t.kind = 'award' and (d.kind <> 'issuance' or c.kind <> 'person'
            or c.owner_id::text <> split_part(t.business_key, ' ', 3) or not exists
            (select 1 from rewards.scoring_rule r where r.version = t.rule_version
               and p.points in (r.officer_points, r.citizen_points)))`,
  },
  {
    problem: 'a redemption and its voucher do not agree',
    sql: `select t.id::text from rewards.transaction t join rewards.posting p on p.transaction_id = t.id
            join rewards.account d on d.id = p.debit_id join rewards.account c on c.id = p.credit_id
            left join rewards.voucher v on v.transaction_id = t.id
          where t.kind = 'redemption' and ((d.kind, d.owner_id, c.kind, c.owner_id, p.points::bigint) is distinct from
            ('person', v.account_id, 'retailer', v.retailer_id, v.points::bigint))`,
  },
  {
    problem: 'a donation and its record do not agree',
    sql: `select t.id::text from rewards.transaction t join rewards.posting p on p.transaction_id = t.id
            join rewards.account d on d.id = p.debit_id join rewards.account c on c.id = p.credit_id
            left join rewards.donation g on g.transaction_id = t.id
          where t.kind = 'donation' and ((d.kind, d.owner_id, c.kind, c.owner_id, p.points::bigint) is distinct from
            ('person', g.account_id, 'charity', g.charity_id, g.points::bigint))`,
  },
  {
    problem: 'a claw-back is not of what the award had given',
    sql: `select b.connection_id::text as id from rewards.claw_back b
            left join rewards.transaction t on t.business_key = 'award ' || b.connection_id || ' ' || b.account_id
            left join rewards.posting p on p.transaction_id = t.id
          where b.points <> coalesce(p.points, 0)`,
  },
  {
    problem: 'a reversal and its claw-back do not agree',
    sql: `select coalesce(t.id, b.connection_id)::text as id from
            (select t.id, p.points, d.kind as from_kind, d.owner_id, c.kind as to_kind
               from rewards.transaction t join rewards.posting p on p.transaction_id = t.id
               join rewards.account d on d.id = p.debit_id join rewards.account c on c.id = p.credit_id
               where t.kind = 'reversal') t
            full join (select * from rewards.claw_back where taken > 0) b on b.transaction_id = t.id
          where (t.from_kind, t.owner_id, t.to_kind, t.points) is distinct from
            ('person', b.account_id, 'issuance', b.taken)`,
  },
  {
    problem: 'a recovery does not go from the person of an award back to issuance',
    sql: `select t.id::text from rewards.transaction t join rewards.posting p on p.transaction_id = t.id
            join rewards.account d on d.id = p.debit_id join rewards.account c on c.id = p.credit_id
          where t.kind = 'recovery' and (d.kind <> 'person' or c.kind <> 'issuance' or not exists
            (select 1 from rewards.transaction w join rewards.posting g on g.transaction_id = w.id
               where w.business_key = replace(t.business_key, 'recovery ', 'award ')
                 and g.credit_id = p.debit_id and g.points >= p.points))`,
  },
  {
    problem: 'what is owed is not what was clawed back and neither taken nor recovered',
    sql: `select account_id::text as id from
            (select account_id, sum(points - taken) as due from rewards.claw_back group by account_id) b
            full join rewards.owed o using (account_id)
            full join (select d.owner_id as account_id, sum(p.points) as recovered
               from rewards.transaction t join rewards.posting p on p.transaction_id = t.id
               join rewards.account d on d.id = p.debit_id where t.kind = 'recovery' group by d.owner_id) r
              using (account_id)
          where coalesce(b.due, 0) - coalesce(r.recovered, 0) <> coalesce(o.points, 0)`,
  },
  {
    problem: 'the vouchers of an offer are not as many as were counted',
    sql: `select o.id::text from rewards.offer o
          where o.issued <> (select count(*) from rewards.voucher v where v.offer_id = o.id)
             or o.issued <> (select coalesce(sum(u.times), 0) from rewards.offer_use u where u.offer_id = o.id)`,
  },
];

export interface Audit {
  readonly transactions: number;
  readonly postings: number;
  readonly problems: string[];
}

/** Proves the books from the postings, in one snapshot of the database. */
export async function audit(em: EntityManager): Promise<Audit> {
  return em.transactional(
    async (snapshot) => {
      const problems: string[] = [];
      for (const { problem, sql } of checks) {
        const rows = await snapshot.execute<{ id: string }[]>(`${sql} limit ${PROBLEMS_LISTED}`);
        problems.push(...rows.map(({ id }) => `${id}: ${problem}`));
      }
      const [counts] = await snapshot.execute<{ transactions: string; postings: string }[]>(
        `select (select count(*) from rewards.transaction) as transactions,
                (select count(*) from rewards.posting) as postings`,
      );
      return {
        transactions: Number(counts?.transactions),
        postings: Number(counts?.postings),
        problems: problems.slice(0, PROBLEMS_LISTED),
      };
    },
    { isolationLevel: IsolationLevel.REPEATABLE_READ },
  );
}
