/*
 * The answer's shape, compiled from the operation over the API schema: picks what the client asked for out of the
 * merged tree, in the order asked, checks every value against its type, and lets a null climb to the nearest place
 * that allows it. One shape is compiled per combination of @skip/@include values, so that running one tests nothing.
 * Rules and messages are those of Apollo's executor.
 */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Forbidden, ForbiddenPlace } from './authorisation.ts';
import type { Data } from './merge.ts';
import type { Requirement } from './requirements.ts';

export interface ShapeSource {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** Whether @skip and @include leave a selection in, for the values this shape is compiled for. */
  readonly includes: (selection: SelectionNode) => boolean;
  /** Yields the value of an introspection field of the root, all its selections merged. */
  readonly introspect: (field: FieldNode) => unknown;
  /** What is null whatever the tree has, and what forbids the whole root. */
  readonly forbidden?: Forbidden | undefined;
  readonly forbidsRoot?: Requirement | undefined;
}

/** Values that do not fit their type, and places where something forbidden was asked for. */
export type Problem = GraphQLError | ForbiddenPlace;

/** @returns the data, or null where a null climbed to the top; what was wrong is pushed to `problems`. */
export type Shape = (input: Data, problems: Problem[]) => Data | null;

type Path = (string | number)[];
/** `INVALID`: null, and something is wrong below: a list or object around it need not say so again. */
const INVALID = Symbol('invalid');
type Complete = (input: unknown, path: Path, problems: Problem[]) => unknown;
type CompleteObject = (input: Data, path: Path, problems: Problem[]) => Data | typeof INVALID;

export function compileShape(root: GraphQLCompositeType, selections: SelectionSetNode, source: ShapeSource): Shape {
  const complete = new ShapeCompiler(source).object(root, [
    { set: selections, type: root, forbidsAll: source.forbidsRoot },
  ]);
  return (input, problems) => {
    const data = complete(input, [], problems);
    return data === INVALID ? null : data;
  };
}

/** A selection set with the type it is written for, which may be an interface of the object's own. */
interface TypedSet {
  readonly set: SelectionSetNode;
  readonly type: GraphQLCompositeType;
  /** What forbids everything in it, from without. */
  readonly forbidsAll?: Requirement | undefined;
}

interface CollectedField {
  readonly nodes: FieldNode[];
  /** For each node, what it stands in: a type of its own may narrow what its interface says of the field. */
  readonly within: TypedSet[];
  /** The type that messages name. */
  readonly toldAs: string;
}

/** How the types around and of a value are called. */
interface Named {
  /** The type around it, in messages. */
  readonly toldAs: string;
  /** Its own type, where it does not say. */
  readonly untold: string;
}

interface CompiledField {
  readonly key: string;
  /** Fields of the schema have a type; __typename and introspection fields have a way to yield their value. */
  readonly complete?: Complete;
  readonly isNonNull: boolean;
  readonly yields?: (input: Data) => unknown;
  /** Of a leaf: whether its value is one to take as it is. */
  readonly accepts?: ((value: unknown) => boolean) | undefined;
}

class ShapeCompiler {
  readonly #source: ShapeSource;

  constructor(source: ShapeSource) {
    this.#source = source;
  }

  /** The merged selections of objects whose type is known to be `type`. */
  object(type: GraphQLCompositeType, sets: readonly TypedSet[]): CompleteObject {
    const collected = new Map<string, CollectedField>();
    for (const set of sets) this.#collect(type, set, type.name, collected);
    const fields = [...collected].map(([key, field]) => this.#field(type, key, field));
    return (input, path, problems) => {
      const output: Data = {};
      for (const field of fields) {
        if (field.accepts) {
          const value = input[field.key];
          if (value !== null && value !== undefined && field.accepts(value)) {
            output[field.key] = value;
            continue;
          }
        }
        if (!field.complete) {
          const value = field.yields?.(input);
          if (value === INVALID) return INVALID;
          output[field.key] = value;
          continue;
        }
        path.push(field.key);
        const value = field.complete(input[field.key] ?? null, path, problems);
        path.pop();
        if (value === INVALID) {
          if (field.isNonNull) return INVALID;
          output[field.key] = null;
        } else {
          output[field.key] = value;
        }
      }
      return output;
    };
  }

  #collect(type: GraphQLCompositeType, from: TypedSet, toldAs: string, collected: Map<string, CollectedField>): void {
    for (const selection of from.set.selections) {
      if (!this.#source.includes(selection)) continue;
      if (selection.kind === 'Field') {
        const key = selection.alias?.value ?? selection.name.value;
        const known = collected.get(key);
        if (known) {
          known.nodes.push(selection);
          known.within.push(from);
        } else {
          collected.set(key, { nodes: [selection], within: [from], toldAs });
        }
        continue;
      }
      const fragment = selection.kind === 'InlineFragment' ? selection : this.#source.fragments[selection.name.value];
      const condition = fragment?.typeCondition?.name.value;
      if (!fragment || !this.#applies(condition, type)) continue;
      const conditional = condition === undefined ? from.type : this.#source.schema.getType(condition);
      const forbidsAll = this.#source.forbidden?.get(fragment) ?? from.forbidsAll;
      const inner = { set: fragment.selectionSet, type: conditional as GraphQLCompositeType, forbidsAll };
      this.#collect(type, inner, condition ?? toldAs, collected);
    }
  }

  #applies(condition: string | undefined, type: GraphQLCompositeType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const conditional = this.#source.schema.getType(condition);
    if (!isCompositeType(conditional) || isObjectType(conditional)) return false;
    return (isObjectType(type) || isInterfaceType(type)) && this.#source.schema.isSubType(conditional, type);
  }

  #field(parent: GraphQLCompositeType, key: string, field: CollectedField): CompiledField {
    const { nodes, within, toldAs } = field;
    const name = (nodes[0] as FieldNode).name.value;
    if (name === '__typename') return { key, isNonNull: true, yields: this.#typename(toldAs, key) };
    if (name === '__schema' || name === '__type') {
      const merged = mergeNodes(nodes);
      return { key, isNonNull: false, yields: () => this.#source.introspect(merged) };
    }
    const type = typeOf(name, within[0] as TypedSet);
    const isNonNull = isNonNullType(type);
    const forbids = nodes.map((node, index) => this.#source.forbidden?.get(node) ?? within[index]?.forbidsAll);
    const [requirement] = forbids;
    // Forbidden by one selection and not by another, it was fetched for that other.
    if (requirement && !forbids.includes(undefined)) return { key, complete: forbid(requirement), isNonNull };
    const sets = nodes.flatMap(({ selectionSet: set }, index): TypedSet[] => {
      const inner = getNamedType(typeOf(name, within[index] as TypedSet));
      return set && isCompositeType(inner) ? [{ set, type: inner, forbidsAll: forbids[index] }] : [];
    });
    // A plan does not ask what something is where the type around it says so, more narrowly than an interface may.
    const own = 'getFields' in parent ? parent.getFields()[name]?.type : undefined;
    const named = { toldAs, untold: getNamedType(own ?? type).name };
    const nullable = isNonNullType(type) ? type.ofType : type;
    const accepts = isLeafType(nullable) ? leafCheck(nullable) : undefined;
    return { key, complete: this.#value(type, sets, named), isNonNull, accepts };
  }

  /** @param writtenFor the type whose selection asks for it, which stands for a name that is not known. */
  #typename(writtenFor: string, key: string): (input: Data) => unknown {
    const { schema } = this.#source;
    const otherwise = schema.getType(writtenFor);
    return (input) => {
      const told = input[key] ?? input.__typename;
      const type = typeof told === 'string' ? (schema.getType(told) ?? otherwise) : otherwise;
      return isObjectType(type) ? type.name : INVALID;
    };
  }

  #value(type: GraphQLOutputType, sets: readonly TypedSet[], named: Named): Complete {
    if (isNonNullType(type)) {
      const inner = this.#value(type.ofType, sets, named);
      return (input, path, problems) => {
        const value = inner(input, path, problems);
        if (value !== null) return value;
        problems.push(problem(`Cannot return null for non-nullable ${describe(path, type.ofType, named)}.`, path));
        return INVALID;
      };
    }
    if (isListType(type)) return this.#list(type.ofType, sets, named);
    if (isCompositeType(type)) return this.#composite(type, sets, named);
    const isValid = leafCheck(type as GraphQLLeafType);
    return (input, path, problems) => {
      if (input === null || isValid(input)) return input;
      problems.push(problem(`Invalid value found for ${describe(path, type, named)}.`, path));
      return INVALID;
    };
  }

  #list(elementType: GraphQLOutputType, sets: readonly TypedSet[], named: Named): Complete {
    const element = this.#value(elementType, sets, named);
    const isNonNull = isNonNullType(elementType);
    return (input, path, problems) => {
      if (input === null) return null;
      if (!Array.isArray(input))
        throw new Error(`Invalid non-list value returned by subgraph for list type [${elementType}]`);
      const output: unknown[] = new Array(input.length);
      let isNull = false;
      for (let index = 0; index < input.length; index++) {
        path.push(index);
        const value = element(input[index] ?? null, path, problems);
        path.pop();
        if (value === INVALID) {
          isNull ||= isNonNull;
          output[index] = null;
        } else {
          output[index] = value;
        }
      }
      return isNull ? INVALID : output;
    };
  }

  #composite(type: GraphQLCompositeType, sets: readonly TypedSet[], named: Named): Complete {
    const { schema } = this.#source;
    const byName = new Map<string, CompleteObject | null>();
    const completeAs = (name: string): CompleteObject | null => {
      let complete = byName.get(name);
      if (complete === undefined) {
        const actual = schema.getType(name);
        complete = isCompositeType(actual) ? this.object(actual, sets) : null;
        // Names come from subgraphs: only those of the schema are kept, so that the map stays as small as the schema.
        if (complete) byName.set(name, complete);
      }
      return complete;
    };
    return (input, path, problems) => {
      if (input === null) return null;
      if (typeof input !== 'object') {
        throw new Error(`Invalid non-object value returned by subgraph for composite type ${type}`);
      }
      const told = (input as Data).__typename;
      if (told !== undefined && told !== null && typeof told !== 'string') {
        throw new Error(`Invalid non-string value for __typename at ${path}`);
      }
      const complete = completeAs(told || named.untold);
      if (!complete) {
        problems.push(problem(`Invalid __typename found for object at ${describe(path, type, named)}.`, path));
        return INVALID;
      }
      return complete(input as Data, path, problems);
    };
  }
}

function typeOf(field: string, { type }: TypedSet): GraphQLOutputType {
  const declared = 'getFields' in type ? type.getFields()[field]?.type : undefined;
  if (!declared) throw new Error(`${type.name} has no field ${field}.`);
  return declared;
}

function forbid(requirement: Requirement): Complete {
  return (_input, path, problems) => {
    problems.push({ path: [...path], requirement });
    return INVALID;
  };
}

function mergeNodes(nodes: readonly FieldNode[]): FieldNode {
  const first = nodes[0] as FieldNode;
  if (nodes.length === 1) return first;
  const selections = nodes.flatMap((node) => node.selectionSet?.selections ?? []);
  return { ...first, selectionSet: { kind: first.selectionSet?.kind, selections } } as FieldNode;
}

/** From here on numbers are written with an exponent, which is no integer to Apollo's executor. */
const LEAST_WITH_EXPONENT = 1e21;

/** Whether a value of a subgraph fits a leaf type; custom scalars take anything. */
function leafCheck(type: GraphQLLeafType): (value: unknown) => boolean {
  if (isEnumType(type)) return (value) => typeof value === 'string' && type.getValue(value) !== undefined;
  if (!isSpecifiedScalarType(type)) return () => true;
  const isInteger = (value: unknown) => Number.isInteger(value) && Math.abs(value as number) < LEAST_WITH_EXPONENT;
  switch (type.name) {
    case 'Boolean':
      return (value) => typeof value === 'boolean';
    case 'Int':
      return isInteger;
    case 'Float':
      return (value) => typeof value === 'number' && Number.isFinite(value);
    case 'ID':
      return (value) => typeof value === 'string' || isInteger(value);
    default:
      return (value) => typeof value === 'string';
  }
}

function describe(path: Path, type: GraphQLOutputType, { toldAs }: Named): string {
  const place = path.at(-1);
  return typeof place === 'string' ? `field ${toldAs}.${place}` : `array element of type ${type} at index ${place}`;
}

function problem(message: string, path: Path): GraphQLError {
  return new GraphQLError(message, { path: [...path], extensions: { code: 'INVALID_GRAPHQL' } });
}
