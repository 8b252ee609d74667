/*
 * Tables of municipalities' schemes and of the fees that people pay by them. What a claim was made for never changes, and
 * how it ended is said once; the database itself refuses the rest. One live claim per fee is a unique index.
 */
import { migration } from '../../kernel/database.ts';

export const schemeMigrations = [
  migration(
    '0030-schemes',
    // Points pay a fee; its value comes out of the budget; a budget is granted, and what is too much goes back.
    `insert into rewards.transaction_kind (name, effect) values ('scheme', 'forward'), ('scheme-budget', 'forward'),
       ('scheme-grant', 'forward'), ('scheme-grant-return', 'back')`,
    `create table rewards.municipality (
       id uuid primary key,
       zip_codes text[] not null,
       listed_at timestamptz not null
     )`,
    // Apart from what else is known of it, because it may be told before that.
    `create table rewards.municipality_standing (
       municipality_id uuid primary key,
       suspended boolean not null,
       said_at timestamptz not null
     )`,
    `create table rewards.scheme (
       id uuid primary key,
       version integer not null,
       municipality_id uuid not null,
       title text not null,
       fee_kind text,
       cents_per_point bigint not null check (cents_per_point > 0),
       largest_share_basis_points integer not null check (largest_share_basis_points between 1 and 10000),
       budget_cents bigint not null check (budget_cents > 0),
       -- Of people who may use it; none: all of the municipality.
       zip_codes text[] not null,
       -- None: everybody who has points.
       eligible_roles text[] not null,
       per_person_cents bigint check (per_person_cents > 0),
       starts_at timestamptz not null,
       ends_at timestamptz,
       -- What its ledger account was given, less what was taken back; and how often either was done.
       granted_cents bigint not null default 0 check (granted_cents >= 0),
       grants integer not null default 0
     )`,
    'create table rewards.closed_scheme (id uuid primary key, archived_at timestamptz not null)',
    `create table rewards.scheme_claim (
       id uuid primary key,
       -- Of the person's wish.
       business_key text not null unique,
       fingerprint text not null,
       scheme_id uuid not null references rewards.scheme,
       scheme_version integer not null,
       municipality_id uuid not null,
       account_id uuid not null,
       fee_reference text not null,
       -- The same reference however it is typed.
       fee_key text not null,
       fee_cents bigint not null,
       points bigint not null check (points > 0),
       value_cents bigint not null check (value_cents between 1 and fee_cents),
       zip_code text not null,
       issued_by uuid check (issued_by <> account_id),
       points_hold_id uuid not null unique references rewards.hold,
       budget_hold_id uuid not null unique references rewards.hold,
       claimed_at timestamptz not null,
       expires_at timestamptz not null check (expires_at > claimed_at),
       state text not null default 'pending'
         check (state in ('pending', 'settled', 'refused', 'withdrawn', 'lapsed', 'reversed')),
       points_transaction_id uuid unique references rewards.transaction,
       budget_transaction_id uuid unique references rewards.transaction,
       -- When it was settled, refused or withdrawn, or lapsed.
       ended_at timestamptz,
       decided_by uuid check (decided_by <> account_id),
       reason text,
       reversed_at timestamptz,
       reversed_by uuid check (reversed_by <> account_id),
       check ((state = 'pending') = (ended_at is null)),
       check ((state in ('settled', 'reversed')) = (points_transaction_id is not null)),
       check ((state in ('settled', 'reversed')) = (budget_transaction_id is not null)),
       check ((state in ('settled', 'refused', 'reversed')) = (decided_by is not null)),
       check ((state = 'reversed') = (reversed_at is not null) and (reversed_at is null) = (reversed_by is null))
     )`,
    // A fee is paid once.
    `create unique index scheme_claim_fee on rewards.scheme_claim (municipality_id, fee_key)
       where state in ('pending', 'settled')`,
    'create index scheme_claim_of_account on rewards.scheme_claim (account_id, claimed_at desc, id desc)',
    'create index scheme_claim_of_municipality on rewards.scheme_claim (municipality_id, claimed_at desc, id desc)',
    'create index scheme_claim_by_time on rewards.scheme_claim (claimed_at desc, id desc)',
    'create index scheme_claim_used on rewards.scheme_claim (scheme_id, account_id)',
    `create index scheme_claim_pending on rewards.scheme_claim (expires_at) where state = 'pending'`,
    `create function rewards.refuse_claim_change() returns trigger language plpgsql as $$
       begin
         if tg_op <> 'UPDATE'
           or (old.id, old.business_key, old.fingerprint, old.scheme_id, old.scheme_version, old.municipality_id,
               old.account_id, old.fee_reference, old.fee_key, old.fee_cents, old.points, old.value_cents, old.zip_code,
               old.points_hold_id, old.budget_hold_id, old.claimed_at, old.expires_at) is distinct from
              (new.id, new.business_key, new.fingerprint, new.scheme_id, new.scheme_version, new.municipality_id,
               new.account_id, new.fee_reference, new.fee_key, new.fee_cents, new.points, new.value_cents, new.zip_code,
               new.points_hold_id, new.budget_hold_id, new.claimed_at, new.expires_at)
           or not (old.state = 'pending' or (old.state = 'settled' and new.state = 'reversed'))
           or (old.state = 'settled' and
              (old.points_transaction_id, old.budget_transaction_id, old.ended_at, old.decided_by, old.issued_by)
                is distinct from
              (new.points_transaction_id, new.budget_transaction_id, new.ended_at, new.decided_by, new.issued_by)) then
           raise exception 'what was claimed and decided stays';
         end if;
         return new;
       end
     $$`,
    `create trigger scheme_claim_stays before update or delete on rewards.scheme_claim
       for each row execute function rewards.refuse_claim_change()`,
    `create trigger scheme_claim_kept before truncate on rewards.scheme_claim
       for each statement execute function rewards.refuse_change()`,
  ),
];

export const pauseMigrations = [
  migration(
    '0074-paused-schemes',
    `create table rewards.scheme_standing (
       scheme_id uuid primary key,
       paused boolean not null,
       said_at timestamptz not null
     )`,
  ),
];
