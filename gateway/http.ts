/*
 * The gateway's plain HTTP side: GraphQL over HTTP (what a request is and how it is answered stands in
 * protection/http-request.ts and here), the built pages, health, and the plain routes that a subgraph brings along, such as
 * the development provider's.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { FormattedExecutionResult } from 'graphql';
import { anonymous, type Caller } from '../subgraphs/kernel/caller.ts';
import { Refusal } from '../subgraphs/kernel/errors.ts';
import type { Authenticate } from './authentication.ts';
import type { DescribedAnswer, ResponseHeaders } from './caching/response-headers.ts';
import { contractPaths, type ServedContract, type Variants } from './contracts.ts';
import { textOf } from './executor/text-result.ts';
import type { OperationCall, OperationRequest, Operations } from './operations.ts';
import type { Account, Admission } from './protection/admission.ts';
import { clientAddress } from './protection/client-address.ts';
import { METHODS, readGraphqlRequest } from './protection/http-request.ts';
import { type ResponseType, STRICT_JSON } from './protection/media-types.ts';
import { quotaHeaders } from './protection/quotas.ts';
import { acceptsEventStream } from './subscriptions/stream-request.ts';

const REQUEST_ID = /^[\w-]{1,64}$/;

type Route = (request: IncomingMessage, response: ServerResponse) => void;

export interface HttpOptions {
  /** What is served on /graphql, and to whom. */
  readonly operations: Operations;
  readonly authenticate: Authenticate;
  /** What is served beside it. */
  readonly variants?: Variants | undefined;
  readonly newRequestId: () => string;
  /** The trace that a request is in, as a traceparent. */
  readonly traceOf?: ((request: IncomingMessage) => string | undefined) | undefined;
  /** Web origins, besides our own, whose pages may call. */
  readonly allowedOrigins: readonly string[];
  /** Rejects while a part of the system does not answer. */
  readonly ready: () => Promise<void>;
  /** Path prefix -> who answers there. */
  readonly routes: Readonly<Record<string, Route>>;
  /** Tells clients what is left to them. */
  readonly admission?: Admission | undefined;
  /** Proxies of ours in front; none when absent. */
  readonly trustedProxies?: number;
  /** Answers requests for operations whose client accepts text/event-stream; nobody does when absent. */
  readonly stream?: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

export function createHttpListener(options: HttpOptions): RequestListener {
  const { operations, newRequestId, traceOf, allowedOrigins, ready, routes, admission, trustedProxies = 0 } = options;
  const servedAt = (path: string): ServedContract | undefined =>
    path === contractPaths.public ? options : options.variants?.get(path);

  async function answerGraphql(
    served: ServedContract,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const requestId = requestIdOf(request) ?? newRequestId();
    response.setHeader('x-request-id', requestId);
    const read = await readGraphqlRequest(request);
    if (!('asked' in read)) {
      const { status, message, type, headers } = read;
      return sendResult(response, type, badRequest(message), status, headers);
    }
    const { asked, type } = read;
    const address = clientAddress(request, trustedProxies);
    const account: { caller: Caller; address: string } = { caller: anonymous, address };
    let result: FormattedExecutionResult;
    let keeping: ResponseHeaders | undefined;
    try {
      account.caller = (await served.authenticate(credentialsOf(request), address)).caller;
      const isGet = request.method === 'GET' || request.method === 'HEAD';
      const fromCache = isGet ? { ageSeconds: 0 } : undefined;
      const ids = { requestId, traceparent: traceOf?.(request), fromCache };
      const answer = await run(served.operations, request.method, asked, account, ids);
      if (answer === MUTATION_BY_GET) {
        return sendResult(response, type, badRequest('A mutation needs POST.'), 405, { allow: 'POST' });
      }
      result = answer.result;
      if (fromCache && answer.operation) {
        const { operation } = answer;
        const isOpenToAll = served === options;
        const given = { operation, variables: asked.variables ?? {}, result, isOpenToAll, ...fromCache };
        keeping = served.operations.responseHeaders(given);
        if (keeping.vary) response.appendHeader('vary', keeping.vary);
      }
    } catch (error) {
      result = { errors: [operations.present(error)] };
    }
    const status = statusOf(result, type);
    const { vary: _, ...told } = keeping ?? {};
    sendResult(response, type, result, status, { ...told, ...limitHeaders(account, status) });
  }

  function limitHeaders(account: Account, status: number): Record<string, string> | undefined {
    const quota = admission?.quotaOf(account);
    if (!quota) return undefined;
    const headers = quotaHeaders(quota);
    return status === 429 ? { ...headers, 'retry-after': String(quota.resetSeconds) } : headers;
  }

  async function run(
    asks: Operations,
    method: string | undefined,
    asked: OperationRequest,
    { caller, address }: Account,
    ids: Pick<OperationCall, 'requestId' | 'traceparent' | 'fromCache'>,
  ): Promise<Ran | typeof MUTATION_BY_GET> {
    const prepared = await asks.find(asked, caller, address);
    if (prepared.errors) return { result: { errors: prepared.errors } };
    const kind = prepared.operation.definition.operation;
    if (kind === 'subscription') {
      throw new Refusal(
        'BAD_USER_INPUT',
        'Subscriptions need a WebSocket (graphql-transport-ws), or accept: text/event-stream, on the same path.',
      );
    }
    if (kind === 'mutation' && method === 'GET') return MUTATION_BY_GET;
    const { operation } = prepared;
    return { operation, result: await asks.execute(operation, asked.variables, { caller, address, ...ids }) };
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
    const served = servedAt(path);
    if (served) {
      allowOrigin(request, response, allowedOrigins);
      if (request.method === 'OPTIONS') {
        response.writeHead(204, { allow: METHODS }).end();
        return;
      }
      if (options.stream && acceptsEventStream(request)) return options.stream(request, response);
      return answerGraphql(served, request, response);
    }
    const prefix = Object.keys(routes).find((each) => path === each || path.startsWith(`${each}/`));
    const route = prefix && routes[prefix];
    if (route) return route(request, response);
    if (path === '/') {
      response.writeHead(302, { location: '/app' }).end();
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

interface Ran {
  readonly result: FormattedExecutionResult;
  /** Absent where it never came to one. */
  readonly operation?: DescribedAnswer['operation'];
}

const MUTATION_BY_GET = Symbol('a mutation by GET');

/** The sign-in that a request carries; checked later. */
export function credentialsOf({ headers }: IncomingMessage) {
  const apiKey = headers['x-api-key'];
  return { authorization: headers.authorization, apiKey: Array.isArray(apiKey) ? apiKey[0] : apiKey };
}

function requestIdOf({ headers }: IncomingMessage): string | undefined {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : undefined;
}

function badRequest(message: string): FormattedExecutionResult {
  return { errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] };
}

/** Of results that never came to execution; what is not named is a bad request. */
const statusByCode: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};

/** Media type application/json, older, knows well-formed requests only; that a quota is used up HTTP says in either. */
function statusOf(result: FormattedExecutionResult, type: ResponseType): number {
  if ('data' in result) return 200;
  const code = String(result.errors?.[0]?.extensions?.code);
  if (code === 'RATE_LIMITED') return 429;
  return type === STRICT_JSON ? (statusByCode[code] ?? 400) : 200;
}

function sendResult(
  response: ServerResponse,
  type: ResponseType,
  result: FormattedExecutionResult,
  status: number,
  headers?: Readonly<Record<string, string>>,
): void {
  const body = textOf(result);
  const length = Buffer.byteLength(body);
  // With its length known, a text goes out in one write together with its head.
  response
    .writeHead(status, {
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'no-store',
      'content-length': length,
      ...headers,
    })
    .end(body);
}

/** No cookies are read here, so what other origins may do is read the answers to what they themselves know. */
function allowOrigin(request: IncomingMessage, response: ServerResponse, allowedOrigins: readonly string[]): void {
  const { origin } = request.headers;
  response.setHeader('vary', 'origin, accept');
  if (!origin || !allowedOrigins.includes(origin)) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-allow-methods', 'GET, POST');
  response.setHeader('access-control-allow-headers', ASKED_HEADERS);
  response.setHeader('access-control-expose-headers', 'x-request-id, ratelimit, ratelimit-policy, retry-after');
  response.setHeader('access-control-max-age', '86400');
}

const ASKED_HEADERS =
  'authorization, content-type, traceparent, x-api-key, x-request-id, apollo-require-preflight, x-apollo-operation-name, ' +
  'x-graphql-require-preflight';

function sendJson(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
}
