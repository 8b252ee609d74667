import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, getIntrospectionQuery, parse, validate } from 'graphql';
import { structureLimits, structureRefusal } from './structure.ts';

const reason = (text: string) => structureRefusal(text)?.message;
const nested = (levels: number, field = 'a') => `${`{ ${field} `.repeat(levels)}${'}'.repeat(levels)}`;
const { depth, aliases, rootFields, directives, fields, tokens, introspectionDepth } = structureLimits;

test.each([
  ['depth', nested(depth), nested(depth + 1), 'levels of fields'],
  [
    'depth by fragments',
    `{ a { ...F } } fragment F on T ${nested(depth - 1)}`,
    `{ a { ...F } } fragment F on T ${nested(depth)}`,
    'levels of fields',
  ],
  [
    'root fields',
    `{ ${'a '.repeat(rootFields)} }`,
    `{ ... { ${'a '.repeat(10)} } ...F } fragment F on Query { ${'b '.repeat(rootFields)} }`,
    'root fields',
  ],
  [
    'aliases',
    `{ o { ${'x: a '.repeat(aliases)} } }`,
    `{ o { ...F ...F } } fragment F on T { ${'x: a '.repeat(aliases / 2 + 1)} }`,
    'aliases',
  ],
  [
    'directives',
    `{ a ${'@x '.repeat(directives)} }`,
    `query Q($v: Int @x) @x { ...F @x } fragment F on Query @x { a ${'@x '.repeat(directives - 3)} }`,
    'directives',
  ],
  ['tokens', `{ o { ${'a '.repeat(fields - 1)} } }`, `{ ${'a(b: 1) '.repeat(tokens / 6 + 1)} }`, 'tokens'],
  [
    'depth below the schema',
    `{ __type(name: "T") ${nested(introspectionDepth - 1)} }`,
    `{ __type(name: "T") ${nested(introspectionDepth)} }`,
    'about the schema',
  ],
])('the limit of %s is as high as it says', (_name, allowed, refused, words) => {
  expect(reason(allowed)).toBeUndefined();
  expect(reason(refused)).toContain(words);
  expect(structureRefusal(refused)?.code).toBe('DOCUMENT_TOO_COMPLEX');
});

test('fragments that double one another are counted without being walked', () => {
  const fragments = Array.from(
    { length: 40 },
    (_, index) => `fragment F${index} on T { ...F${index + 1} ...F${index + 1} }`,
  );
  expect(reason(`{ a { ...F0 } } ${fragments.join(' ')} fragment F40 on T { a }`)).toContain(`${2 ** 40 + 1} fields`);
});

test('what is no valid document is left to those who say so', () => {
  for (const text of ['{', '', '{ ...F }', '{ ...F } fragment F on T { a ...F }', 'fragment F on T { a }']) {
    expect(reason(text)).toBeUndefined();
  }
});

test('tools may ask for the schema, and nobody for lists in lists of it', () => {
  const introspection = getIntrospectionQuery({
    directiveIsRepeatable: true,
    inputValueDeprecation: true,
    oneOf: true,
  });
  expect(reason(introspection)).toBeUndefined();
  const circular = `{ __schema { types ${'{ fields { type '.repeat(4)} { name } ${'} } '.repeat(4)} } }`;
  expect(reason(circular)).toBeUndefined();
  const errors = validate(buildSchema('type Query { a: Int }'), parse(circular));
  expect(errors.map(({ message }) => message)).toEqual(['Maximum introspection depth exceeded']);
});

test('the documents of our own clients are well within the limits', () => {
  const documents = ['clients', 'clients/app', 'clients/console'].flatMap((client) => {
    const file = join(import.meta.dirname, '../..', client, 'generated/persisted-documents.json');
    return Object.values(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>);
  });
  const half = Object.fromEntries(Object.entries(structureLimits).map(([name, limit]) => [name, limit / 2]));
  const refused = documents.map((text) => structureRefusal(text, half as never)?.message);
  expect(refused.filter(Boolean)).toEqual([]);
});
