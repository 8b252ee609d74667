/*
 * The explorer in a real browser, for whoever is signed in beside it: chosen at the top, with the graph that this opens or
 * another; completion, history, errors and subscriptions as they are seen.
 */
import type { Page } from 'playwright-core';
import { accessibilityFaults } from '../../clients/testing/accessibility.ts';
import { openBrowser, type Person, signInByClicks, type TestBrowser } from '../../clients/testing/browser.ts';
import { startSystem, type TestSystem } from '../../clients/testing/system.ts';

let system: TestSystem;
let browser: TestBrowser;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await system?.close();
});

const STOP = /^Stop query/;
const DESK = { viewport: { width: 1280, height: 860 } } as const;

async function open(person: Person): Promise<Page> {
  await person.page.goto(`${system.url}/explorer`);
  await person.page.getByText('Welcome to the graph of Hey Blue!').waitFor();
  return person.page;
}

/** Replaces what the editor of queries holds. */
async function write(page: Page, text: string): Promise<void> {
  await page.locator('.graphiql-query-editor .view-lines').first().click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(text);
  // The editor closes brackets by itself, behind what was written.
  await page.keyboard.press('Control+Shift+End');
  await page.keyboard.press('Delete');
}

/** The page may still ask for the operation that was there a moment ago. */
async function runUntil(page: Page, text: RegExp): Promise<void> {
  const answer = page.locator('.graphiql-response').filter({ hasText: text });
  for (let attempt = 0; attempt < 8; attempt++) {
    await page.getByRole('button', { name: /^(Execute|Stop) query/ }).click();
    const isThere = await answer.waitFor({ timeout: 4_000 }).then(
      () => true,
      () => false,
    );
    if (isThere) return;
  }
  throw new Error(`No answer says ${text}: ${await page.locator('.graphiql-response').textContent()}`);
}

/** Questions that are refused as they should be are no complaints. */
const others = ({ complaints }: Person) => complaints.filter((each) => !/^400 .*\/graphql/.test(each));

test('nobody is offered to sign in, and is shown the graph of people, of partners or of administrators as far as it goes', async () => {
  const guest = await browser.person(DESK);
  const page = await open(guest);
  expect(await page.getByLabel('Ask as').locator('option').allTextContents()).toEqual([
    'nobody, or as the headers below say',
  ]);
  expect(await page.getByRole('link', { name: 'Sign in to the console' }).getAttribute('href')).toBe(
    '/console/account',
  );
  await page.getByLabel('Graph', { exact: true }).selectOption('of administrators');
  await runUntil(page, /UNAUTHENTICATED/);
  await guest.screenshot('explorer-nobody');
  expect((await accessibilityFaults(page)).filter((fault) => /\.who|h1|select|label/.test(fault))).toEqual([]);
  expect(guest.complaints.filter((each) => !/^40[01] .*\/graphql/.test(each))).toEqual([]);
});

test('an administrator who is signed in to the console chooses that, and the graph of administrators is there', async () => {
  const desk = await browser.person({ ...DESK, colorScheme: 'dark' });
  await signInByClicks(desk, system.url, 'console', 'administrator@hey-blue.example');
  const page = await open(desk);
  await page.getByLabel('Ask as').selectOption('whoever is signed in to the console');
  await write(page, '{ ledgerAudit { balanced postings } }');
  await runUntil(page, /"balanced":\s+true/);
  await desk.screenshot('explorer-signed-in-dark');
  await write(page, '{ ledgerAud');
  await page.keyboard.press('Control+Space');
  await page.locator('.suggest-widget').getByText('ledgerAudit').first().waitFor();
  await desk.screenshot('explorer-completion-dark');
  await page.keyboard.press('Escape');
  await write(page, 'subscription { pointsChanges { balance { available } } }');
  await runUntil(page, /Cannot\s+query\s+field/);
  await page.getByLabel('Graph', { exact: true }).selectOption('of people');
  await runUntil(page, /"available":\s+\d/);
  await desk.screenshot('explorer-subscription-dark');
  await page.locator('.squiggly-error').first().waitFor({ state: 'detached' });
  await page.getByRole('button', { name: STOP }).click();
  await page.getByRole('button', { name: 'Show History' }).click();
  await page.locator('.graphiql-history-item-label').filter({ hasText: 'ledgerAudit' }).first().waitFor();
  await page.reload();
  await page.getByLabel('Ask as').waitFor();
  expect(await page.getByLabel('Ask as').inputValue()).toBe('console');
  expect(others(desk)).toEqual([]);
});

test('a session that is about to end is renewed for its site too; who signs out there is asked as nobody from then on', async () => {
  const desk = await browser.person(DESK);
  await signInByClicks(desk, system.url, 'console', 'administrator@hey-blue.example');
  const page = await open(desk);
  await page.getByLabel('Ask as').selectOption('whoever is signed in to the console');
  const kept = () => page.evaluate(() => JSON.parse(localStorage.getItem('hey-blue console session') ?? ''));
  const before = await kept();
  await page.evaluate((session) => localStorage.setItem('hey-blue console session', JSON.stringify(session)), {
    ...before,
    accessTokenExpiresAt: new Date(0).toISOString(),
  });
  await write(page, '{ ledgerAudit { balanced } }');
  await runUntil(page, /"balanced":\s+true/);
  expect((await kept()).refreshToken).not.toBe(before.refreshToken);
  const other = await desk.context.newPage();
  await other.goto(`${system.url}/console/account`);
  await other.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'Sign in to the console' }).waitFor();
  expect(await page.getByLabel('Ask as').inputValue()).toBe('nobody');
  expect(others(desk)).toEqual([]);
});
