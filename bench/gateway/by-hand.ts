/*
 * What is left where there is no GraphQL at all: a bare server that calls the resolvers of both queries by hand and checks,
 * plans and protects nothing. No gateway in one process can be below it; it stands beside the others for that.
 */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { type QueryName, queries, resolvers } from './graph.ts';
import { listenLocally, partIsReady } from './process.ts';

type Entity = { readonly id: string };
type Resolve<Result> = (parent: unknown, variables?: unknown) => Result;

const { Query, Officer, Citizen } = resolvers.profile;
const ofProfile = { ...Query, ...Officer } as {
  officers: Resolve<Entity[]>;
  officer: Resolve<Entity>;
  name: Resolve<string>;
  badge: Resolve<string>;
  precinct: Resolve<object>;
};
const citizenName = Citizen?.name as Resolve<string>;
const connectionsOf = resolvers.connections.Officer?.connections as Resolve<(object & { citizen: Entity })[]>;
const connectionCount = resolvers.connections.Citizen?.connectionCount as Resolve<number>;
const pointsOfOfficer = resolvers.rewards.Officer?.points as Resolve<number>;
const pointsOfCitizen = resolvers.rewards.Citizen?.points as Resolve<number>;
const trophiesOf = resolvers.rewards.Citizen?.trophies as Resolve<object[]>;

const answers: Record<QueryName, () => object> = {
  heavy: () => ({
    officers: ofProfile.officers(undefined, { first: queries.heavy.variables.officers }).map(wholeOfficer),
  }),
  light: () => ({ officer: nameOf(ofProfile.officer(undefined, queries.light.variables)) }),
};

function nameOf(officer: Entity) {
  return {
    id: officer.id,
    name: ofProfile.name(officer),
    badge: ofProfile.badge(officer),
    precinct: ofProfile.precinct(officer),
  };
}

function wholeOfficer(officer: Entity) {
  const meetings = connectionsOf(officer, { first: queries.heavy.variables.meetings });
  return {
    ...nameOf(officer),
    points: pointsOfOfficer(officer),
    connections: meetings.map(({ citizen, ...meeting }) => ({ ...meeting, citizen: wholeCitizen(citizen) })),
  };
}

function wholeCitizen(citizen: Entity) {
  return {
    id: citizen.id,
    name: citizenName(citizen),
    connectionCount: connectionCount(citizen),
    points: pointsOfCitizen(citizen),
    trophies: trophiesOf(citizen),
  };
}

const server = createServer(async (request, response) => {
  const { operationName } = JSON.parse(await text(request));
  const query: QueryName = operationName === queries.heavy.operationName ? 'heavy' : 'light';
  const body = JSON.stringify({ data: answers[query]() });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
});
partIsReady(await listenLocally(server));
