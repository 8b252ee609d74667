/*
 * The gateway's connection to Redis for its limits and registered documents. Both do without: a command that cannot be
 * answered at once fails, so that no request waits for Redis.
 */
import { Redis } from 'ioredis';
import type { Logger } from 'pino';

const ANSWER_MILLISECONDS = 250;
const LONGEST_PAUSE_MILLISECONDS = 2_000;

/** Resolves when Redis answers, or does not at first: it is tried on. The caller disconnects. */
export async function connectRedis(url: string, log: Logger): Promise<Redis> {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: ANSWER_MILLISECONDS,
    retryStrategy: (attempt) => Math.min(LONGEST_PAUSE_MILLISECONDS, 50 * attempt),
  });
  let isTold = false;
  redis.on('error', (error: Error) => {
    if (!isTold) log.warn({ reason: error.message }, 'limits go by this process alone: redis is away');
    isTold = true;
  });
  redis.on('ready', () => {
    isTold = false;
  });
  await redis.connect().catch(() => undefined);
  return redis;
}
