/*
 * Sightings of many processes, in Redis: one sorted set per pair, its windows by the instant each was seen last, counted
 * by one script, so that it is exact whoever counts. Pairs and windows stand there as keyed hashes: who reads that Redis
 * learns neither who was seen nor by whom. The set ends by itself when its last sighting counts no more.
 */
import { createHmac } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import { connectRedis, disconnectRedis } from '../proximity/redis-connection.ts';
import { MemorySightings } from './sightings.memory.ts';
import { HOUR_MILLISECONDS, type SightingLimits, type Sightings } from './sightings.ts';

/** Enough that no two of all pairs of a nation are taken for one another. */
const HASH_BYTES = 12;

/** ARGV: now, window, how long a sighting counts in milliseconds, how many windows are allowed. */
const SCRIPT = `
redis.call('zremrangebyscore', KEYS[1], '-inf', ARGV[1] - ARGV[3])
redis.call('zadd', KEYS[1], 'gt', ARGV[1], ARGV[2])
if redis.call('zcard', KEYS[1]) > tonumber(ARGV[4]) then
  redis.call('del', KEYS[1])
  return 1
end
redis.call('pexpire', KEYS[1], ARGV[3])
return 0
`;

export class RedisSightings implements Sightings {
  readonly #redis: Redis | Cluster;
  readonly #key: Buffer;
  readonly #limits: SightingLimits;
  readonly #log: Logger;
  /** Counts while Redis does not answer. */
  readonly #alone: MemorySightings;

  private constructor(redis: Redis | Cluster, key: Buffer, limits: SightingLimits, log: Logger) {
    this.#redis = redis;
    this.#key = key;
    this.#limits = limits;
    this.#log = log;
    this.#alone = new MemorySightings(limits);
  }

  /**
   * Resolves once connected. Rejects when Redis does not answer.
   * @param urls as connectRedis takes them. @param key for the hashes; the same in all processes.
   */
  static async connect(options: {
    readonly urls: readonly string[];
    readonly key: Buffer;
    readonly limits: SightingLimits;
    readonly log: Logger;
  }): Promise<RedisSightings> {
    const { urls, key, limits, log } = options;
    return new RedisSightings(await connectRedis(urls, log), key, limits, log);
  }

  async sighted(citizenId: string, officerId: string, windowId: string, now: Date): Promise<boolean> {
    const { windowsSeen, sightingHours } = this.#limits;
    const pair = `sightings:${this.#hash(`${citizenId} ${officerId}`)}`;
    const counts = sightingHours * HOUR_MILLISECONDS;
    try {
      const window = this.#hash(windowId);
      return (await this.#redis.eval(SCRIPT, 1, pair, now.getTime(), window, counts, windowsSeen)) === 1;
    } catch (error) {
      this.#log.warn({ reason: (error as Error).message }, 'sightings are counted by this process alone');
      return this.#alone.sighted(citizenId, officerId, windowId, now);
    }
  }

  close(): Promise<void> {
    return disconnectRedis(this.#redis);
  }

  #hash(text: string): string {
    const whole = createHmac('sha256', this.#key).update(text).digest();
    return whole.subarray(0, HASH_BYTES).toString('base64url');
  }
}
