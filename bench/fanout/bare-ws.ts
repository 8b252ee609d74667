/*
 * The peer: a bare `ws` server that writes the message of an event and sends it. For one of many it writes each event for
 * its listener, who has an id of its own; for all it writes once.
 */
import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { listenLocally } from '../gateway/process.ts';
import { ANY_ID, alert, nextText, story } from './events.ts';
import { inTurns, serverIsReady } from './server-part.ts';

const server = createServer();
const listeners: { readonly socket: WebSocket; readonly id: string }[] = [];
new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false }).on('connection', (socket) => {
  socket.on('message', (data) => {
    const { type, id } = JSON.parse(String(data));
    if (type === 'subscribe') listeners.push({ socket, id });
  });
});

serverIsReady(await listenLocally(server), {
  listeners: () => listeners.length,
  tellOne(index) {
    const listener = listeners[index];
    listener?.socket.send(nextText(alert(), listener.id));
  },
  async tellAll() {
    const text = nextText(story(), ANY_ID);
    await inTurns(listeners, ({ socket }) => socket.send(text));
  },
});
