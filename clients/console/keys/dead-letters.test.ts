/*
 * Messages that could not be delivered, in a real browser: an endpoint that never answers is given up on after days by the
 * system's clock; what was given up is seen, sent again one by one and all at once.
 */
import { eventually, newPhoneNumber, signInAdministrator } from '../../../gateway/journeys/people.ts';
import { ApplyAsOrganisationDocument, DecideApplicationDocument } from '../../generated/graphql.ts';
import { signIn } from '../../sign-in.ts';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type Person, signInByClicks, type TestBrowser } from '../../testing/browser.ts';
import { unreachedByKeyboard } from '../../testing/keyboard.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';

const OWNER = 'owner@books.example';
/** Minutes after which each attempt but the first has come due, a tenth more than the system waits at most. */
const PAUSES_MINUTES = [1, 6, 34, 133, 331, 661, 925, 1_321, 1_585];

let system: TestSystem;
let browser: TestBrowser;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ CLOCK: 'steered' }), openBrowser()]);
  const [owner, administrator] = await Promise.all([
    signIn(system.url, { emailAddress: OWNER, phoneNumber: newPhoneNumber() }),
    signInAdministrator(system.url),
  ]);
  const { applyAsOrganisation } = await owner.client.request(ApplyAsOrganisationDocument, {
    input: {
      kind: 'RETAILER',
      legalName: 'Silent Books',
      webDomain: 'books.example',
      contact: { name: 'Pat', email: 'pat@books.example' },
    },
  });
  await administrator.client.request(DecideApplicationDocument, {
    input: { applicationId: applyAsOrganisation.application.id, approve: true, reason: 'Known.', despiteChecks: true },
  });
  await Promise.all([owner.client.close(), administrator.client.close()]);
});
afterAll(async () => {
  await browser.close();
  await system.close();
});

const faults = async ({ page }: Person) => [...(await accessibilityFaults(page)), ...(await unreachedByKeyboard(page))];

/** Looks until both messages were tried so often. */
async function tried({ page }: Person, attempts: number): Promise<void> {
  const text = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  await eventually(async () => {
    await page.getByRole('button', { name: 'Look again' }).click();
    return (await page.getByRole('article').filter({ hasText: text }).count()) === 2 || undefined;
  });
}

test('what an endpoint never took is given up, seen as such, and sent again', async () => {
  const owner = await browser.person({ viewport: { width: 1280, height: 860 } });
  const { page } = owner;
  const dialog = page.getByRole('dialog');
  await signInByClicks(owner, system.url, 'console', OWNER);
  await page.goto(`${system.url}/console/organisations`);
  await page.getByRole('navigation').getByRole('link', { name: 'Webhooks' }).click();
  await page.getByRole('button', { name: 'Add an endpoint' }).click();
  await dialog.getByLabel('Address').fill('https://nobody.books.example/hook');
  await dialog.getByLabel('What it is for (optional)').fill('Books');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('heading', { level: 1, name: 'Books' }).waitFor();
  const messages = page.getByRole('article').filter({ hasText: 'A trial message' });
  for (const number of [1, 2]) {
    await page.getByRole('button', { name: 'Send a trial message' }).click();
    await messages.nth(number - 1).waitFor();
  }
  let aheadMilliseconds = 0;
  for (const [place, minutes] of PAUSES_MINUTES.entries()) {
    await tried(owner, place + 1);
    await system.advance(minutes * 60_000);
    aheadMilliseconds += minutes * 60_000;
    await owner.context.clock.setFixedTime(new Date(Date.now() + aheadMilliseconds));
  }
  await tried(owner, PAUSES_MINUTES.length + 1);
  await page.getByLabel('State', { exact: true }).selectOption('Given up');
  await messages.nth(1).waitFor();
  await messages.first().getByRole('button', { name: 'Details' }).click();
  await messages.first().getByText('webhook-id').waitFor();
  await owner.screenshot('console-dead-letters');
  expect(await faults(owner)).toEqual([]);
  await messages.first().getByRole('button', { name: 'Send again' }).click();
  await page.getByText('The message is sent again.').waitFor();
  await page.getByRole('button', { name: 'Send again what was given up' }).click();
  await page.getByText('1 message is sent again.').waitFor();
  await page.getByRole('heading', { name: 'No messages' }).waitFor();
  await page.getByRole('button', { name: 'Send again what was given up' }).click();
  await page.getByText('There was nothing to send again.').waitFor();
  expect(owner.complaints).toEqual([]);
});
