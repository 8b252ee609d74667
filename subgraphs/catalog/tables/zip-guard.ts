/*
 * What stands before any reader of workbooks: a look at the archive that costs little and refuses what would cost much.
 * First the directory is believed (how many parts, how large, how much packed), then every part is unpacked and thrown
 * away while its bytes are counted, since a directory may lie. No reader that we know is safe without it: 0.9 MB that
 * unpack to 900 MB took them a gigabyte or gave no rows at all.
 */
import { createInflateRaw } from 'node:zlib';
import { unreadable } from './table.ts';

/** Workbooks of more bytes are refused: they are held in memory. */
export const WORKBOOK_BYTES_LIMIT = 32 * 1024 * 1024;
const UNPACKED_BYTES_LIMIT = 256 * 1024 * 1024;
const ENTRIES_LIMIT = 2_000;
/** Genuine sheets pack to a 5th to a 40th; what is below 1 MB harms nobody, whatever its ratio. */
const RATIO_LIMIT = 100;
const RATIO_FROM_BYTES = 1024 * 1024;
/** What is collected for reading: the list of sheets and what it refers to. */
const KEPT_BYTES_LIMIT = 4 * 1024 * 1024;

interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly unpacked: number;
  readonly offset: number;
}

export interface GuardedArchive {
  /** The parts whose names `keep` accepted. */
  readonly kept: ReadonlyMap<string, string>;
  /** Names of all parts. */
  readonly names: readonly string[];
  /** Name of a part -> the first of `marks` that its text holds, with what follows it. */
  readonly marked: ReadonlyMap<string, string>;
}

const END_RECORD = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
const ZIP64_MARK = 0xffffffff;

/**
 * Looks at a whole archive.
 * @param marks texts to look for in each part of XML; ASCII.
 * @throws Refusal IMPORT_UNREADABLE for what is no archive, is a bomb, lies about itself, or is locked.
 */
export async function guardArchive(
  archive: Buffer,
  keep: (name: string) => boolean,
  marks: readonly string[],
): Promise<GuardedArchive> {
  if (archive.length > WORKBOOK_BYTES_LIMIT) {
    throw unreadable(
      `The workbook has more than ${WORKBOOK_BYTES_LIMIT / 1024 / 1024} MiB: split it, or save the sheet as CSV.`,
    );
  }
  const entries = readDirectory(archive);
  refuseBombs(entries, archive.length);
  const kept = new Map<string, string>();
  const marked = new Map<string, string>();
  for (const entry of entries) {
    const isXml = /\.(xml|rels)$/i.test(entry.name);
    const chunks: Buffer[] = [];
    const isKept = keep(entry.name);
    if (isKept && entry.unpacked > KEPT_BYTES_LIMIT)
      throw unreadable(`The workbook's ${shown(entry.name)} is too large.`);
    let tail = '';
    for await (const chunk of unpack(archive, entry)) {
      if (isKept) chunks.push(chunk);
      if (!isXml || marked.has(entry.name)) continue;
      // Marks may stand across two chunks.
      const text = tail + chunk.toString('latin1');
      const at = marks.map((mark) => text.indexOf(mark)).filter((place) => place !== -1);
      if (at.length > 0) marked.set(entry.name, text.slice(Math.min(...at), Math.min(...at) + MARK_CHARACTERS));
      tail = text.slice(-MARK_CHARACTERS);
    }
    if (isKept) kept.set(entry.name, Buffer.concat(chunks).toString('utf8'));
  }
  return { kept, names: entries.map(({ name }) => name), marked };
}

const MARK_CHARACTERS = 80;

function readDirectory(archive: Buffer): ZipEntry[] {
  const end = findEnd(archive);
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  if (count === 0xffff || at === ZIP64_MARK) {
    throw unreadable('The workbook is packed as ZIP64, which only files of several gigabytes need: save it anew.');
  }
  if (count > ENTRIES_LIMIT) throw unreadable(`The workbook has ${count} parts; at most ${ENTRIES_LIMIT} are read.`);
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  for (let index = 0; index < count; index++) {
    if (at + 46 > end || archive.readUInt32LE(at) !== DIRECTORY_ENTRY) throw damaged();
    const flags = archive.readUInt16LE(at + 8);
    const nameLength = archive.readUInt16LE(at + 28);
    const next = at + 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    const entry = {
      name: archive.toString('utf8', at + 46, at + 46 + nameLength),
      method: archive.readUInt16LE(at + 10),
      packed: archive.readUInt32LE(at + 20),
      unpacked: archive.readUInt32LE(at + 24),
      offset: archive.readUInt32LE(at + 42),
    };
    if (flags & 1) throw unreadable('The workbook is locked by a password: save it without one.');
    if (entry.packed === ZIP64_MARK || entry.unpacked === ZIP64_MARK || entry.offset === ZIP64_MARK) {
      throw unreadable('The workbook is packed as ZIP64, which only files of several gigabytes need: save it anew.');
    }
    if (entry.method !== 0 && entry.method !== 8) {
      throw unreadable(`The workbook's ${shown(entry.name)} is packed in a way that workbooks are not.`);
    }
    // Of two parts of one name a reader may take the one that was not looked at.
    if (names.has(entry.name.toLowerCase())) throw damaged();
    names.add(entry.name.toLowerCase());
    entries.push(entry);
    at = next;
  }
  return entries;
}

/** The end record stands at the end, before a comment of up to 65,535 bytes. */
function findEnd(archive: Buffer): number {
  for (let at = archive.length - 22; at >= Math.max(0, archive.length - 22 - 0xffff); at--) {
    if (archive.readUInt32LE(at) === END_RECORD) return at;
  }
  throw unreadable('The workbook was cut off, or is no workbook: save it anew and upload it again.');
}

function refuseBombs(entries: readonly ZipEntry[], archiveBytes: number): void {
  const unpacked = entries.reduce((sum, entry) => sum + entry.unpacked, 0);
  const packed = entries.reduce((sum, entry) => sum + entry.packed, 0);
  if (unpacked > UNPACKED_BYTES_LIMIT) {
    throw unreadable(
      `The workbook unpacks to ${Math.ceil(unpacked / 1024 / 1024)} MiB; at most ${UNPACKED_BYTES_LIMIT / 1024 / 1024} are read: save the sheet as CSV.`,
    );
  }
  // Parts that share their packed bytes.
  if (packed > archiveBytes) throw damaged();
  for (const entry of entries) {
    if (entry.unpacked > RATIO_FROM_BYTES && entry.unpacked > entry.packed * RATIO_LIMIT) {
      throw unreadable(
        `The workbook's ${shown(entry.name)} unpacks to more than ${RATIO_LIMIT} times its size: it is no sheet of a person's.`,
      );
    }
  }
}

/** Unpacks one part. @throws as soon as there is more than the directory says, or at the end if there was less. */
async function* unpack(archive: Buffer, entry: ZipEntry): AsyncGenerator<Buffer> {
  const { offset, packed, unpacked, method, name } = entry;
  if (offset + 30 > archive.length || archive.readUInt32LE(offset) !== LOCAL_ENTRY) throw damaged();
  const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
  const body = archive.subarray(start, start + packed);
  if (body.length < packed) throw damaged();
  let bytes = 0;
  for await (const chunk of method === 0 ? [body] : inflate(body)) {
    bytes += chunk.length;
    if (bytes > unpacked) throw unreadable(`The workbook's ${shown(name)} unpacks to more than it says of itself.`);
    yield chunk;
  }
  if (bytes < unpacked) throw damaged();
}

async function* inflate(body: Buffer): AsyncGenerator<Buffer> {
  const inflater = createInflateRaw({ chunkSize: 64 * 1024 });
  inflater.end(body);
  try {
    for await (const chunk of inflater) yield chunk;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('Z_')) throw damaged();
    throw error;
  } finally {
    inflater.destroy();
  }
}

function shown(name: string): string {
  return `"${name
    .slice(0, 60)
    .toWellFormed()
    .replace(/\p{Cc}/gu, ' ')}"`;
}

function damaged() {
  return unreadable('The workbook is damaged: save it anew and upload it again.');
}
