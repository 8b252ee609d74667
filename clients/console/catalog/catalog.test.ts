/* The catalog kept by clicks in a real browser: offers, stores, products, schemes; by keyboard too; axe on each screen. */
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type Person, signInByClicks, type TestBrowser } from '../../testing/browser.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';

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

const enter = (place: string) =>
  desk.page.getByRole('navigation').getByRole('link', { name: place, exact: true }).click();

test('an offer is written as a draft, published, paused, published again and archived', async () => {
  const { page } = desk;
  await enter('Retailers');
  await page.getByRole('article').first().waitFor();
  await desk.screenshot('console-retailers');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('article').first().getByRole('link').click();
  await page.getByRole('link', { name: 'New offer' }).click();
  await page.getByRole('button', { name: 'Save as a draft' }).click();
  await page.getByRole('alert').first().getByText('This is needed.').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByLabel('Title').fill('A cup of tea');
  await page.getByLabel('Price in points').fill('12');
  await page.getByLabel('Worth in dollars').fill('3.5');
  await page.getByRole('button', { name: 'Save as a draft' }).click();
  await page.getByRole('heading', { name: 'A cup of tea', level: 1 }).waitFor();
  await page.getByText('Draft', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByText('Published', { exact: true }).waitFor();
  await desk.screenshot('console-offer');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('Paused', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByText('Published', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Back to the retailer' }).click();
  const offer = page.getByRole('article', { name: 'A cup of tea' });
  await offer.getByText('$3.50').waitFor();
  await desk.screenshot('console-offers');
  expect(await accessibilityFaults(page)).toEqual([]);
  await offer.getByRole('button', { name: 'Archive' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Archive' }).click();
  await offer.getByText('Archived', { exact: true }).waitFor();
  expect(desk.complaints).toEqual([]);
});

test('each part of a retailer is reached by the keyboard and nothing is wrong with it', async () => {
  const { page } = desk;
  const tabs = page.getByRole('tab');
  await tabs.first().focus();
  const names = await tabs.allTextContents();
  for (const [place, name] of names.entries()) {
    if (place > 0) await page.keyboard.press('ArrowRight');
    await page.getByRole('tab', { name, exact: true, selected: true }).waitFor();
    await page.getByRole('tabpanel', { name, exact: true }).locator('.spinner').waitFor({ state: 'detached' });
    expect([name, await accessibilityFaults(page)]).toEqual([name, []]);
  }
  expect(names).toContain('Tills');
  expect(desk.complaints).toEqual([]);
});

test('a store and a product are added', async () => {
  const { page } = desk;
  await page.getByRole('tab', { name: 'Stores' }).click();
  await page.getByRole('button', { name: 'New store' }).click();
  const dialog = page.getByRole('dialog');
  const store = { 'Street and number': '1 Tea Lane', City: 'Austin', 'ZIP code': '78701' };
  for (const [label, value] of Object.entries({ ...store, Latitude: '30.27', Longitude: '-97.74' })) {
    await dialog.getByLabel(label, { exact: true }).fill(value);
  }
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: '1 Tea Lane' }).waitFor();
  await page.getByRole('tab', { name: 'Products' }).click();
  await page.getByRole('button', { name: 'New product' }).click();
  const product = { Number: 'TEA-1', Name: 'Green tea', 'Price in dollars': '4.25' };
  for (const [label, value] of Object.entries(product)) await dialog.getByLabel(label, { exact: true }).fill(value);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('article', { name: 'Green tea' }).getByText('$4.25').waitFor();
  await desk.screenshot('console-products');
  expect(desk.complaints).toEqual([]);
});

test('a municipality writes a scheme and puts it in force, and a charity says what it is', async () => {
  const { page } = desk;
  await enter('Municipalities');
  await page.getByRole('link', { name: 'Austin' }).click();
  await page.getByRole('button', { name: 'New scheme' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Title').fill('A third of a library fee');
  await dialog.getByLabel('Kind of fee').fill('library');
  await dialog.getByLabel('Dollars that a point pays').fill('0.05');
  await dialog.getByLabel('Largest share of a fee, in percent').fill('33');
  await dialog.getByLabel('Budget in dollars').fill('500');
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Save as a draft' }).click();
  const scheme = page.getByRole('article', { name: 'A third of a library fee' });
  await scheme.getByRole('button', { name: 'Publish' }).click();
  await scheme.getByText('Published', { exact: true }).waitFor();
  await scheme.getByRole('button', { name: 'Pause' }).click();
  await scheme.getByText('Paused', { exact: true }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await desk.screenshot('console-scheme-paused');
  await scheme.getByRole('button', { name: 'Resume' }).click();
  await scheme.getByText('Published', { exact: true }).waitFor();
  await desk.screenshot('console-schemes');
  expect(await accessibilityFaults(page)).toEqual([]);
  await enter('Charities');
  await page.getByLabel('Search by name').fill('Family Fund');
  await page.getByRole('link', { name: /Family Fund/ }).click();
  await page.getByLabel('Description (optional)').fill('For families of officers.');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').last().waitFor();
  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByText('For families of officers.').first().waitFor();
  expect(desk.complaints).toEqual([]);
});

test('on a small phone in Spanish nothing is wider than the screen', async () => {
  const phone = await browser.person({ locale: 'es-US', colorScheme: 'dark' });
  phone.context.setDefaultTimeout(20_000);
  await phone.context.addCookies(await desk.context.cookies());
  await phone.page.addInitScript(
    (kept) => {
      for (const [name, value] of Object.entries(kept))
        if (!localStorage.getItem(name)) localStorage.setItem(name, value);
      localStorage.setItem('hey-blue language', 'es');
    },
    await desk.page.evaluate(() => ({ ...localStorage })),
  );
  await phone.page.goto(`${system.url}/console/retailers`);
  await phone.page.getByRole('heading', { name: 'Comercios', level: 1 }).waitFor();
  await phone.page.getByRole('article').first().getByRole('link').click();
  await phone.page.getByRole('link', { name: 'Nueva oferta' }).click();
  await phone.page.getByRole('heading', { name: 'Nueva oferta', level: 1 }).waitFor();
  const overflow = await phone.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await phone.screenshot('console-offer-small-spanish-dark');
  expect(await accessibilityFaults(phone.page)).toEqual([]);
  expect(phone.complaints).toEqual([]);
});
