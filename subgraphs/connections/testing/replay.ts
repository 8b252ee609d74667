/*
 * Replays real motion through fronts and workers that are processes of their own, and holds what citizens are told
 * against brute force, step by step: how long a pair that is surely in range goes untold, what is told twice, what is
 * left behind.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { systemClock } from '../../kernel/clock.ts';
import { distanceMeters, type Position } from '../../kernel/position.ts';
import type { Order, ProcessOptions, Word } from './proximity-process.ts';

const ROOT = join(import.meta.dirname, '../../..');
const TRACE = join(ROOT, 'clients/simulator/traces/austin_bus_2017-03-21_0730-0830.csv.gz');

export const STEP_MILLISECONDS = 500;
/** So much faster than the buses did: at most some 200 km/h. */
const SPEED = 4;
const ALERT_RADIUS_METERS = 1_500;

interface Fix {
  readonly at: number;
  readonly position: Position;
}

/** The vehicles of the trace with many fixes, each with its fixes in order of time. */
function readVehicles(): Fix[][] {
  const [header = '', ...lines] = gunzipSync(readFileSync(TRACE)).toString().trim().split('\n');
  const columns = header.trim().split(',');
  const [vehicle, timestamp, latitude, longitude] = ['vehicle_id', 'timestamp', 'latitude', 'longitude'].map((name) =>
    columns.indexOf(name),
  ) as [number, number, number, number];
  const vehicles = new Map<string, Fix[]>();
  for (const line of lines) {
    const cells = line.trim().split(',');
    const position = { latitude: Number(cells[latitude]), longitude: Number(cells[longitude]) };
    const fixes = vehicles.get(cells[vehicle] ?? '') ?? [];
    vehicles.set(cells[vehicle] ?? '', fixes);
    fixes.push({ at: Date.parse(cells[timestamp] ?? ''), position });
  }
  return [...vehicles.values()].filter((fixes) => fixes.length > 20);
}

/** Where a vehicle is, on the straight line between two fixes. */
function placeAt(fixes: readonly Fix[], at: number): Position {
  const after = fixes.findIndex((fix) => fix.at >= at);
  const [next, last] = [fixes[Math.max(1, after)] as Fix, fixes[Math.max(1, after) - 1] as Fix];
  if (after === -1) return (fixes.at(-1) as Fix).position;
  const share = Math.min(1, Math.max(0, (at - last.at) / Math.max(1, next.at - last.at)));
  const between = (from: number, to: number) => from + (to - from) * share;
  return {
    latitude: between(last.position.latitude, next.position.latitude),
    longitude: between(last.position.longitude, next.position.longitude),
  };
}

interface Person {
  readonly id: string;
  readonly fixes: readonly Fix[];
  readonly window: { readonly id: string; readonly closesAt: number } | undefined;
  readonly front: string;
  sequence: number;
  position: Position;
}

/** What one pair has gone through. */
interface Pair {
  isInRange: boolean;
  /** Since when it has surely been in range, by what was reported, and not been shown. */
  untoldSince: number | undefined;
  isShown: boolean;
  news: number;
}

export interface Findings {
  /** The longest that a pair which was surely in range was not shown, in milliseconds. */
  readonly longestUntoldMilliseconds: number;
  readonly pairsTold: number;
  readonly toldTwice: number;
  /** Pairs shown at the end that are surely out of range. */
  readonly wrongAtEnd: number;
  /** The longest times untold, for whoever looks for a cause. */
  readonly worst: readonly string[];
}

export class Replay {
  readonly #urls: readonly string[];
  readonly #timeToLiveSeconds: number;
  readonly #children = new Map<string, ChildProcess>();
  readonly #people: Person[] = [];
  readonly #pairs = new Map<string, Pair>();
  readonly #start: number;
  #steps = 0;
  #untold: { readonly milliseconds: number; readonly step: number; readonly pair: string }[] = [];

  /** @param urls of Redis. */
  constructor(urls: readonly string[], { people, timeToLiveSeconds }: { people: number; timeToLiveSeconds: number }) {
    this.#urls = urls;
    this.#timeToLiveSeconds = timeToLiveSeconds;
    const vehicles = readVehicles().slice(0, people);
    this.#start = Math.max(...vehicles.map((fixes) => fixes[0]?.at ?? 0));
    const closesAt = systemClock.now().getTime() + 15 * 60_000;
    vehicles.forEach((fixes, index) => {
      const isOfficer = index % 2 === 0;
      this.#people.push({
        id: randomUUID(),
        fixes,
        window: isOfficer ? { id: randomUUID(), closesAt } : undefined,
        front: index % 4 < 2 ? 'front-a' : 'front-b',
        sequence: 0,
        position: placeAt(fixes, this.#start),
      });
    });
  }

  /** Starts a process; resolves when it takes part. */
  async start(role: 'front' | 'worker', id: string): Promise<void> {
    const options: ProcessOptions = {
      role,
      id,
      redisUrls: this.#urls,
      alertRadiusMeters: ALERT_RADIUS_METERS,
      timeToLiveSeconds: this.#timeToLiveSeconds,
    };
    const child = fork(join(import.meta.dirname, 'proximity-process.ts'), [JSON.stringify(options)], {
      cwd: ROOT,
      execArgv: ['--import', './subgraphs/kernel/typescript.js'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#children.set(id, child);
    const ready = new Promise<void>((resolve) => {
      child.on('message', (word: Word) => {
        if (word.kind === 'ready') resolve();
        if (word.kind === 'alert') this.#told(word);
      });
    });
    await Promise.race([ready, once(child, 'exit').then(() => Promise.reject(new Error(`${id} ended at its start`)))]);
  }

  /** Ends the worker that owns the most people, as a power cut would. @returns how many those were. */
  async killBusiest(): Promise<number> {
    const { id, people } = await this.busiest();
    await this.kill(id);
    return people;
  }

  /** Ends a process as a power cut would. */
  async kill(id: string): Promise<void> {
    const child = this.#children.get(id);
    this.#children.delete(id);
    child?.kill('SIGKILL');
    if (child) await once(child, 'exit');
  }

  /** Opens the subscriptions of all citizens. */
  listen(): void {
    for (const { id, window, front } of this.#people)
      if (!window) this.#order(front, { kind: 'listen', citizenId: id });
  }

  /** Everybody moves and reports, so many times, every STEP_MILLISECONDS. */
  async run(steps: number): Promise<void> {
    for (let step = 0; step < steps; step++) {
      const begun = systemClock.now().getTime();
      this.#check(begun);
      this.#steps++;
      const at = this.#start + this.#steps * STEP_MILLISECONDS * SPEED;
      for (const person of this.#people) {
        person.position = placeAt(person.fixes, at);
        const { id: accountId, window, position } = person;
        this.#order(person.front, { kind: 'report', accountId, window, position, sequence: ++person.sequence });
      }
      this.#seen(begun);
      await new Promise<void>((resolve) => void systemClock.at(new Date(begun + STEP_MILLISECONDS), resolve));
    }
    this.#check(systemClock.now().getTime());
  }

  /** How many positions all processes hold. */
  async load(): Promise<number> {
    return (await this.#loads()).reduce((sum, [, people]) => sum + people, 0);
  }

  /** The worker that owns the most people, and how many. */
  async busiest(): Promise<{ readonly id: string; readonly people: number }> {
    const workers = (await this.#loads()).filter(([id]) => id.startsWith('worker'));
    const [id, people] = workers.sort(([, one], [, other]) => other - one)[0] ?? ['', 0];
    return { id, people };
  }

  #loads(): Promise<[id: string, people: number][]> {
    const loads = [...this.#children].map(async ([id, child]): Promise<[string, number]> => {
      const answer = new Promise<number>((resolve) => {
        const listen = (word: Word) => {
          if (word.kind !== 'load') return;
          child.off('message', listen);
          resolve(word.people);
        };
        child.on('message', listen);
      });
      child.send({ kind: 'load' } satisfies Order);
      return [id, await answer];
    });
    return Promise.all(loads);
  }

  async close(): Promise<void> {
    for (const child of this.#children.values()) {
      const exited = once(child, 'exit');
      child.send({ kind: 'stop' } satisfies Order);
      await exited;
    }
    this.#children.clear();
  }

  findings(): Findings {
    const pairs = [...this.#pairs.values()];
    const worst = this.#untold.toSorted((a, b) => b.milliseconds - a.milliseconds).slice(0, 5);
    return {
      longestUntoldMilliseconds: worst[0]?.milliseconds ?? 0,
      pairsTold: pairs.filter(({ news }) => news > 0).length,
      toldTwice: pairs.filter(({ news }) => news > 1).length,
      wrongAtEnd: this.#wrong().length,
      worst: worst.map(({ milliseconds, step, pair }) => `${milliseconds} ms until step ${step}: ${pair}`),
    };
  }

  #order(front: string, order: Order): void {
    this.#children.get(front)?.send(order);
  }

  #pairOf(officerId: string, citizenId: string): Pair {
    const key = `${officerId} ${citizenId}`;
    const pair = this.#pairs.get(key) ?? { isInRange: false, untoldSince: undefined, isShown: false, news: 0 };
    this.#pairs.set(key, pair);
    return pair;
  }

  #told({ officerId, citizenId, state }: Extract<Word, { kind: 'alert' }>): void {
    const pair = this.#pairOf(officerId, citizenId);
    if (state === 'ENTERED') pair.news++;
    pair.isShown = state !== 'LEFT';
    const now = systemClock.now().getTime();
    if (pair.isShown) this.#count(pair, now, `${officerId} ${citizenId}`);
    pair.untoldSince = pair.isShown || !pair.isInRange ? undefined : now;
  }

  /** What is in range from this report on has to be told; what has left it may be. */
  #seen(now: number): void {
    for (const [officer, citizen] of this.#couples()) {
      const pair = this.#pairOf(officer.id, citizen.id);
      pair.isInRange = distanceMeters(officer.position, citizen.position) <= ALERT_RADIUS_METERS;
      if (!pair.isInRange || pair.isShown) pair.untoldSince = undefined;
      else pair.untoldSince ??= now;
    }
  }

  /** A pair that is still untold counts with the time so far. */
  #check(now: number): void {
    for (const [key, pair] of this.#pairs) this.#count(pair, now, key);
  }

  #count({ untoldSince }: Pair, now: number, pair: string): void {
    if (untoldSince !== undefined) this.#untold.push({ milliseconds: now - untoldSince, step: this.#steps, pair });
  }

  #wrong(): string[] {
    // The officer's cell, twice, and the hysteresis beyond the reach.
    const surelyOut = (ALERT_RADIUS_METERS + 120) * 1.2 + 120;
    return this.#couples()
      .filter(([officer, citizen]) => {
        const meters = distanceMeters(officer.position, citizen.position);
        return this.#pairOf(officer.id, citizen.id).isShown && meters > surelyOut;
      })
      .map(([officer, citizen]) => `${officer.id} ${citizen.id}`);
  }

  #couples(): [Person, Person][] {
    const officers = this.#people.filter(({ window }) => window);
    const citizens = this.#people.filter(({ window }) => !window);
    return officers.flatMap((officer) => citizens.map((citizen): [Person, Person] => [officer, citizen]));
  }
}
