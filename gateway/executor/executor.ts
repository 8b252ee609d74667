/*
 * Executes operations over a federated graph: Apollo's planner plans, the plan is compiled once per document and run
 * over a `fetch` of the caller's. A subscription opens its source at one subgraph and runs the rest of its plan for each
 * event. What cannot be compiled is run by Apollo's own executor, and counted.
 */
import { operationFromDocument, ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { buildOperationContext, executeQueryPlan, type ServiceMap } from '@apollo/gateway';
import { QueryPlanner } from '@apollo/query-planner';
import { type ExecutionResult, GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import { LRUCache } from 'lru-cache';
import { toGraphQLError, withCode } from './errors.ts';
import { compileRequest, type Fetch, type FetchRequest, type FetchResult, type Run, type Step } from './fetch.ts';
import { coerceVariables, type PreparedOperation, Shapes, selectOperation } from './operation.ts';
import { compilePlan } from './plan.ts';
import { typeConditions } from './representations.ts';

/** Opens a subscription at a subgraph. Rejects when it cannot; `return` ends it at once, also while `next` waits. */
export type Source<Context> = (
  subgraph: string,
  request: FetchRequest,
  context: Context,
) => Promise<AsyncIterableIterator<FetchResult>>;

export interface ExecutorOptions<Context> {
  /** With the join directives, as composition writes it. */
  readonly supergraphSdl: string;
  readonly fetch: Fetch<Context>;
  /** Needed for subscriptions only. */
  readonly source?: Source<Context>;
  /** How many documents are kept prepared; 1,000 when absent. */
  readonly documentsKept?: number;
  /** The most tokens a document may have; 10,000 when absent. Parsing stops there. */
  readonly tokenLimit?: number;
}

export type PreparedDocument =
  | { readonly operation: PreparedOperation; readonly errors?: undefined }
  | { readonly errors: readonly GraphQLError[] };

export type Variables = Readonly<Record<string, unknown>>;

export interface Executor<Context> {
  /** What clients may ask for. */
  readonly apiSchema: GraphQLSchema;
  readonly statistics: {
    /** Documents that were compiled, and those whose plans Apollo's executor has to run. */
    readonly compiled: number;
    readonly handedOver: number;
  };
  /** Parses, checks and plans, or finds what was prepared before. Errors carry the codes that Apollo Server uses. */
  prepare(query: string, operationName?: string): PreparedDocument;
  /** Runs a query or mutation. Never rejects: what goes wrong stands in `errors`. */
  execute(operation: PreparedOperation, variables: Variables, context: Context): Promise<ExecutionResult>;
  /**
   * Opens a subscription. Rejects with what `source` rejects with; variables that do not fit are a result with `errors`.
   * Events come in order, one at a time; `next` rejects when the source does.
   */
  subscribe(
    operation: PreparedOperation,
    variables: Variables,
    context: Context,
  ): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;
}

const DOCUMENTS_KEPT = 1_000;
const TOKEN_LIMIT = 10_000;

export function createExecutor<Context>(options: ExecutorOptions<Context>): Executor<Context> {
  return new CompiledExecutor(options);
}

class CompiledExecutor<Context> implements Executor<Context> {
  readonly apiSchema: GraphQLSchema;
  readonly statistics = { compiled: 0, handedOver: 0 };
  readonly #supergraph: Supergraph;
  readonly #planner: QueryPlanner;
  readonly #types;
  readonly #fetch: Fetch<Context>;
  readonly #source: Source<Context> | undefined;
  readonly #tokenLimit: number;
  readonly #kept: LRUCache<string, PreparedDocument>;

  constructor(options: ExecutorOptions<Context>) {
    this.#supergraph = Supergraph.build(options.supergraphSdl, {
      supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
      validateSupergraph: false,
    });
    this.apiSchema = this.#supergraph.apiSchema().toGraphQLJSSchema();
    this.#types = typeConditions(this.#supergraph.schema.toGraphQLJSSchema());
    this.#planner = new QueryPlanner(this.#supergraph);
    this.#fetch = options.fetch;
    this.#source = options.source;
    this.#tokenLimit = options.tokenLimit ?? TOKEN_LIMIT;
    this.#kept = new LRUCache({ max: options.documentsKept ?? DOCUMENTS_KEPT });
  }

  prepare(query: string, operationName?: string): PreparedDocument {
    const key = operationName ? `${operationName}\n${query}` : query;
    let prepared = this.#kept.get(key);
    if (!prepared) {
      prepared = this.#prepare(query, operationName);
      this.#kept.set(key, prepared);
    }
    return prepared;
  }

  #prepare(query: string, operationName: string | undefined): PreparedDocument {
    let document: ReturnType<typeof parse>;
    try {
      document = parse(query, { maxTokens: this.#tokenLimit });
    } catch (error) {
      return { errors: [withCode(toGraphQLError(error), 'GRAPHQL_PARSE_FAILED')] };
    }
    const invalid = validate(this.apiSchema, document);
    if (invalid.length > 0) return { errors: invalid.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')) };
    const selected = selectOperation(document, operationName);
    if (typeof selected === 'string') {
      return { errors: [withCode(new GraphQLError(selected), 'OPERATION_RESOLUTION_FAILURE')] };
    }
    const { definition, fragments } = selected;
    const parsed = operationFromDocument(this.#supergraph.apiSchema(), document, {
      ...(definition.name && { operationName: definition.name.value }),
    });
    const plan = this.#planner.buildQueryPlan(parsed);
    const shapes = new Shapes(this.apiSchema, definition, fragments);
    const operation: PreparedOperation = { document, definition, fragments, plan, shapes, ...this.#compile(plan) };
    if (operation.run) this.statistics.compiled++;
    else this.statistics.handedOver++;
    return { operation };
  }

  #compile({ node }: PreparedOperation['plan']): Pick<PreparedOperation, 'run' | 'source'> {
    if (node?.kind !== 'Subscription') return { run: compilePlan(node, this.#types), source: undefined };
    const { primary, rest } = node;
    const event = compilePlan(primary, this.#types);
    const source = event && { subgraph: primary.serviceName, request: compileRequest(primary), event };
    return { run: compilePlan(rest, this.#types), source };
  }

  async execute(operation: PreparedOperation, variables: Variables, context: Context): Promise<ExecutionResult> {
    const values = coerceVariables(this.apiSchema, operation.definition, variables);
    if (values.errors) return { errors: values.errors };
    const { coerced } = values;
    if (!operation.run) return this.#handOver(operation, operation.plan, variables, context, this.#fetch);
    const run = this.#begin(variables, coerced, context);
    return this.#finish(operation, run, operation.run);
  }

  async subscribe(
    operation: PreparedOperation,
    variables: Variables,
    context: Context,
  ): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
    const values = coerceVariables(this.apiSchema, operation.definition, variables);
    if (values.errors) return { errors: values.errors };
    const { coerced } = values;
    const { source, run: rest } = operation;
    if (!source || !rest) return { errors: [new GraphQLError('This subscription cannot be planned.')] };
    if (!this.#source) throw new Error('An executor of subscriptions needs `source`.');
    const request = source.request(this.#begin(variables, coerced, context));
    const events = await this.#source(source.subgraph, request, context);
    const answer = async (event: FetchResult): Promise<ExecutionResult> => {
      const run = this.#begin(variables, coerced, context);
      await source.event({ ...run, ask: async () => event }, { path: [], data: run.data });
      return this.#finish(operation, run, rest);
    };
    const answers: AsyncIterableIterator<ExecutionResult> = {
      [Symbol.asyncIterator]: () => answers,
      async next() {
        const { done, value } = await events.next();
        return done ? { done: true, value: undefined } : { done: false, value: await answer(value) };
      },
      async return() {
        await events.return?.();
        return { done: true, value: undefined };
      },
    };
    return answers;
  }

  #begin(variables: Variables, coerced: Variables, context: Context): Run {
    const ask: Run['ask'] = (subgraph, request) => this.#fetch(subgraph, request, context);
    return { data: {}, errors: [], variables, coerced, ask };
  }

  async #finish({ shapes }: PreparedOperation, run: Run, step: Step): Promise<ExecutionResult> {
    try {
      await step(run, { path: [], data: run.data });
      const unfit: GraphQLError[] = [];
      const data = shapes.for(run.coerced, run.variables)(run.data, unfit);
      if (run.errors.length > 0) return { data, errors: run.errors };
      return unfit.length > 0 ? { data, extensions: { valueCompletion: unfit } } : { data };
    } catch (error) {
      return { errors: [toGraphQLError(error)] };
    }
  }

  /** Gives the operation to Apollo's executor, over the same `fetch`. */
  async #handOver(
    operation: PreparedOperation,
    plan: PreparedOperation['plan'],
    variables: Variables,
    context: Context,
    fetch: Fetch<Context>,
  ): Promise<ExecutionResult> {
    const process = (name: string) => async (asked: { request: { query?: string; variables?: Variables } }) => {
      const { query = '', variables: sent = {} } = asked.request;
      const body = { query, variables: sent };
      const { data, errors } = await fetch(
        name,
        { ...body, kind: operation.definition.operation, encode: () => JSON.stringify(body) },
        context,
      );
      return { data, errors };
    };
    const names = [...this.#supergraph.subgraphsMetadata()].map(({ name }) => name);
    const serviceMap = Object.fromEntries(
      names.map((name) => [name, { process: process(name) }]),
    ) as unknown as ServiceMap;
    const operationContext = buildOperationContext({
      schema: this.apiSchema,
      operationDocument: operation.document,
      ...(operation.definition.name && { operationName: operation.definition.name.value }),
    });
    const request = { request: { variables }, context: {}, metrics: {} } as never;
    const schema = this.#supergraph.schema.toGraphQLJSSchema();
    return executeQueryPlan(plan, serviceMap, request, operationContext, schema, this.#supergraph.apiSchema());
  }
}
