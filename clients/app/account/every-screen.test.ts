/* What holds for every screen of the app: its width on a small phone, its order for a keyboard, the size of what comes first. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type Person, type TestBrowser } from '../../testing/browser.ts';
import { keyboardOrder } from '../../testing/keyboard.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';
import { signedIn } from '../meet/testing/people.ts';

let system: TestSystem;
let browser: TestBrowser;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await system.close();
});

const screens = [
  ...['meet', 'meet/scan', 'offers', 'points', 'vouchers', 'donate', 'schemes', 'fund'],
  ...['community', 'history', 'events', 'events/new', 'places'],
  ...['account', 'account/profile', 'account/privacy'],
  ...['account/notifications', 'account/notification-settings'],
  ...['account/report', 'account/blocked', 'account/standing'],
  ...['account/sessions', 'account/agreements', 'account/leave'],
];

interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
}

/** What is shown first: the frame and its texts, what keeps the app offline, what counts the unread, and a screen. */
const frame = [
  ...['index.html', 'texts/es.po', '../interface/texts/es.po', 'workbox-window.prod.es5.mjs'],
  'account/notifications-live.tsx',
];

test.each([
  ['somebody new', 'spend/offers.tsx'],
  ['somebody new who wants to sign in', 'account/screens.tsx'],
  ['somebody who is signed in', 'meet/meet.tsx'],
])('the first view of %s needs less than 200 kB of compressed script', (_who, screen) => {
  const dist = join(import.meta.dirname, '../dist');
  const chunks = JSON.parse(readFileSync(join(dist, 'build.json'), 'utf8')) as Record<string, Chunk>;
  const needed = new Set<string>();
  const follow = (name: string) => {
    const chunk = chunks[name];
    if (!chunk) throw new Error(`The build has no ${name}`);
    if (needed.has(chunk.file)) return;
    needed.add(chunk.file);
    for (const each of chunk.imports ?? []) follow(each);
  };
  const named = (name: string) => (chunks[name] ? name : Object.keys(chunks).find((key) => key.endsWith(name)));
  for (const name of [...frame, screen]) follow(named(name) ?? name);
  const bytes = [...needed].map((file) => gzipSync(readFileSync(join(dist, file))).byteLength);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200_000);
});

/** Opens a screen and waits until nothing on it loads. */
async function open({ page }: Person, screen: string): Promise<void> {
  await page.goto(`${system.url}/app/${screen}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForFunction(() => document.querySelector('main .spinner') === null);
}

/** The names of what is wider than the phone, on any screen. */
async function tooWide(person: Person): Promise<string[]> {
  const wide: string[] = [];
  for (const screen of screens) {
    await open(person, screen);
    const width = await person.page.evaluate(() => document.documentElement.scrollWidth);
    if (width > 360) wide.push(`${screen}: ${width}`);
  }
  return wide;
}

test('every screen fits a phone of 360 px in English and in Spanish, light and dark', async () => {
  const english = await signedIn(browser, system.url, 'ida@people.example', 'Ida');
  expect(await tooWide(english)).toEqual([]);
  const spanish = await signedIn(browser, system.url, 'ida@people.example', 'Ida', {
    locale: 'es-MX',
    colorScheme: 'dark',
  });
  expect(await tooWide(spanish)).toEqual([]);
  expect([...english.complaints, ...spanish.complaints]).toEqual([]);
}, 240_000);

test('axe finds nothing on any screen, in Spanish and dark', async () => {
  const jan = await signedIn(browser, system.url, 'jan@people.example', 'Jan', {
    locale: 'es-MX',
    colorScheme: 'dark',
  });
  const faults: string[] = [];
  for (const screen of screens) {
    await open(jan, screen);
    faults.push(...(await accessibilityFaults(jan.page)).map((fault) => `${screen}: ${fault}`));
    await jan.screenshot(`every-${screen.replace('/', '-')}-es-dark`);
  }
  expect(faults).toEqual([]);
  expect(jan.complaints).toEqual([]);
}, 240_000);

test('the keyboard reaches what is on the screens in the order in which it is read, each with a name', async () => {
  const kim = await signedIn(browser, system.url, 'kim@people.example', 'Kim');
  await open(kim, 'account');
  await kim.page.getByRole('heading', { name: 'Kim' }).waitFor();
  const own = await keyboardOrder(kim.page);
  expect(own.slice(0, 12)).toEqual([
    'link "Skip to the content"',
    'link "Profile and phone"',
    'link "Notifications"',
    'link "Privacy"',
    'link "Report somebody"',
    'link "People you blocked"',
    'link "Warnings and suspension"',
    'combobox "Language"',
    'combobox "Appearance"',
    'button "Sign out"',
    'link "Meet"',
    'link "Offers"',
  ]);
  expect(own.at(-1)).toBe('link "Me"');
  await open(kim, 'account/profile');
  expect((await keyboardOrder(kim.page)).slice(1, 8)).toEqual([
    'link "Me"',
    'textbox "First name"',
    'textbox "Address of a picture"',
    'textbox "About you"',
    'checkbox "Hide my name and picture from others"',
    'button "Save"',
    'summary "Are you a police officer?"',
  ]);
  for (const screen of screens) {
    await open(kim, screen);
    const order = await keyboardOrder(kim.page);
    expect([screen, order.filter((each) => /^- /.test(each)), order.at(-1)]).toEqual([screen, [], 'link "Me"']);
  }
  expect(kim.complaints).toEqual([]);
}, 240_000);
