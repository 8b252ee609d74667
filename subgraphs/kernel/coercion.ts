/*
 * The variables and arguments of an operation, compiled: what graphql-js finds out about their types for every request is
 * found out once per document. Only values that fit are handled here; whatever does not is handed to graphql-js, so that
 * its rules and its messages stay the only ones.
 */
import {
  type FieldNode,
  type GraphQLArgument,
  type GraphQLError,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLLeafType,
  type GraphQLList,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  type ValueNode,
  valueFromAST,
} from 'graphql';

type Values = Readonly<Record<string, unknown>>;

export type CoercedVariables =
  | { readonly coerced: Record<string, unknown>; readonly errors?: undefined }
  | { readonly errors: readonly GraphQLError[] };

/** Says of the variables of a request what `getVariableValues` of graphql-js says. */
export type CoerceVariables = (given: Values) => CoercedVariables;

/** Says of the arguments of a field what `getArgumentValues` of graphql-js says. @throws GraphQLError as that does. */
export type CoerceArguments = (variables: Values) => Record<string, unknown>;

/** As many as graphql-js tells of one request by itself. */
const MOST_ERRORS = 50;

export function compileVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
): CoerceVariables {
  const variables = variableDefinitions.map(({ variable, type: typeNode, defaultValue }) => {
    const type = typeFromAST(schema, typeNode as never) as GraphQLInputType | undefined;
    // Nothing is of a type that is no input, and every object has properties of some names: graphql-js looks at those.
    const fits = isInputType(type) && !(variable.name.value in Object.prototype);
    const coerce = fits ? compileInput(type, new Map()) : () => UNFIT;
    const valueWithout = defaultValue && type ? () => valueFromAST(defaultValue, type) : undefined;
    const mayMiss = type !== undefined && !isNonNullType(type);
    return { name: variable.name.value, coerce, valueWithout, mayMiss };
  });
  const interpreted = (given: Values): CoercedVariables =>
    getVariableValues(schema, variableDefinitions, given, { maxErrors: MOST_ERRORS }) as CoercedVariables;

  return (given) => {
    const coerced: Record<string, unknown> = {};
    try {
      for (const { name, coerce, valueWithout, mayMiss } of variables) {
        if (Object.hasOwn(given, name)) {
          const value = coerce(given[name]);
          if (value === UNFIT) return interpreted(given);
          coerced[name] = value;
        } else if (valueWithout) {
          coerced[name] = valueWithout();
        } else if (!mayMiss) {
          return interpreted(given);
        }
      }
    } catch {
      return interpreted(given);
    }
    return { coerced };
  };
}

/** A value that graphql-js has to look at: wrong, or merely unusual. */
const UNFIT = Symbol('unfit');
/** @throws what the scalar or enum throws for a wrong value. */
type Coerce = (value: unknown) => unknown;

function compileInput(type: GraphQLInputType, known: Map<GraphQLInputType, Coerce>): Coerce {
  if (isNonNullType(type)) {
    const inner = compileNullable(type.ofType, known);
    return (value) => (value === null || value === undefined ? UNFIT : inner(value));
  }
  const inner = compileNullable(type, known);
  return (value) => (value === null || value === undefined ? null : inner(value));
}

type NullableInputType = GraphQLLeafType | GraphQLInputObjectType | GraphQLList<GraphQLInputType>;

/** For values that are there. */
function compileNullable(type: NullableInputType, known: Map<GraphQLInputType, Coerce>): Coerce {
  if (isListType(type)) return compileList(compileInput(type.ofType, known));
  if (isInputObjectType(type)) return compileObject(type, known);
  return (value) => {
    const parsed = type.parseValue(value);
    return parsed === undefined ? UNFIT : parsed;
  };
}

function compileList(item: Coerce): Coerce {
  return (value) => {
    if (!Array.isArray(value)) return UNFIT;
    const items: unknown[] = [];
    for (const each of value) {
      const coerced = item(each);
      if (coerced === UNFIT) return UNFIT;
      items.push(coerced);
    }
    return items;
  };
}

function compileObject(type: GraphQLInputObjectType, known: Map<GraphQLInputType, Coerce>): Coerce {
  const before = known.get(type);
  if (before) return before;
  let fields: { readonly name: string; readonly coerce: Coerce; readonly missing: unknown }[] = [];
  let isUnusual = type.isOneOf;
  const coerceObject: Coerce = (value) => {
    if (isUnusual || typeof value !== 'object' || Array.isArray(value)) return UNFIT;
    const given = value as Values;
    const coerced: Record<string, unknown> = {};
    let taken = 0;
    for (const { name, coerce, missing } of fields) {
      const each = given[name];
      if (each === undefined) {
        if (missing === UNFIT) return UNFIT;
        if (missing !== undefined) coerced[name] = missing;
        continue;
      }
      const inner = coerce(each);
      if (inner === UNFIT) return UNFIT;
      coerced[name] = inner;
      taken++;
    }
    // Whatever else was given has a name that the type does not know.
    return Object.keys(given).length === taken ? coerced : UNFIT;
  };
  known.set(type, coerceObject);
  fields = Object.values(type.getFields()).map(({ name, type: fieldType, defaultValue }) => ({
    name,
    coerce: compileInput(fieldType, known),
    missing: defaultValue === undefined && isNonNullType(fieldType) ? UNFIT : defaultValue,
  }));
  // Every object has properties of these names, given or not.
  isUnusual ||= fields.some(({ name }) => name in Object.prototype);
  return coerceObject;
}

export function compileArguments(field: GraphQLField<unknown, unknown>, node: FieldNode): CoerceArguments {
  const interpreted = (variables: Values) => getArgumentValues(field, node, variables);
  const compiled = field.args.map((argument) => {
    const value = node.arguments?.find(({ name }) => name.value === argument.name)?.value;
    return { name: argument.name, read: compileArgument(argument, value) };
  });
  return (variables) => {
    const values: Record<string, unknown> = {};
    for (const { name, read } of compiled) {
      const value = read(variables);
      if (value === UNFIT) return interpreted(variables);
      if (value !== undefined) values[name] = value;
    }
    return values;
  };
}

/** @returns a function that yields the value, undefined for none. */
function compileArgument({ type, defaultValue }: GraphQLArgument, node: ValueNode | undefined): (v: Values) => unknown {
  const isNonNull = isNonNullType(type);
  const missing = defaultValue === undefined && isNonNull ? UNFIT : defaultValue;
  if (!node) return () => missing;
  if (node.kind !== Kind.VARIABLE) {
    // Objects and lists are made anew each time: who is given them may keep them and write into them.
    return (variables) => {
      const value = valueFromAST(node, type, variables);
      return value === undefined || (value === null && isNonNull) ? UNFIT : value;
    };
  }
  const name = node.name.value;
  return (variables) => {
    if (!Object.hasOwn(variables, name)) return missing;
    const value = variables[name];
    return value === undefined || (value === null && isNonNull) ? UNFIT : value;
  };
}
