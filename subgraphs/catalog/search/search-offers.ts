/*
 * Searching offers: what is asked is read once (words, place, history), then answered a page at a time. By relevance, offers
 * are ranked in blocks of standings: of what has more matches than are worth ranking at once the best known come first, then
 * the next block. What decides an offer's place is its own row, the question and the instant in the cursor, nothing else.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { areaOf, type NearInput } from '../../kernel/area.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { PageArguments } from '../../kernel/page.ts';
import type { ZipCodes } from '../../kernel/zip-codes.ts';
import { Offer } from '../listings/offer.ts';
import { type Liking, readLikings } from './person.ts';
import {
  type Block,
  conditionsOf,
  decodePlace,
  digestOf,
  encodePlace,
  type Filters,
  joinNearest,
  joinRetailers,
  lookAround,
  type OfferSort,
  type Place,
  type Question,
  type Sql,
  type Term,
  TOP_STANDING,
} from './question.ts';
import { scoreOf } from './score.ts';

export interface OfferSearch {
  readonly search?: string | null | undefined;
  readonly near?: NearInput | null | undefined;
  readonly filters?: Filters | null | undefined;
  readonly sort: OfferSort;
  /** Whose history counts, if any. */
  readonly person: string | null;
}

/** An offer that was found, and the parts of its score, all in points but those that say otherwise. */
export interface FoundRow {
  readonly offer_id: string;
  readonly key: number;
  /** The nearest, where it is good in some stores alone; else the retailer's nearest. */
  readonly store_id: string | null;
  readonly meters: number | null;
  readonly words: number;
  readonly title_words: number;
  readonly whole_title: boolean;
  readonly near: number;
  readonly taken: number;
  readonly fresh: number;
  readonly category_liking: number;
  readonly retailer_liking: number;
  readonly together: number;
  readonly together_people: number | null;
}

export interface FoundOffer {
  readonly cursor: string;
  readonly node: Offer;
  readonly row: FoundRow;
  /** The nearest where it is good; null where no place was given. */
  readonly storeId: string | null;
}

export interface FoundPage {
  readonly question: Question;
  readonly edges: readonly FoundOffer[];
  readonly hasNextPage: boolean;
}

/** About as many matches are ranked at once: reading the row of each takes some microseconds. */
const RANKED = 2_000;
/** More than any word has offers. */
const MANY = 1e12;
/** How much wider the next block is where one held few matches: filters and places are not reckoned in. */
const WIDENING = 8;

/** @throws Refusal BAD_USER_INPUT. */
export async function searchOffers(
  em: EntityManager,
  zipCodes: () => ZipCodes,
  asked: OfferSearch,
  page: PageArguments,
  now: Date,
): Promise<FoundPage> {
  const { sort, person } = asked;
  const search = asked.search ?? null;
  const filters = asked.filters ?? {};
  const area = asked.near ? areaOf(asked.near, zipCodes) : null;
  if (sort === 'DISTANCE' && !area) throw new Refusal('BAD_USER_INPUT', 'sort: DISTANCE needs a place in near.');
  const { pricePointsMin: least, pricePointsMax: most } = filters;
  if (least != null && most != null && least > most) {
    throw new Refusal('BAD_USER_INPUT', 'filters: pricePointsMin must not be above pricePointsMax.');
  }
  const digest = digestOf({ search, filters, area, sort, person });
  const place = page.after ? decodePlace(page.after, digest, sort, now) : undefined;
  const asOf = place?.asOf ?? now;
  const [around, terms, likings] = await Promise.all([
    area && lookAround(em, area),
    search === null ? null : readTerms(em, search),
    person && sort === 'RELEVANCE' ? readLikings(em, person, asOf) : [],
  ]);
  const text = terms?.map(({ word }) => word).join(' ') ?? '';
  const question: Question = { terms, text, around, filters, sort, person, asOf, now };
  const { rows, block } = await readPage(em, question, likings, page.first, place);
  const shown = rows.slice(0, page.first);
  const offers = await em.find(Offer, { id: { $in: shown.map(({ offer_id }) => offer_id) } });
  const byId = new Map(offers.map((offer) => [offer.id, offer]));
  const nearestOf = new Map(around?.retailers.map(({ id, storeId }) => [id, storeId]));
  const edges = shown.flatMap((row) => {
    const node = byId.get(row.offer_id);
    if (!node) return [];
    const storeId = row.store_id ?? nearestOf.get(node.retailerId) ?? null;
    Object.assign(node, { nearestStoreId: storeId, distanceMeters: row.meters });
    return [{ cursor: encodePlace(digest, { asOf, ...block(row) }, row.key, row.offer_id), node, row, storeId }];
  });
  return { question, edges, hasNextPage: rows.length > page.first };
}

/** The words of a text as the search knows them. */
export async function readTerms(em: EntityManager, text: string): Promise<Term[]> {
  const rows = await em.execute<(Omit<Term, 'offers'> & { offers: string })[]>(
    'select * from catalog.search_terms(?)',
    [text],
  );
  return rows.map((row) => ({ ...row, offers: Number(row.offers) }));
}

interface PageRows {
  /** One more than asked for where there are more. */
  readonly rows: readonly FoundRow[];
  /** The block that a row is in. */
  readonly block: (row: FoundRow) => Block;
}

async function readPage(
  em: EntityManager,
  question: Question,
  likings: readonly Liking[],
  first: number,
  place: Place | undefined,
): Promise<PageRows> {
  const rows: FoundRow[] = [];
  const blocks = new Map<FoundRow, Block>();
  const isRanked = question.sort === 'RELEVANCE';
  let block: Block = place ?? WHOLE;
  let expected: number | undefined;
  if (isRanked && !place) [block, expected] = await nextBlock(em, question, TOP_STANDING, undefined);
  for (let behind = place?.behind; ; behind = undefined) {
    const statement = isRanked
      ? ranked(question, likings, block, behind, first + 1 - rows.length)
      : sorted(question, behind, first + 1 - rows.length);
    const found = await em.execute<FoundRow[]>(statement.text, [...statement.values]);
    for (const row of found) {
      rows.push({ ...row, key: Number(row.key) });
      blocks.set(rows.at(-1) as FoundRow, { from: block.from, below: block.below });
    }
    if (block.from === 0 || rows.length > first) break;
    // A whole block that does not fill a page: what else is asked for is rare.
    if (!behind && expected !== undefined) expected /= WIDENING;
    [block, expected] = await nextBlock(em, question, block.from, expected);
  }
  return { rows, block: (row) => blocks.get(row) ?? block };
}

const WHOLE: Block = { from: 0, below: TOP_STANDING };

/**
 * The block below a standing that is worth ranking at once, and how many rows were reckoned with: about those of the rarest of
 * what is asked for. A wrong guess costs time, no answers.
 * @param expected rows to reckon with; undefined where nobody has guessed yet.
 */
async function nextBlock(
  em: EntityManager,
  { terms, filters, around }: Question,
  below: number,
  expected: number | undefined,
): Promise<[Block, number]> {
  const ofWords = Math.min(...(terms ?? []).map(({ offers }) => offers), MANY);
  const isFew = (expected ?? ofWords) <= RANKED * 2 || (filters.retailerIds?.length ?? 0) > 0;
  if (isFew) return [{ from: 0, below }, expected ?? 0];
  const [row] = await em.execute<{ expected: number; floor: number }[]>(
    `select e.expected, case when e.expected <= ? then 0 else catalog.block_floor(?, e.expected::bigint, ?) end as floor
     from (select least(cast(? as float8), offers, cast(? as float8) * offers / retailers) / ? as expected
       from catalog.search_size) e`,
    [
      ...[RANKED * 2, below, RANKED, expected ?? ofWords, around?.retailers.length ?? null],
      expected === undefined && filters.categories?.length ? WIDENING : 1,
    ],
  );
  return row ? [{ from: row.floor, below }, row.expected] : [{ from: 0, below }, 0];
}

/** The matches of a block behind a place, the best first. What makes the score is reckoned once for each, and no more is carried. */
function ranked(
  question: Question,
  likings: readonly Liking[],
  block: Block,
  behind: Place['behind'],
  limit: number,
): Sql {
  const near = question.around ? joinNearest(question.around) : undefined;
  const score = scoreOf(question, likings);
  const conditions = conditionsOf(question, { block });
  return {
    text: `select * from (
        select f.*, ${score.sum} as key from (
          select s.offer_id, ${near ? 'n.store_id, n.meters' : 'null as store_id, null as meters'}, ${score.parts.text}
          from catalog.offer_search s ${near?.text ?? ''} ${score.joins.text}
          where ${conditions.text} offset 0) f) g
      ${behind ? 'where (-g.key, g.offer_id) > (?, cast(? as uuid))' : ''}
      order by -g.key, g.offer_id limit ?`,
    values: [
      ...score.parts.values,
      ...(near?.values ?? []),
      ...score.joins.values,
      ...conditions.values,
      ...(behind ? [-behind.key, behind.id] : []),
      limit,
    ],
  };
}

const NO_SCORE = `0 as words, 0 as title_words, false as whole_title, 0 as near, 0 as taken, 0 as fresh,
  0 as category_liking, 0 as retailer_liking, 0 as together, null as together_people`;

/** The matches behind a place in the order of a column, which an index has where it can. */
function sorted(question: Question, behind: Place['behind'], limit: number): Sql {
  if (question.sort === 'DISTANCE') return nearestFirst(question, behind, limit);
  const near = question.around ? joinNearest(question.around) : undefined;
  const conditions = conditionsOf(question);
  const isNewest = question.sort === 'NEWEST';
  const column = isNewest ? 's.starts_at' : 's.price_points';
  const after = isNewest
    ? "and (s.starts_at, s.offer_id) < (timestamptz 'epoch' + ? * interval '1 microsecond', cast(? as uuid))"
    : 'and (s.price_points, s.offer_id) > (?, cast(? as uuid))';
  return {
    text: `select s.offer_id, ${near ? 'n.store_id, n.meters' : 'null as store_id, null as meters'},
        ${isNewest ? '(extract(epoch from s.starts_at) * 1000000)::bigint' : column} as key, ${NO_SCORE}
      from catalog.offer_search s ${near?.text ?? ''}
      where ${conditions.text} ${behind ? after : ''}
      order by ${column}${isNewest ? ' desc, s.offer_id desc' : ', s.offer_id'} limit ?`,
    values: [...(near?.values ?? []), ...conditions.values, ...(behind ? [behind.key, behind.id] : []), limit],
  };
}

/** Offers that are good in all stores and those that are not apart: the first come as their retailers do, so few are read. */
function nearestFirst(question: Question, behind: Place['behind'], limit: number): Sql {
  const { around } = question;
  if (!around) throw new Error('Distance needs a place');
  const [retailers, nearest] = [joinRetailers(around), joinNearest(around)];
  const conditions = conditionsOf(question);
  const ends = [...conditions.values, ...(behind ? [behind.key, behind.id] : []), limit];
  const rest = (table: string) => `${behind ? `and (${table}.meters, s.offer_id) > (?, cast(? as uuid))` : ''}
    order by ${table}.meters, s.offer_id limit ?`;
  return {
    text: `select f.*, f.meters as key, ${NO_SCORE} from (
        (select s.offer_id, null::uuid as store_id, r.meters from catalog.offer_search s ${retailers.text}
         where s.store_ids is null and ${conditions.text} ${rest('r')})
        union all
        (select s.offer_id, n.store_id, n.meters from catalog.offer_search s ${nearest.text}
         where s.store_ids is not null and ${conditions.text} ${rest('n')})) f
      order by f.meters, f.offer_id limit ?`,
    values: [...retailers.values, ...ends, ...nearest.values, ...ends, limit],
  };
}
