/*
 * Tables are imported, told through the public API alone: an administrator announces a file, sends it to the signed
 * address, confirms its columns, looks at what it would change, approves, watches it be written, and undoes it. Then a
 * shop does so with a workbook of its products, and administrators with charities and a department's officers. Each test is
 * a step that stands on those before it.
 */
import { createHash, randomUUID } from 'node:crypto';
import { writeXlsx } from 'hucre/xlsx';
import {
  ApplyAsOrganisationDocument,
  ApproveFileImportDocument,
  CharitiesDocument,
  DecideApplicationDocument,
  ImportPreviewDocument,
  ImportProgressDocument,
  type ImportProgressSubscription,
  MapFileImportDocument,
  MeDocument,
  OpenFileImportDocument,
  type OpenFileImportInput,
  RefreshSessionDocument,
  RetailersWithStoresDocument,
  StartUploadDocument,
  type StartUploadMutation,
  TypedDocumentString,
  UndoFileImportDocument,
  UploadStateDocument,
} from '../../clients/generated/graphql.ts';
import { type SignedIn, signIn } from '../../clients/sign-in.ts';
import { eventually, newPhoneNumber, refusalOf, signInAdministrator, signInCitizen, untilEvent } from './people.ts';
import { type RunningSystem, startOneProcess } from './systems.ts';

const file = Buffer.from(
  [
    'Shop name,Kind,Street,City,State,Zip,Lat,Lng',
    'Congress Books,Books,600 Congress Ave,Austin,TX,78701,30.2686,-97.7425',
    'Lamar Bikes,Sports,501 N Lamar Blvd,Austin,TX,78703,30.2701,-97.7537',
    'Nowhere Toys,Toys,1 Main St,Austin,TX,no zip,30.27,-97.74',
  ].join('\n'),
);
const NAMES = ['Congress Books', 'Lamar Bikes', 'Nowhere Toys'];
const FIELDS = ['name', 'category', 'street', 'city', 'state', 'zip', 'latitude', 'longitude'];

type Address = StartUploadMutation['startUpload'];
type Progress = ImportProgressSubscription['importProgress'];

let system: RunningSystem;
let administrator: SignedIn;
let citizen: SignedIn;
let address: Address;
let importId: string;
let progress: AsyncIterableIterator<ImportProgressSubscription>;

beforeAll(async () => {
  system = await startOneProcess();
  administrator = await signInAdministrator(system.url);
  citizen = await signInCitizen(system.url, 'Casey');
});

afterAll(async () => {
  await progress?.return?.();
  for (const person of [administrator, citizen]) await person?.client.close();
  await system?.close();
});

const wish = {
  fileName: 'stores.csv',
  bytes: file.length,
  contentType: 'text/csv',
  sha256: createHash('sha256').update(file).digest('hex'),
};

/** Sends a body to the address as it was told. @returns the status. */
async function send({ url, headers }: Address, body: Buffer): Promise<number> {
  const answer = await fetch(new URL(url, system.url), {
    method: 'PUT',
    headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    body: new Uint8Array(body),
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** Which of the file's retailers everybody finds, with the ZIP codes of their stores. */
async function listed(): Promise<Record<string, string[]>> {
  const { retailers } = await citizen.client.request(RetailersWithStoresDocument, { first: 40 });
  const own = retailers.edges.map(({ node }) => node).filter(({ name }) => NAMES.includes(name));
  return Object.fromEntries(own.map(({ name, stores }) => [name, stores.map(({ zipCode }) => zipCode)]));
}

const reaches = async (state: Progress['state']): Promise<Progress> =>
  (await untilEvent(progress, ({ importProgress }) => importProgress.state === state)).importProgress;

test('a file goes to the signed address, and nothing else does', async () => {
  expect(await refusalOf(citizen.client.request(StartUploadDocument, { input: wish }))).toBe('FORBIDDEN');
  address = (await administrator.client.request(StartUploadDocument, { input: wish })).startUpload;
  const changed = new URL(address.url, system.url);
  changed.pathname = `${changed.pathname.slice(0, -1)}${changed.pathname.endsWith('A') ? 'B' : 'A'}`;
  const longer = Buffer.concat([file, Buffer.from('\n')]);
  expect(await send({ ...address, url: changed.href }, file)).toBeGreaterThanOrEqual(400);
  expect(await send(address, longer)).toBeGreaterThanOrEqual(400);
  const { id } = address.upload;
  const input = { kind: 'STORES' as const, uploadId: id };
  expect(await refusalOf(administrator.client.request(OpenFileImportDocument, { input }))).toBeDefined();
  expect(await send(address, file)).toBeLessThan(300);
  expect((await administrator.client.request(UploadStateDocument, { id })).upload.state).toBe('STORED');
});

test('columns are confirmed by hand, and what would change is seen before anything does', async () => {
  const input = { kind: 'STORES' as const, uploadId: address.upload.id };
  const opened = (await administrator.client.request(OpenFileImportDocument, { input })).openFileImport.import;
  expect(opened.state).toBe('MAPPING');
  importId = opened.id;
  const watching = citizen.client.subscribe(ImportProgressDocument, { id: importId });
  expect(await refusalOf(watching.next())).toBe('FORBIDDEN');
  progress = administrator.client.subscribe(ImportProgressDocument, { id: importId });
  await reaches('MAPPING');
  const columns = FIELDS.map((field, index) => ({ field, column: index + 1 }));
  await administrator.client.request(MapFileImportDocument, { input: { importId, columns } });
  expect(await reaches('COMPARED')).toMatchObject({ rowsRead: 3, rowsRefused: 1, rowsNew: 2, rowsApplied: 0 });
  const { fileImport } = await administrator.client.request(ImportPreviewDocument, { id: importId, first: 10 });
  expect(fileImport.problems.edges.map(({ node }) => node.line)).toEqual([4]);
  expect(fileImport.changes.edges.map(({ node }) => [node.action, node.line])).toEqual([
    ['NEW', 2],
    ['NEW', 3],
  ]);
  expect(await listed()).toEqual({});
});

test('what was seen is approved, and watched until it is written', async () => {
  const { fileImport } = await administrator.client.request(ImportPreviewDocument, { id: importId, first: 1 });
  const approve = (digest: string) =>
    administrator.client.request(ApproveFileImportDocument, { input: { importId, digest } });
  expect(await refusalOf(approve('something else'))).toBeDefined();
  await approve(fileImport.digest ?? '');
  expect(await reaches('APPLIED')).toMatchObject({ rowsApplied: 2, failure: null });
  await eventually(async () => Object.keys(await listed()).length > 0 || undefined);
  expect(await listed()).toEqual({ 'Congress Books': ['78701'], 'Lamar Bikes': ['78703'] });
});

test('the same file again has nothing to change', async () => {
  const again = (await administrator.client.request(StartUploadDocument, { input: wish })).startUpload;
  expect(await send(again, file)).toBeLessThan(300);
  const input = { kind: 'STORES' as const, uploadId: again.upload.id };
  const opened = (await administrator.client.request(OpenFileImportDocument, { input })).openFileImport.import;
  const watching = administrator.client.subscribe(ImportProgressDocument, { id: opened.id });
  // How columns were mapped before is what is suggested now.
  const columns = opened.columns.flatMap(({ field, column }) => (column === null ? [] : [{ field, column }]));
  expect(columns).toHaveLength(FIELDS.length);
  await administrator.client.request(MapFileImportDocument, { input: { importId: opened.id, columns } });
  const { importProgress } = await untilEvent(watching, ({ importProgress: { state } }) => state === 'COMPARED');
  expect(importProgress).toMatchObject({ rowsNew: 0, rowsChanged: 0, rowsSame: 2, rowsRefused: 1 });
  await watching.return?.();
});

test('it is undone, and its stores are listed no more', async () => {
  await administrator.client.request(UndoFileImportDocument, { input: { importId } });
  expect(await reaches('UNDONE')).toMatchObject({ rowsUndone: 2 });
  // The gateway hears of it and answers no more what it has kept.
  await eventually(async () => Object.values(await listed()).flat().length === 0 || undefined);
});

/** A file as somebody has announced and sent it. @returns the id of the upload. */
async function uploaded({ client }: SignedIn, fileName: string, contentType: string, content: Buffer): Promise<string> {
  const input = { fileName, contentType, bytes: content.length };
  const { startUpload } = await client.request(StartUploadDocument, { input });
  expect(await send(startUpload, content)).toBeLessThan(300);
  return startUpload.upload.id;
}

/** Opens a file, takes the columns as they are suggested and waits for what it would change. */
async function compared({ client }: SignedIn, input: OpenFileImportInput) {
  const { id, columns } = (await client.request(OpenFileImportDocument, { input })).openFileImport.import;
  const known = columns.flatMap(({ field, column }) => (column === null ? [] : [{ field, column }]));
  await client.request(MapFileImportDocument, { input: { importId: id, columns: known } });
  return inState(client, id, 'COMPARED');
}

/** The import once it is in this state, as the person watches it. */
async function inState(client: SignedIn['client'], id: string, state: Progress['state']) {
  const watching = client.subscribe(ImportProgressDocument, { id });
  const { importProgress } = await untilEvent(watching, ({ importProgress: { state: now } }) => now === state);
  await watching.return?.();
  return importProgress;
}

async function approved(person: SignedIn, { id, digest }: Progress) {
  await person.client.request(ApproveFileImportDocument, { input: { importId: id, digest: digest ?? '' } });
  return inState(person.client, id, 'APPLIED');
}

async function undone(person: SignedIn, id: string) {
  await person.client.request(UndoFileImportDocument, { input: { importId: id } });
  return inState(person.client, id, 'UNDONE');
}

/** Somebody for whose organisation an administrator has vouched, as their token says it. */
async function member(kind: 'RETAILER' | 'DEPARTMENT', name: string): Promise<SignedIn & { organisationId: string }> {
  const person = await signInCitizen(system.url, 'Robin');
  const webDomain = `${randomUUID()}.example`;
  const contact = { name: 'Robin', email: `robin@${webDomain}` };
  const input = { kind, legalName: name, name, webDomain, contact, ...(kind === 'RETAILER' && { category: 'Music' }) };
  const { applyAsOrganisation } = await person.client.request(ApplyAsOrganisationDocument, { input });
  const decision = { approve: true, reason: 'Seen in person.', despiteChecks: true };
  const decided = await administrator.client.request(DecideApplicationDocument, {
    input: { applicationId: applyAsOrganisation.application.id, ...decision },
  });
  const organisationId = decided.decideOrganisationApplication.application.organisationId ?? '';
  await eventually(async () => {
    const refresh = { refreshToken: person.client.session?.refreshToken ?? '' };
    const { refreshSession } = await person.client.request(RefreshSessionDocument, { input: refresh });
    person.client.takeSession(refreshSession.session);
    const claims = person.client.session?.accessToken.split('.')[1] ?? '';
    return Buffer.from(claims, 'base64url').toString().includes(organisationId) || undefined;
  });
  return { ...person, organisationId };
}

describe('a shop with a workbook of its products', () => {
  type Answer = { products: { edges: { node: { sku: string; name: string; priceCents: number } }[] } };
  const ProductsDocument = new TypedDocumentString<Answer, { retailerId: string }>(
    'query Products($retailerId: ID!) { products(retailerId: $retailerId, first: 50) { edges { node { sku name priceCents } } } }',
  );
  const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  let shop: Awaited<ReturnType<typeof member>>;
  let rival: Awaited<ReturnType<typeof member>>;
  let done: Progress;

  beforeAll(async () => {
    shop = await member('RETAILER', 'Sixth Street Records');
    rival = await member('RETAILER', 'Waterloo Records');
  });

  afterAll(async () => {
    for (const person of [shop, rival]) await person?.client.close();
  });

  const productsOf = async (retailerId: string) =>
    (await citizen.client.request(ProductsDocument, { retailerId })).products.edges.map(({ node }) => node);

  test('sees what each row comes to, numbers as they were meant, and what is refused and why', async () => {
    const rows = [
      ['Article', 'Product', 'Price', 'Stock'],
      ['00045', 'A forty-five', 9.5, 12],
      [33, 'A long player', 25, 3],
      ['7', '', 1, 1],
      ['8', 'A needle', 'cheap', 1],
    ];
    const content = Buffer.from(await writeXlsx({ sheets: [{ name: 'Products', rows }] }));
    const upload = () => uploaded(shop, 'products.xlsx', XLSX, content);
    const wish = { kind: 'PRODUCTS' as const, organisationId: shop.organisationId, uploadId: await upload() };
    // Neither in the name of another shop, nor by what somebody else has sent.
    const foreign = { ...wish, organisationId: rival.organisationId };
    expect(await refusalOf(shop.client.request(OpenFileImportDocument, { input: foreign }))).toBe('FORBIDDEN');
    expect(await refusalOf(rival.client.request(OpenFileImportDocument, { input: foreign }))).toBe('NOT_FOUND');
    done = await compared(shop, wish);
    expect(done).toMatchObject({ rowsRead: 4, rowsNew: 2, rowsRefused: 2, rowsApplied: 0 });
    const { fileImport } = await shop.client.request(ImportPreviewDocument, { id: done.id, first: 10 });
    expect(fileImport.problems.edges.map(({ node }) => node.line)).toEqual([4, 5]);
    expect(await productsOf(shop.organisationId)).toEqual([]);
  });

  test('approves, and everybody finds its products; another shop neither sees, approves nor undoes it', async () => {
    const input = { importId: done.id, digest: done.digest ?? '' };
    expect(await refusalOf(rival.client.request(ApproveFileImportDocument, { input }))).toBe('NOT_FOUND');
    expect(await approved(shop, done)).toMatchObject({ rowsApplied: 2, failure: null });
    const found = await eventually(async () => {
      const products = await productsOf(shop.organisationId);
      return products.length > 0 ? products : undefined;
    });
    expect(found).toEqual([
      { sku: '00045', name: 'A forty-five', priceCents: 950 },
      { sku: '33', name: 'A long player', priceCents: 2_500 },
    ]);
    const undo = { input: { importId: done.id } };
    expect(await refusalOf(rival.client.request(UndoFileImportDocument, undo))).toBe('NOT_FOUND');
  });

  test('undoes it, and nobody finds them any more', async () => {
    expect(await undone(shop, done.id)).toMatchObject({ rowsUndone: 2 });
    await eventually(async () => (await productsOf(shop.organisationId)).length === 0 || undefined);
  });
});

describe('administrators with organisations and officers', () => {
  let department: Awaited<ReturnType<typeof member>>;

  beforeAll(async () => {
    department = await member('DEPARTMENT', 'Round Rock Police Department');
  });

  afterAll(async () => {
    await department?.client.close();
  });

  test('charities of a file take donations, and none of them once it is undone', async () => {
    const content = Buffer.from(
      'EIN,Name,City,State,Zip\n12-3456789,Hill Country Kitchen,Austin,TX,78704\nnone,Nobody,Austin,TX,78704\n',
    );
    const uploadId = await uploaded(administrator, 'charities.csv', 'text/csv', content);
    expect(await refusalOf(compared(department, { kind: 'CHARITIES', uploadId }))).toBe('FORBIDDEN');
    const seen = await compared(administrator, { kind: 'CHARITIES', uploadId });
    expect(seen).toMatchObject({ rowsRead: 2, rowsNew: 1, rowsRefused: 1 });
    const listed = async () => {
      const { charities } = await citizen.client.request(CharitiesDocument, { search: 'Hill Country', first: 5 });
      return charities.edges.map(({ node }) => node.name);
    };
    expect(await listed()).toEqual([]);
    await approved(administrator, seen);
    await eventually(async () => (await listed()).includes('Hill Country Kitchen') || undefined);
    expect(await undone(administrator, seen.id)).toMatchObject({ rowsUndone: 1 });
    await eventually(async () => (await listed()).length === 0 || undefined);
  });

  test('who stands on the roster of a department registers as its officer, and after its undoing nobody does', async () => {
    const mails = Array.from({ length: 40 }, () => `${randomUUID()}@roundrock.example`);
    const left = [...mails];
    /** What the next of them registers as. */
    const registers = async () => {
      const person = await signIn(system.url, { emailAddress: left.pop() ?? '', phoneNumber: newPhoneNumber() });
      const { me } = await person.client.request(MeDocument);
      await person.client.close();
      return me;
    };
    const content = Buffer.from(['Name,E-Mail', ...mails.map((mail) => `Officer,${mail}`)].join('\n'));
    const uploadId = await uploaded(administrator, 'roster.csv', 'text/csv', content);
    const { organisationId } = department;
    expect(
      await refusalOf(
        administrator.client.request(OpenFileImportDocument, { input: { kind: 'OFFICERS' as const, uploadId } }),
      ),
    ).toBe('BAD_USER_INPUT');
    const seen = await compared(administrator, { kind: 'OFFICERS', uploadId, organisationId });
    expect(seen).toMatchObject({ rowsNew: 40, rowsRefused: 0 });
    await approved(administrator, seen);
    // Identity hears of it soon, and until then somebody registers as a citizen.
    const officer = await eventually(async () => {
      const me = await registers();
      return me.roles.includes('OFFICER') ? me : undefined;
    });
    expect(officer).toMatchObject({ roles: ['OFFICER'], departmentName: 'Round Rock Police Department' });
    expect(await undone(administrator, seen.id)).toMatchObject({ rowsUndone: 40 });
    const citizenAgain = await eventually(async () => {
      const me = await registers();
      return me.roles.includes('CITIZEN') ? me : undefined;
    });
    expect(citizenAgain).toMatchObject({ roles: ['CITIZEN'], departmentName: null });
  });
});
