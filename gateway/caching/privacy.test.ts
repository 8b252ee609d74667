/* Nobody ever reads what another's private fetch stored: random callers, fetches, changes and times over both stores. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { OperationTypeNode } from 'graphql';
import { pino } from 'pino';
import { ManualClock } from '../../subgraphs/kernel/clock.ts';
import { testRedis } from '../../subgraphs/kernel/testing/servers.ts';
import type { FetchResult } from '../executor/fetch.ts';
import { cacheInMemory } from './cache-store.memory.ts';
import { connectCacheInRedis } from './cache-store.redis.ts';
import type { CacheStore } from './cache-store.ts';
import { CacheNotes, type Callers, cachedFetch } from './cached-fetch.ts';
import { CachePolicies } from './policies.ts';

const sdl = `
  type Query {
    open: String @cacheControl(maxAge: 30, scope: PUBLIC)
    own: String @cacheControl(maxAge: 30, scope: PRIVATE)
    staff: String @cacheControl(maxAge: 30, scope: PUBLIC) @requiresScopes(scopes: [["x"]])
    member: String @cacheControl(maxAge: 30, scope: PUBLIC) @authenticated
    policed: String @cacheControl(maxAge: 30) @policy(policies: [["p"]])
    unmarked: String
    diary: Diary @cacheControl(maxAge: 30)
    box: Box
  }
  type Diary @cacheControl(scope: PRIVATE) { id: ID! text: String }
  type Box @authenticated @cacheControl(maxAge: 30, scope: PUBLIC) { id: ID! text: String }
  type Shop @key(fields: "id") @cacheControl(maxAge: 40, scope: PUBLIC) {
    id: ID! open: String own: String @cacheControl(scope: PRIVATE) staff: String @requiresScopes(scopes: [["x"]])
    member: String @authenticated
  }
  type Note @key(fields: "id") @cacheControl(maxAge: 40, scope: PRIVATE) { id: ID! text: String }`;

/** What a fetch is allowed to tell: what everybody may see, what all of equal scopes may, or the caller's own. */
type Audience = 'everybody' | 'scopes' | 'caller';

const roots: [query: string, audience: Audience][] = [
  ['{ open }', 'everybody'],
  ['{ own }', 'caller'],
  ['{ staff }', 'scopes'],
  ['{ member }', 'caller'],
  ['{ policed }', 'caller'],
  ['{ unmarked }', 'caller'],
  ['{ open own }', 'caller'],
  ['{ open staff }', 'scopes'],
  ['{ open diary { text } }', 'caller'],
  ['{ box { text } }', 'caller'],
];
const entities: [type: string, selection: string, audience: Audience][] = [
  ['Shop', 'open', 'everybody'],
  ['Shop', 'open own', 'caller'],
  ['Shop', 'open staff', 'scopes'],
  ['Shop', 'member', 'caller'],
  ['Note', 'text', 'caller'],
];

const policies = new CachePolicies({ one: sdl });

interface Who {
  readonly id?: string | undefined;
  readonly scopes: readonly string[];
}

const callers: Callers<Who> = {
  identityOf: ({ id }) => id,
  scopesOf: ({ scopes }) => scopes,
  asNobody: (_who, scopes) => ({ scopes }),
  fromCacheOf: () => undefined,
};

const who = fc.record({
  id: fc.constantFrom(undefined, 'a', 'b', 'a b', 'a"'),
  scopes: fc.constantFrom([], ['x'], ['x', 'y'], ['y', 'x'], ['x y']),
});
const rootFetch = fc.record({
  kind: fc.constant('root' as const),
  who,
  asked: fc.constantFrom(...roots),
  word: fc.constantFrom('1', '2'),
});
const entityFetch = fc.record({
  kind: fc.constant('entities' as const),
  who,
  asked: fc.constantFrom(...entities),
  ids: fc.uniqueArray(fc.constantFrom('1', '2', '3', '4'), { minLength: 1 }),
});
const change = fc.record({
  kind: fc.constant('change' as const),
  tag: fc.constantFrom('Shop', 'Shop:1', 'Note:*', 'Diary'),
});
const passing = fc.record({ kind: fc.constant('passing' as const), seconds: fc.integer({ min: 1, max: 30 }) });
/** What happens at once, one such group after the other. */
const life = fc.array(
  fc.array(fc.oneof(rootFetch, rootFetch, entityFetch, entityFetch, change, passing), { maxLength: 6 }),
  {
    minLength: 1,
    maxLength: 12,
  },
);

type Life = typeof life extends fc.Arbitrary<infer Groups> ? Groups : never;

/** A subgraph that tells in every field whom it sees: the worst that a field could do. */
function indiscreet(query: string, variables: Readonly<Record<string, unknown>>, seen: Who): FetchResult {
  const fields = (names: string[]) => Object.fromEntries(names.map((name) => [name, JSON.stringify(seen)]));
  const representations = variables.representations as { id: string }[] | undefined;
  const names = query.match(/\b(open|own|staff|member|policed|unmarked|text)\b/g) ?? [];
  if (representations) return { data: { _entities: representations.map(({ id }) => ({ id, ...fields(names) })) } };
  const nested = query.match(/\b(diary|box)\b/)?.[0];
  return { data: nested ? { [nested]: fields(names) } : fields(names) };
}

const leaves = (value: unknown): string[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [String(value)];

function mayRead(audience: Audience, reader: Who, told: Who): boolean {
  const sameScopes = JSON.stringify([...told.scopes].sort()) === JSON.stringify([...reader.scopes].sort());
  // Who is nobody in particular is asked for as such and nothing of it kept.
  if (audience === 'caller') return told.id === reader.id && sameScopes;
  return told.id === undefined && (audience === 'scopes' ? sameScopes : told.scopes.length === 0);
}

async function live(store: CacheStore, clock: ManualClock, groups: Life): Promise<number> {
  const notes = new CacheNotes();
  const origin = async (_subgraph: string, { query, variables }: { query: string; variables: object }, seen: Who) => {
    await new Promise((resolve) => setImmediate(resolve));
    return indiscreet(query, variables as Record<string, unknown>, seen);
  };
  const fetch = cachedFetch<Who>(origin, { policies, store, callers, notes });
  for (const group of groups) {
    await Promise.all(
      group.map(async (step) => {
        if (step.kind === 'passing') return clock.advance(step.seconds * 1000);
        if (step.kind === 'change') return store.makeStale([step.tag]);
        const [query, audience] = step.kind === 'root' ? step.asked : [entitiesQuery(step.asked), step.asked[2]];
        const variables =
          step.kind === 'root'
            ? { word: step.word }
            : { representations: step.ids.map((id) => ({ __typename: step.asked[0], id })) };
        const request = { query, variables, kind: OperationTypeNode.QUERY, encode: () => '' };
        const { data } = await fetch('one', request, step.who);
        if (step.kind === 'entities') {
          const found = (data as { _entities: { id: string }[] })._entities;
          expect(found.map(({ id }) => id)).toEqual(step.ids);
          for (const each of found) delete (each as { id?: string }).id;
        }
        for (const told of leaves(data)) {
          if (mayRead(audience, step.who, JSON.parse(told))) continue;
          throw new Error(`${query} tells ${JSON.stringify(step.who)} what ${told} was told`);
        }
      }),
    );
    await notes.settled();
  }
  return notes.hits;
}

const entitiesQuery = ([type, selection]: (typeof entities)[number]) =>
  `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on ${type} { ${selection} } } }`;

test.each([
  ['in process', 500, async (clock: ManualClock) => cacheInMemory(clock)],
  [
    'over Redis',
    150,
    async (clock: ManualClock) =>
      connectCacheInRedis({
        url: (await testRedis()).url,
        clock,
        log: pino({ level: 'silent' }),
        newVersion: () => randomUUID(),
        prefix: `{test:${randomUUID()}}`,
        patienceMilliseconds: 5_000,
      }),
  ],
])('nobody reads what another was told, of kept answers %s', async (_name, numRuns, open) => {
  let hits = 0;
  await fc.assert(
    fc.asyncProperty(life, async (groups) => {
      const clock = new ManualClock({ stands: true });
      const store = await open(clock);
      hits += await live(store, clock, groups);
      await store.close();
    }),
    { numRuns },
  );
  // About one a run, by chance: as few as this are not seen in a thousand times.
  expect(hits).toBeGreaterThan(numRuns / 6);
});
