/*
 * Generated graphs and operations. A graph composes by construction: each field has one owner or is shareable, every
 * entity carries its key wherever it stands. Names tell types apart, so that generated operations validate.
 */
import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { Random } from './random.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", ' +
  '"@requires", "@provides", "@inaccessible", "@interfaceObject"])';
const COMMON = `
  scalar JSON
  enum Color { RED GREEN BLUE HIDDEN @inaccessible }
  input Filter { color: Color, sizes: [Int!] }
  type Box @shareable { width: Int height: Float! label: String color: Color inner: Box boxes: [Box!] }
  type Reference @shareable { id: ID! }`;

const KEYS = ['id', 'code', 'reference { id }'] as const;

interface Entity {
  readonly name: string;
  /** The subgraphs it stands in, by index, with the key it has there. */
  readonly places: readonly { readonly subgraph: number; readonly keys: readonly string[] }[];
}

/** SDL of two to four subgraphs. */
export function generateGraph(seed: number): Record<string, string> {
  const random = new Random(seed);
  const count = 2 + random.below(3);
  const subgraphs = Array.from({ length: count }, (_, index) => index);
  const entities = Array.from({ length: 2 + random.below(3) }, (_, index): Entity => {
    const places = random.some(subgraphs, 0.7);
    const style = random.below(4);
    return {
      name: `E${index}`,
      places: (places.length > 0 ? places : [0]).map((subgraph, position) => ({
        subgraph,
        keys: keysOf(style, position),
      })),
    };
  });
  const hasMedia = random.chance(0.5);
  const sdls = subgraphs.map((subgraph) => new SubgraphWriter(random, subgraph, entities, hasMedia).write());
  return Object.fromEntries(sdls.map((sdl, index) => [`s${index}`, sdl]));
}

/** The first place has every key, so that others are reached from it. */
function keysOf(style: number, position: number): string[] {
  if (style === 1) return position === 0 ? ['id', 'code'] : [position % 2 ? 'code' : 'id'];
  if (style === 2) return ['reference { id }'];
  if (style === 3) return ['id code'];
  return ['id'];
}

class SubgraphWriter {
  readonly #random: Random;
  readonly #subgraph: number;
  readonly #here: readonly Entity[];
  readonly #hasMedia: boolean;
  /** Entities with a field here that needs a field of their owner, which stands here as external. */
  readonly #requiring: ReadonlySet<Entity>;
  #counter = 0;

  constructor(random: Random, subgraph: number, entities: readonly Entity[], hasMedia: boolean) {
    this.#random = random;
    this.#subgraph = subgraph;
    this.#here = entities.filter(({ places }) => places.some((place) => place.subgraph === subgraph));
    this.#hasMedia = hasMedia;
    const foreign = this.#here.filter(({ places }) => places[0]?.subgraph !== subgraph);
    this.#requiring = new Set(random.some(foreign, 0.6));
  }

  write(): string {
    const types = this.#here.map((entity) => this.#entity(entity));
    const names = this.#here.map(({ name }) => name);
    const parts = [LINK, COMMON, ...types, ...this.#media()];
    if (names.length > 0) parts.push(`interface Thing { title: String }`, `union Either = ${names.join(' | ')}`);
    const roots = (prefix: string) => this.#fields(prefix, 3).join(' ');
    parts.push(`type Query { ${roots('query')} }`);
    if (this.#random.chance(0.7)) parts.push(`type Mutation { ${roots('change')} }`);
    return parts.join('\n');
  }

  #entity(entity: Entity): string {
    const keys = entity.places.find((place) => place.subgraph === this.#subgraph)?.keys ?? [];
    const all = keys.join(' ');
    // The nested key has an id of its own, which is no key of the entity.
    const fields = KEYS.filter((key) => all.replace(key === 'id' ? KEYS[2] : '', '').includes(key));
    const keyFields = fields.map((key) => (key === 'reference { id }' ? 'reference: Reference!' : `${key}: ID!`));
    const head = `type ${entity.name} implements Thing ${keys.map((key) => `@key(fields: "${key}")`).join(' ')}`;
    const base = `base${entity.name}`;
    const isOwner = entity.places[0]?.subgraph === this.#subgraph;
    const own = this.#fields(`${entity.name}s${this.#subgraph}`, 2 + this.#random.below(3));
    if (isOwner) own.push(`${base}: Int @shareable`, `${base}Box: Box @shareable`);
    else if (this.#requiring.has(entity)) {
      const nested = this.#random.chance(0.4);
      const required = nested ? `${base} ${base}Box { width inner { label } }` : base;
      own.push(
        `${base}: Int @external`,
        ...(nested ? [`${base}Box: Box @external`] : []),
        `required${entity.name}s${this.#subgraph}: String @requires(fields: "${required}")`,
      );
    }
    return `${head} { ${[...keyFields, 'title: String @shareable', ...own].join(' ')} }`;
  }

  /** An interface with keys, whose fields other subgraphs add to without knowing its types. */
  #media(): string[] {
    if (!this.#hasMedia) return [];
    if (this.#subgraph === 0) {
      return [
        `interface Media @key(fields: "id") { id: ID! name: String }`,
        `type Book implements Media @key(fields: "id") { id: ID! name: String pages: Int }`,
        `type Film implements Media @key(fields: "id") { id: ID! name: String minutes: Int! }`,
      ];
    }
    return this.#subgraph === 1
      ? [`type Media @key(fields: "id") @interfaceObject { id: ID! views: Int stars: Float! box: Box }`]
      : [];
  }

  #fields(prefix: string, count: number): string[] {
    return Array.from({ length: count }, () => {
      const name = `${prefix}s${this.#subgraph}f${this.#counter++}`;
      const { type, entity } = this.#type();
      const hidden = prefix.startsWith('E') && this.#random.chance(0.08) ? ' @inaccessible' : '';
      return `${name}${this.#arguments()}: ${type}${entity ? this.#provides(entity) : ''}${hidden}`;
    });
  }

  #arguments(): string {
    if (this.#random.chance(0.75)) return '';
    return this.#random.pick([
      '(size: Int)',
      '(color: Color! = RED)',
      '(filter: Filter)',
      '(words: [String!], json: JSON)',
    ]);
  }

  #provides(entity: Entity): string {
    const isProvided = this.#requiring.has(entity) && this.#random.chance(0.3);
    return isProvided ? ` @provides(fields: "base${entity.name}")` : '';
  }

  #type(): { type: string; entity?: Entity } {
    const composites = ['Box', ...(this.#here.length > 0 ? ['entity', 'entity', 'entity', 'Thing', 'Either'] : [])];
    if (this.#hasMedia && this.#subgraph <= 1) composites.push('Media');
    const leaf = this.#random.chance(0.4);
    const named = this.#random.pick(leaf ? ['Int', 'Float', 'String', 'Boolean', 'ID', 'Color', 'JSON'] : composites);
    const entity = named === 'entity' ? this.#random.pick(this.#here) : undefined;
    const wrapper = this.#random.pick(['T', 'T', 'T', 'T!', '[T]', '[T!]', '[T!]!', '[[T]]', '[[T!]!]']);
    return { type: wrapper.replace('T', entity?.name ?? named), ...(entity && { entity }) };
  }
}

/** Where no more fragments are written. */
const DEEPEST = 6;

export interface GeneratedOperation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** A query or mutation over what clients see. */
export function generateOperation(schema: GraphQLSchema, seed: number): GeneratedOperation {
  return new OperationWriter(schema, new Random(seed)).write();
}

class OperationWriter {
  readonly #schema: GraphQLSchema;
  readonly #random: Random;
  readonly #declared: string[] = [];
  readonly #variables: Record<string, unknown> = {};
  readonly #fragments: string[] = [];
  #counter = 0;
  #budget = 40;

  constructor(schema: GraphQLSchema, random: Random) {
    this.#schema = schema;
    this.#random = random;
  }

  write(): GeneratedOperation {
    const mutation = this.#schema.getMutationType();
    const isMutation = mutation && this.#random.chance(0.15);
    const root = isMutation ? mutation : (this.#schema.getQueryType() as GraphQLObjectType);
    const selections = this.#selections(root, 0);
    const declared = this.#declared.length > 0 ? `(${this.#declared.join(', ')})` : '';
    const kind = isMutation ? 'mutation' : 'query';
    return {
      query: [`${kind} Generated${declared} ${selections}`, ...this.#fragments].join('\n'),
      variables: this.#variables,
    };
  }

  #selections(type: GraphQLCompositeType, depth: number): string {
    const parts: string[] = [];
    if ('getFields' in type) {
      const fields = Object.values(type.getFields());
      const some = this.#random.some(fields, depth === 0 ? 0.5 : 0.6);
      for (const field of some) parts.push(...this.#field(field, depth));
      if (this.#random.chance(0.2) && some[0]) parts.push(...this.#field(some[0], depth));
    }
    if (depth > 0 && this.#random.chance(0.3))
      parts.push(this.#random.pick(['__typename', `kind${this.#counter++}: __typename`]));
    if (depth > 0) for (const fragment of this.#fragmentsOf(type, depth)) parts.push(fragment);
    if (parts.length === 0) parts.push('__typename');
    return `{ ${parts.join(' ')} }`;
  }

  #fragmentsOf(type: GraphQLCompositeType, depth: number): string[] {
    if (this.#budget < 0 || depth >= DEEPEST) return [];
    const conditions: GraphQLCompositeType[] = isAbstractType(type)
      ? this.#random.some([...this.#schema.getPossibleTypes(type)], 0.7)
      : this.#random.some([type], 0.2);
    if (isObjectType(type)) conditions.push(...this.#random.some(type.getInterfaces(), 0.2));
    if (isInterfaceType(type)) conditions.push(...this.#random.some([type], 0.2));
    return conditions.map((condition) => {
      // The oracle loses a concrete fragment inside an interface's inside a concrete type; executor.test.ts holds it.
      const isWider = isObjectType(type) && isAbstractType(condition);
      const inner = this.#selections(condition, isWider ? DEEPEST : depth + 1);
      if (this.#random.chance(0.7)) return `... on ${condition.name}${this.#conditions()} ${inner}`;
      const name = `Part${this.#counter++}`;
      this.#fragments.push(`fragment ${name} on ${condition.name} ${inner}`);
      return `...${name}${this.#conditions()}`;
    });
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string[] {
    const type = getNamedType(field.type);
    if (--this.#budget < 0 && isCompositeType(type)) return [];
    if (isCompositeType(type) && depth > 4) return [];
    const alias = field.args.length > 0 || this.#random.chance(0.15) ? `a${this.#counter++}: ` : '';
    const inner = isCompositeType(type) ? ` ${this.#selections(type, depth + 1)}` : '';
    return [`${alias}${field.name}${this.#arguments(field)}${this.#conditions()}${inner}`];
  }

  #arguments({ args }: GraphQLField<unknown, unknown>): string {
    const given = this.#random.some(args, 0.8).map((argument) => {
      const { literal, value } = VALUES[String(argument.type)] ?? { literal: 'null', value: null };
      if (this.#random.chance(0.5)) return `${argument.name}: ${literal}`;
      const name = `v${this.#counter++}`;
      const withDefault = !String(argument.type).endsWith('!') && this.#random.chance(0.3);
      this.#declared.push(`$${name}: ${argument.type}${withDefault ? ` = ${literal}` : ''}`);
      if (!withDefault || this.#random.chance(0.3)) this.#variables[name] = value;
      return `${argument.name}: $${name}`;
    });
    return given.length > 0 ? `(${given.join(', ')})` : '';
  }

  #conditions(): string {
    if (this.#random.chance(0.85)) return '';
    const directive = this.#random.pick(['skip', 'include']);
    if (this.#random.chance(0.3)) return ` @${directive}(if: ${this.#random.chance(0.5)})`;
    const name = `if${this.#counter++}`;
    if (this.#random.chance(0.3)) {
      this.#declared.push(`$${name}: Boolean = ${this.#random.chance(0.5)}`);
      if (this.#random.chance(0.5)) this.#variables[name] = this.#random.chance(0.5);
    } else {
      this.#declared.push(`$${name}: Boolean!`);
      this.#variables[name] = this.#random.chance(0.5);
    }
    return ` @${directive}(if: $${name})`;
  }
}

const VALUES: Record<string, { readonly literal: string; readonly value: unknown }> = {
  Int: { literal: '3', value: 4 },
  'Color!': { literal: 'GREEN', value: 'BLUE' },
  Filter: { literal: '{ color: RED, sizes: [1, 2] }', value: { color: 'BLUE', sizes: [3] } },
  '[String!]': { literal: '["a", "b"]', value: ['c'] },
  JSON: { literal: '{ deep: [1, "x"] }', value: { deep: { er: null } } },
};
