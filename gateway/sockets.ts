/*
 * The gateway's WebSocket side: subscriptions, queries and mutations over graphql-transport-ws. Who calls is settled once,
 * in connection_init; a socket does not outlive the session it was opened with. The protocol itself is subscriptions/.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Caller } from '../subgraphs/kernel/caller.ts';
import { type Alarm, type Clock, systemClock } from '../subgraphs/kernel/clock.ts';
import { Refusal } from '../subgraphs/kernel/errors.ts';
import type { Authenticate, Authenticated, Credentials } from './authentication.ts';
import type { PreparedOperation } from './executor/operation.ts';
import type { Operations } from './operations.ts';
import type { Begun, Engine } from './subscriptions/connection.ts';
import { CloseCode, type OperationMessage, SUBPROTOCOL } from './subscriptions/messages.ts';
import { SocketServer } from './subscriptions/server.ts';

const INITIALISATION_MILLISECONDS = 5_000;
const STALLED_MILLISECONDS = 30_000;
/** Of one socket at once. The busiest screen has five. */
const OPERATIONS_PER_SOCKET = 50;

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
  readonly operations: Operations;
  readonly authenticate: Authenticate;
  readonly newRequestId: () => string;
  readonly clock: Clock;
  /**
   * Root fields whose events are the same for everybody with the same scopes, and begin with no present state: who
   * subscribes shares them. They are asked for on behalf of the scopes, of nobody's account.
   */
  readonly sharedSubscriptions: readonly string[];
  /** How many sockets to hold; one more is closed with 1013, so that its client asks for another endpoint. No limit when absent. */
  readonly capacity?: number;
}

export interface Sockets {
  /** How many are open. */
  readonly size: number;
  /** Closes every socket with 1001, so that clients connect elsewhere, and takes no new ones. */
  close(): Promise<void>;
}

interface Session extends Authenticated {
  readonly expiry: Alarm | undefined;
}

export function serveSockets({ server, capacity = Number.POSITIVE_INFINITY, ...options }: SocketOptions): Sockets {
  const limits = {
    initialisationMilliseconds: INITIALISATION_MILLISECONDS,
    stalledMilliseconds: STALLED_MILLISECONDS,
    operationsPerSocket: OPERATIONS_PER_SOCKET,
  };
  // Whether a network answers is a matter of the machine's time, also where the system's is set ahead.
  const sockets = new SocketServer({ engine: createEngine(options), clock: systemClock, limits });
  const full = new WebSocketServer(FULL_OPTIONS);
  const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    if (request.url?.split('?', 1)[0] !== '/graphql') {
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
    async close() {
      server.off('upgrade', upgrade);
      await sockets.close();
      full.close();
    },
  };
}

function createEngine(options: Omit<SocketOptions, 'server'>): Engine<Session> {
  const { operations, authenticate, newRequestId, clock } = options;
  const refused = (refusal: Refusal) => [operations.present(refusal)];
  const shared = new Set(options.sharedSubscriptions);

  const begin = ({ caller }: Session, { query, operationName, variables }: OperationMessage): Begun => {
    const prepared = operations.prepare({ query, operationName }, caller);
    if (prepared.errors) return { errors: prepared.errors };
    const { operation } = prepared;
    if (operation.definition.operation !== 'subscription') {
      return { result: operations.execute(operation, variables, { caller, requestId: newRequestId() }) };
    }
    const subscribe = (on: Caller) =>
      operations.subscribe(operation, variables, { caller: on, requestId: newRequestId() });
    if (!shared.has(rootFieldOf(operation) ?? '')) return { results: subscribe(caller) };
    const { scopes } = caller;
    return {
      shareKey: JSON.stringify([scopes, operationName ?? null, query, variables ?? null]),
      open: () => subscribe({ scopes }),
    };
  };

  return {
    async admit(parameters, socket) {
      const authenticated = await authenticate(credentialsIn(parameters));
      const { expiresAt } = authenticated;
      const expire = () => socket.close(CloseCode.FORBIDDEN, 'The session has expired: refresh it and connect again.');
      return { ...authenticated, expiry: expiresAt && clock.at(expiresAt, expire) };
    },
    left: ({ expiry }) => expiry?.cancel(),
    begin,
    reasonOf: (error) => operations.present(error).message,
    report: (error) => operations.present(error),
    tooManyOperations: refused(
      new Refusal('RATE_LIMITED', `A socket runs at most ${OPERATIONS_PER_SOCKET} operations at once.`),
    ),
    fellBehind: refused(new Refusal('UNAVAILABLE', 'The subscription fell too far behind; subscribe again.')),
  };
}

/** The one root field of a subscription, where it stands there plainly. */
function rootFieldOf({ definition }: PreparedOperation): string | undefined {
  const [selection] = definition.selectionSet.selections;
  return selection?.kind === 'Field' ? selection.name.value : undefined;
}

/** Browsers cannot set headers on a socket, so connection_init carries what a request has in its headers. */
function credentialsIn(parameters: Readonly<Record<string, unknown>> | undefined): Credentials {
  const text = (name: string) => {
    const value = parameters?.[name];
    if (value !== undefined && typeof value !== 'string') {
      throw new Refusal('UNAUTHENTICATED', `connection_init: ${name} must be a text.`);
    }
    return value;
  };
  return { authorization: text('authorization'), apiKey: text('x-api-key') };
}
