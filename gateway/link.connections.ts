/*
 * The connections to one subgraph. Queries that are asked in one turn of the event loop share a connection and one write
 * (pipelining): a write is the dearest part of a small request. Queries of different turns never wait for each other, so
 * that a slow one holds up at most its few companions; mutations have a connection of their own, for nobody repeats them.
 */
import type { Socket } from 'node:net';
import { buildConnector, Client, type Dispatcher, Pool } from 'undici';

const CONNECTIONS = 64;
/** Queries that share a connection. */
const COMPANIONS = 8;

export type ConnectionOptions = Pick<Client.Options, 'headersTimeout' | 'bodyTimeout'> & {
  readonly connectMilliseconds: number;
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
  readonly #options: Client.Options;
  readonly #lanes: Lane[] = [];
  readonly #idle: Lane[] = [];
  /** Where the queries of this turn go. */
  #open: Lane | undefined = undefined;
  #next = 0;

  /** Connects when something is asked. @param origin such as http://rewards:4000. */
  constructor(origin: string, { connectMilliseconds, ...timeouts }: ConnectionOptions) {
    this.#origin = origin;
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

  /** Asks what may be asked again where a connection breaks while others wait before it: queries. */
  dispatch(options: Dispatcher.DispatchOptions, handler: AnswerHandler): void {
    let lane = this.#open;
    if (!lane || lane.joined === COMPANIONS) {
      if (!lane) setImmediate(this.#turnEnded);
      lane = this.#idle.pop() ?? this.#another();
      lane.joined = 0;
      this.#open = lane;
    }
    lane.joined++;
    lane.ask(options, handler);
  }

  async close(): Promise<void> {
    await Promise.all([this.#alone.close(), ...this.#lanes.map(({ client }) => client.close())]);
  }

  readonly #turnEnded = () => {
    this.#open = undefined;
  };

  /** A new one, or one that is busy, where there are enough. */
  #another(): Lane {
    if (this.#lanes.length < CONNECTIONS) {
      const lane: Lane = new Lane(new Client(this.#origin, this.#options), () => this.#idle.push(lane));
      this.#lanes.push(lane);
      return lane;
    }
    this.#next = (this.#next + 1) % CONNECTIONS;
    return this.#lanes[this.#next] as Lane;
  }
}

class Lane {
  readonly client: Client;
  /** Queries of the turn that it was last opened for. */
  joined = 0;
  #pending = 0;
  readonly #freed: () => void;

  constructor(client: Client, freed: () => void) {
    this.client = client;
    this.#freed = freed;
  }

  ask(options: Dispatcher.DispatchOptions, handler: AnswerHandler): void {
    this.#pending++;
    this.client.dispatch({ ...options, idempotent: true, blocking: false }, new Leaving(handler, this.#left));
  }

  readonly #left = () => {
    if (--this.#pending === 0) this.#freed();
  };
}

/** Says when an answer has come, whatever it is. */
class Leaving implements AnswerHandler {
  readonly #handler: AnswerHandler;
  readonly #left: () => void;

  constructor(handler: AnswerHandler, left: () => void) {
    this.#handler = handler;
    this.#left = left;
  }

  onRequestStart(): void {}

  onResponseStart(...[controller, status, headers, message]: Parameters<AnswerHandler['onResponseStart']>): void {
    this.#handler.onResponseStart(controller, status, headers, message);
  }

  onResponseData(...[controller, chunk]: Parameters<AnswerHandler['onResponseData']>): void {
    this.#handler.onResponseData(controller, chunk);
  }

  onResponseEnd(...[controller, trailers]: Parameters<AnswerHandler['onResponseEnd']>): void {
    this.#left();
    this.#handler.onResponseEnd(controller, trailers);
  }

  onResponseError(...[controller, error]: Parameters<AnswerHandler['onResponseError']>): void {
    this.#left();
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
