/*
 * A table that came as text with a mutation: read as every table is (tables/read-table.ts), whole and in memory, with its
 * cells by the names of the columns that are wanted. It knows nothing of what they mean.
 */
import { Refusal } from '../../kernel/errors.ts';
import { openTable, type TableFault } from '../tables/read-table.ts';

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
  readonly fault?: TableFault;
}

export interface Table {
  /** Field -> the header as it is written in the file. */
  readonly headers: Readonly<Record<string, string>>;
  readonly lines: readonly TableLine[];
}

/** More rows than this have to be split into several files. */
export const TABLE_ROWS_LIMIT = 20_000;

/**
 * Reads a table. Blank lines are passed over.
 * @throws Refusal IMPORT_UNREADABLE with a sentence that says what to do.
 */
export async function readTable(content: string, columns: TableColumns): Promise<Table> {
  refuseWrongEncoding(content);
  const bytes = Buffer.from(content);
  const opened = await openTable({ name: 'table.csv', bytes, size: bytes.length }, { encoding: 'utf-8' });
  const { places, written } = readHeader(opened.header, opened.headerLine, columns);
  const lines: TableLine[] = [];
  for await (const batch of opened.rows()) {
    for (const { line, cells, fault } of batch) {
      const wanted = Object.entries(places).map(([field, place]) => [field, cells[place] ?? ''] as const);
      lines.push({ line, cells: Object.fromEntries(wanted), ...(fault && { fault }) });
    }
    if (lines.length > TABLE_ROWS_LIMIT) {
      throw unreadable(`The file has more than ${TABLE_ROWS_LIMIT} rows: split it into several files.`);
    }
  }
  return { headers: written, lines };
}

interface Header {
  /** Field -> place of its column. */
  readonly places: Readonly<Record<string, number>>;
  readonly written: Readonly<Record<string, string>>;
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
  return { places, written };
}

/** How a header is compared: case, blanks and punctuation do not count. "NTEE_CD", "Ntee cd" -> "ntee_cd". */
export function headerName(cell: string): string {
  return cell
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
}

/** UTF-16 that was read as something else shows as a NUL in every second place. */
function refuseWrongEncoding(text: string): void {
  const sample = text.slice(0, 4_096);
  const zeros = sample.split('\0').length - 1;
  if (zeros > 0 && zeros * 4 >= sample.length) {
    throw unreadable('The file is encoded as UTF-16, or is no text: save it as "CSV UTF-8" and try again.');
  }
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
