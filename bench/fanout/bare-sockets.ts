/* The limit for many at once: bare TCP sockets to which one ready frame is written. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { frame } from '../../gateway/subscriptions/frames.ts';
import { ANY_ID, alert, nextText, story } from './events.ts';
import { inTurns, serverIsReady } from './server-part.ts';

const sockets: Socket[] = [];
const server = createServer({ noDelay: true }, (socket) => {
  socket.resume();
  socket.once('data', () => sockets.push(socket));
  socket.on('error', () => {});
});
const [alertFrame, storyFrame] = [frame(nextText(alert(), ANY_ID)), frame(nextText(story(), ANY_ID))];
server.listen(0, '127.0.0.1');
await once(server, 'listening');

serverIsReady((server.address() as AddressInfo).port, {
  listeners: () => sockets.length,
  tellOne: (index) => sockets[index]?.write(alertFrame),
  tellAll: () => inTurns(sockets, (socket) => void socket.write(storyFrame)),
});
