import { once } from 'node:events';
import { Agent, createServer, request as open, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readBody } from './request-body.ts';

const LIMIT_BYTES = 1_000;

let server: Server;
let read: Promise<string | undefined>[];

beforeEach(async () => {
  read = [];
  server = createServer((request, response) => {
    const body = readBody(request, LIMIT_BYTES);
    read.push(body);
    body.then(
      (text) => response.writeHead(text === undefined ? 413 : 200).end(text),
      () => response.destroy(),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const post = (body: string) => fetch(address(), { method: 'POST', body });

test('a body is read as it was sent, letters of several bytes and none at all included', async () => {
  for (const body of ['', 'ñandú', 'x'.repeat(LIMIT_BYTES)]) expect(await (await post(body)).text()).toBe(body);
});

test('parts that cut a letter in two are one text', async () => {
  const asked = open(address(), { method: 'POST' });
  const [first, ...others] = Buffer.from('ñ');
  asked.write(Buffer.of(first as number));
  await once(server, 'request');
  asked.end(Buffer.from(others));
  const [response] = await once(asked, 'response');
  response.resume();
  expect(await read[0]).toBe('ñ');
});

test('one byte more than may be is refused', async () => {
  expect((await post('x'.repeat(LIMIT_BYTES + 1))).status).toBe(413);
  expect(await read[0]).toBeUndefined();
});

test('who sent too much may ask again on the same connection', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const statuses: number[] = [];
  for (const bytes of [1_000 * LIMIT_BYTES, 1]) {
    const asked = open(address(), { method: 'POST', agent }).end('x'.repeat(bytes));
    const [response] = await once(asked, 'response');
    statuses.push(response.statusCode);
    await once(response.resume(), 'end');
  }
  expect(statuses).toEqual([413, 200]);
  agent.destroy();
});

test('who goes away before the end is waited for no more', async () => {
  const asked = open(address(), { method: 'POST', headers: { 'content-length': '100' } });
  asked.on('error', () => undefined);
  asked.write('begun');
  await once(server, 'request');
  asked.destroy();
  await expect(read[0]).rejects.toThrow('aborted');
});
