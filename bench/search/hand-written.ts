/*
 * The peer: SQL by hand for exactly one question, over the same tables and indexes, by pg alone. It is given what we have to
 * find out: which words are meant, in which block the answers are. One statement has the page with all that is shown of it,
 * a second one the divisions where they are asked for.
 */
import type { Client } from 'pg';
import type { BenchQuestion } from './questions.ts';

export interface Known {
  /** tsquery of the words, with the block where that is a part. */
  readonly words: string | null;
  /** tsqueries of each word in the title. */
  readonly titles: readonly string[];
  /** What a title is that is just what was asked for. */
  readonly plain: string;
  /** What one word in a title makes: 600 for all that are exact, less for others. */
  readonly wordPoints: number;
  readonly from: number;
  readonly below: number;
  readonly now: Date;
}

export interface HandWrittenAnswer {
  readonly ids: readonly string[];
}

const OPEN = 's.starts_at <= $1 and (s.ends_at is null or s.ends_at > $1)';
const SHOWN = 'o.id, o.title, o.price_points, o.value_cents, r.name';
const STATIC_POINTS = `12 * greatest(0, (s.standing - 448) / 64)
  + round(50 * power(0.5::float8, least(1000, extract(epoch from $1 - s.starts_at)::float8 / 1209600)))::int`;

export async function answerByHand(
  client: Client,
  { kind, variables }: BenchQuestion,
  known: Known,
): Promise<HandWrittenAnswer> {
  const values: unknown[] = [known.now];
  const add = (value: unknown) => `$${values.push(value)}`;
  const conditions = [OPEN];
  let points = STATIC_POINTS;
  if (known.words) {
    conditions.push(`s.words @@ ${add(known.words)}::tsquery`);
  }
  const isByPrice = variables.sort === 'PRICE';
  if (known.words && !isByPrice) {
    const each = known.titles.map((title) => `case when s.words @@ ${add(title)}::tsquery then 1::float8 else 0.6 end`);
    points += ` + round(${known.wordPoints}::float8 * (${each.join(' + ')}))::int
      + case when s.title_plain = ${add(known.plain)} then 100 else 0 end`;
  }
  if (!known.words && (known.from > 0 || known.below < 1_024)) {
    conditions.push(`s.standing >= ${add(known.from)} and s.standing < ${add(known.below)}`);
  }
  const filters = variables.filters as { categories: string[]; pricePointsMax: number } | undefined;
  if (filters) {
    conditions.push(
      `s.category = any(${add(filters.categories)}) and s.price_points <= ${add(filters.pricePointsMax)}`,
    );
  }
  const near = variables.near as
    | { position: { latitude: number; longitude: number }; radiusMeters: number }
    | undefined;
  let around = '';
  let join = '';
  if (near) {
    const [latitude, longitude, radius] = [near.position.latitude, near.position.longitude, near.radiusMeters].map(add);
    const half = add((near.radiusMeters / 111_000) * 1.01);
    const wide = add(((near.radiusMeters / 111_000) * 1.02) / Math.cos((near.position.latitude * Math.PI) / 180));
    around = `with around as materialized (
      select distinct on (st.retailer_id) st.retailer_id, d.meters from catalog.store st cross join lateral (
        select 12742017.6 * asin(sqrt(sin(radians(st.latitude - ${latitude}) / 2) ^ 2 + cos(radians(st.latitude)) *
          cos(radians(${latitude})) * sin(radians(st.longitude - ${longitude}) / 2) ^ 2)) as meters) d
      where st.latitude between ${latitude} - ${half}::float8 and ${latitude} + ${half}
        and st.longitude between ${longitude} - ${wide}::float8 and ${longitude} + ${wide}
        and st.archived_at is null and d.meters <= ${radius}
      order by st.retailer_id, d.meters)`;
    join = 'join around a on a.retailer_id = s.retailer_id';
    points += ` + round(200 * (1 - round(a.meters) / (${radius}::float8 + 1)))::int`;
  }
  const order = isByPrice ? 's.price_points, s.offer_id' : 'points desc, s.offer_id';
  const { rows } = await client.query<{ id: string }>(
    `${around}
     select ${SHOWN}, f.* from (
       select s.offer_id${isByPrice ? ', s.price_points as price' : `, ${points} as points`}
       from catalog.offer_search s ${join} where ${conditions.join(' and ')}
       order by ${order} limit 21) f
     join catalog.offer o on o.id = f.offer_id join catalog.retailer r on r.id = o.retailer_id
     order by ${isByPrice ? 'f.price' : 'f.points desc'}, f.offer_id`,
    values,
  );
  if (kind === 'filters and facets') await facetsByHand(client, known, filters);
  return { ids: rows.slice(0, 20).map(({ id }) => id) };
}

const BUCKETS = 'width_bucket(price_points, array[1, 51, 101, 251, 1001])';

async function facetsByHand(
  client: Client,
  { words, now }: Known,
  filters: { categories: string[]; pricePointsMax: number } | undefined,
): Promise<void> {
  // Without their block: all answers are divided.
  const all = (words ?? '').replace(/ & \('#.*$/, '');
  const matches = (and: string) => `select s.category, s.retailer_id, s.price_points from catalog.offer_search s
    where s.words @@ $2::tsquery and ${OPEN} ${and} limit 5001`;
  await client.query(
    `with chosen as materialized (${matches('and s.category = any($3) and s.price_points <= $4')}),
       any_category as materialized (${matches('and s.price_points <= $4')}),
       any_price as materialized (${matches('and s.category = any($3)')})
     (select 'category' as division, category as value, count(*) from any_category group by 2 order by 3 desc, 2 limit 20)
     union all (select 'price', ${BUCKETS}::text, count(*) from any_price group by 2)
     union all (select 'retailer', r.name, b.count from (
       select retailer_id, count(*) from chosen group by 1 order by 2 desc, 1 limit 20) b join catalog.retailer r on r.id = b.retailer_id)
     union all select 'total', null, count(*) from chosen`,
    [now, all, filters?.categories, filters?.pricePointsMax],
  );
}
