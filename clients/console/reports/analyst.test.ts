/*
 * An analyst from beginning to end, in two browsers: an administrator appoints them by the id that they found, they read
 * figures in which few have no place, are shown nothing that is refused, and are dismissed again. What happened in the days
 * before stands in the database as events leave it.
 */
import { Client } from 'pg';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type Person, signInByClicks, type TestBrowser } from '../../testing/browser.ts';
import { unreachedByKeyboard } from '../../testing/keyboard.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';

const DAY_MILLISECONDS = 86_400_000;
const ANALYST = 'ana@chronicle.example';
const days = [2, 9, 40].map((ago) => new Date(Date.now() - ago * DAY_MILLISECONDS).toISOString().slice(0, 10));

let system: TestSystem;
let browser: TestBrowser;
let desk: Person;
let analyst: Person;
let accountId: string;
let aheadMilliseconds = 0;

beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ CLOCK: 'steered' }), openBrowser()]);
  await happen();
  desk = await browser.person({ viewport: { width: 1280, height: 900 } });
  await signInByClicks(desk, system.url, 'console', 'administrator@hey-blue.example');
  analyst = await browser.person({ viewport: { width: 1280, height: 900 } });
});
afterAll(async () => {
  await browser.close();
  await system.close();
});

async function happen(): Promise<void> {
  const [lately = '', before = '', longAgo = ''] = days;
  const facts = [
    ['connection', lately, '78701', 6, 0],
    ['connection', lately, '78704', 3, 0],
    ['connection', lately, '78702', 2, 0],
    ['donation', lately, '78704', 1, 500],
    ['connection', before, '78701', 7, 0],
    ['connection', before, '10001', 8, 0],
    ['connection', longAgo, '78701', 2, 0],
  ] as const;
  const client = new Client({ connectionString: system.databaseUrl });
  await client.connect();
  for (const fact of facts) {
    await client.query(
      `insert into reporting.fact (kind, id, part, day, zip_code, points)
       select $1, gen_random_uuid(), '', $2, $3, $5::integer from generate_series(1, $4::integer)`,
      [...fact],
    );
  }
  await client.end();
}

/** Windows have the system's time, or they would take tokens that have ended for good ones. */
async function setClocks(): Promise<void> {
  for (const { context } of [desk, analyst]) await context.clock.setFixedTime(Date.now() + aheadMilliseconds);
}
beforeEach(setClocks);

/** As long as an access token lives: what was decided meanwhile is in the next one. */
async function tokensEnd(): Promise<void> {
  await system.advance(5 * 60_000);
  aheadMilliseconds += 5 * 60_000;
  await setClocks();
}

const linksOf = ({ page }: Person) => page.getByRole('navigation').getByRole('link').allTextContents();

/** The first numbers of a table's rows, by what stands before them. */
async function rowsOf({ page }: Person, table: string): Promise<Record<string, string>> {
  const region = page.getByRole('region', { name: table, exact: true });
  await region.getByRole('rowheader').first().waitFor();
  const rows = await region.locator('tbody tr').all();
  const read = rows.map(async (row) => [
    await row.getByRole('rowheader').textContent(),
    await row.getByRole('cell').first().textContent(),
  ]);
  return Object.fromEntries(await Promise.all(read));
}

async function readReport({ page }: Person): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: 'Connections and points' }).click();
  await page.getByRole('heading', { level: 1, name: 'Connections and points' }).waitFor();
  await page.getByLabel('Days', { exact: true }).selectOption('Last 90 days');
  // The sum of all days that it was asked for: not of those before.
  const sum = page.locator('.figures > div', { has: page.getByText('Connections', { exact: true }) }).locator('dd');
  await sum.filter({ hasText: /^28$/ }).waitFor();
}

async function look(person: Person, name: string): Promise<void> {
  await person.page.screenshot({ path: `.cache/screenshots/console-analyst-${name}.png`, fullPage: true });
  expect(await accessibilityFaults(person.page)).toEqual([]);
  expect(await unreachedByKeyboard(person.page)).toEqual([]);
}

test('somebody new finds the id of their account, and no reports', async () => {
  const { page } = analyst;
  await signInByClicks(analyst, system.url, 'console', ANALYST);
  await page.getByText('Id of your account, which an administrator may ask for').waitFor();
  accountId = (await page.locator('.code').textContent()) ?? '';
  expect(accountId).toMatch(/^[0-9a-f-]{36}$/);
  expect(await linksOf(analyst)).not.toContain('Connections and points');
  await look(analyst, 'nobody-yet');
});

test('an administrator appoints them by it, once it was said what follows, and sees who is one', async () => {
  const { page } = desk;
  const dialog = page.getByRole('dialog');
  await page.getByRole('navigation').getByRole('link', { name: 'Accounts', exact: true }).click();
  await page.getByRole('heading', { name: 'Nobody is an analyst' }).waitFor();
  await look(desk, 'accounts-without');
  await page.getByLabel('Id of the account').fill(accountId);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByRole('button', { name: 'Appoint as analyst' }).click();
  await dialog.getByText('Who appointed it and when is kept.').waitFor();
  await look(desk, 'appoint');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Appoint as analyst' }).click();
  await dialog.getByRole('button', { name: 'Appoint', exact: true }).click();
  await page.getByText('Is an analyst', { exact: true }).waitFor();
  await look(desk, 'account');
  await page.getByRole('navigation').getByRole('link', { name: 'Accounts', exact: true }).click();
  const list = page.getByRole('region', { name: 'Analysts' });
  await list.getByRole('link', { name: accountId.slice(-8) }).waitFor();
  await list.getByText('You', { exact: true }).waitFor();
  await look(desk, 'accounts');
});

test('who cannot be appointed is not, and it is said why', async () => {
  const { page } = desk;
  const dialog = page.getByRole('dialog');
  await page.goto(`${system.url}/console/account`);
  const own = (await page.locator('.code').textContent()) ?? '';
  await page.goto(`${system.url}/console/accounts/${own}`);
  await page.getByRole('button', { name: 'Appoint as analyst' }).click();
  await dialog.getByRole('button', { name: 'Appoint', exact: true }).click();
  await dialog.getByText('This account cannot be given that.').waitFor();
  await look(desk, 'refused');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Appoint as analyst' }).waitFor();
});

test('the analyst reads figures in which few have no place, and sums are whole', async () => {
  const { page } = analyst;
  await tokensEnd();
  await page.reload();
  await page.getByText('You are an analyst.').waitFor();
  await look(analyst, 'me');
  await readReport(analyst);
  await page.getByText('So that no number points at a person').waitFor();
  expect(await rowsOf(analyst, 'By ZIP code')).toEqual({ 78701: '13', 10001: '8', 'without a place': '7' });
  await page.getByRole('img', { name: '78701: 13' }).waitFor();
  await look(analyst, 'reports');
  const numbers = page.getByRole('region', { name: 'By ZIP code' }).locator('td.number').first();
  expect(await numbers.evaluate((cell) => getComputedStyle(cell).textAlign)).toBe('end');
  await page.getByLabel('Only this ZIP code (optional)').fill('78704');
  await page.getByRole('heading', { name: 'There is nothing to tell of this ZIP code' }).waitFor();
  await look(analyst, 'reports-few');
  await page.getByLabel('Only this ZIP code (optional)').fill('78701');
  await page.getByText('is missing in these sums').waitFor();
  expect(await rowsOf(analyst, 'By ZIP code')).toEqual({ 78701: '13' });
  await page.getByLabel('Only this ZIP code (optional)').fill('');
  await page.getByRole('img', { name: '78701: 13' }).waitFor();
});

test('they sum it up by week, month, city and state, and keep it as it is shown', async () => {
  const { page } = analyst;
  await page.getByLabel('Places by').selectOption('City');
  expect(await rowsOf(analyst, 'By city')).toEqual({
    'Austin, TX': '13',
    'New York, NY': '8',
    'without a place': '7',
  });
  expect(await page.getByRole('region', { name: /^Map of/ }).count()).toBe(0);
  await page.getByLabel('Sum up by').selectOption('Week');
  expect(Object.values(await rowsOf(analyst, 'By week'))).toEqual(['2', '15', '11']);
  await look(analyst, 'reports-week-city');
  await page.getByLabel('Sum up by').selectOption('Month');
  await page.getByLabel('Places by').selectOption('State');
  const months = new Set(days.map((day) => day.slice(0, 7)));
  expect(Object.keys(await rowsOf(analyst, 'By month'))).toHaveLength(months.size);
  expect(await rowsOf(analyst, 'By state')).toEqual({ TX: '13', NY: '8', 'without a place': '7' });
  await look(analyst, 'reports-month-state');
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download as CSV' }).click(),
  ]);
  const chunks = await saved.createReadStream().then((stream) => stream.toArray());
  const lines = Buffer.concat(chunks).toString().trim().split('\r\n');
  expect(lines[0]).toBe(
    'from,to,state,connections,pointsAwarded,pointsSpent,pointsOnFees,pointsDonated,vouchersRedeemed',
  );
  const connections = lines.slice(1).reduce((sum, line) => sum + Number(line.split(',')[3]), 0);
  expect(connections).toBe(28);
});

test('they open every place that they are shown, and nothing is refused', async () => {
  const { page } = analyst;
  const shown = (await linksOf(analyst)).filter((name) => name !== 'API explorer');
  expect(shown).toEqual(['Overview', 'Me', 'My organisations', 'Connections and points']);
  for (const name of shown) {
    await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.waitForFunction(() => !document.querySelector('main .spinner'));
    expect([name, await page.getByRole('main').getByRole('alert').allTextContents()]).toEqual([name, []]);
  }
  for (const path of ['accounts', 'ledger', 'review', 'person-reports']) {
    await page.goto(`${system.url}/console/${path}`);
    await page.getByRole('heading', { level: 1, name: 'There is nothing here for you' }).waitFor();
  }
  expect(analyst.complaints).toEqual([]);
});

test('the administrator reads of each place what the analyst does not', async () => {
  await readReport(desk);
  expect(await rowsOf(desk, 'By ZIP code')).toEqual({ 78701: '15', 10001: '8', 78704: '3', 78702: '2' });
  expect(await desk.page.getByText('So that no number points at a person').count()).toBe(0);
  expect(desk.complaints).toEqual([]);
});

test('on a small phone in the dark, in Spanish, reports and accounts are no wider than the screen', async () => {
  for (const [address, path, title] of [
    [ANALYST, 'reports', 'Encuentros y puntos'],
    ['administrator@hey-blue.example', `accounts/${accountId}`, `Cuenta ${accountId.slice(-8)}`],
    ['administrator@hey-blue.example', 'accounts', 'Cuentas'],
  ] as const) {
    const phone = await browser.person({ colorScheme: 'dark' });
    const { page } = phone;
    await phone.context.clock.setFixedTime(Date.now() + aheadMilliseconds);
    await signInByClicks(phone, system.url, 'console', address);
    await page.evaluate(() => localStorage.setItem('hey-blue language', 'es'));
    await page.goto(`${system.url}/console/${path}`);
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await page.waitForFunction(() => !document.querySelector('main .spinner'));
    if (path === 'reports') await page.locator('.zip-place').first().waitFor();
    await look(phone, `small-${path.replace(/\W.*/, '-one')}`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(phone.complaints).toEqual([]);
  }
});

test('whoever is dismissed reads on for five minutes at most, and then why there is nothing', async () => {
  const { page } = desk;
  const dialog = page.getByRole('dialog');
  await readReport(await backAtTheStart(analyst));
  await page.goto(`${system.url}/console/accounts/${accountId}`);
  await page.getByRole('button', { name: 'End the appointment' }).click();
  await look(desk, 'dismiss');
  await dialog.getByRole('button', { name: 'End the appointment' }).click();
  await page.getByRole('button', { name: 'Appoint as analyst' }).waitFor();
  await tokensEnd();
  await analyst.page.getByLabel('Days', { exact: true }).selectOption('Last 7 days');
  await analyst.page.getByRole('heading', { level: 1, name: 'There is nothing here for you' }).waitFor();
  await analyst.page.getByText('“Connections and points” is not open to your account.').waitFor();
  expect(await linksOf(analyst)).not.toContain('Connections and points');
  await look(analyst, 'dismissed');
  await page.getByRole('navigation').getByRole('link', { name: 'Accounts', exact: true }).click();
  await page.getByRole('heading', { name: 'Nobody is an analyst' }).waitFor();
  await page.getByLabel('Also those whose appointment has ended').check();
  await page
    .getByRole('region', { name: 'Analysts' })
    .getByRole('link', { name: accountId.slice(-8) })
    .waitFor();
  await look(desk, 'accounts-ended');
  expect(analyst.complaints).toEqual([]);
  expect(desk.complaints).toEqual([]);
});

async function backAtTheStart(person: Person): Promise<Person> {
  await person.page.goto(`${system.url}/console/`);
  await person.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  return person;
}
