import fc from 'fast-check';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { ManualClock } from './clock.ts';
import { RedisEventBus, streamOf } from './event-bus.redis.ts';
import type { EventEnvelope } from './event-bus.ts';
import { collector, fact, topics } from './testing/events.ts';
import { type RedisServer, startRedisServer } from './testing/servers.ts';

const log = pino({ level: 'silent' });
const leaseKey = 'lease:rewards:{events:connections}';
/** Longer than the lease, and than any pause between two attempts. */
const A_WHILE_MILLISECONDS = 60_000;

let server: RedisServer;

beforeAll(async () => {
  server = await startRedisServer();
});

beforeEach(async () => {
  const redis = new Redis(server.url);
  await redis.flushall();
  await redis.quit();
});

afterAll(async () => {
  await server.stop();
});

describe('over Redis', () => {
  let opened: RedisEventBus[] = [];
  let redis: Redis;

  async function open(clock = new ManualClock()): Promise<RedisEventBus> {
    const bus = await RedisEventBus.connect({ url: server.url, log, clock });
    opened.push(bus);
    return bus;
  }

  beforeEach(async () => {
    redis = new Redis(server.url, { retryStrategy: () => 20 });
    redis.on('error', () => {});
    await redis.ping();
  });

  // A bus that a failed test left open would take the events of the next.
  afterEach(async () => {
    await Promise.all(opened.map((bus) => bus.close()));
    opened = [];
    await redis.quit();
  });

  /** What a process that died leaves behind is a lease that nobody renews; `clock` is its successor's. */
  async function loseLease(clock: ManualClock): Promise<void> {
    await redis.del(leaseKey);
    clock.advance(A_WHILE_MILLISECONDS);
  }

  /** How many clients the server has, the test itself among them. */
  async function connections(): Promise<number> {
    return String(await redis.client('LIST'))
      .split('\n')
      .filter(Boolean).length;
  }

  test('events wait for a group that does not listen yet', async () => {
    const bus = await open();
    const first = await bus.subscribe('rewards', topics, async () => {});
    await first.close();
    await bus.publish('connections', [fact(1), fact(2)]);
    const seen = collector();
    await bus.subscribe('rewards', topics, async (event) => seen.take(event));
    await seen.count(2);
    const late = collector();
    await bus.subscribe('profile', topics, async (event) => late.take(event));
    await late.count(2);
    expect([seen.positions(), late.positions()]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    await bus.close();
  });

  test('in a group of two processes one reads, and the other takes over with what was left unfinished', async () => {
    const [firstClock, secondClock] = [new ManualClock(), new ManualClock()];
    const [first, second] = [await open(firstClock), await open(secondClock)];
    const begun = Promise.withResolvers<void>();
    const over = Promise.withResolvers<void>();
    await first.subscribe('rewards', topics, async () => {
      begun.resolve();
      await over.promise;
    });
    const seen = collector();
    await second.subscribe('rewards', topics, async (event) => seen.take(event));
    await first.publish('connections', [fact(1, 'a'), fact(2, 'a'), fact(3, 'b')]);
    await begun.promise;
    expect(seen.events).toEqual([]);
    await loseLease(secondClock);
    await seen.count(3);
    expect(seen.events.filter(({ key }) => key === 'a').map(({ position }) => position)).toEqual([1, 2]);
    await second.close();
    over.resolve();
    await first.close();
  });

  test('who lost the lease without noticing reads nothing more', async () => {
    const [firstClock, secondClock] = [new ManualClock(), new ManualClock()];
    const [first, second] = [await open(firstClock), await open(secondClock)];
    const [stale, seen] = [collector(), collector()];
    await first.subscribe('rewards', topics, async (event) => stale.take(event));
    await first.publish('connections', [fact(1)]);
    await stale.count(1);
    await second.subscribe('rewards', topics, async (event) => seen.take(event));
    await loseLease(secondClock);
    await whenBack(async () => (await redis.get(leaseKey)) ?? undefined);
    await first.publish('connections', [fact(2), fact(3)]);
    await seen.count(2);
    expect([stale.positions(), seen.positions()]).toEqual([[1], [2, 3]]);
    await Promise.all([first.close(), second.close()]);
  });

  test('who lost the lease hands on nothing that it had read, and starts anew when it holds it again', async () => {
    const [firstClock, secondClock] = [new ManualClock(), new ManualClock()];
    const [first, second] = [await open(firstClock), await open(secondClock)];
    const begun = Promise.withResolvers<void>();
    const over = Promise.withResolvers<void>();
    const [stale, seen] = [collector(), collector()];
    await first.subscribe('rewards', topics, async (event) => {
      stale.take(event);
      begun.resolve();
      await over.promise;
    });
    await first.publish('connections', [fact(1), fact(2), fact(3)]);
    await begun.promise;
    await second.subscribe('rewards', topics, async (event) => seen.take(event));
    await loseLease(secondClock);
    await seen.count(3);
    over.resolve();
    await second.close();
    await first.publish('connections', [fact(4)]);
    firstClock.advance(A_WHILE_MILLISECONDS);
    await stale.position(4);
    expect([stale.positions(), seen.positions()]).toEqual([
      [1, 4],
      [1, 2, 3],
    ]);
    await first.close();
  });

  test('who was away for longer than its lease asks before it hands on anything, also the same event again', async () => {
    const [firstClock, secondClock] = [new ManualClock(), new ManualClock()];
    const [first, second] = [await open(firstClock), await open(secondClock)];
    const failed = Promise.withResolvers<void>();
    const [stale, seen] = [collector(), collector()];
    await first.subscribe('rewards', topics, async (event) => {
      stale.take(event);
      failed.resolve();
      if (event.position === 1) throw new Error('not yet');
    });
    await first.publish('connections', [fact(1), fact(2)]);
    await failed.promise;
    const triedBefore = stale.events.length;
    await redis.set(leaseKey, 'another');
    firstClock.advance(A_WHILE_MILLISECONDS);
    await second.subscribe('rewards', topics, async (event) => seen.take(event));
    await loseLease(secondClock);
    await seen.count(2);
    await second.close();
    await first.publish('connections', [fact(3)]);
    firstClock.advance(A_WHILE_MILLISECONDS);
    await stale.position(3);
    expect(stale.positions().slice(triedBefore)).toEqual([3]);
    await first.close();
  });

  test('who cannot ask whether it still holds its lease hands on nothing until it can, and then in order', async () => {
    const clock = new ManualClock();
    const bus = await open(clock);
    const failed = Promise.withResolvers<void>();
    const seen = collector();
    let isAway = false;
    const handedWhileAway: number[] = [];
    await bus.subscribe('rewards', topics, async (event) => {
      if (isAway) handedWhileAway.push(event.position);
      failed.resolve();
      if (isAway || seen.events.length === 0) {
        seen.take(event);
        throw new Error('not yet');
      }
      seen.take(event);
    });
    await bus.publish('connections', [fact(1), fact(2)]);
    await failed.promise;
    isAway = true;
    await server.kill();
    clock.advance(A_WHILE_MILLISECONDS);
    // As long as several questions take to fail.
    for (let asked = 0; asked < 4; asked++) await expect(bus.check()).rejects.toThrow();
    await server.restart();
    isAway = false;
    await whenBack(() => bus.check().then(() => true));
    clock.advance(A_WHILE_MILLISECONDS);
    await seen.position(2);
    expect(handedWhileAway).toEqual([]);
    expect(seen.positions()).toEqual([1, 1, 2]);
  });

  test('however often the lease is lost, each event is first finished after all those before it of its key', async () => {
    const moments = fc.uniqueArray(fc.integer({ min: 1, max: 150 }), { minLength: 3, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(moments, fc.array(fc.nat(3), { minLength: 90, maxLength: 90 }), async (losses, keys) => {
        await redis.flushall();
        const clocks = [new ManualClock(), new ManualClock(), new ManualClock()];
        const buses = await Promise.all(clocks.map(open));
        const finished = collector();
        const known = new Set<string>();
        let handed = 0;
        const handle = async (event: EventEnvelope) => {
          if (losses.includes(++handed)) {
            await redis.del(leaseKey);
            for (const clock of clocks) clock.advance(A_WHILE_MILLISECONDS);
          }
          for (let turn = handed % 5; turn > 0; turn--) await new Promise((resolve) => setImmediate(resolve));
          // What the inbox does.
          if (!known.has(event.id)) finished.take(event);
          known.add(event.id);
        };
        for (const bus of buses) await bus.subscribe('rewards', topics, handle);
        const [publisher] = buses as [RedisEventBus];
        const events = keys.map((key, index) => fact(index + 1, `${key}`));
        for (let from = 0; from < events.length; from += 7) {
          await publisher.publish('connections', events.slice(from, from + 7));
        }
        await finished.count(events.length);
        await Promise.all(buses.map((bus) => bus.close()));
        for (const key of new Set(events.map((event) => event.key))) {
          const ofKey = (list: readonly EventEnvelope[]) =>
            list.filter((event) => event.key === key).map(({ position }) => position);
          expect(ofKey(finished.events)).toEqual(ofKey(events));
        }
      }),
      { numRuns: 5 },
    );
  });

  test('who leaves gives the lease back at once, and who dies keeps it for three seconds at most', async () => {
    const bus = await open();
    const seen = collector();
    await bus.subscribe('rewards', topics, async (event) => seen.take(event));
    await bus.publish('connections', [fact(1)]);
    await seen.count(1);
    const remainingMilliseconds = await redis.pttl(leaseKey);
    expect(remainingMilliseconds).toBeGreaterThan(0);
    expect(remainingMilliseconds).toBeLessThanOrEqual(3_000);
    await bus.close();
    expect(await redis.exists(leaseKey)).toBe(0);
  });

  test('who leaves keeps the lease until its handlers have finished', async () => {
    const clock = new ManualClock();
    const bus = await open(clock);
    const begun = Promise.withResolvers<void>();
    const over = Promise.withResolvers<void>();
    await bus.subscribe('rewards', topics, async () => {
      begun.resolve();
      await over.promise;
    });
    await bus.publish('connections', [fact(1)]);
    await begun.promise;
    const closed = bus.close();
    await redis.pexpire(leaseKey, 500);
    clock.advance(2_000);
    await whenBack(async () => ((await redis.pttl(leaseKey)) > 500 ? true : undefined));
    over.resolve();
    await closed;
    expect(await redis.exists(leaseKey)).toBe(0);
  });

  test('a process whose timers stand still is followed by another when its lease has lapsed', async () => {
    const stopped = new ManualClock();
    stopped.at = () => ({ cancel() {} });
    const first = await open(stopped);
    const stale = collector();
    const never = Promise.withResolvers<void>();
    await first.subscribe('rewards', topics, async (event) => {
      stale.take(event);
      await never.promise;
    });
    await first.publish('connections', [fact(1), fact(2)]);
    await stale.count(1);
    const second = await open();
    const seen = collector();
    await second.subscribe('rewards', topics, async (event) => seen.take(event));
    await seen.count(2);
    expect(seen.positions()).toEqual([1, 2]);
    never.resolve();
    await Promise.all([first.close(), second.close()]);
    expect(stale.positions()).toEqual([1]);
  });

  test('who could not renew the lease for a moment goes on under it', async () => {
    const clock = new ManualClock();
    const bus = await open(clock);
    const seen = collector();
    await bus.subscribe('rewards', topics, async (event) => seen.take(event));
    await bus.publish('connections', [fact(1)]);
    await seen.count(1);
    await server.kill();
    clock.advance(A_WHILE_MILLISECONDS);
    await server.restart();
    await whenBack(() => bus.check().then(() => true));
    // It will not lapse: only its holder can go on.
    await redis.persist(leaseKey);
    await bus.publish('connections', [fact(2)]);
    await seen.position(2);
    await bus.close();
  });

  test('what a broken connection may still have on its way reads nothing any more', async () => {
    const bus = await open();
    const seen = collector();
    await bus.subscribe('rewards', topics, async (event) => seen.take(event));
    await bus.publish('connections', [fact(1)]);
    await seen.count(1);
    const holder = await redis.get(leaseKey);
    await redis.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await whenBack(() => bus.publish('connections', [fact(2)]).then(() => true));
    await seen.position(2);
    const later = await redis.get(leaseKey);
    expect(later).not.toBe(holder);
    expect(later?.split(' ')[0]).toBe(holder?.split(' ')[0]);
    await bus.close();
  });

  test('a bus that is closed while its reader waits for the lease leaves no connection open', async () => {
    await redis.set(leaseKey, 'another');
    const clock = new ManualClock();
    const bus = await open(clock);
    await bus.subscribe('rewards', topics, async () => {});
    await redis.del(leaseKey);
    clock.advance(A_WHILE_MILLISECONDS);
    await bus.close();
    expect(await connections()).toBe(1);
    expect(await redis.exists(leaseKey)).toBe(0);
  });

  test('a bus that is closed while Redis is away leaves no connection open', async () => {
    const bus = await open();
    await bus.subscribe('rewards', topics, async () => {});
    await server.kill();
    await bus.close();
    await server.restart();
    expect(await whenBack(connections)).toBe(1);
  });

  test('refuses to go on behind a gap when Redis lost what it held, until it was asked what it holds', async () => {
    const bus = await open();
    await bus.publish('connections', [fact(1), fact(2)]);
    await redis.flushall();
    await expect(bus.publish('connections', [fact(3)])).rejects.toThrow('lost');
    expect(await bus.lastPosition('connections')).toBe(0);
    await bus.publish('connections', [fact(1), fact(2), fact(3)]);
    expect(await bus.lastPosition('connections')).toBe(3);
    await bus.close();
  });

  test('refuses also when another process appended what is lost', async () => {
    const [one, other] = [await open(), await open()];
    await other.publish('connections', [fact(1), fact(2)]);
    expect(await one.lastPosition('connections')).toBe(2);
    await redis.flushall();
    await other.lastPosition('connections');
    await other.publish('connections', [fact(1)]);
    await expect(one.publish('connections', [fact(3)])).rejects.toThrow('lost');
    await Promise.all([one.close(), other.close()]);
  });

  test('goes on where numbers were left out on purpose', async () => {
    const bus = await open();
    await bus.publish('connections', [fact(1)]);
    expect(await bus.lastPosition('connections')).toBe(1);
    await bus.publish('connections', [fact(100), fact(101)]);
    expect(await bus.lastPosition('connections')).toBe(101);
    await bus.close();
  });

  test('what someone removed from a stream by hand is not asked for again', async () => {
    const bus = await open();
    await bus.publish('connections', [fact(1), fact(2)]);
    await redis.xdel(streamOf('connections'), '2-0');
    expect(await bus.lastPosition('connections')).toBe(2);
    await bus.close();
  });

  test('after a restart of Redis with its data reading goes on, and nothing is missing', async () => {
    const bus = await open();
    const seen = collector();
    await bus.subscribe('rewards', topics, async (event) => seen.take(event));
    await bus.publish('connections', [fact(1)]);
    await seen.count(1);
    await server.kill();
    await expect(bus.publish('connections', [fact(2)])).rejects.toThrow();
    await server.restart();
    expect(await whenBack(() => bus.lastPosition('connections'))).toBe(1);
    await bus.publish('connections', [fact(2)]);
    // The acknowledgement of the first may have died with Redis: then it comes again, before the second.
    await seen.position(2);
    expect(seen.positions().at(-1)).toBe(2);
    await bus.close();
  });

  test('a Redis that came back empty says so, groups are made anew, and what is sent again arrives', async () => {
    const bus = await open();
    const seen = collector();
    await bus.subscribe('rewards', topics, async (event) => seen.take(event));
    const events = [fact(1), fact(2)];
    await bus.publish('connections', events);
    await seen.count(2);
    await redis.flushall();
    expect(await bus.lastPosition('connections')).toBe(0);
    await bus.publish('connections', [...events, fact(3)]);
    await seen.count(5);
    expect(seen.positions()).toEqual([1, 2, 1, 2, 3]);
    await bus.close();
  });

  test.each([
    ['is no JSON', '{'],
    ['is no event', '{"id":"1"}'],
  ])('an entry that %s holds up nothing behind it', async (_what, text) => {
    await redis.xadd(streamOf('connections'), '1-0', 'event', text);
    const bus = await open();
    const seen = collector();
    await bus.subscribe('rewards', topics, async (event) => seen.take(event));
    await bus.publish('connections', [fact(2)]);
    await seen.count(1);
    expect(seen.positions()).toEqual([2]);
    await bus.close();
    expect(await redis.xpending(streamOf('connections'), 'rewards')).toEqual([0, null, null, null]);
  });

  test('what is not history is let go when it has had its time and every group has finished it', async () => {
    const clock = new ManualClock();
    const bus = await open(clock);
    const cancelled = (position: number): EventEnvelope => ({
      ...fact(position),
      topic: 'gathering.cancelled',
      recordedAt: clock.now().toISOString(),
    });
    const held = async () => (await redis.xrange(streamOf('connections'), '-', '+')).map(([id]) => id);
    const [seen, late] = [collector(), collector()];
    await bus.subscribe('rewards', ['gathering.cancelled'], async (event) => seen.take(event));
    const profile = await bus.subscribe('profile', ['gathering.cancelled'], async (event) => late.take(event));
    await bus.publish('connections', [fact(1), cancelled(2), cancelled(3)]);
    await Promise.all([seen.count(2), late.count(2)]);
    await profile.close();
    await bus.publish('connections', [cancelled(4)]);
    await seen.count(3);
    clock.advance(30 * 86_400_000);
    await bus.publish('connections', [cancelled(5)]);
    expect(await held()).toEqual(['1-0', '3-0', '4-0', '5-0']);
    await bus.close();
  });

  test('what has been handled is acknowledged', async () => {
    const bus = await open();
    const seen = collector();
    await bus.subscribe('rewards', topics, async (event) => seen.take(event));
    await bus.publish('connections', [fact(1), fact(2, 'other')]);
    await seen.count(2);
    await bus.close();
    expect(await redis.xpending(streamOf('connections'), 'rewards')).toEqual([0, null, null, null]);
  });
});

async function whenBack<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (;;) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined) return answer;
  }
}
