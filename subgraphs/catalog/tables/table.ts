/*
 * What a table is to its readers, whatever file it came in: a header and rows of text, each with the place where it
 * stands, so that a person finds it again. Decided here: a file is refused as a whole only when no row could be right;
 * all else is a fault of one row, which is handed on with it and never dropped.
 */
import { Refusal } from '../../kernel/errors.ts';

export interface TableSource {
  /** As the person named the file; its ending decides where the content leaves a choice. */
  readonly name: string;
  /** Is read several times: each iteration begins anew, so a generator object does not do. */
  readonly bytes: AsyncIterable<Uint8Array> | Buffer;
  /** In bytes. */
  readonly size: number;
}

/** What the person says against what was found. */
export interface TableOptions {
  readonly encoding?: TableEncoding | undefined;
  readonly delimiter?: Delimiter | undefined;
  /** Of a workbook; the first when absent. */
  readonly sheet?: string | undefined;
  /** The line, or the row of the sheet, on which the header begins; the first is 1. Not for JSON. */
  readonly headerLine?: number | undefined;
}

export const tableEncodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type TableEncoding = (typeof tableEncodings)[number];
export const delimiters = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof delimiters)[number];
export const tableFormats = ['csv', 'tsv', 'json', 'ndjson', 'xlsx'] as const;
export type TableFormat = (typeof tableFormats)[number];

export interface OpenedTable {
  readonly format: TableFormat;
  readonly encoding: TableEncoding;
  /** assumed: nothing in the file says it, so a person should look at some cells before it is believed. */
  readonly encodingConfidence: 'certain' | 'assumed';
  /** null for what has no delimiter. */
  readonly delimiter: Delimiter | null;
  /** Names of the sheets of a workbook; empty for all else. */
  readonly sheets: readonly string[];
  /** Of a workbook, the one that is read. */
  readonly sheet: string | null;
  /** Line of the file, or row of the sheet, on which the header begins; of JSON 1. */
  readonly headerLine: number;
  /** The names as they stand in the file, trimmed; '' where a column has none. */
  readonly header: readonly string[];
  /**
   * All rows in order, in batches of at most 1,000, in bounded memory; blank rows are passed over. Each call reads anew.
   * @throws Refusal IMPORT_UNREADABLE where what comes can no longer be read at all.
   */
  rows(): AsyncIterable<TableRow[]>;
}

export const tableFaultCodes = [
  'QUOTES',
  'TOO_MANY_CELLS',
  'CELL_TOO_LONG',
  'CONTROL_CHARACTER',
  'REPEATED_HEADER',
  'NOT_JSON',
  'NESTED_VALUE',
  'FAILED_FORMULA',
] as const;
export type TableFaultCode = (typeof tableFaultCodes)[number];

export interface TableRow {
  /**
   * Where it begins, unique within the file and ascending: the line of CSV, TSV and NDJSON, the row of the sheet, of JSON
   * the place in the list. The first is 1.
   */
  readonly line: number;
  /** As many as the header has, without NUL and lone surrogates, untrimmed; '' where the row is shorter. */
  readonly cells: readonly string[];
  /** Why the row cannot be taken; its cells then are for quoting only. */
  readonly fault?: TableFault;
}

export interface TableFault {
  readonly code: TableFaultCode;
  readonly message: string;
}

/** A file of more bytes is refused. */
export const TABLE_BYTES_LIMIT = 256 * 1024 * 1024;
export const TABLE_COLUMNS_LIMIT = 1_000;
/** Characters of one cell: as many as a cell of Excel holds. */
export const CELL_CHARACTERS_LIMIT = 32_767;
/** Characters of one row, quotes and delimiters included. */
export const ROW_CHARACTERS_LIMIT = 256 * 1024;
export const BATCH_ROWS = 1_000;

/** @param message says what is wrong, where, and what to do. */
export function unreadable(message: string): Refusal {
  return new Refusal('IMPORT_UNREADABLE', message);
}

const FORBIDDEN = /[\0\p{Cs}]/u;

/** Makes a row of cells as they were read: as many as the header has, safe to be stored, with the fault that they show. */
export function toRow(line: number, cells: readonly string[], width: number, fault?: TableFault): TableRow {
  const found = fault ?? faultOf(cells, width);
  if (!found) {
    if (cells.length === width) return { line, cells };
    return { line, cells: Array.from({ length: width }, (_, place) => cells[place] ?? '') };
  }
  return { line, cells: Array.from({ length: width }, (_, place) => quotable(cells[place] ?? '')), fault: found };
}

const QUOTED_CHARACTERS = 200;

function quotable(cell: string): string {
  return cell.slice(0, QUOTED_CHARACTERS).toWellFormed().replaceAll('\0', '\u{FFFD}');
}

function faultOf(cells: readonly string[], width: number): TableFault | undefined {
  for (let place = 0; place < cells.length; place++) {
    const cell = cells[place] ?? '';
    if (place >= width && cell.trim() !== '') {
      const message = `There are ${cells.length} cells, and the header has ${width}: a cell with a delimiter in it needs quotes.`;
      return { code: 'TOO_MANY_CELLS', message };
    }
    if (cell.length > CELL_CHARACTERS_LIMIT) {
      const message = `Cell ${place + 1} has ${cell.length} characters, and at most ${CELL_CHARACTERS_LIMIT} are taken.`;
      return { code: 'CELL_TOO_LONG', message };
    }
    if (FORBIDDEN.test(cell)) {
      return {
        code: 'CONTROL_CHARACTER',
        message: `Cell ${place + 1} holds a character that is no text (NUL, or half of a pair).`,
      };
    }
  }
  return undefined;
}

/** Whether the row repeats the header, as files do that were put together of several. */
export function repeatsHeader(cells: readonly string[], header: readonly string[]): boolean {
  return cells.length >= header.length && header.every((name, place) => name === cells[place]?.trim());
}

export const REPEATED_HEADER: TableFault = {
  code: 'REPEATED_HEADER',
  message: 'The line repeats the header: the file seems to be put together of several.',
};

export function isBlank(cells: readonly string[]): boolean {
  return cells.every((cell) => cell.trim() === '');
}

const HEADER_CHARACTERS_LIMIT = 200;

/**
 * Checks what was taken as the header.
 * @returns its names, trimmed, without nameless columns at its end.
 * @throws Refusal IMPORT_UNREADABLE
 */
export function toHeader(cells: readonly string[], line: number): string[] {
  const names = cells.map((cell) => cell.trim().replace(/\s+/g, ' '));
  while (names.at(-1) === '') names.pop();
  if (names.length > TABLE_COLUMNS_LIMIT) {
    throw unreadable(
      `Line ${line} was taken as the header and has ${names.length} columns; at most ${TABLE_COLUMNS_LIMIT} are read.`,
    );
  }
  const strange = names.findIndex((name) => name.length > HEADER_CHARACTERS_LIMIT || FORBIDDEN.test(name));
  if (strange !== -1) {
    throw unreadable(
      `Line ${line} was taken as the header, and its cell ${strange + 1} is no name of a column: it is too long or no text.`,
    );
  }
  const filled = names.filter((name) => name !== '');
  if (filled.length > 0 && filled.every((name) => /^[-+]?[\d.,]+%?$/.test(name))) {
    throw unreadable(
      `Line ${line} was taken as the header and holds only numbers: the first line must name the columns.`,
    );
  }
  return names;
}

/** How far down a header is looked for, behind titles, notes and blank lines. */
export const HEADER_WITHIN_ROWS = 50;

/**
 * The place of the row that is most likely the header: the first one that is more than half as full as the fullest, since
 * titles and notes above a table fill a cell or two. undefined where all rows are blank.
 */
export function findHeader(rows: readonly (readonly string[])[]): number | undefined {
  const filled = rows.map((cells) => cells.filter((cell) => cell.trim() !== '').length);
  const fullest = Math.max(0, ...filled);
  const place = filled.findIndex((count) => count * 2 > fullest);
  return place === -1 ? undefined : place;
}
