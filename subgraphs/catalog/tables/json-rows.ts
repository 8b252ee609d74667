/*
 * JSON and NDJSON as rows: a list of flat objects, or {"rows": [...]}, or an object on each line. The list is cut into its
 * entries as it comes and each is parsed by itself, so that a file is read in bounded memory and a broken entry is the
 * fault of one row. Numbers are kept as they are written: an account number of 20 digits is no double.
 */
import { type FoundEncoding, textOf } from './encoding.ts';
import {
  BATCH_ROWS,
  isBlank,
  type OpenedTable,
  ROW_CHARACTERS_LIMIT,
  TABLE_COLUMNS_LIMIT,
  type TableFault,
  type TableRow,
  type TableSource,
  toHeader,
  toRow,
  unreadable,
} from './table.ts';

interface Entry {
  readonly line: number;
  readonly text: string;
}

/** @throws Refusal IMPORT_UNREADABLE where the file is no list of objects as a whole. */
export async function openJson(
  source: TableSource,
  found: FoundEncoding,
  format: 'json' | 'ndjson',
): Promise<OpenedTable> {
  const entries = () => {
    const text = textOf(source, found.encoding);
    return format === 'json' ? listEntries(text) : lineEntries(text);
  };
  const header = await headerOf(entries());
  return {
    format,
    encoding: found.encoding,
    encodingConfidence: found.confidence,
    delimiter: null,
    sheets: [],
    sheet: null,
    headerLine: 1,
    header,
    async *rows() {
      for await (const batch of entries()) {
        const rows = batch.map((entry) => tableRow(entry, header)).filter((row) => row.fault || !isBlank(row.cells));
        for (let at = 0; at < rows.length; at += BATCH_ROWS) yield rows.slice(at, at + BATCH_ROWS);
      }
    },
  };
}

/** All names that any entry has, in the order in which they first come: an entry may leave out what it does not know. */
async function headerOf(entries: AsyncIterable<Entry[]>): Promise<string[]> {
  const names = new Set<string>();
  let count = 0;
  let fault: TableFault | undefined;
  for await (const batch of entries) {
    for (const entry of batch) {
      count++;
      const read = readEntry(entry.text);
      if ('fault' in read) fault ??= read.fault;
      else for (const [name] of read.values) names.add(name);
      if (names.size > TABLE_COLUMNS_LIMIT) {
        throw unreadable(`The entries up to ${entry.line} have more than ${TABLE_COLUMNS_LIMIT} different names.`);
      }
    }
  }
  if (count === 0) throw unreadable('The list is empty.');
  if (names.size === 0) throw unreadable(fault?.message ?? 'No entry of the list names anything.');
  toHeader([...names], 1);
  return [...names];
}

function tableRow({ line, text }: Entry, header: readonly string[]): TableRow {
  const read = readEntry(text);
  if ('fault' in read) return toRow(line, [text], header.length, read.fault);
  const values = new Map(read.values);
  const cells = header.map((name) => values.get(name) ?? '');
  return toRow(line, cells, header.length, read.nested);
}

type Read =
  | { readonly fault: TableFault }
  | { readonly values: readonly (readonly [string, string])[]; readonly nested?: TableFault | undefined };

function readEntry(text: string): Read {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    return { fault: { code: 'NOT_JSON', message: `The entry is not JSON: ${shortened((error as Error).message)}.` } };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return {
      fault: { code: 'NOT_JSON', message: 'The entry is no object: each has to be of the form {"column": "value"}.' },
    };
  }
  let nested: TableFault | undefined;
  const values = Object.entries(value).map(([name, cell]) => {
    if (typeof cell === 'object' && cell !== null) {
      const message = `"${shortened(name)}" holds ${Array.isArray(cell) ? 'a list' : 'an object'}: only single values can be read.`;
      nested ??= { code: 'NESTED_VALUE', message };
      return [name, JSON.stringify(cell)] as const;
    }
    return [name, cell === null ? '' : String(cell)] as const;
  });
  return { values, nested };
}

const QUOTED_CHARACTERS = 80;

function shortened(text: string): string {
  return text
    .slice(0, QUOTED_CHARACTERS)
    .toWellFormed()
    .replace(/\p{Cc}/gu, ' ');
}

/** What a double cannot give back digit by digit. */
const UNSAFE_NUMBER = /\d{16}|\d[eE][-+]?\d|\.\d*0(?!\d)/;

function parse(text: string): unknown {
  if (!UNSAFE_NUMBER.test(text)) return JSON.parse(text);
  // A reviver is given the source of each number (ECMAScript 2026), and costs several times as much.
  const keep = (_name: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' ? (context?.source ?? value) : value;
  return JSON.parse(text, keep as Parameters<typeof JSON.parse>[1]);
}

async function* lineEntries(text: AsyncIterable<string>): AsyncGenerator<Entry[]> {
  let rest = '';
  let line = 1;
  const take = (lines: readonly string[]) =>
    lines.map((each) => ({ line: line++, text: each })).filter(({ text: each }) => each.trim() !== '');
  for await (const piece of text) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > ROW_CHARACTERS_LIMIT) throw tooLong(`Line ${line + lines.length}`);
    yield take(lines);
  }
  yield take([rest]);
}

async function* listEntries(text: AsyncIterable<string>): AsyncGenerator<Entry[]> {
  const reader = new ListReader();
  for await (const piece of text) yield reader.take(piece);
  reader.end();
}

function tooLong(place: string) {
  return unreadable(`${place} is longer than ${ROW_CHARACTERS_LIMIT} characters: it is no row of a table.`);
}

const EXPECTED = 'expected is a list of objects, [{"column": "value"}, ...], or {"rows": [...]}';

/** Where in the file the reader is: before the list, between its entries, in one of them, behind it. */
type Place = 'before' | 'between' | 'within' | 'behind';

/** Cuts a list into its entries, by brackets and quotes alone: whether an entry is JSON is for the parser to say. */
class ListReader {
  #place: Place = 'before';
  #line = 0;
  #entry = '';
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  #head = '';
  #isWrapped = false;
  /** A comma was seen, so that another entry has to come. */
  #isOwed = false;

  take(text: string): Entry[] {
    const entries: Entry[] = [];
    let at = 0;
    while (at < text.length) {
      if (this.#place === 'before') at = this.#findList(text, at);
      else if (this.#place === 'between') at = this.#findEntry(text, at);
      else if (this.#place === 'within') at = this.#readEntry(text, at, entries);
      else {
        if (!this.#isWrapped && text.slice(at).trim() !== '') {
          throw unreadable(`Behind the list there is more: ${EXPECTED}.`);
        }
        break;
      }
    }
    return entries;
  }

  end(): void {
    if (this.#place === 'before') throw unreadable(`The file holds no list: ${EXPECTED}.`);
    if (this.#place !== 'behind') {
      throw unreadable(`The file ends within the list, behind entry ${this.#line}: it was cut off.`);
    }
  }

  #findList(text: string, from: number): number {
    // The list has to begin early; what may stand before it is little.
    for (let at = from; at < text.length; at++) {
      this.#head += text[at];
      if (/^\s*\[$/.test(this.#head)) {
        this.#place = 'between';
        return at + 1;
      }
      if (text[at] === '[') {
        if (!/^\s*\{(\s*"[^"\\]*"\s*:\s*("[^"\\]*"|[-\w.]+)\s*,)*\s*"rows"\s*:\s*\[$/.test(this.#head)) break;
        this.#place = 'between';
        this.#isWrapped = true;
        return at + 1;
      }
      if (this.#head.length > HEAD_CHARACTERS) break;
    }
    if (this.#head.length > HEAD_CHARACTERS || this.#head.includes('[')) {
      throw unreadable(`The file begins with no list: ${EXPECTED}.`);
    }
    return text.length;
  }

  #findEntry(text: string, from: number): number {
    for (let at = from; at < text.length; at++) {
      const character = text[at] as string;
      if (/\s/.test(character)) continue;
      if (character === ']') {
        if (this.#isOwed && this.#line > 0)
          throw unreadable(`Behind entry ${this.#line} a comma is followed by nothing.`);
        this.#place = 'behind';
        return at + 1;
      }
      if (character === ',') {
        if (this.#isOwed || this.#line === 0) throw unreadable(`Behind entry ${this.#line} an entry is missing.`);
        this.#isOwed = true;
        continue;
      }
      if (this.#line > 0 && !this.#isOwed) throw unreadable(`Behind entry ${this.#line} a comma is missing.`);
      this.#isOwed = false;
      this.#place = 'within';
      this.#line++;
      this.#entry = '';
      this.#depth = 0;
      this.#isInText = false;
      return at;
    }
    return text.length;
  }

  #readEntry(text: string, from: number, entries: Entry[]): number {
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (this.#isInText) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (code === BACKSLASH) this.#isEscaped = true;
        else if (code === QUOTE) this.#isInText = false;
        continue;
      }
      if (code === QUOTE) this.#isInText = true;
      else if (code === OPEN_BRACE || code === OPEN_BRACKET) this.#depth++;
      else if (this.#depth === 0 && (code === COMMA || code === CLOSE_BRACKET)) {
        this.#keep(text.slice(from, at));
        entries.push({ line: this.#line, text: this.#entry });
        this.#place = 'between';
        return at;
      } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) this.#depth--;
      if (this.#depth < 0) throw unreadable(`In entry ${this.#line} a bracket closes that was not opened.`);
    }
    this.#keep(text.slice(from));
    return text.length;
  }

  #keep(text: string): void {
    this.#entry += text;
    if (this.#entry.length > ROW_CHARACTERS_LIMIT) throw tooLong(`Entry ${this.#line}`);
  }
}

const HEAD_CHARACTERS = 4_096;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;

/**
 * What text that begins with a bracket is. An object alone on the first line, without a list of rows, is the first of many.
 * @returns undefined where it is something else.
 */
export function jsonFormatOf(name: string, head: string): 'json' | 'ndjson' | undefined {
  const text = head.trimStart();
  const ending = /\.(ndjson|jsonl)$/i.test(name) ? 'ndjson' : /\.json$/i.test(name) ? 'json' : undefined;
  if (text.startsWith('[')) return ending ?? (/^\[\s*[[{\]]/.test(text) ? 'json' : undefined);
  if (!text.startsWith('{')) return ending;
  if (ending === 'ndjson') return ending;
  const [line = ''] = text.split('\n', 1);
  try {
    const first: Readonly<Record<string, unknown>> = JSON.parse(line);
    const isList = Array.isArray(first.rows) || (ending === 'json' && Object.values(first).some(Array.isArray));
    return isList ? 'json' : 'ndjson';
  } catch {
    return /^\{\s*"/.test(text) || ending ? 'json' : undefined;
  }
}
