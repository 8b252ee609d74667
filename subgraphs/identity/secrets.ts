/*
 * How this domain keeps what must not be readable in its database. Random tokens are stored as plain SHA-256, since
 * nobody guesses 256 bits; e-mails and numbers, which can be guessed, as keyed hashes to look them up and as AES-GCM
 * ciphertexts to read them. A stolen dump without SECRET_KEY names nobody.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';
import { deriveKey } from '../kernel/configuration.ts';

const TOKEN_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Fingerprint of a token of full entropy. */
export function fingerprint(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** AES-256-GCM; `context` is bound to the text, so that a ciphertext moved to another row or column does not open. */
export function seal(key: Buffer, random: (bytes: number) => Buffer, text: string, context: string): string {
  const nonce = random(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url');
}

/** @throws when the text was sealed with another key or context, or was changed. */
export function unseal(key: Buffer, sealed: string, context: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
}

export class Secrets {
  readonly #hashKey: Buffer;
  readonly #sealKey: Buffer;
  readonly #random: (bytes: number) => Buffer;

  /** @param secretKey the configuration's; keys for hashing and sealing are derived from it. */
  constructor(secretKey: Buffer, random: (bytes: number) => Buffer) {
    this.#hashKey = deriveKey(secretKey, 'identity hashes');
    this.#sealKey = deriveKey(secretKey, 'identity ciphertexts');
    this.#random = random;
  }

  /** 256 random bits in base64url. */
  token(): string {
    return this.#random(TOKEN_BYTES).toString('base64url');
  }

  /** Six decimal digits, each as likely as any other. */
  digits(): string {
    // 4,294,000,000 is the largest multiple of a million below 2^32: what lies above would favour small codes.
    for (;;) {
      const number = this.#random(4).readUInt32BE();
      if (number < 4_294_000_000) return String(number % 1_000_000).padStart(6, '0');
    }
  }

  /** HMAC-SHA256 of what could be guessed; the same value under another purpose has another hash. */
  keyedHash(purpose: string, ...values: readonly string[]): string {
    return createHmac('sha256', this.#hashKey)
      .update(JSON.stringify([purpose, ...values]))
      .digest('base64url');
  }

  seal(text: string, context: string): string {
    return seal(this.#sealKey, this.#random, text, context);
  }

  unseal(sealed: string, context: string): string {
    return unseal(this.#sealKey, sealed, context);
  }

  /** Seals under a key that only the holder of `token` has, so that the database alone cannot open it. */
  sealFor(token: string, text: string, context: string): string {
    return seal(deriveKey(Buffer.from(token), 'identity token holder'), this.#random, text, context);
  }

  unsealWith(token: string, sealed: string, context: string): string {
    return unseal(deriveKey(Buffer.from(token), 'identity token holder'), sealed, context);
  }
}
