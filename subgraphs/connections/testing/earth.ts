/*
 * Fronts and workers in one test, over the memory bus: as many workers as wanted, whose coming and going the test decides,
 * and a clock that it moves.
 */
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { ManualClock } from '../../kernel/clock.ts';
import type { Position } from '../../kernel/position.ts';
import type { AlertFeed } from '../proximity/alert-feed.ts';
import { ProximityFront } from '../proximity/front.ts';
import { type Member, openMember } from '../proximity/member.ts';
import type { Membership, Worker } from '../proximity/membership.ts';
import { MemoryProximityBus } from '../proximity/proximity-bus.memory.ts';

export const RADIUS_METERS = 150;
export const TIME_TO_LIVE_SECONDS = 120;

/** The workers of one process, any number of them. */
class Workers implements Membership {
  readonly settleMilliseconds: number;
  workers: readonly Worker[] = [];
  readonly #listeners: (() => void)[] = [];
  #epoch = 0;

  constructor(settleMilliseconds: number) {
    this.settleMilliseconds = settleMilliseconds;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  async join(id: string, took: (worker: Worker) => Promise<void>): Promise<void> {
    const worker = { id, epoch: ++this.#epoch };
    await took(worker);
    this.#change([...this.workers, worker].sort((a, b) => (a.id < b.id ? -1 : 1)));
  }

  leave(id: string): void {
    this.#change(this.workers.filter((worker) => worker.id !== id));
  }

  holds(epoch: number): boolean {
    return this.workers.length === 0 || this.workers.some((worker) => worker.epoch === epoch);
  }

  confirm(epoch: number): Promise<boolean> {
    return Promise.resolve(this.holds(epoch));
  }

  async check(): Promise<void> {}

  async close(): Promise<void> {}

  #change(workers: readonly Worker[]): void {
    this.workers = workers;
    for (const listener of this.#listeners) listener();
  }
}

export interface Earth {
  readonly clock: ManualClock;
  readonly fronts: readonly ProximityFront[];
  /** Accounts whom nobody may meet. */
  readonly apart: Set<string>;
  /** What the database waits for before it answers about an officer. */
  gate: Promise<void>;
  /** An officer with an open window, known to all fronts. */
  officer(): string;
  closeWindow(officerId: string): Promise<void>;
  report(front: ProximityFront, accountId: string, position: Position): ReturnType<ProximityFront['report']>;
  join(id: string): Promise<void>;
  leave(id: string): Promise<void>;
  /** How many people all workers hold. */
  load(): number;
  close(): Promise<void>;
}

export async function openEarth({ workers = 1, fronts = 1, settleMilliseconds = 0 } = {}): Promise<Earth> {
  const clock = new ManualClock({ stands: true });
  const bus = new MemoryProximityBus();
  const membership = new Workers(settleMilliseconds);
  const log = pino({ level: 'silent' });
  const windows = new Map<string, { id: string; closesAt: Date }>();
  const officers = new Set<string>();
  const apart = new Set<string>();
  const members = new Map<string, Member>();
  const sequences = new Map<string, number>();
  const shared = {
    bus,
    membership,
    clock,
    log,
    alertRadiusMeters: RADIUS_METERS,
    timeToLiveSeconds: TIME_TO_LIVE_SECONDS,
  };
  const join = async (id: string) => {
    members.set(id, await openMember({ ...shared, id }));
  };
  const opened = Array.from(
    { length: fronts },
    (_, index) =>
      new ProximityFront({
        ...shared,
        id: `front-${index}`,
        reportsPerMinute: 1_000_000,
        travelMetersPerSecond: 70,
        loadOfficer: async (officerId) => {
          await earth.gate;
          const window = windows.get(officerId);
          return { window: window && window.closesAt > clock.now() ? window : undefined, busyUntil: undefined };
        },
        mayBeFound: () => true,
        mayMeet: (officerId, citizenId) => !apart.has(officerId) && !apart.has(citizenId),
      }),
  );
  for (const front of opened) await front.open();
  for (let index = 0; index < workers; index++) await join(`worker-${index}`);
  const earth: Earth = {
    clock,
    fronts: opened,
    apart,
    gate: Promise.resolve(),
    officer() {
      const id = randomUUID();
      officers.add(id);
      windows.set(id, { id: randomUUID(), closesAt: new Date(clock.now().getTime() + 15 * 60_000) });
      return id;
    },
    async closeWindow(officerId) {
      const window = windows.get(officerId);
      windows.delete(officerId);
      if (window) await opened[0]?.windowClosed(officerId, window);
    },
    report(front, accountId, position) {
      const sequence = (sequences.get(accountId) ?? 0) + 1;
      sequences.set(accountId, sequence);
      const report = { position, sequence, accuracyMeters: 5, measuredAt: undefined };
      return front.report(accountId, officers.has(accountId), report);
    },
    join,
    async leave(id) {
      const member = members.get(id);
      members.delete(id);
      membership.leave(id);
      await member?.close();
    },
    load: () => [...members.values()].reduce((sum, member) => sum + member.load, 0),
    async close() {
      for (const front of opened) await front.close();
      for (const member of members.values()) await member.close();
      await bus.close();
    },
  };
  return earth;
}

/** What a subscription shows, kept up to date from its alerts. */
export class Screen {
  readonly shown = new Set<string>();
  readonly kinds: string[] = [];
  /** Officers told as news. */
  readonly news: string[] = [];
  readonly #feed: AlertFeed;
  readonly #reading: Promise<void>;

  constructor(feed: AlertFeed) {
    this.#feed = feed;
    this.#reading = this.#read();
  }

  async close(): Promise<void> {
    await this.#feed.return();
    await this.#reading;
  }

  async #read(): Promise<void> {
    for await (const { kind, officerId } of this.#feed) {
      this.kinds.push(kind);
      if (kind === 'ENTERED') this.news.push(officerId);
      if (kind === 'LEFT') this.shown.delete(officerId);
      else this.shown.add(officerId);
    }
  }
}
