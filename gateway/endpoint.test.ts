import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { composeSupergraph } from '../schema/compose.ts';
import { subgraphNames } from '../schema/events.ts';
import { subgraphs } from '../subgraphs/index.ts';
import { readConfiguration } from '../subgraphs/kernel/configuration.ts';
import { printGraph } from '../subgraphs/kernel/graph.ts';
import { type SubgraphServer, serveSubgraph } from '../subgraphs/kernel/serve.ts';
import type { SubgraphDefinition } from '../subgraphs/kernel/subgraph.ts';
import { openTestSubgraph, type TestSubgraph } from '../subgraphs/kernel/testing/harness.ts';
import { type Gateway, openGateway } from './gateway.ts';
import { eventually, signInCitizen } from './journeys/people.ts';
import { startOneProcess, startSevenProcesses } from './journeys/systems.ts';

const connections = subgraphs.find(({ name }) => name === 'connections') as SubgraphDefinition<unknown>;
const beat = 2_000;
const lease = 6_000;
let subject: TestSubgraph<unknown>;
let server: SubgraphServer;
const opened = new Set<Gateway>();
const phones = new Set<WebSocket>();

beforeAll(async () => {
  subject = await openTestSubgraph(connections);
  server = await serveSubgraph(subject.subgraph, '127.0.0.1', 0);
});

afterEach(async () => {
  for (const phone of phones) phone.terminate();
  phones.clear();
  await Promise.all([...opened].map(close));
});

afterAll(async () => {
  await server.close();
  await subject.close();
});

/** A gateway whose connections domain is a real one in another process, as far as it can tell; of the others none answers. */
async function start(environment: Record<string, string> = {}): Promise<Gateway> {
  const { gatewayPrivateKey, gatewayPublicKey, secretKey } = subject.configuration;
  const address = (name: string) => `http://127.0.0.1:${name === 'connections' ? server.port : 1}`;
  const configuration = readConfiguration({
    NODE_ENV: 'test',
    PORT: '0',
    DATA_DIR: mkdtempSync(join(tmpdir(), 'hey-blue-endpoint-')),
    GATEWAY_PRIVATE_KEY: gatewayPrivateKey,
    GATEWAY_PUBLIC_KEY: gatewayPublicKey,
    SECRET_KEY: secretKey.toString('base64url'),
    SUBGRAPH_URLS: subgraphNames.map((name) => `${name}=${address(name)}`).join(','),
    LOG_LEVEL: 'silent',
    ...environment,
  });
  const gateway = await openGateway(configuration, subject.clock);
  opened.add(gateway);
  return gateway;
}

async function close(gateway: Gateway): Promise<void> {
  opened.delete(gateway);
  await gateway.close();
}

const socketOf = ({ url }: Gateway) => `${url.replace('http', 'ws')}/graphql`;

interface Load {
  readonly url: string;
  readonly open: number;
  readonly free: number;
}

async function loads(): Promise<Load[]> {
  const { data } = await subject.execute(
    '{ realtimeEndpoints { url open free } }',
    {},
    {
      accountId: randomUUID(),
      scopes: ['administrator'],
    },
  );
  return data.realtimeEndpoints;
}

async function handed(): Promise<{ url?: string; code?: unknown }> {
  const { data, errors } = await subject.execute(
    '{ realtimeEndpoint(input: { zipCode: "78701" }) { url } }',
    {},
    { accountId: randomUUID(), scopes: ['citizen'] },
  );
  return errors ? { code: errors[0]?.extensions?.code } : data.realtimeEndpoint;
}

/** Asks until it is true; each question is a round trip. */
async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const patience = Date.now() + 30_000;
  while (!(await isTrue())) if (Date.now() > patience) throw new Error('It was not true within 30 s');
}

/** A phone that has said connection_init; the code when it was closed instead of being acknowledged. */
async function connect(url: string): Promise<{ phone: WebSocket; closed?: number }> {
  const phone = new WebSocket(url, 'graphql-transport-ws');
  phones.add(phone);
  const ended = once(phone, 'close');
  await once(phone, 'open');
  const acknowledged = once(phone, 'message').then(() => undefined);
  phone.send('{"type":"connection_init"}');
  const [closed] = (await Promise.race([acknowledged, ended])) ?? [];
  return { phone, closed };
}

test('phones are sent to a gateway that has started, and can connect at the address they are told', async () => {
  const gateway = await start();
  const { url } = await handed();
  expect(url).toBe(socketOf(gateway));
  expect((await connect(url ?? '')).closed).toBeUndefined();
});

test('a gateway with an address of its own is known by that', async () => {
  await start({ REALTIME_URL: 'wss://gateway-3.example/graphql', SOCKET_CAPACITY: '7' });
  expect(await loads()).toEqual([{ url: 'wss://gateway-3.example/graphql', open: 0, free: 7 }]);
});

test('it tells with each beat how many sockets are open', async () => {
  const gateway = await start({ SOCKET_CAPACITY: '10' });
  await connect(socketOf(gateway));
  const { phone } = await connect(socketOf(gateway));
  subject.clock.advance(beat);
  await until(async () => (await loads())[0]?.open === 2);
  phone.close();
  await until(async () => {
    subject.clock.advance(beat);
    return (await loads())[0]?.open === 1;
  });
  expect(await loads()).toMatchObject([{ open: 1, free: 9 }]);
});

test('one socket more than it holds is closed with 1013, and taken when another has left', async () => {
  const gateway = await start({ SOCKET_CAPACITY: '2' });
  const first = await connect(socketOf(gateway));
  expect((await connect(socketOf(gateway))).closed).toBeUndefined();
  for (let times = 0; times < 3; times++) expect((await connect(socketOf(gateway))).closed).toBe(1013);
  subject.clock.advance(beat);
  await until(async () => (await loads())[0]?.free === 0);
  expect(await handed()).toEqual({ code: 'UNAVAILABLE' });
  first.phone.close();
  await until(async () => (await connect(socketOf(gateway))).closed === undefined);
});

test('a gateway that drains is off the list before its phones are told to leave, and they are sent to the other', async () => {
  const [leaves, stays] = [await start(), await start()];
  const { phone } = await connect(socketOf(leaves));
  expect(await loads()).toHaveLength(2);
  const sent = once(phone, 'close').then(async ([code]) => ({ code, to: await handed() }));
  await close(leaves);
  expect(await sent).toEqual({ code: 1001, to: { url: socketOf(stays) } });
  subject.clock.advance(beat);
  for (let times = 0; times < 5; times++) expect(await handed()).toEqual({ url: socketOf(stays) });
});

test('it starts and serves while the connections domain is away, and is known soon after that is back', async () => {
  const { port } = server;
  await server.close();
  const gateway = await start();
  expect((await connect(socketOf(gateway))).closed).toBeUndefined();
  expect(await loads()).toEqual([]);
  server = await serveSubgraph(subject.subgraph, '127.0.0.1', port);
  await until(async () => {
    subject.clock.advance(beat);
    return (await loads()).length === 1;
  });
  expect((await loads())[0]?.url).toBe(socketOf(gateway));
});

test('a gateway that cannot say goodbye closes all the same, and is forgotten after the lease', async () => {
  const { port } = server;
  const gateway = await start();
  await server.close();
  await close(gateway);
  expect(await loads()).toHaveLength(1);
  subject.clock.advance(lease);
  expect(await loads()).toEqual([]);
  server = await serveSubgraph(subject.subgraph, '127.0.0.1', port);
});

test('a connections domain that takes calls and answers none holds up neither the start nor the drain', async () => {
  const { port } = server;
  await server.close();
  const silent = createServer(() => {}).listen(port, '127.0.0.1');
  await once(silent, 'listening');
  /** Lets beats pass until it is done. */
  const patiently = async <Result>(task: Promise<Result>): Promise<Result> => {
    let isDone = false;
    const done = task.finally(() => {
      isDone = true;
    });
    await until(async () => {
      subject.clock.advance(beat);
      await loads();
      return isDone;
    });
    return done;
  };
  try {
    const gateway = await patiently(start());
    const { phone, closed } = await connect(socketOf(gateway));
    expect(closed).toBeUndefined();
    const told = once(phone, 'close');
    const closing = close(gateway);
    expect((await patiently(told))[0]).toBe(1001);
    // What was asked of it is waited for, as of any part of the system.
    silent.closeAllConnections();
    await closing;
  } finally {
    silent.closeAllConnections();
    silent.close();
    await once(silent, 'close');
    server = await serveSubgraph(subject.subgraph, '127.0.0.1', port);
  }
});

test('clients see where to ask for an endpoint, and nothing of how gateways announce themselves', async () => {
  const sdls = Object.fromEntries(subgraphs.map((each) => [each.name, printGraph(each)]));
  const { apiSdl } = composeSupergraph(sdls);
  expect(apiSdl).toMatch(/realtimeEndpoint\(/);
  expect(apiSdl).not.toMatch(/(announce|retire)Endpoint/i);
});

test.each([
  ['one process', startOneProcess],
  ['seven processes', startSevenProcesses],
])('of %s a citizen is told the gateway, and can connect there', async (_name, startSystem) => {
  const system = await startSystem();
  try {
    const { client } = await signInCitizen(system.url);
    const query = '{ realtimeEndpoint(input: { position: { latitude: 30.27, longitude: -97.74 } }) { url zipCode } }';
    const { url, zipCode } = await eventually(async () => {
      const response = await fetch(`${system.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${client.session?.accessToken}` },
        body: JSON.stringify({ query }),
      });
      return (await response.json()).data?.realtimeEndpoint ?? undefined;
    });
    expect({ url, zipCode }).toEqual({ url: `${system.url.replace('http', 'ws')}/graphql`, zipCode: '78701' });
    expect((await connect(url)).closed).toBeUndefined();
  } finally {
    await system.close();
  }
});
