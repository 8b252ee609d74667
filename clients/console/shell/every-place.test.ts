/*
 * Each place of the console and each part of it on a small phone, in Spanish, in the dark, as an administrator meets it on
 * the first day: nothing is wider than the screen, nothing is wrong by axe, nothing is refused behind it.
 */
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type Person, signInByClicks, type TestBrowser } from '../../testing/browser.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';

/** Every place of places.ts, and forms that have an address of their own. */
const paths = [
  '',
  'account',
  'organisations',
  'organisations/apply',
  'organisations/claim',
  'organisations/join',
  'applications',
  'directory',
  'retailers',
  'charities',
  'municipalities',
  'imports',
  'imports/new',
  'synonyms',
  'scoring',
  'fees',
  'funds',
  'funds/78701',
  'vouchers',
  'ledger',
  'ledger/transactions/none',
  'departments',
  'accounts',
  'appeals',
  'hubs',
  'documents',
  'documents/terms',
  'review',
  'person-reports',
  'stories',
  'zones',
  'risk-rules',
  'reports',
  'keys',
  'webhooks',
  'endpoints',
] as const;
/** Where the first thing of the list is opened too. */
const lists = ['retailers', 'charities', 'municipalities', 'directory'] as const;

let system: TestSystem;
let browser: TestBrowser;
let phone: Person;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  phone = await browser.person({ colorScheme: 'dark' });
  await signInByClicks(phone, system.url, 'console', 'administrator@hey-blue.example');
  await phone.page.evaluate(() => localStorage.setItem('hey-blue language', 'es'));
});
afterAll(async () => {
  await browser.close();
  await system.close();
});

/** What is wrong with what is shown now, by its name. */
async function faultsAt(where: string): Promise<string[]> {
  const { page } = phone;
  await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
  await page.waitForFunction(() => !document.querySelector('main .spinner'));
  await phone.screenshot(`console-every-${where.replaceAll(/[^\w]+/g, '-')}`);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  const alerts = await page.getByRole('main').getByRole('alert').allTextContents();
  const found = [
    ...(wider > 0 ? [`${wider} pixels wider than the screen`] : []),
    ...alerts,
    ...(await accessibilityFaults(page)),
    ...phone.complaints.splice(0),
  ];
  return found.map((fault) => `${where}: ${fault}`);
}

/** What is wrong with each part of what is shown. */
async function faultsOfParts(where: string): Promise<string[]> {
  const found = await faultsAt(where);
  for (const tab of (await phone.page.getByRole('tab').all()).slice(1)) {
    await tab.click();
    found.push(...(await faultsAt(`${where} ${(await tab.textContent()) ?? ''}`)));
  }
  return found;
}

test('the list of this test has every place of the console', async () => {
  const { page } = phone;
  await page.goto(`${system.url}/console/`);
  await page.getByRole('button', { name: 'Menú' }).click();
  const links = await page.getByRole('navigation').getByRole('link').all();
  const known = new Set<string>(paths.map((path) => `/console/${path}`.replace(/\/$/, '')));
  const shown = await Promise.all(
    links.map(async (link) => ((await link.getAttribute('href')) ?? '').replace(/\/$/, '')),
  );
  expect(shown.filter((path) => path !== '/explorer' && !known.has(path))).toEqual([]);
});

test.each(paths)('nothing is wrong at /%s', async (path) => {
  await phone.page.goto(`${system.url}/console/${path}`);
  expect(await faultsOfParts(path || 'overview')).toEqual([]);
});

test.each(lists)('nothing is wrong with the first of the %s', async (path) => {
  const { page } = phone;
  await page.goto(`${system.url}/console/${path}`);
  const first = page.getByRole('main').getByRole('article').first().getByRole('heading').getByRole('link');
  await first.click();
  await first.waitFor({ state: 'detached' });
  expect(await faultsOfParts(`${path} first`)).toEqual([]);
});
