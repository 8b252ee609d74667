import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { importJWK, jwtVerify } from 'jose';
import type { OutboundPolicy } from '../../kernel/outbound.ts';
import { PushInbox } from './push-sender.inbox.ts';
import type { PushMessage, PushSender, PushSubscription } from './push-sender.ts';
import { WebPushSender } from './push-sender.web.ts';
import { type Neighbours, openDevice, openNeighbours, type TestBrowserDevice } from './testing/neighbours.ts';

let town: Neighbours;
let server: Server;
let answer: RequestListener;
let received: { headers: IncomingHttpHeaders; body: Buffer; path: string }[];

/** Names lead to this machine, which a real sender never calls. */
const policy: OutboundPolicy = {
  protocols: ['http:', 'https:'],
  allows: (address) => address === '127.0.0.1',
  resolve: async () => ['127.0.0.1'],
};

beforeAll(async () => {
  town = await openNeighbours();
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(parts), path: request.url ?? '' });
      answer(request, response);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});

beforeEach(() => {
  received = [];
  answer = (_request, response) => response.writeHead(201).end();
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await town.close();
});

const subscriptionOf = ({ endpoint, p256dh, auth }: TestBrowserDevice): PushSubscription => ({
  endpoint,
  p256dh: Buffer.from(p256dh, 'base64url'),
  auth: Buffer.from(auth, 'base64url'),
});
const device = (path: string = randomUUID()) =>
  openDevice(`http://push.example:${(server.address() as AddressInfo).port}/${path}`);
const message = (accountId: string, body: object = { topic: 'POINTS', count: 1 }): PushMessage => ({
  accountId,
  body: JSON.stringify(body),
  lifeSeconds: 900,
  urgency: 'high',
});
const webSender = () =>
  new WebPushSender({
    vault: town.services.pushVault,
    contact: 'mailto:operator@hey-blue.example',
    clock: town.clock,
    random: (count) => Buffer.from(Array.from({ length: count }, (_, index) => (index * 7 + received.length) % 251)),
    policy,
  });

interface Adapter {
  readonly sender: PushSender;
  /** What the device of this account shows, the oldest first. */
  shown(accountId: string, of: TestBrowserDevice): unknown[];
}

const adapters: readonly [string, () => Adapter][] = [
  [
    'web push',
    () => ({
      sender: webSender(),
      shown: (_accountId, of) => received.map(({ body }) => JSON.parse(of.open(body))),
    }),
  ],
  [
    'the inbox of a laptop',
    () => {
      const inbox = new PushInbox(town.services.pushVault, town.clock);
      return { sender: inbox, shown: (accountId) => inbox.received(accountId).map((each) => each.message) };
    },
  ],
];

describe.each(adapters)('%s', (_name, open) => {
  test('hands messages over as they are, in their order', async () => {
    const { sender, shown } = open();
    const [accountId, target] = [randomUUID(), device()];
    for (const count of [1, 2]) {
      const outcome = await sender.send(subscriptionOf(target), message(accountId, { topic: 'POINTS', count }));
      expect(outcome).toEqual({ kind: 'taken' });
    }
    expect(shown(accountId, target)).toEqual([
      { topic: 'POINTS', count: 1 },
      { topic: 'POINTS', count: 2 },
    ]);
  });

  test('gives browsers the same key each time, a point of P-256', async () => {
    const { sender } = open();
    const key = await sender.applicationKey();
    expect(key).toBe(await open().sender.applicationKey());
    expect([Buffer.from(key, 'base64url').length, Buffer.from(key, 'base64url')[0]]).toEqual([65, 4]);
  });
});

describe('a message by web push', () => {
  test('is signed for its service alone, says how long it is of use and how urgent it is, and nothing else in the open', async () => {
    const target = device('hear/me');
    const sender = webSender();
    await sender.send(subscriptionOf(target), message(randomUUID(), { secret: 'words' }));
    const [{ headers, body, path }] = received as [(typeof received)[number]];
    expect(path).toBe('/hear/me');
    expect(headers).toMatchObject({ ttl: '900', urgency: 'high', 'content-encoding': 'aes128gcm' });
    expect(body.toString('latin1')).not.toContain('secret');
    const [, token = '', key = ''] = /^vapid t=(\S+), k=(\S+)$/.exec(headers.authorization ?? '') ?? [];
    expect(key).toBe(await sender.applicationKey());
    const point = Buffer.from(key, 'base64url');
    const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
    const { payload } = await jwtVerify(token, await importJWK({ kty: 'EC', crv: 'P-256', x, y }, 'ES256'), {
      audience: new URL(target.endpoint).origin,
      currentDate: town.clock.now(),
    });
    expect(payload.sub).toBe('mailto:operator@hey-blue.example');
    // RFC 8292: at most a day.
    expect(Number(payload.exp) * 1000 - town.clock.now().getTime()).toBeLessThanOrEqual(86_400_000);
  });

  test.each([
    [404, { kind: 'gone' }],
    [410, { kind: 'gone' }],
    [500, { kind: 'failed', reason: 'STATUS_500', retryAfterSeconds: 0 }],
    [302, { kind: 'failed', reason: 'STATUS_302', retryAfterSeconds: 0 }],
    [413, { kind: 'failed', reason: 'STATUS_413', retryAfterSeconds: 0 }],
  ])('that is answered with %i is %j', async (status, outcome) => {
    answer = (_request, response) => response.writeHead(status, { location: '/elsewhere' }).end();
    expect(await webSender().send(subscriptionOf(device()), message(randomUUID()))).toEqual(outcome);
    expect(received).toHaveLength(1);
  });

  test('waits as long as a busy service asks for', async () => {
    answer = (_request, response) => response.writeHead(429, { 'retry-after': '120' }).end();
    expect(await webSender().send(subscriptionOf(device()), message(randomUUID()))).toEqual({
      kind: 'failed',
      reason: 'STATUS_429',
      retryAfterSeconds: 120,
    });
  });

  test('that is broken off has failed', async () => {
    answer = (_request, response) => response.destroy();
    expect(await webSender().send(subscriptionOf(device()), message(randomUUID()))).toMatchObject({
      kind: 'failed',
      reason: 'NOT_CONNECTED',
    });
  });

  test('never reaches a network that is not public', async () => {
    const { pushVault: vault } = town.services;
    const sender = new WebPushSender({
      vault,
      contact: 'https://hey-blue.example',
      clock: town.clock,
      random: (count) => Buffer.alloc(count, 1),
      policy: { ...policy, protocols: ['https:'], allows: () => false },
    });
    const target = openDevice(`https://inner.example:${(server.address() as AddressInfo).port}/x`);
    expect(await sender.send(subscriptionOf(target), message(randomUUID()))).toEqual({
      kind: 'failed',
      reason: 'ADDRESS_NOT_PUBLIC',
      retryAfterSeconds: 0,
    });
    expect(received).toEqual([]);
  });
});
