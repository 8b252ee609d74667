/*
 * Files at rest in a folder, encrypted: they may hold officers' e-mails, and folders are copied, mounted and thrown away.
 * AES-256-GCM in pieces of 64 KiB, each with its number and whether it is the last in its nonce (the STREAM construction
 * of Hoang, Reyhanitabar, Rogaway and Vizar, 2015), so that a file is read in bounded memory, and pieces that are
 * changed, swapped or cut off do not open.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';

const PIECE_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const SALT_BYTES = 32;
const MAGIC = Buffer.from('HBblob1\n');
export const SEAL_HEAD_BYTES = MAGIC.length + SALT_BYTES;

/** What was stored is not what was sealed under this key and name. */
export class SealBroken extends Error {}

/** @param name bound to the content: a file that is renamed does not open. */
export async function* seal(
  bytes: AsyncIterable<Uint8Array>,
  key: Buffer,
  name: string,
  random: (bytes: number) => Buffer,
): AsyncGenerator<Buffer> {
  const salt = random(SALT_BYTES);
  const pieceKey = fileKey(key, salt, name);
  yield Buffer.concat([MAGIC, salt]);
  let number = 0;
  for await (const { piece, isLast } of pieces(bytes, PIECE_BYTES)) {
    const cipher = createCipheriv('aes-256-gcm', pieceKey, nonce(number++, isLast));
    yield Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]);
  }
}

/** @throws SealBroken */
export async function* unseal(sealed: AsyncIterable<Uint8Array>, key: Buffer, name: string): AsyncGenerator<Buffer> {
  const source = sealed[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < SEAL_HEAD_BYTES) {
    const { value, done } = await source.next();
    if (done) throw new SealBroken('the file is shorter than its head');
    head = Buffer.concat([head, value]);
  }
  if (!head.subarray(0, MAGIC.length).equals(MAGIC)) throw new SealBroken('the file was not sealed');
  const pieceKey = fileKey(key, head.subarray(MAGIC.length, SEAL_HEAD_BYTES), name);
  async function* body() {
    yield head.subarray(SEAL_HEAD_BYTES);
    yield* { [Symbol.asyncIterator]: () => source };
  }
  let number = 0;
  for await (const { piece, isLast } of pieces(body(), PIECE_BYTES + TAG_BYTES)) {
    if (piece.length < TAG_BYTES) throw new SealBroken('the file was cut off');
    const decipher = createDecipheriv('aes-256-gcm', pieceKey, nonce(number, isLast));
    decipher.setAuthTag(piece.subarray(piece.length - TAG_BYTES));
    let opened: Buffer;
    try {
      opened = Buffer.concat([decipher.update(piece.subarray(0, piece.length - TAG_BYTES)), decipher.final()]);
    } catch {
      throw new SealBroken(`piece ${number} was changed, moved or cut off`);
    }
    number++;
    if (opened.length > 0) yield opened;
  }
}

/** So many bytes of the file make so many of its content. */
export function openedLength(sealedBytes: number): number {
  const body = sealedBytes - SEAL_HEAD_BYTES;
  return body - Math.max(1, Math.ceil(body / (PIECE_BYTES + TAG_BYTES))) * TAG_BYTES;
}

function fileKey(key: Buffer, salt: Buffer, name: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, name, 32));
}

function nonce(number: number, isLast: boolean): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(number, 7);
  bytes[11] = isLast ? 1 : 0;
  return bytes;
}

/** Cuts what comes into pieces of this size, the last one shorter; there is always a last one. */
async function* pieces(
  bytes: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<{ readonly piece: Buffer; readonly isLast: boolean }> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    held.push(chunk);
    length += chunk.length;
    if (length <= size) continue;
    const all = Buffer.concat(held);
    let at = 0;
    // One piece is held back: only at the end is it known which was the last.
    for (; all.length - at > size; at += size) yield { piece: all.subarray(at, at + size), isLast: false };
    held = [all.subarray(at)];
    length = all.length - at;
  }
  yield { piece: Buffer.concat(held), isLast: true };
}
