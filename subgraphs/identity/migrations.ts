/*
 * The identity schema. Nothing personal stands here in the clear: `*_hash` columns are keyed hashes or SHA-256 of random
 * tokens, `*_sealed` columns are AES-GCM ciphertexts (secrets.ts).
 */
import { migration } from '../kernel/database.ts';
import { tombstoneTable } from '../kernel/tombstone.ts';
import { analystMigrations } from './analyst-migrations.ts';
import { consentMigrations } from './consent-migrations.ts';
import { leftUnderReportMigrations } from './left-under-report.ts';

export const migrations = [
  migration(
    '0001-accounts',
    `create table identity.account (
       id uuid primary key,
       identity_hash text not null unique,
       email_hash text not null,
       email_sealed text not null,
       role text not null check (role in ('citizen', 'officer', 'administrator')),
       department_name text,
       phone_hash text unique,
       phone_sealed text,
       phone_verified_at timestamptz,
       registered_at timestamptz,
       suspended_at timestamptz,
       created_at timestamptz not null,
       updated_at timestamptz not null,
       check ((phone_hash is null) = (phone_sealed is null) and (phone_hash is null) = (phone_verified_at is null))
     )`,
    `create table identity.officer_registration (
       email_hash text primary key,
       department_name text not null,
       registered_by uuid,
       registered_at timestamptz not null
     )`,
    `create table identity.sign_in_flow (
       flow_hash text primary key,
       content_sealed text not null,
       expires_at timestamptz not null
     )`,
    'create index sign_in_flow_expiry on identity.sign_in_flow (expires_at)',
    `create table identity.phone_code (
       account_id uuid primary key references identity.account (id) on delete cascade,
       phone_hash text not null,
       code_hash text not null,
       tries integer not null default 0,
       expires_at timestamptz not null
     )`,
    `create table identity.turn (
       limit_name text not null,
       subject text not null,
       taken_at timestamptz not null
     )`,
    'create index turn_subject on identity.turn (limit_name, subject, taken_at)',
  ),
  migration(
    '0002-sessions',
    `create table identity.signing_key (
       kid text primary key,
       x text not null,
       private_sealed text not null,
       created_at timestamptz not null,
       published_until timestamptz
     )`,
    `create table identity.session (
       id uuid primary key,
       account_id uuid not null references identity.account (id) on delete cascade,
       started_at timestamptz not null,
       ends_at timestamptz not null,
       revoked_at timestamptz
     )`,
    'create index session_account on identity.session (account_id, started_at)',
    // Every token a session ever had, so that an old one that comes back is recognised.
    `create table identity.refresh_token (
       token_hash text primary key,
       session_id uuid not null references identity.session (id) on delete cascade,
       issued_at timestamptz not null,
       expires_at timestamptz not null,
       used_at timestamptz,
       successor_hash text,
       successor_sealed text
     )`,
    'create index refresh_token_session on identity.refresh_token (session_id)',
  ),
  migration(
    '0003-partner-keys',
    `create table identity.partner_key (
       id uuid primary key,
       retailer_id uuid not null,
       label text not null,
       scopes text not null,
       secret_hash text not null unique,
       created_by uuid not null,
       created_at timestamptz not null,
       revoked_at timestamptz
     )`,
  ),
  migration(
    '0004-suspensions-and-age-bands',
    `alter table identity.account
       add column suspended_until timestamptz check (suspended_until is null or suspended_at is not null),
       add column age_band text check (age_band in ('youth', 'adult')),
       add column guardian_consent_at timestamptz`,
    `create table identity.suspension (
       id uuid primary key,
       account_id uuid not null references identity.account (id) on delete cascade,
       reason_sealed text not null,
       suspended_by uuid not null,
       suspended_at timestamptz not null,
       until timestamptz,
       ended_at timestamptz,
       ended_by uuid
     )`,
    'create unique index one_suspension_per_account on identity.suspension (account_id) where ended_at is null',
    `create table identity.suspension_appeal (
       id uuid primary key,
       suspension_id uuid not null unique references identity.suspension (id) on delete cascade,
       account_id uuid not null,
       text_sealed text not null,
       appealed_at timestamptz not null,
       outcome text check (outcome in ('reinstated', 'upheld')),
       note_sealed text,
       decided_by uuid,
       decided_at timestamptz,
       check ((outcome is null) = (decided_at is null))
     )`,
    'create index suspension_appeal_undecided on identity.suspension_appeal (id) where outcome is null',
    // Who saw a guardian's consent, and when. Written once: nothing here updates it.
    `create table identity.guardian_consent (
       account_id uuid primary key references identity.account (id) on delete cascade,
       recorded_by uuid not null,
       recorded_at timestamptz not null
     )`,
  ),
  migration(
    '0005-officers-told-again',
    // Who registered before others listened for departments is told once more; whoever knew it takes it in as the same.
    `insert into identity.outbox (id, topic, key, recorded_at, body)
     select gen_random_uuid(), 'account.registered', id::text, registered_at, jsonb_build_object(
       'accountId', id, 'roles', jsonb_build_array(role), 'departmentName', department_name,
       'registeredAt', to_char(registered_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
     from identity.account where registered_at is not null and role = 'officer' order by registered_at`,
  ),
  migration(
    '0006-coming-of-age',
    // The first of a month, and no more of anybody's birth; null for whoever is no youth.
    'alter table identity.account add column comes_of_age_on date',
    // Of those who were not asked: at the latest, had they been 13.
    `update identity.account set comes_of_age_on = date_trunc('month', coalesce(registered_at, created_at) at time zone 'UTC')
       + interval '5 years 1 month' where age_band = 'youth'`,
    `alter table identity.account add constraint youths_come_of_age
       check ((age_band is not distinct from 'youth') = (comes_of_age_on is not null))`,
    `create index account_comes_of_age on identity.account (comes_of_age_on) where age_band = 'youth'`,
    // A guardian who has withdrawn may consent anew: one record each, and none is changed.
    `alter table identity.guardian_consent drop constraint guardian_consent_pkey,
       add column id uuid primary key default gen_random_uuid()`,
    'alter table identity.guardian_consent alter column id drop default',
    'create index guardian_consent_of_account on identity.guardian_consent (account_id, recorded_at)',
    `create table identity.guardian_withdrawal (
       consent_id uuid primary key references identity.guardian_consent (id) on delete cascade,
       recorded_by uuid not null,
       recorded_at timestamptz not null
     )`,
  ),
  migration(
    '0007-memberships',
    // For whom an account acts, as the catalog tells it. One that registers later finds it here.
    `create table identity.membership (
       account_id uuid not null,
       kind text not null check (kind in ('retailer', 'charity', 'municipality', 'department')),
       organisation_id uuid not null,
       since timestamptz not null,
       primary key (account_id, kind, organisation_id)
     )`,
  ),
  migration(
    '0008-officer-roster',
    // Whom departments vouch for, by a keyed hash of the e-mail, as the catalog tells it.
    `create table identity.rostered_officer (
       email_digest text not null,
       department_id uuid not null,
       department_name text not null,
       rostered_at timestamptz not null,
       primary key (email_digest, department_id)
     )`,
  ),
  migration(
    '0009-membership-roles',
    // null: told before roles were.
    'alter table identity.membership add column role text',
  ),
  migration(
    '0010-devices',
    `alter table identity.session
       -- When a refresh token of it was used last; of those before this was written down, when they started.
       add column last_used_at timestamptz,
       add column device_name_sealed text`,
    'update identity.session set last_used_at = started_at',
    'alter table identity.session alter column last_used_at set not null',
  ),
  migration(
    '0011-erasure',
    // A request is deleted when it is undone or carried out: that somebody thought of leaving is nobody's business.
    `create table identity.erasure_request (
       account_id uuid primary key references identity.account (id) on delete cascade,
       requested_at timestamptz not null,
       due_at timestamptz not null check (due_at >= requested_at),
       -- When its sessions were ended; the account goes when their last access token has expired.
       closed_at timestamptz
     )`,
    'create index erasure_request_due on identity.erasure_request (due_at)',
    tombstoneTable('identity'),
    // Keyed hashes of who was suspended when they were erased, until the suspension would have ended.
    'create table identity.barred (hash text primary key, until timestamptz not null)',
    // What a guardian said is a record of its own: it outlives the account, and names nobody without it.
    'alter table identity.guardian_consent drop constraint guardian_consent_account_id_fkey',
  ),
  ...consentMigrations,
  ...analystMigrations,
  ...leftUnderReportMigrations,
];
