/*
 * Our gateway as gateway.ts puts it together, for the graph of this benchmark: the same entrance over any links, with all
 * that protects it. What one operation and one minute may cost is so much that nobody is refused.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { createAuthentication } from '../../gateway/authentication.ts';
import { createHttpListener } from '../../gateway/http.ts';
import type { SubgraphLink } from '../../gateway/link.ts';
import { createOperations } from '../../gateway/operations.ts';
import { openProtection } from '../../gateway/protection/protection.ts';
import type { SubgraphName } from '../../schema/events.ts';
import { CallerSigner } from '../../subgraphs/kernel/caller.ts';
import { systemClock } from '../../subgraphs/kernel/clock.ts';
import { generateGatewayKeys, readConfiguration } from '../../subgraphs/kernel/configuration.ts';
import { listenLocally, partIsReady } from './process.ts';

/** The gateway's, of this process. */
export const keys = generateGatewayKeys();

export async function serveOurs(supergraphSdl: string, given: Readonly<Record<string, SubgraphLink>>): Promise<void> {
  const log = pino({ level: 'silent' });
  const configuration = readConfiguration({
    NODE_ENV: 'test',
    DATA_DIR: tmpdir(),
    GATEWAY_PRIVATE_KEY: keys.gatewayPrivateKey,
    GATEWAY_PUBLIC_KEY: keys.gatewayPublicKey,
    SECRET_KEY: randomBytes(32).toString('base64url'),
    COST_LIMITS: 'anonymous=1000000',
  });
  const protection = await openProtection({
    configuration,
    clock: systemClock,
    log,
    manifestPaths: [fileURLToPath(new URL('../../clients/generated/persisted-documents.json', import.meta.url))],
  });
  const links = Object.fromEntries(
    Object.entries(given).map(([name, link]) => [name, protection.guard(link)]),
  ) as Record<SubgraphName, SubgraphLink>;
  const signer = new CallerSigner(keys.gatewayPrivateKey, systemClock);
  const operations = createOperations({ supergraphSdl, links, signer, log, introspection: 'everybody', protection });
  const server = createServer(
    createHttpListener({
      operations,
      // Nobody signs in here, so that identity is never asked.
      authenticate: createAuthentication({ identity: links.profile, signer, clock: systemClock }),
      newRequestId: randomUUID,
      allowedOrigins: [],
      ready: async () => undefined,
      routes: {},
      admission: protection.admission,
    }),
  );
  partIsReady(await listenLocally(server));
}
