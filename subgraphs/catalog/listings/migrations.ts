/*
 * What listings are beyond a name: profiles, products, drafts and pauses of offers, municipalities with their schemes, and
 * the history of them all. History is kept by triggers, so that no way of writing can forget it, and holds each change
 * once: the row as it was before. What it became is the next entry's, or the row itself.
 */
import { migration, type SubgraphMigration } from '../../kernel/database.ts';

/** Tables with a history, and what their rows are called in it. */
const listed = {
  retailer: 'RETAILER',
  store: 'STORE',
  product: 'PRODUCT',
  offer: 'OFFER',
  charity: 'CHARITY',
  municipality: 'MUNICIPALITY',
  scheme: 'SCHEME',
  organisation: 'ORGANISATION',
} as const;

const keepChanges = Object.entries(listed).flatMap(([table, kind]) => [
  `create trigger ${table}_made after insert on catalog.${table} referencing new table as after_rows
     for each statement execute function catalog.keep_changes('${kind}')`,
  `create trigger ${table}_changed after update on catalog.${table}
     referencing old table as before_rows new table as after_rows
     for each statement execute function catalog.keep_changes('${kind}')`,
]);

export const listingMigrations: readonly SubgraphMigration[] = [
  migration(
    '0006-listings',
    `alter table catalog.retailer
       add profile text,
       add picture_url text,
       add web_url text,
       add suspended_at timestamptz,
       add archived_at timestamptz,
       add version integer not null default 1 check (version > 0)`,
    `alter table catalog.store
       add opening_hours text,
       add archived_at timestamptz,
       add version integer not null default 1 check (version > 0)`,
    `create table catalog.product (
       id uuid primary key,
       retailer_id uuid not null references catalog.retailer,
       sku text not null,
       -- Compared as cells.ts compares names.
       sku_key text not null,
       name text not null,
       name_key text not null,
       description text,
       category text,
       price_cents integer not null check (price_cents >= 0),
       currency text not null default 'USD' check (currency = 'USD'),
       stock integer check (stock >= 0),
       picture_url text,
       point_value integer check (point_value > 0),
       archived_at timestamptz,
       version integer not null default 1 check (version > 0),
       unique (retailer_id, sku_key)
     )`,
    'create index product_by_name on catalog.product (retailer_id, name_key, id)',
    `alter table catalog.offer
       -- A draft was never told to anybody.
       add draft boolean not null default false,
       add paused_at timestamptz,
       add product_id uuid references catalog.product,
       add category text,
       add picture_url text,
       add valid_days integer check (valid_days > 0),
       add offline_allowed boolean not null default false,
       add refundable boolean not null default true,
       -- Null: in all of the retailer's.
       add store_ids uuid[] check (cardinality(store_ids) > 0)`,
    'create index offer_of_retailer on catalog.offer (retailer_id, id)',
    `alter table catalog.charity
       add description text,
       add web_url text,
       add picture_url text,
       add helps_families boolean not null default false,
       add earmarks text[] not null default '{}',
       add accepts_donations boolean not null default true,
       add suspended_at timestamptz,
       add archived_at timestamptz,
       add version integer not null default 1 check (version > 0)`,
    `create table catalog.municipality (
       id uuid primary key,
       name text not null,
       name_key text not null,
       state text not null,
       zip_codes text[] not null check (cardinality(zip_codes) > 0),
       web_url text,
       listed_at timestamptz not null,
       suspended_at timestamptz,
       archived_at timestamptz,
       version integer not null default 1 check (version > 0),
       unique (state, name_key)
     )`,
    `create table catalog.scheme (
       id uuid primary key,
       municipality_id uuid not null references catalog.municipality,
       title text not null,
       title_key text not null,
       description text,
       fee_kind text not null,
       cents_per_point integer not null check (cents_per_point > 0),
       largest_share_basis_points integer not null check (largest_share_basis_points between 1 and 10000),
       budget_cents integer not null check (budget_cents > 0),
       -- Empty: everywhere in the municipality.
       zip_codes text[] not null default '{}',
       -- Empty: everybody who has points.
       eligible_roles text[] not null default '{}' check (eligible_roles <@ array['citizen', 'officer']),
       per_person_cents integer check (per_person_cents > 0),
       starts_at timestamptz not null,
       ends_at timestamptz check (ends_at > starts_at),
       draft boolean not null,
       archived_at timestamptz,
       version integer not null check (version > 0),
       unique (municipality_id, title_key)
     )`,
    // For whom and when a transaction changes listings: catalog.act_as says it, triggers read it.
    `create function catalog.act_as(account_id uuid, instant timestamptz) returns void language sql as $$
       select set_config('catalog.account_id', coalesce(account_id::text, ''), true),
              set_config('catalog.instant', instant::text, true)
     $$`,
    `create table catalog.listing_change (
       sequence bigint generated always as identity primary key,
       kind text not null,
       listing_id uuid not null,
       -- Null: what an import or the system did.
       changed_by uuid,
       changed_at timestamptz not null,
       -- Null: it was made.
       before jsonb
     )`,
    'create index listing_change_of on catalog.listing_change (listing_id, sequence desc)',
    `create function catalog.refuse_change() returns trigger language plpgsql as $$
       begin
         raise exception 'catalog.% is append-only', tg_table_name;
       end
     $$`,
    `create trigger listing_change_append_only before update or delete or truncate on catalog.listing_change
       for each statement execute function catalog.refuse_change()`,
    `create function catalog.keep_changes() returns trigger language plpgsql as $$
       declare
         account_id uuid := nullif(current_setting('catalog.account_id', true), '')::uuid;
         instant timestamptz := coalesce(nullif(current_setting('catalog.instant', true), '')::timestamptz, now());
         -- What only finds rows again, and what is sealed because it is about a person.
         unseen text[] := array['name_key', 'title_key', 'street_key', 'sku_key', 'search_key', 'contact_sealed'];
       begin
         if tg_op = 'INSERT' then
           insert into catalog.listing_change (kind, listing_id, changed_by, changed_at)
             select tg_argv[0], id, account_id, instant from after_rows;
         else
           insert into catalog.listing_change (kind, listing_id, changed_by, changed_at, before)
             select tg_argv[0], b.id, account_id, instant, to_jsonb(b) - unseen
             from before_rows b join after_rows a on a.id = b.id where b is distinct from a;
         end if;
         return null;
       end
     $$`,
    ...keepChanges,
  ),
];

export const pauseMigrations: readonly SubgraphMigration[] = [
  migration('0041-paused-schemes', 'alter table catalog.scheme add paused_at timestamptz'),
];
