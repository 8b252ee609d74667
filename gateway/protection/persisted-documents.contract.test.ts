import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { ManualClock } from '../../subgraphs/kernel/clock.ts';
import { startRedisServer, testRedis } from '../../subgraphs/kernel/testing/servers.ts';
import { documentsInMemory } from './persisted-documents.memory.ts';
import { documentsInRedis } from './persisted-documents.redis.ts';
import { KEPT_SECONDS, type PersistedDocuments } from './persisted-documents.ts';
import { connectRedis } from './redis.ts';

const log = pino({ level: 'silent' });
const MOST = 3;

interface Opened {
  readonly documents: PersistedDocuments;
  close(): Promise<void>;
}

async function inProcess(clock: ManualClock): Promise<Opened> {
  return { documents: documentsInMemory(clock, MOST), close: async () => {} };
}

async function overRedis(clock: ManualClock): Promise<Opened> {
  const redis = new Redis((await testRedis()).url);
  const documents = documentsInRedis(redis, clock, log, MOST, `{test:${randomUUID()}}`);
  return { documents, close: async () => void (await redis.quit()) };
}

describe.each([
  ['in process', inProcess],
  ['over Redis', overRedis],
])('registered documents %s', (_name, open) => {
  let opened: Opened;
  let clock: ManualClock;

  beforeEach(async () => {
    clock = new ManualClock();
    opened = await open(clock);
  });

  afterEach(async () => {
    await opened.close();
  });

  test('are found under their hash, and no other', async () => {
    await opened.documents.keep('aa', '{ a }');
    expect(await opened.documents.find('aa')).toBe('{ a }');
    expect(await opened.documents.find('ab')).toBeUndefined();
  });

  test('may be registered again', async () => {
    await opened.documents.keep('aa', '{ a }');
    await opened.documents.keep('aa', '{ a }');
    expect(await opened.documents.find('aa')).toBe('{ a }');
  });

  test('are as many as is said: what was used longest ago goes', async () => {
    for (const hash of ['aa', 'bb', 'cc']) {
      await opened.documents.keep(hash, hash);
      clock.advance(1_000);
    }
    expect(await opened.documents.find('aa')).toBe('aa');
    clock.advance(1_000);
    await opened.documents.keep('dd', 'dd');
    const found = await Promise.all(['aa', 'bb', 'cc', 'dd'].map((hash) => opened.documents.find(hash)));
    expect(found).toEqual(['aa', undefined, 'cc', 'dd']);
  });
});

test('in process a document that nobody asks for is forgotten after a day', async () => {
  const clock = new ManualClock();
  const documents = documentsInMemory(clock);
  await documents.keep('aa', '{ a }');
  clock.advance(KEPT_SECONDS * 1000 - 1_000);
  expect(await documents.find('aa')).toBe('{ a }');
  clock.advance(KEPT_SECONDS * 1000 - 1_000);
  expect(await documents.find('aa')).toBe('{ a }');
  clock.advance(KEPT_SECONDS * 1000 + 1_000);
  expect(await documents.find('aa')).toBeUndefined();
});

test('in Redis a document has a life of a day from when it was last asked for', async () => {
  const redis = new Redis((await testRedis()).url);
  const prefix = `{test:${randomUUID()}}`;
  const documents = documentsInRedis(redis, new ManualClock(), log, MOST, prefix);
  await documents.keep('aa', '{ a }');
  await redis.expire(`${prefix}:aa`, 10);
  await documents.find('aa');
  expect(await redis.ttl(`${prefix}:aa`)).toBeGreaterThan(KEPT_SECONDS - 60);
  await redis.quit();
});

test('while Redis is away nothing is found, and nothing fails', async () => {
  const server = await startRedisServer();
  const redis = await connectRedis(server.url, log);
  const documents = documentsInRedis(redis, new ManualClock(), log);
  await documents.keep('aa', '{ a }');
  expect(await documents.find('aa')).toBe('{ a }');
  await server.stop();
  await documents.keep('bb', '{ b }');
  expect(await documents.find('aa')).toBeUndefined();
  redis.disconnect();
});
