/*
 * Two tiny subgraphs in this process, and their supergraph. In a real system they are services: then `fetch` is a request
 * to one of them, and `source` a client of graphql-ws. The emails and the greeting are for who has signed in.
 */
import { EventEmitter, on } from 'node:events';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, type GraphQLSchema, parse, subscribe } from 'graphql';
import type { Source } from '../executor.ts';
import type { Fetch, FetchRequest, FetchResult } from '../fetch.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated"])`;

const people = `${LINK}
  type Query { people: [Person!]! }
  type Mutation { greet(id: ID!): Person @authenticated }
  type Subscription { greeted: Person! }
  type Person @key(fields: "id") { id: ID! name: String! email: String @authenticated }`;

const points = `${LINK}
  type Person @key(fields: "id") { id: ID! points: Int! }`;

export interface Graph {
  readonly supergraphSdl: string;
  readonly fetch: Fetch<unknown>;
  readonly source: Source<unknown>;
}

export function createGraph(): Graph {
  const greetings = new EventEmitter();
  const all = ['Ada', 'Grace'].map((name, index) => ({ id: `${index + 1}`, name, email: `${name}@example.org` }));
  const find = (id: string) => all.find((person) => person.id === id);
  const schemas: Record<string, GraphQLSchema> = {
    people: schemaOf(people, {
      Query: { people: () => all },
      Mutation: {
        greet(_: unknown, { id }: { id: string }) {
          const person = find(id);
          if (person) greetings.emit('greeted', person);
          return person;
        },
      },
      Subscription: {
        greeted: { subscribe: () => on(greetings, 'greeted'), resolve: ([person]: [unknown]) => person },
      },
      Person: { __resolveReference: async ({ id }: { id: string }) => find(id) },
    }),
    points: schemaOf(points, {
      Person: { __resolveReference: async ({ id }: { id: string }) => ({ id, points: Number(id) * 10 }) },
    }),
  };
  const run = (subgraph: string, { query, variables }: FetchRequest) => ({
    schema: schemas[subgraph] as GraphQLSchema,
    document: parse(query),
    variableValues: variables,
  });
  return {
    supergraphSdl: compose({ people, points }),
    // Through JSON, as from a service: the executor may write into what it gets.
    fetch: async (subgraph, request) => JSON.parse(JSON.stringify(await execute(run(subgraph, request)))),
    async source(subgraph, request) {
      const events = await subscribe(run(subgraph, request));
      if (!(Symbol.asyncIterator in events)) throw events.errors?.[0] ?? new Error('The subscription was not opened.');
      return events as AsyncIterableIterator<FetchResult>;
    },
  };
}

function schemaOf(sdl: string, resolvers: Record<string, Record<string, unknown>>): GraphQLSchema {
  return buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
}

function compose(sdls: Record<string, string>): string {
  const services = Object.entries(sdls).map(([name, sdl]) => ({ name, typeDefs: parse(sdl) }));
  const { supergraphSdl, errors } = composeServices(services);
  if (!supergraphSdl) throw new AggregateError(errors ?? [], 'The subgraphs do not compose.');
  return supergraphSdl;
}
