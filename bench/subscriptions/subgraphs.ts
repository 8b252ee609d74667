/*
 * The three subgraphs as one process, so that they take one core together. Entities are executed once and then answered
 * from memory; connections tells events over graphql-transport-ws when it is asked to.
 */
import { createServer } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { Mailbox } from '../../subgraphs/kernel/mailbox.ts';
import { listenLocally, partIsReady } from '../gateway/process.ts';
import { type EventSubgraph, eventSubgraphs, meeting, resolvers, sdls, type Urls } from './graph.ts';

export type SubgraphsQuestion =
  /** Answered with where they are. */
  | 'urls'
  /** Answered when so many streams are open. */
  | { readonly streams: number }
  /** Answered with how many streams are open. */
  | 'open'
  /** Tells so many events, one stream after the other; `from` numbers the first, or all where they are the same. */
  | { readonly tell: number; readonly from: number; readonly isSame: boolean };

const streams: Mailbox<object>[] = [];
/** Events of one turn of the event loop. */
const PER_TURN = 16;

async function serve(name: EventSubgraph): Promise<string> {
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdls[name]), resolvers: resolvers[name] as never }]);
  const known = new Map<string, Promise<Buffer>>();
  const answer = async (body: string) => {
    const { query, variables, operationName } = JSON.parse(body);
    const result = await graphql({ schema, source: query, variableValues: variables, operationName });
    return Buffer.from(JSON.stringify(result));
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const body = Buffer.concat(chunks).toString();
      const kept = known.get(body) ?? answer(body);
      known.set(body, kept);
      const content = await kept;
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': content.length });
      response.end(content);
    });
  });
  server.keepAliveTimeout = 60_000;
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    field.subscribe = () => {
      const stream = new Mailbox<object>(100_000, () => streams.splice(streams.indexOf(stream), 1));
      streams.push(stream);
      return stream;
    };
    field.resolve = (event) => event;
  }
  useServer({ schema }, new WebSocketServer({ server, path: '/graphql' }));
  return `http://127.0.0.1:${await listenLocally(server)}`;
}

const urls = {} as Urls;
for (const name of eventSubgraphs) urls[name] = await serve(name);

partIsReady(undefined, async (question: SubgraphsQuestion) => {
  if (question === 'urls') return urls;
  if (question === 'open') return streams.length;
  if ('streams' in question) {
    while (streams.length !== question.streams) await nextTurn();
    return null;
  }
  for (let event = 0; event < question.tell; event++) {
    streams[event % streams.length]?.push(meeting(question.from + (question.isSame ? 0 : event)));
    if (event % PER_TURN === PER_TURN - 1) await nextTurn();
  }
  return null;
});
