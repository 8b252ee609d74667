/* Why an offer is where it is in a search, said with the points that each reason makes: their sum is its score. */
import { POINTS } from './score.ts';
import type { FoundRow } from './search-offers.ts';
import { MatchReasonKind } from './search-page.ts';

interface Reason {
  readonly kind: MatchReasonKind;
  readonly points: number;
  readonly sentence: string;
}

/** The reasons of a row that was ranked, most points first. Their points sum up to its key. */
export function reasonsOf(row: FoundRow): Reason[] {
  const reasons: Reason[] = [];
  const add = (kind: MatchReasonKind, points: number, sentence: string) => {
    if (points > 0) reasons.push({ kind, points, sentence });
  };
  const words = row.words + (row.whole_title ? POINTS.wholeTitle : 0);
  if (row.whole_title) add(MatchReasonKind.WORDS_IN_TITLE, words, 'It is called what you searched for.');
  else if (row.title_words > 0) add(MatchReasonKind.WORDS_IN_TITLE, words, 'Its title has what you searched for.');
  else add(MatchReasonKind.WORDS, words, 'Its terms, category or retailer have what you searched for.');
  add(MatchReasonKind.NEAR, row.near, `A store is ${distance(row.meters ?? 0)} away.`);
  add(MatchReasonKind.TAKEN_OFTEN, row.taken, 'Others have taken it.');
  add(MatchReasonKind.NEW, row.fresh, 'It is new.');
  for (const { kind, points, sentence } of historyOf(row)) add(kind, points, sentence);
  return reasons.sort((one, other) => other.points - one.points);
}

/** What history makes is bounded as a whole: what goes beyond is taken off from its weakest reasons. */
function historyOf(row: FoundRow): Reason[] {
  let left: number = POINTS.history;
  const each: Reason[] = [
    {
      kind: MatchReasonKind.TAKEN_TOGETHER,
      points: row.together,
      sentence: `At least ${row.together_people ?? 0} people took it and an offer that you took.`,
    },
    {
      kind: MatchReasonKind.YOUR_CATEGORIES,
      points: row.category_liking,
      sentence: 'You took offers of this kind before.',
    },
    {
      kind: MatchReasonKind.YOUR_RETAILERS,
      points: row.retailer_liking,
      sentence: 'You took offers of this retailer before.',
    },
  ];
  return each.map((reason) => {
    const points = Math.min(left, reason.points);
    left -= points;
    return { ...reason, points };
  });
}

const distance = (meters: number) => (meters < 1_000 ? `${meters} m` : `${(meters / 1_000).toFixed(1)} km`);
