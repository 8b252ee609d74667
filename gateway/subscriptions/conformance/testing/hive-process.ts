/* Hive Gateway as a process. Started by hive.ts, which sends the supergraph and hears the port. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { openHiveGateway } from '../../../portability/testing/hive-gateway.ts';

async function main(): Promise<void> {
  const [{ supergraphSdl }] = (await once(process, 'message')) as [{ supergraphSdl: string }];
  const server = await openHiveGateway(supergraphSdl);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.on('disconnect', () => process.exit());
  process.send?.({ port: (server.address() as AddressInfo).port });
}

main();
