/*
 * Jest's globalSetup: starts what a run shares, one PostgreSQL and one Redis, unless DATABASE_URL and REDIS_URL name
 * some, and tells the workers. A missing Redis fails the suites that ask for it, with the reason; the others run.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { startEmbeddedPostgres } from '../embedded-postgres.ts';
import { runVariables, startRedisServer } from './servers.ts';

/** Kept for stop-servers.ts, which Jest runs in the same process. */
declare global {
  var stopTestServers: (() => Promise<void>)[] | undefined;
}

export default async function startServers(): Promise<void> {
  const stops: (() => Promise<void>)[] = [];
  globalThis.stopTestServers = stops;
  process.env[runVariables.run] = randomUUID().slice(0, 8);
  await Promise.all([startPostgres(stops), startRedis(stops)]);
}

async function startPostgres(stops: (() => Promise<void>)[]): Promise<void> {
  if (process.env.DATABASE_URL) {
    process.env[runVariables.databaseUrl] = process.env.DATABASE_URL;
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'hey-blue-postgres-'));
  const log = pino({ level: 'warn' });
  const server = await startEmbeddedPostgres({ dataFolder: join(folder, 'postgres'), log, durable: false });
  process.env[runVariables.databaseUrl] = server.url;
  stops.push(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
}

async function startRedis(stops: (() => Promise<void>)[]): Promise<void> {
  if (process.env.REDIS_URL) {
    process.env[runVariables.redisUrl] = process.env.REDIS_URL;
    return;
  }
  try {
    const server = await startRedisServer({ persistent: false });
    process.env[runVariables.redisUrl] = server.url;
    stops.push(() => server.stop());
  } catch (error) {
    process.env[runVariables.redisProblem] = (error as Error).message;
  }
}
