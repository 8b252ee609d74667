/*
 * The package as others get it: built, packed by npm, and put into a project that has nothing else. What is packed is
 * written by the package's own build.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const place = join(import.meta.dirname, '..');
const modules = join(place, '../../node_modules');
const tsc = join(modules, 'typescript/bin/tsc');

export interface PackedPackage {
  /** Paths of what is packed. */
  readonly files: readonly string[];
  /** A folder of a project that has the package and nothing else. */
  project(): Promise<string>;
  /** What a strict compiler says of a program of the project; empty where it is right. */
  faultsOf(project: string, program: string, manner?: Manner): Promise<string>;
  close(): Promise<void>;
}

/** How a project is compiled: as a page or as a program for Node, by Node's rules or by those of a bundler. */
export interface Manner {
  readonly platform?: 'browser' | 'node' | 'both';
  readonly moduleResolution?: 'nodenext' | 'bundler';
}

const PLATFORMS = {
  browser: ['--lib', 'es2023,dom', '--types', ''],
  node: ['--lib', 'es2023', '--types', 'node'],
  both: ['--lib', 'es2023,dom', '--types', 'node'],
} as const;

export async function packPartner(): Promise<PackedPackage> {
  const folder = await mkdtemp(join(tmpdir(), 'hey-blue-package-'));
  // In a folder of its own: another test may be building too.
  const source = join(folder, 'source');
  await run(process.execPath, [tsc, '--project', 'tsconfig.json', '--outDir', join(source, 'dist')], { cwd: place });
  for (const file of ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE'])
    await copyFile(join(place, file), join(source, file));
  // The build has just run; npm is not to look for a compiler of its own.
  const parameters = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const [packed] = JSON.parse((await run('npm', parameters, { cwd: source })).stdout) as [
    { readonly filename: string; readonly files: readonly { readonly path: string }[] },
  ];
  let projects = 0;
  return {
    files: packed.files.map(({ path }) => path).sort(),
    async project() {
      const project = join(folder, `project-${++projects}`);
      const installed = join(project, 'node_modules/@hey-blue/partner');
      await mkdir(installed, { recursive: true });
      await run('tar', ['-xzf', join(folder, basename(packed.filename)), '--strip-components=1', '-C', installed]);
      await writeFile(join(project, 'package.json'), '{ "type": "module" }');
      return project;
    },
    async faultsOf(project, program, { platform = 'browser', moduleResolution = 'nodenext' } = {}) {
      const module = moduleResolution === 'bundler' ? 'esnext' : 'nodenext';
      const options = ['--strict', '--noEmit', '--target', 'es2022', '--typeRoots', join(modules, '@types')];
      const manner = ['--module', module, '--moduleResolution', moduleResolution, ...PLATFORMS[platform]];
      const checked = run(process.execPath, [tsc, ...options, ...manner, program], { cwd: project });
      const { stdout } = await checked.catch((failed: { readonly stdout: string }) => failed);
      return stdout;
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
