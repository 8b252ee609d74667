/* The peer: @apollo/gateway in Apollo Server's own HTTP server, as their documentation starts them. */
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { forStockGateway } from '../../schema/compose.ts';
import { type BenchSubgraph, compose } from './graph.ts';
import { partArgument, partIsReady } from './process.ts';

const { supergraphSdl } = compose(partArgument<Record<BenchSubgraph, string>>());
const gateway = new ApolloGateway({ supergraphSdl: forStockGateway(supergraphSdl) });
const { url } = await startStandaloneServer(new ApolloServer({ gateway }), { listen: { host: '127.0.0.1', port: 0 } });
partIsReady(Number(new URL(url).port));
