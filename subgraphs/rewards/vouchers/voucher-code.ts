/*
 * The code of a voucher: 80 random bits in Crockford's base 32 (no I, L, O, U, so that it survives being read aloud) and
 * his check symbol modulo 37, which catches every single wrong symbol and every swap of neighbours; Luhn's would miss
 * swaps. Who tries a million codes a second finds one of a million vouchers in 38,000 years, and guess-limit.ts lets nobody
 * try so many. Kept as a keyed hash, to be found, and encrypted, to be shown to its owner again.
 */
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { deriveKey } from '../../kernel/configuration.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Of 5 bits each. */
const RANDOM_SYMBOLS = 16;
const GROUP = 4;

/** @param random yields that many random bytes. @returns such as 7Z3K-0M9Q-XV2T-81RAC. */
export function newVoucherCode(random: (bytes: number) => Buffer): string {
  for (;;) {
    // 256 is a multiple of 32, so no symbol is likelier than another.
    const symbols = [...random(RANDOM_SYMBOLS)].map((byte) => ALPHABET[byte % 32]).join('');
    const check = checkSymbol(symbols);
    // One code in seven has a check symbol that is no letter or digit (Crockford's * ~ $ = U): nobody could read it aloud.
    if (check) return grouped(symbols + check);
  }
}

/** A typed or spoken code -> its canonical form, or undefined where it cannot be one. */
export function normalizeVoucherCode(typed: string): string | undefined {
  const symbols = typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  if (symbols.length !== RANDOM_SYMBOLS + 1 || [...symbols].some((symbol) => !ALPHABET.includes(symbol))) {
    return undefined;
  }
  return checkSymbol(symbols.slice(0, -1)) === symbols.at(-1) ? grouped(symbols) : undefined;
}

/** The number that the symbols write, modulo 37 (crockford.com/base32.html); undefined where that is 32 or more. */
function checkSymbol(symbols: string): string | undefined {
  let remainder = 0;
  for (const symbol of symbols) remainder = (remainder * 32 + ALPHABET.indexOf(symbol)) % 37;
  return ALPHABET[remainder];
}

/** In groups of four; the check symbol joins the last. */
function grouped(symbols: string): string {
  const groups = symbols.slice(0, RANDOM_SYMBOLS).match(new RegExp(`.{${GROUP}}`, 'g')) ?? [];
  return groups.join('-') + symbols.slice(RANDOM_SYMBOLS);
}

/** Hashes codes to find them, and encrypts them, and the keys that sign tokens, each under a key of its own. */
export class VoucherVault {
  readonly #lookupKey: Buffer;
  readonly #displayKey: Buffer;
  readonly #signingKey: Buffer;
  readonly #random: (bytes: number) => Buffer;

  constructor(secretKey: Buffer, random: (bytes: number) => Buffer) {
    this.#lookupKey = deriveKey(secretKey, 'voucher lookup');
    this.#displayKey = deriveKey(secretKey, 'voucher display');
    this.#signingKey = deriveKey(secretKey, 'voucher signing');
    this.#random = random;
  }

  newCode(): string {
    return newVoucherCode(this.#random);
  }

  /** @param code in canonical form. */
  digest(code: string): Buffer {
    return createHmac('sha256', this.#lookupKey).update(code).digest();
  }

  /** Bound to the voucher's id, so that ciphers cannot be exchanged between rows. */
  encrypt(code: string, voucherId: string): Buffer {
    return seal(this.#displayKey, this.#random(NONCE_BYTES), code, voucherId);
  }

  /** @throws when it was sealed for another voucher, with another key, or changed. */
  decrypt(sealed: Buffer, voucherId: string): string {
    return unseal(this.#displayKey, sealed, voucherId);
  }

  /** @param privateKey as text. */
  sealSigningKey(privateKey: string, keyId: number): Buffer {
    return seal(this.#signingKey, this.#random(NONCE_BYTES), privateKey, String(keyId));
  }

  unsealSigningKey(sealed: Buffer, keyId: number): string {
    return unseal(this.#signingKey, sealed, String(keyId));
  }
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM: nonce, ciphertext, tag. */
function seal(key: Buffer, nonce: Buffer, text: string, context: string): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

function unseal(key: Buffer, sealed: Buffer, context: string): string {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(context))
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString();
}
