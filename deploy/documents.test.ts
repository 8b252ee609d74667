/* What the pages for people name is there: files, commands, settings; and what there is to run is named in the README. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { environmentNames } from '../subgraphs/kernel/configuration.ts';
import { refusalCodes } from '../subgraphs/kernel/errors.ts';
import { allFiles, projectRoot } from '../subgraphs/kernel/testing/source-tree.ts';

const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8');
const pages = allFiles()
  .filter((path) => path.endsWith('.md'))
  .map((path) => ({ path, text: read(path) }));
const scripts = Object.keys(JSON.parse(read('package.json')).scripts);
const top = readdirSync(projectRoot);

/** All that `pattern` finds in any page, as the page and its first group. */
function named(pattern: RegExp): { path: string; name: string }[] {
  return pages.flatMap(({ path, text }) => [...text.matchAll(pattern)].map(([, name = '']) => ({ path, name })));
}

/** As GitHub names the heading. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

test('every link of a page leads to a file, and to a heading where it names one', () => {
  const lost = named(/\]\((?!https?:)([^)\s]+)\)/g).filter(({ path, name }) => {
    const [file = '', heading] = name.split('#');
    const target = file === '' ? path : join(dirname(path), file);
    if (!existsSync(join(projectRoot, target))) return true;
    if (heading === undefined) return false;
    return ![...read(target).matchAll(/^#+ (.*)$/gm)].some(([, text = '']) => anchor(text) === heading);
  });
  expect(lost).toEqual([]);
});

test('every path that a page names is there, seen from the top or from the page', () => {
  const paths = named(/`([\w.-]+(?:\/[\w.-]+)+\/?)`/g).filter(({ name }) => top.includes(name.split('/')[0] ?? ''));
  expect(paths.length).toBeGreaterThan(20);
  const made = /^\.(data|cache)\//;
  const lost = paths.filter(
    ({ path, name }) =>
      !made.test(name) && ![projectRoot, join(projectRoot, dirname(path))].some((from) => existsSync(join(from, name))),
  );
  expect(lost).toEqual([]);
});

test('every command that a page names can be run', () => {
  const wrong = named(/npm run (?:-s )?([\w:-]+)/g).filter(({ name }) => !scripts.includes(name));
  expect(wrong).toEqual([]);
  const benches = readdirSync(join(projectRoot, 'bench')).filter((name) => /^(?!run)[\w-]+\.ts$/.test(name));
  const told = [...read('README.md').matchAll(/`npm run bench -- (\w+)`/g)].map(([, name]) => `${name}.ts`);
  expect(told.sort()).toEqual(benches.sort());
});

test('the README names every command that there is', () => {
  const readme = read('README.md');
  const own = new Set(['prepare', 'start', 'test']);
  expect(scripts.filter((name) => !own.has(name) && !readme.includes(`npm run ${name}`))).toEqual([]);
});

test('every setting that the README names is one', () => {
  const codes = Object.keys(refusalCodes);
  const names = [...read('README.md').matchAll(/\b([A-Z][A-Z\d]*_[A-Z\d_]+)\b/g)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !(environmentNames as string[]).includes(name) && !codes.includes(name))).toEqual([]);
});
