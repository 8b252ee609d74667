/* The peer: Hive Gateway with its planner in Rust, as its documentation has it for Node. */
import { openHiveGateway } from '../../gateway/portability/testing/hive-gateway.ts';
import { type BenchSubgraph, compose } from './graph.ts';
import { listenLocally, partArgument, partIsReady } from './process.ts';

const { supergraphSdl } = compose(partArgument<Record<BenchSubgraph, string>>());
partIsReady(await listenLocally(await openHiveGateway(supergraphSdl)));
