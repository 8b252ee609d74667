import { composeSupergraph, forStockGateway } from './compose.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@inaccessible", "@requiresScopes"])\n';
const one = `${LINK} type Query { thing: Thing @requiresScopes(scopes: [["officer"]]) } type Thing @key(fields: "id") { id: ID! }`;
const other = `${LINK} type Thing @key(fields: "id") { id: ID! "Of the other." size: Int secret: Int @inaccessible }`;

test('the supergraph does not depend on the order of the subgraphs', () => {
  expect(composeSupergraph({ one, other })).toEqual(composeSupergraph({ other, one }));
});

test('clients see the fields of all, with descriptions, and nothing that is inaccessible', () => {
  const { apiSdl } = composeSupergraph({ one, other });
  expect(apiSdl).toContain('"""Of the other."""');
  expect(apiSdl).not.toContain('secret');
  expect(apiSdl).not.toContain('join__');
});

test('what does not compose is refused with all reasons', () => {
  const clash = `${LINK} type Query { thing: Int } type Other { size: Int }`;
  expect(() => composeSupergraph({ one, clash })).toThrow(/clash, one do not compose:\n {2}FIELD_TYPE_MISMATCH/);
});

test('the stock gateway gets the same supergraph without marks of security', () => {
  const { supergraphSdl } = composeSupergraph({ one, other }, { one: 'http://one', other: 'http://other' });
  expect(supergraphSdl).toContain('for: SECURITY');
  const stock = forStockGateway(supergraphSdl);
  expect(stock).not.toContain('for: SECURITY');
  expect(stock).toContain('@requiresScopes');
  expect(stock).toContain('for: EXECUTION');
});
