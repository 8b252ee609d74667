/*
 * The connections to one subgraph. Queries that are asked in one turn of the event loop share a connection and one write
 * (pipelining): a write is the dearest part of a small request. Answers come in order there, so that queries of different
 * turns never share one, nor does a document that is usually slow, or is new; mutations go alone, for nobody repeats them.
 */
import type { Socket } from 'node:net';
import { LRUCache } from 'lru-cache';
import { buildConnector, Client, type Dispatcher, Pool } from 'undici';
import type { Clock } from '../subgraphs/kernel/clock.ts';

const CONNECTIONS = 64;
/** Queries that share a connection. */
const COMPANIONS = 8;
/** Nobody has to wait longer than this, as a rule, for those who share a connection with him. */
const SLOW_MILLISECONDS = 5;
/** How much the last answer says of how long the next one will take. */
const WEIGHT_OF_LAST = 0.1;
const DOCUMENTS_KEPT = 1_000;

export type ConnectionOptions = Pick<Client.Options, 'headersTimeout' | 'bodyTimeout'> & {
  readonly connectMilliseconds: number;
  /** By which answers are timed. */
  readonly clock: Pick<Clock, 'now'>;
};

/** Told what comes, as undici tells it. */
export type AnswerHandler = Required<
  Pick<
    Dispatcher.DispatchHandler,
    'onRequestStart' | 'onResponseStart' | 'onResponseData' | 'onResponseEnd' | 'onResponseError'
  >
>;

export class Connections {
  readonly #alone: Pool;
  readonly #origin: string;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #options: Client.Options;
  readonly #lanes: Lane[] = [];
  readonly #idle: Lane[] = [];
  /** How many milliseconds each document has usually taken. */
  readonly #usual = new LRUCache<string, number>({ max: DOCUMENTS_KEPT });
  /** Where the queries of this turn go. */
  #open: Lane | undefined = undefined;
  #next = 0;

  /** Connects when something is asked. @param origin such as http://rewards:4000. */
  constructor(origin: string, { connectMilliseconds, clock, ...timeouts }: ConnectionOptions) {
    this.#origin = origin;
    this.#clock = clock;
    this.#alone = new Pool(origin, {
      ...timeouts,
      connections: CONNECTIONS,
      connect: { timeout: connectMilliseconds },
    });
    const connect = buildConnector({ timeout: connectMilliseconds });
    this.#options = {
      ...timeouts,
      pipelining: COMPANIONS,
      connect: (to, connected) =>
        connect(to, (...[error, socket]) => {
          if (error) return connected(error, null);
          writeOncePerTick(socket);
          connected(null, socket);
        }),
    };
  }

  /** Asks what must not be asked twice by itself. */
  dispatchAlone(options: Dispatcher.DispatchOptions, handler: AnswerHandler): void {
    this.#alone.dispatch(options, handler);
  }

  /**
   * Asks what may be asked again where a connection breaks while others wait before it: queries.
   * @param document what is asked, but for its variables.
   */
  dispatch(document: string, options: Dispatcher.DispatchOptions, handler: AnswerHandler): void {
    const usual = this.#usual.get(document);
    const isSlow = usual === undefined || usual > SLOW_MILLISECONDS;
    const took = (milliseconds: number) => {
      const before = this.#usual.get(document) ?? milliseconds;
      this.#usual.set(document, before + (milliseconds - before) * WEIGHT_OF_LAST);
    };
    (isSlow ? this.#free() : this.#shared()).ask(options, handler, took);
  }

  async close(): Promise<void> {
    await Promise.all([this.#alone.close(), ...this.#lanes.map(({ client }) => client.close())]);
  }

  readonly #turnEnded = () => {
    this.#open = undefined;
  };

  /** The one of this turn. */
  #shared(): Lane {
    if (!this.#open || this.#open.joined === COMPANIONS) {
      if (!this.#open) setImmediate(this.#turnEnded);
      this.#open = this.#free();
      this.#open.joined = 0;
    }
    this.#open.joined++;
    return this.#open;
  }

  /** One that nobody uses, or one that is busy, where there are enough. */
  #free(): Lane {
    const idle = this.#idle.pop();
    if (idle) return idle;
    if (this.#lanes.length < CONNECTIONS) {
      const client = new Client(this.#origin, this.#options);
      const lane: Lane = new Lane(client, this.#clock, () => this.#idle.push(lane));
      this.#lanes.push(lane);
      return lane;
    }
    this.#next = (this.#next + 1) % CONNECTIONS;
    return this.#lanes[this.#next] as Lane;
  }
}

type Took = (milliseconds: number) => void;

class Lane {
  readonly client: Client;
  /** Queries of the turn that it was last opened for. */
  joined = 0;
  readonly #clock: Pick<Clock, 'now'>;
  #pending = 0;
  #lastLeft = 0;
  readonly #freed: () => void;

  constructor(client: Client, clock: Pick<Clock, 'now'>, freed: () => void) {
    this.client = client;
    this.#clock = clock;
    this.#freed = freed;
  }

  ask(options: Dispatcher.DispatchOptions, handler: AnswerHandler, took: Took): void {
    this.#pending++;
    const leaving = new Leaving(handler, this, took);
    this.client.dispatch({ ...options, idempotent: true, blocking: false }, leaving);
  }

  now(): number {
    return this.#clock.now().getTime();
  }

  /** An answer has come. @returns for how long it was the one to be waited for, when it was sent at `sent`. */
  left(sent: number): number {
    const now = this.now();
    const milliseconds = now - Math.max(sent, this.#lastLeft);
    this.#lastLeft = now;
    if (--this.#pending === 0) this.#freed();
    return milliseconds;
  }
}

/** Says when an answer has come, whatever it is. */
class Leaving implements AnswerHandler {
  readonly #handler: AnswerHandler;
  readonly #lane: Lane;
  readonly #took: Took;
  #sent: number;

  constructor(handler: AnswerHandler, lane: Lane, took: Took) {
    this.#handler = handler;
    this.#lane = lane;
    this.#took = took;
    this.#sent = lane.now();
  }

  onRequestStart(): void {
    // Connecting is not the document's fault.
    this.#sent = this.#lane.now();
  }

  onResponseStart(...[controller, status, headers, message]: Parameters<AnswerHandler['onResponseStart']>): void {
    this.#handler.onResponseStart(controller, status, headers, message);
  }

  onResponseData(...[controller, chunk]: Parameters<AnswerHandler['onResponseData']>): void {
    this.#handler.onResponseData(controller, chunk);
  }

  onResponseEnd(...[controller, trailers]: Parameters<AnswerHandler['onResponseEnd']>): void {
    this.#took(this.#lane.left(this.#sent));
    this.#handler.onResponseEnd(controller, trailers);
  }

  onResponseError(...[controller, error]: Parameters<AnswerHandler['onResponseError']>): void {
    this.#took(this.#lane.left(this.#sent));
    this.#handler.onResponseError(controller, error);
  }
}

/** What is written in one tick goes out together at its end: undici writes head and body of each request by themselves. */
function writeOncePerTick(socket: Socket): void {
  const write = socket.write;
  let isHeld = false;
  const release = () => {
    isHeld = false;
    socket.uncork();
  };
  socket.write = (...chunk: unknown[]) => {
    if (!isHeld) {
      isHeld = true;
      socket.cork();
      process.nextTick(release);
    }
    return Reflect.apply(write, socket, chunk);
  };
}
