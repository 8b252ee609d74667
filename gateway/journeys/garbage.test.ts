/* Bad input of every kind at every mutation: a documented code for the caller, nothing written, no fault of ours. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { buildSchema } from 'graphql';
import { Client } from 'pg';
import { CreatePartnerKeyDocument, ImportTableDocument, RetailersDocument } from '../../clients/generated/graphql.ts';
import { contracts } from '../../subgraphs/kernel/caller.ts';
import { refusalCodes } from '../../subgraphs/kernel/errors.ts';
import { createTestDatabase, type TestDatabase } from '../../subgraphs/kernel/testing/servers.ts';
import { contractPaths } from '../contracts.ts';
import { documentOf, looseVariables, spoiledVariables } from './garbage.ts';
import { signInAdministrator, signInCitizen, signInOfficer } from './people.ts';
import { type RunningSystem, startOneProcess } from './systems.ts';

const api = buildSchema(readFileSync(join(import.meta.dirname, '../../schema/api.graphql'), 'utf8'));
const mutations = Object.values(api.getMutationType()?.getFields() ?? {});
type Mutation = (typeof mutations)[number];
/** Where each is shown: attackers know that, too. */
const paths = new Map(
  contracts.flatMap((name) => {
    const contract = readFileSync(join(import.meta.dirname, `../../schema/contracts/${name}.graphql`), 'utf8');
    const fields = buildSchema(contract).getMutationType()?.getFields() ?? {};
    return Object.keys(fields).map((field): [string, string] => [field, contractPaths[name]]);
  }),
);
const codes = new Set([...Object.keys(refusalCodes), 'GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_PARSE_FAILED']);

let database: TestDatabase;
let system: RunningSystem;
/** Headers of everybody there is. */
let callers: Record<string, string>[];
let ids: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  system = await startOneProcess({ databaseUrl: database.url });
  const administrator = await signInAdministrator(system.url);
  const officer = await signInOfficer(system.url, administrator);
  const citizen = await signInCitizen(system.url);
  const content = 'name,street,city,state,zip,latitude,longitude\nCorner Books,1 Main St,Austin,TX,78701,30.27,-97.74';
  await administrator.client.request(ImportTableDocument, {
    input: { kind: 'RETAILERS', content, idempotencyKey: 'garbage-setup' },
  });
  const { retailers } = await administrator.client.request(RetailersDocument, { first: 1 });
  const retailerId = retailers.edges[0]?.node.id ?? '';
  const { createPartnerKey } = await administrator.client.request(CreatePartnerKeyDocument, {
    input: { retailerId, label: 'Till', scopes: ['VOUCHERS_REDEEM'] },
  });
  const signedIn = [administrator, officer, citizen].map(({ client }) => ({
    authorization: `Bearer ${client.session?.accessToken}`,
  }));
  callers = [{}, ...signedIn, { 'x-api-key': createPartnerKey.secret }];
  ids = [administrator.accountId, officer.accountId, citizen.accountId, retailerId];
});

afterAll(async () => {
  await system?.close();
  await database?.drop();
});

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

async function send(mutation: Mutation, variables: unknown, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(`${system.url}${paths.get(mutation.name)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: documentOf(mutation), variables }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

/** Every row of every table, but what comes and goes by itself. */
async function everything(): Promise<string> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname in ('identity', 'profile', 'connections', 'rewards', 'catalog', 'reporting')
         and tablename not in ('outbox', 'inbox') order by 1`,
    );
    expect(tables.length).toBeGreaterThan(20);
    const sums = tables.map(
      ({ name }) =>
        `select '${name}' as name, count(*) as rows, md5(coalesce(string_agg(t::text, ',' order by t::text), '')) as sum from ${name} t`,
    );
    return JSON.stringify((await client.query(`${sums.join(' union all ')} order by name`)).rows);
  } finally {
    await client.end();
  }
}

const codesOf = ({ errors }: Answer) => errors?.map(({ extensions }) => extensions?.code ?? 'NONE') ?? [];

test('there are mutations to attack, of every domain', () => {
  expect(mutations.length).toBeGreaterThan(20);
});

test.each(mutations.map((mutation) => [mutation.name, mutation] as const))(
  '%s refuses malformed input and writes nothing',
  async (_name, mutation) => {
    const before = await everything();
    await fc.assert(
      fc.asyncProperty(spoiledVariables(mutation, ids), fc.nat(4), async (variables, who) => {
        const answer = await send(mutation, variables, callers[who] ?? {});
        expect(answer.data ?? null).toBeNull();
        for (const code of codesOf(answer)) expect(['BAD_USER_INPUT', 'UNAUTHENTICATED', 'FORBIDDEN']).toContain(code);
        expect(codesOf(answer).length).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
    expect(await everything()).toBe(before);
  },
);

test.each(mutations.map((mutation) => [mutation.name, mutation] as const))(
  '%s answers anything at all with a result or a documented code',
  async (_name, mutation) => {
    await fc.assert(
      fc.asyncProperty(looseVariables(mutation, ids), fc.nat(4), async (variables, who) => {
        const answer = await send(mutation, variables, callers[who] ?? {});
        for (const code of codesOf(answer)) expect([...codes]).toContain(code);
      }),
      { numRuns: 60 },
    );
  },
);
