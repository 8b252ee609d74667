/*
 * How well an offer answers, in whole points that can be told apart and explained: words up to 700, distance 200, the
 * person's history 150, how often it was taken 96, newness 50. Whole, because what is compared across pages must be equal
 * to itself. Nothing here looks at other rows or at the clock.
 */

import type { Liking } from './person.ts';
import type { Question, Sql, Term } from './question.ts';
import type { FoundRow } from './search-offers.ts';

/** Most points of each part; `whole_title` comes on top of `words`. */
export const POINTS = { words: 600, wholeTitle: 100, near: 200, fresh: 50, history: 150 } as const;

/** What a word is worth where it stands, and how it was meant. */
const ELSEWHERE = 0.6;
const MEANT: Readonly<Record<Term['kind'], number>> = { EXACT: 1, PREFIX: 0.9, TYPO: 0.7, UNKNOWN: 1 };
const SYNONYM = 0.8;
/** After this an offer is half as new. */
const FRESH_DAYS = 14;

export interface Score {
  /** The columns of FoundRow that are points, of a row `s` and its nearest store `n`. */
  readonly parts: Sql;
  readonly joins: Sql;
  /** Their sum, of a row `f` of the parts. */
  readonly sum: string;
}

export function scoreOf({ terms, text, around, asOf }: Question, likings: readonly Liking[]): Score {
  const words = terms && terms.length > 0 ? wordsOf(terms) : { text: '0', values: [] };
  const titles = terms?.map(() => '(s.words @@ cast(? as tsquery))::int').join(' + ') || '0';
  const liked = likingsOf(likings);
  return {
    parts: {
      text: `${words.text} as words, ${titles} as title_words, ${text ? 's.title_plain = ?' : 'false'} as whole_title,
        ${around ? `round(${POINTS.near} * (1 - n.meters / (cast(? as float8) + 1)))::int` : '0'} as near,
        12 * greatest(0, (s.standing - 448) / 64) as taken,
        round(${POINTS.fresh} * power(0.5::float8, least(1000, extract(epoch from cast(? as timestamptz) - s.starts_at)::float8 / ${86_400 * FRESH_DAYS})))::int as fresh,
        ${liked.columns}`,
      values: [
        ...words.values,
        ...(terms ?? []).map(({ own_title }) => own_title),
        ...(text ? [text] : []),
        ...(around ? [around.area.radiusMeters] : []),
        asOf,
      ],
    },
    joins: liked.joins,
    sum: `f.words + case when f.whole_title then ${POINTS.wholeTitle} else 0 end + f.near + f.taken + f.fresh
      + least(${POINTS.history}, f.category_liking + f.retailer_liking + f.together)`,
  };
}

function wordsOf(terms: readonly Term[]): Sql {
  const each = terms.map(({ kind }) => {
    const meant = MEANT[kind];
    return `case when s.words @@ cast(? as tsquery) then ${float(meant)} when s.words @@ cast(? as tsquery)
      then ${float(meant * ELSEWHERE)} else ${float(SYNONYM * ELSEWHERE)} end`;
  });
  return {
    text: `round(${float(POINTS.words / terms.length)} * (${each.join(' + ')}))::int`,
    values: terms.flatMap(({ own, own_title }) => [own_title, own]),
  };
}

/** Decimal numbers of PostgreSQL are exact and ten times as slow. */
const float = (value: number) => `${value}::float8`;

/** History is some 130 values at most: sent along, joined by hash. */
function likingsOf(likings: readonly Liking[]): { columns: string; joins: Sql } {
  const of = (kind: Liking['kind']) => likings.filter((each) => each.kind === kind);
  const [categories, retailers, offers] = [of('CATEGORY'), of('RETAILER'), of('OFFER')];
  const joins: string[] = [];
  const values: unknown[] = [];
  const join = (alias: string, columns: string, on: string, rows: readonly object[]) => {
    if (rows.length === 0) return false;
    joins.push(`left join jsonb_to_recordset(cast(? as jsonb)) as ${alias}(${columns}) on ${on}`);
    values.push(JSON.stringify(rows));
    return true;
  };
  const points = (is: boolean, alias: string, name: keyof FoundRow) =>
    `${is ? `coalesce(${alias}.points, 0)` : '0'} as ${name}`;
  const byCategory = join('lc', 'key text, points int', 'lc.key = s.category', categories);
  const byRetailer = join('lr', 'key uuid, points int', 'lr.key = s.retailer_id', retailers);
  const byOffer = join('lo', 'key uuid, points int, people int', 'lo.key = s.offer_id', offers);
  return {
    columns: [
      points(byCategory, 'lc', 'category_liking'),
      points(byRetailer, 'lr', 'retailer_liking'),
      points(byOffer, 'lo', 'together'),
      `${byOffer ? 'lo.people' : 'null'} as together_people`,
    ].join(', '),
    joins: { text: joins.join(' '), values },
  };
}
