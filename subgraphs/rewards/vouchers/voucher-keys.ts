/*
 * The keys that sign vouchers: Ed25519, the private halves sealed in the database, so that all processes sign with one and
 * a restart changes nothing. The newest signs; one that was replaced stays published until the last token it signed has
 * expired. A key that leaked is withdrawn: tokens of it are worth nothing from then on, while their vouchers live on,
 * because whoever looks at a voucher is given a token of the key that signs now.
 */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Machine } from '../../kernel/subgraph.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { VoucherVault } from './voucher-code.ts';
import { publicKeyOf } from './voucher-token.ts';

/** A public key as tills are given it. */
export interface PublishedVoucherKey {
  readonly keyId: number;
  /** Its 32 bytes (RFC 8032). */
  readonly publicKey: Buffer;
  readonly signsSince: Date;
  /** From when tokens of it need not be taken; null for the one that signs now. */
  readonly publishedUntil: Date | null;
}

interface SigningKey {
  readonly keyId: number;
  readonly key: KeyObject;
  readonly lookAgainAt: number;
}

const KEY_DAYS = 180;
/** As long as a voucher may be good at most (see terms.ts), and a day in which all processes have surely looked for the new key. */
const PUBLISHED_AFTER_DAYS = 731;
const DAY_MILLISECONDS = 86_400_000;
/** Other processes follow a change within a minute. */
const LOOK_AGAIN_MILLISECONDS = 60_000;
const LOCK = "select pg_advisory_xact_lock(hashtextextended('voucher signing keys', 0))";

export class VoucherKeys {
  readonly #machine: Machine;
  readonly #vault: VoucherVault;
  #current: Promise<SigningKey> | undefined;

  constructor(machine: Machine, vault: VoucherVault) {
    this.#machine = machine;
    this.#vault = vault;
  }

  /** The key that signs now; made if there is none, or none young enough. */
  async signingKey(): Promise<Pick<SigningKey, 'keyId' | 'key'>> {
    const known = await this.#current?.catch(() => undefined);
    if (known && known.lookAgainAt > this.#machine.clock.now().getTime()) return known;
    const loading = this.#load();
    this.#current = loading;
    return loading;
  }

  /** All keys whose tokens are to be taken, the newest first. There is at least one. */
  async published(): Promise<PublishedVoucherKey[]> {
    await this.signingKey();
    return publishedKeys(this.#machine.em(), this.#machine.clock.now());
  }

  /**
   * Signs with a new key from now on; other processes follow within a minute.
   * @param withdraw whether the keys of before leaked: then what they signed is worth nothing any more.
   */
  async rotate(withdraw: boolean): Promise<void> {
    await this.#machine.work(async (work) => {
      await work.em.execute(LOCK);
      if (withdraw) {
        await work.em.execute('update rewards.voucher_key set published_until = ? where published_until is null', [
          work.now,
        ]);
        await work.em.execute('update rewards.voucher_key set published_until = ? where published_until > ?', [
          work.now,
          work.now,
        ]);
      }
      await this.#make(work);
    });
    this.#current = undefined;
  }

  #load(): Promise<SigningKey> {
    return this.#machine.work(async (work) => {
      const newest = `select key_id, private_sealed from rewards.voucher_key
        where published_until is null and created_at > ? order by key_id desc limit 1`;
      const notBefore = new Date(work.now.getTime() - KEY_DAYS * DAY_MILLISECONDS);
      type Row = { key_id: number; private_sealed: Buffer };
      let [row] = await work.em.execute<Row[]>(newest, [notBefore]);
      if (!row) {
        await work.em.execute(LOCK);
        [row] = await work.em.execute<Row[]>(newest, [notBefore]);
        row ??= await this.#make(work);
      }
      const pkcs8 = Buffer.from(this.#vault.unsealSigningKey(row.private_sealed, row.key_id), 'base64');
      return {
        keyId: row.key_id,
        key: createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }),
        lookAgainAt: work.now.getTime() + LOOK_AGAIN_MILLISECONDS,
      };
    });
  }

  async #make({ em, now }: UnitOfWork): Promise<{ key_id: number; private_sealed: Buffer }> {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    await em.execute('update rewards.voucher_key set published_until = ? where published_until is null', [
      new Date(now.getTime() + PUBLISHED_AFTER_DAYS * DAY_MILLISECONDS),
    ]);
    const [next] = await em.execute<{ key_id: number }[]>(
      'select coalesce(max(key_id), 0) + 1 as key_id from rewards.voucher_key',
    );
    const keyId = next?.key_id ?? 1;
    const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
    const sealed = this.#vault.sealSigningKey(pkcs8, keyId);
    const { x = '' } = publicKey.export({ format: 'jwk' });
    await em.execute(
      'insert into rewards.voucher_key (key_id, public_key, private_sealed, created_at) values (?, ?, ?, ?)',
      [keyId, Buffer.from(x, 'base64url'), sealed, now],
    );
    return { key_id: keyId, private_sealed: sealed };
  }
}

export async function publishedKeys(em: EntityManager, now: Date): Promise<PublishedVoucherKey[]> {
  const rows = await em.execute<
    { key_id: number; public_key: Buffer; created_at: string; published_until: string | null }[]
  >(
    `select key_id, public_key, created_at, published_until from rewards.voucher_key
     where published_until is null or published_until > ? order by key_id desc`,
    [now],
  );
  return rows.map((row) => ({
    keyId: row.key_id,
    publicKey: row.public_key,
    signsSince: new Date(row.created_at),
    publishedUntil: row.published_until === null ? null : new Date(row.published_until),
  }));
}

/** The same by number, ready to check with. */
export async function verificationKeys(em: EntityManager, now: Date): Promise<Map<number, KeyObject>> {
  const keys = new Map<number, KeyObject>();
  for (const { keyId, publicKey } of await publishedKeys(em, now)) {
    const key = publicKeyOf(publicKey);
    if (key) keys.set(keyId, key);
  }
  return keys;
}
