import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { readConfiguration } from '../subgraphs/kernel/configuration.ts';
import { ownPages, pageRoute } from './pages.ts';

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

describe('the route of a page', () => {
  let folder: string;
  let server: Server;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'explorer-'));
    mkdirSync(join(folder, 'dist/assets'), { recursive: true });
    writeFileSync(join(folder, 'secret.txt'), 'not for you');
    writeFileSync(join(folder, 'secret.js'), 'not for you');
    symlinkSync(join(folder, 'secret.js'), join(folder, 'dist/link.js'));
    writeFileSync(join(folder, 'dist/assets/page-1a2b.js'), 'export {};');
    writeFileSync(join(folder, 'dist/assets/page-1a2b.css'), 'body {}');
    writeFileSync(join(folder, 'dist/index.html'), '<!doctype html>');
    const route = pageRoute({ path: '/explorer', folder: join(folder, 'dist'), build: 'build:explorer' });
    server = createServer(route);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  // fetch would normalise the attacks away before they leave; this sends the path as it stands.
  function get(path: string, method = 'GET'): Promise<Answer> {
    const { port } = server.address() as AddressInfo;
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest({ host: '127.0.0.1', port, path, method, agent: false }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      });
      outgoing.on('error', reject).end();
    });
  }

  test.each(['/explorer', '/explorer/', '/explorer/?query=1', '/explorer/index.html'])(
    'serves the page at %s',
    async (path) => {
      const answer = await get(path);
      expect(answer).toMatchObject({ status: 200, text: '<!doctype html>' });
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.headers['cache-control']).toBe('no-cache');
    },
  );

  test.each([
    ['br, gzip', 'br', brotliDecompressSync],
    ['gzip, deflate', 'gzip', gunzipSync],
    ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
  ] as const)('sends a hashed text compressed to whoever takes %s', async (accepted, encoding, unpack) => {
    for (const _attempt of ['packed', 'kept']) {
      const { port } = server.address() as AddressInfo;
      const headers = { 'accept-encoding': accepted };
      const outgoing = httpRequest({
        host: '127.0.0.1',
        port,
        path: '/explorer/assets/page-1a2b.js',
        headers,
        agent: false,
      }).end();
      const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
      const chunks: Buffer[] = await incoming.toArray();
      expect([incoming.headers['content-encoding'], incoming.headers.vary]).toEqual([encoding, 'accept-encoding']);
      expect(unpack(Buffer.concat(chunks)).toString()).toBe('export {};');
    }
  });

  test('serves a hashed file with its media type, to be kept', async () => {
    const script = await get('/explorer/assets/page-1a2b.js');
    expect(script).toMatchObject({ status: 200, text: 'export {};' });
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await get('/explorer/assets/page-1a2b.css')).headers['content-type']).toBe('text/css; charset=utf-8');
  });

  test('lets the page reach its own origin and nothing else', async () => {
    for (const path of ['/explorer', '/explorer/assets/page-1a2b.js', '/explorer/missing']) {
      const { headers } = await get(path);
      const policy = headers['content-security-policy'];
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("connect-src 'self'");
      expect(policy).not.toMatch(/unsafe-eval|https?:|\*/);
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  test.each([
    '/explorer/../secret.js',
    '/explorer/assets/../../secret.js',
    '/explorer/%2e%2e/secret.js',
    '/explorer/..%2fsecret.js',
    '/explorer/%2e%2e%2fsecret.js',
    '/explorer/..\\secret.js',
    '/explorer/..%5csecret.js',
    '/explorer/....//secret.js',
    '/explorer//../secret.js',
    '/explorer//etc/passwd',
    '/explorer/index.html%00.js',
    '/explorer/%c0%ae%c0%ae/secret.js',
    '/explorer/%',
    '/explorer/link.js',
    '/explorer/assets',
    '/explorer/assets/',
    '/explorer/constructor',
    '/explorer/__proto__',
    '/secret.js',
  ])('has nothing at %s', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(404);
    expect(answer.text).toBe('There is no such file.\n');
  });

  test('answers every address of a page that has addresses of its own, and no file that was not built', async () => {
    await new Promise((resolve) => server.close(resolve));
    const app = { path: '/app', folder: join(folder, 'dist'), build: 'build:clients', hasRoutes: true };
    server = createServer(
      pageRoute({ ...app, permissions: ['camera'], sources: { 'connect-src': ['wss://r.example'] } }),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    for (const path of ['/app', '/app/vouchers', '/app/vouchers/7?tab=2']) {
      const { status, text, headers } = await get(path);
      expect([status, text]).toEqual([200, '<!doctype html>']);
      expect(headers['permissions-policy']).toBe('camera=(self), geolocation=(), microphone=()');
      expect(headers['content-security-policy']).toContain("connect-src 'self' wss://r.example;");
    }
    expect((await get('/app/assets/gone-3c4d.js')).status).toBe(404);
  });

  test('answers HEAD without a body and refuses every other method', async () => {
    expect(await get('/explorer', 'HEAD')).toMatchObject({ status: 200, text: '' });
    const refused = await get('/explorer', 'POST');
    expect(refused.status).toBe(405);
    expect(refused.headers.allow).toBe('GET, HEAD');
  });

  test('says how to build it when there is no bundle, and serves the bundle once it is there', async () => {
    rmSync(join(folder, 'dist'), { recursive: true });
    await new Promise((resolve) => server.close(resolve));
    server = createServer(pageRoute({ path: '/explorer', folder: join(folder, 'dist'), build: 'build:explorer' }));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const missing = await get('/explorer');
    expect(missing.status).toBe(503);
    expect(missing.text).toContain('npm run build:explorer');
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'dist/index.html'), '<!doctype html>');
    expect((await get('/explorer')).status).toBe(200);
  });
});

describe('the pages of the system', () => {
  const reached = (environment: Record<string, string>) => {
    const pages = ownPages(readConfiguration({ NODE_ENV: 'test', PORT: '0', ...environment }));
    return Object.fromEntries(pages.map(({ path, sources }) => [path, sources?.['connect-src'] ?? []]));
  };

  test('reach no other host unless one is set', () => {
    expect(Object.values(reached({})).flat()).toEqual([]);
  });

  test('let the console alone send files to the storage', () => {
    const storage = {
      S3_ENDPOINT: 'https://files.example:9000/minio',
      S3_ACCESS_KEY_ID: 'console',
      S3_SECRET_ACCESS_KEY: 'secret',
    };
    const expected = { '/explorer': [], '/app': [], '/console': ['https://files.example:9000'], '/till': [] };
    expect(reached(storage)).toEqual(expected);
    // A gateway of its own knows where the storage is, and not its keys.
    expect(reached({ UPLOAD_ORIGIN: storage.S3_ENDPOINT })).toEqual(expected);
  });
});
