/* What happens between people besides meeting, by clicks in two browsers: stories that both agree to, events that one answers. */

import { signInAdministrator } from '../../../gateway/journeys/people.ts';
import { SaveHubDocument } from '../../generated/graphql.ts';
import type { SignedIn } from '../../sign-in.ts';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type TestBrowser } from '../../testing/browser.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';
import { meet, openWindowOf, register, registerOfficer } from '../spend/testing/earning.ts';

let system: TestSystem;
let browser: TestBrowser;
let officer: SignedIn;
let citizen: SignedIn;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  officer = await registerOfficer(system.url, 'sofia@police.example', 'Sofia');
  citizen = await register(system.url, 'casey@people.example', 'Casey');
  await meet(officer, citizen);
}, 240_000);
afterAll(async () => {
  for (const person of [officer, citizen]) await person?.client.close();
  await browser.close();
  await system.close();
});

test('a story is told by one, agreed to by the other, seen by everybody at once, and taken down by either', async () => {
  const [told, agreed, passing] = await Promise.all([
    openWindowOf(browser, citizen, system.url, '/history'),
    openWindowOf(browser, officer, system.url, '/community'),
    browser.person(),
  ]);
  const { page } = told;
  await passing.page.goto(`${system.url}/app/community`);
  await passing.page.getByText('No stories yet').waitFor();

  await page.getByRole('heading', { name: 'Sofia' }).waitFor();
  await page.getByText('20 points for you').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await told.screenshot('community-history');
  await page.getByRole('link', { name: /Tell your story/ }).click();
  await page.getByLabel('What was it like?').fill('We talked about dogs.');
  await page.getByRole('button', { name: 'Add the officer’s name' }).click();
  await page.getByRole('region', { name: 'How it reads' }).getByText('We talked about dogs. the officer').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await told.screenshot('community-tell');
  await page.getByRole('button', { name: 'Ask the other to agree' }).click();
  await page.getByText('Sent. It is shown once the other says yes.').waitFor();

  // What one was told leads to what it is about, and back.
  await agreed.page.getByRole('tab', { name: 'My stories' }).click();
  await agreed.page.getByText('Waits for your yes').waitFor();
  await agreed.page.goto(`${system.url}/app/account/notifications`);
  await agreed.page.getByText('Somebody you met would like to tell your story.').click();
  await agreed.page.waitForURL(/\/app\/community\/mine$/);
  await agreed.page.getByRole('tab', { name: 'All stories' }).click();
  await agreed.page.waitForURL(/\/app\/community$/);
  await agreed.page.goBack();
  await agreed.page.getByRole('heading', { name: 'Notifications' }).waitFor();
  await agreed.page.getByText('Somebody you met would like to tell your story.').click();
  await agreed.page.getByText('Waits for your yes').waitFor();
  await agreed.page.getByLabel('When it is shown').selectOption('At once');
  expect(await accessibilityFaults(agreed.page)).toEqual([]);
  await agreed.screenshot('community-agree');
  await agreed.page.getByRole('button', { name: 'Yes, show it' }).click();
  await agreed.page.getByText('For all to read').waitFor();
  await passing.page.getByText('We talked about dogs. Sofia').waitFor();
  await passing.screenshot('community-stories');
  expect(await accessibilityFaults(passing.page)).toEqual([]);

  await told.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('link', { name: 'To my stories' }).click();
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByText('Copied. Paste it where you like.').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('We talked about dogs.');
  await page.getByRole('button', { name: 'Take it down' }).click();
  await page.getByRole('button', { name: 'Yes, take it down' }).click();
  await passing.page.getByText('We talked about dogs. Sofia').waitFor({ state: 'detached' });
  await agreed.page.getByText('Taken down').waitFor();
  for (const person of [told, agreed, passing]) expect(person.complaints).toEqual([]);
});

test('a place to meet is found by its ZIP code, with what it is and how to get in', async () => {
  const administrator = await signInAdministrator(system.url);
  await administrator.client.request(SaveHubDocument, {
    input: {
      name: 'Central Library',
      description: 'Entrance on Cesar Chavez Street.',
      openingNote: 'Every day from 10 to 8',
      place: { latitude: 30.2655, longitude: -97.7517 },
    },
  });
  const person = await openWindowOf(browser, citizen, system.url, '/places');
  const { page } = person;
  await page.getByRole('link', { name: 'Central Library' }).waitFor();
  await page.getByLabel('Near a ZIP code').fill('78701');
  await page.getByText(/(mi|ft) away/).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await person.screenshot('community-places');
  await page.getByRole('link', { name: 'Central Library' }).click();
  await page.getByText('Entrance on Cesar Chavez Street.').waitFor();
  await page.getByRole('heading', { name: 'Events here', exact: true }).waitFor();
  await page.getByText('No events here yet').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await administrator.client.close();
  expect(person.complaints).toEqual([]);
});

test('an officer announces an event, a citizen says yes and no, and reads that it was called off', async () => {
  const [host, guest] = await Promise.all([
    openWindowOf(browser, officer, system.url, '/events'),
    openWindowOf(browser, citizen, system.url, '/events'),
  ]);
  await guest.page.getByText('No events here yet').waitFor();
  const { page } = host;
  await page.getByRole('link', { name: 'Announce an event' }).click();
  await page.getByRole('button', { name: 'Announce it' }).click();
  await page.getByText('This is needed.').first().waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByLabel('What is it?').fill('Coffee with a cop');
  await page.getByLabel('What may people expect?').fill('A cup and a talk.');
  await page.getByLabel('What the place is called').fill('Corner of 6th and Congress');
  await page.getByRole('button', { name: 'Take my place now' }).click();
  await page.getByRole('button', { name: 'Place taken. Take it again' }).waitFor();
  const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel('Begins').fill(`${day}T09:00`);
  await page.getByLabel('Ends').fill(`${day}T11:00`);
  await page.getByLabel('How many may come').fill('10');
  await host.screenshot('community-announce');
  await page.getByRole('button', { name: 'Announce it' }).click();
  await page.getByText('This is your event.').waitFor();

  await guest.page.reload();
  await guest.page.getByRole('link', { name: 'Coffee with a cop' }).click();
  await guest.page.getByRole('button', { name: 'I come' }).click();
  await guest.page.getByText('You are coming. See you there!').waitFor();
  await guest.page.goto(`${system.url}/app/events/mine`);
  await guest.page.getByRole('link', { name: 'Coffee with a cop' }).click();
  await guest.page.getByText('You are coming. See you there!').waitFor();
  await page.getByText('1 person comes').waitFor();
  expect(await accessibilityFaults(guest.page)).toEqual([]);
  await guest.screenshot('community-event');
  await page.getByRole('button', { name: 'Call it off' }).click();
  await page.getByLabel('Why').fill('Rain');
  await page.getByRole('button', { name: 'Yes, call it off' }).click();
  await guest.page.getByText('It was called off. Rain').waitFor();
  for (const person of [host, guest]) expect(person.complaints).toEqual([]);
});
