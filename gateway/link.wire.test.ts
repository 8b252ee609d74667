/* One connection against servers that do what servers should not. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Answer } from './link.answers.ts';
import { Late, Wire, type WireRequest } from './link.wire.ts';

let server: Server;
let sockets: Socket[];
let received: string[];
/** What the server does with what it is sent. */
let answer: (socket: Socket, text: string) => void;
let now: number;
let told: string[];

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

beforeEach(async () => {
  sockets = [];
  received = [];
  told = [];
  now = 0;
  answer = (socket, text) => {
    for (const _ of text.matchAll(/POST /g)) socket.write(OK);
  };
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      received.push(bytes.toString());
      answer(socket, bytes.toString());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

function open(port = (server.address() as AddressInfo).port): Wire {
  return new Wire({
    origin: new URL(`http://127.0.0.1:${port}`),
    connectMilliseconds: 3_000,
    now: () => now,
    buffer: Buffer.alloc(1_024),
    freed: () => told.push('freed'),
    ended: () => told.push('ended'),
  });
}

/** Rejects with 'unasked' where the connection broke before its turn. */
function ask(wire: Wire, { body = '{}', milliseconds = 10_000 }: Partial<WireRequest> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    wire.ask({
      request: { head: 'POST / HTTP/1.1\r\nhost: here\r\n', body, milliseconds },
      askedAt: now,
      answered: resolve,
      failed: reject,
      unasked: () => reject(new Error('unasked')),
    });
  });
}

test('what is asked in one turn is one write, and each has its own answer', async () => {
  const wire = open();
  await ask(wire);
  received = [];
  const answers = await Promise.all([ask(wire, { body: '{"a":1}' }), ask(wire, { body: '{"ä":2}' })]);
  expect(answers).toEqual([
    { status: 200, text: 'ok' },
    { status: 200, text: 'ok' },
  ]);
  const head = 'POST / HTTP/1.1\r\nhost: here\r\ncontent-length: ';
  expect(received).toEqual([`${head}7\r\n\r\n{"a":1}${head}8\r\n\r\n{"ä":2}`]);
  expect(told).toEqual(['freed', 'freed']);
  wire.destroy();
  expect(told).toEqual(['freed', 'freed', 'ended']);
});

test('a server that is silent is late', async () => {
  answer = () => {};
  const wire = open();
  await expect(ask(wire, { milliseconds: 20 })).rejects.toBeInstanceOf(Late);
  expect(told).toEqual(['ended']);
  expect(wire.isSound).toBe(false);
});

test('a server that cannot be reached fails everybody who waits, and is not late', async () => {
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const wire = open(port);
  const outcomes = await Promise.allSettled([ask(wire), ask(wire)]);
  expect(outcomes).toMatchObject([{ reason: { code: 'ECONNREFUSED' } }, { reason: { code: 'ECONNREFUSED' } }]);
  expect(told).toEqual(['ended']);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

test('the one whose turn it was fails with the connection, and those behind it are told that it was not theirs', async () => {
  answer = (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhal');
  const wire = open();
  const outcomes = await Promise.allSettled([ask(wire), ask(wire)]);
  expect(outcomes).toMatchObject([
    { reason: { message: 'The connection was closed by the other side.' } },
    { reason: { message: 'unasked' } },
  ]);
});

test('an answer that ends the connection is an answer, and whoever is behind it asks elsewhere', async () => {
  answer = (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nuntil the end');
  const wire = open();
  const outcomes = await Promise.allSettled([ask(wire), ask(wire)]);
  expect(outcomes).toMatchObject([{ value: { text: 'until the end' } }, { reason: { message: 'unasked' } }]);
  expect(told).toEqual(['ended']);
});

test('garbage fails the one whose turn it is, and an answer that nobody asked for ends the connection', async () => {
  answer = (socket) => socket.write('220 smtp ready\r\n\r\n');
  await expect(ask(open())).rejects.toThrow('no answer');
  answer = (socket) => socket.write(OK + OK);
  const wire = open();
  expect(await ask(wire)).toEqual({ status: 200, text: 'ok' });
  expect(wire.isSound).toBe(false);
});

test('an idle connection is trusted as long as its server says, less a second', async () => {
  answer = (socket) => socket.write(OK.replace('\r\n\r\n', '\r\nkeep-alive: timeout=5\r\n\r\n'));
  const wire = open();
  await ask(wire);
  now = 3_999;
  expect(wire.isSound).toBe(true);
  now = 4_000;
  expect(wire.isSound).toBe(false);
  wire.destroy();
});

test('a server that closes an idle connection takes it away', async () => {
  const wire = open();
  await ask(wire);
  const gone = new Promise<void>((resolve) => {
    told.push = (what: string) => {
      if (what === 'ended') resolve();
      return 0;
    };
  });
  sockets[0]?.end();
  await gone;
  expect(wire.isSound).toBe(false);
});
