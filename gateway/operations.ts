/*
 * What happens to an operation, whichever way it came: checked, planned, run over the links on behalf of its caller, and
 * told in presentable form. HTTP and sockets are two skins over this.
 */
import {
  type DocumentNode,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { SubgraphName } from '../schema/events.ts';
import type { Caller, CallerSigner } from '../subgraphs/kernel/caller.ts';
import { compileVariables } from '../subgraphs/kernel/coercion.ts';
import { presentError, Refusal } from '../subgraphs/kernel/errors.ts';
import { LIVE_QUEUE_LIMIT } from '../subgraphs/kernel/live-messages.ts';
import type { FromCache } from './caching/cached-fetch.ts';
import type { GraphCache } from './caching/gateway-cache.ts';
import type { DescribedAnswer, ResponseHeaders } from './caching/response-headers.ts';
import type { Authorise } from './executor/authorisation.ts';
import { createExecutor, type ExecutorStatistics, type Source } from './executor/executor.ts';
import type { Fetch } from './executor/fetch.ts';
import type { PreparedOperation } from './executor/operation.ts';
import type { LinkHeaders, SubgraphLink } from './link.ts';
import type { Account } from './protection/admission.ts';
import { type CompiledCost, compileCost } from './protection/cost.ts';
import type { FoundDocument } from './protection/documents.ts';
import { type Protection, slicingArguments } from './protection/protection.ts';
import { structureRefusal } from './protection/structure.ts';
import { readWeights } from './protection/weights.ts';
import type { PublishedFields } from './published.ts';
import type { Answers } from './subscriptions/answers.ts';
import { publishedSource } from './subscriptions/published.ts';
import { shareUpstreams } from './subscriptions/upstreams.ts';

/** Ten times the longest document of our own clients. */
const DOCUMENT_CHARACTERS = 32_768;
/** As many as the executor keeps. */
const DOCUMENTS_KEPT = 1_000;

export interface OperationRequest {
  readonly query?: string | null | undefined;
  /** Names a document that was registered ahead. */
  readonly documentId?: string | null | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** On whose behalf an operation runs, and under which id the log and the subgraphs know it. */
export interface OperationCall {
  readonly caller: Caller;
  readonly requestId: string;
  /** Of the client: limits go by it where the caller is nobody. */
  readonly address?: string | undefined;
  /** After which instant nobody waits for the answer; see LinkHeaders. */
  readonly deadline?: number | undefined;
  /** Names those who hear the same of a subscription: they share what is opened for the first of them. */
  readonly sharedWith?: string | undefined;
  /** Where is noted how old the answer is, for whoever wants to know. */
  readonly fromCache?: FromCache | undefined;
  /** W3C Trace Context: what the operation is a part of, where it is traced. */
  readonly traceparent?: string | undefined;
}

type Variables = NonNullable<OperationRequest['variables']>;

interface Unfit {
  readonly errors: readonly GraphQLFormattedError[];
}

export type Prepared = { readonly operation: PreparedOperation; readonly errors?: undefined } | Unfit;

export interface Operations {
  /** Documents that were compiled, and those that Apollo's executor has to run. */
  readonly statistics: ExecutorStatistics;
  /**
   * Finds the document, checks and plans; documents seen before cost nothing. Errors are presentable. Documents that were
   * registered at another gateway are found by `find` only. @param address of the client, where it is known.
   */
  prepare(request: OperationRequest, caller: Caller, address?: string): Prepared;
  /** As `prepare`; a promise where the document has to be looked for elsewhere. Never rejects. */
  find(request: OperationRequest, caller: Caller, address?: string): Prepared | Promise<Prepared>;
  /** Plans a trusted document ahead. @returns whether this graph has an answer to it. */
  warm(text: string): boolean;
  /** Charges its caller, then runs a query or mutation. Never rejects. */
  execute(
    operation: PreparedOperation,
    variables: OperationRequest['variables'],
    call: OperationCall,
  ): Promise<FormattedExecutionResult>;
  /** Charges its caller, then opens a subscription; a refusal is a result with `errors`. What fails later is the last answer. */
  subscribe(
    operation: PreparedOperation,
    variables: OperationRequest['variables'],
    call: OperationCall,
  ): Promise<Answers<FormattedExecutionResult> | FormattedExecutionResult>;
  /** What HTTP is told about keeping the answer to a GET. */
  responseHeaders(answer: DescribedAnswer): ResponseHeaders;
  present(error: unknown): GraphQLFormattedError;
}

export interface OperationsOptions {
  readonly supergraphSdl: string;
  readonly links: Readonly<Record<SubgraphName, SubgraphLink>>;
  readonly signer: CallerSigner;
  readonly log: Logger;
  /** Whether everybody may ask for the schema itself, or administrators only. */
  readonly introspection: 'everybody' | 'administrators';
  /** Without it every document runs for everybody, whatever it costs: for benchmarks and tests of other things. */
  readonly protection?: Protection | undefined;
  /** Subscriptions that are read from where they are published; without it all are opened at subgraphs. */
  readonly published?: PublishedFields | undefined;
  /** Without it nothing is kept, and no fetch is shared. */
  readonly cache?: GraphCache | undefined;
}

/** A document that has been seen before, by its text and the name of its operation. */
interface Known {
  readonly operation: PreparedOperation;
  readonly asksForSchema: boolean;
  readonly errors?: undefined;
}

export function createOperations(options: OperationsOptions): Operations {
  const { supergraphSdl, links, signer, log, introspection, protection, cache, published } = options;
  const present = (error: unknown) => presentError(error, log);
  const presentResult = (result: ExecutionResult): FormattedExecutionResult =>
    result.errors ? { ...result, errors: result.errors.map(present) } : (result as FormattedExecutionResult);
  /** Asks on behalf of the caller; in this very turn where the token is there already. */
  const asCaller = <Answer>(
    subgraph: string,
    { caller, requestId, traceparent, deadline }: OperationCall,
    ask: (headers: LinkHeaders) => Promise<Answer>,
  ): Promise<Answer> => {
    const token = signer.sign(caller, subgraph as SubgraphName);
    if (typeof token === 'string') return ask({ authorization: token, requestId, traceparent, deadline });
    return token.then((authorization) => ask({ authorization, requestId, traceparent, deadline }));
  };
  const fetch: Fetch<OperationCall> = (subgraph, request, call) =>
    asCaller(subgraph, call, (headers) => links[subgraph as SubgraphName].execute(request, headers));
  const source: Source<OperationCall> = (subgraph, request, call) =>
    asCaller(subgraph, call, (headers) => links[subgraph as SubgraphName].subscribe(request, headers));
  const executor = createExecutor<OperationCall, FormattedExecutionResult>({
    supergraphSdl,
    compileVariables,
    hideSuggestions: introspection === 'administrators',
    authorise,
    present: presentResult,
    fetch: cache?.around(fetch) ?? fetch,
    ...(cache && { shareKey: (call, subgraph, request) => cache.sharing(subgraph, request, call) }),
    source: shareUpstreams(
      published ? publishedSource({ ...published, sdl: supergraphSdl, otherwise: source }) : source,
      { shareKey: (_subgraph, _request, { sharedWith }) => sharedWith, queueLimit: LIVE_QUEUE_LIMIT, fellBehind },
    ),
  });
  const known = new LRUCache<string, Known>({ max: DOCUMENTS_KEPT });
  const costs = new WeakMap<PreparedOperation, CompiledCost>();
  const costModel = protection && { schema: executor.apiSchema, weights: readWeights(supergraphSdl), slicingArguments };

  const refused = (refusal: unknown) => ({ errors: [present(refusal)] });

  /** Looks at a document that was not seen before, cheapest first. */
  function learn(key: string, text: string, operationName: string | undefined, isTrusted: boolean): Known | Unfit {
    if (text.length > DOCUMENT_CHARACTERS) {
      const message = `query must be at most ${DOCUMENT_CHARACTERS} characters long.`;
      return refused(new Refusal('BAD_USER_INPUT', message));
    }
    const unfit = protection && !isTrusted && structureRefusal(text);
    if (unfit) return refused(unfit);
    const prepared = executor.prepare(text, operationName);
    if (prepared.errors) return { errors: prepared.errors.map(present) };
    const { operation } = prepared;
    if (costModel) costs.set(operation, compileCost(costModel, operation.definition, operation.fragments));
    const learned = { operation, asksForSchema: asksForSchema(operation.document) };
    known.set(key, learned);
    return learned;
  }

  function prepareFound(found: FoundDocument | Refusal, request: OperationRequest, account: Account): Prepared {
    if (found instanceof Refusal) {
      protection?.admission.chargeRefused(account);
      return refused(found);
    }
    const operationName = request.operationName ?? undefined;
    const { text, isTrusted, registerAs } = found;
    // The length keeps apart what name and text would otherwise blur; the name is the client's, of any letters.
    const key = operationName === undefined ? text : `${operationName.length}:${operationName}${text}`;
    let document: Known | Unfit | undefined = known.get(key);
    if (!document) {
      const exhausted = protection?.admission.refuseUnseen(account);
      if (exhausted) return refused(exhausted);
      document = learn(key, text, operationName, isTrusted);
      if (document.errors) {
        protection?.admission.chargeRefused(account);
        return document;
      }
    }
    if (registerAs !== undefined) void protection?.documents.register(registerAs, text);
    const mayRun = introspection === 'everybody' || account.caller.scopes.includes('administrator');
    if (mayRun || !document.asksForSchema) return { operation: document.operation };
    return refused(new Refusal('FORBIDDEN', 'Only administrators may read the schema here.'));
  }

  function find(request: OperationRequest, caller: Caller, address?: string): Prepared | Promise<Prepared> {
    const account = { caller, address };
    const { query } = request;
    const found = protection
      ? protection.documents.find(request, caller)
      : query
        ? { text: query, isTrusted: false }
        : new Refusal('BAD_USER_INPUT', 'query is needed.');
    if (!(found instanceof Promise)) return prepareFound(found, request, account);
    return found.then((later) => prepareFound(later, request, account));
  }

  /** Undefined where the operation may run. */
  function admit(operation: PreparedOperation, variables: Variables, call: OperationCall) {
    const cost = costs.get(operation);
    const refusal = cost && protection?.admission.admit(cost, variables, call);
    return refusal && refused(refusal);
  }

  return {
    statistics: executor.statistics,
    present,
    responseHeaders: (answer) => cache?.responseHeaders(answer) ?? { 'cache-control': 'no-store' },
    find,
    prepare(request, caller, address) {
      const prepared = find(request, caller, address);
      if (!(prepared instanceof Promise)) return prepared;
      return refused(new Refusal('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound'));
    },
    warm: (text) => known.has(text) || !learn(text, text, undefined, true).errors,
    execute(operation, variables, call) {
      const given = variables ?? {};
      const answer = admit(operation, given, call);
      if (answer) return Promise.resolve(answer);
      return executor.execute(operation, given, protection ? { ...call, deadline: protection.deadline() } : call);
    },
    subscribe(operation, variables, call) {
      const given = variables ?? {};
      const answer = admit(operation, given, call);
      // Each event has as much time as a request.
      return answer ? Promise.resolve(answer) : executor.subscribe(operation, given, call);
    },
  };
}

const fellBehind = () => new Refusal('UNAVAILABLE', 'The subscription fell too far behind; subscribe again.');

/** As subgraphs do on their own fields, in their words: see graph.ts of the kernel. */
const authorise: Authorise<OperationCall> = {
  isAuthenticated: ({ caller }) => caller.accountId !== undefined,
  scopes: ({ caller }) => caller.scopes,
  refuse({ caller }, requirement) {
    const isKnown = caller.accountId !== undefined || caller.retailerId !== undefined;
    if (requirement.kind === 'authenticated' || !isKnown) return new Refusal('UNAUTHENTICATED');
    const needed = requirement.anyOf.map((allOf) => allOf.join(' and ')).join(' or ');
    return new Refusal('FORBIDDEN', `This needs the scope ${needed}.`);
  },
};

/** Whether any selection names the schema; looks into every fragment, used or not: nobody needs an unused one. */
function asksForSchema(document: DocumentNode): boolean {
  const names = ({ selections }: SelectionSetNode): boolean =>
    selections.some((selection) => {
      if (selection.kind === Kind.FIELD)
        return selection.name.value === '__schema' || selection.name.value === '__type';
      return selection.kind === Kind.INLINE_FRAGMENT && names(selection.selectionSet);
    });
  return document.definitions.some(
    (definition) => 'selectionSet' in definition && names(definition.selectionSet as never),
  );
}
