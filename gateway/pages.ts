/*
 * Serves the built pages: explorer, app, console and till. Only names that a listing of the folder has shown are ever
 * opened, so a path is looked up and never resolved: there is nothing to traverse. Each page says what it may reach
 * (Content-Security-Policy).
 */
import { createReadStream, type Dirent, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Configuration } from '../subgraphs/kernel/configuration.ts';

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
};

export interface Page {
  /** Where it is served, without a slash at its end: `/explorer`. */
  readonly path: string;
  /** What `vite build` wrote. */
  readonly folder: string;
  /** The npm script that writes it. */
  readonly build: string;
  /** Whether it has addresses of its own below `path`, all of which are answered with the page. */
  readonly hasRoutes?: boolean;
  /** More than every page may: directive of a Content-Security-Policy -> sources besides 'self'. */
  readonly sources?: Readonly<Record<string, readonly string[]>>;
  /** What it may ask the person for: camera, geolocation. */
  readonly permissions?: readonly string[];
}

const root = join(import.meta.dirname, '..');

/** The pages of this system, which reach sockets, maps and storage where those are, if not here. */
export function ownPages({
  sockets,
  map,
  uploadOrigin,
}: Pick<Configuration, 'sockets' | 'map' | 'uploadOrigin'>): Page[] {
  const tiles = [...(map.styleUrl ? [new URL(map.styleUrl).origin] : []), ...map.origins];
  const called = [...(sockets.url ? [new URL(sockets.url).origin] : []), ...tiles];
  // The console sends files to import there itself, by an address that was signed for each.
  const uploaded = uploadOrigin ? [uploadOrigin] : [];
  // People's pictures are wherever they put them.
  const pictures = ['blob:', 'https:', ...tiles];
  return [
    { path: '/explorer', folder: join(root, 'gateway/explorer/dist'), build: 'build:explorer' },
    {
      path: '/app',
      folder: join(root, 'clients/app/dist'),
      build: 'build:clients',
      hasRoutes: true,
      sources: { 'connect-src': called, 'img-src': pictures },
      permissions: ['camera', 'geolocation'],
    },
    {
      path: '/console',
      folder: join(root, 'clients/console/dist'),
      build: 'build:clients',
      hasRoutes: true,
      sources: { 'connect-src': [...called, ...uploaded], 'img-src': pictures },
    },
    {
      path: '/till',
      folder: join(root, 'clients/partner/till/dist'),
      build: 'build:clients',
      permissions: ['camera'],
    },
  ];
}

/**
 * A handler for `path` and everything below it.
 * Answers GET and HEAD; 404 for a name that was not built, 405 for any other method, and 503 with what to do while the
 * folder holds no page. Files under assets/ carry a hash in their names and may be kept for a year, and texts among them are
 * sent compressed; all else is asked for anew.
 */
export function pageRoute(page: Page): (request: IncomingMessage, response: ServerResponse) => void {
  const { path, folder, build, hasRoutes = false } = page;
  const securityHeaders = securityHeadersOf(page);
  let files = listFiles(folder);
  const pack = packer(folder);

  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      refuse(response, 405, 'Only GET and HEAD are answered here.\n', { ...securityHeaders, allow: 'GET, HEAD' });
      return;
    }
    // A build may come after the start; a listing that has found the page is kept.
    if (!files.has('index.html')) files = listFiles(folder);
    if (!files.has('index.html')) {
      refuse(
        response,
        503,
        `This page has not been built yet: run "npm run ${build}" and reload it.\n`,
        securityHeaders,
      );
      return;
    }
    const asked = nameOf(request.url ?? '', path);
    const name = hasRoutes && !files.has(asked) && extname(asked) === '' ? 'index.html' : asked;
    const mediaType = mediaTypes[extname(name)];
    if (!files.has(name) || !mediaType) {
      refuse(response, 404, 'There is no such file.\n', securityHeaders);
      return;
    }
    const isKept = name.startsWith('assets/');
    const headers = {
      ...securityHeaders,
      'content-type': mediaType,
      'cache-control': isKept ? 'public, max-age=31536000, immutable' : 'no-cache',
      ...(isKept && { vary: 'accept-encoding' }),
    };
    const encoding = isKept && isText(mediaType) ? takenBy(request) : undefined;
    if (encoding && request.method === 'GET') {
      pack(name, encoding).then(
        (bytes) =>
          response
            .writeHead(200, { ...headers, 'content-encoding': encoding, 'content-length': bytes.length })
            .end(bytes),
        () => refuse(response, 404, 'There is no such file.\n', securityHeaders),
      );
      return;
    }
    response.writeHead(200, headers);
    if (request.method === 'HEAD') response.end();
    // A reader that goes away, or a file that a new build removed, ends this answer and nothing else.
    else pipeline(createReadStream(join(folder, name)), response, () => {});
  };
}

type Encoding = 'br' | 'gzip';

const compress: Readonly<Record<Encoding, (bytes: Buffer) => Promise<Buffer>>> = {
  // One below the slowest: once for each file, in half the time, and two percent larger.
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }),
  gzip: (bytes) => promisify(gzip)(bytes, { level: 9 }),
};

const isText = (mediaType: string) => /^text\/|json|svg/.test(mediaType);

/** The smallest form that the browser takes. */
function takenBy({ headers }: IncomingMessage): Encoding | undefined {
  const taken = String(headers['accept-encoding'] ?? '')
    .split(',')
    .filter((each) => !/;\s*q=0(\.0*)?\s*$/.test(each))
    .map((each) => each.split(';', 1)[0]?.trim().toLowerCase());
  return (['br', 'gzip'] as const).find((each) => taken.includes(each));
}

/** Compresses a file when it is first asked for, and keeps that: what has a hash in its name never changes. */
function packer(folder: string): (name: string, encoding: Encoding) => Promise<Buffer> {
  const packed = new Map<string, Promise<Buffer>>();
  return (name, encoding) => {
    const key = `${encoding} ${name}`;
    const known = packed.get(key);
    if (known) return known;
    const bytes = readFile(join(folder, name)).then(compress[encoding]);
    packed.set(key, bytes);
    // A new build may have removed it: what fails is not kept.
    bytes.catch(() => packed.delete(key));
    return bytes;
  };
}

/** Leads to the style of the maps; without one it answers a style of nothing but a background, so that maps work offline. */
export function mapStyleRoute(
  styleUrl: string | undefined,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (_request, response) => {
    if (styleUrl) {
      response.writeHead(302, { location: styleUrl, 'cache-control': 'no-cache' }).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-cache' });
    response.end(JSON.stringify({ version: 8, sources: {}, layers: [] }));
  };
}

function securityHeadersOf({ sources = {}, permissions = [] }: Page): Readonly<Record<string, string>> {
  const directives: Record<string, readonly string[]> = {
    'script-src': [],
    'worker-src': [],
    'connect-src': [],
    // Editors, maps and dialogs write style elements and attributes; fonts of GraphiQL are data URLs in its own sheet.
    'style-src': ["'unsafe-inline'"],
    'font-src': ['data:'],
    'img-src': ['data:'],
    'manifest-src': [],
  };
  const allowed = Object.entries(directives).map(([name, more]) =>
    [name, "'self'", ...more, ...(sources[name] ?? [])].join(' '),
  );
  const asked = ['camera', 'geolocation', 'microphone'].map(
    (name) => `${name}=(${permissions.includes(name) ? 'self' : ''})`,
  );
  const never = ["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"];
  return {
    'content-security-policy': ["default-src 'none'", ...allowed, ...never].join('; '),
    'permissions-policy': asked.join(', '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
}

/** `/explorer/assets/x.js?y` -> `assets/x.js`, undecoded: no file of a bundle needs escaping in its name. */
function nameOf(url: string, path: string): string {
  const asked = url.split('?', 1)[0] ?? '';
  return asked.slice(path.length).replace(/^\//, '') || 'index.html';
}

/** The regular files below `folder`, as `/`-separated relative names; links are left out. Empty when there is no such folder. */
function listFiles(folder: string): ReadonlySet<string> {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch {
    return new Set();
  }
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  return new Set(names.map((name) => name.split(sep).join('/')));
}

function refuse(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(status, {
    ...headers,
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(text);
}
