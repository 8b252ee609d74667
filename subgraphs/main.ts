/*
 * One subgraph as a process of its own: `node --import ./subgraphs/kernel/typescript.js subgraphs/main.ts rewards`.
 * Needs DATABASE_URL and REDIS_URL; the gateway finds it through SUBGRAPH_URLS.
 */
import 'reflect-metadata';
import { subgraphs } from './index.ts';
import { steeredClock, systemClock } from './kernel/clock.ts';
import { ConfigurationError, readConfiguration } from './kernel/configuration.ts';
import { createLog, openHost, untilTerminated } from './kernel/host.ts';
import { serveSubgraph } from './kernel/serve.ts';
import { openSubgraph } from './kernel/subgraph.ts';
import { openTelemetry } from './kernel/telemetry.ts';

async function main(): Promise<void> {
  const name = process.argv[2] ?? '';
  const definition = subgraphs.find((candidate) => candidate.name === name);
  if (!definition) {
    throw new ConfigurationError(`Say which subgraph: main.ts ${subgraphs.map((each) => each.name).join(' | ')}`);
  }
  const configuration = readConfiguration(undefined, definition.name);
  const clock = configuration.clock === 'steered' ? steeredClock() : systemClock;
  const log = createLog(configuration);
  const terminated = untilTerminated();
  const telemetry = await openTelemetry({ configuration, service: definition.name, clock });
  const host = await openHost(configuration, clock, log, telemetry);
  const subgraph = await openSubgraph(definition, host);
  await subgraph.consume();
  subgraph.relay();
  const server = await serveSubgraph(subgraph, configuration.host, configuration.port);
  log.info({ subgraph: name, port: server.port }, 'serving');
  process.send?.({ ready: true, port: server.port });
  await terminated;
  await server.close();
  await subgraph.quiesce();
  await subgraph.close();
  await host.close();
  await telemetry.close();
  // An open channel to the parent would keep this process alive.
  if (process.connected) process.disconnect();
}

main().catch((error) => {
  console.error(error instanceof ConfigurationError ? error.message : error);
  process.exitCode = 1;
});
