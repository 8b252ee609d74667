/*
 * Hive Gateway in front of our subgraphs, with our supergraph as composition writes it. What any gateway has to bring
 * itself is here: who calls, and the token by which subgraphs know their gateway.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGatewayRuntime, type GatewayPlugin, getGraphQLWSOptions } from '@graphql-hive/gateway';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import { useServer } from 'graphql-ws/use/ws';
import { pino } from 'pino';
import { WebSocketServer } from 'ws';
import type { SubgraphName } from '../../schema/events.ts';
import { CallerSigner } from '../../subgraphs/kernel/caller.ts';
import { systemClock } from '../../subgraphs/kernel/clock.ts';
import { createAuthentication } from '../authentication.ts';
import { remoteLink } from '../link.remote.ts';

export interface HiveOptions {
  /** With the addresses of the subgraphs. */
  readonly supergraphSdl: string;
  /** Base address of the subgraph that knows who is signed in. */
  readonly identityUrl: string;
  readonly gatewayPrivateKey: string;
}

interface Context {
  readonly request?: Request;
  /** Of a socket. */
  readonly connectionParams?: { readonly authorization?: string };
}

/** Subgraphs believe who calls by a token of the gateway's: in a header of HTTP, in the operation's extensions on a socket. */
function signedCalls({ identityUrl, gatewayPrivateKey }: HiveOptions): GatewayPlugin {
  const signer = new CallerSigner(gatewayPrivateKey, systemClock);
  const identity = remoteLink('identity', identityUrl, pino({ level: 'silent' }));
  const authenticate = createAuthentication({ identity, signer, clock: systemClock });
  return {
    async onSubgraphExecute({ subgraphName, executionRequest, setExecutionRequest }) {
      const { request, connectionParams } = (executionRequest.context ?? {}) as Context;
      const credentials = connectionParams?.authorization ?? request?.headers.get('authorization') ?? undefined;
      const { caller } = await authenticate({ authorization: credentials });
      const authorization = await signer.sign(caller, subgraphName as SubgraphName);
      setExecutionRequest({
        ...executionRequest,
        extensions: { ...executionRequest.extensions, authorization, headers: { authorization } },
      });
    },
  };
}

async function main(): Promise<void> {
  const [options] = (await once(process, 'message')) as [HiveOptions];
  const gateway = createGatewayRuntime({
    supergraph: () => options.supergraphSdl,
    unifiedGraphHandler,
    logging: false,
    maskedErrors: false,
    transportEntries: { '*.http': { options: { subscriptions: { kind: 'ws' } } } },
    plugins: () => [signedCalls(options)],
  });
  await gateway.getSchema();
  const server = createServer(gateway as never);
  const sockets = new WebSocketServer({ server, path: gateway.graphqlEndpoint });
  const socketOptions = getGraphQLWSOptions(gateway, ({ extra, connectionParams }) => {
    const { request } = extra as { request: { url: string } };
    return { request: new Request(new URL(request.url, 'http://127.0.0.1')), connectionParams };
  });
  useServer(socketOptions as never, sockets);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.on('disconnect', () => process.exit());
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

main();
