/*
 * A table is imported, told through the public API alone: an administrator announces a file, sends it to the signed
 * address, confirms its columns, looks at what it would change, approves, watches it be written, and undoes it. Each test
 * is a step that stands on those before it.
 */
import { createHash } from 'node:crypto';
import {
  ApproveFileImportDocument,
  ImportPreviewDocument,
  ImportProgressDocument,
  type ImportProgressSubscription,
  MapFileImportDocument,
  OpenFileImportDocument,
  RetailersWithStoresDocument,
  StartUploadDocument,
  type StartUploadMutation,
  UndoFileImportDocument,
  UploadStateDocument,
} from '../../clients/generated/graphql.ts';
import type { SignedIn } from '../../clients/sign-in.ts';
import { refusalOf, signInAdministrator, signInCitizen, untilEvent } from './people.ts';
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
  // A change of stores alone tells no gateway: for a minute they answer what they keep.
  await system.advance(60_000);
  expect(Object.values(await listed()).flat()).toEqual([]);
});
