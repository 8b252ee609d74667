/*
 * Reports of days that were lived through: people met, took offers and gave points at several places of Austin over a week
 * by the system's clock; then an administrator reads it in a real browser, as pictures, tables and a file.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { eventually, signInAdministrator, signInCitizen, signInOfficer } from '../../../gateway/journeys/people.ts';
import { Client } from '../../client.ts';
import {
  CharitiesDocument,
  ConnectionDocument,
  CreatePartnerKeyDocument,
  DonatePointsDocument,
  MeDocument,
  MeetByCodeDocument,
  OffersDocument,
  OpenWindowDocument,
  RedeemOfferDocument,
  RedeemVoucherDocument,
  ReportLocationDocument,
  WindowCodeDocument,
} from '../../generated/graphql.ts';
import type { SignedIn } from '../../sign-in.ts';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type Person, signInByClicks, type TestBrowser } from '../../testing/browser.ts';
import { unreachedByKeyboard } from '../../testing/keyboard.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';

const DAY_MILLISECONDS = 86_400_000;
const places = {
  '78701': { latitude: 30.2713, longitude: -97.7426 },
  '78702': { latitude: 30.2638, longitude: -97.7166 },
  '78704': { latitude: 30.2428, longitude: -97.7658 },
  '78751': { latitude: 30.3093, longitude: -97.7242 },
} as const;
type Zip = keyof typeof places;

let system: TestSystem;
let browser: TestBrowser;
let administrator: SignedIn;
let officers: SignedIn[];
let citizens: SignedIn[];
let aheadMilliseconds = 0;
const now = () => new Date(Date.now() + aheadMilliseconds);
const today = () => now().toISOString().slice(0, 10);
let sequence = 0;
let firstDay: string;

async function pass(milliseconds: number): Promise<void> {
  await system.advance(milliseconds);
  aheadMilliseconds += milliseconds;
}

/** The citizen scans the code of the officer's window, and it counts. */
async function meet(citizen: number, officer: number, zipCode: Zip): Promise<void> {
  const [guest, host] = [citizens[citizen]?.client, officers[officer]?.client];
  if (!guest || !host) throw new Error('Nobody is there');
  await host.request(OpenWindowDocument, { input: { position: places[zipCode] } }).catch(() => undefined);
  await host.request(ReportLocationDocument, {
    input: { position: places[zipCode], accuracyMeters: 5, sequence: ++sequence },
  });
  // A code is good for one meeting; the next one comes with time.
  await pass(31_000);
  const { windowCode } = await host.request(WindowCodeDocument);
  const input = { code: windowCode.current, scannedAt: now().toISOString() };
  const { id } = (await guest.request(MeetByCodeDocument, { input })).meetByCode.connection;
  await eventually(async () =>
    (await guest.request(ConnectionDocument, { id })).connection?.state === 'REWARDED' ? true : undefined,
  );
}

beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ CLOCK: 'steered' }), openBrowser()]);
  administrator = await signInAdministrator(system.url);
  officers = [];
  citizens = [];
  for (const name of ['Sam', 'Dana', 'Lee']) officers.push(await signInOfficer(system.url, administrator, name));
  for (const name of ['Casey', 'Robin', 'Alex']) citizens.push(await signInCitizen(system.url, name));
  // The middle of a day of UTC, so that a day's work does not run into the next one.
  const noon = new Date(`${today()}T12:00:00Z`).getTime() - now().getTime();
  await pass(noon >= 0 ? noon : noon + DAY_MILLISECONDS);
  firstDay = today();
  const week: readonly (readonly (readonly [citizen: number, officer: number, zipCode: Zip])[])[] = [
    [
      [0, 0, '78701'],
      [1, 0, '78701'],
      [2, 1, '78704'],
    ],
    [
      [0, 1, '78702'],
      [1, 2, '78704'],
    ],
    [
      [0, 0, '78701'],
      [1, 0, '78701'],
      [2, 0, '78701'],
    ],
    [],
    [[2, 2, '78751']],
  ];
  for (const day of week) {
    for (const meeting of day) await meet(...meeting);
    await pass(DAY_MILLISECONDS + 60_000);
  }
  await spend();
  await pass(60_000);
});
afterAll(async () => {
  await Promise.all([administrator, ...officers, ...citizens].map((person) => person?.client.close()));
  await browser.close();
  await system.close();
});

/** On the last day one takes an offer and uses it at once, and an officer gives points to a charity. */
async function spend(): Promise<void> {
  const [citizen, officer] = [citizens[0]?.client, officers[0]?.client];
  if (!citizen || !officer) throw new Error('Nobody is there');
  const near = { position: places['78701'], radiusMeters: 20_000 };
  const { offers } = await citizen.request(OffersDocument, { near, first: 20 });
  const available = (await citizen.request(MeDocument)).me.points?.available ?? 0;
  const offer = offers.edges.map(({ node }) => node).find(({ pricePoints }) => pricePoints <= available);
  if (!offer) throw new Error(`No offer costs ${available} points or less`);
  const { voucher } = (
    await citizen.request(RedeemOfferDocument, { input: { offerId: offer.id, idempotencyKey: randomUUID() } })
  ).redeemOffer;
  const { createPartnerKey } = await administrator.client.request(CreatePartnerKeyDocument, {
    input: { retailerId: offer.retailer.id, label: 'Till', scopes: ['VOUCHERS_REDEEM'] },
  });
  const till = new Client({ url: system.url, apiKey: createPartnerKey.secret });
  await till.request(RedeemVoucherDocument, { input: { code: voucher.code, idempotencyKey: randomUUID() } });
  const { charities } = await officer.request(CharitiesDocument, { first: 1 });
  await officer.request(DonatePointsDocument, {
    input: { charityId: charities.edges[0]?.node.id ?? '', points: 15, idempotencyKey: randomUUID() },
  });
}

/** An administrator's window on the last of these days. */
async function openDesk(options: Parameters<TestBrowser['person']>[0] = {}): Promise<Person> {
  const desk = await browser.person(options);
  await desk.context.clock.setFixedTime(now());
  await signInByClicks(desk, system.url, 'console', 'administrator@hey-blue.example');
  return desk;
}

const figure = ({ page }: Person, name: string) =>
  page.locator('.figures > div', { has: page.getByText(name, { exact: true }) }).locator('dd');

/** The whole page, which is longer than the window. */
async function pictureOf({ page }: Person, name: string): Promise<void> {
  await page
    .getByRole('img', { name: /^Chart of|^Gráfico de/ })
    .locator('canvas')
    .waitFor();
  await page.locator('.zip-place').first().waitFor();
  await page.screenshot({ path: `.cache/screenshots/${name}.png`, fullPage: true });
}

test('a week is read as sums, days and places, in pictures and in tables that say the same', async () => {
  const desk = await openDesk({ viewport: { width: 1280, height: 900 } });
  const { page } = desk;
  await page.getByRole('link', { name: 'Connections and points' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Connections and points' }).waitFor();
  await eventually(async () => {
    await page.getByLabel('To', { exact: true }).waitFor();
    if ((await figure(desk, 'Points donated').textContent()) === '15') return true;
    await page.reload();
    await figure(desk, 'Points donated').waitFor();
    return undefined;
  });
  expect(await figure(desk, 'Connections').textContent()).toBe('9');
  expect(await figure(desk, 'Vouchers taken').textContent()).toBe('1');
  await page.getByLabel('Days', { exact: true }).selectOption('Last 7 days');
  const days = page.getByRole('region', { name: 'By day' });
  await days.getByRole('row').nth(5).waitFor();
  expect(await days.getByRole('row').count()).toBe(6);
  expect((await days.getByRole('row').nth(1).getByRole('cell').allTextContents()).at(0)).toBe('3');
  const zips = page.getByRole('region', { name: 'By ZIP code' });
  expect(await zips.getByRole('rowheader').first().textContent()).toBe('78701');
  await page.getByRole('img', { name: '78751: 1' }).waitFor();
  await pictureOf(desk, 'console-reports');
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await unreachedByKeyboard(page)).toEqual([]);
  await page.getByLabel('Show').selectOption('Points given');
  await page.getByRole('heading', { name: 'Points given by day' }).waitFor();
  await pictureOf(desk, 'console-reports-points');
  expect(desk.complaints).toEqual([]);
});

test('one place and one range are chosen, what cannot be asked is said, and empty days say so', async () => {
  const desk = await openDesk({ viewport: { width: 1280, height: 900 } });
  const { page } = desk;
  await page.goto(`${system.url}/console/reports`);
  await figure(desk, 'Connections').waitFor();
  await page.getByLabel('Only this ZIP code (optional)').fill('7870');
  await page.getByText('Five digits; all are shown until then.').waitFor();
  await page.getByLabel('Only this ZIP code (optional)').fill('78704');
  await figure(desk, 'Connections').filter({ hasText: /^2$/ }).waitFor();
  await page.getByRole('img', { name: '78704: 2' }).waitFor();
  expect(await page.locator('.zip-place').count()).toBe(1);
  await page.getByLabel('Only this ZIP code (optional)').fill('99501');
  await page.getByRole('heading', { name: 'Nothing happened in these days' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByLabel('Only this ZIP code (optional)').fill('');
  await page.getByLabel('From', { exact: true }).fill('2020-01-01');
  await page.getByText('Choose at most 366.').waitFor();
  expect(await page.getByLabel('Days', { exact: true }).inputValue()).toBe('');
  await page.getByLabel('To', { exact: true }).fill('2019-12-31');
  await page.getByText('The first day is after the last one.').waitFor();
  await desk.screenshot('console-reports-wrong-range');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByLabel('Days', { exact: true }).selectOption('Last 365 days');
  await figure(desk, 'Connections').waitFor();
  await pictureOf(desk, 'console-reports-year');
  expect(desk.complaints).toEqual([]);
});

test('what is shown is kept as a file whose cells run nothing', async () => {
  const desk = await openDesk({ viewport: { width: 1280, height: 900 } });
  const { page } = desk;
  await page.goto(`${system.url}/console/reports`);
  await figure(desk, 'Connections').waitFor();
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download as CSV' }).click(),
  ]);
  expect(saved.suggestedFilename()).toMatch(/^hey-blue-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$/);
  const lines = (await readFile(await saved.path(), 'utf8')).trim().split('\r\n');
  expect(lines[0]).toBe(
    'day,zip_code,connections,pointsAwarded,pointsSpent,pointsOnFees,pointsDonated,vouchersRedeemed',
  );
  expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^${firstDay},78701,2,120,0,0,0,0$`)));
  expect(lines.some((line) => /^[=+@-]/.test(line))).toBe(false);
  expect(desk.complaints).toEqual([]);
});

test('on a small phone in the dark, in Spanish, nothing is wider than the screen', async () => {
  const phone = await openDesk({ colorScheme: 'dark' });
  const { page } = phone;
  await page.evaluate(() => localStorage.setItem('hey-blue language', 'es'));
  await page.goto(`${system.url}/console/reports`);
  await page.getByRole('heading', { level: 1, name: 'Encuentros y puntos' }).waitFor();
  await page.getByLabel('Días', { exact: true }).selectOption('Últimos 7 días');
  await pictureOf(phone, 'console-reports-small-spanish-dark');
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(phone.complaints).toEqual([]);
});
