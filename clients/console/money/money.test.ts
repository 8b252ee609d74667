/* Money and reports by clicks in a real browser: a sale becomes a fund's money; proposals, rules, reports; axe on each screen. */
import { Client } from 'pg';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type Person, signInByClicks, type TestBrowser } from '../../testing/browser.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';

const ZIP_CODE = '78701';
const now = new Date();
/** The middle of the month before the last one, as the form takes it: the last one takes entries for a day more. */
const longAgo = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 2, 15)).toISOString().slice(0, 10);

let system: TestSystem;
let browser: TestBrowser;
let desk: Person;
beforeAll(async () => {
  const environment = { ADMINISTRATOR_EMAILS: 'administrator@hey-blue.example,colleague@hey-blue.example' };
  [system, browser] = await Promise.all([startSystem(environment), openBrowser()]);
  desk = await browser.person({ viewport: { width: 1280, height: 900 } });
  await signInByClicks(desk, system.url, 'console', 'administrator@hey-blue.example');
});
afterAll(async () => {
  await browser.close();
  await system.close();
});

const enter = (place: string) =>
  desk.page.getByRole('navigation').getByRole('link', { name: place, exact: true }).click();

test('a sale that is told late becomes money of the fund, and four proposals wait for the vote on it', async () => {
  const { page } = desk;
  const dialog = page.getByRole('dialog');
  await enter('Retailers');
  await page.getByRole('article').first().getByRole('link').click();
  await page.getByRole('tab', { name: 'Sales' }).click();
  await page.getByRole('button', { name: 'Report a sale' }).click();
  await dialog.getByLabel('Number of the receipt').fill('R-1');
  await dialog.getByLabel('Amount in dollars').fill('4000');
  await dialog.getByLabel('ZIP code').fill(ZIP_CODE);
  await dialog.getByLabel('Sold').fill(`${longAgo}T12:00`);
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Report' }).click();
  await dialog.waitFor({ state: 'detached' });
  // What is told late is in the books of this month.
  await page.getByRole('cell', { name: '$4,000.00' }).waitFor();
  await desk.screenshot('console-sales');
  expect(await accessibilityFaults(page)).toEqual([]);
  await enter('Community funds');
  await page.getByRole('link', { name: ZIP_CODE }).waitFor();
  await desk.screenshot('console-funds');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('link', { name: ZIP_CODE }).click();
  // Told late, it is money of the month that still takes entries, which cannot be closed before it is over.
  await page.getByRole('row').getByText('Open', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: /^Close / }).count()).toBe(0);
  await desk.screenshot('console-fund-months');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('tab', { name: 'Proposals' }).click();
  for (const title of ['Trees', 'Benches', 'A playground', 'Lights']) {
    await page.getByRole('button', { name: 'Propose something' }).click();
    await dialog.getByLabel('Title').fill(title);
    await dialog.getByLabel('What the money is for').fill('For the people of the neighbourhood.');
    await dialog.getByLabel('Who is paid').fill('Parks Department');
    await dialog.getByRole('button', { name: 'Propose it' }).click();
    await page.getByRole('article', { name: title }).waitFor();
  }
  await desk.screenshot('console-fund-proposals');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('tab', { name: 'Votes' }).click();
  await page.getByRole('heading', { name: 'No votes yet' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(desk.complaints).toEqual([]);
});

/** Looks at the votes again until one says this: the system turns its calendar by itself. */
async function untilVoteSays(text: string): Promise<void> {
  const { page } = desk;
  for (let attempt = 0; attempt < 6; attempt++) {
    await page.reload();
    await page.getByRole('tab', { name: 'Votes' }).click();
    const found = await page
      .getByRole('article')
      .getByText(text)
      .waitFor({ timeout: 3_000 })
      .then(
        () => true,
        () => false,
      );
    if (found) return;
  }
  throw new Error(`No vote says "${text}"`);
}

/** Lets a date of the fund's calendar pass, which nobody may change. */
async function pass(change: string): Promise<void> {
  const client = new Client({ connectionString: system.databaseUrl });
  await client.connect();
  try {
    await client.query(`set session_replication_role = replica; ${change}`);
  } finally {
    await client.end();
  }
}

test('a month is closed, the vote on it opens with its four proposals, is counted, and is decided otherwise', async () => {
  const { page } = desk;
  const dialog = page.getByRole('dialog');
  await pass("update rewards.fund_month set ends_at = now() - interval '1 hour'");
  await page.reload();
  await page.getByRole('button', { name: /^Close / }).click();
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Close the month' }).click();
  await page.getByRole('row').getByText('Closed', { exact: true }).waitFor();
  await page.getByRole('button', { name: /^Open the vote on / }).click();
  for (const title of ['Trees', 'Benches', 'A playground', 'Lights']) await dialog.getByLabel(title).check();
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Open the vote' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('tab', { name: 'Votes' }).click();
  const vote = page.getByRole('article', { name: /^Vote on / });
  await vote.getByText('People are voting').waitFor();
  await vote.getByRole('rowheader', { name: 'A playground' }).waitFor();
  await desk.screenshot('console-fund-vote');
  expect(await accessibilityFaults(page)).toEqual([]);
  await pass(
    "update rewards.fund_round set opened_at = now() - interval '2 hours', closes_at = now() - interval '1 hour'",
  );
  // It looks at its calendar when it starts.
  await system.kill();
  await system.restart();
  await untilVoteSays('Too few votes: the money stays');
  await vote.getByRole('button', { name: 'Decide otherwise' }).click();
  await dialog.getByLabel('Where the money goes').selectOption('Benches');
  await dialog.getByLabel('Reason').fill('The vote was not announced in time.');
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Propose it' }).click();
  // Nothing is decided by one alone.
  await vote.getByText('Another administrator has to confirm it.').waitFor();
  expect(await vote.getByRole('button', { name: 'Confirm it' }).count()).toBe(0);
  await desk.screenshot('console-fund-override-proposed');
  expect(await accessibilityFaults(page)).toEqual([]);
  const colleague = await browser.person({ viewport: { width: 360, height: 780 } });
  await signInByClicks(colleague, system.url, 'console', 'colleague@hey-blue.example');
  await colleague.page.goto(page.url());
  await colleague.page.getByRole('tab', { name: 'Votes' }).click();
  const same = colleague.page.getByRole('article', { name: /^Vote on / });
  await same.getByRole('heading', { name: 'Proposed instead: Benches' }).waitFor();
  await same.getByText('The vote was not announced in time.').waitFor();
  await colleague.screenshot('console-fund-override-to-confirm');
  expect(await accessibilityFaults(colleague.page)).toEqual([]);
  await same.getByRole('button', { name: 'Confirm it' }).click();
  expect(await accessibilityFaults(colleague.page)).toEqual([]);
  await colleague.page.getByRole('dialog').getByRole('button', { name: 'Confirm it' }).click();
  await same.getByText('Decided by two administrators').waitFor();
  await same.getByText(/^Proposed by: Account .* Confirmed by: You$/).waitFor();
  await colleague.screenshot('console-fund-decided');
  expect(desk.complaints).toEqual([]);
  expect(colleague.complaints).toEqual([]);
});

test('a version of the scoring rules is drafted, tried against what was given, and put into force', async () => {
  const { page } = desk;
  const dialog = page.getByRole('dialog');
  await enter('Scoring rules');
  await page.getByRole('article', { name: 'Version 1' }).waitFor();
  await page.getByRole('button', { name: 'New version' }).click();
  await dialog.getByLabel('What is new, and why').fill('More for those who scan a code.');
  await dialog.getByLabel('By a scanned code: points for the citizen').fill('40');
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Save as a draft' }).click();
  const draft = page.getByRole('article').filter({ hasText: 'More for those who scan a code.' });
  await draft.getByText('Draft', { exact: true }).waitFor();
  await draft.getByRole('button', { name: 'What would it have given?' }).click();
  await draft.getByText('Points it would give').first().waitFor();
  await desk.screenshot('console-scoring');
  expect(await accessibilityFaults(page)).toEqual([]);
  await draft.getByRole('button', { name: 'Put into force' }).click();
  await dialog.getByRole('button', { name: 'Put into force' }).click();
  await draft.getByText(/^In force/).waitFor();
  expect(desk.complaints).toEqual([]);
});

test('fees, rules of votes, vouchers and reports are shown, and nothing is wrong with them', async () => {
  const { page } = desk;
  await enter('Sales fees');
  await page.getByRole('rowheader', { name: '1', exact: true }).waitFor();
  await desk.screenshot('console-fees');
  expect(await accessibilityFaults(page)).toEqual([]);
  await enter('Community funds');
  await page.getByRole('tab', { name: 'Rules of the votes' }).click();
  await page.getByRole('heading', { name: 'Version 1, in force' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await enter('Vouchers and disputes');
  await page.getByRole('heading', { name: 'No disputes' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('tab', { name: 'What is paid at most' }).click();
  await page.getByLabel('Dollars in a month').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await enter('Connections and points');
  await page.getByRole('heading', { name: 'Nothing happened in these days' }).waitFor();
  await desk.screenshot('console-reports-empty');
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(desk.complaints).toEqual([]);
});
