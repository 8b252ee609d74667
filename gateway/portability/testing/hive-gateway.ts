/*
 * Hive Gateway with its planner in Rust, as its documentation has it: queries to subgraphs by HTTP, subscriptions by
 * WebSocket at the same address. Loaded without its types, which add fields to those of `graphql` that nobody else knows.
 */
import { createServer, type Server } from 'node:http';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

/** What a request to a subgraph is, as far as plugins of ours look at it. */
export interface SubgraphExecution {
  readonly subgraphName: string;
  readonly executionRequest: { readonly context?: unknown; readonly extensions?: Readonly<Record<string, unknown>> };
  setExecutionRequest(executionRequest: object): void;
}

export interface HivePlugin {
  onSubgraphExecute?(execution: SubgraphExecution): Promise<void>;
}

interface Runtime {
  readonly graphqlEndpoint: string;
  getSchema(): Promise<unknown>;
}

interface GatewayPackage {
  createGatewayRuntime(options: object): Runtime;
  getGraphQLWSOptions(runtime: Runtime, contextOf: (context: SocketContext) => object): object;
}

interface SocketContext {
  readonly extra: { readonly request: { readonly url: string } };
  readonly connectionParams?: unknown;
}

const [GATEWAY, PLANNER] = ['@graphql-hive/gateway', '@graphql-hive/router-runtime'];

/** A server that does not listen yet. @param supergraphSdl with the addresses of the subgraphs. */
export async function openHiveGateway(supergraphSdl: string, plugins: readonly HivePlugin[] = []): Promise<Server> {
  // Ours knows a level `silent`, it does not.
  delete process.env.LOG_LEVEL;
  const { createGatewayRuntime, getGraphQLWSOptions } = (await import(GATEWAY as string)) as GatewayPackage;
  const { unifiedGraphHandler } = (await import(PLANNER as string)) as { unifiedGraphHandler: unknown };
  const gateway = createGatewayRuntime({
    supergraph: () => supergraphSdl,
    unifiedGraphHandler,
    logging: false,
    maskedErrors: false,
    transportEntries: { '*.http': { options: { subscriptions: { kind: 'ws' } } } },
    plugins: () => plugins,
  });
  // Its schema is made when it is first needed, but a socket does not wait for that.
  await gateway.getSchema();
  const server = createServer(gateway as never);
  const options = getGraphQLWSOptions(gateway, ({ extra, connectionParams }) => ({
    request: new Request(new URL(extra.request.url, 'http://127.0.0.1')),
    connectionParams,
  }));
  useServer(options as never, new WebSocketServer({ server, path: gateway.graphqlEndpoint }));
  return server;
}
