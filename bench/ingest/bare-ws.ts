/* The peer: a `ws` server that parses each report and answers with the same JSON, and does nothing else. */
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { listenLocally, partIsReady } from '../gateway/process.ts';

const server = createServer();
new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false }).on('connection', (socket) => {
  socket.on('message', (data) => {
    const { id, type, payload } = JSON.parse(String(data));
    if (type !== 'subscribe') return;
    const { sequence } = payload.variables.input;
    const reportLocation = { taken: sequence > 0, quietSeconds: 0, expiresAt: '2026-03-01T12:15:00.000Z' };
    socket.send(JSON.stringify({ type: 'next', payload: { data: { reportLocation } }, id }));
  });
});
partIsReady(await listenLocally(server));
