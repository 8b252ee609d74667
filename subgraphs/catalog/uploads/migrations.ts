/* What uploads and pulls keep: what was announced and what became of it. The content lies in a blob store. */
import { migration } from '../../kernel/database.ts';

export const uploadMigrations = [
  migration(
    '0030-uploads',
    `create table catalog.upload (
       id uuid primary key,
       account_id uuid,
       pull_id uuid,
       file_name text not null,
       bytes integer not null check (bytes > 0),
       content_type text not null,
       announced_sha256 text,
       sha256 text,
       state text not null check (state in ('AWAITED', 'STORED', 'REFUSED', 'DELETED')),
       refusal text,
       created_at timestamptz not null,
       address_expires_at timestamptz not null,
       delete_after timestamptz not null,
       check ((account_id is null) <> (pull_id is null)),
       check (state <> 'STORED' or sha256 is not null)
     )`,
    "create index upload_by_account on catalog.upload (account_id) where state in ('AWAITED', 'STORED')",
    "create index upload_to_delete on catalog.upload (delete_after) where state <> 'DELETED'",
  ),
  migration(
    '0031-table-pulls',
    `create table catalog.table_pull (
       id uuid primary key,
       account_id uuid not null,
       organisation_id uuid,
       kind text not null,
       complete boolean not null,
       url text not null,
       every_hours integer not null check (every_hours between 1 and 720),
       state text not null check (state in ('ACTIVE', 'PAUSED', 'STOPPED')),
       failures integer not null default 0 check (failures >= 0),
       last_failure text,
       last_tried_at timestamptz,
       last_changed_at timestamptz,
       next_at timestamptz not null,
       created_at timestamptz not null,
       etag text,
       last_modified text,
       sha256 text,
       lease_token uuid,
       lease_until timestamptz
     )`,
    "create index table_pull_due on catalog.table_pull (next_at) where state = 'ACTIVE'",
    'create index table_pull_by_organisation on catalog.table_pull (organisation_id, id)',
  ),
];
