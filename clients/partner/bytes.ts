/*
 * Bytes as texts and numbers, by nothing but the language itself: base 64, base 45 (RFC 9285), ids, SHA-256, and Ed25519
 * (RFC 8032) of WebCrypto. Reading is strict: what this would not have written is not read.
 */
export type Bytes = Uint8Array<ArrayBuffer>;

const SYMBOLS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

/** Two bytes are three symbols, the least significant first; a byte left over is two. Undefined for what is no base 45. */
export function fromBase45(text: string): Bytes | undefined {
  if (text.length % 3 === 1) return undefined;
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 3) {
    const symbols = text.slice(at, at + 3);
    let number = 0;
    for (let place = symbols.length - 1; place >= 0; place--) {
      const digit = SYMBOLS.indexOf(symbols.charAt(place));
      if (digit < 0) return undefined;
      number = number * 45 + digit;
    }
    if (number > (symbols.length === 3 ? 0xffff : 0xff)) return undefined;
    if (symbols.length === 3) bytes.push(number >> 8);
    bytes.push(number & 0xff);
  }
  return new Uint8Array(bytes);
}

/** Undefined for what is no base 64 (RFC 4648, section 4, with its padding). */
export function fromBase64(text: string): Bytes | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
    return toBase64(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export const textBytes = (text: string): Bytes => new TextEncoder().encode(text);

export function join(...parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** A whole number, unsigned and big-endian. */
export function numberBytes(value: number, length: number): Bytes {
  const bytes = new Uint8Array(length);
  let rest = value;
  for (let at = length - 1; at >= 0; at--) {
    bytes[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes;
}

/** The whole number that they write, unsigned and big-endian. */
export const numberOf = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);

/** The 16 bytes of a UUID. @throws TypeError for what is none. */
export function idBytes(id: string): Bytes {
  const digits = id.replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/i.test(digits)) throw new TypeError(`${id} is no id`);
  return Uint8Array.from({ length: 16 }, (_, at) => Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16));
}

export const sha256 = async (bytes: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

/** How tokens and lists write an id: the first 8 bytes of SHA-256 over its 16, in hexadecimal. */
export async function shortId(id: string): Promise<string> {
  return toHex((await sha256(idBytes(id))).subarray(0, 8));
}

/** @param publicKey 32 bytes. False too for what is no key. */
export async function isSigned(publicKey: Bytes, signature: Bytes, message: Bytes): Promise<boolean> {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  try {
    const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', key, signature, message);
  } catch (error) {
    // Where the platform lacks Ed25519, every voucher would be told as forged.
    if (error instanceof DOMException && error.name === 'NotSupportedError') throw error;
    return false;
  }
}
