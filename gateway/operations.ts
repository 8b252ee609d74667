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
import type { Logger } from 'pino';
import type { SubgraphName } from '../schema/events.ts';
import type { Caller, CallerSigner } from '../subgraphs/kernel/caller.ts';
import { compileVariables } from '../subgraphs/kernel/coercion.ts';
import { presentError, Refusal } from '../subgraphs/kernel/errors.ts';
import type { SubgraphHeaders } from '../subgraphs/kernel/subgraph.ts';
import type { Authorise } from './executor/authorisation.ts';
import { createExecutor } from './executor/executor.ts';
import type { PreparedOperation } from './executor/operation.ts';
import type { SubgraphLink } from './link.ts';
import type { Answers } from './subscriptions/answers.ts';

/** Ten times the longest document of our own clients. */
const DOCUMENT_CHARACTERS = 32_768;

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
}

export type Prepared =
  | { readonly operation: PreparedOperation; readonly errors?: undefined }
  | { readonly errors: readonly GraphQLFormattedError[] };

export interface Operations {
  /** Checks and plans; documents seen before cost nothing. Errors are presentable. */
  prepare(request: OperationRequest, caller: Caller): Prepared;
  /** Runs a query or mutation. Never rejects. */
  execute(
    operation: PreparedOperation,
    variables: OperationRequest['variables'],
    call: OperationCall,
  ): Promise<FormattedExecutionResult>;
  /** Opens a subscription; a refusal is a result with `errors`. What fails later is the last answer. */
  subscribe(
    operation: PreparedOperation,
    variables: OperationRequest['variables'],
    call: OperationCall,
  ): Promise<Answers<FormattedExecutionResult> | FormattedExecutionResult>;
  present(error: unknown): GraphQLFormattedError;
}

export interface OperationsOptions {
  readonly supergraphSdl: string;
  readonly links: Readonly<Record<SubgraphName, SubgraphLink>>;
  readonly signer: CallerSigner;
  readonly log: Logger;
  /** Whether everybody may ask for the schema itself, or administrators only. */
  readonly introspection: 'everybody' | 'administrators';
}

export function createOperations({ supergraphSdl, links, signer, log, introspection }: OperationsOptions): Operations {
  const present = (error: unknown) => presentError(error, log);
  const presentResult = (result: ExecutionResult): FormattedExecutionResult =>
    result.errors ? { ...result, errors: result.errors.map(present) } : (result as FormattedExecutionResult);
  /** Asks on behalf of the caller; in this very turn where the token is there already. */
  const asCaller = <Answer>(
    subgraph: string,
    { caller, requestId }: OperationCall,
    ask: (headers: SubgraphHeaders) => Promise<Answer>,
  ): Promise<Answer> => {
    const token = signer.sign(caller, subgraph as SubgraphName);
    if (typeof token === 'string') return ask({ authorization: token, requestId });
    return token.then((authorization) => ask({ authorization, requestId }));
  };
  const executor = createExecutor<OperationCall, FormattedExecutionResult>({
    supergraphSdl,
    compileVariables,
    authorise,
    present: presentResult,
    fetch: (subgraph, request, call) =>
      asCaller(subgraph, call, (headers) => links[subgraph as SubgraphName].execute(request, headers)),
    source: (subgraph, request, call) =>
      asCaller(subgraph, call, (headers) => links[subgraph as SubgraphName].subscribe(request, headers)),
  });
  const introspects = new WeakMap<DocumentNode, boolean>();

  const mayRun = ({ document }: PreparedOperation, caller: Caller) => {
    if (introspection === 'everybody' || caller.scopes.includes('administrator')) return true;
    if (!introspects.has(document)) introspects.set(document, asksForSchema(document));
    return !introspects.get(document);
  };

  return {
    present,
    prepare({ query, operationName }, caller) {
      if (query == null) return { errors: [present(new Refusal('BAD_USER_INPUT', 'query is needed.'))] };
      if (query.length > DOCUMENT_CHARACTERS) {
        const message = `query must be at most ${DOCUMENT_CHARACTERS} characters long.`;
        return { errors: [present(new Refusal('BAD_USER_INPUT', message))] };
      }
      const prepared = executor.prepare(query, operationName ?? undefined);
      if (prepared.errors) return { errors: prepared.errors.map(present) };
      if (mayRun(prepared.operation, caller)) return { operation: prepared.operation };
      return { errors: [present(new Refusal('FORBIDDEN', 'Only administrators may read the schema here.'))] };
    },
    execute: (operation, variables, call) => executor.execute(operation, variables ?? {}, call),
    subscribe: (operation, variables, call) => executor.subscribe(operation, variables ?? {}, call),
  };
}

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
