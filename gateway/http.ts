/*
 * The gateway's plain HTTP side: GraphQL over HTTP by graphql-http's handler (media types, methods, status codes), the
 * explorer, health, and the plain routes that a subgraph brings along, such as the development provider's.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { FormattedExecutionResult } from 'graphql';
import { createHandler, type Response } from 'graphql-http';
import { Refusal } from '../subgraphs/kernel/errors.ts';
import { readBody } from '../subgraphs/kernel/request-body.ts';
import type { Authenticate } from './authentication.ts';
import type { Operations } from './operations.ts';

/** A table of 1 MiB to import, escaped as JSON, with room to spare. */
const BODY_BYTES = 4 * 1024 * 1024;
const REQUEST_ID = /^[\w-]{1,64}$/;

type Route = (request: IncomingMessage, response: ServerResponse) => void;

export interface HttpOptions {
  readonly operations: Operations;
  readonly authenticate: Authenticate;
  readonly newRequestId: () => string;
  /** Web origins, besides our own, whose pages may call. */
  readonly allowedOrigins: readonly string[];
  /** Rejects while a part of the system does not answer. */
  readonly ready: () => Promise<void>;
  /** Path prefix -> who answers there. */
  readonly routes: Readonly<Record<string, Route>>;
}

interface GraphqlContext {
  readonly request: IncomingMessage;
  readonly requestId: string;
}

export function createHttpListener(options: HttpOptions): RequestListener {
  const { operations, authenticate, newRequestId, allowedOrigins, ready, routes } = options;
  const graphql = createHandler<IncomingMessage, GraphqlContext>({
    // Results are made into responses here; what the handler itself refuses is no GraphQL request.
    formatError: (error) => ({ message: error.message, extensions: { code: 'BAD_USER_INPUT' } }) as never,
    onSubscribe: async ({ method, context }, { query, operationName, variables }) => {
      const { accept } = context.request.headers;
      try {
        const { caller } = await authenticate(credentialsOf(context.request));
        const prepared = operations.prepare({ query, operationName }, caller);
        if (prepared.errors) return answered({ errors: prepared.errors }, accept);
        const kind = prepared.operation.definition.operation;
        if (kind === 'subscription') {
          throw new Refusal('BAD_USER_INPUT', 'Subscriptions need a WebSocket: graphql-transport-ws on the same path.');
        }
        if (kind === 'mutation' && method === 'GET') return methodNotAllowed();
        const call = { caller, requestId: context.requestId };
        return answered(await operations.execute(prepared.operation, variables, call), accept);
      } catch (error) {
        return answered({ errors: [operations.present(error)] }, accept);
      }
    },
  });

  async function answerGraphql(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = request.method === 'POST' ? await readBody(request, BODY_BYTES) : '';
    if (body === undefined) {
      // What is left of it is not waited for.
      response.setHeader('connection', 'close');
      sendJson(response, 413, { errors: [{ message: `The body must be at most ${BODY_BYTES} bytes.` }] });
      return;
    }
    const requestId = requestIdOf(request) ?? newRequestId();
    const [content, init] = await graphql({
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      headers: request.headers,
      body,
      raw: request,
      context: { request, requestId },
    });
    response.writeHead(init.status, init.statusText, { ...init.headers, 'x-request-id': requestId });
    response.end(content ?? undefined);
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?', 1)[0] ?? '/';
    if (path === '/health') return sendJson(response, 200, { status: 'ok' });
    if (path === '/ready') {
      return ready().then(
        () => sendJson(response, 200, { status: 'ready' }),
        () => sendJson(response, 503, { status: 'unavailable' }),
      );
    }
    if (path === '/graphql') {
      allowOrigin(request, response, allowedOrigins);
      if (request.method === 'OPTIONS') {
        response.writeHead(204).end();
        return;
      }
      return answerGraphql(request, response);
    }
    const prefix = Object.keys(routes).find((each) => path === each || path.startsWith(`${each}/`));
    const route = prefix && routes[prefix];
    if (route) return route(request, response);
    if (path === '/') {
      response.writeHead(302, { location: '/explorer' }).end();
      return;
    }
    sendJson(response, 404, { error: 'There is nothing here. The API is POST /graphql.' });
  }

  return (request, response) => {
    respond(request, response).catch((error) => {
      const presented = operations.present(error);
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { errors: [presented] });
    });
  };
}

/** The sign-in that a request carries; checked later. */
export function credentialsOf({ headers }: IncomingMessage) {
  const apiKey = headers['x-api-key'];
  return { authorization: headers.authorization, apiKey: Array.isArray(apiKey) ? apiKey[0] : apiKey };
}

function requestIdOf({ headers }: IncomingMessage): string | undefined {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : undefined;
}

const STRICT = 'application/graphql-response+json';

/** A result that never came to execution is a bad request; media type application/json, older, knows no such status. */
function answered(result: FormattedExecutionResult, accept = ''): Response {
  const acceptable = accept.split(',').map((type) => type.split(';', 1)[0]?.trim().toLowerCase());
  const type = acceptable.find((each) => each === STRICT || each === 'application/json' || each === '*/*');
  const isStrict = type === STRICT;
  const headers = { 'content-type': `${isStrict ? STRICT : 'application/json'}; charset=utf-8` };
  const [status, statusText] = isStrict && !('data' in result) ? [400, 'Bad Request'] : [200, 'OK'];
  return [JSON.stringify(result), { status, statusText, headers }];
}

function methodNotAllowed(): Response {
  const message = 'A mutation needs POST.';
  return [
    JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] }),
    { status: 405, statusText: 'Method Not Allowed', headers: { allow: 'POST', 'content-type': 'application/json' } },
  ];
}

/** No cookies are read here, so what other origins may do is read the answers to what they themselves know. */
function allowOrigin(request: IncomingMessage, response: ServerResponse, allowedOrigins: readonly string[]): void {
  const { origin } = request.headers;
  response.setHeader('vary', 'origin');
  if (!origin || !allowedOrigins.includes(origin)) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-allow-methods', 'GET, POST');
  response.setHeader('access-control-allow-headers', 'authorization, content-type, x-api-key, x-request-id');
  response.setHeader('access-control-expose-headers', 'x-request-id');
  response.setHeader('access-control-max-age', '86400');
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
}
