import { MappingTrust } from './file-import.ts';
import { ImportKind, importKinds } from './import-kinds.ts';
import { checkMapping, printOfHeader, suggestMapping } from './mapping.ts';

const stores = importKinds[ImportKind.STORES];
const products = importKinds[ImportKind.PRODUCTS];

test('columns are known by their names, whatever their case, blanks and order', () => {
  const { mapping, trust } = suggestMapping(stores, ['ZIP Code', 'Brand', 'Street-Address', 'lat'], [], undefined);
  expect(mapping).toEqual({ zip: 0, name: 1, street: 2, latitude: 3 });
  expect(new Set(Object.values(trust))).toEqual(new Set([MappingTrust.NAME]));
});

test('the name to recommend goes before another that a second column has', () => {
  expect(suggestMapping(products, ['title', 'name', 'sku'], [], undefined).mapping).toMatchObject({ name: 1, sku: 2 });
});

test('a name that has all words of a known one is a guess, and one that could be two things is none', () => {
  const { mapping, trust } = suggestMapping(stores, ['Store ZIP code', 'Town name'], [], undefined);
  expect(mapping).toMatchObject({ zip: 0 });
  expect(trust.zip).toBe(MappingTrust.GUESS);
  const twice = suggestMapping(stores, ['old zip code', 'new zip code'], [], undefined);
  expect(twice.mapping.zip).toBeUndefined();
});

test('cells that only one kind of value explains are a guess', () => {
  const sample = ['TX', 'ME', 'NY', 'California'].map((state, index) => [`Shop ${index}`, state]);
  const { mapping, trust } = suggestMapping(stores, ['a', 'b'], sample, undefined);
  expect(mapping).toEqual({ state: 1 });
  expect(trust).toEqual({ state: MappingTrust.GUESS });
});

test('a file whose header was mapped before is mapped so again', () => {
  const saved = { sku: 1, retailer: 0 };
  expect(suggestMapping(products, ['name', 'price'], [], saved)).toEqual({
    mapping: saved,
    trust: { sku: MappingTrust.SAVED, retailer: MappingTrust.SAVED },
  });
  expect(printOfHeader(['ZIP code', 'Name'])).toBe(printOfHeader(['zip_code', 'name ']));
  expect(printOfHeader(['name', 'zip'])).not.toBe(printOfHeader(['zip', 'name']));
});

test.each([
  ['a field that there is not', [{ field: 'color', column: 1 }], 'color is nothing'],
  ['a column that there is not', [{ field: 'sku', column: 9 }], 'The file has 3 columns only.'],
  [
    'a field twice',
    [
      { field: 'sku', column: 1 },
      { field: 'sku', column: 2 },
    ],
    'sku is mapped twice.',
  ],
  [
    'a column twice',
    [
      { field: 'sku', column: 1 },
      { field: 'name', column: 1 },
    ],
    'Column 1 is mapped twice.',
  ],
  ['no key', [{ field: 'name', column: 1 }], 'No row can be told from another without retailer, sku'],
])('refuses %s', (_, columns, sentence) => {
  expect(() => checkMapping(products, ['a', 'b', 'c'], columns, false)).toThrow(sentence);
});

test('an import of an organisation needs no column that says whose its rows are', () => {
  expect(checkMapping(products, ['a'], [{ field: 'sku', column: 1 }], true)).toEqual({ sku: 0 });
});
