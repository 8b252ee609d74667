/*
 * The account of many processes, in Redis: one hash, endpoint by id, read and written by one script, so that those who
 * place at once never promise one seat twice. Time is Redis' own. The key ends with the last lease: nothing is left of
 * endpoints that are gone. What Redis loses the next announcements tell it again.
 */
import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import { Refusal } from '../../kernel/errors.ts';
import { connectRedis, disconnectRedis } from '../proximity/redis-connection.ts';
import {
  byUrl,
  type EndpointDirectory,
  type EndpointLoad,
  LEASE_MILLISECONDS,
  loadOf,
  type Place,
} from './endpoint-directory.ts';
import { type Announcement, CANDIDATES, type Endpoint } from './placement.ts';

/** One key, thus one shard of a cluster. */
const KEY = '{realtime}:endpoints';

/**
 * ARGV: lease, what to do, and for announce id, url, capacity, open; for retire the id; for place area, seats, candidates.
 * `announced` and `choose` of placement.ts in Redis' own language; a test holds the two together.
 */
const SCRIPT = `
local time = redis.call('time')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = tonumber(ARGV[1])
local what = ARGV[2]
local endpoints = {}
local stored = redis.call('hgetall', KEYS[1])
for i = 1, #stored, 2 do
  local endpoint = cjson.decode(stored[i + 1])
  if endpoint.announcedAt + lease <= now then
    redis.call('hdel', KEYS[1], stored[i])
  else
    endpoints[stored[i]] = endpoint
  end
end
local function keep(id, endpoint)
  redis.call('hset', KEYS[1], id, cjson.encode(endpoint))
end

if what == 'announce' then
  local id = ARGV[3]
  local before = endpoints[id] or { open = 0, fresh = 0, kept = 0 }
  local open = tonumber(ARGV[6])
  local arrived = math.max(0, open - before.open)
  local ofFresh = math.max(0, arrived - before.kept)
  keep(id, { endpointId = id, url = ARGV[4], capacity = tonumber(ARGV[5]), open = open,
    fresh = 0, kept = math.max(0, before.fresh - ofFresh), announcedAt = now })
  redis.call('pexpire', KEYS[1], lease)
elseif what == 'retire' then
  redis.call('hdel', KEYS[1], ARGV[3])
elseif what == 'place' then
  local ranked = {}
  for id, endpoint in pairs(endpoints) do
    ranked[#ranked + 1] = { id = id, endpoint = endpoint, score = redis.sha1hex(ARGV[3] .. ' ' .. endpoint.url) }
  end
  table.sort(ranked, function(a, b)
    if a.score ~= b.score then return a.score > b.score end
    return a.id < b.id
  end)
  local best
  local most = 0
  for i, each in ipairs(ranked) do
    if best and (i - 1) % tonumber(ARGV[5]) == 0 then break end
    local endpoint = each.endpoint
    local free = math.max(0, endpoint.capacity - endpoint.open - endpoint.fresh - endpoint.kept)
    if free > 0 and free / endpoint.capacity > most then
      best = each
      most = free / endpoint.capacity
    end
  end
  if not best then return {} end
  best.endpoint.fresh = best.endpoint.fresh + tonumber(ARGV[4])
  keep(best.id, best.endpoint)
  return { best.id, best.endpoint.url }
elseif what == 'list' then
  local texts = {}
  for id in pairs(endpoints) do texts[#texts + 1] = cjson.encode(endpoints[id]) end
  return texts
end
return {}
`;

export class RedisEndpointDirectory implements EndpointDirectory {
  readonly #redis: Redis | Cluster;
  readonly #log: Logger;
  readonly #leaseMilliseconds: number;

  private constructor(redis: Redis | Cluster, log: Logger, leaseMilliseconds: number) {
    this.#redis = redis;
    this.#log = log;
    this.#leaseMilliseconds = leaseMilliseconds;
  }

  /** Resolves once connected. Rejects when Redis does not answer. @param urls as connectRedis takes them. */
  static async connect(options: {
    readonly urls: readonly string[];
    readonly log: Logger;
    readonly leaseMilliseconds?: number;
  }): Promise<RedisEndpointDirectory> {
    const { urls, log, leaseMilliseconds = LEASE_MILLISECONDS } = options;
    return new RedisEndpointDirectory(await connectRedis(urls, log), log, leaseMilliseconds);
  }

  async announce({ endpointId, url, capacity, open }: Announcement): Promise<void> {
    await this.#run('announce', endpointId, url, capacity, open);
  }

  async retire(endpointId: string): Promise<void> {
    await this.#run('retire', endpointId);
  }

  async place(area: number, seats: 0 | 1): Promise<Place | undefined> {
    const [endpointId, url] = await this.#run('place', area, seats, CANDIDATES);
    return endpointId === undefined || url === undefined ? undefined : { endpointId, url };
  }

  async list(): Promise<EndpointLoad[]> {
    const texts = await this.#run('list');
    return texts.map((text) => loadOf(read(text))).sort(byUrl);
  }

  close(): Promise<void> {
    return disconnectRedis(this.#redis);
  }

  async #run(what: string, ...parameters: (string | number)[]): Promise<string[]> {
    try {
      return (await this.#redis.eval(SCRIPT, 1, KEY, this.#leaseMilliseconds, what, ...parameters)) as string[];
    } catch (error) {
      this.#log.warn({ what, reason: (error as Error).message }, 'the account of endpoints does not answer');
      throw new Refusal('UNAVAILABLE', 'Realtime endpoints cannot be looked up now; try again in a few seconds.');
    }
  }
}

function read(text: string): Endpoint & { readonly announcedAt: Date } {
  const stored = JSON.parse(text) as Endpoint & { readonly announcedAt: number };
  return { ...stored, announcedAt: new Date(stored.announcedAt) };
}
