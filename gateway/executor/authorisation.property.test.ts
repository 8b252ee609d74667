/*
 * Authorisation over generated graphs whose fields and types carry requirements, with callers of every sort: nobody is
 * asked for what is forbidden, and the rest of the answer is that of a caller who may read everything. What is forbidden is
 * read here from the supergraph's text, not by the executor's own means. GUARDED_GRAPHS runs more; seeds are told on failure.
 */
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type ConstDirectiveNode,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  getNamedType,
  Kind,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { composeSupergraph } from '../../schema/compose.ts';
import { createExecutor } from './executor.ts';
import { generateGraph } from './testing/generated-graph.ts';
import { generateOperation } from './testing/generated-operation.ts';
import { type Asked, inventAnswer } from './testing/subgraph.ts';

const GRAPHS = Number(process.env.GUARDED_GRAPHS ?? 25);
const FIRST_SEED = Number(process.env.GUARDED_SEED ?? 1);
const OPERATIONS_PER_GRAPH = 25;

interface Viewer {
  readonly signedIn: boolean;
  readonly scopes: readonly string[];
  readonly policies: readonly string[];
}

const VIEWERS: readonly Viewer[] = [
  { signedIn: false, scopes: [], policies: [] },
  { signedIn: true, scopes: [], policies: ['owner'] },
  { signedIn: true, scopes: ['read'], policies: [] },
  { signedIn: false, scopes: ['read', 'all'], policies: ['owner', 'sober'] },
  { signedIn: true, scopes: ['root'], policies: ['king'] },
];

type Meets = (viewer: Viewer) => boolean;

function meets({ name, arguments: [argument] = [] }: ConstDirectiveNode): Meets {
  const lists = argument?.value.kind === Kind.LIST ? argument.value.values : [];
  const anyOf = lists.map((list) =>
    (list.kind === Kind.LIST ? list.values : []).map((value) => (value.kind === Kind.STRING ? value.value : '')),
  );
  const some = (held: readonly string[]) => anyOf.some((allOf) => allOf.every((each) => held.includes(each)));
  if (name.value === 'authenticated') return ({ signedIn }) => signedIn;
  if (name.value === 'requiresScopes') return ({ scopes }) => some(scopes);
  if (name.value === 'policy') return ({ policies }) => some(policies);
  return () => true;
}

/** For `Type` and `Type.field`, whoever may read it. */
function guardsOf(supergraphSdl: string): Map<string, Meets> {
  const guards = new Map<string, Meets>();
  const guard = (key: string, directives: readonly unknown[] = []) => {
    const all = (directives as readonly ConstDirectiveNode[]).map(meets);
    guards.set(key, (viewer) => all.every((each) => each(viewer)));
  };
  for (const definition of parse(supergraphSdl).definitions) {
    if (!('name' in definition) || !definition.name || !('directives' in definition)) continue;
    guard(definition.name.value, definition.directives);
    if (!('fields' in definition)) continue;
    for (const field of definition.fields ?? []) {
      guard(`${definition.name.value}.${field.name.value}`, field.directives);
    }
  }
  return guards;
}

/** Everything a subgraph is asked for that this caller may not read. */
function trespasses(schema: GraphQLSchema, query: string, may: (key: string) => boolean): string[] {
  const found: string[] = [];
  const types = new TypeInfo(schema);
  visit(
    parse(query),
    visitWithTypeInfo(types, {
      Field({ name }) {
        const parent = types.getParentType()?.name ?? '';
        const type = types.getType();
        if (parent === '' || name.value.startsWith('_')) return;
        const key = `${parent}.${name.value}`;
        for (const each of [key, parent, ...(type ? [getNamedType(type).name] : [])])
          if (!may(each)) found.push(`${key}: ${each}`);
      },
    }),
  );
  return found;
}

const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/** Now and then the planner forgets a field because of another one: without that other one, more is found. */
const LOST = 'lost by the planner';

/** Where an answer differs from that of who may read everything, except for nulls that a refusal accounts for. */
function strays(
  actual: unknown,
  full: unknown,
  refused: readonly string[],
  path: readonly (string | number)[],
): string[] {
  const here = path.map((part) => `${part}/`).join('');
  if (actual === null)
    return full === null || refused.some((place) => place.startsWith(here)) ? [] : [`${here} is null`];
  if (full === null) return [LOST];
  if (typeof actual !== 'object' || typeof full !== 'object') {
    return actual === full ? [] : [`${here} is ${JSON.stringify(actual)}, not ${JSON.stringify(full)}`];
  }
  const keys = new Set([...Object.keys(actual), ...Object.keys(full)]);
  return [...keys].flatMap((key) => {
    const part = Array.isArray(actual) ? Number(key) : key;
    const [value, wanted] = [(actual as Record<string, unknown>)[key], (full as Record<string, unknown>)[key]];
    if (value === undefined || wanted === undefined) return [`${here}${key} is missing`];
    return strays(value, wanted, refused, [...path, part]);
  });
}

test('nobody is asked for what is forbidden, and the rest is answered as to who may read everything', async () => {
  let [cases, refusals, spared, lost] = [0, 0, 0, 0];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + GRAPHS; seed++) {
    const sdls = generateGraph(seed, { guarded: true });
    const { supergraphSdl } = composeSupergraph(sdls);
    const guards = guardsOf(supergraphSdl);
    const schemas = new Map(
      Object.entries(sdls).map(([name, sdl]) => [name, buildSubgraphSchema([{ typeDefs: parse(sdl) }])]),
    );
    const answer = async (name: string, asked: Asked) =>
      plain(inventAnswer(name, schemas.get(name) as GraphQLSchema, asked, { seed, rate: 0 }));
    let sent: { name: string; query: string }[] = [];
    const fetch = (name: string, asked: Asked) => {
      sent.push({ name, query: asked.query });
      return answer(name, asked);
    };
    const all = createExecutor<Viewer>({ supergraphSdl, fetch });
    const guarded = createExecutor<Viewer>({
      supergraphSdl,
      fetch,
      authorise: {
        isAuthenticated: ({ signedIn }) => signedIn,
        scopes: ({ scopes }) => scopes,
        policies: ({ policies }, names) => names.filter((name) => policies.includes(name)),
      },
    });
    for (let index = 0; index < OPERATIONS_PER_GRAPH; index++) {
      const { query, operationName, variables } = generateOperation(all.apiSchema, seed * 1_000 + index);
      const run = async (executor: typeof all, viewer: Viewer): Promise<ExecutionResult> => {
        sent = [];
        const prepared = executor.prepare(query, operationName);
        if (prepared.errors) throw prepared.errors[0];
        return plain(await executor.execute(prepared.operation, variables, viewer));
      };
      const full = await run(all, VIEWERS[0] as Viewer);
      const asked = sent.length;
      for (const [viewerIndex, viewer] of VIEWERS.entries()) {
        const { data, errors = [] } = await run(guarded, viewer);
        const may = (key: string) => guards.get(key)?.(viewer) ?? true;
        const found = sent.flatMap(({ name, query }) => trespasses(schemas.get(name) as GraphQLSchema, query, may));
        const places = errors.map(({ path }: Pick<GraphQLError, 'path'>) =>
          (path ?? []).map((part) => `${part}/`).join(''),
        );
        const strayed = strays(data, full.data, places, []);
        found.push(...strayed.filter((each) => each !== LOST));
        lost += strayed.includes(LOST) ? 1 : 0;
        if (errors.some(({ extensions }) => extensions?.code !== 'UNAUTHORIZED_FIELD_OR_TYPE'))
          found.push('another error');
        cases++;
        refusals += errors.length > 0 ? 1 : 0;
        spared += sent.length < asked ? 1 : 0;
        if (found.length === 0) continue;
        const shown = JSON.stringify({
          seed,
          index,
          viewerIndex,
          variables,
          found,
          data,
          full: full.data,
          sent,
          errors,
        });
        throw new Error(`${shown}\n${query}\n${supergraphSdl}`);
      }
    }
  }
  expect(cases).toBe(GRAPHS * OPERATIONS_PER_GRAPH * VIEWERS.length);
  expect(refusals).toBeGreaterThan(cases / 5);
  expect(lost).toBeLessThan(cases / 200);
  expect(spared).toBeGreaterThan(cases / 20);
}, 3_600_000);
