/*
 * Organisations, who acts for them, and how they came to be listed. A listing and its organisation have one id; a listing
 * that came by a file has an organisation of nobody until somebody proves to act for it.
 */
import { migration, type SubgraphMigration } from '../../kernel/database.ts';

const kinds = "('retailer', 'charity', 'municipality', 'department')";

export const organisationMigrations: readonly SubgraphMigration[] = [
  migration(
    '0003-organisations',
    `create table catalog.organisation (
       id uuid primary key,
       kind text not null check (kind in ${kinds}),
       legal_name text not null,
       employer_number text,
       web_domain text,
       -- Name and address of a person: never in history or events.
       contact_sealed text,
       status text not null check (status in ('LISTED', 'SUSPENDED', 'ARCHIVED')),
       -- Why it was suspended, for its members.
       reason text,
       listed_at timestamptz not null,
       version integer not null default 1 check (version > 0)
     )`,
    'create index organisation_by_kind on catalog.organisation (kind, id)',
    // Others have a natural key in their listing.
    `create unique index one_department_per_domain on catalog.organisation (web_domain)
       where kind = 'department' and status <> 'ARCHIVED'`,
    `insert into catalog.organisation (id, kind, legal_name, status, listed_at)
       select id, 'retailer', name, 'LISTED', listed_at from catalog.retailer`,
    `insert into catalog.organisation (id, kind, legal_name, employer_number, status, listed_at)
       select id, 'charity', name, employer_number, 'LISTED', now() from catalog.charity`,
    // Whatever writes listings, none is without its organisation.
    `create function catalog.organise_retailers() returns trigger language plpgsql as $$
       begin
         insert into catalog.organisation (id, kind, legal_name, status, listed_at)
           select id, 'retailer', name, 'LISTED', listed_at from after_rows on conflict (id) do nothing;
         return null;
       end
     $$`,
    `create trigger retailer_organised after insert on catalog.retailer referencing new table as after_rows
       for each statement execute function catalog.organise_retailers()`,
    `create function catalog.organise_charities() returns trigger language plpgsql as $$
       begin
         insert into catalog.organisation (id, kind, legal_name, employer_number, status, listed_at)
           select id, 'charity', name, employer_number, 'LISTED', now() from after_rows on conflict (id) do nothing;
         return null;
       end
     $$`,
    `create trigger charity_organised after insert on catalog.charity referencing new table as after_rows
       for each statement execute function catalog.organise_charities()`,
    `create table catalog.organisation_application (
       id uuid primary key,
       kind text not null check (kind in ${kinds}),
       -- The listing that is claimed; null for one that is new.
       claimed_id uuid references catalog.organisation,
       legal_name text not null,
       -- What it is to be listed as: name, place, category. Nothing about people.
       listing jsonb not null,
       employer_number text,
       web_domain text not null,
       -- Null once it was refused or taken back: whom nobody has to write to any more is forgotten.
       contact_sealed text,
       applicant_id uuid not null,
       status text not null check (status in ('APPLIED', 'CHECKING', 'LISTED', 'REFUSED', 'WITHDRAWN')),
       employer_check text not null check (employer_check in ('NOT_NEEDED', 'PASSED', 'NAME_DIFFERS', 'NOT_ON_LIST')),
       -- The name on the list of the IRS.
       employer_name text,
       -- Published under the domain; no secret.
       domain_text text not null,
       domain_proved_at timestamptz,
       applied_at timestamptz not null,
       decided_at timestamptz,
       decided_by uuid,
       reason text,
       -- Whether it was listed although a check had not passed.
       despite_checks boolean not null default false,
       organisation_id uuid references catalog.organisation,
       check ((status = 'LISTED') = (organisation_id is not null)),
       check ((status in ('APPLIED', 'CHECKING')) = (decided_at is null))
     )`,
    'create index application_by_status on catalog.organisation_application (status, id)',
    'create index application_of_account on catalog.organisation_application (applicant_id, id)',
    `create table catalog.organisation_member (
       organisation_id uuid not null references catalog.organisation,
       account_id uuid not null,
       role text not null check (role in ('OWNER', 'EDITOR', 'VIEWER')),
       since timestamptz not null,
       primary key (organisation_id, account_id)
     )`,
    'create index member_by_account on catalog.organisation_member (account_id)',
    `create table catalog.organisation_invitation (
       id uuid primary key,
       organisation_id uuid not null references catalog.organisation,
       -- SHA-256: the code has 192 random bits.
       code_hash text not null unique,
       role text not null check (role in ('OWNER', 'EDITOR', 'VIEWER')),
       invited_by uuid not null,
       invited_at timestamptz not null,
       expires_at timestamptz not null,
       accepted_by uuid,
       accepted_at timestamptz,
       withdrawn_at timestamptz,
       check ((accepted_by is null) = (accepted_at is null)),
       check (accepted_at is null or withdrawn_at is null)
     )`,
    'create index invitation_of_organisation on catalog.organisation_invitation (organisation_id, id)',
    `create table catalog.exempt_organisation (
       employer_number text primary key,
       name text not null,
       state text,
       zip_code text
     )`,
  ),
];
