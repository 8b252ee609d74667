/* Administrators at work in a real browser: rules, held meetings, stories, reports, appeals, areas; axe on each screen. */
import { eventually, signInAdministrator, signInCitizen, signInOfficer } from '../../../gateway/journeys/people.ts';
import {
  AppealSuspensionDocument,
  ConnectionDocument,
  ConsentToStoryDocument,
  MeetByCodeDocument,
  OpenWindowDocument,
  OwnSuspensionDocument,
  ProposeStoryDocument,
  ReportPersonDocument,
  StoryDocument,
  WindowCodeDocument,
} from '../../generated/graphql.ts';
import type { SignedIn } from '../../sign-in.ts';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type Person, signInByClicks, type TestBrowser } from '../../testing/browser.ts';
import { unreachedByKeyboard } from '../../testing/keyboard.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';

const ADMINISTRATOR = 'administrator@hey-blue.example';
const capitol = { latitude: 30.2747, longitude: -97.7404 };

let system: TestSystem;
let browser: TestBrowser;
let desk: Person;
let officer: SignedIn;
let secondOfficer: SignedIn;
let citizen: SignedIn;
/** A meeting that counted. */
let connectionId: string;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  const administrator = await signInAdministrator(system.url);
  officer = await signInOfficer(system.url, administrator, 'Sam');
  secondOfficer = await signInOfficer(system.url, administrator, 'Dana');
  citizen = await signInCitizen(system.url, 'Casey');
  const met = await meet(citizen, officer);
  connectionId = met.id;
  await eventually(async () => ((await stateOf(connectionId)) === 'REWARDED' ? true : undefined));
  desk = await browser.person({ viewport: { width: 1280, height: 800 } });
  await signInByClicks(desk, system.url, 'console', ADMINISTRATOR);
});
afterAll(async () => {
  await Promise.all([officer, secondOfficer, citizen].map((person) => person?.client.close()));
  await browser.close();
  await system.close();
});

/** The citizen scans the code of the officer's window. */
async function meet(who: SignedIn, host: SignedIn) {
  await host.client.request(OpenWindowDocument, { input: { position: capitol } });
  const { windowCode } = await host.client.request(WindowCodeDocument);
  const input = { code: windowCode.current, scannedAt: new Date().toISOString() };
  return (await who.client.request(MeetByCodeDocument, { input })).meetByCode.connection;
}

const stateOf = async (id: string) => (await citizen.client.request(ConnectionDocument, { id })).connection?.state;

async function open(place: string): Promise<void> {
  await desk.page.getByRole('navigation').getByRole('link', { name: place, exact: true }).click();
  await desk.page.getByRole('heading', { level: 1, name: place }).waitFor();
}

async function look(name: string): Promise<void> {
  await desk.screenshot(`console-${name}`);
  expect(await accessibilityFaults(desk.page)).toEqual([]);
  expect(await unreachedByKeyboard(desk.page)).toEqual([]);
}

/** Decides in the dialog that is open. */
async function decide(label: string, text: string, action: string): Promise<void> {
  const dialog = desk.page.getByRole('dialog');
  await dialog.getByLabel(label).fill(text);
  await dialog.getByRole('button', { name: action }).click();
  await dialog.waitFor({ state: 'detached' });
}

test('a risk rule gets a new version, a meeting is held by it, and an administrator decides', async () => {
  const { page } = desk;
  await open('Meetings to review');
  await page.getByRole('heading', { name: 'No meeting waits' }).waitFor();
  await look('review-empty');
  await open('Risk rules');
  const rule = page.locator('form').filter({ hasText: 'More meetings than is usual' });
  await rule.getByLabel('Meetings of a citizen in a day, at most').fill('many');
  await rule.getByRole('button', { name: 'Save a new version' }).click();
  await rule.getByText('Write a number.').waitFor();
  await look('risk-rules');
  await rule.getByLabel('Meetings of a citizen in a day, at most').fill('1');
  await rule.getByLabel('Apply it').check();
  await rule.getByRole('button', { name: 'Save a new version' }).click();
  await page.getByRole('status').getByText('The rule is saved.').waitFor();
  const held = await meet(citizen, secondOfficer);
  expect(held.state).toBe('HELD');
  await open('Meetings to review');
  const card = page.getByRole('article');
  await card.getByText('More meetings than is usual').waitFor();
  await look('review');
  await card.getByRole('button', { name: 'Refuse it' }).click();
  await look('review-dialog');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await card.getByRole('button', { name: 'Let it count' }).click();
  await decide('Reason', 'Two corners of one festival.', 'Let it count');
  await page.getByRole('heading', { name: 'No meeting waits' }).waitFor();
  await eventually(async () => ((await stateOf(held.id)) === 'REWARDED' ? true : undefined));
  expect(desk.complaints).toEqual([]);
});

test('a story that a new rule finds is held, read and shown', async () => {
  const { page } = desk;
  await open('Stories');
  await page.getByRole('heading', { name: 'No story waits' }).waitFor();
  await page.getByRole('tab', { name: 'Rules' }).click();
  await page.getByRole('button', { name: 'Add a rule' }).click();
  await look('story-rule');
  await page.getByLabel('Name of the rule').fill('Airships');
  await page.getByLabel('What it is to find').fill('Talk of airships');
  await page.getByLabel('Pattern').fill('airship');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Airships' }).waitFor();
  await look('story-rules');
  const input = { connectionId, text: '{citizen} saw an airship with {officer}.' };
  const { id: storyId } = (await citizen.client.request(ProposeStoryDocument, { input })).proposeStory.story;
  await officer.client.request(ConsentToStoryDocument, { input: { storyId, delay: 'NONE' } });
  await page.getByRole('tab', { name: 'To decide' }).click();
  await page.reload();
  await page.getByText('saw an airship').waitFor();
  await look('stories');
  await page.getByRole('button', { name: 'Show it' }).click();
  await decide('Reason', 'There was one.', 'Show it');
  await page.getByRole('heading', { name: 'No story waits' }).waitFor();
  await eventually(async () => (await citizen.client.request(StoryDocument, { id: storyId })).story ?? undefined);
  expect(desk.complaints).toEqual([]);
});

test('a person is reported and suspended until a day, appeals, and the suspension is lifted', async () => {
  const { page } = desk;
  await citizen.client.request(ReportPersonDocument, {
    input: { connectionId, reason: 'HARASSMENT', text: 'Waited at my door.' },
  });
  await open('Overview');
  await page.getByText('1 waiting').waitFor();
  await look('overview-waiting');
  await open('Reports of persons');
  await page.getByText('Waited at my door.').waitFor();
  await look('person-reports');
  await page.getByRole('button', { name: 'Suspend the person' }).click();
  await page.getByLabel('Suspended until').fill('2030-01-31');
  await decide('Note', 'Spoke with both.', 'Suspend');
  await page.getByRole('heading', { name: 'No report waits' }).waitFor();
  const suspension = await eventually(
    async () => (await officer.client.request(OwnSuspensionDocument)).me.suspension ?? undefined,
  );
  expect(suspension.until).toContain('2030-');
  await officer.client.request(AppealSuspensionDocument, { input: { text: 'I delivered what was lost.' } });
  await open('Appeals');
  await page.getByText('I delivered what was lost.').waitFor();
  await look('appeals');
  await page.getByRole('button', { name: 'Lift the suspension' }).click();
  await decide('Note, which the person reads', 'So it was.', 'Lift the suspension');
  await page.getByRole('heading', { name: 'No appeal waits' }).waitFor();
  await page.getByLabel('Also those that are decided').check();
  await page.getByText('The suspension was lifted').waitFor();
  expect((await officer.client.request(OwnSuspensionDocument)).me.suspension).toBeNull();
  expect(desk.complaints).toEqual([]);
});

test('a meeting that counted is taken back by its id', async () => {
  const { page } = desk;
  await open('Meetings to review');
  await page.getByLabel('Id of the meeting').fill('something');
  await page.getByRole('button', { name: 'Take it back' }).click();
  await page.getByText('An id has 32 digits').waitFor();
  await page.getByLabel('Id of the meeting').fill(connectionId);
  await page.getByRole('button', { name: 'Take it back' }).click();
  await decide('Reason', 'They never met.', 'Take it back');
  await page.getByText('They never met.').waitFor();
  await look('claw-back');
  expect(await stateOf(connectionId)).toBe('CLAWED_BACK');
  expect(desk.complaints).toEqual([]);
});

test('an area is drawn on the map and by the keyboard, changed and ended', async () => {
  const { page } = desk;
  await open('Areas without meetings');
  await page.getByRole('heading', { name: 'People may meet everywhere' }).waitFor();
  await page.getByRole('button', { name: 'Draw an area' }).click();
  const map = page.locator('.zone-map canvas');
  await map.waitFor();
  const corners = page.getByLabel('Corners', { exact: true });
  await corners.fill('30.2700, -97.7500\n30.2750, -97.7500');
  await map.click({ position: { x: 300, y: 200 } });
  await eventually(async () => ((await corners.inputValue()).split('\n').length === 3 ? true : undefined));
  await page.getByRole('button', { name: 'Save the area' }).click();
  await page.getByText('This is needed.').waitFor();
  await page.getByLabel('Name of the area').fill('Casis Elementary');
  await look('zone-drawn');
  await page.getByRole('button', { name: 'Save the area' }).click();
  await page.getByRole('heading', { name: 'Casis Elementary' }).waitFor();
  await map.waitFor();
  await look('zones');
  await page.getByRole('button', { name: 'Change Casis Elementary' }).click();
  await page.getByLabel('Name of the area').fill('Casis School');
  await page.getByRole('button', { name: 'Save the area' }).click();
  await page.getByRole('button', { name: 'End Casis School' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End the area' }).click();
  await page.getByRole('heading', { name: 'People may meet everywhere' }).waitFor();
  expect(desk.complaints).toEqual([]);
});
