/*
 * Which characters the bytes of a file mean. Nothing is guessed from frequencies, which take short files for Japanese:
 * a byte order mark, the NULs of UTF-16, UTF-8 that holds to the last byte, and what is left is taken as Windows-1252,
 * the one case that a person is asked to confirm. The whole file is looked at, since one byte at its end may decide.
 */
import { setImmediate } from 'node:timers/promises';
import { TABLE_BYTES_LIMIT, type TableEncoding, type TableSource, unreadable } from './table.ts';

export interface FoundEncoding {
  readonly encoding: TableEncoding;
  readonly confidence: 'certain' | 'assumed';
}

const SLICE_BYTES = 64 * 1024;
const HEAD_BYTES = 4_096;
/** Bytes to which Windows-1252 gives no character. */
const NOWHERE_IN_1252 = [0x81, 0x8d, 0x8f, 0x90, 0x9d];

/** The bytes in pieces small enough to be worked on between two turns of the event loop. */
export async function* slices(bytes: TableSource['bytes']): AsyncGenerator<Uint8Array> {
  const chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array> = Buffer.isBuffer(bytes) ? [bytes] : bytes;
  let sinceTurn = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
      const slice = chunk.subarray(at, at + SLICE_BYTES);
      sinceTurn += slice.length;
      yield slice;
      if (sinceTurn < SLICE_BYTES) continue;
      // A source that has its bytes at hand never gives way by itself.
      await setImmediate();
      sinceTurn = 0;
    }
  }
}

/** The first bytes of the file, at least `length` where it has as many. */
export async function headOf(source: TableSource, length = HEAD_BYTES): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const slice of slices(source.bytes)) {
    pieces.push(slice);
    bytes += slice.length;
    if (bytes >= length) break;
  }
  return Buffer.concat(pieces);
}

/** @throws Refusal IMPORT_UNREADABLE where the bytes are no text, or more than are read. */
export async function findEncoding(source: TableSource): Promise<FoundEncoding> {
  const head = (await headOf(source)).subarray(0, HEAD_BYTES);
  const marked = byMark(head);
  if (marked) return { encoding: marked, confidence: 'certain' };
  const zeros = byZeros(head);
  if (zeros) return { encoding: zeros, confidence: 'assumed' };
  refuseBinary(head);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let isUtf8 = true;
  let bytes = 0;
  let nowhere: number | undefined;
  for await (const slice of slices(source.bytes)) {
    bytes += slice.length;
    if (bytes > TABLE_BYTES_LIMIT) throw tooLarge();
    if (isUtf8) {
      try {
        decoder.decode(slice, { stream: true });
      } catch {
        isUtf8 = false;
      }
    }
    // Looked for in what is UTF-8 so far as well, since it may turn out not to be.
    nowhere ??= firstOf(slice, NOWHERE_IN_1252);
  }
  if (bytes < source.size) throw unreadable('The file ends early: it was not handed over as a whole. Upload it again.');
  if (isUtf8) {
    try {
      decoder.decode();
      return { encoding: 'utf-8', confidence: 'certain' };
    } catch {
      // It ends within a character.
    }
  }
  if (nowhere !== undefined) {
    throw unreadable(
      `The file is neither UTF-8 nor Windows-1252 (it holds the byte 0x${nowhere.toString(16)}): save it as "CSV UTF-8".`,
    );
  }
  return { encoding: 'windows-1252', confidence: 'assumed' };
}

/** The one of these bytes that comes first. */
function firstOf(slice: Uint8Array, bytes: readonly number[]): number | undefined {
  const places = bytes.map((byte) => slice.indexOf(byte)).filter((place) => place !== -1);
  return places.length > 0 ? slice[Math.min(...places)] : undefined;
}

export function tooLarge() {
  return unreadable(`The file has more than ${TABLE_BYTES_LIMIT / 1024 / 1024} MiB: split it into several files.`);
}

function byMark(head: Buffer): TableEncoding | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8';
  if (head.length >= 4 && (head.readUInt32LE(0) === 0xfeff || head.readUInt32BE(0) === 0xfeff)) {
    throw unreadable('The file is encoded as UTF-32: save it as "CSV UTF-8".');
  }
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return undefined;
}

/** In UTF-16 without a mark most characters of a header have a NUL, always on the same side. */
function byZeros(head: Buffer): TableEncoding | undefined {
  const counts = [0, 0];
  for (const [at, byte] of head.entries()) if (byte === 0) counts[at % 2] = (counts[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = counts;
  const half = Math.floor(head.length / 2);
  if (half < 2) return undefined;
  if (odd >= half * 0.7 && even <= half * 0.05) return 'utf-16le';
  if (even >= half * 0.7 && odd <= half * 0.05) return 'utf-16be';
  return undefined;
}

/** Text has NULs and other control characters by accident only. */
function refuseBinary(head: Buffer): void {
  const kind = signatures.find(([start]) => head.subarray(0, start.length).equals(Buffer.from(start, 'latin1')))?.[1];
  if (kind) throw unreadable(`The file is ${kind}: save the table as CSV or XLSX.`);
  const strange = head.filter((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b)).length;
  if (strange > 4 && strange * 10 > head.length) {
    throw unreadable('The file is no text: save the table as CSV or XLSX.');
  }
}

const signatures = [
  ['\xd0\xcf\x11\xe0', 'an Excel workbook of the old kind (.xls) or one with a password'],
  ['%PDF', 'a PDF'],
  ['\x1f\x8b', 'compressed (gzip)'],
  ['7z\xbc\xaf', 'compressed (7-Zip)'],
  ['Rar!', 'compressed (RAR)'],
  ['\x89PNG', 'a picture'],
  ['\xff\xd8\xff', 'a picture'],
  ['GIF8', 'a picture'],
  ['PAR1', 'a Parquet file'],
  ['SQLite format', 'an SQLite database'],
] as const;

/**
 * The text of the file in pieces, without byte order mark, each line end as \n.
 * @throws Refusal IMPORT_UNREADABLE at the first byte that the encoding does not know, with its line.
 */
export async function* textOf(source: TableSource, encoding: TableEncoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let line = 1;
  let bytes = 0;
  let heldReturn = '';
  const decode = (slice?: Uint8Array) => {
    try {
      return slice ? decoder.decode(slice, { stream: true }) : decoder.decode();
    } catch {
      throw unreadable(
        `On or behind line ${line} there are bytes that are not ${encoding}: choose the encoding of the file.`,
      );
    }
  };
  for await (const slice of slices(source.bytes)) {
    bytes += slice.length;
    if (bytes > TABLE_BYTES_LIMIT) throw tooLarge();
    let text = heldReturn + decode(slice);
    // It may be the first half of a line end of Windows.
    heldReturn = text.endsWith('\r') ? '\r' : '';
    if (heldReturn) text = text.slice(0, -1);
    if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n');
    line += countBreaks(text);
    if (text) yield text;
  }
  if (bytes < source.size)
    throw new Error(`${source.size - bytes} bytes of a table are missing: it cannot be read twice`);
  const last = decode() + (heldReturn && '\n');
  if (last) yield last;
}

export function countBreaks(text: string): number {
  let breaks = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) breaks++;
  return breaks;
}
