/*
 * One subgraph of the suite as a real server: POST and graphql-transport-ws on /graphql. A case sees which streams are open,
 * pushes events into them, and can hold back, break or count the answers about entities.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, GraphQLError, type GraphQLSchema, parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { resolvers, type SubgraphName, sdls } from './graph.ts';

/** One stream that was opened at a subgraph. */
export class Stream implements AsyncIterableIterator<unknown> {
  /** The arguments of its root field. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Resolves when whoever opened it has left. */
  readonly closed: Promise<void>;
  #close: () => void = () => {};
  readonly #events: unknown[] = [];
  #waiting: ((result: IteratorResult<unknown>) => void) | undefined;
  #isEnded = false;

  constructor(given: Readonly<Record<string, unknown>>) {
    this.given = given;
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Tells the value of the root field; an Error is what its resolver throws. */
  push(...values: readonly unknown[]): void {
    this.#events.push(...values);
    this.#hand();
  }

  end(): void {
    this.#isEnded = true;
    this.#hand();
  }

  #hand(): void {
    const waiting = this.#waiting;
    if (!waiting || (this.#events.length === 0 && !this.#isEnded)) return;
    this.#waiting = undefined;
    if (this.#events.length > 0) waiting({ done: false, value: { value: this.#events.shift() } });
    else waiting({ done: true, value: undefined });
  }

  next(): Promise<IteratorResult<unknown>> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#hand();
    });
  }

  async return(): Promise<IteratorResult<unknown>> {
    this.#close();
    this.end();
    return { done: true, value: undefined };
  }
}

interface PostedOperation {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
}

export class Subgraph {
  readonly url: string;
  /** How often it was asked by POST. */
  asked = 0;
  /** Whether it answers nothing but status 500. */
  isBroken = false;
  readonly #streams = new Map<string, Stream[]>();
  readonly #held = new Map<string, Promise<void>>();
  #changed: () => void = () => {};
  readonly #sockets: WebSocketServer;
  readonly #close: () => Promise<void>;

  private constructor(url: string, sockets: WebSocketServer, close: () => Promise<void>) {
    this.url = url;
    this.#sockets = sockets;
    this.#close = close;
  }

  static async start(name: SubgraphName): Promise<Subgraph> {
    const server = createServer((request, response) => {
      subgraph.#answer(schema, request).then(
        (result) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result)),
        () => response.writeHead(500, { 'content-type': 'text/plain' }).end('It is broken.'),
      );
    });
    const sockets = new WebSocketServer({ server, path: '/graphql' });
    const schema = buildSubgraphSchema([{ typeDefs: parse(sdls[name]), resolvers: resolvers[name] as never }]);
    const protocol = useServer({ schema }, sockets);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
    const subgraph = new Subgraph(url, sockets, async () => {
      await protocol.dispose();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    subgraph.#sourceSubscriptions(schema);
    return subgraph;
  }

  #sourceSubscriptions(schema: GraphQLSchema): void {
    for (const [name, field] of Object.entries(schema.getSubscriptionType()?.getFields() ?? {})) {
      field.subscribe = (_root, given) => {
        if (name === 'refused') throw new GraphQLError('You may not.', { extensions: { code: 'FORBIDDEN' } });
        return this.#open(given as Record<string, unknown>);
      };
      field.resolve = (event, { step, colours, label }) => {
        const { value } = event as { value: unknown };
        if (value instanceof Error) throw value;
        return name === 'tick' ? { step, colours, label: label?.text, ...(value as object) } : value;
      };
    }
  }

  #open(given: Readonly<Record<string, unknown>>): Stream {
    const channel = String(given.channel);
    const stream = new Stream(given);
    this.#streams.set(channel, [...(this.#streams.get(channel) ?? []), stream]);
    this.#changed();
    return stream;
  }

  async #answer(schema: GraphQLSchema, request: IncomingMessage): Promise<object> {
    this.asked++;
    let body = '';
    for await (const chunk of request) body += chunk;
    if (this.isBroken) throw new Error('It is broken.');
    const { query, variables, operationName } = JSON.parse(body) as PostedOperation;
    for (const [id, release] of this.#held) if (body.includes(`"${id}"`)) await release;
    return execute({
      schema,
      document: parse(query),
      ...(variables && { variableValues: variables }),
      ...(operationName && { operationName }),
    });
  }

  /** The streams of a channel, open or not, in the order they were opened; resolves when there are so many. */
  async streams(channel: string, count = 1): Promise<[Stream, ...Stream[]]> {
    for (;;) {
      const streams = this.#streams.get(channel) ?? [];
      if (streams.length >= count) return streams as [Stream, ...Stream[]];
      await new Promise<void>((resolve) => {
        const before = this.#changed;
        this.#changed = () => {
          before();
          resolve();
        };
      });
    }
  }

  /** Answers nothing about an entity until the result is called. */
  hold(id: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.set(id, promise);
    return () => {
      this.#held.delete(id);
      resolve();
    };
  }

  /** Breaks every socket, as a process that dies does. */
  breakSockets(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  close(): Promise<void> {
    return this.#close();
  }
}
