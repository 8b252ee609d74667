/*
 * A gateway whose supergraph is exchanged while it serves: the real entrance and the real watch over a file. What would
 * come from a subgraph is a number that grows, told as subscriptions here are: the present one first, then each change.
 */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FormattedExecutionResult } from 'graphql';
import { pino } from 'pino';
import { Entrance } from '../../gateway/entrance.ts';
import type { SubgraphLink } from '../../gateway/link.ts';
import { createOperations } from '../../gateway/operations.ts';
import { SupergraphWatch } from '../../gateway/supergraph.ts';
import { composeSupergraph } from '../../schema/compose.ts';
import { CallerSigner } from '../../subgraphs/kernel/caller.ts';
import { systemClock } from '../../subgraphs/kernel/clock.ts';
import { Mailbox } from '../../subgraphs/kernel/mailbox.ts';
import { listenLocally, partIsReady } from '../gateway/process.ts';
import { TICK, TICKS } from './documents.ts';

export type ReloadOrder =
  /** Exchanges the file; answers when the new graph serves. A bad one is to be refused. */
  | { readonly kind: 'reload'; readonly turn: number; readonly isBad: boolean }
  /** The newest number, and no more come. */
  | { readonly kind: 'stop' };

const TICK_MILLISECONDS = 5;
/** As in production, but for twenty reloads in a row. */
const SPREAD_MILLISECONDS = 100;

const supergraphOf = (turn: number) =>
  composeSupergraph(
    {
      connections: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
        type Query { tick: Tick! }
        type Subscription { ticks: Tick! }
        type Tick { number: Int! "New in turn ${turn}." turn${turn}: Int }`,
    },
    { connections: 'http://connections' },
  ).supergraphSdl;

const ticks = { number: 0, boxes: new Set<Mailbox<FormattedExecutionResult>>() };
const event = () => ({ data: { ticks: { number: ticks.number } } });
const connections: SubgraphLink = {
  name: 'connections',
  execute: async () => ({ data: { tick: { number: ticks.number } } }),
  async subscribe() {
    const box: Mailbox<FormattedExecutionResult> = new Mailbox(1_000, () => ticks.boxes.delete(box));
    ticks.boxes.add(box);
    box.push(event());
    return box;
  },
  ready: async () => {},
  close: async () => {},
};
const ticking = setInterval(() => {
  ticks.number++;
  for (const box of ticks.boxes) box.push(event());
}, TICK_MILLISECONDS);

const folder = mkdtempSync(join(tmpdir(), 'hey-blue-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'supergraph.graphql');
writeFileSync(file, supergraphOf(0));
const log = pino({ level: 'silent' });
const { privateKey } = generateKeyPairSync('ed25519');
const signer = new CallerSigner(privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'), systemClock);
const server = createServer();
const served = readFileSync(file, 'utf8');
const entrance = await Entrance.open(served, {
  server,
  async contractsOf(supergraphSdl) {
    const links = { connections } as never;
    const operations = createOperations({ supergraphSdl, links, signer, log, introspection: 'everybody' });
    const contract = { operations, authenticate: async () => ({ caller: { scopes: [] } }) };
    return { public: contract, partner: contract, admin: contract };
  },
  trusted: [TICK, TICKS],
  http: { newRequestId: randomUUID, allowedOrigins: [], ready: async () => undefined, routes: {} },
  sockets: { newRequestId: randomUUID, clock: systemClock, sharedSubscriptions: [], random: Math.random },
  told: undefined,
  spreadMilliseconds: SPREAD_MILLISECONDS,
});
server.on('request', entrance.listener);
const watch = new SupergraphWatch({ file, served, take: (sdl) => entrance.replace(sdl), clock: systemClock, log });

partIsReady(await listenLocally(server), async (order: ReloadOrder) => {
  if (order.kind === 'reload') {
    writeFileSync(file, order.isBad ? 'type Query { nothing: Int }' : supergraphOf(order.turn));
    await watch.look();
    const isServed = entrance.contracts.public.operations.warm(`{ tick { turn${order.turn} } }`);
    if (!isServed) throw new Error(`The graph of turn ${order.turn} is not served.`);
    return null;
  }
  clearInterval(ticking);
  return ticks.number;
});
