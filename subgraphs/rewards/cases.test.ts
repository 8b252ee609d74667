import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/decisions/0039-the-list-of-cases-and-where-each-is-held.md'), 'utf8');
const cases = page.split(/\n(?=\d+\. \*\*)/).slice(1);
const named = [...page.matchAll(/`(subgraphs\/[\w/-]+\.test\.ts)`: (.+)/g)].flatMap(([, path = '', titles = '']) =>
  [...titles.matchAll(/«([^»]+)»/g)].map(([, title = '']) => ({ path, title })),
);

test('the list has 36 cases, in order, and each names a test or says why it cannot arise', () => {
  expect(cases.map((each) => Number.parseInt(each, 10))).toEqual(Array.from({ length: 36 }, (_, index) => index + 1));
  expect(cases.filter((each) => !/«.+»|[Cc]annot arise/.test(each))).toEqual([]);
});

test('every test that the list of cases names is there', () => {
  expect(named.length).toBeGreaterThan(80);
  const missing = named.filter(({ path, title }) => {
    const text = readFileSync(join(root, path), 'utf8').replaceAll("\\'", "'");
    return !["'", '"', '`'].some((quote) => text.includes(`${quote}${title}${quote}`));
  });
  expect(missing).toEqual([]);
});
