/*
 * Tables of community funds: sales and their fees, months, votes and decisions. What was decided or counted is never
 * changed, and the database itself refuses it: a closed month keeps its entries, an open vote its rules, a count its
 * numbers. Entries and votes lock their month or round for share, closing locks it for itself: it waits for those in flight.
 */
import { migration } from '../../kernel/database.ts';

const appendOnly = (table: string) =>
  `create trigger ${table}_append_only before update or delete or truncate on rewards.${table}
     for each statement execute function rewards.refuse_change()`;
const kept = (table: string) =>
  `create trigger ${table}_kept before delete or truncate on rewards.${table}
     for each statement execute function rewards.refuse_change()`;

export const residenceMigrations = [
  migration(
    '0020-residences',
    `create table rewards.residence (
       account_id uuid primary key,
       zip_code text not null,
       declared_at timestamptz not null
     )`,
    'create index residence_by_zip_code on rewards.residence (zip_code, declared_at)',
  ),
];

export const fundMigrations = [
  migration(
    '0021-funds',
    `insert into rewards.transaction_kind (name) values ('fee'), ('fee_refund'), ('fund_payout')`,
    `create table rewards.fee_rule (
       version integer primary key,
       rate_basis_points integer not null check (rate_basis_points between 0 and 10000),
       administration_cents integer not null check (administration_cents >= 0),
       -- Of sales from then on: what is told late has the fee of its day.
       in_force_at timestamptz not null,
       saved_by uuid,
       saved_at timestamptz not null
     )`,
    appendOnly('fee_rule'),
    `insert into rewards.fee_rule values (1, 500, 100, '2000-01-01', null, '2026-11-21')`,
    `create table rewards.round_rule (
       version integer primary key,
       grace_hours integer not null check (grace_hours >= 0),
       proposal_days integer not null check (proposal_days >= 0),
       residence_days integer not null check (residence_days >= 0),
       voting_days integer not null check (voting_days > 0),
       objection_days integer not null check (objection_days >= 0),
       quorum_votes integer not null check (quorum_votes >= 1),
       quorum_percent integer not null check (quorum_percent between 0 and 100),
       minimum_cents bigint not null check (minimum_cents >= 1),
       saved_by uuid,
       saved_at timestamptz not null
     )`,
    appendOnly('round_rule'),
    `insert into rewards.round_rule values (1, 24, 21, 7, 7, 7, 10, 5, 10000, null, '2026-11-21')`,
    `create table rewards.fund (
       id uuid primary key,
       zip_code text not null unique,
       time_zone text not null,
       -- What no month has: it goes into the next that closes. Below zero where refunds took more than there was.
       carried_cents bigint not null default 0
     )`,
    `create table rewards.fund_month (
       id uuid primary key,
       fund_id uuid not null references rewards.fund,
       month text not null,
       -- Half-open, in the fund's time zone.
       starts_at timestamptz not null,
       ends_at timestamptz not null check (ends_at > starts_at),
       state text not null default 'open' check (state in ('open', 'closed', 'settled')),
       carried_cents bigint,
       entries_cents bigint,
       amount_cents bigint check (amount_cents = carried_cents + entries_cents),
       hash text,
       closed_at timestamptz,
       settled_at timestamptz,
       unique (fund_id, month),
       unique (id, month),
       check ((state = 'open') = (closed_at is null) and (closed_at is null) = (hash is null)
         and (closed_at is null) = (amount_cents is null) and (state = 'settled') = (settled_at is not null))
     )`,
    `create index fund_month_open on rewards.fund_month (ends_at) where state = 'open'`,
    `create index fund_month_closed on rewards.fund_month (closed_at) where state = 'closed'`,
    kept('fund_month'),
    `create function rewards.refuse_month_change() returns trigger language plpgsql as $$
       begin
         if (old.id, old.fund_id, old.month, old.starts_at, old.ends_at) is distinct from
            (new.id, new.fund_id, new.month, new.starts_at, new.ends_at)
           or array_position('{open,closed,settled}', new.state) < array_position('{open,closed,settled}', old.state)
           or (old.state <> 'open' and
             (old.carried_cents, old.entries_cents, old.amount_cents, old.hash, old.closed_at) is distinct from
             (new.carried_cents, new.entries_cents, new.amount_cents, new.hash, new.closed_at)) then
           raise exception 'a closed month of a fund is not changed';
         end if;
         return new;
       end
     $$`,
    `create trigger fund_month_frozen before update on rewards.fund_month
       for each row execute function rewards.refuse_month_change()`,
    `create table rewards.sale (
       id uuid primary key,
       retailer_id uuid not null,
       external_id text not null,
       -- Of a refund: the sale that is given back, in part or whole. All its cents are then below zero.
       refunds_id uuid references rewards.sale,
       cents bigint not null,
       zip_code text not null,
       sold_at timestamptz not null,
       reported_at timestamptz not null,
       voucher_id uuid,
       month_id uuid not null,
       month text not null,
       fee_rule_version integer not null references rewards.fee_rule,
       fee_cents bigint not null,
       administration_cents bigint not null,
       fund_cents bigint not null,
       -- None where no whole cent is due.
       transaction_id uuid unique references rewards.transaction,
       unique (retailer_id, external_id),
       foreign key (month_id, month) references rewards.fund_month (id, month),
       constraint parts_make_the_fee check (administration_cents + fund_cents = fee_cents),
       check (case when refunds_id is null then least(cents, fee_cents, administration_cents, fund_cents) >= 0
              else cents < 0 and greatest(fee_cents, administration_cents, fund_cents) <= 0 end),
       check ((fee_cents = 0) = (transaction_id is null))
     )`,
    'create index sale_of_month on rewards.sale (month_id, id)',
    'create index sale_of_retailer on rewards.sale (retailer_id, month, id)',
    'create index refund_of_sale on rewards.sale (refunds_id) where refunds_id is not null',
    'create unique index one_sale_per_voucher on rewards.sale (voucher_id) where voucher_id is not null',
    appendOnly('sale'),
    `create function rewards.refuse_closed_month() returns trigger language plpgsql as $$
       declare
         v_state text;
       begin
         select state into v_state from rewards.fund_month where id = new.month_id for share;
         if v_state <> 'open' then
           raise exception 'a closed month of a fund takes no entries';
         end if;
         return new;
       end
     $$`,
    `create trigger sale_in_open_month before insert on rewards.sale
       for each row execute function rewards.refuse_closed_month()`,
    // Told before the sale that they give back.
    `create table rewards.waiting_refund (
       retailer_id uuid not null,
       external_id text not null,
       refunds_external_id text not null,
       cents bigint not null check (cents > 0),
       sold_at timestamptz not null,
       reported_at timestamptz not null,
       -- The order in which they were told, which is that in which they take.
       turn bigint generated always as identity,
       primary key (retailer_id, external_id)
     )`,
    'create index waiting_refund_of_sale on rewards.waiting_refund (retailer_id, refunds_external_id)',
  ),
  migration(
    '0022-fund-rounds',
    `create table rewards.fund_proposal (
       id uuid primary key,
       fund_id uuid not null references rewards.fund,
       title text not null,
       text text not null,
       recipient_name text not null,
       charity_id uuid,
       municipality_id uuid,
       proposed_by uuid not null,
       proposed_at timestamptz not null,
       approved_by uuid,
       approved_at timestamptz,
       withdrawn_at timestamptz,
       check ((approved_by is null) = (approved_at is null))
     )`,
    'create index fund_proposal_of_fund on rewards.fund_proposal (fund_id, proposed_at, id)',
    `create table rewards.fund_round (
       id uuid primary key,
       fund_id uuid not null references rewards.fund,
       month_id uuid not null unique references rewards.fund_month,
       amount_cents bigint not null check (amount_cents > 0),
       rule_version integer not null references rewards.round_rule,
       state text not null check (state in ('preparing', 'open', 'decided', 'paid')),
       opened_at timestamptz not null,
       closes_at timestamptz not null check (closes_at > opened_at),
       eligible_count integer,
       quorum integer,
       votes_count integer,
       decided_at timestamptz,
       pays_at timestamptz,
       paid_at timestamptz
     )`,
    'create index fund_round_of_fund on rewards.fund_round (fund_id, opened_at, id)',
    `create index fund_round_open on rewards.fund_round (closes_at) where state = 'open'`,
    `create index fund_round_unpaid on rewards.fund_round (pays_at) where state = 'decided'`,
    kept('fund_round'),
    `create function rewards.refuse_round_change() returns trigger language plpgsql as $$
       declare
         c_order constant text[] := '{preparing,open,decided,paid}';
       begin
         if array_position(c_order, new.state) < array_position(c_order, old.state)
           or (old.state <> 'preparing' and
             (old.id, old.fund_id, old.month_id, old.amount_cents, old.rule_version, old.opened_at, old.closes_at,
               old.eligible_count, old.quorum) is distinct from
             (new.id, new.fund_id, new.month_id, new.amount_cents, new.rule_version, new.opened_at, new.closes_at,
               new.eligible_count, new.quorum))
           or (old.state in ('decided', 'paid') and
             (old.votes_count, old.decided_at, old.pays_at) is distinct from
             (new.votes_count, new.decided_at, new.pays_at)) then
           raise exception 'the rules of an open vote, and its count, are not changed';
         end if;
         return new;
       end
     $$`,
    `create trigger fund_round_frozen before update on rewards.fund_round
       for each row execute function rewards.refuse_round_change()`,
    `create table rewards.fund_option (
       id uuid primary key,
       round_id uuid not null references rewards.fund_round,
       -- 1 to 4 are options; 5 is "none of these".
       position integer not null check (position between 1 and 5),
       proposal_id uuid unique references rewards.fund_proposal,
       title text not null,
       text text not null,
       recipient_name text,
       charity_id uuid,
       unique (round_id, position),
       unique (round_id, id),
       check ((position = 5) = (proposal_id is null))
     )`,
    appendOnly('fund_option'),
    `create table rewards.fund_eligible (
       round_id uuid not null references rewards.fund_round,
       account_id uuid not null,
       month text not null,
       primary key (round_id, account_id),
       -- Whoever moves votes on one fund's month and not on two.
       constraint one_fund_per_person_and_month unique (account_id, month)
     )`,
    appendOnly('fund_eligible'),
    `create function rewards.refuse_late_preparation() returns trigger language plpgsql as $$
       begin
         if exists (select 1 from added a join rewards.fund_round r on r.id = a.round_id where r.state <> 'preparing') then
           raise exception 'options and voters of an open vote are not changed';
         end if;
         return null;
       end
     $$`,
    `create trigger fund_option_in_time after insert on rewards.fund_option referencing new table as added
       for each statement execute function rewards.refuse_late_preparation()`,
    `create trigger fund_eligible_in_time after insert on rewards.fund_eligible referencing new table as added
       for each statement execute function rewards.refuse_late_preparation()`,
    `create table rewards.fund_vote (
       round_id uuid not null,
       account_id uuid not null,
       option_id uuid not null,
       cast_at timestamptz not null,
       primary key (round_id, account_id),
       constraint fund_vote_of_eligible foreign key (round_id, account_id) references rewards.fund_eligible,
       constraint fund_vote_for_option foreign key (round_id, option_id) references rewards.fund_option (round_id, id)
     )`,
    kept('fund_vote'),
    // HB020: the vote is over. When it ends is frozen, so whoever is late is refused without a lock: closing never waits
    // for a stream of them.
    `create function rewards.refuse_late_vote() returns trigger language plpgsql as $$
       declare
         v_closes_at timestamptz;
         v_state text;
       begin
         if tg_op = 'UPDATE' and (old.round_id, old.account_id) is distinct from (new.round_id, new.account_id) then
           raise exception 'a vote stays with its voter';
         end if;
         select closes_at into v_closes_at from rewards.fund_round where id = new.round_id;
         if new.cast_at < v_closes_at then
           select state into v_state from rewards.fund_round where id = new.round_id for share;
         end if;
         if v_state is distinct from 'open' then
           raise exception 'the vote is not open' using errcode = 'HB020';
         end if;
         return new;
       end
     $$`,
    `create trigger fund_vote_in_time before insert or update on rewards.fund_vote
       for each row execute function rewards.refuse_late_vote()`,
    `create table rewards.fund_count (
       round_id uuid not null,
       option_id uuid not null,
       votes integer not null check (votes >= 0),
       primary key (round_id, option_id),
       foreign key (round_id, option_id) references rewards.fund_option (round_id, id)
     )`,
    appendOnly('fund_count'),
    `create table rewards.fund_decision (
       id uuid primary key,
       round_id uuid not null references rewards.fund_round,
       -- 1 follows from the count; a later one overrides those before it.
       number integer not null check (number > 0),
       ground text not null check (ground in ('majority', 'tie', 'none_of_these', 'below_quorum', 'override')),
       reason text,
       decided_by uuid,
       decided_at timestamptz not null,
       unique (round_id, number),
       check ((number = 1) = (ground <> 'override') and (ground = 'override') = (reason is not null)
         and (reason is null) = (decided_by is null))
     )`,
    appendOnly('fund_decision'),
    `create table rewards.fund_award (
       decision_id uuid not null references rewards.fund_decision,
       option_id uuid not null references rewards.fund_option,
       -- For "none of these": what stays in the fund.
       cents bigint not null check (cents > 0),
       -- The payment, when it was made, stands in the ledger under 'fund payout <round> <option>'.
       primary key (decision_id, option_id)
     )`,
    appendOnly('fund_award'),
  ),
  migration(
    '0023-reconciliations',
    `create table rewards.reconciliation (
       id uuid primary key,
       retailer_id uuid not null,
       month text not null,
       file_sha256 text not null,
       -- Of a person; null where the key of the retailer was used.
       made_by uuid,
       made_at timestamptz not null,
       row_count integer not null,
       matching_count integer not null,
       our_cents bigint not null,
       their_cents bigint not null
     )`,
    'create index reconciliation_of_retailer on rewards.reconciliation (retailer_id, made_at desc, id desc)',
    `create table rewards.reconciliation_difference (
       reconciliation_id uuid not null references rewards.reconciliation,
       number integer not null,
       kind text not null check (kind in
         ('missing_here', 'missing_there', 'amount_differs', 'other_month', 'duplicate_id', 'unreadable')),
       line integer,
       external_id text,
       our_cents bigint,
       their_cents bigint,
       primary key (reconciliation_id, number)
     )`,
    appendOnly('reconciliation'),
    appendOnly('reconciliation_difference'),
  ),
];

export const overrideMigrations = [
  migration(
    '0075-overrides-by-two',
    `create table rewards.fund_override (
       id uuid primary key,
       round_id uuid not null references rewards.fund_round,
       option_id uuid not null references rewards.fund_option,
       reason text not null,
       proposed_by uuid not null,
       proposed_at timestamptz not null,
       state text not null default 'open' check (state in ('open', 'confirmed', 'withdrawn')),
       ended_by uuid,
       ended_at timestamptz,
       decision_id uuid unique references rewards.fund_decision,
       check ((state = 'open') = (ended_by is null) and (state = 'open') = (ended_at is null)),
       check ((state = 'confirmed') = (decision_id is not null)),
       -- Two people, whatever a program says.
       check (state <> 'confirmed' or ended_by <> proposed_by)
     )`,
    "create unique index one_open_override on rewards.fund_override (round_id) where state = 'open'",
    `create function rewards.refuse_override_change() returns trigger language plpgsql as $$
       begin
         if tg_op = 'DELETE' or old.state <> 'open' or (new.id, new.round_id, new.option_id, new.reason, new.proposed_by,
             new.proposed_at) is distinct from
             (old.id, old.round_id, old.option_id, old.reason, old.proposed_by, old.proposed_at) then
           raise exception 'rewards.fund_override stays as it was proposed and ended';
         end if;
         return new;
       end
     $$`,
    `create trigger fund_override_stays before update or delete on rewards.fund_override
       for each row execute function rewards.refuse_override_change()`,
    `create trigger fund_override_kept before truncate on rewards.fund_override
       for each statement execute function rewards.refuse_change()`,
  ),
];
