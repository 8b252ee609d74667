/* Departments, officers and accounts in a real browser. */
import { randomUUID } from 'node:crypto';
import { refusalOf, signInAdministrator, signInCitizen, signInOfficer } from '../../../gateway/journeys/people.ts';
import {
  OffersDocument,
  OwnSuspensionDocument,
  RedeemOfferDocument,
  TypedDocumentString,
} from '../../generated/graphql.ts';
import type { SignedIn } from '../../sign-in.ts';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type Person, signInByClicks, type TestBrowser } from '../../testing/browser.ts';
import { unreachedByKeyboard } from '../../testing/keyboard.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';

let system: TestSystem;
let browser: TestBrowser;
let desk: Person;
let citizen: SignedIn;
let officer: SignedIn;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  const administrator = await signInAdministrator(system.url);
  officer = await signInOfficer(system.url, administrator, 'Sam');
  citizen = await signInCitizen(system.url, 'Casey');
  desk = await browser.person({ colorScheme: 'dark' });
  await signInByClicks(desk, system.url, 'console', 'administrator@hey-blue.example');
});
afterAll(async () => {
  await Promise.all([citizen?.client.close(), officer?.client.close()]);
  await browser.close();
  await system.close();
});

async function open(place: string): Promise<void> {
  await desk.page.getByRole('button', { name: 'Menu' }).click();
  await desk.page.getByRole('navigation').getByRole('link', { name: place, exact: true }).click();
  await desk.page.getByRole('heading', { level: 1, name: place }).waitFor();
}

async function look(name: string): Promise<void> {
  await desk.screenshot(`console-${name}`);
  expect(await accessibilityFaults(desk.page)).toEqual([]);
  expect(await unreachedByKeyboard(desk.page)).toEqual([]);
}

test('officers are registered by their addresses, and become officers when they sign in', async () => {
  const { page } = desk;
  await open('Departments and officers');
  await page.getByRole('heading', { name: 'Austin Police Department' }).waitFor();
  await look('departments');
  await page.getByRole('button', { name: 'Register', exact: true }).click();
  await page.getByText('Name the department.').waitFor();
  await page.getByLabel('Department', { exact: true }).fill('Round Rock Police');
  await page.getByLabel('Work e-mail addresses').fill('lee@roundrock.example, nobody');
  await page.getByRole('button', { name: 'Register', exact: true }).click();
  await page.getByText('nobody is no e-mail address.').waitFor();
  await look('register-officers');
  await page.getByLabel('Work e-mail addresses').fill('lee@roundrock.example\nsky@roundrock.example');
  await page.getByRole('button', { name: 'Register', exact: true }).click();
  await page.getByText('2 officers are registered.').waitFor();
  const lee = await browser.person();
  await signInByClicks(lee, system.url, 'console', 'lee@roundrock.example');
  await lee.page.getByText('officer', { exact: true }).waitFor();
  expect(lee.complaints).toEqual([]);
  expect(desk.complaints).toEqual([]);
});

test('a department goes off duty and back', async () => {
  const { page } = desk;
  await page.getByRole('button', { name: 'Take Austin Police Department off duty' }).click();
  await look('off-duty-dialog');
  await page.getByRole('dialog').getByRole('button', { name: 'Take off duty' }).click();
  await page.getByText('Off duty', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Put Austin Police Department on duty' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Put on duty' }).click();
  await page.getByText('On duty', { exact: true }).first().waitFor();
  expect(desk.complaints).toEqual([]);
});

test('an account is suspended by its id, and that is lifted', async () => {
  const { page } = desk;
  await open('Accounts');
  await look('accounts');
  await page.getByLabel('Id of the account').fill(citizen.accountId);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByRole('heading', { name: 'Suspension' }).waitFor();
  await look('account');
  await page.getByRole('button', { name: 'Suspend', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason, which the person reads').fill('You asked us to.');
  await dialog.getByRole('button', { name: 'Suspend' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect((await citizen.client.request(OwnSuspensionDocument)).me.suspension).toMatchObject({
    reason: 'You asked us to.',
    until: null,
  });
  await page.getByRole('button', { name: 'Lift the suspension' }).click();
  await dialog.getByRole('button', { name: 'Lift the suspension' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect((await citizen.client.request(OwnSuspensionDocument)).me.suspension).toBeNull();
  await page.getByRole('button', { name: 'Lift the suspension' }).click();
  await dialog.getByRole('button', { name: 'Lift the suspension' }).click();
  await dialog.getByRole('alert').waitFor();
  await look('account-refused');
  expect(desk.complaints).toEqual([]);
});

test('points are frozen and released, and a citizen cannot spend meanwhile', async () => {
  const { page } = desk;
  const dialog = page.getByRole('dialog');
  await page.goto(`${system.url}/console/accounts/${citizen.accountId}`);
  await page.getByRole('button', { name: 'Freeze the points' }).click();
  await dialog.getByRole('button', { name: 'Freeze the points' }).click();
  await dialog.getByText('Say why, in a sentence.').waitFor();
  await look('freeze');
  await dialog.getByLabel('Reason').fill('Many vouchers at once.');
  await dialog.getByRole('button', { name: 'Freeze the points' }).click();
  await dialog.waitFor({ state: 'detached' });
  const { offers } = await citizen.client.request(OffersDocument, { first: 1 });
  const input = { offerId: offers.edges[0]?.node.id ?? '', idempotencyKey: randomUUID() };
  expect(await refusalOf(citizen.client.request(RedeemOfferDocument, { input }))).toBe('ACCOUNT_FROZEN');
  await page.getByRole('button', { name: 'Release the points' }).click();
  await dialog.getByLabel('Reason').fill('They were for a school.');
  await dialog.getByRole('button', { name: 'Release the points' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await refusalOf(citizen.client.request(RedeemOfferDocument, { input }))).toBe('INSUFFICIENT_POINTS');
  expect(desk.complaints).toEqual([]);
});

test('a place to meet is put on the list, corrected and taken off', async () => {
  const { page } = desk;
  const dialog = page.getByRole('dialog');
  await open('Places to meet');
  await page
    .getByRole('heading', { name: 'No place is on the list yet' })
    .or(page.getByRole('article').first())
    .waitFor();
  await look('hubs');
  await page.getByRole('button', { name: 'Add a place' }).click();
  const place = { Name: 'Carver Library', Latitude: '30.2680', Longitude: 'west' };
  for (const [label, value] of Object.entries(place)) await dialog.getByLabel(label, { exact: true }).fill(value);
  await dialog.getByLabel('What it is, and how to find the entrance').fill('Library; the door is on Angelina Street.');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('alert').first().waitFor();
  await look('hub-fault');
  await dialog.getByLabel('Longitude', { exact: true }).fill('-97.7240');
  await dialog.getByRole('button', { name: 'Save' }).click();
  const card = page.getByRole('article', { name: 'Carver Library' });
  await card.getByText('78702').waitFor();
  await page.getByRole('button', { name: 'Edit Carver Library' }).click();
  await dialog.getByLabel('Opening hours (optional)').fill('Mon-Sat 10-18');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await card.getByText('Mon-Sat 10-18').waitFor();
  await look('hub');
  await page.getByRole('button', { name: 'Archive Carver Library' }).click();
  await dialog.getByRole('button', { name: 'Archive' }).click();
  await card.waitFor({ state: 'detached' });
  expect(desk.complaints).toEqual([]);
});

test('an event is called off with a reason, and is on the list no more', async () => {
  const { page } = desk;
  const dialog = page.getByRole('dialog');
  const tomorrow = Date.now() + 86_400_000;
  const input = {
    title: 'Coffee with Sam',
    description: 'At the long table.',
    place: { name: 'Corner café', position: { latitude: 30.268, longitude: -97.724 } },
    startsAt: new Date(tomorrow).toISOString(),
    endsAt: new Date(tomorrow + 3_600_000).toISOString(),
    idempotencyKey: randomUUID(),
  };
  await officer.client.request(
    new TypedDocumentString<unknown, object>(
      'mutation ($input: ScheduleGatheringInput!) { scheduleGathering(input: $input) { gathering { id } } }',
    ),
    { input },
  );
  await open('Places to meet');
  await page.getByRole('tab', { name: 'Events', exact: true }).click();
  const event = page.getByRole('article', { name: 'Coffee with Sam' });
  await event.getByText('Corner café').waitFor();
  await look('events');
  await page.getByRole('button', { name: 'Call off Coffee with Sam' }).click();
  await dialog.getByLabel('Reason, which they read').fill('The café is\nclosed that day.');
  await look('event-calling-off');
  await dialog.getByRole('button', { name: 'Call off' }).click();
  await page.getByRole('heading', { name: 'No event is announced' }).waitFor();
  await look('events-none');
  expect(desk.complaints).toEqual([]);
});
