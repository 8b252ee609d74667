import fc from 'fast-check';
import papaparse from 'papaparse';
import { Refusal } from '../../kernel/errors.ts';
import { headerName, printable, readTable, TABLE_ROWS_LIMIT, type TableColumns } from './table.ts';

const columns: TableColumns = {
  name: { names: ['name', 'brand'], required: true },
  zip: { names: ['zip', 'zip_code'], required: true },
  note: { names: ['note'], required: false },
};

async function refusalOf(content: string): Promise<string> {
  try {
    await readTable(content, columns);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'IMPORT_UNREADABLE') return error.message;
    throw error;
  }
  throw new Error('the table was read');
}

const cellsOf = async (content: string) => (await readTable(content, columns)).lines.map(({ cells }) => cells);

test.each([
  ['commas', 'name,zip\nShop,78701'],
  ['semicolons and other columns', 'id;Zip Code;BRAND\n7;78701;Shop'],
  ['tabs', 'name\tzip\nShop\t78701'],
  ['bars', 'name|zip\nShop|78701'],
  ['a byte order mark, line ends of Windows and blank lines', '\uFEFF\r\n"name","zip"\r\n\r\nShop,78701\r\n'],
  ['line ends of old Macs', 'name,zip\rShop,78701\r'],
])('reads a table with %s', async (_, content) => {
  expect(await cellsOf(content)).toEqual([{ name: 'Shop', zip: '78701' }]);
});

test('tells each row the line it begins on, also behind cells of several lines', async () => {
  const { lines, headers } = await readTable('Name,ZIP\n"Shop\nand\nmore",78701\n\nCafe,78702\n', columns);
  expect(lines.map(({ line, cells }) => [line, cells.name])).toEqual([
    [2, 'Shop\nand\nmore'],
    [6, 'Cafe'],
  ]);
  expect(headers).toEqual({ name: 'Name', zip: 'ZIP' });
});

test('a short row has blank cells, a long one and one with unmatched quotes are faults of that line', async () => {
  const { lines } = await readTable('name,zip,note\nShop\nCafe,78701,a,b\nInn,78702,c,\n"Bar,78703', columns);
  expect(lines.map(({ line, fault }) => [line, fault?.code])).toEqual([
    [2, undefined],
    [3, 'TOO_MANY_CELLS'],
    [4, undefined],
    [5, 'QUOTES'],
  ]);
  expect(lines[0]?.cells).toEqual({ name: 'Shop', zip: '', note: '' });
});

test.each([
  ['', 'empty'],
  ['\uFEFF \n', 'empty'],
  ['name,zip\n\n', 'no rows'],
  ['Shop,78701\nCafe,78702', 'lacks name, zip'],
  ['name,brand,zip\na,b,c', 'both mean name'],
  ['n\0a\0m\0e\0,\0z\0i\0p\0', 'UTF-16'],
])('%j cannot be read, and the sentence says why', async (content, reason) => {
  expect(await refusalOf(content)).toContain(reason);
});

test('a file of more rows than the limit is refused, one of as many is read', async () => {
  const rows = (count: number) => `name,zip\n${'a,b\n'.repeat(count)}`;
  expect((await readTable(rows(TABLE_ROWS_LIMIT), columns)).lines).toHaveLength(TABLE_ROWS_LIMIT);
  expect(await refusalOf(rows(TABLE_ROWS_LIMIT + 1))).toContain('split it');
});

test('what a program writes as a table is read back cell by cell, whatever the cells hold', async () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', 'b', ' ', ',', ';', '"', '\n', '\t', '|', '\u00E9', '1'),
    maxLength: 8,
  });
  const filled = cell.filter((value) => value.trim() !== '');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(filled, cell, cell), { minLength: 1, maxLength: 8 }),
      fc.constantFrom(',', ';', '\t', '|'),
      async (rows, delimiter) => {
        const content = papaparse.unparse([['name', 'zip', 'note'], ...rows], { delimiter, newline: '\n' });
        expect(await cellsOf(content)).toEqual(rows.map(([name, zip, note]) => ({ name, zip, note })));
      },
    ),
    { numRuns: 500 },
  );
});

test('any text is read or refused with a sentence', async () => {
  const content = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: fc.constantFrom('name', 'zip', ',', '\n', '"', ';', '\r', '\0', 'x'), maxLength: 20 }),
  );
  await fc.assert(
    fc.asyncProperty(content, async (text) => {
      try {
        await readTable(text, columns);
      } catch (error) {
        expect(error).toMatchObject({ code: 'IMPORT_UNREADABLE' });
      }
    }),
    { numRuns: 2_000 },
  );
});

test('header names are compared without case, blanks and punctuation; quotations are short and printable', () => {
  expect(headerName('  NTEE-Cd. ')).toBe('ntee_cd');
  expect(printable('a\0b\n')).toBe('a\u00B7b\u00B7');
  expect(printable('\u{1F600}'.repeat(60)).length).toBeLessThanOrEqual(80);
});
