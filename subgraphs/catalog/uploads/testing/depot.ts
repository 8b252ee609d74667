/* A catalog for tests of uploads and pulls, with its plain routes served, and a web server that tables are fetched from. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Caller } from '../../../kernel/caller.ts';
import { ManualClock } from '../../../kernel/clock.ts';
import { isPublicAddress, type OutboundPolicy } from '../../../kernel/outbound.ts';
import { openTestSubgraph, type TestSubgraph, type TestSubgraphOptions } from '../../../kernel/testing/harness.ts';
import { type CatalogServices, catalog } from '../../catalog.ts';
import type { TablePull } from '../pull.ts';
import { openPulls } from '../pulls.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
type Answer = any;

export interface Depot {
  readonly subject: TestSubgraph<CatalogServices>;
  readonly clock: ManualClock;
  /** What the web server answers; shops.example is its name. */
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  /** What was fetched and handed on. */
  readonly pulled: { readonly uploadId: string; readonly pull: TablePull }[];
  /** Is asked before a fetched table is handed on; throws what importing would. */
  takeIn: (uploadId: string) => Promise<void>;
  /** The address of a path of the web server. */
  at(path: string): string;
  /** A retailer with a member. */
  member(): Promise<Caller>;
  /** The answer's data, or the code of the refusal. */
  ask(query: string, variables: object, caller?: Caller): Promise<Answer>;
  close(): Promise<void>;
}

export const administrator = (): Caller => ({ accountId: randomUUID(), scopes: ['citizen', 'administrator'] });

export async function openDepot(options: TestSubgraphOptions = {}): Promise<Depot> {
  const clock = options.clock ?? new ManualClock();
  const routes = createServer();
  const web = createServer((request, response) => depot.answer(request, response));
  const [routesPort, webPort] = [await listen(routes), await listen(web)];
  // https is not spoken here; all else is checked as on the internet.
  const policy: OutboundPolicy = {
    protocols: ['https:', 'http:'],
    allows: (address) => address === '127.0.0.1' || isPublicAddress(address),
    resolve: async (hostname) => (hostname === 'shops.example' ? ['127.0.0.1'] : ['10.0.0.1']),
  };
  const definition = {
    ...catalog,
    open: async (machine: Parameters<typeof catalog.open>[0]): Promise<CatalogServices> => {
      const services = await catalog.open(machine);
      await services.pulls.close();
      const pulls = openPulls(machine, services.uploads, {
        policy,
        onPulled: async (uploadId, pull) => {
          await depot.takeIn(uploadId);
          depot.pulled.push({ uploadId, pull });
        },
      });
      return { ...services, pulls };
    },
  };
  const depot: Depot = {
    clock,
    pulled: [],
    answer: (_request, response) => response.end(),
    takeIn: async () => {},
    at: (path) => `http://shops.example:${webPort}/${path}`,
    subject: await openTestSubgraph(definition, {
      ...options,
      clock,
      configuration: { publicUrl: `http://127.0.0.1:${routesPort}`, demo: false, ...options.configuration },
    }),
    async member() {
      const [organisationId, accountId] = [randomUUID(), randomUUID()];
      const em = depot.subject.em();
      await em.execute(
        `insert into catalog.organisation (id, kind, legal_name, status, listed_at) values (?, 'retailer', 'Shop', 'LISTED', ?)`,
        [organisationId, clock.now()],
      );
      await em.execute("insert into catalog.organisation_member values (?, ?, 'EDITOR', ?)", [
        organisationId,
        accountId,
        clock.now(),
      ]);
      return { accountId, scopes: ['citizen', 'retailer'], organisations: [`retailer:${organisationId}`] };
    },
    async ask(query, variables, caller = administrator()) {
      const { data, errors } = await depot.subject.execute(query, variables, caller);
      return errors?.[0] ? errors[0].extensions?.code : data;
    },
    async close() {
      await depot.subject.close();
      for (const server of [routes, web]) {
        server.closeAllConnections();
        await new Promise((closed) => server.close(closed));
      }
    },
  };
  routes.on('request', (request, response) => {
    const path = request.url ?? '/';
    const prefix = Object.keys(depot.subject.subgraph.routes).find((each) => path.startsWith(`${each}/`));
    if (prefix) depot.subject.subgraph.routes[prefix]?.(request, response);
    else response.writeHead(404).end();
  });
  return depot;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
