/* What has to hold of schemes and claims, told by SQL that finds what does not: part of the audit of the books. */
import type { LedgerCheck } from '../ledger/audit.ts';

const leg = (transaction: string, from: string, to: string) =>
  `(select p.amount from rewards.posting p join rewards.account f on f.id = p.debit_id
      join rewards.account t on t.id = p.credit_id
    where p.transaction_id = ${transaction} and p.line = 1 and (f.kind, f.owner_id, t.kind, t.owner_id) = (${from}, ${to}))`;

export const schemeChecks: readonly LedgerCheck[] = [
  {
    problem: 'a settled claim and what was posted for it do not agree',
    sql: `select c.id::text from rewards.scheme_claim c where c.state in ('settled', 'reversed')
            and (${leg('c.points_transaction_id', "'person', c.account_id", "'municipality', c.municipality_id")} is distinct from c.points
              or ${leg('c.budget_transaction_id', "'budget', c.scheme_id", "'fee', c.municipality_id")} is distinct from c.value_cents)`,
  },
  {
    problem: 'points or a budget paid a fee that nobody claimed for',
    sql: `select t.id::text from rewards.transaction t where t.kind in ('scheme', 'scheme-budget') and not exists
            (select 1 from rewards.scheme_claim c where t.id in (c.points_transaction_id, c.budget_transaction_id))`,
  },
  {
    problem: 'a claim is taken back and its postings are not, or the other way round',
    sql: `select c.id::text from rewards.scheme_claim c where c.points_transaction_id is not null
            and ((c.state = 'reversed') <> exists (select 1 from rewards.transaction t where t.reverses = c.points_transaction_id)
              or (c.state = 'reversed') <> exists (select 1 from rewards.transaction t where t.reverses = c.budget_transaction_id))`,
  },
  {
    problem: 'a claim and its holds do not agree',
    sql: `select c.id::text from rewards.scheme_claim c
            join rewards.hold p on p.id = c.points_hold_id join rewards.account a on a.id = p.account_id
            join rewards.hold b on b.id = c.budget_hold_id join rewards.account g on g.id = b.account_id
          where (a.kind, a.owner_id, p.amount, p.expires_at) is distinct from ('person', c.account_id, c.points, c.expires_at)
            or (g.kind, g.owner_id, b.amount, b.expires_at) is distinct from ('budget', c.scheme_id, c.value_cents, c.expires_at)
            or (c.state in ('settled', 'reversed')) <> (p.state = 'captured')
            or (c.state in ('settled', 'reversed')) <> (b.state = 'captured')
            or (c.state = 'pending' and (p.state = 'released' or b.state = 'released'))
            or (c.state <> 'pending' and c.state <> 'lapsed' and (p.state = 'pending' or b.state = 'pending'))`,
  },
  {
    problem: 'the budget of a scheme is not what was granted and paid of it',
    sql: `select s.id::text from rewards.scheme s left join rewards.account a on (a.kind, a.owner_id) = ('budget', s.id)
          where coalesce(a.balance, 0) <> s.granted_cents - coalesce(
            (select sum(c.value_cents) from rewards.scheme_claim c where c.scheme_id = s.id and c.state = 'settled'), 0)`,
  },
  {
    problem: 'a claim is worth more than its fee',
    sql: 'select c.id::text from rewards.scheme_claim c where c.value_cents > c.fee_cents',
  },
];
