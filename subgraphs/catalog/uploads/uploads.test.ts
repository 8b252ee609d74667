import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Caller } from '../../kernel/caller.ts';
import { ManualClock } from '../../kernel/clock.ts';
import { S3BlobStore } from './blob-store.s3.ts';
import { administrator, type Depot, openDepot } from './testing/depot.ts';
import { startStorage, type TestStorage } from './testing/storage.ts';
import { AWAITED_LIMIT } from './uploads.ts';

const clock = new ManualClock();
let storage: TestStorage;
let depots: Record<'folder' | 'S3', Depot>;

beforeAll(async () => {
  storage = await startStorage(mkdtempSync(join(tmpdir(), 'hey-blue-s3-')), clock);
  depots = {
    folder: await openDepot({ clock }),
    S3: await openDepot({ clock, configuration: { s3: storage.settings } }),
  };
});
afterAll(async () => {
  for (const depot of Object.values(depots)) await depot.close();
  await storage.close();
});

const start = `mutation ($input: StartUploadInput!) { startUpload(input: $input) {
  upload { id state bytes fileName } url headers { name value } expiresAt } }`;
const look = 'query ($id: ID!) { upload(id: $id) { id state refusal sha256 deleteAfter } }';
const remove = 'mutation ($input: DeleteUploadInput!) { deleteUpload(input: $input) { upload { state } } }';
const content = 'name,zip\nShop,78701\n';
const wish = { fileName: 'shops.csv', bytes: content.length, contentType: 'text/csv' };
const sha256 = createHash('sha256').update(content).digest('hex');

interface Address {
  readonly url: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

async function send({ url, headers }: Address, body = content): Promise<number> {
  const answer = await fetch(url, {
    method: 'PUT',
    headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    body,
  });
  await answer.arrayBuffer();
  return answer.status;
}

describe.each(['folder', 'S3'] as const)('an upload to a %s', (kind) => {
  const depot = () => depots[kind];

  test('is announced, sent, measured, read and deleted', async () => {
    const caller = await depot().member();
    const { startUpload } = await depot().ask(start, { input: { ...wish, sha256: sha256.toUpperCase() } }, caller);
    const { id } = startUpload.upload;
    expect(startUpload.upload).toMatchObject({ state: 'AWAITED', bytes: content.length, fileName: 'shops.csv' });
    expect((await depot().ask(look, { id }, caller)).upload).toMatchObject({ state: 'AWAITED', sha256: null });
    await expect(depot().subject.services.uploads.open(caller, id)).rejects.toThrow('not arrived');
    expect(await send(startUpload)).toBeLessThan(300);
    expect((await depot().ask(look, { id }, caller)).upload).toMatchObject({ state: 'STORED', refusal: null, sha256 });
    const source = await depot().subject.services.uploads.open(caller, id);
    for (let time = 0; time < 2; time++) {
      let read = '';
      for await (const chunk of source.bytes) read += Buffer.from(chunk as Uint8Array).toString();
      expect([source.name, source.size, read]).toEqual(['shops.csv', content.length, content]);
    }
    expect((await depot().ask(remove, { input: { uploadId: id } }, caller)).deleteUpload.upload.state).toBe('DELETED');
    await expect(depot().subject.services.uploads.open(caller, id)).rejects.toThrow('deleted');
  });

  test('is refused where something else arrives than was announced', async () => {
    const caller = await depot().member();
    const { startUpload } = await depot().ask(start, { input: { ...wish, sha256: '0'.repeat(64) } }, caller);
    expect(await send(startUpload)).toBeLessThan(300);
    const { upload } = await depot().ask(look, { id: startUpload.upload.id }, caller);
    expect(upload).toMatchObject({ state: 'REFUSED', refusal: 'What arrived has another SHA-256 than was announced.' });
    await expect(depot().subject.services.uploads.open(caller, upload.id)).rejects.toThrow('SHA-256');
  });

  test('leaves after its days, and at once where it never arrived', async () => {
    const caller = await depot().member();
    const stored = (await depot().ask(start, { input: wish }, caller)).startUpload;
    const awaited = (await depot().ask(start, { input: wish }, caller)).startUpload;
    await send(stored);
    await depot().ask(look, { id: stored.upload.id }, caller);
    const stateOf = async ({ upload }: { upload: { id: string } }) =>
      (await depot().ask(look, { id: upload.id }, caller)).upload.state;
    clock.advance(25 * 3_600_000);
    await depot().subject.services.uploads.sweep();
    expect([await stateOf(stored), await stateOf(awaited)]).toEqual(['STORED', 'DELETED']);
    clock.advance(29 * 24 * 3_600_000);
    await depot().subject.services.uploads.sweep();
    expect(await stateOf(stored)).toBe('DELETED');
  });
});

test('what was put in the place of a measured file is not read as it', async () => {
  const depot = depots.S3;
  const caller = await depot.member();
  const { startUpload } = await depot.ask(start, { input: wish }, caller);
  const { id } = startUpload.upload;
  await send(startUpload);
  await depot.ask(look, { id }, caller);
  const store = new S3BlobStore(storage.settings, clock);
  await store.delete(id);
  const other = async function* () {
    yield Buffer.from(content.replace('Shop', 'Evil'));
  };
  await store.put(id, other(), 100);
  const source = await depot.subject.services.uploads.open(caller, id);
  const read = async () => {
    for await (const _ of source.bytes);
  };
  await expect(read()).rejects.toThrow('something else');
});

test('five may be awaited at a time, also where thirty are announced at once; expired ones do not count', async () => {
  const depot = depots.folder;
  const caller = await depot.member();
  const announce = () => depot.ask(start, { input: wish }, caller);
  const answers = await Promise.all(Array.from({ length: 30 }, announce));
  expect(answers.filter((answer) => answer === 'LIMIT_REACHED')).toHaveLength(30 - AWAITED_LIMIT);
  clock.advance(15 * 60_000);
  const [first] = answers.filter((answer) => answer !== 'LIMIT_REACHED');
  expect(await send(first.startUpload)).toBe(403);
  expect((await announce()).startUpload.upload.state).toBe('AWAITED');
});

test('is for administrators and people of organisations, and nobody sees that of others', async () => {
  const depot = depots.folder;
  const { startUpload } = await depot.ask(start, { input: wish }, await depot.member());
  const { id } = startUpload.upload;
  const citizen: Caller = { accountId: randomUUID(), scopes: ['citizen'] };
  expect(await depot.ask(start, { input: wish }, citizen)).toBe('FORBIDDEN');
  expect(await depot.ask(start, { input: wish }, { scopes: [] })).toBe('UNAUTHENTICATED');
  expect(await depot.ask(look, { id }, await depot.member())).toBe('NOT_FOUND');
  expect(await depot.ask(remove, { input: { uploadId: id } }, await depot.member())).toBe('NOT_FOUND');
  expect(await depot.ask(look, { id: randomUUID() }, administrator())).toBe('NOT_FOUND');
  expect((await depot.ask(look, { id }, administrator())).upload.id).toBe(id);
});

test.each([
  { ...wish, fileName: '../shops.csv' },
  { ...wish, fileName: 'shops\u202Evsc.exe' },
  { ...wish, fileName: '..' },
  { ...wish, bytes: 0 },
  { ...wish, bytes: 300_000_000 },
  { ...wish, contentType: 'text/csv\r\nx-evil: 1' },
  { ...wish, sha256: 'abc' },
])('no address is given for %j', async (input) => {
  expect(await depots.folder.ask(start, { input })).toBe('BAD_USER_INPUT');
});
