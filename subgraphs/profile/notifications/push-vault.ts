/*
 * The secrets of pushes in the database: our own key pair (VAPID, RFC 8292), made once by whichever process comes first, and
 * devices' addresses with their keys. Both are sealed with AES-256-GCM: a stolen dump writes to nobody's device.
 */
import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHash,
  createPrivateKey,
  type KeyObject,
} from 'node:crypto';
import { deriveKey } from '../../kernel/configuration.ts';
import type { Machine } from '../../kernel/subgraph.ts';
import { newMessageSecrets } from './push-encryption.ts';
import type { PushSubscription } from './push-sender.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface ApplicationKey {
  /** P-256, uncompressed, base64url: as browsers and services take it. */
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

export class PushVault {
  readonly #machine: Pick<Machine, 'configuration' | 'random' | 'work'>;
  readonly #key: Buffer;
  #application: Promise<ApplicationKey> | undefined;

  constructor(machine: Pick<Machine, 'configuration' | 'random' | 'work'>) {
    this.#machine = machine;
    this.#key = deriveKey(machine.configuration.secretKey, 'pushes');
  }

  /** Under which a device is found again. */
  digest(endpoint: string): string {
    return createHash('sha256').update(this.#key).update(endpoint).digest('base64url');
  }

  sealDevice({ endpoint, p256dh, auth }: PushSubscription, deviceId: string): string {
    const text = JSON.stringify([endpoint, p256dh.toString('base64url'), auth.toString('base64url')]);
    return this.#seal(text, `device ${deviceId}`);
  }

  /** @throws when it was sealed for another device or with another secret, or was changed. */
  unsealDevice(sealed: string, deviceId: string): PushSubscription {
    const [endpoint, p256dh, auth] = JSON.parse(this.#unseal(sealed, `device ${deviceId}`)) as [string, string, string];
    return { endpoint, p256dh: Buffer.from(p256dh, 'base64url'), auth: Buffer.from(auth, 'base64url') };
  }

  /** The one pair of this system: browsers are bound to it when they subscribe. */
  applicationKey(): Promise<ApplicationKey> {
    this.#application ??= this.#load().catch((error) => {
      this.#application = undefined;
      throw error;
    });
    return this.#application;
  }

  #load(): Promise<ApplicationKey> {
    const { work, random } = this.#machine;
    return work(async ({ em, now }) => {
      const kept = 'select public_key, private_sealed from profile.push_key where id = 1';
      let [row] = await em.execute<{ public_key: string; private_sealed: string }[]>(kept);
      if (!row) {
        const ecdh = createECDH('prime256v1');
        const { privateKey } = newMessageSecrets(random);
        ecdh.setPrivateKey(privateKey);
        await em.execute(
          `insert into profile.push_key (id, public_key, private_sealed, created_at) values (1, ?, ?, ?)
           on conflict (id) do nothing`,
          [ecdh.getPublicKey('base64url'), this.#seal(privateKey.toString('base64url'), 'application key'), now],
        );
        // Another process may have been a moment earlier.
        [row] = await em.execute<{ public_key: string; private_sealed: string }[]>(kept);
      }
      if (!row) throw new Error('There is a key once one was written');
      const d = this.#unseal(row.private_sealed, 'application key');
      return { publicKey: row.public_key, privateKey: privateKeyOf(row.public_key, d) };
    });
  }

  #seal(text: string, context: string): string {
    const nonce = this.#machine.random(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(context));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url');
  }

  #unseal(sealed: string, context: string): string {
    const bytes = Buffer.from(sealed, 'base64url');
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(context))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    const opened = [decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()];
    return Buffer.concat(opened).toString('utf8');
  }
}

/** @param d the private number, base64url, as a JWK has it. */
export function privateKeyOf(publicKey: string, d: string): KeyObject {
  const point = Buffer.from(publicKey, 'base64url');
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
  return createPrivateKey({ key: { kty: 'EC', crv: 'P-256', x, y, d }, format: 'jwk' });
}
