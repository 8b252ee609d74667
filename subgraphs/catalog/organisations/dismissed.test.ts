/*
 * Who was dismissed from an organisation, or may only look at it now, has a token for some minutes yet. Every mutation of
 * this domain that is for those who act for an organisation stands in the table; one that is added to the schema has to.
 */
import { randomUUID } from 'node:crypto';
import { type GraphQLObjectType, getNamedType } from 'graphql';
import { type Caller, type OrganisationKind, organisationKinds } from '../../kernel/caller.ts';
import { exempt, type Marketplace, openMarketplace } from './testing/marketplace.ts';

let market: Marketplace;

beforeAll(async () => {
  market = await openMarketplace();
});

afterAll(() => market.close());

const mutationType = () => market.subject.subgraph.schema.getMutationType() as GraphQLObjectType;

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
async function ask(mutation: string, input: object, caller: Caller, fields = '__typename'): Promise<any> {
  const inputType = getNamedType(mutationType().getFields()[mutation]?.args[0]?.type);
  const document = `mutation ($input: ${inputType}!) { ${mutation}(input: $input) { ${fields} } }`;
  const { data, errors } = await market.subject.execute(document, { input }, caller);
  return { code: errors?.[0]?.extensions?.code, message: errors?.[0]?.message, payload: data?.[mutation] };
}

/** What an administrator's mutation made. */
async function made(mutation: string, input: object, noun: string, caller = market.administrator): Promise<string> {
  const { payload, message } = await ask(mutation, input, caller, `${noun} { id }`);
  if (message) throw new Error(message);
  return payload[noun].id;
}

const offer = (retailerId: string) => ({ retailerId, title: 'A coffee', pricePoints: 10, valueCents: 400 });
const product = (retailerId: string) => ({ retailerId, sku: randomUUID().slice(0, 8), name: 'Mug', priceCents: 900 });
const place = { street: '1 Main St', city: 'Austin', state: 'TX', zipCode: '78701' };
const store = (retailerId: string) => ({ retailerId, ...place, position: { latitude: 30.27, longitude: -97.74 } });
const scheme = (municipalityId: string) => ({
  municipalityId,
  title: 'Parking tickets',
  feeKind: 'Parking',
  centsPerPoint: 1,
  largestShareBasisPoints: 5_000,
  budgetCents: 1_000,
});
const pull = (organisationId: string, kind: string) => ({
  kind,
  organisationId,
  url: `https://shops.example/${randomUUID()}.csv`,
  everyHours: 24,
});

async function uploadOf({ accountId }: Caller): Promise<string> {
  const rows = Buffer.from('sku,name,price\nM1,Mug,9.00\n');
  const { services, em } = market.subject;
  const wish = { fileName: 'products.csv', contentType: 'text/csv' };
  const content = (async function* () {
    yield rows;
  })();
  const { id } = await services.uploads.keep(randomUUID(), wish, content, rows.length + 1);
  await em().execute('update catalog.upload set account_id = ?, pull_id = null where id = ?', [accountId, id]);
  return id;
}

/** An import of a retailer's products, so far along. */
async function importOf(organisationId: string, until: 'mapping' | 'compared' | 'applied'): Promise<object> {
  const { administrator, subject } = market;
  const opening = { kind: 'PRODUCTS', uploadId: await uploadOf(administrator), organisationId };
  const importId = await made('openFileImport', opening, 'import');
  const input = {
    importId,
    columns: ['sku', 'name', 'price_usd'].map((field, index) => ({ field, column: index + 1 })),
  };
  if (until === 'mapping') return input;
  const { message } = await ask('mapFileImport', input, administrator);
  if (message) throw new Error(message);
  await subject.services.imports.idle();
  const { fileImport } = await market.ask(
    'query ($id: ID!) { fileImport(id: $id) { digest } }',
    { id: importId },
    administrator,
  );
  const approval = { importId, digest: fileImport.digest };
  if (until === 'compared') return approval;
  await ask('approveFileImport', approval, administrator);
  await subject.services.imports.idle();
  return { importId };
}

interface Row {
  readonly kind: OrganisationKind;
  readonly mutation: string;
  /** Makes ready what is changed. @returns the input with which `member`, an owner of the organisation, succeeds. */
  ready(id: string, member: Caller): object | Promise<object>;
}

const of = (kind: OrganisationKind, mutation: string, ready: Row['ready']): Row => ({ kind, mutation, ready });
const ofOffer = (mutation: string, more: object = {}, before?: string): Row =>
  of('retailer', mutation, async (retailerId) => {
    const offerId = await made('saveOffer', { ...offer(retailerId), ...more }, 'offer');
    if (before) await ask(before, { offerId }, market.administrator);
    return { offerId };
  });
const ofScheme = (mutation: string, ...before: string[]): Row =>
  of('municipality', mutation, async (municipalityId) => {
    const schemeId = await made('saveScheme', scheme(municipalityId), 'scheme');
    for (const step of before) await ask(step, { schemeId }, market.administrator);
    return { schemeId };
  });
const ofPull = (kind: OrganisationKind, table: string, mutation: string, more: object = {}): Row =>
  of(kind, mutation, async (id) => ({ pullId: await made('createTablePull', pull(id, table), 'pull'), ...more }));

const table: readonly Row[] = [
  of('retailer', 'saveRetailer', (retailerId) => ({ retailerId, profile: 'Since 1920.' })),
  of('retailer', 'saveStore', store),
  of('retailer', 'archiveStore', async (id) => {
    await made('saveStore', store(id), 'store');
    return { storeId: await made('saveStore', { ...store(id), street: '2 Main St' }, 'store') };
  }),
  of('retailer', 'saveProduct', product),
  of('retailer', 'archiveProduct', async (id) => ({ productId: await made('saveProduct', product(id), 'product') })),
  of('retailer', 'saveOffer', offer),
  ofOffer('publishOffer', { draft: true }),
  ofOffer('pauseOffer'),
  ofOffer('resumeOffer', {}, 'pauseOffer'),
  ofOffer('archiveOffer'),
  of('charity', 'saveCharity', (charityId) => ({ charityId, description: 'Meals.' })),
  of('municipality', 'saveMunicipality', (municipalityId) => ({ municipalityId, webUrl: 'https://city.example/' })),
  of('municipality', 'saveScheme', scheme),
  ofScheme('publishScheme'),
  ofScheme('pauseScheme', 'publishScheme'),
  ofScheme('resumeScheme', 'publishScheme', 'pauseScheme'),
  ofScheme('archiveScheme'),
  of('retailer', 'openFileImport', async (organisationId, member) => ({
    kind: 'PRODUCTS',
    organisationId,
    uploadId: await uploadOf(member),
  })),
  of('retailer', 'mapFileImport', (id) => importOf(id, 'mapping')),
  of('retailer', 'approveFileImport', (id) => importOf(id, 'compared')),
  of('retailer', 'cancelFileImport', async (id) => {
    const { importId } = (await importOf(id, 'compared')) as { importId: string };
    return { importId };
  }),
  of('retailer', 'undoFileImport', (id) => importOf(id, 'applied')),
  of('retailer', 'createTablePull', (id) => pull(id, 'PRODUCTS')),
  of('department', 'createTablePull', (id) => pull(id, 'OFFICERS')),
  ofPull('retailer', 'OFFERS', 'changeTablePull', { paused: true }),
  ofPull('department', 'OFFICERS', 'changeTablePull', { everyHours: 48 }),
  ofPull('retailer', 'STORES', 'pullTableNow'),
  ofPull('retailer', 'STORES', 'deleteTablePull'),
  ...organisationKinds.flatMap((kind): Row[] => [
    of(kind, 'saveOrganisation', async (organisationId) => {
      const sql = 'select web_domain as domain from catalog.organisation where id = ?';
      const [row] = await market.subject.em().execute<{ domain: string }[]>(sql, [organisationId]);
      return { organisationId, contact: { name: 'Sam Poe', email: `sam@${row?.domain}` } };
    }),
    of(kind, 'inviteMember', (organisationId) => ({ organisationId, role: 'OWNER' })),
    of(kind, 'withdrawInvitation', async (organisationId) => ({
      invitationId: await made('inviteMember', { organisationId, role: 'EDITOR' }, 'invitation'),
    })),
    of(kind, 'changeMemberRole', async (organisationId) => ({
      organisationId,
      accountId: (await joined(kind, organisationId, 'EDITOR')).accountId,
      role: 'VIEWER',
    })),
    of(kind, 'removeMember', async (organisationId) => ({
      organisationId,
      accountId: (await joined(kind, organisationId, 'EDITOR')).accountId,
    })),
    of(kind, 'startUpload', () => ({ fileName: 'a.csv', bytes: 10, contentType: 'text/csv' })),
    of(kind, 'deleteUpload', async (_id, member) => ({ uploadId: await uploadOf(member) })),
    of(kind, 'archiveOrganisation', (organisationId) => ({ organisationId, reason: 'We close.' })),
  ]),
];

/** Somebody who joined, or joins again, as a token of theirs says. */
async function joined(kind: OrganisationKind, organisationId: string, role: string, accountId: string = randomUUID()) {
  const { payload } = await ask('inviteMember', { organisationId, role }, market.administrator, 'code');
  await ask('acceptInvitation', { code: payload.code }, { accountId, scopes: ['citizen'] });
  const organisations = [`${kind}:${organisationId}` as const];
  return { accountId, scopes: ['citizen', kind], organisations } satisfies Caller;
}

/** Only one charity may bear the number that is on the bundled list. */
async function listed(kind: OrganisationKind): Promise<string> {
  if (kind !== 'charity') return (await market.list(kind)).id;
  const found = 'select id from catalog.organisation where employer_number = ?';
  const [row] = await market.subject.em().execute<{ id: string }[]>(found, [exempt.employerNumber]);
  return row?.id ?? (await market.list(kind)).id;
}

test.each(table)(
  '$mutation for a $kind is refused to who was dismissed or only looks at it, and to nobody else',
  async (row) => {
    const { kind, mutation } = row;
    const organisationId = await listed(kind);
    const member = await joined(kind, organisationId, 'OWNER');
    const input = await row.ready(organisationId, member);
    const { accountId } = member;
    await ask('changeMemberRole', { organisationId, accountId, role: 'VIEWER' }, market.administrator);
    expect((await ask(mutation, input, member)).code).toBe('FORBIDDEN');
    await ask('removeMember', { organisationId, accountId }, market.administrator);
    expect((await ask(mutation, input, member)).code).toBe('FORBIDDEN');
    await joined(kind, organisationId, 'OWNER', accountId);
    expect(await ask(mutation, input, member)).toMatchObject({ code: undefined, message: undefined });
  },
);

test('every mutation that is for those who act for an organisation stands in the table', () => {
  const directivesOf = (field: string) => JSON.stringify(mutationType().getFields()[field]?.astNode?.directives);
  const forMembers = Object.keys(mutationType().getFields()).filter((field) =>
    organisationKinds.some((kind) => directivesOf(field).includes(`"${kind}"`)),
  );
  expect(forMembers.length).toBeGreaterThan(30);
  expect([...new Set(table.map(({ mutation }) => mutation))].sort()).toEqual(forMembers.sort());
});
