/*
 * The executor against the stock one, as an oracle: generated graphs, operations, variables and faults; equal data in
 * equal order, equal errors at equal places. DIFFERENTIAL_GRAPHS runs more than the usual number of graphs.
 */
import { isDeepStrictEqual } from 'node:util';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type ExecutionResult, type GraphQLError, type GraphQLSchema, parse } from 'graphql';
import { composeSupergraph } from '../../schema/compose.ts';
import { compileVariables } from '../../subgraphs/kernel/coercion.ts';
import { createExecutor } from './executor.ts';
import { allFeatures, featuresOfGraph, featuresOfOperation } from './testing/features.ts';
import { generateGraph } from './testing/generated-graph.ts';
import { generateOperation } from './testing/generated-operation.ts';
import { hash } from './testing/random.ts';
import { createStockExecutor } from './testing/stock.ts';
import { type Asked, type Faults, inventAnswer, type Outcome } from './testing/subgraph.ts';
import { Turns } from './testing/turns.ts';

/** 252 cases each. */
const GRAPHS = Number(process.env.DIFFERENTIAL_GRAPHS ?? 80);
/** Where the seeds begin, to repeat one graph or to look at others. */
const FIRST_SEED = Number(process.env.DIFFERENTIAL_SEED ?? 1);
const OPERATIONS_PER_GRAPH = 28;
/** Of values; every world but the first also breaks whole fetches. */
const FAULT_RATES = [0, 0.005, 0.01, 0.02, 0.02, 0.04, 0.08, 0.16, 0.3];

// Else the stock gateway keeps a timer that reports to its makers.
process.env.APOLLO_TELEMETRY_DISABLED = 'true';

interface Tally {
  cases: number;
  readonly seen: Map<string, number>;
  handedOver: number;
  withErrors: number;
  /** Problems that are told at another place than the oracle says. */
  displaced: number;
  /** Answers whose fields stand in another order than the oracle's. */
  reordered: number;
}

async function compareOnGraph(seed: number, tally: Tally): Promise<void> {
  const see = (name: string) => tally.seen.set(name, (tally.seen.get(name) ?? 0) + 1);
  const sdls = generateGraph(seed);
  const urls = Object.fromEntries(Object.keys(sdls).map((name) => [name, `http://${name}`]));
  const { supergraphSdl } = composeSupergraph(sdls, urls);
  const schemas = new Map<string, GraphQLSchema>(
    Object.entries(sdls).map(([name, sdl]) => [name, buildSubgraphSchema([{ typeDefs: parse(sdl) }])]),
  );
  featuresOfGraph(supergraphSdl).forEach(see);
  let faults: Faults = { seed, rate: 0 };
  const turns = new Turns();
  const answer = async (name: string, asked: Asked) => {
    const note = (outcome: Outcome) => see(`fetch: ${outcome}`);
    // Some answer later than others that were asked later.
    await turns.next(hash(name, faults.seed) % 3 === 0);
    // Through JSON, as from a wire: neither executor may see what the other wrote.
    return JSON.parse(JSON.stringify(inventAnswer(name, schemas.get(name) as GraphQLSchema, asked, faults, note)));
  };
  const ours = createExecutor<null>({
    supergraphSdl,
    ...(seed % 2 === 1 && { compileVariables }),
    fetch: (name, request) => {
      expect(JSON.parse(request.encode())).toEqual(JSON.parse(JSON.stringify(bodyOf(request))));
      return answer(name, request);
    },
  });
  const stock = await createStockExecutor(supergraphSdl, answer);
  try {
    for (let index = 0; index < OPERATIONS_PER_GRAPH; index++) {
      const { query, operationName, variables } = generateOperation(ours.apiSchema, seed * 1_000 + index);
      const prepared = ours.prepare(query, operationName);
      if (prepared.errors) throw new Error(`${JSON.stringify({ seed, index })} ${prepared.errors[0]}\n${query}`);
      featuresOfOperation(query, variables, prepared.operation.plan).forEach(see);
      for (const [world, rate] of FAULT_RATES.entries()) {
        faults = { seed: seed + index + world, rate, hidesInterfaceObjects: true };
        const expected = comparable(await stock.execute(query, variables, operationName));
        const actual = comparable(await ours.execute(prepared.operation, variables, null));
        tally.cases++;
        if (expected.errors) tally.withErrors++;
        const agreement = compare(actual, expected);
        if (agreement === 'displaced') tally.displaced++;
        if (JSON.stringify(actual.data) !== JSON.stringify(expected.data)) tally.reordered++;
        if (expected.data === null) see('answer: null');
        if (expected.completion) see('answer: values that do not fit');
        if (agreement !== 'different') continue;
        const shown = JSON.stringify({ seed, index, world, rate, variables }, undefined, 1);
        throw new Error(
          `${shown}\n${query}\nexpected ${show(expected)}\nactual   ${show(actual)}\n${Object.values(sdls).join('\n')}`,
        );
      }
    }
    tally.handedOver += ours.statistics.handedOver;
  } finally {
    await stock.stop();
  }
}

const bodyOf = ({
  query,
  operationName,
  variables,
}: {
  query: string;
  operationName?: string | undefined;
  variables: object;
}) => ({
  query,
  operationName,
  variables,
});
const plain = (value: unknown) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
const show = (value: unknown) => JSON.stringify(value);

interface Comparable {
  readonly data?: unknown;
  readonly errors?: string[];
  readonly completion?: string[];
}

/** Plain, with errors sorted: fetches that run at once may fail in any order. */
function comparable({ data, errors, extensions }: ExecutionResult): Comparable {
  const completion = extensions?.valueCompletion as readonly GraphQLError[] | undefined;
  return {
    data,
    ...(errors && { errors: errors.map(told).sort() }),
    ...(completion && { completion: [...new Set(completion.map(told))].sort() }),
  };
}

function told({ message, path, extensions }: GraphQLError): string {
  // Where equal entities are asked for once, fewer are missing.
  const text = message.replace(/contain \d+ elements/, 'contain N elements');
  return JSON.stringify([text, path, extensions?.code, extensions?.serviceName, extensions?.extra]);
}

/**
 * Data is equal, always; where a field is selected twice with fragments inside, the oracle forgets the order in which they
 * are written, and executor.test.ts holds what is right. The oracle counts list positions without those it could not ask for, so its errors may stand at
 * another one's place; executor.test.ts holds what is right. Where fields are selected twice it walks the data twice, and
 * may tell another of several problems that make the same object null.
 */
function compare(actual: Comparable, expected: Comparable): 'equal' | 'displaced' | 'different' {
  if (!isDeepStrictEqual(plain(actual.data), plain(expected.data))) return 'different';
  if (!actual.completion !== !expected.completion) return 'different';
  if (isDeepStrictEqual({ ...actual, data: null }, { ...expected, data: null })) return 'equal';
  return JSON.stringify(withoutPositions(actual)) === JSON.stringify(withoutPositions(expected))
    ? 'displaced'
    : 'different';
}

function withoutPositions({ errors }: Comparable): string[] | undefined {
  return errors?.map((error) => error.replace(/,\d+(?=[,\]])/g, '')).sort();
}

const OUTCOMES: readonly Outcome[] = [
  'answered',
  'unreachable',
  'timed out',
  'refused',
  'failed at the root',
  'empty',
  'malformed',
];

test('answers as the stock executor does, whatever the graph, the operation and the faults', async () => {
  const tally: Tally = { cases: 0, seen: new Map(), handedOver: 0, withErrors: 0, displaced: 0, reordered: 0 };
  for (let index = 0; index < GRAPHS; index++) await compareOnGraph(FIRST_SEED + index, tally);
  expect(tally.cases).toBe(GRAPHS * OPERATIONS_PER_GRAPH * FAULT_RATES.length);
  // Faults reach answers, and what is tested here is not the oracle itself.
  expect(tally.withErrors).toBeGreaterThan(tally.cases / 10);
  expect(tally.displaced).toBeLessThan(tally.cases / 25);
  expect(tally.reordered).toBeLessThan(tally.cases / 100);
  expect(tally.handedOver).toBe(0);
  const all = [...allFeatures, ...OUTCOMES.map((outcome) => `fetch: ${outcome}`)];
  all.push('answer: null', 'answer: values that do not fit');
  if (GRAPHS >= 40) expect(all.filter((name) => !tally.seen.has(name))).toEqual([]);
  if (process.env.DIFFERENTIAL_TALLY)
    process.stdout.write(`${show({ ...tally, seen: Object.fromEntries(tally.seen) })}\n`);
}, 3_600_000);
