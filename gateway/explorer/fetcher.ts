/*
 * How the explorer talks to the gateway: queries and mutations by HTTP, subscriptions by graphql-transport-ws on the
 * same path, which is that of the contract that the caller opens unless another is wished for. What the headers editor
 * says of a caller goes before who was chosen. A browser
 * cannot set headers on a socket, so what the headers editor holds goes into `connection_init` too. One socket per
 * subscription, because each may have been started under other headers.
 */
import type { GraphiQLProps } from 'graphiql';
import { type ExecutionResult, getOperationAST, parse } from 'graphql';
import { createClient } from 'graphql-ws';

type Fetcher = GraphiQLProps['fetcher'];
type Parameters = globalThis.Parameters<Fetcher>[0];

export const contracts = ['public', 'partner', 'admin'] as const;
export type ContractName = (typeof contracts)[number];

export interface Exploring {
  /** Who asks where the headers editor names nobody; nobody when absent. */
  readonly credentials?: () => Promise<Record<string, string>>;
  /** Which graph; that of the caller when absent. */
  readonly contract?: ContractName | undefined;
}

/** A GraphiQL fetcher for the graphs at `origin` (http or https). */
export function createFetcher(origin: URL, { credentials, contract }: Exploring = {}): Fetcher {
  return async (request, { headers: written = {} } = {}) => {
    let headers: Record<string, string> = written;
    try {
      if (credentials && !namesCaller(written)) headers = { ...written, ...(await credentials()) };
    } catch (error) {
      // As an answer, because that is shown where answers are.
      return {
        errors: [{ message: `${(error as Error).message} Sign in again, or choose at the top as whom to ask.` }],
      };
    }
    const endpoint = new URL(contract === undefined ? pathFor(headers) : pathOf(contract), origin);
    return isSubscription(request) ? subscribe(endpoint, request, headers) : post(endpoint, request, headers);
  };
}

const namesCaller = (headers: Record<string, unknown>) =>
  Object.keys(headers).some((name) => ['authorization', 'x-api-key'].includes(name.toLowerCase()));

const pathOf = (contract: ContractName) => (contract === 'public' ? '/graphql' : `/graphql/${contract}`);

function isSubscription({ query, operationName }: Parameters): boolean {
  try {
    return getOperationAST(parse(query), operationName)?.operation === 'subscription';
  } catch {
    // The gateway says what is wrong with it, and where.
    return false;
  }
}

/** Administrators see their contract, partners theirs, everybody else the public one. Whether it is true the gateway finds. */
export function pathFor(headers: Record<string, unknown>): string {
  const names = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  if (names.has('x-api-key')) return '/graphql/partner';
  return scopesIn(names.get('authorization')).includes('administrator') ? '/graphql/admin' : '/graphql';
}

/** What an access token says its bearer may do; nothing where it is none. */
function scopesIn(authorization = ''): readonly string[] {
  const claims = /^Bearer [\w-]+\.([\w-]+)\./.exec(authorization)?.[1];
  if (!claims) return [];
  try {
    const { scope } = JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/')));
    return typeof scope === 'string' ? scope.split(' ') : [];
  } catch {
    return [];
  }
}

async function post(endpoint: URL, request: Parameters, headers: Record<string, string>) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json, application/json',
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(request),
  });
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    // A proxy between us and the gateway may answer in HTML; its status line is what helps.
    return { errors: [{ message: `The gateway answered ${response.status} ${response.statusText}, not JSON` }] };
  }
}

async function* subscribe(
  endpoint: URL,
  request: Parameters,
  headers: Record<string, string>,
): AsyncGenerator<ExecutionResult> {
  const url = new URL(endpoint);
  url.protocol = url.protocol.replace('http', 'ws');
  const connectionParams = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const client = createClient({ url: url.href, connectionParams });
  try {
    // GraphiQL names the type of a server's results; what arrives is the same as JSON.
    yield* client.iterate(request) as AsyncIterable<ExecutionResult>;
  } finally {
    await client.dispose();
  }
}
