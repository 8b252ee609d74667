/* What has to hold of donations, receipts and settlements, told by SQL that finds what does not: part of the audit. */
import type { LedgerCheck } from '../ledger/audit.ts';

export const donationChecks: readonly LedgerCheck[] = [
  {
    problem: 'a donation has no receipt of its charity and year',
    sql: `select d.id::text from rewards.donation d left join rewards.donation_receipt r on r.donation_id = d.id
          where (r.charity_id, r.year) is distinct from
            (d.charity_id, extract(year from d.donated_at at time zone 'UTC')::integer)`,
  },
  {
    problem: 'the receipts of a charity and year have a gap',
    sql: `select coalesce(r.charity_id, n.charity_id)::text as id
          from (select charity_id, year, max(number) as last, count(*) as count
                  from rewards.donation_receipt group by charity_id, year) r
            full join rewards.receipt_number n on (n.charity_id, n.year) = (r.charity_id, r.year)
          where (r.last, r.count) is distinct from (n.last, n.last::bigint)`,
  },
  {
    problem: 'a settlement and its posting do not agree',
    sql: `select coalesce(s.id, t.id)::text as id from rewards.settlement s
            full join (select t.id, p.amount, f.kind as from_kind, f.owner_id as from_owner, o.kind as to_kind, o.owner_id as to_owner
                from rewards.transaction t join rewards.posting p on p.transaction_id = t.id
                join rewards.account f on f.id = p.debit_id join rewards.account o on o.id = p.credit_id
                where t.kind = 'settlement') t on t.id = s.transaction_id
          where (t.from_kind, t.from_owner, t.to_kind, t.to_owner, t.amount::bigint) is distinct from
            (s.kind, s.organisation_id, 'settled', s.organisation_id, s.points)`,
  },
  {
    problem: 'a settlement is taken back and its posting is not, or the other way round',
    sql: `select s.id::text from rewards.settlement s left join rewards.transaction t on t.reverses = s.transaction_id
          where t.id is distinct from s.reversal_id`,
  },
];
