/*
 * The workers that live, in Redis: a sorted set of leases by their end, on Redis' own clock. One script reads, renews
 * and cleans up at once, so that everybody sees the same set. A worker that finds its lease gone takes another under a
 * new epoch; what listened under the old one is ended first.
 */
import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Alarm, Clock } from '../../kernel/clock.ts';
import type { Membership, Worker } from './membership.ts';
import { connectRedis, disconnectRedis } from './redis-connection.ts';

/** How long a worker that has died is still taken for alive. */
export const LEASE_MILLISECONDS = 3_000;
const LOOK_MILLISECONDS = 500;
/** Clocks of two machines do not run alike; our own count of a lease ends this much earlier. */
const MARGIN_MILLISECONDS = 500;

/** Both keys on one shard of a cluster. */
const KEYS = ['{proximity}:workers', '{proximity}:epoch'] as const;

/** ARGV: what to do (look, join, renew, leave), worker id, epoch, lease. Answers the epoch held (0 for none), then the members. */
const SCRIPT = `
local time = redis.call('time')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('zremrangebyscore', KEYS[1], '-inf', now)
local held = tonumber(ARGV[3])
local member = ARGV[2] .. ' ' .. ARGV[3]
if ARGV[1] == 'join' then
  -- Greater than before also where Redis has forgotten what was before.
  held = math.max(tonumber(redis.call('get', KEYS[2]) or '0') + 1, time[1] * 1000000 + time[2])
  redis.call('set', KEYS[2], string.format('%.0f', held))
  redis.call('zadd', KEYS[1], now + ARGV[4], ARGV[2] .. ' ' .. string.format('%.0f', held))
elseif ARGV[1] == 'renew' then
  if redis.call('zscore', KEYS[1], member) then redis.call('zadd', KEYS[1], now + ARGV[4], member) else held = 0 end
elseif ARGV[1] == 'leave' then
  redis.call('zrem', KEYS[1], member)
  held = 0
end
return { string.format('%.0f', held), redis.call('zrange', KEYS[1], 0, -1) }
`;

interface Joined {
  readonly id: string;
  readonly took: (worker: Worker) => Promise<void>;
  readonly lost: () => void;
}

export class RedisMembership implements Membership {
  readonly settleMilliseconds = 2 * LOOK_MILLISECONDS;
  workers: readonly Worker[] = [];
  readonly #redis: Redis | Cluster;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #listeners: (() => void)[] = [];
  #joined: Joined | undefined;
  #epoch = 0;
  /** By our own clock. */
  #leaseEndsAt = 0;
  #alarm: Alarm | undefined;
  #looking: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(redis: Redis | Cluster, clock: Clock, log: Logger) {
    this.#redis = redis;
    this.#clock = clock;
    this.#log = log;
  }

  /** Resolves once it knows who lives. Rejects when Redis does not answer. */
  static async connect(options: {
    readonly urls: readonly string[];
    readonly clock: Clock;
    readonly log: Logger;
  }): Promise<RedisMembership> {
    const redis = await connectRedis(options.urls, options.log);
    const membership = new RedisMembership(redis, options.clock, options.log);
    try {
      await membership.#run('look');
    } catch (error) {
      redis.disconnect();
      throw error;
    }
    membership.#arm();
    return membership;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  async join(id: string, took: (worker: Worker) => Promise<void>, lost: () => void): Promise<void> {
    this.#joined = { id, took, lost };
    await this.#run('join');
  }

  holds(epoch: number): boolean {
    return epoch === this.#epoch && this.#clock.now().getTime() < this.#leaseEndsAt;
  }

  async confirm(epoch: number): Promise<boolean> {
    // A look under way may have asked before the doubt arose.
    await this.#looking;
    if (!this.#closed && epoch === this.#epoch && !this.holds(epoch)) await this.#lookNext();
    return this.holds(epoch);
  }

  async check(): Promise<void> {
    await this.#redis.ping();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#alarm?.cancel();
    await this.#looking;
    if (this.#epoch !== 0) {
      // Whoever cannot be told waits for the lease to end.
      await this.#run('leave').catch((error: Error) => this.#log.warn({ reason: error.name }, 'left without a word'));
    }
    await disconnectRedis(this.#redis);
  }

  #arm(): void {
    const next = new Date(this.#clock.now().getTime() + LOOK_MILLISECONDS);
    this.#alarm = this.#clock.at(next, () => {
      this.#lookNext().then(() => {
        if (!this.#closed) this.#arm();
      });
    });
  }

  /** One look after the other, or two could each take a lease. */
  #lookNext(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look());
    return this.#looking;
  }

  async #look(): Promise<void> {
    if (this.#closed) return;
    try {
      if (!this.#joined) {
        await this.#run('look');
        return;
      }
      if (this.#epoch !== 0 && (await this.#run('renew'))) return;
      this.#epoch = 0;
      this.#joined.lost();
      await this.#run('join');
    } catch (error) {
      this.#log.warn({ reason: (error as Error).message }, 'the lease of this worker could not be renewed');
    }
  }

  /** @returns whether we hold a lease. */
  async #run(what: 'look' | 'join' | 'renew' | 'leave'): Promise<boolean> {
    const asked = this.#clock.now().getTime();
    const id = this.#joined?.id ?? '';
    const answer = await this.#redis.eval(SCRIPT, KEYS.length, ...KEYS, what, id, this.#epoch, LEASE_MILLISECONDS);
    const [held, members] = answer as [string, string[]];
    const epoch = Number(held);
    if (what === 'join') await this.#joined?.took({ id, epoch });
    this.#epoch = epoch;
    this.#leaseEndsAt = epoch === 0 ? 0 : asked + LEASE_MILLISECONDS - MARGIN_MILLISECONDS;
    this.#see(members);
    return epoch !== 0;
  }

  #see(members: readonly string[]): void {
    const seen = [...members].sort().map((member) => {
      const [id = '', epoch] = member.split(' ');
      return { id, epoch: Number(epoch) };
    });
    const isSame =
      seen.length === this.workers.length &&
      seen.every(({ id, epoch }, index) => this.workers[index]?.id === id && this.workers[index]?.epoch === epoch);
    if (isSame) return;
    this.workers = seen;
    for (const listener of this.#listeners) listener();
  }
}
