/* Sightings, over every adapter: in one process, over a Redis and over a cluster, by one who counts and by several. */
import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import {
  type RedisCluster,
  type RedisServer,
  startRedisCluster,
  startRedisServer,
} from '../../kernel/testing/servers.ts';
import { MemorySightings } from './sightings.memory.ts';
import { RedisSightings } from './sightings.redis.ts';
import type { Sightings } from './sightings.ts';
import { vigilanceParameters } from './vigilance.ts';

const limits = vigilanceParameters;
const log = pino({ level: 'silent' });
const key = randomBytes(32);
const hour = 3_600_000;
let redis: RedisServer;
let cluster: RedisCluster;
const opened: Sightings[] = [];

beforeAll(async () => {
  redis = await startRedisServer({ persistent: false });
  cluster = await startRedisCluster();
});

afterEach(async () => {
  for (const sightings of opened.splice(0)) await sightings.close();
});

afterAll(async () => {
  await redis.stop();
  await cluster.stop();
});

const keep = <Kind extends Sightings>(sightings: Kind): Kind => {
  opened.push(sightings);
  return sightings;
};
const overRedis = async (urls: readonly string[] = [redis.url], of = key) =>
  keep(await RedisSightings.connect({ urls, key: of, limits, log }));
const inProcess = (options?: { pairsKept: number }) => keep(new MemorySightings(limits, options));

describe.each([
  ['in one process', async () => [inProcess()]],
  ['over one Redis', async () => [await overRedis(), await overRedis(), await overRedis()]],
  ['over a cluster', async () => [await overRedis(cluster.urls), await overRedis(cluster.urls)]],
] as [string, () => Promise<[Sightings, ...Sightings[]]>][])('sightings, %s', (_name, open) => {
  test('are once too often with the fifth window of one officer within 24 hours, and not before', async () => {
    const processes = await open();
    const [officer, other, citizen, neighbor] = Array.from({ length: 4 }, () => randomUUID()) as [string, ...string[]];
    let turn = 0;
    const seen = (windowId: string, hours: number, officerId = officer, citizenId = citizen ?? '') =>
      processes[turn++ % processes.length]?.sighted(citizenId, officerId, windowId, new Date(hours * hour));
    for (const [windowId, hours] of [
      ['a', 0],
      ['b', 1],
      ['b', 2],
      ['c', 3],
      ['d', 4],
    ] as const) {
      expect(await seen(windowId, hours)).toBe(false);
    }
    expect(await seen('e', 5, other)).toBe(false);
    expect(await seen('e', 5, officer, neighbor)).toBe(false);
    expect(await seen('e', 24)).toBe(false);
    expect(await seen('f', 24.5)).toBe(true);
  });

  test('are too often exactly when more windows than allowed were seen within the time, whoever counts', async () => {
    const steps = fc.array(fc.tuple(fc.nat(7), fc.integer({ min: 0, max: 6 * 60 }), fc.nat(2)), { maxLength: 60 });
    const processes = await open();
    await fc.assert(
      fc.asyncProperty(steps, async (moves) => {
        const citizenId = randomUUID();
        let now = 0;
        let known: [windowId: number, at: number][] = [];
        for (const [windowId, minutes, who] of moves) {
          now += minutes * 60_000;
          known = [...known.filter(([id]) => id !== windowId), [windowId, now]];
          const expected = known.filter(([, at]) => at > now - limits.sightingHours * hour).length > limits.windowsSeen;
          const sightings = processes[who % processes.length] as Sightings;
          expect(await sightings.sighted(citizenId, 'officer', String(windowId), new Date(now))).toBe(expected);
          if (expected) known = [];
        }
      }),
      { numRuns: 100 },
    );
  });

  test('counted by all at once are once too often once', async () => {
    const processes = await open();
    const citizenId = randomUUID();
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((windowId, index) =>
        processes[index % processes.length]?.sighted(citizenId, 'officer', windowId, new Date(index)),
      ),
    );
    expect(answers.filter(Boolean)).toHaveLength(1);
  });
});

describe('sightings in one process', () => {
  test('of more pairs than are kept forget those seen longest ago', () => {
    const sightings = inProcess({ pairsKept: 2 });
    const now = new Date(0);
    for (const windowId of ['a', 'b', 'c', 'd']) sightings.sighted('first', 'officer', windowId, now);
    sightings.sighted('second', 'officer', 'a', now);
    sightings.sighted('third', 'officer', 'a', now);
    expect(sightings.sighted('first', 'officer', 'e', now)).toBe(false);
  });
});

describe('sightings over Redis', () => {
  test('leave nothing there by which somebody is found, and nothing for longer than they count', async () => {
    const sightings = await overRedis();
    const ids = [randomUUID(), randomUUID(), randomUUID()] as const;
    const reader = new Redis(redis.url);
    await reader.flushall();
    await sightings.sighted(...ids, new Date());
    const keys = await reader.keys('*');
    expect(keys).toHaveLength(1);
    const [pair = ''] = keys;
    const stored = JSON.stringify([pair, await reader.zrange(pair, 0, -1)]);
    for (const id of ids) expect(stored).not.toContain(id);
    const left = await reader.pttl(pair);
    expect(left).toBeGreaterThan((limits.sightingHours - 1) * hour);
    expect(left).toBeLessThanOrEqual(limits.sightingHours * hour);
    for (const windowId of ['b', 'c', 'd', 'e']) await sightings.sighted(ids[0], ids[1], windowId, new Date());
    expect(await reader.keys('*')).toEqual([]);
    await reader.quit();
  });

  test('go on in the process alone while Redis is away', async () => {
    const own = await startRedisServer({ persistent: false });
    const sightings = await overRedis([own.url]);
    const seen = (windowId: string) => sightings.sighted('citizen', 'officer', windowId, new Date(0));
    expect(await seen('a')).toBe(false);
    await own.stop();
    for (const windowId of ['a', 'b', 'c', 'd']) expect(await seen(windowId)).toBe(false);
    expect(await seen('e')).toBe(true);
  });
});
