/*
 * Reads one sheet of a workbook in a thread of its own, which may be stopped and has a limit to its memory: what hostile
 * files make a reader do does not happen to the server. Node runs this file without our loader, so it and what it imports
 * have no decorators. It hands on a batch each time it is asked, so that nothing piles up.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { streamXlsxRows } from 'hucre/xlsx';

/** What the thread is given. */
export interface WorkbookTask {
  readonly bytes: Uint8Array;
  readonly sheet: string;
}

/** What it answers to each message: rows with their number on the sheet, that there are no more, or what went wrong. */
export type WorkbookAnswer =
  | { readonly rows: readonly (readonly [number, string[]])[] }
  | { readonly end: true }
  | { readonly failure: string };

const BATCH_ROWS = 500;

async function serve(port: MessagePort, { bytes, sheet }: WorkbookTask): Promise<void> {
  const batches = readBatches(bytes, sheet);
  port.on('message', () => {
    batches.next().then(
      ({ value, done }) => port.postMessage((done ? { end: true } : { rows: value }) satisfies WorkbookAnswer),
      (error: Error) => port.postMessage({ failure: error.message } satisfies WorkbookAnswer),
    );
  });
}

async function* readBatches(bytes: Uint8Array, sheet: string): AsyncGenerator<[number, string[]][]> {
  let batch: [number, string[]][] = [];
  for await (const { index, values } of streamXlsxRows(bytes, { sheet })) {
    const cells = values.map(textOfValue);
    // Sheets often have a million rows that were formatted and hold nothing.
    if (cells.every((cell) => cell === '')) continue;
    batch.push([index + 1, cells]);
    if (batch.length < BATCH_ROWS) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** As a person reads it: numbers in full and without the noise of doubles, days and instants as ISO 8601 writes them. */
function textOfValue(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return textOfNumber(value);
  if (value instanceof Date) return textOfDate(value);
  return String(value);
}

/** Excel keeps 15 digits. */
const DIGITS = 15;

function textOfNumber(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  const rounded = Number(value.toPrecision(DIGITS));
  const text = String(rounded);
  if (!text.includes('e')) return text;
  if (Number.isInteger(rounded)) return BigInt(rounded).toString();
  return rounded.toFixed(20).replace(/0+$/, '');
}

/** The days before a workbook's calendar begins are times of day without one. */
const FIRST_DAY = Date.UTC(1900, 0, 1);

function textOfDate(date: Date): string {
  if (Number.isNaN(date.getTime())) return '';
  const text = date.toISOString();
  const time = text.slice(11, 19);
  if (date.getTime() < FIRST_DAY) return time;
  return time === '00:00:00' ? text.slice(0, 10) : text.slice(0, 19);
}

if (parentPort) await serve(parentPort, workerData as WorkbookTask);
