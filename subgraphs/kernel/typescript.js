/*
 * Lets Node run the project's TypeScript as it stands: `node --import ./subgraphs/kernel/typescript.js file.ts`.
 * Node's own type stripping has no decorators, which type-graphql and MikroORM read their metadata from, so each
 * file goes through swc once. Results are kept in .cache/, keyed by content, because a start compiles ~100 files.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync, version } from '@swc/core';
import options from '../../.swcrc.json' with { type: 'json' };

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const cache = join(root, '.cache/typescript');
const salt = version + JSON.stringify(options);
mkdirSync(cache, { recursive: true });

function compile(filename) {
  const source = readFileSync(filename, 'utf8');
  const kept = join(cache, `${createHash('sha256').update(salt).update(filename).update(source).digest('hex')}.js`);
  try {
    return readFileSync(kept, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  const { code } = transformSync(source, { ...options, filename, sourceMaps: 'inline' });
  // Several processes may start at once: a rename is whole or absent, never half a file.
  const draft = `${kept}.${process.pid}`;
  writeFileSync(draft, code);
  renameSync(draft, kept);
  return code;
}

registerHooks({
  load(url, context, next) {
    if (!url.startsWith('file:') || !/\.tsx?$/.test(url)) return next(url, context);
    return { format: 'module', source: compile(fileURLToPath(url)), shortCircuit: true };
  },
});
