/*
 * One subgraph of the benchmark as a process. Each request is executed once by the real federated schema; the same
 * request is then answered from memory, so that what is measured is the gateway in front.
 */
import { createServer } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { type BenchSubgraph, resolvers, sdls } from './graph.ts';
import { listenLocally, partArgument, partIsReady } from './process.ts';

const name = partArgument<BenchSubgraph>();
const schema = buildSubgraphSchema([{ typeDefs: parse(sdls[name]), resolvers: resolvers[name] as never }]);
const answer = remembering(async (body) => {
  const { query, variables, operationName } = JSON.parse(body);
  return Buffer.from(
    JSON.stringify(await graphql({ schema, source: query, variableValues: variables, operationName })),
  );
});

function remembering(compute: (body: string) => Promise<Buffer>): (body: string) => Promise<Buffer> {
  const known = new Map<string, Promise<Buffer>>();
  return (body) => {
    const answer = known.get(body) ?? compute(body);
    known.set(body, answer);
    return answer;
  };
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', async () => {
    const content = await answer(Buffer.concat(chunks).toString());
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': content.length });
    response.end(content);
  });
});
server.keepAliveTimeout = 60_000;
partIsReady(await listenLocally(server));
