import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { createFetcher, pathFor } from './fetcher.ts';

const tokenWith = (claims: unknown) => {
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `Bearer ${encoded({ alg: 'EdDSA' })}.${encoded(claims)}.signature`;
};

test('an administrator explores the contract of administrators', () => {
  expect(pathFor({ Authorization: tokenWith({ scope: 'citizen administrator' }) })).toBe('/graphql/admin');
});

test('a partner key explores the contract of partners', () => {
  expect(pathFor({ 'X-API-Key': 'hb_1' })).toBe('/graphql/partner');
});

test.each([
  ['nobody', {}],
  ['a citizen', { authorization: tokenWith({ scope: 'citizen' }) }],
  ['somebody suspended', { authorization: tokenWith({ scope: '' }) }],
  ['a token without scopes', { authorization: tokenWith({ sub: 'Zoë ~~~ ???' }) }],
  ['a token of null', { authorization: tokenWith(null) }],
  ['half a token', { authorization: 'Bearer abc' }],
  ['no token', { authorization: 'Bearer %%%.!!!.###' }],
  ['nonsense', { authorization: 'Bearer abc.bm9uc2Vuc2U.def' }],
  ['no text', { authorization: 7 }],
])('%s explores the public one', (_who, headers) => {
  expect(pathFor(headers)).toBe('/graphql');
});

test('what is no GraphQL is sent as well, so that the gateway says what is wrong with it', async () => {
  const answer = {
    errors: [{ message: 'Syntax Error: Expected Name, found <EOF>.', locations: [{ line: 1, column: 3 }] }],
  };
  const asked: unknown[] = [];
  const server = createServer(async (request, response) => {
    asked.push(request.url, await json(request));
    response.writeHead(400, { 'content-type': 'application/graphql-response+json' }).end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const fetcher = createFetcher(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  expect(await fetcher({ query: '{ ' })).toEqual(answer);
  expect(asked).toEqual(['/graphql', { query: '{ ' }]);
  server.close();
});

describe('somebody who is chosen', () => {
  let asked: { url: string | undefined; authorization: string | undefined; key: unknown }[];
  let server: ReturnType<typeof createServer>;
  let origin: URL;
  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      const { authorization, 'x-api-key': key } = request.headers;
      asked.push({ url: request.url, authorization, key });
      response.end('{"data":{}}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterEach(() => void server.close());

  const administrator = { authorization: tokenWith({ scope: 'administrator' }) };
  const credentials = async () => administrator;

  test('asks with a token that nobody had to paste, for the graph that it opens or another', async () => {
    await createFetcher(origin, { credentials })({ query: '{ a }' });
    await createFetcher(origin, { credentials, contract: 'public' })({ query: '{ a }' });
    await createFetcher(origin, { contract: 'partner' })({ query: '{ a }' });
    const { authorization } = administrator;
    expect(asked).toEqual([
      { url: '/graphql/admin', authorization, key: undefined },
      { url: '/graphql', authorization, key: undefined },
      { url: '/graphql/partner', authorization: undefined, key: undefined },
    ]);
  });

  test('gives way to whom the headers editor names, and is asked for nothing then', async () => {
    let times = 0;
    const fetcher = createFetcher(origin, {
      credentials: async () => {
        times++;
        return administrator;
      },
    });
    await fetcher({ query: '{ a }' }, { headers: { 'X-API-Key': 'hb_1' } });
    await fetcher({ query: '{ a }' }, { headers: { 'x-request-id': 'mine' } });
    expect(asked.map(({ url, key }) => [url, key])).toEqual([
      ['/graphql/partner', 'hb_1'],
      ['/graphql/admin', undefined],
    ]);
    expect(times).toBe(1);
  });

  test('whose session has ended is told so where answers are', async () => {
    const ended = async () => Promise.reject(new Error('The session was ended elsewhere.'));
    const answer = await createFetcher(origin, { credentials: ended })({ query: '{ a }' });
    expect(answer).toMatchObject({ errors: [{ message: expect.stringMatching(/ended elsewhere\. Sign in again/) }] });
    expect(asked).toEqual([]);
  });
});
