/* Our gateway as gateway.ts puts it together, for the graph of this benchmark: the same entrance over any links. */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { pino } from 'pino';
import { createAuthentication } from '../../gateway/authentication.ts';
import { createHttpListener } from '../../gateway/http.ts';
import type { SubgraphLink } from '../../gateway/link.ts';
import { createOperations } from '../../gateway/operations.ts';
import type { SubgraphName } from '../../schema/events.ts';
import { CallerSigner } from '../../subgraphs/kernel/caller.ts';
import { systemClock } from '../../subgraphs/kernel/clock.ts';
import { listenLocally, partIsReady } from './process.ts';

const pair = generateKeyPairSync('ed25519');
/** The gateway's, of this process. */
export const keys = {
  privateKey: pair.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
  publicKey: pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
};

export async function serveOurs(supergraphSdl: string, given: Readonly<Record<string, SubgraphLink>>): Promise<void> {
  const links = given as Record<SubgraphName, SubgraphLink>;
  const signer = new CallerSigner(keys.privateKey, systemClock);
  const log = pino({ level: 'silent' });
  const operations = createOperations({ supergraphSdl, links, signer, log, introspection: 'everybody' });
  const server = createServer(
    createHttpListener({
      operations,
      // Nobody signs in here, so that identity is never asked.
      authenticate: createAuthentication({ identity: links.profile, signer, clock: systemClock }),
      newRequestId: randomUUID,
      allowedOrigins: [],
      ready: async () => undefined,
      routes: {},
    }),
  );
  partIsReady(await listenLocally(server));
}
