/*
 * What it costs to tell one of 5,000 subscribers, and all of 10,000, over WebSocket: our gateway against a bare `ws` server
 * and against bare sockets that write the same bytes. Servers have a process each, subscribers another; what is compared
 * is the server's CPU time per message, in rounds taken in turn.
 */
import { ALERTS, ANY_ID, alert, nextText, STORIES, story } from './fanout/events.ts';
import type { Question, Usage } from './fanout/server-part.ts';
import type { SubscriberOrder } from './fanout/subscribers.ts';
import { type Part, startPart } from './gateway/process.ts';
import type { Bench, Progress } from './run.ts';

const UNICAST_SUBSCRIBERS = 5_000;
const BROADCAST_SUBSCRIBERS = 10_000;
const GIGABYTE = 1e9;

type Kind = 'unicast' | 'broadcast';

interface Contender {
  readonly name: string;
  readonly file: string;
  /** What its subscribers send; empty for none. */
  readonly query: string;
}

interface Running extends Contender {
  readonly server: Part;
  readonly subscribers: Part;
  readonly bytesPerSubscriber: number;
  readonly rounds: Round[];
}

interface Round {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
}

const ours = (query: string) => ({ name: 'ours', file: '../fanout/ours.ts', query });
const bareWs = { name: 'bare ws', file: '../fanout/bare-ws.ts', query: '{ bare }' };
const bareSockets = { name: 'bare sockets', file: '../fanout/bare-sockets.ts', query: '' };

export const bench: Bench = async ({ quick, progress }) => {
  const rounds = quick ? 4 : 10;
  progress.total(2 * 3 * (rounds + 2));
  const unicast = await compare('unicast', [ours(ALERTS), bareWs, bareSockets], {
    subscribers: UNICAST_SUBSCRIBERS,
    messages: quick ? 60_000 : 100_000,
    rounds,
    progress,
  });
  const broadcast = await compare('broadcast', [ours(STORIES), bareWs, bareSockets], {
    subscribers: BROADCAST_SUBSCRIBERS,
    messages: BROADCAST_SUBSCRIBERS * (quick ? 3 : 10),
    rounds,
    progress,
  });
  const perGigabyte = ({ bytesPerSubscriber }: Running) => Math.round(GIGABYTE / bytesPerSubscriber);
  const row = (kind: string) => (contender: Running) => ({
    told: kind,
    server: contender.name,
    'messages/s': median(contender.rounds.map(({ perSecond }) => perSecond)),
    'per CPU second': 1e6 / cpuOf(contender),
    'CPU µs/message': cpuOf(contender),
    'subscribers/GB': perGigabyte(contender),
  });
  const [alerts, ws, limit] = unicast as [Running, Running, Running];
  const [stories, , floor] = broadcast as [Running, Running, Running];
  return {
    rows: [
      ...unicast.map(row(`one of ${UNICAST_SUBSCRIBERS.toLocaleString('en')}`)),
      ...broadcast.map(row(`all of ${BROADCAST_SUBSCRIBERS.toLocaleString('en')}`)),
    ],
    notes: [
      `Medians of ${rounds} rounds taken in turn; shares compare CPU time of the server process. Bare ws writes an event as a`,
      'message, for one of many with the id of whom it tells, and sends it; bare sockets write frames that are ready: the limit.',
      'Ours takes each event through operation, plan and answer. A subscriber is one socket.',
    ],
    figures: {
      unicastShareOfWs: share(ws, alerts),
      unicastShareOfSocket: share(limit, alerts),
      broadcastShareOfSocket: share(floor, stories),
      broadcastShareOfWs: share(broadcast[1] as Running, stories),
      subscriptionsPerGigabyte: perGigabyte(alerts),
      sharedSubscriptionsPerGigabyte: perGigabyte(stories),
      wsSocketsPerGigabyte: perGigabyte(ws),
      unicastCpuMicroseconds: round2(cpuOf(alerts)),
      broadcastCpuMicroseconds: round2(cpuOf(stories)),
    },
  };
};

interface Load {
  readonly subscribers: number;
  /** Of a round. */
  readonly messages: number;
  readonly rounds: number;
  readonly progress: Progress;
}

async function compare(kind: Kind, contenders: readonly Contender[], load: Load): Promise<Running[]> {
  const { rounds, progress } = load;
  const running: Running[] = [];
  const parts: Part[] = [];
  try {
    for (const contender of contenders) {
      progress.now(`${contender.name}: ${load.subscribers} subscribers`);
      running.push(await start(contender, load, parts));
      progress.step();
    }
    for (let round = 0; round <= rounds; round++) {
      for (const contender of running) {
        progress.now(`${kind}, ${round === 0 ? 'warming' : `round ${round}:`} ${contender.name}`);
        const result = await measure(kind, contender, load);
        if (round > 0) contender.rounds.push(result);
        progress.step();
      }
    }
    return running;
  } finally {
    await Promise.all(parts.map((part) => part.stop()));
  }
}

async function start(contender: Contender, { subscribers }: Load, parts: Part[]): Promise<Running> {
  const server = await startPart(contender.file, null);
  parts.push(server);
  const clients = await startPart('../fanout/subscribers.ts', null);
  parts.push(clients);
  const connect = async (count: number) => {
    await clients.ask({ url: server.url, connect: count, query: contender.query } satisfies SubscriberOrder);
  };
  // The first few bring code and caches, which are not theirs alone.
  const first = subscribers / 10;
  await connect(first);
  await ask(server, { listeners: first });
  const before = await ask(server, { usage: 'memory' });
  await connect(subscribers - first);
  await ask(server, { listeners: subscribers });
  const after = await ask(server, { usage: 'memory' });
  const bytesPerSubscriber = (after.residentBytes - before.residentBytes) / (subscribers - first);
  return { ...contender, server, subscribers: clients, bytesPerSubscriber, rounds: [] };
}

async function measure(kind: Kind, { server, subscribers }: Running, { messages, ...load }: Load): Promise<Round> {
  const text = kind === 'unicast' ? nextText(alert(), ANY_ID) : nextText(story(), ANY_ID);
  // Four bytes frame a text of more than 125.
  const each = text.length + 4;
  const before = await ask(server, { usage: 'cpu' });
  const began = performance.now();
  const arrived = subscribers.ask({ arrived: messages * each, each } satisfies SubscriberOrder);
  await ask(server, kind === 'unicast' ? { unicast: messages } : { broadcast: messages / load.subscribers });
  await arrived;
  const seconds = (performance.now() - began) / 1000;
  const after = await ask(server, { usage: 'cpu' });
  return {
    perSecond: messages / seconds,
    cpuMicroseconds: (after.cpuMicroseconds - before.cpuMicroseconds) / messages,
  };
}

const ask = (server: Part, question: Question) => server.ask<Usage>(question);

const cpuOf = ({ rounds }: Running) => median(rounds.map(({ cpuMicroseconds }) => cpuMicroseconds));

/** How much of the peer's messages per CPU time are ours: the median over rounds, each with its neighbour. */
function share(peer: Running, mine: Running): number {
  return round2(
    median(mine.rounds.map((round, at) => (peer.rounds[at]?.cpuMicroseconds ?? 0) / round.cpuMicroseconds)),
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
