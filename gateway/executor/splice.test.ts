/*
 * Answers spliced from texts against those made of objects, which the differential test holds to the stock executor:
 * generated graphs, operations and faults. And what the texts of leaves may be.
 */
import { buildSubgraphSchema } from '@apollo/subgraph';
import fc from 'fast-check';
import {
  type ExecutionResult,
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  GraphQLScalarType,
  type GraphQLSchema,
  GraphQLString,
  parse,
} from 'graphql';
import { composeSupergraph } from '../../schema/compose.ts';
import { createExecutor, type Executor } from './executor.ts';
import type { PreparedOperation } from './operation.ts';
import { NOWHERE, scanLeaf } from './scan.ts';
import { generateGraph } from './testing/generated-graph.ts';
import { generateOperation } from './testing/generated-operation.ts';
import { type Asked, type Faults, inventAnswer } from './testing/subgraph.ts';
import { TextResult, textOf } from './text-result.ts';

/** 200 cases each. */
const GRAPHS = Number(process.env.SPLICE_GRAPHS ?? 40);
const FIRST_SEED = Number(process.env.SPLICE_SEED ?? 1);
const OPERATIONS_PER_GRAPH = 40;
const FAULT_RATES = [0, 0, 0.003, 0.02, 0.1];

interface Tally {
  cases: number;
  attempted: number;
  spliced: number;
  splicedOfSeveral: number;
  splicedMutations: number;
}

/** What a result says, whatever it is made of; errors in any order, for fetches that run at once may fail in any. */
function told(result: ExecutionResult) {
  const { data, errors, extensions } = result;
  const plain = JSON.parse(JSON.stringify({ errors: errors ?? [], extensions: extensions ?? null }));
  plain.errors = plain.errors.map((error: unknown) => JSON.stringify(error)).sort();
  return JSON.stringify({ data, ...plain });
}

async function compareOnGraph(seed: number, tally: Tally): Promise<void> {
  const sdls = generateGraph(seed);
  const urls = Object.fromEntries(Object.keys(sdls).map((name) => [name, `http://${name}`]));
  const { supergraphSdl } = composeSupergraph(sdls, urls);
  const schemas = new Map<string, GraphQLSchema>(
    Object.entries(sdls).map(([name, sdl]) => [name, buildSubgraphSchema([{ typeDefs: parse(sdl) }])]),
  );
  let faults: Faults = { seed, rate: 0 };
  let asked: string[] = [];
  const answer = (name: string, request: Asked & { encode(): string }) => {
    asked.push(`${name} ${request.encode()}`);
    return JSON.stringify(inventAnswer(name, schemas.get(name) as GraphQLSchema, request, faults));
  };
  const overObjects = createExecutor<null>({
    supergraphSdl,
    fetch: async (name, request) => JSON.parse(answer(name, request)),
  });
  const overTexts = createExecutor<null>({
    supergraphSdl,
    fetch: async (name, request) => new TextResult(answer(name, request)),
  });
  for (let index = 0; index < OPERATIONS_PER_GRAPH; index++) {
    const plain = index % 4 > 0;
    const { query, operationName, variables } = generateOperation(overTexts.apiSchema, seed * 1_000 + index, { plain });
    const [byObjects, byTexts] = [overObjects, overTexts].map((each) => prepared(each, query, operationName));
    for (const [world, rate] of FAULT_RATES.entries()) {
      tally.cases++;
      if (!byTexts?.splice) continue;
      faults = { seed: seed + index + world, rate };
      asked = [];
      const expected = await overObjects.execute(byObjects as PreparedOperation, variables, null);
      const askedByObjects = asked.sort();
      asked = [];
      const actual = await overTexts.execute(byTexts, variables, null);
      tally.attempted++;
      if (actual instanceof TextResult) {
        tally.spliced++;
        if (!byTexts.only) tally.splicedOfSeveral++;
        if (byTexts.definition.operation === 'mutation') tally.splicedMutations++;
        expect(JSON.parse(textOf(actual))).toEqual({ data: actual.data });
      }
      const place = JSON.stringify({ seed, index, world });
      expect([place, query, told(actual)]).toEqual([place, query, told(expected)]);
      // What was asked in an attempt that came to nothing is not asked again.
      expect([place, ...asked.sort()]).toEqual([place, ...askedByObjects]);
    }
  }
}

/** Where it can be spliced, it is attempted always, whatever came of it before. */
function prepared(executor: Executor<null>, query: string, operationName: string | undefined): PreparedOperation {
  const { operation } = executor.prepare(query, operationName) as { operation: PreparedOperation };
  if (operation.splice) Object.assign(operation.splice, { isWorthIt: () => true });
  return operation;
}

test('splices what it would have made of objects, whatever the graph, the operation and the faults', async () => {
  const tally: Tally = { cases: 0, attempted: 0, spliced: 0, splicedOfSeveral: 0, splicedMutations: 0 };
  for (let index = 0; index < GRAPHS; index++) await compareOnGraph(FIRST_SEED + index, tally);
  if (process.env.SPLICE_TALLY) process.stdout.write(`${JSON.stringify(tally)}\n`);
  expect(tally.attempted).toBeGreaterThan(tally.cases / 10);
  expect(tally.spliced).toBeGreaterThan(tally.attempted / 5);
  expect(tally.splicedOfSeveral).toBeGreaterThan(tally.spliced / 10);
  expect(tally.splicedMutations).toBeGreaterThan(0);
}, 3_600_000);

describe('a leaf', () => {
  const color = new GraphQLEnumType({ name: 'Color', values: { RED: {}, GREEN: {} } });
  const anything = new GraphQLScalarType({ name: 'Anything' });
  const isTaken = (type: GraphQLLeafType, text: string) => scanLeaf(type)(`${text},`, 0) === text.length;

  test.each<[GraphQLLeafType, string[], string[]]>([
    [
      GraphQLString,
      ['""', '"a"', '"\\"\\\\\\u00e4"', '"ä😀"'],
      ['"', '"a', 'a', '1', '"\\x"', '"\\u12"', '"\n"', 'null'],
    ],
    [GraphQLInt, ['0', '7', '-7', '123456789012345'], ['01', '-0', '-', '1.0', '1e3', '1234567890123456', '"1"', '']],
    [
      GraphQLFloat,
      ['0', '-1', '0.5', '-0.25', '30.267200000000003'],
      ['.5', '1.', '00.5', '0.0', '-0.0', '1e3', 'NaN'],
    ],
    [GraphQLBoolean, ['true', 'false'], ['True', '1', '"true"']],
    [GraphQLID, ['"a"', '7'], ['1.5', 'true', '[]']],
    [color, ['"RED"'], ['"BLUE"', 'RED', '"__proto__"']],
    [anything, ['"a"', '7', '0.5', 'true', 'false'], ['{}', '[]', '1e3']],
  ])('%s is taken as it stands where it can be written in one way only', (type, taken, others) => {
    for (const text of taken) expect([text, isTaken(type, text)]).toEqual([text, true]);
    for (const text of others) expect([text, isTaken(type, text)]).toEqual([text, false]);
  });

  test('that is taken says what JSON.parse makes of it', () => {
    const values = fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.double(), fc.boolean());
    fc.assert(
      fc.property(values, (value) => {
        const text = JSON.stringify(value);
        const end = scanLeaf(anything)(`${text}}`, 0);
        if (typeof value === 'string' || typeof value === 'boolean') expect(end).toBe(text.length);
        if (end === text.length) expect(JSON.stringify(JSON.parse(text))).toBe(text);
      }),
    );
  });

  test('is never taken from text that JSON.parse refuses', () => {
    const pieces = fc.constantFrom(
      '"',
      '\\',
      'u',
      '00e4',
      'n',
      '-',
      '0',
      '1',
      '.',
      '5',
      'true',
      '\n',
      '\u0000',
      'e',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        const end = scanLeaf(anything)(text, 0);
        if (end !== NOWHERE) expect(() => JSON.parse(text.slice(0, end))).not.toThrow();
      }),
      { numRuns: 3_000 },
    );
  });
});

test('splices the answers to events, each event its own, and lets objects decide where one is otherwise', async () => {
  const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
  const sdls = {
    one: `${link} type Query { a: Int } type Subscription { met(of: ID): Meeting! } type Meeting { id: ID! who: Person! }
      type Person @key(fields: "id") { id: ID! }`,
    two: `${link} type Person @key(fields: "id") { id: ID! name: String! }`,
  };
  const events = [1, 2, 3].map((id) => ({
    data: { met: { id: `${id}`, who: { __typename: 'Person', id: `p${id}` } } },
  }));
  const executor = createExecutor<null>({
    supergraphSdl: composeSupergraph(sdls, { one: 'http://one', two: 'http://two' }).supergraphSdl,
    source: async () =>
      (async function* () {
        yield* events;
      })(),
    fetch: async (_, { variables }) => {
      const [{ id } = { id: '' }] = variables.representations as { id: string }[];
      if (id !== 'p2') return new TextResult(`{"data":{"_entities":[{"name":"Name of ${id}"}]}}`);
      return new TextResult('{"data":{"_entities":[null]},"errors":[{"message":"gone","path":["_entities",0]}]}');
    },
  });
  const { operation } = executor.prepare('subscription { met { id who { name } } }') as {
    operation: PreparedOperation;
  };
  const told: [boolean, unknown, unknown][] = [];
  for await (const result of (await executor.subscribe(operation, {}, null)) as AsyncIterable<ExecutionResult>) {
    told.push([result instanceof TextResult, result.data, result.errors?.map(({ message }) => message)]);
    Object.assign(operation.splice ?? {}, { isWorthIt: () => true });
  }
  expect(told).toEqual([
    [true, { met: { id: '1', who: { name: 'Name of p1' } } }, undefined],
    [false, null, ['gone']],
    [true, { met: { id: '3', who: { name: 'Name of p3' } } }, undefined],
  ]);
  // Events may be another's too.
  expect(events[1]?.data.met.who).toEqual({ __typename: 'Person', id: 'p2' });
});

describe('attempts', () => {
  const supergraphOf = () =>
    composeSupergraph({ only: 'type Query { name: String }' }, { only: 'http://only' }).supergraphSdl;

  test('are made less and less where nothing comes of them, and again where something does', async () => {
    let text = '{"errors":[{"message":"no"}],"data":{"name":null}}';
    const executor = createExecutor<null>({
      supergraphSdl: supergraphOf(),
      fetch: async () => new TextResult(text),
    });
    const { operation } = executor.prepare('{ name }') as { operation: PreparedOperation };
    for (let index = 0; index < 20; index++) {
      expect((await executor.execute(operation, {}, null)).errors?.[0]?.message).toBe('no');
    }
    text = '{"data":{"name":"a"}}\n';
    const kinds: boolean[] = [];
    for (let index = 0; index < 40; index++) {
      const result = await executor.execute(operation, {}, null);
      expect(result.data).toEqual({ name: 'a' });
      kinds.push(result instanceof TextResult);
    }
    expect(kinds[0]).toBe(false);
    expect(kinds.at(-1)).toBe(true);
  });

  test('take no text for a result that has anything beside its data', async () => {
    const texts = ['{"data":{"name":"a"},"extensions":{}}', '{"data":{"name":"a"}}}', '{"data":{"name":"a","more":1}}'];
    for (const text of texts) {
      const executor = createExecutor<null>({ supergraphSdl: supergraphOf(), fetch: async () => new TextResult(text) });
      const { operation } = executor.prepare('{ name }') as { operation: PreparedOperation };
      expect(await executor.execute(operation, {}, null)).not.toBeInstanceOf(TextResult);
    }
  });
});
