/* What holds for every screen of the app: its width on a small phone, its order for a keyboard, the size of what comes first. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type Person, type TestBrowser } from '../../testing/browser.ts';
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
  ...['account', 'account/profile', 'account/privacy', 'account/news'],
  ...['account/report', 'account/blocked', 'account/standing'],
];

interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
}

/** What is shown first: the frame and its texts, what keeps the app offline, and a screen. */
const frame = ['index.html', 'texts/es.po', '../interface/texts/es.po', 'workbox-window.prod.es5.mjs'];

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
  for (const name of [...frame, screen]) follow(Object.keys(chunks).find((key) => key.endsWith(name)) ?? name);
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
}, 180_000);

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
}, 180_000);

/** What the keyboard reaches from the top of the page, by role and name, in order, until it leaves the page. */
async function keyboardOrder({ page }: Person): Promise<string[]> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const names: string[] = [];
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return undefined;
      if (element.hasAttribute('data-reached')) return undefined;
      element.setAttribute('data-reached', '');
      const labels = (element as HTMLInputElement).labels;
      const label = labels?.[0]?.textContent;
      return `${element.tagName.toLowerCase()} ${element.getAttribute('aria-label') ?? label ?? element.textContent}`.trim();
    });
    if (name === undefined) break;
    names.push(name);
  }
  return names;
}

test('the keyboard reaches what is on the screens in the order in which it is read, each with a name', async () => {
  const kim = await signedIn(browser, system.url, 'kim@people.example', 'Kim');
  await open(kim, 'account');
  await kim.page.getByRole('heading', { name: 'Kim' }).waitFor();
  const own = await keyboardOrder(kim);
  expect(own.slice(0, 12)).toEqual([
    'a Skip to the content',
    'a Profile and phone',
    'a News and notices',
    'a Privacy',
    'a Report somebody',
    'a People you blocked',
    'a Warnings and suspension',
    'select Language',
    'select Appearance',
    'button Sign out',
    'a Meet',
    'a Offers',
  ]);
  expect(own.at(-1)).toBe('a Me');
  await open(kim, 'account/profile');
  expect((await keyboardOrder(kim)).slice(1, 8)).toEqual([
    'a ‹\u00a0Me',
    'input First name',
    'input Address of a picture',
    'textarea About you',
    'input Hide my name and picture from others',
    'button Save',
    'summary Are you a police officer?',
  ]);
  for (const screen of screens) {
    await open(kim, screen);
    const nameless = (await keyboardOrder(kim)).filter((each) => !each.includes(' '));
    expect([screen, nameless]).toEqual([screen, []]);
  }
  expect(kim.complaints).toEqual([]);
}, 180_000);
