/*
 * Hive Gateway with its planner in Rust, as its documentation has it: queries to subgraphs by HTTP, subscriptions by
 * WebSocket at the same address. Started by hive.ts, which sends the supergraph and hears the port.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGatewayRuntime, getGraphQLWSOptions } from '@graphql-hive/gateway';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

async function main(): Promise<void> {
  const [{ supergraphSdl }] = (await once(process, 'message')) as [{ supergraphSdl: string }];
  const gateway = createGatewayRuntime({
    supergraph: () => supergraphSdl,
    unifiedGraphHandler,
    logging: false,
    transportEntries: { '*.http': { options: { subscriptions: { kind: 'ws' } } } },
  });
  // Its schema is made when it is first needed, but a socket does not wait for that.
  await gateway.getSchema();
  const server = createServer(gateway as never);
  const sockets = new WebSocketServer({ server, path: gateway.graphqlEndpoint });
  const options = getGraphQLWSOptions(gateway, ({ extra }) => {
    const { request } = extra as { request: { url: string } };
    return { request: new Request(new URL(request.url, 'http://127.0.0.1')) };
  });
  useServer(options as never, sockets);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.on('disconnect', () => process.exit());
  process.send?.({ port: (server.address() as AddressInfo).port });
}

main();
