/*
 * The cache of one gateway: where answers are kept, who tells it of changes, and the decorator around its fetches. It
 * keeps in Redis what other gateways may change as well, in process where there is but one, and nothing at all where
 * nobody tells it of facts.
 */
import type { Logger } from 'pino';
import type { SubgraphName } from '../../schema/events.ts';
import { anonymous, type Scope } from '../../subgraphs/kernel/caller.ts';
import type { Clock } from '../../subgraphs/kernel/clock.ts';
import { RedisEventBus } from '../../subgraphs/kernel/event-bus.redis.ts';
import type { EventBus } from '../../subgraphs/kernel/event-bus.ts';
import type { Fetch, FetchRequest } from '../executor/fetch.ts';
import type { OperationCall } from '../operations.ts';
import { cacheInMemory } from './cache-store.memory.ts';
import { connectCacheInRedis } from './cache-store.redis.ts';
import { CacheNotes, type Callers, cachedFetch, type FromCache, sharingKey } from './cached-fetch.ts';
import { CachePolicies } from './policies.ts';
import { type DescribedAnswer, type ResponseHeaders, responseHeaders } from './response-headers.ts';
import { furtherChanges, listenForStaleness } from './staleness.ts';

export interface GatewayCacheOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** What this process hears facts on; a connection is opened to `redisUrl` where it has none. */
  readonly bus?: EventBus | undefined;
  readonly redisUrl?: string | undefined;
  /** Unlike any it gave before, in any process. */
  readonly newVersion: () => string;
  /** The most that a fetch waits for Redis; 25 when absent. */
  readonly patienceMilliseconds?: number | undefined;
}

export interface GatewayCache {
  /** Counts since the gateway was opened. */
  readonly statistics: { readonly hits: number; readonly misses: number };
  /** By what the federation SDL of each subgraph says; made again when a graph is loaded again. */
  forGraph(sdls: Readonly<Record<SubgraphName, string>>): GraphCache;
  /** Hears no more facts. In one process with subgraphs: after they send no more, before the bus is closed. */
  close(): Promise<void>;
}

/** Who wants to know how old an answer is gives a note of his own to write that into. */
export type CacheableCall = OperationCall & { readonly fromCache?: FromCache | undefined };

/** For the executors of one graph, of any contract. */
export interface GraphCache {
  around(fetch: Fetch<CacheableCall>): Fetch<CacheableCall>;
  /** Who may share an equal fetch in flight: see cached-fetch.ts. */
  sharing(subgraph: string, request: FetchRequest, call: CacheableCall): string | undefined;
  /** Of the answer to a GET. */
  responseHeaders(answer: DescribedAnswer): ResponseHeaders;
}

/** Resolves once facts are heard: before any subgraph of this process sends one. Rejects when the bus cannot be had. */
export async function openGatewayCache(options: GatewayCacheOptions): Promise<GatewayCache> {
  const { clock, log, redisUrl } = options;
  const ownBus = !options.bus && redisUrl ? await RedisEventBus.connect({ url: redisUrl, log, clock }) : undefined;
  const bus = options.bus ?? ownBus;
  const store = redisUrl ? await connectCacheInRedis({ ...options, url: redisUrl }) : cacheInMemory(clock);
  const listening = bus && (await listenForStaleness(bus, store));
  const notes = new CacheNotes();
  return {
    statistics: notes,
    forGraph(sdls) {
      const policies = new CachePolicies(bus ? sdls : {}, furtherChanges);
      const parts = { policies, store, callers: operationCallers, notes };
      return {
        around: (fetch) => cachedFetch(fetch, parts),
        sharing: (subgraph, request, call) => sharingKey(parts, subgraph, request, call),
        responseHeaders: (answer) => responseHeaders(policies, answer),
      };
    },
    async close() {
      await listening?.close();
      await ownBus?.close();
      await notes.settled();
      await store.close();
    },
  };
}

/** A signed-in account or a partner's retailer is somebody; people who have not signed in are nobody in particular. */
export const operationCallers: Callers<CacheableCall> = {
  identityOf({ caller }) {
    if (caller.accountId !== undefined) return `account ${caller.accountId} ${caller.retailerId ?? ''}`;
    return caller.retailerId === undefined ? undefined : `retailer ${caller.retailerId}`;
  },
  scopesOf: ({ caller }) => caller.scopes,
  fromCacheOf: ({ fromCache }) => fromCache,
  asNobody(call, scopes) {
    return { ...call, caller: scopes.length > 0 ? { scopes: scopes as readonly Scope[] } : anonymous };
  },
};
