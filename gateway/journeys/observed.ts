/*
 * Starts the system in both ways to run, as processes that tell everything they can: traces to a collector, numbers on a port
 * each, and all that they write, at the most talkative level, to whoever looks.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { subgraphNames } from '../../schema/events.ts';
import { generateGatewayKeys } from '../../subgraphs/kernel/configuration.ts';
import { freePort } from '../../subgraphs/kernel/server-process.ts';
import { type Collector, startCollector } from '../../subgraphs/kernel/testing/collector.ts';
import { createTestDatabase, startRedisServer } from '../../subgraphs/kernel/testing/servers.ts';

export interface ObservedSystem {
  /** Base address of the gateway. */
  readonly url: string;
  readonly collector: Collector;
  /** Everything that its processes wrote. */
  written(): string;
  /** The numbers of all its processes. */
  metrics(): Promise<string>;
  /** Does something to the database behind their backs. */
  meddle(statement: string): Promise<void>;
  /** Ends the processes, which send what they have left; the collector stays until `close`. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export async function startObserved(ways: 'one process' | 'seven processes'): Promise<ObservedSystem> {
  const folder = await mkdtemp(join(tmpdir(), 'hey-blue-observed-'));
  const isApart = ways === 'seven processes';
  const [collector, database, redis, port] = await Promise.all([
    startCollector(),
    createTestDatabase(),
    isApart ? startRedisServer() : undefined,
    freePort(),
  ]);
  const url = `http://localhost:${port}`;
  const chunks: string[] = [];
  const children: ChildProcess[] = [];
  const metricsPorts: number[] = [];
  const shared = {
    NODE_ENV: 'test',
    DATA_DIR: folder,
    PUBLIC_URL: url,
    DATABASE_URL: database.url,
    DATABASE_POOL: '5',
    REDIS_URL: redis?.url ?? '',
    SECRET_KEY: randomBytes(32).toString('base64url'),
    ...generateGatewayKeysAsSettings(),
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    TRACE_RATIO: '1',
    LOG_LEVEL: 'debug',
  };

  async function start(command: readonly string[], settings: Record<string, string> = {}): Promise<number> {
    const metricsPort = await freePort();
    metricsPorts.push(metricsPort);
    const [file = '', ...parameters] = command;
    const child = fork(file, parameters, {
      cwd: join(import.meta.dirname, '../..'),
      execArgv: ['--import', './subgraphs/kernel/typescript.js'],
      env: { PATH: process.env.PATH ?? '', ...shared, METRICS_PORT: String(metricsPort), ...settings },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => chunks.push(String(chunk)));
    children.push(child);
    const exited = once(child, 'exit').then(() => undefined);
    const message = await Promise.race([once(child, 'message'), exited]);
    if (!message) throw new Error(`${command.join(' ')} ended before it was ready:\n${chunks.join('')}`);
    return Number(message[0].port ?? port);
  }

  async function stop(): Promise<void> {
    // The gateway first, or it would see the others leave.
    for (const child of children.splice(0).reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    }
  }

  async function close(): Promise<void> {
    await stop();
    await redis?.stop();
    await database.drop();
    await collector.close();
    await rm(folder, { recursive: true, force: true });
  }

  try {
    const addresses: string[] = [];
    if (isApart) {
      const ports = await Promise.all(subgraphNames.map((name) => start(['subgraphs/main.ts', name], { PORT: '0' })));
      addresses.push(...subgraphNames.map((name, index) => `${name}=http://127.0.0.1:${ports[index]}`));
    }
    await start(['gateway/main.ts'], { PORT: String(port), SUBGRAPH_URLS: addresses.join(',') });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url,
    collector,
    written: () => chunks.join(''),
    async metrics() {
      const answers = await Promise.all(metricsPorts.map((each) => fetch(`http://127.0.0.1:${each}/metrics`)));
      return (await Promise.all(answers.map((answer) => answer.text()))).join('\n');
    },
    async meddle(statement) {
      const client = new Client(database.url);
      await client.connect();
      await client.query(statement);
      await client.end();
    },
    stop,
    close,
  };
}

function generateGatewayKeysAsSettings() {
  const { gatewayPrivateKey, gatewayPublicKey } = generateGatewayKeys();
  return { GATEWAY_PRIVATE_KEY: gatewayPrivateKey, GATEWAY_PUBLIC_KEY: gatewayPublicKey };
}
