/* Those who subscribe: clients of `ws` that count what they are told, and say how the first answers looked. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { partIsReady } from '../gateway/process.ts';

export type SubscriberOrder =
  /** Opens so many sockets of one subscription each; answered when each is acknowledged and has subscribed. */
  | { readonly url: string; readonly connect: number; readonly query: string; readonly isOwn: boolean }
  /** Answered when so many results have come since this was last asked, with one of them. */
  | { readonly results: number };

const told = { count: 0, awaited: Number.POSITIVE_INFINITY, enough: () => {}, sample: '' };

async function subscribe(url: string, query: string, variables: object): Promise<void> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  socket.on('message', (data: Buffer) => {
    // Pings of ours are frames, those of the protocol are short.
    if (data.length < 60) return;
    told.count++;
    if (told.count < told.awaited) return;
    told.sample = String(data);
    told.enough();
  });
  socket.send(JSON.stringify({ id: 'one', type: 'subscribe', payload: { query, variables } }));
}

partIsReady(undefined, async (order: SubscriberOrder) => {
  if ('connect' in order) {
    for (let index = 0; index < order.connect; index++) {
      await subscribe(order.url, order.query, order.isOwn ? { of: `officer-${index}` } : {});
    }
    return null;
  }
  await new Promise<void>((enough) => {
    Object.assign(told, { awaited: order.results, enough });
    if (told.count >= told.awaited) enough();
  });
  told.count -= order.results;
  told.awaited = Number.POSITIVE_INFINITY;
  return told.sample;
});
