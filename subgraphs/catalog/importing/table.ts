/*
 * From the text of a table to lines with named cells: separator, header, quotes, line breaks. It knows what columns a
 * reader wants and nothing of what they mean. Decided here: a file is unreadable as a whole only when no row could be
 * right (no header, wrong encoding, a wanted column missing); all else is a fault of one line.
 */
import papaparse from 'papaparse';
import { Refusal } from '../../kernel/errors.ts';

/** Field -> the header names it goes by, already in the form of `headerName`, the one to recommend first. */
export interface TableColumn {
  readonly names: readonly [string, ...string[]];
  readonly required: boolean;
}
export type TableColumns = Readonly<Record<string, TableColumn>>;

export interface TableLine {
  /** Line of the file on which the row begins; the first is 1. */
  readonly line: number;
  /** Field -> the cell as it stands in the file; '' where the column or the cell is missing. */
  readonly cells: Readonly<Record<string, string>>;
  /** Why the line cannot be a row at all. */
  readonly fault?: { readonly code: 'QUOTES' | 'TOO_MANY_CELLS'; readonly message: string };
}

export interface Table {
  /** Field -> the header as it is written in the file. */
  readonly headers: Readonly<Record<string, string>>;
  readonly lines: readonly TableLine[];
}

/** More rows than this have to be split into several files. */
export const TABLE_ROWS_LIMIT = 20_000;

const SEPARATORS = [',', ';', '\t', '|'] as const;
/** A header is looked for in this many lines: blank ones may come before it. */
const HEADER_WITHIN_LINES = 50;

/**
 * Reads a table. Blank lines are passed over.
 * @throws Refusal IMPORT_UNREADABLE with a sentence that says what to do.
 */
export function readTable(content: string, columns: TableColumns): Table {
  const text = content.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  refuseWrongEncoding(text);
  if (text.trim() === '') throw unreadable('The file is empty.');
  const separator = findSeparator(text, columns);
  const parsed = parse(text, separator);
  const quotes = new Map(
    parsed.errors.filter((error) => error.type === 'Quotes').map((error) => [error.row, error.message]),
  );

  let line = 1;
  let header: Header | undefined;
  const lines: TableLine[] = [];
  for (const [index, row] of parsed.data.entries()) {
    const begins = line;
    line += 1 + row.reduce((breaks, cell) => breaks + countBreaks(cell), 0);
    if (row.every((cell) => cell.trim() === '')) continue;
    if (!header) {
      header = readHeader(row, begins, columns);
      continue;
    }
    if (lines.length === TABLE_ROWS_LIMIT) {
      throw unreadable(`The file has more than ${TABLE_ROWS_LIMIT} rows: split it into several files.`);
    }
    lines.push(toLine(row, begins, header, quotes.get(index)));
  }
  if (!header || lines.length === 0) throw unreadable('The file has a header but no rows.');
  return { headers: header.written, lines };
}

interface Header {
  /** Field -> place of its column. */
  readonly places: Readonly<Record<string, number>>;
  readonly written: Readonly<Record<string, string>>;
  readonly width: number;
}

function readHeader(row: readonly string[], line: number, columns: TableColumns): Header {
  const places: Record<string, number> = {};
  const written: Record<string, string> = {};
  for (const [field, column] of Object.entries(columns)) {
    const found = row.flatMap((cell, place) => (column.names.includes(headerName(cell)) ? [place] : []));
    const [place, second] = found;
    if (place === undefined) continue;
    if (second !== undefined) {
      throw unreadable(
        `Columns ${place + 1} and ${second + 1} of line ${line} both mean ${column.names[0]}: keep one.`,
      );
    }
    places[field] = place;
    written[field] = printable(row[place] ?? '');
  }
  const missing = Object.entries(columns)
    .filter(([field, { required }]) => required && places[field] === undefined)
    .map(([, { names }]) => names[0]);
  if (missing.length > 0) {
    const found = row.slice(0, 8).map((cell) => `"${printable(cell).slice(0, 24)}"`);
    const more = row.length > 8 ? ` and ${row.length - 8} more` : '';
    throw unreadable(
      `Line ${line} was taken as the header, and it lacks ${missing.join(', ')}; it has ${found.join(', ')}${more}.`,
    );
  }
  return { places, written, width: row.length };
}

function toLine(row: readonly string[], line: number, header: Header, quoteFault: string | undefined): TableLine {
  const cells: Record<string, string> = {};
  for (const [field, place] of Object.entries(header.places)) cells[field] = row[place] ?? '';
  if (quoteFault) {
    return { line, cells, fault: { code: 'QUOTES', message: `Quotes do not match: ${quoteFault.toLowerCase()}.` } };
  }
  if (row.slice(header.width).some((cell) => cell.trim() !== '')) {
    const message = `The line has ${row.length} cells, the header ${header.width}: a cell with a separator in it needs quotes.`;
    return { line, cells, fault: { code: 'TOO_MANY_CELLS', message } };
  }
  return { line, cells };
}

/** How a header is compared: case, blanks and punctuation do not count. "NTEE_CD", "Ntee cd" -> "ntee_cd". */
export function headerName(cell: string): string {
  return cell
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
}

/** The separator under which the header names the most of the wanted columns; a comma where none does. */
function findSeparator(text: string, columns: TableColumns): string {
  const wanted = new Set(Object.values(columns).flatMap(({ names }) => names));
  let best = { separator: ',' as string, known: 0 };
  for (const separator of SEPARATORS) {
    const header = parse(text, separator, HEADER_WITHIN_LINES).data.find((row) =>
      row.some((cell) => cell.trim() !== ''),
    );
    const known = header?.filter((cell) => wanted.has(headerName(cell))).length ?? 0;
    if (known > best.known) best = { separator, known };
  }
  return best.separator;
}

function parse(text: string, delimiter: string, preview = 0) {
  return papaparse.parse<string[]>(text, { delimiter, newline: '\n', preview, header: false, dynamicTyping: false });
}

/** UTF-16 that was read as something else shows as a NUL in every second place. */
function refuseWrongEncoding(text: string): void {
  const sample = text.slice(0, 4_096);
  const zeros = sample.split('\0').length - 1;
  if (zeros > 0 && zeros * 4 >= sample.length) {
    throw unreadable('The file is encoded as UTF-16, or is no text: save it as "CSV UTF-8" and try again.');
  }
}

function countBreaks(cell: string): number {
  let breaks = 0;
  for (let at = cell.indexOf('\n'); at !== -1; at = cell.indexOf('\n', at + 1)) breaks++;
  return breaks;
}

const LONGEST_QUOTATION = 80;

/** A piece of a file in a form that a report can show and a database can hold. */
export function printable(text: string): string {
  const clean = text.toWellFormed().replace(/\p{Cc}/gu, '\u00B7');
  return clean.length > LONGEST_QUOTATION ? `${clean.slice(0, LONGEST_QUOTATION - 1)}…`.toWellFormed() : clean;
}

function unreadable(message: string): Refusal {
  return new Refusal('IMPORT_UNREADABLE', message);
}
