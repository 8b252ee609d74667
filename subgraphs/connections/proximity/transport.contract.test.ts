import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { ManualClock } from '../../kernel/clock.ts';
import { type RedisServer, startRedisServer, testRedis } from '../../kernel/testing/servers.ts';
import { MemoryMembership } from './membership.memory.ts';
import { LEASE_MILLISECONDS, RedisMembership } from './membership.redis.ts';
import type { Membership, Worker } from './membership.ts';
import { MemoryProximityBus } from './proximity-bus.memory.ts';
import { RedisProximityBus } from './proximity-bus.redis.ts';
import type { ProximityBus } from './proximity-bus.ts';

const log = pino({ level: 'silent' });

/** Collects what arrives; `count` resolves once so many have. */
function inbox() {
  const frames: string[] = [];
  let wake = () => {};
  return {
    frames,
    take: (frame: Buffer) => {
      frames.push(frame.toString());
      wake();
    },
    async count(wanted: number) {
      while (frames.length < wanted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

describe.each([
  ['in process', async () => new MemoryProximityBus() as ProximityBus],
  ['over Redis', async () => RedisProximityBus.connect({ urls: [(await testRedis()).url], log })],
])('the proximity bus %s', (_name, open) => {
  let bus: ProximityBus;
  let address: string;

  beforeAll(async () => {
    bus = await open();
  });

  beforeEach(() => {
    address = `test:${randomUUID()}`;
  });

  afterAll(async () => {
    await bus.close();
  });

  test('carries frames to whoever listens, in order, and nothing from before', async () => {
    const heard = inbox();
    bus.send(address, Buffer.from('before'));
    const end = await bus.listen(address, heard.take, () => undefined);
    for (const text of ['one', 'two', 'three']) bus.send(address, Buffer.from(text));
    await heard.count(3);
    expect(heard.frames).toEqual(['one', 'two', 'three']);
    await end();
  });

  test('carries any bytes, and a copy to each of several', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    const received: Buffer[] = [];
    const all = inbox();
    const take = (frame: Buffer) => {
      received.push(frame);
      all.take(frame);
    };
    const ends = [await bus.listen(address, take, () => {}), await bus.listen(address, take, () => {})];
    bus.send(address, Buffer.from(bytes));
    await all.count(2);
    expect(received.every((frame) => frame.equals(bytes))).toBe(true);
    for (const end of ends) await end();
  });

  test('goes on for a second listener when the first has ended', async () => {
    const [first, second] = [inbox(), inbox()];
    const endFirst = await bus.listen(address, first.take, () => {});
    const endSecond = await bus.listen(address, second.take, () => {});
    await endFirst();
    bus.send(address, Buffer.from('still'));
    await second.count(1);
    expect(first.frames).toEqual([]);
    await endSecond();
  });

  test('keeps addresses apart, and answers that it is there', async () => {
    const [one, other] = [inbox(), inbox()];
    const ends = [
      await bus.listen(address, one.take, () => {}),
      await bus.listen(`${address}:other`, other.take, () => {}),
    ];
    bus.send(`${address}:other`, Buffer.from('there'));
    await other.count(1);
    expect(one.frames).toEqual([]);
    await bus.check();
    for (const end of ends) await end();
  });
});

describe('the proximity bus over a Redis that goes away', () => {
  test('listens again once it is back, and then says that something was missed', async () => {
    const server = await startRedisServer({ persistent: false });
    const bus = await RedisProximityBus.connect({ urls: [server.url], log });
    const heard = inbox();
    const lost = Promise.withResolvers<void>();
    await bus.listen('here', heard.take, () => lost.resolve());
    await server.kill();
    bus.send('here', Buffer.from('into the void'));
    await server.restart();
    await lost.promise;
    bus.send('here', Buffer.from('back'));
    await heard.count(1);
    expect(heard.frames.at(-1)).toBe('back');
    await bus.close();
    await server.stop();
  });
});

describe.each([
  ['in process', async () => async () => new MemoryMembership() as Membership],
  [
    'over Redis',
    async () => {
      const { url } = await testRedis();
      return async (clock: ManualClock) => RedisMembership.connect({ urls: [url], clock, log });
    },
  ],
])('membership %s', (_name, prepare) => {
  test('a worker takes part from its joining to its leaving, and is served before others see it', async () => {
    const membership = await (await prepare())(new ManualClock({ stands: true }));
    const id = randomUUID();
    const took: Worker[] = [];
    const seen: boolean[] = [];
    membership.onChange(() => seen.push(membership.workers.some((worker) => worker.id === id)));
    await membership.join(
      id,
      async (worker) => {
        expect(membership.workers.some((each) => each.id === id)).toBe(false);
        took.push(worker);
      },
      () => undefined,
    );
    expect(seen).toEqual([true]);
    expect(took).toEqual([membership.workers.find((worker) => worker.id === id)]);
    expect(membership.holds(took[0]?.epoch ?? 0)).toBe(true);
    await membership.check();
    await membership.close();
  });
});

/** Passes bytes on to a port until it falls silent; connections that come after that are passed on again. */
async function startNetwork(port: number) {
  const pairs = new Set<[Socket, Socket]>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    pairs.add([near, far]);
    near.on('error', () => far.destroy()).on('close', () => far.destroy());
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
    near.pipe(far);
    far.pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** As when the other machine has lost its power: nobody is told. */
    fallSilent() {
      for (const [near, far] of pairs) {
        near.unpipe(far);
        far.unpipe(near);
        near.resume();
      }
    },
    async close() {
      for (const [near] of pairs) near.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

test('a Redis that vanishes without a word is noticed, listened to again, and said to have been away', async () => {
  const network = await startNetwork(Number(new URL((await testRedis()).url).port));
  const bus = await RedisProximityBus.connect({ urls: [network.url], log });
  const address = `test:${randomUUID()}`;
  const heard = inbox();
  const { promise: wasAway, resolve } = Promise.withResolvers<void>();
  await bus.listen(address, heard.take, resolve);
  network.fallSilent();
  bus.send(address, Buffer.from('lost'));
  await wasAway;
  bus.send(address, Buffer.from('back'));
  await heard.count(1);
  expect(heard.frames).toEqual(['back']);
  await bus.close();
  await network.close();
});

describe('membership over Redis', () => {
  let server: RedisServer;

  beforeEach(async () => {
    server = await startRedisServer({ persistent: false });
  });

  afterEach(async () => {
    await server.stop();
  });

  const open = (clock: ManualClock) => RedisMembership.connect({ urls: [server.url], clock, log });

  /** Resolves when the membership sees so many workers, moving its clock on so that it looks. */
  async function untilSeen(membership: Membership, clock: ManualClock, count: number): Promise<void> {
    while (membership.workers.length !== count) {
      clock.advance(500);
      await membership.check();
    }
  }

  test('all see the same workers; one that leaves is gone at once', async () => {
    const clocks = [new ManualClock(), new ManualClock(), new ManualClock()] as const;
    const [first, second, onlooker] = await Promise.all(clocks.map(open));
    await first?.join(
      'a',
      async () => {},
      () => undefined,
    );
    await second?.join(
      'b',
      async () => {},
      () => undefined,
    );
    if (!onlooker || !first || !second) throw new Error('three were opened');
    await untilSeen(onlooker, clocks[2], 2);
    await untilSeen(first, clocks[0], 2);
    expect(onlooker.workers).toEqual(first.workers);
    await second.close();
    await untilSeen(onlooker, clocks[2], 1);
    expect(onlooker.workers.map(({ id }) => id)).toEqual(['a']);
    await Promise.all([first.close(), onlooker.close()]);
  });

  test('who has lost the lease knows it by its own clock, and comes back under a greater epoch', async () => {
    const clock = new ManualClock();
    const membership = await open(clock);
    const took: Worker[] = [];
    let lost = 0;
    await membership.join(
      'a',
      async (worker) => {
        took.push(worker);
      },
      () => lost++,
    );
    const epoch = took[0]?.epoch ?? 0;
    const redis = new Redis(server.url);
    // As when the process was paused for longer than the lease.
    await redis.del('{proximity}:workers');
    clock.advance(LEASE_MILLISECONDS);
    expect(membership.holds(epoch)).toBe(false);
    while (took.length < 2) await membership.check();
    expect(lost).toBe(1);
    expect(took[1]?.epoch).toBeGreaterThan(epoch);
    expect(membership.holds(epoch)).toBe(false);
    await redis.quit();
    await membership.close();
  });

  test('epochs grow also where Redis has forgotten those before', async () => {
    const [one, other] = [await open(new ManualClock()), await open(new ManualClock())];
    const epochs: number[] = [];
    const took = async (worker: Worker) => void epochs.push(worker.epoch);
    await one.join('a', took, () => undefined);
    const redis = new Redis(server.url);
    await redis.flushall();
    await other.join('b', took, () => undefined);
    expect(epochs[1]).toBeGreaterThan(epochs[0] ?? 0);
    await redis.quit();
    await Promise.all([one.close(), other.close()]);
  });
});
