/*
 * Workbooks (XLSX) as rows. Behind the guard of the archive a thread reads one sheet; what a person would see there is
 * what comes: the values of formulas, days as days. Merged cells are refused, because of several cells one has the value
 * and nobody can tell whether the others mean the same or nothing.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { slices } from './encoding.ts';
import {
  findHeader,
  HEADER_WITHIN_ROWS,
  isBlank,
  type OpenedTable,
  REPEATED_HEADER,
  repeatsHeader,
  type TableFault,
  type TableOptions,
  type TableRow,
  type TableSource,
  toHeader,
  toRow,
  unreadable,
} from './table.ts';
import type { WorkbookAnswer, WorkbookTask } from './workbook-worker.ts';
import { type GuardedArchive, guardArchive, WORKBOOK_BYTES_LIMIT } from './zip-guard.ts';

const SHEETS_LIMIT = 200;
const BATCH_WITHIN_MILLISECONDS = 30_000;
const MEMORY = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 32 };
const FAILED_FORMULA = /^#(REF!|N\/A|VALUE!|DIV\/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)$/;

type SheetRow = readonly [number, string[]];

/** @throws Refusal IMPORT_UNREADABLE */
export async function openWorkbook(source: TableSource, options: TableOptions): Promise<OpenedTable> {
  const bytes = await wholeOf(source);
  const archive = await guardArchive(bytes, isDescription, ['<!DOCTYPE', '<!ENTITY', '<mergeCell ', ':mergeCell ']);
  const sheets = sheetsOf(archive);
  const sheet = options.sheet === undefined ? sheets[0] : sheets.find(({ name }) => name === options.sheet);
  if (!sheet) {
    throw unreadable(
      `The workbook has no sheet of that name; it has ${sheets.map(({ name }) => `"${name}"`).join(', ')}.`,
    );
  }
  refuseMerged(archive, sheet);
  const sample: SheetRow[] = [];
  for await (const rows of sheetRows(bytes, sheet.name)) {
    sample.push(...rows);
    if (sample.length >= HEADER_WITHIN_ROWS && sample.some(([line]) => line > (options.headerLine ?? 0))) break;
  }
  const [headerLine, headerCells] = headerAmong(sample, options.headerLine, sheet.name, sheets);
  const header = toHeader(headerCells, headerLine);
  return {
    format: 'xlsx',
    encoding: 'utf-8',
    encodingConfidence: 'certain',
    delimiter: null,
    sheets: sheets.map(({ name }) => name),
    sheet: sheet.name,
    headerLine,
    header,
    async *rows() {
      let last = headerLine;
      for await (const batch of sheetRows(bytes, sheet.name)) {
        const behind = batch.filter(([line, cells]) => line > headerLine && !isBlank(cells));
        for (const [line] of behind) {
          if (line <= last)
            throw unreadable(`Row ${line} of the sheet "${sheet.name}" comes twice: save the workbook anew.`);
          last = line;
        }
        if (behind.length > 0) yield behind.map(([line, cells]) => tableRow(line, cells, header));
      }
      if (last === headerLine) throw unreadable(`Row ${headerLine} is the header, and there are no rows behind it.`);
    },
  };
}

function tableRow(line: number, cells: readonly string[], header: readonly string[]): TableRow {
  if (repeatsHeader(cells, header)) return toRow(line, cells, header.length, REPEATED_HEADER);
  return toRow(line, cells, header.length, failedFormula(cells));
}

function failedFormula(cells: readonly string[]): TableFault | undefined {
  const place = cells.findIndex((cell) => FAILED_FORMULA.test(cell));
  if (place === -1) return undefined;
  return { code: 'FAILED_FORMULA', message: `Cell ${place + 1} is a formula that failed (${cells[place]}).` };
}

async function wholeOf({ bytes, size }: TableSource): Promise<Buffer> {
  if (Buffer.isBuffer(bytes)) return bytes;
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const slice of slices(bytes)) {
    length += slice.length;
    // The guard says so with a sentence; what comes behind need not be held for that.
    if (length > WORKBOOK_BYTES_LIMIT) return Buffer.alloc(WORKBOOK_BYTES_LIMIT + 1);
    pieces.push(slice);
  }
  if (length < size) throw new Error(`${size - length} bytes of a table are missing: it cannot be read twice`);
  return Buffer.concat(pieces);
}

interface Sheet {
  readonly name: string;
  /** Name of its part of the archive. */
  readonly part: string;
}

function isDescription(name: string): boolean {
  return name === 'xl/workbook.xml' || name === 'xl/_rels/workbook.xml.rels';
}

function sheetsOf({ kept, names, marked }: GuardedArchive): Sheet[] {
  for (const [part, text] of marked) {
    if (text.startsWith('<!')) {
      throw unreadable(`The workbook's "${part.slice(0, 60)}" declares entities, which no program for sheets writes.`);
    }
  }
  const workbook = kept.get('xl/workbook.xml');
  const relations = kept.get('xl/_rels/workbook.xml.rels');
  if (workbook === undefined || relations === undefined) {
    if (names.includes('content.xml')) throw unreadable('The file is an OpenDocument: save the sheet as XLSX or CSV.');
    if (names.some((name) => name.endsWith('.bin')))
      throw unreadable('The file is a binary workbook (.xlsb): save it as XLSX.');
    throw unreadable('The file is an archive (ZIP) and no workbook: unpack it and upload the table itself.');
  }
  const targets = new Map<string, string>();
  for (const { Id: id = '', Target: target = '' } of attributesOf(relations, 'Relationship')) {
    targets.set(id, target.startsWith('/') ? target.slice(1) : `xl/${target}`);
  }
  const sheets = attributesOf(workbook, 'sheet').map((attrs) => {
    const relation = Object.entries(attrs).find(([name]) => name.endsWith(':id'))?.[1];
    return { name: attrs.name ?? '', part: targets.get(relation ?? '') ?? '' };
  });
  if (sheets.length > SHEETS_LIMIT) {
    throw unreadable(
      `The workbook has ${sheets.length} sheets; at most ${SHEETS_LIMIT} are read: save the one as CSV.`,
    );
  }
  const found = sheets.filter(({ name, part }) => name !== '' && names.includes(part));
  if (found.length === 0) throw unreadable('The workbook has no sheet: save it anew and upload it again.');
  return found;
}

/** The attributes of all elements of this name. What would make this more than a search (entities, DTDs) was refused before. */
function attributesOf(xml: string, name: string): Record<string, string>[] {
  const elements = xml.replace(/<!--[\s\S]*?-->/g, '').matchAll(new RegExp(`<(?:\\w+:)?${name}\\s([^<>]*)>`, 'g'));
  return [...elements].map(([, text = '']) =>
    Object.fromEntries(
      [...text.matchAll(/([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(([, key = '', double, single]) => [
        key,
        unescaped(double ?? single ?? ''),
      ]),
    ),
  );
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(\w+));/g, (whole, decimal, hexadecimal, name) => {
    if (name) return ENTITIES[name] ?? whole;
    const point = decimal ? Number(decimal) : Number.parseInt(hexadecimal, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point).toWellFormed() : whole;
  });
}

function refuseMerged({ marked }: GuardedArchive, { name, part }: Sheet): void {
  const mark = marked.get(part);
  if (!mark) return;
  const range = /ref="([A-Z0-9:]+)"/.exec(mark)?.[1];
  throw unreadable(
    `The sheet "${name}" has merged cells${range ? ` (${range})` : ''}: split them, so that each row has its own.`,
  );
}

function headerAmong(
  sample: readonly SheetRow[],
  wanted: number | undefined,
  name: string,
  sheets: readonly Sheet[],
): SheetRow {
  if (wanted !== undefined) {
    const row = sample.find(([line]) => line === wanted);
    if (row) return row;
    throw unreadable(`Row ${wanted} of the sheet "${name}" is blank or missing: the header cannot be there.`);
  }
  const candidates = sample.slice(0, HEADER_WITHIN_ROWS);
  const row = candidates[findHeader(candidates.map(([, cells]) => cells)) ?? -1];
  if (row) return row;
  const others = sheets.filter((sheet) => sheet.name !== name).map((sheet) => `"${sheet.name}"`);
  throw unreadable(`The sheet "${name}" is empty${others.length > 0 ? `; the others are ${others.join(', ')}` : ''}.`);
}

/** The rows that hold something, from a thread that ends with the iteration. */
async function* sheetRows(bytes: Buffer, sheet: string): AsyncGenerator<SheetRow[]> {
  const task: WorkbookTask = { bytes: new Uint8Array(bytes), sheet };
  const worker = new Worker(new URL('./workbook-worker.ts', import.meta.url), {
    workerData: task,
    transferList: [task.bytes.buffer as ArrayBuffer],
    resourceLimits: MEMORY,
    execArgv: [],
    env: {},
  });
  try {
    for (;;) {
      worker.postMessage('next');
      const answer = await answerOf(worker);
      if ('failure' in answer)
        throw unreadable(`The sheet "${sheet}" cannot be read: ${answer.failure.slice(0, 200)}.`);
      if ('end' in answer) return;
      yield [...answer.rows];
    }
  } finally {
    await worker.terminate();
  }
}

async function answerOf(worker: Worker): Promise<WorkbookAnswer> {
  try {
    const [answer] = await once(worker, 'message', { signal: AbortSignal.timeout(BATCH_WITHIN_MILLISECONDS) });
    return answer as WorkbookAnswer;
  } catch (error) {
    const { name, code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_WORKER_OUT_OF_MEMORY')
      throw unreadable('The workbook takes too much memory: save the sheet as CSV.');
    if (name === 'AbortError') throw unreadable('The workbook takes too long to read: save the sheet as CSV.');
    throw error;
  }
}
