/*
 * Operations of a subgraph, compiled: the selections of a document are looked up in the schema once, and what remains for
 * each request is calling resolvers and completing their values. Rules, errors and order are those of graphql-js, which
 * still executes what is rare: conditions on variables, several mutations in a row, introspection.
 */
import {
  type DocumentNode,
  defaultFieldResolver,
  defaultTypeResolver,
  type ExecutionResult,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  Kind,
  locatedError,
  type OperationDefinitionNode,
  OperationTypeNode,
  type ResponsePath,
  responsePathAsArray,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { compileArguments, compileVariables } from './coercion.ts';

export interface ExecutionRequest {
  readonly contextValue: unknown;
  /** As they were sent. */
  readonly variableValues?: Readonly<Record<string, unknown>> | null | undefined;
}

/**
 * Answers as `execute` of graphql-js does; at once where no resolver made a promise. Never throws or rejects.
 * @param rootValue of a subscription: the event.
 */
export type CompiledOperation = (
  request: ExecutionRequest,
  rootValue?: unknown,
) => ExecutionResult | Promise<ExecutionResult>;

/**
 * Compiles the operations of a document that `schema` has found valid.
 * @returns operation name (undefined for a document's only one) -> the operation; those that are not compiled are missing.
 */
export function compileOperations(
  schema: GraphQLSchema,
  document: DocumentNode,
): ReadonlyMap<string | undefined, CompiledOperation> {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  const definitions: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
    if (definition.kind === Kind.OPERATION_DEFINITION) definitions.push(definition);
  }
  const compiled = new Map<string | undefined, CompiledOperation>();
  for (const definition of definitions) {
    const operation = compileOperation({ schema, fragments, definition });
    if (!operation) continue;
    if (definition.name) compiled.set(definition.name.value, operation);
    if (definitions.length === 1) compiled.set(undefined, operation);
  }
  return compiled;
}

interface Source {
  readonly schema: GraphQLSchema;
  readonly fragments: Record<string, FragmentDefinitionNode>;
  readonly definition: OperationDefinitionNode;
}

/** Thrown while compiling, where an operation has something that is left to graphql-js. */
class Uncommon extends Error {}

function compileOperation(source: Source): CompiledOperation | undefined {
  const { schema, definition } = source;
  const rootType = schema.getRootType(definition.operation);
  if (!rootType) return undefined;
  let steps: readonly Step[];
  try {
    steps = new Compiler(source).steps(rootType, [definition.selectionSet]);
  } catch (error) {
    if (error instanceof Uncommon) return undefined;
    throw error;
  }
  const coerceVariables = compileVariables(schema, definition);
  const [only] = steps.length === 1 ? steps : [];
  const select = selection(steps);

  return ({ contextValue, variableValues }, rootValue) => {
    const variables = coerceVariables(variableValues ?? {});
    if (variables.errors) return { errors: variables.errors };
    const run = new Run(contextValue, variables.coerced, rootValue);
    try {
      if (only) {
        // The usual case, at the cost of one promise less.
        const value = only.yields(rootValue, run, undefined);
        const answer = (resolved: unknown) => run.answer({ [only.key]: resolved });
        return isPromise(value) ? value.then(answer, run.fail) : answer(value);
      }
      const data = select(rootValue, run, undefined);
      return isPromise(data) ? data.then(run.answer, run.fail) : run.answer(data);
    } catch (error) {
      return run.fail(error);
    }
  };
}

type Path = ResponsePath | undefined;

/** One execution under way. */
class Run {
  readonly context: unknown;
  readonly variables: Record<string, unknown>;
  readonly root: unknown;
  readonly #errors: GraphQLError[] = [];
  #nulled: Set<Path> | undefined;

  constructor(context: unknown, variables: Record<string, unknown>, root: unknown) {
    this.context = context;
    this.variables = variables;
    this.root = root;
  }

  /** What stands at `path` is null because of `error`; unless something around it is, for that was told already. */
  tell(error: GraphQLError, path: Path): void {
    this.#nulled ??= new Set();
    for (let at = path; at; at = at.prev) if (this.#nulled.has(at)) return;
    if (this.#nulled.has(undefined)) return;
    this.#nulled.add(path);
    this.#errors.push(error);
  }

  readonly answer = (data: unknown): ExecutionResult =>
    (this.#errors.length === 0 ? { data } : { errors: this.#errors, data }) as ExecutionResult;

  readonly fail = (error: unknown): ExecutionResult => {
    this.tell(error as GraphQLError, undefined);
    return this.answer(null);
  };
}

type Data = Record<string, unknown>;
/** Yields the selected fields of an object. @throws GraphQLError, or rejects, where a null climbs beyond it. */
type Select = (source: unknown, run: Run, path: Path) => Data | Promise<Data>;
/** Makes of a resolved value what is answered. @throws, or rejects, where it is wrong, or null and may not be. */
type Complete = (value: unknown, run: Run, path: Path, info: GraphQLResolveInfo | undefined) => unknown;

type Yield = (source: unknown, run: Run, parentPath: Path) => unknown;

interface Step {
  readonly key: string;
  readonly yields: Yield;
}

interface FieldPlan {
  readonly key: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly parent: GraphQLObjectType;
  readonly nodes: FieldNode[];
  readonly complete: Complete;
  readonly isNonNull: boolean;
}

class Compiler {
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
  }

  object(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Select {
    return selection(this.steps(type, sets));
  }

  /** The fields of an object of this type, their selections merged. */
  steps(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Step[] {
    if (type.isTypeOf) throw new Uncommon();
    const { schema, definition } = this.#source;
    const collected = new Map<string, FieldNode[]>();
    const spread = new Set<string>();
    for (const set of sets) this.#collect(type, set, collected, spread);
    const isRoot = type === schema.getRootType(definition.operation);
    if (isRoot && definition.operation === OperationTypeNode.MUTATION && collected.size > 1) throw new Uncommon();
    return [...collected].map(([key, nodes]) => this.#field(type, key, nodes));
  }

  #collect(type: GraphQLObjectType, set: SelectionSetNode, into: Map<string, FieldNode[]>, spread: Set<string>): void {
    for (const selection of set.selections) {
      if (!isIncluded(selection)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        // A property of this name is none like others.
        if (key === '__proto__') throw new Uncommon();
        const nodes = into.get(key);
        if (nodes) nodes.push(selection);
        else into.set(key, [selection]);
        continue;
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        if (spread.has(selection.name.value)) continue;
        spread.add(selection.name.value);
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? this.#source.fragments[selection.name.value] : selection;
      if (!fragment || !this.#applies(fragment.typeCondition?.name.value, type)) continue;
      this.#collect(type, fragment.selectionSet, into, spread);
    }
  }

  #applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const conditional = this.#source.schema.getType(condition);
    return isAbstractType(conditional) && this.#source.schema.isSubType(conditional, type);
  }

  #field(parent: GraphQLObjectType, key: string, nodes: FieldNode[]): Step {
    const name = (nodes[0] as FieldNode).name.value;
    if (name === '__typename') return { key, yields: () => parent.name };
    const field = parent.getFields()[name];
    if (!field) throw new Uncommon();
    const complete = this.#value(field.type, nodes, `${parent.name}.${field.name}`);
    const plan = { key, field, parent, nodes, complete, isNonNull: isNonNullType(field.type) };
    const resolved = this.#resolved(plan);
    const isPlain = !field.resolve && field.args.length === 0 && !isAbstractType(getNamedType(field.type));
    return { key, yields: isPlain ? plain(plan, resolved) : resolved };
  }

  /** A field with a resolver of its own, or one that may need what resolvers are given. */
  #resolved(plan: FieldPlan): Yield {
    const { schema, fragments, definition: operation } = this.#source;
    const { key, field, parent, nodes, complete } = plan;
    const { name: fieldName, type: returnType, resolve = defaultFieldResolver } = field;
    const coerceArguments = compileArguments(field, nodes[0] as FieldNode);
    return (source, run, parentPath) => {
      const path = { prev: parentPath, key, typename: parent.name };
      const { variables: variableValues, root: rootValue, context } = run;
      const info: GraphQLResolveInfo = {
        fieldName,
        fieldNodes: nodes,
        returnType,
        parentType: parent,
        path,
        schema,
        fragments,
        rootValue,
        operation,
        variableValues,
      };
      try {
        const value = resolve(source, coerceArguments(variableValues), context, info);
        return isPromise(value)
          ? finishLater(value, plan, run, path, info)
          : settled(complete(value, run, path, info), plan, run, path);
      } catch (error) {
        return refuse(error, plan, run, path);
      }
    };
  }

  #value(type: GraphQLOutputType, nodes: FieldNode[], place: string): Complete {
    if (isNonNullType(type)) return nonNull(this.#value(type.ofType, nodes, place), place);
    if (isListType(type)) return this.#list(type.ofType, nodes, place);
    if (isLeafType(type)) return leaf(type);
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const select = isObjectType(type) ? this.object(type, sets) : this.#abstract(type, sets, place);
    return (value, run, path, info) => {
      if (value instanceof Error) throw value;
      return value === null || value === undefined ? null : select(value, run, path, info as GraphQLResolveInfo);
    };
  }

  #list(type: GraphQLOutputType, nodes: FieldNode[], place: string): Complete {
    const complete = this.#value(type, nodes, place);
    const item = { nodes, isNonNull: isNonNullType(type), complete };
    return (value, run, path, info) => {
      if (value instanceof Error) throw value;
      if (value === null || value === undefined) return null;
      const given = Array.isArray(value) ? value : [...iterable(value, place)];
      const items: unknown[] = new Array(given.length);
      let promised: Promise<unknown>[] | undefined;
      for (let index = 0; index < given.length; index++) {
        const each: unknown = given[index];
        const itemPath = { prev: path, key: index, typename: undefined };
        try {
          const completed = isPromise(each)
            ? finishLater(each, item, run, itemPath, info)
            : settled(complete(each, run, itemPath, info), item, run, itemPath);
          items[index] = completed;
          if (!isPromise(completed)) continue;
          promised ??= [];
          promised.push(completed);
        } catch (error) {
          try {
            items[index] = refuse(error, item, run, itemPath);
          } catch (located) {
            // Nobody waits any more for those that are under way.
            for (const other of promised ?? []) other.catch(() => undefined);
            throw located;
          }
        }
      }
      return promised ? Promise.all(items) : items;
    };
  }

  #abstract(type: GraphQLAbstractType, sets: readonly SelectionSetNode[], place: string) {
    const { schema } = this.#source;
    const resolveType = type.resolveType ?? defaultTypeResolver;
    const byName = new Map(schema.getPossibleTypes(type).map((actual) => [actual.name, this.object(actual, sets)]));
    const selectAs = (name: unknown, value: unknown, run: Run, path: Path) => {
      const select = byName.get(name as string);
      if (!select) throw new Error(`${place} is a ${type.name}, and ${String(name)} is none.`);
      return select(value, run, path);
    };
    return (value: unknown, run: Run, path: Path, info: GraphQLResolveInfo) => {
      const name = resolveType(value, run.context, info, type);
      return isPromise(name)
        ? name.then((resolved) => selectAs(resolved, value, run, path))
        : selectAs(name, value, run, path);
    };
  }
}

/** Yields all fields of an object. */
function selection(steps: readonly Step[]): Select {
  return (source, run, path) => {
    const data: Data = {};
    let promised: string[] | undefined;
    try {
      for (const { key, yields } of steps) {
        const value = yields(source, run, path);
        data[key] = value;
        if (!isPromise(value)) continue;
        promised ??= [];
        promised.push(key);
      }
    } catch (error) {
      if (!promised) throw error;
      // The others are under way: their errors are told, or dropped, before this one is.
      return settle(data, promised).finally(() => {
        throw error;
      });
    }
    return promised ? settle(data, promised) : data;
  };
}

/** A property of its object, which needs neither arguments nor context. */
function plain(plan: FieldPlan, resolved: Yield): Yield {
  const { key, field, parent, complete } = plan;
  const { name } = field;
  const isLeaf = isLeafType(getNullableType(field.type));
  const pathFrom = (prev: Path) => ({ prev, key, typename: parent.name });
  return (source, run, parentPath) => {
    // Of a leaf the path matters only when it is wrong.
    const path = isLeaf ? undefined : pathFrom(parentPath);
    try {
      const value = isLookedInto(source) ? source[name] : undefined;
      if (typeof value === 'function') return resolved(source, run, parentPath);
      const completed = isPromise(value)
        ? value.then((later) => complete(later, run, path, undefined))
        : complete(value, run, path, undefined);
      if (!isPromise(completed)) return completed;
      return completed.then(undefined, (error) => refuse(error, plan, run, path ?? pathFrom(parentPath)));
    } catch (error) {
      return refuse(error, plan, run, path ?? pathFrom(parentPath));
    }
  };
}

/** Of scalars of graphql-js, what they serialize to itself; `serialize` says the rest. */
const plainly: Readonly<Record<string, (value: unknown) => boolean>> = {
  String: (value) => typeof value === 'string',
  ID: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  Int: (value) => typeof value === 'number' && (value | 0) === value,
};

function leaf(type: GraphQLLeafType): Complete {
  const isPlain = (isSpecifiedScalarType(type) && plainly[type.name]) || (() => false);
  return (value) => {
    if (isPlain(value)) return value;
    if (value instanceof Error) throw value;
    if (value === null || value === undefined) return null;
    const serialized = type.serialize(value);
    if (serialized === null || serialized === undefined) throw new Error(`${type.name} made nothing of a value.`);
    return serialized;
  };
}

function nonNull(complete: Complete, place: string): Complete {
  return (value, run, path, info) => {
    const completed = complete(value, run, path, info);
    if (completed === null) throw new Error(`Cannot return null for non-nullable field ${place}.`);
    return completed;
  };
}

type Place = Pick<FieldPlan, 'nodes' | 'isNonNull' | 'complete'>;

/** Completes what a promise yields, in the turn in which it does. */
function finishLater(
  value: Promise<unknown>,
  place: Place,
  run: Run,
  path: Path,
  info: GraphQLResolveInfo | undefined,
): Promise<unknown> {
  const failed = (error: unknown) => refuse(error, place, run, path);
  return value.then((resolved) => {
    try {
      return settled(place.complete(resolved, run, path, info), place, run, path);
    } catch (error) {
      return failed(error);
    }
  }, failed);
}

function settled(completed: unknown, place: Place, run: Run, path: Path): unknown {
  return isPromise(completed) ? completed.then(undefined, (error) => refuse(error, place, run, path)) : completed;
}

/** Tells the error and yields null, or lets it climb where null may not stand. */
function refuse(error: unknown, { nodes, isNonNull }: Pick<FieldPlan, 'nodes' | 'isNonNull'>, run: Run, path: Path) {
  const located = locatedError(error, nodes, path && responsePathAsArray(path));
  if (isNonNull) throw located;
  run.tell(located, path);
  return null;
}

function settle(data: Data, promised: readonly string[]): Promise<Data> {
  return Promise.all(promised.map((key) => data[key])).then((values) => {
    promised.forEach((key, index) => {
      data[key] = values[index];
    });
    return data;
  });
}

function iterable(value: unknown, place: string): Iterable<unknown> {
  if (typeof value === 'object' && value !== null && Symbol.iterator in value) return value as Iterable<unknown>;
  throw new GraphQLError(`Expected Iterable, but did not find one for field "${place}".`);
}

/** @throws Uncommon where that depends on a variable. */
function isIncluded({ directives = [] }: SelectionNode): boolean {
  return directives.every(({ name, arguments: [condition] = [] }) => {
    if (name.value !== 'skip' && name.value !== 'include') return true;
    if (condition?.value.kind !== Kind.BOOLEAN) throw new Uncommon();
    return condition.value.value === (name.value === 'include');
  });
}

function isLookedInto(source: unknown): source is Data {
  return (typeof source === 'object' && source !== null) || typeof source === 'function';
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
