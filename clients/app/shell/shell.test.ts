/* The app by keyboard, in large words and in either light: its order, its names, where the focus is, and that nothing is cut. */
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type Person, type TestBrowser } from '../../testing/browser.ts';
import { keyboardOrder } from '../../testing/keyboard.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';
import { meet, openWindowOf, register, registerOfficer } from '../spend/testing/earning.ts';

let system: TestSystem;
let browser: TestBrowser;
/** Has met an officer, whose window is open since. */
let lee: Person;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  const officer = await registerOfficer(system.url, 'sofia@police.example', 'Sofia');
  const citizen = await register(system.url, 'lee@people.example', 'Lee');
  await meet(officer, citizen);
  lee = await openWindowOf(browser, citizen, system.url, '/points');
  for (const { client } of [officer, citizen]) await client.close();
}, 240_000);
afterAll(async () => {
  await browser.close();
  await system.close();
});

/** Opens a screen and waits until nothing on it loads. */
async function open({ page }: Person, screen: string): Promise<void> {
  await page.goto(`${system.url}/app/${screen}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForFunction(() => document.querySelector('main .spinner') === null);
}

const skip = 'link "Skip to the content"';
const bar = ['link "Meet"', 'link "Offers"', 'link "Points"', 'link "Community"', 'link "Me"'];

/** What the keyboard reaches, with the count of what is unread left off. */
async function orderOf({ page }: Person): Promise<string[]> {
  return (await keyboardOrder(page)).map((name) => name.replace(/\W+\d+ unread"$/, '"'));
}

const focused = ({ page }: Person) => page.evaluate(() => document.activeElement?.textContent ?? '');

test('by Tab one goes through what can be done in the order in which it is read', async () => {
  await open(lee, 'meet');
  await lee.page.getByRole('article', { name: 'Sofia' }).waitFor();
  expect(await orderOf(lee)).toEqual([
    skip,
    'tab "List"',
    'tabpanel "List"',
    'button "Ask Sofia to meet"',
    'button "Block Sofia"',
    'link "Scan an officer’s code"',
    ...bar,
  ]);
  await open(lee, 'points');
  await lee.page.getByText('20 points to spend').waitFor();
  expect(await orderOf(lee)).toEqual([
    skip,
    'link "Find an offer"',
    'link "My vouchers"',
    'link "Give to a charity"',
    'link "Pay part of a city fee"',
    'link "Community fund"',
    ...bar,
  ]);
  await open(lee, 'history');
  await lee.page.getByRole('heading', { name: 'Sofia' }).waitFor();
  expect(await orderOf(lee)).toEqual([skip, 'link "Community"', 'link "Tell your story of meeting Sofia"', ...bar]);
  await lee.page.getByRole('link', { name: /Tell your story/ }).click();
  await lee.page.getByLabel('What was it like?').waitFor();
  expect(await orderOf(lee)).toEqual([
    skip,
    'link "People I met"',
    'textbox "What was it like?"',
    'button "Add the officer’s name"',
    'button "Add the citizen’s name"',
    'button "Ask the other to agree"',
    ...bar,
  ]);
  await open(lee, 'donate');
  await lee.page.getByLabel('Search for a charity by name').fill('Demonstration Family');
  await lee.page.getByRole('link', { name: 'Hey Blue! Demonstration Family Fund' }).click();
  await lee.page.getByText('You have 20 points.').waitFor();
  expect(await orderOf(lee)).toEqual([
    skip,
    'link "Charities"',
    'textbox "How many points"',
    'combobox "What for"',
    'button "Give"',
    ...bar,
  ]);
  expect(lee.complaints).toEqual([]);
}, 240_000);

test('an offer is taken, and its voucher opened, without a pointer', async () => {
  const { page } = lee;
  await open(lee, 'offers');
  await page.getByRole('article').first().waitFor();
  expect((await orderOf(lee)).slice(0, 5)).toEqual([
    skip,
    'link "My vouchers"',
    'combobox "Search"',
    'button "Near me"',
    'textbox "Near a ZIP code"',
  ]);
  await page.getByRole('link', { name: 'A coffee on the house' }).first().focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'A coffee on the house', level: 1 }).waitFor();
  const get = page.getByRole('button', { name: 'Get it for 10 points' });
  await get.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.activeElement?.textContent === 'Get it for 10 points');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Yes, spend 10 points' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/vouchers\//);
  await page.getByRole('img', { name: /QR code/ }).waitFor();
  expect(await focused(lee)).toBe('A coffee on the house');
  expect(await orderOf(lee)).toEqual([
    skip,
    'link "My vouchers"',
    'button "Give it back"',
    'summary "What happened to it"',
    ...bar,
  ]);
  expect(lee.complaints).toEqual([]);
}, 240_000);

test('the title of a new screen has the focus, the bar says in which part it is, and one can skip to the content', async () => {
  const { page } = lee;
  const current = () => page.locator('nav [aria-current]').allInnerTexts();
  await open(lee, 'points');
  await page.getByRole('link', { name: 'My vouchers' }).press('Enter');
  await page.getByRole('heading', { name: 'My vouchers', level: 1 }).waitFor();
  expect(await focused(lee)).toBe('My vouchers');
  expect(await current()).toEqual(['Points']);
  await page.getByRole('link', { name: 'Community' }).press('Enter');
  await page.getByRole('link', { name: 'Places to meet' }).press('Enter');
  await page.getByRole('heading', { name: 'Places to meet', level: 1 }).waitFor();
  expect(await focused(lee)).toBe('Places to meet');
  expect(await current()).toEqual(['Community']);
  await page.getByRole('link', { name: 'Skip to the content' }).press('Enter');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.querySelector('main')?.contains(document.activeElement))).toBe(true);
}, 240_000);

test('whoever comes back to a list finds the place where they were, and begins at the top elsewhere', async () => {
  const { page } = lee;
  await open(lee, 'offers');
  const far = page.getByRole('article').nth(12).getByRole('link');
  await far.scrollIntoViewIfNeeded();
  const before = await page.evaluate(() => scrollY);
  expect(before).toBeGreaterThan(500);
  await far.click();
  await page.waitForURL(/\/offers\/[0-9a-f-]{36}$/);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForFunction(() => scrollY === 0);
  await page.goBack();
  await page.getByRole('article').nth(12).waitFor();
  await page.waitForFunction((place) => Math.abs(scrollY - place) <= 1, before);
  await page.getByRole('link', { name: 'Points', exact: true }).click();
  await page.getByRole('heading', { name: 'What came and went' }).waitFor();
  await page.waitForFunction(() => scrollY === 0);
  await page.goBack();
  await page.waitForFunction((place) => Math.abs(scrollY - place) <= 1, before);
}, 240_000);

test('more of a list is read on where it was left', async () => {
  const { page } = lee;
  await open(lee, 'donate');
  const charities = page.locator('main ul.stack > li');
  await charities.first().waitFor();
  const before = await charities.count();
  // While what was seen before is asked for anew, it cannot be pressed.
  await page.getByRole('button', { name: 'Show more', disabled: false }).press('Enter');
  await page.waitForFunction((count) => document.querySelectorAll('main ul.stack > li').length > count, before);
  const place = await charities.evaluateAll((all) => all.indexOf(document.activeElement as HTMLElement));
  expect(place).toBe(before);
}, 240_000);

/** What is wider than the place it has, or than the page: by its words. */
const cutOff = ({ page }: Person) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('html, body *')]
      .filter((each) => each.checkVisibility() && each.clientWidth > 0 && each.scrollWidth > each.clientWidth + 1)
      // What is for the ear alone, and fields, whose words move.
      .filter((each) => !each.matches('.spoken, input, select'))
      .map((each) => `${each.tagName}.${each.className}: ${each.textContent?.slice(0, 40)}`),
  );

const screens = [
  ...['meet', 'meet/scan', 'offers', 'points', 'vouchers', 'donate', 'given', 'schemes', 'fund', 'community'],
  ...['history', 'events', 'places', 'account', 'account/profile', 'account/privacy', 'account/report'],
];

test.each([
  ['on 320 px', { width: 320, height: 640 }, '100%'],
  ['with words of twice the size', { width: 360, height: 740 }, '200%'],
])(
  '%s nothing is cut off and nothing moves sideways, in Spanish',
  async (name, viewport, size) => {
    const citizen = await register(system.url, 'lee@people.example', 'Lee');
    const spanish = await openWindowOf(browser, citizen, system.url, '/points', { locale: 'es-MX', viewport });
    const cut: string[] = [];
    for (const screen of screens) {
      await open(spanish, screen);
      await spanish.page.evaluate((wanted) => {
        document.documentElement.style.fontSize = wanted;
      }, size);
      cut.push(...(await cutOff(spanish)).map((each) => `${screen}: ${each}`));
      if (screen === 'points') await spanish.screenshot(`shell ${name}`.replaceAll(' ', '-'));
    }
    await citizen.client.close();
    expect(cut).toEqual([]);
    expect(spanish.complaints).toEqual([]);
  },
  240_000,
);

test('what the person chose stands above what the device says, in every colour', async () => {
  const person = await browser.person({ colorScheme: 'dark' });
  const { page } = person;
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const [white, night] = ['rgb(255, 255, 255)', 'rgb(14, 20, 36)'];
  await open(person, 'account');
  expect(await ground()).toBe(night);
  await page.getByLabel('Appearance').selectOption('Light');
  expect(await ground()).toBe(white);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.getByLabel('Appearance').selectOption('Dark');
  expect(await ground()).toBe(night);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.reload();
  await page.getByLabel('Appearance').waitFor();
  expect(await ground()).toBe(night);
  await page.getByLabel('Appearance').selectOption('As on this device');
  expect(await ground()).toBe(white);
  expect(person.complaints).toEqual([]);
}, 240_000);

test('a page whose texts do not arrive says so in both languages, and one that waits shows the sign of the app', async () => {
  const person = await browser.person({ expectsFaults: true });
  const { page, context } = person;
  const texts = /\/assets\/en-[^/]+\.js$/;
  let arrive = () => {};
  const held = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  await context.route(texts, async (route) => {
    await held;
    await route.abort();
  });
  await page.goto(`${system.url}/app/offers`, { waitUntil: 'commit' });
  await page.locator('.starting svg').waitFor();
  arrive();
  await page.getByText('No hay conexión. Vuelve a cargar la página.').waitFor();
  await page.locator('.starting svg').waitFor({ state: 'hidden' });
  expect(await accessibilityFaults(page)).toEqual([]);
  await context.unroute(texts);
  await page.getByRole('button', { name: 'OK' }).click();
  await page.getByRole('heading', { name: 'Offers', level: 1 }).waitFor();
  expect(person.complaints).toEqual([]);
}, 240_000);

test('without a connection a screen says what it cannot show, and shows it by itself when there is one', async () => {
  const citizen = await register(system.url, 'lee@people.example', 'Lee');
  const person = await openWindowOf(browser, citizen, system.url, '/points', { expectsFaults: true });
  const { page, context } = person;
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  await page.getByText('points to spend').waitFor();
  await context.setOffline(true);
  await page.goto(`${system.url}/app/meet`);
  await page.getByText('There is no connection. Looking again as soon as there is one.').waitFor();
  await person.screenshot('shell-offline-meet');
  // Meetings are read wherever one is, for what has just happened.
  await page.goto(`${system.url}/app/history`);
  await page.getByRole('heading', { name: 'Sofia' }).waitFor();
  await page.goto(`${system.url}/app/donate`);
  await page.getByText('There is no connection, and this device has not seen this before.').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await person.screenshot('shell-offline-donate');
  await context.setOffline(false);
  await page.getByText('this device has not seen this before').waitFor({ state: 'detached' });
  await page.getByLabel('Search for a charity by name').fill('Demonstration Family');
  await page.getByRole('link', { name: 'Hey Blue! Demonstration Family Fund' }).waitFor();
  await citizen.client.close();
}, 240_000);
