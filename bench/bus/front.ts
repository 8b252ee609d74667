/*
 * A front of this benchmark, with the phones that it serves: as the connections subgraph opens it, over a real Redis. Every
 * citizen listens for alerts. It sends by its peers' ways as well: a command a report, GEOSEARCH, and frames of nothing.
 */
import 'reflect-metadata';
import { EventEmitter, once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import type { ReportAnswer } from '../../subgraphs/connections/proximity/asking.ts';
import { FrameWriter } from '../../subgraphs/connections/proximity/frames.ts';
import { ProximityFront } from '../../subgraphs/connections/proximity/front.ts';
import { RedisMembership } from '../../subgraphs/connections/proximity/membership.redis.ts';
import { frontAddress, workerAddress } from '../../subgraphs/connections/proximity/membership.ts';
import { RedisProximityBus } from '../../subgraphs/connections/proximity/proximity-bus.redis.ts';
import { systemClock } from '../../subgraphs/kernel/clock.ts';
import { partArgument, partIsReady } from '../gateway/process.ts';
import { Geosearch } from '../proximity/geosearch.ts';
import { People } from '../proximity/people.ts';
import { idOf, PHONES, Phones, WINDOW_MILLISECONDS } from './phones.ts';
import {
  BARE_CHANNEL,
  BARE_FRAME_BYTES,
  echoChannel,
  PROXIMITY,
  sharedMilliseconds,
  type Usage,
  usage,
} from './settings.ts';

export type Order =
  /** Everybody reports once, and every citizen listens. */
  | { readonly kind: 'begin' }
  /** Reports as fast as they are taken in, for so long. */
  | { readonly kind: 'reports'; readonly milliseconds: number }
  /** A command a report, as fast as Redis takes them. */
  | { readonly kind: 'unbatched'; readonly milliseconds: number }
  | { readonly kind: 'geosearch'; readonly milliseconds: number }
  | { readonly kind: 'bare'; readonly milliseconds: number }
  /** Citizens listen, each in a lonely place. */
  | { readonly kind: 'listen'; readonly probes: number }
  /** Says when each of them was alerted, after a time with load. */
  | { readonly kind: 'alerted'; readonly milliseconds: number; readonly perSecond: number }
  /** Officers come and go there, with load beside; says when each did. */
  | { readonly kind: 'visit'; readonly probes: number; readonly milliseconds: number; readonly perSecond: number };

export interface Sent extends Usage {
  /** Updates, or frames. */
  readonly sent: number;
  /** Answered as taken in; those that were not wanted an answer of are not counted. */
  readonly taken: number;
  readonly seconds: number;
}

export interface Seen extends Sent {
  /** Probe -> instants of what happened to it, on the shared clock. */
  readonly instants: readonly (readonly number[])[];
}

const REPORTS_A_TURN = 128;
/** More are not under way at once. */
const UNDER_WAY = 8_000;
const COMMANDS_UNDER_WAY = 2_000;
const FRAMES_UNDER_WAY = 16;
const PACE_MILLISECONDS = 2;
const VISIT_MILLISECONDS = 3;

const { url, number } = partArgument<{ readonly url: string; readonly number: number }>();
const log = pino({ level: 'warn' }, process.stderr);
const clock = systemClock;
const bus = await RedisProximityBus.connect({ urls: [url], log });
const membership = await RedisMembership.connect({ urls: [url], clock, log });
const phones = new Phones(number);
const id = idOf(number, 0, 0);
const front = new ProximityFront({
  ...PROXIMITY,
  id,
  bus,
  membership,
  clock,
  log,
  reportsPerMinute: 1e9,
  travelMetersPerSecond: 1e9,
  loadOfficer: async (officerId) => ({
    window: { id: officerId, closesAt: new Date(Date.now() + WINDOW_MILLISECONDS) },
    busyUntil: undefined,
  }),
  mayBeFound: () => true,
  mayMeet: () => true,
});
await front.open();
const redis = new Redis(url);
/** Of each citizen who listens in a lonely place. */
const alerts: number[][] = [];
/** Whom GEOSEARCH moves: phones that jumped meanwhile would not be believed. */
const travellers = new People(PHONES, number);
const geosearch = await Geosearch.open(url, number);

partIsReady(undefined, (order: Order) => {
  if (order.kind === 'begin') return begin();
  if (order.kind === 'reports') return sendReports(order.milliseconds);
  if (order.kind === 'unbatched') return sendUnbatched(order.milliseconds);
  if (order.kind === 'geosearch') return searchGeo(order.milliseconds);
  if (order.kind === 'bare') return sendBare(order.milliseconds);
  if (order.kind === 'listen') return listen(order.probes);
  if (order.kind === 'alerted') return alerted(order.milliseconds, order.perSecond);
  return visit(order.probes, order.milliseconds, order.perSecond);
});

/** Keeps count of what is under way, so that no more is begun than can be ended. */
class UnderWay {
  readonly #most: number;
  readonly #emitter = new EventEmitter();
  count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  ended(): void {
    if (--this.count * 2 < this.#most) this.#emitter.emit('room');
    if (this.count === 0) this.#emitter.emit('none');
  }

  async room(): Promise<void> {
    if (this.count >= this.#most) await once(this.#emitter, 'room');
  }

  async none(): Promise<void> {
    if (this.count > 0) await once(this.#emitter, 'none');
  }
}

async function begin(): Promise<Sent> {
  const people = phones.officers.length + phones.citizens.length;
  const sent = await sendReports(Number.POSITIVE_INFINITY, people);
  for (let from = 0; from < phones.citizens.length; from += 1_000) {
    const feeds = await Promise.all(phones.citizens.slice(from, from + 1_000).map((citizen) => front.listen(citizen)));
    for (const feed of feeds) void drain(feed);
  }
  await geosearch.place(travellers.first());
  return sent;
}

async function drain(feed: AsyncIterable<unknown>, tell: () => void = () => undefined): Promise<void> {
  for await (const _ of feed) tell();
}

async function sendReports(milliseconds: number, most = Number.POSITIVE_INFINITY): Promise<Sent> {
  return measured(async (count) => {
    const underWay = new UnderWay(UNDER_WAY);
    const outcomes = outcomesOf(count, underWay);
    const end = performance.now() + milliseconds;
    while (performance.now() < end && count.sent < most) {
      for (let report = 0; report < REPORTS_A_TURN && count.sent < most; report++)
        sendReport(count, outcomes, underWay);
      await underWay.room();
      await nextTurn();
    }
    await underWay.none();
  });
}

async function sendPaced(milliseconds: number, perSecond: number): Promise<Sent> {
  return measured(async (count) => {
    const underWay = new UnderWay(Number.POSITIVE_INFINITY);
    const outcomes = outcomesOf(count, underWay);
    const began = performance.now();
    for (let passed = 0; passed < milliseconds; passed = performance.now() - began) {
      const due = (passed * perSecond) / 1_000;
      while (count.sent < due) sendReport(count, outcomes, underWay);
      await new Promise((resolve) => setTimeout(resolve, PACE_MILLISECONDS));
    }
    await underWay.none();
  });
}

function sendReport(count: Count, { taken, refused }: Outcomes, underWay: UnderWay): void {
  const { accountId, isOfficer, report } = phones.next();
  count.sent++;
  underWay.count++;
  front.report(accountId, isOfficer, report).then(taken, refused);
}

/** What follows a report; the same for all, so that what is measured is not the making of functions. */
interface Outcomes {
  readonly taken: (answer: ReportAnswer) => void;
  readonly refused: () => void;
}

function outcomesOf(count: Count, underWay: UnderWay): Outcomes {
  return {
    taken: ({ isTaken }) => {
      if (isTaken) count.taken++;
      underWay.ended();
    },
    refused: () => underWay.ended(),
  };
}

async function sendUnbatched(milliseconds: number): Promise<Sent> {
  const [worker] = membership.workers;
  if (!worker) throw new Error('No worker lives');
  const address = workerAddress(worker);
  return measured(async (count) => {
    const underWay = new UnderWay(COMMANDS_UNDER_WAY);
    const publish = (to: string, frame: Buffer) => {
      underWay.count++;
      redis.spublish(`proximity:${to}`, frame).then(
        () => underWay.ended(),
        () => underWay.ended(),
      );
    };
    const writer = new FrameWriter(publish, address, frontAddress(id), (flush) => flush());
    const end = performance.now() + milliseconds;
    while (performance.now() < end) {
      const now = Date.now();
      for (let report = 0; report < REPORTS_A_TURN; report++) writer.report(phones.nextStill(now), true, 0);
      count.sent += REPORTS_A_TURN;
      await underWay.room();
      await nextTurn();
    }
    await underWay.none();
  });
}

async function searchGeo(milliseconds: number): Promise<Sent> {
  return measured(async (count) => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end) {
      const moves = travellers.next(1_000);
      await geosearch.apply(moves, 0, moves.count);
      count.sent += moves.count;
    }
  });
}

async function sendBare(milliseconds: number): Promise<Sent> {
  const underWay = new UnderWay(FRAMES_UNDER_WAY);
  const echoes = new Redis(url);
  echoes.on('smessage', () => underWay.ended());
  await echoes.ssubscribe(echoChannel(number));
  const sent = await measured(async (count) => {
    const frame = Buffer.alloc(BARE_FRAME_BYTES, number);
    const end = performance.now() + milliseconds;
    while (performance.now() < end) {
      underWay.count++;
      count.sent++;
      void redis.spublish(BARE_CHANNEL, frame);
      await underWay.room();
    }
    await underWay.none();
  });
  echoes.disconnect();
  return sent;
}

/** Lonely places in the middle of the Atlantic, 11 km apart. */
const lonelyPlace = (probe: number) => ({ latitude: 30 + probe / 10, longitude: -40 });
/** Surely within the alert radius of the witness, and surely beyond where a pair ends: cells are coarse. */
const [NEAR_DEGREES, FAR_DEGREES] = [145 / 111_195, 340 / 111_195];

async function listen(probes: number): Promise<null> {
  for (let probe = 0; probe < probes; probe++) {
    const citizenId = idOf(number, 4, probe);
    const said = { position: lonelyPlace(probe), accuracyMeters: 5, sequence: 0, measuredAt: undefined };
    await front.report(citizenId, false, said);
    const feed = await front.listen(citizenId);
    const came: number[] = [];
    alerts.push(came);
    void drain(feed, () => came.push(sharedMilliseconds()));
  }
  return null;
}

async function alerted(milliseconds: number, perSecond: number): Promise<Seen> {
  const sent = await sendPaced(milliseconds, perSecond);
  return { ...sent, instants: alerts };
}

async function visit(probes: number, milliseconds: number, perSecond: number): Promise<Seen> {
  const instants: number[][] = Array.from({ length: probes }, () => []);
  const go = (probe: number, isNear: boolean, sequence: number) => {
    const { latitude, longitude } = lonelyPlace(probe);
    const position = { latitude: latitude + (isNear ? NEAR_DEGREES : FAR_DEGREES), longitude };
    return front.report(idOf(number, 3, probe), true, { position, accuracyMeters: 5, sequence, measuredAt: undefined });
  };
  await Promise.all(instants.map((_, probe) => go(probe, false, 0)));
  let step = 0;
  const timer = setInterval(() => {
    const probe = step % probes;
    const turn = 1 + Math.floor(step++ / probes);
    instants[probe]?.push(sharedMilliseconds());
    void go(probe, turn % 2 === 1, turn);
  }, VISIT_MILLISECONDS);
  const sent = await sendPaced(milliseconds, perSecond);
  clearInterval(timer);
  return { ...sent, instants };
}

interface Count {
  sent: number;
  taken: number;
}

async function measured(send: (count: Count) => Promise<void>): Promise<Sent> {
  const count: Count = { sent: 0, taken: 0 };
  const cpu = usage().cpuMicroseconds;
  const began = performance.now();
  await send(count);
  const seconds = (performance.now() - began) / 1_000;
  return { ...count, seconds, cpuMicroseconds: usage().cpuMicroseconds - cpu };
}
