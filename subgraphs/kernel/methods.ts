/*
 * The methods of resolver classes as resolvers of fields. type-graphql looks up for every call which arguments a method
 * wants and which classes they are made instances of; here that is found out once, from the same metadata. What is not
 * usual in this house (middlewares, roles, parameters with a resolver of their own) is left to type-graphql.
 */
import { type GraphQLFieldResolver, isScalarType } from 'graphql';
import { getMetadataStorage } from 'type-graphql';

type Metadata = ReturnType<typeof getMetadataStorage>;
type Method = Metadata['fieldResolvers'][number] | Metadata['queries'][number];
type Parameter = NonNullable<Method['params']>[number];
type Resolver = GraphQLFieldResolver<unknown, unknown>;
type Read = (...given: Parameters<Resolver>) => unknown;
type Convert = (value: unknown) => unknown;
// biome-ignore lint/complexity/noBannedTypes: that is what type-graphql's metadata holds
type Class = Function;
type Values = Readonly<Record<string, unknown>>;

/**
 * To be called after type-graphql has built the schema of these classes, which completes its metadata.
 * @returns type name -> field name -> resolver; fields that are left to type-graphql are missing.
 */
export function compileMethods(resolvers: readonly Class[]): Record<string, Record<string, Resolver>> {
  const storage = getMetadataStorage();
  const compiled: Record<string, Record<string, Resolver>> = {};
  const compile = (typeName: string | undefined, methods: readonly Method[]) => {
    for (const method of methods) {
      if (typeName === undefined || !resolvers.includes(method.target)) continue;
      const resolver = compileMethod(method);
      if (!resolver) continue;
      compiled[typeName] ??= {};
      compiled[typeName][method.schemaName] = resolver;
    }
  };
  compile('Query', storage.queries);
  compile('Mutation', storage.mutations);
  compile('Subscription', storage.subscriptions);
  for (const method of storage.fieldResolvers) {
    if (method.kind !== 'external') continue;
    const owner = method.getObjectType?.();
    compile(storage.objectTypes.find(({ target }) => target === owner)?.name, [method]);
  }
  return compiled;
}

/**
 * Has fields without a method read from their object by graphql-js itself, for which nothing need be called. To be called
 * before type-graphql builds a schema.
 */
export function readPropertiesPlainly(): void {
  const { objectTypes, fields } = getMetadataStorage();
  for (const type of objectTypes) type.simpleResolvers ??= true;
  // Under another name than their property's, fields are no property.
  for (const field of fields) if (field.name !== field.schemaName) field.simple ??= false;
}

function compileMethod({ target, methodName, params = [], middlewares, roles }: Method): Resolver | undefined {
  if (middlewares?.length || roles) return undefined;
  const reads = [...params].sort((one, other) => one.index - other.index).map(compileParameter);
  if (reads.includes(undefined)) return undefined;
  const instance = new (target as new () => Record<string, (...given: unknown[]) => unknown>)();
  const method = instance[methodName];
  if (!method) return undefined;
  return (source, values, call, info) => {
    const given: unknown[] = [];
    for (const read of reads as Read[]) given.push(read(source, values, call, info));
    return method.apply(instance, given);
  };
}

function compileParameter(parameter: Parameter): Read | undefined {
  switch (parameter.kind) {
    case 'context':
      return parameter.propertyName ? undefined : (_source, _values, call) => call;
    case 'info':
      return (_source, _values, _call, info) => info;
    case 'root': {
      if (parameter.propertyName) return undefined;
      const type = parameter.getType?.();
      if (type === undefined) return (source) => source;
      return typeof type === 'function' ? (source) => instanceOf(type as Class, source) : undefined;
    }
    case 'arg': {
      const { name } = parameter;
      const convert = compileConversion(parameter.getType(), new Map());
      return convert && ((_source, values) => convert(values[name]));
    }
    case 'args': {
      const convert = compileClass(parameter.getType() as Class, getMetadataStorage().argumentTypes, new Map());
      return convert && ((_source, values) => convert(values));
    }
    default:
      return undefined;
  }
}

/** An object of the class, as type-graphql makes one of what is none. */
function instanceOf(type: Class, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof type || PLAIN.has(value.constructor))
    return value;
  if (Array.isArray(value)) return value.map((each) => instanceOf(type, each));
  const instance = new (type as new () => Record<string, unknown>)();
  for (const key of Object.keys(instance)) if (instance[key] === undefined && !(key in value)) delete instance[key];
  return Object.assign(instance, value);
}

/** Values of these classes are never made anything else. */
const PLAIN = new Set<unknown>([String, Boolean, Number, Date, Promise]);
const keep: Convert = (value) => value;

/** @returns undefined for what is left to type-graphql. */
function compileConversion(type: unknown, known: Map<Class, Convert>): Convert | undefined {
  // Scalars and enums have been parsed.
  if (isScalarType(type) || typeof type !== 'function' || PLAIN.has(type)) return keep;
  return compileClass(type, getMetadataStorage().inputTypes, known);
}

/** Makes instances of a decorated class, and of those in its fields. */
function compileClass(target: Class, among: Metadata['inputTypes'], known: Map<Class, Convert>): Convert | undefined {
  const before = known.get(target);
  if (before) return before;
  let fields: readonly { readonly name: string; readonly convert: Convert }[] = [];
  const Target = target as new () => Record<string, unknown>;
  const convert: Convert = (value) => {
    if (value === null || value === undefined) return value;
    if (Array.isArray(value)) return value.map(convert);
    const instance = new Target();
    for (const field of fields) {
      const each = (value as Values)[field.name];
      if (each !== undefined) instance[field.name] = field.convert(each);
    }
    return instance;
  };
  known.set(target, convert);
  const declared = fieldsOf(target, among);
  const converted = declared.map(([name, type]) => ({ name, convert: compileConversion(type, known) }));
  // Fields that a class sets to undefined are no fields where no value is given.
  const isUnusual = declared.length === 0 || Object.values(new Target()).includes(undefined);
  if (isUnusual || converted.some((field) => !field.convert)) return undefined;
  fields = converted as typeof fields;
  return convert;
}

/** Name and type of the fields of a class and of those it extends. */
function fieldsOf(target: Class, among: Metadata['inputTypes']): [string, unknown][] {
  const found = new Map<string, unknown>();
  for (let at: Class | null = target; at?.prototype !== undefined; at = Object.getPrototypeOf(at)) {
    for (const { name, getType } of among.find((type) => type.target === at)?.fields ?? []) {
      if (!found.has(name)) found.set(name, getType());
    }
  }
  return [...found];
}
