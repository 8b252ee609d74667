/*
 * Kept answers of all gateways, in Redis. One script reads entries and the versions of their tags in one round trip, and
 * gives a tag a version that has none: what a full Redis lets go is then a tag like no other, never an old one again.
 * Redis that is away or slow is left alone for a while; answers come without it.
 */
import { hash } from 'node:crypto';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Clock } from '../../subgraphs/kernel/clock.ts';
import { type CacheStore, LONGEST_TEXT_CHARACTERS, type Looked, type Wanted } from './cache-store.ts';

/** The braces keep all keys on one node of a cluster: a script needs them together. */
const PREFIX = '{hey-blue:cache}';
/** The most that a fetch waits for Redis. */
const PATIENCE_MILLISECONDS = 25;
/** The most that a change waits. */
const ANSWER_MILLISECONDS = 250;
const PAUSE_MILLISECONDS = 250;
const LONGEST_PAUSE_MILLISECONDS = 2_000;
const TAG_MILLISECONDS = 24 * 60 * 60 * 1_000;

/** KEYS: entries, then tags. ARGV: how many entries, a version for tags without one, how long tags live. */
const LOOK = `
local values = redis.call('MGET', unpack(KEYS))
for index = tonumber(ARGV[1]) + 1, #KEYS do
  if not values[index] then
    values[index] = ARGV[2]
    redis.call('SET', KEYS[index], ARGV[2], 'PX', ARGV[3])
  end
end
return values`;

/** KEYS: tags. ARGV: their new version, how long tags live. */
const MAKE_STALE = `
for index = 1, #KEYS do redis.call('SET', KEYS[index], ARGV[1], 'PX', ARGV[2]) end`;

export interface RedisCacheOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Unlike any it gave before, in any process. */
  readonly newVersion: () => string;
  /** Begins the keys. */
  readonly prefix?: string;
  /** The most that a fetch waits; 25 when absent. */
  readonly patienceMilliseconds?: number | undefined;
}

/** Resolves when Redis answers, or does not at first: it is tried on. */
export async function connectCacheInRedis(options: RedisCacheOptions): Promise<CacheStore> {
  const { url, log } = options;
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: Math.max(ANSWER_MILLISECONDS, options.patienceMilliseconds ?? 0),
    disconnectTimeout: 100,
    retryStrategy: (attempt) => Math.min(LONGEST_PAUSE_MILLISECONDS, 50 * attempt),
  });
  // Told of by whoever misses it; without a listener it would end the process.
  redis.on('error', (error: Error) => log.debug({ reason: error.message }, 'the cache waits for redis'));
  await redis.connect().catch(() => undefined);
  return new RedisCache(redis, options);
}

class RedisCache implements CacheStore {
  readonly #redis: Redis;
  readonly #options: RedisCacheOptions;
  readonly #prefix: string;
  #pausedUntil = 0;
  #isAway = false;

  constructor(redis: Redis, options: RedisCacheOptions) {
    this.#redis = redis;
    this.#options = options;
    this.#prefix = options.prefix ?? PREFIX;
  }

  async look(wanted: readonly Wanted[]): Promise<readonly Looked[]> {
    if (this.#now() < this.#pausedUntil) return wanted.map(() => ({}));
    const tags = [...new Set(wanted.flatMap((each) => each.tags))];
    const keys = [...wanted.map(({ key }) => this.#entry(key)), ...tags.map((tag) => this.#tag(tag))];
    try {
      const parameters = [wanted.length, this.#options.newVersion(), TAG_MILLISECONDS];
      const answer = this.#redis.eval(LOOK, keys.length, ...keys, ...parameters);
      const values = (await this.#soon(answer)) as (string | null)[];
      this.#isAway = false;
      const now = this.#now();
      const versions = new Map(tags.map((tag, index) => [tag, values[wanted.length + index]]));
      return wanted.map((each, index) => {
        const mark = each.tags.map((tag) => versions.get(tag)).join();
        return { ...read(values[index] ?? '', mark, now), mark };
      });
    } catch (error) {
      this.#pause(error as Error);
      return wanted.map(() => ({}));
    }
  }

  async keep(entries: Parameters<CacheStore['keep']>[0]): Promise<void> {
    const now = this.#now();
    if (now < this.#pausedUntil) return;
    const pipeline = this.#redis.pipeline();
    for (const { key, mark, text, maxAgeSeconds } of entries) {
      if (text.length > LONGEST_TEXT_CHARACTERS) continue;
      const life = maxAgeSeconds * 1000;
      pipeline.set(this.#entry(key), `${now} ${now + life} ${mark}\n${text}`, 'PX', life);
    }
    await pipeline.exec().catch((error) => this.#pause(error as Error));
  }

  async makeStale(tags: readonly string[]): Promise<void> {
    const keys = tags.map((tag) => this.#tag(tag));
    await this.#redis.eval(MAKE_STALE, keys.length, ...keys, this.#options.newVersion(), TAG_MILLISECONDS);
  }

  async close(): Promise<void> {
    if (this.#redis.status === 'ready') await this.#redis.quit().catch(() => undefined);
    else this.#redis.disconnect();
  }

  #now(): number {
    return this.#options.clock.now().getTime();
  }

  /** Rejects when the answer takes too long. A process that was busy itself first looks whether it has come. */
  #soon<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const { clock, patienceMilliseconds = PATIENCE_MILLISECONDS } = this.#options;
    return new Promise((resolve, reject) => {
      const tooLate = () => reject(new Error(`no answer in ${patienceMilliseconds} ms`));
      const alarm = clock.at(new Date(this.#now() + patienceMilliseconds), () => setImmediate(tooLate));
      answer.then(resolve, reject).finally(() => alarm.cancel());
    });
  }

  #pause(error: Error): void {
    this.#pausedUntil = this.#now() + PAUSE_MILLISECONDS;
    if (!this.#isAway) this.#options.log.warn({ reason: error.message }, 'nothing is kept: redis is away or slow');
    this.#isAway = true;
  }

  /** Keys hold what callers asked for, and who they are. */
  #entry(key: string): string {
    return `${this.#prefix}:entry:${hash('sha256', key, 'base64url')}`;
  }

  #tag(tag: string): string {
    return `${this.#prefix}:tag:${tag}`;
  }
}

/** An entry as `keep` wrote it, unless it is too old or depends on what has become stale. */
function read(value: string, mark: string, now: number): Pick<Looked, 'found'> {
  const end = value.indexOf('\n');
  if (end < 0) return {};
  const [keptAt, until, ofEntry] = value.slice(0, end).split(' ');
  if (ofEntry !== mark || Number(until) <= now) return {};
  return { found: { text: value.slice(end + 1), ageSeconds: Math.max(0, Math.floor((now - Number(keptAt)) / 1000)) } };
}
