/* What goes wrong at a counter: a key that was taken back, two tills at once; on a tablet, by keys alone, as it is heard. */
import { CreatePartnerKeyDocument, RevokePartnerKeyDocument } from '../../generated/graphql.ts';
import { openBrowser, type Person, type TestBrowser } from '../../testing/browser.ts';
import { keyboardOrder, unreachedByKeyboard } from '../../testing/keyboard.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';
import { Partner } from '../partner.ts';
import { click, heading, scan, setUpTill, sound } from '../testing/counter.ts';
import { openShop, type Shop } from '../testing/shop.ts';

/** The gateway remembers a key for half a minute. */
const KEY_REMEMBERED_MILLISECONDS = 45_000;
const TABLET = { width: 1180, height: 820 } as const;

let system: TestSystem;
let browser: TestBrowser;
let shop: Shop;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ CLOCK: 'steered' }), openBrowser()]);
  shop = await openShop(system.url);
}, 240_000);
afterAll(async () => {
  await shop?.close();
  await browser?.close();
  await system?.close();
});

const setUp = (person: Person, key = shop.apiKey) => setUpTill(person, system.url, key);

async function newKey(): Promise<{ id: string; secret: string }> {
  const input = { retailerId: shop.retailerId, label: 'Another till', scopes: ['VOUCHERS_REDEEM' as const] };
  const { createPartnerKey } = await shop.administrator.client.request(CreatePartnerKeyDocument, { input });
  return { id: createPartnerKey.partnerKey.id, secret: createPartnerKey.secret };
}

test('a till whose key was taken back says so, keeps what it took, and hands it in with a new key', async () => {
  const [voucher, later] = [await shop.buy({ offline: true }), await shop.buy()];
  const [lost, next] = [await newKey(), await newKey()];
  const clerk = await browser.person({ expectsFaults: true });
  await setUp(clerk, lost.secret);
  await click(clerk, 'This till');
  await shop.register('Counter 7', await clerk.page.locator('code').innerText());
  await click(clerk, 'It is registered');
  await clerk.page.getByText('This till is “Counter 7”.').waitFor();
  await click(clerk, 'Back to the counter');
  await clerk.context.setOffline(true);
  await clerk.page.getByText('Scan QR codes: this till goes on without a connection.').waitFor();
  await scan(clerk, voucher.token);
  await click(clerk, 'Take it without a connection');
  await heading(clerk, 'Taken').waitFor();
  await shop.administrator.client.request(RevokePartnerKeyDocument, { input: { partnerKeyId: lost.id } });
  await system.advance(KEY_REMEMBERED_MILLISECONDS);
  await clerk.context.setOffline(false);
  await clerk.page.getByText('The key is not good any more').waitFor();
  await clerk.page.getByText('1 voucher waits to be handed in').waitFor();
  await clerk.screenshot('till-key-lost');
  await sound(clerk);
  await scan(clerk, later.token);
  await heading(clerk, 'The key is not good any more').waitFor();
  await clerk.page.getByText('enter it under “This till”').last().waitFor();
  await click(clerk, 'This till');
  const field = clerk.page.getByLabel('New key of your shop');
  await field.fill('hb_kéy of nobody');
  await click(clerk, 'Use this key');
  await clerk.page.getByText('This key is not known or was taken back.').waitFor();
  await shop.offerElsewhere();
  await field.fill(shop.otherKey);
  await click(clerk, 'Use this key');
  await clerk.page.getByText('This key is of another shop.').waitFor();
  await clerk.screenshot('till-key-of-another-shop');
  await sound(clerk);
  await field.fill(next.secret);
  await click(clerk, 'Use this key');
  await clerk.page.getByText('The new key is good.').waitFor();
  await clerk.page.getByText('Accepted').waitFor();
  await clerk.page.getByText('The key is not good any more').waitFor({ state: 'detached' });
  await clerk.screenshot('till-key-renewed');
  await sound(clerk);
  await click(clerk, 'Back to the counter');
  await scan(clerk, later.token);
  await heading(clerk, 'This voucher is good').waitFor();
  const partner = new Partner({ url: shop.url, apiKey: next.secret });
  expect((await partner.redemptionsPage({ first: 1 })).nodes).toMatchObject([{ id: voucher.id, method: 'OFFLINE' }]);
  expect(clerk.complaints).toEqual([]);
});

test('of two tills that are shown one voucher the first has it, and the second is told which way it went', async () => {
  const { token } = await shop.buy();
  const [first, second] = [await browser.person({ viewport: TABLET }), await browser.person({ viewport: TABLET })];
  await setUp(first);
  await setUp(second);
  await first.screenshot('till-tablet-entry');
  await scan(first, token);
  await heading(first, 'This voucher is good').waitFor();
  await first.screenshot('till-tablet-sale');
  await scan(second, token);
  await heading(second, 'At another till').waitFor();
  await second.screenshot('till-tablet-held');
  await sound(second);
  const released = first.page.waitForResponse(/\/graphql\/partner$/);
  await click(first, 'Let it go');
  await heading(first, 'Next voucher').waitFor();
  await released;
  await scan(second, token);
  await heading(second, 'This voucher is good').waitFor();
  await click(second, 'Take it');
  await heading(second, 'Taken').waitFor();
  await scan(first, token);
  await heading(first, 'Already used').waitFor();
  expect([...first.complaints, ...second.complaints]).toEqual([]);
});

test('a clerk without a mouse reaches everything, sees where the focus is, and hears what each control is', async () => {
  const { code } = await shop.buy();
  const clerk = await browser.person({ viewport: TABLET, colorScheme: 'dark' });
  const { page } = clerk;
  await page.goto(`${system.url}/till`);
  await heading(clerk, 'Set up this till').waitFor();
  expect(await keyboardOrder(page)).toEqual(['textbox "Key of your shop"', 'button "Set up"', 'combobox "Language"']);
  await page.getByLabel('Key of your shop').focus();
  await page.keyboard.type(shop.apiKey);
  await page.keyboard.press('Enter');
  await page.getByText('Connected').waitFor();
  expect(await keyboardOrder(page)).toEqual([
    'button "This till"',
    'textbox "Code of the voucher"',
    'button "Look at it"',
    'button "Scan with the camera"',
  ]);
  await page.getByLabel('Code of the voucher').focus();
  await page.keyboard.type(code);
  await page.keyboard.press('Enter');
  await heading(clerk, 'This voucher is good').waitFor();
  const heard = (await page.locator('main').ariaSnapshot()).replace(/\d:\d\d/, 'TIME');
  expect(heard.split('\n').map((line) => line.trim())).toEqual([
    '- main:',
    '- strong: Corner Books',
    '- status: Connected',
    '- heading "This voucher is good" [level=1]',
    '- heading "Online 500" [level=2]',
    '- paragraph: $5.00',
    '- paragraph: Kept for this sale for TIME',
    '- button "Take it"',
    '- button "Let it go"',
  ]);
  expect(await unreachedByKeyboard(page)).toEqual([]);
  expect(clerk.complaints).toEqual([]);
});
