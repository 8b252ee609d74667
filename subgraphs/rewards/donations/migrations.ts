/*
 * Tables of donations: what charities are known by, receipts that bear a number without gaps for each charity and year, and
 * what charities and municipalities have settled. Donations and receipts never change; of a settlement only that it was
 * taken back is added, once.
 */
import { migration } from '../../kernel/database.ts';

const appendOnly = (table: string) =>
  `create trigger ${table}_append_only before update or delete or truncate on rewards.${table}
     for each statement execute function rewards.refuse_change()`;

export const donationMigrations = [
  migration(
    '0040-receipts-and-settlements',
    "insert into rewards.transaction_kind (name) values ('settlement')",
    `alter table rewards.charity
       add column name text,
       add column employer_number text,
       add column accepts_donations boolean not null default true,
       add column earmark_labels text[] not null default '{}'`,
    // Apart from the listing, because it may be told before it.
    `create table rewards.charity_standing (
       charity_id uuid primary key,
       suspended boolean not null,
       said_at timestamptz not null
     )`,
    // What for: the giver and the charity alone see it.
    'alter table rewards.donation add column earmark text',
    'create index donation_of_account on rewards.donation (account_id, donated_at desc, id desc)',
    'create index donation_of_charity on rewards.donation (charity_id, donated_at desc, id desc)',
    appendOnly('donation'),
    `create table rewards.receipt_number (
       charity_id uuid not null,
       year integer not null,
       last integer not null check (last > 0),
       primary key (charity_id, year)
     )`,
    `create table rewards.donation_receipt (
       donation_id uuid primary key references rewards.donation,
       charity_id uuid not null,
       year integer not null,
       number integer not null check (number > 0),
       -- As they were at that time; null where that was not told.
       charity_name text,
       employer_number text,
       unique (charity_id, year, number)
     )`,
    `insert into rewards.donation_receipt (donation_id, charity_id, year, number)
       select id, charity_id, year, row_number() over (partition by charity_id, year order by donated_at, id)
       from (select *, extract(year from donated_at at time zone 'UTC')::integer as year from rewards.donation) d`,
    `insert into rewards.receipt_number
       select charity_id, year, max(number) from rewards.donation_receipt group by charity_id, year`,
    appendOnly('donation_receipt'),
    `create table rewards.settlement (
       id uuid primary key,
       business_key text not null unique,
       fingerprint text not null,
       kind text not null check (kind in ('charity', 'municipality')),
       organisation_id uuid not null,
       -- From 1 on, without gaps, for each organisation.
       number integer not null check (number > 0),
       points bigint not null check (points > 0),
       -- What it is called where it was settled.
       reference text not null,
       reference_key text not null,
       transaction_id uuid not null unique references rewards.transaction,
       made_by uuid not null,
       made_at timestamptz not null,
       reversal_id uuid unique references rewards.transaction,
       reversed_by uuid,
       reversed_at timestamptz,
       reason text,
       unique (kind, organisation_id, number),
       check ((reversal_id is null) = (reversed_at is null) and (reversal_id is null) = (reversed_by is null)
         and (reversal_id is null) = (reason is null))
     )`,
    // Nothing is settled twice under one name.
    `create unique index settlement_reference on rewards.settlement (kind, organisation_id, reference_key)
       where reversed_at is null`,
    'create index settlement_by_time on rewards.settlement (made_at desc, id desc)',
    'create index settlement_of_organisation on rewards.settlement (organisation_id, made_at desc, id desc)',
    `create function rewards.refuse_settlement_change() returns trigger language plpgsql as $$
       begin
         if tg_op <> 'UPDATE' or old.reversal_id is not null
           or (old.id, old.business_key, old.fingerprint, old.kind, old.organisation_id, old.number, old.points,
               old.reference, old.reference_key, old.transaction_id, old.made_by, old.made_at) is distinct from
              (new.id, new.business_key, new.fingerprint, new.kind, new.organisation_id, new.number, new.points,
               new.reference, new.reference_key, new.transaction_id, new.made_by, new.made_at) then
           raise exception 'what was settled stays';
         end if;
         return new;
       end
     $$`,
    `create trigger settlement_stays before update or delete on rewards.settlement
       for each row execute function rewards.refuse_settlement_change()`,
    `create trigger settlement_kept before truncate on rewards.settlement
       for each statement execute function rewards.refuse_change()`,
  ),
];
