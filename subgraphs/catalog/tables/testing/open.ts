/* Opens tables for tests and reads them whole: from a buffer, or in pieces of any size, as storage hands them out. */
import { Refusal } from '../../../kernel/errors.ts';
import { type OpenedTable, openTable, type TableOptions, type TableRow } from '../read-table.ts';

export interface WholeTable {
  readonly table: OpenedTable;
  readonly rows: readonly TableRow[];
}

export async function readWhole(
  name: string,
  content: string | Uint8Array,
  options: TableOptions = {},
  pieceBytes?: number,
): Promise<WholeTable> {
  const bytes = Buffer.from(content as string);
  const table = await openTable(
    { name, size: bytes.length, bytes: pieceBytes ? piecesOf(bytes, pieceBytes) : bytes },
    options,
  );
  const rows: TableRow[] = [];
  for await (const batch of table.rows()) rows.push(...batch);
  return { table, rows };
}

/** The sentence with which a file is refused. @throws when it is read, or with what is no such refusal. */
export async function refusalOf(
  name: string,
  content: string | Uint8Array,
  options: TableOptions = {},
  pieceBytes?: number,
): Promise<string> {
  try {
    await readWhole(name, content, options, pieceBytes);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'IMPORT_UNREADABLE') return error.message;
    throw error;
  }
  throw new Error('the table was read');
}

function piecesOf(bytes: Buffer, size: number): AsyncIterable<Uint8Array> {
  return {
    async *[Symbol.asyncIterator]() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    },
  };
}
