/* The peer: Hive Gateway with its planner in Rust, HTTP to subgraphs, WebSocket for subscriptions. */
import { openHiveGateway } from '../../gateway/portability/testing/hive-gateway.ts';
import { listenLocally, partArgument, partIsReady } from '../gateway/process.ts';
import { compose, type Urls } from './graph.ts';

const { supergraphSdl } = compose(partArgument<Urls>());
partIsReady(await listenLocally(await openHiveGateway(supergraphSdl)));
