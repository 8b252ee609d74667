/*
 * UUIDs as four words of 32 bits: compared, hashed and sent without making a text of them, which costs more than all else
 * that a report needs. Texts are in lower case.
 */

/** Words are signed, the first digits in `a`. */
export interface Uuid {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/** Names nobody and nothing. */
export const NIL: Uuid = { a: 0, b: 0, c: 0, d: 0 };

export const isNil = ({ a, b, c, d }: Uuid): boolean => (a | b | c | d) === 0;

export const isSame = (one: Uuid, other: Uuid): boolean =>
  one.a === other.a && one.b === other.b && one.c === other.c && one.d === other.d;

/** @param text of 36 letters, as every id of ours; what other texts give names nobody. */
export function uuidOf(text: string): Uuid {
  return {
    a: (half(text, 0) << 16) | half(text, 4),
    b: (half(text, 9) << 16) | half(text, 14),
    c: (half(text, 19) << 16) | half(text, 24),
    d: (half(text, 28) << 16) | half(text, 32),
  };
}

export function textOf({ a, b, c, d }: Uuid): string {
  return `${digits(a >>> 16)}${digits(a & 0xffff)}-${digits(b >>> 16)}-${digits(b & 0xffff)}-${digits(c >>> 16)}-${digits(c & 0xffff)}${digits(d >>> 16)}${digits(d & 0xffff)}`;
}

/** Four hexadecimal digits, as a number. */
function half(text: string, at: number): number {
  return (
    (digit(text.charCodeAt(at)) << 12) |
    (digit(text.charCodeAt(at + 1)) << 8) |
    (digit(text.charCodeAt(at + 2)) << 4) |
    digit(text.charCodeAt(at + 3))
  );
}

const digit = (code: number): number => (code & 0xf) + (code >> 6) * 9;

const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const digits = (value: number): string => `${PAIRS[value >> 8]}${PAIRS[value & 0xff]}`;
