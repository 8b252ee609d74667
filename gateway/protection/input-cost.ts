/*
 * What arguments cost by the @cost of arguments, of fields of input objects, and of their types. Nearly no graph marks
 * any: what is not marked costs nothing and is not looked at again.
 */
import { type GraphQLInputType, getNamedType, isInputObjectType, Kind, type ValueNode } from 'graphql';
import { add, type Expression, type Values } from './expression.ts';
import type { Weights } from './weights.ts';

/** @param place of the argument, `Type.field(argument:)`. @param node undefined where it is not given. */
export function compileInputCost(
  weights: Weights,
  place: string,
  type: GraphQLInputType,
  node: ValueNode | undefined,
): Expression {
  if (!node || !isMarked(weights, place, type, new Set())) return 0;
  if (node.kind === Kind.VARIABLE) {
    const { value } = node.name;
    return (values: Values) => valueCost(weights, place, type, values[value]);
  }
  if (node.kind === Kind.NULL) return 0;
  const own = ownCost(weights, place, type);
  if (node.kind === Kind.LIST) return add(...node.values.map((item) => compileInputCost(weights, place, type, item)));
  const named = getNamedType(type);
  if (node.kind !== Kind.OBJECT || !isInputObjectType(named)) return own;
  const fields = node.fields.map(({ name, value }) => {
    const field = named.getFields()[name.value];
    return field ? compileInputCost(weights, `${named.name}.${name.value}`, field.type, value) : 0;
  });
  return add(own, ...fields);
}

function valueCost(weights: Weights, place: string, type: GraphQLInputType, value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum, item) => sum + valueCost(weights, place, type, item), 0);
  let cost = ownCost(weights, place, type);
  const named = getNamedType(type);
  if (!isInputObjectType(named) || typeof value !== 'object') return cost;
  for (const [name, field] of Object.entries(named.getFields())) {
    cost += valueCost(weights, `${named.name}.${name}`, field.type, (value as Record<string, unknown>)[name]);
  }
  return cost;
}

function ownCost({ costs }: Weights, place: string, type: GraphQLInputType): number {
  return costs.get(place) ?? costs.get(getNamedType(type).name) ?? 0;
}

function isMarked(weights: Weights, place: string, type: GraphQLInputType, seen: Set<string>): boolean {
  const named = getNamedType(type);
  if (weights.costs.has(place) || weights.costs.has(named.name)) return true;
  if (!isInputObjectType(named) || seen.has(named.name)) return false;
  seen.add(named.name);
  return Object.values(named.getFields()).some((field) =>
    isMarked(weights, `${named.name}.${field.name}`, field.type, seen),
  );
}
