/*
 * Base 45 (RFC 9285): bytes in the 45 symbols of a QR code's alphanumeric mode, so that a signed token needs a smaller
 * code than in any alphabet of upper and lower case. Reading is strict: what this would not have written is no base 45.
 */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

/** Two bytes -> three symbols, the least significant first; a byte left over -> two. */
export function toBase45(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 2) {
    const pair = at + 1 < bytes.length;
    let number = pair ? (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0) : (bytes[at] ?? 0);
    for (let symbols = pair ? 3 : 2; symbols > 0; symbols--) {
      text += ALPHABET[number % 45];
      number = Math.floor(number / 45);
    }
  }
  return text;
}

/** The bytes that the text writes; undefined for what is no base 45, lower case included. */
export function fromBase45(text: string): Buffer | undefined {
  if (text.length % 3 === 1) return undefined;
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 3) {
    const symbols = text.slice(at, at + 3);
    let number = 0;
    for (let place = symbols.length - 1; place >= 0; place--) {
      const digit = ALPHABET.indexOf(symbols.charAt(place));
      if (digit < 0) return undefined;
      number = number * 45 + digit;
    }
    if (number > (symbols.length === 3 ? 0xffff : 0xff)) return undefined;
    if (symbols.length === 3) bytes.push(number >> 8);
    bytes.push(number & 0xff);
  }
  return Buffer.from(bytes);
}
