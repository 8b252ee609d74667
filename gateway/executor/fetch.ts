/*
 * One fetch of a plan, compiled: what never changes of its request is encoded once, equal representations are sent
 * once, the answer is merged where each of them came from, and a subgraph's error is told for each place it concerns.
 */
import type { FetchNode, ResponsePath } from '@apollo/query-planner';
import type { GraphQLError, OperationTypeNode } from 'graphql';
import { downstreamError, toGraphQLError } from './errors.ts';
import { type Data, merge, places } from './merge.ts';
import {
  compileProjection,
  compileRewrites,
  type PlainKey,
  plainKeyOf,
  type TypeConditions,
} from './representations.ts';

/** What a subgraph is asked. */
export interface FetchRequest {
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly kind: OperationTypeNode;
  /** The whole as JSON text, cheaper than stringifying it: most of it is encoded ahead. */
  encode(): string;
}

/** What a subgraph answers: parsed JSON that the executor may keep and write into; a TextResult is parsed where it must be. */
export interface FetchResult {
  readonly data?: unknown;
  readonly errors?: readonly SubgraphError[] | undefined;
  /** The whole as JSON text, where it came as one. */
  readonly text?: string | undefined;
}

export interface SubgraphError {
  readonly message: string;
  readonly path?: ResponsePath | readonly (string | number)[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** Asks a subgraph. A rejection becomes an error of the answer, with the rejection's message. */
export type Fetch<Context> = (subgraph: string, request: FetchRequest, context: Context) => Promise<FetchResult>;

/** One execution under way. */
export interface Run {
  readonly data: Data;
  readonly errors: GraphQLError[];
  /** As the client gave them: subgraphs coerce them again. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Coerced, with defaults: conditions look here. */
  readonly coerced: Readonly<Record<string, unknown>>;
  readonly ask: (subgraph: string, request: FetchRequest) => Promise<FetchResult>;
}

/** Where a step works: the path in the plan's terms, and what stands there (never null or undefined). */
export interface Cursor {
  readonly path: ResponsePath;
  readonly data: unknown;
}

/** @returns nothing where there is nothing to wait for. */
export type Step = (run: Run, cursor: Cursor) => Promise<void> | undefined;

export function compileFetch(node: FetchNode, types: TypeConditions): Step {
  return node.requires ? compileEntities(node, node.requires, types) : compileRoot(node, types);
}

/** Asks at once; what goes wrong, with asking or with the answer, is an error of the run. */
async function ask(run: Run, subgraph: string, request: () => FetchRequest, take: (result: FetchResult) => void) {
  try {
    take(await run.ask(subgraph, request()));
  } catch (error) {
    run.errors.push(toGraphQLError(error));
  }
}

function compileRoot(node: FetchNode, types: TypeConditions): Step {
  const request = compileRequest(node);
  const rewrite = compileRewrites(node.outputRewrites, types);
  return (run, cursor) => {
    const targets = targetsOf(cursor);
    if (targets.length === 0) return undefined;
    const take = ({ data, errors }: FetchResult) => {
      for (const error of errors ?? []) {
        run.errors.push(downstreamError(error, node.serviceName, error.path && [...cursor.path, ...error.path]));
      }
      if (!data) return;
      rewrite(data);
      for (const target of targets) merge(target, data);
    };
    return ask(run, node.serviceName, () => request(run), take);
  };
}

function compileEntities(node: FetchNode, requires: NonNullable<FetchNode['requires']>, types: TypeConditions): Step {
  const request = compileRequest(node);
  const represent = compileRepresentations(node, requires, types);
  const rewrites = node.outputRewrites?.length;
  const rewriteOutput = compileRewrites(node.outputRewrites, types);

  return (run, cursor) => {
    const targets = targetsOf(cursor);
    let represented: Representations;
    try {
      represented = represent(targets);
    } catch (error) {
      run.errors.push(toGraphQLError(error));
      return undefined;
    }
    const { sent, owners } = represented;
    if (sent.length === 0) return undefined;
    const take = ({ data, errors }: FetchResult) => {
      if (errors?.length) tellEach(run, cursor, node.serviceName, owners, errors);
      if (!data) return;
      const entities = (data as Data)._entities;
      if (!Array.isArray(entities)) throw new Error('Expected "data._entities" in response to be an array');
      if (entities.length !== sent.length) {
        throw new Error(`Expected "data._entities" to contain ${sent.length} elements`);
      }
      for (let slot = 0; slot < sent.length; slot++) {
        const entity = entities[slot] as Data | null;
        if (!entity) continue;
        const indexes = owners[slot] ?? [];
        if (rewrites) {
          // Its targets know what it is; rewrites look for that in the entity itself.
          if (!entity.__typename) entity.__typename = targets[indexes[0] as number]?.__typename;
          rewriteOutput(entity);
        }
        // An interface object knows of its entities only what their interface is called: each has said more before.
        if (entity.__typename && types.isInterface(entity.__typename)) entity.__typename = undefined;
        for (const index of indexes) merge(targets[index] as Data, entity);
      }
    };
    return ask(run, node.serviceName, () => request(run, sent), take);
  };
}

interface Representations {
  /** Each once. */
  readonly sent: Data[];
  /** For each of them, the targets that it stands for, by index. */
  readonly owners: number[][];
}

type Represent = (targets: readonly Data[]) => Representations;

function compileRepresentations(
  node: FetchNode,
  requires: NonNullable<FetchNode['requires']>,
  types: TypeConditions,
): Represent {
  const project = compileProjection(requires, types);
  const rewriteInput = compileRewrites(node.inputRewrites, types);
  const byText: Represent = (targets) => {
    const sent: Data[] = [];
    const owners: number[][] = [];
    const slots = new Map<string, number>();
    for (let index = 0; index < targets.length; index++) {
      const representation = project(targets[index] as Data);
      if (!representation?.__typename) continue;
      rewriteInput(representation);
      const text = JSON.stringify(representation);
      const slot = slots.get(text);
      if (slot !== undefined) {
        owners[slot]?.push(index);
        continue;
      }
      slots.set(text, sent.length);
      sent.push(representation);
      owners.push([index]);
    }
    return { sent, owners };
  };
  const plainKey = node.inputRewrites?.length ? undefined : plainKeyOf(requires, types);
  return plainKey ? byKey(plainKey, byText) : byText;
}

/** Equal where their texts are, which need not be made; targets whose key is no text are left to `otherwise`. */
function byKey({ typename, key, isKeyFirst }: PlainKey, otherwise: Represent): Represent {
  return (targets) => {
    const sent: Data[] = [];
    const owners: number[][] = [];
    const slots = new Map<string, number>();
    for (let index = 0; index < targets.length; index++) {
      const target = targets[index] as Data;
      if (target.__typename !== typename) continue;
      const id = target[key];
      if (id === undefined) continue;
      if (typeof id !== 'string') return otherwise(targets);
      const slot = slots.get(id);
      if (slot !== undefined) {
        owners[slot]?.push(index);
        continue;
      }
      slots.set(id, sent.length);
      sent.push(isKeyFirst ? { [key]: id, __typename: typename } : { __typename: typename, [key]: id });
      owners.push([index]);
    }
    return { sent, owners };
  };
}

/** One error of a subgraph concerns every place whose entity it was asked for. */
function tellEach(
  run: Run,
  cursor: Cursor,
  subgraph: string,
  owners: readonly (readonly number[])[],
  errors: readonly SubgraphError[],
) {
  const where = places(run.data, cursor.path);
  for (const error of errors) {
    const slot = error.path?.[1];
    if (typeof slot !== 'number') {
      run.errors.push(downstreamError(error, subgraph, error.path && [...cursor.path, ...error.path]));
      continue;
    }
    const rest = error.path?.slice(2) ?? [];
    for (const index of owners[slot] ?? []) {
      run.errors.push(downstreamError(error, subgraph, [...(where[index] ?? []), ...rest]));
    }
  }
}

function targetsOf({ data }: Cursor): readonly Data[] {
  if (!Array.isArray(data)) return [data as Data];
  return data.filter((value) => value !== null && value !== undefined);
}

/** Makes the request of a fetch for one execution; `sent` are its representations, or their JSON as elements of a list. */
export type MakeRequest = (run: Pick<Run, 'variables'>, sent?: readonly Data[] | string) => FetchRequest;

export function compileRequest(node: FetchNode): MakeRequest {
  const { operation: query, operationName, operationKind: kind, variableUsages = [] } = node;
  const fixed = JSON.stringify({ query, operationName });
  const head = `${fixed.slice(0, -1)},"variables":`;
  const isMistakable = variableUsages.includes('representations');

  return (run, sent) => {
    const variables: Record<string, unknown> = {};
    for (const name of variableUsages) {
      const value = Object.hasOwn(run.variables, name) ? run.variables[name] : undefined;
      if (value !== undefined) variables[name] = value;
    }
    if (sent !== undefined && isMistakable) throw new Error('Variables cannot contain key "representations"');
    if (typeof sent === 'string') return new EncodedEntities({ query, operationName, kind }, head, variables, sent);
    if (sent) variables.representations = sent;
    return { query, operationName, variables, kind, encode: () => `${head}${JSON.stringify(variables)}}` };
  };
}

/** A request whose representations are JSON, and objects only where somebody looks at them. */
class EncodedEntities implements FetchRequest {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly kind: OperationTypeNode;
  readonly #head: string;
  readonly #others: Readonly<Record<string, unknown>>;
  readonly #sent: string;
  #variables: FetchRequest['variables'] | undefined;

  constructor(
    { query, operationName, kind }: Pick<FetchRequest, 'query' | 'operationName' | 'kind'>,
    head: string,
    others: Readonly<Record<string, unknown>>,
    sent: string,
  ) {
    this.query = query;
    this.operationName = operationName;
    this.kind = kind;
    this.#head = head;
    this.#others = others;
    this.#sent = sent;
  }

  get variables(): FetchRequest['variables'] {
    this.#variables ??= { ...this.#others, representations: JSON.parse(`[${this.#sent}]`) };
    return this.#variables;
  }

  encode(): string {
    const others = JSON.stringify(this.#others);
    const before = others === '{}' ? '{' : `${others.slice(0, -1)},`;
    return `${this.#head}${before}"representations":[${this.#sent}]}}`;
  }
}
