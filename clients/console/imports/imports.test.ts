/* Messy files taken in by clicks in a real browser, from the upload to undoing it; axe on each screen. */
import { readFile } from 'node:fs/promises';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type Person, signInByClicks, type TestBrowser } from '../../testing/browser.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';

const FILES = 'subgraphs/catalog/fixtures/messy';

let system: TestSystem;
let browser: TestBrowser;
let desk: Person;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  desk = await browser.person({ viewport: { width: 1280, height: 900 } });
  await signInByClicks(desk, system.url, 'console', 'administrator@hey-blue.example');
});
afterAll(async () => {
  await browser.close();
  await system.close();
});

async function choose(kind: string, file: string): Promise<void> {
  const { page } = desk;
  await page.getByRole('navigation').getByRole('link', { name: 'Imports', exact: true }).click();
  await page.getByRole('link', { name: 'Import a file' }).click();
  await page.getByLabel('What the rows are').selectOption(kind);
  await page.getByLabel('File', { exact: true }).setInputFiles(`${FILES}/${file}`);
  await page.getByRole('button', { name: 'Upload and read the header' }).click();
  await page.getByRole('heading', { name: 'What do the columns hold?' }).waitFor();
}

const figure = (name: string) =>
  desk.page.locator('.figures > div', { has: desk.page.getByText(name, { exact: true }) }).locator('dd');

test('a file of shops with line breaks in its cells is mapped, compared, applied and undone', async () => {
  const { page } = desk;
  await page.getByRole('navigation').getByRole('link', { name: 'Imports', exact: true }).click();
  await page.getByRole('heading', { name: 'Nothing was imported yet' }).waitFor();
  await desk.screenshot('console-imports-empty');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('link', { name: 'Import a file' }).click();
  await page.getByRole('button', { name: 'Upload and read the header' }).click();
  await page.getByRole('alert').getByText('Choose a file.').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await choose('STORES', 'retailers_quoted_newlines.csv');
  await desk.screenshot('console-import-mapping');
  expect(await accessibilityFaults(page)).toEqual([]);
  // What is taken from a column is the person's to say.
  const street = page.getByLabel('Column for street');
  expect(await street.locator('option:checked').textContent()).toBe('street');
  await street.selectOption('None');
  await page.getByText('Say first which column holds: street').waitFor();
  await street.selectOption('street');
  await page.getByRole('button', { name: 'Compare with what is listed' }).click();
  await page.getByRole('heading', { name: 'What it would change' }).waitFor();
  await page.getByRole('heading', { name: /1747 EAST OLTORF/ }).waitFor();
  expect(await figure('New').textContent()).toBe('2');
  expect(await figure('Changed').textContent()).toBe('6');
  await desk.screenshot('console-import-compared');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('tab', { name: 'Problems' }).click();
  await page.getByText('ZIP+4 was cut to 78741.').first().waitFor();
  await page.getByRole('button', { name: 'Approve and apply' }).click();
  await page.getByText('All of it is in the catalog now.').waitFor();
  expect(await figure('Rows applied').textContent()).toBe('8');
  await desk.screenshot('console-import-applied');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Undo this import' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Undo it' }).click();
  await page.getByText('What it changed was put back.').waitFor();
  expect(await figure('Put back').textContent()).toBe('8');
  expect(desk.complaints).toEqual([]);
});

test('rows that nothing can be made of are told line by line, and come back as a file that runs no formula', async () => {
  const { page } = desk;
  await choose('OFFERS', 'offers_formula_injection.csv');
  await page.getByText('Say first which column holds: retailer').waitFor();
  await page.getByLabel('Column for retailer').selectOption('campaign_id');
  await page.getByRole('button', { name: 'Compare with what is listed' }).click();
  await page.getByText('It would change nothing').waitFor();
  await page.getByRole('tab', { name: 'Problems' }).click();
  await page
    .getByRole('heading', { name: /^Line 2/ })
    .first()
    .waitFor();
  await desk.screenshot('console-import-refused');
  expect(await accessibilityFaults(page)).toEqual([]);
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download the refused rows' }).click(),
  ]);
  expect(saved.suggestedFilename()).toBe('refused-offers_formula_injection.csv');
  const text = await readFile(await saved.path(), 'utf8');
  expect(text).toContain('FRZN MEAT');
  expect(text).not.toMatch(/(^|,)"?[=+@]/m);
  await page.getByRole('button', { name: 'Stop this import' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop it' }).click();
  await page.getByRole('heading', { name: 'What became of it' }).waitFor();
  await page.getByRole('navigation').getByRole('link', { name: 'Imports', exact: true }).click();
  await page.getByRole('link', { name: 'offers_formula_injection.csv' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(desk.complaints).toEqual([]);
});

test('a table that is fetched by itself is set up, paused and deleted', async () => {
  const { page } = desk;
  await page.getByRole('navigation').getByRole('link', { name: 'Imports', exact: true }).click();
  await page.getByRole('tab', { name: 'Fetched by themselves' }).click();
  await page.getByRole('button', { name: 'Have a table fetched' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Address').fill('https://shop.example/stores.csv');
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Fetch it from now on' }).click();
  await page.getByRole('heading', { name: 'https://shop.example/stores.csv' }).waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('Paused').waitFor();
  await desk.screenshot('console-import-pulls');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { name: 'No table is fetched by itself' }).waitFor();
  expect(desk.complaints).toEqual([]);
});
