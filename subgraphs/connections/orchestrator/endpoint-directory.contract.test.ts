import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { ManualClock } from '../../kernel/clock.ts';
import {
  type RedisCluster,
  type RedisServer,
  startRedisCluster,
  startRedisServer,
} from '../../kernel/testing/servers.ts';
import { MemoryEndpointDirectory } from './endpoint-directory.memory.ts';
import { RedisEndpointDirectory } from './endpoint-directory.redis.ts';
import type { EndpointDirectory, Place } from './endpoint-directory.ts';
import type { Announcement } from './placement.ts';

const log = pino({ level: 'silent' });
let redis: RedisServer;
let cluster: RedisCluster;
const opened: EndpointDirectory[] = [];

beforeAll(async () => {
  redis = await startRedisServer({ persistent: false });
  cluster = await startRedisCluster();
});

afterAll(async () => {
  await redis.stop();
  await cluster.stop();
});

afterEach(async () => {
  for (const directory of opened.splice(0)) {
    for (const { endpointId } of await directory.list()) await directory.retire(endpointId);
    await directory.close();
  }
});

interface Options {
  readonly leaseMilliseconds?: number;
}

async function overRedis(options: Options = {}, urls: readonly string[] = [redis.url]): Promise<EndpointDirectory> {
  const directory = await RedisEndpointDirectory.connect({ urls, log, ...options });
  opened.push(directory);
  return directory;
}

function inProcess(options: Options = {}): EndpointDirectory {
  const directory = new MemoryEndpointDirectory({ clock: new ManualClock(), ...options });
  opened.push(directory);
  return directory;
}

const endpoint = (name: string, parts: Partial<Announcement> = {}): Announcement => ({
  endpointId: randomUUID(),
  url: `wss://${name}.example/graphql`,
  capacity: 100,
  open: 0,
  ...parts,
});

type Step =
  | { readonly kind: 'announce'; readonly who: number; readonly capacity: number; readonly open: number }
  | { readonly kind: 'retire'; readonly who: number }
  | { readonly kind: 'place'; readonly area: number; readonly seats: 0 | 1 };

/** Asks until it is true; each question is a round trip. */
async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const patience = Date.now() + 30_000;
  while (!(await isTrue())) if (Date.now() > patience) throw new Error('It was not true within 30 s');
}

const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => undefined,
    ({ code }: { code: string }) => code,
  );

describe.each([
  [
    'in process',
    // Whoever places in one process shares the object.
    async (options?: Options) => {
      const directory = inProcess(options);
      return [directory, directory] as const;
    },
  ],
  ['over Redis', async (options?: Options) => [await overRedis(options), await overRedis(options)] as const],
  [
    'over a Redis Cluster',
    async (options?: Options) => {
      const { urls } = cluster;
      // Each is told of another node first.
      return [await overRedis(options, urls), await overRedis(options, [...urls].reverse())] as const;
    },
  ],
])('the account of endpoints %s', (_name, openTwo) => {
  test('knows nobody at first, and has no place to give', async () => {
    const [directory] = await openTwo();
    expect(await directory.list()).toEqual([]);
    expect(await directory.place(1, 1)).toBeUndefined();
  });

  test('tells all processes what one has announced', async () => {
    const [one, other] = await openTwo();
    const [a, b] = [endpoint('a', { open: 7 }), endpoint('b')];
    await one.announce(b);
    await other.announce(a);
    for (const directory of [one, other]) {
      const list = await directory.list();
      expect(list.map(({ url, open, capacity, promised, free }) => ({ url, open, capacity, promised, free }))).toEqual([
        { url: a.url, open: 7, capacity: 100, promised: 0, free: 93 },
        { url: b.url, open: 0, capacity: 100, promised: 0, free: 100 },
      ]);
      for (const { announcedAt } of list) expect(Math.abs(announcedAt.getTime() - Date.now())).toBeLessThan(60_000);
    }
  });

  test('counts a promised seat at once, until an announcement shows it', async () => {
    const [one, other] = await openTwo();
    const only = endpoint('only', { capacity: 2 });
    await one.announce(only);
    expect(await one.place(1, 1)).toEqual({ endpointId: only.endpointId, url: only.url });
    expect(await other.list()).toMatchObject([{ open: 0, promised: 1, free: 1 }]);
    expect(await other.place(1, 1)).toMatchObject({ url: only.url });
    expect(await one.place(1, 1)).toBeUndefined();
    await one.announce({ ...only, open: 2 });
    expect(await one.list()).toMatchObject([{ open: 2, promised: 0, free: 0 }]);
    await one.announce({ ...only, open: 1 });
    expect(await other.place(1, 1)).toMatchObject({ url: only.url });
  });

  test('forgets a promise of which nothing is seen by the second announcement', async () => {
    const [directory] = await openTwo();
    const only = endpoint('only', { capacity: 2 });
    await directory.announce(only);
    await directory.place(1, 1);
    await directory.announce(only);
    expect(await directory.list()).toMatchObject([{ promised: 1, free: 1 }]);
    await directory.announce(only);
    expect(await directory.list()).toMatchObject([{ promised: 0, free: 2 }]);
  });

  test('counts no seat for somebody who holds one', async () => {
    const [directory] = await openTwo();
    await directory.announce(endpoint('only'));
    for (let times = 0; times < 3; times++) await directory.place(1, 0);
    expect(await directory.list()).toMatchObject([{ promised: 0 }]);
  });

  test('sends nobody to an endpoint that has retired, however often it does', async () => {
    const [one, other] = await openTwo();
    const [a, b] = [endpoint('a'), endpoint('b')];
    for (const each of [a, b]) await one.announce(each);
    for (const directory of [one, other]) await directory.retire(a.endpointId);
    for (let area = 0; area < 20; area++) expect(await other.place(area, 1)).toMatchObject({ url: b.url });
    expect((await one.list()).map(({ url }) => url)).toEqual([b.url]);
  });

  test('sends nobody to an endpoint that takes none, and still shows it', async () => {
    const [directory] = await openTwo();
    await directory.announce(endpoint('closing', { capacity: 0, open: 12 }));
    expect(await directory.place(1, 1)).toBeUndefined();
    expect(await directory.list()).toMatchObject([{ capacity: 0, open: 12, free: 0 }]);
  });

  test('takes an endpoint for dead when it has said nothing for a lease, and no other', async () => {
    const [one, other] = await openTwo({ leaseMilliseconds: 500 });
    const [dies, lives] = [endpoint('dies'), endpoint('lives')];
    await one.announce(dies);
    await until(async () => {
      await other.announce(lives);
      return (await one.list()).length === 1;
    });
    await other.announce(lives);
    expect(await one.place(1, 1)).toMatchObject({ url: lives.url });
  });

  test('two processes that place a stampede at once promise each seat once and refuse the rest', async () => {
    const [one, other] = await openTwo();
    const endpoints = ['a', 'b', 'c', 'd', 'e'].map((name) => endpoint(name, { capacity: 90 }));
    for (const each of endpoints) await one.announce(each);
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, phone) => (phone % 2 ? one : other).place(phone % 7, 1)),
    );
    const placed = answers.filter((answer) => answer !== undefined);
    expect(placed).toHaveLength(450);
    for (const { endpointId } of endpoints) {
      expect(placed.filter((place) => place.endpointId === endpointId)).toHaveLength(90);
    }
    expect((await other.list()).map(({ promised, free }) => [promised, free])).toEqual(endpoints.map(() => [90, 0]));
  });

  test('a stampede on one area in one beat is shared by its three endpoints, also while they announce themselves', async () => {
    const [one, other] = await openTwo();
    const endpoints = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => endpoint(name, { capacity: 2_000 }));
    for (const each of endpoints) await one.announce(each);
    const place = (phones: number) =>
      Promise.all(Array.from({ length: phones }, (_, phone) => (phone % 2 ? one : other).place(42, 1)));
    const answers = [...(await place(600))];
    // Of the first nobody has arrived yet.
    for (const each of endpoints) await other.announce(each);
    answers.push(...(await place(400)));
    const counts = endpoints.map(({ url }) => answers.filter((answer) => answer?.url === url).length);
    expect(counts.sort((a, b) => a - b)).toEqual([0, 0, 0, 333, 333, 334]);
  });
});

describe('over Redis', () => {
  test('a place is the one that the pure choice gives, whatever was announced and promised before', async () => {
    const [shared, own] = [await overRedis(), inProcess()];
    const ids = Array.from({ length: 8 }, () => randomUUID());
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.record({
        kind: fc.constant('announce'),
        who: fc.nat({ max: 7 }),
        capacity: fc.integer({ min: 0, max: 6 }),
        open: fc.integer({ min: 0, max: 6 }),
      }),
      fc.record({ kind: fc.constant('retire'), who: fc.nat({ max: 7 }) }),
      fc.record({
        kind: fc.constant('place'),
        area: fc.integer({ min: 0, max: 2_000_000 }),
        seats: fc.constantFrom(0, 1),
      }),
    );
    const apply = async (directory: EndpointDirectory, taken: Step): Promise<Place | undefined> => {
      if (taken.kind === 'place') return directory.place(taken.area, taken.seats);
      const endpointId = ids[taken.who] ?? '';
      if (taken.kind === 'retire') await directory.retire(endpointId);
      // Two share an address, as gateways behind one balancer do.
      else await directory.announce({ ...endpoint(`${taken.who % 7}`), ...taken, endpointId } as Announcement);
      return undefined;
    };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        for (const endpointId of ids) for (const directory of [shared, own]) await directory.retire(endpointId);
        for (const taken of steps) expect(await apply(shared, taken)).toEqual(await apply(own, taken));
        const [mine, theirs] = [await own.list(), await shared.list()];
        const without = ({ announcedAt: _, ...load }: (typeof mine)[number]) => load;
        expect(theirs.map(without)).toEqual(mine.map(without));
      }),
      { numRuns: 60 },
    );
  });

  test('nothing is left in Redis when all are gone', async () => {
    const directory = await overRedis({ leaseMilliseconds: 300 });
    await directory.announce(endpoint('a'));
    await directory.place(1, 1);
    const connection = new Redis(redis.url);
    try {
      expect(await connection.keys('*')).toEqual(['{realtime}:endpoints']);
      await until(async () => (await connection.dbsize()) === 0);
    } finally {
      await connection.quit();
    }
  });

  test('while Redis is away it says so, and after it has started again the next announcements tell it all', async () => {
    const [one, other] = [await overRedis(), await overRedis()];
    const [a, b] = [endpoint('a', { open: 3 }), endpoint('b')];
    for (const each of [a, b]) await one.announce(each);
    await redis.kill();
    try {
      expect(await codeOf(one.place(1, 1))).toBe('UNAVAILABLE');
      expect(await codeOf(other.announce(a))).toBe('UNAVAILABLE');
      expect(await codeOf(other.list())).toBe('UNAVAILABLE');
    } finally {
      await redis.restart();
    }
    const told = (directory: EndpointDirectory, each: Announcement) =>
      directory.announce(each).then(
        () => true,
        () => false,
      );
    await until(() => told(one, a));
    await until(() => told(other, b));
    expect((await one.list()).map(({ url, open }) => [url, open])).toEqual([
      [a.url, 3],
      [b.url, 0],
    ]);
    expect(await other.place(1, 1)).toBeDefined();
  });

  test('a Redis that does not answer is told at the start', async () => {
    await expect(RedisEndpointDirectory.connect({ urls: ['redis://127.0.0.1:1'], log })).rejects.toThrow();
  });
});
