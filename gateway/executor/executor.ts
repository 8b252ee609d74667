/*
 * Executes operations over a federated graph: Apollo's planner plans, the plan is compiled once per document and run
 * over a `fetch` of the caller's. A subscription opens its source at one subgraph and runs the rest of its plan for each
 * event. What cannot be compiled is run by Apollo's own executor, and counted.
 */
import { operationFromDocument, ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { type FetchNode, QueryPlanner } from '@apollo/query-planner';
import { type DocumentNode, type ExecutionResult, GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import { LRUCache } from 'lru-cache';
import { type Answers, answerEvents } from '../subscriptions/answers.ts';
import { type RunByApollo, runByApollo } from './apollo.ts';
import { downstreamError, type OperationErrorCode, toGraphQLError, withCode } from './errors.ts';
import { compileRequest, type Fetch, type FetchRequest, type FetchResult, type Run, type Step } from './fetch.ts';
import { copy, type Data, isObject } from './merge.ts';
import {
  type CompileVariables,
  codedVariables,
  interpretVariables,
  type Origin,
  type PreparedOperation,
  Shapes,
  selectOperation,
} from './operation.ts';
import { compilePlan, isKnown } from './plan.ts';
import { type TypeConditions, typeConditions } from './representations.ts';
import type { Shape } from './shape.ts';

/**
 * Opens a subscription at a subgraph. Rejects when it cannot; `return` ends it at once, also while `next` waits. Events
 * may be shared with others: they are copied before anything is written.
 */
export type Source<Context> = (
  subgraph: string,
  request: FetchRequest,
  context: Context,
) => Promise<AsyncIterableIterator<FetchResult>>;

export interface ExecutorOptions<Context, Result = ExecutionResult> {
  /**
   * With the join directives, as composition writes it. Marks `for: SECURITY` are accepted: @authenticated and its like
   * are not enforced here, subgraphs must do so on their own fields.
   */
  readonly supergraphSdl: string;
  readonly fetch: Fetch<Context>;
  /** Needed for subscriptions only. */
  readonly source?: Source<Context>;
  /** How the values of variables are checked; by graphql-js when absent. Must say what graphql-js would. */
  readonly compileVariables?: CompileVariables;
  /** What every result goes through before it is told; as it is when absent. Must not throw. */
  readonly present?: (result: ExecutionResult) => Result;
  /** How many documents are kept prepared, and again by operation name; 1,000 when absent. */
  readonly documentsKept?: number;
  /** The most tokens a document may have; 10,000 when absent. Parsing stops there. */
  readonly tokenLimit?: number;
}

export type PreparedDocument =
  | { readonly operation: PreparedOperation; readonly errors?: undefined }
  | { readonly errors: readonly GraphQLError[] };

export type Variables = Readonly<Record<string, unknown>>;

export interface ExecutorStatistics {
  /** Documents that were compiled, and those whose plans Apollo's executor has to run. */
  readonly compiled: number;
  readonly handedOver: number;
}

export interface Executor<Context, Result = ExecutionResult> {
  /** What clients may ask for. */
  readonly apiSchema: GraphQLSchema;
  readonly statistics: ExecutorStatistics;
  /** Parses, checks and plans, or finds what was prepared before. Errors carry the codes that Apollo Server uses. */
  prepare(query: string, operationName?: string): PreparedDocument;
  /** Runs a query or mutation. Never rejects: what goes wrong stands in `errors`. */
  execute(operation: PreparedOperation, variables: Variables, context: Context): Promise<Result>;
  /**
   * Opens a subscription; never rejects. What goes wrong before it is open is a result with `errors`. Events are answered
   * in order, one at a time; a failure of the source is the last answer, with `errors` alone. `return` reaches the source
   * at once and does not wait for it.
   */
  subscribe(operation: PreparedOperation, variables: Variables, context: Context): Promise<Answers<Result> | Result>;
}

const DOCUMENTS_KEPT = 1_000;
const TOKEN_LIMIT = 10_000;

/** @throws GraphQLError or Error where `supergraphSdl` is no supergraph, or asks for a feature that is not known. */
export function createExecutor<Context, Result = ExecutionResult>(
  options: ExecutorOptions<Context, Result>,
): Executor<Context, Result> {
  return new CompiledExecutor(options);
}

class CompiledExecutor<Context, Result> implements Executor<Context, Result> {
  readonly apiSchema: GraphQLSchema;
  readonly statistics = { compiled: 0, handedOver: 0 };
  readonly #supergraph: Supergraph;
  readonly #planner: QueryPlanner;
  readonly #types: TypeConditions;
  readonly #fetch: Fetch<Context>;
  readonly #source: Source<Context> | undefined;
  readonly #compileVariables: CompileVariables;
  readonly #present: (result: ExecutionResult) => Result;
  readonly #failed: (error: unknown) => Result;
  readonly #tokenLimit: number;
  readonly #kept: LRUCache<string, PreparedDocument>;
  /** Those that were asked for by the name of their operation. */
  readonly #keptByName: LRUCache<string, PreparedDocument>;
  readonly #byApollo: RunByApollo<Context>;

  constructor(options: ExecutorOptions<Context, Result>) {
    this.#supergraph = Supergraph.build(options.supergraphSdl, {
      supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
      // Composition has validated it; doing so again takes half of the start.
      validateSupergraph: false,
    });
    this.apiSchema = this.#supergraph.apiSchema().toGraphQLJSSchema();
    this.#types = typeConditions(this.#supergraph.schema.toGraphQLJSSchema());
    this.#planner = new QueryPlanner(this.#supergraph);
    this.#fetch = options.fetch;
    this.#source = options.source;
    this.#compileVariables = options.compileVariables ?? interpretVariables;
    const present = options.present ?? ((result) => result as Result);
    this.#present = present;
    this.#failed = (error) => present({ errors: [toGraphQLError(error)] });
    this.#tokenLimit = options.tokenLimit ?? TOKEN_LIMIT;
    this.#kept = new LRUCache({ max: options.documentsKept ?? DOCUMENTS_KEPT });
    this.#keptByName = new LRUCache({ max: options.documentsKept ?? DOCUMENTS_KEPT });
    this.#byApollo = runByApollo(this.#supergraph, this.apiSchema, options.fetch);
  }

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
      document = parse(query, { maxTokens: this.#tokenLimit });
    } catch (error) {
      return refused([error], 'GRAPHQL_PARSE_FAILED');
    }
    const invalid = validate(this.apiSchema, document);
    if (invalid.length > 0) return refused(invalid, 'GRAPHQL_VALIDATION_FAILED');
    const selected = selectOperation(document, operationName);
    if (typeof selected === 'string') return refused([new GraphQLError(selected)], 'OPERATION_RESOLUTION_FAILURE');
    const { definition, fragments } = selected;
    let plan: PreparedOperation['plan'];
    try {
      const name = definition.name?.value;
      const parsed = operationFromDocument(
        this.#supergraph.apiSchema(),
        document,
        name === undefined ? undefined : { operationName: name },
      );
      plan = this.#planner.buildQueryPlan(parsed);
    } catch (error) {
      // The planner refuses selections that would grow beyond measure.
      return refused([error], 'GRAPHQL_VALIDATION_FAILED');
    }
    releaseTokens(document);
    const shapes = new Shapes(this.apiSchema, definition, fragments);
    const coerce = codedVariables(this.#compileVariables(this.apiSchema, definition));
    const parts = { document, definition, fragments, coerce, plan, shapes };
    const operation: PreparedOperation = { ...parts, ...this.#compile(plan) };
    if (operation.run) this.statistics.compiled++;
    else this.statistics.handedOver++;
    return { operation };
  }

  #compile({ node }: PreparedOperation['plan']): Pick<PreparedOperation, 'run' | 'source' | 'only'> {
    if (node?.kind === 'Subscription') {
      const { primary, rest } = node;
      const run = compilePlan(rest ? { kind: 'Sequence', nodes: [primary, rest] } : primary, this.#types);
      return { run, source: origin(primary, !rest), only: undefined };
    }
    const only = node?.kind === 'Fetch' ? origin(node, true) : undefined;
    return { run: compilePlan(node, this.#types), source: undefined, only: only?.isWhole ? only : undefined };
  }

  execute(operation: PreparedOperation, variables: Variables, context: Context): Promise<Result> {
    const { source, only, run } = operation;
    if (source)
      return Promise.resolve(this.#failed(new GraphQLError('A subscription is subscribed to, not executed.')));
    const values = operation.coerce(variables);
    if (values.errors) return Promise.resolve(this.#present({ errors: values.errors }));
    const { coerced } = values;
    if (only) return this.#ask(operation, only, variables, coerced, context);
    if (!run) return this.#byApollo(operation, variables, context).then(this.#present, this.#failed);
    const ask: Run['ask'] = (subgraph, request) => this.#fetch(subgraph, request, context);
    const state = { data: {}, errors: [], variables, coerced, ask };
    return runCompiled(operation, run, state).then(this.#present, this.#failed);
  }

  /** Runs a plan of one fetch. */
  async #ask(
    operation: PreparedOperation,
    { subgraph, request }: Origin,
    variables: Variables,
    coerced: Variables,
    context: Context,
  ): Promise<Result> {
    const answer = answerWhole(operation, subgraph, variables, coerced, this.#present);
    let yielded: FetchResult;
    try {
      yielded = await this.#fetch(subgraph, request({ variables }), context);
    } catch (error) {
      return answer({}, [toGraphQLError(error)]);
    }
    return answer(yielded);
  }

  async subscribe(
    operation: PreparedOperation,
    variables: Variables,
    context: Context,
  ): Promise<Answers<Result> | Result> {
    const { source } = operation;
    if (!source) return this.#failed(new GraphQLError('Only subscriptions are subscribed to.'));
    const values = operation.coerce(variables);
    if (values.errors) return this.#present({ errors: values.errors });
    const { coerced } = values;
    try {
      if (!this.#source) throw new Error('There are no subscriptions here.');
      const events = await this.#source(source.subgraph, source.request({ variables }), context);
      const answer = source.isWhole
        ? answerWhole(operation, source.subgraph, variables, coerced, this.#present)
        : (event: FetchResult) =>
            this.#answer(operation, copy(event), variables, coerced, context).then(this.#present, this.#failed);
      return answerEvents(events, answer, this.#failed);
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** Runs the plan of a subscription, with the event for the answer to its first fetch. */
  #answer(
    operation: PreparedOperation,
    event: FetchResult,
    variables: Variables,
    coerced: Variables,
    context: Context,
  ): Promise<ExecutionResult> {
    if (!operation.run) return this.#byApollo(operation, variables, context, event);
    let taken = false;
    const ask: Run['ask'] = async (subgraph, request) => {
      if (taken) return this.#fetch(subgraph, request, context);
      taken = true;
      return event;
    };
    return runCompiled(operation, operation.run, { data: {}, errors: [], variables, coerced, ask });
  }
}

/** @param isAlone whether the plan has no other fetch. */
function origin(node: FetchNode, isAlone: boolean): Origin {
  // Shaping neither changes what was yielded nor keeps parts of it; rewriting and merging do.
  const isWhole = isAlone && isKnown(node) && !node.requires && !node.outputRewrites?.length;
  return { subgraph: node.serviceName, request: compileRequest(node), isWhole };
}

async function runCompiled(operation: PreparedOperation, step: Step, run: Run): Promise<ExecutionResult> {
  try {
    await step(run, { path: [], data: run.data });
    return shaped(operation.shapes.for(run.coerced, run.variables), run.data, run.errors);
  } catch (error) {
    return { errors: [toGraphQLError(error)] };
  }
}

/**
 * Answers with what has everything: at once, and as `runCompiled` would. Keeps no more than it needs.
 * @returns a function of what the subgraph yielded, or of what went wrong in asking it.
 */
function answerWhole<Result>(
  operation: PreparedOperation,
  subgraph: string,
  variables: Variables,
  coerced: Variables,
  present: (result: ExecutionResult) => Result,
): (yielded: FetchResult, failures?: GraphQLError[]) => Result {
  // The variables of a subscription stay the same: so does the shape of its answers.
  let shape: Shape | undefined;
  return (yielded, failures) => {
    try {
      const { data, errors } = yielded;
      let told = failures;
      for (const error of errors ?? []) {
        told ??= [];
        told.push(downstreamError(error, subgraph, error.path));
      }
      shape ??= operation.shapes.for(coerced, variables);
      return present(shaped(shape, isObject(data) ? data : {}, told));
    } catch (error) {
      return present({ errors: [toGraphQLError(error)] });
    }
  };
}

function shaped(shape: Shape, tree: Data, errors: readonly GraphQLError[] | undefined): ExecutionResult {
  const unfit: GraphQLError[] = [];
  const data = shape(tree, unfit);
  if (errors && errors.length > 0) return { errors, data };
  // A null where none may be, and nobody who told why: as Apollo's executor, beside the data and not as an error.
  return unfit.length > 0 ? { extensions: { valueCompletion: unfit }, data } : { data };
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
