import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflateRawSync } from 'node:zlib';
import { strToU8, unzipSync, type Zippable, zipSync } from 'fflate';
import { writeXlsx } from 'hucre/xlsx';
import { readWhole, refusalOf } from './testing/open.ts';

type Sheets = Parameters<typeof writeXlsx>[0]['sheets'];

const workbook = (sheets: Sheets, dateSystem?: '1900' | '1904') =>
  writeXlsx({ sheets, ...(dateSystem && { dateSystem }) });

/** A workbook whose sheet is this XML, to write what no program would. */
async function withSheet(xml: string, other: Zippable = {}): Promise<Uint8Array> {
  const parts = unzipSync(await workbook([{ name: 'S', rows: [['a']] }]));
  return zipSync({ ...parts, 'xl/worksheets/sheet1.xml': strToU8(xml), ...other });
}

const sheetOf = (rows: string, behind = '') =>
  `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows}</sheetData>${behind}</worksheet>`;
const inline = (ref: string, text: string) => `<c r="${ref}" t="inlineStr"><is><t>${text}</t></is></c>`;
const cellsOf = async (content: Uint8Array, options = {}) => {
  const { table, rows } = await readWhole('t.xlsx', content, options);
  return [table.header, ...rows.map(({ cells }) => cells)];
};

test('reads what a person sees: text, numbers in full, days and instants', async () => {
  const rows = [
    ['text', 'zip', 'number', 'day', 'instant', 'yes'],
    [
      'a & <b>\n\u{1F600}',
      '02138',
      0.1 + 0.2,
      new Date('2026-03-01T00:00:00Z'),
      new Date('2026-03-01T13:05:09Z'),
      true,
    ],
    [' x ', 2138, 1e21, null, null, false],
    [null, 12345678901, 1e-7, null, null, null],
  ];
  expect(await cellsOf(await workbook([{ name: 'S', rows }]))).toEqual([
    ['text', 'zip', 'number', 'day', 'instant', 'yes'],
    ['a & <b>\n\u{1F600}', '02138', '0.3', '2026-03-01', '2026-03-01T13:05:09', 'true'],
    [' x ', '2138', '1000000000000000000000', '', '', 'false'],
    ['', '12345678901', '0.0000001', '', '', ''],
  ]);
});

test.each(['1900', '1904'] as const)('the calendar that begins in %s gives the same days', async (dateSystem) => {
  const rows = [['day'], [new Date('2026-03-01T00:00:00Z')], [new Date('1999-12-31T00:00:00Z')]];
  expect(await cellsOf(await workbook([{ name: 'S', rows }], dateSystem))).toEqual([
    ['day'],
    ['2026-03-01'],
    ['1999-12-31'],
  ]);
});

test('rows tell their number on the sheet, behind titles and blank rows', async () => {
  const rows = [['Our shops'], [], ['name', 'zip'], ['A', 1], [], ['', null], ['B', 2], ['name', 'zip']];
  const { table, rows: read } = await readWhole('t.xlsx', await workbook([{ name: 'S', rows }]));
  expect(table.headerLine).toBe(3);
  expect(read.map(({ line, fault }) => [line, fault?.code])).toEqual([
    [4, undefined],
    [7, undefined],
    [8, 'REPEATED_HEADER'],
  ]);
});

test('the sheet that the person names is read, the first otherwise', async () => {
  const content = await workbook([
    { name: 'Shops & \u00E9 "co"', rows: [['a'], ['1st']] },
    { name: 'Second', rows: [['b'], ['2nd']] },
    { name: 'Empty', rows: [] },
  ]);
  const { table } = await readWhole('t.xlsx', content);
  expect([table.sheets, table.sheet, table.header]).toEqual([
    ['Shops & \u00E9 "co"', 'Second', 'Empty'],
    'Shops & \u00E9 "co"',
    ['a'],
  ]);
  expect(await cellsOf(content, { sheet: 'Second' })).toEqual([['b'], ['2nd']]);
  expect(await refusalOf('t.xlsx', content, { sheet: 'Third' })).toContain('no sheet of that name');
  expect(await refusalOf('t.xlsx', content, { sheet: 'Empty' })).toContain('is empty; the others are "Shops');
  expect(await refusalOf('t.xlsx', content, { headerLine: 9 })).toContain('Row 9');
});

test('a formula gives the value it had, never its text, and one that failed is a fault of its row', async () => {
  const rows =
    `<row r="1">${inline('A1', 'n')}${inline('B1', 'm')}</row>` +
    '<row r="2"><c r="A2"><f>WEBSERVICE("http://x")</f><v>7</v></c><c r="B2" t="str"><f>1+1</f><v>two</v></c></row>' +
    '<row r="3"><c r="A3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row><row r="4"><c r="A4"><f>A1</f></c><c r="B4"><v>1</v></c></row>';
  const { rows: read } = await readWhole('t.xlsx', await withSheet(sheetOf(rows)));
  expect(read.map(({ cells, fault }) => [cells, fault?.code])).toEqual([
    [['7', 'two'], undefined],
    [['#DIV/0!', ''], 'FAILED_FORMULA'],
    [['', '1'], undefined],
  ]);
});

test('merged cells are refused with the place of the first', async () => {
  const rows = `<row r="1">${inline('A1', 'a')}${inline('B1', 'b')}</row>`;
  const merged = await withSheet(sheetOf(rows, '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'));
  expect(await refusalOf('t.xlsx', merged)).toContain('merged cells (A2:A3)');
});

test.each([
  ['a cut workbook', async () => (await workbook([{ name: 'S', rows: [['a'], ['b']] }])).subarray(0, 800), 'cut off'],
  ['an empty archive', async () => Buffer.from(`504b0506${'00'.repeat(18)}`, 'hex'), 'no workbook'],
  ['some other archive', async () => zipSync({ 'shops.csv': strToU8('a,b') }), 'no workbook'],
  ['an OpenDocument', async () => zipSync({ 'content.xml': strToU8('<x/>') }), 'OpenDocument'],
  ['a binary workbook', async () => zipSync({ 'xl/workbook.bin': strToU8('x') }), '.xlsb'],
  ['a sheet that is no XML', async () => withSheet('<worksheet><sheetData><row r="1"><c'), 'sheet "S"'],
  ['XML with entities', async () => withSheet(`<!DOCTYPE x [<!ENTITY a "aaaa">]>${sheetOf('')}`), 'entities'],
  [
    'entities in another part',
    async () => withSheet(sheetOf(''), { 'xl/sharedStrings.xml': strToU8('<!DOCTYPE x [<!ENTITY a "b">]><sst/>') }),
    'entities',
  ],
  [
    'rows that come twice',
    async () =>
      withSheet(
        sheetOf(
          `<row r="1">${inline('A1', 'a')}</row><row r="2">${inline('A2', 'b')}</row><row r="2">${inline('A2', 'c')}</row>`,
        ),
      ),
    'Row 2 of the sheet "S" comes twice',
  ],
  [
    'a workbook of 33 MiB',
    async () => Buffer.concat([Buffer.from('504b0304', 'hex'), Buffer.alloc(33 * 1024 * 1024)]),
    '32 MiB',
  ],
  [
    'ten thousand sheets',
    async () =>
      zipSync(
        Object.fromEntries(
          Array.from({ length: 10_000 }, (_, at) => [`xl/worksheets/sheet${at}.xml`, new Uint8Array()]),
        ),
      ),
    '10000 parts',
  ],
  [
    'more sheets than are read',
    async () => workbook(Array.from({ length: 201 }, (_, at) => ({ name: `S${at}`, rows: [['a']] }))),
    '201 sheets',
  ],
])('%s: refused with a sentence', async (_, content, reason) => {
  expect(await refusalOf('t.xlsx', await content())).toContain(reason);
});

test('a cell in the last column of the sheet is a fault of its row', async () => {
  const rows = `<row r="1">${inline('A1', 'a')}${inline('B1', 'b')}</row><row r="2">${inline('A2', 'c')}${inline('XFD2', 'far')}</row>`;
  const { rows: read } = await readWhole('t.xlsx', await withSheet(sheetOf(rows)));
  expect(read.map(({ fault }) => fault?.code)).toEqual(['TOO_MANY_CELLS']);
});

describe('a zip bomb', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hey-blue-bombs-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const part = 'xl/worksheets/sheet1.xml';
  let parts: Zippable;
  beforeAll(async () => {
    parts = unzipSync(await workbook([{ name: 'S', rows: [['a'], ['b']] }]));
  });

  const patched = (archive: Uint8Array, change: (bytes: Buffer, local: number, entry: number) => void): Buffer => {
    const bytes = Buffer.from(archive);
    change(bytes, bytes.indexOf(part) - 30, bytes.lastIndexOf(part) - 46);
    return bytes;
  };

  /** An archive whose sheet unpacks to so many MiB of zeros and says that it were `said` bytes. */
  const bomb = (mebibytes: number, said = mebibytes * 1024 * 1024): Buffer => {
    const packed = deflateRawSync(Buffer.alloc(mebibytes * 1024 * 1024), { level: 1 });
    return patched(zipSync({ ...parts, [part]: [packed, { level: 0 }] }), (bytes, local, entry) => {
      bytes.writeUInt16LE(8, local + 8);
      bytes.writeUInt16LE(8, entry + 10);
      bytes.writeUInt32LE(said, local + 22);
      bytes.writeUInt32LE(said, entry + 24);
    });
  };

  const bombs: readonly (readonly [string, () => Uint8Array, string])[] = [
    ['that says how large it is', () => bomb(300), 'MiB; at most 256'],
    ['below the limit, whose ratio gives it away', () => bomb(200), '100 times'],
    ['that lies about its size', () => bomb(300, 10_000), 'more than it says of itself'],
    [
      'of many parts',
      () => {
        const some = new Uint8Array(1_000_000);
        return zipSync({
          ...parts,
          ...Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`xl/x${at}.xml`, some])),
        });
      },
      'MiB; at most 256',
    ],
    [
      'that asks for ZIP64',
      () => patched(zipSync(parts), (bytes, _, entry) => bytes.writeUInt32LE(0xffffffff, entry + 24)),
      'ZIP64',
    ],
    [
      'whose part lies outside',
      () => patched(zipSync(parts), (bytes, _, entry) => bytes.writeUInt32LE(0x7fffffff, entry + 42)),
      'damaged',
    ],
  ];

  test.each(bombs)('%s is refused within a second and 100 MB', async (name, make, reason) => {
    const file = join(folder, `${name.replaceAll(' ', '-')}.xlsx`);
    writeFileSync(file, make());
    const loader = join(import.meta.dirname, '../../kernel/typescript.js');
    const program = join(import.meta.dirname, 'testing/measure.ts');
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', loader, program, file]);
    const { message, milliseconds, growthMegabytes } = JSON.parse(stdout);
    expect(message).toContain(reason);
    expect(milliseconds).toBeLessThan(1_000);
    expect(growthMegabytes).toBeLessThan(100);
  });
});
