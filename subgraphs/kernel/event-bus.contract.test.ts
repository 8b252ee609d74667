import { Redis } from 'ioredis';
import { pino } from 'pino';
import { ManualClock } from './clock.ts';
import { MemoryEventBus } from './event-bus.memory.ts';
import { RedisEventBus } from './event-bus.redis.ts';
import type { EventBus } from './event-bus.ts';
import { collector, fact, topics } from './testing/events.ts';
import { type RedisServer, startRedisServer } from './testing/servers.ts';

const log = pino({ level: 'silent' });

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

  test('a group says how many events wait for it', async () => {
    const begun = Promise.withResolvers<void>();
    const stuck = Promise.withResolvers<void>();
    const subscription = await bus.subscribe('rewards', topics, async () => {
      begun.resolve();
      await stuck.promise;
    });
    expect(await subscription.waiting()).toBe(0);
    const published = bus.publish('connections', [fact(1), fact(2), fact(3)]);
    await begun.promise;
    expect(await subscription.waiting()).toBe(3);
    stuck.resolve();
    await published;
    while ((await subscription.waiting()) > 0) await bus.check();
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
