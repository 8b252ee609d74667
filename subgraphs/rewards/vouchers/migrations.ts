/*
 * The vouchers' part of the schema: states with their history, the keys that sign tokens, tills and what they took while
 * cut off. A voucher is never deleted, and what happened to it is append-only.
 */
import { migration } from '../../kernel/database.ts';

export const voucherMigrations = [
  migration(
    '0010-voucher-states',
    // What an offer says of its vouchers; null: told before it said so.
    `alter table rewards.offer
       add value_cents integer check (value_cents >= 0),
       add valid_days integer check (valid_days > 0),
       add offline_allowed boolean not null default false,
       add refundable boolean not null default true,
       add refunds_expired boolean not null default false`,
    // The latest word of each, apart from terms because it may be told before them.
    `create table rewards.offer_standing (
       offer_id uuid primary key, paused boolean not null, said_at timestamptz not null
     )`,
    `create table rewards.retailer_standing (
       retailer_id uuid primary key, suspended boolean not null, said_at timestamptz not null
     )`,
    // What is given back may be taken again.
    'alter table rewards.offer_use drop constraint offer_use_times_check, add check (times >= 0)',
    `create table rewards.terminal (
       id uuid primary key,
       retailer_id uuid not null,
       name text not null,
       -- Ed25519, 32 bytes.
       public_key bytea not null unique check (octet_length(public_key) = 32),
       offline_limit_cents integer not null check (offline_limit_cents >= 0),
       registered_at timestamptz not null,
       registered_by uuid not null,
       revoked_at timestamptz,
       last_seen_at timestamptz,
       last_sequence bigint
     )`,
    'create index terminal_of_retailer on rewards.terminal (retailer_id, registered_at desc, id desc)',
    `alter table rewards.voucher
       add serial bigint generated always as identity unique,
       add state text not null default 'issued'
         check (state in ('issued', 'held', 'redeemed', 'expired', 'void', 'refunded')),
       -- How many events it has.
       add version integer not null default 1,
       add offer_version integer,
       add value_cents integer not null default 0,
       add offline_allowed boolean not null default false,
       add refundable boolean not null default true,
       add refunds_expired boolean not null default false,
       -- The latest hold, which stands here also when it is over.
       add hold_id uuid unique,
       add hold_key text,
       add held_until timestamptz,
       add redemption_key text,
       add redeemed_with text check (redeemed_with in ('code', 'token', 'offline')),
       add sale_reference text,
       add terminal_id uuid references rewards.terminal,
       add voided_at timestamptz,
       -- Since when we know that it is good no more: what a list for tills that are cut off goes by.
       add ended_at timestamptz,
       -- From when its points go back; a claim of a till that was cut off may come before.
       add refund_due_at timestamptz,
       add refund_key text,
       add refunded_at timestamptz,
       -- Whether stock and the person's use were given back with it.
       add piece_returned boolean not null default false`,
    `update rewards.voucher set state = 'redeemed', version = 2, redeemed_with = 'code',
       ended_at = redeemed_at where redeemed_at is not null`,
    `alter table rewards.voucher
       add constraint held_until_an_instant check (state <> 'held' or (hold_id is not null and held_until is not null)),
       add constraint redeemed_at_an_instant check (state <> 'redeemed' or redeemed_at is not null),
       add constraint void_at_an_instant check (state <> 'void' or voided_at is not null),
       add constraint refunded_at_an_instant check ((state = 'refunded') = (refunded_at is not null)),
       add constraint refund_due_while_unused check (refund_due_at is null or state in ('void', 'expired'))`,
    `create index voucher_due on rewards.voucher (expires_at) where state in ('issued', 'held')`,
    'create index voucher_refund_due on rewards.voucher (refund_due_at) where refund_due_at is not null',
    'create index voucher_of_retailer on rewards.voucher (retailer_id, serial)',
    'create index voucher_of_offer on rewards.voucher (offer_id, state)',
    'create index offer_of_retailer on rewards.offer (retailer_id, id)',
    `create index redemption_of_retailer on rewards.voucher (retailer_id, redeemed_at desc, id desc)
       where redeemed_at is not null`,
    `create table rewards.voucher_event (
       voucher_id uuid not null references rewards.voucher,
       sequence integer not null,
       from_state text,
       to_state text not null,
       actor text not null check (actor in ('owner', 'till', 'member', 'administrator', 'terminal', 'system')),
       -- The account of a person; absent for tills and the system.
       actor_id uuid,
       terminal_id uuid references rewards.terminal,
       happened_at timestamptz not null,
       reason text,
       primary key (voucher_id, sequence)
     )`,
    `insert into rewards.voucher_event (voucher_id, sequence, to_state, actor, actor_id, happened_at)
       select id, 1, 'issued', 'owner', account_id, issued_at from rewards.voucher`,
    `insert into rewards.voucher_event (voucher_id, sequence, from_state, to_state, actor, happened_at)
       select id, 2, 'issued', 'redeemed', 'till', redeemed_at from rewards.voucher where redeemed_at is not null`,
    `create trigger voucher_event_append_only before update or delete or truncate on rewards.voucher_event
       for each statement execute function rewards.refuse_change()`,
    `create table rewards.voucher_key (
       key_id integer primary key check (key_id between 1 and 65535),
       public_key bytea not null,
       private_sealed bytea not null,
       created_at timestamptz not null,
       published_until timestamptz
     )`,
    // Who tries codes that nobody has: how often since when, and until when they are not answered.
    `create table rewards.voucher_guess (
       subject text primary key,
       wrong integer not null,
       since timestamptz not null,
       locked_until timestamptz
     )`,
    `create table rewards.redemption_reversal (
       id uuid primary key,
       voucher_id uuid not null references rewards.voucher,
       retailer_id uuid not null,
       asked_by uuid not null,
       asked_at timestamptz not null,
       reason text not null,
       state text not null check (state in ('open', 'approved', 'dismissed')),
       decided_by uuid,
       decided_at timestamptz,
       decision_key text,
       decision_reason text,
       check (decided_by is null or decided_by <> asked_by),
       check ((state = 'open') = (decided_at is null))
     )`,
    `create unique index one_open_reversal on rewards.redemption_reversal (voucher_id) where state = 'open'`,
    'create index redemption_reversal_asked on rewards.redemption_reversal (asked_at, id)',
  ),
  migration(
    '0011-offline-claims',
    `create table rewards.offline_claim (
       terminal_id uuid not null references rewards.terminal,
       sequence bigint not null,
       -- SHA-256 of all that was handed in, to tell a repetition from another claim under the same number.
       digest bytea not null,
       voucher_id uuid references rewards.voucher,
       claimed_at timestamptz not null,
       received_at timestamptz not null,
       revocations_as_of timestamptz not null,
       outcome text not null check (outcome in ('accepted', 'disputed', 'refused')),
       refusal text,
       check ((outcome = 'refused') = (refusal is not null)),
       check (outcome = 'refused' or voucher_id is not null),
       primary key (terminal_id, sequence)
     )`,
    `create unique index one_claim_per_terminal on rewards.offline_claim (terminal_id, voucher_id)
       where outcome <> 'refused'`,
    `create unique index one_accepted_claim on rewards.offline_claim (voucher_id) where outcome = 'accepted'`,
    `create trigger offline_claim_append_only before update or delete or truncate on rewards.offline_claim
       for each statement execute function rewards.refuse_change()`,
    `create table rewards.voucher_dispute (
       id uuid primary key,
       terminal_id uuid not null,
       sequence bigint not null,
       voucher_id uuid not null references rewards.voucher,
       retailer_id uuid not null,
       value_cents integer not null,
       opened_at timestamptz not null,
       state text not null check (state in ('open', 'upheld', 'dismissed')),
       decided_by uuid,
       decided_at timestamptz,
       decision_key text,
       reason text,
       transaction_id uuid unique references rewards.transaction,
       unique (terminal_id, sequence),
       foreign key (terminal_id, sequence) references rewards.offline_claim deferrable initially deferred,
       check ((state = 'open') = (decided_at is null)),
       check (state = 'upheld' or transaction_id is null)
     )`,
    'create index voucher_dispute_opened on rewards.voucher_dispute (opened_at desc, id desc)',
    'create index voucher_dispute_of_retailer on rewards.voucher_dispute (retailer_id, opened_at desc, id desc)',
    // How much a retailer is paid for disputed claims in a month at most: what was said last of it, or else of all.
    `create table rewards.dispute_rule (
       version integer primary key,
       retailer_id uuid,
       month_cap_cents integer not null check (month_cap_cents >= 0),
       made_by uuid,
       made_at timestamptz not null
     )`,
    'insert into rewards.dispute_rule (version, month_cap_cents, made_at) values (1, 10000, now())',
    `create trigger dispute_rule_append_only before update or delete or truncate on rewards.dispute_rule
       for each statement execute function rewards.refuse_change()`,
    `insert into rewards.transaction_kind (name, effect) values ('reserve', 'forward'), ('dispute', 'forward')`,
  ),
];

export const guessMigrations = [
  // What is forgiven with time leaves fractions; `since` is when the rest was counted.
  migration('0073-guesses-are-forgiven', 'alter table rewards.voucher_guess alter column wrong type double precision'),
];
