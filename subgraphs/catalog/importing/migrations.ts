/*
 * What importing keeps: the imports with their state, why rows were refused, what was there before (to undo it), and how
 * columns were named the last time. The rows of a file themselves stand in two unlogged tables of their own (staging.ts),
 * made when it is read and dropped when it is done with, so that a big file leaves nothing behind to clean up.
 */
import { migration } from '../../kernel/database.ts';

export const importingMigrations = [
  migration(
    '0020-importing',
    `create table catalog.file_import (
       id uuid primary key,
       kind text not null,
       account_id uuid not null,
       -- Whose things alone it may touch; null for administrators, who may touch all.
       organisation_id uuid,
       source text not null,
       upload_id uuid not null,
       file_name text not null,
       options jsonb not null,
       opened jsonb not null,
       mapping jsonb not null,
       complete boolean not null,
       state text not null check (state in
         ('mapping', 'reading', 'compared', 'applying', 'applied', 'undoing', 'undone', 'cancelled', 'failed')),
       failure text,
       stop_asked boolean not null default false,
       rows_read integer not null default 0,
       rows_staged integer not null default 0,
       rows_refused integer not null default 0,
       rows_corrected integer not null default 0,
       rows_new integer,
       rows_changed integer,
       rows_same integer,
       rows_missing integer,
       rows_present integer,
       digest text,
       compared_at timestamptz,
       approved_by uuid,
       approved_at timestamptz,
       seconded_by uuid,
       -- What was applied: places of the comparison up to this one, how many of them, and in how many chunks.
       last_place integer not null default 0,
       rows_applied integer not null default 0,
       rows_passed integer not null default 0,
       chunk integer not null default 0,
       -- How many of these were done before the last comparison: after a crash of the server there is a second one.
       rows_settled integer not null default 0,
       rows_undone integer not null default 0,
       rows_kept integer not null default 0,
       -- Who works on it: a token that every chunk is fenced by, and until when it holds.
       lease_token uuid,
       lease_until timestamptz,
       working_since timestamptz,
       -- How often work on it broke off without getting further.
       attempts integer not null default 0,
       created_at timestamptz not null,
       updated_at timestamptz not null,
       applied_at timestamptz
     )`,
    `create index file_import_at_work on catalog.file_import (created_at) where state in ('reading', 'applying', 'undoing')`,
    // One import of a source writes at a time.
    `create unique index file_import_writing on catalog.file_import (source) where state in ('applying', 'undoing')`,
    'create index file_import_of_organisation on catalog.file_import (organisation_id, id)',
    // Imports are never deleted, so what belongs to one does not refer to it: a check for each of a million rows is time.
    `create table catalog.file_import_problem (
       import_id uuid not null,
       sequence bigint generated always as identity,
       line integer not null,
       field text,
       code text not null,
       reason text not null,
       refused boolean not null,
       primary key (import_id, line, sequence)
     )`,
    // The cells of refused rows as they stood in the file, to hand them back; never of people.
    `create table catalog.file_import_refused (
       import_id uuid not null,
       line integer not null,
       cells jsonb not null,
       primary key (import_id, line)
     )`,
    // What a row of an import made of what was there before; the stamp says what it was afterwards.
    `create table catalog.file_import_change (
       import_id uuid not null,
       place integer not null,
       line integer,
       action text not null check (action in ('new', 'changed', 'archived')),
       target_id uuid not null,
       before jsonb,
       stamp text not null,
       undone text check (undone in ('restored', 'kept')),
       primary key (import_id, place)
     )`,
    // Who is an officer of a department, by a keyed hash of the e-mail: whoever reads this learns no address.
    `create table catalog.rostered_officer (
       id uuid primary key,
       department_id uuid not null,
       email_digest text not null,
       rostered_at timestamptz not null,
       retired_at timestamptz,
       unique (department_id, email_digest)
     )`,
    // The trigger of history joins the rows before with those after. How many there are is guessed once a connection, when it
    // fires first, and often that is for none: ten thousand with ten thousand, row by row, is minutes.
    'alter function catalog.keep_changes() set enable_nestloop = off',
    `create table catalog.file_import_mapping (
       source text not null,
       header_print text not null,
       mapping jsonb not null,
       saved_at timestamptz not null,
       primary key (source, header_print)
     )`,
  ),
];
