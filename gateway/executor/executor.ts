/*
 * Executes operations over a federated graph: Apollo's planner plans, the plan is compiled once per document and run
 * over a `fetch` of the caller's. A subscription opens its source at one subgraph and runs the rest of its plan for each
 * event. What cannot be compiled is run by Apollo's own executor, and counted.
 */
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { type ExecutionResult, GraphQLError, type GraphQLSchema } from 'graphql';
import { type Answers, answerEvents } from '../subscriptions/answers.ts';
import { type RunByApollo, runByApollo } from './apollo.ts';
import { type Authorise, type ForbiddenPlace, refusalAt, unmetBy } from './authorisation.ts';
import { Documents, type PreparedDocument } from './documents.ts';
import { downstreamError, toGraphQLError } from './errors.ts';
import type { Fetch, FetchRequest, FetchResult, Run, Step } from './fetch.ts';
import { copy, type Data, isObject } from './merge.ts';
import { type CompileVariables, interpretVariables, type Origin, type PreparedOperation } from './operation.ts';
import { RequirementsOfSchema } from './requirements.ts';
import type { Problem, Shape } from './shape.ts';
import { SharedFetches } from './sharing.ts';
import { type Asked, answeredFrom, type Splice } from './splice.ts';
import { TextResult } from './text-result.ts';

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
   * With the join directives, as composition writes it. Marks `for: SECURITY` are accepted, also without `authorise`:
   * subgraphs must enforce @authenticated and its like on their own fields then.
   */
  readonly supergraphSdl: string;
  readonly fetch: Fetch<Context>;
  /** Needed for subscriptions only. */
  readonly source?: Source<Context>;
  /** Enforces @authenticated, @requiresScopes and @policy: what is forbidden is null, told of, and never fetched. */
  readonly authorise?: Authorise<Context>;
  /**
   * For whom a subgraph's answer may be the same: equal fetches of queries that are under way at once and have equal keys
   * are asked once, on behalf of the first. Never shared where undefined. It must hold all that the subgraph knows of a
   * caller, such as the account; the text of the query and its variables are added.
   */
  readonly shareKey?: (context: Context, subgraph: string, request: FetchRequest) => string | undefined;
  /** How the values of variables are checked; by graphql-js when absent. Must say what graphql-js would. */
  readonly compileVariables?: CompileVariables;
  /** What every result goes through before it is told; as it is when absent. Must not throw. */
  readonly present?: (result: ExecutionResult) => Result;
  /** How many documents are kept prepared, and again by operation name; 1,000 when absent. */
  readonly documentsKept?: number;
  /** The most tokens a document may have; 10,000 when absent. Parsing stops there. */
  readonly tokenLimit?: number;
  /** Whether nobody is told which names he may have meant: they would give away a schema that may not be read. */
  readonly hideSuggestions?: boolean;
}

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

/** One execution, and on whose behalf. */
interface Call<Context> {
  readonly variables: Variables;
  readonly coerced: Variables;
  readonly context: Context;
}

class CompiledExecutor<Context, Result> implements Executor<Context, Result> {
  readonly apiSchema: GraphQLSchema;
  readonly statistics: ExecutorStatistics;
  readonly #documents: Documents;
  readonly #authorise: Authorise<Context> | undefined;
  readonly #fetch: Fetch<Context>;
  readonly #source: Source<Context> | undefined;
  readonly #shareKey: ExecutorOptions<Context>['shareKey'];
  readonly #shared = new SharedFetches();
  readonly #present: (result: ExecutionResult) => Result;
  readonly #failed: (error: unknown) => Result;
  readonly #byApollo: RunByApollo<Context>;

  constructor(options: ExecutorOptions<Context, Result>) {
    const supergraph = Supergraph.build(options.supergraphSdl, {
      supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
      // Composition has validated it; doing so again takes half of the start.
      validateSupergraph: false,
    });
    this.apiSchema = supergraph.apiSchema().toGraphQLJSSchema();
    this.#authorise = options.authorise;
    this.#documents = new Documents({
      supergraph,
      apiSchema: this.apiSchema,
      compileVariables: options.compileVariables ?? interpretVariables,
      demands: options.authorise && new RequirementsOfSchema(supergraph.schema),
      documentsKept: options.documentsKept ?? DOCUMENTS_KEPT,
      tokenLimit: options.tokenLimit ?? TOKEN_LIMIT,
      hideSuggestions: options.hideSuggestions ?? false,
    });
    this.statistics = this.#documents.statistics;
    this.#fetch = options.fetch;
    this.#source = options.source;
    this.#shareKey = options.shareKey;
    const present = options.present ?? ((result) => result as Result);
    this.#present = present;
    this.#failed = (error) => present({ errors: [toGraphQLError(error)] });
    this.#byApollo = runByApollo(supergraph, this.apiSchema, options.fetch);
  }

  prepare(query: string, operationName?: string): PreparedDocument {
    return this.#documents.prepare(query, operationName);
  }

  execute(operation: PreparedOperation, variables: Variables, context: Context): Promise<Result> {
    if (operation.definition.operation === 'subscription')
      return Promise.resolve(this.#failed(new GraphQLError('A subscription is subscribed to, not executed.')));
    const values = operation.coerce(variables);
    if (values.errors) return Promise.resolve(this.#present({ errors: values.errors }));
    const call = { variables, coerced: values.coerced, context };
    try {
      const permitted = this.#permit(operation, context);
      if (!('then' in permitted)) return this.#run(permitted, call);
      return permitted.then((later) => this.#run(later, call)).catch(this.#failed);
    } catch (error) {
      return Promise.resolve(this.#failed(error));
    }
  }

  /** What is left of an operation for this caller; at once, unless policies are asked for. */
  #permit(operation: PreparedOperation, context: Context): PreparedOperation | Promise<PreparedOperation> {
    const { guard } = operation;
    if (!guard || !this.#authorise) return operation;
    const unmet = unmetBy(guard.operation, context, this.#authorise);
    if (!('then' in unmet)) return this.#documents.without(operation, guard, unmet);
    return unmet.then((requirements) => this.#documents.without(operation, guard, requirements));
  }

  #run(operation: PreparedOperation, call: Call<Context>): Promise<Result> {
    const answer = this.#answer(operation, call);
    // A plan of one fetch does so itself, without another promise.
    return operation.only || !this.#seals(operation) ? answer : answer.finally(() => this.#shared.seal());
  }

  /** Whether nobody may join, after it, a fetch that was under way before. */
  #seals({ definition }: PreparedOperation): boolean {
    return this.#shareKey !== undefined && definition.operation === 'mutation';
  }

  #answer(operation: PreparedOperation, call: Call<Context>): Promise<Result> {
    const { only, run, splice } = operation;
    const ask = this.#asker(operation, call.context);
    if (only) return this.#ask(operation, only, call, ask);
    if (!run) return this.#handOver(operation, call).then(this.#present, this.#failed);
    if (splice?.isWorthIt()) return this.#runSpliced(operation, splice, call, ask);
    return this.#runCompiled(operation, run, call, ask).then(this.#present, this.#failed);
  }

  #asker({ definition }: PreparedOperation, context: Context): Run['ask'] {
    const shareKey = this.#shareKey;
    const fetch: Run['ask'] = (subgraph, request) => this.#fetch(subgraph, request, context);
    if (!shareKey || definition.operation !== 'query') return fetch;
    return (subgraph, request) => {
      const key = shareKey(context, subgraph, request);
      if (key === undefined) return fetch(subgraph, request);
      return this.#shared.ask(key, subgraph, request, (encoded) => fetch(subgraph, encoded));
    };
  }

  /** Runs a plan of one fetch. */
  async #ask(
    operation: PreparedOperation,
    { subgraph, request }: Origin,
    call: Call<Context>,
    ask: Run['ask'],
  ): Promise<Result> {
    let yielded: FetchResult;
    try {
      yielded = await ask(subgraph, request(call));
    } catch (error) {
      return this.#answerWhole(operation, subgraph, call)({}, [toGraphQLError(error)]);
    } finally {
      if (this.#seals(operation)) this.#shared.seal();
    }
    const { splice } = operation;
    const text = yielded.text !== undefined && splice?.isWorthIt() ? splice.whole(yielded.text) : undefined;
    return text === undefined ? this.#answerWhole(operation, subgraph, call)(yielded) : this.#presentText(text);
  }

  /** Runs a plan over texts, and where nothing comes of that, over the objects in them. */
  async #runSpliced(
    operation: PreparedOperation,
    splice: Splice,
    call: Call<Context>,
    ask: Run['ask'],
  ): Promise<Result> {
    const asked: Asked[] = [];
    const text = await splice.run({ variables: call.variables, ask }, asked);
    if (text !== undefined) return this.#presentText(text);
    const run = this.#runCompiled(operation, operation.run as Step, call, answeredFrom(asked, ask));
    return run.then(this.#present, this.#failed);
  }

  #presentText(text: string): Result {
    return this.#present(new TextResult(text, true));
  }

  async subscribe(
    operation: PreparedOperation,
    variables: Variables,
    context: Context,
  ): Promise<Answers<Result> | Result> {
    if (operation.definition.operation !== 'subscription') {
      return this.#failed(new GraphQLError('Only subscriptions are subscribed to.'));
    }
    const values = operation.coerce(variables);
    if (values.errors) return this.#present({ errors: values.errors });
    const call = { variables, coerced: values.coerced, context };
    try {
      const permitted = operation.guard ? await this.#permit(operation, context) : operation;
      const { source } = permitted;
      // Nothing is left: the answer says why.
      if (!source) return this.#present({ errors: this.#shaped(permitted, {}, undefined, call).errors ?? [] });
      if (!this.#source) throw new Error('There are no subscriptions here.');
      const events = await this.#source(source.subgraph, source.request(call), context);
      const answerWhole = source.isWhole && this.#answerWhole(permitted, source.subgraph, call);
      const answer = (event: FetchResult) => {
        this.#shared.seal();
        return answerWhole ? answerWhole(event) : this.#answerEvent(permitted, event, call);
      };
      return answerEvents(events, answer, this.#failed);
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** Runs the plan of a subscription, with the event for the answer to its first fetch. */
  #answerEvent(operation: PreparedOperation, event: FetchResult, call: Call<Context>): Promise<Result> {
    const { run, splice } = operation;
    if (!run) return this.#handOver(operation, call, copy(event)).then(this.#present, this.#failed);
    const spliced = !event.errors && splice?.isWorthIt() ? splice : undefined;
    const first = spliced ? new TextResult(JSON.stringify({ data: event.data }), true) : copy(event);
    let taken = false;
    const ask: Run['ask'] = async (subgraph, request) => {
      if (taken) return this.#fetch(subgraph, request, call.context);
      taken = true;
      return first;
    };
    if (spliced) return this.#runSpliced(operation, spliced, call, ask);
    return this.#runCompiled(operation, run, call, ask).then(this.#present, this.#failed);
  }

  async #handOver(operation: PreparedOperation, call: Call<Context>, event?: FetchResult): Promise<ExecutionResult> {
    const result = await this.#byApollo(operation.handedOver, call.variables, call.context, event);
    return operation.permitted && result.data ? this.#shaped(operation, result.data, result.errors, call) : result;
  }

  async #runCompiled(
    operation: PreparedOperation,
    step: Step,
    call: Call<Context>,
    ask: Run['ask'],
  ): Promise<ExecutionResult> {
    const { variables, coerced } = call;
    const run: Run = { data: {}, errors: [], variables, coerced, ask };
    try {
      await step(run, { path: [], data: run.data });
      return this.#shaped(operation, run.data, run.errors, call);
    } catch (error) {
      return { errors: [toGraphQLError(error)] };
    }
  }

  /**
   * Answers with what has everything: at once, and as `#runCompiled` would. Keeps no more than it needs.
   * @returns a function of what the subgraph yielded, or of what went wrong in asking it.
   */
  #answerWhole(
    operation: PreparedOperation,
    subgraph: string,
    call: Call<Context>,
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
        shape ??= operation.shapes.for(call.coerced, call.variables);
        return this.#present(this.#shaped(operation, isObject(data) ? data : {}, told, call, shape));
      } catch (error) {
        return this.#present({ errors: [toGraphQLError(error)] });
      }
    };
  }

  #shaped(
    operation: PreparedOperation,
    tree: Data,
    errors: readonly GraphQLError[] | undefined,
    { variables, coerced, context }: Call<Context>,
    shape = operation.shapes.for(coerced, variables),
  ): ExecutionResult {
    const problems: Problem[] = [];
    const data = shape(tree, problems);
    const refusals = operation.permitted && problems.filter(isForbiddenPlace);
    if (refusals?.length && this.#authorise) {
      const authorise = this.#authorise;
      return { errors: [...(errors ?? []), ...refusals.map((place) => refusalAt(place, context, authorise))], data };
    }
    if (errors && errors.length > 0) return { errors, data };
    // A null where none may be, and nobody who told why: as Apollo's executor, beside the data and not as an error.
    return problems.length > 0 ? { extensions: { valueCompletion: problems }, data } : { data };
  }
}

function isForbiddenPlace(problem: Problem): problem is ForbiddenPlace {
  return 'requirement' in problem;
}
