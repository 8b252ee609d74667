/*
 * Documents and consents. Both are written once: the database itself refuses to change or delete them. A consent names an
 * account by its id alone, so that it may stay, as proof that it was given, when the account is no more.
 */
import { migration } from '../kernel/database.ts';
import { firstDocuments } from './first-documents.ts';

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

export const consentMigrations = [
  migration(
    '0012-consents',
    `create table identity.legal_document (
       id uuid primary key default gen_random_uuid(),
       kind text not null check (kind in ('terms', 'privacy')),
       version integer not null check (version > 0),
       text text not null,
       text_spanish text,
       web_url text,
       published_at timestamptz not null,
       -- Null for what came with the schema.
       published_by uuid,
       unique (kind, version)
     )`,
    `insert into identity.legal_document (kind, version, text, text_spanish, published_at) values ${firstDocuments
      .map(({ kind, text, textSpanish }) => `('${kind}', 1, ${quoted(text)}, ${quoted(textSpanish)}, now())`)
      .join(', ')}`,
    `create table identity.consent (
       id uuid primary key,
       account_id uuid not null,
       document_id uuid not null references identity.legal_document,
       given_at timestamptz not null
     )`,
    'create index consent_of_account on identity.consent (account_id, id desc)',
    `create table identity.consent_withdrawal (
       consent_id uuid primary key references identity.consent,
       withdrawn_at timestamptz not null
     )`,
    `create function identity.refuse_change() returns trigger language plpgsql as $$
       begin
         raise exception '% is append-only', tg_table_name;
       end
     $$`,
    ...['legal_document', 'consent', 'consent_withdrawal'].map(
      (table) => `create trigger ${table}_append_only before update or delete or truncate on identity.${table}
        for each statement execute function identity.refuse_change()`,
    ),
  ),
];
