/*
 * What is subscribed to here: a meeting as connections tells it, with the officer's name from profile and the citizen's
 * points from rewards. `meetings` is of one subscriber, `feed` the same for all.
 */
import { type ComposedSupergraph, composeSupergraph } from '../../schema/compose.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n';

export const eventSubgraphs = ['profile', 'connections', 'rewards'] as const;
export type EventSubgraph = (typeof eventSubgraphs)[number];

export const sdls: Record<EventSubgraph, string> = {
  connections: `${LINK}
    type Query { ready: Boolean }
    type Subscription { meetings(of: ID!): Meeting! feed: Meeting! }
    type Meeting @key(fields: "id") { id: ID! metAt: String! minutes: Int! topics: [String!]! officer: Officer! citizen: Citizen! }
    type Officer @key(fields: "id") { id: ID! }
    type Citizen @key(fields: "id") { id: ID! }`,
  profile: `${LINK}
    type Query { profileReady: Boolean }
    type Officer @key(fields: "id") { id: ID! name: String! badge: String }`,
  rewards: `${LINK}
    type Query { rewardsReady: Boolean }
    type Citizen @key(fields: "id") { id: ID! points: Int trophies: [Trophy!] }
    type Trophy { kind: TrophyKind! title: String! }
    enum TrophyKind { FIRST FRIEND CHAMPION }`,
};

const FIELDS = 'id metAt minutes topics officer { id name badge } citizen { id points trophies { kind title } }';
export const OWN = `subscription Meetings($of: ID!) { meetings(of: $of) { ${FIELDS} } }`;
export const FEED = `subscription Feed { feed { ${FIELDS} } }`;

type Entity = { readonly id: string };
const number = ({ id }: Entity) => Number(id.split('-')[1]);
/** So many people there are: more than a cache of one moment would hold, few enough to be answered from memory. */
const PEOPLE = 5_000;

/** Meeting `index`, as connections tells it. */
export const meeting = (index: number) => ({
  id: `meeting-${index}`,
  metAt: '2026-03-10T12:00:00Z',
  minutes: 5 + (index % 20),
  topics: ['school', 'sports'],
  officer: { id: `officer-${index % PEOPLE}` },
  citizen: { id: `citizen-${(index * 7) % PEOPLE}` },
});

export const resolvers: Record<EventSubgraph, Record<string, Record<string, unknown>>> = {
  connections: {},
  profile: {
    Officer: {
      __resolveReference: (entity: Entity) => entity,
      name: (officer: Entity) => `Officer ${number(officer)}`,
      badge: (officer: Entity) => `B${1000 + number(officer)}`,
    },
  },
  rewards: {
    Citizen: {
      __resolveReference: (entity: Entity) => entity,
      points: (citizen: Entity) => number(citizen) * 5,
      trophies: (citizen: Entity) => [{ kind: 'FRIEND', title: `Friend ${number(citizen)}` }],
    },
  },
};

export type Urls = Record<EventSubgraph, string>;

export function compose(urls: Urls): ComposedSupergraph {
  const paths = Object.entries(urls).map(([name, url]) => [name, `${url}/graphql`]);
  return composeSupergraph(sdls, Object.fromEntries(paths));
}
