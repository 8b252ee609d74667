/*
 * A subgraph that invents its answers: every value follows from the entity, the field and its arguments, so that both
 * executors are told the same whatever they ask in whichever batches. Faults follow from a seed in the same way: nulls
 * where none may be, values of the wrong type, errors, entities that are gone, answers of the wrong shape.
 */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { FetchResult, SubgraphError } from '../fetch.ts';
import { hash } from './random.ts';

export interface Asked {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface Faults {
  readonly seed: number;
  /** Of a value to be wrong; 0 for a world without faults. */
  readonly rate: number;
  /** Whether interface objects leave out what they are: the oracle would believe it, and forget what it knew before. */
  readonly hidesInterfaceObjects?: boolean;
}

/** What became of a fetch as a whole. */
export type Outcome =
  | 'answered'
  | 'unreachable'
  | 'timed out'
  | 'refused'
  | 'failed at the root'
  | 'empty'
  | 'malformed';

/** @throws Error where the fault is that the subgraph cannot be reached, or not in time. */
export function inventAnswer(
  name: string,
  schema: GraphQLSchema,
  asked: Asked,
  faults: Faults,
  note: (outcome: Outcome) => void = () => undefined,
): FetchResult {
  const broken = faults.rate > 0 ? hash('transport', name, asked.query, faults.seed) % 100 : 99;
  const outcome: Outcome = WHOLE_FETCHES.find(([limit]) => broken < limit)?.[1] ?? 'answered';
  note(outcome);
  if (outcome === 'unreachable') throw new Error(`${name} cannot be reached.`);
  if (outcome === 'timed out') throw new DOMException(`${name} took too long.`, 'TimeoutError');
  if (outcome === 'refused')
    return { errors: [{ message: `${name} refuses.`, extensions: { code: 'REFUSED', extra: [1] } }] };
  if (outcome === 'failed at the root')
    return { data: null, errors: [{ message: `${name} failed at the root.`, path: [] }] };
  if (outcome === 'empty') return broken % 2 ? {} : { data: null, errors: [{ message: '' }] };
  const result = new Inventor(name, schema, asked, faults).answer();
  const entities = (result.data as { _entities?: unknown[] })._entities;
  if (outcome === 'malformed' && entities) {
    if (broken % 2) entities.pop();
    else (result.data as Record<string, unknown>)._entities = 'none';
  }
  return result;
}

/** In the hundred fetches of a faulty world, up to which number it goes so. */
const WHOLE_FETCHES: readonly (readonly [number, Outcome])[] = [
  [2, 'unreachable'],
  [4, 'timed out'],
  [6, 'refused'],
  [8, 'failed at the root'],
  [10, 'empty'],
  [12, 'malformed'],
];

type Path = (string | number)[];

class Inventor {
  readonly #name: string;
  readonly #schema: GraphQLSchema;
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #faults: Faults;
  readonly #operation: OperationDefinitionNode;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #errors: SubgraphError[] = [];

  constructor(name: string, schema: GraphQLSchema, { query, variables }: Asked, faults: Faults) {
    this.#name = name;
    this.#schema = schema;
    this.#variables = variables;
    this.#faults = faults;
    const { definitions } = parse(query);
    this.#operation = definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION) as OperationDefinitionNode;
    for (const each of definitions)
      if (each.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(each.name.value, each);
  }

  answer(): FetchResult {
    const root = this.#schema.getRootType(this.#operation.operation) as GraphQLObjectType;
    const data = this.#object(root, [this.#operation.selectionSet], 'root', []);
    return this.#errors.length > 0 ? { data, errors: this.#errors } : { data };
  }

  #object(type: GraphQLCompositeType, sets: readonly SelectionSetNode[], identity: string, path: Path, sent?: unknown) {
    const possible = isAbstractType(type) ? this.#schema.getPossibleTypes(type) : [];
    const concrete = isAbstractType(type)
      ? (possible[hash(identity, 'type') % possible.length] as GraphQLObjectType)
      : (type as GraphQLObjectType);
    const fields = new Map<string, FieldNode[]>();
    for (const set of sets) this.#collect(concrete, set, fields);
    const output: Record<string, unknown> = {};
    for (const [key, nodes] of fields) {
      const field = nodes[0]?.name.value ?? '';
      const value = this.#field(concrete, field, nodes, identity, [...path, key], sent);
      // A subgraph of another make leaves out what is null.
      if (value === null && this.#isFaulty('absent', identity, field)) continue;
      output[key] = value;
    }
    return output;
  }

  #collect(type: GraphQLObjectType, set: SelectionSetNode, into: Map<string, FieldNode[]>): void {
    for (const selection of set.selections) {
      if (!this.#isIncluded(selection)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        into.set(key, [...(into.get(key) ?? []), selection]);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value);
      const condition = fragment?.typeCondition && this.#schema.getType(fragment.typeCondition.name.value);
      const applies =
        !condition || condition === type || (isAbstractType(condition) && this.#schema.isSubType(condition, type));
      if (fragment && applies) this.#collect(type, fragment.selectionSet, into);
    }
  }

  #isIncluded({ directives = [] }: SelectionNode): boolean {
    return directives.every(({ name, arguments: [argument] = [] }) => {
      const value = argument && this.#value(argument.value);
      return name.value === 'skip' ? value !== true : name.value !== 'include' || value !== false;
    });
  }

  #value(node: ValueNode): unknown {
    if (node.kind === Kind.VARIABLE) {
      const { name } = node;
      if (Object.hasOwn(this.#variables, name.value)) return this.#variables[name.value];
      const defined = this.#operation.variableDefinitions?.find(({ variable }) => variable.name.value === name.value);
      return defined?.defaultValue && this.#value(defined.defaultValue);
    }
    if (node.kind === Kind.LIST) return node.values.map((value) => this.#value(value));
    if (node.kind === Kind.OBJECT) return node.fields.map(({ name, value }) => [name.value, this.#value(value)]);
    return 'value' in node ? node.value : null;
  }

  #field(
    parent: GraphQLObjectType,
    name: string,
    nodes: FieldNode[],
    identity: string,
    path: Path,
    sent?: unknown,
  ): unknown {
    // A root is what it is: the oracle would believe otherwise.
    if (name === '__typename') return path.length > 1 && this.#isFaulty('typename', identity) ? 'Nowhere' : parent.name;
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    if (name === '_entities') return this.#entities(sets, path);
    if (name === 'id') return identity;
    if (name === 'code') return `code-${identity}`;
    if (name === 'reference') return this.#object(this.#schema.getType('Reference') as never, sets, identity, path);
    const field = parent.getFields()[name];
    if (!field) throw new Error(`${this.#name} was asked for ${parent.name}.${name}, which it has not.`);
    const given = (nodes[0]?.arguments ?? []).map((argument) => [argument.name.value, this.#value(argument.value)]);
    const needs = name.startsWith('required') ? JSON.stringify(sent) : '';
    const seed = hash(identity, name, JSON.stringify(given), needs);
    if (this.#isFaulty('error', seed)) {
      this.#errors.push({ message: `${name} of ${identity} failed.`, path, extensions: { code: 'FAILED' } });
      return null;
    }
    return this.#complete(field.type, sets, seed, path);
  }

  #entities(sets: readonly SelectionSetNode[], path: Path): unknown[] {
    const representations = this.#variables.representations as Record<string, unknown>[];
    return representations.map((sent, index) => {
      const type = this.#schema.getType(sent.__typename as string) as GraphQLCompositeType;
      const { id, code, reference } = sent as { id?: string; code?: string; reference?: { id: string } };
      const identity = id ?? code?.replace('code-', '') ?? reference?.id;
      if (identity === undefined) throw new Error(`${this.#name} was sent no key: ${JSON.stringify(sent)}`);
      if (this.#isFaulty('gone', this.#name, identity)) {
        if (hash(identity) % 2) this.#errors.push({ message: `${identity} is gone.`, path: [...path, index] });
        return null;
      }
      const entity = this.#object(type, sets, identity, [...path, index], sent);
      const isHidden = this.#faults.hidesInterfaceObjects && isInterfaceObject(type);
      return isHidden ? { ...entity, __typename: undefined } : entity;
    });
  }

  #complete(type: GraphQLOutputType, sets: readonly SelectionSetNode[], seed: number, path: Path): unknown {
    if (isNonNullType(type)) {
      if (this.#isFaulty('null', seed)) return null;
      return this.#complete(type.ofType, sets, seed, path) ?? this.#complete(type.ofType, sets, seed + 1, path);
    }
    if (hash(seed, 'null') % 12 === 0) return null;
    if (isListType(type)) {
      const length = hash(seed, 'length') % 4;
      return Array.from({ length }, (_, index) =>
        this.#complete(type.ofType, sets, hash(seed, index), [...path, index]),
      );
    }
    const named = getNamedType(type);
    if (sets.length > 0)
      return this.#object(named as GraphQLCompositeType, sets, this.#identity(named.name, seed), path);
    if (this.#isFaulty('wrong', seed)) return [3.5, 'WRONG', { odd: 1 }, [1], true, 2 ** 40][seed % 6];
    if (isEnumType(named)) return named.getValues()[hash(seed) % named.getValues().length]?.name;
    const leaves: Record<string, unknown> = {
      Int: hash(seed) % 100,
      Float: (hash(seed) % 100) / 4,
      Boolean: hash(seed) % 2 === 0,
      String: `text ${hash(seed) % 100}`,
      ID: seed % 2 ? `${hash(seed) % 100}` : hash(seed) % 100,
      JSON: [{ __proto__: null, constructor: seed, nested: { id: [seed] } }, [seed, null], 'text', 0][seed % 4],
    };
    return leaves[named.name];
  }

  /** Few, so that entities meet again and again. Boxes have no identity but their place. */
  #identity(typeName: string, seed: number): string {
    return typeName === 'Box' ? `${seed}` : `${hash(seed, 'identity') % 5}`;
  }

  #isFaulty(...about: readonly unknown[]): boolean {
    const { rate, seed } = this.#faults;
    return rate > 0 && hash('fault', seed, ...about) % 10_000 < rate * 10_000;
  }
}

function isInterfaceObject({ astNode, extensionASTNodes }: GraphQLCompositeType): boolean {
  const nodes = [...(astNode ? [astNode] : []), ...extensionASTNodes];
  return nodes.some(({ directives = [] }) => directives.some(({ name }) => name.value === 'interfaceObject'));
}
