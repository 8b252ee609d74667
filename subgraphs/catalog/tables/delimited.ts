/*
 * CSV and its kin as rows, read as they come: Papa Parse cuts each piece of text into rows, here stands what it leaves
 * open. Quotes that do not match cost one line: the row before is closed, the line is handed on as a fault, and reading
 * goes on with the next, so that one stray quote swallows nothing.
 */
import papaparse, { type ParseError } from 'papaparse';
import { countBreaks, type FoundEncoding, textOf } from './encoding.ts';
import {
  BATCH_ROWS,
  type Delimiter,
  delimiters,
  findHeader,
  HEADER_WITHIN_ROWS,
  isBlank,
  type OpenedTable,
  REPEATED_HEADER,
  ROW_CHARACTERS_LIMIT,
  repeatsHeader,
  type TableOptions,
  type TableRow,
  type TableSource,
  toHeader,
  toRow,
  unreadable,
} from './table.ts';

interface RawRow {
  readonly line: number;
  readonly cells: string[];
  readonly isQuotesFault?: boolean;
}

/** More than a row may have, so that one that is too long is seen. */
const SAMPLE_CHARACTERS = ROW_CHARACTERS_LIMIT + 64 * 1024;
/** Fewer than QUOTES_FAULTS_LIMIT, since under a wrong delimiter quotes hardly ever match. */
const DELIMITER_WITHIN_LINES = 150;
/** Each one costs another look at the text behind it. */
const QUOTES_FAULTS_LIMIT = 200;
/** Text is looked at in windows, so that a fault costs another look at little. */
const WINDOW_CHARACTERS = 16 * 1024;

/** @throws Refusal IMPORT_UNREADABLE */
export async function openDelimited(
  source: TableSource,
  found: FoundEncoding,
  options: TableOptions,
): Promise<OpenedTable> {
  const sample = await sampleOf(source, found);
  if (sample.text.trim() === '') throw unreadable('The file is empty.');
  if (/^\s*<(!doctype|html|\?xml|table)/i.test(sample.text)) {
    throw unreadable('The file is a web page or XML, whatever its name: save the table as CSV or XLSX.');
  }
  const declared = /^sep=([,;\t|])\n/i.exec(sample.text)?.[1] as Delimiter | undefined;
  const delimiter = options.delimiter ?? declared ?? findDelimiter(sample);
  const rows = rowsOfSample(sample, delimiter).filter(({ line }) => !(declared && line === 1));
  const head = headerAmong(rows, options.headerLine, Boolean(sample.isWhole));
  const header = toHeader(head.cells, head.line);
  return {
    format: delimiter === '\t' ? 'tsv' : 'csv',
    encoding: found.encoding,
    encodingConfidence: found.confidence,
    delimiter,
    sheets: [],
    sheet: null,
    headerLine: head.line,
    header,
    async *rows() {
      let count = 0;
      for await (const batch of rawRows(textOf(source, found.encoding), delimiter)) {
        const taken = batch.filter(({ line, cells }) => line > head.line && !isBlank(cells));
        count += taken.length;
        for (let at = 0; at < taken.length; at += BATCH_ROWS) {
          yield taken.slice(at, at + BATCH_ROWS).map((row) => tableRow(row, header));
        }
      }
      if (count === 0) throw unreadable(`Line ${head.line} is the header, and there are no rows behind it.`);
    },
  };
}

function tableRow({ line, cells, isQuotesFault }: RawRow, header: readonly string[]): TableRow {
  if (isQuotesFault) {
    const message = 'Quotes do not match: one that opens a cell needs one that ends it, and those within are doubled.';
    return toRow(line, cells, header.length, { code: 'QUOTES', message });
  }
  if (repeatsHeader(cells, header)) return toRow(line, cells, header.length, REPEATED_HEADER);
  return toRow(line, cells, header.length);
}

interface Sample {
  readonly text: string;
  readonly isWhole: boolean;
}

async function sampleOf(source: TableSource, { encoding }: FoundEncoding): Promise<Sample> {
  let text = '';
  for await (const piece of textOf(source, encoding)) {
    text += piece;
    if (text.length >= SAMPLE_CHARACTERS) return { text, isWhole: false };
  }
  return { text, isWhole: true };
}

function rowsOfSample({ text, isWhole }: Sample, delimiter: Delimiter): RawRow[] {
  const reader = new RowReader(delimiter);
  return isWhole ? [...reader.take(text), ...reader.end()] : reader.take(text);
}

/**
 * The delimiter under which the rows agree best on how many cells they have; where several do, the one that makes the
 * most of them, and a comma where none makes any.
 */
function findDelimiter(sample: Sample): Delimiter {
  let best: { delimiter: Delimiter; agreement: number; width: number } = { delimiter: ',', agreement: 0, width: 1 };
  const end = startOfLine(sample.text, DELIMITER_WITHIN_LINES);
  const beginning = end === 0 ? sample : { text: sample.text.slice(0, end), isWhole: false };
  for (const delimiter of delimiters) {
    const rows = rowsOfSample(beginning, delimiter)
      .filter(({ cells }) => !isBlank(cells))
      .slice(0, HEADER_WITHIN_ROWS);
    const widths = new Map<number, number>();
    for (const { cells } of rows) widths.set(cells.length, (widths.get(cells.length) ?? 0) + 1);
    for (const [width, count] of widths) {
      const agreement = count / rows.length;
      const isBetter = agreement > best.agreement || (agreement === best.agreement && width > best.width);
      if (width > 1 && isBetter) best = { delimiter, agreement, width };
    }
  }
  return best.delimiter;
}

function headerAmong(rows: readonly RawRow[], wanted: number | undefined, isWhole: boolean): RawRow {
  if (wanted !== undefined) {
    const row = rows.find(({ line }) => line === wanted);
    if (row && !isBlank(row.cells)) return row;
    throw unreadable(`No row begins on line ${wanted}, or it is blank: the header cannot be there.`);
  }
  const candidates = rows.filter(({ isQuotesFault }) => !isQuotesFault).slice(0, HEADER_WITHIN_ROWS);
  const place = findHeader(candidates.map(({ cells }) => cells));
  const row = place === undefined ? undefined : candidates[place];
  if (row) return row;
  throw unreadable(
    isWhole ? 'The file holds blank lines only.' : `No header was found in the first ${HEADER_WITHIN_ROWS} rows.`,
  );
}

async function* rawRows(text: AsyncIterable<string>, delimiter: Delimiter): AsyncGenerator<RawRow[]> {
  const reader = new RowReader(delimiter);
  for await (const piece of text) yield reader.take(piece);
  yield reader.end();
}

/** Cuts text that comes in pieces into rows; keeps what may still be part of one. */
class RowReader {
  readonly #parser: papaparse.Parser;
  readonly #delimiter: Delimiter;
  #rest = '';
  /** The line on which `#rest` begins. */
  #line = 1;
  #firstFault = 0;
  #faults = 0;

  constructor(delimiter: Delimiter) {
    this.#delimiter = delimiter;
    this.#parser = new papaparse.Parser({ delimiter, newline: '\n' });
  }

  take(text: string): RawRow[] {
    const rows: RawRow[] = [];
    for (let at = 0; at < text.length; at += WINDOW_CHARACTERS) {
      rows.push(...this.#takeWindow(text.slice(at, at + WINDOW_CHARACTERS)));
    }
    return rows;
  }

  #takeWindow(text: string): RawRow[] {
    this.#rest += text;
    const rows = this.#read(false);
    while (this.#rest.length > ROW_CHARACTERS_LIMIT) {
      // A quote that opens and never closes would hold all that is left of the file.
      if (!this.#rest.includes('\n')) {
        throw unreadable(
          `Line ${this.#line} is longer than ${ROW_CHARACTERS_LIMIT} characters: it is no row of a table.`,
        );
      }
      rows.push(this.#takeFaultyLine());
      rows.push(...this.#read(false));
    }
    return rows;
  }

  end(): RawRow[] {
    const rows: RawRow[] = [];
    while (this.#rest !== '') rows.push(...this.#read(true));
    return rows;
  }

  /** @param isLast whether the row at the end is whole. */
  #read(isLast: boolean): RawRow[] {
    const rows: RawRow[] = [];
    for (;;) {
      if (this.#rest === '') return rows;
      const parsed: { data: string[][]; errors: ParseError[]; meta: { cursor: number } } = this.#parser.parse(
        this.#rest,
        0,
        !isLast,
      );
      const { data, errors } = parsed;
      // Errors are told in order. Of a row that is not whole yet the first may be none, where a quote is the last of what
      // has come; of two the first is one whatever comes.
      const isRowFaulty = errors.length > 1 || (errors[0]?.row ?? data.length) < data.length;
      const faulty = isRowFaulty ? Math.min(data.length, errors[0]?.row ?? data.length) : data.length;
      let breaks = 0;
      for (const cells of data.slice(0, faulty)) {
        rows.push({ line: this.#line + breaks, cells });
        breaks += 1 + cells.reduce((sum, cell) => sum + countBreaks(cell), 0);
      }
      this.#line += breaks;
      if (!isRowFaulty) {
        this.#rest = this.#rest.slice(parsed.meta.cursor);
        return rows;
      }
      this.#rest = this.#rest.slice(startOfLine(this.#rest, breaks));
      if (!isLast && !this.#rest.includes('\n')) return rows;
      rows.push(this.#takeFaultyLine());
    }
  }

  #takeFaultyLine(): RawRow {
    this.#firstFault ||= this.#line;
    if (++this.#faults > QUOTES_FAULTS_LIMIT) {
      throw unreadable(
        `On more than ${QUOTES_FAULTS_LIMIT} lines quotes do not match, on line ${this.#firstFault} first: quotes within a cell have to be doubled.`,
      );
    }
    const end = this.#rest.indexOf('\n');
    const text = end === -1 ? this.#rest : this.#rest.slice(0, end);
    this.#rest = end === -1 ? '' : this.#rest.slice(end + 1);
    return { line: this.#line++, cells: text.split(this.#delimiter), isQuotesFault: true };
  }
}

/** Where the line behind so many line ends begins; 0 where there are fewer. */
function startOfLine(text: string, breaks: number): number {
  let at = 0;
  for (let count = 0; count < breaks; count++) {
    at = text.indexOf('\n', at) + 1;
    if (at === 0) return 0;
  }
  return at;
}
