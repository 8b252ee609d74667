/*
 * Real servers for tests: a database of its own for each suite, cloned from a template in some ten milliseconds, and
 * Redis, shared or private. start-servers.ts starts what the run shares and tells the workers by environment; nothing
 * here ever skips, a server that cannot be had is an error that says what to do.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { freePort, type ServerProcess, ServerStartError, startServerProcess } from '../server-process.ts';
import { debianProgram } from './debian-program.ts';

/** How start-servers.ts speaks to the workers. */
export const runVariables = {
  /** Names the databases of this run. */
  run: 'HEY_BLUE_TEST_RUN',
  databaseUrl: 'HEY_BLUE_TEST_DATABASE_URL',
  redisUrl: 'HEY_BLUE_TEST_REDIS_URL',
  /** Why there is no Redis. */
  redisProblem: 'HEY_BLUE_TEST_REDIS_PROBLEM',
} as const;

export interface TestDatabaseTemplate {
  /** Unique in the project: the first suite of a run that asks for it makes it, the others clone it. */
  readonly name: string;
  /** Fills the empty database at `url` and leaves no connection open. */
  readonly prepare: (url: string) => Promise<void>;
}

export interface TestDatabase {
  readonly url: string;
  /** Ends the connections that are left, and drops it. */
  drop(): Promise<void>;
}

/** A database that nobody else uses: a clone of the template, or an empty one. */
export async function createTestDatabase(template?: TestDatabaseTemplate): Promise<TestDatabase> {
  const name = `${databasePrefix()}${randomUUID().slice(0, 8)}`;
  await asAdministrator(async (client) => {
    const source = template ? await ensureTemplate(client, template) : 'template0';
    await client.query(`create database "${name}" template "${source}"`);
  });
  return {
    url: databaseUrl(name),
    drop: () => asAdministrator((client) => dropDatabase(client, name)),
  };
}

/** Begins the names of all databases of this run. */
export function databasePrefix(): string {
  return `test_${fromRun(runVariables.run)}_`;
}

export async function dropDatabase(client: Client, name: string): Promise<void> {
  await client.query(`drop database if exists "${name}" with (force)`);
}

export async function asAdministrator<Result>(task: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: fromRun(runVariables.databaseUrl) });
  await client.connect();
  try {
    return await task(client);
  } finally {
    await client.end();
  }
}

/** Makes the template unless this run has it. Several workers may ask at once: one works, the others wait. */
async function ensureTemplate(client: Client, template: TestDatabaseTemplate): Promise<string> {
  const name = `${databasePrefix()}template_${template.name}`;
  await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [name]);
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) {
      // It gets its name when it is whole, so that a suite whose preparation failed leaves no half of one.
      const draft = `${name}_draft`;
      await dropDatabase(client, draft);
      await client.query(`create database "${draft}" template template0`);
      await template.prepare(databaseUrl(draft));
      await client.query(`alter database "${draft}" rename to "${name}"`);
    }
  } finally {
    await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [name]);
  }
  return name;
}

function databaseUrl(name: string): string {
  const url = new URL(fromRun(runVariables.databaseUrl));
  url.pathname = `/${name}`;
  return url.href;
}

function fromRun(variable: string): string {
  const value = process.env[variable];
  if (!value)
    throw new Error(`${variable} is not set: run tests with "npm run jest -- <path>", which starts the servers.`);
  return value;
}

/** The Redis that all suites of the run share: use names of your own. */
export async function testRedis(): Promise<{ readonly url: string }> {
  const problem = process.env[runVariables.redisProblem];
  if (problem) throw new Error(problem);
  return { url: fromRun(runVariables.redisUrl) };
}

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Stops it cleanly and deletes its data. */
  stop(): Promise<void>;
  /** Ends it as a crash would; its data stay for `restart`. */
  kill(): Promise<void>;
  /** Starts it again on the same port with its data, after stopping it cleanly if it runs. */
  restart(): Promise<void>;
}

export interface RedisServerOptions {
  /** Whether what was acknowledged is there after `kill` and `restart`; true when absent. */
  readonly persistent?: boolean;
  /** Further arguments of redis-server. */
  readonly arguments?: readonly string[];
}

export interface RedisCluster {
  readonly urls: readonly string[];
  /** One a shard. */
  readonly servers: readonly RedisServer[];
  stop(): Promise<void>;
}

const SLOTS = 16_384;

/** Three masters that share the slots, without replicas, of the test's own. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const start = async () => {
    const busPort = await freePort();
    return startRedisServer({
      persistent: false,
      arguments: ['--cluster-enabled', 'yes', '--cluster-port', `${busPort}`, '--cluster-node-timeout', '2000'],
    });
  };
  const servers = [await start(), await start(), await start()];
  const nodes = servers.map(({ url }) => new Redis(url));
  const share = Math.ceil(SLOTS / nodes.length);
  try {
    const [first] = nodes;
    for (const [index, node] of nodes.entries()) {
      const last = Math.min(SLOTS, (index + 1) * share) - 1;
      await node.call('cluster', 'addslotsrange', index * share, last);
      await node.call('cluster', 'set-config-epoch', index + 1);
      const info = String(await node.call('config', 'get', 'cluster-port')).split(',');
      if (node !== first) await first?.call('cluster', 'meet', '127.0.0.1', servers[index]?.port ?? 0, Number(info[1]));
    }
    const isWhole = async (node: Redis) => {
      const text = String(await node.call('cluster', 'info'));
      return /cluster_state:ok/.test(text) && /cluster_known_nodes:3/.test(text);
    };
    // The nodes tell each other within a second; each question takes a turn of the event loop at least.
    while (!(await Promise.all(nodes.map(isWhole))).every(Boolean));
  } catch (error) {
    await Promise.all(servers.map((server) => server.stop()));
    throw error;
  } finally {
    for (const node of nodes) node.disconnect();
  }
  return {
    urls: servers.map(({ url }) => url),
    servers,
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

const PORT_ATTEMPTS = 5;

/** A Redis of the test's own, to break. */
export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const command = await debianProgram({
    name: 'redis-server',
    advice:
      'The tests need a real Redis: put redis-server (7 or later) on the PATH, or set REDIS_URL to a server they may fill.',
  });
  const folder = await mkdtemp(join(tmpdir(), 'hey-blue-redis-'));
  const appendOnly = options.persistent === false ? 'no' : 'yes';
  const launch = (port: number) =>
    startServerProcess({
      command,
      arguments: [
        '--bind',
        '127.0.0.1',
        '--port',
        `${port}`,
        '--save',
        '',
        '--appendonly',
        appendOnly,
        '--dir',
        folder,
        ...(options.arguments ?? []),
      ],
      folder,
      environment: {},
      ready: /Ready to accept connections/,
      stopSignal: 'SIGTERM',
      forceSignal: 'SIGKILL',
    });
  const first = await launchOnFreePort(launch);
  const { port } = first;
  let server = first.server;
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
    kill: () => server.kill(),
    async restart() {
      await server.stop();
      server = await launch(port);
    },
  };
}

async function launchOnFreePort(
  launch: (port: number) => Promise<ServerProcess>,
): Promise<{ server: ServerProcess; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      return { server: await launch(port), port };
    } catch (error) {
      const taken = error instanceof ServerStartError && /Address already in use/.test(error.output);
      if (!taken || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}
