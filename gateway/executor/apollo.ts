/*
 * Apollo's own executor, for plans that cannot be compiled here (interface objects in paths, arguments from context,
 * what later planners bring): slower, and right by definition. It asks through the same `fetch`.
 */
import type { Supergraph } from '@apollo/federation-internals';
import { executeQueryPlan, type ServiceMap } from '@apollo/gateway';
import type { PlanNode, QueryPlan } from '@apollo/query-planner';
import { type ExecutionResult, type GraphQLSchema, OperationTypeNode } from 'graphql';
import { toGraphQLError } from './errors.ts';
import type { Fetch, FetchRequest, FetchResult } from './fetch.ts';
import type { PreparedOperation } from './operation.ts';

/** Runs a prepared operation; never rejects. With `event`, that of a subscription. */
export type RunByApollo<Context> = (
  operation: PreparedOperation['handedOver'],
  variables: Readonly<Record<string, unknown>>,
  context: Context,
  event?: FetchResult,
) => Promise<ExecutionResult>;

/** Stands for the subgraph of a subscription; no subgraph can be called so. */
const EVENT = '@event';
const MUTATION = /^\s*mutation\b/;

export function runByApollo<Context>(
  supergraph: Supergraph,
  apiSchema: GraphQLSchema,
  fetch: Fetch<Context>,
): RunByApollo<Context> {
  const supergraphSchema = supergraph.schema.toGraphQLJSSchema();
  const subgraphs = supergraph.subgraphsMetadata().map(({ name }) => name);
  return async (operation, variables, context, event) => {
    const services: ServiceMap = Object.create(null);
    for (const name of subgraphs) {
      services[name] = { process: async ({ request }) => (await fetch(name, asked(request), context)) as never };
    }
    services[EVENT] = { process: async () => event as never };
    const requestContext = { request: { variables }, context: {}, metrics: {} };
    const { definition, fragments } = operation;
    try {
      return await executeQueryPlan(
        event ? planOfEvent(operation.plan) : operation.plan,
        services,
        requestContext as never,
        { schema: apiSchema, operation: definition, fragments: { ...fragments } },
        supergraphSchema,
        supergraph.apiSchema(),
      );
    } catch (error) {
      return { errors: [toGraphQLError(error)] };
    }
  };
}

/** What is left to do once an event is there, as a plan whose first fetch yields the event. */
function planOfEvent({ node }: QueryPlan): QueryPlan {
  if (node?.kind !== 'Subscription') return { kind: 'QueryPlan' };
  const first: PlanNode = { ...node.primary, serviceName: EVENT };
  return { kind: 'QueryPlan', node: node.rest ? { kind: 'Sequence', nodes: [first, node.rest] } : first };
}

interface AskedByApollo {
  readonly query?: string;
  readonly operationName?: string;
  readonly variables?: Record<string, unknown>;
}

function asked({ query = '', operationName, variables = {} }: AskedByApollo): FetchRequest {
  return {
    query,
    operationName,
    variables,
    // Apollo's executor does not say; the planner writes the keyword first.
    kind: MUTATION.test(query) ? OperationTypeNode.MUTATION : OperationTypeNode.QUERY,
    encode: () => JSON.stringify({ query, operationName, variables }),
  };
}
