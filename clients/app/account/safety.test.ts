/* Blocking, reporting, being warned and being suspended, as the people concerned see it. By clicks. */
import {
  DecideAppealDocument,
  PersonReportsDocument,
  ResolvePersonReportDocument,
  SuspendAccountDocument,
  SuspensionAppealsDocument,
} from '../../generated/graphql.ts';
import { signIn } from '../../sign-in.ts';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type TestBrowser } from '../../testing/browser.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';
import { findEachOther, openPair, signedIn } from '../meet/testing/people.ts';

let system: TestSystem;
let browser: TestBrowser;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await system.close();
});

const administrator = async () =>
  (await signIn(system.url, { emailAddress: 'administrator@hey-blue.example', phoneNumber: '+15125550100' })).client;

test('a citizen reports and blocks an officer and takes the block back; the officer reads a warning', async () => {
  const pair = await openPair(browser, system.url, 'Eve', 'officer@hey-blue.example');
  const { officer, citizen } = pair;
  const { page } = citizen;
  await findEachOther(pair);
  await page.getByRole('button', { name: 'Ask Sofia to meet' }).click();
  await page.getByRole('heading', { name: 'You asked Sofia' }).waitFor();

  await page.goto(`${system.url}/app/account/report`);
  await page.getByRole('button', { name: 'Report or block Sofia' }).click();
  await page.getByRole('button', { name: 'Report what happened' }).click();
  await page.getByLabel('What happened?').fill('He shouted at me.');
  await citizen.screenshot('account-report');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Send the report' }).click();
  await page.getByText('Thank you. We look at it, and Sofia is not told.').waitFor();
  await page.getByRole('button', { name: 'Report or block Sofia' }).click();
  await page.getByRole('button', { name: 'Block Sofia' }).click();
  await page.getByText('Sofia is blocked.').waitFor();
  await page.getByRole('link', { name: 'Me' }).first().click();
  await page.getByRole('link', { name: 'People you blocked' }).click();
  await page.getByRole('heading', { name: 'Sofia' }).waitFor();
  await citizen.screenshot('account-blocked');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Unblock Sofia' }).click();
  await page.getByText('Sofia is not blocked any more.').waitFor();
  await page.getByRole('heading', { name: 'You have blocked nobody' }).waitFor();
  await page.locator('h1:focus').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);

  const client = await administrator();
  const { personReports } = await client.request(PersonReportsDocument, { first: 10 });
  const report = personReports.edges.find(({ node }) => node.text === 'He shouted at me.')?.node;
  await client.request(ResolvePersonReportDocument, {
    input: { reportId: report?.id ?? '', outcome: 'WARNED', note: 'Shouting.' },
  });
  await officer.page.goto(`${system.url}/app/account`);
  await officer.page.getByText('You have a warning to read.').waitFor();
  expect(await accessibilityFaults(officer.page)).toEqual([]);
  await officer.page.getByRole('link', { name: 'Read', exact: true }).click();
  await officer.page.getByText('Somebody felt insulted or pestered.').waitFor();
  await officer.screenshot('account-warning');
  expect(await accessibilityFaults(officer.page)).toEqual([]);
  await officer.page.getByRole('button', { name: 'I have read it' }).click();
  await officer.page.getByText('Read already').waitFor();
  await officer.page.getByRole('link', { name: 'Me' }).first().click();
  await officer.page.getByText('Officer, Austin Police Department').waitFor();
  expect(await officer.page.getByText('You have a warning to read.').count()).toBe(0);
  expect([...officer.complaints, ...citizen.complaints]).toEqual([]);
});

test('somebody who is suspended reads why on every screen, appeals, and reads what came of it', async () => {
  const fay = await signedIn(browser, system.url, 'fay@people.example', 'Fay');
  const { page } = fay;
  await page.getByRole('heading', { level: 1 }).waitFor();
  const client = await administrator();
  const { accountId } = await signIn(system.url, { emailAddress: 'fay@people.example', phoneNumber: '+15125550145' });
  await client.request(SuspendAccountDocument, { input: { accountId, reason: 'Meetings that were none.' } });
  await page.goto(`${system.url}/app/offers`);
  await page.getByText('Your account is suspended.').waitFor();
  await page.getByRole('link', { name: 'See why' }).click();
  await page.getByText('Meetings that were none.').waitFor();
  await page.getByText('An administrator ends it').waitFor();
  await page.getByRole('button', { name: 'Send the appeal' }).click();
  await page.getByRole('alert').getByText('Write a few words.').waitFor();
  await fay.screenshot('account-suspended');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByLabel('Do you disagree? Say why').fill('We met at the library, ask the officer.');
  await page.getByRole('button', { name: 'Send the appeal' }).click();
  await page.getByText('It waits for an administrator to decide.').waitFor();
  await fay.screenshot('account-appealed');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Write it anew' }).click();
  await page.getByLabel('Do you disagree? Say why').fill('We met at the library, at noon.');
  await page.getByRole('button', { name: 'Send the appeal' }).click();
  await page.getByRole('blockquote').getByText('We met at the library, at noon.').waitFor();

  const { suspensionAppeals } = await client.request(SuspensionAppealsDocument, { first: 10, undecidedOnly: true });
  const appeal = suspensionAppeals.edges.find(({ node }) => node.accountId === accountId)?.node;
  await client.request(DecideAppealDocument, {
    input: { appealId: appeal?.id ?? '', outcome: 'UPHELD', note: 'The officer was elsewhere.' },
  });
  await page.reload();
  await page.getByText('It was decided: the suspension stays.').waitFor();
  await page.getByText('The officer was elsewhere.').waitFor();
  expect(await page.getByRole('button', { name: 'Send the appeal' }).count()).toBe(0);
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(fay.complaints).toEqual([]);
});
