import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { ManualClock } from '../../subgraphs/kernel/clock.ts';
import { type RedisServer, startRedisServer, testRedis } from '../../subgraphs/kernel/testing/servers.ts';
import { cacheInMemory } from './cache-store.memory.ts';
import { connectCacheInRedis } from './cache-store.redis.ts';
import { type CacheStore, LONGEST_TEXT_CHARACTERS } from './cache-store.ts';

const log = pino({ level: 'silent' });
const newVersion = () => randomUUID();

/** Of a machine that runs other tests as well. */
const patienceMilliseconds = 5_000;

async function overRedis(clock: ManualClock): Promise<CacheStore> {
  const prefix = `{test:${randomUUID()}}`;
  return connectCacheInRedis({ url: (await testRedis()).url, clock, log, newVersion, prefix, patienceMilliseconds });
}

/** Looks for one key, and keeps `text` where there was nothing. */
async function fill(store: CacheStore, key: string, tags: string[], text: string, maxAgeSeconds = 60) {
  const [looked] = await store.look([{ key, tags }]);
  expect(looked?.found).toBeUndefined();
  await store.keep([{ key, mark: looked?.mark ?? '', text, maxAgeSeconds }]);
}

const textOf = async (store: CacheStore, key: string, tags: string[]) =>
  (await store.look([{ key, tags }]))[0]?.found?.text;

describe.each([
  ['in process', async (clock: ManualClock) => cacheInMemory(clock)],
  ['over Redis', overRedis],
])('kept answers %s', (_name, open) => {
  let store: CacheStore;
  let clock: ManualClock;

  beforeEach(async () => {
    clock = new ManualClock({ stands: true });
    store = await open(clock);
  });

  afterEach(async () => {
    await store.close();
  });

  test('are found under their key, and no other', async () => {
    await fill(store, 'a', ['Offer'], '{"a":"ü\\n1 2 3\\n"}');
    expect(await textOf(store, 'a', ['Offer'])).toBe('{"a":"ü\\n1 2 3\\n"}');
    expect(await textOf(store, 'b', ['Offer'])).toBeUndefined();
  });

  test('need no tags', async () => {
    await fill(store, 'a', [], '1\n2');
    expect(await textOf(store, 'a', [])).toBe('1\n2');
  });

  test('are looked for many at once, and answered in order', async () => {
    await fill(store, 'a', ['Offer:a', 'Offer:*'], 'A');
    await fill(store, 'c', ['Offer:c', 'Offer:*'], 'C');
    const looked = await store.look(['a', 'b', 'c', 'a'].map((key) => ({ key, tags: [`Offer:${key}`, 'Offer:*'] })));
    expect(looked.map(({ found }) => found?.text)).toEqual(['A', undefined, 'C', 'A']);
    expect(looked[1]?.mark).toBeDefined();
  });

  test('have an age, and end with their time', async () => {
    await fill(store, 'a', ['Offer'], 'A', 30);
    clock.advance(12_000);
    expect((await store.look([{ key: 'a', tags: ['Offer'] }]))[0]?.found).toMatchObject({ text: 'A', ageSeconds: 12 });
    clock.advance(17_000);
    expect(await textOf(store, 'a', ['Offer'])).toBe('A');
    clock.advance(1_000);
    expect(await textOf(store, 'a', ['Offer'])).toBeUndefined();
  });

  test('are not found once one of their tags is stale; those of other tags are', async () => {
    await fill(store, 'a', ['Offer', 'Retailer'], 'A');
    await fill(store, 'b', ['Offer'], 'B');
    await store.makeStale(['Retailer', 'Charity']);
    expect(await textOf(store, 'a', ['Offer', 'Retailer'])).toBeUndefined();
    expect(await textOf(store, 'b', ['Offer'])).toBe('B');
    await fill(store, 'a', ['Offer', 'Retailer'], 'A2');
    expect(await textOf(store, 'a', ['Offer', 'Retailer'])).toBe('A2');
  });

  test('that were fetched while a tag became stale are never found', async () => {
    const [looked] = await store.look([{ key: 'a', tags: ['Offer'] }]);
    await store.makeStale(['Offer']);
    await store.keep([{ key: 'a', mark: looked?.mark ?? '', text: 'old', maxAgeSeconds: 60 }]);
    expect(await textOf(store, 'a', ['Offer'])).toBeUndefined();
  });

  test('are not found where they were fetched before what is kept by now', async () => {
    const [before] = await store.look([{ key: 'a', tags: ['Offer'] }]);
    await store.makeStale(['Offer']);
    await fill(store, 'a', ['Offer'], 'new');
    await store.keep([{ key: 'a', mark: before?.mark ?? '', text: 'old', maxAgeSeconds: 60 }]);
    expect(await textOf(store, 'a', ['Offer'])).not.toBe('old');
  });

  test('are not too long', async () => {
    await fill(store, 'a', [], 'x'.repeat(LONGEST_TEXT_CHARACTERS));
    await fill(store, 'b', [], 'x'.repeat(LONGEST_TEXT_CHARACTERS + 1));
    expect(await textOf(store, 'a', [])).toBeDefined();
    expect(await textOf(store, 'b', [])).toBeUndefined();
  });
});

test('in process the longest unused go where there is no more room', async () => {
  const store = cacheInMemory(new ManualClock(), 10_000);
  const text = 'x'.repeat(1_000);
  for (const key of ['a', 'b', 'c', 'd']) await fill(store, key, [], text);
  expect(await textOf(store, 'a', [])).toBe(text);
  await fill(store, 'e', [], text);
  const found = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((key) => textOf(store, key, [])));
  expect(found.map((each) => each !== undefined)).toEqual([true, false, true, true, true]);
});

describe('over Redis', () => {
  let server: RedisServer;
  let clock: ManualClock;
  let store: CacheStore;

  beforeEach(async () => {
    server = await startRedisServer({ persistent: false });
    clock = new ManualClock({ stands: true });
    store = await connectCacheInRedis({ url: server.url, clock, log, newVersion, patienceMilliseconds });
  });

  afterEach(async () => {
    await store.close();
    await server.stop();
  });

  test('gateways share what they keep, and what is stale', async () => {
    const other = await connectCacheInRedis({ url: server.url, clock, log, newVersion, patienceMilliseconds });
    await fill(store, 'a', ['Offer'], 'A');
    expect(await textOf(other, 'a', ['Offer'])).toBe('A');
    await other.makeStale(['Offer']);
    expect(await textOf(store, 'a', ['Offer'])).toBeUndefined();
    await other.close();
  });

  test('a tag that a full Redis let go makes stale and never fresh again', async () => {
    const redis = new Redis(server.url);
    await fill(store, 'a', ['Offer'], 'old');
    await store.makeStale(['Offer']);
    await redis.del('{hey-blue:cache}:tag:Offer');
    expect(await textOf(store, 'a', ['Offer'])).toBeUndefined();
    redis.disconnect();
  });

  test('keys tell nobody who asked for what, and everything ends by itself', async () => {
    const redis = new Redis(server.url);
    await fill(store, 'caller "account 0198" {"search":"coffee"}', ['Offer'], 'A', 30);
    const keys = await redis.keys('*');
    expect(keys.length).toBe(2);
    expect(keys.join()).not.toMatch(/0198|coffee/);
    for (const key of keys) expect(await redis.pttl(key)).toBeGreaterThan(0);
    redis.disconnect();
  });

  test('while it is away nothing is found, nothing fails, and nothing is promised to be stale', async () => {
    await fill(store, 'a', ['Offer'], 'A');
    await server.kill();
    expect(await store.look([{ key: 'a', tags: ['Offer'] }])).toEqual([{}]);
    await store.keep([{ key: 'a', mark: '', text: 'A', maxAgeSeconds: 60 }]);
    await expect(store.makeStale(['Offer'])).rejects.toThrow();
  });

  test('after it was away it is used again', async () => {
    await server.kill();
    expect(await store.look([{ key: 'a', tags: [] }])).toEqual([{}]);
    await server.restart();
    await eventually(async () => {
      clock.advance(1_000);
      return (await store.look([{ key: 'a', tags: [] }]))[0]?.mark !== undefined;
    });
    await fill(store, 'a', ['Offer'], 'A');
    expect(await textOf(store, 'a', ['Offer'])).toBe('A');
  });

  test('a slow one costs a short wait now and then', async () => {
    await fill(store, 'a', ['Offer'], 'A');
    const hasty = await connectCacheInRedis({ url: server.url, clock, log, newVersion });
    const redis = new Redis(server.url);
    await redis.call('client', 'pause', '600000', 'ALL');
    for (let wait = 0; wait < 3; wait++) {
      const awaited = textOf(hasty, 'a', ['Offer']);
      clock.advance(25);
      expect(await awaited).toBeUndefined();
      // Nobody moves the clock: whoever waited would wait for ever.
      for (let count = 0; count < 200; count++) expect(await textOf(hasty, 'a', ['Offer'])).toBeUndefined();
      clock.advance(2_000);
    }
    redis.disconnect();
    await server.kill();
    await server.restart();
    await eventually(async () => {
      clock.advance(1_000);
      return (await hasty.look([{ key: 'a', tags: [] }]))[0]?.mark !== undefined;
    });
    await hasty.close();
  });

  test('one that is not there at the start is no error', async () => {
    const absent = await connectCacheInRedis({ url: 'redis://127.0.0.1:1', clock, log, newVersion });
    expect(await absent.look([{ key: 'a', tags: [] }])).toEqual([{}]);
    await absent.close();
  });
});

/** Repeats until it is true; each try takes a turn of the event loop. */
async function eventually(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setImmediate(resolve));
}
