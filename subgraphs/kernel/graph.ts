/*
 * From decorated classes to a federated schema that guards itself. type-graphql gives the schema, its SDL goes through
 * @apollo/subgraph, and each field is then wrapped by what its SDL says: who may (@requiresScopes, @authenticated), and
 * the two bounds that no scalar can hold (ids are UUIDs, lists in arguments end).
 */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import {
  type ConstDirectiveNode,
  DirectiveLocation,
  defaultFieldResolver,
  type GraphQLArgument,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLEnumType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLInputType,
  GraphQLInt,
  type GraphQLSchema,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  parseType,
  type ScalarTypeDefinitionNode,
  specifiedDirectives,
  type ValueNode,
} from 'graphql';
import { buildSchemaSync, createResolversMap, type NonEmptyArray } from 'type-graphql';
import type { Batch, Call } from './call.ts';
import type { Caller, Scope } from './caller.ts';
import { Refusal } from './errors.ts';
import { compileMethods, readPropertiesPlainly } from './methods.ts';
import { DateTime } from './scalars.ts';

/** A class that type-graphql or MikroORM reads decorators from. */
// biome-ignore lint/complexity/noBannedTypes: that is what both libraries take
export type DecoratedClass = Function;

export interface GraphDefinition<Services> {
  readonly resolvers: NonEmptyArray<DecoratedClass>;
  /** Types that are reached through federation only, such as Account in a subgraph that adds a field to it. */
  readonly orphanedTypes?: readonly DecoratedClass[];
  /** Type name -> the entities of these ids, null where there is none; called once per operation with all ids asked. */
  readonly references: Readonly<Record<string, Batch<string, object | null, Services>>>;
}

const FEDERATION_LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ' +
  '["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@tag", ' +
  '"@authenticated", "@requiresScopes", "@cost", "@listSize"])';

const cacheControlScope = new GraphQLEnumType({
  name: 'CacheControlScope',
  description: 'Who may be given an answer that was kept.',
  values: {
    PUBLIC: { description: 'Everybody whom the field lets in: it looks at nothing of its caller.' },
    PRIVATE: { description: 'The caller alone to whom it was given.' },
  },
  // For gateways; clients have no use for it.
  extensions: { directives: { inaccessible: {} } },
});

/**
 * Apollo's directive: how long a gateway may keep what a field answers, which is not at all unless said. PUBLIC promises
 * that the field looks at nothing of its caller.
 */
const cacheControl = new GraphQLDirective({
  name: 'cacheControl',
  description: 'How many seconds an answer may be kept; not at all unless said.',
  args: {
    maxAge: { type: GraphQLInt },
    scope: { type: cacheControlScope },
    inheritMaxAge: { type: GraphQLBoolean },
  },
  locations: [
    DirectiveLocation.FIELD_DEFINITION,
    DirectiveLocation.OBJECT,
    DirectiveLocation.INTERFACE,
    DirectiveLocation.UNION,
  ],
});

/**
 * How long a page is at most, for gateways that reckon costs. Composition lets slicingArguments name an Int only, not our
 * PageSize; ours knows that `first` says how long the page really is.
 */
const PAGE_SIZE = '@listSize(assumedSize: 100, sizedFields: ["edges"])';

/** The longest list in an argument. */
export const LIST_LIMIT = 100;

/** The SDL of a subgraph as it is committed in schema/ and composed; needs no database. */
export function printGraph<Services>(definition: GraphDefinition<Services>): string {
  return toSdl(fromDecorators(definition));
}

/** The executable schema of a subgraph; its context value is a Call. */
export function buildGraph<Services>(definition: GraphDefinition<Services>): GraphQLSchema {
  const decorated = fromDecorators(definition);
  const resolvers: Record<string, Record<string, unknown>> = createResolversMap(decorated) as never;
  for (const [typeName, methods] of Object.entries(compileMethods(definition.resolvers))) {
    for (const [name, resolve] of Object.entries(methods)) {
      const fields = resolvers[typeName];
      if (!fields?.[name]) continue;
      fields[name] = typeof fields[name] === 'function' ? resolve : { ...(fields[name] as object), resolve };
    }
  }
  for (const [typeName, batch] of Object.entries(definition.references)) {
    const resolveReference = async (reference: { id: unknown }, call: Call<Services>) =>
      isId(reference.id) ? call.load(batch, reference.id) : null;
    resolvers[typeName] = { ...resolvers[typeName], __resolveReference: resolveReference };
  }
  const schema = buildSubgraphSchema([{ typeDefs: parse(toSdl(decorated)), resolvers: resolvers as never }]);
  guard(schema);
  return schema;
}

function fromDecorators<Services>(definition: GraphDefinition<Services>): GraphQLSchema {
  readPropertiesPlainly();
  const schema = buildSchemaSync({
    resolvers: definition.resolvers as NonEmptyArray<DecoratedClass>,
    // Without a list type-graphql emits every class of the process, those of the other subgraphs too.
    orphanedTypes: [...(definition.orphanedTypes ?? [])],
    directives: [...specifiedDirectives, cacheControl],
    scalarsMap: [{ type: Date, scalar: DateTime }],
    // Values are checked by our scalars; the schema is checked by buildSubgraphSchema.
    validate: false,
    skipCheck: true,
    // Every subscription names its own source; nothing is published through type-graphql.
    pubSub: { publish: unreachable, subscribe: unreachable },
  });
  sizePages(schema);
  return schema;
}

/** Every field that takes `first` yields a page of as many. */
function sizePages(schema: GraphQLSchema): void {
  const [size] = parseConstDirectives(PAGE_SIZE);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (!size || !field.args.some(({ name }) => name === 'first')) continue;
      const node = { kind: Kind.FIELD_DEFINITION, name: { kind: Kind.NAME, value: field.name } } as const;
      const directives = [...(field.astNode?.directives ?? []), size];
      field.astNode = { ...node, type: parseType(String(field.type)), ...field.astNode, directives };
    }
  }
}

function parseConstDirectives(text: string): readonly ConstDirectiveNode[] {
  const [definition] = parse(`scalar Marked ${text}`).definitions;
  return (definition as ScalarTypeDefinitionNode).directives ?? [];
}

function unreachable(): never {
  throw new Error('Subscriptions take their source from the call: @Subscription({ subscribe })');
}

function toSdl(schema: GraphQLSchema): string {
  return `${FEDERATION_LINK}\n\n${printSchemaWithDirectives(schema)}\n`;
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

export function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value);
}

function guard(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const admit = admission(field);
      const checks =
        field.name === '_entities' ? [] : field.args.map(argumentCheck).filter((check) => check !== undefined);
      if (!admit && checks.length === 0) continue;
      const before: FieldGuard = (values, call) => {
        admit?.(call.caller);
        for (const check of checks) check(values);
      };
      // A subscription is guarded where it begins; its events need no second look.
      if (field.subscribe) field.subscribe = guarded(field.subscribe, before);
      else field.resolve = guarded(field.resolve ?? defaultFieldResolver, before);
    }
  }
}

type FieldGuard = (values: Record<string, unknown>, call: Call) => void;
type Resolver = GraphQLFieldResolver<unknown, Call>;

function guarded(resolve: Resolver, before: FieldGuard): Resolver {
  return (source, values, call, info) => {
    before(values, call);
    return resolve(source, values, call, info);
  };
}

/** What the field's directives demand of a caller, or undefined where everybody may. */
function admission(field: GraphQLField<unknown, unknown>): ((caller: Caller) => void) | undefined {
  for (const directive of field.astNode?.directives ?? []) {
    if (directive.name.value === 'authenticated') {
      return (caller) => {
        if (!caller.accountId) throw new Refusal('UNAUTHENTICATED');
      };
    }
    if (directive.name.value === 'requiresScopes') {
      const argument = directive.arguments?.find(({ name }) => name.value === 'scopes');
      const anyOf = argument ? (stringLists(argument.value) as Scope[][]) : [];
      return (caller) => {
        if (anyOf.some((allOf) => allOf.every((scope) => caller.scopes.includes(scope)))) return;
        throw caller.accountId || caller.retailerId ? forbidden(anyOf) : new Refusal('UNAUTHENTICATED');
      };
    }
  }
  return undefined;
}

function forbidden(anyOf: Scope[][]): Refusal {
  const needed = anyOf.map((allOf) => allOf.join(' and ')).join(' or ');
  return new Refusal('FORBIDDEN', `This needs the scope ${needed}.`);
}

function stringLists(node: ValueNode): string[][] {
  if (node.kind !== Kind.LIST) return [];
  return node.values.map((inner) =>
    inner.kind === Kind.LIST ? inner.values.map((value) => (value.kind === Kind.STRING ? value.value : '')) : [],
  );
}

type ValueCheck = (value: unknown, path: string) => void;

function argumentCheck(argument: GraphQLArgument): ((values: Record<string, unknown>) => void) | undefined {
  const check = typeCheck(argument.type, new Map());
  return check && ((values) => check(values[argument.name], argument.name));
}

/** Compiles the check of one input type; undefined where there is nothing to look at. Input types may be recursive. */
function typeCheck(type: GraphQLInputType, known: Map<GraphQLInputType, ValueCheck>): ValueCheck | undefined {
  if (isNonNullType(type)) return typeCheck(type.ofType, known);
  if (isListType(type)) {
    const item = typeCheck(type.ofType, known);
    return (value, path) => {
      if (!Array.isArray(value)) return;
      if (value.length > LIST_LIMIT) throw badInput(path, `at most ${LIST_LIMIT} entries`);
      value.forEach((entry, index) => {
        item?.(entry, `${path}[${index}]`);
      });
    };
  }
  if (isInputObjectType(type)) return inputObjectCheck(type, known);
  if (type.name !== 'ID') return undefined;
  return (value, path) => {
    if (value !== undefined && value !== null && !isId(value)) throw badInput(path, 'the id of a thing (a UUID)');
  };
}

function inputObjectCheck(
  type: Extract<GraphQLInputType, { getFields(): unknown }>,
  known: Map<GraphQLInputType, ValueCheck>,
): ValueCheck {
  const before = known.get(type);
  if (before) return before;
  let checks: [string, ValueCheck][] = [];
  const check: ValueCheck = (value, path) => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of checks) inner((value as Record<string, unknown>)[name], `${path}.${name}`);
  };
  known.set(type, check);
  checks = Object.values(type.getFields()).flatMap((field) => {
    const inner = typeCheck(field.type, known);
    return inner ? [[field.name, inner] as [string, ValueCheck]] : [];
  });
  return check;
}

function badInput(path: string, expected: string): Refusal {
  return new Refusal('BAD_USER_INPUT', `${path} must be ${expected}.`);
}
