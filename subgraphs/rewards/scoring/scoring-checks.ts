/* What the audit asks of awards, claw-backs and debts: each posting of theirs follows from a rule or from a row that says why. */
import type { LedgerCheck } from '../ledger/audit.ts';

export const scoringChecks: readonly LedgerCheck[] = [
  {
    problem: 'an award does not go from issuance to its person by the rule that it names',
    sql: `select t.id::text from rewards.transaction t join rewards.posting p on p.transaction_id = t.id
            join rewards.account d on d.id = p.debit_id join rewards.account c on c.id = p.credit_id
          where t.kind = 'award' and (d.kind <> 'issuance' or c.kind <> 'person'
            or c.owner_id::text <> split_part(t.business_key, ' ', 3) or not exists
            (select 1 from rewards.scoring_rule r where r.version = t.rule_version
               and p.amount in (r.officer_points, r.citizen_points)) and not exists
            (select 1 from rewards.scored_meeting s where s.rule_version = t.rule_version and s.given_points = p.amount
               and t.business_key = 'award ' || s.connection_id || ' ' || s.account_id))`,
  },
  {
    problem: 'a meeting was not scored by its rule, or not awarded what it was scored',
    sql: `select s.connection_id::text as id from rewards.scored_meeting s
            left join rewards.scoring_rule r on r.version = s.rule_version and r.evidence = s.evidence
            left join rewards.transaction t on t.business_key = 'award ' || s.connection_id || ' ' || s.account_id
            left join rewards.posting p on p.transaction_id = t.id
          where s.given_points <> coalesce(p.amount, 0) or (t.id is not null and t.rule_version <> s.rule_version)
            or s.due_points is distinct from case s.role when 'officer' then r.officer_points else r.citizen_points end`,
  },
  {
    problem: 'somebody was given more in 24 hours than the rule allows',
    sql: `select distinct s.account_id::text as id from rewards.scored_meeting s
            join rewards.scoring_version v on v.version = s.rule_version
          where v.daily_cap_points < (select sum(o.given_points) from rewards.scored_meeting o
            where o.account_id = s.account_id and o.rule_version = s.rule_version
              and o.confirmed_at > s.confirmed_at - interval '24 hours' and o.confirmed_at <= s.confirmed_at)`,
  },
  {
    problem: 'a claw-back is not of what the award had given',
    sql: `select b.connection_id::text as id from rewards.claw_back b
            left join rewards.transaction t on t.business_key = 'award ' || b.connection_id || ' ' || b.account_id
            left join rewards.posting p on p.transaction_id = t.id
          where b.points <> coalesce(p.amount, 0) and not (b.points = 0 and exists
            (select 1 from rewards.transaction r where r.reverses = t.id and r.kind = 'reversal'))`,
  },
  {
    problem: 'a reversal and its claw-back do not agree',
    sql: `select coalesce(t.id, b.connection_id)::text as id from
            (select t.id, p.amount, d.kind as from_kind, d.owner_id, c.kind as to_kind
               from rewards.transaction t join rewards.posting p on p.transaction_id = t.id
               join rewards.account d on d.id = p.debit_id join rewards.account c on c.id = p.credit_id
               where t.kind = 'claw-back' or (t.kind = 'reversal' and t.reverses is null)) t
            full join (select * from rewards.claw_back where taken > 0) b on b.transaction_id = t.id
          where (t.from_kind, t.owner_id, t.to_kind, t.amount) is distinct from
            ('person', b.account_id, 'issuance', b.taken)`,
  },
  {
    problem: 'a recovery does not go from the person of an award back to issuance',
    sql: `select t.id::text from rewards.transaction t join rewards.posting p on p.transaction_id = t.id
            join rewards.account d on d.id = p.debit_id join rewards.account c on c.id = p.credit_id
          where t.kind = 'recovery' and (d.kind <> 'person' or c.kind <> 'issuance' or not exists
            (select 1 from rewards.transaction w join rewards.posting g on g.transaction_id = w.id
               where w.business_key = replace(t.business_key, 'recovery ', 'award ')
                 and g.credit_id = p.debit_id and g.amount >= p.amount))`,
  },
  {
    problem: 'what is owed is not what was clawed back and neither taken nor recovered',
    sql: `select account_id::text as id from
            (select account_id, sum(points - taken - expired) as due from rewards.claw_back group by account_id) b
            full join rewards.owed o using (account_id)
            full join (select d.owner_id as account_id, sum(p.amount) as recovered
               from rewards.transaction t join rewards.posting p on p.transaction_id = t.id
               join rewards.account d on d.id = p.debit_id where t.kind = 'recovery' group by d.owner_id) r
              using (account_id)
          where coalesce(b.due, 0) - coalesce(r.recovered, 0) <> coalesce(o.points, 0)`,
  },
];
