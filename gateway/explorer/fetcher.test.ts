import { pathFor } from './fetcher.ts';

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
