import { OperationTypeNode } from 'graphql';
import { composeSupergraph } from '../../schema/compose.ts';
import { ManualClock } from '../../subgraphs/kernel/clock.ts';
import { createExecutor } from '../executor/executor.ts';
import type { Fetch, FetchRequest, FetchResult } from '../executor/fetch.ts';
import { cacheInMemory } from './cache-store.memory.ts';
import type { CacheStore } from './cache-store.ts';
import { CacheNotes, type Callers, cachedFetch, type FromCache, sharingKey } from './cached-fetch.ts';
import { CachePolicies } from './policies.ts';

const HEAD = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@inaccessible", "@requiresScopes", "@authenticated"])
  enum CacheControlScope @inaccessible { PUBLIC PRIVATE }
  directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
`;
const sdls = {
  shops: `${HEAD}
    type Query {
      shops(near: Near, search: String): [Shop!]! @cacheControl(maxAge: 30)
      own: [Shop!]! @cacheControl(maxAge: 30, scope: PRIVATE)
      counts: Int @cacheControl(maxAge: 30) @requiresScopes(scopes: [["clerk"]])
      diary: Int @cacheControl(maxAge: 30) @authenticated
      unmarked: Int
    }
    input Near { latitude: Float! longitude: Float! }
    type Mutation { rename(name: String): Renamed  import: Int  visit: Int }
    type Renamed { shop: Shop }
    type Shop @key(fields: "id") @cacheControl(maxAge: 60) { id: ID! name: String }`,
  stars: `${HEAD}
    type Shop @key(fields: "id") @cacheControl(maxAge: 20) { id: ID! stars: Int  note(word: String): String  mine: Int @cacheControl(scope: PRIVATE) }`,
};
const { supergraphSdl } = composeSupergraph(sdls);

interface Who {
  readonly id?: string;
  readonly scopes: readonly string[];
  readonly fromCache?: FromCache;
}

const callers: Callers<Who> = {
  identityOf: ({ id }) => id,
  scopesOf: ({ scopes }) => scopes,
  asNobody: (_who, scopes) => ({ scopes }),
  fromCacheOf: ({ fromCache }) => fromCache,
};
const nobody: Who = { scopes: [] };
const ann: Who = { id: 'ann', scopes: ['clerk'] };
const bob: Who = { id: 'bob', scopes: ['clerk'] };

type Answer = (request: FetchRequest, who: Who) => FetchResult | Promise<FetchResult>;

function start(answers: Record<string, Answer>, store?: CacheStore) {
  const clock = new ManualClock({ stands: true });
  const sent: { subgraph: string; request: FetchRequest; who: Who }[] = [];
  const notes = new CacheNotes();
  const policies = new CachePolicies(sdls, { import: ['Shop'] });
  const kept = store ?? cacheInMemory(clock);
  const origin: Fetch<Who> = async (subgraph, request, who) => {
    sent.push({ subgraph, request, who });
    const answer = answers[subgraph];
    if (!answer) throw new Error(`${subgraph} is away.`);
    return structuredClone(await answer(request, who));
  };
  const fetch = cachedFetch(origin, { policies, store: kept, callers, notes });
  const executor = createExecutor<Who>({ supergraphSdl, fetch });
  async function run(query: string, who: Who = nobody, variables = {}) {
    const prepared = executor.prepare(query);
    if (prepared.errors) throw prepared.errors[0];
    return JSON.parse(JSON.stringify(await executor.execute(prepared.operation, variables, who)));
  }
  const asked = () => sent.splice(0).map(({ subgraph }) => subgraph);
  return { clock, sent, asked, notes, run, fetch, policies, store: kept };
}

const shopsOf = (...ids: string[]) => ids.map((id) => ({ __typename: 'Shop', id, name: `shop ${id}` }));
const idsOf = ({ variables }: FetchRequest) => (variables.representations as { id: string }[]).map(({ id }) => id);
const starsOf: Answer = (request) => ({ data: { _entities: idsOf(request).map((id) => ({ stars: Number(id) })) } });

describe('root fields', () => {
  test('are asked for once, and again when their time is over', async () => {
    const { run, asked, clock, notes } = start({ shops: () => ({ data: { shops: shopsOf('1') } }) });
    const first = await run('{ shops { name } }');
    expect(await run('{ shops { name } }', ann)).toEqual(first);
    expect(asked()).toEqual(['shops']);
    expect(notes).toMatchObject({ hits: 1, misses: 1 });
    clock.advance(30_000);
    await run('{ shops { name } }', bob);
    expect(asked()).toEqual(['shops']);
  });

  test('are another thing with other variables, and in another text', async () => {
    const { run, asked } = start({ shops: () => ({ data: { shops: [] } }) });
    const query = 'query ($search: String) { shops(search: $search) { name } }';
    await run(query, nobody, { search: 'a' });
    await run(query, nobody, { search: 'b' });
    await run('{ shops { id } }');
    expect(asked().length).toBe(3);
    await run(query, nobody, { search: 'a' });
    expect(asked()).toEqual([]);
  });

  test('that nobody marked are not kept', async () => {
    const { run, asked } = start({ shops: () => ({ data: { unmarked: 1, shops: [] } }) });
    for (const query of ['{ unmarked }', '{ unmarked shops { id } }']) {
      await run(query, ann);
      await run(query, ann);
      expect(asked().length).toBe(2);
    }
  });

  test('about a place where somebody is are not kept', async () => {
    const { run, asked, sent } = start({ shops: () => ({ data: { shops: [] } }) });
    const near = { latitude: 30.2, longitude: -97.7 };
    const query = 'query ($near: Near) { shops(near: $near) { name } }';
    for (let count = 0; count < 2; count++) {
      await run(query, nobody, { near });
      await run('{ shops(near: { latitude: 30.2, longitude: -97.7 }) { name } }');
    }
    expect(asked().length).toBe(4);
    await run(query, ann, { near });
    expect(sent.pop()?.who).toEqual(nobody);
    await run(query);
    await run(query);
    expect(asked().length).toBe(1);
  });

  test('with errors are not kept', async () => {
    let count = 0;
    const { run, asked } = start({
      shops: () => ({ data: { shops: shopsOf('1') }, ...(count++ === 0 && { errors: [{ message: 'Half.' }] }) }),
    });
    expect((await run('{ shops { name } }')).errors).toHaveLength(1);
    expect((await run('{ shops { name } }')).errors).toBeUndefined();
    expect(asked().length).toBe(2);
  });

  test('what the executor writes into an answer is not in what is kept', async () => {
    const { run, asked } = start({ shops: () => ({ data: { shops: shopsOf('1') } }), stars: starsOf });
    const first = await run('{ shops { id stars } }');
    expect(await run('{ shops { id stars } }')).toEqual(first);
    expect(await run('{ shops { id stars } }')).toEqual(first);
    expect(asked()).toEqual(['shops', 'stars']);
  });
});

describe('who reads', () => {
  const answers = {
    shops: (request: FetchRequest, { id }: Who) => ({
      data: /own/.test(request.query) ? { own: shopsOf(id ?? 'none') } : { shops: shopsOf('1'), counts: 7, diary: 7 },
    }),
  };

  test('what is private is kept for its caller alone, and for nobody in particular not at all', async () => {
    const { run, asked } = start(answers);
    const ownOf = async (who: Who) => (await run('{ own { id } }', who)).data.own[0].id;
    expect([await ownOf(ann), await ownOf(bob), await ownOf(ann), await ownOf(bob)]).toEqual([
      'ann',
      'bob',
      'ann',
      'bob',
    ]);
    expect(asked().length).toBe(2);
    expect([await ownOf(nobody), await ownOf(nobody)]).toEqual(['none', 'none']);
    expect(asked().length).toBe(2);
  });

  test('the same account with other scopes is another reader', async () => {
    const { run, asked } = start(answers);
    await run('{ own { id } }', ann);
    await run('{ own { id } }', { ...ann, scopes: [] });
    expect(asked().length).toBe(2);
  });

  test('what is public is asked for as nobody', async () => {
    const { run, sent } = start(answers);
    await run('{ shops { id } }', ann);
    expect(sent[0]?.who).toEqual({ scopes: [] });
  });

  test('behind a guard for scopes it is asked for with the scopes alone, and shared among equal ones', async () => {
    const { run, sent } = start(answers);
    await run('{ counts }', ann);
    await run('{ counts }', bob);
    await run('{ counts }', { id: 'eve', scopes: ['visitor'] });
    expect(sent.map(({ who }) => who)).toEqual([{ scopes: ['clerk'] }, { scopes: ['visitor'] }]);
  });

  test('behind any other guard it is private', async () => {
    const { run, sent } = start(answers);
    await run('{ diary }', ann);
    await run('{ diary }', bob);
    await run('{ diary }', ann);
    expect(sent.map(({ who }) => who)).toEqual([ann, bob]);
  });

  test('only callers who may read the same share a fetch in flight', () => {
    const { policies } = start(answers);
    const keyOf = (query: string, who: Who, kind = OperationTypeNode.QUERY) =>
      sharingKey({ policies, callers }, 'shops', { query, kind, variables: {}, encode: () => '' }, who);
    expect(keyOf('{ shops { id } }', ann)).toBe(keyOf('{ shops { id } }', nobody));
    expect(keyOf('{ counts }', ann)).toBe(keyOf('{ counts }', bob));
    expect(keyOf('{ counts }', ann)).not.toBe(keyOf('{ counts }', nobody));
    expect(keyOf('{ unmarked }', ann)).toBeUndefined();
    for (const query of ['{ own { id } }', '{ diary }']) {
      expect(keyOf(query, ann)).toBe(keyOf(query, ann));
      expect(keyOf(query, ann)).not.toBe(keyOf(query, bob));
      expect(keyOf(query, nobody)).toBeUndefined();
    }
    expect(keyOf('mutation { visit }', ann, OperationTypeNode.MUTATION)).toBeUndefined();
  });
});

describe('entities', () => {
  const listing =
    (...ids: string[]): Answer =>
    () => ({ data: { shops: shopsOf(...ids) } });

  test('only those that are missing are asked for, and each comes back to its place', async () => {
    let ids = ['1', '3'];
    const { run, sent, clock, notes } = start({ shops: (...asked) => listing(...ids)(...asked), stars: starsOf });
    await run('{ shops { id stars } }');
    clock.advance(10_000);
    ids = ['2', '3', '4', '1'];
    sent.length = 0;
    const { data } = await run('{ shops { id stars name } }');
    expect(data.shops.map(({ stars }: { stars: number }) => stars)).toEqual([2, 3, 4, 1]);
    expect(sent.map(({ request }) => request.variables.representations)).toEqual([
      undefined,
      [
        { __typename: 'Shop', id: '2' },
        { __typename: 'Shop', id: '4' },
      ],
    ]);
    expect(JSON.parse(sent[1]?.request.encode() ?? '')).toEqual({
      query: sent[1]?.request.query,
      variables: sent[1]?.request.variables,
    });
    expect(notes).toMatchObject({ hits: 2, misses: 6 });
  });

  test('each has a time of its own', async () => {
    let ids = ['1'];
    const { run, asked, clock } = start({ shops: (...all) => listing(...ids)(...all), stars: starsOf });
    await run('{ shops { stars } }');
    clock.advance(15_000);
    ids = ['1', '2'];
    await run('{ shops { stars id } }');
    clock.advance(5_000);
    asked();
    await run('{ shops { stars id } }');
    expect(asked()).toEqual(['stars']);
  });

  test('an error stands where its entity stands, and nothing of that answer is kept', async () => {
    let ids = ['1'];
    let isBroken = false;
    const { run, sent } = start({
      shops: (...all) => listing(...ids)(...all),
      stars: (request) => {
        const entities = idsOf(request).map((id) => (isBroken && id === '3' ? null : { stars: Number(id) }));
        const errors = [{ message: 'No star.', path: ['_entities', entities.indexOf(null), 'stars'] }];
        return { data: { _entities: entities }, ...(isBroken && { errors }) };
      },
    });
    await run('{ shops { stars } }');
    ids = ['1', '2', '3'];
    isBroken = true;
    const { data, errors } = await run('{ shops { stars name } }');
    expect(data.shops.map(({ stars }: { stars: number }) => stars)).toEqual([1, 2, null]);
    expect(errors.map(({ path }: { path: unknown }) => path)).toEqual([['shops', 2, 'stars']]);
    isBroken = false;
    sent.length = 0;
    await run('{ shops { stars name id } }');
    expect(idsOf(sent.at(-1)?.request as FetchRequest)).toEqual(['2', '3']);
  });

  test('one that is not there is asked for again', async () => {
    const { run, asked } = start({ shops: listing('1'), stars: () => ({ data: { _entities: [null] } }) });
    await run('{ shops { stars } }');
    await run('{ shops { stars } }');
    expect(asked()).toEqual(['shops', 'stars', 'stars']);
  });

  test('a subgraph that is away costs what is not kept, and nothing that is', async () => {
    const answers: Record<string, Answer> = { shops: listing('1', '2'), stars: starsOf };
    const { run } = start(answers);
    const first = await run('{ shops { stars } }');
    delete answers.stars;
    delete answers.shops;
    expect(await run('{ shops { stars } }')).toEqual(first);
    expect((await run('{ shops { stars name } }')).errors[0].message).toContain('away');
  });

  test('an answer of the wrong length is an error as without a cache', async () => {
    let ids = ['1'];
    const { run } = start({
      shops: (...all) => listing(...ids)(...all),
      stars: (request) => ({ data: { _entities: idsOf(request).includes('3') ? [] : [{ stars: 1 }] } }),
    });
    await run('{ shops { stars } }');
    ids = ['1', '3'];
    expect((await run('{ shops { stars name } }')).errors[0].message).toContain('to contain 1 elements');
  });

  test('with other arguments it is another answer, and private fields make it private', async () => {
    const { run, asked } = start({
      shops: listing('1'),
      stars: (request, { id }) => ({
        data: { _entities: [{ note: String(request.variables.word), mine: id === 'ann' ? 1 : 2 }] },
      }),
    });
    const query = 'query ($word: String) { shops { note(word: $word) } }';
    expect((await run(query, ann, { word: 'a' })).data.shops[0].note).toBe('a');
    expect((await run(query, ann, { word: 'b' })).data.shops[0].note).toBe('b');
    expect((await run('{ shops { mine } }', ann)).data.shops[0].mine).toBe(1);
    expect((await run('{ shops { mine } }', bob)).data.shops[0].mine).toBe(2);
    asked();
    expect((await run('{ shops { mine } }', ann)).data.shops[0].mine).toBe(1);
    expect(asked()).toEqual([]);
  });
});

describe('changes', () => {
  test('what a mutation may have changed is asked for again, though it failed or did not answer with it', async () => {
    let name = 'old';
    const { run, asked } = start({
      shops: ({ query }) => {
        if (!query.startsWith('mutation')) return { data: { shops: [{ __typename: 'Shop', id: '1', name }] } };
        name = 'new';
        throw new Error('The connection broke.');
      },
      stars: starsOf,
    });
    await run('{ shops { name stars } }');
    await run('mutation { rename(name: "new") { __typename } }');
    asked();
    expect((await run('{ shops { name stars } }')).data.shops[0].name).toBe('new');
    expect(asked()).toEqual(['shops', 'stars']);
  });

  test('also what it does not say that it changes; others change nothing', async () => {
    const { run, asked } = start({
      shops: ({ query }) => ({
        data: query.startsWith('mutation') ? { visit: 1, import: 1 } : { shops: shopsOf('1') },
      }),
    });
    await run('{ shops { name } }');
    await run('mutation { visit }', ann);
    asked();
    await run('{ shops { name } }');
    expect(asked()).toEqual([]);
    await run('mutation { import }', ann);
    asked();
    await run('{ shops { name } }');
    expect(asked()).toEqual(['shops']);
  });

  test('an answer that was under way when its things changed is given, and not kept', async () => {
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const { run, store, asked } = start({
      shops: async () => {
        begun.resolve();
        await finish.promise;
        return { data: { shops: shopsOf('1') } };
      },
    });
    const running = run('{ shops { name } }');
    await begun.promise;
    await store.makeStale(['Shop']);
    finish.resolve();
    expect((await running).data.shops).toHaveLength(1);
    await run('{ shops { name } }');
    expect(asked()).toEqual(['shops', 'shops']);
  });

  test('a store that cannot be reached costs nothing but the cache', async () => {
    const away: CacheStore = {
      look: async (wanted) => wanted.map(() => ({})),
      keep: async () => {},
      makeStale: async () => {
        throw new Error('away');
      },
      close: async () => {},
    };
    const { run, asked } = start(
      { shops: () => ({ data: { shops: shopsOf('1', '2'), rename: { shop: null } } }), stars: starsOf },
      away,
    );
    for (let count = 0; count < 2; count++) expect((await run('{ shops { stars } }')).data.shops).toHaveLength(2);
    expect((await run('mutation { rename { shop { id } } }', ann)).errors).toBeUndefined();
    expect(asked()).toEqual(['shops', 'stars', 'shops', 'stars', 'shops']);
  });
});

test('an answer is as old as the oldest part that it was given', async () => {
  let ids = ['1'];
  const { run, clock } = start({ shops: () => ({ data: { shops: shopsOf(...ids) } }), stars: starsOf });
  const agedBy = async (query: string) => {
    const fromCache = { ageSeconds: 0 };
    await run(query, { ...ann, fromCache });
    return fromCache.ageSeconds;
  };
  expect(await agedBy('{ shops { stars } }')).toBe(0);
  clock.advance(7_000);
  expect(await agedBy('{ shops { id } }')).toBe(0);
  ids = ['1', '2'];
  expect(await agedBy('{ shops { stars name } }')).toBe(7);
  clock.advance(5_000);
  expect(await agedBy('{ shops { stars name } }')).toBe(12);
  expect(await agedBy('{ shops { id } }')).toBe(5);
});
