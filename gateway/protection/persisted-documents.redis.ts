/*
 * Registered documents of all gateways, in Redis. A sorted set says which was used last, so that their number is bounded
 * by one script; life is Redis' own. While Redis is away nothing is found, and clients send texts.
 */
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Clock } from '../../subgraphs/kernel/clock.ts';
import { DOCUMENTS_KEPT, KEPT_SECONDS, type PersistedDocuments } from './persisted-documents.ts';

/** The braces keep all keys on one node of a cluster. */
const PREFIX = '{hey-blue:documents}';

const KEEP = `
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], KEYS[1])
local over = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[4])
if over > 0 then
  local oldest = redis.call('ZPOPMIN', KEYS[2], over)
  for index = 1, #oldest, 2 do redis.call('DEL', oldest[index]) end
end`;

const FIND = `
local text = redis.call('GETEX', KEYS[1], 'EX', ARGV[1])
if text then redis.call('ZADD', KEYS[2], ARGV[2], KEYS[1]) end
return text`;

/** @param redis borrowed. @param prefix begins the keys. */
export function documentsInRedis(
  redis: Redis,
  clock: Clock,
  log: Logger,
  most = DOCUMENTS_KEPT,
  prefix = PREFIX,
): PersistedDocuments {
  const order = `${prefix}:order`;
  const away = (error: Error) => {
    log.warn({ reason: error.message }, 'registered documents are not to be had');
    return undefined;
  };
  return {
    async find(hash) {
      const text = await redis
        .eval(FIND, 2, `${prefix}:${hash}`, order, KEPT_SECONDS, clock.now().getTime())
        .catch(away);
      return typeof text === 'string' ? text : undefined;
    },
    async keep(hash, text) {
      const key = `${prefix}:${hash}`;
      await redis.eval(KEEP, 2, key, order, text, KEPT_SECONDS, clock.now().getTime(), most).catch(away);
    },
  };
}
