/*
 * The explorer in a real browser, from the console: anybody's first query, its book, an administrator's query of their own,
 * and the graph as a shop's system sees it; without a breach of the page's security policy.
 */
import type { Page } from 'playwright-core';
import { signInAdministrator } from '../../../gateway/journeys/people.ts';
import { CreatePartnerKeyDocument, RetailersDocument } from '../../generated/graphql.ts';
import type { SignedIn } from '../../sign-in.ts';
import { openBrowser, type Person, signInByClicks, type TestBrowser } from '../../testing/browser.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';

let system: TestSystem;
let browser: TestBrowser;
let administrator: SignedIn;
let desk: Person;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  administrator = await signInAdministrator(system.url);
  desk = await browser.person({ viewport: { width: 1280, height: 860 } });
});
afterAll(async () => {
  await administrator?.client.close();
  await browser.close();
  await system.close();
});

const QUERY = '.graphiql-query-editor';
const HEADERS = '.graphiql-editor-tool';

/** Pastes this over what an editor holds: one change of it, in which the editor closes no brackets of its own. */
async function write(page: Page, editor: string, text: string): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate((pasted) => navigator.clipboard.writeText(pasted), text);
  await page.locator(editor).locator('.view-lines').filter({ visible: true }).first().click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.press('ControlOrMeta+V');
}

/**
 * Writes a query and waits until the page has read it: a moment after it was written, the page would still ask for the
 * operation that was there before. Its tab takes the operation's name when it is read.
 */
async function writeQuery(page: Page, name: string, body: string): Promise<void> {
  await write(page, QUERY, `query ${name} ${body}`);
  await page.getByRole('tablist', { name: 'Select active operation' }).getByTitle(name, { exact: true }).waitFor();
}

/** Runs what the editor holds, and waits for the answer to say this. */
async function run(page: Page, text: RegExp): Promise<void> {
  await page.getByRole('button', { name: /^Execute query/ }).click();
  await page.locator('.graphiql-response').filter({ hasText: text }).waitFor();
}

/** What it complained of, without questions that are refused as they should be. */
const others = ({ complaints }: Person) => complaints.filter((each) => !/^400 .*\/graphql/.test(each));

test('an administrator comes there from the console, and the first query answers everybody', async () => {
  const { page } = desk;
  await signInByClicks(desk, system.url, 'console', 'administrator@hey-blue.example');
  await page.getByRole('link', { name: 'API explorer' }).click();
  await page.getByText('Welcome to the graph of Hey Blue!').waitFor();
  await run(page, /"pricePoints"/);
  await desk.screenshot('explorer-welcome');
  expect(desk.complaints).toEqual([]);
});

test('its book explains types, fields and codes', async () => {
  const { page } = desk;
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  await page
    .getByRole('link', { name: 'Query', exact: true })
    .or(page.getByText('Query', { exact: true }))
    .first()
    .click();
  await page
    .getByRole('link', { name: 'offers', exact: true })
    .or(page.getByText('offers', { exact: true }))
    .first()
    .click();
  await page
    .getByText(/Codes?:/)
    .first()
    .waitFor();
  await desk.screenshot('explorer-book');
  expect(desk.complaints).toEqual([]);
});

test('with a token an administrator asks what nobody else may', async () => {
  const { page } = desk;
  await writeQuery(page, 'Books', '{ ledgerAudit { balanced postings } }');
  await run(page, /Cannot\s+query\s+field/);
  await write(page, HEADERS, JSON.stringify({ authorization: `Bearer ${administrator.client.session?.accessToken}` }));
  await run(page, /"balanced":\s+true/);
  await desk.screenshot('explorer-administrator');
  expect(others(desk)).toEqual([]);
});

test('with the key of a shop the graph is that of partners, and no more', async () => {
  const partner = await browser.person({ viewport: { width: 1280, height: 860 }, colorScheme: 'dark' });
  const { page } = partner;
  const { retailers } = await administrator.client.request(RetailersDocument, { first: 1 });
  const { createPartnerKey } = await administrator.client.request(CreatePartnerKeyDocument, {
    input: {
      retailerId: retailers.edges[0]?.node.id ?? '',
      label: 'Books',
      scopes: ['OFFERS_READ', 'VOUCHERS_REDEEM'],
    },
  });
  await page.goto(`${system.url}/explorer`);
  await page.getByText('Welcome to the graph of Hey Blue!').waitFor();
  await write(page, HEADERS, JSON.stringify({ 'x-api-key': createPartnerKey.secret }));
  await page.getByRole('button', { name: 'Re-fetch GraphQL schema' }).click();
  await writeQuery(page, 'Stock', '{ offerStock(first: 1) { edges { node { open } } } }');
  await run(page, /"offerStock"/);
  await writeQuery(page, 'Books', '{ ledgerAudit { balanced } }');
  await run(page, /Cannot\s+query\s+field/);
  await partner.screenshot('explorer-partner');
  expect(others(partner)).toEqual([]);
});
