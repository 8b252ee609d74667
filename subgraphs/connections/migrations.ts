/*
 * The connections schema. Who may meet whom, and how often, is decided by its constraints: they hold for two requests
 * that arrive at once on two processes. No position stands here: those live in memory and end.
 */
import { migration } from '../kernel/database.ts';
import { gatheringMigrations } from './gatherings/migrations.ts';
import { handshakeMigrations } from './handshake/migrations.ts';
import {
  erasureMigrations,
  guardianMigrations,
  reportMigrations,
  safetyMigrations,
  warningMigrations,
} from './safety/migrations.ts';
import { storyMigrations } from './stories/migrations.ts';

export const migrations = [
  migration(
    '0001-windows-and-connections',
    'create extension if not exists btree_gist with schema public',
    `create table connections.availability_window (
       id uuid primary key,
       officer_id uuid not null,
       opens_at timestamptz not null,
       closes_at timestamptz not null,
       closed_at timestamptz,
       check (closes_at > opens_at)
     )`,
    `create unique index window_open_per_officer on connections.availability_window (officer_id) where closed_at is null`,
    `create table connections.connection (
       id uuid primary key,
       officer_id uuid not null,
       citizen_id uuid not null check (citizen_id <> officer_id),
       state text not null check (state in ('requested', 'accepted', 'confirmed', 'declined', 'cancelled', 'expired')),
       requested_at timestamptz not null,
       expires_at timestamptz not null,
       accepted_at timestamptz,
       confirmed_by_officer_at timestamptz,
       confirmed_by_citizen_at timestamptz,
       confirmed_at timestamptz,
       ended_at timestamptz,
       evidence text check (evidence in ('virtual', 'proximity', 'code')),
       zip_code text,
       -- The 24 hours in which no second connection of the pair counts.
       rewarded_during tstzrange,
       check ((state = 'confirmed') = (confirmed_at is not null)),
       check ((state = 'confirmed') = (rewarded_during is not null)),
       constraint one_rewarded_per_pair_and_day exclude using gist
         (officer_id with =, citizen_id with =, rewarded_during with &&)
     )`,
    `create unique index one_open_per_pair on connections.connection (officer_id, citizen_id)
       where state in ('requested', 'accepted')`,
    `create unique index one_accepted_per_officer on connections.connection (officer_id) where state = 'accepted'`,
    'create index connection_of_officer on connections.connection (officer_id, requested_at desc, id desc)',
    'create index connection_of_citizen on connections.connection (citizen_id, requested_at desc, id desc)',
    `create index connection_due on connections.connection (expires_at) where state in ('requested', 'accepted')`,
  ),
  ...handshakeMigrations,
  ...safetyMigrations,
  ...gatheringMigrations,
  ...storyMigrations,
  ...warningMigrations,
  ...guardianMigrations,
  ...erasureMigrations,
  ...reportMigrations,
];
