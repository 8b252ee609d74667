/*
 * The proof of the books: everything that stands beside the postings (balances, entries, lots, holds, digests) is derived
 * from them anew, in one snapshot. A folder of this subgraph whose rows stand for postings adds its own checks to the list.
 */
import { type EntityManager, IsolationLevel } from '@mikro-orm/postgresql';
import { donationChecks } from '../donations/donation-checks.ts';
import { fundChecks } from '../fund/fund-checks.ts';
import { schemeChecks } from '../schemes/scheme-checks.ts';
import { scoringChecks } from '../scoring/scoring-checks.ts';
import { voucherChecks } from '../vouchers/voucher-checks.ts';

export interface LedgerCheck {
  /** What is wrong with each row that `sql` finds, as the audit says it. */
  readonly problem: string;
  /** A select of `id`, as text: what the problem is with. Finds nothing in books that are right. */
  readonly sql: string;
}

/** How many problems an audit lists; a ledger with more needs people, not a longer list. */
const PROBLEMS_LISTED = 50;
/** Of one check, so that what follows from one change is seen beside it. */
const PROBLEMS_PER_CHECK = 10;

/** Every side of every posting with the sign that it has for its account. */
const ENTRIES = `(select p.debit_id as account_id, p.transaction_id, p.line, -p.amount as change,
    p.debit_entry as entry, p.debit_balance as balance from rewards.posting p
  union all select p.credit_id, p.transaction_id, p.line, p.amount, p.credit_entry, p.credit_balance from rewards.posting p)`;

const bookChecks: readonly LedgerCheck[] = [
  {
    problem: 'the balance is not the sum of the postings',
    sql: `select a.owner_id::text as id from rewards.account a left join
            (select e.account_id, sum(e.change) as sum from ${ENTRIES} e group by e.account_id) s on s.account_id = a.id
          where a.balance is not null and a.balance <> coalesce(s.sum, 0)`,
  },
  {
    problem: 'the balance is below what is held',
    sql: 'select a.owner_id::text as id from rewards.account a where a.balance - a.held < 0',
  },
  {
    problem: 'what was earned, spent and has expired is not what the postings say',
    sql: `select a.owner_id::text as id from rewards.account a left join (
            select e.account_id,
              sum(e.change) filter (where k.effect = 'forward' and e.change > 0) as earned,
              sum(e.change) filter (where k.effect = 'back' and e.change < 0) as taken_back,
              sum(-e.change) filter (where k.effect = 'forward' and e.change < 0) as spent,
              sum(-e.change) filter (where k.effect = 'back' and e.change > 0) as given_back,
              sum(-e.change) filter (where k.effect = 'expiry' and e.change < 0) as expired
            from ${ENTRIES} e join rewards.transaction t on t.id = e.transaction_id
              join rewards.transaction_kind k on k.name = t.kind
            group by e.account_id) s on s.account_id = a.id
          where a.balance is not null and (
            a.earned <> coalesce(s.earned, 0) + coalesce(s.taken_back, 0)
            or a.spent <> coalesce(s.spent, 0) + coalesce(s.given_back, 0) or a.expired <> coalesce(s.expired, 0))`,
  },
  {
    problem: 'an entry is missing, or the balance after it is not what it and those before it add up to',
    sql: `select a.owner_id::text as id from rewards.account a join (
            select e.account_id, e.entry, e.balance,
              row_number() over w as place, sum(e.change) over w as total, count(*) over (partition by e.account_id) as entries
            from ${ENTRIES} e window w as (partition by e.account_id order by e.entry, e.change desc)) x on x.account_id = a.id
          where a.balance is not null
            and (x.entry is distinct from x.place or x.balance is distinct from x.total or x.entries <> a.entries)
          group by a.owner_id`,
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
    problem: 'a posting moves between points and money',
    sql: `select p.transaction_id::text as id from rewards.posting p
            left join rewards.account d on d.id = p.debit_id left join rewards.account c on c.id = p.credit_id
          where rewards.unit_of(d.kind) is distinct from rewards.unit_of(c.kind)`,
  },
  {
    problem: 'a posting is of no account that there is',
    sql: `select p.transaction_id::text as id from rewards.posting p
            left join rewards.account d on d.id = p.debit_id left join rewards.account c on c.id = p.credit_id
          where d.id is null or c.id is null`,
  },
  {
    problem: 'a transaction is of no kind that there is',
    sql: `select t.id::text from rewards.transaction t
            where not exists (select 1 from rewards.transaction_kind k where k.name = t.kind)`,
  },
  {
    problem: 'a transaction is not what its digest was taken of',
    sql: `select t.id::text from rewards.transaction t left join (
            select p.transaction_id, string_agg(concat_ws(' ', p.line, d.kind, d.owner_id, c.kind, c.owner_id, p.amount),
                E'\\n' order by p.line) as legs
              from rewards.posting p join rewards.account d on d.id = p.debit_id join rewards.account c on c.id = p.credit_id
              group by p.transaction_id) l on l.transaction_id = t.id
          where t.digest is distinct from rewards.digest_of(t, coalesce(l.legs, ''))`,
  },
  {
    problem: 'the seal of a day is not that of its transactions and of the days before',
    sql: `select s.day::text as id from (select *, lag(digest) over (order by day) as previous from rewards.seal) s
            cross join lateral rewards.seal_of(s.day, s.previous) x
          where (x.transactions, x.digest) is distinct from (s.transactions, s.digest)
          union all
          select distinct (t.happened_at at time zone 'UTC')::date::text from rewards.transaction t
            where t.happened_at < (select max(day)::timestamp at time zone 'UTC' from rewards.seal)
              and not exists (select 1 from rewards.seal s where s.day = (t.happened_at at time zone 'UTC')::date)`,
  },
  {
    problem: 'a reversal does not mirror what it reverses',
    sql: `select t.id::text from rewards.transaction t left join rewards.transaction o on o.id = t.reverses
            left join rewards.transaction_kind k on k.name = o.kind
          where t.reverses is not null and t.kind <> 'claw-back' and (k.effect is distinct from 'forward' or exists (
            select 1 from (select * from rewards.posting where transaction_id = t.id) p
              full join (select * from rewards.posting where transaction_id = o.id) q on q.line = p.line
            where (p.debit_id, p.credit_id, p.amount) is distinct from (q.credit_id, q.debit_id, q.amount)))`,
  },
];

const lotChecks: readonly LedgerCheck[] = [
  {
    problem: 'what is left of the lots is not what the balance has free',
    sql: `select a.owner_id::text as id from rewards.account a left join
            (select account_id, sum(granted - taken) as rest from rewards.lot group by account_id) l on l.account_id = a.id
          where a.kind = 'person' and a.balance - a.held <> coalesce(l.rest, 0)`,
  },
  {
    problem: 'what was taken from a lot is not what was used and is held of it',
    sql: `select coalesce(l.id, u.lot_id)::text as id from rewards.lot l
            full join (select lot_id, sum(amount) as used from rewards.lot_use group by lot_id) u on u.lot_id = l.id
            left join (select h.lot_id, sum(h.amount) as held from rewards.hold_lot h join rewards.hold o on o.id = h.hold_id
               where o.state = 'pending' group by h.lot_id) h on h.lot_id = l.id
          where l.taken is distinct from coalesce(u.used, 0) + coalesce(h.held, 0)`,
  },
  {
    problem: 'a lot was not granted by a posting to its person',
    sql: `select l.transaction_id::text as id from rewards.lot l left join (
            select transaction_id, credit_id, sum(amount) as amount from rewards.posting group by transaction_id, credit_id) p
              on p.transaction_id = l.transaction_id and p.credit_id = l.account_id
          group by l.transaction_id, l.account_id, p.amount having p.amount is distinct from sum(l.granted)`,
  },
  {
    problem: 'a posting did not take from the lots what it took from its person, or give back what it gave back',
    sql: `select p.transaction_id::text as id from rewards.posting p
            join rewards.account d on d.id = p.debit_id join rewards.account c on c.id = p.credit_id
            join rewards.transaction t on t.id = p.transaction_id
            left join (select u.transaction_id, u.line, l.account_id, sum(u.amount) as used
                from rewards.lot_use u join rewards.lot l on l.id = u.lot_id group by u.transaction_id, u.line, l.account_id) u
              on u.transaction_id = p.transaction_id and u.line = p.line
                and u.account_id = case when d.kind = 'person' then d.id else c.id end
          where (d.kind = 'person' or (c.kind = 'person' and t.reverses is not null))
            and coalesce(u.used, 0) <> case when d.kind = 'person' then p.amount else -p.amount end`,
  },
];

const holdChecks: readonly LedgerCheck[] = [
  {
    problem: 'what is held is not the sum of the holds',
    sql: `select a.owner_id::text as id from rewards.account a left join
            (select account_id, sum(amount) as held from rewards.hold where state = 'pending' group by account_id) h
              on h.account_id = a.id
          where a.held <> coalesce(h.held, 0)`,
  },
  {
    problem: 'a hold of points does not hold as much of the lots',
    sql: `select h.id::text from rewards.hold h join rewards.account a on a.id = h.account_id
          where a.kind = 'person'
            and h.amount <> (select coalesce(sum(x.amount), 0) from rewards.hold_lot x where x.hold_id = h.id)`,
  },
  {
    problem: 'a hold was not captured by its transaction',
    sql: `select h.id::text from rewards.hold h where h.state = 'captured' and h.captured is distinct from
            (select sum(p.amount) from rewards.posting p where p.transaction_id = h.transaction_id and p.debit_id = h.account_id)`,
  },
];

const domainChecks: readonly LedgerCheck[] = [
  {
    problem: 'a donation and its record do not agree',
    sql: `select t.id::text from rewards.transaction t join rewards.posting p on p.transaction_id = t.id
            join rewards.account d on d.id = p.debit_id join rewards.account c on c.id = p.credit_id
            left join rewards.donation g on g.transaction_id = t.id
          where t.kind = 'donation' and ((d.kind, d.owner_id, c.kind, c.owner_id, p.amount::bigint) is distinct from
            ('person', g.account_id, 'charity', g.charity_id, g.points::bigint))`,
  },
];

/** All that an audit asks: a folder whose rows stand for postings exports a list of its own, which is spread in here. */
export const ledgerChecks: readonly LedgerCheck[] = [
  ...bookChecks,
  ...lotChecks,
  ...holdChecks,
  ...domainChecks,
  ...scoringChecks,
  ...voucherChecks,
  ...fundChecks,
  ...schemeChecks,
  ...donationChecks,
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
      for (const { problem, sql } of ledgerChecks) {
        const rows = await snapshot.execute<{ id: string }[]>(`${sql} limit ${PROBLEMS_PER_CHECK}`);
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
