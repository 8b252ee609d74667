/*
 * The gateways that the suite runs against. A target gets the supergraph, in which stand the addresses of the subgraphs
 * (queries by POST, subscriptions by graphql-transport-ws at the same address), and answers graphql-transport-ws itself.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import type { SubgraphName as Name } from '../../../../schema/events.ts';
import { CallerSigner } from '../../../../subgraphs/kernel/caller.ts';
import { ManualClock } from '../../../../subgraphs/kernel/clock.ts';
import { generateGatewayKeys } from '../../../../subgraphs/kernel/configuration.ts';
import { remoteLink } from '../../../link.remote.ts';
import { createOperations } from '../../../operations.ts';
import { serveSockets } from '../../../sockets.ts';
import { startHive } from './hive.ts';

export interface Started {
  /** Of its WebSocket. */
  readonly url: string;
  /** Ends the sessions that were opened with `EXPIRING`; for gateways whose sessions end. */
  expire?(): void;
  close(): Promise<void>;
}

/** @param urls where each subgraph answers, with its path. */
export type Start = (supergraphSdl: string, urls: Readonly<Record<string, string>>) => Promise<Started>;

/** The payload of connection_init for a session that ends. */
export const EXPIRING = { authorization: 'expiring' };

const SESSION_MILLISECONDS = 600_000;

const startOurs: Start = async (supergraphSdl, urls) => {
  const clock = new ManualClock();
  const log = pino({ level: 'silent' });
  const links = Object.fromEntries(
    Object.entries(urls).map(([name, url]) => [name, remoteLink(name as Name, url.replace(/\/graphql$/, ''), log)]),
  );
  const operations = createOperations({
    supergraphSdl,
    links: links as never,
    signer: new CallerSigner(generateGatewayKeys().gatewayPrivateKey, clock),
    log,
    introspection: 'everybody',
  });
  const server = createServer();
  const sockets = serveSockets({
    server,
    operations,
    authenticate: async ({ authorization }) => ({
      caller: { scopes: [] },
      ...(authorization === EXPIRING.authorization && {
        expiresAt: new Date(clock.now().getTime() + SESSION_MILLISECONDS),
      }),
    }),
    newRequestId: randomUUID,
    clock,
    sharedSubscriptions: ['shared'],
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    expire: () => clock.advance(SESSION_MILLISECONDS),
    async close() {
      await sockets.close();
      await Promise.all(Object.values(links).map((link) => link.close()));
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** By the name that CONFORMANCE_TARGET takes. */
export const targets: Readonly<Record<string, Start>> = { ours: startOurs, hive: startHive };
