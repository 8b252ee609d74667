/*
 * An operation made ready: its document checked against the API schema, planned by Apollo's planner, plan and answer
 * compiled. Which selections @skip and @include leave in depends on variables; a shape is compiled at first need for
 * each combination of values that really occurs.
 */

import type { QueryPlan } from '@apollo/query-planner';
import {
  type DocumentNode,
  executeSync,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  visit,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { GuardedOperation, Permitted } from './authorisation.ts';
import { withCode } from './errors.ts';
import type { MakeRequest, Step } from './fetch.ts';
import { compileShape, type Shape } from './shape.ts';
import type { Splice } from './splice.ts';

/** Enough for five conditions used in every combination; beyond it shapes are compiled again. */
const SHAPES_KEPT = 32;

/** The first fetch of a plan. */
export interface Origin {
  readonly subgraph: string;
  readonly request: MakeRequest;
  /** Whether what it yields is the whole answer: no other subgraph is asked, nothing of it rewritten. */
  readonly isWhole: boolean;
}

export interface PreparedOperation {
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly coerce: CoerceVariables;
  readonly plan: QueryPlan;
  /** Undefined where Apollo's executor has to run the plan. Of a subscription: its first fetch yields the event. */
  readonly run: Step | undefined;
  /** Of a subscription only: where it is opened, and with what. */
  readonly source: Origin | undefined;
  /** The one fetch of a query or mutation that needs no other. */
  readonly only: Origin | undefined;
  readonly shapes: Shapes;
  /** Answers as text, of subgraphs' texts; undefined where the operation is not plain enough. */
  readonly splice: Splice | undefined;
  /** What Apollo's executor runs, where it has to. */
  readonly handedOver: Pick<PreparedOperation, 'plan' | 'definition' | 'fragments'>;
  /** Where it touches what not everybody may read: who has to be let in, and what is left for those who are not. */
  readonly guard: Guard | undefined;
  /** Of what is left: what was taken out. Its plan is without it, its definition with. */
  readonly permitted: Permitted | undefined;
}

export interface Guard {
  readonly operation: GuardedOperation;
  /** What is left, by the requirements that are not met. */
  readonly kept: LRUCache<string, PreparedOperation>;
}

/** Outcomes of its requirements that are kept for each document; beyond it they are prepared again. */
export const OUTCOMES_KEPT = 16;

/** Yields the values of the variables, with defaults, or what is wrong with them: as graphql-js does. */
export type CoerceVariables = (
  given: Readonly<Record<string, unknown>>,
) => { readonly coerced: Readonly<Record<string, unknown>>; readonly errors?: undefined } | VariableErrors;

interface VariableErrors {
  readonly errors: readonly GraphQLError[];
}

/** Looks at the types of an operation's variables once. */
export type CompileVariables = (schema: GraphQLSchema, definition: OperationDefinitionNode) => CoerceVariables;

/** By graphql-js itself, which looks at the types for each request. */
export const interpretVariables: CompileVariables =
  (schema, { variableDefinitions = [] }) =>
  (given) =>
    getVariableValues(schema, variableDefinitions, given) as ReturnType<CoerceVariables>;

/** What `withCode` makes of the errors: BAD_USER_INPUT. */
export function codedVariables(coerce: CoerceVariables): CoerceVariables {
  return (given) => {
    const values = coerce(given);
    return values.errors ? { errors: values.errors.map((error) => withCode(error, 'BAD_USER_INPUT')) } : values;
  };
}

/** The operation that `operationName` means, as GraphQL defines it; a sentence where there is none. */
export function selectOperation(
  document: DocumentNode,
  operationName: string | undefined,
): { definition: OperationDefinitionNode; fragments: Record<string, FragmentDefinitionNode> } | string {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  const operations: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
  }
  if (operationName) {
    const definition = operations.find(({ name }) => name?.value === operationName);
    return definition ? { definition, fragments } : `Unknown operation named "${operationName}".`;
  }
  const [definition] = operations;
  if (!definition) return 'Must provide an operation.';
  if (operations.length > 1) return 'Must provide operation name if query contains multiple operations.';
  return { definition, fragments };
}

/** Compiles the shapes of one operation, by the values of the variables its conditions use. */
export class Shapes {
  readonly #schema: GraphQLSchema;
  readonly #definition: OperationDefinitionNode;
  readonly #fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly #conditions: readonly string[];
  readonly #introspects: boolean;
  readonly #permitted: Permitted | undefined;
  readonly #kept = new LRUCache<string, Shape>({ max: SHAPES_KEPT });

  constructor(
    schema: GraphQLSchema,
    definition: OperationDefinitionNode,
    fragments: Readonly<Record<string, FragmentDefinitionNode>>,
    permitted?: Permitted,
  ) {
    this.#schema = schema;
    this.#permitted = permitted;
    this.#definition = definition;
    this.#fragments = fragments;
    const nodes = [definition, ...Object.values(fragments)];
    this.#conditions = conditionVariables(nodes);
    this.#introspects = asksForSchema(nodes);
  }

  /** @param coerced the values of the variables, with defaults. @param given as the client sent them. */
  for(coerced: Readonly<Record<string, unknown>>, given: Readonly<Record<string, unknown>>): Shape {
    // What introspection answers depends on the values of variables too: such shapes are made anew, for tools can wait.
    if (this.#introspects) return this.#compile(coerced, given);
    const key = this.#conditionsKey(coerced);
    let shape = this.#kept.get(key);
    if (!shape) {
      shape = this.#compile(coerced, given);
      this.#kept.set(key, shape);
    }
    return shape;
  }

  #conditionsKey(coerced: Readonly<Record<string, unknown>>): string {
    let key = '';
    for (const name of this.#conditions) {
      const value = coerced[name];
      if (typeof value !== 'boolean') throw new Error(`Variable "$${name}" must be true or false here.`);
      key += value ? '1' : '0';
    }
    return key;
  }

  #compile(coerced: Readonly<Record<string, unknown>>, given: Readonly<Record<string, unknown>>): Shape {
    const values = Object.fromEntries(this.#conditions.map((name) => [name, coerced[name] === true]));
    const root = this.#schema.getRootType(this.#definition.operation) as GraphQLCompositeType;
    return compileShape(root, this.#definition.selectionSet, {
      schema: this.#schema,
      fragments: this.#fragments,
      includes: (selection) => isIncluded(selection, values),
      introspect: (field) => this.#introspect(field, given),
      forbidden: this.#permitted?.forbidden,
      forbidsRoot: this.#permitted?.root,
    });
  }

  #introspect(field: FieldNode, variableValues: Readonly<Record<string, unknown>>): unknown {
    const selectionSet = { kind: Kind.SELECTION_SET, selections: [field] } as const;
    const query = { ...this.#definition, operation: OperationTypeNode.QUERY, selectionSet };
    const document = { kind: Kind.DOCUMENT, definitions: [query, ...Object.values(this.#fragments)] } as const;
    const { data, errors } = executeSync({ schema: this.#schema, document, variableValues });
    if (errors?.[0]) throw errors[0];
    return data?.[field.alias?.value ?? field.name.value];
  }
}

function asksForSchema(nodes: readonly (OperationDefinitionNode | FragmentDefinitionNode)[]): boolean {
  let asks = false;
  for (const node of nodes) {
    visit(node, {
      Field({ name }) {
        asks ||= name.value === '__schema' || name.value === '__type';
      },
    });
  }
  return asks;
}

function conditionVariables(nodes: readonly (OperationDefinitionNode | FragmentDefinitionNode)[]): string[] {
  const names = new Set<string>();
  for (const node of nodes) {
    visit(node, {
      Directive(directive) {
        if (directive.name.value !== 'skip' && directive.name.value !== 'include') return;
        const value = directive.arguments?.[0]?.value;
        if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
      },
    });
  }
  return [...names];
}

function isIncluded(selection: SelectionNode, values: Readonly<Record<string, boolean>>): boolean {
  for (const directive of selection.directives ?? []) {
    const value = directive.arguments?.[0]?.value;
    const isTrue =
      value?.kind === Kind.VARIABLE ? values[value.name.value] : value?.kind === Kind.BOOLEAN && value.value;
    if (directive.name.value === 'skip' && isTrue) return false;
    if (directive.name.value === 'include' && !isTrue) return false;
  }
  return true;
}
