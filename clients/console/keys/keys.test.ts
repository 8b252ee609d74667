/* A shop's keys and webhooks in a real browser: made, shown once, tried, ended. */
import type { Page } from 'playwright-core';
import { newPhoneNumber, signInAdministrator } from '../../../gateway/journeys/people.ts';
import { ApplyAsOrganisationDocument, DecideApplicationDocument } from '../../generated/graphql.ts';
import { signIn } from '../../sign-in.ts';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, signInByClicks, type TestBrowser } from '../../testing/browser.ts';
import { unreachedByKeyboard } from '../../testing/keyboard.ts';
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

/** What axe finds, and what the keyboard does not reach. */
const faults = async (page: Page) => [...(await accessibilityFaults(page)), ...(await unreachedByKeyboard(page))];

test('somebody who acts for a shop makes a key, sees its secret once, and ends it', async () => {
  const owner = await browser.person();
  const { page } = owner;
  await signInByClicks(owner, system.url, 'console', OWNER);
  await page.goto(`${system.url}/console/organisations`);
  await page.getByRole('link', { name: 'Torchy’s Tacos Inc' }).first().waitFor();
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('link', { name: 'Keys' }).click();
  await page.getByRole('heading', { name: 'No key yet' }).waitFor();
  expect(await faults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Make a key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await dialog.getByText('This is needed.').waitFor();
  await owner.screenshot('console-new-key');
  expect(await faults(page)).toEqual([]);
  await dialog.getByLabel('Name of the key').fill('Till of South Congress');
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await dialog.getByRole('heading', { name: 'This is the key' }).waitFor();
  const secret = (await dialog.locator('.code').textContent()) ?? '';
  expect(secret.length).toBeGreaterThan(30);
  await owner.screenshot('console-key-secret');
  expect(await faults(page)).toEqual([]);
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
  expect(await faults(page)).toEqual([]);
  expect(owner.complaints).toEqual([]);
});

test('an endpoint is added, its secret shown once, tried, sent again, disabled and deleted', async () => {
  const owner = await browser.person({ viewport: { width: 1280, height: 800 } });
  const { page } = owner;
  const dialog = page.getByRole('dialog');
  await signInByClicks(owner, system.url, 'console', OWNER);
  await page.getByRole('link', { name: 'Webhooks' }).click();
  await page.getByRole('heading', { name: 'Nothing is told yet' }).waitFor();
  expect(await faults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Add an endpoint' }).click();
  await dialog.getByLabel('Address').fill('http://127.0.0.1/hook');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('alert').waitFor();
  await owner.screenshot('console-new-webhook');
  expect(await faults(page)).toEqual([]);
  await dialog.getByLabel('Address').fill('https://hooks.torchys.example/hey-blue');
  await dialog.getByLabel('What it is for (optional)').fill('Books');
  await dialog.getByLabel('A voucher has expired').uncheck();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('whsec_').waitFor();
  expect(await faults(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { level: 1, name: 'Books' }).waitFor();
  expect(await page.content()).not.toContain('whsec_');
  await page.getByRole('button', { name: 'Send a trial message' }).click();
  const message = page.getByRole('article').filter({ hasText: 'A trial message' });
  await message.waitFor();
  await message.getByRole('button', { name: 'Details' }).click();
  await message.getByText('webhook-id').waitFor();
  await message.getByRole('button', { name: 'Send again' }).click();
  await page.getByText('The message is sent again.').waitFor();
  await owner.screenshot('console-webhook');
  expect(await faults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Replace the secret' }).click();
  await dialog.getByRole('button', { name: 'Replace the secret' }).click();
  await dialog.getByText('whsec_').waitFor();
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByText('Public key 2').waitFor();
  await page.getByRole('button', { name: 'Disable' }).click();
  await dialog.getByRole('button', { name: 'Disable' }).click();
  await page.getByText('Somebody disabled it.').waitFor();
  await page.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { name: 'Nothing is told yet' }).waitFor();
  expect(owner.complaints).toEqual([]);
});
