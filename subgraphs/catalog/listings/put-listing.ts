/*
 * Writes stores with their retailers, and charities: many at once, one statement per table whatever their number. Rows are
 * found by natural keys; one that is as it was is left alone and told to nobody.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { comparable } from '../importing/cells.ts';

export interface StoreRow {
  readonly name: string;
  readonly category?: string | undefined;
  readonly street: string;
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  readonly latitude: number;
  readonly longitude: number;
}

export interface CharityRow {
  readonly ein: string;
  readonly name: string;
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  readonly ntee?: string | undefined;
}

/**
 * Writes stores, no two of them with one retailer, street and zip. Of a retailer's rows the first names it, and the first
 * with a category says what it is: the same rows again change nothing. @returns for each row whether it changed anything.
 */
export async function putStores(work: UnitOfWork, rows: readonly StoreRow[]): Promise<boolean[]> {
  const { em, now } = work;
  const firstRows = new Map<string, number>();
  const categories = new Map<string, string>();
  for (const [index, { name, category }] of rows.entries()) {
    const key = comparable(name);
    if (!firstRows.has(key)) firstRows.set(key, index);
    if (category && !categories.has(key)) categories.set(key, category);
  }
  const retailers = [...firstRows].map(([nameKey, index]) => ({
    id: work.newId(),
    name: rows[index]?.name ?? '',
    name_key: nameKey,
    category: categories.get(nameKey) ?? null,
    listed_at: now,
  }));
  const columns = 'id uuid, name text, name_key text, category text, listed_at timestamptz';
  const listed = await executeWith<{ id: string; name: string; name_key: string }>(
    em,
    `insert into catalog.retailer as r (id, name, name_key, category, listed_at)
     select id, name, name_key, category, listed_at from jsonb_to_recordset(cast(? as jsonb)) as t(${columns}) order by name_key
     on conflict (name_key) do update set name = excluded.name, category = coalesce(excluded.category, r.category),
       version = r.version + 1
     where (r.name, r.category) is distinct from (excluded.name, coalesce(excluded.category, r.category))
     returning id, name, name_key`,
    retailers,
  );
  const known = await executeWith<{ id: string; name_key: string }>(
    em,
    `select r.id, r.name_key from catalog.retailer r
     join jsonb_to_recordset(cast(? as jsonb)) as t(${columns}) on t.name_key = r.name_key`,
    retailers,
  );
  const idByName = new Map(known.map(({ id, name_key }) => [name_key, id]));
  const ids = rows.map(() => work.newId());
  const stores = rows.map((row, index) => ({
    id: ids[index],
    retailer_id: idByName.get(comparable(row.name)),
    street: row.street,
    street_key: comparable(row.street),
    city: row.city,
    state: row.state,
    zip_code: row.zip,
    latitude: row.latitude,
    longitude: row.longitude,
  }));
  const written = await executeWith<{ retailer_id: string; street_key: string; zip_code: string }>(
    em,
    `insert into catalog.store as s (id, retailer_id, street, street_key, city, state, zip_code, latitude, longitude)
     select id, retailer_id, street, street_key, city, state, zip_code, latitude, longitude
     from jsonb_to_recordset(cast(? as jsonb)) as t(id uuid, retailer_id uuid, street text, street_key text, city text,
       state text, zip_code text, latitude double precision, longitude double precision)
     order by retailer_id, street_key, zip_code
     on conflict (retailer_id, street_key, zip_code) do update set street = excluded.street, city = excluded.city,
       state = excluded.state, latitude = excluded.latitude, longitude = excluded.longitude, version = s.version + 1
     where (s.street, s.city, s.state, s.latitude, s.longitude) is distinct from
       (excluded.street, excluded.city, excluded.state, excluded.latitude, excluded.longitude)
     returning retailer_id, street_key, zip_code`,
    stores,
  );
  await tellOfRetailers(work, [...listed.map(({ id }) => id), ...written.map((store) => store.retailer_id)]);
  const storeKey = (store: { retailer_id?: string | undefined; street_key: string; zip_code: string }) =>
    JSON.stringify([store.retailer_id, store.street_key, store.zip_code]);
  const changedStores = new Set(written.map(storeKey));
  const changedRetailers = new Set(listed.map(({ name_key }) => firstRows.get(name_key)));
  return stores.map((store, index) => changedStores.has(storeKey(store)) || changedRetailers.has(index));
}

/** Tells once of each retailer whose listing changed; where it is, is part of that. */
export async function tellOfRetailers({ em, record, now }: UnitOfWork, retailerIds: Iterable<string>): Promise<void> {
  const ids = [...new Set(retailerIds)];
  if (ids.length === 0) return;
  const rows = await em.execute<{ id: string; name: string }[]>(
    'select id, name from catalog.retailer where id = any (?::uuid[]) order by name_key',
    [`{${ids.join(',')}}`],
  );
  const listedAt = now.toISOString();
  for (const { id, name } of rows) record('retailer.listed', { retailerId: id, name, listedAt });
}

/** Columns of a charity that others are told of. */
export const charityFacts = `id, name, zip_code, employer_number, accepts_donations,
  earmarks || case when helps_families and not 'A family in need' = any (earmarks) then array['A family in need'] else '{}' end
    as earmark_labels`;

export interface CharityFacts {
  readonly id: string;
  readonly name: string;
  readonly zip_code: string | null;
  readonly employer_number: string;
  readonly earmark_labels: readonly string[];
  readonly accepts_donations: boolean;
}

export function tellOfCharity({ record, now }: UnitOfWork, charity: CharityFacts): void {
  record('charity.listed', {
    charityId: charity.id,
    name: charity.name,
    zipCode: charity.zip_code,
    earmarks: charity.earmark_labels.length > 0,
    earmarkLabels: [...charity.earmark_labels],
    ...(/^\d{9}$/.test(charity.employer_number) && { employerNumber: charity.employer_number }),
    acceptsDonations: charity.accepts_donations,
    listedAt: now.toISOString(),
  });
}

/** Writes charities, no two of them with one EIN. @returns for each row whether it changed anything. */
export async function putCharities(work: UnitOfWork, rows: readonly CharityRow[]): Promise<boolean[]> {
  const { em } = work;
  const charities = rows.map((row) => ({
    id: work.newId(),
    employer_number: row.ein,
    name: row.name,
    name_key: comparable(row.name),
    city: row.city,
    state: row.state,
    zip_code: row.zip,
    category: row.ntee ?? null,
  }));
  const written = await executeWith<CharityFacts>(
    em,
    `insert into catalog.charity as c (id, employer_number, name, name_key, city, state, zip_code, category)
     select id, employer_number, name, name_key, city, state, zip_code, category
     from jsonb_to_recordset(cast(? as jsonb)) as t(id uuid, employer_number text, name text, name_key text, city text,
       state text, zip_code text, category text)
     order by employer_number
     on conflict (employer_number) do update set name = excluded.name, name_key = excluded.name_key, city = excluded.city,
       state = excluded.state, zip_code = excluded.zip_code, category = coalesce(excluded.category, c.category),
       version = c.version + 1
     where (c.name, c.city, c.state, c.zip_code, c.category) is distinct from
       (excluded.name, excluded.city, excluded.state, excluded.zip_code, coalesce(excluded.category, c.category))
     returning ${charityFacts}`,
    charities,
  );
  for (const charity of written) tellOfCharity(work, charity);
  const changed = new Set(written.map(({ employer_number }) => employer_number));
  return rows.map(({ ein }) => changed.has(ein));
}

/** Runs a statement whose one parameter is a set of records: any number of them is one value to PostgreSQL. */
export async function executeWith<Row>(em: EntityManager, sql: string, records: readonly object[]): Promise<Row[]> {
  return em.execute<Row[]>(sql, [JSON.stringify(records)]);
}
