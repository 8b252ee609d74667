/* Connections to a subgraph by themselves, against a server that says on which socket it was asked. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Connections } from './link.connections.ts';

interface Asked {
  readonly body: string;
  readonly socket: unknown;
  readonly response: ServerResponse;
}

let server: Server;
let connections: Connections;
let asked: Asked[];
/** What the clock says. */
let milliseconds: number;
/** What the server does with what it is asked. */
let answer: (asked: Asked) => void;

const echo = ({ body, response }: Asked) => response.end(body);

beforeEach(async () => {
  asked = [];
  milliseconds = 0;
  answer = echo;
  server = createServer(async (request: IncomingMessage, response) => {
    const one = { body: await text(request), socket: request.socket, response };
    asked.push(one);
    answer(one);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  connections = new Connections(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    connectMilliseconds: 3_000,
    clock: { now: () => new Date(milliseconds) },
  });
});

afterEach(async () => {
  await connections.close();
  await new Promise((resolve) => server.close(resolve));
});

/** Asks by a query, or by a mutation; yields what was answered. */
async function ask(body: string, kind: 'query' | 'mutation' = 'query'): Promise<string> {
  const request = { head: 'POST / HTTP/1.1\r\nhost: here\r\n', body, milliseconds: 10_000 };
  const asking = kind === 'query' ? connections.ask(body.split(' ')[0] ?? '', request) : connections.askAlone(request);
  return (await asking).text;
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
const bodies = (count: number) => Array.from({ length: count }, (_, index) => `body ${index}`);
const socketsUsed = () => new Set(asked.map(({ socket }) => socket)).size;

test('queries of one turn share connections, and each has its own answer', async () => {
  // The first answer to a document says how long it takes.
  await ask('body');
  for (let round = 0; round < 3; round++) {
    expect(await Promise.all(bodies(32).map((body) => ask(body)))).toEqual(bodies(32));
  }
  expect(asked).toHaveLength(97);
  expect(socketsUsed()).toBe(2);
});

test('a document that is usually slow goes alone, until it is not slow any more', async () => {
  const slowly = (one: Asked) => {
    milliseconds += 50;
    echo(one);
  };
  answer = slowly;
  await ask('body');
  answer = echo;
  const sockets = async () => {
    asked = [];
    await Promise.all(bodies(8).map((body) => ask(body)));
    return socketsUsed();
  };
  expect(await sockets()).toBe(8);
  for (const body of bodies(30)) await ask(body);
  expect(await sockets()).toBe(1);
});

test('a query does not wait for one of another turn', async () => {
  let release = () => {};
  answer = (one) => {
    if (one.body !== 'slow') return echo(one);
    release = () => echo(one);
  };
  const slow = ask('slow');
  await nextTurn();
  expect(await Promise.all(bodies(3).map((body) => ask(body)))).toEqual(bodies(3));
  while (asked.length < 4) await nextTurn();
  release();
  expect(await slow).toBe('slow');
});

test('more than all connections can take at once are answered all the same', async () => {
  const held: Asked[] = [];
  answer = (one) => held.push(one);
  const answers: Promise<string>[] = [];
  for (const body of bodies(100)) {
    answers.push(ask(body));
    await nextTurn();
  }
  while (held.length < 64) await nextTurn();
  answer = echo;
  held.forEach(echo);
  expect(await Promise.all(answers)).toEqual(bodies(100));
});

test('where a connection breaks the query that was answered fails, and those behind it are asked again', async () => {
  let breaks = 0;
  answer = (one) => {
    if (one.body === 'body 0' && breaks++ === 0) one.response.destroy();
    else echo(one);
  };
  const outcomes = await Promise.allSettled(bodies(4).map((body) => ask(body)));
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  expect(await ask('again')).toBe('again');
});

test('a mutation shares no connection, and is never asked twice', async () => {
  answer = (one) => (one.body.startsWith('body') ? one.response.destroy() : echo(one));
  const outcomes = await Promise.allSettled([...bodies(4).map((body) => ask(body, 'mutation')), ask('query')]);
  expect(outcomes.map(({ status }) => status)).toEqual([...bodies(4).map(() => 'rejected'), 'fulfilled']);
  expect(asked).toHaveLength(5);
  expect(socketsUsed()).toBe(5);
});
