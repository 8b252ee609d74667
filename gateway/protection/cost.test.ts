import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import fc from 'fast-check';
import { type FragmentDefinitionNode, Kind, type OperationDefinitionNode, parse, validate } from 'graphql';
import { composeSupergraph } from '../../schema/compose.ts';
import { compileCost } from './cost.ts';
import { readWeights } from './weights.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", ';
const body = (cost: string, listSize: string) => `
  type Query {
    thing: Thing
    free: Thing @${cost}(weight: 0)
    things(first: Int! = 5): [Thing!]! @${listSize}(slicingArguments: ["first"])
    few: [Thing!]! @${listSize}(assumedSize: 3)
    some: [Thing!]!
    page(first: Int, last: Int): Page @${listSize}(slicingArguments: ["first", "last"], sizedFields: ["edges"])
    lax(first: Int): [Thing!]! @${listSize}(slicingArguments: ["first"], assumedSize: 7, requireOneSlicingArgument: false)
    numbers: [Int!]! @${listSize}(assumedSize: 100)
    search(by: Search, text: String @${cost}(weight: 4)): Either
    leaf: Int @${cost}(weight: 2)
    heavy: Heavy
  }
  type Mutation { write: Thing }
  type Page { edges: [Edge!]! total: Int! }
  type Edge { node: Thing }
  type Thing implements Named @key(fields: "id") { id: ID! name: String other: Thing things: [Thing!]! @${listSize}(assumedSize: 2) }
  type Heavy implements Named @${cost}(weight: 20) { name: String thing: Thing }
  interface Named { name: String }
  union Either = Thing | Heavy
  input Search { exact: String fuzzy: String @${cost}(weight: 9) inner: Search }
`;

function model(imports: string, cost: string, listSize: string) {
  const { supergraphSdl } = composeSupergraph({ one: `${LINK}${imports}])${body(cost, listSize)}` });
  const schema = Supergraph.build(supergraphSdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES })
    .apiSchema()
    .toGraphQLJSSchema();
  return { schema, weights: readWeights(supergraphSdl) };
}

const plain = model('"@cost", "@listSize"', 'cost', 'listSize');

function compiled(text: string, of = plain) {
  const document = parse(text);
  expect(validate(of.schema, document)).toEqual([]);
  const fragments = document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
  const byName = Object.fromEntries(fragments.map((each) => [each.name.value, each as FragmentDefinitionNode]));
  const definition = document.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
  return compileCost(of, definition as OperationDefinitionNode, byName);
}

test.each([
  ['an object', '{ thing { id name } }', 1],
  ['an object in an object', '{ thing { other { id } } }', 2],
  ['nothing but numbers', '{ __typename }', 0],
  ['a field that is marked', '{ free { id } leaf }', 2],
  ['what is below a free field', '{ free { other { id } } }', 1],
  ['a marked type', '{ heavy { thing { id } } }', 21],
  ['a mutation', 'mutation { write { id } }', 11],
  ['a list by its argument', '{ things(first: 4) { other { id } } }', 8],
  ['a list by the default of its argument', '{ things { id } }', 5],
  ['a list by its assumed size', '{ few { id } }', 3],
  ['a list of which nothing is said', '{ some { id } }', 10],
  ['lists in lists', '{ few { things { things { id } } } }', 3 + 6 + 12],
  ['a list of numbers', '{ numbers }', 0],
  ['a page, its list as long as asked', '{ page(first: 6) { total edges { node { id } } } }', 1 + 6 * 2],
  ['a page by either argument', '{ page(last: 2) { edges { node { id } } } }', 1 + 2 * 2],
  ['a list by its argument where none is needed', '{ lax(first: 2) { id } }', 2],
  ['a list by its assumed size where the argument is absent', '{ lax { id } }', 7],
  [
    'the dearest of types that exclude one another',
    '{ search { ... on Thing { id } ... on Heavy { thing { id } } } }',
    20 + 1,
  ],
  ['what all of a union have', '{ search { __typename ... on Named { name } } }', 20],
  ['a marked argument', '{ search(text: "x") { __typename } }', 20 + 4],
  ['a marked input field, deep', '{ search(by: { exact: "x", inner: { fuzzy: "x" } }) { __typename } }', 20 + 9],
  [
    'fragments wherever they are spread',
    '{ a: thing { ...F } b: thing { ...F } } fragment F on Thing { other { id } }',
    4,
  ],
  ['what is skipped', '{ few @skip(if: true) { id } thing @include(if: false) { id } leaf @include(if: true) }', 2],
  ['questions for the schema', '{ __schema { types { fields { name } } } __type(name: "Thing") { name } }', 10],
])('%s costs what the specification says', (_name, text, cost) => {
  expect(compiled(text).of({})).toBe(cost);
});

test('variables decide: sizes, defaults, conditions and marked inputs', () => {
  const sized = compiled('query ($n: Int! = 8) { things(first: $n) { id } }');
  expect([sized.of({}), sized.of({ n: 3 }), sized.of({ n: 2.5 }), sized.of({ n: 'x' }), sized.of({ n: -1 })]).toEqual([
    8, 3, 3, 0, 0,
  ]);
  const unset = compiled('query ($n: Int) { page(first: $n) { edges { node { id } } } }');
  expect(unset.of({ n: 4 })).toBe(9);
  const shown = compiled('query ($on: Boolean!) { few @include(if: $on) { id } leaf @skip(if: $on) }');
  expect([shown.of({ on: true }), shown.of({ on: false })]).toEqual([3, 2]);
  const searched = compiled('query ($by: Search) { search(by: $by) { __typename } }');
  expect([searched.of({}), searched.of({ by: { fuzzy: 'x', inner: { fuzzy: 'y' } } })]).toEqual([20, 38]);
});

test('a page without exactly one slicing argument is refused where one is required', () => {
  const sentence = 'Query.page needs exactly one of the arguments first, last.';
  expect(compiled('{ page { total } }').problem({})).toBe(sentence);
  expect(compiled('{ page(first: 1, last: 1) { total } }').problem({})).toBe(sentence);
  expect(compiled('{ page(first: 1) { total } }').problem({})).toBeUndefined();
  const either = compiled('query ($n: Int, $m: Int) { page(first: $n, last: $m) { total } }');
  expect([either.problem({}), either.problem({ n: 1, m: null }), either.problem({ n: 1, m: 2 })]).toEqual([
    sentence,
    undefined,
    sentence,
  ]);
  expect(compiled('{ lax { id } things { id } }').problem({})).toBeUndefined();
});

test('the dearest root field is named with what it costs', () => {
  const cost = compiled('query ($n: Int!) { thing { id } many: things(first: $n) { id } few { id } }');
  expect(cost.dearest({ n: 50 })).toEqual({ field: 'things', cost: 50 });
  expect(cost.dearest({ n: 1 })).toEqual({ field: 'few', cost: 3 });
});

test('what grows beyond all numbers stays a number', () => {
  const huge = compiled('query ($n: Int!) { things(first: $n) { things { things { id } } } }');
  expect(huge.of({ n: Number.MAX_VALUE })).toBe(Number.MAX_SAFE_INTEGER);
});

test('the directives are found under the names that the supergraph gives them', () => {
  for (const [imports, cost, listSize] of [
    ['{ name: "@cost", as: "@price" }, { name: "@listSize", as: "@size" }', 'price', 'size'],
    ['"@inaccessible"', 'federation__cost', 'federation__listSize'],
  ] as const) {
    const named = model(imports, cost, listSize);
    expect(named.weights.costs.get('Heavy')).toBe(20);
    expect(compiled('{ few { id } heavy { name } }', named).of({})).toBe(23);
  }
});

test('a supergraph without the directives has weights of no type', () => {
  const { supergraphSdl } = composeSupergraph({ one: `${LINK}"@cost"]) type Query { a: Int }` });
  expect(readWeights(supergraphSdl)).toEqual({ costs: new Map(), listSizes: new Map() });
});

test('what is written out costs what it costs by variables', () => {
  const size = fc.integer({ min: 0, max: 1_000 });
  fc.assert(
    fc.property(size, size, fc.boolean(), fc.boolean(), (n, m, on, off) => {
      const selections = (a: unknown, b: unknown, c: unknown, d: unknown) => `
        things(first: ${a}) { ...F things @include(if: ${c}) { id } }
        page(last: ${b}) @skip(if: ${d}) { edges { node { ...F } } }
        search { ... on Thing @include(if: ${c}) { ...F } ... on Heavy { thing { ...F } } }`;
      const fragment = 'fragment F on Thing { other { things { id } } }';
      const written = compiled(`{ ${selections(n, m, on, off)} } ${fragment}`);
      const given = compiled(
        `query ($a: Int!, $b: Int!, $c: Boolean!, $d: Boolean!) { ${selections('$a', '$b', '$c', '$d')} } ${fragment}`,
      );
      expect(given.of({ a: n, b: m, c: on, d: off })).toBe(written.of({}));
    }),
  );
});
