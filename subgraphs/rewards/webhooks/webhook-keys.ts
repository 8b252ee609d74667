/*
 * How messages are signed: Standard Webhooks 1.0 (github.com/standard-webhooks/standard-webhooks, spec). Each key of an
 * endpoint signs twice: by HMAC (v1), whose secret is shown once, and by Ed25519 (v1a), whose public half anybody of the
 * organisation may read and which proves to third parties too who said it. After a rotation old and new sign side by side.
 */
import { createCipheriv, createDecipheriv, createHmac, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { deriveKey } from '../../kernel/configuration.ts';

/** 32 bytes each. */
export interface WebhookSecrets {
  /** Of HMAC. */
  readonly secret: Buffer;
  /** The private key of Ed25519 (RFC 8032). */
  readonly seed: Buffer;
}

const SECRET_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** PKCS 8 and SPKI of Ed25519 (RFC 8410), but for the key itself. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX_BYTES = 12;

/** The secret as receivers' libraries take it. */
export const writtenSecret = ({ secret }: Pick<WebhookSecrets, 'secret'>) => `whsec_${secret.toString('base64')}`;
/** @param publicKey 32 bytes. */
export const writtenPublicKey = (publicKey: Buffer) => `whpk_${publicKey.toString('base64')}`;

const privateKeyOf = (seed: Buffer) =>
  createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });

/** @returns 32 bytes. */
export function publicKeyOf({ seed }: Pick<WebhookSecrets, 'seed'>): Buffer {
  const spki = createPublicKey(privateKeyOf(seed)).export({ format: 'der', type: 'spki' });
  return spki.subarray(SPKI_PREFIX_BYTES);
}

export interface SignedMessage {
  readonly id: string;
  readonly body: string;
  /** Of this attempt: receivers refuse what is more than five minutes old. */
  readonly sentAt: Date;
}

/** The three headers of the standard, signed by all these keys. */
export function signedHeaders(
  { id, body, sentAt }: SignedMessage,
  keys: readonly WebhookSecrets[],
): Record<string, string> {
  const timestamp = String(Math.floor(sentAt.getTime() / 1000));
  const signed = `${id}.${timestamp}.${body}`;
  const signatures = keys.flatMap(({ secret, seed }) => [
    `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`,
    `v1a,${sign(null, Buffer.from(signed), privateKeyOf(seed)).toString('base64')}`,
  ]);
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

/** Makes secrets, and seals them for the database (AES-256-GCM: nonce, ciphertext, tag). */
export class WebhookVault {
  readonly #key: Buffer;
  readonly #random: (bytes: number) => Buffer;

  constructor(secretKey: Buffer, random: (bytes: number) => Buffer) {
    this.#key = deriveKey(secretKey, 'webhook keys');
    this.#random = random;
  }

  newSecrets(): WebhookSecrets {
    return { secret: this.#random(SECRET_BYTES), seed: this.#random(SECRET_BYTES) };
  }

  /** Bound to the key's id, so that ciphers cannot be exchanged between rows. */
  seal({ secret, seed }: WebhookSecrets, keyId: string): Buffer {
    const nonce = this.#random(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(keyId));
    return Buffer.concat([nonce, cipher.update(Buffer.concat([secret, seed])), cipher.final(), cipher.getAuthTag()]);
  }

  /** @throws when it was sealed for another key, by another process's secret, or changed. */
  unseal(sealed: Buffer, keyId: string): WebhookSecrets {
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(keyId))
      .setAuthTag(sealed.subarray(-TAG_BYTES));
    const opened = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    return { secret: opened.subarray(0, SECRET_BYTES), seed: opened.subarray(SECRET_BYTES) };
  }
}
