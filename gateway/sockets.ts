/*
 * The gateway's WebSocket side: graphql-transport-ws by graphql-ws, for subscriptions, queries and mutations alike. Who
 * calls is settled once, in connection_init; a socket does not outlive the session it was opened with.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import type { Context } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { Alarm, Clock } from '../subgraphs/kernel/clock.ts';
import { Refusal } from '../subgraphs/kernel/errors.ts';
import type { Authenticate, Authenticated, Credentials } from './authentication.ts';
import type { PreparedOperation } from './executor/operation.ts';
import type { OperationCall, Operations } from './operations.ts';

const MESSAGE_BYTES = 1024 * 1024;
const CONNECTION_INIT_MILLISECONDS = 5_000;
/** Of one socket at once. The busiest screen has five. */
const OPERATIONS_PER_SOCKET = 50;
/** Close code of graphql-transport-ws for a caller who may not, or no longer; clients refresh and connect again. */
const FORBIDDEN = 4403;

export interface SocketOptions {
  readonly server: Server;
  readonly operations: Operations;
  readonly authenticate: Authenticate;
  readonly newRequestId: () => string;
  readonly clock: Clock;
}

export interface Sockets {
  /** Closes every socket with 1001, so that clients connect elsewhere, and takes no new ones. */
  close(): Promise<void>;
}

type Session = {
  authenticated?: Authenticated;
  expiry?: Alarm;
};

interface SocketOperation {
  readonly operation: PreparedOperation;
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
  readonly call: OperationCall;
}

type SocketContext = Context<Record<string, unknown> | undefined, Extra & Session>;

export function serveSockets({ server, operations, authenticate, newRequestId, clock }: SocketOptions): Sockets {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES });
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.url?.split('?', 1)[0] !== '/graphql') {
      socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (connected) => sockets.emit('connection', connected, request));
  };
  server.on('upgrade', upgrade);

  const protocol = useServer<Record<string, unknown> | undefined, Session>(
    {
      connectionInitWaitTimeout: CONNECTION_INIT_MILLISECONDS,
      async onConnect(context) {
        const { extra } = context as SocketContext;
        try {
          extra.authenticated = await authenticate(credentialsIn(context.connectionParams));
        } catch (error) {
          extra.socket.close(FORBIDDEN, operations.present(error).message.slice(0, 120));
          return false;
        }
        const { expiresAt } = extra.authenticated;
        const expire = () => extra.socket.close(FORBIDDEN, 'The session has expired: refresh it and connect again.');
        if (expiresAt) extra.expiry = clock.at(expiresAt, expire);
        return true;
      },
      onClose(context) {
        (context as SocketContext).extra.expiry?.cancel();
      },
      onSubscribe(context, _id, { query, operationName, variables }) {
        const { extra, subscriptions } = context as SocketContext;
        const caller = extra.authenticated?.caller ?? { scopes: [] };
        if (Object.keys(subscriptions).length > OPERATIONS_PER_SOCKET) {
          const message = `A socket runs at most ${OPERATIONS_PER_SOCKET} operations at once.`;
          return [new PresentedError(operations.present(new Refusal('RATE_LIMITED', message)))];
        }
        const prepared = operations.prepare({ query, operationName }, caller);
        if (prepared.errors) return prepared.errors.map((error) => new PresentedError(error));
        const contextValue: SocketOperation = {
          operation: prepared.operation,
          variables,
          call: { caller, requestId: newRequestId() },
        };
        // graphql-ws tells a subscription from a query by the document; the schema is not looked at.
        return { schema: noSchema, document: prepared.operation.document, operationName, contextValue };
      },
      execute: ({ contextValue }) => {
        const { operation, variables, call } = contextValue as SocketOperation;
        return operations.execute(operation, variables, call) as never;
      },
      subscribe: ({ contextValue }) => {
        const { operation, variables, call } = contextValue as SocketOperation;
        return operations.subscribe(operation, variables, call) as never;
      },
      onNext: (_context, _id, _payload, _args, result) => result as FormattedExecutionResult,
    },
    sockets,
  );

  return {
    async close() {
      server.off('upgrade', upgrade);
      await protocol.dispose();
    },
  };
}

const noSchema = {} as GraphQLSchema;

/** graphql-ws takes GraphQLErrors only, and sends their JSON: ours is what has been made presentable before. */
class PresentedError extends GraphQLError {
  readonly #presented: GraphQLFormattedError;

  constructor(presented: GraphQLFormattedError) {
    super(presented.message);
    this.#presented = presented;
  }

  override toJSON(): GraphQLFormattedError {
    return this.#presented;
  }
}

/** Browsers cannot set headers on a socket, so connection_init carries what a request has in its headers. */
function credentialsIn(parameters: Record<string, unknown> | undefined): Credentials {
  const text = (name: string) => {
    const value = parameters?.[name];
    if (value !== undefined && typeof value !== 'string') {
      throw new Refusal('UNAUTHENTICATED', `connection_init: ${name} must be a text.`);
    }
    return value;
  };
  return { authorization: text('authorization'), apiKey: text('x-api-key') };
}
