/*
 * How the rows of an import become true: one writer per kind, each for a whole chunk in one transaction. Offers, stores and
 * charities go through the functions that everybody writes them with, so that versions and events are theirs; products and
 * officers, of which there are many, are one statement each. What is locked is locked in the order of all other writers.
 */
import { type EventTopic, eventCatalogue, parseEventBody } from '../../../schema/events.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { putOffers } from '../listings/offer.ts';
import { archiveOffer } from '../listings/offer-life.ts';
import { tellOfProducts } from '../listings/product.ts';
import {
  type CharityFacts,
  charityFacts,
  putCharities,
  putStores,
  tellOfCharity,
  tellOfRetailers,
} from '../listings/put-listing.ts';
import { ImportKind, importKinds, type KindOfImport } from './import-kinds.ts';

/** Some places of the table of differences: SQL over `s`. */
export interface Chunk {
  readonly diff: string;
  readonly where: string;
  /** Whether any of it is about something that is listed already. */
  readonly hasEarlier: boolean;
}

export interface EarlierThing {
  readonly targetId: string;
  readonly before: Readonly<Record<string, unknown>>;
}

export interface KindWriter {
  /** Statements that keep others from changing what the chunk is about until the transaction ends. */
  lock(chunk: Chunk): readonly string[];
  /** Makes the chunk's new and changed rows true. @returns how many were made, where that may be less than there are new rows. */
  write(work: UnitOfWork, chunk: Chunk): Promise<number | undefined>;
  archive(work: UnitOfWork, ids: readonly string[]): Promise<void>;
  /** Puts back what was there; undefined where what is archived stays so. */
  restore(work: UnitOfWork, things: readonly EarlierThing[]): Promise<void>;
  readonly revivable: boolean;
}

const lockRetailers = ({ diff, where }: Chunk) =>
  `select 1 from catalog.retailer where name_key in (select s.k1 from ${diff} s where ${where})
   order by name_key for no key update`;
const lockThings =
  (table: string) =>
  ({ diff, where }: Chunk) =>
    `select 1 from ${table} where id in (select s.target_id from ${diff} s where ${where} and s.action <> 'new')
     order by id for no key update`;

/** What each row of a chunk comes to: its own values, and what is there where it has none. */
function effective(kind: KindOfImport): string {
  return Object.entries(kind.fields)
    .map(([name, { now, erasable }]) => {
      const value = now === null ? `s."${name}"` : `coalesce(s."${name}", ${now})`;
      return erasable
        ? `case when '${name}' = any(s.cleared) then null else ${value} end as "${name}"`
        : `${value} as "${name}"`;
    })
    .join(', ');
}

function rowsOf<Row>({ em }: UnitOfWork, kind: KindOfImport, { diff, where }: Chunk, more = ''): Promise<Row[]> {
  return em.execute<Row[]>(
    `select ${effective(kind)} ${more} from ${diff} s ${kind.joins} where ${where} and s.action in ('new', 'changed')
     order by s.place`,
  );
}

const now = ({ now }: UnitOfWork) => now;
const marks = (values: readonly unknown[]) => values.map(() => '?').join(', ');

interface OfRetailer {
  readonly retailer_id: string;
}

const retailersOf = (rows: readonly OfRetailer[]) => new Set(rows.map(({ retailer_id: id }) => id));

/** @returns whose they are that were archived by this. */
async function setArchived(work: UnitOfWork, table: string, ids: readonly string[], at: Date): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  return retailersOf(
    await work.em.execute<OfRetailer[]>(
      `update ${table} set archived_at = ?, version = version + 1
       where id in (${marks(ids)}) and archived_at is null returning retailer_id`,
      [at, ...ids],
    ),
  );
}

interface StoreValues {
  readonly name: string;
  readonly category: string | null;
  readonly street: string;
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  readonly latitude: number;
  readonly longitude: number;
}

const stores: KindWriter = {
  lock: (chunk) => [lockRetailers(chunk), lockThings('catalog.store')(chunk)],
  async write(work, chunk) {
    const rows = await rowsOf<StoreValues>(work, importKinds[ImportKind.STORES], chunk);
    await putStores(
      work,
      rows.map(({ category, ...row }) => ({ ...row, category: category ?? undefined })),
    );
    const { diff, where } = chunk;
    const revived = await work.em.execute<OfRetailer[]>(
      `update catalog.store t set archived_at = null, version = t.version + 1 from ${diff} s
       where ${where} and s.action = 'changed' and t.id = s.target_id and t.archived_at is not null returning t.retailer_id`,
    );
    await tellOfRetailers(work, retailersOf(revived));
    return undefined;
  },
  archive: async (work, ids) => tellOfRetailers(work, await setArchived(work, 'catalog.store', ids, now(work))),
  async restore(work, things) {
    const moved = await work.em.execute<OfRetailer[]>(
      `update catalog.store t set street = b.street, city = b.city, state = b.state, latitude = b.latitude,
         longitude = b.longitude, version = t.version + 1,
         archived_at = case when b.archived then coalesce(t.archived_at, ?) end
       from ${records('id uuid, street text, city text, state text, latitude double precision, longitude double precision, archived boolean')}
       where t.id = b.id returning t.retailer_id`,
      [now(work), json(things)],
    );
    const renamed = await work.em.execute<{ id: string }[]>(
      `update catalog.retailer r set name = b.name, category = b.category, version = r.version + 1
       from (select distinct on (t.retailer_id) t.retailer_id, b.*
         from ${records('id uuid, name text, category text, made_name text, made_category text')}
         join catalog.store t on t.id = b.id where b.made_name is not null order by t.retailer_id, b.id) b
       where r.id = b.retailer_id and r.name = b.made_name and r.category is not distinct from b.made_category
         and (r.name, r.category) is distinct from (b.name, b.category)
       returning r.id`,
      [json(things)],
    );
    await tellOfRetailers(work, [...retailersOf(moved), ...renamed.map(({ id }) => id)]);
  },
  revivable: true,
};

interface OfferValues {
  readonly retailer_id: string;
  readonly title: string;
  readonly description: string | null;
  readonly price: number;
  readonly value: number;
  readonly stock: number | null;
  readonly limit: number | null;
  readonly starts: Date | string | null;
  readonly ends: Date | string | null;
}

const instant = (value: Date | string | null | undefined) => (value == null ? value : new Date(value));

async function writeOffers(work: UnitOfWork, rows: readonly OfferValues[]): Promise<void> {
  const outcomes = await putOffers(
    work,
    rows.map((row) => ({
      retailerId: row.retailer_id,
      title: row.title,
      description: row.description,
      pricePoints: row.price,
      valueCents: row.value,
      stock: row.stock,
      perPersonLimit: row.limit,
      startsAt: instant(row.starts),
      endsAt: instant(row.ends),
    })),
  );
  const refused = outcomes.find((outcome) => 'refused' in outcome);
  if (refused && 'refused' in refused) throw new Error(`an offer that was compared was refused: ${refused.message}`);
}

const offers: KindWriter = {
  lock: (chunk) => [lockRetailers(chunk), lockThings('catalog.offer')(chunk)],
  async write(work, chunk) {
    await writeOffers(
      work,
      await rowsOf<OfferValues>(work, importKinds[ImportKind.OFFERS], chunk, ', r.id as retailer_id'),
    );
  },
  async archive(work, ids) {
    for (const id of ids) await archiveOffer(work, id);
  },
  async restore(work, things) {
    const rows = await work.em.execute<(OfferValues & { archived: boolean })[]>(
      `select t.retailer_id, b.* from ${records('id uuid, title text, description text, price integer, value integer, stock integer, "limit" integer, starts timestamptz, ends timestamptz')}
       join catalog.offer t on t.id = b.id order by t.id`,
      [json(things)],
    );
    await writeOffers(work, rows);
  },
  revivable: false,
};

interface CharityValues {
  readonly ein: string;
  readonly name: string;
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  readonly ntee: string | null;
}

async function writeCharities(work: UnitOfWork, rows: readonly CharityValues[]): Promise<void> {
  await putCharities(
    work,
    rows.map(({ ntee, ...row }) => ({ ...row, ntee: ntee ?? undefined })),
  );
}

const charities: KindWriter = {
  lock: (chunk) => [lockThings('catalog.charity')(chunk)],
  async write(work, chunk) {
    await writeCharities(work, await rowsOf<CharityValues>(work, importKinds[ImportKind.CHARITIES], chunk));
    return undefined;
  },
  // Suspended, as others know it: archiving ends a charity for good, and a file may bring it back.
  async archive(work, ids) {
    if (ids.length === 0) return;
    const { em, now: at } = work;
    await em.execute(
      `update catalog.organisation set status = 'SUSPENDED', reason = 'The import that listed it was undone.', version = version + 1
       where id in (${marks(ids)}) and status = 'LISTED'`,
      [...ids],
    );
    const rows = await em.execute<{ id: string }[]>(
      `update catalog.charity set suspended_at = ?, version = version + 1
       where id in (${marks(ids)}) and suspended_at is null returning id`,
      [at, ...ids],
    );
    const suspendedAt = at.toISOString();
    for (const { id: charityId } of rows) work.record('charity.suspended', { charityId, suspendedAt });
  },
  async restore(work, things) {
    const columns = 'id uuid, name text, city text, state text, zip text, ntee text';
    const rows = await work.em.execute<CharityValues[]>(
      `select t.employer_number as ein, b.name, b.city, b.state, b.zip, b.ntee from ${records(columns)}
       join catalog.charity t on t.id = b.id order by t.employer_number`,
      [json(things)],
    );
    await writeCharities(work, rows);
    const classed = await work.em.execute<{ id: string }[]>(
      `update catalog.charity t set category = b.ntee, version = t.version + 1
       from ${records(columns)} where t.id = b.id and t.category is distinct from b.ntee returning t.id`,
      [json(things)],
    );
    if (classed.length === 0) return;
    const changed = await work.em.execute<CharityFacts[]>(
      `select ${charityFacts} from catalog.charity where id in (${marks(classed)})`,
      classed.map(({ id }) => id),
    );
    for (const charity of changed) tellOfCharity(work, charity);
  },
  revivable: true,
};

const productColumns = {
  name: 'name',
  description: 'description',
  category: 'category',
  price_cents: 'price',
  stock: 'stock',
  picture_url: 'picture',
  point_value: 'points',
} as const;

const products: KindWriter = {
  lock: (chunk) => [lockThings('catalog.product')(chunk)],
  async write(work, { diff, where, hasEarlier }) {
    const { em } = work;
    const columns = Object.entries(productColumns);
    const [made] = await em.execute<{ many: number; retailers: string[] }[]>(
      `with made as (insert into catalog.product (id, retailer_id, sku, sku_key, name_key, ${columns.map(([column]) => column).join(', ')})
       select s.target_id, r.id, s.sku, s.k2, s.name_key, ${columns.map(([, field]) => `s."${field}"`).join(', ')}
       from ${diff} s join catalog.retailer r on r.name_key = s.k1 where ${where} and s.action = 'new'
       on conflict (retailer_id, sku_key) do nothing returning retailer_id)
       select count(*)::int as many, coalesce(array_agg(distinct retailer_id), '{}') as retailers from made`,
    );
    tellOfProducts(work, made?.retailers ?? []);
    if (!hasEarlier) return made?.many;
    const fields = importKinds[ImportKind.PRODUCTS].fields;
    const set = columns.map(([column, field]) => {
      const value = `coalesce(s."${field}", t.${column})`;
      return `${column} = ${fields[field]?.erasable ? `case when '${field}' = any(s.cleared) then null else ${value} end` : value}`;
    });
    const changed = await em.execute<OfRetailer[]>(
      `with changed as (update catalog.product t set ${set.join(', ')}, sku = s.sku, name_key = coalesce(s.name_key, t.name_key),
         archived_at = null, version = t.version + 1
       from ${diff} s where ${where} and s.action = 'changed' and t.id = s.target_id returning t.retailer_id)
       select distinct retailer_id from changed`,
    );
    tellOfProducts(work, retailersOf(changed));
    return made?.many;
  },
  archive: async (work, ids) => tellOfProducts(work, await setArchived(work, 'catalog.product', ids, now(work))),
  async restore(work, things) {
    const restored = await work.em.execute<OfRetailer[]>(
      `update catalog.product t set ${Object.entries(productColumns)
        .map(([column, field]) => `${column} = b."${field}"`)
        .join(', ')}, sku = b.sku, name_key = lower(normalize(b.name, NFKC) collate pg_c_utf8),
         archived_at = case when b.archived then coalesce(t.archived_at, ?) end, version = t.version + 1
       from ${records('id uuid, sku text, name text, description text, category text, price integer, stock integer, picture text, points integer, archived boolean')}
       where t.id = b.id returning t.retailer_id`,
      [now(work), json(things)],
    );
    tellOfProducts(work, retailersOf(restored));
  },
  revivable: true,
};

interface OfficerRow {
  readonly department_id: string;
  readonly email_digest: string;
}

/** Tells of officers of one department, unless it is suspended: then its reinstatement does. */
async function tellRostered(work: UnitOfWork, rows: readonly OfficerRow[]): Promise<void> {
  if (rows.length === 0) return;
  // A suspension waits for this, and what comes behind it sees it.
  const [department] = await work.em.execute<{ name: string; status: string }[]>(
    'select legal_name as name, status from catalog.organisation where id = ? for share',
    [rows[0]?.department_id],
  );
  if (department?.status !== 'LISTED') return;
  for (const { department_id: departmentId, email_digest: emailDigest } of rows) {
    const departmentName = department.name;
    work.record('officer.rostered', { departmentId, departmentName, emailDigest, rosteredAt: work.now.toISOString() });
  }
}

function tellRetired(work: UnitOfWork, rows: readonly OfficerRow[]): void {
  for (const { department_id: departmentId, email_digest: emailDigest } of rows) {
    work.record('officer.retired', { departmentId, emailDigest, retiredAt: work.now.toISOString() });
  }
}

/** Whether a department's word counts: tells again of all whom it vouches for, or that it does so no more. */
export async function tellOfRoster(given: UnitOfWork, departmentId: string, counts: boolean): Promise<void> {
  const { work, flush } = inBulk(given);
  const rows = await work.em.execute<OfficerRow[]>(
    `select department_id, email_digest from catalog.rostered_officer
     where department_id = ? and retired_at is null order by email_digest`,
    [departmentId],
  );
  if (counts) await tellRostered(work, rows);
  else tellRetired(work, rows);
  await flush();
}

async function setRostered(work: UnitOfWork, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const rows = await work.em.execute<OfficerRow[]>(
    `update catalog.rostered_officer set retired_at = null, rostered_at = ?
     where id in (${marks(ids)}) and retired_at is not null returning department_id, email_digest`,
    [work.now, ...ids],
  );
  await tellRostered(work, rows);
}

async function setRetired(work: UnitOfWork, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const rows = await work.em.execute<OfficerRow[]>(
    `update catalog.rostered_officer set retired_at = ? where id in (${marks(ids)}) and retired_at is null
     returning department_id, email_digest`,
    [work.now, ...ids],
  );
  tellRetired(work, rows);
}

const officers: KindWriter = {
  lock: (chunk) => [lockThings('catalog.rostered_officer')(chunk)],
  async write(work, { diff, where }) {
    const made = await work.em.execute<OfficerRow[]>(
      `insert into catalog.rostered_officer (id, department_id, email_digest, rostered_at)
       select s.target_id, s.k1::uuid, s.k2, ? from ${diff} s where ${where} and s.action = 'new'
       returning department_id, email_digest`,
      [work.now],
    );
    await tellRostered(work, made);
    const again = await work.em.execute<{ id: string }[]>(
      `select s.target_id as id from ${diff} s where ${where} and s.action = 'changed'`,
    );
    await setRostered(
      work,
      again.map(({ id }) => id),
    );
  },
  archive: setRetired,
  async restore(work, things) {
    const ids = (archived: boolean) =>
      things.filter(({ before }) => before.archived === archived).map(({ targetId }) => targetId);
    await setRostered(work, ids(false));
    await setRetired(work, ids(true));
  },
  revivable: true,
};

/** Earlier values as a set of records `b`; its parameter is what `json` makes. */
const records = (columns: string) => `jsonb_to_recordset(cast(? as jsonb)) as b(${columns})`;
const json = (things: readonly EarlierThing[]) =>
  JSON.stringify(things.map(({ targetId, before }) => ({ ...before, id: targetId })));

export const kindWriters: Readonly<Record<ImportKind, KindWriter>> = {
  [ImportKind.STORES]: stores,
  [ImportKind.PRODUCTS]: products,
  [ImportKind.OFFERS]: offers,
  [ImportKind.CHARITIES]: charities,
  [ImportKind.OFFICERS]: officers,
};

/**
 * `work` whose facts are written by one statement when `flush` is called: a chunk tells thousands. The last of them goes the
 * usual way, which tells the relay that there is something to send.
 */
export function inBulk(work: UnitOfWork): { readonly work: UnitOfWork; flush(): Promise<void> } {
  const facts: { topic: EventTopic; body: never }[] = [];
  return {
    work: { ...work, record: (topic, body) => void facts.push({ topic, body: body as never }) },
    async flush() {
      const last = facts.pop();
      const { em, now: recordedAt } = work;
      if (facts.length > 0) {
        const rows = facts.map(({ topic, body }) => outboxRow(work.newId(), topic, body));
        await em.execute(
          `insert into catalog.outbox (id, topic, key, recorded_at, body)
           select (b->>'id')::uuid, b->>'topic', b->>'key', ?, b->'body'
           from jsonb_array_elements(cast(? as jsonb)) with ordinality as t(b, place) order by place`,
          [recordedAt, JSON.stringify(rows)],
        );
      }
      if (last) work.record(last.topic, last.body);
    },
  };
}

function outboxRow(id: string, topic: EventTopic, body: never) {
  const { producer, key } = eventCatalogue[topic];
  if (producer !== 'catalog') throw new Error(`${topic} is told by ${producer}, not catalog`);
  const parsed = parseEventBody(topic, body);
  return { id, topic, key: String((parsed as Record<string, unknown>)[key]), body: parsed };
}
