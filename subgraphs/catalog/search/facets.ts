/*
 * How the answers of a search divide: by category, retailer, price and distance, to narrow it by. Each division leaves out
 * the filter on itself, so that one sees what else could be chosen. Counted are at most 5,000 matches, and it is said where
 * there are more: exact numbers would cost more than the answer.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { conditionsOf, type FilterName, joinNearest, type Question, type Sql } from './question.ts';

/** So many matches are counted at most. */
export const COUNTED = 5_000;
const VALUES_TOLD = 20;

/** Least and greatest price of each range, in points; the last has no end. */
export const PRICE_RANGES = [
  { least: 1, most: 50 },
  { least: 51, most: 100 },
  { least: 101, most: 250 },
  { least: 251, most: 1_000 },
  { least: 1_001, most: null },
] as const;
/** In meters; a place is looked around no further. */
export const DISTANCE_RANGES = [
  { least: 0, most: 1_000 },
  { least: 1_001, most: 5_000 },
  { least: 5_001, most: 20_000 },
  { least: 20_001, most: 100_000 },
] as const;

/** `total` divides nothing: it only counts. */
export type Division = 'category' | 'retailer' | 'price' | 'distance' | 'total';

export interface DivisionCount {
  /** A category, a retailer's id, or the index of a range. */
  readonly value: string;
  readonly count: number;
}

export interface Divided {
  readonly counts: readonly DivisionCount[];
  /** All matches, or 5,000 where there are more. */
  readonly matches: number;
  /** Whether there are more matches than were counted. */
  readonly isCapped: boolean;
}

interface DivisionRule {
  /** Of a row `m` of the matches. */
  readonly expression: string | null;
  readonly ownFilter?: FilterName;
}

const bucketOf = (column: string, ranges: readonly { least: number }[]) =>
  `(width_bucket(${column}, array[${ranges.map(({ least }) => least).join(', ')}]) - 1)::text`;

const DIVISIONS: Readonly<Record<Division, DivisionRule>> = {
  category: { expression: 'm.category', ownFilter: 'categories' },
  retailer: { expression: 'm.retailer_id::text', ownFilter: 'retailerIds' },
  price: {
    expression: bucketOf('m.price_points', PRICE_RANGES),
    ownFilter: 'pricePoints',
  },
  distance: {
    expression: bucketOf('m.meters', DISTANCE_RANGES),
  },
  total: { expression: null },
};

/** The divisions that are asked for; that by distance is empty where no place is given. */
export async function divide(
  em: EntityManager,
  question: Question,
  divisions: readonly Division[],
): Promise<Map<Division, Divided>> {
  const isFiltered = (filter: FilterName | undefined) => filter !== undefined && isGiven(question, filter);
  // Those without a filter of their own divide the same matches, which are found once.
  const together = divisions.filter((division) => !isFiltered(DIVISIONS[division].ownFilter));
  const apart = divisions.filter((division) => isFiltered(DIVISIONS[division].ownFilter));
  const groups = [
    ...(together.length > 0 ? [countGroup(em, question, together, undefined)] : []),
    ...apart.map((division) => countGroup(em, question, [division], DIVISIONS[division].ownFilter)),
  ];
  return new Map((await Promise.all(groups)).flatMap((group) => [...group]));
}

function isGiven({ filters }: Question, filter: FilterName): boolean {
  if (filter === 'pricePoints') return filters.pricePointsMin != null || filters.pricePointsMax != null;
  return (filters[filter]?.length ?? 0) > 0;
}

async function countGroup(
  em: EntityManager,
  question: Question,
  group: readonly Division[],
  but: FilterName | undefined,
): Promise<Map<Division, Divided>> {
  const matches = matchesOf(question, but);
  const each = group.flatMap((division) => {
    const { expression } = DIVISIONS[division];
    if (expression === null) return [];
    return `union all (select '${division}', ${expression}, count(*)::int from m
      where ${expression} is not null group by 2 order by 3 desc, 2 limit ${VALUES_TOLD})`;
  });
  const rows = await em.execute<(DivisionCount & { division: Division | null })[]>(
    `with ${matches.text}
     select null as division, null as value, count(*)::int as count from counted ${each.join(' ')}`,
    [...matches.values],
  );
  const counted = rows.find(({ division }) => division === null)?.count ?? 0;
  const all = { matches: Math.min(counted, COUNTED), isCapped: counted > COUNTED };
  return new Map(
    group.map((asked) => {
      const counts = rows.filter(({ division }) => division === asked).map(({ value, count }) => ({ value, count }));
      return [asked, { counts, ...all }];
    }),
  );
}

/** Common table expressions: `counted`, one match more than is counted, and `m` without that one. */
function matchesOf(question: Question, but: FilterName | undefined): Sql {
  const near = question.around ? joinNearest(question.around) : undefined;
  const conditions = conditionsOf(question, { but });
  return {
    text: `counted as materialized (
        select s.category, s.retailer_id, s.price_points, ${near ? 'n.meters' : 'null::int as meters'}
        from catalog.offer_search s ${near?.text ?? ''}
        where ${conditions.text} limit ${COUNTED + 1}),
      m as (select * from counted limit ${COUNTED})`,
    values: [...(near?.values ?? []), ...conditions.values],
  };
}
