/*
 * Subscriptions for many thousand clients, over graphql-transport-ws and as server-sent events. `ws` shakes hands and reads
 * frames; connection.ts and event-stream.ts are the protocols. One alarm a second looks after a twelfth of the clients, so
 * that nothing of it is a timer each.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { Accounts } from './accounts.ts';
import { Broadcasts } from './broadcast.ts';
import { Connection, type ConnectionHost, type Endable } from './connection.ts';
import type { Alarm, Channel, Clock, Engine, Limits } from './engine.ts';
import { EventStream } from './event-stream.ts';
import { CloseCode, goingAway, type OperationMessage, SUBPROTOCOL } from './messages.ts';
import { spreadOut } from './spread.ts';

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
  /** At least 0, less than 1: when who is sent away goes and comes back. */
  readonly random: () => number;
}

/** How clients are sent away. */
export interface Leave {
  /** Over which they are, each at an instant by chance; 0 for at once. */
  readonly overMilliseconds: number;
  /** They are told to come back after at most so long, each after a time by chance. */
  readonly backWithinMilliseconds: number;
  /** Where to; here again, or wherever they ask for, when absent. Of at most 60 characters, or it is left out. */
  readonly at?: string;
}

type Client<Session> = Connection<Session> | EventStream<Session>;

export class SocketServer<Session> implements ConnectionHost<Session> {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly accounts: Accounts;
  readonly #random: () => number;
  readonly #sockets = new WebSocketServer(WEBSOCKET_OPTIONS);
  /** All open connections and streams, in as many parts as there are beats in a round. */
  readonly #rounds = Array.from({ length: BEATS_PER_ROUND }, () => new Set<Client<Session>>());
  #engine: Engine<Session>;
  #broadcasts: Broadcasts;
  #size = 0;
  #opened = 0;
  #beats = 0;
  #beating: Alarm;
  #unflushed: { flush(): void }[] = [];
  #emptied: (() => void) | undefined;
  #isClosing = false;
  readonly #flushAll = () => {
    const clients = this.#unflushed;
    this.#unflushed = [];
    for (const client of clients) client.flush();
  };

  constructor({ engine, clock, limits, random }: SocketServerOptions<Session>) {
    this.#engine = engine;
    this.clock = clock;
    this.limits = limits;
    this.#random = random;
    this.accounts = new Accounts(limits);
    this.#broadcasts = new Broadcasts((error) => this.#engine.report(error));
    this.#beating = this.#nextBeat();
  }

  get engine(): Engine<Session> {
    return this.#engine;
  }

  get broadcasts(): Broadcasts {
    return this.#broadcasts;
  }

  /** How many sockets and event streams are open. */
  get size(): number {
    return this.#size;
  }

  /** Takes over a connection that asks for an upgrade. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    if (this.#isClosing) {
      stream.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n');
      return;
    }
    this.#sockets.handleUpgrade(request, stream, head, (socket) => this.#open(socket, stream, request));
  }

  #open(socket: WebSocket, stream: Duplex, request: IncomingMessage): void {
    // What goes wrong with a socket closes it; `close` follows.
    socket.on('error', () => {});
    if (socket.protocol !== SUBPROTOCOL) {
      socket.close(CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE, 'Subprotocol not acceptable');
      return;
    }
    const connection = new Connection(this, socket, stream, request);
    const gone = this.#enter(connection);
    socket.on('message', (data: RawData) => connection.received(String(data)));
    socket.on('pong', () => {
      connection.isHeard = true;
    });
    socket.on('close', () => {
      connection.closed();
      gone();
    });
  }

  /**
   * Answers a request with the results of `operation` as server-sent events; with 429 where its account has too many, with
   * 503 while closing.
   * @param admit makes the session, which the engine leaves with the stream. Must not throw.
   */
  stream(response: ServerResponse, operation: OperationMessage, admit: (stream: Channel) => Session): void {
    if (this.#isClosing) {
      response.writeHead(503, { connection: 'close', 'retry-after': '1' }).end();
      return;
    }
    // Its client left while it was looked at: nothing would end it.
    if (response.destroyed) return;
    const stream = new EventStream(this, response, admit);
    response.on('close', this.#enter(stream));
    stream.begin(operation);
  }

  /** @returns what to call when the client is gone. */
  #enter(client: Client<Session>): () => void {
    const round = this.#rounds[this.#opened++ % BEATS_PER_ROUND] as Set<Client<Session>>;
    round.add(client);
    this.#size++;
    return () => {
      round.delete(client);
      this.#size--;
      if (this.#size === 0) this.#emptied?.();
    };
  }

  flushSoon(client: { flush(): void }): void {
    if (this.#unflushed.push(client) === 1) process.nextTick(this.#flushAll);
  }

  #nextBeat(): Alarm {
    return this.clock.at(new Date(this.clock.now().getTime() + BEAT_MILLISECONDS), () => {
      const round = this.#rounds[this.#beats++ % BEATS_PER_ROUND] as Set<Client<Session>>;
      for (const client of round) client.beat();
      this.#beating = this.#nextBeat();
    });
  }

  /**
   * What begins from now on is for `engine`, sessions go on with it. Subscriptions under way stay with the engine that
   * began them until each is told to subscribe again, at an instant by chance. Queries and mutations end as they began.
   * Resolves when nothing of the engine before is subscribed to any more.
   */
  async replaceEngine(engine: Engine<Session>, overMilliseconds: number): Promise<void> {
    this.#engine = engine;
    this.#broadcasts = new Broadcasts((error) => this.#engine.report(error));
    const outdated: Endable[] = [];
    for (const round of this.#rounds) for (const client of round) outdated.push(...client.subscriptions);
    await spreadOut(outdated, this.#over(overMilliseconds), (subscription) =>
      subscription.fail(engine.answers.schemaReload),
    );
  }

  #over(overMilliseconds: number) {
    return { clock: this.clock, random: this.#random, overMilliseconds };
  }

  /**
   * Takes no new clients and sends those away that are there: sockets with 1001, a reason as `goingAway` words it, event
   * streams with the field `retry`. Resolves when all are gone.
   */
  async close({ overMilliseconds, backWithinMilliseconds, at }: Leave = AT_ONCE): Promise<void> {
    this.#isClosing = true;
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    await spreadOut(
      this.#rounds.flatMap((round) => [...round]),
      this.#over(overMilliseconds),
      (client) => {
        const retryMilliseconds = Math.floor(this.#random() * backWithinMilliseconds);
        if (client instanceof EventStream) client.sendAway(retryMilliseconds);
        else client.close(CloseCode.GOING_AWAY, goingAway(retryMilliseconds, at));
      },
    );
    if (this.#size > 0) await emptied;
    this.#beating.cancel();
    this.#sockets.close();
  }
}

const AT_ONCE: Leave = { overMilliseconds: 0, backWithinMilliseconds: 0 };
