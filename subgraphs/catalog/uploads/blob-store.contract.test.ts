import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '../../kernel/clock.ts';
import { FolderBlobStore } from './blob-store.folder.ts';
import { S3BlobStore } from './blob-store.s3.ts';
import { BlobExists, BlobMissing, type BlobStore, BlobTooLarge } from './blob-store.ts';
import { startStorage, type TestStorage } from './testing/storage.ts';

const folder = mkdtempSync(join(tmpdir(), 'hey-blue-blobs-'));
const clock = new ManualClock();
const servers: Server[] = [];
let storage: TestStorage;
let stores: Record<'folder' | 'S3', BlobStore>;
let folderStore: FolderBlobStore;
let newKey = 0;
const key = () => `blob-${++newKey}`;

beforeAll(async () => {
  const server = createServer((request, response) => folderStore.handle(request, response));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  folderStore = new FolderBlobStore({
    folder: join(folder, 'own'),
    sealingKey: randomBytes(32),
    signingKey: randomBytes(32),
    clock,
    random: randomBytes,
    log: { warn: () => {} },
    publicUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    allowedOrigins: ['https://console.example.org'],
  });
  storage = await startStorage(join(folder, 's3'), clock);
  const s3 = new S3BlobStore(storage.settings, clock);
  stores = { folder: folderStore, S3: s3 };
});

afterAll(async () => {
  await storage.close();
  for (const server of servers) await new Promise((closed) => server.close(closed));
});

async function* chunksOf(...chunks: (string | Buffer)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk as string);
}

async function contentOf(store: BlobStore, of: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.open(of)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const soon = () => new Date(clock.now().getTime() + 600_000);
const csv = 'text/csv';

describe.each(['folder', 'S3'] as const)('a blob store in a %s', (name) => {
  const store = () => stores[name];

  test.each([0, 1, 65_535, 65_536, 65_537, 1_000_000])(
    'gives back the %d bytes that were put, as often as asked',
    async (length) => {
      const blob = key();
      const content = randomBytes(length);
      const stored = await store().put(
        blob,
        chunksOf(content.subarray(0, length / 3), content.subarray(length / 3)),
        length,
      );
      expect(stored).toEqual({ bytes: length, sha256: createHash('sha256').update(content).digest('hex') });
      expect(await store().find(blob)).toEqual({ bytes: length });
      expect((await contentOf(store(), blob)).equals(content)).toBe(true);
      expect((await contentOf(store(), blob)).equals(content)).toBe(true);
    },
  );

  test('stores nothing of what is too long, and nothing of a source that breaks off', async () => {
    const [long, broken] = [key(), key()];
    await expect(store().put(long, chunksOf('12345', '67890'), 9)).rejects.toThrow(BlobTooLarge);
    const breaks = async function* () {
      yield Buffer.from('half');
      throw new Error('broken off');
    };
    await expect(store().put(broken, breaks(), 100)).rejects.toThrow('broken off');
    expect([await store().find(long), await store().find(broken)]).toEqual([undefined, undefined]);
  });

  test('keeps what was put first', async () => {
    const blob = key();
    await store().put(blob, chunksOf('first'), 10);
    await expect(store().put(blob, chunksOf('second'), 10)).rejects.toThrow(BlobExists);
    expect((await contentOf(store(), blob)).toString()).toBe('first');
  });

  test('knows nothing of what was never put or was deleted, and deletes it again', async () => {
    const blob = key();
    await expect(contentOf(store(), blob)).rejects.toThrow(BlobMissing);
    await store().put(blob, chunksOf('here'), 10);
    await store().delete(blob);
    await store().delete(blob);
    expect(await store().find(blob)).toBeUndefined();
    await expect(contentOf(store(), blob)).rejects.toThrow(BlobMissing);
  });

  test.each(['../secret', 'a/b', '', 'A'])('takes no key such as %j', async (strange) => {
    await expect((async () => store().put(strange, chunksOf('x'), 10))()).rejects.toThrow('letters, digits');
  });

  test('takes a file at the signed address, with the headers that were told', async () => {
    const blob = key();
    const content = randomBytes(100_000);
    const { url, headers } = await store().signUpload(blob, { bytes: 100_000, contentType: csv, expiresAt: soon() });
    const answer = await fetch(url, { method: 'PUT', headers, body: content });
    expect([200, 201]).toContain(answer.status);
    await answer.arrayBuffer();
    expect(await store().find(blob)).toEqual({ bytes: 100_000 });
    expect((await contentOf(store(), blob)).equals(content)).toBe(true);
    const again = await fetch(url, { method: 'PUT', headers, body: randomBytes(100_000) });
    expect([409, 412]).toContain(again.status);
    expect((await contentOf(store(), blob)).equals(content)).toBe(true);
  });

  test('takes no file of another length or type, and none at an address that was changed or has expired', async () => {
    const put = async (url: string, headers: object, body: string) => {
      const answer = await fetch(url, { method: 'PUT', headers: headers as Record<string, string>, body });
      await answer.arrayBuffer();
      return answer.status;
    };
    const blob = key();
    const terms = { bytes: 5, contentType: csv, expiresAt: soon() };
    const { url, headers } = await store().signUpload(blob, terms);
    expect(await put(url, headers, 'longer')).toBeGreaterThanOrEqual(400);
    expect(await put(url, { ...headers, 'content-type': 'text/html' }, '12345')).toBeGreaterThanOrEqual(400);
    const other = await store().signUpload(key(), terms);
    const changed = url.includes('?')
      ? url.replace(blob, 'blob-of-others')
      : `${url.split('.').slice(0, -1).join('.')}.${other.url.split('.').at(-1)}`;
    expect(await put(changed, headers, '12345')).toBe(403);
    const short = await store().signUpload(blob, { ...terms, expiresAt: new Date(clock.now().getTime() + 5_000) });
    clock.advance(5_000);
    expect(await put(short.url, short.headers, '12345')).toBe(403);
    expect(await store().find(blob)).toBeUndefined();
  });
});

describe('the folder', () => {
  const terms = () => ({ bytes: 5, contentType: csv, expiresAt: soon() });
  const put = (url: string, init: RequestInit = {}) =>
    fetch(url, { method: 'PUT', headers: { 'content-type': csv }, body: '12345', ...init });

  test('holds nothing that can be read without the key, and opens nothing that was changed', async () => {
    const blob = key();
    await folderStore.put(blob, chunksOf('officer@example.org,'.repeat(10_000)), 1_000_000);
    const file = join(folder, 'own', blob);
    const sealed = readFileSync(file);
    expect(sealed.includes('officer')).toBe(false);
    for (const at of [0, 20, 100, 70_000, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(file, changed);
      await expect(contentOf(folderStore, blob)).rejects.toThrow();
    }
    writeFileSync(file, sealed.subarray(0, 65_536 + 16 + 40));
    await expect(contentOf(folderStore, blob)).rejects.toThrow('cut off');
  });

  test('a file that was renamed does not open', async () => {
    const [blob, other] = [key(), key()];
    await folderStore.put(blob, chunksOf('mine'), 10);
    writeFileSync(join(folder, 'own', other), readFileSync(join(folder, 'own', blob)));
    await expect(contentOf(folderStore, other)).rejects.toThrow();
  });

  test('of 30 files sent to one address at once one is stored', async () => {
    const blob = key();
    const { url } = await folderStore.signUpload(blob, terms());
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => put(url, { body: `${10_000 + index}` })),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(29);
    const winner = statuses.indexOf(201);
    expect((await contentOf(folderStore, blob)).toString()).toBe(`${10_000 + winner}`);
  });

  test('leaves no draft behind, and removes those of writers that died', async () => {
    const drafts = () => readdirSync(join(folder, 'own')).filter((each) => each.endsWith('.draft'));
    expect(drafts()).toEqual([]);
    writeFileSync(join(folder, 'own', 'x.draft'), 'half');
    await folderStore.removeDrafts(new Date(clock.now().getTime() - 86_400_000));
    expect(drafts()).toEqual(['x.draft']);
    await folderStore.removeDrafts(new Date(clock.now().getTime() + 86_400_000));
    expect(drafts()).toEqual([]);
  });

  test('answers what is no upload with a status and a sentence', async () => {
    const { url } = await folderStore.signUpload(key(), terms());
    const get = await fetch(url);
    expect([get.status, await get.json()]).toEqual([405, { message: 'Files are sent with PUT.' }]);
    const bare = new URL('/uploads', url).href;
    for (const strange of [bare, `${bare}/`, `${bare}/x`, `${bare}/x.y`, `${bare}/..%2f..`]) {
      expect((await put(strange)).status).toBe(403);
    }
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from('12345'));
        controller.close();
      },
    });
    expect((await put(url, { body: stream, duplex: 'half' } as RequestInit)).status).toBe(411);
  });

  test('lets pages of the allowed origins send files, and no others', async () => {
    const { url } = await folderStore.signUpload(key(), terms());
    const ask = async (origin: string) => {
      const { status, headers } = await fetch(url, { method: 'OPTIONS', headers: { origin } });
      return [status, headers.get('access-control-allow-origin')];
    };
    expect(await ask('https://console.example.org')).toEqual([204, 'https://console.example.org']);
    expect(await ask('https://evil.example.org')).toEqual([204, null]);
  });
});
