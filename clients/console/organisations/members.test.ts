/* Who acts for an organisation, by clicks: invitations made and withdrawn, roles, the last owner, leaving, whom to write to. */
import { newPhoneNumber, signInAdministrator } from '../../../gateway/journeys/people.ts';
import { ApplyAsOrganisationDocument, DecideApplicationDocument } from '../../generated/graphql.ts';
import { signIn } from '../../sign-in.ts';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type Person, signInByClicks, type TestBrowser } from '../../testing/browser.ts';
import { unreachedByKeyboard } from '../../testing/keyboard.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';

const OWNER = 'owner@lamar.example';
const DESK = { width: 1280, height: 900 };

let system: TestSystem;
let browser: TestBrowser;
let owner: Person;
let helper: Person;
let id: string;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  const [founder, administrator] = await Promise.all([
    signIn(system.url, { emailAddress: OWNER, phoneNumber: newPhoneNumber() }),
    signInAdministrator(system.url),
  ]);
  const { applyAsOrganisation } = await founder.client.request(ApplyAsOrganisationDocument, {
    input: {
      kind: 'RETAILER',
      legalName: 'Lamar Bikes',
      webDomain: 'lamar.example',
      contact: { name: 'Pat', email: 'pat@lamar.example' },
    },
  });
  const { decideOrganisationApplication } = await administrator.client.request(DecideApplicationDocument, {
    input: { applicationId: applyAsOrganisation.application.id, approve: true, reason: 'Known.', despiteChecks: true },
  });
  id = decideOrganisationApplication.application.organisationId ?? '';
  await Promise.all([founder.client.close(), administrator.client.close()]);
  [owner, helper] = await Promise.all([browser.person({ viewport: DESK }), browser.person({ colorScheme: 'dark' })]);
  await signInByClicks(owner, system.url, 'console', OWNER);
  await signInByClicks(helper, system.url, 'console', 'helper@lamar.example');
});
afterAll(async () => {
  await browser.close();
  await system.close();
});

async function look(person: Person, name: string): Promise<void> {
  await person.screenshot(`console-${name}`);
  expect(await accessibilityFaults(person.page)).toEqual([]);
  expect(await unreachedByKeyboard(person.page)).toEqual([]);
}

/** Makes an invitation to this role. @returns its code. */
async function invite(role: string): Promise<string> {
  const { page } = owner;
  await page.goto(`${system.url}/console/organisations/${id}`);
  await page.getByLabel('What they may do').selectOption(role);
  await page.getByRole('button', { name: 'Make an invitation' }).click();
  const shown = page.getByRole('status').filter({ hasText: 'Hand this code' }).locator('.code');
  await shown.waitFor();
  return (await shown.textContent()) ?? '';
}

async function join(code: string): Promise<void> {
  const { page } = helper;
  await page.goto(`${system.url}/console/organisations/join`);
  await page.getByLabel('Code of the invitation').fill(code);
  await page.getByRole('button', { name: 'Join' }).click();
}

test('an invitation that was withdrawn lets nobody in', async () => {
  const code = await invite('EDITOR');
  await owner.page.getByRole('button', { name: 'Withdraw', exact: true }).click();
  await owner.page.getByText('None is open.').waitFor();
  await join(code);
  await helper.page.getByRole('alert').getByText('This invitation cannot be used any more.').waitFor();
  await look(helper, 'invitation-withdrawn');
  expect([...owner.complaints, ...helper.complaints]).toEqual([]);
});

test('an editor joins, becomes an owner, and may not make the organisation ownerless', async () => {
  await join(await invite('EDITOR'));
  await helper.page.getByText('You: Editor').waitFor();
  expect(await helper.page.getByRole('heading', { name: 'Invitations' }).count()).toBe(0);
  const { page } = owner;
  await page.reload();
  await page.getByLabel(/^Role of Account/).selectOption('OWNER');
  await page.getByText('The role is changed.').waitFor();
  await helper.page.reload();
  await helper.page.getByText('You: Owner').waitFor();
  await look(helper, 'members-of-an-owner');
  await page.getByLabel(/^Role of Account/).selectOption('VIEWER');
  await page.getByText('The role is changed.').last().waitFor();
  await page.getByLabel('Role of You').selectOption('EDITOR');
  await page.getByRole('alert').getByText('An organisation keeps at least one owner.').waitFor();
  await look(owner, 'last-owner');
  await page.getByRole('button', { name: 'Leave' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
  await page.getByRole('dialog').getByRole('alert').getByText('An organisation keeps at least one owner.').waitFor();
  await page.keyboard.press('Escape');
  expect([...owner.complaints, ...helper.complaints]).toEqual([]);
});

test('a member leaves, another is removed, and each is asked before', async () => {
  const dialog = (person: Person) => person.page.getByRole('dialog');
  await helper.page.reload();
  await helper.page.getByText('You: Viewer').waitFor();
  await helper.page.getByRole('button', { name: 'Leave' }).click();
  await look(helper, 'leave');
  await dialog(helper).getByRole('button', { name: 'Leave' }).click();
  await helper.page.getByRole('heading', { level: 1, name: 'My organisations' }).waitFor();
  await helper.page.getByRole('heading', { name: 'You act for no organisation yet' }).waitFor();
  await join(await invite('VIEWER'));
  await helper.page.getByText('You: Viewer').waitFor();
  await owner.page.reload();
  await owner.page.getByRole('button', { name: /^Remove Account/ }).click();
  await dialog(owner).getByRole('button', { name: 'Remove' }).click();
  await owner.page.getByText('They act for it no more.').waitFor();
  await owner.page.getByRole('button', { name: /^Remove Account/ }).waitFor({ state: 'detached' });
  expect([...owner.complaints, ...helper.complaints]).toEqual([]);
});

test('whom to write to is changed, at the own domain alone', async () => {
  const { page } = owner;
  await page.getByRole('button', { name: 'Change whom to write to' }).click();
  await page.getByLabel('E-mail').fill('pat@elsewhere.example');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').waitFor();
  await look(owner, 'contact-refused');
  await page.getByLabel('Name', { exact: true }).fill('Robin');
  await page.getByLabel('E-mail').fill('robin@lamar.example');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('robin@lamar.example').waitFor();
  expect(owner.complaints).toEqual([]);
});
