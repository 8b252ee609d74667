/*
 * A graphql-transport-ws server for many thousand sockets. `ws` shakes hands and reads frames; connection.ts is the
 * protocol. One alarm a second looks after a twelfth of the sockets, so that nothing of it is a timer per socket.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { Broadcasts } from './broadcast.ts';
import { type Alarm, type Clock, Connection, type ConnectionHost, type Engine, type Limits } from './connection.ts';
import { CloseCode, SUBPROTOCOL } from './messages.ts';

const MESSAGE_BYTES = 1024 * 1024;
const BEAT_MILLISECONDS = 1_000;
/** A socket is asked for a sign of life this often, in beats; silent ones are gone after two rounds at most. */
const BEATS_PER_ROUND = 12;
/** How long the other side may take for its part of the closing handshake. */
const CLOSE_MILLISECONDS = 5_000;

const WEBSOCKET_OPTIONS = {
  noServer: true,
  maxPayload: MESSAGE_BYTES,
  perMessageDeflate: false,
  clientTracking: false,
  closeTimeout: CLOSE_MILLISECONDS,
  handleProtocols: (offered: Set<string>) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
} as const;

export interface SocketServerOptions<Session> {
  readonly engine: Engine<Session>;
  readonly clock: Clock;
  readonly limits: Limits;
}

export class SocketServer<Session> implements ConnectionHost<Session> {
  readonly engine: Engine<Session>;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly broadcasts: Broadcasts;
  readonly #sockets = new WebSocketServer(WEBSOCKET_OPTIONS);
  /** All open connections, in as many parts as there are beats in a round. */
  readonly #rounds = Array.from({ length: BEATS_PER_ROUND }, () => new Set<Connection<Session>>());
  #size = 0;
  #opened = 0;
  #beats = 0;
  #beating: Alarm;
  #unflushed: Connection<Session>[] = [];
  #emptied: (() => void) | undefined;
  #isClosing = false;
  readonly #flushAll = () => {
    const connections = this.#unflushed;
    this.#unflushed = [];
    for (const connection of connections) connection.flush();
  };

  constructor({ engine, clock, limits }: SocketServerOptions<Session>) {
    this.engine = engine;
    this.clock = clock;
    this.limits = limits;
    this.broadcasts = new Broadcasts((error) => engine.report(error));
    this.#beating = this.#nextBeat();
  }

  /** How many sockets are open. */
  get size(): number {
    return this.#size;
  }

  /** Takes over a connection that asks for an upgrade. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    if (this.#isClosing) {
      stream.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n');
      return;
    }
    this.#sockets.handleUpgrade(request, stream, head, (socket) => this.#open(socket, stream));
  }

  #open(socket: WebSocket, stream: Duplex): void {
    // What goes wrong with a socket closes it; `close` follows.
    socket.on('error', () => {});
    if (socket.protocol !== SUBPROTOCOL) {
      socket.close(CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE, 'Subprotocol not acceptable');
      return;
    }
    const connection = new Connection(this, socket, stream);
    const round = this.#rounds[this.#opened++ % BEATS_PER_ROUND] as Set<Connection<Session>>;
    round.add(connection);
    this.#size++;
    socket.on('message', (data: RawData) => connection.received(String(data)));
    socket.on('pong', () => {
      connection.isHeard = true;
    });
    socket.on('close', () => {
      round.delete(connection);
      this.#size--;
      connection.closed();
      if (this.#size === 0) this.#emptied?.();
    });
  }

  flushSoon(connection: Connection<Session>): void {
    if (this.#unflushed.push(connection) === 1) process.nextTick(this.#flushAll);
  }

  #nextBeat(): Alarm {
    return this.clock.at(new Date(this.clock.now().getTime() + BEAT_MILLISECONDS), () => {
      const round = this.#rounds[this.#beats++ % BEATS_PER_ROUND] as Set<Connection<Session>>;
      for (const connection of round) connection.beat();
      this.#beating = this.#nextBeat();
    });
  }

  /** Closes every socket with 1001, so that clients connect elsewhere, and takes no new ones; resolves when all are gone. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#beating.cancel();
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    for (const round of this.#rounds) {
      for (const connection of round) connection.close(CloseCode.GOING_AWAY, 'Going away');
    }
    if (this.#size > 0) await emptied;
    this.#sockets.close();
  }
}
