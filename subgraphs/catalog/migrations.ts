/*
 * The catalog schema. Things have an id of ours and a natural key under which a file names them again: a retailer its name,
 * a store its street and zip, an offer its retailer and title, a charity its employer number.
 */
import { migration } from '../kernel/database.ts';
import { tombstoneTable } from '../kernel/tombstone.ts';
import { importingMigrations } from './importing/migrations.ts';
import { listingMigrations, pauseMigrations } from './listings/migrations.ts';
import { organisationMigrations } from './organisations/migrations.ts';
import { searchMigrations } from './search/migrations.ts';
import { uploadMigrations } from './uploads/migrations.ts';

export const migrations = [
  migration(
    '0001-catalog',
    `create table catalog.retailer (
       id uuid primary key,
       name text not null,
       name_key text not null unique,
       category text,
       listed_at timestamptz not null
     )`,
    `create table catalog.store (
       id uuid primary key,
       retailer_id uuid not null references catalog.retailer,
       street text not null,
       street_key text not null,
       city text not null,
       state text not null,
       zip_code text not null,
       latitude double precision not null check (latitude between -90 and 90),
       longitude double precision not null check (longitude between -180 and 180),
       unique (retailer_id, street_key, zip_code)
     )`,
    'create index store_by_latitude on catalog.store (latitude)',
    `create table catalog.offer (
       id uuid primary key,
       retailer_id uuid not null references catalog.retailer,
       title text not null,
       title_key text not null,
       description text,
       price_points integer not null check (price_points > 0),
       value_cents integer not null check (value_cents >= 0),
       stock integer check (stock > 0),
       per_person_limit integer check (per_person_limit > 0),
       starts_at timestamptz not null,
       ends_at timestamptz check (ends_at > starts_at),
       archived_at timestamptz,
       version integer not null check (version > 0),
       unique (retailer_id, title_key)
     )`,
    'create index offer_by_title on catalog.offer (title_key, id)',
    `create table catalog.charity (
       id uuid primary key,
       employer_number text not null unique,
       name text not null,
       name_key text not null,
       city text not null,
       state text not null,
       zip_code text,
       category text
     )`,
    'create index charity_by_name on catalog.charity (name_key, id)',
    `create table catalog.city (
       id uuid primary key,
       name text not null,
       state text not null,
       latitude double precision not null,
       longitude double precision not null,
       population integer not null,
       unique (state, name)
     )`,
    `create table catalog.import (
       account_id uuid not null,
       idempotency_key text not null,
       fingerprint text not null,
       result jsonb not null,
       imported_at timestamptz not null,
       primary key (account_id, idempotency_key)
     )`,
  ),
  migration(
    '0002-search-words',
    // Compared as cells.ts compares names: what the database's own lower() does depends on its locale.
    "alter table catalog.offer add search_key text not null default ''",
    "update catalog.offer set search_key = lower(normalize(title || ' ' || coalesce(description, ''), NFKC) collate pg_c_utf8)",
    'alter table catalog.offer alter search_key drop default',
    'drop index catalog.charity_by_name',
    'create index charity_by_name on catalog.charity (name_key, employer_number)',
  ),
  ...organisationMigrations,
  ...listingMigrations,
  ...searchMigrations,
  ...uploadMigrations,
  ...importingMigrations,
  migration(
    '0040-use-without-owning',
    // For a role that is not the owner, who can switch guards off: it keeps the catalog and cannot change its history. It may
    // make tables, because each import stages its rows in one of its own. To be called again after each upgrade.
    `create function catalog.grant_use(p_role name) returns void language plpgsql as $$
       declare
         v_table name;
       begin
         execute format('grant usage, create on schema catalog to %I', p_role);
         execute format('grant execute on all functions in schema catalog to %I', p_role);
         execute format('grant usage on all sequences in schema catalog to %I', p_role);
         execute format('grant select, insert, update, delete on all tables in schema catalog to %I', p_role);
         for v_table in
           select c.relname from pg_trigger g join pg_class c on c.oid = g.tgrelid
             where c.relnamespace = 'catalog'::regnamespace and g.tgfoid = 'catalog.refuse_change'::regproc
         loop
           execute format('revoke update, delete, truncate on catalog.%I from %I', v_table, p_role);
         end loop;
         execute format('revoke insert, update, delete on catalog.migration from %I', p_role);
       end
     $$`,
  ),
  ...pauseMigrations,
  migration('0080-erasure', tombstoneTable('catalog')),
];
