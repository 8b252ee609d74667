/* Our gateway's sockets over its real operations; what would come from a subgraph comes from mailboxes as links have them. */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { FormattedExecutionResult } from 'graphql';
import { pino } from 'pino';
import type { SubgraphLink } from '../../gateway/link.ts';
import { createOperations } from '../../gateway/operations.ts';
import { serveSockets } from '../../gateway/sockets.ts';
import { CallerSigner } from '../../subgraphs/kernel/caller.ts';
import { systemClock } from '../../subgraphs/kernel/clock.ts';
import { Mailbox } from '../../subgraphs/kernel/mailbox.ts';
import { listenLocally } from '../gateway/process.ts';
import { alert, compose, story } from './events.ts';
import { serverIsReady } from './server-part.ts';

const boxes: Mailbox<FormattedExecutionResult>[] = [];
const asked = { count: 0 };
const connections: SubgraphLink = {
  name: 'connections',
  execute: async () => ({ data: {} }),
  async subscribe() {
    const box = new Mailbox<FormattedExecutionResult>(1_000, () => {});
    boxes.push(box);
    return box;
  },
  ready: async () => {},
  close: async () => {},
};
const { privateKey } = generateKeyPairSync('ed25519');
const signer = new CallerSigner(privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'), systemClock);
const operations = createOperations({
  supergraphSdl: compose().supergraphSdl,
  links: { connections } as never,
  signer,
  log: pino({ level: 'silent' }),
  introspection: 'administrators',
});
const server = createServer();
serveSockets({
  server,
  operations: {
    ...operations,
    find(request, caller) {
      asked.count++;
      return operations.find(request, caller);
    },
  },
  authenticate: async () => ({
    caller: { accountId: randomUUID(), scopes: ['citizen'] },
    expiresAt: new Date(Date.now() + 900_000),
  }),
  newRequestId: randomUUID,
  clock: systemClock,
  sharedSubscriptions: ['storyFeedChanges'],
});

serverIsReady(await listenLocally(server), {
  listeners: () => asked.count,
  tellOne: (index) => boxes[index]?.push({ data: alert() }),
  tellAll: async () => boxes[0]?.push({ data: story() }),
});
