/* Who is an analyst, appointed and dismissed by whom. An appointment hangs on its account, and is forgotten with it. */
import { migration } from '../kernel/database.ts';

export const analystMigrations = [
  migration(
    '0013-analysts',
    'alter table identity.account add column analyst_since timestamptz',
    `create table identity.analyst_appointment (
       id uuid primary key,
       account_id uuid not null references identity.account (id) on delete cascade,
       appointed_by uuid not null,
       appointed_at timestamptz not null,
       dismissed_by uuid,
       dismissed_at timestamptz,
       check ((dismissed_by is null) = (dismissed_at is null))
     )`,
    'create unique index one_appointment_per_account on identity.analyst_appointment (account_id) where dismissed_at is null',
    'create index analyst_appointment_of_account on identity.analyst_appointment (account_id, id)',
  ),
];
