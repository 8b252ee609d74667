/* Our gateway's real sockets and operations over links to other processes. Each socket is somebody else. */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { pino } from 'pino';
import { remoteLink } from '../../gateway/link.remote.ts';
import type { SubgraphLink } from '../../gateway/link.ts';
import { createOperations } from '../../gateway/operations.ts';
import { serveSockets } from '../../gateway/sockets.ts';
import type { SubgraphName } from '../../schema/events.ts';
import { CallerSigner } from '../../subgraphs/kernel/caller.ts';
import { systemClock } from '../../subgraphs/kernel/clock.ts';
import { listenLocally, partArgument, partIsReady } from '../gateway/process.ts';
import { compose, eventSubgraphs, type Urls } from './graph.ts';

const urls = partArgument<Urls>();
const log = pino({ level: 'silent' });
const links = Object.fromEntries(eventSubgraphs.map((name) => [name, remoteLink(name, urls[name], log)])) as Record<
  SubgraphName,
  SubgraphLink
>;
const { privateKey } = generateKeyPairSync('ed25519');
const signer = new CallerSigner(privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'), systemClock);
const operations = createOperations({
  supergraphSdl: compose(urls).supergraphSdl,
  links,
  signer,
  log,
  introspection: 'administrators',
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
