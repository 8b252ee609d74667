/*
 * Officers and citizens move, pairs begin and end: our engine against a grid of Maps and Sets, a proximity graph, Redis
 * GEOSEARCH, and the bare conversion of a position as the limit. A process each; first all find the same pairs, then
 * they move in rounds taken in turn. Rates are by CPU time of all processes that work for an engine, so they are of one
 * core and a busy machine changes them little.
 */
import { startRedisServer } from '../subgraphs/kernel/testing/servers.ts';
import { type Part, startPart } from './gateway/process.ts';
import type { Compared, Each, Moved, Name, PartArgument, Placed, Question } from './proximity/part.ts';
import type { Scale } from './proximity/people.ts';
import type { Bench, BenchResult } from './run.ts';

const SCALES: readonly Scale[] = [
  { officers: 1_000, citizens: 10_000 },
  { officers: 10_000, citizens: 100_000 },
  { officers: 100_000, citizens: 1_000_000 },
];
const [SMALL, MIDDLE, LARGE] = [0, 1, 2] as const;
const COMPARED_MOVES = 20_000;
/**
 * Of a round; half where the run is to be quick. Some tenths of a second for each, since the others have emptied the
 * caches meanwhile: to fill them again takes ours 15 milliseconds, which would be a third of a round of 40.
 */
const MOVES: Readonly<Record<Name, number>> = {
  ours: 1_600_000,
  'bare conversion': 2_000_000,
  'Map grid': 200_000,
  'greedy graph': 60_000,
  'beamed graph': 60_000,
  GEOSEARCH: 30_000,
  'brute force': 0,
};
/** GEOSEARCH rounds distances to a tenth of a millimeter and positions to 26 bits each way: up to 0.34 m. */
const GEOSEARCH_TENTHS = 7;

interface Running {
  readonly name: Name;
  readonly scale: number;
  readonly part: Part;
  readonly placed: Placed;
  readonly compared: Compared | undefined;
  each: Each;
  readonly rounds: Moved[];
}

/** What one engine's answers differ by from the judge's. */
interface Difference {
  /** Pairs that it does not know, as a share of all. */
  readonly missedShare: number;
  /** Pairs that it should not know. */
  readonly extraShare: number;
  /** Of citizens' moves: told another distance to the next officer. */
  readonly outlookShare: number;
}

export const bench: Bench = async ({ quick, progress }) => {
  const rounds = quick ? 5 : 11;
  const wanted = [...contendersAt(SMALL, quick), ...contendersAt(MIDDLE, quick), ...contendersAt(LARGE, quick)];
  progress.total(wanted.length * (rounds + 3));
  const redis = await startRedisServer({ persistent: false });
  const parts: Part[] = [];
  try {
    const running: Running[] = [];
    for (const { name, scale } of wanted) {
      progress.now(`placing people: ${name}, ${labelOf(scale)}`);
      const argument: PartArgument = {
        name,
        scale: SCALES[scale] as Scale,
        ...(name === 'GEOSEARCH' && { redis: { url: redis.url, database: scale } }),
      };
      const part = await startPart('../proximity/part.ts', argument);
      parts.push(part);
      const placed = await ask<Placed>(part, { place: true });
      const isCompared = scale !== LARGE && name !== 'bare conversion';
      const compared = isCompared ? await ask<Compared>(part, { compare: COMPARED_MOVES }) : undefined;
      running.push({
        name,
        scale,
        part,
        placed,
        compared,
        each: { p50Microseconds: 0, p99Microseconds: 0 },
        rounds: [],
      });
      progress.step();
    }
    const differences = compareAnswers(running);
    const measured = running.filter(({ name }) => name !== 'brute force');
    for (let round = 0; round <= rounds; round++) {
      for (const contender of measured) {
        progress.now(`${round === 0 ? 'warming' : `round ${round}`}: ${contender.name}, ${labelOf(contender.scale)}`);
        const moves = quick ? MOVES[contender.name] / 2 : MOVES[contender.name];
        const moved = await ask<Moved>(contender.part, { moves });
        if (round > 0) contender.rounds.push(moved);
        progress.step();
      }
    }
    for (const contender of measured) {
      progress.now(`one by one: ${contender.name}, ${labelOf(contender.scale)}`);
      contender.each = await ask<Each>(contender.part, { each: MOVES[contender.name] / (quick ? 8 : 4) });
      progress.step();
    }
    return result(measured, differences, rounds);
  } finally {
    await Promise.all(parts.map((part) => part.stop()));
    await redis.stop();
  }
};

/** Slow engines at a million people take longer than a quick run has. */
function contendersAt(scale: number, quick: boolean): { readonly name: Name; readonly scale: number }[] {
  const names: Name[] = ['bare conversion', 'ours'];
  if (scale !== LARGE || !quick) names.push('Map grid', 'greedy graph', 'beamed graph', 'GEOSEARCH');
  if (scale === SMALL) names.push('brute force');
  return names.map((name) => ({ name, scale }));
}

const ask = <Answer>(part: Part, question: Question) => part.ask<Answer>(question);

/**
 * All engines have seen the same moves. The judge looks at everybody where they are few; where they are many, ours, which
 * agreed with it, is compared with. @throws Error where one that should be exact is not.
 */
function compareAnswers(running: readonly Running[]): Map<Running, Difference> {
  const differences = new Map<Running, Difference>();
  for (const contender of running) {
    const judge = running.find(
      ({ name, scale }) => scale === contender.scale && name === (scale === SMALL ? 'brute force' : 'ours'),
    );
    if (!contender.compared || !judge?.compared || contender === judge) continue;
    const difference = differenceOf(
      contender.compared,
      judge.compared,
      contender.name === 'GEOSEARCH' ? GEOSEARCH_TENTHS : 1,
    );
    differences.set(contender, difference);
    if (contender.name.endsWith('graph')) continue;
    const tolerated = contender.name === 'GEOSEARCH' ? 0.02 : 0;
    if (
      difference.missedShare > tolerated ||
      difference.extraShare > tolerated ||
      difference.outlookShare > tolerated
    ) {
      throw new Error(`${contender.name} at ${labelOf(contender.scale)} is wrong: ${JSON.stringify(difference)}`);
    }
  }
  return differences;
}

function differenceOf(mine: Compared, right: Compared, tenths: number): Difference {
  const [found, all] = [new Set(mine.pairs), new Set(right.pairs)];
  const citizensMoves = COMPARED_MOVES / 2;
  return {
    missedShare: right.pairs.filter((pair) => !found.has(pair)).length / all.size,
    extraShare: mine.pairs.filter((pair) => !all.has(pair)).length / all.size,
    outlookShare:
      mine.outlooks.filter((outlook, index) => Math.abs(outlook - (right.outlooks[index] as number)) > tenths).length /
      citizensMoves,
  };
}

function result(
  running: readonly Running[],
  differences: ReadonlyMap<Running, Difference>,
  rounds: number,
): BenchResult {
  const at = (name: Name, scale: number) =>
    running.find((contender) => contender.name === name && contender.scale === scale) as Running;
  const [small, middle, large] = [at('ours', SMALL), at('ours', MIDDLE), at('ours', LARGE)];
  const missed = (name: Name) => rounded((differences.get(at(name, MIDDLE)) as Difference).missedShare);
  return {
    rows: running.map((contender) => ({
      'officers/citizens': labelOf(contender.scale),
      engine: contender.name,
      'updates per CPU s': median(contender.rounds.map(rate)),
      'updates/s': median(contender.rounds.map(({ moves, seconds }) => moves / seconds)),
      'p50 µs': contender.each.p50Microseconds,
      'p99 µs': contender.each.p99Microseconds,
      'bytes/person': contender.placed.bytesPerPerson,
      'pairs missed': percent(differences.get(contender)?.missedShare),
      'next officer wrong': percent(differences.get(contender)?.outlookShare),
    })),
    notes: [
      'An officer moves, a citizen moves: half of the updates each, up to 100 m; pairs begin at 150 m and end at 180 m; a',
      `citizen's update also finds the next officer within 2,150 m. Medians of ${rounds} rounds taken in turn; CPU time is that of`,
      'the process and, for GEOSEARCH, of Redis as well. Of GEOSEARCH a single update waits for one round trip.',
      `Compared after ${COMPARED_MOVES.toLocaleString('en')} equal moves: with brute force at ${labelOf(SMALL)}, with ours at ${labelOf(MIDDLE)}.`,
    ],
    figures: {
      updatesPerSecond1k: Math.round(median(small.rounds.map(rate))),
      updatesPerSecond10k: Math.round(median(middle.rounds.map(rate))),
      updatesPerSecond100k: Math.round(median(large.rounds.map(rate))),
      growth: times(small, large),
      timesGeosearch: times(middle, at('GEOSEARCH', MIDDLE)),
      timesMapGrid: times(middle, at('Map grid', MIDDLE)),
      timesGraph: times(middle, at('greedy graph', MIDDLE)),
      timesBeamedGraph: times(middle, at('beamed graph', MIDDLE)),
      shareOfConversion: times(middle, at('bare conversion', MIDDLE)),
      graphMissedShare: missed('greedy graph'),
      beamedGraphMissedShare: missed('beamed graph'),
      bytesPerEntity: rounded(large.placed.engineBytesPerPerson),
      heapBytesPerEntity: rounded(large.placed.bytesPerPerson),
      p99Microseconds: rounded(middle.each.p99Microseconds),
    },
  };
}

const rate = ({ moves, cpuSeconds }: Moved) => moves / cpuSeconds;

/** The median over rounds, each compared with its neighbour. */
function times(mine: Running, peer: Running): number {
  return rounded(median(mine.rounds.map((round, index) => rate(round) / rate(peer.rounds[index] as Moved))));
}

function labelOf(scale: number): string {
  const { officers, citizens } = SCALES[scale] as Scale;
  return `${officers / 1_000}k/${citizens / 1_000}k`;
}

const percent = (share: number | undefined) => (share === undefined ? '' : `${(100 * share).toFixed(2)} %`);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

const rounded = (value: number) => Number(value.toPrecision(4));
