/* Our gateway's real entrance over links by HTTP: authentication, signed tokens and presentation of errors included. */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { pino } from 'pino';
import { createAuthentication } from '../../gateway/authentication.ts';
import { createHttpListener } from '../../gateway/http.ts';
import { remoteLink } from '../../gateway/link.remote.ts';
import type { SubgraphLink } from '../../gateway/link.ts';
import { createOperations } from '../../gateway/operations.ts';
import type { SubgraphName } from '../../schema/events.ts';
import { CallerSigner } from '../../subgraphs/kernel/caller.ts';
import { systemClock } from '../../subgraphs/kernel/clock.ts';
import { type BenchSubgraph, benchSubgraphs, compose } from './graph.ts';
import { listenLocally, partArgument, partIsReady } from './process.ts';

const urls = partArgument<Record<BenchSubgraph, string>>();
const log = pino({ level: 'silent' });
const links = Object.fromEntries(benchSubgraphs.map((name) => [name, remoteLink(name, urls[name], log)])) as Record<
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
  introspection: 'everybody',
});
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
