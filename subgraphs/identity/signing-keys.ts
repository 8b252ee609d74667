/*
 * The keys that sign access tokens: Ed25519, kept in the database with the private half sealed, so that all processes of
 * identity sign with the same one and a restart logs nobody out. The newest signs; one that was replaced stays published
 * until its last token has expired. Replaced every 30 days, or at once by `rotate`.
 */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { Directive, Field, ObjectType } from 'type-graphql';
import type { OrganisationReference } from '../kernel/caller.ts';
import { OpaqueToken } from '../kernel/scalars.ts';
import type { Machine } from '../kernel/subgraph.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';
import type { Secrets } from './secrets.ts';

@ObjectType({ description: 'A public key that checks access tokens: Ed25519, for the gateway.' })
@Directive('@inaccessible')
export class SessionVerificationKey {
  @Field(() => OpaqueToken, { description: 'Key id, as it stands in the header of a token.' })
  kid!: string;

  @Field(() => OpaqueToken, { description: 'The public key, `x` of its JWK (RFC 8037).' })
  x!: string;
}

export const ACCESS_TOKEN_SECONDS = 5 * 60;
const KEY_DAYS = 30;
/** Other processes go on signing with the old key until they look again. */
const LOOK_AGAIN_SECONDS = 60;
const PUBLISHED_AFTER_SECONDS = ACCESS_TOKEN_SECONDS + 2 * LOOK_AGAIN_SECONDS;
const LOCK = "select pg_advisory_xact_lock(hashtextextended('identity signing keys', 0))";

interface SigningKey {
  readonly kid: string;
  readonly key: KeyObject;
  readonly lookAgainAt: number;
}

export class SigningKeys {
  readonly #machine: Machine;
  readonly #secrets: Secrets;
  #current: Promise<SigningKey> | undefined;

  constructor(machine: Machine, secrets: Secrets) {
    this.#machine = machine;
    this.#secrets = secrets;
  }

  /** An access token of a session of `accountId`, which acts for `organisations`; `expiresAt` is five minutes from now. */
  async issue(
    accountId: string,
    sessionId: string,
    scopes: readonly string[],
    organisations: readonly OrganisationReference[] = [],
  ): Promise<{ token: string; expiresAt: Date }> {
    const { kid, key } = await this.#signingKey();
    const nowSeconds = Math.floor(this.#machine.clock.now().getTime() / 1000);
    const claims = { scope: scopes.join(' '), sid: sessionId };
    const token = await new SignJWT({ ...claims, ...(organisations.length > 0 && { organisations }) })
      .setProtectedHeader({ alg: 'EdDSA', kid })
      .setIssuer('hey-blue')
      .setAudience('hey-blue')
      .setSubject(accountId)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + ACCESS_TOKEN_SECONDS)
      .sign(key);
    return { token, expiresAt: new Date((nowSeconds + ACCESS_TOKEN_SECONDS) * 1000) };
  }

  /** The keys whose tokens may still be valid. There is at least one: it is made if need be. */
  async published(): Promise<SessionVerificationKey[]> {
    await this.#signingKey();
    const rows = await this.#machine
      .em()
      .execute<{ kid: string; x: string }[]>(
        'select kid, x from identity.signing_key where published_until is null or published_until > ? order by created_at desc',
        [this.#machine.clock.now()],
      );
    return rows.map(({ kid, x }) => Object.assign(new SessionVerificationKey(), { kid, x }));
  }

  /** Signs with a new key from now on; other processes follow within a minute. */
  async rotate(): Promise<void> {
    await this.#machine.work(async (work) => {
      await work.em.execute(LOCK);
      await this.#make(work);
    });
    this.#current = undefined;
  }

  async #signingKey(): Promise<SigningKey> {
    const known = await this.#current?.catch(() => undefined);
    if (known && known.lookAgainAt > this.#machine.clock.now().getTime()) return known;
    const loading = this.#load();
    this.#current = loading;
    return loading;
  }

  #load(): Promise<SigningKey> {
    return this.#machine.work(async (work) => {
      const newest = `select kid, private_sealed from identity.signing_key
        where published_until is null and created_at > ? order by created_at desc limit 1`;
      const notBefore = new Date(work.now.getTime() - KEY_DAYS * 24 * 3600 * 1000);
      type Row = { kid: string; private_sealed: string };
      let [row] = await work.em.execute<Row[]>(newest, [notBefore]);
      if (!row) {
        await work.em.execute(LOCK);
        [row] = await work.em.execute<Row[]>(newest, [notBefore]);
        row ??= await this.#make(work);
      }
      const pkcs8 = Buffer.from(this.#secrets.unseal(row.private_sealed, `signing key ${row.kid}`), 'base64');
      return {
        kid: row.kid,
        key: createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }),
        lookAgainAt: work.now.getTime() + LOOK_AGAIN_SECONDS * 1000,
      };
    });
  }

  async #make({ em, now, newId }: UnitOfWork): Promise<{ kid: string; private_sealed: string }> {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const kid = newId();
    const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
    const sealed = this.#secrets.seal(pkcs8, `signing key ${kid}`);
    await em.execute('update identity.signing_key set published_until = ? where published_until is null', [
      new Date(now.getTime() + PUBLISHED_AFTER_SECONDS * 1000),
    ]);
    await em.execute('delete from identity.signing_key where published_until <= ?', [now]);
    await em.execute('insert into identity.signing_key (kid, x, private_sealed, created_at) values (?, ?, ?, ?)', [
      kid,
      publicKey.export({ format: 'jwk' }).x,
      sealed,
      now,
    ]);
    return { kid, private_sealed: sealed };
  }
}
