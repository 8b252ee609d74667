/*
 * Documents made ready, and kept: parsed, checked, planned by Apollo's planner and compiled once; where something in them
 * is guarded, once more for each set of requirements that callers do not meet.
 */
import { operationFromDocument, type Supergraph } from '@apollo/federation-internals';
import { type FetchNode, type PlanNode, QueryPlanner, type SubscriptionNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  parse,
  type SelectionSetNode,
  validate,
  visit,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { GuardedOperation, TYPENAME } from './authorisation.ts';
import { type OperationErrorCode, toGraphQLError, withCode } from './errors.ts';
import { compileRequest } from './fetch.ts';
import {
  type CompileVariables,
  codedVariables,
  type Guard,
  type Origin,
  OUTCOMES_KEPT,
  type PreparedOperation,
  Shapes,
  selectOperation,
} from './operation.ts';
import { compilePlan, isKnown } from './plan.ts';
import { type TypeConditions, typeConditions } from './representations.ts';
import type { Requirements, RequirementsOfSchema } from './requirements.ts';
import { compileSplice, type Splice } from './splice.ts';

export type PreparedDocument =
  | { readonly operation: PreparedOperation; readonly errors?: undefined }
  | { readonly errors: readonly GraphQLError[] };

export interface DocumentsOptions {
  readonly supergraph: Supergraph;
  readonly apiSchema: GraphQLSchema;
  readonly compileVariables: CompileVariables;
  /** What the supergraph demands; undefined where nobody looks at it. */
  readonly demands: RequirementsOfSchema | undefined;
  readonly documentsKept: number;
  readonly tokenLimit: number;
  readonly hideSuggestions: boolean;
}

export class Documents {
  readonly statistics = { compiled: 0, handedOver: 0 };
  readonly #options: DocumentsOptions;
  readonly #planner: QueryPlanner;
  readonly #types: TypeConditions;
  readonly #kept: LRUCache<string, PreparedDocument>;
  /** Those that were asked for by the name of their operation. */
  readonly #keptByName: LRUCache<string, PreparedDocument>;

  constructor(options: DocumentsOptions) {
    this.#options = options;
    this.#types = typeConditions(options.supergraph.schema.toGraphQLJSSchema());
    this.#planner = new QueryPlanner(options.supergraph);
    this.#kept = new LRUCache({ max: options.documentsKept });
    this.#keptByName = new LRUCache({ max: options.documentsKept });
  }

  /** Errors carry the codes that Apollo Server uses. */
  prepare(query: string, operationName?: string): PreparedDocument {
    // The length keeps apart what name and query would otherwise blur; the name is the client's, of any letters.
    const key = operationName === undefined ? query : `${operationName.length}:${operationName}${query}`;
    const among = operationName === undefined ? this.#kept : this.#keptByName;
    let prepared = among.get(key);
    if (!prepared) {
      prepared = this.#prepare(query, operationName);
      // What is refused is not kept: it would push out what is used.
      if (!prepared.errors) among.set(key, prepared);
    }
    return prepared;
  }

  #prepare(query: string, operationName: string | undefined): PreparedDocument {
    let document: DocumentNode;
    try {
      document = parse(query, { maxTokens: this.#options.tokenLimit });
    } catch (error) {
      return refused([error], 'GRAPHQL_PARSE_FAILED');
    }
    const { apiSchema, hideSuggestions } = this.#options;
    const invalid = validate(apiSchema, document, undefined, { hideSuggestions });
    if (invalid.length > 0) return refused(invalid, 'GRAPHQL_VALIDATION_FAILED');
    const selected = selectOperation(document, operationName);
    if (typeof selected === 'string') return refused([new GraphQLError(selected)], 'OPERATION_RESOLUTION_FAILURE');
    let operation: PreparedOperation;
    try {
      const { definition, fragments } = selected;
      const plan = this.#plan(document, definition.name?.value);
      const coerce = codedVariables(this.#options.compileVariables(this.#options.apiSchema, definition));
      const shapes = new Shapes(this.#options.apiSchema, definition, fragments);
      const guard = this.#guard(selected);
      const handedOver = { plan, definition, fragments };
      const parts = { document, ...handedOver, handedOver, coerce, shapes, guard, permitted: undefined };
      operation = { ...parts, ...this.#compile(plan), splice: this.#splice(handedOver) };
    } catch (error) {
      // The planner refuses selections that would grow beyond measure.
      return refused([error], 'GRAPHQL_VALIDATION_FAILED');
    }
    releaseTokens(document);
    if (operation.run) this.statistics.compiled++;
    else this.statistics.handedOver++;
    return { operation };
  }

  #plan(document: DocumentNode, operationName: string | undefined): PreparedOperation['plan'] {
    const options = operationName === undefined ? undefined : { operationName };
    return this.#planner.buildQueryPlan(operationFromDocument(this.#options.supergraph.apiSchema(), document, options));
  }

  #guard(parts: Pick<PreparedOperation, 'definition' | 'fragments'>): PreparedOperation['guard'] {
    if (!this.#options.demands) return undefined;
    const operation = new GuardedOperation(parts, this.#options.apiSchema, this.#options.demands);
    return operation.requirements.length > 0 ? { operation, kept: new LRUCache({ max: OUTCOMES_KEPT }) } : undefined;
  }

  /** What is left of an operation for whoever does not meet these of its requirements. */
  without(operation: PreparedOperation, { operation: guarded, kept }: Guard, unmet: Requirements): PreparedOperation {
    if (unmet.length === 0) return operation;
    const key = unmet.map((requirement) => guarded.requirements.indexOf(requirement)).join();
    let left = kept.get(key);
    if (!left) {
      left = this.#without(operation, guarded, unmet);
      kept.set(key, left);
    }
    return left;
  }

  #without(operation: PreparedOperation, guarded: GuardedOperation, unmet: Requirements): PreparedOperation {
    const { definition, fragments } = operation;
    const permitted = guarded.without(new Set(unmet));
    const shapes = new Shapes(this.#options.apiSchema, definition, fragments, permitted);
    const plan: PreparedOperation['plan'] = permitted.document
      ? this.#plan(permitted.document, undefined)
      : { kind: 'QueryPlan' };
    const left = { ...operation, plan, shapes, permitted, guard: undefined, splice: undefined, ...this.#compile(plan) };
    if (left.run || !permitted.document) return left;
    // Apollo's executor shapes its answer, which is then shaped again: by then it must still say what is what.
    const document = withTypenames(permitted.document);
    const selected = selectOperation(document, undefined) as Exclude<ReturnType<typeof selectOperation>, string>;
    return { ...left, handedOver: { ...selected, plan: this.#plan(document, undefined) } };
  }

  #splice({ plan, definition, fragments }: PreparedOperation['handedOver']): Splice | undefined {
    const node = plan.node?.kind === 'Subscription' ? ofEvents(plan.node) : plan.node;
    return compileSplice(node, { schema: this.#options.apiSchema, definition, fragments, types: this.#types });
  }

  #compile({ node }: PreparedOperation['plan']): Pick<PreparedOperation, 'run' | 'source' | 'only'> {
    if (node?.kind === 'Subscription') {
      const { primary, rest } = node;
      const run = compilePlan(ofEvents(node), this.#types);
      return { run, source: origin(primary, !rest), only: undefined };
    }
    const only = node?.kind === 'Fetch' ? origin(node, true) : undefined;
    return { run: compilePlan(node, this.#types), source: undefined, only: only?.isWhole ? only : undefined };
  }
}

/** What is run for each event; its first fetch is answered by the event. */
function ofEvents({ primary, rest }: SubscriptionNode): PlanNode {
  return rest ? { kind: 'Sequence', nodes: [primary, rest] } : primary;
}

/** @param isAlone whether the plan has no other fetch. */
function origin(node: FetchNode, isAlone: boolean): Origin {
  // Shaping neither changes what was yielded nor keeps parts of it; rewriting and merging do.
  const isWhole = isAlone && isKnown(node) && !node.requires && !node.outputRewrites?.length;
  return { subgraph: node.serviceName, request: compileRequest(node), isWhole };
}

/** The same document that says of every object what it is. */
function withTypenames(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet: {
      leave: (set: SelectionSetNode) => ({ ...set, selections: [TYPENAME, ...set.selections] }),
    },
  });
}

function refused(errors: readonly unknown[], code: OperationErrorCode): { readonly errors: readonly GraphQLError[] } {
  return { errors: errors.map((error) => withCode(toGraphQLError(error), code)) };
}

/**
 * Frees the tokens that a parsed document holds on to, most of its memory; its nodes still know where they stand, for
 * errors about variables.
 */
function releaseTokens(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === 'loc') Object.assign(value as object, { startToken: undefined, endToken: undefined });
    else releaseTokens(value);
  }
}
