/*
 * One running system: the entrance, and those of the six subgraphs that are not processes of their own. The address is
 * taken first, because sign-in needs to know it; everybody listens to events before anybody tells one.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { type SubgraphName, subgraphNames } from '../schema/events.ts';
import { subgraphs } from '../subgraphs/index.ts';
import { CallerSigner } from '../subgraphs/kernel/caller.ts';
import type { Clock } from '../subgraphs/kernel/clock.ts';
import { type Configuration, ConfigurationError } from '../subgraphs/kernel/configuration.ts';
import type { EventBus } from '../subgraphs/kernel/event-bus.ts';
import { createLog, openHost } from '../subgraphs/kernel/host.ts';
import { openSubgraph, type Route, type Subgraph } from '../subgraphs/kernel/subgraph.ts';
import { openTelemetry, type Telemetry } from '../subgraphs/kernel/telemetry.ts';
import { createAuthentication } from './authentication.ts';
import { type GatewayCache, openGatewayCache } from './caching/gateway-cache.ts';
import { contractPaths, createContracts } from './contracts.ts';
import { announceEndpoint } from './endpoint.ts';
import { Entrance } from './entrance.ts';
import { forwardRoute } from './forward.ts';
import { localLink } from './link.local.ts';
import { remoteLink } from './link.remote.ts';
import type { SubgraphLink } from './link.ts';
import { mapStyleRoute, ownPages, pageRoute } from './pages.ts';
import { clientAddress } from './protection/client-address.ts';
import { type OwnedProtection, openProtection } from './protection/protection.ts';
import { openPublished } from './published.ts';
import { SupergraphWatch } from './supergraph.ts';
import { type GatewayTelemetry, gatewayTelemetry } from './telemetry.ts';

/** Public, and the same for everybody who asks the same of them. */
const sharedSubscriptions = ['storyFeedChanges'];

export interface Gateway {
  /** Base address, such as http://localhost:4000. */
  readonly url: string;
  /** Where GET /metrics is answered, on the same host; undefined where nothing is counted. */
  readonly metricsPort: number | undefined;
  /** Takes no new work, answers what is under way, closes what it opened. */
  close(): Promise<void>;
}

const DOCUMENTS = ['clients', 'clients/app', 'clients/console'].map((client) =>
  join(import.meta.dirname, '..', client, 'generated/persisted-documents.json'),
);
/** Over how long subscribers and sockets are sent away, so that their clients do not all come back in the same second. */
const SPREAD_MILLISECONDS = 10_000;
/** Where the development provider and inbox answer, wherever identity runs. */
const DEVELOPMENT_ROUTES = '/development';
/** Of these, what profile answers. */
const PUSH_INBOX = '/development/pushes';
/** Addresses that catalog gives out for files carry their own signature. */
const UPLOAD_ROUTES = '/uploads';

/**
 * Opens the system and serves it. @throws ConfigurationError when the settings do not fit together, and what a database
 * or port throws that cannot be had; nothing is left open then.
 */
export async function openGateway(given: Configuration, clock: Clock, log = createLog(given)): Promise<Gateway> {
  checkSettings(given);
  let listener: RequestListener = (_request, response) => {
    // The address is taken before there is anything to answer with.
    response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1' }).end('{"status":"starting"}');
  };
  const server = createServer((request, response) => listener(request, response));
  const port = await listen(server, given.host, given.port);
  const configuration = { ...given, port, publicUrl: given.publicUrl ?? `http://localhost:${port}` };
  const opened: Opened[] = [];
  try {
    const telemetry = await openTelemetry({ configuration, service: 'gateway', clock });
    opened.push(telemetry);
    const { local, cache } = await openLocalSubgraphs(configuration, clock, log, telemetry, opened);
    const breakerChanged = (name: SubgraphName, isOpen: boolean) => told?.breaker(name, isOpen);
    const protection = await openProtection({ configuration, clock, log, manifestPaths: DOCUMENTS, breakerChanged });
    opened.push(protection);
    const told = gatewayTelemetry({ telemetry, log, trusted: protection.documents.trusted });
    const links = linksTo(configuration, local, log, protection, told);
    opened.push({ close: () => all(Object.values(links), (link) => link.close()) });

    const signer = new CallerSigner(configuration.gatewayPrivateKey ?? '', clock);
    const { admission } = protection;
    const { trustedProxies } = configuration.protection;
    const isRemote = (name: SubgraphName) => !local.has(name);
    const published = await openPublished(isRemote, configuration.redisUrl, log);
    if (published) opened.push(published);
    const authenticate = createAuthentication({ identity: links.identity, signer, clock, admission });
    const newRequestId = () => randomUUID();
    const { capacity } = configuration.sockets;
    // Nobody waits for that on a laptop, where there are few.
    const spreadMilliseconds = configuration.environment === 'production' ? SPREAD_MILLISECONDS : 0;
    const supergraphFile = join(configuration.schemaFolder, 'supergraph.graphql');
    const supergraphSdl = await readFile(supergraphFile, 'utf8');
    const entrance = await Entrance.open(supergraphSdl, {
      server,
      contractsOf: async (sdl) => {
        const graphCache = cache.forGraph(await readSdls(configuration.schemaFolder));
        const introspection = configuration.environment === 'production' ? 'administrators' : 'everybody';
        const options = {
          supergraphSdl: sdl,
          links,
          signer,
          log,
          introspection,
          protection,
          cache: graphCache,
        } as const;
        return createContracts(options, authenticate);
      },
      trusted: [...protection.documents.trusted.values()],
      told,
      spreadMilliseconds,
      http: {
        newRequestId,
        traceOf: told?.traceOf,
        allowedOrigins: configuration.allowedOrigins,
        ready: () => all(Object.values(links), (link) => link.ready()),
        routes: { ...pageRoutes(configuration), ...plainRoutes(configuration, local) },
        admission,
        trustedProxies,
      },
      sockets: {
        newRequestId,
        traceIn: told?.traceIn,
        clock,
        sharedSubscriptions,
        capacity,
        random: Math.random,
        addressOf: (request) => clientAddress(request, trustedProxies),
      },
    });
    listener = entrance.listener;
    const warmed = entrance.warm().then((unanswered) => {
      for (const document of unanswered) log.error({ document }, 'the graph has no answer to a trusted document');
    });
    const take = (sdl: string) => entrance.replace(sdl);
    const watch = new SupergraphWatch({ file: supergraphFile, served: supergraphSdl, take, clock, log });
    if (told) tellOfEntrance(told, entrance, cache, capacity);
    const endpoint = await announceEndpoint({
      connections: links.connections,
      signer,
      clock,
      log,
      endpointId: randomUUID(),
      url: configuration.sockets.url ?? `${configuration.publicUrl.replace(/^http/, 'ws')}${contractPaths.public}`,
      capacity,
      open: () => entrance.sockets.size,
    });
    return {
      url: configuration.publicUrl,
      metricsPort: telemetry.metricsPort,
      async close() {
        // Before phones are told to connect elsewhere, or some would be sent back.
        await endpoint.close();
        await warmed;
        await watch.close();
        const idle = stopListening(server);
        await entrance.close(spreadMilliseconds);
        await idle;
        await closeAll(opened);
      },
    };
  } catch (error) {
    await closeAll(opened);
    await stopListening(server);
    throw error;
  }
}

function tellOfEntrance(told: GatewayTelemetry, entrance: Entrance, cache: GatewayCache, capacity: number): void {
  told.cache(cache.statistics);
  told.gauge('hey_blue_sockets_open', 'Sockets and event streams that are open.', () => entrance.sockets.size);
  told.gauge('hey_blue_sockets_capacity', 'How many of them are taken at most.', () => capacity);
  const count = (what: 'compiled' | 'handedOver') =>
    Object.values(entrance.contracts).reduce((sum, { operations }) => sum + operations.statistics[what], 0);
  told.gauge('hey_blue_documents_compiled', 'Documents that were compiled.', () => count('compiled'));
  told.gauge('hey_blue_documents_handed_over', "Of those, what Apollo's executor has to run.", () =>
    count('handedOver'),
  );
}

/** What each subgraph says of itself: the supergraph does not say how long answers may be kept. */
async function readSdls(folder: string): Promise<Record<SubgraphName, string>> {
  const read = async (name: SubgraphName) => [name, await readFile(join(folder, `${name}.graphql`), 'utf8')] as const;
  return Object.fromEntries(await Promise.all(subgraphNames.map(read))) as Record<SubgraphName, string>;
}

interface Opened {
  close(): Promise<void>;
}

async function closeAll(opened: readonly Opened[]): Promise<void> {
  for (const each of opened.toReversed()) await each.close();
}

async function all<Item>(items: readonly Item[], task: (item: Item) => Promise<void>): Promise<void> {
  await Promise.all(items.map(task));
}

function checkSettings({ subgraphUrls, redisUrl, gatewayPrivateKey }: Configuration): void {
  if (!gatewayPrivateKey) throw new ConfigurationError('The gateway signs its calls: set GATEWAY_PRIVATE_KEY.');
  const remote = subgraphNames.filter((name) => subgraphUrls[name]);
  if (remote.length > 0 && remote.length < subgraphNames.length && !redisUrl) {
    throw new ConfigurationError(
      `${remote.join(', ')} run elsewhere by SUBGRAPH_URLS, the others here: set REDIS_URL and DATABASE_URL to join them.`,
    );
  }
}

/** Opens those of the six that no address is given for, and what they stand on. */
async function openLocalSubgraphs(
  configuration: Configuration,
  clock: Clock,
  log: Logger,
  telemetry: Telemetry,
  opened: Opened[],
): Promise<{ readonly local: Map<SubgraphName, Subgraph>; readonly cache: GatewayCache }> {
  const definitions = subgraphs.filter(({ name }) => !configuration.subgraphUrls[name]);
  const { redisUrl } = configuration;
  const openCache = async (bus?: EventBus) => {
    const cache = await openGatewayCache({ clock, log, bus, redisUrl, newVersion: () => randomUUID() });
    opened.push(cache);
    return cache;
  };
  if (definitions.length === 0) return { local: new Map(), cache: await openCache() };
  const host = await openHost(configuration, clock, log, telemetry);
  opened.push(host);
  const results = await Promise.allSettled(definitions.map((definition) => openSubgraph(definition, host)));
  const local = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  opened.push({ close: () => all(local, (subgraph) => subgraph.close()) });
  // Closed when nobody sends any more: a bus keeps what a listener has left.
  const cache = await openCache(host.bus);
  opened.push({ close: () => all(local, (subgraph) => subgraph.quiesce()) });
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  await all(local, (subgraph) => subgraph.consume());
  for (const subgraph of local) subgraph.relay();
  return { local: new Map(local.map((subgraph) => [subgraph.name, subgraph])), cache };
}

function linksTo(
  configuration: Configuration,
  local: ReadonlyMap<SubgraphName, Subgraph>,
  log: Logger,
  protection: OwnedProtection,
  told: GatewayTelemetry | undefined,
): Record<SubgraphName, SubgraphLink> {
  const links = subgraphNames.map((name) => {
    const subgraph = local.get(name);
    const link = subgraph ? localLink(subgraph) : remoteLink(name, configuration.subgraphUrls[name] ?? '', log);
    const guarded = protection.guard(link);
    return [name, told?.link(guarded) ?? guarded];
  });
  return Object.fromEntries(links);
}

function pageRoutes(configuration: Configuration): Record<string, Route> {
  const routes = Object.fromEntries(ownPages(configuration).map((page) => [page.path, pageRoute(page)]));
  return { ...routes, '/map-style.json': mapStyleRoute(configuration.map.styleUrl) };
}

/** What subgraphs answer besides GraphQL. Where catalog is remote files are sent on to it, and the development pages of identity and profile are fetched. */
function plainRoutes(configuration: Configuration, local: ReadonlyMap<SubgraphName, Subgraph>): Record<string, Route> {
  const routes = Object.assign({}, ...[...local.values()].map((subgraph) => subgraph.routes));
  const { identity: identityUrl, profile: profileUrl, catalog: catalogUrl } = configuration.subgraphUrls;
  if (configuration.environment !== 'production') {
    // The narrower first: of two that fit a path the first answers.
    if (profileUrl) routes[PUSH_INBOX] = forwardRoute(profileUrl, configuration.publicUrl ?? '');
    if (identityUrl) routes[DEVELOPMENT_ROUTES] = forwardRoute(identityUrl, configuration.publicUrl ?? '');
  }
  if (catalogUrl && configuration.publicUrl) routes[UPLOAD_ROUTES] = forwardRoute(catalogUrl, configuration.publicUrl);
  return routes;
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
