import { randomUUID } from 'node:crypto';
import type { Caller } from '../../kernel/caller.ts';
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type RedisServer, startRedisServer } from '../../kernel/testing/servers.ts';
import { type ConnectionsServices, connections } from '../connections.ts';

type Subject = TestSubgraph<ConnectionsServices>;

const capitol = { latitude: 30.2747, longitude: -97.7404 };
const somebody = (): Caller => ({ accountId: randomUUID(), scopes: ['citizen'] });
const administrator: Caller = { accountId: randomUUID(), scopes: ['administrator'] };
const ASK = 'query ($input: RealtimeEndpointInput!) { realtimeEndpoint(input: $input) { url zipCode expiresAt } }';
const ANNOUNCE = 'mutation ($input: AnnounceEndpointInput!) { announceEndpoint(input: $input) { endpointId } }';
const RETIRE = 'mutation ($input: RetireEndpointInput!) { retireEndpoint(input: $input) { endpointId } }';

interface Announced {
  readonly endpointId: string;
  readonly url: string;
  readonly capacity: number;
  readonly open: number;
}

const endpoint = (name: string, parts: Partial<Announced> = {}): Announced => ({
  endpointId: randomUUID(),
  url: `wss://${name}.example/graphql`,
  capacity: 100,
  open: 0,
  ...parts,
});

async function run(subject: Subject, query: string, input: object, caller?: Partial<Caller>) {
  const { data, errors } = await subject.execute(query, { input }, caller);
  const code = errors?.[0]?.extensions?.code as string | undefined;
  return code ? { code } : (Object.values(data)[0] as { code?: undefined; url: string; expiresAt: string });
}

const announce = (subject: Subject, announced: Announced, caller?: Partial<Caller>) =>
  run(subject, ANNOUNCE, announced, caller);
const ask = (subject: Subject, input: object = { position: capitol }, caller: Partial<Caller> = somebody()) =>
  run(subject, ASK, input, caller);

async function overview(subject: Subject) {
  const { data } = await subject.execute(
    '{ realtimeEndpoints { url capacity open promised free announcedAt } realtimeCapacity { endpoints busy free } }',
    {},
    administrator,
  );
  return data;
}

describe('in one process', () => {
  let subject: Subject;

  beforeAll(async () => {
    subject = await openTestSubgraph(connections);
  });

  afterAll(async () => {
    await subject.close();
  });

  /** The endpoints of an earlier test are gone. */
  beforeEach(() => {
    subject.clock.advance(6_000);
  });

  test('a phone is told the endpoint that there is, for its position or its ZIP code', async () => {
    const only = endpoint('only');
    await announce(subject, only);
    const byPosition = await ask(subject);
    expect(byPosition).toMatchObject({ url: only.url, zipCode: '78701' });
    const minutes = (new Date((byPosition as { expiresAt: string }).expiresAt).getTime() - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(1);
    expect(await ask(subject, { zipCode: '99501' })).toMatchObject({ url: only.url, zipCode: '99501' });
    expect(await ask(subject, { position: { latitude: 0, longitude: -30 } })).toMatchObject({
      url: only.url,
      zipCode: null,
    });
  });

  test('a place must be named, one, and one that there is', async () => {
    await announce(subject, endpoint('only'));
    for (const input of [{}, { position: capitol, zipCode: '78701' }, { zipCode: '00000' }, { zipCode: 'Austin' }]) {
      expect(await ask(subject, input)).toEqual({ code: 'BAD_USER_INPUT' });
    }
  });

  test('while no endpoint is known, or all are full, a phone is asked to come again', async () => {
    expect(await ask(subject)).toEqual({ code: 'UNAVAILABLE' });
    await announce(subject, endpoint('full', { capacity: 5, open: 5 }));
    const { data, errors } = await subject.execute(ASK, { input: { position: capitol } }, somebody());
    expect(data).toEqual({ realtimeEndpoint: null });
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('try again'),
      extensions: { code: 'UNAVAILABLE' },
    });
  });

  test('people of one town share few endpoints, and another town has others', async () => {
    for (let number = 0; number < 30; number++) await announce(subject, endpoint(`gateway-${number}`));
    const urlsAt = async (zipCode: string) => {
      const answers = await Promise.all(Array.from({ length: 40 }, () => ask(subject, { zipCode })));
      return new Set(answers.map((answer) => (answer as { url: string }).url));
    };
    const [austin, south, portland] = [await urlsAt('78701'), await urlsAt('78704'), await urlsAt('97201')];
    expect(austin.size).toBe(3);
    expect([...south].sort()).toEqual([...austin].sort());
    expect([...portland].filter((url) => austin.has(url)).length).toBeLessThan(3);
  });

  test('somebody who asks again and again holds one seat', async () => {
    await announce(subject, endpoint('only'));
    const caller = somebody();
    await Promise.all(Array.from({ length: 20 }, () => ask(subject, { position: capitol }, caller)));
    expect((await overview(subject)).realtimeEndpoints).toMatchObject([{ promised: 1, free: 99 }]);
    subject.clock.advance(4_000);
    await ask(subject, { position: capitol }, caller);
    expect((await overview(subject)).realtimeEndpoints).toMatchObject([{ promised: 2 }]);
  });

  test('somebody who was refused is promised a seat when there is one', async () => {
    const only = endpoint('only', { capacity: 1, open: 1 });
    await announce(subject, only);
    const caller = somebody();
    expect(await ask(subject, { position: capitol }, caller)).toEqual({ code: 'UNAVAILABLE' });
    await announce(subject, { ...only, open: 0 });
    expect(await ask(subject, { position: capitol }, caller)).toMatchObject({ url: only.url });
    expect((await overview(subject)).realtimeEndpoints).toMatchObject([{ promised: 1, free: 0 }]);
  });

  test('administrators see how full each endpoint is, and what is busy and free in all', async () => {
    const [a, b] = [endpoint('a', { open: 40 }), endpoint('b', { capacity: 50, open: 10 })];
    for (const each of [b, a]) await announce(subject, each);
    await ask(subject);
    const { realtimeEndpoints, realtimeCapacity } = await overview(subject);
    expect(realtimeEndpoints).toMatchObject([
      { url: a.url, capacity: 100, open: 40, promised: 0, free: 60 },
      // The greater free share.
      { url: b.url, capacity: 50, open: 10, promised: 1, free: 39 },
    ]);
    for (const { announcedAt } of realtimeEndpoints) {
      expect(Math.abs(new Date(announcedAt).getTime() - subject.clock.now().getTime())).toBeLessThan(6_000);
    }
    expect(realtimeCapacity).toEqual({ endpoints: 2, busy: 51, free: 99 });
  });

  test('an endpoint that retires or says nothing for six seconds is handed to nobody', async () => {
    const [leaves, dies, stays] = [endpoint('leaves'), endpoint('dies'), endpoint('stays')];
    for (const each of [leaves, dies]) await announce(subject, each);
    for (let times = 0; times < 2; times++) {
      expect(await run(subject, RETIRE, { endpointId: leaves.endpointId })).toEqual({ endpointId: leaves.endpointId });
    }
    expect(await ask(subject)).toMatchObject({ url: dies.url });
    subject.clock.advance(5_000);
    await announce(subject, stays);
    expect((await overview(subject)).realtimeCapacity.endpoints).toBe(2);
    subject.clock.advance(1_000);
    expect((await overview(subject)).realtimeEndpoints).toMatchObject([{ url: stays.url }]);
  });

  test('who has not signed in is handed nothing, and people see no loads', async () => {
    await announce(subject, endpoint('only'));
    expect(await ask(subject, { position: capitol }, { scopes: [] })).toEqual({ code: 'UNAUTHENTICATED' });
    for (const query of ['{ realtimeEndpoints { url } }', '{ realtimeCapacity { busy } }']) {
      const { errors } = await subject.execute(query, {}, somebody());
      expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
    }
  });

  test('nobody but the gateway itself announces or retires an endpoint', async () => {
    const only = endpoint('only');
    const partner: Partial<Caller> = { retailerId: randomUUID(), scopes: ['offers:read'] };
    for (const caller of [somebody(), administrator, partner]) {
      expect(await announce(subject, only, caller)).toEqual({ code: 'FORBIDDEN' });
      expect(await run(subject, RETIRE, { endpointId: only.endpointId }, caller)).toEqual({ code: 'FORBIDDEN' });
    }
    expect((await overview(subject)).realtimeEndpoints).toEqual([]);
  });

  test.each([
    ['an address of another kind', { url: 'https://only.example/graphql' }],
    ['an id that is none', { endpointId: 'gateway-3' }],
    ['fewer sockets than none', { open: -1 }],
    ['more sockets than there can be', { capacity: 1_000_001 }],
  ])('an announcement with %s is refused', async (_name, parts) => {
    expect(await announce(subject, endpoint('only', parts))).toEqual({ code: 'BAD_USER_INPUT' });
  });
});

describe('in two processes', () => {
  let redis: RedisServer;
  let subjects: readonly [Subject, Subject];

  beforeAll(async () => {
    redis = await startRedisServer({ persistent: false });
    const environment = { PROXIMITY_REDIS_URLS: redis.url };
    const first = await openTestSubgraph(connections, { environment });
    subjects = [first, await openTestSubgraph(connections, { environment, databaseUrl: first.databaseUrl })];
  });

  afterAll(async () => {
    for (const each of [...subjects].reverse()) await each.close();
    await redis.stop();
  });

  test('what is announced to one is handed out by both, and no seat twice', async () => {
    const [one, other] = subjects;
    const endpoints = ['a', 'b', 'c', 'd'].map((name) => endpoint(name, { capacity: 40 }));
    for (const each of endpoints) await announce(one, each);
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, phone) => ask(phone % 2 ? one : other, { zipCode: '78701' })),
    );
    expect(answers.filter(({ code }) => code === 'UNAVAILABLE')).toHaveLength(40);
    for (const { url } of endpoints) {
      expect(answers.filter((answer) => (answer as { url?: string }).url === url)).toHaveLength(40);
    }
    expect((await overview(other)).realtimeCapacity).toEqual({ endpoints: 4, busy: 160, free: 0 });
    for (const { endpointId } of endpoints) await run(other, RETIRE, { endpointId });
    expect(await ask(one)).toEqual({ code: 'UNAVAILABLE' });
  });
});
