/*
 * Stands before the executor's fetch and answers from what is kept. Root fields are kept by fetch, entities one by one, so
 * that only those that are missing are asked for. What may be shared is fetched as nobody: a field that looks at its
 * caller all the same shows everybody what nobody may see, and never what its first caller may.
 */
import { OperationTypeNode } from 'graphql';
import type { Fetch, FetchRequest, FetchResult, SubgraphError } from '../executor/fetch.ts';
import type { CacheStore, Looked } from './cache-store.ts';
import { type CachePolicies, type FetchPolicy, holdPosition, type Keeping } from './policies.ts';

/** What one call was given from the cache; its parts may be given in any order. */
export interface FromCache {
  /** Of the oldest part, whole seconds; 0 where there was none. */
  ageSeconds: number;
}

/** What a cache has to know of those on whose behalf is fetched. */
export interface Callers<Context> {
  /** Names one person or partner; undefined for whoever is nobody in particular. */
  identityOf(context: Context): string | undefined;
  scopesOf(context: Context): readonly string[];
  /** The same call by nobody in particular, who holds these scopes alone. */
  asNobody(context: Context, scopes: readonly string[]): Context;
  /** Where is noted what the call was given from the cache; undefined where nobody wants to know. */
  fromCacheOf(context: Context): FromCache | undefined;
}

export interface CachedFetchOptions<Context> {
  readonly policies: CachePolicies;
  readonly store: CacheStore;
  readonly callers: Callers<Context>;
  /** What is told of the use of the store; may be that of several. */
  readonly notes: CacheNotes;
}

/** What came of the use of a store: how often it had an answer, and what is still being written. */
export class CacheNotes {
  /** Root fetches and entities that were answered from the cache, and those that could have been and were not. */
  hits = 0;
  misses = 0;
  readonly #writing = new Set<Promise<void>>();

  writes(writing: Promise<void>): void {
    const done = writing.finally(() => this.#writing.delete(done));
    this.#writing.add(done);
  }

  /** Resolves when what was fetched until now is kept. */
  async settled(): Promise<void> {
    while (this.#writing.size > 0) await Promise.all(this.#writing);
  }
}

/** A plan that asks for more at once is asked as if nothing were kept. */
const MOST_ENTITIES = 500;

/** @param fetch asks subgraphs; what it answers is copied before anybody else gets it. */
export function cachedFetch<Context>(fetch: Fetch<Context>, options: CachedFetchOptions<Context>): Fetch<Context> {
  return new CachingFetch(fetch, options).fetch;
}

/**
 * Who may be given the answer to one and the same request while it is under way: callers with equal keys; undefined for
 * nobody else. For whoever shares fetches in flight, in front of a cached fetch. What is not kept is not shared either:
 * it is hardly asked for twice at once.
 */
export function sharingKey<Context>(
  { policies, callers }: Pick<CachedFetchOptions<Context>, 'policies' | 'callers'>,
  subgraph: string,
  { query, kind }: FetchRequest,
  context: Context,
): string | undefined {
  if (kind !== OperationTypeNode.QUERY) return undefined;
  const policy = policies.of(subgraph, query);
  return 'keeping' in policy ? readersKey(policy.keeping.audience, callers, context) : undefined;
}

type Entity = Record<string, unknown> & { readonly __typename?: unknown; readonly id?: unknown };
type Cacheable = Extract<FetchPolicy, { keeping: Keeping }>;

/** One fetch that may be answered from the cache. */
interface Asked<Context> {
  readonly subgraph: string;
  readonly request: FetchRequest;
  /** As whom it is fetched. */
  readonly context: Context;
  readonly fromCache: FromCache | undefined;
  readonly policy: Cacheable;
  /** Begins the keys: the fetch, and who may read what is kept of it. */
  readonly prefix: string;
}

class CachingFetch<Context> {
  readonly #fetch: Fetch<Context>;
  readonly #options: CachedFetchOptions<Context>;

  constructor(fetch: Fetch<Context>, options: CachedFetchOptions<Context>) {
    this.#fetch = fetch;
    this.#options = options;
  }

  readonly fetch: Fetch<Context> = (subgraph, request, own) => {
    const { policies, callers } = this.#options;
    const policy = policies.of(subgraph, request.query);
    if (policy.kind === 'none') return this.#fetch(subgraph, request, own);
    if (policy.kind === 'mutation') return this.#change(subgraph, request, own, policy.changes);
    const { audience } = policy.keeping;
    const readers = readersKey(audience, callers, own);
    if (readers === undefined) return this.#fetch(subgraph, request, own);
    const scopes = audience === 'scopes' ? callers.scopesOf(own) : [];
    const context = audience === 'caller' ? own : callers.asNobody(own, scopes);
    if (holdPosition(clientVariables(request))) return this.#fetch(subgraph, request, context);
    const fromCache = callers.fromCacheOf(own);
    const asked = { subgraph, request, context, fromCache, policy, prefix: `${policy.id} ${readers}` };
    return policy.kind === 'root' ? this.#root(asked) : this.#entities(asked);
  };

  async #root(asked: Asked<Context>): Promise<FetchResult> {
    const { subgraph, request, policy } = asked;
    const key = `${asked.prefix} ${JSON.stringify(request.variables)}`;
    const [looked = {}] = await this.#options.store.look([{ key, tags: policy.keeping.things }]);
    if (looked.found) return { data: this.#take(looked.found, asked) };
    this.#options.notes.misses++;
    const result = await this.#fetch(subgraph, request, asked.context);
    if (isWhole(result) && looked.mark !== undefined) {
      this.#keep([{ key, mark: looked.mark, value: result.data }], policy.keeping);
    }
    return result;
  }

  async #entities(asked: Asked<Context>): Promise<FetchResult> {
    const { subgraph, request, policy } = asked;
    const { representations } = request.variables as { representations: readonly Entity[] };
    if (representations.length > MOST_ENTITIES) return this.#fetch(subgraph, request, asked.context);
    const prefix = `${asked.prefix} ${JSON.stringify(clientVariables(request))}`;
    const wanted = representations.map((representation) => ({
      key: `${prefix} ${JSON.stringify(representation)}`,
      tags: [...entityTags(representation), ...policy.keeping.things],
    }));
    const looked = await this.#options.store.look(wanted);
    const entities = looked.map(({ found }) => (found ? this.#take(found, asked) : undefined));
    const missing = [...entities.keys()].filter((index) => entities[index] === undefined);
    if (missing.length === 0) return { data: { _entities: entities } };
    this.#options.notes.misses += missing.length;

    const rest = missing.length < representations.length ? onlyThese(request, representations, missing) : request;
    const result = await this.#fetch(subgraph, rest, asked.context);
    const fetched = (result.data as { _entities?: unknown } | null | undefined)?._entities;
    if (!Array.isArray(fetched) || fetched.length !== missing.length) {
      if (rest === request) return result;
      if (result.errors?.length) return { data: null, errors: result.errors };
      throw new Error(`Expected "data._entities" to contain ${missing.length} elements`);
    }
    const isClean = isWhole(result);
    const kept = missing.flatMap((index, place) => {
      const { mark } = looked[index] ?? {};
      // Nobody tells of an entity that comes to be: that there is none is not kept.
      return isClean && mark !== undefined && fetched[place]
        ? [{ key: wanted[index]?.key ?? '', mark, value: fetched[place] }]
        : [];
    });
    this.#keep(kept, policy.keeping);
    missing.forEach((index, place) => {
      entities[index] = fetched[place];
    });
    const errors = result.errors?.map((error) => atOriginalPlace(error, missing));
    return { data: { _entities: entities }, ...(errors && { errors }) };
  }

  /** A mutation may have happened also when it fails; what its caller reads next is new. */
  async #change(
    subgraph: string,
    request: FetchRequest,
    context: Context,
    changes: readonly string[],
  ): Promise<FetchResult> {
    try {
      return await this.#fetch(subgraph, request, context);
    } finally {
      const tags = changes.flatMap((type) => [type, everyEntity(type)]);
      // Where that fails, the event of the change does it later.
      await this.#options.store.makeStale(tags).catch(() => undefined);
    }
  }

  #take({ text, ageSeconds }: NonNullable<Looked['found']>, { fromCache }: Asked<Context>): unknown {
    this.#options.notes.hits++;
    if (fromCache) fromCache.ageSeconds = Math.max(fromCache.ageSeconds, ageSeconds);
    return JSON.parse(text);
  }

  /** Makes texts at once, before the answer is written into; keeps them when it can. */
  #keep(
    entries: readonly { readonly key: string; readonly mark: string; readonly value: unknown }[],
    { maxAgeSeconds }: Keeping,
  ): void {
    if (entries.length === 0) return;
    const texts = entries.map(({ key, mark, value }) => ({ key, mark, maxAgeSeconds, text: JSON.stringify(value) }));
    this.#options.notes.writes(this.#options.store.keep(texts));
  }
}

/** The variables of a client; representations are things, wherever those stand. */
function clientVariables({ variables }: FetchRequest): Readonly<Record<string, unknown>> {
  const { representations: _, ...others } = variables;
  return others;
}

/** Equal for callers who may read the same; undefined for whoever shares with nobody. */
function readersKey<Context>(
  audience: Keeping['audience'],
  callers: Callers<Context>,
  context: Context,
): string | undefined {
  if (audience === 'everybody') return 'everybody';
  const scopes = JSON.stringify([...callers.scopesOf(context)].sort());
  if (audience === 'scopes') return `scopes ${scopes}`;
  const identity = callers.identityOf(context);
  return identity === undefined ? undefined : `caller ${JSON.stringify(identity)} ${scopes}`;
}

/** What a thing's own answers depend on. */
export const oneEntity = (type: string, id: string) => `${type}:${id}`;
export const everyEntity = (type: string) => `${type}:*`;

function entityTags({ __typename, id }: Entity): string[] {
  const type = String(__typename);
  return typeof id === 'string' ? [oneEntity(type, id), everyEntity(type)] : [type, everyEntity(type)];
}

function isWhole({ data, errors }: FetchResult): boolean {
  return typeof data === 'object' && data !== null && !errors?.length;
}

function onlyThese(request: FetchRequest, representations: readonly Entity[], places: readonly number[]): FetchRequest {
  const { query, operationName, kind } = request;
  const variables = { ...request.variables, representations: places.map((place) => representations[place]) };
  return { query, operationName, kind, variables, encode: () => JSON.stringify({ query, operationName, variables }) };
}

/** An error of an entity that was asked for with others only: where it would stand if all had been. */
function atOriginalPlace(error: SubgraphError, places: readonly number[]): SubgraphError {
  const [field, place, ...rest] = (error.path ?? []) as (string | number)[];
  if (field === undefined || typeof place !== 'number') return error;
  return { ...error, path: [field, places[place] ?? place, ...rest] };
}
