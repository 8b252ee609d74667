/*
 * Keys of partners: a retailer's own systems call with one instead of signing in. The secret is shown once and stored as
 * SHA-256 (it has 256 random bits); a revoked key ends within the half minute that the gateway remembers it.
 */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import type { Scope } from '../kernel/caller.ts';
import { Refusal } from '../kernel/errors.ts';
import { decodeCursor, type Page, type PageArguments, pageOf, toPage } from '../kernel/page.ts';
import { DateTime, ShortText } from '../kernel/scalars.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';
import { fingerprint, type Secrets } from './secrets.ts';

export enum PartnerScope {
  VOUCHERS_REDEEM = 'vouchers:redeem',
  OFFERS_READ = 'offers:read',
}

registerEnumType(PartnerScope, {
  name: 'PartnerScope',
  description: 'What a partner key may do, for its own retailer only.',
  valuesConfig: {
    VOUCHERS_REDEEM: { description: 'Check and redeem vouchers.' },
    OFFERS_READ: { description: 'Read the data of offers.' },
  },
});

@ObjectType({
  description: 'A key of a partner, without its secret. Those who act for its retailer and administrators see it.',
})
@Entity({ schema: 'identity', tableName: 'partner_key' })
export class PartnerKey {
  @Field(() => ID, { description: 'Names the key; not the secret.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => ID, { description: 'The retailer for which it acts.' })
  @Property({ type: 'uuid' })
  retailerId!: string;

  @Field(() => ShortText, { description: 'What people call it, such as the system that uses it.' })
  @Property({ type: 'text' })
  label!: string;

  /** Space separated, as scopes stand in tokens. */
  @Property({ type: 'text', name: 'scopes' })
  scopeText!: string;

  @Property({ type: 'text' })
  secretHash!: string;

  @Property({ type: 'uuid' })
  createdBy!: string;

  @Field(() => DateTime, { description: 'When it was made.' })
  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was revoked; null while it is good.' })
  @Property({ type: 'datetime', nullable: true })
  revokedAt?: Date | null;

  @Field(() => [PartnerScope], { description: 'What it may do.' })
  get scopes(): PartnerScope[] {
    return this.scopeText.split(' ') as PartnerScope[];
  }
}

export const PartnerKeyPage = pageOf(PartnerKey);

@ObjectType({ description: 'What a partner key stands for, for the gateway.' })
@Directive('@inaccessible')
export class VerifiedPartnerKey {
  @Field(() => ID, { description: 'The retailer for which it acts.' })
  retailerId!: string;

  @Field(() => [ShortText], { description: 'Scopes as the subgraphs know them.' })
  scopes!: Scope[];
}

/** Begins every secret, so that one that leaked into a repository or a log is recognised as ours. */
export const SECRET_PREFIX = 'hb_';

/** Enough for every system of a large retailer, twice over while keys are exchanged. */
export const KEYS_PER_RETAILER = 50;

export interface NewPartnerKey {
  readonly retailerId: string;
  readonly label: string;
  readonly scopes: readonly PartnerScope[];
}

export class PartnerKeys {
  readonly #secrets: Secrets;

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  /**
   * @returns the key and its secret, which nobody can read again.
   * @throws Refusal BAD_USER_INPUT without a scope, LIMIT_REACHED where the retailer has KEYS_PER_RETAILER in use.
   */
  async create(
    wanted: NewPartnerKey,
    createdBy: string,
    { em, now, newId }: UnitOfWork,
  ): Promise<{ partnerKey: PartnerKey; secret: string }> {
    const scopes = [...new Set(wanted.scopes)].sort();
    if (scopes.length === 0) throw new Refusal('BAD_USER_INPUT', 'input.scopes must name at least one scope.');
    // Two new keys at once count each other.
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`keys of ${wanted.retailerId}`]);
    if ((await em.count(PartnerKey, { retailerId: wanted.retailerId, revokedAt: null })) >= KEYS_PER_RETAILER) {
      throw new Refusal('LIMIT_REACHED', `A retailer has at most ${KEYS_PER_RETAILER} keys: revoke one first.`);
    }
    const secret = SECRET_PREFIX + this.#secrets.token();
    const partnerKey = Object.assign(new PartnerKey(), {
      id: newId(),
      retailerId: wanted.retailerId,
      label: wanted.label,
      scopeText: scopes.join(' '),
      secretHash: fingerprint(secret),
      createdBy,
      createdAt: now,
      revokedAt: null,
    });
    em.persist(partnerKey);
    await em.flush();
    return { partnerKey, secret };
  }

  /**
   * Revoking again changes nothing. @param check rejects where the caller may not revoke this key.
   * @throws Refusal NOT_FOUND.
   */
  async revoke(
    partnerKeyId: string,
    check: (partnerKey: PartnerKey) => Promise<void>,
    { em, now }: UnitOfWork,
  ): Promise<PartnerKey> {
    const partnerKey = await em.findOne(PartnerKey, partnerKeyId, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!partnerKey) throw new Refusal('NOT_FOUND', 'There is no such partner key.');
    await check(partnerKey);
    partnerKey.revokedAt ??= now;
    return partnerKey;
  }

  /** Newest first; UUIDv7 ids grow with time. @param retailerIds whose; of all where absent. */
  async list(em: EntityManager, page: PageArguments, retailerIds?: readonly string[]): Promise<Page<PartnerKey>> {
    const [after] = page.after ? decodeCursor(page.after, 'id') : [];
    const whose = retailerIds ? { retailerId: { $in: [...retailerIds] } } : {};
    const rows = await em.find(
      PartnerKey,
      { ...whose, ...(after && { id: { $lt: after } }) },
      { orderBy: { id: 'desc' }, limit: page.first + 1 },
    );
    return toPage(rows, page, ({ id }) => [id]);
  }

  /** What the secret stands for, null when it is unknown or revoked. */
  async verify(secret: string, em: EntityManager): Promise<VerifiedPartnerKey | null> {
    const partnerKey = await em.findOne(PartnerKey, { secretHash: fingerprint(secret), revokedAt: null });
    return partnerKey
      ? Object.assign(new VerifiedPartnerKey(), { retailerId: partnerKey.retailerId, scopes: partnerKey.scopes })
      : null;
  }
}
