/*
 * The code of a voucher: 75 random bits in Crockford's base 32 (no I, L, O, U, so that it survives being read aloud) and
 * a check symbol by Luhn's algorithm modulo 32, which catches every single wrong symbol. Kept as a keyed hash, to be
 * found, and encrypted, to be shown to its owner again.
 */
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { deriveKey } from '../kernel/configuration.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_SYMBOLS = 15;
const LENGTH = RANDOM_SYMBOLS + 1;
const GROUP = 4;

/** @param random yields that many random bytes. @returns such as 7Z3K-0M9Q-XV2T-81RA. */
export function newVoucherCode(random: (bytes: number) => Buffer): string {
  // 256 is a multiple of 32, so no symbol is likelier than another.
  const symbols = [...random(RANDOM_SYMBOLS)].map((byte) => ALPHABET[byte % 32]).join('');
  return grouped(symbols + checkSymbol(symbols));
}

/** A typed or spoken code -> its canonical form, or undefined where it cannot be one. */
export function normalizeVoucherCode(typed: string): string | undefined {
  const symbols = typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  if (symbols.length !== LENGTH || [...symbols].some((symbol) => !ALPHABET.includes(symbol))) return undefined;
  return checkSymbol(symbols.slice(0, -1)) === symbols.at(-1) ? grouped(symbols) : undefined;
}

/** Luhn modulo N (N = 32). */
function checkSymbol(symbols: string): string {
  let sum = 0;
  let factor = 2;
  for (let index = symbols.length - 1; index >= 0; index--) {
    const addend = factor * ALPHABET.indexOf(symbols[index] ?? '');
    sum += Math.floor(addend / 32) + (addend % 32);
    factor = 3 - factor;
  }
  return ALPHABET[(32 - (sum % 32)) % 32] ?? '';
}

function grouped(symbols: string): string {
  return symbols.match(new RegExp(`.{${GROUP}}`, 'g'))?.join('-') ?? symbols;
}

/** Hashes codes to find them and encrypts them to show them again. */
export class VoucherVault {
  readonly #lookupKey: Buffer;
  readonly #displayKey: Buffer;
  readonly #random: (bytes: number) => Buffer;

  constructor(secretKey: Buffer, random: (bytes: number) => Buffer) {
    this.#lookupKey = deriveKey(secretKey, 'voucher lookup');
    this.#displayKey = deriveKey(secretKey, 'voucher display');
    this.#random = random;
  }

  newCode(): string {
    return newVoucherCode(this.#random);
  }

  /** @param code in canonical form. */
  digest(code: string): Buffer {
    return createHmac('sha256', this.#lookupKey).update(code).digest();
  }

  /** AES-256-GCM; bound to the voucher's id, so that ciphers cannot be exchanged between rows. */
  encrypt(code: string, voucherId: string): Buffer {
    const nonce = this.#random(12);
    const cipher = createCipheriv('aes-256-gcm', this.#displayKey, nonce).setAAD(Buffer.from(voucherId));
    return Buffer.concat([nonce, cipher.update(code), cipher.final(), cipher.getAuthTag()]);
  }

  decrypt(sealed: Buffer, voucherId: string): string {
    const decipher = createDecipheriv('aes-256-gcm', this.#displayKey, sealed.subarray(0, 12))
      .setAAD(Buffer.from(voucherId))
      .setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString();
  }
}
