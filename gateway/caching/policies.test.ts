import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import fc from 'fast-check';
import { parse } from 'graphql';
import { selectOperation } from '../executor/operation.ts';
import { CachePolicies } from './policies.ts';
import { responseHeaders } from './response-headers.ts';

const HEAD = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@shareable", "@requiresScopes", "@authenticated", "@inaccessible"])
  enum CacheControlScope @inaccessible { PUBLIC PRIVATE }
  directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
`;

function policyOf(sdl: string, query: string) {
  return new CachePolicies({ one: HEAD + sdl }, { import: ['Thing'] }).of('one', query);
}

function keepingOf(sdl: string, query: string) {
  const policy = policyOf(sdl, query);
  return 'keeping' in policy ? policy.keeping : undefined;
}

describe('the policy of a fetch', () => {
  const names = ['A', 'B', 'C'];
  const annotation = fc.oneof(
    { weight: 2, arbitrary: fc.constant('') },
    { weight: 5, arbitrary: fc.integer({ min: 1, max: 9 }).map((age) => `@cacheControl(maxAge: ${age * 10})`) },
    { weight: 1, arbitrary: fc.constant('@cacheControl(maxAge: 0)') },
    { weight: 2, arbitrary: fc.constant('@cacheControl(inheritMaxAge: true)') },
    { weight: 1, arbitrary: fc.constant('@cacheControl(scope: PRIVATE)') },
    { weight: 1, arbitrary: fc.constant('@cacheControl(maxAge: 40, scope: PRIVATE)') },
    { weight: 1, arbitrary: fc.constant('@cacheControl(inheritMaxAge: true, scope: PRIVATE)') },
    { weight: 1, arbitrary: fc.constant('@cacheControl(scope: PUBLIC)') },
  );
  const fieldType = fc.constantFrom('Int', 'Kind', ...names);
  const typeArbitrary = fc.record({
    annotation,
    fields: fc.array(fc.record({ type: fieldType, annotation }), { minLength: 1, maxLength: 3 }),
  });
  const graph = fc.record({ A: typeArbitrary, B: typeArbitrary, C: typeArbitrary, Query: typeArbitrary });
  type Graph = typeof graph extends fc.Arbitrary<infer Value> ? Value : never;

  const sdlOf = (types: Graph) => {
    const bodies = Object.entries(types).map(([name, { annotation, fields }]) => {
      const lines = fields.map((field, index) => `f${index}: ${field.type} ${field.annotation}`);
      const isRoot = name === 'Query';
      return `type ${name} ${isRoot ? '' : `@key(fields: "id") ${annotation}`} { ${isRoot ? '' : 'id: ID!'} ${lines.join(' ')} }`;
    });
    return `${bodies.join('\n')}\nscalar Kind`;
  };

  /** A selection of up to three levels, by what `pick` says. */
  function selectionOf(types: Graph, typeName: keyof Graph, pick: () => number, depth: number): string {
    const parts = types[typeName].fields.flatMap(({ type }, index) => {
      if (pick() < 0.4) return [];
      if (!names.includes(type)) return [`f${index}`];
      if (depth === 0) return [];
      const inner = selectionOf(types, type as keyof Graph, pick, depth - 1);
      return [`f${index} { ${pick() < 0.3 ? `... on ${type} { ${inner} }` : inner} }`];
    });
    return parts.join(' ') || (typeName === 'Query' ? 'f0Missing: __typename' : 'id');
  }

  const thing = (name: string): object => ({ __typename: name, id: '1' });
  function resolversOf(types: Graph) {
    const entries = Object.entries(types).map(([name, { fields }]) => {
      const resolvers = fields.map(({ type }, index) => [`f${index}`, () => (names.includes(type) ? thing(type) : 1)]);
      const reference = name === 'Query' ? [] : [['__resolveReference', () => thing(name)]];
      return [name, Object.fromEntries([...resolvers, ...reference])];
    });
    return Object.fromEntries(entries);
  }

  test("is what Apollo Server reckons for the same subgraph's answer", async () => {
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(
        graph,
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        fc.boolean(),
        async (types, stream, isEntity) => {
          const pick = () => stream.next().value;
          const type = names[Math.floor(pick() * 2.99)] as keyof Graph;
          const query = isEntity
            ? `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on ${type} { ${selectionOf(types, type, pick, 2)} } } }`
            : `{ ${selectionOf(types, 'Query', pick, 3)} }`;
          const sdl = sdlOf(types);
          const server = new ApolloServer({
            schema: buildSubgraphSchema([{ typeDefs: parse(HEAD + sdl), resolvers: resolversOf(types) as never }]),
            plugins: [ApolloServerPluginInlineTraceDisabled()],
          });
          const { http } = await server.executeOperation({ query, variables: { representations: [thing(type)] } });
          const keeping = keepingOf(sdl, query);
          if (keeping) kept++;
          const scope = keeping?.audience === 'caller' ? 'private' : 'public';
          const ours = keeping ? `max-age=${keeping.maxAgeSeconds}, ${scope}` : 'no-store';
          expect(`${ours} for ${query}`).toBe(`${http.headers.get('cache-control')} for ${query}`);
          await server.stop();
        },
      ),
      { numRuns: 250 },
    );
    expect(kept).toBeGreaterThan(20);
  });

  const shops = `
    type Query { shops: [Shop!] @cacheControl(maxAge: 30)  any: [Any!] @cacheControl(maxAge: 30)  named: Named @cacheControl(maxAge: 30) }
    type Mutation { open: Opened  import: Int  other: Other }
    type Opened { shop: Shop }
    type Other { id: ID! }
    type Shop implements Named @key(fields: "id") @cacheControl(maxAge: 60) { id: ID! name: String secret: Int @requiresScopes(scopes: [["x"]]) owner: Owner }
    type Owner @authenticated @cacheControl(inheritMaxAge: true) { id: ID! }
    type Thing implements Named @key(fields: "id") @cacheControl(maxAge: 10) { id: ID! name: String @cacheControl(maxAge: 5) }
    type Bare @key(fields: "id") { id: ID! name: String }
    interface Named { name: String }
    union Any = Shop | Thing`;
  const entities = (selection: string) =>
    `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`;

  test('knows the things that stand in an answer; of an interface or union all that there may be', () => {
    expect(keepingOf(shops, '{ shops { name owner { id } } }')?.things).toEqual(['Shop', 'Owner']);
    expect(keepingOf(shops, '{ any { __typename } }')?.things).toEqual(['Shop', 'Thing']);
    expect(keepingOf(shops, entities('... on Shop { name }'))?.things).toEqual([]);
  });

  test('is the strictest of all entities and of all objects behind an interface', () => {
    expect(keepingOf(shops, entities('... on Shop { name } ... on Thing { id }'))?.maxAgeSeconds).toBe(10);
    expect(keepingOf(shops, entities('... on Shop { name } ... on Bare { name }'))).toBeUndefined();
    expect(keepingOf(shops, '{ named { name } }')?.maxAgeSeconds).toBe(5);
  });

  test('heeds guards of fields and types', () => {
    expect(keepingOf(shops, '{ shops { name } }')?.audience).toBe('everybody');
    expect(keepingOf(shops, '{ shops { secret } }')?.audience).toBe('scopes');
    expect(keepingOf(shops, entities('... on Shop { secret }'))?.audience).toBe('scopes');
    expect(keepingOf(shops, '{ shops { owner { id } } }')?.audience).toBe('caller');
    expect(keepingOf(shops, entities('... on Shop { secret owner { id } }'))?.audience).toBe('caller');
  });

  test('of a mutation says which kept things it may change', () => {
    expect(policyOf(shops, 'mutation { open { __typename } }')).toEqual({
      kind: 'mutation',
      changes: ['Shop'],
    });
    expect(policyOf(shops, 'mutation { import }')).toEqual({ kind: 'mutation', changes: ['Thing'] });
    expect(policyOf(shops, 'mutation { other { id } }')).toEqual({ kind: 'none' });
  });

  test('is none for subscriptions, for unknown subgraphs and unknown fields', () => {
    expect(policyOf(shops, 'subscription { shops { name } }')).toEqual({ kind: 'none' });
    expect(policyOf(shops, '{ shops { color } }')).toEqual({ kind: 'none' });
    expect(new CachePolicies({}).of('two', '{ shops { name } }')).toEqual({ kind: 'none' });
  });

  test('names a fetch anew where the SDL behind the same text is another', () => {
    const idOf = (sdl: string) => policyOf(sdl, '{ shops { name } }') as { id: string };
    expect(idOf(shops).id).toBe(idOf(shops).id);
    expect(idOf(shops).id).not.toBe(idOf(`${shops} scalar Else`).id);
  });
});

describe('the headers of a response', () => {
  const policies = new CachePolicies({
    shops: `${HEAD}
      type Query { shops(near: Int): [Shop!] @cacheControl(maxAge: 300)  own: Shop @cacheControl(maxAge: 20, scope: PRIVATE)  none: Int  counts: Int @cacheControl(maxAge: 20) @requiresScopes(scopes: [["x"]]) }
      type Mutation { shop: Shop }
      type Shop @key(fields: "id") @cacheControl(maxAge: 300) { id: ID! name: String tag: Tag }
      type Tag @key(fields: "id", resolvable: false) { id: ID! }`,
    stars: `${HEAD}
      type Shop @key(fields: "id") @cacheControl(maxAge: 15) { id: ID! stars: Int name: String @external }
      type Query { votes: [Shop!] @cacheControl(maxAge: 30) }`,
    notes: `${HEAD}
      type Shop @key(fields: "id") { id: ID! note: String }`,
  });
  function headersOf(query: string, { ageSeconds = 0, errors = 0, variables = {}, isOpenToAll = true } = {}) {
    const operation = selectOperation(parse(query), undefined);
    if (typeof operation === 'string') throw new Error(operation);
    const result = errors ? { errors: [{ message: 'x' }], data: {} } : { data: {} };
    return responseHeaders(policies, {
      operation: operation as never,
      variables,
      result: result as never,
      isOpenToAll,
      ageSeconds,
    });
  }
  const noStore = { 'cache-control': 'no-store' };

  test('tell the least time of all subgraphs that are asked, a minute at most, and the age', () => {
    expect(headersOf('{ shops { name } }')).toEqual({ 'cache-control': 'max-age=60, public' });
    expect(headersOf('{ shops { name stars } }', { ageSeconds: 7 })).toEqual({
      'cache-control': 'max-age=15, public',
      age: '7',
    });
    expect(headersOf('{ votes { ...all } } fragment all on Shop { id name stars }')).toEqual({
      'cache-control': 'max-age=30, public',
    });
  });

  test('keep from caches what is not marked wherever it comes from', () => {
    for (const query of ['{ none }', '{ shops { note } }', '{ shops { tag { id } } }', '{ unknown }']) {
      expect(headersOf(query)).toEqual(noStore);
    }
  });

  test('keep from shared caches what is private or guarded, and one person from what another was given', () => {
    const mine = { 'cache-control': 'max-age=20, private', vary: 'authorization, x-api-key' };
    expect(headersOf('{ own { name } }')).toEqual(mine);
    expect(headersOf('{ counts }')).toEqual(mine);
    expect(headersOf('{ shops { name } }', { isOpenToAll: false })['cache-control']).toBe('max-age=60, private');
  });

  test('keep nothing of what is no query, of answers with errors, and of questions about a place', () => {
    expect(headersOf('mutation { shop { name } }')).toEqual(noStore);
    expect(headersOf('subscription { shops { name } }')).toEqual(noStore);
    expect(headersOf('{ shops { name } }', { errors: 1 })).toEqual(noStore);
    expect(headersOf('{ shops { name } }', { variables: { near: { latitude: 1 } } })).toEqual(noStore);
    expect(headersOf('{ shops(near: { latitude: 1 }) { name } }')).toEqual(noStore);
  });
});
