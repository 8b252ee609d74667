/*
 * What a fetch sends and renames: representations of entities (the planner's `requires`, compiled to functions) and
 * the planner's rewrites. Type conditions are looked up in the supergraph's own schema, which also holds the types
 * that clients may not see.
 */
import type { FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner';
import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';
import type { Data } from './merge.ts';
import { merge } from './merge.ts';

/** What the supergraph says of types; a condition that it does not have is satisfied by itself. */
export interface TypeConditions {
  /** The names of the types that satisfy a type condition, the condition itself included. */
  satisfying(condition: string): ReadonlySet<string>;
  isInterface(name: unknown): boolean;
}

export function typeConditions(schema: GraphQLSchema): TypeConditions {
  const types = Object.values(schema.getTypeMap());
  const interfaces = new Set<unknown>(types.filter(isInterfaceType).map(({ name }) => name));
  const known = new Map<string, ReadonlySet<string>>();
  return {
    isInterface: (name) => interfaces.has(name),
    satisfying(condition) {
      let names = known.get(condition);
      if (!names) {
        const type = schema.getType(condition);
        const others = types
          .filter((other) => isObjectType(other) || isInterfaceType(other))
          .filter((other) => isAbstractType(type) && schema.isSubType(type, other));
        names = new Set([condition, ...others.map((other) => other.name)]);
        known.set(condition, names);
      }
      return names;
    },
  };
}

/** Makes the representation of an entity, or null where a part that the fetch needs is not there. */
export type Projection = (source: Data | null) => Data | null;

export function compileProjection(selections: readonly QueryPlanSelectionNode[], types: TypeConditions): Projection {
  const parts = selections.flatMap((selection) => {
    const part = selection.kind === 'Field' ? projectField(selection, types) : projectFragment(selection, types);
    return part ? [part] : [];
  });
  return (source) => {
    if (source === null) return null;
    const result: Data = {};
    for (const part of parts) if (!part(source, result)) return null;
    return result;
  };
}

/** Adds its part of the representation; false where the whole cannot be made. */
type Part = (source: Data, result: Data) => boolean;

function projectField(field: Extract<QueryPlanSelectionNode, { kind: 'Field' }>, types: TypeConditions): Part {
  const key = field.alias ?? field.name;
  const inner = field.selections && compileProjection(field.selections, types);
  const project = (value: unknown): unknown => {
    if (!inner) return value;
    return Array.isArray(value) ? value.map(project) : inner(value as Data | null);
  };
  return (source, result) => {
    const value = source[key];
    if (value === undefined) return false;
    result[key] = inner ? project(value) : value;
    return true;
  };
}

function projectFragment(
  fragment: Extract<QueryPlanSelectionNode, { kind: 'InlineFragment' }>,
  types: TypeConditions,
): Part | undefined {
  if (!fragment.typeCondition) return undefined;
  const names = types.satisfying(fragment.typeCondition);
  const inner = compileProjection(fragment.selections, types);
  return (source, result) => {
    if (names.has(source.__typename as string)) merge(result, inner(source));
    return true;
  };
}

/** The usual representation: the name of a type, and one field that identifies its entities. */
export interface PlainKey {
  readonly typename: string;
  readonly key: string;
  readonly isKeyFirst: boolean;
}

/** @returns undefined where representations are more than a plain key. */
export function plainKeyOf(requires: readonly QueryPlanSelectionNode[], types: TypeConditions): PlainKey | undefined {
  const [fragment] = requires;
  if (requires.length !== 1 || fragment?.kind !== 'InlineFragment' || !fragment.typeCondition) return undefined;
  const { typeCondition: typename, selections } = fragment;
  if (selections.length !== 2 || types.satisfying(typename).size !== 1) return undefined;
  const names = selections.map((one) => (one.kind === 'Field' && !one.alias && !one.selections ? one.name : ''));
  const [key, ...others] = names.filter((name) => name !== '__typename');
  if (!key || key === '__proto__' || others.length > 0) return undefined;
  return { typename, key, isKeyFirst: names[0] === key };
}

const FRAGMENT = '... on ';

/** Applies the planner's rewrites, in order, to what is sent (representations) or was received. */
export function compileRewrites(
  rewrites: readonly FetchDataRewrite[] | undefined,
  types: TypeConditions,
): (value: unknown) => void {
  if (!rewrites?.length) return () => undefined;
  const compiled = rewrites.map((rewrite) => compileRewrite(rewrite, types));
  return (value) => {
    for (const apply of compiled) apply(value);
  };
}

function compileRewrite(rewrite: FetchDataRewrite, types: TypeConditions): (value: unknown) => void {
  const key = rewrite.path.at(-1);
  if (key === undefined) return () => undefined;
  const change =
    rewrite.kind === 'ValueSetter'
      ? (object: Data) => {
          object[key] = rewrite.setValueTo;
        }
      : (object: Data) => {
          if (!object[key]) return;
          object[rewrite.renameKeyTo] = object[key];
          object[key] = undefined;
        };
  return rewrite.path.slice(0, -1).reduceRight<(value: unknown) => void>((next, element) => {
    const names = element.startsWith(FRAGMENT) ? types.satisfying(element.slice(FRAGMENT.length)) : undefined;
    return eachObject((object) => {
      if (!names) next(object[element]);
      else if (!object.__typename || names.has(object.__typename as string)) next(object);
    });
  }, eachObject(change));
}

function eachObject(apply: (object: Data) => void): (value: unknown) => void {
  return function visit(value) {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) apply(value as Data);
  };
}
