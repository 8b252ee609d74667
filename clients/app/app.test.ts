/* The app in a real browser, against the real system. */
import { accessibilityFaults } from '../testing/accessibility.ts';
import { openBrowser, signInByClicks, type TestBrowser } from '../testing/browser.ts';
import { startSystem, type TestSystem } from '../testing/system.ts';

let system: TestSystem;
let browser: TestBrowser;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await system.close();
});

test('somebody new reads what this is, looks at offers, signs in with a phone, and reads it all in Spanish', async () => {
  const ada = await browser.person();
  await ada.page.goto(system.url);
  await ada.page.getByRole('heading', { name: 'Welcome to Hey Blue!', level: 1 }).waitFor();
  expect(await accessibilityFaults(ada.page)).toEqual([]);
  await ada.page.getByRole('link', { name: 'Offers' }).click();
  await ada.page.getByRole('heading', { name: 'Offers', level: 1 }).waitFor();
  await ada.page.getByRole('article').first().waitFor();
  await ada.screenshot('app-offers');
  expect(await accessibilityFaults(ada.page)).toEqual([]);
  await signInByClicks(ada, system.url, 'app', 'ada@people.example');
  await ada.page.getByText('0 points').waitFor();
  await ada.screenshot('app-me');
  expect(await accessibilityFaults(ada.page)).toEqual([]);
  await ada.page.getByLabel('Language').selectOption('Español');
  await ada.page.getByRole('heading', { name: 'Yo', level: 1 }).waitFor();
  expect(await ada.page.locator('html').getAttribute('lang')).toBe('es');
  expect(ada.complaints).toEqual([]);
});
