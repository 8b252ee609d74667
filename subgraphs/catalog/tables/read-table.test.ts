import fc from 'fast-check';
import papaparse from 'papaparse';
import { Refusal } from '../../kernel/errors.ts';
import { openTable } from './read-table.ts';
import { CELL_CHARACTERS_LIMIT, ROW_CHARACTERS_LIMIT, TABLE_BYTES_LIMIT, type TableOptions } from './table.ts';
import { readWhole, refusalOf } from './testing/open.ts';

const cellsOf = async (content: string | Uint8Array, name = 'table.csv', options: TableOptions = {}) => {
  const { table, rows } = await readWhole(name, content, options);
  return [table.header, ...rows.map(({ cells }) => cells)];
};
const faultsOf = async (content: string, name = 'table.csv') => {
  const { rows } = await readWhole(name, content);
  return rows.map(({ line, fault }) => [line, fault?.code]);
};
const shop = [
  ['name', 'zip'],
  ['Caf\u00E9', '78701'],
];

describe('delimited text', () => {
  test.each([
    ['commas', 'name,zip\nCaf\u00E9,78701'],
    ['semicolons', 'name;zip\nCaf\u00E9;78701'],
    ['tabs', 'name\tzip\nCaf\u00E9\t78701'],
    ['bars', 'name|zip\nCaf\u00E9|78701'],
    ['a delimiter that its first line declares', 'sep=|\nname|zip\nCaf\u00E9|78701'],
    ['line ends of Windows, quotes and blank lines', '\r\n"name","zip"\r\n\r\n"Caf\u00E9","78701"\r\n\r\n'],
    ['line ends of old Macs', 'name,zip\rCaf\u00E9,78701\r'],
    ['line ends of all kinds', 'name,zip\r\n\rCaf\u00E9,78701\n'],
    ['a title and notes above', 'Our shops\nas of March,\n\nname,zip\nCaf\u00E9,78701'],
    ['nameless columns at its end', 'name,zip,,\nCaf\u00E9,78701,,'],
  ])('is read with %s', async (_, content) => {
    expect(await cellsOf(content)).toEqual(shop);
  });

  test.each([
    ['UTF-8', 'utf-8 certain', Buffer.from('name,zip\nCaf\u00E9,78701')],
    ['UTF-8 with a mark', 'utf-8 certain', Buffer.from('\uFEFFname,zip\nCaf\u00E9,78701')],
    ['UTF-16', 'utf-16le certain', Buffer.from('\uFEFFname,zip\nCaf\u00E9,78701', 'utf16le')],
    [
      'UTF-16 of the other kind',
      'utf-16be certain',
      Buffer.from('\uFEFFname,zip\nCaf\u00E9,78701', 'utf16le').swap16(),
    ],
    ['UTF-16 without a mark', 'utf-16le assumed', Buffer.from('name,zip\nCaf\u00E9,78701', 'utf16le')],
    ['Windows-1252', 'windows-1252 assumed', Buffer.from('name,zip\nCaf\u00E9,78701', 'latin1')],
  ])('is decoded from %s', async (_, found, content) => {
    const { table } = await readWhole('table.csv', content);
    expect(`${table.encoding} ${table.encodingConfidence}`).toBe(found);
    expect(await cellsOf(content)).toEqual(shop);
  });

  test('the delimiter is found where every cell has quotes', async () => {
    const content = `"name";"note"\n${'"Shop";"a, b"\n'.repeat(5_000)}`;
    const { table, rows } = await readWhole('table.csv', content);
    expect([table.delimiter, rows.length, rows.some(({ fault }) => fault)]).toEqual([';', 5_000, false]);
  });

  test('one byte at the end of a large file decides its encoding', async () => {
    const content = Buffer.concat([Buffer.from(`name,zip\n${'Shop,78701\n'.repeat(40_000)}`), Buffer.from([0x80])]);
    const { table, rows } = await readWhole('table.csv', content);
    expect([table.encoding, rows.at(-1)?.cells[0]]).toEqual(['windows-1252', '\u20AC']);
  });

  test('characters that stand across two pieces are one', async () => {
    const content = `name,zip\n${'\u{1F600}\u00E9,78701\r\n'.repeat(50)}`;
    for (const pieceBytes of [1, 2, 3, 5, 7]) {
      const { rows } = await readWhole('table.csv', content, {}, pieceBytes);
      expect(rows.map(({ cells }) => cells[0])).toEqual(Array(50).fill('\u{1F600}\u00E9'));
    }
  });

  test('what the person says counts against what was found', async () => {
    const content = Buffer.from('a;b,c\nx;y,\xe9', 'latin1');
    expect(await cellsOf(content, 'table.csv', { delimiter: ';', encoding: 'windows-1252' })).toEqual([
      ['a', 'b,c'],
      ['x', 'y,\u00E9'],
    ]);
    expect(await cellsOf('1,2\nname,zip\nShop,78701', 'table.csv', { headerLine: 2 })).toEqual([
      ['name', 'zip'],
      ['Shop', '78701'],
    ]);
    expect(await refusalOf('table.csv', content, { encoding: 'utf-8' })).toContain('not utf-8');
    expect(await refusalOf('table.csv', 'a,b\n"1\n2",3', { headerLine: 3 })).toContain('No row begins on line 3');
  });

  test('each row tells the line it begins on, also behind cells of several lines', async () => {
    const { rows } = await readWhole('table.csv', 'Name,ZIP\n"Shop\nand\nmore",78701\n\nCafe,78702\n');
    expect(rows.map(({ line, cells }) => [line, cells[0]])).toEqual([
      [2, 'Shop\nand\nmore'],
      [6, 'Cafe'],
    ]);
  });

  test('a short row is filled up with blanks; what is wrong with a row is its own fault', async () => {
    const long = 'x'.repeat(CELL_CHARACTERS_LIMIT + 1);
    const rows = ['a', 'a,b,c,', 'a,b,c,d', 'a,\0', `a,${long}`, 'one,two,three', ',,', 'e,f,g'];
    expect(await faultsOf(`one,two,three\n${rows.join('\n')}`)).toEqual([
      [2, undefined],
      [3, undefined],
      [4, 'TOO_MANY_CELLS'],
      [5, 'CONTROL_CHARACTER'],
      [6, 'CELL_TOO_LONG'],
      [7, 'REPEATED_HEADER'],
      [9, undefined],
    ]);
  });

  test('quotes that do not match cost one line, and the next is read', async () => {
    expect(await faultsOf('a,b\n1,2\n"open,3\n4,5\n"6" inch,7\n8,"9"\n10,11\n"end')).toEqual([
      [2, undefined],
      [3, 'QUOTES'],
      [4, undefined],
      [5, 'QUOTES'],
      [6, undefined],
      [7, undefined],
      [8, 'QUOTES'],
    ]);
  });

  test('a quote that opens in a large file swallows nothing behind its line', async () => {
    const content = `a,b\n"open,1\n${'2,3\n'.repeat(200_000)}`;
    const { rows } = await readWhole('table.csv', content, {}, 64 * 1024);
    expect(rows).toHaveLength(200_001);
    expect(rows.filter(({ fault }) => fault)).toHaveLength(1);
    expect(rows.at(-1)).toEqual({ line: 200_002, cells: ['2', '3'] });
  });

  test('quotes that match nowhere are refused soon, with the first line', async () => {
    expect(await refusalOf('table.csv', `a,b\n${'"x" y,1\n'.repeat(50_000)}`)).toContain('on line 2 first');
    expect(await refusalOf('table.csv', `a,b\n1,2\n${'"x" y"\n'.repeat(1_000_000)}`)).toContain('on line 3 first');
  });

  test('no cell of a fault is stored at length or with what a database refuses', async () => {
    const { rows } = await readWhole('table.csv', `a,b\n${'x'.repeat(40_000)}\0,2`);
    expect(rows[0]?.cells[0]?.length).toBeLessThanOrEqual(200);
    const { rows: zeros } = await readWhole('table.csv', 'a,b\nx\0y,2');
    expect(zeros[0]?.cells).toEqual(['x\u{FFFD}y', '2']);
  });

  test.each([
    ['nothing', '', 'empty'],
    ['blank lines', '\n \n\t\n', 'empty'],
    ['a mark alone', '\uFEFF', 'empty'],
    ['delimiters alone', ',,\n,,\n', 'blank lines only'],
    ['numbers for a header', '1,2\n3,4', 'holds only numbers'],
    ['a header alone', 'name,zip\n', 'no rows behind it'],
    ['a web page', '<!DOCTYPE html><table><tr><td>1</td></tr></table>', 'web page'],
    ['XML', '<?xml version="1.0"?><Workbook/>', 'web page or XML'],
    ['a million columns', `${'c,'.repeat(1_000_000)}\n`, `longer than ${ROW_CHARACTERS_LIMIT}`],
    ['too many columns', `${Array.from({ length: 1_001 }, (_, at) => `c${at}`).join(',')}\n1`, '1001 columns'],
    ['a line without end', `name,zip\n${'x'.repeat(300_000)}`, 'Line 2 is longer'],
    ['a novel for a header', `name,${'x'.repeat(300)}\n1,2`, 'no name of a column'],
    ['a PDF', '%PDF-1.7\n\x01\x02', 'a PDF'],
    ['bytes', Buffer.from(Array.from({ length: 500 }, (_, at) => (at * 7) % 32)), 'no text'],
    ['an old workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), '.xls'],
    ['UTF-32', Buffer.from('fffe000061000000', 'hex'), 'UTF-32'],
    ['UTF-16 that is cut off', Buffer.from('fffe61002c0062000a0031', 'hex'), 'not utf-16le'],
    ['bytes of no encoding', Buffer.from('name,zip\n\xe9\x81,1', 'latin1'), 'neither UTF-8 nor Windows-1252'],
  ])('%s: refused with a sentence', async (_, content, reason) => {
    expect(await refusalOf('table.csv', content)).toContain(reason);
  });

  test('a file that is too large, or shorter than it was said to be, is refused', async () => {
    const source = { name: 'table.csv', bytes: Buffer.from('a,b\n1,2') };
    await expect(openTable({ ...source, size: TABLE_BYTES_LIMIT + 1 })).rejects.toThrow('256 MiB');
    await expect(openTable({ ...source, size: 8 })).rejects.toThrow('ends early');
  });

  test('what a program writes as a table is read back cell by cell, in pieces of any size', async () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', 'b', ' ', ',', ';', '"', '\n', '\t', '|', '\u00E9', '\u{1F600}', '1'),
      maxLength: 8,
    });
    const filled = cell.filter((value) => value.trim() !== '');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(filled, cell, cell), { minLength: 1, maxLength: 8 }),
        fc.constantFrom(',', ';', '\t', '|'),
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 40 }),
        async (rows, delimiter, newline, pieceBytes) => {
          const content = papaparse.unparse([['name', 'zip', 'note'], ...rows], { delimiter, newline });
          const options = { delimiter: delimiter as ',' };
          const read = await readWhole('table.csv', content, options, pieceBytes);
          expect(read.rows.map(({ cells }) => cells)).toEqual(rows);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('any text and any bytes are read or refused with a sentence, the same in pieces', async () => {
    const content = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      fc
        .string({
          unit: fc.constantFrom('name', 'zip', ',', '\n', '"', ';', '\r', '\0', 'x', '{', '[', ':'),
          maxLength: 24,
        })
        .map((text) => Buffer.from(text)),
    );
    const ending = fc.constantFrom('csv', 'json', 'ndjson', 'xlsx');
    const outcome = (name: string, bytes: Buffer, pieceBytes?: number) =>
      readWhole(name, bytes, {}, pieceBytes).then(
        ({ table, rows }) => [table.header, rows],
        (error) => {
          expect(error).toBeInstanceOf(Refusal);
          expect(error).toMatchObject({ code: 'IMPORT_UNREADABLE' });
          return error.message;
        },
      );
    await fc.assert(
      fc.asyncProperty(content, ending, async (bytes, type) => {
        expect(await outcome(`t.${type}`, bytes, 3)).toEqual(await outcome(`t.${type}`, bytes));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('JSON', () => {
  const [header, row] = [
    ['name', 'zip'],
    ['Caf\u00E9', '78701'],
  ];

  test.each([
    ['a list of objects', 'shops.json', '[{"name":"Caf\u00E9","zip":"78701"}]'],
    [
      'a list under "rows"',
      'shops.json',
      '{"version": 2, "rows" : [ {"name":"Caf\u00E9","zip":78701} ], "next": null}',
    ],
    ['objects on lines', 'shops.ndjson', '{"name":"Caf\u00E9"}\n\n{"zip":"78701"}\r\n'],
    ['objects on lines under another ending', 'shops.txt', '{"name":"Caf\u00E9","zip":78701}\n'],
    ['a list under another ending', 'shops.csv', '[{"name":"Caf\u00E9","zip":"78701"}]'],
  ])('is read as %s', async (_, name, content) => {
    const [found, first] = await cellsOf(content, name);
    expect(found).toEqual(header);
    if (content.includes('\n\n')) return expect(first).toEqual(['Caf\u00E9', '']);
    expect(first).toEqual(row);
  });

  test('values are kept as they are written', async () => {
    const content =
      '[{"big":12345678901234567890,"small":1e-7,"money":1.10,"yes":true,"none":null,"text":" a\\u00e9\\n"}]';
    expect((await cellsOf(content, 't.json'))[1]).toEqual([
      '12345678901234567890',
      '1e-7',
      '1.10',
      'true',
      '',
      ' a\u00E9\n',
    ]);
  });

  test('columns are those of all entries, and what an entry lacks is blank', async () => {
    expect(await cellsOf('[{"a":1},{"b":2},{"__proto__":3,"a":4}]', 't.json')).toEqual([
      ['a', 'b', '__proto__'],
      ['1', '', ''],
      ['', '2', ''],
      ['4', '', '3'],
    ]);
  });

  test('an entry that cannot be a row is a fault of its own', async () => {
    const content = '[{"a":1}, {"a":[1]}, {"a":{}}, 5, "x", [1], {"a":}, {a:1}, {"a":"\\ud800"}, {"a":2}]';
    expect(await faultsOf(content, 't.json')).toEqual([
      [1, undefined],
      [2, 'NESTED_VALUE'],
      [3, 'NESTED_VALUE'],
      [4, 'NOT_JSON'],
      [5, 'NOT_JSON'],
      [6, 'NOT_JSON'],
      [7, 'NOT_JSON'],
      [8, 'NOT_JSON'],
      [9, 'CONTROL_CHARACTER'],
      [10, undefined],
    ]);
    expect(await faultsOf('{"a":1}\n{"a":\n{"a":3}', 't.ndjson')).toEqual([
      [1, undefined],
      [2, 'NOT_JSON'],
      [3, undefined],
    ]);
  });

  test.each([
    ['[{"a":1},{"a":2}', 'cut off'],
    ['[{"a":1},{"a":"2', 'cut off'],
    ['[{"a":1}] and more', 'there is more'],
    ['[{"a":1} {"a":2}]', 'not JSON'],
    ['[{"a":1},,{"a":2}]', 'an entry is missing'],
    ['[{"a":1},]', 'a comma is followed by nothing'],
    ['[{"a":1}}]', 'closes that was not opened'],
    ['[]', 'empty'],
    ['{"shops": [{"a":1}]}', 'no list'],
    ['{"a": {', 'no list'],
    ['"text"', 'no list'],
    ['[1, 2]', 'no object'],
    ['[{}]', 'names anything'],
    [`[{"a":"${'x'.repeat(300_000)}"}]`, 'Entry 1 is longer'],
    [`[{${Array.from({ length: 1_001 }, (_, at) => `"c${at}":1`).join(',')}}]`, 'more than 1000'],
    [`[${'['.repeat(100_000)}`, 'cut off'],
  ])('%.60s: refused with a sentence', async (content, reason) => {
    expect(await refusalOf('t.json', content)).toContain(reason);
    expect(await refusalOf('t.json', content, {}, 7)).toContain(reason);
  });

  test('what JSON.stringify writes is read back, in pieces of any size', async () => {
    const value = fc.oneof(fc.string({ maxLength: 10 }), fc.integer(), fc.boolean());
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom(undefined, 2),
        async (rows, pieceBytes, indent) => {
          const content = JSON.stringify(
            rows.map(([a, b]) => ({ id: 'x', a, b })),
            null,
            indent,
          );
          const read = await readWhole('t.json', content, {}, pieceBytes);
          const clean = read.rows.filter(({ fault }) => !fault).map(({ cells }) => cells);
          const storable = rows.filter((row) => !row.some((each) => /[\0\p{Cs}]/u.test(String(each))));
          expect(clean).toEqual(storable.map(([a, b]) => ['x', String(a), String(b)]));
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('the event loop has its turns while a large table is read from memory', async () => {
  const content = Buffer.from(`a,b,c\n${'some text,1234,"quoted, text"\n'.repeat(200_000)}`);
  const table = await openTable({ name: 'large.csv', bytes: content, size: content.length });
  let turns = 0;
  let rows = 0;
  const tick = () => {
    turns++;
    if (rows < 200_000) setImmediate(tick);
  };
  setImmediate(tick);
  for await (const batch of table.rows()) rows += batch.length;
  expect(rows).toBe(200_000);
  // A turn for each 64 KiB.
  expect(turns).toBeGreaterThan(content.length / 65_536 - 1);
});
