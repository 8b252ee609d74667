/* What an audit asks of the community funds: that fees, months, votes and payments are what the postings and one another say. */
import type { LedgerCheck } from '../ledger/audit.ts';
import { entriesHash } from './month-end.ts';

/** By transaction and kind of account: what came in less what went out. */
const MOVED = `(select p.transaction_id, a.kind, a.owner_id, sum(p.change) as cents from
    (select transaction_id, debit_id as account_id, -amount as change from rewards.posting
     union all select transaction_id, credit_id, amount from rewards.posting) p
    join rewards.account a on a.id = p.account_id group by p.transaction_id, a.kind, a.owner_id)`;

export const fundChecks: readonly LedgerCheck[] = [
  {
    problem: 'a sale and the posting of its fee do not agree',
    sql: `select s.id::text from rewards.sale s join rewards.fund f on f.zip_code = s.zip_code
            left join ${MOVED} r on r.transaction_id = s.transaction_id and (r.kind, r.owner_id) = ('affiliate', s.retailer_id)
            left join ${MOVED} a on a.transaction_id = s.transaction_id and a.kind = 'administration'
            left join ${MOVED} u on u.transaction_id = s.transaction_id and (u.kind, u.owner_id) = ('fund', f.id)
          where (coalesce(r.cents, 0), coalesce(a.cents, 0), coalesce(u.cents, 0))
            is distinct from (-s.fee_cents, s.administration_cents, s.fund_cents)`,
  },
  {
    problem: 'a fee was posted for no sale',
    sql: `select t.id::text from rewards.transaction t where t.kind in ('fee', 'fee_refund')
            and not exists (select 1 from rewards.sale s where s.transaction_id = t.id)`,
  },
  {
    problem: 'a fee is not what its rule says',
    sql: `select s.id::text from rewards.sale s join rewards.fee_rule r on r.version = s.fee_rule_version
          where s.refunds_id is null and (s.fee_cents <> div(s.cents * r.rate_basis_points + 5000, 10000)
            or s.administration_cents <> least(s.fee_cents, r.administration_cents))`,
  },
  {
    problem: 'more was given back than the sale was, or the fee of what was given back whole is not back whole',
    sql: `select s.id::text from rewards.sale s join
            (select refunds_id, sum(cents) as cents, sum(fee_cents) as fee, sum(fund_cents) as fund
               from rewards.sale where refunds_id is not null group by refunds_id) r on r.refunds_id = s.id
          where s.cents + r.cents < 0 or s.fee_cents + r.fee < 0 or s.fund_cents + r.fund < 0
            or (s.cents + r.cents = 0 and (s.fee_cents + r.fee, s.fund_cents + r.fund) is distinct from (0::numeric, 0::numeric))`,
  },
  {
    problem: 'the months of a fund and what it carries are not what the ledger holds for it',
    sql: `select f.id::text from rewards.fund f
          where f.carried_cents
            + coalesce((select sum(m.amount_cents) from rewards.fund_month m where m.fund_id = f.id and m.state = 'closed'), 0)
            + coalesce((select sum(s.fund_cents) from rewards.fund_month m join rewards.sale s on s.month_id = m.id
                        where m.fund_id = f.id and m.state = 'open'), 0)
            <> coalesce((select sum(x.cents) from ${MOVED} x where (x.kind, x.owner_id) = ('fund', f.id)), 0)`,
  },
  {
    problem: 'a month has other entries than when it was closed',
    sql: `select m.id::text from rewards.fund_month m where m.state <> 'open' and (m.hash is distinct from ${entriesHash}
            or m.entries_cents <> coalesce((select sum(s.fund_cents) from rewards.sale s where s.month_id = m.id), 0))`,
  },
  {
    problem: 'the count of a vote is not what was voted',
    sql: `select c.option_id::text as id from rewards.fund_count c
          where c.votes <> (select count(*) from rewards.fund_vote v where (v.round_id, v.option_id) = (c.round_id, c.option_id))
          union all
          select r.id::text from rewards.fund_round r where r.state in ('decided', 'paid') and r.votes_count is distinct from
            (select sum(c.votes)::integer from rewards.fund_count c where c.round_id = r.id)
          union all
          select r.id::text from rewards.fund_round r where r.eligible_count <
            (select count(*) from rewards.fund_vote v where v.round_id = r.id)`,
  },
  {
    problem: 'a decision does not divide the money of its vote',
    sql: `select d.id::text from rewards.fund_decision d join rewards.fund_round r on r.id = d.round_id
          where r.amount_cents is distinct from
            (select sum(a.cents) from rewards.fund_award a where a.decision_id = d.id)`,
  },
  {
    problem: 'what was paid for a vote is not what was decided last',
    sql: `select coalesce(paid.key, due.key) as id from
            (select t.business_key as key, x.owner_id as fund_id, -x.cents as cents from rewards.transaction t
               join ${MOVED} x on x.transaction_id = t.id and x.kind = 'fund' where t.kind = 'fund_payout') paid
            full join (select 'fund payout ' || r.id || ' ' || a.option_id as key, r.fund_id, a.cents
               from rewards.fund_round r join rewards.fund_decision d on d.round_id = r.id
                 join rewards.fund_award a on a.decision_id = d.id join rewards.fund_option o on o.id = a.option_id
               where r.state = 'paid' and o.proposal_id is not null
                 and d.number = (select max(number) from rewards.fund_decision l where l.round_id = r.id)) due
              using (key)
          where (paid.fund_id, paid.cents) is distinct from (due.fund_id, due.cents)`,
  },
];
