import { randomUUID } from 'node:crypto';
import type { Caller } from '../../kernel/caller.ts';
import { administrator, citizen, till } from '../testing/town.ts';
import { tellPartners } from './tell-partners.ts';
import { DELIVERY, ENDPOINT, type Endpoint, member, openPostOffice, type PostOffice } from './testing/post-office.ts';

let office: PostOffice;
const MINUTE = 60_000;

beforeAll(async () => {
  office = await openPostOffice();
});

beforeEach(() => {
  office.received.length = 0;
  office.answer = (_request, response) => response.writeHead(204).end();
});

afterAll(async () => {
  await office.close();
});

const create = (caller: Caller, organisationId: string, input: object = {}) =>
  office.ask(
    'createWebhookEndpoint',
    'CreateWebhookEndpointInput',
    `secret endpoint { ${ENDPOINT} }`,
    {
      kind: 'RETAILER',
      organisationId,
      url: `https://shop.example/${randomUUID()}`,
      events: ['VOUCHER_REDEEMED'],
      ...input,
    },
    caller,
  );
const change = (caller: Caller, endpointId: string, input: object) =>
  office.ask(
    'changeWebhookEndpoint',
    'ChangeWebhookEndpointInput',
    `endpoint { ${ENDPOINT} }`,
    { endpointId, ...input },
    caller,
  );
const list = (caller: Caller, organisationId: string, kind = 'RETAILER') =>
  office.query(
    'query ($kind: PartnerKind!, $id: ID!) { webhookEndpoints(kind: $kind, organisationId: $id) { id url } }',
    { kind, id: organisationId },
    caller,
  );
const page = (endpoint: Endpoint, args = '', selection = 'id', caller: Caller = endpoint.member) =>
  office.query(
    `query ($id: ID!) { webhookDeliveries(endpointId: $id ${args}) {
       edges { node { ${selection} } } pageInfo { hasNextPage endCursor } } }`,
    { id: endpoint.id },
    caller,
  );
const nodesOf = (answer: { edges: { node: { id: string; createdAt: string } }[] }) =>
  answer.edges.map(({ node }) => node);
const replayOne = (endpoint: Endpoint, deliveryId: string, caller: Caller = endpoint.member) =>
  office.ask('replayWebhookDelivery', 'ReplayWebhookDeliveryInput', `delivery { ${DELIVERY} }`, { deliveryId }, caller);
const replay = (endpoint: Endpoint, input: object) =>
  office.ask(
    'replayWebhookDeliveries',
    'ReplayWebhookDeliveriesInput',
    'count endCursor',
    { endpointId: endpoint.id, ...input },
    endpoint.member,
  );

/** Tells the retailer of so many vouchers, each at an instant of its own. */
async function tellExpired(retailerId: string, count: number): Promise<void> {
  for (let each = 0; each < count; each++) {
    office.town.clock.advance(1_000);
    await office.machine().work((work) =>
      tellPartners(work, { kind: 'retailer', id: retailerId }, 'voucher.expired', {
        voucherId: randomUUID(),
        offerId: randomUUID(),
        retailerId,
        points: each + 1,
        expiredAt: work.now.toISOString(),
      }),
    );
  }
}

describe('an endpoint', () => {
  test('is set up by who acts for the organisation, and its secret is shown that once', async () => {
    const retailerId = randomUUID();
    const person = member(retailerId);
    const { payload } = await create(person, retailerId.toUpperCase(), {
      events: ['VOUCHER_EXPIRED', 'VOUCHER_REDEEMED', 'VOUCHER_EXPIRED'],
      description: 'The cash desk',
    });
    expect(payload.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(payload.endpoint).toEqual({
      id: expect.any(String),
      kind: 'RETAILER',
      organisationId: retailerId,
      url: expect.stringMatching(/^https:/),
      description: 'The cash desk',
      events: ['VOUCHER_EXPIRED', 'VOUCHER_REDEEMED'],
      state: 'ACTIVE',
      disabledReason: null,
      failures: 0,
      failingSince: null,
      lastDeliveredAt: null,
      signingKeys: [
        { id: expect.any(String), publicKey: expect.stringMatching(/^whpk_[A-Za-z0-9+/]{43}=$/), signsUntil: null },
      ],
    });
    const secret = Buffer.from(payload.secret.slice('whsec_'.length), 'base64');
    const rows = await office.town
      .em()
      .execute<{ sealed: Buffer }[]>('select sealed from rewards.webhook_key where endpoint_id = ?', [
        payload.endpoint.id,
      ]);
    expect(rows).toHaveLength(1);
    for (const { sealed } of rows) expect(sealed.includes(secret)).toBe(false);
    expect(await list(till(retailerId), retailerId)).toHaveLength(1);
    expect(await list({ retailerId, scopes: ['offers:read'] }, retailerId)).toBe('FORBIDDEN');
    expect(await list(administrator, retailerId)).toHaveLength(1);
  });

  test('is nothing to anybody else', async () => {
    const endpoint = await office.endpoint();
    const delivery = await office.ping(endpoint);
    const stranger = member(randomUUID());
    const { id } = endpoint;
    expect((await create(stranger, endpoint.retailerId)).code).toBe('FORBIDDEN');
    expect((await create(citizen(), endpoint.retailerId)).code).toBe('FORBIDDEN');
    expect((await create(till(endpoint.retailerId), endpoint.retailerId)).code).toBe('FORBIDDEN');
    expect((await create({ scopes: [] }, endpoint.retailerId)).code).toBe('UNAUTHENTICATED');
    // One of the same id is another organisation where it is of another kind.
    const namesake: Caller = {
      accountId: randomUUID(),
      scopes: ['charity'],
      organisations: [`charity:${endpoint.retailerId}`],
    };
    expect((await create(namesake, endpoint.retailerId)).code).toBe('FORBIDDEN');
    expect(await list(stranger, endpoint.retailerId)).toBe('FORBIDDEN');
    expect(await list(till(randomUUID()), endpoint.retailerId)).toBe('FORBIDDEN');
    for (const outsider of [stranger, namesake]) {
      expect((await change(outsider, id, { enabled: false })).code).toBe('NOT_FOUND');
      expect(await page(endpoint, '', 'id', outsider)).toBe('NOT_FOUND');
      expect((await replayOne(endpoint, delivery, outsider)).code).toBe('NOT_FOUND');
      for (const [field, type] of [
        ['rotateWebhookSecret', 'RotateWebhookSecretInput'],
        ['deleteWebhookEndpoint', 'WebhookEndpointInput'],
        ['pingWebhookEndpoint', 'WebhookEndpointInput'],
      ] as const) {
        expect((await office.ask(field, type, '__typename', { endpointId: id }, outsider)).code).toBe('NOT_FOUND');
      }
    }
    expect((await replayOne(endpoint, delivery, till(endpoint.retailerId))).code).toBe('FORBIDDEN');
    expect(nodesOf(await page(endpoint, '', 'id', till(endpoint.retailerId)))).toHaveLength(1);
  });

  test.each([
    ['http://shop.example/', 'no encryption'],
    ['https://10.0.0.1/', 'a private address'],
    ['https://[::ffff:169.254.169.254]/', 'the address of the cloud'],
    ['https://me:secret@shop.example/', 'a password'],
  ])('is refused at %s: %s', async (url) => {
    const retailerId = randomUUID();
    expect((await create(member(retailerId), retailerId, { url })).code).toBe('BAD_USER_INPUT');
    const { payload } = await create(member(retailerId), retailerId);
    expect((await change(member(retailerId), payload.endpoint.id, { url })).code).toBe('BAD_USER_INPUT');
  });

  test('is told what such an organisation is told of, and nothing else', async () => {
    const retailerId = randomUUID();
    const person = member(retailerId);
    for (const events of [[], ['PING'], ['VOUCHER_REDEEMED', 'SCHEME_CLAIMED']]) {
      expect((await create(person, retailerId, { events })).code).toBe('BAD_USER_INPUT');
    }
    const charityId = randomUUID();
    const helper: Caller = {
      accountId: randomUUID(),
      scopes: ['charity'],
      organisations: [`charity:${charityId}`],
    };
    const wish = { kind: 'CHARITY', events: ['DONATION_SETTLED'] };
    expect((await create(helper, charityId, wish)).payload.endpoint).toMatchObject(wish);
    expect(await list(helper, charityId, 'CHARITY')).toHaveLength(1);
    expect((await create(helper, charityId, { kind: 'CHARITY' })).code).toBe('BAD_USER_INPUT');
  });

  test('has an address that no other of the organisation has', async () => {
    const retailerId = randomUUID();
    const person = member(retailerId);
    const url = 'https://shop.example/hook';
    const first = await create(person, retailerId, { url });
    expect((await create(person, retailerId, { url })).code).toBe('BAD_USER_INPUT');
    const second = await create(person, retailerId);
    expect((await change(person, second.payload.endpoint.id, { url })).code).toBe('BAD_USER_INPUT');
    expect((await change(person, first.payload.endpoint.id, { url })).payload.endpoint.url).toBe(url);
    const other = randomUUID();
    expect((await create(member(other), other, { url })).code).toBeUndefined();
  });

  test('is one of ten at most, also when thirty are asked for at once', async () => {
    const retailerId = randomUUID();
    const answers = await Promise.all(Array.from({ length: 30 }, () => create(member(retailerId), retailerId)));
    const codes = answers.map(({ code }) => code ?? 'created');
    expect(codes.filter((code) => code === 'created')).toHaveLength(10);
    expect(new Set(codes)).toEqual(new Set(['created', 'LIMIT_REACHED']));
  });

  test('that is deleted is told nothing more, and leaves no key and no log', async () => {
    const path = `/hook-${randomUUID()}`;
    const endpoint = await office.endpoint({ url: `https://shop.example${path}` });
    await office.ping(endpoint);
    await office.look();
    const { payload } = await office.ask(
      'deleteWebhookEndpoint',
      'WebhookEndpointInput',
      'endpointId',
      { endpointId: endpoint.id },
      endpoint.member,
    );
    expect(payload.endpointId).toBe(endpoint.id);
    await tellExpired(endpoint.retailerId, 1);
    await office.look();
    // What tests before this one set going may still arrive, elsewhere.
    expect(office.received.filter((each) => each.path === path)).toHaveLength(1);
    for (const table of ['webhook_key', 'webhook_delivery', 'webhook_attempt']) {
      const rows = await office.town
        .em()
        .execute(`select 1 from rewards.${table} where endpoint_id = ?`, [endpoint.id]);
      expect(rows).toEqual([]);
    }
  });

  test('is pinged ten times in a minute and no more, also where it is deleted and set up again', async () => {
    const endpoint = await office.endpoint();
    const ping = () =>
      office.ask(
        'pingWebhookEndpoint',
        'WebhookEndpointInput',
        'delivery { event state }',
        { endpointId: endpoint.id },
        endpoint.member,
      );
    const answers = await Promise.all(Array.from({ length: 14 }, ping));
    expect(answers.filter(({ code }) => code === 'RATE_LIMITED')).toHaveLength(4);
    expect(answers.find(({ payload }) => payload)?.payload.delivery).toEqual({ event: 'PING', state: 'PENDING' });
    const { id: endpointId, member: caller } = endpoint;
    await office.ask('deleteWebhookEndpoint', 'WebhookEndpointInput', 'endpointId', { endpointId }, caller);
    const another = await office.endpoint({}, endpoint.retailerId);
    await expect(office.ping(another)).rejects.toThrow('RATE_LIMITED');
    office.town.clock.advance(MINUTE + 1);
    expect(await office.ping(another)).toEqual(expect.any(String));
  });
});

describe('the log of an endpoint', () => {
  test('is paged from the latest, by state, event and time', async () => {
    const endpoint = await office.endpoint();
    await tellExpired(endpoint.retailerId, 5);
    await office.ping(endpoint);
    await office.look();
    const all = nodesOf(await page(endpoint, '', DELIVERY));
    expect(all).toHaveLength(6);
    expect(all.map(({ createdAt }) => createdAt)).toEqual(
      all
        .map(({ createdAt }) => createdAt)
        .sort()
        .reverse(),
    );
    expect(all[1]).toMatchObject({ event: 'VOUCHER_EXPIRED', state: 'DELIVERED', attemptCount: 1, lastFailure: null });
    const first = await page(endpoint, ', first: 4');
    expect(first.pageInfo.hasNextPage).toBe(true);
    const rest = await page(endpoint, `, first: 4, after: "${first.pageInfo.endCursor}"`);
    expect([...nodesOf(first), ...nodesOf(rest)].map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    expect(nodesOf(await page(endpoint, ', event: PING'))).toHaveLength(1);
    expect(nodesOf(await page(endpoint, ', state: DEAD'))).toEqual([]);
    const [, , third] = all;
    expect(nodesOf(await page(endpoint, `, since: "${third?.createdAt}"`))).toHaveLength(3);
    expect(nodesOf(await page(endpoint, `, until: "${third?.createdAt}"`))).toHaveLength(3);
    expect(await page(endpoint, ', after: "WzFd"')).toBe('BAD_USER_INPUT');
  });

  test('keeps two hundred printable characters of an answer, however long it is', async () => {
    const endpoint = await office.endpoint();
    office.answer = (_request, response) => response.writeHead(200).end(`\u0000<b>\n${'\u{1f46e}'.repeat(100_000)}`);
    await office.ping(endpoint);
    await office.look();
    const attempts = await office.query(
      'query ($id: ID!) { webhookAttempts(endpointId: $id) { edges { node { status failure answer tookMilliseconds } } } }',
      { id: endpoint.id },
      endpoint.member,
    );
    const [{ node }] = attempts.edges;
    expect(node).toMatchObject({ status: 200, failure: null, tookMilliseconds: expect.any(Number) });
    expect([...node.answer]).toHaveLength(200);
    expect(node.answer).toMatch(/^<b> \u{1f46e}+$/u);
  });
});

describe('replay', () => {
  /** An endpoint with so many dead letters. */
  async function withDeadLetters(count: number): Promise<Endpoint> {
    const endpoint = await office.endpoint();
    await change(endpoint.member, endpoint.id, { enabled: false });
    await tellExpired(endpoint.retailerId, count);
    return endpoint;
  }

  test('sends one message again under the same id, whatever became of it', async () => {
    const endpoint = await office.endpoint();
    const id = await office.ping(endpoint);
    await office.look();
    const { payload } = await replayOne(endpoint, id);
    expect(payload.delivery).toMatchObject({ state: 'PENDING', attemptCount: 0, replayCount: 1 });
    await office.look();
    expect(office.received).toHaveLength(2);
    const [first, second] = office.received;
    expect(first?.headers['webhook-id']).toBe(second?.headers['webhook-id']);
    expect(first?.body).toBe(second?.body);
    expect(await office.delivery(endpoint, id)).toMatchObject({ state: 'DELIVERED', attemptCount: 1, replayCount: 1 });
  });

  test('sends one that waits for its next attempt at once, as that attempt', async () => {
    const endpoint = await office.endpoint();
    office.answer = (_request, response) => response.writeHead(500).end();
    const id = await office.ping(endpoint);
    await office.look();
    await office.later(10_000);
    expect(office.received).toHaveLength(2);
    office.answer = (_request, response) => response.writeHead(200).end();
    await replayOne(endpoint, id);
    await office.look();
    expect(await office.delivery(endpoint, id)).toMatchObject({ state: 'DELIVERED', attemptCount: 3, replayCount: 0 });
  });

  test('of what happened while an endpoint was disabled begins where it is said, once it is enabled', async () => {
    const endpoint = await withDeadLetters(5);
    expect(office.received).toEqual([]);
    const letters = nodesOf(await page(endpoint, ', state: DEAD', 'id createdAt lastFailure'));
    expect(letters).toHaveLength(5);
    expect(letters[0]).toMatchObject({ lastFailure: 'DISABLED' });
    const [, , third, , first] = letters;
    const since = { since: third?.createdAt };
    expect((await replay(endpoint, since)).code).toBe('WEBHOOK_DISABLED');
    expect((await replayOne(endpoint, first?.id ?? '')).code).toBe('WEBHOOK_DISABLED');
    await change(endpoint.member, endpoint.id, { enabled: true });
    expect((await replay(endpoint, since)).payload).toEqual({ count: 3, endCursor: null });
    // They wait already: nothing more comes of a second click.
    expect((await replay(endpoint, since)).payload.count).toBe(0);
    await office.look();
    expect(office.received.map(({ body }) => JSON.parse(body).data.points).sort()).toEqual([3, 4, 5]);
    const range = { since: first?.createdAt, until: third?.createdAt };
    expect((await replay(endpoint, range)).payload.count).toBe(2);
    await office.look();
    expect(office.received).toHaveLength(5);
    expect(nodesOf(await page(endpoint, ', state: DEAD'))).toEqual([]);
    const again = { since: first?.createdAt, includeDelivered: true };
    expect((await replay(endpoint, { ...again, event: 'VOUCHER_REDEEMED' })).payload.count).toBe(0);
    expect((await replay(endpoint, again)).payload.count).toBe(5);
    await office.look();
    expect(office.received).toHaveLength(10);
  });

  test('of more than a thousand goes on where it stopped', async () => {
    const endpoint = await withDeadLetters(1);
    const [letter] = nodesOf(await page(endpoint, '', 'id createdAt'));
    await office.town.em().execute(
      `with message as (
         insert into rewards.webhook_message
         select gen_random_uuid(), 'retailer', gen_random_uuid(), 'voucher.expired', '{}',
           cast(? as timestamptz) + make_interval(secs => n / 2)
         from generate_series(1, 1500) n returning id, created_at)
       insert into rewards.webhook_delivery (id, message_id, endpoint_id, state, created_at, next_at)
       select gen_random_uuid(), id, ?, 'dead', created_at, created_at from message`,
      [letter?.createdAt, endpoint.id],
    );
    await change(endpoint.member, endpoint.id, { enabled: true });
    const since = letter?.createdAt;
    const first = await replay(endpoint, { since, includeDelivered: true });
    expect(first.payload).toEqual({ count: 1_000, endCursor: expect.any(String) });
    await office.look();
    const { endCursor } = first.payload;
    const second = await replay(endpoint, { since, includeDelivered: true, after: endCursor });
    expect(second.payload).toEqual({ count: 501, endCursor: null });
    await office.look();
    expect(new Set(office.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1_501);
    expect(office.received).toHaveLength(1_501);
  });
});
