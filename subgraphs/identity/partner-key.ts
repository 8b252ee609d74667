/*
 * Keys of partners: a retailer's own systems call with one instead of signing in. The secret is shown once and stored as
 * SHA-256 (it has 256 random bits); a revoked key ends within the half minute that the gateway remembers it.
 */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { EntityManager } from '@mikro-orm/postgresql';
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

@ObjectType({ description: 'A key of a partner, without its secret. Only administrators see it.' })
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

  /** @returns the key and its secret, which nobody can read again. @throws Refusal BAD_USER_INPUT without a scope. */
  async create(
    wanted: NewPartnerKey,
    createdBy: string,
    { em, now, newId }: UnitOfWork,
  ): Promise<{ partnerKey: PartnerKey; secret: string }> {
    const scopes = [...new Set(wanted.scopes)].sort();
    if (scopes.length === 0) throw new Refusal('BAD_USER_INPUT', 'input.scopes must name at least one scope.');
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

  /** Revoking again changes nothing. @throws Refusal NOT_FOUND. */
  async revoke(partnerKeyId: string, { em, now }: UnitOfWork): Promise<PartnerKey> {
    await em.execute('update identity.partner_key set revoked_at = ? where id = ? and revoked_at is null', [
      now,
      partnerKeyId,
    ]);
    const partnerKey = await em.findOne(PartnerKey, partnerKeyId);
    if (!partnerKey) throw new Refusal('NOT_FOUND', 'There is no such partner key.');
    return partnerKey;
  }

  /** Newest first; UUIDv7 ids grow with time. */
  async list(em: EntityManager, page: PageArguments): Promise<Page<PartnerKey>> {
    const [after] = page.after ? decodeCursor(page.after, 'id') : [];
    const rows = await em.find(PartnerKey, after ? { id: { $lt: after } } : {}, {
      orderBy: { id: 'desc' },
      limit: page.first + 1,
    });
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
