/*
 * The profile schema. `history` is what happened, append-only and told by other domains; `profile` is what it adds up
 * to, plus what people wrote about themselves. The first, without what was taken back, can rebuild the counts of the second.
 */
import { migration } from '../kernel/database.ts';
import { erasureMigrations } from './erasure-migrations.ts';
import { notificationMigrations } from './notifications/migrations.ts';

export const migrations = [
  migration(
    '0001-profiles',
    `create table profile.profile (
       id uuid primary key,
       role text not null check (role in ('citizen', 'officer', 'administrator')),
       first_name text,
       about text,
       picture_url text,
       department_name text,
       hidden boolean not null default false,
       connection_count integer not null default 0 check (connection_count >= 0),
       last_connection_at timestamptz,
       registered_at timestamptz not null,
       updated_at timestamptz not null
     )`,
    // A person's record of a fact is unique, so a fact told twice is written once and counted once.
    `create table profile.history (
       account_id uuid not null,
       connection_id uuid not null,
       role text not null check (role in ('citizen', 'officer')),
       evidence text not null,
       confirmed_at timestamptz not null,
       number integer not null check (number > 0),
       primary key (account_id, connection_id)
     )`,
    'create index history_connection on profile.history (connection_id)',
    `create function profile.refuse_change() returns trigger language plpgsql as $$
       begin
         raise exception 'profile.history is append-only';
       end
     $$`,
    `create trigger history_append_only before update or delete or truncate on profile.history
       for each statement execute function profile.refuse_change()`,
  ),
  migration(
    '0002-claw-backs',
    // What was taken back stays in the history as it happened, is marked here, and counts no more.
    `create table profile.clawed_back (
       connection_id uuid primary key,
       clawed_back_at timestamptz not null
     )`,
    `create trigger clawed_back_append_only before update or delete or truncate on profile.clawed_back
       for each statement execute function profile.refuse_change()`,
  ),
  migration(
    '0003-residences',
    // The present one alone: where somebody lived before is nobody's business.
    `create table profile.residence (
       account_id uuid primary key,
       zip_code text not null check (zip_code ~ '^[0-9]{5}$'),
       declared_at timestamptz not null
     )`,
    'create table profile.youth (account_id uuid primary key)',
  ),
  migration(
    '0004-fund-notices',
    `create table profile.fund_notice (
       id uuid primary key,
       kind text not null check (kind in ('month_closed', 'vote_opened', 'vote_decided')),
       zip_code text not null,
       month text not null,
       cents bigint not null,
       round_id uuid,
       closes_at timestamptz,
       happened_at timestamptz not null
     )`,
    'create index fund_notice_of_zip_code on profile.fund_notice (zip_code, happened_at desc, id desc)',
  ),
  ...notificationMigrations,
  ...erasureMigrations,
];
