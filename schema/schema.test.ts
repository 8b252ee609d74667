/* What is committed in schema/ is what the code says, and nothing that clients rely on goes away unannounced. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildSchema,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isNamedType,
  isObjectType,
  parse,
} from 'graphql';
import { emitSchema, graphFile, graphs, releasedFile, schemaFolder, undeclaredBreaks } from './emit.ts';
import { subgraphNames } from './events.ts';

const committed = (name: string) => readFileSync(join(schemaFolder, name), 'utf8');
const emitted = emitSchema();
const api = buildSchema(emitted['api.graphql'] ?? '');

describe('the committed schema', () => {
  test.each(Object.keys(emitted))('%s is what the code emits (else run: npm run schema)', (name) => {
    expect(emitted[name]).toBe(committed(name));
  });

  test.each(graphs)('breaks nothing of what is released as %s that is not declared', (graph) => {
    const change = { sdl: emitted[graphFile(graph)] ?? '', releasedSdl: committed(releasedFile(graph)) };
    expect(undeclaredBreaks(graph, change, JSON.parse(committed('breaking-changes.json')))).toEqual([]);
  });

  test('a removed field is found to be breaking until it is declared for the graph that it is removed from', () => {
    const removal = { sdl: 'type Query { a: Int }', releasedSdl: 'type Query { a: Int b: Int }' };
    const change = 'Query.b was removed.';
    expect(undeclaredBreaks('partner', removal, [])).toEqual([change]);
    const declared = [{ change, graphs: ['partner'] as const, reason: 'unused', declaredOn: '2026-11-21' }];
    expect(undeclaredBreaks('partner', removal, declared)).toEqual([]);
    expect(undeclaredBreaks('public', removal, declared)).toEqual([change]);
  });
});

describe('the API', () => {
  test('describes every type, field, argument, input field and enum value', () => {
    expect(undescribed(api)).toEqual([]);
  });

  test('bounds every argument: no bare String, Int or Float', () => {
    expect(bareInputs(api)).toEqual([]);
  });

  test('says at every root field who may, but at those that are for everybody', () => {
    const everybody = [
      'catalog Query.charities',
      'catalog Query.charity',
      'catalog Query.cities',
      'catalog Query.municipalities',
      'catalog Query.municipality',
      'catalog Query.offer',
      'catalog Query.offers',
      'catalog Query.product',
      'catalog Query.products',
      'catalog Query.retailer',
      'catalog Query.retailers',
      'catalog Query.scheme',
      'catalog Query.schemes',
      'catalog Query.searchOffers',
      'catalog Query.suggestOffers',
      // Not in the API: only gateways tell.
      'connections Mutation.announceEndpoint',
      'connections Mutation.retireEndpoint',
      'connections Query.hub',
      'connections Query.hubs',
      'connections Query.story',
      'connections Query.storyFeed',
      'connections Subscription.storyFeedChanges',
      'identity Mutation.completeSignIn',
      'identity Mutation.refreshSession',
      'identity Mutation.signOut',
      'identity Mutation.startSignIn',
      'identity Query.legalDocuments',
      // Not in the API: only the gateway asks.
      'identity Query.sessionVerificationKeys',
      'identity Query.verifyPartnerKey',
      'rewards Query.voucherKeys',
    ];
    const open = subgraphNames.flatMap((name) =>
      parse(emitted[`${name}.graphql`] ?? '').definitions.flatMap((node) => {
        if (node.kind !== 'ObjectTypeDefinition' || !/^(Query|Mutation|Subscription)$/.test(node.name.value)) return [];
        return (node.fields ?? [])
          .filter(
            ({ directives }) => !directives?.some((each) => /^(authenticated|requiresScopes)$/.test(each.name.value)),
          )
          .map((field) => `${name} ${node.name.value}.${field.name.value}`);
      }),
    );
    expect(open.sort()).toEqual(everybody);
  });

  test('says of every page how long it is at most, for gateways that reckon costs', () => {
    const marked = emitted['supergraph.graphql']?.match(/@listSize\(assumedSize: 100, sizedFields: \["edges"\]\)/g);
    expect(marked?.length).toBeGreaterThan(15);
    expect(marked?.length).toBe(emitted['api.graphql']?.match(/^ {4}first: PageSize! = 20$/gm)?.length);
  });

  test('names documented error codes in the description of every mutation', () => {
    const mutations = Object.values(api.getMutationType()?.getFields() ?? {});
    expect(mutations.filter(({ description }) => !description?.includes('Codes:')).map(({ name }) => name)).toEqual([]);
  });
});

function* inputs(schema: GraphQLSchema): Generator<{ place: string; type: string }> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        yield { place: `${type.name}.${field.name}`, type: getNamedType(field.type).name };
      }
    }
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      for (const argument of field.args) {
        yield { place: `${type.name}.${field.name}(${argument.name})`, type: getNamedType(argument.type).name };
      }
    }
  }
}

function bareInputs(schema: GraphQLSchema): string[] {
  return [...inputs(schema)].filter(({ type }) => ['String', 'Int', 'Float'].includes(type)).map(({ place }) => place);
}

function undescribed(schema: GraphQLSchema): string[] {
  const missing: string[] = [];
  const look = (place: string, thing: { description?: string | null | undefined }) => {
    if (!thing.description?.trim()) missing.push(place);
  };
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  for (const type of Object.values(schema.getTypeMap())) {
    if (
      !isNamedType(type) ||
      type.name.startsWith('__') ||
      ['String', 'Int', 'Float', 'Boolean', 'ID'].includes(type.name)
    )
      continue;
    if (!roots.includes(type as never)) look(type.name, type);
    if ('getValues' in type) for (const value of type.getValues()) look(`${type.name}.${value.name}`, value);
    if (!('getFields' in type)) continue;
    for (const field of Object.values(type.getFields())) {
      look(`${type.name}.${field.name}`, field);
      if ('args' in field)
        for (const argument of field.args) look(`${type.name}.${field.name}(${argument.name})`, argument);
    }
  }
  return missing;
}
