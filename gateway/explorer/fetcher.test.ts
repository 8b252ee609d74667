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
