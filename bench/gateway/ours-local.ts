/*
 * Our gateway with the subgraphs in its own process: they check the gateway's token and execute compiled operations, as
 * subgraph.ts of the kernel does. What the subgraphs do is counted here, and not for gateways over HTTP.
 */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type FormattedExecutionResult, parse } from 'graphql';
import type { SubgraphLink } from '../../gateway/link.ts';
import { CallerVerifier } from '../../subgraphs/kernel/caller.ts';
import { systemClock } from '../../subgraphs/kernel/clock.ts';
import { type CompiledOperation, compileOperations } from '../../subgraphs/kernel/execution.ts';
import { keys, serveOurs } from './entrance.ts';
import { type BenchSubgraph, benchSubgraphs, compose, resolvers, sdls } from './graph.ts';
import { partArgument } from './process.ts';

function localLink(name: BenchSubgraph): SubgraphLink {
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdls[name]), resolvers: resolvers[name] as never }]);
  const verifier = new CallerVerifier(keys.gatewayPublicKey, name, systemClock);
  const compiled = new Map<string, CompiledOperation>();
  const operationOf = (query: string, operationName: string | undefined): CompiledOperation => {
    let operation = compiled.get(query);
    if (!operation) {
      operation = compileOperations(schema, parse(query)).get(operationName) as CompiledOperation;
      compiled.set(query, operation);
    }
    return operation;
  };
  return {
    name,
    async execute({ query, operationName, variables }, { authorization }) {
      const contextValue = await verifier.verify(authorization);
      const answer = operationOf(query, operationName)({ contextValue, variableValues: variables });
      return (await answer) as FormattedExecutionResult;
    },
    subscribe: () => Promise.reject(new Error('Nobody subscribes here.')),
    ready: async () => undefined,
    close: async () => undefined,
  };
}

const { supergraphSdl } = compose(partArgument<Record<BenchSubgraph, string>>());
await serveOurs(supergraphSdl, Object.fromEntries(benchSubgraphs.map((name) => [name, localLink(name)])));
