/*
 * What clients may say in graphql-transport-ws, read strictly: a message of a type or shape that the protocol does not
 * know closes its socket (4400). Written after PROTOCOL.md of graphql-ws.
 */

export const SUBPROTOCOL = 'graphql-transport-ws';

/** Close codes: the protocol's own, and two of RFC 6455's registry. */
export const CloseCode = {
  GOING_AWAY: 1001,
  /** The client does not read what it asked for. */
  TRY_AGAIN_LATER: 1013,
  BAD_REQUEST: 4400,
  UNAUTHORIZED: 4401,
  FORBIDDEN: 4403,
  SUBPROTOCOL_NOT_ACCEPTABLE: 4406,
  INITIALISATION_TIMEOUT: 4408,
  SUBSCRIBER_EXISTS: 4409,
  TOO_MANY_INITIALISATIONS: 4429,
  /** The same number: too many sockets of one account. Clients of graphql-ws do not try again. */
  TOO_MANY_REQUESTS: 4429,
  INTERNAL: 4500,
} as const;

/** Of an address in a close frame; the whole reason has 123 bytes. */
const LONGEST_ADDRESS = 60;

/**
 * The reason of a close with 1001, as JSON: `retryMilliseconds`, after which the client should connect again, and `at`,
 * where, when it is not where it was.
 */
export function goingAway(retryMilliseconds: number, at?: string): string {
  const fits = at !== undefined && Buffer.byteLength(at) <= LONGEST_ADDRESS;
  return JSON.stringify({ message: 'Going away', retryMilliseconds, ...(fits && { at }) });
}

export interface OperationMessage {
  /** Empty where the document is named, by `documentId` or in `extensions`. */
  readonly query: string;
  readonly documentId?: string | null;
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly extensions?: Readonly<Record<string, unknown>> | null;
}

type Payload = Readonly<Record<string, unknown>>;

export type ClientMessage =
  | { readonly type: 'connection_init' | 'ping' | 'pong'; readonly payload?: Payload | null }
  | { readonly type: 'subscribe'; readonly id: string; readonly payload: OperationMessage }
  | { readonly type: 'complete'; readonly id: string };

/** @throws Error with a sentence for the client where `text` is none of the messages above. */
export function readMessage(text: string): ClientMessage {
  const message = parsed(text);
  if (!isObject(message)) throw new Error('A message must be an object.');
  switch (message.type) {
    case 'subscribe':
      needId(message.id);
      checkOperation(message.payload);
      break;
    case 'complete':
      needId(message.id);
      break;
    case 'connection_init':
    case 'ping':
    case 'pong':
      if (!isObjectOrNothing(message.payload)) throw new Error('payload must be an object or absent.');
      break;
    default:
      throw new Error('A message of this type is not for the server.');
  }
  return message as unknown as ClientMessage;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('A message must be JSON.');
  }
}

function needId(id: unknown): void {
  if (typeof id !== 'string' || id === '') throw new Error('id must be a text that is not empty.');
}

/** @throws Error with a sentence for the client. */
export function checkOperation(payload: unknown): void {
  if (!isObject(payload)) throw new Error('payload must be an object.');
  const { query, variables, extensions } = payload;
  if (typeof query !== 'string') throw new Error('payload.query must be a text.');
  for (const name of ['operationName', 'documentId']) {
    const text = payload[name];
    if (text !== undefined && text !== null && typeof text !== 'string') {
      throw new Error(`payload.${name} must be a text or absent.`);
    }
  }
  if (!isObjectOrNothing(variables)) throw new Error('payload.variables must be an object or absent.');
  if (!isObjectOrNothing(extensions)) throw new Error('payload.extensions must be an object or absent.');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isObjectOrNothing(value: unknown): boolean {
  return value === undefined || value === null || isObject(value);
}
