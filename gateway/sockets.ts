/*
 * The gateway's side for what lasts: subscriptions over graphql-transport-ws and as server-sent events, and any operation
 * that comes the same way. Who calls is settled once, in connection_init or by the request's headers; nothing outlives the
 * session it was opened with. The protocols themselves are subscriptions/.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Caller } from '../subgraphs/kernel/caller.ts';
import { type Alarm, type Clock, systemClock } from '../subgraphs/kernel/clock.ts';
import { Refusal } from '../subgraphs/kernel/errors.ts';
import type { Authenticate, Authenticated } from './authentication.ts';
import { contractPaths, type ServedContract, type Variants } from './contracts.ts';
import type { PreparedOperation } from './executor/operation.ts';
import type { Operations, Prepared } from './operations.ts';
import type { Begun, Channel, Engine } from './subscriptions/engine.ts';
import { CloseCode, type OperationMessage, SUBPROTOCOL } from './subscriptions/messages.ts';
import { type Leave, SocketServer } from './subscriptions/server.ts';
import { BadRequest, readOperation } from './subscriptions/stream-request.ts';

const INITIALISATION_MILLISECONDS = 5_000;
const STALLED_MILLISECONDS = 30_000;
/** Of one socket at once. The busiest screen has five. */
const OPERATIONS_PER_SOCKET = 50;
/** A person's phones and browser tabs; a partner has one key for all its servers. */
const CHANNELS_PER_ACCOUNT = 20;
/** Four such screens at once. */
const SUBSCRIPTIONS_PER_ACCOUNT = 100;

/** For sockets beyond capacity: hands are shaken only for a close code, since browsers tell no page a status of HTTP. */
const FULL_OPTIONS = {
  noServer: true,
  maxPayload: 1_024,
  clientTracking: false,
  closeTimeout: 5_000,
  handleProtocols: (offered: Set<string>) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
} as const;

export interface SocketOptions {
  readonly server: Server;
  /** What is served on /graphql, and to whom. */
  readonly operations: Operations;
  readonly authenticate: Authenticate;
  /** What is served beside it. */
  readonly variants?: Variants | undefined;
  readonly newRequestId: () => string;
  /** The trace that an operation says it is in, as a traceparent. */
  readonly traceIn?: ((extensions: OperationMessage['extensions']) => string | undefined) | undefined;
  readonly clock: Clock;
  /**
   * Root fields whose events are the same for everybody with the same scopes, and begin with no present state: who
   * subscribes shares them. They are asked for on behalf of the scopes, of nobody's account.
   */
  readonly sharedSubscriptions: readonly string[];
  /** How many sockets to hold; one more is closed with 1013, so that its client asks for another endpoint. No limit when absent. */
  readonly capacity?: number;
  /** Of a client, by its request: limits go by it where the caller is nobody. */
  readonly addressOf?: (request: IncomingMessage) => string;
  /** At least 0, less than 1: spreads over time who is sent away. Always 0 when absent. */
  readonly random?: () => number;
}

export interface Sockets {
  /** How many sockets and event streams are open. */
  readonly size: number;
  /**
   * Answers a request whose client accepts text/event-stream. The stream ends with the session, with UNAUTHENTICATED; one
   * too many of an account is answered with 429, one over capacity with 503. Never rejects.
   */
  stream(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /**
   * What comes from now on is run by `operations`, on other paths by `variants` (those before when absent); what is under
   * way ends as it began, but subscriptions are each ended with SUBSCRIPTION_SCHEMA_RELOAD in the course of
   * `overMilliseconds`, so that their clients subscribe anew. Resolves when nothing of the operations before is under way
   * here, apart from queries and mutations.
   */
  replaceOperations(operations: Operations, overMilliseconds: number, variants?: Variants): Promise<void>;
  /** Sends every client away, sockets with 1001, and takes no new ones; at once when it is not said how. */
  close(leave?: Leave): Promise<void>;
}

interface Session extends Authenticated {
  /** Of the contract that it was opened for. */
  readonly path: string;
  readonly address: string | undefined;
  readonly expiry: Alarm | undefined;
}

export function serveSockets({ server, capacity = Number.POSITIVE_INFINITY, ...options }: SocketOptions): Sockets {
  const limits = {
    initialisationMilliseconds: INITIALISATION_MILLISECONDS,
    stalledMilliseconds: STALLED_MILLISECONDS,
    operationsPerSocket: OPERATIONS_PER_SOCKET,
    channelsPerAccount: CHANNELS_PER_ACCOUNT,
    subscriptionsPerAccount: SUBSCRIPTIONS_PER_ACCOUNT,
  };
  let current: Omit<SocketOptions, 'server'> = options;
  const random = options.random ?? (() => 0);
  // Whether a network answers is a matter of the machine's time, also where the system's is set ahead.
  const sockets = new SocketServer({ engine: createEngine(options), clock: systemClock, limits, random });
  const full = new WebSocketServer(FULL_OPTIONS);
  const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    if (!servedAt(current, pathOf(request))) {
      stream.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
    } else if (sockets.size < capacity) {
      sockets.upgrade(request, stream, head);
    } else {
      full.handleUpgrade(request, stream, head, (socket) => {
        socket.on('error', () => {});
        socket.close(CloseCode.TRY_AGAIN_LATER, 'This endpoint is full: ask for another');
      });
    }
  };
  server.on('upgrade', upgrade);
  return {
    get size() {
      return sockets.size;
    },
    async stream(request, response) {
      const path = pathOf(request);
      const { operations, authenticate } = servedAt(current, path) ?? current;
      try {
        const operation = await readOperation(request);
        const address = options.addressOf?.(request);
        const authenticated = await authenticate(credentialsIn(request.headers), address);
        if (sockets.size >= capacity) throw new Refusal('UNAVAILABLE', 'This endpoint is full: ask for another.');
        if (request.method === 'GET' && (await isMutation(operations, operation, authenticated.caller, address))) {
          return refuse(response, 405, operations.present(new Refusal('BAD_USER_INPUT', 'A mutation needs POST.')));
        }
        sockets.stream(response, operation, (stream) =>
          createSession({ ...authenticated, address, path }, stream, options),
        );
      } catch (error) {
        const refusal = error instanceof BadRequest ? new Refusal('BAD_USER_INPUT', error.message) : error;
        refuse(response, statusOf(error), operations.present(refusal));
      }
    },
    async replaceOperations(operations, overMilliseconds, variants = current.variants) {
      current = { ...options, operations, variants };
      await sockets.replaceEngine(createEngine(current), overMilliseconds);
    },
    async close(leave) {
      server.off('upgrade', upgrade);
      await sockets.close(leave);
      full.close();
    },
  };
}

function createEngine(options: Omit<SocketOptions, 'server'>): Engine<Session> {
  const { operations, newRequestId, traceIn } = options;
  const refused = (refusal: Refusal) => [operations.present(refusal)];
  const shared = new Set(options.sharedSubscriptions);

  /** Paths stay when schemas change: what a session was opened for is there. */
  const servedTo = ({ path }: Session) => (servedAt(options, path) ?? options).operations;

  const begin = (session: Session, message: OperationMessage): Begun | Promise<Begun> => {
    const prepared = servedTo(session).find(message, session.caller, session.address);
    if (prepared instanceof Promise) return prepared.then((found) => beginPrepared(found, session, message));
    return beginPrepared(prepared, session, message);
  };
  const beginPrepared = (prepared: Prepared, session: Session, message: OperationMessage): Begun => {
    if (prepared.errors) return { errors: prepared.errors };
    const { caller, address, path } = session;
    const asks = servedTo(session);
    const { operation } = prepared;
    const { variables, extensions } = message;
    const call = () => ({ caller, address, requestId: newRequestId(), traceparent: traceIn?.(extensions) });
    if (operation.definition.operation !== 'subscription') {
      return { result: asks.execute(operation, variables, call()) };
    }
    const field = rootFieldOf(operation);
    if (!shared.has(field ?? '')) return { open: () => asks.subscribe(operation, variables, call()) };
    const scopes = [...caller.scopes].sort();
    return {
      shareKey: shareKey(path, scopes, message),
      // In nobody's name: what it costs is nobody's either.
      open: () =>
        asks.subscribe(operation, variables, {
          caller: { scopes },
          requestId: newRequestId(),
          sharedWith: scopes.join(' '),
        }),
    };
  };

  return {
    async admit(parameters, channel, request) {
      const address = options.addressOf?.(request);
      const path = pathOf(request);
      const { authenticate } = servedAt(options, path) ?? options;
      const authenticated = await authenticate(credentialsIn(parameters), address);
      return createSession({ ...authenticated, address, path }, channel, options);
    },
    left: ({ expiry }) => expiry?.cancel(),
    accountOf: ({ caller }) => caller.accountId ?? caller.retailerId,
    begin,
    reasonOf: (error) => operations.present(error).message,
    report: (error) => operations.present(error),
    answers: {
      tooManyOperations: refused(
        new Refusal('RATE_LIMITED', `A socket runs at most ${OPERATIONS_PER_SOCKET} operations at once.`),
      ),
      tooManySubscriptions: refused(
        new Refusal('RATE_LIMITED', `An account has at most ${SUBSCRIPTIONS_PER_ACCOUNT} subscriptions at once.`),
      ),
      tooManyChannels: refused(
        new Refusal(
          'RATE_LIMITED',
          `An account has at most ${CHANNELS_PER_ACCOUNT} sockets and event streams at once.`,
        ),
      ),
      fellBehind: refused(new Refusal('UNAVAILABLE', 'The subscription fell too far behind; subscribe again.')),
      schemaReload: refused(new Refusal('SUBSCRIPTION_SCHEMA_RELOAD')),
      internal: refused(new Refusal('UNAVAILABLE', 'The subscription broke; subscribe again.')),
    },
  };
}

function createSession(
  authenticated: Authenticated & Pick<Session, 'address' | 'path'>,
  channel: Channel,
  { clock, operations: { present } }: Pick<SocketOptions, 'clock' | 'operations'>,
): Session {
  const { expiresAt } = authenticated;
  const expire = () => {
    const reason = 'The session has expired: refresh it and connect again.';
    channel.close(CloseCode.FORBIDDEN, reason, [present(new Refusal('UNAUTHENTICATED', reason))]);
  };
  return { ...authenticated, expiry: expiresAt && clock.at(expiresAt, expire) };
}

/** What is the same for all who may the same: the names of variables in whatever order. */
function shareKey(path: string, scopes: readonly string[], message: OperationMessage): string {
  const { query, documentId, extensions, operationName, variables } = message;
  const sorted = Object.entries(variables ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
  const named = query === '' ? [documentId, extensions] : query;
  return JSON.stringify([path, scopes, operationName ?? null, named, sorted]);
}

/** The one root field of a subscription, where it stands there plainly. */
function rootFieldOf({ definition }: PreparedOperation): string | undefined {
  const [selection] = definition.selectionSet.selections;
  return selection?.kind === 'Field' ? selection.name.value : undefined;
}

async function isMutation(
  operations: Operations,
  operation: OperationMessage,
  caller: Caller,
  address: string | undefined,
): Promise<boolean> {
  const prepared = await operations.find(operation, caller, address);
  return !prepared.errors && prepared.operation.definition.operation === 'mutation';
}

function statusOf(error: unknown): number {
  if (error instanceof BadRequest) return error.status;
  if (!(error instanceof Refusal)) return 500;
  if (error.code === 'FORBIDDEN') return 403;
  return error.code === 'UNAVAILABLE' ? 503 : 401;
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

function servedAt(options: ServedContract & Pick<SocketOptions, 'variants'>, path: string): ServedContract | undefined {
  return path === contractPaths.public ? options : options.variants?.get(path);
}

function refuse(response: ServerResponse, status: number, error: object): void {
  // What is left of a body that is too long is not waited for.
  const headers = { 'content-type': 'application/json; charset=utf-8', ...(status === 413 && { connection: 'close' }) };
  response.writeHead(status, headers).end(JSON.stringify({ errors: [error] }));
}

/** Browsers cannot set headers on a socket, so connection_init carries what a request has in its headers. */
function credentialsIn(parameters: Readonly<Record<string, unknown>> | undefined) {
  const text = (name: string) => {
    const value = parameters?.[name];
    if (value !== undefined && typeof value !== 'string') {
      throw new Refusal('UNAUTHENTICATED', `${name} must be a text.`);
    }
    return value;
  };
  return { authorization: text('authorization'), apiKey: text('x-api-key') };
}
