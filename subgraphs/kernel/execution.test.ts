/*
 * Compiled operations against graphql-js, as an oracle: generated operations and variables over a schema that has every
 * kind of type, with resolvers that yield, promise, fail and are wrong; equal data in equal order, equal errors.
 */
import fc from 'fast-check';
import {
  buildSchema,
  type ExecutionResult,
  execute,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  GraphQLScalarType,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  responsePathAsArray,
  validate,
} from 'graphql';
import { type CompiledOperation, compileOperations } from './execution.ts';

const schema = buildSchema(`
  type Query { thing: Thing things: [Thing!] any: Any anyOf: [Any]! named: Named count: Int! echo(${argumentsText()}): String }
  type Mutation { change(input: Wish!): Thing again(input: Wish): Int }
  type Subscription { changed(${argumentsText()}): Thing! }
  type Thing implements Named { id: ID! name: String size: Float isOpen: Boolean! color: Color at: Even thing: Thing!
    other: Other things: [Thing!]! grid: [[Int!]] any: Any named: [Named!] told(${argumentsText()}): String! counts: [Int!]! }
  type Other implements Named { name: String back: Thing evens: [Even!] others: [Other] color: Color! }
  interface Named { name: String }
  union Any = Thing | Other
  enum Color { RED GREEN BLUE }
  scalar Even
  input Wish { id: ID! color: Color = RED evens: [Even!] inner: Wish counts: [[Int]] size: Float isOpen: Boolean name: String }
  input One @oneOf { count: Int even: Even }
`);

function argumentsText(): string {
  return 'wish: Wish, wishes: [Wish!], color: Color! = GREEN, even: Even = 4, count: Int, one: One, id: ID';
}

const even = schema.getType('Even') as GraphQLScalarType;
const checkEven = (value: unknown) => {
  if (typeof value !== 'number' || value % 2 !== 0) throw new TypeError('Even numbers are even.');
  return value;
};
Object.assign(even, new GraphQLScalarType({ name: 'Even', parseValue: checkEven, serialize: checkEven }));

/** A number from 0 to 1, the same for the same text. */
function chance(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}

const pick = <Item>(among: readonly Item[], text: string) => among[Math.floor(chance(text) * among.length)] as Item;

/** Promises of one execution; kept ones are settled one at a time, in the order of their names. */
class Turns {
  readonly #waiting = new Map<string, () => void>();
  #count = 0;

  promise(name: string, settle: () => unknown): Promise<unknown> {
    const promise = new Promise((resolve, reject) => {
      this.#waiting.set(`${chance(name)} ${name} ${this.#count++}`, () => {
        try {
          resolve(settle());
        } catch (error) {
          reject(error);
        }
      });
    });
    // Where a list fails while it is made, nobody is left to hear of its other items.
    promise.catch(() => undefined);
    return promise;
  }

  async run<Result>(result: Result | Promise<Result>): Promise<Result> {
    let isDone = false;
    const done = Promise.resolve(result).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      await new Promise(setImmediate);
      const [next] = [...this.#waiting.keys()].sort();
      if (next === undefined) continue;
      this.#waiting.get(next)?.();
      this.#waiting.delete(next);
    }
    return done;
  }
}

interface World {
  readonly seed: string;
  /** How often something is wrong. */
  readonly faults: number;
  readonly promises: number;
  readonly turns: Turns;
}

/** What stands for a value of a type: often right. */
function invent(world: World, type: GraphQLOutputType, place: string, isItem = false): unknown {
  const name = `${world.seed} ${place}`;
  const wrong = chance(`${name} wrong`);
  const value = () => {
    if (wrong < world.faults) return inventFault(world, type, place);
    if (!isNonNullType(type) && chance(`${name} null`) < 0.1) return pick([null, undefined], name);
    return inventValue(world, isNonNullType(type) ? type.ofType : type, place);
  };
  // graphql-js forgets the promises of a list that fails at once, and their rejections are nobody's.
  const isLater = isItem && world.faults > 0 ? world.promises > 0 : chance(`${name} later`) < world.promises;
  return isLater ? world.turns.promise(place, value) : value();
}

function inventFault(world: World, type: GraphQLOutputType, place: string): unknown {
  const fault = pick(
    ['null', 'undefined', 'throw', 'error', 'reject', 'text', 'object'],
    `${world.seed} ${place} fault`,
  );
  const error = new Error(`fault at ${place}`);
  if (fault === 'null') return null;
  if (fault === 'undefined') return undefined;
  if (fault === 'throw' || (fault === 'reject' && world.promises === 0)) throw error;
  if (fault === 'error') return error;
  if (fault === 'reject') return world.turns.promise(`${place} rejected`, () => Promise.reject(error));
  // A composite type takes any object for one of its own.
  return fault === 'text' ? 'x' : isCompositeType(getNamedType(type)) ? 7 : { not: 'a leaf' };
}

function inventValue(world: World, type: GraphQLOutputType, place: string): unknown {
  const name = `${world.seed} ${place}`;
  if (isListType(type)) {
    const items = Array.from({ length: Math.floor(chance(name) * 4) }, (_, index) => index);
    const itemAt = (index: number) => invent(world, type.ofType, `${place}.${index}`, true);
    return chance(`${name} set`) < 0.2 ? new Set(items.map(itemAt)) : items.map(itemAt);
  }
  if (isAbstractType(type)) {
    const actual = pick(schema.getPossibleTypes(type), name);
    return inventObject(world, actual, place);
  }
  if (isObjectType(type)) return inventObject(world, type, place);
  if (isEnumType(type)) return pick(['RED', 'GREEN', 'BLUE'], name);
  const number = Math.floor(chance(name) * 1000);
  const values: Record<string, unknown> = { Boolean: number > 500, Even: number * 2, Int: number, Float: number / 7 };
  return values[(type as { name: string }).name] ?? `${number}`;
}

/** Has its fields as properties, some of them methods, and a class of its own. */
function inventObject(world: World, type: GraphQLObjectType, place: string): object {
  const object = { __typename: type.name };
  for (const field of Object.values(type.getFields())) {
    const at = `${place}.${field.name}`;
    const get = () => {
      if (chance(`${world.seed} ${at} method`) > 0.2) return invent(world, field.type, at);
      return (values: object, context: unknown, info: GraphQLResolveInfo) => {
        expect([context, info.fieldName]).toEqual([world, field.name]);
        return field.args.length > 0 ? JSON.stringify(values) : invent(world, field.type, at);
      };
    };
    Object.defineProperty(object, field.name, { get, enumerable: true });
  }
  return object;
}

/** Some fields have resolvers of their own; they tell everything that they are given. */
for (const type of Object.values(schema.getTypeMap())) {
  if (!isObjectType(type) || type.name.startsWith('__')) continue;
  const isRoot = ['Query', 'Mutation', 'Subscription'].includes(type.name);
  for (const field of Object.values(type.getFields()) as GraphQLField<unknown, World>[]) {
    if (!isRoot && chance(`${type.name}.${field.name}`) > 0.4) continue;
    field.resolve = (_source, values, world, info) => {
      const place = responsePathAsArray(info.path).join('.');
      const isText = getNamedType(field.type).name === 'String' && field.args.length > 0;
      if (!isText) return invent(world, field.type, place);
      const { path, fieldNodes, variableValues, operation, parentType, returnType, rootValue } = info;
      const told = { values, path, nodes: fieldNodes.length, variableValues, rootValue: rootValue !== undefined };
      return JSON.stringify([told, operation.operation, parentType.name, String(returnType), info.schema === schema]);
    };
  }
}

/** Writes an operation, valid or nearly so, and the variables it declares. */
class Writer {
  readonly #seed: string;
  readonly #kind: string;
  #count = 0;
  readonly variables: Record<string, unknown> = {};
  readonly declared: string[] = [];
  readonly fragments: string[] = [];

  constructor(seed: string) {
    this.#seed = seed;
    this.#kind = pick(['query', 'query', 'query', 'mutation', 'subscription'], seed);
  }

  #chance(): number {
    return chance(`${this.#seed} ${this.#count++}`);
  }

  operation(): string {
    const kind = this.#kind;
    const root = schema.getRootType(kind as never) as GraphQLObjectType;
    const body = this.#selections(root, 0, kind === 'query' ? 4 : 1);
    const declared = this.declared.length > 0 ? `(${this.declared.join(' ')})` : '';
    return [`${kind} Named${declared} ${body}`, ...this.fragments].join('\n');
  }

  #selections(type: GraphQLOutputType, depth: number, most: number): string {
    const named = getNamedType(type);
    const fields = 'getFields' in named ? Object.values((named as GraphQLObjectType).getFields()) : [];
    const chosen = Array.from({ length: 1 + Math.floor(this.#chance() * most) }, () => {
      if (isAbstractType(named) && this.#chance() < 0.7) return this.#fragment(depth);
      if (fields.length === 0 || (this.#chance() < 0.1 && depth > 0)) return `__typename ${this.#condition()}`;
      const field = fields[Math.floor(this.#chance() * fields.length)] as GraphQLField<unknown, unknown>;
      const text = this.#field(field, depth);
      return this.#chance() < 0.1 && !isAbstractType(named) ? `... on ${named} ${this.#condition()} { ${text} }` : text;
    });
    return `{ ${chosen.join(' ')} }`;
  }

  #fragment(depth: number): string {
    const type = schema.getType(this.#chance() < 0.5 ? 'Thing' : 'Other') as GraphQLObjectType;
    const selections = this.#selections(type, depth + 1, 3);
    if (this.#chance() < 0.5) return `... on ${type} ${selections}`;
    const name = `F${this.#count++}`;
    this.fragments.push(`fragment ${name} on ${type} ${selections}`);
    return `...${name} ...${name}`;
  }

  #field({ name, type, args }: GraphQLField<unknown, unknown>, depth: number): string {
    const isLeafish = !isCompositeType(getNamedType(type));
    if (!isLeafish && depth > 3) return '__typename';
    const given = args.flatMap((argument) => {
      if (!isNonNullType(argument.type) && this.#chance() < 0.6) return [];
      if (this.#chance() < 0.6) return [`${argument.name}: ${this.#variable(argument.type)}`];
      return [`${argument.name}: ${literal(this.#input(argument.type, 0, false))}`];
    });
    const key = args.length > 0 || this.#chance() < 0.2 ? `${name}${this.#count++}: ` : '';
    const body = isLeafish ? '' : this.#selections(type, depth + 1, 3);
    return `${key}${name}${given.length > 0 ? `(${given.join(', ')})` : ''} ${this.#condition()} ${body}`;
  }

  #condition(): string {
    const drawn = this.#chance();
    if (drawn > 0.12) return '';
    // In subscriptions graphql-js itself fails on them, while it validates.
    if (drawn < 0.01 && this.#kind !== 'subscription')
      return `@skip(if: ${this.#variable(schema.getType('Boolean') as never, true)})`;
    return pick(['@skip(if: true)', '@skip(if: false)', '@include(if: true)', '@include(if: false)'], `${drawn}`);
  }

  #variable(type: GraphQLInputType, isNeeded = false): string {
    const name = `v${this.#count++}`;
    const isRequired = isNeeded || isNonNullType(type);
    const bare = String(type).replace(/!$/, '');
    const withDefault = !isRequired && this.#chance() < 0.3;
    const byDefault = withDefault ? ` = ${literal(this.#input(type, 0, false))}` : '';
    this.declared.push(`$${name}: ${bare}${isRequired ? '!' : ''}${byDefault}`);
    if (isRequired || this.#chance() < 0.7) {
      this.variables[name] = isNeeded ? this.#chance() < 0.5 : this.#input(type, 0, this.#chance() < 0.15);
    }
    return `$${name}`;
  }

  /** A value of an input type; with `mayErr` one that may be none. */
  #input(type: GraphQLInputType, depth: number, mayErr: boolean): unknown {
    if (mayErr && this.#chance() < 0.3) {
      const wrong = [
        null,
        'x',
        3,
        2.5,
        true,
        [],
        {},
        [null],
        { unknown: 1 },
        ['x', 2],
        [[1], 'y'],
        '',
        1e40,
        { id: 1 },
      ];
      return wrong[Math.floor(this.#chance() * wrong.length)];
    }
    if (isNonNullType(type)) return this.#input(type.ofType, depth, mayErr);
    if (this.#chance() < 0.1) return null;
    if (isListType(type)) {
      if (mayErr && this.#chance() < 0.2) return this.#input(type.ofType, depth, mayErr);
      return Array.from({ length: Math.floor(this.#chance() * 3) }, () => this.#input(type.ofType, depth, mayErr));
    }
    if (isInputObjectType(type)) {
      if (type.isOneOf) return this.#chance() < 0.5 ? { count: 1 } : { even: 2 };
      const fields = Object.values(type.getFields()).filter(
        (field) => isNonNullType(field.type) || this.#chance() < 0.4 - depth / 5,
      );
      return Object.fromEntries(fields.map((each) => [each.name, this.#input(each.type, depth + 1, mayErr)]));
    }
    if (isEnumType(type)) return new Enum(pick(['RED', 'GREEN', 'BLUE'], `${this.#chance()}`));
    const number = Math.floor(this.#chance() * 100);
    const values: Record<string, unknown> = { Boolean: number > 50, Even: number * 2, Int: number, Float: number / 7 };
    return values[type.name] ?? (this.#chance() < 0.5 ? `${number}` : 'text');
  }
}

/** Its name is written bare in a document and as text in variables. */
class Enum extends String {
  toJSON(): string {
    return String(this);
  }
}

function literal(value: unknown): string {
  if (value instanceof Enum) return String(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value).map(([key, each]) => `${key}: ${literal(each)}`)}}`;
}

function comparable({ data, errors }: ExecutionResult) {
  const told = errors?.map(({ message, path, locations, extensions, originalError }) =>
    JSON.stringify([sentence(message), path, locations, extensions, sentence(originalError?.message)]),
  );
  return { data: JSON.stringify(data), errors: told };
}

/** Two sentences are our own: of a value that its type makes nothing of graphql-js tells the value, which may be personal. */
function sentence(message: string | undefined): string | undefined {
  return message
    ?.replace(/^Expected `.* to return non-nullable value.*|.* made nothing of a value\.$/, 'NO VALUE')
    .replace(/^Abstract type .*|.* is a \w+, and .* is none\.$/, 'NO SUCH TYPE');
}

const CASES = Number(process.env.DIFFERENTIAL_OPERATIONS ?? 1_500);

test('answers as graphql-js does, whatever the operation, the variables, the values and the faults', async () => {
  const tally = { compiled: 0, withErrors: 0, withBadVariables: 0, whole: 0, invalid: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.constantFrom(0, 0, 0.03, 0.15),
      fc.constantFrom(0, 0.3),
      async (seed, faults, promises) => {
        const writer = new Writer(`${seed}`);
        const query = writer.operation();
        const document = parse(query);
        if (validate(schema, document).length > 0) {
          tally.invalid++;
          return;
        }
        const compiled = compileOperations(schema, document).get(seed % 2 ? 'Named' : undefined);
        if (!compiled) return;
        const variableValues = JSON.parse(JSON.stringify(writer.variables));
        const rootValue = document.definitions.length % 2 ? undefined : { isRoot: true };
        const answer = async (run: CompiledOperation) => {
          const contextValue = { seed: `${seed}`, faults, promises, turns: new Turns() };
          const given = structuredClone(variableValues);
          return comparable(await contextValue.turns.run(run({ contextValue, variableValues: given }, rootValue)));
        };
        const expected = await answer((request, root) =>
          execute({ schema, document, ...request, variableValues: request.variableValues ?? {}, rootValue: root }),
        );
        expect({ query, variableValues, ...(await answer(compiled)) }).toEqual({ query, variableValues, ...expected });
        tally.compiled++;
        if (expected.data === undefined) tally.withBadVariables++;
        else if (expected.errors) tally.withErrors++;
        else tally.whole++;
      },
    ),
    { numRuns: CASES, endOnFailure: true },
  );
  // What is compared is no side show: most operations are compiled, and all kinds of ends are met.
  expect(tally.compiled).toBeGreaterThan((CASES - tally.invalid) * 0.8);
  expect(tally.invalid).toBeLessThan(CASES / 3);
  for (const kind of [tally.withErrors, tally.withBadVariables, tally.whole]) expect(kind).toBeGreaterThan(CASES / 40);
}, 120_000);
