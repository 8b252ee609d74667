/*
 * The webhooks' part of the schema: where partners want to be told, with which keys, what they are told, and how that
 * went. A message and its deliveries are written with the fact; all is deleted 30 days later, with the log.
 */
import { migration } from '../../kernel/database.ts';

export const webhookMigrations = [
  migration(
    '0050-webhooks',
    `create table rewards.webhook_endpoint (
       id uuid primary key,
       kind text not null check (kind in ('retailer', 'charity', 'municipality')),
       organisation_id uuid not null,
       url text not null,
       description text,
       events text[] not null check (cardinality(events) > 0),
       state text not null check (state in ('active', 'disabled')),
       disabled_reason text check (disabled_reason in ('member', 'gone', 'failing')),
       disabled_at timestamptz,
       created_at timestamptz not null,
       created_by uuid not null,
       -- Failed attempts since the last that was taken, and since when there are only such.
       failures integer not null default 0,
       failing_since timestamptz,
       last_delivered_at timestamptz,
       unique (kind, organisation_id, url),
       check ((state = 'disabled') = (disabled_reason is not null)),
       check ((state = 'disabled') = (disabled_at is not null))
     )`,
    `create table rewards.webhook_key (
       id uuid primary key,
       endpoint_id uuid not null references rewards.webhook_endpoint on delete cascade,
       -- Ed25519, 32 bytes.
       public_key bytea not null check (octet_length(public_key) = 32),
       -- The secret of HMAC and the private half of Ed25519, 32 bytes each, sealed.
       sealed bytea not null,
       created_at timestamptz not null,
       -- null: signs until it is replaced.
       signs_until timestamptz
     )`,
    'create unique index webhook_key_present on rewards.webhook_key (endpoint_id) where signs_until is null',
    'create index webhook_key_of_endpoint on rewards.webhook_key (endpoint_id, created_at)',
    `create table rewards.webhook_message (
       id uuid primary key,
       -- Whom it tells.
       kind text not null,
       organisation_id uuid not null,
       event text not null,
       -- Sent byte by byte as it stands here, also when it is sent again.
       body text not null,
       created_at timestamptz not null
     )`,
    'create index webhook_message_by_age on rewards.webhook_message (created_at)',
    `create index webhook_ping on rewards.webhook_message (kind, organisation_id, created_at) where event = 'ping'`,
    `create table rewards.webhook_delivery (
       id uuid primary key,
       message_id uuid not null references rewards.webhook_message on delete cascade,
       endpoint_id uuid not null references rewards.webhook_endpoint on delete cascade,
       state text not null check (state in ('pending', 'delivered', 'dead')),
       -- Since it was created or replayed.
       attempts integer not null default 0 check (attempts >= 0),
       replays integer not null default 0,
       created_at timestamptz not null,
       next_at timestamptz not null,
       lease_token uuid,
       lease_until timestamptz,
       delivered_at timestamptz,
       last_failure text,
       unique (message_id, endpoint_id),
       check ((lease_token is null) = (lease_until is null))
     )`,
    `create index webhook_delivery_due on rewards.webhook_delivery (endpoint_id, next_at, id) where state = 'pending'`,
    `create index webhook_delivery_next on rewards.webhook_delivery (next_at) where state = 'pending'`,
    'create index webhook_delivery_leased on rewards.webhook_delivery (endpoint_id) where lease_token is not null',
    'create index webhook_delivery_latest on rewards.webhook_delivery (endpoint_id, created_at desc, id desc)',
    'create index webhook_delivery_in_state on rewards.webhook_delivery (endpoint_id, state, created_at desc, id desc)',
    `create table rewards.webhook_attempt (
       id uuid primary key,
       delivery_id uuid not null references rewards.webhook_delivery on delete cascade,
       endpoint_id uuid not null,
       started_at timestamptz not null,
       took_milliseconds integer not null,
       -- null where nobody answered.
       status integer,
       -- null where it was taken.
       failure text,
       -- The first printable characters of the answer.
       answer text
     )`,
    // Which statements were told of.
    `create table rewards.webhook_statement (
       kind text not null,
       organisation_id uuid not null,
       month text not null,
       told_at timestamptz not null,
       primary key (kind, organisation_id, month)
     )`,
    'create index webhook_attempt_of_delivery on rewards.webhook_attempt (delivery_id, started_at desc, id desc)',
    'create index webhook_attempt_of_endpoint on rewards.webhook_attempt (endpoint_id, started_at desc, id desc)',
  ),
];
