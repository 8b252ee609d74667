/* A new supergraph under a running system: taken where it is good, refused where it is not, and nobody left without a word. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { ManualClock } from '../subgraphs/kernel/clock.ts';
import { readConfiguration } from '../subgraphs/kernel/configuration.ts';
import { type Gateway, openGateway } from './gateway.ts';
import { eventually } from './journeys/people.ts';
import { LOOK_MILLISECONDS } from './supergraph.ts';

const COMMITTED = join(import.meta.dirname, '../schema');
const FEED = 'subscription { storyFeedChanges { story { id } } }';

describe('a supergraph that changes', () => {
  let folder: string;
  let file: string;
  let committed: string;
  let gateway: Gateway;
  const clock = new ManualClock();
  /** What was logged of supergraphs that were refused. */
  const refusals: string[] = [];
  let told = () => {};

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hey-blue-reload-'));
    await cp(COMMITTED, join(folder, 'schema'), { recursive: true, filter: (source) => !source.endsWith('.ts') });
    file = join(folder, 'schema', 'supergraph.graphql');
    committed = await readFile(file, 'utf8');
    const settings = {
      NODE_ENV: 'test',
      PORT: '0',
      DATA_DIR: folder,
      SCHEMA_DIR: join(folder, 'schema'),
      LOG_LEVEL: 'silent',
    };
    const write = (line: string) => {
      if (line.includes('refused')) refusals.push(line);
      told();
    };
    gateway = await openGateway(readConfiguration(settings), clock, pino({ level: 'error' }, { write }));
  });

  afterAll(async () => {
    await gateway?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const ask = async (query: string) => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as {
      data?: Record<string, { readonly description?: string }>;
      errors?: { message: string }[];
    };
  };
  const descriptionOf = async (type: string) =>
    (await ask(`{ __type(name: "${type}") { description } }`)).data?.__type?.description;
  const described = (description: string) => {
    const changed = committed.replace(/"""[^"]*"""\ntype Offer\b/, `"""${description}"""\ntype Offer`);
    expect(changed).toContain(description);
    return changed;
  };
  const untilRefused = async (count: number) => {
    while (refusals.length < count) {
      await new Promise<void>((resolve) => {
        told = resolve;
      });
    }
  };
  const offer = async (supergraphSdl: string) => {
    await writeFile(file, supergraphSdl);
    clock.advance(LOOK_MILLISECONDS);
  };

  test('is served from then on, and whoever subscribed to the one before is told to do so again', async () => {
    const url = `${gateway.url.replace('http', 'ws')}/graphql`;
    const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
    const ended = new Promise<unknown>((resolve, reject) => {
      const complete = () => reject(new Error('It ended silently'));
      client.subscribe({ query: FEED }, { next: () => undefined, error: resolve, complete });
    });
    // Asked on the same socket, and answered after what was asked before has begun.
    for await (const _ of client.iterate({ query: '{ __typename }' }));
    await offer(described('What a retailer gives for points, told anew.'));
    await eventually(async () =>
      (await descriptionOf('Offer')) === 'What a retailer gives for points, told anew.' ? true : undefined,
    );
    expect(await ended).toMatchObject([{ extensions: { code: 'SUBSCRIPTION_SCHEMA_RELOAD' } }]);
    await client.dispose();
  });

  test('is refused where it is none, or lacks what clients send, and the one before goes on', async () => {
    const before = await descriptionOf('Offer');
    await offer('type Query { nothing: Int }');
    await untilRefused(1);
    await offer(described('Without me.').replace(/^ {2}me: /m, '  meNoMore: '));
    await untilRefused(2);
    expect(await descriptionOf('Offer')).toBe(before);
    await offer(described('The third.'));
    expect(refusals[1]).toContain('no answer to a document that clients send');
    await eventually(async () => ((await descriptionOf('Offer')) === 'The third.' ? true : undefined));
  });
});
