/*
 * From an HTTP request to what GraphQL is asked, or to the status that says what is wrong with it: GraphQL over HTTP to the
 * letter. A request that a browser would send for any page without asking first (no preflight) is refused (CSRF), as
 * Apollo Server does.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { readBody } from '../../subgraphs/kernel/request-body.ts';
import type { OperationRequest } from '../operations.ts';
import { isJsonBody, JSON_TYPE, type ResponseType, responseType, STRICT_JSON } from './media-types.ts';

/** A table of 1 MiB to import, escaped as JSON, with room to spare. */
export const BODY_BYTES = 4 * 1024 * 1024;
export const METHODS = 'GET, POST, OPTIONS';

/** Each makes a browser ask first, and says that who wrote the page meant this request. */
const preflighted = ['apollo-require-preflight', 'x-apollo-operation-name', 'x-graphql-require-preflight', 'x-api-key'];

/** Why a request is no GraphQL request, as HTTP says it. */
export interface HttpRefusal {
  readonly status: 400 | 405 | 406 | 413 | 415;
  readonly message: string;
  readonly type: ResponseType;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface GraphqlRequest {
  readonly asked: OperationRequest;
  /** In which media type to answer. */
  readonly type: ResponseType;
}

/** Reads the request whole. Rejects where the client goes away meanwhile. */
export async function readGraphqlRequest(request: IncomingMessage): Promise<GraphqlRequest | HttpRefusal> {
  const { method, headers } = request;
  const type = responseType(headers.accept);
  if (method !== 'GET' && method !== 'POST') {
    const message = 'GraphQL is asked by POST, queries also by GET.';
    return { status: 405, message, type: type ?? JSON_TYPE, headers: { allow: METHODS } };
  }
  if (!type) {
    return { status: 406, message: `Answers are ${STRICT_JSON} or ${JSON_TYPE}, in UTF-8.`, type: JSON_TYPE };
  }
  if (method === 'GET') {
    if (couldBeOfAnyPage(headers)) return { status: 400, message: FORGEABLE, type };
    return asked(type, () => fromSearch(new URLSearchParams(request.url?.split('?').slice(1).join('?'))));
  }
  if (!isJsonBody(headers['content-type'])) {
    return {
      status: 415,
      message: 'The body must be application/json in UTF-8.',
      type,
      headers: { accept: JSON_TYPE },
    };
  }
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    return {
      status: 415,
      message: 'The body must not be compressed.',
      type,
      headers: { 'accept-encoding': 'identity' },
    };
  }
  const body = await readBody(request, BODY_BYTES);
  if (body === undefined) {
    // What is left of it is not waited for.
    return {
      status: 413,
      message: `The body must be at most ${BODY_BYTES} bytes.`,
      type,
      headers: { connection: 'close' },
    };
  }
  return asked(type, () => parametersIn(parsed(body, 'The body')));
}

const FORGEABLE =
  'This could come from any web page: send content-type application/json, or the header apollo-require-preflight.';

/** Whether a browser sends it across origins without a preflight. A content type other than a form's makes it ask. */
function couldBeOfAnyPage(headers: IncomingHttpHeaders): boolean {
  const [contentType = ''] = (headers['content-type'] ?? '').toLowerCase().split(';', 1);
  const isPlain = /^\s*(application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)?\s*$/.test(contentType);
  // Nothing but a script sets a Bearer token.
  return isPlain && !preflighted.some((name) => headers[name]) && !/^bearer /i.test(headers.authorization ?? '');
}

class Malformed extends Error {}

function asked(type: ResponseType, read: () => OperationRequest): GraphqlRequest | HttpRefusal {
  try {
    return { asked: read(), type };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { status: 400, message: error.message, type };
  }
}

function fromSearch(search: URLSearchParams): OperationRequest {
  const text = (name: string) => search.get(name) ?? undefined;
  const json = (name: string) => {
    const value = search.get(name);
    return value ? parsed(value, name) : undefined;
  };
  return parametersIn({
    query: text('query'),
    documentId: text('documentId'),
    operationName: text('operationName'),
    variables: json('variables'),
    extensions: json('extensions'),
  });
}

function parametersIn(body: unknown): OperationRequest {
  if (!isMap(body)) throw new Malformed('The body must be one JSON object.');
  const { query, documentId, operationName, variables, extensions } = body;
  for (const [name, value] of Object.entries({ query, documentId, operationName })) {
    if (value != null && typeof value !== 'string') throw new Malformed(`${name} must be a text.`);
  }
  for (const [name, value] of Object.entries({ variables, extensions })) {
    if (value != null && !isMap(value)) throw new Malformed(`${name} must be a JSON object.`);
  }
  const request = { query, documentId, operationName, variables, extensions } as OperationRequest;
  if (query == null && documentId == null && request.extensions?.persistedQuery == null) {
    throw new Malformed('Either query, documentId or extensions.persistedQuery is needed.');
  }
  return request;
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Malformed(`${name} must be JSON.`);
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
