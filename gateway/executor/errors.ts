/*
 * Errors as Apollo's executor tells them: a subgraph's error keeps its message and extensions, gets the subgraph's
 * name and, where it has none, the code DOWNSTREAM_SERVICE_ERROR. Codes of errors that are found before any subgraph
 * is asked are those that Apollo Server uses.
 */
import { GraphQLError } from 'graphql';
import type { SubgraphError } from './fetch.ts';

export type OperationErrorCode =
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'OPERATION_RESOLUTION_FAILURE'
  | 'BAD_USER_INPUT';

/** The same error with a code, unless it has one. */
export function withCode(error: GraphQLError, code: OperationErrorCode): GraphQLError {
  error.extensions.code ??= code;
  return error;
}

export function downstreamError(
  error: SubgraphError,
  subgraph: string,
  path: readonly (string | number)[] | undefined,
): GraphQLError {
  return new GraphQLError(error.message || `Error while fetching subquery from service "${subgraph}"`, {
    ...(path && { path }),
    extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', ...error.extensions, serviceName: subgraph },
  });
}

export function toGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const original = error instanceof Error ? error : new Error(messageOf(error), { cause: error });
  return new GraphQLError(original.message, { originalError: original });
}

/** Time-outs and errors of other realms are no `Error` of ours, and have a message all the same. */
function messageOf(thrown: unknown): string {
  const { message } = (thrown ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message : String(thrown);
}
