/*
 * One subgraph over HTTP: Apollo Server answers POST /graphql, graphql-ws the socket on the same path, both only to the
 * gateway. Each operation on the socket carries its own token in `extensions.authorization`, since one socket serves all
 * people of a gateway.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError, parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import type { Call } from './call.ts';
import { type Alarm, systemClock } from './clock.ts';
import { Refusal } from './errors.ts';
import { readBody } from './request-body.ts';
import type { Subgraph, SubgraphHeaders, SubgraphRequest } from './subgraph.ts';

/** Entities of one page, asked by the gateway with one query and its variables, fit many times over. */
const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

interface SocketOperation {
  readonly request: SubgraphRequest;
  readonly headers: SubgraphHeaders;
}

export interface SubgraphServer {
  readonly port: number;
  /** Takes no new calls, answers those under way, closes. The subgraph stays open: it is the caller's. */
  close(): Promise<void>;
}

/** @param port 0 for a free one. Rejects when it is taken. */
export async function serveSubgraph(subgraph: Subgraph, host: string, port: number): Promise<SubgraphServer> {
  const http = createServer((request, response) => {
    respond(request, response).catch((error) => {
      subgraph.present(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  /** `formatError` is not told what operation an error is of. */
  const logs = new WeakMap<object, Logger>();
  const apollo = new ApolloServer<Call>({
    schema: subgraph.schema,
    introspection: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    formatError: (_formatted, error) => subgraph.present(error, logs.get(error as object)),
    plugins: [
      ApolloServerPluginDrainHttpServer({ httpServer: http }),
      ApolloServerPluginInlineTraceDisabled(),
      {
        requestDidStart: async () => ({
          didEncounterErrors: async ({ errors, contextValue }) => {
            for (const error of errors) logs.set(error, contextValue.log);
          },
        }),
      },
    ],
  });
  await apollo.start();

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?')[0] ?? '/';
    if (path === '/health') return send(response, 200, { status: 'ok' });
    if (path === '/ready') return ready(response);
    const route = Object.keys(subgraph.routes).find((prefix) => path === prefix || path.startsWith(`${prefix}/`));
    if (route) return subgraph.routes[route]?.(request, response);
    if (path !== '/graphql' || request.method !== 'POST') return send(response, 404, { error: 'POST /graphql' });
    const body = await readJson(request);
    if (body === undefined) {
      // What is left of a body that is too long is not waited for.
      response.setHeader('connection', 'close');
      return send(response, 400, { error: 'The body must be JSON of at most 4 MiB' });
    }
    const headers = new HeaderMap();
    for (const [name, value] of Object.entries(request.headers)) if (value) headers.set(name, String(value));
    const given: SubgraphHeaders = {
      authorization: request.headers.authorization,
      requestId: headers.get('x-request-id'),
      traceparent: headers.get('traceparent'),
    };
    const httpGraphQLRequest = { method: 'POST', headers, search: '', body };
    const task = () => apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest, context: () => subgraph.call(given) });
    const observed = subgraph.observe(given, task, ({ body }) => errorsIn(body));
    const answer = await within(Number(headers.get('x-deadline-milliseconds') ?? Number.NaN), observed);
    if (!answer) return send(response, 200, { errors: [subgraph.present(new Refusal('UNAVAILABLE'))] });
    response.writeHead(answer.status ?? 200, Object.fromEntries(answer.headers));
    if (answer.body.kind === 'complete') response.end(answer.body.string);
    else for await (const chunk of answer.body.asyncIterator) response.write(chunk);
    response.end();
  }

  async function ready(response: ServerResponse): Promise<void> {
    await subgraph.ready().then(
      () => send(response, 200, { status: 'ready' }),
      () => send(response, 503, { status: 'unavailable' }),
    );
  }

  const sockets = new WebSocketServer({ server: http, path: '/graphql', maxPayload: BODY_LIMIT_BYTES });
  const socketServer = useServer(
    {
      schema: subgraph.schema,
      // graphql-ws wants a parsed document to tell a subscription from a query; the subgraph checks and runs the request.
      onSubscribe: (_context, _id, payload) => {
        try {
          const { query, operationName, variables } = payload;
          const request = { query, operationName: operationName ?? undefined, variables: variables ?? undefined };
          const headers = (payload.extensions ?? {}) as SubgraphHeaders;
          const contextValue: SocketOperation = { request, headers };
          return { schema: subgraph.schema, document: parse(query), operationName, contextValue };
        } catch (error) {
          if (error instanceof GraphQLError) return [error];
          throw error;
        }
      },
      execute: ({ contextValue }) => {
        const { request, headers } = contextValue as SocketOperation;
        return subgraph.execute(request, headers) as never;
      },
      subscribe: ({ contextValue }) => {
        const { request, headers } = contextValue as SocketOperation;
        return subgraph.subscribe(request, headers) as never;
      },
      // Results are presentable already; graphql-ws would ask their errors for JSON once more.
      onNext: (_context, _id, _payload, _arguments, result) => result as FormattedExecutionResult,
    },
    sockets,
  );
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => resolve());
  });
  return {
    port: (http.address() as AddressInfo).port,
    async close() {
      await socketServer.dispose();
      await apollo.stop();
    },
  };
}

/** Apollo Server hands out text, with the errors first where there are any. */
function errorsIn(body: HTTPGraphQLResponse['body']): readonly GraphQLFormattedError[] | undefined {
  if (body.kind !== 'complete' || !body.string.startsWith('{"errors"')) return undefined;
  return (JSON.parse(body.string) as FormattedExecutionResult).errors;
}

/** Resolves with nothing when the time that the gateway gave has passed: it listens no more, and keeps no connection. */
function within<Result>(milliseconds: number, task: Promise<Result>): Promise<Result | undefined> {
  if (!(milliseconds >= 0)) return task;
  let alarm: Alarm | undefined;
  const elapsed = new Promise<undefined>((resolve) => {
    alarm = systemClock.at(new Date(systemClock.now().getTime() + milliseconds), () => resolve(undefined));
  });
  return Promise.race([task, elapsed]).finally(() => alarm?.cancel());
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const body = await readBody(request, BODY_LIMIT_BYTES);
  try {
    return JSON.parse(body ?? '');
  } catch {
    return undefined;
  }
}
