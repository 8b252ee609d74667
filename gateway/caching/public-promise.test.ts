/*
 * PUBLIC promises that a field looks at nothing of its caller. Each field that promises it is asked for by all kinds of
 * callers, with all that can be kept below it, and must tell them the same: a field without a sample fails the test.
 */
import { randomUUID } from 'node:crypto';
import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { SubgraphName } from '../../schema/events.ts';
import { subgraphs } from '../../subgraphs/index.ts';
import type { Caller } from '../../subgraphs/kernel/caller.ts';
import { printGraph } from '../../subgraphs/kernel/graph.ts';
import { openTestSubgraph, type TestSubgraph } from '../../subgraphs/kernel/testing/harness.ts';
import { type Annotation, readAnnotations } from './annotations.ts';
import { CachePolicies } from './policies.ts';

const sdls = Object.fromEntries(subgraphs.map((each) => [each.name, printGraph(each)])) as Record<SubgraphName, string>;
const policies = new CachePolicies(sdls);

type Values = Record<string, unknown>;
// biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely
type Ask = (query: string, variables?: Values, caller?: Partial<Caller>) => Promise<any>;

const firstOf = async (ask: Ask, list: string) =>
  (await ask(`{ ${list} { edges { node { id } } } }`))[list].edges[0].node.id;
/** Of the first retailer, which sells something in the demonstration set. */
const firstProduct = async (ask: Ask) => {
  const query = 'query ($id: ID!) { products(retailerId: $id) { edges { node { id } } } }';
  return (await ask(query, { id: await firstOf(ask, 'retailers') })).products.edges[0].node.id;
};
const hubInput = { name: 'Library', description: 'Round the corner.', place: { latitude: 30.27, longitude: -97.74 } };
const administrator = { accountId: randomUUID(), scopes: ['administrator'] } as const;

/** For each public root field, and each type of public entities, what it is asked with. */
const samples: Record<string, (ask: Ask) => Promise<Values[]>> = {
  'catalog offers': async () => [{}, { search: 'a' }, { near: { zipCode: '78701', radiusMeters: 50_000 } }],
  'catalog offer': async (ask) => [{ id: await firstOf(ask, 'offers') }],
  'catalog retailers': async () => [{}, { first: 2 }],
  'catalog charities': async () => [{}, { search: 'a' }],
  'catalog retailer': async (ask) => [{ id: await firstOf(ask, 'retailers') }],
  'catalog charity': async (ask) => [{ id: await firstOf(ask, 'charities') }],
  'catalog products': async (ask) => [{ retailerId: await firstOf(ask, 'retailers') }],
  'catalog product': async (ask) => [{ id: await firstProduct(ask) }],
  'catalog municipalities': async () => [{}],
  'catalog municipality': async (ask) => [{ id: await firstOf(ask, 'municipalities') }],
  'catalog schemes': async (ask) => [{}, { municipalityId: await firstOf(ask, 'municipalities') }],
  'catalog scheme': async (ask) => [{ id: await firstOf(ask, 'schemes') }],
  'catalog cities': async () => [{}],
  'catalog Offer': async (ask) => [{ id: await firstOf(ask, 'offers') }],
  'catalog Retailer': async (ask) => [{ id: await firstOf(ask, 'retailers') }],
  'catalog Charity': async (ask) => [{ id: await firstOf(ask, 'charities') }],
  'catalog Product': async (ask) => [{ id: await firstProduct(ask) }],
  'catalog Municipality': async (ask) => [{ id: await firstOf(ask, 'municipalities') }],
  'catalog Scheme': async (ask) => [{ id: await firstOf(ask, 'schemes') }],
  'connections hubs': async () => [{}, { near: { zipCode: '78701', radiusMeters: 50_000 } }],
  'connections hub': async (ask) => [{ id: await firstOf(ask, 'hubs') }],
};

const callers: Partial<Caller>[] = [
  {},
  { accountId: randomUUID(), scopes: ['citizen'] },
  { accountId: randomUUID(), scopes: ['citizen'] },
  { accountId: randomUUID(), scopes: ['officer'] },
  administrator,
  { retailerId: randomUUID(), scopes: ['vouchers:redeem', 'offers:read'] },
];

const isPublic = ({ maxAge = 0, scope }: Annotation) => maxAge > 0 && scope !== 'PRIVATE';

/** Subgraph, and the root field or type that promises. */
const promises = Object.entries(sdls).flatMap(([name, sdl]) => {
  const types = readAnnotations(sdl);
  const fields = [...(types.get('Query')?.fields ?? [])].filter(([, field]) => isPublic(field.annotation));
  const keyed = [...types].filter(
    ([type, { annotation }]) => isPublic(annotation) && sdl.includes(`type ${type} @key`),
  );
  return [...fields, ...keyed].map(([promise]) => `${name} ${promise}`);
});

const open = new Map<string, TestSubgraph<unknown>>();

beforeAll(async () => {
  for (const name of new Set(promises.map((each) => each.split(' ')[0] ?? ''))) {
    const definition = subgraphs.find((each) => each.name === name);
    if (definition) open.set(name, await openTestSubgraph(definition, { configuration: { demo: true } }));
  }
  await askOf('connections')(
    'mutation ($input: SaveHubInput!) { saveHub(input: $input) { hub { id } } }',
    { input: hubInput },
    administrator,
  );
});

afterAll(async () => {
  for (const subgraph of open.values()) await subgraph.close();
});

function askOf(name: string): Ask {
  return async (query, variables, caller) => {
    const { data, errors } = (await open.get(name)?.execute(query, variables, caller)) ?? {};
    expect(errors).toBeUndefined();
    return data;
  };
}

test('each promise has a sample, and each sample a promise', () => {
  expect(promises.toSorted()).toEqual(Object.keys(samples).sort());
});

test('whatever is kept says for whom', () => {
  const silent = Object.entries(sdls).flatMap(([name, sdl]) =>
    [...readAnnotations(sdl)].flatMap(([type, { annotation, fields }]) =>
      [
        [type, annotation] as const,
        ...[...fields].map(([field, each]) => [`${type}.${field}`, each.annotation] as const),
      ]
        .filter(([, { maxAge = 0, scope }]) => maxAge > 0 && !scope)
        .map(([place]) => `${name} ${place}`),
    ),
  );
  expect(silent).toEqual([]);
});

test('nothing that tells of persons is kept for all', () => {
  const personal = /Account|Citizen|Officer|Person|Profile|Voucher|Donation|Points|Connection|Story|Gathering/;
  expect(promises.filter((each) => personal.test(each))).toEqual([]);
});

test.each(Object.keys(samples))('%s tells all callers the same', async (promise) => {
  const [name = '', field = ''] = promise.split(' ');
  const ask = askOf(name);
  for (const values of await (samples[promise] as (ask: Ask) => Promise<Values[]>)(ask)) {
    const { query, variables } = queryOf(name, field, values);
    const policy = policies.of(name, query);
    expect(policy).toMatchObject({ keeping: { audience: 'everybody' } });
    const told = new Set<string>();
    for (const caller of callers) told.add(JSON.stringify(await ask(query, variables, caller)));
    expect(told.size).toBe(1);
    // A sample that yields nothing proves nothing.
    expect([...told][0]).toContain('"id":"');
  }
});

/** Asks for a root field, or for an entity of a type, with all below it that may be kept for everybody. */
function queryOf(name: string, field: string, values: Values): { query: string; variables: Values } {
  const schema = open.get(name)?.subgraph.schema;
  const entity = schema?.getType(field);
  if (isObjectType(entity)) {
    const wrap = (inner: string) =>
      `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on ${field} { ${inner} } } }`;
    return {
      query: wrap(selectionOf(name, entity, wrap, 3)),
      variables: { representations: [{ __typename: field, ...values }] },
    };
  }
  const definition = schema?.getQueryType()?.getFields()[field];
  if (!definition) throw new Error(`${name} has no ${field}`);
  const given = definition.args.filter((argument) => argument.name in values);
  const head = given.map((argument) => `$${argument.name}: ${argument.type}`).join(', ');
  const values_ = given.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
  const wrap = (inner: string) =>
    `query ${head && `(${head})`} { ${field}${values_ && `(${values_})`} ${inner && `{ ${inner} }`} }`;
  return { query: wrap(selectionOf(name, definition.type, wrap, 5)), variables: values };
}

function selectionOf(name: string, type: GraphQLOutputType, wrap: (inner: string) => string, depth: number): string {
  const named = getNamedType(type);
  if (!isObjectType(named) && !isInterfaceType(named)) return '';
  const parts = Object.values((named as GraphQLObjectType).getFields()).flatMap((field) => {
    if (field.args.some((argument) => isNonNullType(argument.type) && argument.defaultValue === undefined)) return [];
    const isLeaf = !isObjectType(getNamedType(field.type)) && !isInterfaceType(getNamedType(field.type));
    if (isLeaf) return isKept(name, wrap(field.name)) ? [field.name] : [];
    if (depth === 0) return [];
    const inner = selectionOf(name, field.type, (below) => wrap(`${field.name} { ${below} }`), depth - 1);
    return inner ? [`${field.name} { ${inner} }`] : [];
  });
  return parts.join(' ');
}

function isKept(name: string, query: string): boolean {
  const policy = policies.of(name, query);
  return 'keeping' in policy && policy.keeping.audience === 'everybody';
}
