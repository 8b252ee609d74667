/*
 * Tables of hubs, gatherings and answers. The places here are those of buildings, which everybody may know; nobody's own
 * position stands here. Who comes is personal: one row per answer, deleted after a time (see answer.ts).
 */
import { migration } from '../../kernel/database.ts';

export const gatheringMigrations = [
  migration(
    '0004-gatherings',
    `create table connections.hub (
       id uuid primary key,
       name text not null,
       -- In a collation that is the same on every server, so that the order of pages is too.
       name_key text generated always as (lower(name collate pg_c_utf8)) stored,
       description text not null,
       latitude double precision not null check (latitude between -90 and 90),
       longitude double precision not null check (longitude between -180 and 180),
       zip_code text,
       opening_note text,
       archived_at timestamptz
     )`,
    `create unique index one_open_hub_per_name_and_place on connections.hub (name_key, latitude, longitude)
       where archived_at is null`,
    'create index hub_by_latitude on connections.hub (latitude) where archived_at is null',
    `create table connections.gathering (
       id uuid primary key,
       host_id uuid not null,
       idempotency_key text not null,
       fingerprint text not null,
       hub_id uuid references connections.hub,
       place_name text not null,
       latitude double precision not null check (latitude between -90 and 90),
       longitude double precision not null check (longitude between -180 and 180),
       zip_code text,
       title text not null,
       description text not null,
       starts_at timestamptz not null,
       ends_at timestamptz not null,
       capacity integer check (capacity > 0),
       coming_count integer not null default 0 check (coming_count >= 0),
       waiting_count integer not null default 0 check (waiting_count >= 0),
       cancelled_at timestamptz,
       cancellation_reason text,
       check (ends_at > starts_at and ends_at <= starts_at + interval '12 hours'),
       check ((cancelled_at is null) = (cancellation_reason is null)),
       constraint no_more_than_seats check (coming_count <= capacity),
       unique (host_id, idempotency_key)
     )`,
    'create index gathering_by_start on connections.gathering (starts_at, id) where cancelled_at is null',
    'create index gathering_by_latitude on connections.gathering (latitude) where cancelled_at is null',
    'create index gathering_by_end on connections.gathering (ends_at)',
    'create index gathering_of_host on connections.gathering (host_id, ends_at)',
    'create index gathering_of_hub on connections.gathering (hub_id, ends_at) where hub_id is not null',
    `create table connections.gathering_answer (
       gathering_id uuid not null references connections.gathering,
       account_id uuid not null,
       state text not null check (state in ('coming', 'waiting')),
       -- The order of the waiting list: numbers are drawn while the gathering's row is locked.
       turn bigint generated always as identity,
       primary key (gathering_id, account_id)
     )`,
    `create index gathering_waiting on connections.gathering_answer (gathering_id, turn) where state = 'waiting'`,
    'create index gathering_answer_of_account on connections.gathering_answer (account_id)',
  ),
];
