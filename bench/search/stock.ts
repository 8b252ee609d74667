/*
 * A catalog of any size for the benchmark, the same each time: offers with titles of real groceries, terms of words that
 * are as unequally frequent as words are, retailers with invented names, stores around the cities of the United States.
 * It is written by two connections, without triggers and indexes, which come after; what stands then is what they make.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Client } from 'pg';
import type { Vocabulary } from './questions.ts';

const OFFERS_PER_RETAILER = 50;
const STORES_PER_RETAILER = 3;
const WRITERS = 2;

/** Writes `offers` offers into an empty, migrated catalog. @param now called with what goes on. */
export async function fillCatalog(url: string, offers: number, now: (task: string) => void): Promise<void> {
  const clients = await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query("set synchronous_commit = off; set maintenance_work_mem = '512MB'; set work_mem = '64MB'");
      return client;
    }),
  );
  const [first] = clients;
  if (!first) throw new Error('There is at least one writer');
  try {
    const indexes = await takeIndexes(first);
    now('vocabulary, retailers and stores');
    await vocabulary(first);
    await retailers(first, Math.ceil(offers / OFFERS_PER_RETAILER));
    now(`${offers.toLocaleString('en')} offers`);
    await inParts(clients, offers, insertOffers);
    now('what is searched');
    // A tenth was taken before, a few of them often.
    await first.query(`insert into catalog.offer_popularity
      select ${idOf('n', 3)}, 1 + floor(0.3 / (bench.chance(n, 40) + 0.001)) from generate_series(0, ${offers - 1}, 10) n`);
    await inParts(
      clients,
      offers,
      (from, to) => `insert into catalog.offer_search select * from catalog.offer_search_row r
      where r.offer_id between ${idOf(String(from - 1), 3)} and ${idOf(String(to - 1), 3)} order by r.standing`,
    );
    now('indexes and statistics');
    const [words = '', ...others] = indexes;
    await Promise.all([
      clients[0]?.query(words),
      (async () => {
        for (const index of others) await clients[1]?.query(index);
      })(),
    ]);
    await first.query(`insert into catalog.search_word (word) select word from bench.word union select lower(name) from bench.name
      on conflict do nothing`);
    await first.query('alter table catalog.offer enable trigger user; analyze');
    await first.query('select catalog.count_search_words()');
    await first.query('analyze catalog.search_word');
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

/** What questions are made of. */
export async function readVocabulary(client: Client): Promise<Vocabulary> {
  const words = await client.query<{ word: string }>('select word from bench.word order by number limit 1000');
  const categories = await client.query<{ category: string }>('select distinct category from bench.product order by 1');
  const cities = await client.query<{ latitude: number; longitude: number }>(
    'select latitude, longitude from bench.city order by number',
  );
  return {
    words: words.rows.map(({ word }) => word),
    categories: categories.rows.map(({ category }) => category),
    cities: cities.rows,
  };
}

/** Drops the indexes of what is searched and stops the triggers. @returns how to make them again, that of words first. */
async function takeIndexes(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ indexname: string; indexdef: string }>(
    `select indexname, indexdef from pg_indexes where schemaname = 'catalog' and tablename = 'offer_search'
       and indexname <> 'offer_search_pkey' order by indexname <> 'offer_search_by_word', indexname`,
  );
  for (const { indexname } of rows) await client.query(`drop index catalog.${indexname}`);
  await client.query('alter table catalog.offer disable trigger user');
  return rows.map(({ indexdef }) => indexdef);
}

async function vocabulary(client: Client): Promise<void> {
  const lines = gunzipSync(readFileSync(new URL('products.tsv.gz', import.meta.url)))
    .toString()
    .trimEnd()
    .split('\n');
  const products = lines.map((line, index) => {
    const [type, category] = line.split('\t');
    return { number: index, type, category };
  });
  const words = new Map<string, number>();
  for (const word of lines
    .join(' ')
    .toLowerCase()
    .match(/[a-z]{3,}/g) ?? [])
    words.set(word, (words.get(word) ?? 0) + 1);
  const byUse = [...words].sort(([, one], [, other]) => other - one).map(([word], number) => ({ number, word }));
  const syllables =
    'ba be bi bo da del do fa fer gi go har ka kel la lo ma mar me mil na no or pa per ra rin ro sa sel ta tor va ver vin zo';
  const parts = syllables.split(' ');
  const names = Array.from({ length: 12_000 }, (_, number) => {
    const at = (place: number) => parts[Math.floor(number / parts.length ** place) % parts.length] ?? '';
    return { number, name: capital(`${at(0)}${at(1)}${at(2)}${at(0) === at(1) ? 'ton' : at(1)}`) };
  });
  const cities = gunzipSync(readFileSync(new URL('../proximity/us-cities.csv.gz', import.meta.url)))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line, number) => ({ number, latitude: Number(line.split(',')[0]), longitude: Number(line.split(',')[1]) }));
  await client.query('create schema bench');
  const table = (name: string, columns: string, rows: readonly object[]) =>
    client.query(`create unlogged table bench.${name} as select * from jsonb_to_recordset('${JSON.stringify(rows).replaceAll("'", "''")}')
      as t(number integer, ${columns}); create index on bench.${name} (number); analyze bench.${name}`);
  await table('product', 'type text, category text', products);
  await table('word', 'word text', byUse);
  await table('name', 'name text', names);
  await table('city', 'latitude float8, longitude float8', cities);
  // Even numbers out of n and a salt, the same each time: 0 to 1.
  await client.query(`create function bench.chance(n bigint, salt integer) returns float8 language sql immutable as $$
    select ((hashint8extended(n, salt) & 1073741823) / 1073741824.0)::float8 $$`);
}

async function retailers(client: Client, count: number): Promise<void> {
  await client.query(`insert into catalog.retailer (id, name, name_key, category, listed_at)
    select ${idOf('n', 1)}, name, lower(name), category, '2026-01-01' from (
      select n, (select name from bench.name where number = n % 12000) || ' ' || initcap(w.word) || ' ' || n as name, p.category
      from generate_series(1, ${count}) n
        join bench.word w on w.number = floor(200 * bench.chance(n, 1))
        join bench.product p on p.number = floor((select count(*) from bench.product) * bench.chance(n, 2) ^ 2)) r`);
  await client.query(`insert into catalog.store (id, retailer_id, street, street_key, city, state, zip_code, latitude, longitude)
    select ${idOf('n', 2)}, ${idOf(`1 + n % ${count}`, 1)}, n || ' Main St', n || ' main st', 'City', 'TX', '78701',
      c.latitude + 0.2 * (bench.chance(n, 3) - 0.5), c.longitude + 0.2 * (bench.chance(n, 4) - 0.5)
    from generate_series(0, ${count * STORES_PER_RETAILER - 1}) n
      join bench.city c on c.number = floor(4990 * bench.chance(n, 5) ^ 3)`);
  await client.query('analyze catalog.retailer; analyze catalog.store');
}

const insertOffers = (from: number, to: number) => `
  with made as (
    insert into catalog.offer (id, retailer_id, title, title_key, search_key, description, price_points, value_cents, starts_at, version)
    select ${idOf('n', 3)}, ${idOf(`1 + n / ${OFFERS_PER_RETAILER}`, 1)}, title, lower(title), lower(title), terms,
      1 + floor(500 * bench.chance(n, 6) ^ 2), 100 + floor(5000 * bench.chance(n, 7) ^ 2),
      timestamptz '2026-11-01' - interval '1 minute' * floor(500000 * bench.chance(n, 8)), 1
    from (
      select n, p.type || ' ' || initcap(w.word) || ' ' || n as title, (
        select string_agg(t.word, ' ') from generate_series(10, 18) salt
          join bench.word t on t.number = floor(1100 * bench.chance(n, salt::integer) ^ 4)) as terms
      from generate_series(${from - 1}, ${to - 1}) n
        join bench.product p on p.number = floor(840 * bench.chance(n, 30) ^ 2)
        join bench.word w on w.number = floor(1100 * bench.chance(n, 31) ^ 2)) o
    returning id)
  select count(*) from made`;

/** SQL for the id of the n-th of a kind. */
const idOf = (n: string, kind: number) =>
  `('0000000${kind}-0000-7000-8000-' || lpad(to_hex((${n})::bigint), 12, '0'))::uuid`;

const capital = (name: string) => `${name[0]?.toUpperCase()}${name.slice(1)}`;

async function inParts(
  clients: readonly Client[],
  count: number,
  statement: (from: number, to: number) => string,
): Promise<void> {
  const size = Math.ceil(count / clients.length);
  await Promise.all(
    clients.map((client, part) => client.query(statement(part * size + 1, Math.min(count, (part + 1) * size)))),
  );
}
