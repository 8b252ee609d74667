/*
 * Encrypts what a push service carries so that the person's browser alone opens it: RFC 8291 over RFC 8188 (aes128gcm), in
 * one record. All messages are of one length, since the service sees how long they are.
 */
import { createCipheriv, createECDH, hkdfSync } from 'node:crypto';
import type { PushSubscription } from './push-sender.ts';

const SALT_BYTES = 16;
const TAG_BYTES = 16;
const PRIVATE_KEY_BYTES = 32;
/** What services take at least (RFC 8030, 7.2), which is also the size of the one record. */
const RECORD_BYTES = 4_096;
/** Text and padding; the longest of our messages has about 350. */
export const PADDED_BYTES = 1_024;

export interface MessageSecrets {
  readonly salt: Buffer;
  /** The private key of this message: 32 bytes. */
  readonly privateKey: Buffer;
  /** Text with its padding; as long as the text and its end where absent. */
  readonly paddedBytes?: number;
}

/** Fresh ones, for one message. */
export function newMessageSecrets(random: (bytes: number) => Buffer): MessageSecrets {
  for (;;) {
    const privateKey = random(PRIVATE_KEY_BYTES);
    try {
      createECDH('prime256v1').setPrivateKey(privateKey);
      return { salt: random(SALT_BYTES), privateKey, paddedBytes: PADDED_BYTES };
    } catch {
      // Zero, or beyond the order of the curve: one in four billion.
    }
  }
}

/** @returns the body of the request. @throws when the text is longer than the padding, or a key is none. */
export function encrypt(
  text: Buffer,
  { p256dh, auth }: Pick<PushSubscription, 'p256dh' | 'auth'>,
  { salt, privateKey, paddedBytes = text.length + 1 }: MessageSecrets,
): Buffer {
  if (text.length + 1 > paddedBytes || paddedBytes + TAG_BYTES > RECORD_BYTES) {
    throw new Error(`A push of ${text.length} bytes is too long`);
  }
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(privateKey);
  const publicKey = ecdh.getPublicKey();
  const about = Buffer.concat([Buffer.from('WebPush: info\0'), p256dh, publicKey]);
  const input = Buffer.from(hkdfSync('sha256', ecdh.computeSecret(p256dh), auth, about, 32));
  const contentKey = Buffer.from(hkdfSync('sha256', input, salt, 'Content-Encoding: aes128gcm\0', 16));
  const nonce = Buffer.from(hkdfSync('sha256', input, salt, 'Content-Encoding: nonce\0', 12));
  const padded = Buffer.alloc(paddedBytes);
  text.copy(padded);
  // The last record ends with 2 (RFC 8188, section 2).
  padded[text.length] = 2;
  const cipher = createCipheriv('aes-128-gcm', contentKey, nonce);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(RECORD_BYTES);
  const head = [salt, size, Buffer.from([publicKey.length]), publicKey];
  return Buffer.concat([...head, cipher.update(padded), cipher.final(), cipher.getAuthTag()]);
}
