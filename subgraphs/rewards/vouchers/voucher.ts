/*
 * Vouchers: what a person gets for points, and what a retailer takes. Row and graph's type in one; the code and the token
 * are the owner's alone. What the terms were when it was bought stands on the voucher and is never read from the offer.
 */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { pageOf } from '../../kernel/page.ts';
import { Cents, DateTime, ShortText } from '../../kernel/scalars.ts';
import { stateAt, type VoucherRow, type VoucherState } from './voucher-state.ts';

export enum VoucherStatus {
  ISSUED = 'ISSUED',
  HELD = 'HELD',
  REDEEMED = 'REDEEMED',
  EXPIRED = 'EXPIRED',
  VOID = 'VOID',
  REFUNDED = 'REFUNDED',
}

registerEnumType(VoucherStatus, {
  name: 'VoucherStatus',
  description: 'What can be done with a voucher.',
  valuesConfig: {
    ISSUED: { description: 'It can be redeemed.' },
    HELD: { description: 'A till holds it for a sale for a short while; nobody else can take it meanwhile.' },
    REDEEMED: { description: 'The retailer has taken it.' },
    EXPIRED: { description: 'Nobody redeemed it in time.' },
    VOID: { description: 'It is good no more. Where its points go back, they do from `refundDueAt`.' },
    REFUNDED: { description: 'It is good no more, and its points went back to its owner.' },
  },
});

export enum RedemptionMethod {
  CODE = 'CODE',
  TOKEN = 'TOKEN',
  OFFLINE = 'OFFLINE',
}

registerEnumType(RedemptionMethod, {
  name: 'RedemptionMethod',
  description: 'How a voucher was taken.',
  valuesConfig: {
    CODE: { description: 'By its code, which was read, typed or scanned.' },
    TOKEN: { description: 'By its signed token.' },
    OFFLINE: { description: 'By its signed token, at a till that was cut off and told us later.' },
  },
});

@ObjectType()
@Directive('@key(fields: "id")')
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

  @Field(() => Cents, { description: 'What it is worth at the till, in cents.' })
  @Property({ type: 'integer' })
  valueCents!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'The version of the offer whose terms it keeps; null for those issued before that was noted.',
  })
  @Property({ type: 'integer', nullable: true })
  offerVersion?: number | null;

  @Property({ type: 'text', nullable: true })
  zipCode?: string | null;

  /** As the driver reads a bigint. */
  @Property({ type: 'text' })
  serial!: string;

  @Property({ type: 'text' })
  state!: VoucherState;

  @Field(() => Boolean, { description: 'Whether a till of the retailer may take it while it is cut off.' })
  @Property({ type: 'boolean' })
  offlineAllowed!: boolean;

  /** By the terms; whether it can be given back now is another matter. */
  @Property({ type: 'boolean', fieldName: 'refundable' })
  refundableByTerms!: boolean;

  @Field(() => Boolean, { description: 'Whether its points go back when it expires unused.' })
  @Property({ type: 'boolean' })
  refundsExpired!: boolean;

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

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when the latest hold of a till lasts or lasted; null where none ever held it.',
  })
  @Property({ type: 'datetime', nullable: true })
  heldUntil?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When the retailer took it.' })
  @Property({ type: 'datetime', nullable: true })
  redeemedAt?: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'From when the points of a void or expired voucher go back: at once, or, where tills that were cut off may still tell of it, when their time is over. Null where they do not go back.',
  })
  @Property({ type: 'datetime', nullable: true })
  refundDueAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When its points went back.' })
  @Property({ type: 'datetime', nullable: true })
  refundedAt?: Date | null;
}

export const VoucherPage = pageOf(Voucher);

/** A voucher as the till sees it: without its owner, code and price in points. */
@ObjectType({ description: 'A voucher as the retailer sees it: without its owner, its code and its price in points.' })
export class RedeemedVoucher {
  @Field(() => ID, { description: 'The id of the voucher.' })
  id!: string;

  @Field(() => Offer, { nullable: true, description: 'What it is good for; null while the catalog does not answer.' })
  offer!: Offer;

  @Field(() => Retailer, { nullable: true, description: 'Whose it is; null while the catalog does not answer.' })
  retailer!: Retailer;

  @Field(() => VoucherStatus, { description: 'REDEEMED, or REFUNDED when the redemption was taken back.' })
  status!: VoucherStatus;

  @Field(() => DateTime, { description: 'When it was redeemed.' })
  redeemedAt!: Date;

  @Field(() => Cents, { description: 'What it was worth at the till, in cents.' })
  valueCents!: number;

  @Field(() => RedemptionMethod, { description: 'How it was taken.' })
  method!: RedemptionMethod;

  @Field(() => ID, { nullable: true, description: 'The terminal that took it, where it was named.' })
  terminalId!: string | null;

  @Field(() => ShortText, { nullable: true, description: 'The number of the sale in the books of the retailer.' })
  saleReference!: string | null;
}

export const RedemptionPage = pageOf(RedeemedVoucher, 'Redemption');

/** A voucher that was redeemed, as its retailer sees it. */
export function asRedeemed(row: VoucherRow): RedeemedVoucher {
  if (row.redeemed_at === null) throw new Error('only what was redeemed is shown as redeemed');
  return Object.assign(new RedeemedVoucher(), {
    id: row.id,
    offer: { id: row.offer_id },
    retailer: { id: row.retailer_id },
    status: row.state.toUpperCase() as VoucherStatus,
    redeemedAt: new Date(row.redeemed_at),
    valueCents: row.value_cents,
    method: (row.redeemed_with ?? 'code').toUpperCase() as RedemptionMethod,
    terminalId: row.terminal_id,
    saleReference: row.sale_reference,
  });
}

export function statusOf(voucher: Voucher, now: Date): VoucherStatus {
  return stateAt(voucher, now).toUpperCase() as VoucherStatus;
}
