/*
 * A subgraph in another process: queries and mutations over a pool of kept connections, all subscriptions over one
 * graphql-transport-ws socket. Each operation on the socket carries its own token, since it serves everybody.
 */
import type { FormattedExecutionResult } from 'graphql';
import { createClient, type Sink } from 'graphql-ws';
import type { Logger } from 'pino';
import { type Dispatcher, Pool } from 'undici';
import { WebSocket } from 'ws';
import type { SubgraphName } from '../schema/events.ts';
import { Refusal } from '../subgraphs/kernel/errors.ts';
import { LIVE_QUEUE_LIMIT } from '../subgraphs/kernel/live-messages.ts';
import type { SubgraphLink } from './link.ts';

const CONNECTIONS = 64;
/** A subgraph that takes longer is as good as away. Imports of a megabyte take about a second. */
const ANSWER_MILLISECONDS = 30_000;
const CONNECT_MILLISECONDS = 3_000;

/** @param url base address of the subgraph's process, such as http://rewards:4000. Connects at the first call. */
export function remoteLink(name: SubgraphName, url: string, log: Logger): SubgraphLink {
  const pool = new Pool(new URL(url).origin, {
    connections: CONNECTIONS,
    headersTimeout: ANSWER_MILLISECONDS,
    bodyTimeout: ANSWER_MILLISECONDS,
    connect: { timeout: CONNECT_MILLISECONDS },
  });
  const socket = createClient({
    url: `${url.replace(/^http/, 'ws').replace(/\/$/, '')}/graphql`,
    webSocketImpl: WebSocket,
    // A subscription that breaks is told to its client, who subscribes anew and reads the present state first.
    retryAttempts: 0,
    keepAlive: 10_000,
    onNonLazyError: () => {},
  });

  const away = (error: unknown): Refusal => {
    log.warn({ subgraph: name, reason: error instanceof Error ? error.message : 'socket closed' }, 'subgraph away');
    return new Refusal('UNAVAILABLE', `The ${name} part of the system does not answer now; try again.`);
  };

  async function request(options: Dispatcher.RequestOptions): Promise<{ status: number; body: unknown }> {
    try {
      const answer = await pool.request(options);
      return { status: answer.statusCode, body: await answer.body.json() };
    } catch (error) {
      throw away(error);
    }
  }

  return {
    name,
    async execute(operation, headers) {
      const { query, operationName, variables } = operation;
      const { body } = await request({
        path: '/graphql',
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          ...(headers.authorization && { authorization: headers.authorization }),
          ...(headers.requestId && { 'x-request-id': headers.requestId }),
        },
        body: operation.encode?.() ?? JSON.stringify({ query, operationName, variables }),
      });
      if (typeof body !== 'object' || body === null || !('data' in body || 'errors' in body)) {
        throw away(new Error('the answer is no GraphQL result'));
      }
      return body as FormattedExecutionResult;
    },
    async subscribe({ query, operationName, variables }, headers) {
      const results = new Results(away);
      const payload = {
        query,
        operationName: operationName ?? null,
        variables: (variables as Record<string, unknown>) ?? null,
        extensions: { ...headers },
      };
      results.release = socket.subscribe(payload, results.sink);
      return results;
    },
    async ready() {
      const { status } = await request({ path: '/ready', method: 'GET' });
      if (status !== 200) throw new Refusal('UNAVAILABLE', `The ${name} subgraph is not ready.`);
    },
    async close() {
      await socket.dispose();
      await pool.close();
    },
  };
}

/** What a socket pushes, for one reader that pulls. (graphql-ws's own iterator waits for ever when the end comes first.) */
class Results implements AsyncIterableIterator<FormattedExecutionResult> {
  release: () => void = () => {};
  readonly sink: Sink<FormattedExecutionResult>;
  readonly #waiting: FormattedExecutionResult[] = [];
  #reader: PromiseWithResolvers<IteratorResult<FormattedExecutionResult>> | undefined;
  #ended = false;
  #failure: unknown;

  constructor(away: (error: unknown) => Refusal) {
    this.sink = {
      next: (result) => this.#push(result as FormattedExecutionResult),
      error: (error) => {
        // The protocol's `error` message is a list of GraphQL errors: the subgraph refused the document.
        if (Array.isArray(error)) this.#push({ errors: error });
        else this.#failure = away(error);
        this.#end();
      },
      complete: () => this.#end(),
    };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<FormattedExecutionResult>> {
    const result = this.#waiting.shift();
    if (result) return { done: false, value: result };
    if (this.#ended) return this.#last();
    this.#reader = Promise.withResolvers();
    return this.#reader.promise;
  }

  async return(): Promise<IteratorResult<FormattedExecutionResult>> {
    this.#waiting.length = 0;
    this.#end();
    this.release();
    return { done: true, value: undefined };
  }

  #push(result: FormattedExecutionResult): void {
    if (this.#ended) return;
    if (this.#reader) this.#reader.resolve({ done: false, value: result });
    else if (this.#waiting.push(result) > LIVE_QUEUE_LIMIT) this.#overflow();
    this.#reader = undefined;
  }

  #overflow(): void {
    this.#waiting.length = 0;
    this.#failure = new Refusal('UNAVAILABLE', 'The subscription fell too far behind; subscribe again.');
    this.#end();
    this.release();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#reader?.resolve(this.#last());
    this.#reader = undefined;
  }

  async #last(): Promise<IteratorResult<FormattedExecutionResult>> {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
    return { done: true, value: undefined };
  }
}
