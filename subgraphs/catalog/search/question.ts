/*
 * What is asked of a search, as SQL: which offers answer it, and between which two answers a page begins. A cursor holds
 * what it was given for (sort, digest of the question), the instant as of which offers are ranked, the block of standings it
 * is in, and the last answer's place: so no page depends on rows that are not on it, and none is continued by another question.
 */
import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { type Area, latitudesOf, metersSql, metersValues } from '../../kernel/area.ts';
import { Refusal } from '../../kernel/errors.ts';
import { decodeCursor, encodeCursor } from '../../kernel/page.ts';
import { EARTH_RADIUS_METERS } from '../../kernel/position.ts';

export type OfferSort = 'RELEVANCE' | 'DISTANCE' | 'PRICE' | 'NEWEST';

/** A word that is asked for; see the function search_terms. */
export interface Term {
  readonly word: string;
  readonly kind: 'EXACT' | 'PREFIX' | 'TYPO' | 'UNKNOWN';
  /** tsqueries: of the word, anywhere and in titles. */
  readonly own: string;
  readonly own_title: string;
  /** tsquery of its synonyms. */
  readonly others: string | null;
  readonly best: string;
  /** In about how many offers. */
  readonly offers: number;
}

export interface Filters {
  readonly categories?: readonly string[] | null | undefined;
  readonly retailerIds?: readonly string[] | null | undefined;
  readonly pricePointsMin?: number | null | undefined;
  readonly pricePointsMax?: number | null | undefined;
}

export interface Question {
  /** Null: no words are asked for; empty: what was asked for has none, and nothing answers it. */
  readonly terms: readonly Term[] | null;
  /** The words in their order, as they are compared. */
  readonly text: string;
  readonly around: Surroundings | null;
  readonly filters: Filters;
  readonly sort: OfferSort;
  /** Whose history counts; null: nobody's. */
  readonly person: string | null;
  /** Offers that begin later do not show, and ages are reckoned by it. */
  readonly asOf: Date;
  /** Offers that have ended by then do not show. */
  readonly now: Date;
}

/** A part of a statement with the values of its places. */
export interface Sql {
  readonly text: string;
  readonly values: readonly unknown[];
}

export type FilterName = 'categories' | 'retailerIds' | 'pricePoints';

/** An area, and the retailers with a store in it: the nearest first, each with its nearest store. */
export interface Surroundings {
  readonly area: Area;
  readonly retailers: readonly { readonly id: string; readonly storeId: string; readonly meters: number }[];
}

/**
 * Looks for stores in an area. The box of degrees narrows, the haversine decides; where the circle holds a pole every longitude
 * is in the box. The list is made once and sent along with what is asked, so that PostgreSQL knows how long it is.
 */
export async function lookAround(em: EntityManager, area: Area): Promise<Surroundings> {
  const reach = (area.radiusMeters / EARTH_RADIUS_METERS) * 1.001;
  const latitude = (area.latitude * Math.PI) / 180;
  const holdsPole = Math.abs(latitude) + reach >= Math.PI / 2;
  const width = holdsPole ? 360 : (Math.asin(Math.sin(reach) / Math.cos(latitude)) * 180) / Math.PI + 1e-9;
  const retailers = await em.execute<{ id: string; storeId: string; meters: number }[]>(
    `select * from (
       select distinct on (s.retailer_id) s.retailer_id as id, s.id as "storeId", round(d.meters)::int as meters
       from catalog.store s cross join lateral (select ${metersSql('s')} as meters) d
       where s.latitude between ? and ? and (abs(s.longitude - ?) <= ? or abs(s.longitude - ?) >= 360 - ?)
         and s.archived_at is null and d.meters <= ?
       order by s.retailer_id, d.meters, s.id) n order by meters, id`,
    [...metersValues(area), ...latitudesOf(area), ...[area.longitude, width, area.longitude, width], area.radiusMeters],
  );
  return { area, retailers };
}

/** Joins to `s` the retailers around, as `r.meters`: in their order, so that a list by distance reads no more than it shows. */
export function joinRetailers({ retailers }: Surroundings): Sql {
  return {
    text: `join (
        select * from unnest(cast(? as uuid[]), cast(? as int[])) as u(retailer_id, meters) order by u.meters
      ) r on r.retailer_id = s.retailer_id`,
    values: [`{${retailers.map(({ id }) => id).join(',')}}`, `{${retailers.map(({ meters }) => meters).join(',')}}`],
  };
}

/** Joins to `s` also where it is good, as `n.meters`, and as `n.store_id` where that is in some of the stores alone. */
export function joinNearest(surroundings: Surroundings): Sql {
  const { area } = surroundings;
  const retailers = joinRetailers(surroundings);
  return {
    text: `${retailers.text} join lateral (
      select null::uuid as store_id, r.meters where s.store_ids is null
      union all
      (select x.id, round(d.meters)::int from catalog.store x cross join lateral (select ${metersSql('x')} as meters) d
       where s.store_ids is not null and x.id = any(s.store_ids) and x.archived_at is null and d.meters <= ?
       order by d.meters, x.id limit 1)
    ) n on true`,
    values: [...retailers.values, ...metersValues(area), area.radiusMeters],
  };
}

/** Standings from one to below another: multiples of 4. */
export interface Block {
  readonly from: number;
  readonly below: number;
}

interface Narrowing {
  /** A filter that is left out. */
  readonly but?: FilterName | undefined;
  /** Only what stands there. */
  readonly block?: Block | undefined;
}

/** Conditions on a row `s` of what is searched. */
export function conditionsOf(question: Question, { but, block }: Narrowing = {}): Sql {
  const { terms, filters, asOf, now } = question;
  const conditions = ['s.starts_at <= ?', '(s.ends_at is null or s.ends_at > ?)'];
  const values: unknown[] = [asOf, now];
  const add = (condition: string, ...given: unknown[]) => {
    conditions.push(condition);
    values.push(...given);
  };
  const { categories, retailerIds, pricePointsMin, pricePointsMax } = filters;
  if (terms?.length === 0) add('false');
  const isPart = block !== undefined && (block.from > 0 || block.below < TOP_STANDING);
  if (terms && terms.length > 0) {
    const words = terms.map(anyOf);
    if (isPart) words.push(standingWords(block));
    if (categories?.length && but !== 'categories') words.push(categoryWords(categories));
    add('s.words @@ cast(? as tsquery)', words.join(' & '));
  } else if (isPart) {
    add('s.standing >= ? and s.standing < ?', block.from, block.below);
  }
  if (categories?.length && but !== 'categories') add('s.category in (?)', [...categories]);
  if (retailerIds?.length && but !== 'retailerIds') add('s.retailer_id in (?)', [...retailerIds]);
  if (but !== 'pricePoints') {
    // Where words or a block narrow more, the index of prices is not to be read beside theirs.
    const price = terms?.length || isPart ? '(s.price_points + 0)' : 's.price_points';
    if (pricePointsMin != null) add(`${price} >= ?`, pricePointsMin);
    if (pricePointsMax != null) add(`${price} <= ?`, pricePointsMax);
  }
  return { text: conditions.join(' and '), values };
}

/** tsquery: the term by itself or by a synonym. */
export const anyOf = ({ own, others }: Term) => `(${own}${others ? ` | ${others}` : ''})`;

/** tsquery: what stands in a block, in as few words as the function standing_words allows. */
function standingWords({ from, below }: Block): string {
  const words: string[] = [];
  for (let at = from; at < below; ) {
    const isWide = at % 64 === 0 && at + 64 <= below;
    words.push(isWide ? `'#${at / 64}'` : `'#${Math.floor(at / 64)}_${Math.floor((at % 64) / 4)}'`);
    at += isWide ? 64 : 4;
  }
  return `(${words.join(' | ')})`;
}

/** tsquery: of one of these categories, and of what little else has the same digest; see the function category_word. */
function categoryWords(categories: readonly string[]): string {
  const words = categories.map((each) => `'=${createHash('sha256').update(each).digest('hex').slice(0, 12)}'`);
  return `(${words.join(' | ')})`;
}

/** Where a page begins: behind this answer, in this block of standings. */
export interface Place extends Block {
  readonly asOf: Date;
  /** Absent: at the first answer of the block. */
  readonly behind?: { readonly key: number; readonly id: string };
}

/** Above every standing. */
export const TOP_STANDING = 1_024;

type Asked = Pick<Question, 'filters' | 'sort' | 'person'> & {
  readonly search: string | null;
  readonly area: Area | null;
};

/** 96 bits of SHA-256 of what was asked, without the instant. */
export function digestOf({ area, filters, sort, person, search }: Asked): string {
  const { categories, retailerIds, pricePointsMin, pricePointsMax } = filters;
  const parts = [
    ...[sort, person, search],
    area && [area.latitude, area.longitude, area.radiusMeters],
    ...[
      [...(categories ?? [])].sort(),
      [...(retailerIds ?? [])].sort(),
      pricePointsMin ?? null,
      pricePointsMax ?? null,
    ],
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16);
}

export function encodePlace(digest: string, { asOf, from, below }: Place, key: number, id: string): string {
  return encodeCursor([digest, asOf.getTime(), from, below, key, id]);
}

/** @throws Refusal BAD_USER_INPUT when the cursor is of no search, of another question, or not ours. */
export function decodePlace(cursor: string, digest: string, sort: OfferSort, now: Date): Place {
  const [given, asOf, from, below, key, id] = decodeCursor(
    cursor,
    'string',
    'number',
    'number',
    'number',
    'number',
    'id',
  );
  if (given !== digest) throw new Refusal('BAD_USER_INPUT', 'after is a cursor of another question; begin without it.');
  const isStanding = (value: number) => value % 4 === 0 && value >= 0 && value <= TOP_STANDING;
  // Other keys than those of instants are small; PostgreSQL is to be given none that its integers do not hold.
  const isKey = sort === 'NEWEST' ? Number.isSafeInteger(key) : Number.isInteger(key) && Math.abs(key) < 2 ** 31;
  const isPast = Number.isInteger(asOf) && asOf >= 0 && asOf <= now.getTime();
  if (!isStanding(from) || !isStanding(below) || from >= below || !isKey || !isPast) {
    throw new Refusal('BAD_USER_INPUT', 'after is not a cursor of this list.');
  }
  return { asOf: new Date(asOf), from, below, behind: { key, id } };
}
