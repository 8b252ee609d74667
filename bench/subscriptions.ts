/*
 * What one event of a subscription costs the gateway when it is completed with fields of two other subgraphs, over real
 * sockets and HTTP: ours against Hive Gateway. Each gateway has a process of its own, and so have subgraphs and
 * subscribers; what is compared is the gateway's CPU time per result that reached a subscriber, in rounds taken in turn.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Part, startPart, type Usage } from './gateway/process.ts';
import type { Bench, Progress } from './run.ts';
import { FEED, OWN, type Urls } from './subscriptions/graph.ts';
import type { SubgraphsQuestion } from './subscriptions/subgraphs.ts';
import type { SubscriberOrder } from './subscriptions/subscribers.ts';

const OWN_SUBSCRIBERS = 100;
const FEED_SUBSCRIBERS = 500;

interface Contender {
  readonly name: string;
  readonly gateway: Part;
  readonly subgraphs: Part;
  readonly subscribers: Part;
  readonly rounds: Round[];
}

interface Round {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
}

interface Load {
  /** What is told of: by each subscriber alone, or one feed by all. */
  readonly told: 'own' | 'feed';
  readonly subscribers: number;
  /** Results of a round that reach subscribers. */
  readonly results: number;
  readonly rounds: number;
  readonly progress: Progress;
}

const files = { ours: '../subscriptions/ours.ts', 'Hive Gateway': '../subscriptions/hive.ts' };

export const bench: Bench = async ({ quick, progress }) => {
  const rounds = quick ? 3 : 9;
  progress.total(2 * 2 * (rounds + 2));
  const own = await compare({
    told: 'own',
    subscribers: OWN_SUBSCRIBERS,
    results: quick ? 4_000 : 20_000,
    rounds,
    progress,
  });
  const feed = await compare({
    told: 'feed',
    subscribers: FEED_SUBSCRIBERS,
    results: FEED_SUBSCRIBERS * (quick ? 4 : 40),
    rounds,
    progress,
  });
  const row = (told: string) => (contender: Contender) => ({
    told,
    gateway: contender.name,
    'results/s': median(contender.rounds.map(({ perSecond }) => perSecond)),
    'CPU µs/result': cpuOf(contender),
  });
  const [ours, hive] = own as [Contender, Contender];
  const [oursFeed, hiveFeed] = feed as [Contender, Contender];
  return {
    rows: [
      ...own.map(row(`each of ${OWN_SUBSCRIBERS} their own`)),
      ...feed.map(row(`all of ${FEED_SUBSCRIBERS} the same`)),
    ],
    notes: [
      'A result is an event of one subgraph with fields of two others, both asked over HTTP; equal answers. Ours with its limits.',
      `Medians of ${rounds} rounds taken in turn. Hive Gateway plans in Rust and shares no subscription.`,
    ],
    figures: {
      microsecondsPerEvent: round1(cpuOf(ours)),
      hiveMicrosecondsPerEvent: round1(cpuOf(hive)),
      timesHive: times(hive, ours),
      sharedMicrosecondsPerEvent: round1(cpuOf(oursFeed)),
      sharedTimesHive: times(hiveFeed, oursFeed),
    },
  };
};

async function compare(load: Load): Promise<Contender[]> {
  const { rounds, progress, told } = load;
  const contenders: Contender[] = [];
  const parts: Part[] = [];
  const start = async (file: string, argument: unknown) => {
    const part = await startPart(file, argument);
    parts.push(part);
    return part;
  };
  try {
    for (const [name, file] of Object.entries(files)) {
      progress.now(`${name}: ${load.subscribers} subscribers`);
      const subgraphs = await start('../subscriptions/subgraphs.ts', null);
      const gateway = await start(file, await subgraphs.ask<Urls>('urls' satisfies SubgraphsQuestion));
      const subscribers = await start('../subscriptions/subscribers.ts', null);
      const contender = { name, gateway, subgraphs, subscribers, rounds: [] };
      await connect(contender, load);
      contenders.push(contender);
      progress.step();
    }
    await compareAnswers(contenders, load);
    for (let round = 0; round <= rounds; round++) {
      for (const contender of contenders) {
        progress.now(`${told}, ${round === 0 ? 'warming' : `round ${round}:`} ${contender.name}`);
        const result = await measure(contender, load, round);
        if (round > 0) contender.rounds.push(result);
        progress.step();
      }
    }
    return contenders;
  } finally {
    await Promise.all(parts.map((part) => part.stop()));
  }
}

async function connect({ name, gateway, subgraphs, subscribers }: Contender, load: Load): Promise<void> {
  const isOwn = load.told === 'own';
  const query = isOwn ? OWN : FEED;
  await subscribers.ask({ url: gateway.url, connect: load.subscribers, query, isOwn } satisfies SubscriberOrder);
  const streams = isOwn || name !== 'ours' ? load.subscribers : 1;
  await subgraphs.ask({ streams } satisfies SubgraphsQuestion);
}

/** A gateway that is fast and wrong has no figures. */
async function compareAnswers(contenders: readonly Contender[], load: Load): Promise<void> {
  const answers = await Promise.all(
    contenders.map(async (contender) => {
      // The same event for all, so that whichever comes last is the same.
      const text = await deliver(contender, load, load.subscribers, 0, true);
      return (JSON.parse(text) as { payload: unknown }).payload;
    }),
  );
  const [first, ...others] = answers as { data?: unknown; errors?: unknown }[];
  if (!first?.data || first.errors || others.some((other) => !isDeepStrictEqual(other, first))) {
    throw new Error(`The answers differ:\n${answers.map((answer) => JSON.stringify(answer)).join('\n')}`);
  }
}

/** Has so many results told and waits until they have arrived. @returns the last of them. */
async function deliver(
  { subgraphs, subscribers }: Contender,
  { told, subscribers: count }: Load,
  results: number,
  from: number,
  isSame = false,
): Promise<string> {
  const streams = await subgraphs.ask<number>('open' satisfies SubgraphsQuestion);
  const arrived = subscribers.ask<string>({ results } satisfies SubscriberOrder);
  // A stream that is shared tells each event to all; others tell one.
  const tell = told === 'feed' && streams === 1 ? results / count : results;
  await subgraphs.ask({ tell, from, isSame } satisfies SubgraphsQuestion);
  return arrived;
}

async function measure(contender: Contender, load: Load, round: number): Promise<Round> {
  const { gateway } = contender;
  const { results } = load;
  const before = await gateway.ask<Usage>(null);
  const began = performance.now();
  await deliver(contender, load, results, round * results);
  const seconds = (performance.now() - began) / 1000;
  const after = await gateway.ask<Usage>(null);
  return { perSecond: results / seconds, cpuMicroseconds: (after.cpuMicroseconds - before.cpuMicroseconds) / results };
}

const cpuOf = ({ rounds }: Contender) => median(rounds.map(({ cpuMicroseconds }) => cpuMicroseconds));

/** The peer's CPU time by ours: the median over rounds, each with its neighbour. */
function times(peer: Contender, mine: Contender): number {
  return round1(
    median(mine.rounds.map((round, at) => (peer.rounds[at]?.cpuMicroseconds ?? 0) / round.cpuMicroseconds)),
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}
