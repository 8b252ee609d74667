import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { ManualClock } from '../../subgraphs/kernel/clock.ts';
import { startRedisServer, testRedis } from '../../subgraphs/kernel/testing/servers.ts';
import { settleInRedis } from './quotas.redis.ts';
import { Quotas, quotaHeaders, type Settle } from './quotas.ts';
import { connectRedis } from './redis.ts';

const limits = { anonymous: 100, person: 200, analyst: 1_000, partner: 1_000, administrator: 1_000 };

describe('in one process', () => {
  test('a caller may ask for as much as the limit of its standing, and for all of it again a minute later', () => {
    const clock = new ManualClock({ startsAt: '2027-01-10T12:00:00Z', stands: true });
    const quotas = new Quotas({ clock, limits });
    expect(quotas.charge('a', 'anonymous', 60)).toBe(true);
    expect(quotas.charge('a', 'anonymous', 41)).toBe(false);
    expect(quotas.charge('a', 'anonymous', 40)).toBe(true);
    expect(quotas.charge('a', 'anonymous', 1)).toBe(false);
    expect(quotas.charge('b', 'person', 200)).toBe(true);
    const { remaining, resetSeconds } = quotas.of('a', 'anonymous');
    expect(remaining).toBe(0);
    expect(resetSeconds).toBeLessThanOrEqual(60);
    clock.advance(resetSeconds * 1000);
    expect(quotas.of('a', 'anonymous').remaining).toBe(100);
    expect(quotas.charge('a', 'anonymous', 100)).toBe(true);
  });

  test('callers do not all begin anew at the same instant', () => {
    const quotas = new Quotas({ clock: new ManualClock({ stands: true }), limits });
    const resets = Array.from({ length: 200 }, () => quotas.of(randomUUID(), 'person').resetSeconds);
    expect(new Set(resets).size).toBeGreaterThan(30);
    expect(Math.max(...resets)).toBeLessThanOrEqual(60);
  });

  test('the standard fields say the policy and what is left of it', () => {
    expect(quotaHeaders({ standing: 'person', limit: 200, remaining: 150, resetSeconds: 42 })).toEqual({
      'ratelimit-policy': '"person";q=200;w=60;hey-blue-unit="cost"',
      ratelimit: '"person";r=150;t=42',
    });
  });
});

describe('with several gateways', () => {
  /** Waits for what was told to Redis and answered. */
  class Settled {
    readonly #settle: Settle;
    under: Promise<unknown> = Promise.resolve();
    count = 0;
    constructor(settle: Settle) {
      this.#settle = settle;
    }
    readonly settle: Settle = (...told) => {
      this.count++;
      const settled = this.#settle(...told);
      this.under = settled.catch(() => undefined);
      return settled;
    };
  }

  test('what is used at one is used at the others, without a round trip for each request', async () => {
    const redis = new Redis((await testRedis()).url);
    await redis.ping();
    const prefix = `test:${randomUUID()}`;
    const clock = new ManualClock({ startsAt: '2027-01-10T12:00:00Z', stands: true });
    const told = [1, 2].map(() => new Settled(settleInRedis(redis, prefix)));
    const [one, other] = told.map(({ settle }) => new Quotas({ clock, limits, settle }));
    for (let use = 0; use < 900; use++) {
      expect(one?.charge('r', 'partner', 1)).toBe(true);
      if (use % 10 === 0) await told[0]?.under;
    }
    await told[0]?.under;
    expect(told[0]?.count).toBeLessThanOrEqual(1 + 900 / 20);
    expect(other?.charge('r', 'partner', 20)).toBe(true);
    await told[1]?.under;
    // A batch of each may be under way.
    expect(other?.of('r', 'partner').remaining).toBeGreaterThanOrEqual(80);
    expect(other?.of('r', 'partner').remaining).toBeLessThanOrEqual(100);
    expect(other?.charge('r', 'partner', 101)).toBe(false);
    const [key = ''] = await redis.keys(`${prefix}*`);
    expect(await redis.ttl(key)).toBeLessThanOrEqual(120);
    await redis.quit();
  });

  test('while Redis is away each gateway holds the limit alone, and tries again after a second', async () => {
    const server = await startRedisServer();
    const redis = await connectRedis(server.url, pino({ level: 'silent' }));
    const told = new Settled(settleInRedis(redis, 'test'));
    const clock = new ManualClock({ startsAt: '2027-01-10T12:00:00Z', stands: true });
    const quotas = new Quotas({ clock, limits, settle: told.settle });
    quotas.charge('a', 'person', 50);
    await told.under;
    await server.stop();
    expect(quotas.charge('a', 'person', 100)).toBe(true);
    await told.under;
    const attempts = told.count;
    expect(quotas.charge('a', 'person', 40)).toBe(true);
    expect(quotas.charge('a', 'person', 20)).toBe(false);
    expect(told.count).toBe(attempts);
    clock.advance(1_000);
    quotas.charge('a', 'person', 1);
    expect(told.count).toBe(attempts + 1);
    redis.disconnect();
  });
});
