import { randomUUID } from 'node:crypto';
import { buildSchema } from 'graphql';
import { pino } from 'pino';
import { subgraphs } from '../subgraphs/index.ts';
import { anonymous, CallerSigner } from '../subgraphs/kernel/caller.ts';
import { generateGatewayKeys } from '../subgraphs/kernel/configuration.ts';
import type { Refusal } from '../subgraphs/kernel/errors.ts';
import { type SubgraphServer, serveSubgraph } from '../subgraphs/kernel/serve.ts';
import type { Subgraph, SubgraphDefinition } from '../subgraphs/kernel/subgraph.ts';
import { openTestSubgraph, type TestSubgraph } from '../subgraphs/kernel/testing/harness.ts';
import { remoteLink } from './link.remote.ts';
import type { SubgraphLink } from './link.ts';

const profile = subgraphs.find(({ name }) => name === 'profile') as SubgraphDefinition<undefined>;
const keys = generateGatewayKeys();
let subject: TestSubgraph<undefined>;
let server: SubgraphServer;
let link: SubgraphLink;
let signer: CallerSigner;

beforeAll(async () => {
  subject = await openTestSubgraph(profile, { configuration: { gatewayPublicKey: keys.gatewayPublicKey } });
  signer = new CallerSigner(keys.gatewayPrivateKey, subject.clock);
  server = await serveSubgraph(subject.subgraph, '127.0.0.1', 0);
  link = remoteLink('profile', `http://127.0.0.1:${server.port}`, pino({ level: 'silent' }));
});

afterAll(async () => {
  await link.close();
  await server.close();
  await subject.close();
});

const accountId = randomUUID();
const as = async (caller = {}) => ({ authorization: await signer.sign({ scopes: [], ...caller }, 'profile') });
const entity = {
  query: 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Account { profile { role } } } }',
  variables: { r: [{ __typename: 'Account', id: accountId }] },
};
const celebrations = { query: 'subscription { celebrations { number } }' };
const meeting = (citizenId: string) => ({
  connectionId: randomUUID(),
  officerId: randomUUID(),
  citizenId,
  evidence: 'virtual' as const,
  zipCode: null,
  confirmedAt: new Date().toISOString(),
});

test('an operation is answered as in the process, for nobody and for somebody', async () => {
  const nobodys = await link.execute({ query: '{ __typename }' }, await as(anonymous));
  expect([nobodys.data, nobodys.errors]).toEqual([{ __typename: 'Query' }, undefined]);
  expect((await link.execute(entity, await as(anonymous))).data).toEqual({ _entities: [{ profile: null }] });
  await subject.deliver('account.registered', {
    accountId,
    roles: ['citizen'],
    departmentName: null,
    registeredAt: new Date().toISOString(),
  });
  const { data } = await link.execute(entity, await as({ accountId }));
  expect(data).toEqual({ _entities: [{ profile: { role: 'CITIZEN' } }] });
});

test('a call without a token of the gateway is refused, by HTTP and on the socket', async () => {
  const stranger = new CallerSigner(generateGatewayKeys().gatewayPrivateKey, subject.clock);
  for (const headers of [{}, { authorization: await stranger.sign({ accountId, scopes: [] }, 'profile') }]) {
    const { errors } = await link.execute(entity, headers);
    expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    const events = await link.subscribe(celebrations, headers);
    expect((await events.next()).value.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    await events.return?.();
  }
});

test('one socket serves subscriptions of several people, each with a token of its own', async () => {
  const [one, other] = [randomUUID(), randomUUID()];
  const [first, second] = [
    await link.subscribe(celebrations, await as({ accountId: one })),
    await link.subscribe(celebrations, await as({ accountId: other })),
  ];
  const told = [first.next(), second.next()];
  // The socket acknowledges no subscription: it is there when a message of it arrives, so it is told until one does.
  let pending = true;
  const both = Promise.all(told).finally(() => {
    pending = false;
  });
  while (pending) {
    await subject.deliver('connection.confirmed', meeting(one));
    await subject.deliver('connection.confirmed', meeting(other));
  }
  for (const { value } of await both) expect(value.data.celebrations.number).toBeGreaterThan(0);
  const waiting = first.next();
  await first.return?.();
  await waiting;
  await second.return?.();
});

test('a subgraph that is away is UNAVAILABLE', async () => {
  const nowhere = remoteLink('profile', 'http://127.0.0.1:1', pino({ level: 'silent' }));
  const away = { code: 'UNAVAILABLE' };
  await expect(nowhere.execute(entity, {})).rejects.toMatchObject(away);
  await expect(nowhere.ready()).rejects.toMatchObject(away);
  const events = await nowhere.subscribe(celebrations, {});
  await expect(events.next()).rejects.toMatchObject(away);
  await nowhere.close();
});

test('it says whether it lives, and answers nothing but POST /graphql', async () => {
  await expect(link.ready()).resolves.toBeUndefined();
  const url = `http://127.0.0.1:${server.port}`;
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect((await fetch(`${url}/graphql`)).status).toBe(404);
  expect((await fetch(`${url}/graphql`, { method: 'POST', body: '{' })).status).toBe(400);
  const large = JSON.stringify({ query: 'x'.repeat(5 * 1024 * 1024) });
  expect((await fetch(`${url}/graphql`, { method: 'POST', body: large })).status).toBe(400);
});

test('a subgraph stops waiting when the time that the gateway gave has passed', async () => {
  const schema = buildSchema('type Query { never: Int }');
  Object.assign(schema.getQueryType()?.getFields().never ?? {}, { resolve: () => new Promise(() => {}) });
  const slow = {
    schema,
    routes: {},
    call: async () => ({}),
    observe: (_headers: unknown, task: () => Promise<unknown>) => task(),
    present: (refusal: Refusal) => refusal.toJSON(),
  } as unknown as Subgraph;
  const slowServer = await serveSubgraph(slow, '127.0.0.1', 0);
  const response = await fetch(`http://127.0.0.1:${slowServer.port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-deadline-milliseconds': '20' },
    body: JSON.stringify({ query: '{ never }' }),
  });
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
  await slowServer.close();
});
