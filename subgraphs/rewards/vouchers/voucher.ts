/* Vouchers: what a person gets for points, and what a retailer takes. Row and graph's type in one; the code is the owner's. */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { pageOf } from '../../kernel/page.ts';
import { DateTime } from '../../kernel/scalars.ts';

export enum VoucherStatus {
  ISSUED = 'ISSUED',
  REDEEMED = 'REDEEMED',
  EXPIRED = 'EXPIRED',
}

registerEnumType(VoucherStatus, {
  name: 'VoucherStatus',
  description: 'What can be done with a voucher.',
  valuesConfig: {
    ISSUED: { description: 'It can be redeemed.' },
    REDEEMED: { description: 'The retailer has taken it.' },
    EXPIRED: { description: 'Nobody redeemed it in time.' },
  },
});

@ObjectType()
@Directive('@key(fields: "id", resolvable: false)')
export class Offer {
  @Field(() => ID)
  id!: string;
}

@ObjectType()
@Directive('@key(fields: "id", resolvable: false)')
export class Retailer {
  @Field(() => ID)
  id!: string;
}

@ObjectType()
@Directive('@key(fields: "id", resolvable: false)')
export class Charity {
  @Field(() => ID)
  id!: string;
}

@ObjectType({ description: 'What a person got for points. Only its owner sees it.' })
@Entity({ schema: 'rewards', tableName: 'voucher' })
export class Voucher {
  @Field(() => ID, { description: 'The id of the voucher.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' })
  transactionId!: string;

  @Property({ type: 'uuid' })
  accountId!: string;

  @Property({ type: 'uuid' })
  offerId!: string;

  @Property({ type: 'uuid' })
  retailerId!: string;

  @Field(() => Int, { description: 'How many points it cost.' })
  @Property({ type: 'integer' })
  points!: number;

  @Property({ type: 'text', nullable: true })
  zipCode?: string | null;

  @Property({ type: 'blob' })
  codeDigest!: Buffer;

  @Property({ type: 'blob' })
  codeCipher!: Buffer;

  @Field(() => DateTime, { description: 'When it was issued.' })
  @Property({ type: 'datetime' })
  issuedAt!: Date;

  @Field(() => DateTime, { description: 'Until when it can be redeemed.' })
  @Property({ type: 'datetime' })
  expiresAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When the retailer took it.' })
  @Property({ type: 'datetime', nullable: true })
  redeemedAt?: Date | null;
}

export const VoucherPage = pageOf(Voucher);

/** A voucher as the till sees it: without its owner, code and price in points. */
@ObjectType({ description: 'A voucher as the retailer sees it who redeemed it.' })
export class RedeemedVoucher {
  @Field(() => ID, { description: 'The id of the voucher.' })
  id!: string;

  @Field(() => Offer, { nullable: true, description: 'What it is good for; null while the catalog does not answer.' })
  offer!: Offer;

  @Field(() => Retailer, { nullable: true, description: 'Whose it is; null while the catalog does not answer.' })
  retailer!: Retailer;

  @Field(() => VoucherStatus, { description: 'REDEEMED.' })
  status!: VoucherStatus;

  @Field(() => DateTime, { description: 'When it was redeemed.' })
  redeemedAt!: Date;
}

export function statusOf(voucher: Voucher, now: Date): VoucherStatus {
  if (voucher.redeemedAt) return VoucherStatus.REDEEMED;
  return voucher.expiresAt <= now ? VoucherStatus.EXPIRED : VoucherStatus.ISSUED;
}
