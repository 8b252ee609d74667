/*
 * Generated operations over what clients see of a graph: fragments of every kind, aliases, conditions, variables with and
 * without defaults and values. Every one is valid, whatever the seed.
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
  isNonNullType,
  isObjectType,
} from 'graphql';
import { Random } from './random.ts';

/** Where no more fragments are written. */
const DEEPEST = 6;

export interface GeneratedOperation {
  readonly query: string;
  /** Where the document has several operations. */
  readonly operationName?: string | undefined;
  readonly variables: Record<string, unknown>;
}

export interface OperationOptions {
  /** Without conditions, introspection, abstract types and fragments of other types: as most operations of clients are. */
  readonly plain?: boolean;
}

/** A query or mutation over what clients see. */
export function generateOperation(
  schema: GraphQLSchema,
  seed: number,
  { plain = false }: OperationOptions = {},
): GeneratedOperation {
  return new OperationWriter(schema, new Random(seed), plain).write();
}

class OperationWriter {
  readonly #schema: GraphQLSchema;
  readonly #random: Random;
  readonly #declared: string[] = [];
  readonly #variables: Record<string, unknown> = {};
  readonly #fragments: string[] = [];
  /** Finished fragments, by their type: they may stand anywhere it stands. */
  readonly #reusable = new Map<string, string[]>();
  #counter = 0;
  #budget = 40;

  readonly #isPlain: boolean;

  constructor(schema: GraphQLSchema, random: Random, isPlain: boolean) {
    this.#schema = schema;
    this.#random = random;
    this.#isPlain = isPlain;
  }

  write(): GeneratedOperation {
    const mutation = this.#schema.getMutationType();
    const isMutation = mutation && this.#random.chance(0.15);
    const root = isMutation ? mutation : (this.#schema.getQueryType() as GraphQLObjectType);
    const selections = this.#selections(root, 0);
    const declared = this.#declared.length > 0 ? `(${this.#declared.join(', ')})` : '';
    const kind = isMutation ? 'mutation' : 'query';
    const isOneOfTwo = this.#random.chance(0.1);
    const documents = [`${kind} Generated${declared} ${selections}`, ...this.#fragments];
    if (isOneOfTwo) documents.unshift('query Other { __typename }');
    return {
      query: documents.join('\n'),
      operationName: isOneOfTwo ? 'Generated' : undefined,
      variables: this.#variables,
    };
  }

  #selections(type: GraphQLCompositeType, depth: number): string {
    const parts: string[] = [];
    if ('getFields' in type) {
      const all = Object.values(type.getFields());
      const fields = this.#isPlain ? all.filter((field) => !isAbstractType(getNamedType(field.type))) : all;
      const some = this.#random.some(fields, depth === 0 ? 0.5 : 0.6);
      for (const field of some) parts.push(...this.#field(field, depth));
      if (this.#random.chance(0.2) && some[0]) parts.push(...this.#field(some[0], depth));
    }
    if (this.#random.chance(depth > 0 ? 0.3 : 0.1))
      parts.push(this.#random.pick(['__typename', `kind${this.#counter++}: __typename`]));
    if (!this.#isPlain && depth === 0 && type.name === 'Query' && this.#random.chance(0.05))
      parts.push(this.#introspection());
    for (const fragment of this.#fragmentsOf(type, depth)) parts.push(fragment);
    if (parts.length === 0) parts.push('__typename');
    return `{ ${parts.join(' ')} }`;
  }

  #introspection(): string {
    return this.#random.pick([
      `meta${this.#counter++}: __schema { queryType { name } }`,
      `__type(name: "Box") { kind fields { name type { name kind } } }`,
    ]);
  }

  #fragmentsOf(type: GraphQLCompositeType, depth: number): string[] {
    if (this.#budget < 0 || depth >= DEEPEST) return [];
    const isRoot = depth === 0;
    const conditions: GraphQLCompositeType[] = isAbstractType(type)
      ? this.#random.some([...this.#schema.getPossibleTypes(type)], 0.7)
      : this.#random.some([type], isRoot ? 0.1 : 0.2);
    if (!this.#isPlain && (isObjectType(type) || isInterfaceType(type)))
      conditions.push(...this.#random.some(type.getInterfaces(), 0.2));
    if (isInterfaceType(type)) conditions.push(...this.#random.some([type], 0.2));
    const typed = conditions.map((condition) => this.#fragment(type, condition, depth));
    if (!this.#random.chance(0.1)) return typed;
    return [...typed, `...${this.#conditions()} ${this.#selections(type, depth + 1)}`];
  }

  #fragment(type: GraphQLCompositeType, condition: GraphQLCompositeType, depth: number): string {
    // The oracle loses a concrete fragment inside an interface's inside a concrete type; executor.test.ts holds it.
    const isWider = condition !== type && isAbstractType(condition);
    const known = this.#reusable.get(condition.name) ?? [];
    if (!isWider && known.length > 0 && this.#random.chance(0.3)) {
      return `...${this.#random.pick(known)}${this.#conditions()}`;
    }
    const inner = this.#selections(condition, isWider ? DEEPEST : depth + 1);
    if (this.#random.chance(0.7)) return `... on ${condition.name}${this.#conditions()} ${inner}`;
    const name = `Part${this.#counter++}`;
    this.#fragments.push(`fragment ${name} on ${condition.name} ${inner}`);
    this.#reusable.set(condition.name, [...known, name]);
    return `...${name}${this.#conditions()}`;
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string[] {
    const type = getNamedType(field.type);
    if (--this.#budget < 0 && isCompositeType(type)) return [];
    if (isCompositeType(type) && depth > 4) return [];
    // Where its type is narrower than another's, both under one name would conflict.
    const isNarrow = field.name === 'mood' && isNonNullType(field.type);
    const alias = isNarrow || field.args.length > 0 || this.#random.chance(0.15) ? `a${this.#counter++}: ` : '';
    const inner = isCompositeType(type) ? ` ${this.#selections(type, depth + 1)}` : '';
    return [`${alias}${field.name}${this.#arguments(field)}${this.#conditions()}${inner}`];
  }

  #arguments({ args }: GraphQLField<unknown, unknown>): string {
    const given = this.#random.some(args, 0.8).map((argument) => {
      const { literal, value } = VALUES[String(argument.type)] ?? { literal: 'null', value: null };
      if (String(argument.type) === 'Filter' && this.#random.chance(0.4)) return `${argument.name}: ${this.#nested()}`;
      if (this.#random.chance(0.5)) return `${argument.name}: ${literal}`;
      const name = `v${this.#counter++}`;
      const withDefault = !String(argument.type).endsWith('!') && this.#random.chance(0.3);
      this.#declared.push(`$${name}: ${argument.type}${withDefault ? ` = ${literal}` : ''}`);
      const isNull = !String(argument.type).endsWith('!') && this.#random.chance(0.15);
      if (!withDefault || this.#random.chance(0.3)) this.#variables[name] = isNull ? null : value;
      return `${argument.name}: $${name}`;
    });
    return given.length > 0 ? `(${given.join(', ')})` : '';
  }

  /** An input object with variables inside. */
  #nested(): string {
    const [color, size] = [`v${this.#counter++}`, `v${this.#counter++}`];
    this.#declared.push(`$${color}: Color`, `$${size}: Int!`);
    if (this.#random.chance(0.7)) this.#variables[color] = this.#random.pick(['RED', null]);
    this.#variables[size] = 5;
    return `{ color: $${color}, sizes: [1, $${size}] }`;
  }

  #conditions(): string {
    if (this.#isPlain || this.#random.chance(0.85)) return '';
    return this.#random.chance(0.1) ? this.#condition('skip') + this.#condition('include') : this.#condition();
  }

  #condition(directive = this.#random.pick(['skip', 'include'])): string {
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
