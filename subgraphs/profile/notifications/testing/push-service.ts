/*
 * A push service of browsers on this machine, which answers as a test says and keeps what it took, and couriers of the
 * profile subgraph that reach it, as many as there are nodes.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import type { OutboundPolicy } from '../../../kernel/outbound.ts';
import type { Machine } from '../../../kernel/subgraph.ts';
import { testLogLevel } from '../../../kernel/testing/log-level.ts';
import { runUnitOfWork } from '../../../kernel/unit-of-work.ts';
import { openPushCourier, type PushCourier } from '../push-courier.ts';
import { checkedSubscription, registerDevice } from '../push-device.ts';
import { WebPushSender } from '../push-sender.web.ts';
import { type Neighbours, openDevice, openNeighbours, type TestBrowserDevice } from './neighbours.ts';

export interface PushService {
  readonly town: Neighbours;
  /** What devices were sent, opened by them, in the order in which it came. */
  readonly taken: { readonly device: TestBrowserDevice; readonly message: unknown; readonly ttl: number }[];
  /** With 201 unless a test says otherwise. */
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  /** A new device of the account, at this service. */
  subscribe(accountId: string): Promise<TestBrowserDevice>;
  /** All that push; the first one is there from the start. */
  readonly nodes: readonly PushCourier[];
  /** A node more that pushes. */
  openNode(machine?: Machine): PushCourier;
  machine(): Machine;
  /** Pushes what is due, by the first node. */
  look(): Promise<void>;
  later(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

const policy: OutboundPolicy = {
  protocols: ['http:'],
  allows: (address) => address === '127.0.0.1',
  resolve: async () => ['127.0.0.1'],
};

export async function openPushService(): Promise<PushService> {
  const town = await openNeighbours();
  // Its own node keeps what it is to push in its inbox.
  await town.services.pushCourier.close();
  const devices = new Map<string, TestBrowserDevice>();
  const nodes: PushCourier[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const device = devices.get(request.url ?? '');
      if (!device) return response.writeHead(404).end();
      const message = JSON.parse(device.open(Buffer.concat(parts)));
      service.taken.push({ device, message, ttl: Number(request.headers.ttl) });
      return service.answer(request, response);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const log = pino({ level: testLogLevel });
  const { clock, live, newId, em, configuration, services } = town;

  const service: PushService = {
    town,
    taken: [],
    nodes,
    answer: (_request, response) => response.writeHead(201).end(),
    machine: () => ({
      ...{ configuration, clock, random: randomBytes, log, live, newId, em },
      work: (task) =>
        runUnitOfWork({ em: em(), producer: 'profile', clock, newId, live, log, committed: () => undefined }, task),
    }),
    async subscribe(accountId) {
      const path = `/${randomUUID()}`;
      const device = openDevice(`http://push.example:${port}${path}`);
      devices.set(path, device);
      // The graph takes https alone.
      const subscription = checkedSubscription(device, policy);
      await service.machine().work((work) => registerDevice(work, services.pushVault, accountId, subscription));
      return device;
    },
    openNode(machine = service.machine()) {
      const vault = services.pushVault;
      const contact = 'mailto:operator@hey-blue.example';
      const sender = new WebPushSender({ vault, contact, clock, random: randomBytes, policy });
      const node = openPushCourier(machine, vault, sender);
      nodes.push(node);
      return node;
    },
    look: () => (nodes[0] as PushCourier).look(),
    later(milliseconds) {
      clock.advance(milliseconds);
      return service.look();
    },
    async close() {
      await Promise.all(nodes.map((node) => node.close()));
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await town.close();
    },
  };
  service.openNode();
  return service;
}
