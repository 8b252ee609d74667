/*
 * The executor against the stock one, as an oracle: generated graphs, operations, variables and faults; equal data in
 * equal order, equal errors at equal places. DIFFERENTIAL_GRAPHS runs more than the usual number of graphs.
 */
import { buildSubgraphSchema } from '@apollo/subgraph';
import fc from 'fast-check';
import { type ExecutionResult, type GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import { composeSupergraph } from '../../schema/compose.ts';
import { compileVariables } from '../../subgraphs/kernel/coercion.ts';
import { createExecutor } from './executor.ts';
import { generateGraph, generateOperation } from './testing/generate.ts';
import { createStockExecutor } from './testing/stock.ts';
import { type Asked, type Faults, inventAnswer } from './testing/subgraph.ts';

const GRAPHS = Number(process.env.DIFFERENTIAL_GRAPHS ?? 60);
const OPERATIONS_PER_GRAPH = 25;
const FAULT_RATES = [0, 0.02, 0.08];

// Else the stock gateway keeps a timer that reports to its makers.
process.env.APOLLO_TELEMETRY_DISABLED = 'true';

interface Tally {
  cases: number;
  handedOver: number;
  withErrors: number;
  /** Problems that are told at another place than the oracle says. */
  displaced: number;
}

async function compareOnGraph(seed: number, tally: Tally): Promise<void> {
  const sdls = generateGraph(seed);
  const urls = Object.fromEntries(Object.keys(sdls).map((name) => [name, `http://${name}`]));
  const { supergraphSdl } = composeSupergraph(sdls, urls);
  const schemas = new Map<string, GraphQLSchema>(
    Object.entries(sdls).map(([name, sdl]) => [name, buildSubgraphSchema([{ typeDefs: parse(sdl) }])]),
  );
  let faults: Faults = { seed, rate: 0 };
  const answer = async (name: string, asked: Asked) =>
    // Through JSON, as from a wire: neither executor may see what the other wrote.
    JSON.parse(JSON.stringify(inventAnswer(name, schemas.get(name) as GraphQLSchema, asked, faults)));
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
      const { query, variables } = generateOperation(ours.apiSchema, seed * 1_000 + index);
      expect(validate(ours.apiSchema, parse(query))).toEqual([]);
      const prepared = ours.prepare(query);
      if (prepared.errors) throw prepared.errors[0];
      for (const rate of FAULT_RATES) {
        faults = { seed: seed + index, rate };
        const expected = comparable(await stock.execute(query, variables));
        const actual = comparable(await ours.execute(prepared.operation, variables, null));
        tally.cases++;
        if (expected.errors) tally.withErrors++;
        const agreement = compare(actual, expected);
        if (agreement === 'displaced') tally.displaced++;
        if (agreement !== 'different') continue;
        const shown = JSON.stringify({ seed, index, rate, variables }, undefined, 1);
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
 * Data is equal, always. The oracle counts list positions without those it could not ask for, so its errors may stand at
 * another one's place; executor.test.ts holds what is right. Where fields are selected twice it walks the data twice, and
 * may tell another of several problems that make the same object null.
 */
function compare(actual: Comparable, expected: Comparable): 'equal' | 'displaced' | 'different' {
  if (JSON.stringify(actual.data) !== JSON.stringify(expected.data)) return 'different';
  if (!actual.completion !== !expected.completion) return 'different';
  const isEqual = JSON.stringify(actual) === JSON.stringify(expected);
  if (isEqual) return 'equal';
  return JSON.stringify(withoutPositions(actual)) === JSON.stringify(withoutPositions(expected))
    ? 'displaced'
    : 'different';
}

function withoutPositions({ errors }: Comparable): string[] | undefined {
  return errors?.map((error) => error.replace(/,\d+(?=[,\]])/g, '')).sort();
}

test('answers as the stock executor does, whatever the graph, the operation and the faults', async () => {
  const tally: Tally = { cases: 0, handedOver: 0, withErrors: 0, displaced: 0 };
  await fc.assert(
    fc.asyncProperty(fc.nat(1_000_000), (seed) => compareOnGraph(seed, tally)),
    { numRuns: GRAPHS, endOnFailure: true },
  );
  expect(tally.cases).toBe(GRAPHS * OPERATIONS_PER_GRAPH * FAULT_RATES.length);
  // Faults reach answers, and what is tested here is not the oracle itself.
  expect(tally.withErrors).toBeGreaterThan(tally.cases / 10);
  expect(tally.displaced).toBeLessThan(tally.cases / 25);
  expect(tally.handedOver).toBeLessThan(tally.cases / 20);
}, 300_000);
