import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { ManualClock } from './clock.ts';
import { MemoryEventBus } from './event-bus.memory.ts';
import { RedisEventBus, streamOf } from './event-bus.redis.ts';
import type { EventBus, EventEnvelope } from './event-bus.ts';
import { type RedisServer, startRedisServer } from './testing/servers.ts';

const log = pino({ level: 'silent' });
const topics = ['connection.confirmed'] as const;

function fact(position: number, key = 'k', body: unknown = {}): EventEnvelope {
  const recordedAt = '2026-03-01T12:00:00.000Z';
  return { id: randomUUID(), topic: 'connection.confirmed', producer: 'connections', position, key, recordedAt, body };
}

/** Collects what arrives; `count(n)` resolves when n have, `position(n)` when that one has. */
function collector() {
  const events: EventEnvelope[] = [];
  const waiting: { holds: () => boolean; resolve: () => void }[] = [];
  const until = (holds: () => boolean): Promise<void> => {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => waiting.push({ holds, resolve }));
  };
  return {
    events,
    positions: () => events.map(({ position }) => position),
    take(event: EventEnvelope) {
      events.push(event);
      for (const { holds, resolve } of waiting) if (holds()) resolve();
    },
    count: (count: number) => until(() => events.length >= count),
    position: (wanted: number) => until(() => events.some(({ position }) => position === wanted)),
  };
}

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

describe.each([
  ['in process', async (clock: ManualClock): Promise<EventBus> => new MemoryEventBus({ log, clock })],
  [
    'over Redis',
    async (clock: ManualClock): Promise<EventBus> => RedisEventBus.connect({ url: server.url, log, clock }),
  ],
])('the event bus %s', (_name, open) => {
  let bus: EventBus;
  let clock: ManualClock;

  beforeEach(async () => {
    clock = new ManualClock();
    bus = await open(clock);
  });

  afterEach(async () => {
    await bus.close();
  });

  test('every group gets every event of its topics, as it was sent', async () => {
    const [rewards, profile, others] = [collector(), collector(), collector()];
    await bus.subscribe('rewards', topics, async (event) => rewards.take(event));
    await bus.subscribe('profile', topics, async (event) => profile.take(event));
    await bus.subscribe('reporting', ['voucher.issued'], async (event) => others.take(event));
    const sent = [fact(1, 'a', { x: [1, null, 'ü'] }), fact(2, 'b')];
    await bus.publish('connections', sent);
    await Promise.all([rewards.count(2), profile.count(2)]);
    expect([...rewards.events].sort((a, b) => a.position - b.position)).toEqual(sent);
    expect(new Set(profile.positions())).toEqual(new Set([1, 2]));
    expect(others.events).toEqual([]);
  });

  test('events of one key are handled in order and never at once', async () => {
    const seen = collector();
    let underWay = 0;
    await bus.subscribe('rewards', topics, async (event) => {
      underWay++;
      expect(underWay).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      seen.take(event);
    });
    await bus.publish(
      'connections',
      Array.from({ length: 50 }, (_, index) => fact(index + 1)),
    );
    await seen.count(50);
    expect(seen.positions()).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });

  test('a key that is stuck holds up no other', async () => {
    const seen = collector();
    const stuck = Promise.withResolvers<void>();
    await bus.subscribe('rewards', topics, async (event) => {
      if (event.key === 'stuck') await stuck.promise;
      seen.take(event);
    });
    const published = bus.publish('connections', [
      fact(1, 'stuck'),
      fact(2, 'free'),
      fact(3, 'stuck'),
      fact(4, 'free'),
    ]);
    await seen.count(2);
    expect(seen.positions()).toEqual([2, 4]);
    stuck.resolve();
    await seen.count(4);
    expect(seen.positions()).toEqual([2, 4, 1, 3]);
    await published;
  });

  test('a handler that fails gets the same event again before any later one of its key', async () => {
    const seen = collector();
    const tried: number[] = [];
    const failedTwice = Promise.withResolvers<void>();
    await bus.subscribe('rewards', topics, async (event) => {
      tried.push(event.position);
      if (tried.length === 2) failedTwice.resolve();
      if (tried.length <= 2) throw new Error('not yet');
      seen.take(event);
    });
    const published = bus.publish('connections', [fact(1), fact(2)]);
    await failedTwice.promise;
    clock.advance(60_000);
    await seen.count(2);
    expect(tried).toEqual([1, 1, 1, 2]);
    await published;
  });

  test('an event that is sent again is passed over, by its position', async () => {
    const seen = collector();
    await bus.subscribe('rewards', topics, async (event) => seen.take(event));
    const first = fact(1, 'a');
    await bus.publish('connections', [first]);
    await bus.publish('connections', [first, fact(2, 'a')]);
    await seen.count(2);
    expect(seen.positions()).toEqual([1, 2]);
  });

  test('leaving waits for the handler under way, and a group that left does not disturb the others', async () => {
    const [left, stays] = [collector(), collector()];
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const leaving = await bus.subscribe('rewards', topics, async (event) => {
      started.resolve();
      await finish.promise;
      left.take(event);
    });
    await bus.subscribe('profile', topics, async (event) => stays.take(event));
    const published = bus.publish('connections', [fact(1)]);
    await started.promise;
    const closed = leaving.close();
    finish.resolve();
    await closed;
    expect(left.positions()).toEqual([1]);
    await stays.count(1);
    await published;
  });

  test('a handler may change what it is given without harm to the others', async () => {
    const seen = collector();
    await bus.subscribe('rewards', topics, async (event) => {
      (event.body as { list: number[] }).list.push(2);
    });
    await bus.subscribe('profile', topics, async (event) => seen.take(event));
    await bus.publish('connections', [fact(1, 'a', { list: [1] })]);
    await seen.count(1);
    expect(seen.events[0]?.body).toEqual({ list: [1] });
  });

  test('it answers when it is asked whether it lives', async () => {
    await expect(bus.check()).resolves.toBeUndefined();
  });
});

describe('over Redis', () => {
  const open = (clock = new ManualClock()) => RedisEventBus.connect({ url: server.url, log, clock });

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
    // What a process that died leaves behind is a lease that nobody renews.
    const redis = new Redis(server.url);
    await redis.del('lease:rewards:events:connections');
    secondClock.advance(5_000);
    await seen.count(3);
    expect(seen.events.filter(({ key }) => key === 'a').map(({ position }) => position)).toEqual([1, 2]);
    await redis.quit();
    await second.close();
    over.resolve();
    await first.close();
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
    const redis = new Redis(server.url);
    await redis.flushall();
    expect(await bus.lastPosition('connections')).toBe(0);
    await bus.publish('connections', [...events, fact(3)]);
    await seen.count(5);
    expect(seen.positions()).toEqual([1, 2, 1, 2, 3]);
    await redis.quit();
    await bus.close();
  });

  test.each([
    ['is no JSON', '{'],
    ['is no event', '{"id":"1"}'],
  ])('an entry that %s holds up nothing behind it', async (_what, text) => {
    const redis = new Redis(server.url);
    await redis.xadd(streamOf('connections'), '1-0', 'event', text);
    const bus = await open();
    const seen = collector();
    await bus.subscribe('rewards', topics, async (event) => seen.take(event));
    await bus.publish('connections', [fact(2)]);
    await seen.count(1);
    expect(seen.positions()).toEqual([2]);
    await bus.close();
    expect(await redis.xpending(streamOf('connections'), 'rewards')).toEqual([0, null, null, null]);
    await redis.quit();
  });

  test('what has been handled is acknowledged', async () => {
    const bus = await open();
    const seen = collector();
    await bus.subscribe('rewards', topics, async (event) => seen.take(event));
    await bus.publish('connections', [fact(1), fact(2, 'other')]);
    await seen.count(2);
    await bus.close();
    const redis = new Redis(server.url);
    expect(await redis.xpending(streamOf('connections'), 'rewards')).toEqual([0, null, null, null]);
    await redis.quit();
  });
});

async function whenBack<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (;;) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined) return answer;
  }
}
