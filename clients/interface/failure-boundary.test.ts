/* A screen that fails, in each site in a real browser: it says so, the rest of the page stays, and there are ways on. */
import { accessibilityFaults } from '../testing/accessibility.ts';
import { openBrowser, type Person, signInByClicks, type TestBrowser } from '../testing/browser.ts';
import { startSystem, type TestSystem } from '../testing/system.ts';

const CAUSE = 'Broken on purpose';

let system: TestSystem;
let browser: TestBrowser;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await system.close();
});

/** Puts a screen that cannot be drawn in the place of the built one. @returns what ends it. */
async function breakScreen({ page }: Person, file: string, name: string): Promise<() => Promise<void>> {
  const body = `export function ${name}() { throw new Error(${JSON.stringify(CAUSE)}); }`;
  await page.route(file, (route) => route.fulfill({ contentType: 'text/javascript', body }));
  return () => page.unroute(file);
}

/** What it complained of besides the fault that was made. */
const others = ({ complaints }: Person) => complaints.filter((each) => !each.includes(CAUSE));

test('a screen of the app that fails says so, and others open', async () => {
  const citizen = await browser.person({ serviceWorkers: 'block' });
  const { page } = citizen;
  const mend = await breakScreen(citizen, '**/app/assets/offers-*.js', 'Offers');
  await page.goto(`${system.url}/app/offers`);
  await page.getByRole('heading', { level: 1, name: 'This screen cannot be shown now' }).waitFor();
  await page.getByRole('alert').getByText('Something went wrong on our side.').waitFor();
  await citizen.screenshot('failure-app');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('navigation').getByRole('link', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await page.getByRole('navigation').getByRole('link', { name: 'Offers' }).click();
  await mend();
  await page.getByRole('button', { name: 'Load again' }).click();
  await page.getByRole('heading', { level: 1, name: 'Offers' }).waitFor();
  expect(others(citizen)).toEqual([]);
});

test('a screen of the console that fails says so, in Spanish too, and leads to the start', async () => {
  const administrator = await browser.person({ locale: 'es-US', colorScheme: 'dark' });
  const { page } = administrator;
  await page.addInitScript(() => localStorage.setItem('hey-blue language', 'en'));
  await signInByClicks(administrator, system.url, 'console', 'administrator@hey-blue.example');
  await page.addInitScript(() => localStorage.setItem('hey-blue language', 'es'));
  await breakScreen(administrator, '**/console/assets/ledger-*.js', 'Ledger');
  await page.goto(`${system.url}/console/ledger`);
  await page.getByRole('heading', { level: 1, name: 'Esta pantalla no se puede mostrar ahora' }).waitFor();
  await administrator.screenshot('failure-console-es-dark');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('link', { name: 'Ir al inicio' }).click();
  await page.getByRole('heading', { level: 1, name: 'Resumen' }).waitFor();
  expect(others(administrator)).toEqual([]);
});

test('a till whose browser keeps nothing says so instead of waiting', async () => {
  const clerk = await browser.person({ serviceWorkers: 'block' });
  const { page } = clerk;
  await page.addInitScript((cause) => {
    IDBFactory.prototype.open = () => {
      throw new Error(cause);
    };
  }, CAUSE);
  await page.goto(`${system.url}/till/`);
  await page.getByRole('heading', { level: 1, name: 'This screen cannot be shown now' }).waitFor();
  await page.getByRole('button', { name: 'Load again' }).waitFor();
  await clerk.screenshot('failure-till');
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(others(clerk)).toEqual([]);
});

test('a question that is refused is told with its reason, and asked again', async () => {
  const administrator = await browser.person({ viewport: { width: 1280, height: 800 } });
  const { page } = administrator;
  await signInByClicks(administrator, system.url, 'console', 'administrator@hey-blue.example');
  const refusal = { data: null, errors: [{ message: 'Down.', extensions: { code: 'UNAVAILABLE' } }] };
  await page.route('**/graphql', (route) => route.fulfill({ json: refusal }));
  for (const [place, title] of [
    ['funds/78701', 'Fund of 78701'],
    ['retailers', 'Retailers'],
  ] as const) {
    await page.goto(`${system.url}/console/${place}`);
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await page.getByRole('alert').getByText('A part of the system does not answer now.').first().waitFor();
  }
  await administrator.screenshot('refused-question');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.unroute('**/graphql');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('article').first().waitFor();
  expect(administrator.complaints).toEqual([]);
});
