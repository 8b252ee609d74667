/* What our own clients ask fits the budgets that production has, with room; what the figures in the settings say is so. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { buildSchema, Kind, parse, validate } from 'graphql';
import { subgraphNames } from '../../schema/events.ts';
import { readConfiguration } from '../../subgraphs/kernel/configuration.ts';
import { compileCost } from './cost.ts';
import { slicingArguments } from './protection.ts';
import { standingOf } from './standing.ts';
import { readWeights } from './weights.ts';

const read = (path: string) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');
const supergraphSdl = read('schema/supergraph.graphql');
const schema = Supergraph.build(supergraphSdl, {
  supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  validateSupergraph: false,
})
  .apiSchema()
  .toGraphQLJSSchema();
const model = { schema, weights: readWeights(supergraphSdl), slicingArguments };

function costOf(text: string, variables: Record<string, unknown> = {}): number {
  const { definitions } = parse(text);
  const fragments = definitions.flatMap((each) =>
    each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each]] : [],
  );
  const definition = definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
  return compileCost(model, definition as never, Object.fromEntries(fragments)).of(variables);
}

const documents = ['clients', 'clients/app', 'clients/console'].flatMap((client) =>
  Object.values(JSON.parse(read(`${client}/generated/persisted-documents.json`)) as Record<string, string>),
);
const named = (name: string) => documents.find((text) => new RegExp(`^\\w+ ${name}[({]`).test(text)) ?? '';
const { costPerOperation: budgets } = readConfiguration({
  DATA_DIR: '/nowhere',
  SECRET_KEY: 'x'.repeat(43),
  GATEWAY_PUBLIC_KEY: 'x',
}).protection;

/** Whether people may ask it; else administrators do. */
const publicSchema = buildSchema(read('schema/contracts/public.graphql'));
const isPublic = (text: string) => validate(publicSchema, parse(text)).length === 0;
/** Lists whose entries hold lists themselves: our clients ask for their pages of 20. */
const asked20 = /^query (EarlierRounds|RoundsOfFund|HistoryOfListing|RetailersWithStores)\b/;
/** Of the reports, which are for administrators, though everybody may ask for stores. */
const ofReports = /^query PlacesOfStores\b/;

test('every document of our clients fits the budget of who asks it, with the longest page that they ask for', () => {
  const dear = documents.flatMap((text) => {
    const cost = costOf(text, { first: asked20.test(text) ? 20 : 100 });
    const budget = isPublic(text) && !ofReports.test(text) ? budgets.person : budgets.administrator;
    // What is reckoned dear, such as an audit, is dear for what it does, not for its length.
    return cost < budget * 0.9 ? [] : [{ cost, budget, text: text.slice(0, 60) }];
  });
  expect(dear).toEqual([]);
  const forAdministrators = ['ImportTable', 'LedgerAudit', 'Reports'].map(named);
  const ofAdministrators = forAdministrators.map((text) => costOf(text));
  expect(ofAdministrators.every((cost) => cost > budgets.anonymous / 3 && cost < budgets.administrator / 2)).toBe(true);
});

test('anonymous callers read the longest page of offers', () => {
  expect(costOf(named('Offers'), { first: 20 })).toBe(82);
  expect(costOf(named('Offers'), { first: 100 })).toBeLessThan(budgets.anonymous / 2);
});

test('a position that is reported costs what a mutation does', () => {
  expect(costOf(named('ReportLocation'))).toBe(11);
});

test('lists in lists are beyond the budget of anybody but administrators', () => {
  const stores = '{ offers(first: 100) { edges { node { retailer { stores { city } } } } } }';
  expect(costOf(stores)).toBeGreaterThan(budgets.partner);
  expect(costOf(stores)).toBeLessThan(budgets.administrator);
});

/** The limits of a production whose settings name none. */
function inProduction() {
  const keys = { SECRET_KEY: 'x'.repeat(43), GATEWAY_PUBLIC_KEY: 'x', GATEWAY_PRIVATE_KEY: 'x' };
  const subgraphUrls = subgraphNames.map((name) => `${name}=http://${name}`).join(',');
  return readConfiguration({
    NODE_ENV: 'production',
    DATA_DIR: '/nowhere',
    SUBGRAPH_URLS: subgraphUrls,
    ...keys,
  }).protection;
}

test('an analyst changes days and places 20 times in a minute, within the budget of their own', () => {
  const { costPerOperation, costPerMinute } = inProduction();
  const reports = ['ConnectionsByDay', 'PointsByDay'].map((name) => costOf(named(name)));
  expect(Math.max(...reports)).toBeLessThan(costPerOperation.analyst / 2);
  expect(20 * reports.reduce((sum, each) => sum + each)).toBeLessThan(costPerMinute.analyst);
  expect(standingOf({ accountId: 'a', scopes: ['citizen', 'analyst'] })).toBe('analyst');
  expect(standingOf({ accountId: 'a', scopes: ['analyst', 'administrator'] })).toBe('administrator');
});

test('the README tells the limits that production has', () => {
  const protection = inProduction();
  const told = [...read('README.md').matchAll(/^\| [\w, -]+ \| ([\d,]+) \| ([\d,]+) \|$/gm)].map(([, one, minute]) => [
    Number(one?.replaceAll(',', '')),
    Number(minute?.replaceAll(',', '')),
  ]);
  const standings = ['anonymous', 'person', 'analyst', 'partner', 'administrator'] as const;
  expect(told).toEqual(standings.map((each) => [protection.costPerOperation[each], protection.costPerMinute[each]]));
  expect(protection.documents).toBe('trusted');
});
