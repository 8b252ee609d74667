/*
 * The peer: a `ws` server that parses each report and answers what our gateway answers, in the two messages that
 * graphql-transport-ws demands, and does nothing else. Both leave in one write, as ours do: the strongest such server.
 */
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { listenLocally, partIsReady } from '../gateway/process.ts';

const LIFE_MILLISECONDS = 120_000;

const server = createServer();
new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false }).on('connection', (socket, request) => {
  // `ws` writes at once, message by message, where its stream is not held back.
  const stream: Socket = request.socket;
  socket.on('message', (data) => {
    const { id, type, payload } = JSON.parse(String(data));
    if (type !== 'subscribe') return;
    const { sequence } = payload.variables.input;
    const expiresAt = new Date(Date.now() + LIFE_MILLISECONDS);
    const reportLocation = { taken: sequence > 0, quietSeconds: 0, expiresAt };
    stream.cork();
    socket.send(JSON.stringify({ type: 'next', payload: { data: { reportLocation } }, id }));
    socket.send(JSON.stringify({ type: 'complete', id }));
    stream.uncork();
  });
});
partIsReady(await listenLocally(server));
