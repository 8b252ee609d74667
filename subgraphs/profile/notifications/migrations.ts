/* Notifications, what people want of them, their devices, and the pushes that are to be sent to these. */
import { migration } from '../../kernel/database.ts';

export const notificationMigrations = [
  migration(
    '0005-notifications',
    // `source_id` is the fact that it tells of: told twice, it is written once.
    `create table profile.notification (
       id uuid primary key,
       account_id uuid not null,
       topic text not null,
       kind text not null,
       source_id uuid not null,
       subject jsonb not null,
       happened_at timestamptz not null,
       recorded_at timestamptz not null,
       in_app boolean not null,
       push text check (push in ('waiting', 'sent')),
       push_message_id uuid,
       read_at timestamptz,
       unique (account_id, kind, source_id)
     )`,
    `create index notification_of_account on profile.notification (account_id, recorded_at desc, id desc) where in_app`,
    `create index notification_unread on profile.notification (account_id) where in_app and read_at is null`,
    `create index notification_to_push on profile.notification (account_id, topic) where push = 'waiting'`,
    'create index notification_age on profile.notification (recorded_at)',
    `create index notification_of_message on profile.notification (push_message_id) where push_message_id is not null`,
    // What was chosen; all else is as the code says.
    `create table profile.notification_choice (
       account_id uuid not null,
       topic text not null,
       channel text not null,
       wanted boolean not null,
       primary key (account_id, topic, channel)
     )`,
    `create table profile.quiet_hours (
       account_id uuid primary key,
       enabled boolean not null,
       from_minute smallint not null check (from_minute between 0 and 1439),
       to_minute smallint not null check (to_minute between 0 and 1439),
       time_zone text not null,
       check (from_minute <> to_minute)
     )`,
    // For whom an unused voucher ends, and when to say so; gone once it was used, given back or has ended.
    `create table profile.voucher_watch (
       voucher_id uuid primary key,
       account_id uuid not null,
       expires_at timestamptz,
       remind_at timestamptz
     )`,
    'create index voucher_watch_due on profile.voucher_watch (remind_at) where remind_at is not null',
  ),
  migration(
    '0006-pushes',
    // One pair for the whole system: who loses it loses every device, so it is kept with them.
    `create table profile.push_key (
       id smallint primary key check (id = 1),
       public_key text not null,
       private_sealed text not null,
       created_at timestamptz not null
     )`,
    // Address and keys are sealed: whoever has them may write to the device.
    `create table profile.push_device (
       id uuid primary key,
       account_id uuid not null,
       endpoint_digest text not null unique,
       sealed text not null,
       registered_at timestamptz not null,
       last_sent_at timestamptz,
       failures integer not null default 0
     )`,
    'create index push_device_of_account on profile.push_device (account_id, registered_at, id)',
    // When a topic of a person is looked at next; null while nothing waits. Held ones wait for quiet hours to end.
    `create table profile.push_turn (
       account_id uuid not null,
       topic text not null,
       due_at timestamptz,
       held boolean not null default false,
       last_sent_at timestamptz,
       primary key (account_id, topic)
     )`,
    'create index push_turn_due on profile.push_turn (due_at) where due_at is not null',
    `create table profile.push_delivery (
       id uuid primary key,
       device_id uuid not null references profile.push_device on delete cascade,
       message_id uuid not null,
       body jsonb not null,
       created_at timestamptz not null,
       attempts integer not null default 0,
       next_at timestamptz not null,
       lease_token uuid,
       lease_until timestamptz
     )`,
    'create index push_delivery_due on profile.push_delivery (next_at)',
    'create index push_delivery_of_device on profile.push_delivery (device_id)',
  ),
  migration(
    '0008-notifications-of-gatherings',
    `create index notification_of_gatherings on profile.notification (recorded_at) where topic = 'gatherings'`,
  ),
];

/** Where what is told of a person stands, each with their `account_id`. */
export const notificationTables = [
  'notification',
  'notification_choice',
  'quiet_hours',
  'voucher_watch',
  'push_turn',
  'push_device',
] as const;
