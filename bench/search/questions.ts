/*
 * What is asked in the benchmark of searching: words as unequally frequent as people ask for them, one and two, with a
 * typing error, unfinished, near a city, both, with filters and everything counted, by price. The same each time.
 */

export const kinds = [
  'one word',
  'two words',
  'typing error',
  'beginning',
  'near',
  'word and near',
  'filters and facets',
  'by price',
] as const;
export type Kind = (typeof kinds)[number];

export interface BenchQuestion {
  readonly kind: Kind;
  /** The variables of the operation. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** The words that are meant. */
  readonly words: readonly string[];
}

export interface Vocabulary {
  /** The most frequent first. */
  readonly words: readonly string[];
  readonly categories: readonly string[];
  /** The largest first. */
  readonly cities: readonly { readonly latitude: number; readonly longitude: number }[];
}

/** As many questions of each kind. */
export function makeQuestions({ words, categories, cities }: Vocabulary, each: number): BenchQuestion[] {
  const next = chances(20_261_121);
  const pick = <Value>(among: readonly Value[], skew: number): Value => {
    const value = among[Math.floor(among.length * next() ** skew)];
    if (value === undefined) throw new Error('There is something to pick');
    return value;
  };
  const word = () => pick(words, 2);
  const near = () => {
    const { latitude, longitude } = pick(cities.slice(0, 2_000), 2);
    return { position: { latitude, longitude }, radiusMeters: pick([2_000, 5_000, 10_000, 25_000], 1) };
  };
  const make: Record<Kind, () => Omit<BenchQuestion, 'kind'>> = {
    'one word': () => asked([word()]),
    'two words': () => asked([word(), word()]),
    'typing error': () => {
      const meant = pick(
        words.filter(({ length }) => length >= 5),
        2,
      );
      return { ...asked([meant]), variables: { search: mistyped(meant, next) } };
    },
    beginning: () => {
      const meant = pick(
        words.filter(({ length }) => length >= 6),
        2,
      );
      return { ...asked([meant]), variables: { search: meant.slice(0, -2) } };
    },
    near: () => ({ words: [], variables: { near: near() } }),
    'word and near': () => {
      const one = asked([word()]);
      return { ...one, variables: { ...one.variables, near: near() } };
    },
    'filters and facets': () => {
      const one = asked([word()]);
      const filters = { categories: [pick(categories, 1), pick(categories, 1)], pricePointsMax: 200 };
      return { ...one, variables: { ...one.variables, filters } };
    },
    'by price': () => {
      const one = asked([word()]);
      return { ...one, variables: { ...one.variables, sort: 'PRICE' } };
    },
  };
  return Array.from({ length: each }, () => kinds.map((kind) => ({ kind, ...make[kind]() }))).flat();
}

function asked(words: readonly string[]): Omit<BenchQuestion, 'kind'> {
  return { words, variables: { search: words.join(' ') } };
}

/** One letter wrong, missing, too many, or two in the wrong order; never the first, which people seldom get wrong. */
function mistyped(word: string, next: () => number): string {
  const at = 1 + Math.floor((word.length - 1) * next());
  const letter = String.fromCharCode(97 + Math.floor(26 * next()));
  const [before, after] = [word.slice(0, at), word.slice(at)];
  const ways = [
    before + letter + after.slice(1),
    before + after.slice(1),
    before + letter + after,
    before + (after[1] ?? '') + (after[0] ?? '') + after.slice(2),
  ];
  return ways[Math.floor(ways.length * next())] ?? word;
}

/** Numbers from 0 to 1, the same for one seed. From Tommy Ettinger's mulberry32, public domain. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
