/* What has to hold of vouchers, told by SQL that finds what does not: part of the audit of the books. */

/** Each row that `sql` finds is the id of something wrong. */
export const voucherChecks: readonly { readonly problem: string; readonly sql: string }[] = [
  {
    problem: 'a redemption and its voucher do not agree',
    sql: `select t.id::text from rewards.transaction t join rewards.posting p on p.transaction_id = t.id
            join rewards.account d on d.id = p.debit_id join rewards.account c on c.id = p.credit_id
            left join rewards.voucher v on v.transaction_id = t.id
          where t.kind = 'redemption' and ((d.kind, d.owner_id, c.kind, c.owner_id, p.amount::bigint) is distinct from
            ('person', v.account_id, 'retailer', v.retailer_id, v.points::bigint))`,
  },
  {
    problem: 'the vouchers of an offer are not as many as were counted',
    sql: `select o.id::text from rewards.offer o
          where o.issued <> (select count(*) from rewards.voucher v where v.offer_id = o.id and not v.piece_returned)
             or o.issued <> (select coalesce(sum(u.times), 0) from rewards.offer_use u where u.offer_id = o.id)`,
  },
  {
    problem: 'a voucher is refunded and its posting is not reversed, or the other way round',
    sql: `select v.id::text from rewards.voucher v
          where (v.state = 'refunded') <> exists
            (select 1 from rewards.transaction t where t.reverses = v.transaction_id)`,
  },
  {
    problem: 'the history of a voucher does not lead to its state',
    sql: `select v.id::text from rewards.voucher v
          where v.state is distinct from
              (select e.to_state from rewards.voucher_event e where e.voucher_id = v.id and e.sequence = v.version)
             or v.version <> (select count(*) from rewards.voucher_event e where e.voucher_id = v.id)
             or exists (select 1 from rewards.voucher_event e join rewards.voucher_event n
                  on n.voucher_id = e.voucher_id and n.sequence = e.sequence + 1
                where e.voucher_id = v.id and n.from_state is distinct from e.to_state)`,
  },
  {
    problem: 'a voucher was redeemed more than once, or is counted as redeemed without having been',
    sql: `select v.id::text from rewards.voucher v
          where (v.redeemed_at is not null)::int <>
            (select count(*) from rewards.voucher_event e where e.voucher_id = v.id and e.to_state = 'redeemed')`,
  },
  {
    problem: 'a claim was accepted and its voucher is not redeemed by that terminal',
    sql: `select c.voucher_id::text as id from rewards.offline_claim c join rewards.voucher v on v.id = c.voucher_id
          where c.outcome = 'accepted'
            and (v.redeemed_at is distinct from c.claimed_at or v.terminal_id is distinct from c.terminal_id)`,
  },
  {
    problem: 'a dispute and what was paid for it do not agree',
    sql: `select coalesce(d.id, t.id)::text as id
          from (select * from rewards.voucher_dispute where state = 'upheld' and value_cents > 0) d
            full join (select t.id, p.amount, c.kind, c.owner_id from rewards.transaction t
                join rewards.posting p on p.transaction_id = t.id join rewards.account c on c.id = p.credit_id
                where t.kind = 'dispute') t on t.id = d.transaction_id
          where (t.kind, t.owner_id, t.amount::bigint) is distinct from ('affiliate', d.retailer_id, d.value_cents::bigint)`,
  },
];
