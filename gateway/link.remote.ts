/*
 * A subgraph in another process: queries and mutations over a pool of kept connections, all subscriptions over one
 * graphql-transport-ws socket. Each operation on the socket carries its own token, since it serves everybody.
 */
import type { FormattedExecutionResult } from 'graphql';
import { createClient } from 'graphql-ws';
import type { Logger } from 'pino';
import type { Dispatcher } from 'undici';
import { WebSocket } from 'ws';
import type { SubgraphName } from '../schema/events.ts';
import { type Clock, systemClock } from '../subgraphs/kernel/clock.ts';
import { Refusal } from '../subgraphs/kernel/errors.ts';
import { LIVE_QUEUE_LIMIT } from '../subgraphs/kernel/live-messages.ts';
import { Mailbox } from '../subgraphs/kernel/mailbox.ts';
import { TextResult } from './executor/text-result.ts';
import { type AnswerHandler, Connections } from './link.connections.ts';
import { type AwayReason, SubgraphAway, type SubgraphLink } from './link.ts';

/** A subgraph that takes longer is as good as away. Imports of a megabyte take about a second. */
const ANSWER_MILLISECONDS = 30_000;
const CONNECT_MILLISECONDS = 3_000;
const TIMEOUT_STEP_MILLISECONDS = 1_000;

/** @param url base address of the subgraph's process, such as http://rewards:4000. Connects at the first call. */
export function remoteLink(name: SubgraphName, url: string, log: Logger, clock: Clock = systemClock): SubgraphLink {
  const connections = new Connections(new URL(url).origin, {
    headersTimeout: ANSWER_MILLISECONDS,
    bodyTimeout: ANSWER_MILLISECONDS,
    connectMilliseconds: CONNECT_MILLISECONDS,
    clock,
  });
  const socket = createClient({
    url: `${url.replace(/^http/, 'ws').replace(/\/$/, '')}/graphql`,
    webSocketImpl: WebSocket,
    // A subscription that breaks is told to its client, who subscribes anew and reads the present state first.
    retryAttempts: 0,
    keepAlive: 10_000,
    onNonLazyError: () => {},
  });

  const away = (error: unknown, reason: AwayReason = 'connection'): SubgraphAway => {
    log.warn({ subgraph: name, reason: error instanceof Error ? error.message : 'socket closed' }, 'subgraph away');
    return new SubgraphAway(name, reason);
  };

  /** @param query what is asked, where it may be asked twice. */
  async function request(options: Dispatcher.DispatchOptions, query?: string): Promise<Answer> {
    try {
      return await new Promise((resolve, reject) => {
        const answer = new WholeAnswer(resolve, reject);
        if (query !== undefined) connections.dispatch(query, options, answer);
        else connections.dispatchAlone(options, answer);
      });
    } catch (error) {
      throw away(error, isLate(error) ? 'time' : 'connection');
    }
  }

  return {
    name,
    async execute(operation, headers) {
      const { query, operationName, variables } = operation;
      const left =
        headers.deadline === undefined ? ANSWER_MILLISECONDS : Math.max(1, headers.deadline - clock.now().getTime());
      const told = [
        'content-type',
        'application/json',
        'accept',
        'application/json',
        'x-deadline-milliseconds',
        String(left),
      ];
      if (headers.authorization) told.push('authorization', headers.authorization);
      if (headers.requestId) told.push('x-request-id', headers.requestId);
      if (headers.traceparent) told.push('traceparent', headers.traceparent);
      // Equal time-outs of different requests share a timer.
      const timeout = Math.ceil(left / TIMEOUT_STEP_MILLISECONDS) * TIMEOUT_STEP_MILLISECONDS;
      const { text } = await request(
        {
          path: '/graphql',
          method: 'POST',
          headers: told,
          headersTimeout: timeout,
          bodyTimeout: timeout,
          body: operation.encode?.() ?? JSON.stringify({ query, operationName, variables }),
        },
        isQuery(query) ? query : undefined,
      );
      return resultOf(text) ?? Promise.reject(away(new Error('the answer is no GraphQL result'), 'answer'));
    },
    async subscribe({ query, operationName, variables }, { deadline: _, ...told }) {
      let release: () => void = () => {};
      const results = new Mailbox<FormattedExecutionResult>(LIVE_QUEUE_LIMIT, () => release());
      const payload = {
        query,
        operationName: operationName ?? null,
        variables: (variables as Record<string, unknown>) ?? null,
        extensions: { ...told },
      };
      release = socket.subscribe<FormattedExecutionResult['data']>(payload, {
        next: (result) => results.push(result as FormattedExecutionResult),
        error: (error) => {
          if (!Array.isArray(error)) return results.fail(away(error));
          // The protocol's `error` message is a list of GraphQL errors: the subgraph refused the document.
          results.push({ errors: error });
          results.end();
        },
        complete: () => results.end(),
      });
      return results;
    },
    async ready() {
      const { status } = await request({ path: '/ready', method: 'GET' });
      if (status !== 200) throw new Refusal('UNAVAILABLE', `The ${name} subgraph is not ready.`);
    },
    async close() {
      await socket.dispose();
      await connections.close();
    },
  };
}

/** @returns undefined where an answer is none. */
function resultOf(text: string): FormattedExecutionResult | undefined {
  if (isLikelyResult(text)) return new TextResult(text) as FormattedExecutionResult;
  try {
    const body: unknown = JSON.parse(text);
    const isResult = typeof body === 'object' && body !== null && ('data' in body || 'errors' in body);
    return isResult ? (body as FormattedExecutionResult) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether it begins and ends as results do: one that was cut off does not. Who looks into it is told what else is wrong. */
function isLikelyResult(text: string): boolean {
  return text.startsWith('{"data":') && text.trimEnd().endsWith('}');
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Takes a whole answer as it comes: a stream for each would be a third of the cost of a request. */
class WholeAnswer implements AnswerHandler {
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: unknown) => void;
  readonly #chunks: Buffer[] = [];
  #status = 0;

  constructor(resolve: (answer: Answer) => void, reject: (error: unknown) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  onRequestStart(): void {}

  onResponseStart(_controller: unknown, status: number): void {
    this.#status = status;
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    const whole = this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
    this.#resolve({ status: this.#status, text: (whole as Buffer).toString('utf8') });
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#reject(error);
  }
}

function isLate(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT';
}

/** The planner and our own calls write the kind first, and braces alone are a query. */
function isQuery(text: string): boolean {
  return /^\s*(query\b|\{)/.test(text);
}
