/* The till in a real browser, against the real system: by keys, by camera, and while it is cut off. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cameraShowing } from '../../app/meet/testing/camera-film.ts';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type Person, type TestBrowser } from '../../testing/browser.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';
import { Partner } from '../partner.ts';
import { openShop, type Shop } from '../testing/shop.ts';

let system: TestSystem;
let browser: TestBrowser;
let shop: Shop;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  shop = await openShop(system.url);
}, 240_000);
afterAll(async () => {
  await shop?.close();
  await browser?.close();
  await system?.close();
});

const heading = ({ page }: Person, name: string | RegExp) => page.getByRole('heading', { name, level: 1 });
const click = ({ page }: Person, name: string) => page.getByRole('button', { name, exact: true }).click();
/** As a scanner does that types like a keyboard. */
const scan = async ({ page }: Person, text: string) => {
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
};
const sound = async ({ page }: Person) => expect(await accessibilityFaults(page)).toEqual([]);

/** A till that is set up; there has to be an offer already. */
async function setUp(person: Person, key = shop.apiKey): Promise<void> {
  await person.page.goto(`${system.url}/till`);
  await person.page.getByLabel('Key of your shop').fill(key);
  await click(person, 'Set up');
  await heading(person, 'Next voucher').waitFor();
}

test('somebody sets up a till, takes a voucher, and is told the second time that it is used', async () => {
  const { code } = await shop.buy();
  const clerk = await browser.person({ expectsFaults: true });
  await clerk.page.goto(`${system.url}/till`);
  await heading(clerk, 'Set up this till').waitFor();
  await sound(clerk);
  await click(clerk, 'Set up');
  await clerk.page.getByText('Paste the key of your shop first.').waitFor();
  await clerk.page.getByLabel('Key of your shop').fill('hb_nonsense');
  await click(clerk, 'Set up');
  await clerk.page.getByText('This key is not known').waitFor();
  await clerk.screenshot('till-set-up');
  await clerk.page.getByLabel('Key of your shop').fill(shop.apiKey);
  await clerk.page.keyboard.press('Enter');
  await heading(clerk, 'Next voucher').waitFor();
  await clerk.page.getByText('Connected').waitFor();
  await clerk.screenshot('till-entry');
  await sound(clerk);
  await clerk.page.getByLabel('Code of the voucher').fill(code.toLowerCase().replaceAll('-', ' '));
  await clerk.page.keyboard.press('Enter');
  await heading(clerk, 'This voucher is good').waitFor();
  await clerk.page.getByText('$5.00').waitFor();
  await clerk.page.getByText(/Kept for this sale for [12]:/).waitFor();
  await clerk.screenshot('till-sale');
  await sound(clerk);
  await click(clerk, 'Let it go');
  await clerk.page.getByLabel('Code of the voucher').fill(code);
  await click(clerk, 'Look at it');
  await click(clerk, 'Take it');
  await heading(clerk, 'Taken').waitFor();
  await clerk.screenshot('till-taken');
  await sound(clerk);
  await click(clerk, 'Next customer');
  await clerk.page.getByLabel('Code of the voucher').fill(code);
  await click(clerk, 'Look at it');
  await heading(clerk, 'Already used').waitFor();
  await clerk.screenshot('till-used');
  await sound(clerk);
  expect(clerk.complaints).toEqual([]);
});

test('a scanner that types is heard without a touch, for good vouchers, used ones, unknown ones and expired ones', async () => {
  const [first, second, third] = [await shop.buy(), await shop.buy(), await shop.buy()];
  const clerk = await browser.person();
  await setUp(clerk);
  await clerk.page.getByText('Connected').waitFor();
  await scan(clerk, first.token);
  await click(clerk, 'Take it');
  await heading(clerk, 'Taken').waitFor();
  await scan(clerk, second.token);
  await heading(clerk, 'This voucher is good').waitFor();
  await click(clerk, 'Take it');
  await heading(clerk, 'Taken').waitFor();
  await clerk.page.keyboard.press('Enter');
  await heading(clerk, 'Next voucher').waitFor();
  await scan(clerk, first.token);
  await heading(clerk, 'Already used').waitFor();
  await scan(clerk, 'not a code');
  await heading(clerk, 'Not valid here').waitFor();
  const expired = await new Partner({ url: shop.url, apiKey: shop.apiKey }).checkVoucher({ token: third.token });
  expect(expired.valueCents).toBe(500);
  await clerk.page.clock.setFixedTime(Date.now() + 400 * 86_400_000);
  await scan(clerk, third.token);
  await heading(clerk, 'Expired').waitFor();
  expect(clerk.complaints).toEqual([]);
});

test('a till of another shop says that the voucher is for another shop', async () => {
  const { token } = await shop.buy();
  const clerk = await browser.person();
  await shop.offerElsewhere();
  await setUp(clerk, shop.otherKey);
  await clerk.page.getByText('Connected').waitFor();
  await scan(clerk, token);
  await heading(clerk, 'For another shop').waitFor();
  await clerk.screenshot('till-other-shop');
  expect(clerk.complaints).toEqual([]);
});

test('a voucher whose answer is lost is not told as used by others: asking again says that it is taken', async () => {
  const { code, id } = await shop.buy();
  const clerk = await browser.person({ expectsFaults: true });
  await setUp(clerk);
  await clerk.page.getByText('Connected').waitFor();
  let lost = 0;
  await clerk.page.route(/\/graphql\/partner$/, async (route) => {
    if (lost > 0 || !route.request().postData()?.includes('captureVoucher')) return route.continue();
    lost++;
    await route.fetch();
    await route.abort();
  });
  await scan(clerk, code);
  await click(clerk, 'Take it');
  await heading(clerk, 'Not sure').waitFor();
  await clerk.screenshot('till-not-sure');
  await sound(clerk);
  await click(clerk, 'Try again');
  await heading(clerk, 'Taken').waitFor();
  expect(lost).toBe(1);
  const partner = new Partner({ url: shop.url, apiKey: shop.apiKey });
  expect((await partner.redemptionsPage({ first: 1 })).nodes).toMatchObject([{ id, method: 'CODE' }]);
  expect(clerk.complaints).toEqual([]);
});

test('the camera reads a voucher', async () => {
  const { token } = await shop.buy();
  const folder = await mkdtemp(join(tmpdir(), 'hey-blue-film-'));
  const withCamera = await openBrowser(await cameraShowing(token, join(folder, 'voucher.y4m')));
  const clerk = await withCamera.person();
  await setUp(clerk);
  await click(clerk, 'Scan with the camera');
  await heading(clerk, 'This voucher is good').waitFor();
  await click(clerk, 'Take it');
  await heading(clerk, 'Taken').waitFor();
  expect(clerk.complaints).toEqual([]);
  await withCamera.close();
  await rm(folder, { recursive: true });
});

test('a till that is cut off takes tokens, opens anew, and hands in what it took', async () => {
  const [voucher, online] = [await shop.buy({ offline: true }), await shop.buy()];
  const clerk = await browser.person({ expectsFaults: true, colorScheme: 'dark' });
  await setUp(clerk);
  await click(clerk, 'This till');
  await heading(clerk, 'This till').waitFor();
  await click(clerk, 'It is registered');
  await clerk.page.getByText('No terminal with this key is there yet.').waitFor();
  await shop.register('Counter by the door', await clerk.page.locator('code').innerText());
  await click(clerk, 'It is registered');
  await clerk.page.getByText('This till is “Counter by the door”.').waitFor();
  await clerk.page.getByText(/up to \$25.00 without a connection/).waitFor();
  await clerk.screenshot('till-settings-dark');
  await sound(clerk);
  await click(clerk, 'Back to the counter');
  await clerk.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await clerk.context.setOffline(true);
  await clerk.page.reload();
  await clerk.page.getByText('Scan QR codes: this till goes on without a connection.').waitFor();
  await scan(clerk, voucher.code);
  await heading(clerk, 'No connection').waitFor();
  await scan(clerk, online.token);
  await heading(clerk, 'Only with a connection').waitFor();
  await scan(clerk, voucher.token);
  await heading(clerk, 'This voucher is good').waitFor();
  await clerk.screenshot('till-sale-offline-dark');
  await sound(clerk);
  await click(clerk, 'Take it without a connection');
  await heading(clerk, 'Taken').waitFor();
  await clerk.page.getByText('1 voucher waits to be handed in').waitFor();
  await clerk.screenshot('till-taken-offline-dark');
  await sound(clerk);
  await scan(clerk, voucher.token);
  await heading(clerk, 'Already used').waitFor();
  await clerk.context.setOffline(false);
  await clerk.page.getByText('Connected').waitFor();
  await clerk.page.getByText('waits to be handed in').waitFor({ state: 'detached' });
  await click(clerk, 'This till');
  await clerk.page.getByText('Accepted').waitFor();
  await clerk.screenshot('till-handed-in-dark');
  await sound(clerk);
  const partner = new Partner({ url: shop.url, apiKey: shop.apiKey });
  expect((await partner.redemptionsPage({ first: 1 })).nodes).toMatchObject([{ id: voucher.id, method: 'OFFLINE' }]);
  expect(clerk.complaints).toEqual([]);
});

test('the till is read in Spanish, and forgets its shop when it is removed', async () => {
  const { code } = await shop.buy();
  const clerk = await browser.person({ locale: 'es-MX' });
  await clerk.page.goto(`${system.url}/till`);
  await clerk.page.getByLabel('Clave de tu tienda').fill(shop.apiKey);
  await click(clerk, 'Configurar');
  await heading(clerk, 'Siguiente vale').waitFor();
  await scan(clerk, code);
  await heading(clerk, 'Este vale es bueno').waitFor();
  await clerk.screenshot('till-sale-spanish');
  await click(clerk, 'Aceptarlo');
  await heading(clerk, 'Aceptado').waitFor();
  await clerk.screenshot('till-taken-spanish');
  await click(clerk, 'Esta caja');
  await click(clerk, 'Quitar esta caja');
  await clerk.page.getByRole('heading', { name: '¿Quitar esta caja?' }).waitFor();
  await clerk.screenshot('till-remove-spanish');
  await sound(clerk);
  await click(clerk, 'Quitarla');
  await heading(clerk, 'Configura esta caja').waitFor();
  await clerk.page.reload();
  await heading(clerk, 'Configura esta caja').waitFor();
  expect(clerk.complaints).toEqual([]);
});
