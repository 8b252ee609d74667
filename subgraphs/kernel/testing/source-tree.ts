/*
 * The project's own files, as the house rules see them: paths from the root, lines, imports resolved to paths. It walks
 * the folders rather than asking git, so that the rules hold in an unpacked archive too.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

export const projectRoot = join(import.meta.dirname, '../../..');

const NOT_OURS = new Set(['node_modules', '.git', '.cache', '.data', 'dist', 'coverage', 'generated']);

export interface Import {
  readonly line: number;
  /** A path from the root for our own files, `npm:NAME` for a package, `node:NAME` for Node's own. */
  readonly target: string;
  readonly typeOnly: boolean;
}

export interface SourceFile {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly lines: readonly string[];
  readonly imports: readonly Import[];
  /** A test, or what only tests use. */
  readonly isTest: boolean;
}

/** Every file below the root that is not generated, by path. */
export function allFiles(folder = projectRoot): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !NOT_OURS.has(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? allFiles(path) : [relative(projectRoot, path)];
    })
    .sort();
}

/** TypeScript and JavaScript. */
export function sourceFiles(): SourceFile[] {
  return allFiles()
    .filter((path) => /\.(tsx?|js)$/.test(path) && !/\.generated\./.test(path))
    .map((path) => {
      const text = readFileSync(join(projectRoot, path), 'utf8');
      return { path, lines: text.split('\n'), imports: importsOf(path, text), isTest: isTest(path) };
    });
}

function isTest(path: string): boolean {
  return /\.(test|contract)\.tsx?$/.test(path) || /(^|\/)(testing|journeys)\//.test(path);
}

/** Static, bare and dynamic imports, and re-exports; the formatter puts each on a line of its own. */
function importsOf(path: string, text: string): Import[] {
  const statements =
    /^(?:import|export)\s(type\s)?[^'";]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'/gm;
  return [...text.matchAll(statements)].map((match) => {
    const end = match.index + match[0].length;
    return {
      line: text.slice(0, end).split('\n').length,
      target: resolveTarget(path, match[2] ?? match[3] ?? match[4] ?? ''),
      typeOnly: match[1] !== undefined,
    };
  });
}

function resolveTarget(path: string, specifier: string): string {
  if (specifier.startsWith('.')) return normalize(join(dirname(path), specifier));
  if (specifier.startsWith('node:')) return specifier;
  const parts = specifier.split('/');
  return `npm:${parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')}`;
}
