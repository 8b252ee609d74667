/*
 * What an operation asks for, place by place: each object of the answer with its fields in the order asked, and which
 * fetch of the plan yields each of them. For operations that are as plain as most are; places of any other are not made.
 */
import type { FetchNode, PlanNode } from '@apollo/query-planner';
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { type PlainKey, plainKeyOf, type TypeConditions } from './representations.ts';

/** Thrown where an operation or its plan has something that is not understood here. */
export class Uncommon extends Error {}

/** What the client asked for at one place, by all selections that ask for it. */
export interface PlacedField {
  readonly name: string;
  readonly type: GraphQLOutputType;
  /** Of a field with selections. */
  readonly place: Place | undefined;
  /** The fetch that yields it, and where it stands among what that fetch asks for there; none yields a __typename. */
  fetch: FetchNode | undefined;
  order: number;
}

export interface Place {
  readonly type: GraphQLObjectType;
  /** By response key, in order. */
  readonly fields: ReadonlyMap<string, PlacedField>;
  /** Where entities are sent on from: their keys that are needed for it. */
  readonly keys: string[];
  /** Keys that have been found in what a fetch yields. */
  readonly keysFound: Set<string>;
  /** Number among the places that entities are sent on from; -1 elsewhere. */
  hub: number;
}

/** One fetch of a plan. */
export interface PlacedFetch {
  readonly node: FetchNode;
  readonly place: Place;
  readonly selections: readonly SelectionNode[];
  /** Of a fetch of entities. */
  readonly key: PlainKey | undefined;
}

export interface PlaceSource {
  readonly schema: GraphQLSchema;
  readonly definition: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly types: TypeConditions;
}

export interface Places {
  readonly root: Place;
  readonly fetches: ReadonlyMap<FetchNode, PlacedFetch>;
  readonly hubs: number;
}

/** @throws Uncommon for conditions, abstract types, introspection, rewrites, keys of several fields, fields fetched twice. */
export function placesOf(plan: PlanNode, source: PlaceSource): Places {
  const type = source.schema.getRootType(source.definition.operation) as GraphQLObjectType;
  const root = placeOf(type, [source.definition.selectionSet], source);
  const fetches = new Map<FetchNode, PlacedFetch>();
  const hubs = addFetches(plan, [], { root, types: source.types, fetches });
  for (const fetch of fetches.values()) provide(fetch.place, fetch.node, fetch.selections);
  for (const { place, key } of fetches.values()) {
    if (key && !(place.keysFound.has(key.key) && place.keysFound.has(TYPENAME))) throw new Uncommon();
  }
  refuseUnprovided(root);
  return { root, fetches, hubs };
}

export const TYPENAME = '__typename';

function placeOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[], source: PlaceSource): Place {
  const collected = new Map<string, FieldNode[]>();
  for (const set of sets) collect(type, set, source, collected);
  const fields = new Map<string, PlacedField>();
  for (const [key, nodes] of collected) fields.set(key, fieldOf(type, nodes, source));
  return { type, fields, keys: [], keysFound: new Set(), hub: -1 };
}

function collect(
  type: GraphQLObjectType,
  set: SelectionSetNode,
  source: PlaceSource,
  collected: Map<string, FieldNode[]>,
): void {
  for (const selection of set.selections) {
    if (selection.directives?.length) throw new Uncommon();
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value;
      const known = collected.get(key);
      if (known) known.push(selection);
      else collected.set(key, [selection]);
      continue;
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : source.fragments[selection.name.value];
    // What an interface says of a field may differ from what the object itself says.
    if (!fragment || (fragment.typeCondition && fragment.typeCondition.name.value !== type.name)) throw new Uncommon();
    collect(type, fragment.selectionSet, source, collected);
  }
}

function fieldOf(parent: GraphQLObjectType, nodes: readonly FieldNode[], source: PlaceSource): PlacedField {
  const name = (nodes[0] as FieldNode).name.value;
  const type = name === TYPENAME ? parent : parent.getFields()[name]?.type;
  if (!type) throw new Uncommon();
  const inner = getNamedType(type);
  let place: Place | undefined;
  if (name !== TYPENAME && isCompositeType(inner)) {
    if (!isObjectType(inner)) throw new Uncommon();
    place = placeOf(
      inner,
      nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
      source,
    );
  }
  return { name, type, place, fetch: undefined, order: -1 };
}

interface Adding {
  readonly root: Place;
  readonly types: TypeConditions;
  readonly fetches: Map<FetchNode, PlacedFetch>;
}

/** @returns how many hubs there are, with those among the first `hubs`. */
function addFetches(node: PlanNode, path: readonly string[], adding: Adding, hubs = 0): number {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return node.nodes.reduce((count, child) => addFetches(child, path, adding, count), hubs);
    case 'Flatten':
      return addFetches(node.node, [...path, ...(node.path as string[])], adding, hubs);
    case 'Fetch':
      return addFetch(node, path, adding, hubs);
    default:
      throw new Uncommon();
  }
}

function addFetch(node: FetchNode, path: readonly string[], { root, types, fetches }: Adding, hubs: number): number {
  if (node.inputRewrites?.length || node.outputRewrites?.length || node.contextRewrites?.length) throw new Uncommon();
  const selections = selectionsOf(node);
  const place = placeAt(root, path);
  if (!node.requires) {
    if (place !== root) throw new Uncommon();
    fetches.set(node, { node, place, selections, key: undefined });
    return hubs;
  }
  if (node.variableUsages?.includes('representations')) throw new Uncommon();
  const key = plainKeyOf(node.requires, types);
  const [entities] = selections;
  const [entity] = entities?.kind === Kind.FIELD ? (entities.selectionSet?.selections ?? []) : [];
  const isOfThisType = entity?.kind === Kind.INLINE_FRAGMENT && entity.typeCondition?.name.value === place.type.name;
  if (key?.typename !== place.type.name || selections.length !== 1 || !isOfThisType || entity.directives?.length) {
    throw new Uncommon();
  }
  if (entities?.kind === Kind.FIELD && entities.selectionSet?.selections.length !== 1) throw new Uncommon();
  const isNew = place.hub < 0;
  if (isNew) place.hub = hubs;
  if (!place.keys.includes(key.key)) place.keys.push(key.key);
  fetches.set(node, { node, place, selections: entity.selectionSet.selections, key });
  return isNew ? hubs + 1 : hubs;
}

function selectionsOf({ operation }: FetchNode): readonly SelectionNode[] {
  const [definition, ...others] = parse(operation, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION || others.length > 0) throw new Uncommon();
  return definition.selectionSet.selections;
}

function placeAt(root: Place, path: readonly string[]): Place {
  let place: Place | undefined = root;
  for (const key of path) if (key !== '@') place = place?.fields.get(key)?.place;
  if (!place) throw new Uncommon();
  return place;
}

/** Notes who yields what. */
function provide(place: Place, fetch: FetchNode, selections: readonly SelectionNode[]): void {
  for (const [order, selection] of selections.entries()) {
    if (selection.kind !== Kind.FIELD || selection.directives?.length) throw new Uncommon();
    const name = selection.name.value;
    const key = selection.alias?.value ?? name;
    const field = place.fields.get(key);
    if (name === TYPENAME) {
      if (field && field.name !== TYPENAME) throw new Uncommon();
      place.keysFound.add(key);
      continue;
    }
    if (place.keys.includes(key)) {
      if (name !== key || selection.selectionSet || place.keysFound.has(key)) throw new Uncommon();
      place.keysFound.add(key);
    } else if (!field) {
      throw new Uncommon();
    }
    if (!field) continue;
    if (field.fetch || field.name !== name || !field.place !== !selection.selectionSet) throw new Uncommon();
    field.fetch = fetch;
    field.order = order;
    if (field.place) provide(field.place, fetch, selection.selectionSet?.selections ?? []);
  }
}

function refuseUnprovided({ fields }: Place): void {
  for (const { name, fetch, place } of fields.values()) {
    if (name !== TYPENAME && !fetch) throw new Uncommon();
    if (place) refuseUnprovided(place);
  }
}
