/* An organisation in a real browser: applies, is approved, takes in somebody, is suspended; each sees what is theirs. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type Person, signInByClicks, type TestBrowser } from '../../testing/browser.ts';
import { unreachedByKeyboard } from '../../testing/keyboard.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';

const DESK = { width: 1280, height: 800 };
const NAME = 'Kerbey Lane Cafe LLC';

let folder: string;
let system: TestSystem;
let browser: TestBrowser;
let owner: Person;
let administrator: Person;
let helper: Person;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hey-blue-console-'));
  [system, browser] = await Promise.all([startSystem({ DATA_DIR: folder }), openBrowser()]);
  [owner, administrator, helper] = await Promise.all([
    browser.person(),
    browser.person({ viewport: DESK }),
    browser.person({ viewport: DESK, colorScheme: 'dark' }),
  ]);
});
afterAll(async () => {
  await browser.close();
  await system.close();
  await rm(folder, { recursive: true, force: true });
});

/** Goes somewhere by the navigation. */
async function open({ page }: Person, place: string): Promise<void> {
  const menu = page.getByRole('button', { name: 'Menu' });
  if (await menu.isVisible()) await menu.click();
  await page.getByRole('navigation').getByRole('link', { name: place, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: place }).waitFor();
}

/** What axe finds, and what the keyboard does not reach. */
const faults = async ({ page }: Person) => [...(await accessibilityFaults(page)), ...(await unreachedByKeyboard(page))];

test('an owner applies on a phone and proves the domain', async () => {
  const { page } = owner;
  await page.goto(`${system.url}/console`);
  await page.getByRole('heading', { name: 'The console of Hey Blue!' }).waitFor();
  await owner.screenshot('console-welcome');
  expect(await faults(owner)).toEqual([]);
  await signInByClicks(owner, system.url, 'console', 'owner@kerbey.example');
  await page.getByText('You act for no organisation yet.').waitFor();
  await open(owner, 'My organisations');
  await page.getByRole('heading', { name: 'You act for no organisation yet' }).waitFor();
  await owner.screenshot('console-my-organisations-empty');
  expect(await faults(owner)).toEqual([]);
  await page.getByRole('link', { name: 'Apply with a new one' }).click();
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('Write a domain, such as example.org.').waitFor();
  expect(await page.getByLabel('Name in law').getAttribute('aria-invalid')).toBe('true');
  await owner.screenshot('console-apply-faults');
  expect(await faults(owner)).toEqual([]);
  await page.getByLabel('Name in law').fill(NAME);
  await page.getByLabel('Domain of the organisation').fill('https://www.kerbey.example/menu');
  await page.getByLabel('Name of whom to write to').fill('Pat Kerbey');
  await page.getByLabel('Their e-mail at this domain').fill('pat@elsewhere.example');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByRole('alert').filter({ hasText: 'domain' }).waitFor();
  await page.getByLabel('Their e-mail at this domain').fill('pat@kerbey.example');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByRole('heading', { level: 1, name: NAME }).waitFor();
  await page.getByRole('button', { name: 'Look now' }).click();
  await page.getByText('The text is not there yet.').waitFor();
  await owner.screenshot('console-application');
  expect(await faults(owner)).toEqual([]);
  const text = (await page.getByText('hey-blue-verification=').textContent()) ?? '';
  await mkdir(join(folder, 'domains'), { recursive: true });
  await writeFile(join(folder, 'domains', '_hey-blue.kerbey.example.txt'), `${text.trim()}\n`);
  await page.getByRole('button', { name: 'Look now' }).click();
  await page.getByText('Proved', { exact: true }).waitFor();
  expect(owner.complaints).toEqual([]);
});

test('an administrator approves it with a reason, by the keyboard alone', async () => {
  const { page } = administrator;
  await signInByClicks(administrator, system.url, 'console', 'administrator@hey-blue.example');
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await administrator.screenshot('console-overview');
  expect(await faults(administrator)).toEqual([]);
  await open(administrator, 'Applications');
  await page.getByRole('link', { name: NAME }).waitFor();
  await administrator.screenshot('console-applications');
  expect(await faults(administrator)).toEqual([]);
  await page.getByRole('link', { name: NAME }).click();
  await page.getByRole('heading', { level: 1, name: NAME }).waitFor();
  const approve = page.getByRole('button', { name: 'Approve' });
  await approve.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await dialog.getByLabel('Reason').focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await dialog.getByText('Say why, in a sentence.').waitFor();
  await administrator.screenshot('console-approve');
  expect(await faults(administrator)).toEqual([]);
  await dialog.getByLabel('Reason').focus();
  await page.keyboard.type('Spoke with the owner.');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('status').getByText(`${NAME} is listed.`).waitFor();
  await page.getByText('Approved', { exact: true }).waitFor();
  expect(administrator.complaints).toEqual([]);
});

test('the owner may do more at once, invites somebody, and they see no other organisation', async () => {
  const { page } = owner;
  await open(owner, 'My organisations');
  await page.getByRole('link', { name: NAME }).first().waitFor();
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('navigation').getByRole('link', { name: 'Keys', exact: true }).waitFor();
  await owner.screenshot('console-menu-on-a-phone');
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('main').getByRole('heading', { name: NAME }).first().getByRole('link').click();
  await page.getByRole('heading', { name: 'Invitations' }).waitFor();
  await page.getByLabel('What they may do').selectOption('VIEWER');
  await page.getByRole('button', { name: 'Make an invitation' }).click();
  const shown = page.getByRole('status').filter({ hasText: 'Hand this code' });
  await shown.waitFor();
  const code = (await shown.locator('.code').textContent()) ?? '';
  await owner.screenshot('console-organisation');
  expect(await faults(owner)).toEqual([]);

  await signInByClicks(helper, system.url, 'console', 'helper@kerbey.example');
  await open(helper, 'My organisations');
  await helper.page.getByRole('link', { name: 'Join by an invitation' }).click();
  await helper.page.getByLabel('Code of the invitation').fill('not a code');
  await helper.page.getByRole('button', { name: 'Join' }).click();
  await helper.page.getByRole('alert').waitFor();
  await helper.page.getByLabel('Code of the invitation').fill(code);
  await helper.page.getByRole('button', { name: 'Join' }).click();
  await helper.page.getByRole('heading', { level: 1, name: NAME }).waitFor();
  await helper.page.getByText('You: Viewer').waitFor();
  expect(await helper.page.getByRole('heading', { name: 'Invitations' }).count()).toBe(0);
  expect(await helper.page.getByRole('button', { name: 'End it for good' }).count()).toBe(0);
  await helper.screenshot('console-organisation-of-a-viewer-dark');
  expect(await faults(helper)).toEqual([]);
  await open(helper, 'My organisations');
  await helper.page.getByRole('link', { name: NAME }).waitFor();
  expect(await helper.page.getByRole('article').count()).toBe(1);
  expect(await helper.page.getByRole('link', { name: 'All organisations' }).count()).toBe(0);
  await helper.page.goto(`${system.url}/console/directory`);
  await helper.page.getByRole('heading', { name: 'There is nothing here for you' }).waitFor();
  expect(await faults(helper)).toEqual([]);
  expect(helper.complaints).toEqual([]);
  expect(owner.complaints).toEqual([]);
});

test('an administrator suspends it, its owner reads why, and it is reinstated', async () => {
  const { page } = administrator;
  await open(administrator, 'All organisations');
  await page.getByLabel('Search by name in law').fill('kerbey');
  await page.getByRole('link', { name: NAME }).waitFor();
  await administrator.screenshot('console-all-organisations');
  expect(await faults(administrator)).toEqual([]);
  await page.getByRole('link', { name: NAME }).click();
  await page.getByRole('button', { name: 'Suspend', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('The kitchen is closed by the city.');
  await dialog.getByRole('button', { name: 'Suspend' }).click();
  await page.getByText('Suspended', { exact: true }).waitFor();
  await owner.page.reload();
  await owner.page.getByText('The kitchen is closed by the city.').waitFor();
  await page.getByRole('button', { name: 'Reinstate' }).click();
  await dialog.getByLabel('Reason').fill('It is open again.');
  await dialog.getByRole('button', { name: 'Reinstate' }).click();
  await page.getByText('Listed', { exact: true }).waitFor();
  expect(administrator.complaints).toEqual([]);
  expect(owner.complaints).toEqual([]);
});

test('a listing that nobody acts for is claimed, and the claim is taken back', async () => {
  const { page } = helper;
  await page.goto(`${system.url}/console/organisations/claim`);
  await page.getByRole('heading', { level: 1, name: 'Claim an organisation' }).waitFor();
  await page.getByLabel('What it is').selectOption('Shop');
  const first = page.getByRole('main').getByRole('list').getByRole('button').first();
  await first.waitFor();
  await helper.screenshot('console-claim');
  expect(await faults(helper)).toEqual([]);
  const name = (await first.textContent()) ?? '';
  await first.click();
  await page.getByRole('heading', { name, level: 2 }).waitFor();
  expect(await page.getByLabel('Name in law').inputValue()).toBe(name);
  await page.getByLabel('Domain of the organisation').fill('claimed.example');
  await page.getByLabel('Name of whom to write to').fill('Robin');
  await page.getByLabel('Their e-mail at this domain').fill('robin@claimed.example');
  await page.getByRole('button', { name: 'Claim it' }).click();
  await page.getByRole('heading', { name: 'An administrator decides' }).waitFor();
  await page.getByRole('button', { name: 'Take it back' }).click();
  await page.getByRole('button', { name: 'Yes, take it back' }).click();
  await page.getByText('Taken back', { exact: true }).waitFor();
  expect(await faults(helper)).toEqual([]);
  expect(helper.complaints).toEqual([]);
});

test('without a connection a place that was not opened before says so, and the others stay', async () => {
  const offline = await browser.person({ expectsFaults: true, viewport: DESK });
  const { page } = offline;
  await signInByClicks(offline, system.url, 'console', 'administrator@hey-blue.example');
  await open(offline, 'Departments and officers');
  await open(offline, 'All organisations');
  await page.getByRole('link', { name: NAME }).waitFor();
  await offline.context.setOffline(true);
  await page.getByRole('link', { name: 'Accounts' }).click();
  await page.getByRole('heading', { level: 1, name: 'This screen cannot be shown now' }).waitFor();
  await offline.screenshot('console-offline');
  expect(await accessibilityFaults(page)).toEqual([]);
  await open(offline, 'All organisations');
  await page.getByRole('link', { name: NAME }).waitFor();
  await page.getByText('What you see may be old').waitFor();
  await open(offline, 'Departments and officers');
  await page.getByLabel('Department', { exact: true }).fill('Round Rock Police');
  await page.getByLabel('Work e-mail addresses').fill('lee@roundrock.example');
  await page.getByRole('button', { name: 'Register', exact: true }).click();
  await page.getByRole('alert').filter({ hasText: 'There is no connection.' }).waitFor();
  await offline.context.setOffline(false);
  await page.getByText('What you see may be old').waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Accounts' }).click();
  await page.getByRole('button', { name: 'Load again' }).or(page.getByLabel('Id of the account')).first().waitFor();
});

test('the console speaks Spanish', async () => {
  const { page } = owner;
  await open(owner, 'Me');
  await page.getByLabel('Language').selectOption('Español');
  await page.getByRole('heading', { level: 1, name: 'Yo' }).waitFor();
  await page.getByRole('button', { name: 'Menú' }).click();
  await page.getByRole('link', { name: 'Mis organizaciones' }).click();
  await page.getByRole('heading', { level: 1, name: 'Mis organizaciones' }).waitFor();
  await page.getByRole('link', { name: NAME }).first().waitFor();
  await owner.screenshot('console-my-organisations-es');
  expect(await faults(owner)).toEqual([]);
  expect(owner.complaints).toEqual([]);
});
