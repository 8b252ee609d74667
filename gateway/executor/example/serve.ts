/*
 * A federation gateway in one file: queries and mutations by POST /graphql, everything by graphql-transport-ws on the same
 * path. Whoever sends an `authorization` of any kind counts as signed in; a real one checks it, and bounds what may be asked.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ExecutionResult } from 'graphql';
import type { Clock, Engine } from '../../subscriptions/engine.ts';
import { SocketServer } from '../../subscriptions/server.ts';
import { createExecutor, type Executor } from '../executor.ts';
import type { Graph } from './graph.ts';

interface Viewer {
  readonly isSignedIn: boolean;
}

/** Not listening yet; subscriptions end with it. @param clock the machine's, in a real gateway. */
export function createGateway({ supergraphSdl, fetch, source }: Graph, clock: Clock, random: () => number): Server {
  const executor = createExecutor<Viewer>({
    supergraphSdl,
    fetch,
    source,
    authorise: { isAuthenticated: ({ isSignedIn }) => isSignedIn, scopes: () => [] },
    shareKey: ({ isSignedIn }) => (isSignedIn ? undefined : 'everybody'),
  });
  const engine = createEngine(executor);
  const limits = {
    initialisationMilliseconds: 5_000,
    stalledMilliseconds: 30_000,
    operationsPerSocket: 50,
    channelsPerAccount: 50,
    subscriptionsPerAccount: 50,
  };
  const sockets = new SocketServer({ engine, clock, limits, random });
  const server = createServer(async (request, response) => {
    const viewer = { isSignedIn: request.headers.authorization !== undefined };
    const result = await answer(executor, request, viewer);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
  });
  server.on('upgrade', (request, stream, head) => sockets.upgrade(request, stream, head));
  server.on('close', () => sockets.close({ overMilliseconds: 0, backWithinMilliseconds: 0 }));
  return server;
}

interface Asked {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Record<string, unknown>;
}

async function answer(executor: Executor<Viewer>, request: IncomingMessage, viewer: Viewer): Promise<ExecutionResult> {
  const { query, operationName, variables = {} }: Asked = JSON.parse(await text(request));
  const prepared = executor.prepare(query, operationName);
  return prepared.errors ? prepared : executor.execute(prepared.operation, variables, viewer);
}

function createEngine(executor: Executor<Viewer>): Engine<Viewer> {
  const said = (message: string) => [{ message }];
  return {
    admit: async (parameters) => ({ isSignedIn: parameters?.authorization !== undefined }),
    left: () => undefined,
    accountOf: () => undefined,
    begin(viewer, { query, operationName, variables }) {
      const prepared = executor.prepare(query ?? '', operationName ?? undefined);
      if (prepared.errors) return { errors: prepared.errors };
      const { operation } = prepared;
      return operation.definition.operation === 'subscription'
        ? { open: () => executor.subscribe(operation, variables ?? {}, viewer) }
        : { result: executor.execute(operation, variables ?? {}, viewer) };
    },
    reasonOf: (error) => (error instanceof Error ? error.message : 'Refused'),
    report: (error) => process.stderr.write(`${error}\n`),
    answers: {
      tooManyOperations: said('Too many operations on this socket.'),
      tooManySubscriptions: said('Too many subscriptions.'),
      tooManyChannels: said('Too many event streams.'),
      fellBehind: said('Subscribe again: too much was left unread.'),
      schemaReload: said('Subscribe again: the schema has changed.'),
      internal: said('Something went wrong.'),
    },
  };
}
