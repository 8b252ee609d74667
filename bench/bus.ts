/*
 * Reports from two fronts through a real Redis to the worker that owns the place, and alerts back: the classes of the
 * connections subgraph, a process each, two cores for all of them and Redis. Against: a command a report, GEOSEARCH on
 * each report, and full frames of nothing as the limit. What arrived is counted at the worker.
 */
import { Redis } from 'ioredis';
import { startRedisServer } from '../subgraphs/kernel/testing/servers.ts';
import type { Order, Seen, Sent } from './bus/front.ts';
import { BARE_FRAME_BYTES } from './bus/settings.ts';
import type { WorkerUsage } from './bus/worker.ts';
import { type Part, startPart } from './gateway/process.ts';
import type { Bench, BenchResult } from './run.ts';

const FRONTS = 2;
const PROBES = 100;
/** What has not arrived for so long is lost. */
const QUIET_MILLISECONDS = 200;
/** Of reports as frames carry them: 54 bytes a citizen's, 78 an officer's, half of each. */
const REPORT_BYTES = 66;

const WAYS = ['reports', 'unbatched', 'geosearch', 'bare'] as const;
type Way = (typeof WAYS)[number];
const NAMES: Readonly<Record<Way, string>> = {
  reports: 'ours',
  unbatched: 'a command a report',
  geosearch: 'GEOSEARCH',
  bare: 'bare frames (limit)',
};

interface Round {
  readonly updates: number;
  readonly lost: number;
  readonly seconds: number;
  readonly frontCpuSeconds: number;
  readonly workerCpuSeconds: number;
  readonly redisCpuSeconds: number;
}

interface System {
  readonly fronts: readonly Part[];
  readonly worker: Part;
  readonly redis: Redis;
}

export const bench: Bench = async ({ quick, progress }) => {
  const rounds = quick ? 3 : 9;
  const milliseconds = quick ? 1_000 : 4_000;
  progress.total(2 + WAYS.length * (rounds + 1) + 1);
  const server = await startRedisServer({ persistent: false });
  const redis = new Redis(server.url);
  const parts: Part[] = [];
  const start = async (file: string, argument: unknown) => {
    const part = await startPart(`../bus/${file}`, argument);
    parts.push(part);
    return part;
  };
  try {
    progress.now('starting');
    const worker = await start('worker.ts', { url: server.url });
    const fronts = await Promise.all(
      Array.from({ length: FRONTS }, (_, front) => start('front.ts', { url: server.url, number: front + 1 })),
    );
    progress.step();
    progress.now('everybody reports and listens');
    await Promise.all(fronts.map((front) => ask<Sent>(front, { kind: 'begin' })));
    progress.step();
    const system: System = { fronts, worker, redis };
    const results: Record<Way, Round[]> = { reports: [], unbatched: [], geosearch: [], bare: [] };
    for (let round = 0; round <= rounds; round++) {
      for (const way of WAYS) {
        progress.now(`${round === 0 ? 'warming' : `round ${round}`}: ${NAMES[way]}`);
        const measured = await measure(system, way, round === 0 ? 500 : milliseconds);
        if (round > 0) results[way].push(measured);
        progress.step();
      }
    }
    progress.now('alerts at a quarter of the load');
    const perSecond = median(results.reports.map(rate)) / 4;
    const alerts = await measureAlerts(fronts as [Part, Part], perSecond, quick ? 4_000 : 15_000);
    progress.step();
    return result(results, alerts, rounds);
  } finally {
    redis.disconnect();
    await Promise.all(parts.map((part) => part.stop()));
    await server.stop();
  }
};

const ask = <Answer>(front: Part, order: Order) => front.ask<Answer>(order);

async function measure({ fronts, worker, redis }: System, way: Way, milliseconds: number): Promise<Round> {
  const [before, redisBefore] = [await worker.ask<WorkerUsage>(null), await redisCpuSeconds(redis)];
  const began = performance.now();
  const sent = await Promise.all(fronts.map((front) => ask<Sent>(front, { kind: way, milliseconds })));
  const total = (key: keyof Sent) => sent.reduce((sum, front) => sum + front[key], 0);
  const wanted = way === 'bare' ? (total('sent') * BARE_FRAME_BYTES) / REPORT_BYTES : total('sent');
  const arrivedOf = ({ taken, bareBytes }: WorkerUsage) => {
    // Redis has answered each search.
    if (way === 'geosearch') return wanted;
    return way === 'bare' ? (bareBytes - before.bareBytes) / REPORT_BYTES : taken - before.taken;
  };
  const after = await settled(worker, (usage) => arrivedOf(usage) >= wanted);
  return {
    updates: arrivedOf(after),
    lost: Math.round(wanted - arrivedOf(after)),
    seconds: (performance.now() - began) / 1_000,
    frontCpuSeconds: total('cpuMicroseconds') / 1e6,
    workerCpuSeconds: (after.cpuMicroseconds - before.cpuMicroseconds) / 1e6,
    redisCpuSeconds: (await redisCpuSeconds(redis)) - redisBefore,
  };
}

/** When all has arrived, or nothing more does. */
async function settled(worker: Part, isAll: (usage: WorkerUsage) => boolean): Promise<WorkerUsage> {
  let usage = await worker.ask<WorkerUsage>(null);
  for (let last = -1; !isAll(usage) && last !== usage.taken + usage.bareBytes; ) {
    last = usage.taken + usage.bareBytes;
    await new Promise((resolve) => setTimeout(resolve, QUIET_MILLISECONDS));
    usage = await worker.ask<WorkerUsage>(null);
  }
  return usage;
}

async function redisCpuSeconds(redis: Redis): Promise<number> {
  const text = await redis.info('cpu');
  const seconds = (name: string) => Number(text.match(new RegExp(`^${name}:([\\d.]+)`, 'm'))?.[1]);
  return seconds('used_cpu_user') + seconds('used_cpu_sys');
}

interface Alerts {
  /** Ascending, milliseconds from the officer's report at one front to the alert at the other. */
  readonly latencies: readonly number[];
  readonly lost: number;
  readonly perSecond: number;
}

async function measureAlerts([one, other]: [Part, Part], perSecond: number, milliseconds: number): Promise<Alerts> {
  await ask(other, { kind: 'listen', probes: PROBES });
  const load = { probes: PROBES, perSecond: perSecond / FRONTS };
  const [went, came] = await Promise.all([
    ask<Seen>(one, { kind: 'visit', milliseconds, ...load }),
    ask<Seen>(other, { kind: 'alerted', milliseconds: milliseconds + 1_000, ...load }),
  ]);
  const latencies: number[] = [];
  let lost = 0;
  went.instants.forEach((visits, probe) => {
    const told = came.instants[probe] ?? [];
    lost += Math.abs(visits.length - told.length);
    // What was lost cannot be told from what came late.
    if (visits.length === told.length) latencies.push(...visits.map((at, turn) => (told[turn] as number) - at));
  });
  const sentPerSecond = went.sent / went.seconds + came.sent / came.seconds;
  return { latencies: latencies.sort((a, b) => a - b), lost, perSecond: sentPerSecond };
}

const rate = ({ updates, seconds }: Round) => updates / seconds;
const cpuSeconds = (round: Round) => round.frontCpuSeconds + round.workerCpuSeconds + round.redisCpuSeconds;
/** As if both cores of the machine were its own. */
const ratePerTwoCores = (round: Round) => (2 * round.updates) / cpuSeconds(round);

function result(results: Record<Way, Round[]>, alerts: Alerts, rounds: number): BenchResult {
  const of = (way: Way, figure: (round: Round) => number) => median(results[way].map(figure));
  const ours = of('reports', rate);
  const latency = (share: number) => alerts.latencies[Math.floor(share * alerts.latencies.length)] ?? Number.NaN;
  const micros = (way: Way, key: 'frontCpuSeconds' | 'workerCpuSeconds' | 'redisCpuSeconds') =>
    of(way, (round) => (1e6 * round[key]) / round.updates);
  return {
    rows: WAYS.map((way) => ({
      way: NAMES[way],
      'updates/s': of(way, rate),
      'per 2 CPU s': of(way, ratePerTwoCores),
      'front µs': micros(way, 'frontCpuSeconds'),
      'worker µs': micros(way, 'workerCpuSeconds'),
      'redis µs': micros(way, 'redisCpuSeconds'),
      lost: results[way].reduce((sum, round) => sum + round.lost, 0),
    })),
    notes: [
      `${FRONTS} fronts, a worker and Redis on the cores of one machine; medians of ${rounds} rounds taken in turn. Ours waits for the`,
      'answer of each report; a command a report wants none; the limit is bytes of as many reports. CPU time per update.',
      `Alerts across fronts at ${Math.round(alerts.perSecond).toLocaleString('en')} updates/s: p50 ${latency(0.5).toFixed(1)} ms, p99 ${latency(0.99).toFixed(1)} ms, of ${alerts.latencies.length}; ${alerts.lost} lost.`,
    ],
    figures: {
      updatesPerSecond: Math.round(ours),
      updatesPerTwoCpuSeconds: Math.round(of('reports', ratePerTwoCores)),
      updatesLost: results.reports.reduce((sum, round) => sum + round.lost, 0),
      alertP50Milliseconds: rounded(latency(0.5)),
      alertP99Milliseconds: rounded(latency(0.99)),
      alertsLost: alerts.lost,
      timesUnbatched: times(results, 'unbatched'),
      timesGeosearch: times(results, 'geosearch'),
      shareOfBareFrames: times(results, 'bare'),
      frontCpuMicroseconds: rounded(micros('reports', 'frontCpuSeconds')),
      workerCpuMicroseconds: rounded(micros('reports', 'workerCpuSeconds')),
      redisCpuMicroseconds: rounded(micros('reports', 'redisCpuSeconds')),
    },
  };
}

/** Ours over a peer's, by CPU time: the median over rounds, each with its neighbour. */
function times(results: Record<Way, Round[]>, way: Way): number {
  return rounded(
    median(
      results.reports.map((round, index) => ratePerTwoCores(round) / ratePerTwoCores(results[way][index] as Round)),
    ),
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

const rounded = (value: number) => Number(value.toPrecision(4));
