/*
 * Hive Gateway in front of our subgraphs, with our supergraph as composition writes it. What any gateway has to bring
 * itself is here: who calls, and the token by which subgraphs know their gateway.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import type { SubgraphName } from '../../../schema/events.ts';
import { CallerSigner } from '../../../subgraphs/kernel/caller.ts';
import { systemClock } from '../../../subgraphs/kernel/clock.ts';
import { createAuthentication } from '../../authentication.ts';
import { remoteLink } from '../../link.remote.ts';
import { type HivePlugin, openHiveGateway } from './hive-gateway.ts';

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
function signedCalls({ identityUrl, gatewayPrivateKey }: HiveOptions): HivePlugin {
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
  const server = await openHiveGateway(options.supergraphSdl, [signedCalls(options)]);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.on('disconnect', () => process.exit());
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

main();
