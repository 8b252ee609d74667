/*
 * A town whose partners have servers: real ones on this machine, that answer as a test says and remember what they got,
 * and couriers to reach them, as many as there are nodes. All but https is as on the internet.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import type { Caller } from '../../../kernel/caller.ts';
import { isPublicAddress, type OutboundPolicy } from '../../../kernel/outbound.ts';
import type { Machine } from '../../../kernel/subgraph.ts';
import { testLogLevel } from '../../../kernel/testing/log-level.ts';
import { runUnitOfWork } from '../../../kernel/unit-of-work.ts';
import { type Answer, openTown, type Person, type Town } from '../../testing/town.ts';
import { type Courier, openCourier } from '../courier.ts';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly path: string;
}

export interface Endpoint {
  readonly id: string;
  readonly secret: string;
  readonly retailerId: string;
  readonly member: Person;
}

export interface PostOffice {
  readonly town: Town;
  /** What servers got, in the order in which it came. */
  readonly received: Received[];
  /** How partners' servers answer; with 204 unless a test says otherwise. */
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void;
  /** Of shop.example, a name that leads to this machine. */
  at(path: string): string;
  /** What names lead to, besides shop.example. */
  readonly names: Map<string, readonly string[]>;
  /** What a node of the rewards subgraph stands on; several share a database. */
  machine(): Machine;
  /** A further node that delivers; the town has one already. */
  openNode(machine?: Machine): Courier;
  /** Delivers what is due, by the town's own node. */
  look(): Promise<void>;
  /** Moves the clock on and delivers what is due then. */
  later(milliseconds: number): Promise<void>;
  ask(field: string, type: string, selection: string, input: object, caller: Caller): Promise<Answer>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  query(document: string, variables: object, caller: Caller): Promise<any>;
  /** A new retailer's, which is told of everything that retailers are told of. */
  endpoint(input?: object, retailerId?: string): Promise<Endpoint>;
  /** Asks for a ping. @returns the id of the delivery. */
  ping(endpoint: Endpoint): Promise<string>;
  delivery(endpoint: Endpoint, id: string): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export const member = (retailerId: string): Person => ({
  accountId: randomUUID(),
  scopes: ['citizen', 'retailer'],
  organisations: [`retailer:${retailerId}`],
});

export const DELIVERY =
  'id messageId event body state createdAt attemptCount replayCount nextAttemptAt deliveredAt lastFailure';
export const ENDPOINT =
  'id kind organisationId url description events state disabledReason failures failingSince lastDeliveredAt signingKeys { id publicKey signsUntil }';

export async function openPostOffice(): Promise<PostOffice> {
  const town = await openTown();
  const log = pino({ level: testLogLevel });
  const nodes: Courier[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      office.received.push({ headers: request.headers, body, path: request.url ?? '' });
      office.answer(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const names = new Map<string, readonly string[]>([['shop.example', ['127.0.0.1']]]);
  const policy: OutboundPolicy = {
    protocols: ['https:', 'http:'],
    allows: (address) => address === '127.0.0.1' || isPublicAddress(address),
    resolve: async (hostname) => names.get(hostname) ?? [],
  };

  const office: PostOffice = {
    town,
    received: [],
    names,
    answer: (_request, response) => response.writeHead(204).end(),
    at: (path) => `http://shop.example:${port}/${path}`,
    machine: () => ({
      configuration: town.configuration,
      clock: town.clock,
      random: randomBytes,
      log,
      live: town.live,
      newId: town.newId,
      em: town.em,
      work: (task) =>
        runUnitOfWork(
          {
            em: town.em(),
            producer: 'rewards',
            clock: town.clock,
            newId: town.newId,
            live: town.live,
            log,
            committed: () => undefined,
          },
          task,
        ),
    }),
    openNode(machine = office.machine()) {
      const courier = openCourier(machine, town.services.webhookVault, { policy });
      nodes.push(courier);
      return courier;
    },
    look: () => town.services.courier.look(),
    later(milliseconds) {
      town.clock.advance(milliseconds);
      return office.look();
    },
    async ask(field, type, selection, input, caller) {
      const document = `mutation ($input: ${type}!) { ${field}(input: $input) { ${selection} } }`;
      const { data, errors } = await town.execute(document, { input }, caller);
      return { code: errors?.[0]?.extensions?.code as string | undefined, payload: data?.[field] };
    },
    async query(document, variables, caller) {
      const { data, errors } = await town.execute(document, variables, caller);
      return errors ? errors[0]?.extensions?.code : Object.values(data)[0];
    },
    async endpoint(input = {}, retailerId = randomUUID()) {
      const person = member(retailerId);
      const { payload, code } = await office.ask(
        'createWebhookEndpoint',
        'CreateWebhookEndpointInput',
        'endpoint { id } secret',
        {
          kind: 'RETAILER',
          organisationId: retailerId,
          url: `https://shop.example/hook-${randomUUID()}`,
          events: ['VOUCHER_REDEEMED', 'VOUCHER_REFUNDED', 'VOUCHER_EXPIRED'],
          ...input,
        },
        person,
      );
      if (code) throw new Error(code);
      const { id } = payload.endpoint;
      // The graph takes https alone.
      await town
        .em()
        .execute(`update rewards.webhook_endpoint set url = replace(url, 'https://shop.example', ?) where id = ?`, [
          office.at('').slice(0, -1),
          id,
        ]);
      return { id, secret: payload.secret, retailerId, member: person };
    },
    async ping(endpoint) {
      const { payload, code } = await office.ask(
        'pingWebhookEndpoint',
        'WebhookEndpointInput',
        'delivery { id }',
        { endpointId: endpoint.id },
        endpoint.member,
      );
      if (code) throw new Error(code);
      return payload.delivery.id;
    },
    delivery: (endpoint, id) =>
      office.query(`query ($id: ID!) { webhookDelivery(id: $id) { ${DELIVERY} } }`, { id }, endpoint.member),
    async close() {
      await Promise.all(nodes.map((node) => node.close()));
      await town.close();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  // The town's own node reaches the public internet alone.
  await town.services.courier.close();
  Object.assign(town.services, { courier: office.openNode() });
  return office;
}
