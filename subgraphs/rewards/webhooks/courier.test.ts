import { createPublicKey, randomUUID, verify } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { RETRY_SECONDS } from './delivery-queue.ts';
import { tellPartners } from './tell-partners.ts';
import { ENDPOINT, type Endpoint, openPostOffice, type PostOffice, type Received } from './testing/post-office.ts';

let office: PostOffice;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

beforeEach(async () => {
  office = await openPostOffice();
});

afterEach(async () => {
  await office.close();
});

const endpointOf = ({ id, member: caller }: Endpoint, selection = ENDPOINT) =>
  office.query(`query ($id: ID!) { webhookEndpoint(id: $id) { ${selection} } }`, { id }, caller);
const change = (endpoint: Endpoint, input: object) =>
  office.ask(
    'changeWebhookEndpoint',
    'ChangeWebhookEndpointInput',
    'endpoint { state }',
    { endpointId: endpoint.id, ...input },
    endpoint.member,
  );
const rotate = async (endpoint: Endpoint, input: object = {}) => {
  const { payload, code } = await office.ask(
    'rotateWebhookSecret',
    'RotateWebhookSecretInput',
    'secret endpoint { signingKeys { id } }',
    { endpointId: endpoint.id, ...input },
    endpoint.member,
  );
  return code ?? payload;
};

const signaturesOf = (headers: IncomingHttpHeaders) => String(headers['webhook-signature']).split(' ');
/** As the standard's own library for receivers checks it, with its own clock. */
const libraryOf = (secret: string, { headers, body }: Received) =>
  new Webhook(secret).verify(body, headers as Record<string, string>);
/** The same without a look at the time, for messages of a clock that was set ahead. */
const isSignedWith = (secret: string, { headers, body }: Received) =>
  signaturesOf(headers).includes(
    new Webhook(secret).sign(
      String(headers['webhook-id']),
      new Date(Number(headers['webhook-timestamp']) * 1000),
      body,
    ),
  );

function isSignedByKey(publicKey: string, { headers, body }: Received): boolean {
  const raw = Buffer.from(publicKey.replace(/^whpk_/, ''), 'base64');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' });
  const signed = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`);
  return signaturesOf(headers)
    .filter((each) => each.startsWith('v1a,'))
    .some((each) => verify(null, signed, key, Buffer.from(each.slice(4), 'base64')));
}

describe('a message', () => {
  test('is told once a voucher is taken, signed in both ways, with nothing of its owner', async () => {
    const endpoint = await office.endpoint();
    const { town } = office;
    const offer = await town.publish({ retailerId: endpoint.retailerId, valueCents: 400 });
    const owner = { accountId: randomUUID(), scopes: ['citizen'] as const };
    await town.meet(randomUUID(), owner.accountId);
    const { payload } = await town.redeem(owner, offer.offerId);
    const { id: voucherId, code } = payload.voucher;
    await town.take({ retailerId: endpoint.retailerId, scopes: ['vouchers:redeem'] }, code);
    await office.look();

    const [message] = office.received as [Received];
    expect(office.received).toHaveLength(1);
    expect(libraryOf(endpoint.secret, message)).toEqual({
      type: 'voucher.redeemed',
      timestamp: expect.any(String),
      data: {
        voucherId,
        offerId: offer.offerId,
        retailerId: endpoint.retailerId,
        points: 10,
        valueCents: 400,
        method: 'code',
        terminalId: null,
        redeemedAt: expect.any(String),
      },
    });
    expect(message.headers['content-type']).toBe('application/json');
    for (const secret of [owner.accountId, code]) expect(message.body).not.toContain(secret);
    const { signingKeys } = await endpointOf(endpoint);
    expect(isSignedByKey(signingKeys[0].publicKey, message)).toBe(true);
    expect(isSignedByKey(signingKeys[0].publicKey, { ...message, body: `${message.body} ` })).toBe(false);
    expect(signaturesOf(message.headers).map((each) => each.split(',')[0])).toEqual(['v1', 'v1a']);
  });

  test('that is changed, under another secret, or old is refused by the library of the receiver', async () => {
    const endpoint = await office.endpoint();
    await office.ping(endpoint);
    await office.look();
    const [message] = office.received as [Received];
    expect(libraryOf(endpoint.secret, message)).toMatchObject({ type: 'ping' });
    expect(() => libraryOf(endpoint.secret, { ...message, body: message.body.replace('ping', 'pong') })).toThrow(
      'No matching signature',
    );
    const other = await office.endpoint();
    expect(() => libraryOf(other.secret, message)).toThrow('No matching signature');
    const older = { ...message.headers, 'webhook-timestamp': String(Number(message.headers['webhook-timestamp']) - 1) };
    expect(() => libraryOf(endpoint.secret, { ...message, headers: older })).toThrow('No matching signature');

    await office.ping(endpoint);
    // Sent by a clock that is far ahead of the receiver's, as one that is replayed is far behind.
    office.answer = (_request, response) => response.writeHead(500).end();
    await office.look();
    await office.later(10 * MINUTE);
    const late = office.received.at(-1) as Received;
    expect(() => libraryOf(endpoint.secret, late)).toThrow('too new');
    expect(isSignedWith(endpoint.secret, late)).toBe(true);
    const old = new Webhook(endpoint.secret);
    const sentAt = new Date(Date.now() - 6 * MINUTE);
    const replayed = {
      'webhook-id': 'a',
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
      'webhook-signature': old.sign('a', sentAt, 'body'),
    };
    expect(() => old.verify('body', replayed)).toThrow('too old');
  });

  test('is written with what it tells or not at all', async () => {
    const endpoint = await office.endpoint();
    const { work } = office.machine();
    const body = { voucherId: randomUUID(), offerId: randomUUID(), retailerId: endpoint.retailerId };
    await expect(
      work(async (unit) => {
        await tellPartners(unit, { kind: 'retailer', id: endpoint.retailerId }, 'voucher.expired', {
          ...body,
          points: 10,
          expiredAt: unit.now.toISOString(),
        });
        throw new Error('what it tells did not happen');
      }),
    ).rejects.toThrow('did not happen');
    await office.look();
    expect(office.received).toEqual([]);
  });

  test('goes to each endpoint that wants it, and to no other organisation', async () => {
    const first = await office.endpoint();
    const second = await office.endpoint({ events: ['VOUCHER_EXPIRED'] }, first.retailerId);
    await office.endpoint({ events: ['VOUCHER_REDEEMED'] }, first.retailerId);
    await office.endpoint();
    await tellExpired(first.retailerId);
    await office.look();
    expect(office.received).toHaveLength(2);
    const ids = office.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(1);
    expect(office.received.some((message) => isSignedWith(second.secret, message))).toBe(true);
  });
});

async function tellExpired(retailerId: string, count = 1): Promise<void> {
  await office.machine().work(async (unit) => {
    for (let each = 0; each < count; each++) {
      await tellPartners(unit, { kind: 'retailer', id: retailerId }, 'voucher.expired', {
        voucherId: randomUUID(),
        offerId: randomUUID(),
        retailerId,
        points: 10,
        expiredAt: unit.now.toISOString(),
      });
    }
  });
}

describe('a message that is not taken', () => {
  test('is sent ten times, ever later, under one id, and then lies among the dead letters', async () => {
    const endpoint = await office.endpoint();
    office.answer = (_request, response) => response.writeHead(503).end('busy\u0007 \u202enow');
    const id = await office.ping(endpoint);
    await office.look();
    for (const [made, seconds] of RETRY_SECONDS.entries()) {
      if (made === 0) continue;
      expect(office.received).toHaveLength(made);
      const { nextAttemptAt, ...delivery } = await office.delivery(endpoint, id);
      expect(delivery).toMatchObject({ state: 'PENDING', attemptCount: made, lastFailure: 'STATUS' });
      const wait = new Date(String(nextAttemptAt)).getTime() - office.town.clock.now().getTime();
      expect(wait).toBeGreaterThan(seconds * 1000 - 5_000);
      expect(wait).toBeLessThanOrEqual(seconds * 1100 + 1);
      // A moment before its time nothing is sent.
      if (seconds > 60) await office.later(wait - 30_000);
      expect(office.received).toHaveLength(made);
      await office.later(seconds > 60 ? 30_000 : wait);
    }
    expect(office.received).toHaveLength(10);
    expect(await office.delivery(endpoint, id)).toMatchObject({
      state: 'DEAD',
      attemptCount: 10,
      nextAttemptAt: null,
      lastFailure: 'STATUS',
    });
    await office.later(30 * MINUTE);
    expect(office.received).toHaveLength(10);
    expect(new Set(office.received.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size).toBe(1);
    expect(office.received.every((message) => isSignedWith(endpoint.secret, message))).toBe(true);
    const page = await office.query(
      `query ($id: ID!) { webhookAttempts(endpointId: $id, first: 3) {
         edges { node { deliveryId status failure answer } } pageInfo { hasNextPage } } }`,
      { id: endpoint.id },
      endpoint.member,
    );
    expect(page.pageInfo.hasNextPage).toBe(true);
    expect(page.edges[0].node).toEqual({ deliveryId: id, status: 503, failure: 'STATUS', answer: 'busy now' });
    expect(await endpointOf(endpoint, 'state failures')).toEqual({ state: 'ACTIVE', failures: 10 });
  });

  test('waits as long as the receiver asks for', async () => {
    const endpoint = await office.endpoint();
    office.answer = (_request, response) => response.writeHead(429, { 'retry-after': '600' }).end();
    await office.ping(endpoint);
    await office.look();
    await office.later(9 * MINUTE);
    expect(office.received).toHaveLength(1);
    office.answer = (_request, response) => response.writeHead(200).end();
    await office.later(2 * MINUTE);
    expect(office.received).toHaveLength(2);
    expect(await endpointOf(endpoint, 'failures failingSince lastDeliveredAt')).toEqual({
      failures: 0,
      failingSince: null,
      lastDeliveredAt: expect.any(String),
    });
  });

  test('because its server is gone disables the endpoint, and what waits dies with it', async () => {
    const endpoint = await office.endpoint();
    office.answer = (_request, response) => response.writeHead(500).end();
    await tellExpired(endpoint.retailerId, 3);
    await office.look();
    expect(office.received).toHaveLength(3);
    office.answer = (_request, response) => response.writeHead(410).end();
    const { town } = office;
    await town.em().execute(`update rewards.webhook_delivery set next_at = next_at + interval '1 minute'
      where id <> (select min(id::text)::uuid from rewards.webhook_delivery)`);
    await office.later(10_000);
    expect(office.received).toHaveLength(4);
    expect(await endpointOf(endpoint, 'state disabledReason')).toEqual({ state: 'DISABLED', disabledReason: 'GONE' });
    await tellExpired(endpoint.retailerId);
    await office.later(DAY);
    expect(office.received).toHaveLength(4);
    expect(await deadLetters(endpoint)).toEqual(['DISABLED', 'DISABLED', 'DISABLED', 'GONE']);
    const { code } = await office.ask(
      'pingWebhookEndpoint',
      'WebhookEndpointInput',
      'delivery { id }',
      { endpointId: endpoint.id },
      endpoint.member,
    );
    expect(code).toBe('WEBHOOK_DISABLED');
  });

  test('for five days disables the endpoint', async () => {
    const endpoint = await office.endpoint();
    office.answer = (_request, response) => response.writeHead(500).end();
    await office.ping(endpoint);
    await office.look();
    await office.later(4 * DAY);
    expect(await endpointOf(endpoint, 'state')).toEqual({ state: 'ACTIVE' });
    await office.later(DAY + MINUTE);
    expect(await endpointOf(endpoint, 'state disabledReason')).toEqual({
      state: 'DISABLED',
      disabledReason: 'FAILING',
    });
    expect((await change(endpoint, { enabled: true })).payload.endpoint).toEqual({ state: 'ACTIVE' });
    expect(await endpointOf(endpoint, 'failures failingSince')).toEqual({ failures: 0, failingSince: null });
  });

  test('is not carried on to where a redirect leads', async () => {
    const endpoint = await office.endpoint();
    office.answer = ({ url }, response) => {
      const inner = url === '/inner';
      response.writeHead(inner ? 200 : 307, inner ? {} : { location: 'http://169.254.169.254/latest' }).end();
    };
    const id = await office.ping(endpoint);
    await office.look();
    expect(office.received).toHaveLength(1);
    expect(await office.delivery(endpoint, id)).toMatchObject({ state: 'PENDING', lastFailure: 'REDIRECTED' });
    // Not even within the same server.
    office.answer = ({ url }, response) => {
      response.writeHead(url === '/inner' ? 200 : 302, url === '/inner' ? {} : { location: '/inner' }).end();
    };
    await office.later(10_000);
    expect(office.received.map(({ path }) => path)).not.toContain('/inner');
    expect(await office.delivery(endpoint, id)).toMatchObject({ state: 'PENDING', attemptCount: 2 });
  });

  test('never reaches a network that is not public, whatever its name leads to now', async () => {
    const endpoint = await office.endpoint();
    office.names.set('shop.example', ['127.0.0.1', '169.254.169.254']);
    const id = await office.ping(endpoint);
    await office.look();
    expect(await office.delivery(endpoint, id)).toMatchObject({ lastFailure: 'ADDRESS_NOT_PUBLIC' });
    office.names.set('shop.example', []);
    await office.later(10_000);
    expect(await office.delivery(endpoint, id)).toMatchObject({ lastFailure: 'NAME_UNKNOWN' });
    office.names.set('shop.example', ['127.0.0.1']);
    office.answer = (_request, response) => response.destroy();
    await office.later(10 * MINUTE);
    expect(await office.delivery(endpoint, id)).toMatchObject({ lastFailure: 'NOT_CONNECTED', attemptCount: 3 });
    expect(office.received).toHaveLength(1);
  });
});

async function deadLetters(endpoint: Endpoint): Promise<string[]> {
  const page = await office.query(
    'query ($id: ID!) { webhookDeliveries(endpointId: $id, state: DEAD) { edges { node { lastFailure } } } }',
    { id: endpoint.id },
    endpoint.member,
  );
  return page.edges.map(({ node }: { node: { lastFailure: string } }) => node.lastFailure).sort();
}

describe('a secret that was replaced', () => {
  test('signs beside the new one for a day and then no more', async () => {
    const endpoint = await office.endpoint();
    const { secret, endpoint: rotated } = await rotate(endpoint);
    expect(secret).not.toBe(endpoint.secret);
    expect(rotated.signingKeys).toHaveLength(2);
    await office.ping(endpoint);
    await office.look();
    const [message] = office.received as [Received];
    expect(libraryOf(endpoint.secret, message)).toMatchObject({ type: 'ping' });
    expect(libraryOf(secret, message)).toMatchObject({ type: 'ping' });
    await office.later(DAY);
    await office.ping(endpoint);
    await office.look();
    const later = office.received.at(-1) as Received;
    expect([isSignedWith(endpoint.secret, later), isSignedWith(secret, later)]).toEqual([false, true]);
    expect((await endpointOf(endpoint)).signingKeys).toHaveLength(1);
  });

  test('because it leaked signs nothing any more', async () => {
    const endpoint = await office.endpoint();
    const { secret } = await rotate(endpoint, { endOldNow: true });
    await office.ping(endpoint);
    await office.look();
    const [message] = office.received as [Received];
    expect([isSignedWith(endpoint.secret, message), isSignedWith(secret, message)]).toEqual([false, true]);
  });

  test('leaves room for five at a time', async () => {
    const endpoint = await office.endpoint();
    for (let times = 0; times < 4; times++) await rotate(endpoint);
    expect(await rotate(endpoint)).toBe('LIMIT_REACHED');
    expect((await rotate(endpoint, { endOldNow: true })).endpoint.signingKeys).toHaveLength(1);
  });
});

describe('several nodes', () => {
  test('deliver each message once, and few to one endpoint at the same time', async () => {
    const endpoints = [await office.endpoint(), await office.endpoint()];
    const atOnce = new Map<string, number>();
    let most = 0;
    const waiting: (() => void)[] = [];
    office.answer = ({ url = '' }, response) => {
      const now = (atOnce.get(url) ?? 0) + 1;
      atOnce.set(url, now);
      most = Math.max(most, now);
      waiting.push(() => {
        atOnce.set(url, (atOnce.get(url) ?? 0) - 1);
        response.writeHead(204).end();
      });
      // Some go on only when others have come.
      if (waiting.length >= 3) for (const go of waiting.splice(0)) go();
    };
    for (const { retailerId } of endpoints) await tellExpired(retailerId, 30);
    const nodes = [office.openNode(), office.openNode()];
    const flush = () => {
      for (const go of waiting.splice(0)) go();
    };
    const looks = Promise.all([...nodes.map((node) => node.look()), office.look()]).then(() => true);
    // Whoever is left alone at the end is answered too.
    while (!(await Promise.race([looks, new Promise((turn) => setImmediate(turn))]))) {
      if (office.received.length >= 58) flush();
    }
    const told = office.received.map(({ headers }) => headers['webhook-id']);
    expect(told).toHaveLength(60);
    expect(new Set(told).size).toBe(60);
    // Four, and as many again for each node that looked at the same instant.
    expect(most).toBeLessThanOrEqual(12);
  });

  test('take up what one of them sent but could not write down, under the same id', async () => {
    const endpoint = await office.endpoint();
    const { town } = office;
    await town.services.courier.close();
    let works = 0;
    const whole = office.machine();
    // Dies between the answer and the commit: it has leased, and can do nothing more.
    const dying = {
      ...whole,
      work: (task: never) => (works++ === 0 ? whole.work(task) : Promise.reject(new Error('killed'))),
    };
    const id = await office.ping(endpoint);
    const node = office.openNode(dying as never);
    await node.look();
    await node.close();
    expect(office.received).toHaveLength(1);
    expect(await office.delivery(endpoint, id)).toMatchObject({ state: 'PENDING', attemptCount: 0 });
    const other = office.openNode();
    await other.look();
    expect(office.received).toHaveLength(1);
    town.clock.advance(2 * MINUTE);
    await other.look();
    expect(office.received).toHaveLength(2);
    expect(new Set(office.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await office.delivery(endpoint, id)).toMatchObject({ state: 'DELIVERED', attemptCount: 1 });
  });

  test('send at once what one that stops was sending', async () => {
    const endpoint = await office.endpoint();
    const asked = Promise.withResolvers<void>();
    office.answer = () => asked.resolve();
    const id = await office.ping(endpoint);
    await asked.promise;
    await office.town.services.courier.close();
    expect(await office.delivery(endpoint, id)).toMatchObject({ state: 'PENDING', attemptCount: 0, lastFailure: null });
    office.answer = (_request, response) => response.writeHead(204).end();
    await office.openNode().look();
    expect(await office.delivery(endpoint, id)).toMatchObject({ state: 'DELIVERED' });
  });

  test('hear of what another has written without being told to look', async () => {
    const endpoint = await office.endpoint();
    const got = Promise.withResolvers<void>();
    office.answer = (_request, response) => {
      response.writeHead(204).end();
      got.resolve();
    };
    await office.look();
    await tellExpired(endpoint.retailerId);
    await got.promise;
    expect(office.received).toHaveLength(1);
  });
});

test('a slow endpoint keeps no other waiting', async () => {
  const slow = await office.endpoint();
  const fast = await office.endpoint();
  const held: (() => void)[] = [];
  const done = Promise.withResolvers<void>();
  office.answer = ({ headers }, response, body) => {
    const end = () => response.writeHead(204).end();
    if (body.includes(slow.retailerId)) return held.push(end);
    end();
    if (office.received.filter((each) => each.body.includes(fast.retailerId)).length === 20) done.resolve();
    return headers;
  };
  await tellExpired(slow.retailerId, 40);
  await tellExpired(fast.retailerId, 20);
  await done.promise;
  expect(held.length).toBeLessThanOrEqual(4);
  office.answer = (_request, response) => response.writeHead(204).end();
  for (const end of held) end();
  await office.look();
  expect(new Set(office.received.map(({ headers }) => headers['webhook-id'])).size).toBe(60);
});

test('messages and their log are forgotten after 30 days, but for those that wait', async () => {
  const endpoint = await office.endpoint();
  const delivered = await office.ping(endpoint);
  await office.look();
  const { town } = office;
  office.answer = (_request, response) => response.writeHead(500).end();
  const waits = await office.ping(endpoint);
  await office.look();
  await town
    .em()
    .execute(`update rewards.webhook_delivery set next_at = next_at + interval '60 days' where id = ?`, [waits]);
  await office.later(31 * DAY);
  expect(await office.delivery(endpoint, delivered)).toBe('NOT_FOUND');
  expect(await office.delivery(endpoint, waits)).toMatchObject({ state: 'PENDING' });
  const attempts = await town.em().execute('select 1 from rewards.webhook_attempt where delivery_id = ?', [delivered]);
  expect(attempts).toEqual([]);
});
