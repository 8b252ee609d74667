/*
 * Gateways over the same supergraph and the same three subgraph processes: a stock @apollo/gateway with Apollo Server, Hive
 * Gateway with its planner in Rust, ours, and ours with the subgraphs in its own process; beside them the same answers
 * without any GraphQL, as the floor of the last. Answers are compared first; rounds alternate, so that a noisy machine is
 * noisy for all. Figures are ratios of CPU time a request, of the gateway's process: what one core serves.
 */
import { isDeepStrictEqual } from 'node:util';
import { type BenchSubgraph, benchSubgraphs, type QueryName, queries } from './gateway/graph.ts';
import type { LoadOrder, LoadResult } from './gateway/load.ts';
import { type Part, startPart, type Usage } from './gateway/process.ts';
import type { Bench } from './run.ts';

const CLIENTS = 16;
const QUERIES: readonly QueryName[] = ['heavy', 'light'];

const CONTENDERS = {
  stock: { file: 'stock.ts', path: '/', name: '@apollo/gateway' },
  hive: { file: 'hive.ts', path: '/graphql', name: 'Hive Gateway, Rust planner' },
  ours: { file: 'ours.ts', path: '/graphql', name: 'ours over HTTP' },
  local: { file: 'ours-local.ts', path: '/graphql', name: 'ours in one process' },
  hand: { file: 'by-hand.ts', path: '/graphql', name: 'by hand, without GraphQL' },
} as const;
type Contender = keyof typeof CONTENDERS;
const contenders = Object.keys(CONTENDERS) as Contender[];

interface Round extends LoadResult {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
}

type Rounds = Record<Contender, Record<QueryName, Round[]>>;

export const bench: Bench = async ({ quick, progress }) => {
  const rounds = quick ? 4 : 10;
  const milliseconds = quick ? 600 : 3_000;
  progress.total(contenders.length * QUERIES.length * (rounds + 1) + 2);
  const parts: Part[] = [];
  const start = async (file: string, argument: unknown) => {
    const part = await startPart(file, argument);
    parts.push(part);
    return part;
  };
  try {
    progress.now('starting subgraphs and gateways');
    const urls: Partial<Record<BenchSubgraph, string>> = {};
    for (const name of benchSubgraphs) urls[name] = (await start('subgraph.ts', name)).url;
    const load = await start('load.ts', null);
    const gateways = {} as Record<Contender, Part>;
    for (const contender of contenders) gateways[contender] = await start(CONTENDERS[contender].file, urls);
    progress.step();
    for (const query of QUERIES) await compareAnswers(gateways, query);
    progress.step();
    const measured = Object.fromEntries(contenders.map((each) => [each, { heavy: [], light: [] }])) as never as Rounds;
    for (let round = 0; round <= rounds; round++) {
      for (const query of QUERIES) {
        for (const contender of contenders) {
          progress.now(`${round === 0 ? 'warming' : `round ${round}`}: ${query}, ${CONTENDERS[contender].name}`);
          const result = await measure(contender, gateways[contender], query, load, milliseconds);
          if (round > 0) measured[contender][query].push(result);
          progress.step();
        }
      }
    }
    return {
      rows: QUERIES.flatMap((query) =>
        contenders.map((contender) => ({
          query,
          gateway: CONTENDERS[contender].name,
          'CPU µs/request': medianOf(measured[contender][query], 'cpuMicroseconds'),
          'requests/CPU s': 1e6 / medianOf(measured[contender][query], 'cpuMicroseconds'),
          'requests/s': medianOf(measured[contender][query], 'perSecond'),
          'p50 ms': medianOf(measured[contender][query], 'p50Milliseconds'),
          'p99 ms': medianOf(measured[contender][query], 'p99Milliseconds'),
        })),
      ),
      notes: [
        `Heavy: lists over three subgraphs, five fetches; light: one fetch. ${CLIENTS} clients; equal answers; medians of ${rounds} rounds.`,
        'Ratios compare CPU time of the gateway process. In one process what the subgraphs do is counted too.',
        'By hand: the resolvers called from a bare server, with nothing checked, planned or protected; no gateway, but its floor.',
      ],
      figures: {
        timesStockHttp: times(measured.stock.heavy, measured.ours.heavy),
        timesHiveHttp: times(measured.hive.heavy, measured.ours.heavy),
        timesStockOneProcess: times(measured.stock.heavy, measured.local.heavy),
        lightTimesStockHttp: times(measured.stock.light, measured.ours.light),
        lightTimesHiveHttp: times(measured.hive.light, measured.ours.light),
        lightTimesStockOneProcess: times(measured.stock.light, measured.local.light),
        byHandTimesStock: times(measured.stock.heavy, measured.hand.heavy),
        heavyCpuMicroseconds: round1(medianOf(measured.ours.heavy, 'cpuMicroseconds')),
        lightCpuMicroseconds: round1(medianOf(measured.ours.light, 'cpuMicroseconds')),
        heavyOneProcessCpuMicroseconds: round1(medianOf(measured.local.heavy, 'cpuMicroseconds')),
        lightOneProcessCpuMicroseconds: round1(medianOf(measured.local.light, 'cpuMicroseconds')),
      },
    };
  } finally {
    await Promise.all(parts.map((part) => part.stop()));
  }
};

/** A gateway that is fast and wrong has no figures. */
async function compareAnswers(gateways: Record<Contender, Part>, query: QueryName): Promise<void> {
  const answers = await Promise.all(
    contenders.map(async (contender) => {
      const response = await fetch(`${gateways[contender].url}${CONTENDERS[contender].path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(queries[query]),
      });
      return (await response.json()) as { data?: unknown; errors?: unknown };
    }),
  );
  const [first, ...others] = answers;
  if (!first?.data || first.errors || others.some((other) => !isDeepStrictEqual(other, first))) {
    throw new Error(
      `The answers differ:\n${answers.map((answer) => JSON.stringify(answer).slice(0, 2_000)).join('\n')}`,
    );
  }
}

async function measure(
  contender: Contender,
  gateway: Part,
  query: QueryName,
  load: Part,
  milliseconds: number,
): Promise<Round> {
  const { path } = CONTENDERS[contender];
  const order: LoadOrder = { url: gateway.url, path, query, clients: CLIENTS, milliseconds };
  const before = await gateway.ask<Usage>(null);
  const result = await load.ask<LoadResult>(order);
  const after = await gateway.ask<Usage>(null);
  return {
    ...result,
    perSecond: result.requests / result.seconds,
    cpuMicroseconds: (after.cpuMicroseconds - before.cpuMicroseconds) / result.requests,
  };
}

/** How many requests `ours` serves for one of the peer's: the median over rounds, each with its neighbour. */
function times(peer: readonly Round[], ours: readonly Round[]): number {
  return round1(median(peer.map((round, at) => round.cpuMicroseconds / (ours[at] as Round).cpuMicroseconds)));
}

function medianOf(rounds: readonly Round[], figure: keyof Round): number {
  return median(rounds.map((round) => round[figure]));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

const round1 = (value: number) => Math.round(value * 10) / 10;
