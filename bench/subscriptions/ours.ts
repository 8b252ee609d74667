/*
 * Our gateway's real sockets and operations over links to other processes, with its limits on documents and cost, deadlines
 * and circuit breakers. Each socket is somebody else.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { remoteLink } from '../../gateway/link.remote.ts';
import type { SubgraphLink } from '../../gateway/link.ts';
import { createOperations } from '../../gateway/operations.ts';
import { openProtection } from '../../gateway/protection/protection.ts';
import { serveSockets } from '../../gateway/sockets.ts';
import type { SubgraphName } from '../../schema/events.ts';
import { CallerSigner } from '../../subgraphs/kernel/caller.ts';
import { systemClock } from '../../subgraphs/kernel/clock.ts';
import { generateGatewayKeys, readConfiguration } from '../../subgraphs/kernel/configuration.ts';
import { listenLocally, partArgument, partIsReady } from '../gateway/process.ts';
import { compose, eventSubgraphs, type Urls } from './graph.ts';

const urls = partArgument<Urls>();
const log = pino({ level: 'silent' });
const { gatewayPrivateKey, gatewayPublicKey } = generateGatewayKeys();
const configuration = readConfiguration({
  NODE_ENV: 'test',
  DATA_DIR: tmpdir(),
  GATEWAY_PRIVATE_KEY: gatewayPrivateKey,
  GATEWAY_PUBLIC_KEY: gatewayPublicKey,
  SECRET_KEY: randomBytes(32).toString('base64url'),
});
const protection = await openProtection({
  configuration,
  clock: systemClock,
  log,
  manifestPaths: [fileURLToPath(new URL('../../clients/generated/persisted-documents.json', import.meta.url))],
});
const links = Object.fromEntries(
  eventSubgraphs.map((name) => [name, protection.guard(remoteLink(name, urls[name], log))]),
) as Record<SubgraphName, SubgraphLink>;
const signer = new CallerSigner(gatewayPrivateKey, systemClock);
const operations = createOperations({
  supergraphSdl: compose(urls).supergraphSdl,
  links,
  signer,
  log,
  introspection: 'administrators',
  protection,
});
const server = createServer();
serveSockets({
  server,
  operations,
  authenticate: async () => ({
    caller: { accountId: randomUUID(), scopes: ['citizen'] },
    expiresAt: new Date(Date.now() + 900_000),
  }),
  newRequestId: randomUUID,
  clock: systemClock,
  sharedSubscriptions: ['feed'],
});
partIsReady(await listenLocally(server));
