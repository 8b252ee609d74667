/* Hive Gateway with its planner in Rust, as its documentation has it: HTTP to subgraphs, WebSocket for subscriptions. */
import { createServer } from 'node:http';
import { createGatewayRuntime, getGraphQLWSOptions } from '@graphql-hive/gateway';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { listenLocally, partArgument, partIsReady } from '../gateway/process.ts';
import { compose, type Urls } from './graph.ts';

// Ours knows `silent`, Hive Gateway does not.
delete process.env.LOG_LEVEL;
const { supergraphSdl } = compose(partArgument<Urls>());
const gateway = createGatewayRuntime({
  supergraph: () => supergraphSdl,
  unifiedGraphHandler,
  logging: false,
  transportEntries: { '*.http': { options: { subscriptions: { kind: 'ws' } } } },
});
// Its schema is made when it is first needed, but a socket does not wait for that.
await gateway.getSchema();
const server = createServer(gateway as never);
const options = getGraphQLWSOptions(gateway, ({ extra }) => {
  const { request } = extra as { request: { url: string } };
  return { request: new Request(new URL(request.url, 'http://127.0.0.1')) };
});
useServer(options as never, new WebSocketServer({ server, path: gateway.graphqlEndpoint }));
partIsReady(await listenLocally(server));
