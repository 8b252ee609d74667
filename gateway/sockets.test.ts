import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FormattedExecutionResult } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { composeSupergraph } from '../schema/compose.ts';
import { type Caller, CallerSigner, CallerVerifier, type Scope } from '../subgraphs/kernel/caller.ts';
import { ManualClock } from '../subgraphs/kernel/clock.ts';
import { generateGatewayKeys } from '../subgraphs/kernel/configuration.ts';
import { Mailbox } from '../subgraphs/kernel/mailbox.ts';
import type { SubgraphLink } from './link.ts';
import { createOperations } from './operations.ts';
import { type Sockets, serveSockets } from './sockets.ts';

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { ready: Boolean }
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
  const operations = createOperations({
    supergraphSdl: composeSupergraph({ connections: SDL }, { connections: 'http://nowhere' }).supergraphSdl,
    links: { connections } as never,
    signer: new CallerSigner(keys.gatewayPrivateKey, clock),
    log: pino({ level: 'silent' }),
    introspection: 'everybody',
  });
  server = createServer();
  sockets = serveSockets({
    server,
    operations,
    // The header is the account's id and its scopes.
    authenticate: async ({ authorization = '' }) => {
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
  const client = createClient({ url, webSocketImpl: WebSocket, connectionParams: { authorization }, retryAttempts: 0 });
  clients.push(client);
  return client.iterate({ query, variables });
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
