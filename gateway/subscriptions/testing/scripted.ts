/*
 * An engine that does what the query says, a clock that is moved by hand, and clients of bare `ws`: what the tests of the
 * socket server talk to. `oracle` serves the same engine by graphql-ws.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema, parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocket, WebSocketServer } from 'ws';
import { type Answers, answerEvents } from '../answers.ts';
import type { Begun, Channel, Clock, Engine } from '../engine.ts';
import type { OperationMessage } from '../messages.ts';
import { SocketServer } from '../server.ts';

export const LIMITS = {
  initialisationMilliseconds: 5_000,
  stalledMilliseconds: 30_000,
  operationsPerSocket: 5,
  channelsPerAccount: 2,
  subscriptionsPerAccount: 3,
};

/** A source that a test pushes into. It can be read by one. */
export class Tap implements AsyncIterator<object> {
  readonly #waiting: object[] = [];
  #reader: ((result: IteratorResult<object>) => void) | undefined;
  pulled = 0;
  isClosed = false;

  push(event: object): void {
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader) reader({ done: false, value: event });
    else this.#waiting.push(event);
  }

  end(): void {
    this.#reader?.({ done: true, value: undefined });
  }

  async next(): Promise<IteratorResult<object>> {
    this.pulled++;
    const event = this.#waiting.shift();
    if (event) return { done: false, value: event };
    return new Promise((resolve) => {
      this.#reader = resolve;
    });
  }

  async return(): Promise<IteratorResult<object>> {
    this.isClosed = true;
    this.end();
    return { done: true, value: undefined };
  }
}

export interface Script {
  readonly engine: Engine<ScriptedSession>;
  /** The sources opened so far, in order. */
  readonly taps: Tap[];
  readonly reported: unknown[];
  /** Finds the documents that are named by `documentId`. */
  find(): void;
  /** Resolves when a session is left. */
  readonly left: Promise<void>;
}

export interface ScriptedSession {
  readonly account?: string;
}

/**
 * A document that is named by `documentId` is the one of that name, once it is found. `answer` and `fail` are queries, `events` tells three and ends, `tap` is a source of its own, `same` one that
 * is shared, `refused` does not begin. connection_init is refused where its payload is `{ refuse: true }`, and for the
 * account it names in `account`.
 */
export function scripted(): Script {
  const taps: Tap[] = [];
  const reported: unknown[] = [];
  const tap = async () => {
    const opened = new Tap();
    taps.push(opened);
    return answers(opened);
  };
  const begin = (_session: unknown, { query, documentId }: OperationMessage): Begun | Promise<Begun> => {
    if (documentId) return found.promise.then(() => begin({}, { query: documentId }));
    if (query === 'refused') return { errors: [{ message: 'Refused.' }] };
    if (query === 'answer') return { result: Promise.resolve({ data: { answer: 'é' } }) };
    if (query === 'fail') return { result: Promise.reject(new Error('It cannot be.')) };
    if (query === 'events') return { open: async () => answers(three()) };
    if (query === 'tap') return { open: tap };
    return { shareKey: query, open: tap };
  };
  const found = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  const engine: Engine<ScriptedSession> = {
    async admit(parameters) {
      if (parameters?.refuse) throw new Error('You may not.');
      return typeof parameters?.account === 'string' ? { account: parameters.account } : {};
    },
    left: () => left.resolve(),
    accountOf: ({ account }) => account,
    begin,
    reasonOf: (error) => (error as Error).message,
    report: (error) => reported.push(error),
    answers: {
      tooManyOperations: [{ message: 'Too many.' }],
      tooManySubscriptions: [{ message: 'Too many subscriptions.' }],
      tooManyChannels: [{ message: 'Too many streams.' }],
      fellBehind: [{ message: 'Fell behind.' }],
      schemaReload: [{ message: 'Subscribe again.' }],
      internal: [{ message: 'It broke.' }],
    },
  };
  return { engine, taps, reported, left: left.promise, find: found.resolve };
}

function answers(events: AsyncIterator<object>): Answers<object> {
  return answerEvents<object, object>(
    events,
    (event) => ('refuse' in event ? { errors: [{ message: 'You may not.' }] } : { data: event }),
    (error) => ({ errors: [{ message: String(error) }] }),
  );
}

async function* three(): AsyncGenerator<object> {
  for (const number of [1, 2, 3]) yield { number };
}

/** Stands still until it is advanced. */
export class HandClock implements Clock {
  #now = Date.UTC(2026, 2, 1);
  readonly #alarms = new Set<{ at: number; ring: () => void }>();
  readonly #armed: { milliseconds: number; told: () => void }[] = [];

  now(): Date {
    return new Date(this.#now);
  }

  at(instant: Date, ring: () => void) {
    const alarm = { at: instant.getTime(), ring };
    this.#alarms.add(alarm);
    for (const { milliseconds, told } of this.#armed) if (alarm.at - this.#now === milliseconds) told();
    return { cancel: () => void this.#alarms.delete(alarm) };
  }

  /** Resolves when somebody asks to be woken in so many milliseconds. */
  armed(milliseconds: number): Promise<void> {
    return new Promise((told) => this.#armed.push({ milliseconds, told }));
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
    for (const alarm of [...this.#alarms]) {
      if (alarm.at <= this.#now && this.#alarms.delete(alarm)) alarm.ring();
    }
  }
}

export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

/** Chances that repeat: 0, a quarter, a half, three quarters. */
export function quarters(): () => number {
  let count = 0;
  return () => (count++ % 4) / 4;
}

export interface Ours extends Served {
  readonly sockets: SocketServer<ScriptedSession>;
  /** The event streams so far. */
  readonly channels: readonly Channel[];
}

/** Event streams are asked for by GET: the query in `query`, the account in `account`. */
export async function ours(engine: Engine<ScriptedSession>, clock: Clock): Promise<Ours> {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const account = searchParams.get('account');
    const operation = { query: searchParams.get('query') ?? '', documentId: searchParams.get('documentId') };
    sockets.stream(response, operation, (stream) => {
      channels.push(stream);
      return account === null ? {} : { account };
    });
  });
  const channels: Channel[] = [];
  const sockets = new SocketServer({ engine, clock, limits: LIMITS, random: quarters() });
  server.on('upgrade', (request, stream, head) => sockets.upgrade(request, stream, head));
  return { ...(await listening(server, () => sockets.close())), sockets, channels };
}

/** graphql-ws, its documented server, over the same engine. */
export async function oracle(engine: Engine<ScriptedSession>): Promise<Served> {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  const errorsOf = (errors: readonly object[]) =>
    errors.map((error) => new GraphQLError((error as GraphQLFormattedError).message));
  const protocol = useServer(
    {
      async onConnect({ connectionParams, extra }) {
        return engine.admit(connectionParams, { close: () => {} }, extra.request).then(
          () => true,
          () => false,
        );
      },
      async onSubscribe(_context, _id, payload) {
        const begun = await engine.begin({}, payload as OperationMessage);
        if ('errors' in begun) return errorsOf(begun.errors);
        const document = parse('result' in begun ? '{ a }' : 'subscription { a }');
        return { schema: {} as GraphQLSchema, document, contextValue: begun };
      },
      execute: ({ contextValue }) => (contextValue as { result: Promise<object> }).result as never,
      subscribe: ({ contextValue }) => (contextValue as { open: () => Promise<object> }).open() as never,
    },
    sockets,
  );
  return listening(server, async () => {
    await protocol.dispose();
  });
}

async function listening(server: Server, close: () => Promise<void>): Promise<Served> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      await close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type Message = { type: string; id?: string; payload?: unknown };

/** A client that shows every message. */
export class Talk {
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  /** What has arrived and was not asked for yet. */
  readonly arrived: Message[] = [];
  #waiting: (() => void) | undefined;
  #isClosed = false;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      this.arrived.push(JSON.parse(String(data)));
      this.#waiting?.();
    });
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        this.#isClosed = true;
        this.#waiting?.();
        resolve({ code, reason: String(reason) });
      });
    });
  }

  /** @param options.protocol undefined for none. */
  static async open(url: string, options: { protocol?: string | undefined; autoPong?: boolean } = {}): Promise<Talk> {
    const { protocol, autoPong = true } = { protocol: 'graphql-transport-ws', ...options };
    const talk = new Talk(new WebSocket(url, protocol === undefined ? [] : protocol, { autoPong }));
    await once(talk.socket, 'open');
    return talk;
  }

  static async initialised(url: string, account?: string): Promise<Talk> {
    const talk = await Talk.open(url);
    talk.send({ type: 'connection_init', ...(account && { payload: { account } }) });
    await talk.next();
    return talk;
  }

  send(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string): void {
    this.send({ id, type: 'subscribe', payload: { query } });
  }

  /** The next message; undefined when the socket is closed instead. */
  async next(): Promise<Message | undefined> {
    while (this.arrived.length === 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    return this.arrived.shift();
  }

  /** Whatever came until a ping that is sent now was answered, that answer left out. */
  async untilPong(): Promise<Message[]> {
    const before: Message[] = [];
    this.send({ type: 'ping', payload: { marks: 'here' } });
    for (;;) {
      const message = await this.next();
      if (!message || JSON.stringify(message.payload) === '{"marks":"here"}') return before;
      before.push(message);
    }
  }
}
