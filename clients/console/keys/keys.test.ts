/* A shop's keys in a real browser: made, shown once, ended. */
import { newPhoneNumber, signInAdministrator } from '../../../gateway/journeys/people.ts';
import { ApplyAsOrganisationDocument, DecideApplicationDocument } from '../../generated/graphql.ts';
import { signIn } from '../../sign-in.ts';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, signInByClicks, type TestBrowser } from '../../testing/browser.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';

const OWNER = 'owner@torchys.example';

let system: TestSystem;
let browser: TestBrowser;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  const [owner, administrator] = await Promise.all([
    signIn(system.url, { emailAddress: OWNER, phoneNumber: newPhoneNumber() }),
    signInAdministrator(system.url),
  ]);
  const { applyAsOrganisation } = await owner.client.request(ApplyAsOrganisationDocument, {
    input: {
      kind: 'RETAILER',
      legalName: 'Torchy’s Tacos Inc',
      webDomain: 'torchys.example',
      contact: { name: 'Mike Rypka', email: 'mike@torchys.example' },
    },
  });
  await administrator.client.request(DecideApplicationDocument, {
    input: { applicationId: applyAsOrganisation.application.id, approve: true, reason: 'Known.', despiteChecks: true },
  });
});
afterAll(async () => {
  await browser.close();
  await system.close();
});

test('somebody who acts for a shop makes a key, sees its secret once, and ends it', async () => {
  const owner = await browser.person();
  const { page } = owner;
  await signInByClicks(owner, system.url, 'console', OWNER);
  await page.goto(`${system.url}/console/organisations`);
  await page.getByRole('link', { name: 'Torchy’s Tacos Inc' }).first().waitFor();
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('link', { name: 'Keys' }).click();
  await page.getByRole('heading', { name: 'No key yet' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Make a key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await dialog.getByText('This is needed.').waitFor();
  await owner.screenshot('console-new-key');
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByLabel('Name of the key').fill('Till of South Congress');
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await dialog.getByRole('heading', { name: 'This is the key' }).waitFor();
  const secret = (await dialog.locator('.code').textContent()) ?? '';
  expect(secret.length).toBeGreaterThan(30);
  await owner.screenshot('console-key-secret');
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('heading', { name: 'Till of South Congress' }).waitFor();
  await owner.screenshot('console-keys');
  expect(await page.content()).not.toContain(secret);
  await page.reload();
  await page.getByRole('heading', { name: 'Till of South Congress' }).waitFor();
  expect(await page.content()).not.toContain(secret);
  await page.getByRole('button', { name: 'End Till of South Congress' }).click();
  await dialog.getByRole('button', { name: 'End the key' }).click();
  await page.getByText('Ended', { exact: true }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(owner.complaints).toEqual([]);
});
