import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openTable } from './read-table.ts';
import { readWhole, refusalOf } from './testing/open.ts';

const folder = join(import.meta.dirname, '../fixtures/messy');
const read = (name: string) => readFileSync(join(folder, name));

interface Outcome {
  readonly rows: number;
  readonly columns: number;
  readonly first: readonly string[];
  readonly encoding?: string;
  readonly delimiter?: string;
  readonly headerLine?: number;
  /** [line, code] of each. */
  readonly faults?: readonly (readonly [number, string])[];
}

const read3 = { columns: 3, first: ['1', '2', '3'] };

/** What every file ends in. */
const outcomes: Readonly<Record<string, Outcome | string>> = {
  'Datagov_FY10_EDU_recp_by_State.csv': {
    rows: 55,
    columns: 9,
    headerLine: 3,
    first: ['ALABAMA', 'AL', '7738'],
  },
  'FY09_EDU_Recipients_by_State.csv': { rows: 52, columns: 9, first: ['ALABAMA', 'AL', '01', '6,718'] },
  'bad.csv': { rows: 3, columns: 3, first: ['1', '27', ''], faults: [[2, 'TOO_MANY_CELLS']] },
  'bad_skip_lines.csv': {
    rows: 3,
    columns: 3,
    headerLine: 4,
    first: ['1', '27', ''],
    faults: [[5, 'TOO_MANY_CELLS']],
  },
  'blanks.csv': { rows: 1, columns: 6, first: ['', 'NA', 'N/A', 'NONE', 'NULL', '.'] },
  'charities_bom_crlf_dups.csv': { rows: 10, columns: 6, first: ['050509160'] },
  'dummy_col_shuffled_ragged.csv': { rows: 1, columns: 4, first: ['2', '3', '1', '4'] },
  'empty.csv': 'The file is empty.',
  'ilgeo2010_excerpt.csv': { rows: 1_000, columns: 101, first: ['PLST', 'IL', '040'] },
  'ks_1033_data.csv': { rows: 1_575, columns: 14, first: ['KS', 'ALLEN', '20001', '1005-00-073-9421'] },
  'mac_newlines.csv': { rows: 2, ...read3 },
  'municipalities_latin1_semicolon_decimal_comma.csv': {
    rows: 5,
    columns: 5,
    encoding: 'windows-1252 assumed',
    delimiter: ';',
    first: ['35013', 'Do\u00F1a Ana County', 'NM', '32,350912'],
  },
  'no_header_row.csv': 'Line 1 was taken as the header and holds only numbers: the first line must name the columns.',
  'null_byte.csv': { rows: 1, columns: 3, first: ['\u{FFFD}', '2', '3'], faults: [[2, 'CONTROL_CHARACTER']] },
  'offers_formula_injection.csv': {
    rows: 6,
    columns: 3,
    first: ['10000085207', '=1+1&FRZN MEAT/MEAT DINNERS', '26'],
  },
  'optional_quote_characters.csv': { rows: 1, ...read3 },
  'retailers_quoted_newlines.csv': {
    rows: 8,
    columns: 8,
    first: ['7-Eleven', '12702', '"1747 EAST OLTORF\nSuite 100", rear'],
  },
  'sniff_limit.csv': { rows: 1, ...read3, delimiter: ';' },
  'test_empty_columns.csv': { rows: 2, columns: 3, first: ['a', '', ''] },
  'test_empty_columns_long_row.csv': 'Line 1 is the header, and there are no rows behind it.',
  'test_empty_columns_short_row.csv': 'Line 1 is the header, and there are no rows behind it.',
  'test_extra_header.csv': { rows: 1, columns: 4, first: ['1', '2', '3', ''] },
  'test_geo.csv': { rows: 17, columns: 12, first: ['dcl', 'Downtown Coffee Lounge', ''] },
  'test_header_newline.csv': { rows: 1, columns: 3, first: ['d', 'e', 'f'] },
  'test_latin1.csv': { rows: 2, ...read3, encoding: 'windows-1252 assumed' },
  'test_literal_order.csv': { rows: 3, columns: 2, first: ['192', '1'] },
  'test_locale.csv': { rows: 1, columns: 3, first: ['1,7', '200.000.000', ''] },
  'test_utf16_big.csv': { rows: 2, ...read3, encoding: 'utf-16be certain' },
  'test_utf16_little.csv': { rows: 2, ...read3, encoding: 'utf-16le certain' },
  'test_utf8.csv': { rows: 2, ...read3 },
  'test_utf8_bom.csv': { rows: 2, ...read3 },
  'whole/charities_bom_crlf_dups.csv': { rows: 215, columns: 6, first: ['050509160'] },
  'whole/municipalities_latin1_semicolon_decimal_comma.csv': {
    rows: 77,
    columns: 5,
    encoding: 'windows-1252 assumed',
    delimiter: ';',
    first: ['35013', 'Do\u00F1a Ana County', 'NM', '32,350912', '-106,832182'],
  },
  'whole/retailers_quoted_newlines.csv': {
    rows: 120,
    columns: 8,
    first: ['7-Eleven', '12702', '"1747 EAST OLTORF\nSuite 100", rear', 'Austin', 'TX', '78741-3816'],
  },
};

test('says of each file of the folder what it ends in', () => {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  expect(names.filter((name) => statSync(join(folder, name)).isFile()).sort()).toEqual(Object.keys(outcomes).sort());
});

describe.each([undefined, 1, 1_000])('read in pieces of %s bytes', (pieceBytes) => {
  // Byte by byte the large ones would take their time and tell nothing new.
  const names = Object.keys(outcomes).filter((name) => pieceBytes !== 1 || read(name).length < 20_000);

  test.each(names)('%s ends in its rows or in a sentence', async (name) => {
    const outcome = outcomes[name] as Outcome | string;
    if (typeof outcome === 'string') {
      expect(await refusalOf(name, read(name), {}, pieceBytes)).toBe(outcome);
      return;
    }
    const { table, rows } = await readWhole(name, read(name), {}, pieceBytes);
    expect({
      rows: rows.length,
      columns: table.header.length,
      first: rows[0]?.cells.slice(0, outcome.first.length),
      encoding: `${table.encoding} ${table.encodingConfidence}`,
      delimiter: table.delimiter,
      headerLine: table.headerLine,
      faults: rows.flatMap(({ line, fault }) => (fault ? [[line, fault.code]] : [])),
    }).toEqual({ encoding: 'utf-8 certain', delimiter: ',', headerLine: 1, faults: [], ...outcome });
  });
});

test('nothing of the text of a file is lost: every cell that is not blank comes out, and comes once', async () => {
  for (const [name, outcome] of Object.entries(outcomes)) {
    if (typeof outcome === 'string' || outcome.faults) continue;
    const { table, rows } = await readWhole(name, read(name));
    const decoded = new TextDecoder(table.encoding).decode(read(name)).replace(/\r\n?/g, '\n');
    const letters = (text: string) => text.replace(/[\s",;]/g, '').length;
    const titles = decoded
      .split('\n')
      .slice(0, table.headerLine - 1)
      .join('\n');
    const out = [...table.header, ...rows.flatMap(({ cells }) => cells)].join('');
    expect([name, letters(out)]).toEqual([name, letters(decoded) - letters(titles)]);
  }
});

test('a batch is never longer than 1,000 rows', async () => {
  const bytes = read('ks_1033_data.csv');
  const table = await openTable({ name: 'ks.csv', bytes, size: bytes.length });
  const lengths: number[] = [];
  for await (const batch of table.rows()) lengths.push(batch.length);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(1_000);
  expect(Math.min(...lengths)).toBeGreaterThan(0);
});
