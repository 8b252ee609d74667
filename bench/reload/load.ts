/*
 * Clients of the gateway that is reloaded, as our apps are: queries without a pause, and subscriptions of the client
 * package. Counts what went wrong with any of them.
 */
import { Pool } from 'undici';
import { Client } from '../../clients/client.ts';
import { TypedDocumentString } from '../../clients/generated/graphql.ts';
import { partIsReady } from '../gateway/process.ts';
import { TICK, TICKS } from './documents.ts';

export type LoadOrder =
  | { readonly kind: 'begin'; readonly url: string; readonly askers: number; readonly subscribers: number }
  /** Waits until everybody knows `newest`, for so long at most. */
  | { readonly kind: 'end'; readonly newest: number; readonly milliseconds: number };

export interface Suffered {
  readonly asked: number;
  readonly heard: number;
  /** Queries that were not answered, or wrongly. */
  readonly unanswered: number;
  /** Subscribers that ended, heard an older number after a newer one, or never heard the newest. */
  readonly misled: number;
  /** The longest that a subscriber heard nothing, while something came every few milliseconds. */
  readonly longestSilenceMilliseconds: number;
}

const document = new TypedDocumentString<{ ticks: { number: number } }, Record<string, never>>(TICKS);
const count = { asked: 0, heard: 0, unanswered: 0, misled: 0, longestSilenceMilliseconds: 0 };
/** `ended` is who waits for everybody to know the newest number. */
const run: { isOver: boolean; ended?: { readonly number: number; resolve(): void } } = { isOver: false };
const clients: Client[] = [];
/** What each subscriber knows. */
const known: number[] = [];

async function ask(pool: Pool): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ query: TICK });
  while (!run.isOver) {
    count.asked++;
    try {
      const answer = await pool.request({ path: '/graphql', method: 'POST', headers, body });
      const { data } = (await answer.body.json()) as { data?: { tick?: { number?: unknown } } };
      if (answer.statusCode !== 200 || typeof data?.tick?.number !== 'number') count.unanswered++;
    } catch {
      count.unanswered++;
    }
  }
}

async function subscribe(client: Client, subscriber: number, begun: () => void): Promise<void> {
  let heardAt = performance.now();
  try {
    for await (const { ticks } of client.subscribe(document)) {
      const now = performance.now();
      if (count.heard++ > 0 && known[subscriber] !== -1) {
        count.longestSilenceMilliseconds = Math.max(count.longestSilenceMilliseconds, now - heardAt);
      }
      heardAt = now;
      if (ticks.number < (known[subscriber] as number)) count.misled++;
      known[subscriber] = ticks.number;
      begun();
      const { ended } = run;
      if (ended && known.every((number) => number >= ended.number)) ended.resolve();
    }
    if (!run.isOver) count.misled++;
  } catch {
    count.misled++;
  }
}

partIsReady(undefined, async (order: LoadOrder): Promise<Suffered | null> => {
  if (order.kind === 'begin') {
    const pool = new Pool(order.url, { connections: order.askers });
    for (let asker = 0; asker < order.askers; asker++) void ask(pool);
    const begun = Array.from({ length: order.subscribers }, (_, subscriber) => {
      const client = new Client({ url: order.url });
      clients.push(client);
      known.push(-1);
      return new Promise<void>((resolve) => void subscribe(client, subscriber, resolve));
    });
    await Promise.all(begun);
    return null;
  }
  const all = new Promise<void>((resolve) => {
    run.ended = { number: order.newest, resolve };
    if (known.every((number) => number >= order.newest)) resolve();
    setTimeout(resolve, order.milliseconds);
  });
  await all;
  count.misled += known.filter((number) => number < order.newest).length;
  run.isOver = true;
  await Promise.all(clients.map((client) => client.close()));
  return count;
});
