/*
 * Starts the example and says where it answers: node gateway/executor/example/main.ts [port]. Node takes these folders as
 * they are, without a build.
 */
import type { AddressInfo } from 'node:net';
import { createGraph } from './graph.ts';
import { createGateway } from './serve.ts';

const clock = {
  now: () => new Date(performance.timeOrigin + performance.now()),
  at(instant: Date, ring: () => void) {
    const timer = setTimeout(ring, Math.max(0, instant.getTime() - clock.now().getTime()));
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

const server = createGateway(createGraph(), clock, Math.random);
server.listen(Number(process.argv[2] ?? 4000), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`http://127.0.0.1:${port}/graphql\n`);
});
