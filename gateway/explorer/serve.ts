/*
 * Serves the built explorer. Only names that a listing of the folder has shown are ever opened, so a path is looked up
 * and never resolved: there is nothing to traverse. The page may reach this origin and no other (Content-Security-Policy).
 */
import { createReadStream, type Dirent, readdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream';

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.json': 'application/json; charset=utf-8',
};

const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "connect-src 'self'",
    // Monaco writes style elements and attributes for its cursors, and GraphiQL's fonts are data URLs in its own sheet.
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self' data:",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

const notBuilt = 'The explorer has not been built yet: run "npm run build:explorer" and reload this page.\n';

/**
 * A handler for `/explorer` and everything below it, serving the files of `folder` (what `vite build` wrote).
 * Answers GET and HEAD; 404 for any other name, 405 for any other method, and 503 with what to do while the folder holds
 * no page. Files under assets/ carry a hash in their names and may be kept for a year; the page itself is asked for anew.
 */
export function explorerRoute(folder: string): (request: IncomingMessage, response: ServerResponse) => void {
  let files = listFiles(folder);

  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      refuse(response, 405, 'Only GET and HEAD are answered here.\n', { allow: 'GET, HEAD' });
      return;
    }
    // A build may come after the start; a listing that has found the page is kept.
    if (!files.has('index.html')) files = listFiles(folder);
    if (!files.has('index.html')) {
      refuse(response, 503, notBuilt);
      return;
    }
    const name = nameOf(request.url ?? '');
    const mediaType = mediaTypes[extname(name)];
    if (!files.has(name) || !mediaType) {
      refuse(response, 404, 'The explorer has no such file.\n');
      return;
    }
    response.writeHead(200, {
      ...securityHeaders,
      'content-type': mediaType,
      'cache-control': name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
    if (request.method === 'HEAD') response.end();
    // A reader that goes away, or a file that a new build removed, ends this answer and nothing else.
    else pipeline(createReadStream(join(folder, name)), response, () => {});
  };
}

/** `/explorer/assets/x.js?y` -> `assets/x.js`, undecoded: no file of the bundle needs escaping in its name. */
function nameOf(url: string): string {
  const path = url.split('?', 1)[0] ?? '';
  return path.replace(/^\/explorer\/?/, '') || 'index.html';
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

function refuse(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, {
    ...securityHeaders,
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(text);
}
