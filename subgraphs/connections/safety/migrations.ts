/*
 * What keeps people safe, as rows. Each row that the processes keep in memory (restraints.ts) carries `updated_at`, and
 * is ended rather than deleted, so that they find what has changed. No position of anybody stands here.
 */
import { migration } from '../../kernel/database.ts';
import { tombstoneTable } from '../../kernel/tombstone.ts';

/** In place of what somebody wrote who is no more. */
export const GONE = '—';

export const safetyMigrations = [
  migration(
    '0003-safety',
    `create table connections.person (
       account_id uuid primary key,
       role text not null,
       department_name text,
       age_band text not null check (age_band in ('youth', 'adult')),
       suspended_at timestamptz,
       suspended_until timestamptz,
       -- When identity last said whether the account is suspended; what it said before comes too late.
       standing_at timestamptz,
       updated_at timestamptz not null
     )`,
    'create index person_updated on connections.person (updated_at)',
    'create index person_department on connections.person (department_name) where department_name is not null',
    'create index person_suspended on connections.person (account_id) where suspended_at is not null',
    `create index person_youth on connections.person (account_id) where age_band <> 'adult'`,
    `create table connections.department (
       name text primary key,
       on_duty boolean not null,
       changed_by uuid,
       updated_at timestamptz not null
     )`,
    'create index department_updated on connections.department (updated_at)',
    `create table connections.exclusion_zone (
       id uuid primary key,
       name text not null,
       reason text not null check (reason in ('school', 'shelter', 'health', 'worship', 'court', 'military', 'other')),
       ring jsonb not null,
       saved_by uuid not null,
       updated_at timestamptz not null,
       archived_at timestamptz
     )`,
    'create index exclusion_zone_updated on connections.exclusion_zone (updated_at)',
    `create table connections.block (
       blocker_id uuid not null,
       blocked_id uuid not null check (blocked_id <> blocker_id),
       blocked_at timestamptz not null,
       ended_at timestamptz,
       updated_at timestamptz not null,
       primary key (blocker_id, blocked_id)
     )`,
    'create index block_of_blocked on connections.block (blocked_id) where ended_at is null',
    'create index block_updated on connections.block (updated_at)',
    `create table connections.restraint (
       officer_id uuid not null,
       citizen_id uuid not null,
       began_at timestamptz not null,
       ends_at timestamptz not null,
       updated_at timestamptz not null,
       primary key (officer_id, citizen_id)
     )`,
    'create index restraint_end on connections.restraint (ends_at)',
    'create index restraint_updated on connections.restraint (updated_at)',
    `create table connections.person_report (
       id uuid primary key,
       connection_id uuid references connections.connection (id),
       -- Null for what the system itself has noticed.
       reporter_id uuid,
       reported_id uuid not null,
       -- Whom it was done to, where the system has noticed it.
       affected_id uuid,
       reason text not null,
       text text,
       reported_at timestamptz not null,
       outcome text check (outcome in ('dismissed', 'warned', 'suspended')),
       note text,
       resolved_by uuid,
       resolved_at timestamptz,
       check ((outcome is null) = (resolved_at is null) and (outcome is null) = (resolved_by is null)),
       check ((reporter_id is null) = (connection_id is null))
     )`,
    `create unique index one_open_report_per_connection on connections.person_report (connection_id, reporter_id)
       where resolved_at is null`,
    'create index person_report_open on connections.person_report (id) where resolved_at is null',
  ),
];

export const warningMigrations = [
  migration(
    '0007-warnings',
    // With an id and an instant of its own: those of the report would tell who made it.
    `create table connections.warning (
       id uuid primary key,
       report_id uuid not null unique references connections.person_report (id),
       account_id uuid not null,
       reason text not null,
       warned_at timestamptz not null,
       acknowledged_at timestamptz check (acknowledged_at >= warned_at)
     )`,
    'create index warning_of_account on connections.warning (account_id, id desc)',
  ),
];

export const guardianMigrations = [
  migration(
    '0008-youths',
    `alter table connections.person
       -- Told by identity; a registration that is told late does not make a youth of an adult.
       add column came_of_age_at timestamptz,
       -- While a guardian consents no more; and when identity last said whether one does.
       add column consent_withdrawn_at timestamptz,
       add column consent_said_at timestamptz`,
  ),
];

export const erasureMigrations = [
  migration(
    '0009-erasure',
    tombstoneTable('connections'),
    // What was consented to is not changed; what somebody wrote who is no more is blanked, once it is not shown any more.
    `create or replace function connections.refuse_other_story() returns trigger language plpgsql as $$
       begin
         if new.text = '${GONE}' and new.state in ('taken_down', 'refused')
           and (old.connection_id, old.officer_id, old.citizen_id)
             is not distinct from (new.connection_id, new.officer_id, new.citizen_id)
           and exists (select 1 from connections.erased_account
             where account_id = case old.proposed_by when 'officer' then old.officer_id else old.citizen_id end)
         then
           return new;
         end if;
         raise exception 'what was consented to is not changed';
       end
     $$`,
    'create index person_report_of_reporter on connections.person_report (reporter_id)',
    'create index person_report_of_reported on connections.person_report (reported_id)',
  ),
];

export const reportMigrations = [
  migration(
    '0010-reports-are-told',
    // Of reports that were open before reports were told.
    `insert into connections.outbox (id, topic, key, recorded_at, body, forget_at)
     select gen_random_uuid(), 'report.opened', reported_id::text, now(),
       jsonb_build_object('reportId', id, 'accountId', reported_id,
         'openedAt', to_char(reported_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
       now() + interval '30 days'
     from connections.person_report where resolved_at is null order by id`,
  ),
];
