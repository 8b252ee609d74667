/*
 * Our gateway against a stock @apollo/gateway with Apollo Server: the same supergraph, the same three subgraph processes,
 * the same query over HTTP. Answers are compared first; rounds alternate, so that a noisy machine is noisy for both, and
 * figures are medians over rounds.
 */
import { isDeepStrictEqual } from 'node:util';
import { type BenchSubgraph, benchSubgraphs, query } from './gateway/graph.ts';
import type { LoadOrder, LoadResult } from './gateway/load.ts';
import { type Part, startPart, type Usage } from './gateway/process.ts';
import type { Bench } from './run.ts';

const CLIENTS = 16;

interface Contender {
  readonly name: string;
  readonly gateway: Part;
  readonly path: string;
  readonly rounds: Round[];
}

interface Round extends LoadResult {
  readonly perSecond: number;
  readonly cpuMicrosecondsPerRequest: number;
}

export const bench: Bench = async ({ quick, progress }) => {
  const rounds = quick ? 5 : 10;
  const milliseconds = quick ? 1_500 : 4_000;
  progress.total(2 * (rounds + 1) + 2);
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
    const stock: Contender = { name: 'stock', gateway: await start('stock.ts', urls), path: '/', rounds: [] };
    const ours: Contender = { name: 'ours', gateway: await start('ours.ts', urls), path: '/graphql', rounds: [] };
    progress.step();
    await compareAnswers(ours, stock);
    progress.step();
    for (let round = 0; round <= rounds; round++) {
      for (const contender of [stock, ours]) {
        progress.now(round === 0 ? `warming ${contender.name}` : `round ${round}: ${contender.name}`);
        const result = await measure(contender, load, milliseconds);
        if (round > 0) contender.rounds.push(result);
        progress.step();
      }
    }
    return {
      rows: [stock, ours].map((contender) => ({
        gateway: contender.name,
        'requests/s': medianOf(contender, 'perSecond'),
        'CPU µs/request': medianOf(contender, 'cpuMicrosecondsPerRequest'),
        'p50 ms': medianOf(contender, 'p50Milliseconds'),
        'p99 ms': medianOf(contender, 'p99Milliseconds'),
      })),
      notes: [`One query over three subgraphs, ${CLIENTS} clients; equal answers; medians of ${rounds} rounds.`],
      figures: {
        timesStockHttp: round2(
          median(ours.rounds.map((mine, at) => mine.perSecond / (stock.rounds[at]?.perSecond ?? 0))),
        ),
        timesStockCpu: round2(
          medianOf(stock, 'cpuMicrosecondsPerRequest') / medianOf(ours, 'cpuMicrosecondsPerRequest'),
        ),
        oursPerSecond: Math.round(medianOf(ours, 'perSecond')),
        stockPerSecond: Math.round(medianOf(stock, 'perSecond')),
        oursCpuMicroseconds: Math.round(medianOf(ours, 'cpuMicrosecondsPerRequest')),
        stockCpuMicroseconds: Math.round(medianOf(stock, 'cpuMicrosecondsPerRequest')),
      },
    };
  } finally {
    await Promise.all(parts.map((part) => part.stop()));
  }
};

/** A gateway that is fast and wrong has no figures. */
async function compareAnswers(...contenders: readonly Contender[]): Promise<void> {
  const answers = await Promise.all(
    contenders.map(async ({ gateway, path }) => {
      const response = await fetch(`${gateway.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(query),
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

async function measure({ gateway, path }: Contender, load: Part, milliseconds: number): Promise<Round> {
  const order: LoadOrder = { url: gateway.url, path, clients: CLIENTS, milliseconds };
  const before = await gateway.ask<Usage>(null);
  const result = await load.ask<LoadResult>(order);
  const after = await gateway.ask<Usage>(null);
  return {
    ...result,
    perSecond: result.requests / result.seconds,
    cpuMicrosecondsPerRequest: (after.cpuMicroseconds - before.cpuMicroseconds) / result.requests,
  };
}

function medianOf({ rounds }: Contender, figure: keyof Round): number {
  return median(rounds.map((round) => round[figure]));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
