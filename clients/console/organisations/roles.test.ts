/*
 * People who are no administrators, in a real browser: owners and viewers of a shop, a charity, a city and a department. Each
 * opens every place and part that the console shows them; nothing is refused behind a screen, owners see only what is
 * theirs, and viewers are offered nothing that would be refused.
 */
import { randomUUID } from 'node:crypto';
import { eventually, newPhoneNumber, signInAdministrator } from '../../../gateway/journeys/people.ts';
import {
  ApplyAsOrganisationDocument,
  type ApplyAsOrganisationInput,
  CreatePartnerKeyDocument,
  DecideApplicationDocument,
  type OrganisationKind,
  SaveOfferDocument,
  SaveStoreDocument,
  TypedDocumentString,
} from '../../generated/graphql.ts';
import { type SignedIn, signIn } from '../../sign-in.ts';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type Person, signInByClicks, type TestBrowser } from '../../testing/browser.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';

const DESK = { width: 1280, height: 800 };
type Kind = OrganisationKind;
const kinds: Readonly<Record<Kind, Omit<ApplyAsOrganisationInput, 'kind' | 'contact'>>> = {
  RETAILER: { legalName: 'Barton Books LLC', webDomain: 'barton.example' },
  CHARITY: {
    legalName: 'Austin Helping Hands',
    webDomain: 'hands.example',
    employerNumber: '741234567',
    city: 'Austin',
    state: 'TX',
    zipCode: '78701',
  },
  MUNICIPALITY: { legalName: 'Kyle', webDomain: 'kyle.example', state: 'TX', zipCodes: ['78640'] },
  DEPARTMENT: { legalName: 'Buda Police', webDomain: 'budapd.example' },
};
/** The places that each kind has besides one's own organisations. */
const placesOf: Readonly<Record<Kind, readonly string[]>> = {
  RETAILER: ['Retailers', 'Imports', 'Keys', 'Webhooks'],
  CHARITY: ['Charities', 'Webhooks'],
  MUNICIPALITY: ['Municipalities', 'Community funds', 'Webhooks'],
  DEPARTMENT: ['Imports'],
};
/** What looks and changes nothing, or is one's own. */
const harmless =
  /^(Menu|Show more|Look again|Details|Less|Download as (CSV|JSON)|Open the fund|Sign out|Leave|Copy.*|Rows that differ|Skip.*)$/;

let system: TestSystem;
let browser: TestBrowser;
let administrator: SignedIn;
const ids = new Map<Kind, string>();
const addressOf = (role: string, kind: Kind) => `${role}@${kinds[kind].webDomain}`;

beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  administrator = await signInAdministrator(system.url);
  for (const kind of Object.keys(kinds) as Kind[]) await found(kind);
  await furnish();
});
afterAll(async () => {
  await administrator?.client.close();
  await browser.close();
  await system.close();
});

const personOf = (role: string, kind: Kind) =>
  signIn(system.url, { emailAddress: addressOf(role, kind), phoneNumber: newPhoneNumber() });

/** An organisation with an owner and a viewer. */
async function found(kind: Kind): Promise<void> {
  const contact = { name: 'Pat', email: `pat@${kinds[kind].webDomain}` };
  const [owner, viewer] = [await personOf('owner', kind), await personOf('viewer', kind)];
  const applied = await owner.client.request(ApplyAsOrganisationDocument, {
    input: { ...kinds[kind], kind, contact },
  });
  const applicationId = applied.applyAsOrganisation.application.id;
  const decided = await administrator.client.request(DecideApplicationDocument, {
    input: { applicationId, approve: true, reason: 'Known.', despiteChecks: true },
  });
  const organisationId = decided.decideOrganisationApplication.application.organisationId ?? '';
  ids.set(kind, organisationId);
  const invited = (await administrator.client.request(
    new TypedDocumentString<unknown, object>(
      'mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { code } }',
    ),
    { input: { organisationId, role: 'VIEWER' } },
  )) as { inviteMember: { code: string } };
  await viewer.client.request(
    new TypedDocumentString<unknown, object>(
      'mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { organisation { id } } }',
    ),
    { input: { code: invited.inviteMember.code } },
  );
  for (const person of [owner, viewer]) {
    await eventually(async () => {
      await person.client.renewSession();
      const claims = person.client.session?.accessToken.split('.')[1] ?? '';
      return Buffer.from(claims, 'base64url').toString().includes(organisationId) || undefined;
    });
    await person.client.close();
  }
}

/** Things that a viewer sees and does not touch. */
async function furnish(): Promise<void> {
  const { client } = administrator;
  const retailerId = ids.get('RETAILER') ?? '';
  const ask = (query: string, input: object) =>
    client.request(new TypedDocumentString<unknown, object>(query), { input });
  await client.request(SaveStoreDocument, {
    input: {
      retailerId,
      street: '2201 Barton Springs Rd',
      city: 'Austin',
      state: 'TX',
      zipCode: '78704',
      position: { latitude: 30.2612, longitude: -97.7652 },
    },
  });
  await client.request(SaveOfferDocument, {
    input: { retailerId, title: 'A used book', pricePoints: 5, valueCents: 500 },
  });
  await client.request(CreatePartnerKeyDocument, {
    input: { retailerId, label: 'Till', scopes: ['VOUCHERS_REDEEM'] },
  });
  await ask('mutation ($input: SaveProductInput!) { saveProduct(input: $input) { product { id } } }', {
    retailerId,
    sku: 'B-1',
    name: 'Atlas',
    priceCents: 1_900,
  });
  await ask('mutation ($input: RegisterTerminalInput!) { registerTerminal(input: $input) { terminal { id } } }', {
    retailerId,
    name: 'Counter',
    publicKey: await newPublicKey(),
  });
  await ask('mutation ($input: CreateTablePullInput!) { createTablePull(input: $input) { pull { id } } }', {
    kind: 'PRODUCTS',
    url: 'https://barton.example/products.csv',
    everyHours: 24,
    organisationId: retailerId,
    complete: false,
  });
  for (const kind of ['RETAILER', 'CHARITY', 'MUNICIPALITY'] as const) {
    await ask('mutation ($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) { secret } }', {
      kind,
      organisationId: ids.get(kind),
      url: `https://${kinds[kind].webDomain}/hook`,
      description: 'Books',
      events: ['STATEMENT_READY'],
    });
  }
  await ask('mutation ($input: SaveSchemeInput!) { saveScheme(input: $input) { scheme { id } } }', {
    municipalityId: ids.get('MUNICIPALITY'),
    title: 'Half of a library fee',
    feeKind: 'library',
    centsPerPoint: 5,
    largestShareBasisPoints: 5_000,
    budgetCents: 50_000,
    eligibleRoles: ['CITIZEN'],
  });
}

async function newPublicKey(): Promise<string> {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  const { publicKey } = pair as CryptoKeyPair;
  return Buffer.from(await crypto.subtle.exportKey('raw', publicKey)).toString('base64');
}

async function settled({ page }: Person): Promise<void> {
  await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
  await page.waitForFunction(() => !document.querySelector('main .spinner'));
}

/** Opens each part of what is shown, and calls `look` at each. */
async function eachPart(person: Person, look: (where: string) => Promise<void>): Promise<void> {
  const { page } = person;
  await settled(person);
  const title = (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';
  const tabs = await page.getByRole('tab').allTextContents();
  if (tabs.length === 0) return look(title);
  for (const tab of tabs) {
    await page.getByRole('tab', { name: tab, exact: true }).click();
    await settled(person);
    await look(`${title}: ${tab}`);
  }
}

/** Goes to each place by the navigation and, where something is listed there, to the first of it. */
async function eachPlace(person: Person, kind: Kind, look: (where: string) => Promise<void>): Promise<void> {
  const { page } = person;
  const navigation = page.getByRole('navigation');
  const places = ['My organisations', ...placesOf[kind]];
  await eventually(async () => {
    const shown = await navigation.getByRole('link').allTextContents();
    return places.every((place) => shown.includes(place)) || undefined;
  });
  const shown = await navigation.getByRole('link').allTextContents();
  expect(shown.filter((name) => !['Overview', 'Me', 'API explorer'].includes(name))).toEqual(places);
  for (const place of places) {
    await navigation.getByRole('link', { name: place, exact: true }).click();
    await page.getByRole('heading', { level: 1, name: place }).waitFor();
    await eachPart(person, look);
    const first = page.getByRole('main').getByRole('article').first().getByRole('heading').getByRole('link');
    if (!(await first.isVisible())) continue;
    await first.click();
    await page.getByRole('heading', { level: 1, name: place }).waitFor({ state: 'detached' });
    await eachPart(person, look);
  }
}

describe.each(Object.keys(kinds) as Kind[])('of a %s', (kind) => {
  const { legalName } = kinds[kind];

  test('the owner opens every place, sees only what is theirs, and nothing is refused', async () => {
    const owner = await browser.person({ viewport: DESK });
    const { page } = owner;
    await signInByClicks(owner, system.url, 'console', addressOf('owner', kind));
    await eachPlace(owner, kind, async (where) => {
      expect([where, await page.getByRole('main').getByRole('alert').allTextContents()]).toEqual([where, []]);
      const foreign = Object.values(kinds).filter((each) => each.legalName !== legalName);
      // Of organisations they are shown their own one alone.
      if (/^(My organisations|Retailers|Charities|Municipalities)$/.test(where)) {
        expect([where, await page.getByRole('article').count()]).toEqual([where, where === 'My organisations' ? 2 : 1]);
      }
      const text = (await page.getByRole('main').textContent()) ?? '';
      expect([where, foreign.filter((each) => text.includes(each.webDomain) || text.includes(each.legalName))]).toEqual(
        [where, []],
      );
    });
    expect(await page.getByText('You look at this as a viewer.').count()).toBe(0);
    expect(owner.complaints).toEqual([]);
  });

  test('a viewer opens every place, is offered nothing that changes it, and nothing is refused', async () => {
    const viewer = await browser.person({ viewport: DESK, colorScheme: 'dark' });
    const { page } = viewer;
    await signInByClicks(viewer, system.url, 'console', addressOf('viewer', kind));
    await eachPlace(viewer, kind, async (where) => {
      const main = page.getByRole('main');
      expect([where, await main.getByRole('alert').allTextContents()]).toEqual([where, []]);
      const buttons = await main.getByRole('button').allTextContents();
      expect([where, buttons.filter((name) => !harmless.test(name.trim()))]).toEqual([where, []]);
      expect([where, await accessibilityFaults(page)]).toEqual([where, []]);
      await viewer.screenshot(`console-viewer-${where.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`);
    });
    expect(viewer.complaints).toEqual([]);
  });
});

test('what a viewer would reach by an address alone says that it is not theirs to change', async () => {
  const viewer = await browser.person({ viewport: DESK });
  const { page } = viewer;
  await signInByClicks(viewer, system.url, 'console', addressOf('viewer', 'RETAILER'));
  await page.goto(`${system.url}/console/retailers/${ids.get('RETAILER')}/offers/new`);
  await page.getByText('You look at this as a viewer.').waitFor();
  expect(await page.getByRole('button', { name: /^Save/ }).count()).toBe(0);
  await page.goto(`${system.url}/console/imports/new`);
  await page.getByText('You look at this as a viewer.').waitFor();
  expect(await page.getByRole('button', { name: /^Upload/ }).count()).toBe(0);
  expect(viewer.complaints).toEqual([]);
});

test('somebody who acts for nobody finds the ways to an organisation, and no other place', async () => {
  const nobody = await browser.person();
  const { page } = nobody;
  await signInByClicks(nobody, system.url, 'console', `${randomUUID()}@citizens.example`);
  await page.getByText('You act for no organisation yet.').waitFor();
  await page.getByRole('button', { name: 'Menu' }).click();
  const shown = await page.getByRole('navigation').getByRole('link').allTextContents();
  expect(shown.filter((name) => name !== 'API explorer')).toEqual(['Overview', 'Me', 'My organisations']);
  for (const path of ['reports', 'scoring', 'accounts', 'keys', `retailers/${ids.get('RETAILER')}`]) {
    await page.goto(`${system.url}/console/${path}`);
    await page.getByRole('heading', { level: 1, name: 'There is nothing here for you' }).waitFor();
  }
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(nobody.complaints).toEqual([]);
});
