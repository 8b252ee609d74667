/*
 * Starts the system for journeys in both ways to run: one process on the embedded default, and seven processes on
 * PostgreSQL and Redis. A journey sees an address and a clock that it may set ahead, nothing else.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SubgraphName, subgraphNames } from '../../schema/events.ts';
import { ManualClock } from '../../subgraphs/kernel/clock.ts';
import { generateGatewayKeys, readConfiguration } from '../../subgraphs/kernel/configuration.ts';
import { freePort } from '../../subgraphs/kernel/server-process.ts';
import { testLogLevel as LOG_LEVEL } from '../../subgraphs/kernel/testing/log-level.ts';
import { createTestDatabase, startRedisServer } from '../../subgraphs/kernel/testing/servers.ts';
import { openGateway } from '../gateway.ts';

export interface RunningSystem {
  /** Base address of the gateway. */
  readonly url: string;
  /** The system's time. */
  now(): Date;
  /** Sets the system's clock ahead everywhere; what came due has been started when this resolves. */
  advance(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

export interface SystemOfProcesses extends RunningSystem {
  /** For other gateways: where the subgraphs answer, and the key by which they know a gateway. */
  readonly subgraphUrls: Readonly<Record<SubgraphName, string>>;
  readonly gatewayPrivateKey: string;
  /** For a test that looks into them. */
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** Ends a process as a power cut would (SIGKILL). */
  kill(name: SubgraphName): Promise<void>;
  /** Starts it again on the same port; resolves when it serves. */
  restart(name: SubgraphName): Promise<void>;
}

/** Everything in this process, on an embedded PostgreSQL in a new folder, or on `databaseUrl` for a test that looks into it. */
export async function startOneProcess({ databaseUrl = '' } = {}): Promise<RunningSystem> {
  const folder = await mkdtemp(join(tmpdir(), 'hey-blue-journey-'));
  const clock = new ManualClock();
  const environment = { NODE_ENV: 'test', PORT: '0', DATA_DIR: folder, DATABASE_URL: databaseUrl, LOG_LEVEL };
  const gateway = await openGateway(readConfiguration(environment), clock);
  return {
    url: gateway.url,
    now: () => clock.now(),
    advance: async (milliseconds) => clock.advance(milliseconds),
    async close() {
      await gateway.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The gateway and six subgraphs as processes, on a database and a Redis of their own. */
export async function startSevenProcesses(): Promise<SystemOfProcesses> {
  const folder = await mkdtemp(join(tmpdir(), 'hey-blue-journey-'));
  const [database, redis, gatewayPort] = await Promise.all([createTestDatabase(), startRedisServer(), freePort()]);
  const keys = generateGatewayKeys();
  const url = `http://localhost:${gatewayPort}`;
  const shared = {
    NODE_ENV: 'test',
    DATA_DIR: folder,
    PUBLIC_URL: url,
    DATABASE_URL: database.url,
    DATABASE_POOL: '5',
    REDIS_URL: redis.url,
    GATEWAY_PUBLIC_KEY: keys.gatewayPublicKey,
    SECRET_KEY: randomBytes(32).toString('base64url'),
    CLOCK: 'steered',
    LOG_LEVEL,
  };
  let aheadMilliseconds = 0;
  const running = new Map<string, Process>();
  const ports = new Map<SubgraphName, number>();

  const startSubgraph = async (name: SubgraphName) => {
    const child = await startProcess(['subgraphs/main.ts', name], { ...shared, PORT: String(ports.get(name) ?? 0) });
    ports.set(name, child.port);
    running.set(name, child);
    if (aheadMilliseconds > 0) await child.advance(aheadMilliseconds);
  };
  const urlOf = (name: SubgraphName) => `http://127.0.0.1:${ports.get(name)}`;
  const close = async () => {
    await Promise.all([...running.values()].map((child) => child.stop()));
    await redis.stop();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all(subgraphNames.map(startSubgraph));
    const SUBGRAPH_URLS = subgraphNames.map((name) => `${name}=${urlOf(name)}`).join(',');
    running.set(
      'gateway',
      await startProcess(['gateway/main.ts'], {
        ...shared,
        GATEWAY_PRIVATE_KEY: keys.gatewayPrivateKey,
        SUBGRAPH_URLS,
        PORT: String(gatewayPort),
      }),
    );
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url,
    subgraphUrls: Object.fromEntries(subgraphNames.map((name) => [name, urlOf(name)])) as Record<SubgraphName, string>,
    gatewayPrivateKey: keys.gatewayPrivateKey,
    databaseUrl: database.url,
    redisUrl: redis.url,
    now: () => new Date(Date.now() + aheadMilliseconds),
    async advance(milliseconds) {
      aheadMilliseconds += milliseconds;
      await Promise.all([...running.values()].map((child) => child.advance(milliseconds)));
    },
    async kill(name) {
      await running.get(name)?.kill();
      running.delete(name);
    },
    restart: startSubgraph,
    close,
  };
}

interface Process {
  readonly port: number;
  advance(milliseconds: number): Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

async function startProcess(command: readonly string[], environment: Record<string, string>): Promise<Process> {
  const [file = '', ...parameters] = command;
  const child = fork(file, parameters, {
    cwd: join(import.meta.dirname, '../..'),
    execArgv: ['--import', './subgraphs/kernel/typescript.js'],
    env: { PATH: process.env.PATH ?? '', ...environment },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const ready = await Promise.race([message(child, 'ready'), exited.then(() => undefined)]);
  if (!ready) throw new Error(`${command.join(' ')} ended before it was ready; its output stands above`);
  return {
    port: Number(ready.port ?? 0),
    async advance(milliseconds) {
      const answered = message(child, 'advancedMilliseconds');
      child.send({ advanceMilliseconds: milliseconds });
      await answered;
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await exited;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** The next message of the child that has the field `name`. */
function message(child: ChildProcess, name: string): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    const listen = (received: Record<string, unknown>) => {
      if (!(name in received)) return;
      child.off('message', listen);
      resolve(received);
    };
    child.on('message', listen);
  });
}
