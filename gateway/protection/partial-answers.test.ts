/* What a client gets while a part of the system is away: a real link to a process that comes and goes, and one that is there. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FormattedExecutionResult } from 'graphql';
import { pino } from 'pino';
import { composeSupergraph } from '../../schema/compose.ts';
import { anonymous, CallerSigner } from '../../subgraphs/kernel/caller.ts';
import { ManualClock } from '../../subgraphs/kernel/clock.ts';
import { generateGatewayKeys } from '../../subgraphs/kernel/configuration.ts';
import { remoteLink } from '../link.remote.ts';
import type { SubgraphLink } from '../link.ts';
import { createOperations } from '../operations.ts';
import { Deadlines } from './deadlines.ts';
import { guardLink } from './guarded-link.ts';

const log = pino({ level: 'silent' });
const clock = new ManualClock({ stands: true });
const query = '{ here away }';
const deadlineHeaders: unknown[] = [];

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const answering: Handler = (request, response) => {
  deadlineHeaders.push(request.headers['x-deadline-milliseconds']);
  request.resume().on('end', () => response.end('{"data":{"away":"back"}}'));
};
const hangingUp: Handler = (request) => request.socket.destroy();

let server: Server;
let handler: Handler;
let requests = 0;
let remote: SubgraphLink;
let ask: (text?: string) => Promise<FormattedExecutionResult>;

beforeEach(async () => {
  requests = 0;
  handler = answering;
  server = createServer((request, response) => {
    requests++;
    handler(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  remote = remoteLink('profile', `http://127.0.0.1:${(server.address() as AddressInfo).port}`, log, clock);
  const local = { name: 'identity', execute: async () => ({ data: { here: 'always' } }) } as unknown as SubgraphLink;
  const guard = { deadlines: new Deadlines(clock), log, milliseconds: 5_000 };
  const operations = createOperations({
    supergraphSdl: composeSupergraph({
      identity: 'type Query { here: String }',
      profile: 'type Query { away: String } type Mutation { change: String }',
    }).supergraphSdl,
    links: { identity: guardLink(local, guard), profile: guardLink(remote, guard) } as never,
    signer: new CallerSigner(generateGatewayKeys().gatewayPrivateKey, clock),
    log,
    introspection: 'everybody',
  });
  ask = async (text = query) => {
    const prepared = operations.prepare({ query: text }, anonymous);
    if (prepared.errors) throw new Error(prepared.errors[0]?.message);
    return operations.execute(prepared.operation, {}, { caller: anonymous, requestId: 'test' });
  };
});

afterEach(async () => {
  server.closeAllConnections();
  await remote.close();
  server.close();
});

const whole = { data: { here: 'always', away: 'back' } };
const part = {
  data: { here: 'always', away: null },
  errors: [expect.objectContaining({ extensions: expect.objectContaining({ code: 'UNAVAILABLE' }) })],
};

test('a subgraph is told how much time is left', async () => {
  expect(await ask()).toEqual(whole);
  const left = Number(deadlineHeaders.at(-1));
  expect(left).toBeGreaterThan(4_000);
  expect(left).toBeLessThanOrEqual(5_000);
});

test('the other parts of an answer come while one subgraph hangs up, and it is left alone after a while', async () => {
  handler = hangingUp;
  for (let time = 0; time < 10; time++) expect(await ask()).toMatchObject(part);
  // Two of the first three calls were repeated before it was given up.
  expect(requests).toBe(5);
  handler = answering;
  expect(await ask()).toMatchObject(part);
  expect(requests).toBe(5);
  clock.advance(2_000);
  expect(await ask()).toEqual(whole);
  expect(await ask()).toEqual(whole);
});

test('a connection that was lost once costs a query nothing, and a mutation is not sent twice', async () => {
  handler = (request, response) => {
    handler = answering;
    hangingUp(request, response);
  };
  expect(await ask()).toEqual(whole);
  expect(requests).toBe(2);
  handler = hangingUp;
  const { data } = await ask('mutation { change }');
  expect([data, requests]).toEqual([{ change: null }, 3]);
});

test('the other parts come when the time of one is over', async () => {
  const arrived = new Promise<void>((resolve) => {
    handler = () => resolve();
  });
  const asked = ask();
  await arrived;
  clock.advance(5_200);
  expect(await asked).toMatchObject(part);
});
