/* One system, three graphs: each on its path, for its callers, by HTTP, as event streams and over sockets. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import {
  CreatePartnerKeyDocument,
  ImportTableDocument,
  MeDocument,
  OffersDocument,
  RetailersDocument,
  TypedDocumentString,
} from '../../clients/generated/graphql.ts';
import type { SignedIn } from '../../clients/sign-in.ts';
import { type Contract, contracts } from '../../subgraphs/kernel/caller.ts';
import { contractPaths } from '../contracts.ts';
import { eventually, signInAdministrator, signInCitizen } from './people.ts';
import { type RunningSystem, startOneProcess } from './systems.ts';

type Name = 'nobody' | 'citizen' | 'analyst' | 'administrator' | 'partner';
const names: readonly Name[] = ['nobody', 'citizen', 'analyst', 'administrator', 'partner'];
const welcome: Readonly<Record<Contract, readonly Name[]>> = {
  public: ['nobody', 'citizen', 'analyst', 'administrator'],
  partner: ['partner'],
  admin: ['administrator'],
};
/** Fields that tell the contracts apart. */
const fields: readonly { readonly type: string; readonly field: string; readonly shownIn: readonly Contract[] }[] = [
  { type: 'Mutation', field: 'requestConnection', shownIn: ['public'] },
  { type: 'Mutation', field: 'redeemVoucher', shownIn: ['public', 'partner'] },
  { type: 'Query', field: 'ledgerAudit', shownIn: ['admin'] },
];

let system: RunningSystem;
let administrator: SignedIn;
let analyst: SignedIn;
let credentials: Readonly<Record<Name, Record<string, string>>>;

beforeAll(async () => {
  system = await startOneProcess();
  administrator = await signInAdministrator(system.url);
  const citizen = await signInCitizen(system.url);
  analyst = await signInCitizen(system.url);
  await decideAnalyst('appointAnalyst', 'AppointAnalystInput');
  const bearer = ({ client }: SignedIn) => ({ authorization: `Bearer ${client.session?.accessToken}` });
  credentials = {
    nobody: {},
    citizen: bearer(citizen),
    analyst: bearer(analyst),
    administrator: bearer(administrator),
    partner: { 'x-api-key': await partnerKey() },
  };
});

afterAll(async () => {
  await system?.close();
});

/** Appoints or dismisses, and lets the analyst's session know of it, as its next renewal would. */
async function decideAnalyst(mutation: string, input: string): Promise<void> {
  const document = new TypedDocumentString<unknown, object>(
    `mutation ($input: ${input}!) { ${mutation}(input: $input) { appointment { id } } }`,
    { contract: 'admin' },
  );
  await administrator.client.request(document, { input: { accountId: analyst.accountId } });
  await analyst.client.renewSession();
}

async function partnerKey(): Promise<string> {
  const content = 'name,street,city,state,zip,latitude,longitude\nCorner Books,1 Main St,Austin,TX,78701,30.27,-97.74';
  const input = { kind: 'RETAILERS' as const, content, idempotencyKey: 'contracts-setup' };
  await administrator.client.request(ImportTableDocument, { input });
  const { retailers } = await administrator.client.request(RetailersDocument, { first: 1 });
  const retailerId = retailers.edges[0]?.node.id ?? '';
  const wish = { input: { retailerId, label: 'Till', scopes: ['OFFERS_READ' as const] } };
  // Keys are made for retailers that identity has heard of, by event.
  return eventually(() =>
    administrator.client.request(CreatePartnerKeyDocument, wish).then(
      ({ createPartnerKey }) => createPartnerKey.secret,
      () => undefined,
    ),
  );
}

async function ask(contract: Contract, name: Name, query: string, accept = 'application/graphql-response+json') {
  const response = await fetch(`${system.url}${contractPaths[contract]}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...credentials[name] },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, text: await response.text() };
}

const answered = ({ text }: { text: string }) =>
  JSON.parse(text) as { data?: never; errors?: { message: string; extensions: { code: string } }[] };

describe.each(contracts)('%s', (contract) => {
  test('answers its own callers by HTTP, and tells them of its own schema', async () => {
    for (const name of welcome[contract]) {
      const query = '{ __schema { queryType { fields { name } } mutationType { fields { name } } } }';
      const { status, text } = await ask(contract, name, query);
      expect(status).toBe(200);
      const seen = fields.filter(({ field }) => text.includes(`"${field}"`));
      expect(seen).toEqual(fields.filter(({ shownIn }) => shownIn.includes(contract)));
    }
  });

  test('refuses everybody else by HTTP', async () => {
    for (const name of names.filter((each) => !welcome[contract].includes(each))) {
      const answer = await ask(contract, name, '{ __typename }');
      const code = answered(answer).errors?.[0]?.extensions.code;
      expect({ name, status: answer.status, code }).toEqual(
        name === 'nobody' ? { name, status: 401, code: 'UNAUTHENTICATED' } : { name, status: 403, code: 'FORBIDDEN' },
      );
    }
  });

  test('answers and refuses as an event stream as it does otherwise', async () => {
    for (const name of names) {
      const { status, text } = await ask(contract, name, '{ __typename }', 'text/event-stream');
      const isWelcome = welcome[contract].includes(name);
      expect({ name, status }).toEqual({ name, status: isWelcome ? 200 : name === 'nobody' ? 401 : 403 });
      expect(text.includes('"__typename":"Query"')).toBe(isWelcome);
    }
  });

  test('answers its own callers over a socket, and closes those of others with 4403', async () => {
    for (const name of names) {
      const url = `${system.url.replace('http', 'ws')}${contractPaths[contract]}`;
      const socket = new WebSocket(url, 'graphql-transport-ws');
      const closed = once(socket, 'close').then(([code]) => ({ closed: code as number }));
      await once(socket, 'open');
      const next = () => once(socket, 'message').then(([data]) => JSON.parse(String(data)) as object);
      const first = next();
      socket.send(JSON.stringify({ type: 'connection_init', payload: credentials[name] }));
      if (!welcome[contract].includes(name)) {
        expect(await Promise.race([first, closed])).toEqual({ closed: 4403 });
        continue;
      }
      expect(await first).toMatchObject({ type: 'connection_ack' });
      const second = next();
      const query = '{ __schema { queryType { fields { name } } mutationType { fields { name } } } }';
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
      const answer = JSON.stringify(await second);
      const seen = fields.filter(({ field }) => answer.includes(`"${field}"`));
      expect(seen).toEqual(fields.filter(({ shownIn }) => shownIn.includes(contract)));
      socket.close();
      await closed;
    }
  });
});

test('what is elsewhere is asked for in vain: as if it were nowhere', async () => {
  const callers: Readonly<Record<Contract, Name>> = { public: 'citizen', partner: 'partner', admin: 'administrator' };
  for (const contract of contracts) {
    for (const { type, field } of fields.filter(({ shownIn }) => !shownIn.includes(contract))) {
      const answer = await ask(contract, callers[contract], `${type.toLowerCase()} { ${field} { __typename } }`);
      expect(answer.status).toBe(400);
      expect(answered(answer).errors?.map(({ message }) => message.replace(/ Did you mean .*/, ''))).toEqual([
        `Cannot query field "${field}" on type "${type}".`,
      ]);
    }
  }
});

test('an administrator’s client goes where each document is shown, by itself', async () => {
  expect((await administrator.client.request(MeDocument)).me.id).toBe(administrator.accountId);
  expect((await administrator.client.request(OffersDocument, { first: 1 })).offers.edges).toEqual([]);
});

test('an analyst reads reports where people are, until they are dismissed, and nothing of anybody', async () => {
  const report = '{ connectionsByDayAndZip(from: "2026-03-01", to: "2026-03-31") { day zipCode connections } }';
  const codeOf = async (name: Name, query: string) =>
    answered(await ask('public', name, query)).errors?.[0]?.extensions;
  expect(await codeOf('analyst', report)).toBeUndefined();
  expect(await codeOf('administrator', report)).toBeUndefined();
  expect(await codeOf('citizen', report)).toMatchObject({ code: 'FORBIDDEN' });
  expect(await codeOf('nobody', report)).toMatchObject({ code: 'UNAUTHENTICATED' });
  const person = `{ _entities(representations: [{ __typename: "Account", id: "${administrator.accountId}" }]) { __typename } }`;
  expect(await codeOf('analyst', person)).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
  await decideAnalyst('dismissAnalyst', 'DismissAnalystInput');
  const after = { authorization: `Bearer ${analyst.client.session?.accessToken}` };
  credentials = { ...credentials, analyst: after };
  expect(await codeOf('analyst', report)).toMatchObject({ code: 'FORBIDDEN' });
});

test('there is nothing on other paths', async () => {
  for (const path of ['/graphql/', '/graphql/public', '/graphql/admin/', '/graphql/nothing']) {
    const response = await fetch(`${system.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ __typename }"}',
    });
    expect({ path, status: response.status }).toEqual({ path, status: 404 });
  }
});
