/*
 * Supergraph and subgraphs behind another federation gateway, unchanged: what our clients ask is answered by Hive Gateway
 * as by ours, from the same seven processes.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  buildClientSchema,
  buildSchema,
  type GraphQLSchema,
  getIntrospectionQuery,
  lexicographicSortSchema,
  printType,
} from 'graphql';
import { Client } from '../../clients/client.ts';
import {
  AcceptConnectionDocument,
  ConfirmConnectionDocument,
  ConnectionDocument,
  ConnectionRequestsDocument,
  CurrentWindowDocument,
  MeDocument,
  NearbyOfficersDocument,
  OffersDocument,
  OpenWindowDocument,
  ProximityAlertsDocument,
  ReportLocationDocument,
  RequestConnectionDocument,
  TypedDocumentString,
  UpdateProfileDocument,
} from '../../clients/generated/graphql.ts';
import type { SignedIn } from '../../clients/sign-in.ts';
import type { SubgraphName } from '../../schema/events.ts';
import {
  eventually,
  nextOf,
  refusalOf,
  signInAdministrator,
  signInCitizen,
  signInOfficer,
} from '../journeys/people.ts';
import { type SystemOfProcesses, startSevenProcesses } from '../journeys/systems.ts';
import type { HiveOptions } from './testing/hive-process.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const capitol = { latitude: 30.2747, longitude: -97.7404 };

async function startHive(options: HiveOptions): Promise<{ readonly url: string; close(): Promise<void> }> {
  const child = fork(path('testing/hive-process.ts'), {
    execArgv: ['--import', path('../../subgraphs/kernel/typescript.js')],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  child.send(options);
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return {
    url,
    async close() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

describe('behind Hive Gateway', () => {
  let system: SystemOfProcesses;
  let hive: Awaited<ReturnType<typeof startHive>>;
  let [officer, citizen]: (SignedIn | undefined)[] = [];
  /** The same people, by way of Hive Gateway. */
  let [officerThere, citizenThere]: (Client | undefined)[] = [];
  let sequence = 0;

  beforeAll(async () => {
    system = await startSevenProcesses();
    const { subgraphUrls, gatewayPrivateKey } = system;
    // The one thing that composition leaves open.
    const supergraphSdl = readFileSync(path('../../schema/supergraph.graphql'), 'utf8').replace(
      /(@join__graph\(name: "(\w+)", url: )""/g,
      (_whole, start: string, name: SubgraphName) => `${start}"${subgraphUrls[name]}/graphql"`,
    );
    hive = await startHive({ supergraphSdl, identityUrl: subgraphUrls.identity, gatewayPrivateKey });
    const administrator = await signInAdministrator(system.url);
    officer = await signInOfficer(system.url, administrator);
    citizen = await signInCitizen(system.url);
    const there = ({ client }: SignedIn) =>
      new Client({ url: hive.url, ...(client.session && { session: client.session }) });
    officerThere = there(officer);
    citizenThere = there(citizen);
    await administrator.client.close();
  });

  afterAll(async () => {
    for (const client of [officer?.client, citizen?.client, officerThere, citizenThere]) await client?.close();
    await hive?.close();
    await system?.close();
  });

  const people = () => {
    if (!officer || !citizen || !officerThere || !citizenThere) throw new Error('beforeAll has failed');
    return { officer, citizen, officerThere, citizenThere };
  };

  test('shows the schema that ours shows', async () => {
    const response = await fetch(`${hive.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: getIntrospectionQuery({ specifiedByUrl: true }) }),
    });
    const { data } = (await response.json()) as { data: never };
    // It also shows directives and their scalars, which are the gateway's own matter.
    const typesOf = (schema: GraphQLSchema) =>
      Object.values(lexicographicSortSchema(schema).getTypeMap())
        .filter(({ name }) => !name.includes('__'))
        .map(printType);
    const ours = buildSchema(readFileSync(path('../../schema/api.graphql'), 'utf8'));
    expect(typesOf(buildClientSchema(data))).toEqual(typesOf(ours));
  });

  test('a meeting takes its course: alerts and requests by subscription, changes by mutation, entities of six subgraphs', async () => {
    const { officer: sam, citizen: casey, officerThere: officers, citizenThere: citizens } = people();
    const alerts = citizens.subscribe(plain(ProximityAlertsDocument));
    const { openWindow } = await officers.request(plain(OpenWindowDocument), { input: { position: capitol } });
    expect(openWindow.window.state).toBe('OPEN');
    for (const client of [officers, citizens]) {
      const input = { position: capitol, accuracyMeters: 5, sequence: ++sequence };
      expect((await client.request(plain(ReportLocationDocument), { input })).reportLocation.taken).toBe(true);
    }
    const { proximityAlerts } = await nextOf(alerts);
    expect(proximityAlerts).toMatchObject({
      state: 'ENTERED',
      officer: { id: sam.accountId, firstName: 'Sam', departmentName: 'Austin Police Department', connectionCount: 0 },
    });
    await alerts.return?.();

    const requests = officers.subscribe(plain(ConnectionRequestsDocument));
    await citizens.request(plain(RequestConnectionDocument), { input: { officerId: sam.accountId } });
    const { connectionRequests } = await nextOf(requests);
    expect(connectionRequests).toMatchObject({
      state: 'REQUESTED',
      citizen: { id: casey.accountId, firstName: 'Casey' },
    });
    await requests.return?.();
    const input = { connectionId: connectionRequests.id };
    await officers.request(plain(AcceptConnectionDocument), { input });
    await Promise.all(
      [officers, citizens].map((client) => client.request(plain(ConfirmConnectionDocument), { input })),
    );
    const celebrated = await eventually(async () => {
      const { connection } = await citizens.request(plain(ConnectionDocument), { id: connectionRequests.id });
      return connection?.celebration && connection.pointsAwarded ? connection : undefined;
    });
    expect(celebrated.celebration?.trophy?.name).toBe('First Hello');
  });

  test('both gateways give the same answers', async () => {
    const { officer: sam, citizen: casey, officerThere: officers, citizenThere: citizens } = people();
    await citizens.request(plain(UpdateProfileDocument), { input: { firstName: 'Robin' } });
    const asked = [
      (client: Client) => client.request(plain(MeDocument)),
      (client: Client) => client.request(plain(OffersDocument), { first: 5 }),
      (client: Client) => client.request(plain(CurrentWindowDocument)),
      (client: Client) => client.request(plain(NearbyOfficersDocument)),
    ];
    for (const [here, there] of [
      [sam.client, officers],
      [casey.client, citizens],
    ] as const) {
      for (const ask of asked) {
        // Refusals included: an officer may not look for officers.
        const [one, other] = await Promise.all([outcomeOf(ask(here)), outcomeOf(ask(there))]);
        expect(other).toEqual(one);
      }
    }
    expect((await citizens.request(plain(MeDocument))).me.profile?.firstName).toBe('Robin');
  });

  test('who is not signed in is refused by the subgraphs, not by the gateway alone', async () => {
    const nobody = new Client({ url: hive.url });
    expect(await refusalOf(nobody.request(plain(MeDocument)))).toBe('UNAUTHENTICATED');
    expect(
      await refusalOf(people().citizenThere.request(plain(OpenWindowDocument), { input: { position: capitol } })),
    ).toBe('FORBIDDEN');
    await nobody.close();
  });
});

/** As a text: other gateways do not know the ids of our clients' documents. */
function plain<Result, Variables>(document: TypedDocumentString<Result, Variables>) {
  return new TypedDocumentString<Result, Variables>(document.toString());
}

/** A code, or the answer without the instant at which it was given. */
async function outcomeOf(asked: Promise<unknown>): Promise<unknown> {
  const code = await refusalOf(asked);
  return code ?? JSON.parse(JSON.stringify(await asked, (key, value) => (key === 'alertedAt' ? undefined : value)));
}
