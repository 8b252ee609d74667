/* What callers have used at all gateways, in Redis: rate-limiter-flexible's counters, asked to count and never to judge. */
import type { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { Settle } from './quotas.ts';

/** @param redis borrowed. */
export function settleInRedis(redis: Redis, keyPrefix = 'hey-blue:quota'): Settle {
  const limiters = new Map<number, RateLimiterRedis>();
  const limiterFor = (duration: number) => {
    const limiter =
      limiters.get(duration) ??
      new RateLimiterRedis({
        storeClient: redis,
        keyPrefix,
        points: Number.MAX_SAFE_INTEGER,
        duration,
        rejectIfRedisNotReady: true,
      });
    limiters.set(duration, limiter);
    return limiter;
  };
  return async (key, points, seconds) => (await limiterFor(seconds).penalty(key, points)).consumedPoints;
}
