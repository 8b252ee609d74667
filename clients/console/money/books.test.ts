/*
 * The books of those who take points, by clicks in a real browser: a shop's tills, vouchers, sales and disputes; what a
 * charity was given and settles; what people claim of a city; and the administrators who decide. Vouchers, tills that were
 * cut off and donations are real; axe on each screen.
 */
import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, newPhoneNumber, signInCitizen, signInOfficer } from '../../../gateway/journeys/people.ts';
import {
  CharitiesDocument,
  ConnectionDocument,
  DonatePointsDocument,
  MeDocument,
  MeetByCodeDocument,
  OpenWindowDocument,
  ReportSalesDocument,
  WindowCodeDocument,
} from '../../generated/graphql.ts';
import { OfflineTill, type TillStore } from '../../partner/offline-till.ts';
import { Partner } from '../../partner/partner.ts';
import { openShop, type Shop } from '../../partner/testing/shop.ts';
import { type SignedIn, signIn } from '../../sign-in.ts';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type Person, signInByClicks, type TestBrowser } from '../../testing/browser.ts';
import { unreachedByKeyboard } from '../../testing/keyboard.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';

const OWNER = 'owner@corner-books.example';
const DESK = { width: 1280, height: 900 };
const capitol = { latitude: 30.2747, longitude: -97.7404 };

let system: TestSystem;
let browser: TestBrowser;
let shop: Shop;
let citizen: SignedIn;
let partner: Partner;
let desk: Person;
let owner: Person;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  shop = await openShop(system.url);
  partner = new Partner({ url: system.url, apiKey: shop.apiKey, retailerId: shop.retailerId });
  await invite(OWNER, shop.retailerId);
  citizen = await signInCitizen(system.url, 'Robin');
  await meet(citizen, await signInOfficer(system.url, shop.administrator, 'Sam'));
  [desk, owner] = await Promise.all([
    browser.person({ viewport: DESK }),
    browser.person({ viewport: DESK, colorScheme: 'dark' }),
  ]);
  await signInByClicks(desk, system.url, 'console', 'administrator@hey-blue.example');
  await signInByClicks(owner, system.url, 'console', OWNER);
});
afterAll(async () => {
  await Promise.all([shop?.close(), citizen?.client.close()]);
  await browser.close();
  await system.close();
});

/** Makes somebody an owner of an organisation. */
async function invite(emailAddress: string, organisationId: string): Promise<void> {
  const person = await signIn(system.url, { emailAddress, phoneNumber: newPhoneNumber() });
  const { inviteMember } = (await shop.ask(
    'mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { code } }',
    { input: { organisationId, role: 'OWNER' } },
  )) as { inviteMember: { code: string } };
  await shop.ask(
    'mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { organisation { id } } }',
    { input: { code: inviteMember.code } },
    person.client,
  );
  await eventually(async () => {
    await person.client.renewSession();
    const claims = person.client.session?.accessToken.split('.')[1] ?? '';
    return Buffer.from(claims, 'base64url').toString().includes(organisationId) || undefined;
  });
  await person.client.close();
}

/** The citizen scans the code of the officer's window, and both have points. */
async function meet(guest: SignedIn, host: SignedIn): Promise<void> {
  await host.client.request(OpenWindowDocument, { input: { position: capitol } });
  const { windowCode } = await host.client.request(WindowCodeDocument);
  const input = { code: windowCode.current, scannedAt: new Date().toISOString() };
  const { id } = (await guest.client.request(MeetByCodeDocument, { input })).meetByCode.connection;
  await eventually(async () =>
    (await guest.client.request(ConnectionDocument, { id })).connection?.state === 'REWARDED' ? true : undefined,
  );
  await eventually(async () => (await guest.client.request(MeDocument)).me.points?.available || undefined);
  await host.client.close();
}

/** A place of the console, and a part of what is shown there. */
async function open({ page }: Person, path: string, part: string): Promise<void> {
  await page.goto(`${system.url}/console/${path}`);
  await page.getByRole('tab', { name: part, exact: true }).click();
}

async function look(person: Person, name: string): Promise<void> {
  await person.screenshot(`console-${name}`);
  expect(await accessibilityFaults(person.page)).toEqual([]);
  expect(await unreachedByKeyboard(person.page)).toEqual([]);
}

/** Decides in the dialog that is open. */
async function decide({ page }: Person, reason: string, action: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill(reason);
  await dialog.getByRole('button', { name: action, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** What a till keeps, as long as the test runs. */
function memory(): TillStore {
  const kept = new Map<string, unknown>();
  return {
    read: async (name) => structuredClone(kept.get(name)),
    write: async (name, value) => void kept.set(name, structuredClone(value)),
  };
}

const figure = ({ page }: Person, name: string) =>
  page.locator('.figures > div', { has: page.getByText(name, { exact: true }) }).locator('dd');

test('a till is registered by its key, a wrong key is refused in words, and it is revoked', async () => {
  const { page } = owner;
  const dialog = page.getByRole('dialog');
  const till = await OfflineTill.open({ partner, store: memory() });
  await open(owner, `retailers/${shop.retailerId}`, 'Tills');
  await page.getByRole('heading', { name: 'No till is registered for work without a connection' }).waitFor();
  await page.getByRole('button', { name: 'Register a till' }).click();
  await dialog.getByRole('button', { name: 'Register', exact: true }).click();
  await dialog.getByText('This is needed.').first().waitFor();
  await dialog.getByLabel('Name', { exact: true }).fill('Counter at the door');
  await dialog.getByLabel('Public key').fill('not a key');
  await dialog.getByRole('button', { name: 'Register', exact: true }).click();
  await dialog.getByRole('alert').getByText('This is not written as it should be.').waitFor();
  await look(owner, 'till-refused');
  await dialog.getByLabel('Public key').fill(till.status.publicKey);
  await dialog.getByLabel('Largest voucher offline, in dollars').fill('40');
  await dialog.getByRole('button', { name: 'Register', exact: true }).click();
  const card = page.getByRole('article', { name: 'Counter at the door' });
  await card.getByText('$40.00').waitFor();
  expect((await till.enroll())?.id).toBeDefined();
  await look(owner, 'tills');
  await card.getByRole('button', { name: 'Revoke' }).click();
  await dialog.getByRole('button', { name: 'Revoke' }).click();
  await card.getByText(/^Revoked /).waitFor();
  expect(owner.complaints).toEqual([]);
});

test('a voucher that two tills took is in dispute, and an administrator decides who bears it', async () => {
  const till = await OfflineTill.open({ partner, store: memory() });
  await shop.register('Market stall', till.status.publicKey);
  await till.enroll();
  const [first, second] = [await shop.buy({ offline: true }), await shop.buy({ offline: true })];
  await till.refresh();
  for (const { token } of [first, second]) {
    await till.take(token);
    await partner.redeemVoucher({ token });
  }
  expect((await till.handIn()).map(({ outcome }) => outcome)).toEqual(['DISPUTED', 'DISPUTED']);
  const { page } = desk;
  await page.getByRole('navigation').getByRole('link', { name: 'Vouchers and disputes', exact: true }).click();
  await page.getByRole('article').nth(1).waitFor();
  await look(desk, 'disputes');
  await page
    .getByRole('article')
    .filter({ hasText: first.id })
    .getByRole('button', { name: 'Pay it', exact: true })
    .click();
  await look(desk, 'dispute-dialog');
  await decide(desk, 'The stall could not know.', 'Pay it');
  await page.getByRole('article').filter({ hasText: second.id }).getByRole('button', { name: 'Do not pay it' }).click();
  await decide(desk, 'It was told to stop.', 'Do not pay it');
  await page.getByLabel('State', { exact: true }).selectOption('Paid');
  await page.getByRole('article').filter({ hasText: first.id }).getByText('The stall could not know.').waitFor();
  await page.getByRole('article').filter({ hasText: second.id }).waitFor({ state: 'detached' });
  await open(owner, `retailers/${shop.retailerId}`, 'Disputes');
  await owner.page.getByText('It was told to stop.').waitFor();
  expect(await owner.page.getByRole('button', { name: 'Pay it' }).count()).toBe(0);
  await look(owner, 'disputes-of-a-shop');
  expect([...desk.complaints, ...owner.complaints]).toEqual([]);
});

test('a shop asks to take back what it took by mistake, and reads what was decided', async () => {
  const [mistaken, fine] = [await shop.buy({ valueCents: 1_234 }), await shop.buy({ valueCents: 2_345 })];
  for (const { code } of [mistaken, fine]) await partner.redeemVoucher({ code }, { saleReference: `R-${code}` });
  await open(owner, `retailers/${shop.retailerId}`, 'Vouchers taken');
  const row = owner.page.getByRole('row').filter({ hasText: '$12.34' });
  await row.getByRole('button', { name: 'Ask to take it back' }).click();
  await look(owner, 'ask-reversal');
  await decide(owner, 'The customer paid in cash after all.', 'Ask');
  // It is said who asked and what it waits for; nobody asks twice.
  await row.getByText('Waits for an administrator').waitFor();
  await row.getByText(/^Asked .* by: You$/).waitFor();
  expect(await row.getByRole('button', { name: 'Ask to take it back' }).count()).toBe(0);
  await look(owner, 'reversal-asked');
  const { page } = desk;
  await open(desk, 'vouchers', 'Redemptions to take back');
  const card = page.getByRole('article').filter({ hasText: 'The customer paid in cash after all.' });
  await card.waitFor();
  await look(desk, 'reversals');
  await card.getByRole('button', { name: 'Take it back' }).click();
  await decide(desk, 'So it was.', 'Take it back');
  await page.getByRole('heading', { name: 'Nothing waits here' }).waitFor();
  await page.getByLabel('State', { exact: true }).selectOption('Taken back');
  await page.getByText('So it was.').waitFor();
  await owner.page.reload();
  await owner.page.getByRole('tab', { name: 'Vouchers taken', exact: true }).click();
  await owner.page.getByRole('row').filter({ hasText: '$23.45' }).waitFor();
  await look(owner, 'vouchers-taken');
  await owner.page.getByRole('tab', { name: 'What is left', exact: true }).click();
  await owner.page
    .getByRole('row')
    .filter({ hasText: 'Online 2345' })
    .getByRole('cell', { name: '1', exact: true })
    .waitFor();
  await look(owner, 'stock');
  expect([...desk.complaints, ...owner.complaints]).toEqual([]);
});

test('an administrator finds one voucher by its id, with what happened to it, and makes it void', async () => {
  const { id } = await shop.buy({ valueCents: 777 });
  const { page } = desk;
  await open(desk, 'vouchers', 'One voucher');
  await page.getByLabel('Id of the voucher').fill(randomUUID());
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByRole('heading', { name: 'There is no such voucher' }).waitFor();
  await page.getByLabel('Id of the voucher').fill(id);
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByText('Valid', { exact: true }).first().waitFor();
  await look(desk, 'one-voucher');
  await page.getByRole('button', { name: 'Make it void' }).click();
  await decide(desk, 'The paper was torn.', 'Make it void');
  await page.getByRole('row').filter({ hasText: 'The paper was torn.' }).waitFor();
  expect(await page.getByRole('button', { name: 'Make it void' }).count()).toBe(0);
  expect(desk.complaints).toEqual([]);
});

test('a list of sales is held against the books, and each row that differs is told', async () => {
  const soldAt = new Date().toISOString();
  const sale = (externalId: string, cents: number) => ({ externalId, cents, zipCode: '78701', soldAt });
  await shop.administrator.client.request(ReportSalesDocument, {
    input: { retailerId: shop.retailerId, sales: [sale('A-1', 1_000), sale('A-2', 2_000), sale('A-3', 3_000)] },
  });
  const file = join(tmpdir(), `${randomUUID()}.csv`);
  await writeFile(file, 'external_id,amount\nA-1,10.00\nA-2,25.00\n=cmd(),1.00\nA-1,10.00\n,oops\n');
  const { page } = owner;
  await open(owner, `retailers/${shop.retailerId}`, 'Reconciliation');
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await page.getByRole('alert').getByText('Choose a file.').waitFor();
  await page.getByLabel('File', { exact: true }).setInputFiles(file);
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await page.getByText('Some rows differ.').waitFor();
  await page.getByRole('button', { name: 'Rows that differ' }).click();
  const rows = page.getByRole('region', { name: 'Rows that differ' });
  for (const difference of ['Another amount', 'Not in the file', 'Not in our books']) {
    await rows.getByRole('cell', { name: difference }).first().waitFor();
  }
  await look(owner, 'reconciliation');
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download what is shown' }).click(),
  ]);
  const text = await readFile(await saved.path(), 'utf8');
  expect(text).toContain('A-2');
  expect(text).not.toMatch(/(^|,)"?[=+@]/m);
  await rm(file);
  expect(owner.complaints).toEqual([]);
});

test('a charity reads what it was given, and what it settled is written down once and taken back', async () => {
  const { charities } = await citizen.client.request(CharitiesDocument, { first: 1 });
  const charity = charities.edges[0]?.node;
  if (!charity) throw new Error('The demonstration has charities');
  const input = { charityId: charity.id, points: 12, idempotencyKey: randomUUID() };
  await citizen.client.request(DonatePointsDocument, { input });
  await invite('owner@charity.example', charity.id);
  const giver = await browser.person();
  await signInByClicks(giver, system.url, 'console', 'owner@charity.example');
  await open(giver, `charities/${charity.id}`, 'Donations');
  await giver.page.getByRole('row').getByText('Received').waitFor();
  await look(giver, 'donations');
  expect(await giver.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await giver.page.getByRole('tab', { name: 'Statements', exact: true }).click();
  await giver.page.getByText('12 points wait to be settled.').waitFor();
  await giver.page.getByLabel('Points', { exact: true }).fill('99');
  await giver.page.getByLabel('Reference of the payment').fill('ACH-1');
  await giver.page.getByRole('button', { name: 'Write down as settled' }).click();
  await giver.page.getByRole('alert').waitFor();
  await look(giver, 'settlement-refused');
  await giver.page.getByLabel('Points', { exact: true }).fill('7');
  await giver.page.getByRole('button', { name: 'Write down as settled' }).click();
  await giver.page.getByText('5 points wait to be settled.').waitFor();
  await giver.page.getByLabel('Points', { exact: true }).fill('2');
  await giver.page.getByLabel('Reference of the payment').fill('ACH-1');
  await giver.page.getByRole('button', { name: 'Write down as settled' }).click();
  await giver.page.getByRole('alert').getByText('Another settlement has this reference.').waitFor();
  const [saved] = await Promise.all([
    giver.page.waitForEvent('download'),
    giver.page.getByRole('button', { name: 'Download as CSV' }).click(),
  ]);
  expect(await readFile(await saved.path(), 'utf8')).toMatch(/,settlement,.*,-7$/m);
  await open(desk, `charities/${charity.id}`, 'Statements');
  await desk.page.getByRole('button', { name: 'Take back' }).click();
  await decide(desk, 'The bank returned it.', 'Take back');
  await desk.page.getByText('12 points wait to be settled.').waitFor();
  await desk.page.getByRole('row').getByText('The bank returned it.').waitFor();
  // What was settled in vain is not received anew.
  for (const [name, points] of [
    ['Received', '12'],
    ['Settled', '7'],
    ['Settlements taken back', '7'],
    ['Settled less taken back', '0'],
    ['At the end', '12'],
  ] as const) {
    expect([name, await figure(desk, name).textContent()]).toEqual([name, points]);
  }
  await look(desk, 'settlements');
  expect([...desk.complaints, ...giver.complaints]).toEqual([]);
});

test('a city decides on what people claim of its scheme, and reads what became of the budget', async () => {
  const { municipalities } = (await shop.ask(
    '{ municipalities(first: 1) { edges { node { id zipCodes } } } }',
    {},
  )) as {
    municipalities: { edges: { node: { id: string; zipCodes: string[] } }[] };
  };
  const { id: municipalityId = '', zipCodes = [] } = municipalities.edges[0]?.node ?? {};
  await shop.ask(
    'mutation ($input: DeclareResidenceInput!) { declareResidence(input: $input) { residence { zipCode } } }',
    { input: { zipCode: zipCodes[0] } },
    citizen.client,
  );
  const { saveScheme } = (await shop.ask(
    'mutation ($input: SaveSchemeInput!) { saveScheme(input: $input) { scheme { id } } }',
    {
      input: {
        municipalityId,
        title: 'Half of a library fee',
        feeKind: 'library',
        centsPerPoint: 5,
        largestShareBasisPoints: 5_000,
        budgetCents: 50_000,
        eligibleRoles: ['CITIZEN'],
      },
    },
  )) as { saveScheme: { scheme: { id: string } } };
  const schemeId = saveScheme.scheme.id;
  await shop.ask('mutation ($input: PublishSchemeInput!) { publishScheme(input: $input) { scheme { id } } }', {
    input: { schemeId },
  });
  for (const feeReference of ['LIB-1', 'LIB-2']) {
    const input = { schemeId, feeReference, feeCents: 1_000, points: 3, idempotencyKey: randomUUID() };
    // Schemes and where people live are heard of by event.
    await eventually(() =>
      shop
        .ask(
          'mutation ($input: ApplySchemeInput!) { applyScheme(input: $input) { claim { id } } }',
          { input },
          citizen.client,
        )
        .catch(() => undefined),
    );
  }
  await invite('owner@city.example', municipalityId);
  const city = await browser.person({ viewport: DESK });
  const { page } = city;
  await signInByClicks(city, system.url, 'console', 'owner@city.example');
  await open(city, `municipalities/${municipalityId}`, 'Claims');
  const claim = (reference: string) => page.getByRole('article', { name: reference });
  await claim('LIB-2').waitFor();
  await look(city, 'claims');
  // What is claimed while the list is open comes by itself.
  const late = { schemeId, feeReference: 'LIB-3', feeCents: 1_000, points: 3, idempotencyKey: randomUUID() };
  const apply = 'mutation ($input: ApplySchemeInput!) { applyScheme(input: $input) { claim { id } } }';
  await shop.ask(apply, { input: late }, citizen.client);
  await claim('LIB-3').waitFor();
  await claim('LIB-3').getByRole('button', { name: 'Refuse' }).click();
  await decide(city, 'It was paid twice.', 'Refuse');
  await claim('LIB-3').waitFor({ state: 'detached' });
  await claim('LIB-1').getByRole('button', { name: 'Confirm' }).click();
  await claim('LIB-1').waitFor({ state: 'detached' });
  await claim('LIB-2').getByRole('button', { name: 'Refuse' }).click();
  await decide(city, 'The fee was paid in cash.', 'Refuse');
  await page.getByRole('heading', { name: 'No claim is in this state' }).waitFor();
  await page.getByLabel('State', { exact: true }).selectOption('Settled');
  await claim('LIB-1').getByRole('button', { name: 'Take back' }).waitFor();
  await page.getByLabel('State', { exact: true }).selectOption('Refused');
  await claim('LIB-2').getByText('The fee was paid in cash.').waitFor();
  await page.getByRole('tab', { name: 'Schemes', exact: true }).click();
  await page.getByRole('button', { name: 'What became of the budget' }).first().click();
  await page.getByText('$0.15').waitFor();
  await look(city, 'scheme-figures');
  await page.getByRole('tab', { name: 'Claims', exact: true }).click();
  await page.getByLabel('State', { exact: true }).selectOption('Settled');
  await claim('LIB-1').getByRole('button', { name: 'Take back' }).click();
  await decide(city, 'It was the wrong reader.', 'Take back');
  await page.getByLabel('State', { exact: true }).selectOption('Taken back');
  await claim('LIB-1').getByText('It was the wrong reader.').waitFor();
  expect(city.complaints).toEqual([]);
});

test('the books are proved from their postings', async () => {
  const { page } = desk;
  await page.getByRole('navigation').getByRole('link', { name: 'Ledger', exact: true }).click();
  await page.getByText('The books are right.').waitFor();
  await look(desk, 'ledger');
  await page.getByRole('button', { name: 'Audit again' }).click();
  await page.getByText('The books are right.').waitFor();
  expect(desk.complaints).toEqual([]);
});

test('a donation is found in the books, undone once with a reason, and stands among what was done by hand', async () => {
  const { page } = desk;
  const dialog = page.getByRole('dialog');
  const { charities } = await citizen.client.request(CharitiesDocument, { first: 1 });
  const input = { charityId: charities.edges[0]?.node.id ?? '', points: 3, idempotencyKey: randomUUID() };
  await citizen.client.request(DonatePointsDocument, { input });
  const { me } = (await shop.ask(
    '{ me { pointsStatement(first: 1) { edges { node { id kind } } } } }',
    {},
    citizen.client,
  )) as { me: { pointsStatement: { edges: { node: { id: string; kind: string } }[] } } };
  const [entry] = me.pointsStatement.edges;
  expect(entry?.node.kind).toBe('DONATION');
  await open(desk, 'ledger', 'One transaction');
  await page.getByLabel('Id of the transaction').fill('no id');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.getByRole('alert').getByText('An id has 32 digits and letters in five groups.').waitFor();
  await look(desk, 'transaction-refused');
  await page.getByLabel('Id of the transaction').fill(randomUUID());
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.getByRole('heading', { name: 'There is no such transaction' }).waitFor();
  await look(desk, 'transaction-none');
  await page.getByRole('link', { name: 'Back to the ledger' }).click();
  await page.getByRole('tab', { name: 'One transaction' }).click();
  await page.getByLabel('Id of the transaction').fill(entry?.node.id.toUpperCase() ?? '');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.getByRole('cell', { name: '3 points' }).waitFor();
  await page.getByText('Donation to a charity').waitFor();
  await look(desk, 'transaction');
  await page.getByRole('button', { name: 'Undo it' }).click();
  await dialog.getByText(/^Back go 3 points: Charity .* → Account /).waitFor();
  await dialog.getByRole('button', { name: 'Undo it' }).click();
  await dialog.getByText('Say why, in a sentence.').waitFor();
  await look(desk, 'transaction-undoing');
  await decide(desk, 'Given by mistake.', 'Undo it');
  await page.getByText('Undone', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: 'Undo it' }).count()).toBe(0);
  await look(desk, 'transaction-undone');
  // The way on to the transaction that undid it, which says why nobody undoes that.
  await page
    .getByRole('main')
    .getByRole('link', { name: /^Transaction / })
    .click();
  await page.getByText('This is final: it undoes or ends something itself.').waitFor();
  await open(desk, 'ledger', 'Done by hand');
  const row = page.getByRole('row').filter({ hasText: 'Given by mistake.' });
  await row.getByText('Transaction undone').waitFor();
  await row.getByText('You', { exact: true }).waitFor();
  await look(desk, 'ledger-decisions');
  expect(desk.complaints).toEqual([]);
});

test('an administrator signs vouchers with a new key, and withdraws those that leaked', async () => {
  const { page } = desk;
  const dialog = page.getByRole('dialog');
  await open(desk, 'vouchers', 'Keys that sign');
  const row = (number: string) =>
    page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: number, exact: true }) });
  await row('1').getByText('Signs now').waitFor();
  await page.getByRole('button', { name: 'Sign with a new key' }).click();
  await dialog.getByText(/Vouchers that people have stay good/).waitFor();
  await look(desk, 'voucher-keys-rotate');
  await dialog.getByRole('button', { name: 'Sign with a new key' }).click();
  await row('2').getByText('Signs now').waitFor();
  await row('1').getByText('Still taken').waitFor();
  await look(desk, 'voucher-keys');
  await page.getByRole('button', { name: 'A key has leaked' }).click();
  await dialog.getByText(/is worth nothing at once/).waitFor();
  await look(desk, 'voucher-keys-withdraw');
  await dialog.getByRole('button', { name: 'Withdraw all keys' }).click();
  await row('3').getByText('Signs now').waitFor();
  await row('2').waitFor({ state: 'detached' });
  expect(await page.getByRole('rowheader').count()).toBe(1);
  expect(desk.complaints).toEqual([]);
});
