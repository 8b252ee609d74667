/*
 * Any file that may hold a table, opened: what it is, is found in its first bytes, the ending of its name decides only
 * between readings that its content allows. What leaves here is a header and rows, or a refusal with a sentence.
 */
import { openDelimited } from './delimited.ts';
import { findEncoding, headOf, tooLarge } from './encoding.ts';
import { jsonFormatOf, openJson } from './json-rows.ts';
import { type OpenedTable, TABLE_BYTES_LIMIT, type TableOptions, type TableSource, unreadable } from './table.ts';
import { openWorkbook } from './workbook.ts';

export type { OpenedTable, TableFault, TableFaultCode, TableOptions, TableRow, TableSource } from './table.ts';

/** PK and the mark of a part, or of the end of an empty archive. */
const ARCHIVE_STARTS = ['504b0304', '504b0506'];

/** @throws Refusal IMPORT_UNREADABLE with a sentence that says what is wrong, where, and what to do. */
export async function openTable(source: TableSource, options: TableOptions = {}): Promise<OpenedTable> {
  if (source.size > TABLE_BYTES_LIMIT) throw tooLarge();
  const head = await headOf(source);
  if (head.length === 0) throw unreadable('The file is empty.');
  if (ARCHIVE_STARTS.includes(head.toString('hex', 0, 4))) return openWorkbook(source, options);
  const found = options.encoding
    ? { encoding: options.encoding, confidence: 'certain' as const }
    : await findEncoding(source);
  const text = new TextDecoder(found.encoding).decode(head);
  const json = jsonFormatOf(source.name, text);
  if (json && options.delimiter === undefined) return openJson(source, found, json);
  return openDelimited(source, found, options);
}
