/*
 * A subgraph in another process: queries and mutations over a pool of kept connections, all subscriptions over one
 * graphql-transport-ws socket. Each operation on the socket carries its own token, since it serves everybody.
 */
import type { FormattedExecutionResult } from 'graphql';
import { createClient } from 'graphql-ws';
import type { Logger } from 'pino';
import { WebSocket } from 'ws';
import type { SubgraphName } from '../schema/events.ts';
import { type Clock, systemClock } from '../subgraphs/kernel/clock.ts';
import { Refusal } from '../subgraphs/kernel/errors.ts';
import { LIVE_QUEUE_LIMIT } from '../subgraphs/kernel/live-messages.ts';
import { Mailbox } from '../subgraphs/kernel/mailbox.ts';
import { TextResult } from './executor/text-result.ts';
import type { Answer } from './link.answers.ts';
import { Connections } from './link.connections.ts';
import { type AwayReason, type LinkRequest, SubgraphAway, type SubgraphLink } from './link.ts';
import { Late, type WireRequest } from './link.wire.ts';

/** A subgraph that takes longer is as good as away. Imports of a megabyte take about a second. */
const ANSWER_MILLISECONDS = 30_000;
const CONNECT_MILLISECONDS = 3_000;
const TIMEOUT_STEP_MILLISECONDS = 1_000;

/** @param url base address of the subgraph's process, such as http://rewards:4000. Connects at the first call. */
export function remoteLink(name: SubgraphName, url: string, log: Logger, clock: Clock = systemClock): SubgraphLink {
  const { origin, host } = new URL(url);
  const connections = new Connections(origin, { connectMilliseconds: CONNECT_MILLISECONDS, clock });
  const post = `POST /graphql HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\naccept: application/json\r\n`;
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

  async function request(asked: WireRequest, query?: string): Promise<Answer> {
    try {
      return await (query === undefined ? connections.askAlone(asked) : connections.ask(query, asked));
    } catch (error) {
      throw away(error, error instanceof Late ? 'time' : 'connection');
    }
  }

  return {
    name,
    async execute(operation, headers) {
      const { query } = operation;
      const left =
        headers.deadline === undefined ? ANSWER_MILLISECONDS : Math.max(1, headers.deadline - clock.now().getTime());
      let head = `${post}x-deadline-milliseconds: ${left}\r\n`;
      head += headerLine('authorization', headers.authorization);
      head += headerLine('x-request-id', headers.requestId) + headerLine('traceparent', headers.traceparent);
      // Equal time-outs of different requests leave the connection's timer as it is.
      const milliseconds = Math.ceil(left / TIMEOUT_STEP_MILLISECONDS) * TIMEOUT_STEP_MILLISECONDS;
      const body = operation.encode?.() ?? textOf(operation);
      const { text } = await request({ head, body, milliseconds }, isQuery(query) ? query : undefined);
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
      const head = `GET /ready HTTP/1.1\r\nhost: ${host}\r\n`;
      const { status } = await request({ head, body: '', milliseconds: ANSWER_MILLISECONDS });
      if (status !== 200) throw new Refusal('UNAVAILABLE', `The ${name} subgraph is not ready.`);
    },
    async close() {
      await socket.dispose();
      await connections.close();
    },
  };
}

function textOf({ query, operationName, variables }: LinkRequest): string {
  return JSON.stringify({ query, operationName, variables });
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

const UNFIT = /[^\t\x20-\x7e]/;

/** @throws Error where a value would end its line. */
function headerLine(name: string, value: string | undefined): string {
  if (value === undefined) return '';
  if (UNFIT.test(value)) throw new Error(`The header ${name} may not have this value.`);
  return `${name}: ${value}\r\n`;
}

/** The planner and our own calls write the kind first, and braces alone are a query. */
function isQuery(text: string): boolean {
  return /^\s*(query\b|\{)/.test(text);
}
