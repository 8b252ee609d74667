/* The stock @apollo/gateway over the same `fetch`: the oracle of the differential tests. */
import { ApolloGateway } from '@apollo/gateway';
import { type ExecutionResult, parse } from 'graphql';
import type { FetchResult } from '../fetch.ts';

export interface StockExecutor {
  execute(query: string, variables: Record<string, unknown>, operationName?: string): Promise<ExecutionResult>;
  stop(): Promise<void>;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** @param supergraphSdl with an address for every subgraph and no mark `for: SECURITY`, which it refuses. */
export async function createStockExecutor(
  supergraphSdl: string,
  fetch: (subgraph: string, asked: { query: string; variables: Record<string, unknown> }) => Promise<FetchResult>,
): Promise<StockExecutor> {
  const gateway = new ApolloGateway({
    supergraphSdl,
    logger: silent,
    buildService: ({ name }) => ({
      process: async ({ request: { query = '', variables = {} } }) =>
        (await fetch(name, { query, variables })) as never,
    }),
  });
  const { executor } = await gateway.load();
  return {
    async execute(query, variables, operationName) {
      const document = { document: parse(query), queryHash: query, source: query };
      const request = { ...document, request: { query, variables, operationName } };
      return (await executor({ ...request, logger: silent, context: {}, metrics: {} } as never)) as ExecutionResult;
    },
    stop: () => gateway.stop(),
  };
}
