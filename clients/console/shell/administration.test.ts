/*
 * What administrators look after now and then, by clicks in a real browser: terms and privacy with a new version, words that
 * mean the same in searches, live endpoints, months that wait for a vote; and the funds of a municipality; axe on each.
 */
import { Client } from 'pg';
import { eventually, newPhoneNumber, signInAdministrator } from '../../../gateway/journeys/people.ts';
import { TypedDocumentString } from '../../generated/graphql.ts';
import { type SignedIn, signIn } from '../../sign-in.ts';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type Person, signInByClicks, type TestBrowser } from '../../testing/browser.ts';
import { unreachedByKeyboard } from '../../testing/keyboard.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';

const DESK = { width: 1280, height: 900 };

let system: TestSystem;
let browser: TestBrowser;
let administrator: SignedIn;
let desk: Person;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  administrator = await signInAdministrator(system.url);
  desk = await browser.person({ viewport: DESK });
  await signInByClicks(desk, system.url, 'console', 'administrator@hey-blue.example');
});
afterAll(async () => {
  await administrator?.client.close();
  await browser.close();
  await system.close();
});

const enter = (place: string) =>
  desk.page.getByRole('navigation').getByRole('link', { name: place, exact: true }).click();

async function look(person: Person, name: string): Promise<void> {
  await person.screenshot(`console-${name}`);
  expect(await accessibilityFaults(person.page)).toEqual([]);
  expect(await unreachedByKeyboard(person.page)).toEqual([]);
}

/** Asks what no operation of the sites asks, of the graph as administrators see it. */
async function ask(query: string, variables: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${system.url}/graphql/admin`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${administrator.client.session?.accessToken}`,
    },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await answer.json()) as { data: Record<string, unknown>; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

test('a new version of the terms is written, looked at, published, and replaces the one before', async () => {
  const { page } = desk;
  const dialog = page.getByRole('dialog');
  await enter('Terms and privacy');
  const terms = page.getByRole('article', { name: 'Terms' });
  await terms.getByText('Version 1', { exact: true }).waitFor();
  await look(desk, 'documents');
  await terms.getByRole('link', { name: 'Write a new version: Terms' }).click();
  const english = page.getByLabel('What it says in English');
  await english.fill('  ');
  await page.getByLabel('Web address of the whole text').fill('no address');
  await page.getByRole('button', { name: 'See how it looks' }).click();
  await page.getByRole('alert').getByText('This is needed.').waitFor();
  await page.getByRole('alert').getByText('A web address begins with https:// and has no spaces.').waitFor();
  await look(desk, 'document-refused');
  await english.fill('x'.repeat(2_003));
  await page.getByText(/^This is 3 characters too long\./).waitFor();
  await english.fill('Be kind.\n\nMeet on foot.');
  await page.getByLabel('The same in Spanish').fill('Sé amable.\n\nEncuéntrense a pie.');
  await page.getByLabel('Web address of the whole text').fill('https://hey-blue.example/terms');
  await page.getByRole('button', { name: 'See how it looks' }).click();
  await page.getByText('Encuéntrense a pie.').waitFor();
  await look(desk, 'document-preview');
  await page.getByRole('button', { name: 'Go on writing' }).click();
  expect(await english.inputValue()).toBe('Be kind.\n\nMeet on foot.');
  await page.getByRole('button', { name: 'See how it looks' }).click();
  await page.getByRole('button', { name: 'Publish version 2' }).click();
  await dialog.getByText(/^It holds at once\. Everybody is asked to agree to it/).waitFor();
  await look(desk, 'document-confirmation');
  await dialog.getByRole('button', { name: 'Publish', exact: true }).click();
  await terms.getByText('Version 2', { exact: true }).waitFor();
  await terms.getByText('Meet on foot.').waitFor();
  await look(desk, 'documents-after');
  // Who had registered under the version before is asked anew.
  const { me } = await ask('{ me { openConsents { kind version } } }', {});
  expect(me).toMatchObject({ openConsents: expect.arrayContaining([{ kind: 'TERMS', version: 2 }]) });
  expect(desk.complaints).toEqual([]);
});

test('a version that somebody else replaced meanwhile is not published over theirs', async () => {
  const colleague = await browser.person({ viewport: { width: 360, height: 780 }, colorScheme: 'dark' });
  const { page } = colleague;
  await signInByClicks(colleague, system.url, 'console', 'administrator@hey-blue.example');
  await page.goto(`${system.url}/console/documents/privacy`);
  await page.getByLabel('What it says in English').fill('Mine.');
  await page.getByRole('button', { name: 'See how it looks' }).click();
  const known = (await ask('{ legalDocuments { kind version } }', {})).legalDocuments as {
    kind: string;
    version: number;
  }[];
  const replaces = known.find(({ kind }) => kind === 'PRIVACY')?.version;
  await ask('mutation ($input: PublishDocumentInput!) { publishDocument(input: $input) { document { version } } }', {
    input: { kind: 'PRIVACY', text: 'Theirs.', replaces },
  });
  await page.getByRole('button', { name: /^Publish version/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByRole('dialog').getByText('This has changed meanwhile. Look at it again.').waitFor();
  await look(colleague, 'document-too-late');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  // Nothing that was written is lost, and what came first is there to be read.
  await page.getByText('Version 2 was published meanwhile.').waitFor();
  await page.getByText('Version 2', { exact: true }).click();
  await page.getByText('Theirs.').first().waitFor();
  await look(colleague, 'document-overtaken');
  await page.getByRole('button', { name: 'Publish version 3' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }).click();
  const privacy = page.getByRole('article', { name: 'Privacy notice' });
  await privacy.getByText('Version 3', { exact: true }).waitFor();
  await privacy.getByText('Mine.').waitFor();
  expect(colleague.complaints).toEqual([]);
});

test('words are said to mean the same, changed, tried in a search, and removed', async () => {
  const { page } = desk;
  const dialog = page.getByRole('dialog');
  await enter('Words of the search');
  await page.getByRole('heading', { name: 'No words mean the same yet' }).waitFor();
  await look(desk, 'synonyms-none');
  await page.getByLabel('What people search for').fill('zeppelin');
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await page.getByText('0 offers').waitFor();
  await page.getByRole('button', { name: 'Add words' }).click();
  const words = dialog.getByLabel('Words that mean the same');
  await words.fill('zeppelin');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('Write at least two different words, with a comma between them.').waitFor();
  await words.fill('zeppelin, coffee house');
  await dialog.getByText('“coffee house” is more than one word. Put a comma between words.').waitFor();
  await look(desk, 'synonyms-refused');
  await words.fill('Zeppelin, coffee, airship');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('article', { name: 'airship, coffee, zeppelin' }).waitFor();
  // The search that is on the screen is asked again with the new words.
  await page.getByText('Means the same: airship, coffee, zeppelin').waitFor();
  await page.getByText('0 offers').waitFor({ state: 'detached' });
  await look(desk, 'synonyms');
  await page.getByRole('button', { name: 'Change the words airship, coffee, zeppelin' }).click();
  await words.fill('coffee, zeppelin');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('article', { name: 'coffee, zeppelin', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Remove the words coffee, zeppelin' }).click();
  await look(desk, 'synonyms-removing');
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('heading', { name: 'No words mean the same yet' }).waitFor();
  await page.getByText('0 offers').waitFor();
  expect(desk.complaints).toEqual([]);
});

test('live endpoints are listed with how full they are', async () => {
  const { page } = desk;
  await enter('Live endpoints');
  await page.getByRole('rowheader').first().waitFor();
  await page.getByText('Has room').first().waitFor();
  await look(desk, 'endpoints');
  await page.getByRole('button', { name: 'Look again' }).click();
  await page.getByText('Has room').first().waitFor();
  expect(desk.complaints).toEqual([]);
});

test('a municipality finds the funds of its own ZIP codes without typing one, and administrators the months that wait', async () => {
  const { municipalities } = (await ask('{ municipalities(first: 1) { edges { node { id zipCodes } } } }', {})) as {
    municipalities: { edges: { node: { id: string; zipCodes: string[] } }[] };
  };
  const { id: municipalityId = '', zipCodes = [] } = municipalities.edges[0]?.node ?? {};
  const [zipCode = ''] = zipCodes;
  await closeMonth(zipCode);
  const clerk = await signIn(system.url, { emailAddress: 'clerk@city.example', phoneNumber: newPhoneNumber() });
  const { inviteMember } = (await ask(
    'mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { code } }',
    { input: { organisationId: municipalityId, role: 'OWNER' } },
  )) as { inviteMember: { code: string } };
  await clerk.client.request(
    new TypedDocumentString<unknown, object>(
      'mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { organisation { id } } }',
    ),
    { input: { code: inviteMember.code } },
  );
  await eventually(async () => {
    await clerk.client.renewSession();
    const claims = clerk.client.session?.accessToken.split('.')[1] ?? '';
    return Buffer.from(claims, 'base64url').toString().includes(municipalityId) || undefined;
  });
  await clerk.client.close();
  const city = await browser.person({ colorScheme: 'dark' });
  const { page } = city;
  await signInByClicks(city, system.url, 'console', 'clerk@city.example');
  await page.goto(`${system.url}/console/funds`);
  await page.getByRole('article').filter({ hasText: zipCode }).getByText('$500.00').waitFor();
  expect(await page.getByRole('article').count()).toBe(zipCodes.length);
  await page.getByText('Nothing came into this fund yet.').first().waitFor();
  expect(await page.getByRole('textbox').count()).toBe(0);
  await look(city, 'own-funds');
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await page.getByRole('link', { name: zipCode }).click();
  await page.getByRole('heading', { level: 1, name: `Fund of ${zipCode}` }).waitFor();
  await enter('Community funds');
  await desk.page.getByRole('tab', { name: 'Months that wait' }).click();
  const waiting = desk.page.getByRole('article').filter({ hasText: zipCode });
  await waiting.getByText('4 proposals are missing').waitFor();
  await waiting.getByText('0 of 4').waitFor();
  await look(desk, 'months-waiting');
  await enter('Overview');
  const queue = desk.page.getByRole('listitem').filter({ hasText: 'Months that wait for a vote' });
  await queue.getByText('1 waiting').waitFor();
  expect([...city.complaints, ...desk.complaints]).toEqual([]);
});

/** A sale brings money to the fund of this ZIP code, and the month of it is closed. */
async function closeMonth(zipCode: string): Promise<void> {
  const { retailers } = (await ask('{ retailers(first: 1) { edges { node { id } } } }', {})) as {
    retailers: { edges: { node: { id: string } }[] };
  };
  const sale = { externalId: 'R-1', cents: 1_002_000, zipCode, soldAt: new Date().toISOString() };
  await ask('mutation ($input: ReportSalesInput!) { reportSales(input: $input) { results { outcome } } }', {
    input: { retailerId: retailers.edges[0]?.node.id, sales: [sale] },
  });
  const database = new Client({ connectionString: system.databaseUrl });
  await database.connect();
  try {
    // A month that is over is nothing that a test can wait for, and nobody may change.
    await database.query('set session_replication_role = replica');
    await database.query("update rewards.fund_month set ends_at = now() - interval '1 hour'");
  } finally {
    await database.end();
  }
  const { fundMonths } = (await ask(
    'query ($zipCode: ZipCode!) { fundMonths(zipCode: $zipCode) { edges { node { month } } } }',
    { zipCode },
  )) as { fundMonths: { edges: { node: { month: string } }[] } };
  await ask('mutation ($input: CloseFundMonthInput!) { closeFundMonth(input: $input) { month { state } } }', {
    input: { zipCode, month: fundMonths.edges[0]?.node.month },
  });
}
