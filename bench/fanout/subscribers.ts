/*
 * The subscribers: bare TCP sockets that shake hands and subscribe by ready frames, and then only count the bytes that
 * arrive, so that on two cores they take little from the server.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { partIsReady } from '../gateway/process.ts';

export type SubscriberOrder =
  | { readonly url: string; readonly connect: number; readonly query: string }
  /** Answered when so many bytes more have arrived than were asked for before, of messages of `each` bytes. */
  | { readonly arrived: number; readonly each: number };

/** At once: more would overrun the server's backlog. */
const CONNECTING = 100;
/** Masked with zeros. */
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

// Before messages are sent, what arrives may be a ping: who does not answer those is gone after two rounds of them.
const bytes = { arrived: 0, awaited: 0, each: Number.POSITIVE_INFINITY, told: () => {} };

function count(this: Socket, chunk: Buffer): void {
  bytes.arrived += chunk.length;
  // What is no whole number of messages holds a ping; one pong more or less does not matter.
  if (chunk.length % bytes.each !== 0) this.write(PONG);
  if (bytes.arrived >= bytes.awaited) bytes.told();
}

async function obey(order: SubscriberOrder): Promise<null> {
  if ('arrived' in order) {
    await new Promise<void>((told) => {
      Object.assign(bytes, { awaited: order.arrived, each: order.each, told });
      if (bytes.arrived >= bytes.awaited) told();
    });
    // The server may have begun before this was asked, so what has arrived is never set back; a few pings stay counted.
    bytes.arrived -= order.arrived;
    bytes.told = () => {};
    return null;
  }
  const { hostname, port } = new URL(order.url);
  let left = order.connect;
  const worker = async () => {
    while (left-- > 0) await subscribe(hostname, Number(port), order.query);
  };
  await Promise.all(Array.from({ length: CONNECTING }, worker));
  bytes.arrived = 0;
  return null;
}

async function subscribe(host: string, port: number, query: string): Promise<void> {
  const socket = connect({ host, port, noDelay: true });
  await once(socket, 'connect');
  socket.write(
    'GET /graphql HTTP/1.1\r\nhost: bench\r\nconnection: upgrade\r\nupgrade: websocket\r\n' +
      'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
      'sec-websocket-protocol: graphql-transport-ws\r\n\r\n',
  );
  if (query === '') {
    socket.on('data', count);
    return;
  }
  await once(socket, 'data');
  socket.on('data', count);
  const acknowledged = once(socket, 'data');
  socket.write(masked({ type: 'connection_init' }));
  // A bare server does not acknowledge.
  if (query.startsWith('subscription')) await acknowledged;
  socket.write(masked({ type: 'subscribe', id: randomUUID(), payload: { query } }));
}

/** A client's frame with a mask of zeros, which leaves the text as it is. */
function masked(message: object): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  const long = text.length > 125;
  const head = long ? [0x81, 0xfe, text.length >> 8, text.length & 0xff] : [0x81, 0x80 | text.length];
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), text]);
}

partIsReady(undefined, obey);
