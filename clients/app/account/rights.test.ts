/* What is one's own to decide: where one is signed in, what one agrees to, a copy of everything, and leaving. By clicks. */
import { randomUUID } from 'node:crypto';
import { eventually, signInAdministrator } from '../../../gateway/journeys/people.ts';
import { tracesOf } from '../../../gateway/journeys/traces.ts';
import {
  ApplyAsOrganisationDocument,
  BlockPersonDocument,
  CharitiesDocument,
  ConnectionsDocument,
  ConsentToStoryDocument,
  DonatePointsDocument,
  OffersDocument,
  ProposeStoryDocument,
  RedeemOfferDocument,
  ReportPersonDocument,
  RespondToGatheringDocument,
  ScheduleGatheringDocument,
} from '../../generated/graphql.ts';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type Person, signInByClicks, type TestBrowser } from '../../testing/browser.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';
import { meet, openWindowOf, register, registerOfficer } from '../spend/testing/earning.ts';

const DAY = 86_400_000;

let system: TestSystem;
let browser: TestBrowser;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ CLOCK: 'steered' }), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await system.close();
});

async function looksRight(person: Person, name: string): Promise<void> {
  await person.screenshot(name);
  expect(await accessibilityFaults(person.page)).toEqual([]);
}

test('two devices of one person know of each other, and one signs the other out', async () => {
  const laptop = await browser.person({ viewport: { width: 1000, height: 800 } });
  await signInByClicks(laptop, system.url, 'app', 'two@people.example');
  const phone = await browser.person({
    userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1',
  });
  await signInByClicks(phone, system.url, 'app', 'two@people.example');
  const { page } = laptop;
  await page.getByRole('link', { name: 'Privacy' }).click();
  await page.getByRole('link', { name: 'Where you are signed in' }).click();
  await page.getByText('This device').waitFor();
  await page.getByRole('heading', { name: /iPhone|Safari/ }).waitFor();
  await looksRight(laptop, 'rights-sessions');
  await page.getByRole('button', { name: /^Sign out Safari/ }).click();
  await page.getByText('You are signed in nowhere else.').waitFor();
  await page.getByText(/Safari.* is signed out\./).waitFor();
  await system.advance(6 * 60_000);
  await phone.page.reload();
  await phone.page
    .getByText('You are signed out. Sign in again.')
    .or(phone.page.getByRole('heading', { name: 'Welcome to Hey Blue!' }))
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Sign out everywhere, here too' }).click();
  await page.getByText('This is yours alone: sign in to see it.').waitFor();
  expect(laptop.complaints).toEqual([]);
});

test('whoever registers agrees on the way; a new version is asked for calmly, and can be taken back', async () => {
  const ann = await browser.person();
  await ann.page.goto(`${system.url}/app/account`);
  await ann.page.getByRole('button', { name: 'Sign in' }).click();
  await ann.page.locator('input[name=email]').fill('ann@people.example');
  await ann.page.keyboard.press('Enter');
  await ann.page.getByRole('heading', { name: 'Before you begin' }).waitFor();
  await ann.page.getByText('Terms', { exact: true }).click();
  await ann.page.getByText('one account and one phone for each person').waitFor();
  await looksRight(ann, 'rights-registration');
  const eve = await browser.person();
  const { page } = eve;
  await signInByClicks(eve, system.url, 'app', 'eve@people.example');
  await page.goto(`${system.url}/app/account/agreements`);
  await page.getByRole('heading', { name: 'Terms, version 1' }).waitFor();
  const administrator = await signInAdministrator(system.url);
  const publish = `mutation ($input: PublishDocumentInput!) { publishDocument(input: $input) { document { id } } }`;
  const response = await fetch(`${system.url}/graphql/admin`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${administrator.client.session?.accessToken}`,
    },
    body: JSON.stringify({
      query: publish,
      variables: {
        input: { kind: 'TERMS', text: 'Be kind, still.', textSpanish: 'Sé amable, como siempre.', replaces: 1 },
      },
    }),
  });
  expect(await response.json()).toMatchObject({ data: { publishDocument: {} } });
  await page.goto(`${system.url}/app/offers`);
  await page.getByText('There is something new to agree to.').waitFor();
  await looksRight(eve, 'rights-new-terms-banner');
  await page.getByRole('link', { name: 'Read it' }).click();
  await page.getByText('Be kind, still.').waitFor();
  await looksRight(eve, 'rights-new-terms');
  await page.getByRole('button', { name: 'I agree' }).click();
  await page.getByRole('heading', { name: 'Terms, version 2' }).waitFor();
  await page.getByRole('button', { name: 'I agree' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Take back: Terms, version 2' }).click();
  await page.getByText(/Taken back on/).waitFor();
  await page.getByRole('button', { name: 'I agree' }).waitFor();
  const inSpanish = await browser.person({ locale: 'es-MX', colorScheme: 'dark' });
  await signInByClicksInSpanish(inSpanish, 'eve@people.example');
  await inSpanish.page.goto(`${system.url}/app/account/agreements`);
  await inSpanish.page.getByText('Sé amable, como siempre.').waitFor();
  await looksRight(inSpanish, 'rights-new-terms-es-dark');
  await inSpanish.page.goto(`${system.url}/app/account/leave`);
  await inSpanish.page.getByRole('heading', { name: 'Qué se va' }).waitFor();
  await looksRight(inSpanish, 'rights-leave-es-dark');
  await inSpanish.page.goto(`${system.url}/app/account/sessions`);
  await inSpanish.page.getByText('Este dispositivo').waitFor();
  await looksRight(inSpanish, 'rights-sessions-es-dark');
  expect([...ann.complaints, ...eve.complaints, ...inSpanish.complaints]).toEqual([]);
});

async function signInByClicksInSpanish({ page }: Person, address: string): Promise<void> {
  await page.goto(`${system.url}/app/account`);
  await page.getByRole('button', { name: 'Iniciar sesión' }).click();
  await page.locator('input[name=email]').fill(address);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Privacidad' }).waitFor();
}

test('a copy holds what every domain knows of the person', async () => {
  const officer = await registerOfficer(system.url, 'copied.officer@people.example', 'Orla');
  const citizen = await register(system.url, 'copied@people.example', 'Nora');
  await meet(officer, citizen);
  const { connections } = await citizen.client.request(ConnectionsDocument, { first: 1 });
  const connectionId = connections.edges[0]?.node.id ?? '';
  const { proposeStory } = await citizen.client.request(ProposeStoryDocument, {
    input: { connectionId, text: 'Copied: {officer} waved.' },
  });
  await officer.client.request(ConsentToStoryDocument, { input: { storyId: proposeStory.story.id } });
  await citizen.client.request(ReportPersonDocument, {
    input: { connectionId, reason: 'OTHER', text: 'Copied: a report.' },
  });
  const { offers } = await citizen.client.request(OffersDocument, { first: 50 });
  const offer = offers.edges.map(({ node }) => node).sort((a, b) => a.pricePoints - b.pricePoints)[0];
  const { charities } = await citizen.client.request(CharitiesDocument, { first: 1 });
  await citizen.client.request(DonatePointsDocument, {
    input: { charityId: charities.edges[0]?.node.id ?? '', points: 1, idempotencyKey: randomUUID() },
  });
  await eventually(() =>
    citizen.client
      .request(RedeemOfferDocument, { input: { offerId: offer?.id ?? '', idempotencyKey: randomUUID() } })
      .catch(() => undefined),
  );
  await citizen.client.request(ApplyAsOrganisationDocument, {
    input: {
      kind: 'RETAILER',
      legalName: 'Copied Kites LLC',
      webDomain: 'kites.example',
      contact: { name: 'Nora Copied', email: 'nora@kites.example' },
    },
  });
  const startsAt = new Date(Date.now() + 40 * DAY);
  const { scheduleGathering } = await officer.client.request(ScheduleGatheringDocument, {
    input: {
      place: { name: 'Copied library', position: { latitude: 30.2682, longitude: -97.7429 } },
      title: 'Copied coffee',
      description: 'For all.',
      startsAt: startsAt.toISOString(),
      endsAt: new Date(startsAt.getTime() + 3_600_000).toISOString(),
      idempotencyKey: randomUUID(),
    },
  });
  await citizen.client.request(RespondToGatheringDocument, {
    input: { gatheringId: scheduleGathering.gathering.id, coming: true },
  });
  const another = await registerOfficer(system.url, 'copied.blocked@people.example', 'Uma');
  await citizen.client.request(BlockPersonDocument, { input: { accountId: another.accountId } });
  const nora = await openWindowOf(browser, citizen, system.url, '/account/privacy');
  const { page } = nora;
  await page.getByText('copied@people.example').waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save a copy' }).click();
  const copy = JSON.parse(String(await readAll(await (await download).createReadStream())));
  expect(copy).toMatchObject({
    account: {
      emailAddress: 'copied@people.example',
      profile: { firstName: 'Nora', connectionCount: 1 },
      sessions: [{ startedAt: expect.any(String) }],
      notificationSettings: { pushDevices: [] },
    },
    searchPreference: { personal: true },
    consents: [{ document: { version: expect.any(Number) } }, { withdrawnAt: null }],
    warnings: [],
    meetings: [{ id: connectionId }],
    windows: [],
    stories: [{ text: 'Copied: {officer} waved.' }],
    events: [{ title: 'Copied coffee', ownAnswer: 'COMING' }],
    blocked: [{ accountId: another.accountId }],
    reports: [{ text: 'Copied: a report.', state: 'OPEN', connectionId }],
    storyReports: [],
    vouchers: [{ status: 'ISSUED', code: expect.any(String) }],
    claims: [],
    donations: [{ points: 1 }],
    votes: [],
    organisations: [],
    applications: [{ legalName: 'Copied Kites LLC', contact: { name: 'Nora Copied' } }],
    news: [],
  });
  expect(copy.points.length).toBeGreaterThanOrEqual(3);
  expect(copy.notifications.length).toBeGreaterThanOrEqual(1);
  expect(JSON.stringify(copy)).not.toContain('__typename');
  const ofOfficer = await openWindowOf(browser, officer, system.url, '/account/privacy');
  await ofOfficer.page.getByText('copied.officer@people.example').waitFor();
  const second = ofOfficer.page.waitForEvent('download');
  await ofOfficer.page.getByRole('button', { name: 'Save a copy' }).click();
  const officers = JSON.parse(String(await readAll(await (await second).createReadStream())));
  expect(officers).toMatchObject({
    windows: [{ opensAt: expect.any(String) }],
    events: [{ title: 'Copied coffee' }],
    reports: [],
    stories: [{}],
  });
  await looksRight(nora, 'rights-privacy');
  expect([...nora.complaints, ...ofOfficer.complaints]).toEqual([]);
});

test('somebody asks for erasure, keeps the account after all, asks again, and is gone after two weeks', async () => {
  const zoe = await browser.person();
  const { page } = zoe;
  await signInByClicks(zoe, system.url, 'app', 'zoe@people.example');
  await page.getByRole('heading', { name: 'What may people call you?' }).waitFor();
  await page.getByLabel('First name').fill('Zoe');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Zoe' }).waitFor();
  await system.advance(11 * 60_000);
  const leave = async () => {
    await page.goto(`${system.url}/app/account/leave`);
    await page.getByRole('heading', { name: 'What goes' }).waitFor();
  };
  await leave();
  await page.getByRole('button', { name: 'Erase my account in 14 days' }).click();
  await page.getByText('Read it and tick this first.').waitFor();
  await looksRight(zoe, 'rights-leave');
  await page.getByLabel('I have read what goes and what stays').check();
  await page.getByRole('button', { name: 'Erase my account in 14 days' }).click();
  await page.getByRole('button', { name: 'Sign in once more' }).click();
  await page.locator('input[name=email]').fill('zoe@people.example');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'What goes' }).waitFor();
  const ask = async () => {
    await page.getByLabel('I have read what goes and what stays').check();
    await page.getByRole('button', { name: 'Erase my account in 14 days' }).click();
    await page.getByRole('heading', { name: /^Your account is erased on/ }).waitFor();
  };
  await ask();
  await looksRight(zoe, 'rights-leaving');
  // Whoever did not do this themselves reads of it, and is led to where it is undone.
  await page.goto(`${system.url}/app/account/notifications`);
  const told = page.getByText('Somebody signed in as you and asked for your account to be erased.');
  await told.waitFor();
  await looksRight(zoe, 'rights-leaving-told');
  await told.click();
  await page.waitForURL(/\/account\/leave$/);
  await page.getByRole('button', { name: 'Keep my account' }).waitFor();
  await page.goto(`${system.url}/app/offers`);
  await page.getByText(/^Your account is erased on/).waitFor();
  await page.getByRole('link', { name: 'Keep it' }).click();
  await page.getByRole('button', { name: 'Keep my account' }).click();
  await page.getByText('Your account stays. Nothing was erased.').waitFor();
  await page.getByRole('heading', { name: 'What goes' }).waitFor();
  await ask();

  // On another device, where nobody has told them anything: signing in undoes it.
  const elsewhere = await browser.person();
  await signInByClicks(elsewhere, system.url, 'app', 'zoe@people.example');
  await elsewhere.page.getByText('Welcome back. Your account was to be erased; now it stays.').waitFor();
  await leave();
  await ask();
  await system.advance(14 * DAY + 1000);
  // Signing in before the last token has expired would undo it once more.
  const accountId = await page.evaluate(() => {
    const { accessToken } = JSON.parse(localStorage.getItem('hey-blue app session') ?? '{}');
    return JSON.parse(atob(accessToken.split('.')[1])).sub as string;
  });
  await eventually(async () => {
    await system.advance(2 * 60_000);
    return (await tracesOf(system.databaseUrl, [accountId])).includes('profile.erased_account') || undefined;
  });
  await page.goto(`${system.url}/app/account/profile`);
  const signedOut = page.getByText('You are signed out. Sign in again.');
  await signedOut
    .or(page.getByRole('button', { name: 'Sign in' }))
    .first()
    .waitFor();
  const again = await browser.person();
  await signInByClicks(again, system.url, 'app', 'zoe@people.example');
  await again.page.getByRole('heading', { name: 'What may people call you?' }).waitFor();
  await again.page.getByText('You have met nobody yet.').waitFor();
  expect(again.complaints).toEqual([]);
}, 240_000);

async function readAll(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const bytes: Buffer[] = [];
  for await (const part of stream) bytes.push(part as Buffer);
  return Buffer.concat(bytes);
}
