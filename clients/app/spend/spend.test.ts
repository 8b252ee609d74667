/* Points are spent by clicks, in a real browser against the real system: a voucher that is there without a connection. */
import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../../../subgraphs/kernel/testing/servers.ts';
import { CharitiesDocument, DonatePointsDocument, RedeemVoucherDocument } from '../../generated/graphql.ts';
import type { SignedIn } from '../../sign-in.ts';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type TestBrowser } from '../../testing/browser.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';
import { closeVote, meet, openVote, openWindowOf, register, registerOfficer, tillFor } from './testing/earning.ts';

let system: TestSystem;
let browser: TestBrowser;
/** Of the system: a vote opens there at the end of a month only. */
let database: TestDatabase;
let officer: SignedIn;
let casey: SignedIn;
beforeAll(async () => {
  database = await createTestDatabase();
  [system, browser] = await Promise.all([startSystem({ DATABASE_URL: database.url }), openBrowser()]);
  officer = await registerOfficer(system.url, 'sofia@police.example', 'Sofia');
  casey = await register(system.url, 'casey@people.example', 'Casey');
  await meet(officer, casey);
}, 240_000);
afterAll(async () => {
  for (const person of [officer, casey]) await person?.client.close();
  await browser.close();
  await system.close();
  await database.drop();
});

test('a citizen sees why an offer is shown, takes it, shows its voucher without a connection, and sees the till take it', async () => {
  const person = await openWindowOf(browser, casey, system.url, '/points', { expectsFaults: true });
  const { page, context } = person;
  await page.getByText('20 points to spend').waitFor();
  await page.getByText('You met and earned points').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await person.screenshot('spend-points');

  await page.getByRole('link', { name: 'Offers', exact: true }).click();
  await page.getByRole('button', { name: 'Near me' }).click();
  await page
    .getByText(/Close by/)
    .first()
    .waitFor();
  await page.getByLabel('Search').fill('cofee');
  await page.getByText('Shown for “coffee”.').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await person.screenshot('spend-offers');
  await page.getByRole('link', { name: 'A coffee on the house' }).first().click();

  await page.getByRole('button', { name: 'Get it for 10 points' }).click();
  await page.getByRole('dialog').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await person.screenshot('spend-confirm');
  await page.getByRole('button', { name: 'Yes, spend 10 points' }).click();
  await page.waitForURL(/\/vouchers\//);
  await page.getByRole('img', { name: /QR code of this voucher/ }).waitFor();
  const code = await page.locator('.code').innerText();
  expect(await accessibilityFaults(page)).toEqual([]);
  await person.screenshot('spend-voucher');

  // The worker that keeps the pages has to be there before the connection goes.
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  await page.getByRole('img', { name: /QR code of this voucher/ }).waitFor();
  await page.waitForLoadState('networkidle');
  const toTheApi = /\/graphql(\/|\?|$)/;
  let [reached, lost] = [0, 0];
  context.on('response', (response) => toTheApi.test(response.url()) && reached++);
  context.on('requestfailed', (request) => toTheApi.test(request.url()) && lost++);
  await context.setOffline(true);
  await page.reload();
  await page.getByRole('img', { name: /QR code of this voucher/ }).waitFor();
  expect(await page.locator('.code').innerText()).toBe(code);
  await person.screenshot('spend-voucher-offline');
  await page.getByRole('link', { name: 'My vouchers' }).click();
  await page.getByRole('link', { name: 'A coffee on the house' }).waitFor();
  expect(reached).toBe(0);
  expect(lost).toBeGreaterThan(0);
  await page.getByRole('link', { name: 'A coffee on the house' }).click();
  await context.setOffline(false);
  await page.reload();
  await page.getByText('Ready to use').waitFor();

  const till = await tillFor(system.url, casey);
  await till.request(RedeemVoucherDocument, {
    input: { code: code.replace('Code to read aloud:', '').replace(/\s/g, '') },
  });
  await page.getByText(/Enjoy!/).waitFor();
  await person.screenshot('spend-voucher-used');
  // Without a connection a socket fails as often as it is tried.
  expect(person.complaints.filter((complaint) => !complaint.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
});

test('a citizen who has too few points reads how many are missing, and gives a voucher back', async () => {
  const robin = await register(system.url, 'robin@people.example', 'Robin');
  const person = await openWindowOf(browser, robin, system.url, '/offers');
  const { page } = person;
  await page.getByRole('link', { name: 'A coffee on the house' }).first().click();
  await page.getByText('You need 10 more points. Meet an officer to earn some.').waitFor();
  expect(await page.getByRole('button', { name: /Get it for/ }).count()).toBe(0);
  expect(await accessibilityFaults(page)).toEqual([]);
  await person.screenshot('spend-too-few');

  // The balance that the page knows may be older than the books: these say no in words.
  await meet(await registerOfficer(system.url, 'max@police.example', 'Max'), robin);
  await page.reload();
  await page.getByRole('button', { name: 'Get it for 10 points' }).click();
  await page.getByRole('button', { name: 'Yes, spend 10 points' }).click();
  await page.getByRole('button', { name: 'Give it back' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Give it back' }).click();
  await page.getByText(/points are yours again|Your points return/).waitFor();
  await page.getByRole('button', { name: 'Give it back' }).waitFor({ state: 'detached' });
  expect(await accessibilityFaults(page)).toEqual([]);
  await person.screenshot('spend-given-back');
  await robin.client.close();
  expect(person.complaints).toEqual([]);
});

test('what a page does not know yet is refused in words: points that were spent elsewhere meanwhile', async () => {
  const kim = await register(system.url, 'kim@people.example', 'Kim');
  await meet(await registerOfficer(system.url, 'lou@police.example', 'Lou'), kim);
  const person = await openWindowOf(browser, kim, system.url, '/offers?', { expectsFaults: true });
  const { page } = person;
  await page.getByRole('link', { name: 'A second one for free' }).first().click();
  await page.getByRole('button', { name: 'Get it for 20 points' }).click();
  const { charities } = await kim.client.request(CharitiesDocument, { first: 1 });
  await kim.client.request(DonatePointsDocument, {
    input: { charityId: charities.edges[0]?.node.id ?? '', points: 5, idempotencyKey: randomUUID() },
  });
  await page.getByRole('button', { name: 'Yes, spend 20 points' }).click();
  await page.getByRole('alert').getByText('You do not have enough points for this.').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await person.screenshot('spend-refused');
  await kim.client.close();
  expect(person.complaints).toEqual([]);
});

test('an officer gives points for a purpose and keeps the receipt', async () => {
  const person = await openWindowOf(browser, officer, system.url, '/donate');
  const { page } = person;
  await page.getByLabel('Search for a charity by name').fill('Demonstration Family');
  await page.getByRole('link', { name: 'Hey Blue! Demonstration Family Fund' }).click();
  await page.getByText('You have 20 points.').waitFor();
  await page.getByLabel('How many points').fill('50');
  await page.getByRole('button', { name: 'Give', exact: true }).click();
  await page.getByRole('alert').getByText('That is more than you have.').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByLabel('How many points').fill('5');
  await page.getByLabel('What for').selectOption('School meals');
  await person.screenshot('spend-donate');
  await page.getByRole('button', { name: 'Give', exact: true }).click();
  await page.getByRole('heading', { name: 'Thank you!' }).waitFor();
  await page.getByText('You have 15 points left.').waitFor();
  const number = await page.getByText(/^20\d\d-\d{6}$/).innerText();
  expect(await accessibilityFaults(page)).toEqual([]);
  await person.screenshot('spend-receipt');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save the receipt' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(`receipt-${number}.html`);
  await page.getByRole('link', { name: 'All I have given' }).click();
  await page.getByRole('heading', { name: 'What I gave' }).waitFor();
  await page.getByText('School meals').waitFor();
  await page.getByText(number).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(person.complaints).toEqual([]);
});

test('points pay a part of a fee of the own city, as long as one does not change one’s mind', async () => {
  const person = await openWindowOf(browser, officer, system.url, '/schemes');
  const { page } = person;
  await page.getByLabel('ZIP code of your home').fill('00000');
  await page.getByRole('button', { name: 'I live here' }).click();
  await page.getByRole('alert').getByText('We do not know this ZIP code.').waitFor();
  await page.getByLabel('ZIP code of your home').fill('78704');
  await page.getByRole('button', { name: 'I live here' }).click();
  await page.getByText('You live in 78704.').waitFor();
  await page.getByRole('link', { name: 'Half of a parking fee' }).click();
  await page.getByLabel('Number on the bill').fill('P-4711');
  await page.getByLabel('Whole fee in dollars').fill('60.50');
  await page.getByText('15 points pay $0.75; $59.75 is left to pay.').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await person.screenshot('spend-scheme');
  await page.getByRole('button', { name: 'Use my points' }).click();
  await page.getByText('Sent to the city.').waitFor();
  await page.getByRole('link', { name: 'All my fees' }).click();
  await page.getByText('The city looks at it').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await person.screenshot('spend-claim');
  await page.getByRole('button', { name: 'Take it back' }).click();
  await page.getByText('Taken back').waitFor();
  await page.getByRole('link', { name: 'Points', exact: true }).last().click();
  await page.getByText('15 points to spend').waitFor();
  expect(person.complaints).toEqual([]);
});

test('a resident votes for what the community fund is for, once, and changes the vote', async () => {
  await openVote(database.url, '78704', [officer]);
  const person = await openWindowOf(browser, officer, system.url, '/fund');
  const { page } = person;
  await page.getByText('Vote: what should $400.00 be for?').waitFor();
  expect(await page.getByRole('radio').count()).toBe(5);
  await page.getByRole('radio', { name: /Trees/ }).check();
  await page.getByRole('button', { name: 'Vote', exact: true }).click();
  await page.getByText('Your vote is counted.').waitFor();
  await page.getByRole('radio', { name: /Benches/ }).check();
  await page.getByRole('button', { name: 'Change my vote' }).click();
  await page.getByText('Your vote is changed.').waitFor();
  await page.reload();
  await page.getByText('You have voted.').waitFor();
  expect(await page.getByRole('radio', { name: /Benches/ }).isChecked()).toBe(true);
  expect(await accessibilityFaults(page)).toEqual([]);
  await person.screenshot('spend-vote');

  await closeVote(database.url);
  await page.reload();
  await page.getByText('Most people voted for it.').waitFor();
  await page.getByText('gets $400.00').waitFor();
  await page.getByText('8 votes').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await person.screenshot('spend-result');
  expect(person.complaints).toEqual([]);
});
