/* The peer: Hive Gateway with its planner in Rust, as its documentation has it for Node. */
import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import { type BenchSubgraph, compose } from './graph.ts';
import { listenLocally, partArgument, partIsReady } from './process.ts';

const { supergraphSdl } = compose(partArgument<Record<BenchSubgraph, string>>());
const gateway = createGatewayRuntime({ supergraph: () => supergraphSdl, unifiedGraphHandler, logging: false });
await gateway.getSchema();
partIsReady(await listenLocally(createServer(gateway as never)));
