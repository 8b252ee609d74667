/*
 * What a process owns apart from its subgraphs: log, database server or address, bus, live messages, the wish to stop.
 * Here, and nowhere else, the embedded default and the real servers differ.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import { type Logger, pino } from 'pino';
import type { Clock } from './clock.ts';
import { type Configuration, ConfigurationError } from './configuration.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { forLog } from './errors.ts';
import { MemoryEventBus } from './event-bus.memory.ts';
import { RedisEventBus } from './event-bus.redis.ts';
import { MemoryLiveMessages } from './live-messages.memory.ts';
import { RedisLiveMessages } from './live-messages.redis.ts';
import type { Host } from './subgraph.ts';
import type { Telemetry } from './telemetry.ts';

export interface OwnedHost extends Host {
  close(): Promise<void>;
}

/** Opens the process's connections. @throws ConfigurationError when the settings do not fit together or lead nowhere. */
export async function openHost(
  configuration: Configuration,
  clock: Clock,
  log: Logger,
  telemetry?: Telemetry,
): Promise<OwnedHost> {
  if (configuration.redisUrl && !configuration.databaseUrl) {
    throw new ConfigurationError('REDIS_URL joins several processes, so they need a common DATABASE_URL as well.');
  }
  if (configuration.databaseUrl) await reachDatabase(configuration.databaseUrl);
  const embedded = configuration.databaseUrl
    ? undefined
    : await startEmbeddedPostgres({ dataFolder: join(configuration.dataFolder, 'postgres'), log });
  const bus = configuration.redisUrl
    ? await RedisEventBus.connect({ url: configuration.redisUrl, log, clock }).catch((cause) => {
        const { host } = new URL(configuration.redisUrl ?? '');
        throw new ConfigurationError(`REDIS_URL: ${host} does not let us use Redis: ${cause.message}.`, { cause });
      })
    : new MemoryEventBus({ log, clock });
  const live = configuration.redisUrl
    ? await RedisLiveMessages.connect({ url: configuration.redisUrl, log })
    : new MemoryLiveMessages();
  return {
    configuration,
    databaseUrl: configuration.databaseUrl ?? embedded?.url ?? '',
    clock,
    random: randomBytes,
    log,
    bus,
    live,
    telemetry,
    async close() {
      await bus.close();
      await live.close();
      await embedded?.stop();
    },
  };
}

const CONNECT_MILLISECONDS = 10_000;
/** PostgreSQL's code for a database that does not exist. */
const NO_SUCH_DATABASE = '3D000';

/** One connection before the subgraphs' many: it says what is wrong, and makes a database that is not there, once for all. */
async function reachDatabase(databaseUrl: string): Promise<void> {
  const { host, pathname } = new URL(databaseUrl);
  const name = decodeURIComponent(pathname.slice(1));
  try {
    await ask(databaseUrl, 'select 1').catch(async (error) => {
      if (error.code !== NO_SUCH_DATABASE) throw error;
      const beside = Object.assign(new URL(databaseUrl), { pathname: '/postgres' });
      const refused = await ask(beside.href, `create database ${escapeIdentifier(name)}`).catch((refusal) => refusal);
      // Another process may have been faster.
      await ask(databaseUrl, 'select 1').catch((still) => Promise.reject(refused ?? still));
    });
  } catch (cause) {
    const why = (cause as Error).message;
    throw new ConfigurationError(`DATABASE_URL: ${host} does not let us use the database "${name}": ${why}.`, {
      cause,
    });
  }
}

async function ask(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MILLISECONDS });
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** The process's log: JSON lines, without anything personal. */
export function createLog(configuration: Configuration): Logger {
  return pino({
    level: configuration.logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: forLog },
    // What a careless line could carry; the rule is that no line carries it in the first place.
    redact: ['*.authorization', '*.email', '*.phoneNumber', '*.accessToken', '*.refreshToken', '*.code'],
  });
}

/** Resolves when the process is asked to end (SIGINT, SIGTERM, or its parent's channel closes). */
export function untilTerminated(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
    process.once('disconnect', () => resolve());
  });
}
