/* The limits of the gateway as its clients meet them: the whole system in one process, its limits low. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getIntrospectionQuery } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { Client, ClientError } from '../../clients/client.ts';
import {
  CitiesDocument,
  CreatePartnerKeyDocument,
  ImportTableDocument,
  MeDocument,
  OffersDocument,
  RetailersDocument,
} from '../../clients/generated/graphql.ts';
import type { SignedIn } from '../../clients/sign-in.ts';
import { ManualClock } from '../../subgraphs/kernel/clock.ts';
import { readConfiguration } from '../../subgraphs/kernel/configuration.ts';
import { testLogLevel as LOG_LEVEL } from '../../subgraphs/kernel/testing/log-level.ts';
import { type Gateway, openGateway } from '../gateway.ts';
import { eventually, refusalOf, signInAdministrator, signInCitizen } from '../journeys/people.ts';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: {
    readonly data?: Record<string, unknown>;
    readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
  };
}

async function startWith(settings: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'hey-blue-limits-'));
  const clock = new ManualClock();
  const environment = { NODE_ENV: 'test', PORT: '0', DATA_DIR: folder, LOG_LEVEL, ...settings };
  const gateway: Gateway = await openGateway(readConfiguration(environment), clock);
  const send = async (body: unknown, headers: Record<string, string> = {}, path = '/graphql'): Promise<Answer> => {
    const response = await fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, json: (await response.json()) as Answer['json'] };
  };
  return {
    url: gateway.url,
    clock,
    send,
    codeOf: async (body: unknown, headers?: Record<string, string>) =>
      (await send(body, headers)).json.errors?.[0]?.extensions.code,
    async close() {
      await gateway.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type System = Awaited<ReturnType<typeof startWith>>;

const bearer = ({ client }: { client: Client }) => ({ authorization: `Bearer ${client.session?.accessToken}` });
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('where only trusted documents run', () => {
  let system: System;
  const adHoc = '{ cities(first: 1) { edges { node { name } } } }';

  beforeAll(async () => {
    system = await startWith({ DOCUMENTS: 'trusted' });
  });

  afterAll(async () => {
    await system.close();
  });

  test('our own client signs in and asks, for nobody and for somebody', async () => {
    expect(await new Client({ url: system.url }).request(CitiesDocument, { first: 1 })).toHaveProperty('cities');
    const citizen = await signInCitizen(system.url);
    expect((await citizen.client.request(MeDocument)).me.id).toBe(citizen.accountId);
  });

  test('other texts run for administrators and partners alone', async () => {
    expect(await system.codeOf({ query: adHoc })).toBe('DOCUMENT_NOT_TRUSTED');
    const citizen = await signInCitizen(system.url);
    expect(await system.codeOf({ query: adHoc }, bearer(citizen))).toBe('DOCUMENT_NOT_TRUSTED');
    const administrator = await signInAdministrator(system.url);
    expect((await system.send({ query: adHoc }, bearer(administrator))).json.data).toHaveProperty('cities');
    const apiKey = { 'x-api-key': await partnerKey(administrator) };
    const shown = '{ offers(first: 1) { edges { node { title } } } }';
    expect((await system.send({ query: shown }, apiKey, '/graphql/partner')).json.data).toHaveProperty('offers');
  });

  test('a registered document that nobody trusts is not run by its hash either', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(adHoc) } };
    expect(await system.codeOf({ query: adHoc, extensions })).toBe('DOCUMENT_NOT_TRUSTED');
    expect(await system.codeOf({ extensions })).toBe('DOCUMENT_NOT_TRUSTED');
  });
});

describe('where any document runs', () => {
  let system: System;

  beforeAll(async () => {
    system = await startWith({ COST_LIMITS: 'anonymous=300,person=200' });
  });

  afterAll(async () => {
    await system.close();
  });

  test('one is registered by its hash once, by POST, and asked for by the hash, by GET', async () => {
    const query = 'query Registered { __typename }';
    const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(query) } };
    expect((await system.send({ extensions })).json.errors?.[0]).toMatchObject({
      message: 'PersistedQueryNotFound',
      extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' },
    });
    expect((await system.send({ query, extensions })).json).toEqual({ data: { __typename: 'Query' } });
    expect((await system.send({ extensions })).json).toEqual({ data: { __typename: 'Query' } });
    const search = new URLSearchParams({ extensions: JSON.stringify(extensions) });
    const headers = { 'apollo-require-preflight': '1' };
    expect(await (await fetch(`${system.url}/graphql?${search}`, { headers })).json()).toEqual({
      data: { __typename: 'Query' },
    });
  });

  test('what is no valid document is not registered', async () => {
    const query = '{ nonsense }';
    const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(query) } };
    expect(await system.codeOf({ query, extensions })).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(await system.codeOf({ extensions })).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  test('documents that are too deep are refused before they are validated', async () => {
    expect(await system.codeOf({ query: `${'{ a '.repeat(16)}${'}'.repeat(16)}` })).toBe('DOCUMENT_TOO_COMPLEX');
  });

  test('tools read the schema, and its lists do not nest for ever', async () => {
    expect((await system.send({ query: getIntrospectionQuery() })).json.errors).toBeUndefined();
    const circular = `{ __schema { types ${'{ fields { type '.repeat(4)} { name } ${'} } '.repeat(4)} } }`;
    expect(await system.codeOf({ query: circular })).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test('what may cost too much is refused, with what it costs and why, by the values of its variables', async () => {
    const query = `query ($first: PageSize!) {
      cities(first: 3) { edges { node { name } } }
      offers(first: $first) { edges { node { id retailer { name } } } }
    }`;
    const asked = (first: number, headers = {}) => system.send({ query, variables: { first } }, headers);
    expect((await asked(20)).json.errors).toBeUndefined();
    const { status, json } = await asked(100);
    expect(status).toBe(200);
    expect(json.data).toBeUndefined();
    expect(json.errors?.[0]).toMatchObject({
      message:
        'The operation may cost 308, of which 301 for offers; one without a sign-in may cost 300. ' +
        'Ask for fewer or shorter lists.',
      extensions: { code: 'COST_EXCEEDED' },
    });
  });

  test('people, partners and administrators each have a budget of their own', async () => {
    const citizen = await signInCitizen(system.url);
    expect(await refusalOf(citizen.client.request(OffersDocument, { first: 100 }))).toBe('COST_EXCEEDED');
    expect(await refusalOf(citizen.client.request(OffersDocument, { first: 40 }))).toBeUndefined();
    const administrator = await signInAdministrator(system.url);
    const till = new Client({ url: system.url, apiKey: await partnerKey(administrator) });
    for (const client of [administrator.client, till]) {
      expect(await refusalOf(client.request(OffersDocument, { first: 100 }))).toBeUndefined();
    }
  });
});

/** The key of a new retailer. */
async function partnerKey({ client }: SignedIn): Promise<string> {
  const content =
    'name,category,street,city,state,zip,latitude,longitude\nBooks,Books,1 Elm St,Austin,TX,78701,30.27,-97.74';
  await client.request(ImportTableDocument, { input: { kind: 'RETAILERS', content, idempotencyKey: randomUUID() } });
  const { retailers } = await client.request(RetailersDocument, { first: 1 });
  const retailerId = retailers.edges[0]?.node.id ?? '';
  // Keys are made for retailers that identity has heard of, by event.
  return eventually(async () => {
    try {
      const input = { retailerId, label: 'Till', scopes: ['OFFERS_READ' as const] };
      return (await client.request(CreatePartnerKeyDocument, { input })).createPartnerKey.secret;
    } catch (error) {
      if (error instanceof ClientError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  });
}

describe('rates', () => {
  let system: System;
  const cheap = { query: '{ cities(first: 3) { edges { node { name } } } }' };

  beforeAll(async () => {
    system = await startWith({ RATE_LIMITS: 'anonymous=2000,person=2000', TRUSTED_PROXIES: '1' });
  });

  afterAll(async () => {
    await system.close();
  });

  const from = (address: string) => ({ 'x-forwarded-for': address });

  test('are told in the standard fields, with what an operation cost', async () => {
    const { headers } = await system.send(cheap, from('203.0.113.1'));
    expect(headers.get('ratelimit-policy')).toBe('"anonymous";q=2000;w=60;hey-blue-unit="cost"');
    expect(headers.get('ratelimit')).toMatch(/^"anonymous";r=1993;t=([1-9]|[1-5]\d|60)$/);
  });

  test('end in 429 with the seconds to wait, and the minute after is a new one', async () => {
    const address = from('203.0.113.2');
    const many = { query: '{ cities(first: 95) { edges { node { name } } } }' };
    const allowed = Math.floor(2000 / 191);
    for (let time = 0; time < allowed; time++) expect((await system.send(many, address)).status).toBe(200);
    const refused = await system.send(many, address);
    expect([refused.status, refused.json.errors?.[0]?.extensions.code]).toEqual([429, 'RATE_LIMITED']);
    expect(refused.json.data).toBeUndefined();
    const seconds = Number(refused.headers.get('retry-after'));
    expect(refused.headers.get('ratelimit')).toBe(`"anonymous";r=${2000 - allowed * 191};t=${seconds}`);
    // What is left pays for less.
    expect((await system.send(cheap, address)).status).toBe(200);
    expect((await system.send(many, from('203.0.113.3'))).status).toBe(200);
    system.clock.advance(seconds * 1000);
    expect((await system.send(many, address)).status).toBe(200);
  });

  test('go by the account and not by the address where somebody is signed in', async () => {
    const citizen = await signInCitizen(system.url);
    const headers = { ...bearer(citizen), ...from('203.0.113.4') };
    const before = await system.send(cheap, headers);
    const after = await system.send(cheap, { ...headers, ...from('203.0.113.5') });
    const left = ({ headers: told }: Answer) => Number(/^"person";r=(\d+)/.exec(told.get('ratelimit') ?? '')?.[1]);
    expect(left(before) - left(after)).toBe(7);
  });

  test('are charged on sockets as they are over HTTP', async () => {
    const headers = from('203.0.113.7');
    const socket = createClient({
      url: `${system.url.replace('http', 'ws')}/graphql`,
      // A browser cannot set headers; the proxy in front does.
      webSocketImpl: class extends WebSocket {
        constructor(url: string, protocol: string) {
          super(url, protocol, { headers });
        }
      },
    });
    const first = async (query: string) => {
      const { value } = await socket.iterate({ query }).next();
      return value as { data?: unknown; errors?: readonly { extensions: { code: string } }[] };
    };
    const many = '{ cities(first: 95) { edges { node { name } } } }';
    for (let time = 0; time < 10; time++) expect((await first(many)).errors).toBeUndefined();
    expect((await first(many)).errors?.[0]?.extensions.code).toBe('RATE_LIMITED');
    expect((await system.send({ query: many }, headers)).status).toBe(429);
    await socket.dispose();
  });

  test('count documents that are none, and credentials that are forged; who was signed in before stays so', async () => {
    const address = from('203.0.113.6');
    const citizen = await signInCitizen(system.url);
    expect((await system.send(cheap, { ...bearer(citizen), ...address })).status).toBe(200);
    for (let time = 0; time < 200; time++) {
      const forged: Record<string, string> = time % 2 === 0 ? { authorization: `Bearer e30.e30.${time}` } : {};
      await system.send({ query: `{ nonsense${time} }` }, { ...forged, ...address });
    }
    expect(await system.codeOf({ query: '{ nonsense }' }, address)).toBe('RATE_LIMITED');
    const unseen = { query: '{ cities(first: 4) { edges { node { name } } } }' };
    expect((await system.send(unseen, address)).status).toBe(429);
    expect((await system.send(cheap, { authorization: 'Bearer e30.e30.more', ...address })).status).toBe(429);
    expect((await system.send(unseen, { ...bearer(citizen), ...address })).status).toBe(200);
  });
});
