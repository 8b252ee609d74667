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
];
