/*
 * The graph that the gateways are measured on: three subgraphs of our domain, small enough to be answered from memory,
 * joined as the real ones are. The heavy query
 * crosses all three and comes back to the first for entities in nested lists.
 */
import { type ComposedSupergraph, composeSupergraph } from '../../schema/compose.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external"])\n';

export const benchSubgraphs = ['profile', 'connections', 'rewards'] as const;
export type BenchSubgraph = (typeof benchSubgraphs)[number];

export const sdls: Record<BenchSubgraph, string> = {
  profile: `${LINK}
    type Query { officers(first: Int!): [Officer!]! officer(id: ID!): Officer }
    type Officer @key(fields: "id") { id: ID! name: String! badge: String precinct: Precinct! }
    type Precinct { name: String! city: String! }
    type Citizen @key(fields: "id") { id: ID! name: String }`,
  connections: `${LINK}
    type Officer @key(fields: "id") { id: ID! connections(first: Int!): [Meeting!] }
    type Meeting @key(fields: "id") { id: ID! metAt: String! minutes: Int! topics: [String!]! citizen: Citizen! }
    type Citizen @key(fields: "id") { id: ID! connectionCount: Int }`,
  rewards: `${LINK}
    enum TrophyKind { FIRST FRIEND CHAMPION }
    type Officer @key(fields: "id") { id: ID! points: Int }
    type Citizen @key(fields: "id") { id: ID! points: Int trophies: [Trophy!] }
    type Trophy { kind: TrophyKind! title: String! }`,
};

export interface BenchQuery {
  readonly operationName: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export const queries = {
  /** Ten officers, three meetings each, the citizens met with what each of the three subgraphs knows of them. */
  heavy: {
    operationName: 'OfficersWithMeetings',
    query: `query OfficersWithMeetings($officers: Int!, $meetings: Int!) {
      officers(first: $officers) {
        id name badge points
        precinct { name city }
        connections(first: $meetings) {
          id metAt minutes topics
          citizen { id name connectionCount points trophies { kind title } }
        }
      }
    }`,
    variables: { officers: 10, meetings: 3 },
  },
  /** One officer. */
  light: {
    operationName: 'OneOfficer',
    query: 'query OneOfficer($id: ID!) { officer(id: $id) { id name badge precinct { name city } } }',
    variables: { id: 'officer-7' },
  },
} as const satisfies Record<string, BenchQuery>;

export type QueryName = keyof typeof queries;

type Entity = { readonly id: string };
const number = ({ id }: Entity) => Number(id.slice(id.indexOf('-') + 1));
const sequence = (length: number) => Array.from({ length }, (_, index) => index);

/** Resolvers in the form of buildSubgraphSchema; every value follows from the id. */
export const resolvers: Record<BenchSubgraph, Record<string, Record<string, unknown>>> = {
  profile: {
    Query: {
      officers: (_: unknown, { first }: { first: number }) =>
        sequence(first).map((index) => ({ id: `officer-${index}` })),
      officer: (_: unknown, { id }: Entity) => ({ id }),
    },
    Officer: {
      __resolveReference: async (entity: Entity) => entity,
      name: (officer: Entity) => `Officer ${number(officer)}`,
      badge: (officer: Entity) => `B${1000 + number(officer)}`,
      precinct: (officer: Entity) => ({ name: `Precinct ${number(officer) % 4}`, city: 'Austin' }),
    },
    Citizen: {
      __resolveReference: async (entity: Entity) => entity,
      name: (citizen: Entity) => `Citizen ${number(citizen)}`,
    },
  },
  connections: {
    Officer: {
      __resolveReference: async (entity: Entity) => entity,
      connections: (officer: Entity, { first }: { first: number }) =>
        sequence(first).map((index) => ({
          id: `meeting-${number(officer) * 10 + index}`,
          metAt: `2026-03-${10 + index}T12:00:00Z`,
          minutes: 5 + index,
          topics: ['school', 'sports'],
          // Some citizens meet several officers, as in life.
          citizen: { id: `citizen-${(number(officer) + index * 7) % 20}` },
        })),
    },
    Meeting: { __resolveReference: async (entity: Entity) => entity },
    Citizen: {
      __resolveReference: async (entity: Entity) => entity,
      connectionCount: (citizen: Entity) => number(citizen) % 7,
    },
  },
  rewards: {
    Officer: {
      __resolveReference: async (entity: Entity) => entity,
      points: (officer: Entity) => number(officer) * 10,
    },
    Citizen: {
      __resolveReference: async (entity: Entity) => entity,
      points: (citizen: Entity) => number(citizen) * 5,
      trophies: (citizen: Entity) => [{ kind: 'FRIEND', title: `Friend ${number(citizen)}` }],
    },
  },
};

export function compose(urls: Record<BenchSubgraph, string>): ComposedSupergraph {
  const paths = Object.entries(urls).map(([name, url]) => [name, `${url}/graphql`]);
  return composeSupergraph(sdls, Object.fromEntries(paths));
}
