/* One engine at one scale in a process of its own, so that memory, CPU time and compiled code are its own. */
import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { partArgument, partIsReady } from '../gateway/process.ts';
import { BareConversion } from './bare-conversion.ts';
import { BruteForce } from './brute-force.ts';
import type { Contender } from './contender.ts';
import { Geosearch } from './geosearch.ts';
import { MapGrid } from './map-grid.ts';
import { Ours } from './ours.ts';
import { People, type Scale } from './people.ts';
import { ProximityGraph } from './proximity-graph.ts';

export type Name =
  | 'ours'
  | 'Map grid'
  | 'greedy graph'
  | 'beamed graph'
  | 'GEOSEARCH'
  | 'brute force'
  | 'bare conversion';

export interface PartArgument {
  readonly name: Name;
  readonly scale: Scale;
  /** Of GEOSEARCH. */
  readonly redis?: { readonly url: string; readonly database: number };
}

export type Question =
  /** Places everybody. */
  | { readonly place: true }
  /** Moves so many. */
  | { readonly moves: number }
  /** Moves so many one by one, for the time of each. */
  | { readonly each: number }
  /** Moves so many; says what it found and where everybody's pairs are. */
  | { readonly compare: number };

export interface Placed {
  readonly bytesPerPerson: number;
  /** What the engine itself says. */
  readonly engineBytesPerPerson: number;
}

export interface Moved {
  readonly moves: number;
  readonly seconds: number;
  /** This process' and, if there is one, that of the server behind it. */
  readonly cpuSeconds: number;
}

export interface Each {
  readonly p50Microseconds: number;
  readonly p99Microseconds: number;
}

export interface Compared {
  readonly changes: number;
  /** Officer * number of citizens + citizen, ascending. */
  readonly pairs: readonly number[];
  /** Of each citizen that moved, in tenths of a meter. */
  readonly outlooks: readonly number[];
}

/** Wide enough to miss few. */
const BEAM = 16;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const { name, scale, redis } = partArgument<PartArgument>();
const people = new People(scale);
const first = people.first();
const before = memory();
const contender = await open();
const otherBytesBefore = (await contender.otherBytes?.()) ?? 0;

partIsReady(undefined, async (question: Question) => {
  if ('place' in question) return place();
  if ('moves' in question) return move(question.moves);
  if ('each' in question) return moveEach(question.each);
  return compare(question.compare);
});

async function open(): Promise<Contender> {
  if (name === 'GEOSEARCH') return Geosearch.open(redis?.url ?? '', redis?.database ?? 0);
  if (name === 'Map grid') return new MapGrid();
  if (name === 'greedy graph') return new ProximityGraph(scale, 1);
  if (name === 'beamed graph') return new ProximityGraph(scale, BEAM);
  if (name === 'brute force') return new BruteForce(scale);
  if (name === 'bare conversion') return new BareConversion(scale);
  return new Ours(scale);
}

async function place(): Promise<Placed> {
  if (contender.place) await contender.place(first);
  else await contender.apply(first, 0, first.count);
  const other = ((await contender.otherBytes?.()) ?? 0) - otherBytesBefore;
  const engineBytesPerPerson = (contender.byteLength ?? 0) / first.count;
  return { bytesPerPerson: (memory() - before + other) / first.count, engineBytesPerPerson };
}

async function move(count: number): Promise<Moved> {
  const moves = people.next(count);
  const other = (await contender.otherCpuMicroseconds?.()) ?? 0;
  const cpu = process.cpuUsage();
  const began = performance.now();
  await contender.apply(moves, 0, count);
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const behind = ((await contender.otherCpuMicroseconds?.()) ?? 0) - other;
  return { moves: count, seconds, cpuSeconds: (user + system + behind) / 1e6 };
}

async function moveEach(count: number): Promise<Each> {
  const moves = people.next(count);
  const times = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    const began = performance.now();
    const done = contender.apply(moves, index, index + 1);
    // An answer that is there is not waited for.
    if (done) await done;
    times[index] = performance.now() - began;
  }
  times.sort();
  const at = (share: number) => 1_000 * (times[Math.floor(share * count)] as number);
  return { p50Microseconds: at(0.5), p99Microseconds: at(0.99) };
}

async function compare(count: number): Promise<Compared> {
  const moves = people.next(count);
  const outlooks = new Float64Array(count);
  await contender.apply(moves, 0, count, outlooks);
  const pairs = Array.from(contender.pairs(), ([officer, citizen]) => officer * scale.citizens + citizen);
  return {
    changes: contender.changes,
    pairs: pairs.sort((one, other) => one - other),
    outlooks: Array.from(outlooks, (meters) => Math.round(10 * meters)),
  };
}

function memory(): number {
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
