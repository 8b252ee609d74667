/*
 * Contracts: what shows where. Small graphs for the rules, the graph itself for what it promises: root fields that no
 * contract forgets, nothing hidden that a schema still leads to, and nothing about persons for partners.
 */
import { composeSchemaContract } from '@theguild/federation-composition';
import fc from 'fast-check';
import {
  buildSchema,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  Kind,
  lexicographicSortSchema,
  type ObjectTypeDefinitionNode,
  parse,
  printSchema,
  validate,
} from 'graphql';
import { type Contract, contracts, organisationKinds } from '../subgraphs/kernel/caller.ts';
import { composeSupergraph, printApi } from './compose.ts';
import { contractOf } from './contracts.ts';
import { emitSchema, graphFile } from './emit.ts';
import { subgraphNames } from './events.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@inaccessible", "@tag", "@authenticated", "@requiresScopes"])\n';
const everywhere = '@tag(name: "public") @tag(name: "partner") @tag(name: "admin")';

const shops = `${LINK}
  type Query {
    shop: Shop ${everywhere}
    audit: Audit @tag(name: "admin")
    own: Secret @inaccessible
    forgotten: Int
  }
  type Mutation { close(input: CloseInput!): Shop @tag(name: "admin") }
  type Shop @key(fields: "id") {
    id: ID!
    open(on: Int, exactly: Boolean @tag(name: "admin")): Boolean
    owner: Person @tag(name: "public")
    kind: Kind!
    place: Place
  }
  enum Kind { SHOP MARKET @tag(name: "public") }
  union Place = Street | Hall
  interface Named { name: String }
  type Street implements Named { name: String }
  type Hall { size: Int }
  type Person { name: String }
  type Audit { findings: [Finding!]! }
  type Finding { text: String }
  type Secret { text: String }
  input CloseInput { shopId: ID! reason: Reason note: Int @tag(name: "partner") }
  enum Reason { MOVED }
`;
const ratings = `${LINK}
  type Shop @key(fields: "id") { id: ID! kind: Kind! @external stars: Stars @requires(fields: "kind") }
  enum Kind { SHOP MARKET }
  type Stars { count: Int }
`;
const { supergraphSdl: small } = composeSupergraph({ shops, ratings });
const apiOf = (contract: Contract) => buildSchema(printApi(contractOf(small, contract)));
const fieldsOf = (schema: GraphQLSchema, type: string) => {
  const found = schema.getType(type);
  return found && 'getFields' in found ? Object.keys(found.getFields()) : undefined;
};

describe('a contract', () => {
  test('shows the root fields that are tagged with it, and no other', () => {
    expect(fieldsOf(apiOf('public'), 'Query')).toEqual(['shop']);
    expect(fieldsOf(apiOf('partner'), 'Query')).toEqual(['shop']);
    expect(fieldsOf(apiOf('admin'), 'Query')).toEqual(['shop', 'audit']);
    expect(fieldsOf(apiOf('admin'), 'Mutation')).toEqual(['close']);
    expect(apiOf('public').getMutationType()).toBeUndefined();
  });

  test('shows what they lead to, in whichever subgraph it is, and not what they do not', () => {
    const [open, closed] = [apiOf('admin'), apiOf('partner')];
    for (const name of ['Audit', 'Finding', 'CloseInput', 'Reason', 'Stars']) expect(open.getType(name)).toBeDefined();
    for (const name of ['Audit', 'Finding', 'CloseInput', 'Reason']) expect(closed.getType(name)).toBeUndefined();
    for (const name of ['Stars', 'Street', 'Hall', 'Named']) expect(closed.getType(name)).toBeDefined();
  });

  test('keeps fields, arguments, values of enums and input fields that are tagged to what their tags name', () => {
    expect(fieldsOf(apiOf('public'), 'Shop')).toContain('owner');
    expect(fieldsOf(apiOf('admin'), 'Shop')).not.toContain('owner');
    expect(apiOf('admin').getType('Person')).toBeUndefined();
    expect(fieldsOf(apiOf('admin'), 'CloseInput')).toEqual(['shopId', 'reason']);
    expect(printSchema(apiOf('admin'))).toContain('open(on: Int, exactly: Boolean): Boolean');
    expect(printSchema(apiOf('public'))).toContain('open(on: Int): Boolean');
    expect(printSchema(apiOf('public'))).toContain('MARKET');
    expect(printSchema(apiOf('partner'))).not.toContain('MARKET');
  });

  test('never shows what is inaccessible, nor what only that leads to', () => {
    for (const contract of contracts) expect(apiOf(contract).getType('Secret')).toBeUndefined();
  });

  test('leaves the supergraph whole: plans reach what is hidden', () => {
    const hidden = parse(contractOf(small, 'partner')).definitions.map(nameOf);
    expect(hidden).toEqual(parse(small).definitions.map(nameOf));
  });

  test('depends neither on the order of subgraphs nor on earlier contracts', () => {
    const other = composeSupergraph({ ratings, shops }).supergraphSdl;
    for (const contract of contracts) expect(contractOf(other, contract)).toBe(contractOf(small, contract));
    expect(contractOf(contractOf(small, 'partner'), 'partner')).toBe(contractOf(small, 'partner'));
  });

  test('is refused where nothing can be asked for in it', () => {
    const { supergraphSdl } = composeSupergraph({
      one: `${LINK} type Query { a: Int @tag(name: "public") b: Int @inaccessible }`,
    });
    expect(() => contractOf(supergraphSdl, 'partner')).toThrow('The contract partner has no query');
  });

  test('is refused where nothing can be hidden', () => {
    const { supergraphSdl } = composeSupergraph({ one: `${LINK} type Query { a: Int @tag(name: "public") }` });
    expect(() => contractOf(supergraphSdl, 'public')).toThrow('no @inaccessible');
  });

  test('is refused where a field that it shows leads to a type that it hides, or needs an argument that it hides', () => {
    const type = 'type Thing @tag(name: "admin") { id: ID @inaccessible name: Int }';
    const leads = composeSupergraph({
      one: `${LINK} type Query { a: Thing @tag(name: "public") } ${type}`,
    }).supergraphSdl;
    expect(() => printApi(contractOf(leads, 'public'))).toThrow(/Thing/);
    const query = 'type Query { a(b: Int! @tag(name: "admin"), c: Int @inaccessible): Int @tag(name: "public") }';
    const needs = composeSupergraph({ one: `${LINK} ${query}` }).supergraphSdl;
    expect(() => printApi(contractOf(needs, 'public'))).toThrow(/Query\.a\(b:\)/);
  });
});

test('contracts of any graph are what another composer makes of the same tags', () => {
  const tags = fc.subarray([...contracts]).map((names) => names.map((name) => `@tag(name: "${name}")`).join(' '));
  const type = fc.constantFrom('Int', 'T0', '[T1!]', 'T2', '[T3]', 'T4', 'Any', 'Named');
  const fields = fc.array(fc.tuple(type, tags), { maxLength: 4 });
  const subgraph = fc.record({ roots: fields, types: fc.array(fields, { minLength: 5, maxLength: 5 }) });
  const print = (prefix: string, members: readonly (readonly [string, string])[]) =>
    members.map(([of, tagged], index) => `${prefix}${index}: ${of} ${tagged}`).join('\n');
  const sdlOf = (name: string, { roots, types }: { roots: [string, string][]; types: [string, string][][] }) => `${LINK}
    type Query { ${name}: Int ${everywhere} hidden${name}: T0 @inaccessible\n${print(name, roots)} }
    union Any = T0 | T1
    interface Named { id: ID! }
    ${types.map((members, index) => `type T${index} ${index < 3 ? 'implements Named ' : ''}@key(fields: "id") { id: ID!\n${print(name, members)} }`).join('\n')}`;
  fc.assert(
    fc.property(subgraph, subgraph, fc.constantFrom(...contracts), (one, other, contract) => {
      const sdls = { one: sdlOf('one', one), other: sdlOf('other', other) };
      const { supergraphSdl } = composeSupergraph(sdls);
      expect(sorted(printApi(contractOf(supergraphSdl, contract)))).toBe(sorted(byAnotherComposer(sdls, contract)));
    }),
    { numRuns: 60 },
  );
});

const emitted = emitSchema();
const sdlOf = (contract: Contract) => emitted[graphFile(contract)] ?? '';
const schemas = Object.fromEntries(contracts.map((name) => [name, buildSchema(sdlOf(name))])) as Record<
  Contract,
  GraphQLSchema
>;
const supergraph = parse(emitted['supergraph.graphql'] ?? '');
const roots = supergraph.definitions.filter(
  (node): node is ObjectTypeDefinitionNode =>
    node.kind === Kind.OBJECT_TYPE_DEFINITION && /^(Query|Mutation|Subscription)$/.test(node.name.value),
);
const rootFields = roots.flatMap(({ name, fields = [] }) =>
  fields.map((field) => ({ place: `${name.value}.${field.name.value}`, directives: field.directives ?? [] })),
);

describe('the contracts of the graph', () => {
  test('are named by every root field, or the gateway alone asks for it', () => {
    const hidden = [
      'Mutation.announceEndpoint',
      'Mutation.retireEndpoint',
      'Query.sessionVerificationKeys',
      'Query.verifyPartnerKey',
    ];
    const forgotten = rootFields.filter(({ directives }) => valuesOf(directives, 'tag').length === 0);
    expect(forgotten.map(({ place }) => place).sort()).toEqual(hidden);
  });

  test('have no tag that is none of their names', () => {
    const used = subgraphNames.flatMap((name) => [
      ...(emitted[`${name}.graphql`] ?? '').matchAll(/@tag\(name: "([^"]*)"\)/g),
    ]);
    expect(used.length).toBeGreaterThan(50);
    expect(used.map(([, name]) => name).filter((name) => !contracts.includes(name as Contract))).toEqual([]);
  });

  test('show a root field to those who may ask for it, and nobody else', () => {
    const mayBe: Record<Contract, readonly string[]> = {
      public: ['citizen', 'officer', 'analyst', 'authenticated', ...organisationKinds],
      partner: ['offers:read', 'vouchers:redeem'],
      admin: ['administrator', 'authenticated'],
    };
    for (const { place, directives } of rootFields) {
      const needed = directives.some(({ name }) => name.value === 'authenticated')
        ? ['authenticated']
        : valuesOf(directives, 'requiresScopes');
      const shown = valuesOf(directives, 'tag') as Contract[];
      const useless = shown.filter((name) => needed.length > 0 && !needed.some((scope) => mayBe[name].includes(scope)));
      expect({ place, useless }).toEqual({ place, useless: [] });
    }
  });

  test.each(contracts)('%s has no type that nothing leads to', (name) => {
    expect(unreachable(schemas[name])).toEqual([]);
  });

  test('show all of the graph between them', () => {
    const api = buildSchema(emitted['api.graphql'] ?? '');
    const nowhere = placesOf(api).filter((place) => !contracts.some((name) => placesOf(schemas[name]).includes(place)));
    expect(nowhere).toEqual([]);
  });

  test('partner is about offers, vouchers, sales and webhooks: these types and no other', () => {
    const types = Object.values(schemas.partner.getTypeMap()).filter(
      (type) => isObjectType(type) && !/^__/.test(type.name),
    );
    const subjects =
      /^(Mutation|Query|PageInfo|Position|Store|Retailer|(Offer|Product|Redemption|RedeemedVoucher|Voucher|Terminal|OfflineClaim|Sale|Reconciliation|Settlement|Facet|Match|Webhook)\w*|(Redeem|Release|Submit|Report|Reconcile|Check|Hold|Reported|Sales)\w*|DifferenceCount|OrganisationStatement)$/;
    expect(types.map(({ name }) => name).filter((name) => !subjects.test(name))).toEqual([]);
  });

  test('partner has no field that tells of persons, and none where one would look for them', () => {
    const person =
      /account|person|citizen|officer|profile|owner|holder|buyer|customer|user|first.?name|last.?name|birth|(?<!mess)age(?!Info|Size|$)|e-?mail|phone|address|device|session|connection|points?(Balance|Change)|reporter/i;
    const named = (text: string) => person.test(text.replace(/Page(Info|Size)?|points/g, ''));
    // The name of the field: what it is, an address on the web or words of a retailer, says nothing of persons.
    const telling = placesOf(schemas.partner).filter((place) => named(place.replace(/^.*\./, '').replace(/:.*$/, '')));
    expect(telling.sort()).toEqual([
      // What one person may have of an offer is a term of the offer.
      'Offer.perPersonLimit: Quantity',
      // Whether an answer was ordered by a person's history: never for a key.
      'OfferSearchPage.personal: Boolean',
      // How a retailer describes itself.
      'Retailer.profile: Text',
    ]);
    expect(placesOf(schemas.public).filter((place) => named(place.replace(/^.*\./, ''))).length).toBeGreaterThan(20);
  });

  test('public has nothing that is for administrators only', () => {
    const onlyAdministrators = rootFields.filter(
      ({ directives }) => valuesOf(directives, 'requiresScopes').join() === 'administrator',
    );
    expect(onlyAdministrators.length).toBeGreaterThan(25);
    const shown = rootPlaces(schemas.public);
    expect(onlyAdministrators.map(({ place }) => place).filter((place) => shown.includes(place))).toEqual([]);
  });

  test.each(contracts)('%s is what another composer makes of the same tags', (name) => {
    const sdls = Object.fromEntries(subgraphNames.map((subgraph) => [subgraph, emitted[`${subgraph}.graphql`] ?? '']));
    expect(sorted(sdlOf(name))).toBe(sorted(byAnotherComposer(sdls, name)));
  });

  test.each(contracts)('%s says nothing of a hidden field that is asked for by its name', (name) => {
    const shown = new Set(rootPlaces(schemas[name]));
    for (const { place } of rootFields) {
      const [root = '', field = ''] = place.split('.');
      if (shown.has(place) || !schemas[name].getType(root)) continue;
      const keyword = root.toLowerCase();
      const told = (asked: string) => validate(schemas[name], parse(`${keyword} { ${asked} }`))[0]?.message ?? '';
      // As of a field that there is nowhere; suggestions are of what is shown.
      const suggested = [...told(field).matchAll(/"([^"]+)"/g)].map(([, each]) => each).slice(1);
      const visible = [root, ...[...shown].map((each) => each.split('.')[1])];
      expect(told(field)).not.toBe('');
      expect({ place, revealed: suggested.filter((each) => each !== undefined && !visible.includes(each)) }).toEqual({
        place,
        revealed: [],
      });
    }
  });
});

function nameOf(node: DefinitionNode): string | undefined {
  return 'name' in node ? node.name?.value : node.kind;
}

/** The texts in the arguments of directives of this name. */
function valuesOf(directives: readonly ConstDirectiveNode[], name: string): string[] {
  const texts = (value: unknown): string[] => {
    const node = value as { kind: string; value?: string; values?: unknown[] };
    return node.kind === Kind.STRING ? [node.value ?? ''] : (node.values ?? []).flatMap(texts);
  };
  return directives
    .filter((each) => each.name.value === name)
    .flatMap((each) => (each.arguments ?? []).flatMap(({ value }) => texts(value)));
}

/** Every field and input field, as `Type.field: Named`. */
function placesOf(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (/^__/.test(type.name) || !('getFields' in type)) return [];
    return Object.values(type.getFields()).map((field) => `${type.name}.${field.name}: ${getNamedType(field.type)}`);
  });
}

function rootPlaces(schema: GraphQLSchema): string[] {
  return ['Query', 'Mutation', 'Subscription'].flatMap(
    (type) => fieldsOf(schema, type)?.map((field) => `${type}.${field}`) ?? [],
  );
}

/** By a walk of its own, from the roots over what they name. */
function unreachable(schema: GraphQLSchema): string[] {
  const seen = new Set<string>(['String', 'Boolean']);
  const walk = (name: string | undefined): void => {
    const type = name === undefined ? undefined : schema.getType(name);
    if (!type || seen.has(type.name)) return;
    seen.add(type.name);
    if (isUnionType(type)) for (const each of type.getTypes()) walk(each.name);
    if (isInterfaceType(type)) for (const each of schema.getPossibleTypes(type)) walk(each.name);
    if (isObjectType(type)) for (const each of type.getInterfaces()) walk(each.name);
    if (isInputObjectType(type) || isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        walk(getNamedType(field.type as GraphQLType).name);
        if ('args' in field) for (const argument of field.args) walk(getNamedType(argument.type as GraphQLType).name);
      }
    }
  };
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) walk(root?.name);
  return Object.keys(schema.getTypeMap()).filter((name) => !/^__/.test(name) && !seen.has(name));
}

function byAnotherComposer(sdls: Readonly<Record<string, string>>, contract: Contract): string {
  const subgraphs = Object.entries(sdls).map(([name, sdl]) => ({ name, typeDefs: hideUntagged(sdl, contract) }));
  const composed = composeSchemaContract(subgraphs, { include: new Set(), exclude: new Set(['hidden']) }, true);
  expect(composed.errors?.map(({ message }) => message) ?? []).toEqual([]);
  return composed.publicSdl ?? '';
}

/** Our rule in the other composer's terms: what is not for `contract` is tagged, and what is tagged excluded. */
function hideUntagged(sdl: string, contract: Contract): DocumentNode {
  const hide: ConstDirectiveNode = parse('type A @tag(name: "hidden") { a: Int }').definitions.flatMap(
    (node) => ('directives' in node ? (node.directives ?? []) : []) as ConstDirectiveNode[],
  )[0] as ConstDirectiveNode;
  const document = parse(sdl);
  const definitions = document.definitions.map((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) return node;
    const isRoot = /^(Query|Mutation|Subscription)$/.test(node.name.value);
    const fields = node.fields?.map((field) => {
      const { directives = [] } = field;
      const tags = valuesOf(directives, 'tag');
      const isShown = tags.length === 0 ? !isRoot : tags.includes(contract);
      const others = directives.filter(({ name }) => name.value !== 'tag');
      return { ...field, directives: isShown ? others : [...others, hide] };
    });
    return { ...node, fields };
  });
  return { ...document, definitions } as DocumentNode;
}

function sorted(sdl: string): string {
  return printSchema(lexicographicSortSchema(buildSchema(sdl)));
}
