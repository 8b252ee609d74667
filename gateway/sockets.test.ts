import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FormattedExecutionResult } from 'graphql';
import { createClient as sse } from 'graphql-sse';
import { type Client, createClient } from 'graphql-ws';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { composeSupergraph } from '../schema/compose.ts';
import { type Caller, CallerSigner, CallerVerifier, type Scope } from '../subgraphs/kernel/caller.ts';
import { ManualClock } from '../subgraphs/kernel/clock.ts';
import { generateGatewayKeys } from '../subgraphs/kernel/configuration.ts';
import { Refusal } from '../subgraphs/kernel/errors.ts';
import { Mailbox } from '../subgraphs/kernel/mailbox.ts';
import type { SubgraphLink } from './link.ts';
import { createOperations, type Operations } from './operations.ts';
import { type Sockets, serveSockets } from './sockets.ts';

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { ready: Boolean }
  type Mutation { change: Boolean }
  type Subscription { stories(city: String): Story! alerts: Story! }
  type Story { text: String! }`;
const keys = generateGatewayKeys();
const clock = new ManualClock();
const verifier = new CallerVerifier(keys.gatewayPublicKey, 'connections', clock);

/** A subscription that the subgraph was asked for. */
interface Opened {
  readonly caller: Caller;
  readonly box: Mailbox<FormattedExecutionResult>;
  isClosed: boolean;
}

let opened: Opened[];
let executed: number;
let server: Server;
let sockets: Sockets;
let url: string;
let clients: Client[];
let newOperations: () => Operations;

beforeEach(async () => {
  opened = [];
  executed = 0;
  clients = [];
  const connections: SubgraphLink = {
    name: 'connections',
    execute: async () => ({ data: { ready: true } }),
    async subscribe(_request, headers) {
      const caller = await verifier.verify(headers.authorization);
      const entry: Opened = {
        caller,
        isClosed: false,
        box: new Mailbox(10, () => Object.assign(entry, { isClosed: true })),
      };
      opened.push(entry);
      return entry.box;
    },
    ready: async () => {},
    close: async () => {},
  };
  newOperations = () =>
    createOperations({
      supergraphSdl: composeSupergraph({ connections: SDL }, { connections: 'http://nowhere' }).supergraphSdl,
      links: { connections } as never,
      signer: new CallerSigner(keys.gatewayPrivateKey, clock),
      log: pino({ level: 'silent' }),
      introspection: 'everybody',
    });
  server = createServer((request, response) => void sockets.stream(request, response));
  sockets = serveSockets({
    server,
    operations: newOperations(),
    // The header is the account's id and its scopes.
    authenticate: async ({ authorization = '' }) => {
      if (authorization === 'nobody') throw new Refusal('UNAUTHENTICATED');
      const [accountId = '', ...scopes] = authorization.split(' ');
      const caller = { accountId, scopes: scopes as Scope[] };
      return { caller, expiresAt: new Date(clock.now().getTime() + 600_000) };
    },
    newRequestId: () => `request ${++executed}`,
    clock,
    sharedSubscriptions: ['stories'],
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
});

afterEach(async () => {
  await sockets.close();
  for (const client of clients) await client.dispose();
  await new Promise((resolve) => server.close(resolve));
});

/** A client of graphql-ws, as ours use it. Resolves when the subgraph's side of the subscription is there, or shared. */
function subscribe(authorization: string, query: string, variables: Record<string, unknown> = {}) {
  return clientOf(authorization).iterate({ query, variables });
}

function clientOf(authorization: string): Client {
  const client = createClient({ url, webSocketImpl: WebSocket, connectionParams: { authorization }, retryAttempts: 0 });
  clients.push(client);
  return client;
}

const STORIES = 'subscription Stories($city: String) { stories(city: $city) { text } }';
const ALERTS = 'subscription { alerts { text } }';
const textOf = async (events: AsyncIterableIterator<unknown>) => (await events.next()).value;

/** Asks again and again; each time is a round trip. */
async function untilOpened(count: number): Promise<void> {
  while (opened.length < count) {
    const ready = subscribe('somebody', '{ ready }');
    await ready.next();
  }
}

test('who subscribes to the same shared field with the same scopes shares one source, opened for nobody’s account', async () => {
  const people = ['one', 'two', 'three'].map((name) => subscribe(`${name} citizen`, STORIES, { city: 'Austin' }));
  const told = people.map(textOf);
  await untilOpened(1);
  for (let turn = 0; turn < 3; turn++) await subscribe('somebody', '{ ready }').next();
  expect(opened.map(({ caller }) => caller)).toEqual([{ scopes: ['citizen'] }]);
  opened[0]?.box.push({ data: { stories: { text: 'We met.' } } });
  for (const each of told) expect(await each).toEqual({ data: { stories: { text: 'We met.' } } });
  expect(opened).toHaveLength(1);
  for (const person of people) await person.return?.();
  while (!opened[0]?.isClosed) await subscribe('somebody', '{ ready }').next();
});

test('other scopes, variables and documents are other sources', async () => {
  const people = [
    subscribe('one citizen', STORIES),
    subscribe('two officer', STORIES),
    subscribe('three citizen', STORIES, { city: 'Austin' }),
    subscribe('four citizen', 'subscription { stories { text __typename } }'),
  ];
  const told = people.map(textOf);
  await untilOpened(4);
  for (const { box } of opened) box.push({ data: { stories: { text: 'We met.', __typename: 'Story' } } });
  await Promise.all(told);
  expect(opened).toHaveLength(4);
});

test('a private subscription is never shared', async () => {
  const people = ['one', 'two', 'two'].map((name) => subscribe(`${name} citizen`, ALERTS));
  const told = people.map(textOf);
  await untilOpened(3);
  expect(opened.map(({ caller }) => caller.accountId).sort()).toEqual(['one', 'two', 'two']);
  for (const { box, caller } of opened) box.push({ data: { alerts: { text: `For ${caller.accountId}.` } } });
  const texts = ['one', 'two', 'two'].map((name) => ({ data: { alerts: { text: `For ${name}.` } } }));
  expect(await Promise.all(told)).toEqual(texts);
});

test('a socket ends with its session, and its sources with it', async () => {
  const alerts = subscribe('one citizen', ALERTS);
  const next = alerts.next();
  await untilOpened(1);
  clock.advance(600_000);
  await expect(next).rejects.toMatchObject({ code: 4403 });
  while (!opened[0]?.isClosed) await subscribe('somebody', '{ ready }').next();
});

describe('as server-sent events', () => {
  const http = () => url.replace(/^ws/, 'http');
  const post = (query: string, authorization = 'one citizen', variables?: object) =>
    fetch(http(), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization },
      body: JSON.stringify({ query, variables }),
    });
  const next = (result: object) => `event: next\ndata: ${JSON.stringify(result)}\n\n`;
  const COMPLETE = 'event: complete\ndata:\n\n';

  test('a subscription is answered on behalf of its caller, and shared with those who come by socket', async () => {
    const clientOfSse = sse({ url: http(), headers: { authorization: 'one citizen' }, retryAttempts: 0 });
    const bySocket = subscribe('two citizen', STORIES, { city: 'Austin' });
    const byStream = clientOfSse.iterate({ query: STORIES, variables: { city: 'Austin' } });
    const told = [textOf(bySocket), textOf(byStream)];
    await untilOpened(1);
    while (sockets.size < 3) await subscribe('somebody', '{ ready }').next();
    await subscribe('somebody', '{ ready }').next();
    opened[0]?.box.push({ data: { stories: { text: 'We met.' } } });
    for (const each of told) expect(await each).toEqual({ data: { stories: { text: 'We met.' } } });
    expect(opened.map(({ caller }) => caller)).toEqual([{ scopes: ['citizen'] }]);
    clientOfSse.dispose();
    await bySocket.return?.();
    while (!opened[0]?.isClosed) await subscribe('somebody', '{ ready }').next();
  });

  test('a query is answered, and one that is refused too', async () => {
    expect(await (await post('{ ready }')).text()).toBe(`:\n\n${next({ data: { ready: true } })}${COMPLETE}`);
    const refused = await (await post('{ unheardOf }')).text();
    expect(refused).toMatch(/^:\n\nevent: next\ndata: \{"errors":.*GRAPHQL_VALIDATION_FAILED.*\n\nevent: complete\n/);
  });

  test('a stream ends with its session', async () => {
    const response = await post(ALERTS);
    await untilOpened(1);
    clock.advance(600_000);
    expect(await response.text()).toContain('"code":"UNAUTHENTICATED"');
    while (!opened[0]?.isClosed) await subscribe('somebody', '{ ready }').next();
  });

  test('requests that are none are refused with a status', async () => {
    const json = { 'content-type': 'application/json' };
    const refusals: [number, RequestInit, string?][] = [
      [400, { method: 'POST', headers: json, body: '{' }],
      [400, { method: 'POST', headers: json, body: '{}' }],
      [400, { method: 'POST', headers: json, body: '[]' }],
      [400, {}, 'query={ready}&variables=x'],
      [401, {}, 'query={ready}&refuse'],
      [405, { method: 'PUT' }],
      [405, {}, 'query=mutation{change}'],
      [413, { method: 'POST', headers: json, body: 'x'.repeat(2 ** 20 + 1) }],
      [415, { method: 'POST', body: '{ ready }' }],
    ];
    for (const [status, init, search = ''] of refusals) {
      const authorization = search.endsWith('refuse') ? 'nobody' : 'one citizen';
      const headers = { accept: 'text/event-stream', authorization, ...init.headers };
      const response = await fetch(`${http()}?${search}`, { ...init, headers });
      expect([search, response.status]).toEqual([search, status]);
      expect(await response.json()).toMatchObject({ errors: [{ message: expect.any(String) }] });
    }
    expect(sockets.size).toBe(0);
  });

  test('a query may come by GET', async () => {
    const search = new URLSearchParams({ query: 'query Ready($skip: Boolean!) { ready @skip(if: $skip) }' });
    search.set('variables', '{"skip":false}');
    const response = await fetch(`${http()}?${search}`, { headers: { accept: 'text/event-stream' } });
    expect(await response.text()).toBe(`:\n\n${next({ data: { ready: true } })}${COMPLETE}`);
  });
});

test('who runs operations can be replaced: subscriptions are told to begin anew, and those that do are run by the next', async () => {
  const alerts = subscribe('one citizen', ALERTS);
  const first = alerts.next();
  await untilOpened(1);
  await sockets.replaceOperations(newOperations(), 0);
  expect((await first.catch((error: unknown) => error)) as object).toMatchObject([
    { extensions: { code: 'SUBSCRIPTION_SCHEMA_RELOAD' } },
  ]);
  const told = textOf(subscribe('one citizen', ALERTS));
  await untilOpened(2);
  expect(opened.map(({ isClosed }) => isClosed)).toEqual([true, false]);
  opened[1]?.box.push({ data: { alerts: { text: 'Near.' } } });
  expect(await told).toEqual({ data: { alerts: { text: 'Near.' } } });
});

test('an account has so many subscriptions, over all its sockets', async () => {
  const told = [0, 1, 2].flatMap(() => {
    const client = clientOf('one citizen');
    return Array.from({ length: 34 }, () => client.iterate({ query: ALERTS }).next());
  });
  const refused = Promise.any(
    told.map((each) =>
      each.then(
        () => Promise.reject(),
        (error: unknown) => error,
      ),
    ),
  );
  expect(await refused).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
});

test('an account has so many sockets', async () => {
  const told = Array.from({ length: 21 }, () => subscribe('one citizen', ALERTS).next());
  const refused = Promise.any(
    told.map((each) =>
      each.then(
        () => Promise.reject(),
        (error: unknown) => error,
      ),
    ),
  );
  expect(await refused).toMatchObject({ code: 4429 });
});
