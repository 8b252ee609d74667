/* The peer for one of many: a bare `ws` server that sends a text that is ready. */
import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { listenLocally } from '../gateway/process.ts';
import { ANY_ID, alert, nextText, story } from './events.ts';
import { inTurns, serverIsReady } from './server-part.ts';

const server = createServer();
const sockets: WebSocket[] = [];
new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false }).on('connection', (socket) => {
  socket.on('message', (data) => {
    if (JSON.parse(String(data)).type === 'subscribe') sockets.push(socket);
  });
});
const [alertText, storyText] = [nextText(alert(), ANY_ID), nextText(story(), ANY_ID)];

serverIsReady(await listenLocally(server), {
  listeners: () => sockets.length,
  tellOne: (index) => sockets[index]?.send(alertText),
  tellAll: () => inTurns(sockets, (socket) => socket.send(storyText)),
});
