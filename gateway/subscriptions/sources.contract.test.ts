import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { subgraphs } from '../../subgraphs/index.ts';
import { CallerSigner } from '../../subgraphs/kernel/caller.ts';
import { generateGatewayKeys } from '../../subgraphs/kernel/configuration.ts';
import { RedisLiveMessages } from '../../subgraphs/kernel/live-messages.redis.ts';
import { LIVE_QUEUE_LIMIT } from '../../subgraphs/kernel/live-messages.ts';
import { serveSubgraph } from '../../subgraphs/kernel/serve.ts';
import type { SubgraphDefinition } from '../../subgraphs/kernel/subgraph.ts';
import { openTestSubgraph } from '../../subgraphs/kernel/testing/harness.ts';
import { startRedisServer, testRedis } from '../../subgraphs/kernel/testing/servers.ts';
import type { Source } from '../executor/executor.ts';
import type { FetchRequest, FetchResult } from '../executor/fetch.ts';
import { localLink } from '../link.local.ts';
import { remoteLink } from '../link.remote.ts';
import type { SubgraphLink } from '../link.ts';
import { publishedSource } from './published.ts';

/*
 * One field of a real subgraph, storyFeedChanges of connections, by each of the ways it can come: the gateway may choose,
 * and the executor does not see which.
 */
interface Subject {
  readonly source: Source<null>;
  publish(message: object): Promise<void>;
  close(): Promise<void>;
}

const log = pino({ level: 'silent' });
const keys = generateGatewayKeys();
const connections = subgraphs.find(({ name }) => name === 'connections') as SubgraphDefinition<undefined>;

async function openConnections() {
  const opened = await openTestSubgraph(connections, { configuration: { gatewayPublicKey: keys.gatewayPublicKey } });
  const signer = new CallerSigner(keys.gatewayPrivateKey, opened.clock);
  const sourceOf =
    (link: SubgraphLink): Source<null> =>
    async (_subgraph, request) =>
      link.subscribe(request, { authorization: await signer.sign({ scopes: ['citizen'] }, 'connections') });
  return { opened, sourceOf, publish: (message: object) => opened.live.publish('stories', message) };
}

async function inProcess(): Promise<Subject> {
  const { opened, sourceOf, publish } = await openConnections();
  return { source: sourceOf(localLink(opened.subgraph)), publish, close: () => opened.close() };
}

async function byWebSocket(): Promise<Subject> {
  const { opened, sourceOf, publish } = await openConnections();
  const server = await serveSubgraph(opened.subgraph, '127.0.0.1', 0);
  const link = remoteLink('connections', `http://127.0.0.1:${server.port}`, log);
  return {
    source: sourceOf(link),
    publish,
    async close() {
      await link.close();
      await server.close();
      await opened.close();
    },
  };
}

const supergraph = () => readFile(join(import.meta.dirname, '../../schema/supergraph.graphql'), 'utf8');

interface StoryMessage {
  readonly kind: string;
  readonly storyId: string;
  readonly story?: object;
}

async function fromRedis(url?: string): Promise<Subject> {
  const live = await RedisLiveMessages.connect({ url: url ?? (await testRedis()).url, log });
  // Other suites use the same Redis.
  const channel = `stories:${randomUUID()}`;
  return {
    source: publishedSource<null>({
      sdl: await supergraph(),
      fields: {
        storyFeedChanges: {
          channel: () => channel,
          event: ({ kind, storyId, story }: StoryMessage) => ({ kind: kind.toUpperCase(), storyId, story }),
        },
      },
      listen: (name) => live.subscribe(name),
      otherwise: () => Promise.reject(new Error('Nothing else is asked for.')),
    }),
    publish: (message) => live.publish(channel, message),
    close: () => live.close(),
  };
}

const query = 'subscription Feed__connections__0 { storyFeedChanges { kind storyId shown: story { id text } } }';
const request: FetchRequest = {
  query,
  operationName: 'Feed__connections__0',
  variables: {},
  kind: 'subscription' as FetchRequest['kind'],
  encode: () => JSON.stringify({ query }),
};

let version = 0;
const takenDown = (storyId: string) => ({ kind: 'taken_down', storyId, version: ++version });
const ids = (count: number) => Array.from({ length: count }, () => randomUUID());
const idOf = (event: FetchResult) => (event.data as { storyFeedChanges: { storyId: string } }).storyFeedChanges.storyId;

describe.each([
  ['in process', inProcess],
  ['by WebSocket', byWebSocket],
  ['from Redis', fromRedis],
])('a source %s', (_name, open) => {
  let subject: Subject;

  beforeAll(async () => {
    subject = await open();
  });

  afterAll(() => subject.close());

  /** Opens it and tells it of stories until it hears of one: a socket does not say when it listens. */
  async function listening(): Promise<AsyncIterableIterator<FetchResult>> {
    const events = await subject.source('connections', request, null);
    const first = events.next();
    let hasHeard = false;
    first.then(() => {
      hasHeard = true;
    });
    const told: string[] = [];
    while (!hasHeard) {
      const [id] = ids(1) as [string];
      told.push(id);
      await subject.publish(takenDown(id));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const heard = idOf((await first).value);
    for (let left = told.slice(told.indexOf(heard) + 1); left.length > 0; left = left.slice(1)) {
      expect(idOf((await events.next()).value)).toBe(left[0]);
    }
    return events;
  }

  test('tells events as the subgraph would, with the names that were asked for', async () => {
    const events = await listening();
    const [storyId, officerId, citizenId] = ids(3) as [string, string, string];
    const story = { id: storyId, officerId, citizenId, text: 'We met.', publishedAt: '2026-03-01T12:00:00.000Z' };
    await subject.publish({ kind: 'published', storyId, version: ++version, story });
    await subject.publish(takenDown(storyId));
    expect(JSON.parse(JSON.stringify((await events.next()).value))).toEqual({
      data: { storyFeedChanges: { kind: 'PUBLISHED', storyId, shown: { id: storyId, text: 'We met.' } } },
    });
    expect(JSON.parse(JSON.stringify((await events.next()).value))).toEqual({
      data: { storyFeedChanges: { kind: 'TAKEN_DOWN', storyId, shown: null } },
    });
    await events.return?.();
  });

  test('keeps the order, and what was told before it is read', async () => {
    const events = await listening();
    const stories = ids(50);
    for (const id of stories) await subject.publish(takenDown(id));
    const heard: string[] = [];
    while (heard.length < stories.length) heard.push(idOf((await events.next()).value));
    expect(heard).toEqual(stories);
    await events.return?.();
  });

  test('tells each of two readers everything, and one that leaves takes nothing from the other', async () => {
    const [one, two] = [await listening(), await listening()];
    await one.return?.();
    const [id] = ids(1) as [string];
    await subject.publish(takenDown(id));
    for (let heard = ''; heard !== id; ) heard = idOf((await two.next()).value);
    await two.return?.();
  });

  test('ends at once, also while somebody waits', async () => {
    const events = await listening();
    const waiting = events.next();
    await events.return?.();
    expect((await waiting).done).toBe(true);
    expect((await events.next()).done).toBe(true);
  });

  test('pushes where it is asked to, and goes on when it is resumed', async () => {
    const events = (await listening()) as AsyncIterableIterator<FetchResult> & {
      tell(reader: { told(event: FetchResult): boolean; ended(failure?: unknown): void }): void;
      resume(): void;
    };
    const stories = ids(3);
    const heard: string[] = [];
    const all = Promise.withResolvers<void>();
    events.tell({
      told(event) {
        heard.push(idOf(event));
        if (heard.length === stories.length) all.resolve();
        else setImmediate(() => events.resume());
        return false;
      },
      ended: () => all.reject(new Error('It ended.')),
    });
    for (const id of stories) await subject.publish(takenDown(id));
    await all.promise;
    expect(heard).toEqual(stories);
    await events.return?.();
  });

  test('ends with an error for a reader that is too far behind, and others hear on', async () => {
    const [slow, quick] = [await listening(), await listening()];
    for (let count = 0; count <= LIVE_QUEUE_LIMIT + 64; count++) {
      const [id] = ids(1) as [string];
      await subject.publish(takenDown(id));
      while (idOf((await quick.next()).value) !== id);
    }
    let last: unknown;
    while (last === undefined) {
      last = await slow.next().then(
        ({ value }) => (value.data === undefined || value.errors ? value.errors[0] : undefined),
        (error) => error,
      );
    }
    expect((last as { extensions: object }).extensions).toMatchObject({ code: 'UNAVAILABLE' });
    await quick.return?.();
  });
});

test('a source from Redis fails when Redis does, since messages may have been lost, and can be opened again', async () => {
  const server = await startRedisServer();
  const subject = await fromRedis(server.url);
  try {
    const events = await subject.source('connections', request, null);
    const waiting = events.next();
    await server.kill();
    await expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect((await events.next()).done).toBe(true);
    await expect(subject.source('connections', request, null)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await server.restart();
    const again = await eventually(() => subject.source('connections', request, null));
    const next = again.next();
    const [id] = ids(1) as [string];
    await subject.publish(takenDown(id));
    expect(idOf((await next).value)).toBe(id);
  } finally {
    await subject.close();
    await server.stop();
  }
});

/** Repeats what Redis refuses while it comes back; each try takes a turn of the event loop. */
async function eventually<Value>(ask: () => Promise<Value>): Promise<Value> {
  for (;;) {
    const value = await ask().catch(() => undefined);
    if (value) return value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
