/*
 * The rewards schema. The ledger holds pairs: each posting takes from one account and gives to another, so that books out
 * of balance cannot be written down. One function posts; what it wrote is never changed. Balances stand beside the
 * postings for people only, and the audit derives them anew.
 */
import { migration } from '../kernel/database.ts';
import { donationMigrations } from './donations/migrations.ts';
import { erasureMigrations } from './erasure-migrations.ts';
import { fundMigrations, overrideMigrations, residenceMigrations } from './fund/migrations.ts';
import { ledgerMigrations } from './ledger/migrations.ts';
import { membershipMigrations } from './membership.ts';
import { pauseMigrations, schemeMigrations } from './schemes/migrations.ts';
import { scoringMigrations } from './scoring/migrations.ts';
import { guessMigrations, voucherMigrations } from './vouchers/migrations.ts';
import { webhookMigrations } from './webhooks/migrations.ts';

export const migrations = [
  migration(
    '0001-ledger',
    `create table rewards.account (
       id uuid primary key default gen_random_uuid(),
       -- issuance gives points out; a person earns and spends; retailers and charities are given to.
       kind text not null check (kind in ('issuance', 'person', 'retailer', 'charity')),
       owner_id uuid not null,
       -- People only: everybody else's is the sum of the postings, or one row would be waited for by all.
       balance bigint check (balance >= 0),
       unique (kind, owner_id),
       check ((kind = 'person') = (balance is not null))
     )`,
    `create table rewards.transaction (
       id uuid primary key,
       kind text not null check (kind in ('award', 'redemption', 'donation')),
       -- What may happen once: a person's reward for a connection, a person's wish with its idempotency key.
       business_key text not null unique,
       fingerprint text not null,
       rule_version integer,
       happened_at timestamptz not null,
       check ((kind = 'award') = (rule_version is not null))
     )`,
    `create table rewards.posting (
       transaction_id uuid not null references rewards.transaction,
       line integer not null,
       debit_id uuid not null references rewards.account,
       credit_id uuid not null references rewards.account,
       points bigint not null check (points > 0),
       check (debit_id <> credit_id),
       primary key (transaction_id, line)
     )`,
    'create index posting_debit on rewards.posting (debit_id)',
    'create index posting_credit on rewards.posting (credit_id)',
    `create function rewards.refuse_change() returns trigger language plpgsql as $$
       begin
         raise exception 'the ledger is append-only';
       end
     $$`,
    `create trigger transaction_append_only before update or delete or truncate on rewards.transaction
       for each statement execute function rewards.refuse_change()`,
    `create trigger posting_append_only before update or delete or truncate on rewards.posting
       for each statement execute function rewards.refuse_change()`,
    // HB001: the key was used for something else. HB002: a person does not have so many points.
    `create function rewards.post(
       p_id uuid, p_kind text, p_business_key text, p_fingerprint text, p_rule_version integer,
       p_happened_at timestamptz, p_debit_kind text, p_debit_owner uuid, p_credit_kind text, p_credit_owner uuid,
       p_points bigint, out transaction_id uuid, out fresh boolean
     ) language plpgsql as $$
       declare
         v_debit uuid;
         v_credit uuid;
         v_fingerprint text;
       begin
         insert into rewards.transaction (id, kind, business_key, fingerprint, rule_version, happened_at)
           values (p_id, p_kind, p_business_key, p_fingerprint, p_rule_version, p_happened_at)
           on conflict (business_key) do nothing;
         if not found then
           select t.id, t.fingerprint into transaction_id, v_fingerprint
             from rewards.transaction t where t.business_key = p_business_key;
           if v_fingerprint <> p_fingerprint then
             raise exception 'the key was used for something else' using errcode = 'HB001';
           end if;
           fresh := false;
           return;
         end if;
         insert into rewards.account (kind, owner_id, balance)
           values (p_debit_kind, p_debit_owner, case when p_debit_kind = 'person' then 0 end),
                  (p_credit_kind, p_credit_owner, case when p_credit_kind = 'person' then 0 end)
           on conflict (kind, owner_id) do nothing;
         -- In one order, or two postings between the same people would wait for each other.
         perform 1 from rewards.account a
           where a.balance is not null and (a.kind, a.owner_id) in
             ((p_debit_kind, p_debit_owner), (p_credit_kind, p_credit_owner))
           order by a.id for update;
         select a.id into strict v_debit from rewards.account a
           where a.kind = p_debit_kind and a.owner_id = p_debit_owner;
         select a.id into strict v_credit from rewards.account a
           where a.kind = p_credit_kind and a.owner_id = p_credit_owner;
         update rewards.account a set balance = a.balance - p_points
           where a.id = v_debit and a.balance is not null and a.balance >= p_points;
         if not found and p_debit_kind = 'person' then
           raise exception 'the balance does not cover this' using errcode = 'HB002';
         end if;
         update rewards.account a set balance = a.balance + p_points where a.id = v_credit and a.balance is not null;
         insert into rewards.posting (transaction_id, line, debit_id, credit_id, points)
           values (p_id, 1, v_debit, v_credit, p_points);
         transaction_id := p_id;
         fresh := true;
       end
     $$`,
    `create table rewards.scoring_rule (
       version integer not null,
       evidence text not null check (evidence in ('virtual', 'proximity', 'code')),
       officer_points integer not null check (officer_points > 0),
       citizen_points integer not null check (citizen_points > 0),
       primary key (version, evidence)
     )`,
    // A remote meeting is worth less than one that two phones saw, and that less than a scanned code.
    `insert into rewards.scoring_rule values (1, 'virtual', 10, 10), (1, 'proximity', 20, 20), (1, 'code', 30, 30)`,
  ),
  migration(
    '0002-offers-vouchers-donations',
    `create table rewards.offer (
       id uuid primary key,
       version integer not null,
       retailer_id uuid not null,
       price_points bigint not null check (price_points > 0),
       stock integer,
       per_person_limit integer,
       zip_code text,
       starts_at timestamptz not null,
       ends_at timestamptz,
       issued integer not null default 0
     )`,
    // Apart from the terms, because it may be told before them.
    `create table rewards.closed_offer (id uuid primary key, archived_at timestamptz not null)`,
    `create table rewards.offer_use (
       offer_id uuid not null references rewards.offer,
       account_id uuid not null,
       times integer not null check (times > 0),
       primary key (offer_id, account_id)
     )`,
    `create table rewards.charity (id uuid primary key, zip_code text, listed_at timestamptz not null)`,
    `create table rewards.voucher (
       id uuid primary key,
       transaction_id uuid not null unique references rewards.transaction,
       account_id uuid not null,
       offer_id uuid not null,
       retailer_id uuid not null,
       points integer not null check (points > 0),
       zip_code text,
       -- The code itself stands nowhere: a keyed hash finds it, and only its owner's screen sees it decrypted.
       code_digest bytea not null unique,
       code_cipher bytea not null,
       issued_at timestamptz not null,
       expires_at timestamptz not null,
       redeemed_at timestamptz
     )`,
    'create index voucher_of_account on rewards.voucher (account_id, issued_at desc, id desc)',
    `create table rewards.donation (
       id uuid primary key,
       transaction_id uuid not null unique references rewards.transaction,
       account_id uuid not null,
       charity_id uuid not null,
       points integer not null check (points > 0),
       donated_at timestamptz not null
     )`,
  ),
  migration(
    '0003-rules-stay',
    // Each award names the version that priced it: a rule that changed would make yesterday's postings wrong.
    `create trigger scoring_rule_append_only before update or delete or truncate on rewards.scoring_rule
       for each statement execute function rewards.refuse_change()`,
  ),
  migration(
    '0004-claw-backs',
    'alter table rewards.transaction drop constraint transaction_kind_check',
    // A reversal takes back an award as far as the balance goes; a recovery takes what is owed from a later award.
    `alter table rewards.transaction add constraint transaction_kind_check
       check (kind in ('award', 'redemption', 'donation', 'reversal', 'recovery'))`,
    `create table rewards.claw_back (
       connection_id uuid not null,
       account_id uuid not null,
       -- What the award had given; 0 where the connection was taken back before anything was given.
       points bigint not null check (points >= 0),
       -- What the balance covered.
       taken bigint not null check (taken between 0 and points),
       transaction_id uuid unique references rewards.transaction,
       clawed_back_at timestamptz not null,
       primary key (connection_id, account_id),
       check ((taken = 0) = (transaction_id is null))
     )`,
    `create trigger claw_back_append_only before update or delete or truncate on rewards.claw_back
       for each statement execute function rewards.refuse_change()`,
    'create index claw_back_of_account on rewards.claw_back (account_id)',
    // The rest of it, until later awards have covered it.
    `create table rewards.owed (
       account_id uuid primary key,
       points bigint not null check (points >= 0)
     )`,
    'alter table rewards.scoring_rule drop constraint scoring_rule_evidence_check',
    `alter table rewards.scoring_rule add constraint scoring_rule_evidence_check
       check (evidence in ('virtual', 'vicinity', 'proximity', 'code'))`,
    // Two phones a block apart show more than two words, and less than two phones side by side.
    `insert into rewards.scoring_rule values
       (2, 'virtual', 10, 10), (2, 'vicinity', 15, 15), (2, 'proximity', 20, 20), (2, 'code', 30, 30)`,
  ),
  ...ledgerMigrations,
  ...voucherMigrations,
  ...residenceMigrations,
  ...fundMigrations,
  ...scoringMigrations,
  ...schemeMigrations,
  ...donationMigrations,
  ...webhookMigrations,
  migration(
    '0070-use-without-owning',
    // Who owns a table can switch its guards off; this role cannot, changes nothing that a guard keeps, and deletes nothing but
    // what is kept for a while only. To be called again after each upgrade, for the tables that came with it.
    `create or replace function rewards.grant_use(p_role name) returns void language plpgsql as $$
       declare
         v_table name;
       begin
         execute format('grant usage on schema rewards to %I', p_role);
         execute format('grant execute on all functions in schema rewards to %I', p_role);
         execute format('grant usage on all sequences in schema rewards to %I', p_role);
         execute format('grant select, insert, update on all tables in schema rewards to %I', p_role);
         execute format('revoke delete, truncate on all tables in schema rewards from %I', p_role);
         foreach v_table in array
           array['dead_letter', 'waiting_refund', 'webhook_endpoint', 'webhook_key', 'webhook_message']
         loop
           execute format('grant delete on rewards.%I to %I', v_table, p_role);
         end loop;
         for v_table in
           -- Bit 16 of tgtype: it refuses updates. Some guard a table from being emptied alone, and its rows are changed.
           select c.relname from pg_trigger g join pg_class c on c.oid = g.tgrelid
             where c.relnamespace = 'rewards'::regnamespace and g.tgfoid = 'rewards.refuse_change'::regproc
               and g.tgtype & 16 > 0
         loop
           execute format('revoke update on rewards.%I from %I', v_table, p_role);
         end loop;
         execute format('revoke insert, update on rewards.migration from %I', p_role);
       end
     $$`,
  ),
  ...membershipMigrations,
  ...guessMigrations,
  ...pauseMigrations,
  ...overrideMigrations,
  ...erasureMigrations,
];
