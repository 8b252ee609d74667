/*
 * What a partner tells of its sales, and what becomes of each. Rows that were told are never changed: a refund is a row of
 * its own, all of whose cents are below zero.
 */
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { pageOf } from '../../kernel/page.ts';
import { Cents, DateTime, Month, ShortText, SignedCents, ZipCode } from '../../kernel/scalars.ts';

export enum SaleOutcome {
  RECORDED = 'recorded',
  REPEATED = 'repeated',
  WAITING = 'waiting',
  REFUSED = 'refused',
}

registerEnumType(SaleOutcome, {
  name: 'SaleOutcome',
  description: 'What became of a row of a report.',
  valuesConfig: {
    RECORDED: { description: 'It is in the books, with its fee.' },
    REPEATED: { description: 'The same was recorded before; nothing was done.' },
    WAITING: { description: 'A refund of a sale that was not told yet: it is recorded together with it.' },
    REFUSED: { description: 'It is not in the books; `refusal` says why.' },
  },
});

export enum SaleRefusal {
  EXTERNAL_ID_REUSED = 'external_id_reused',
  ZIP_CODE_UNKNOWN = 'zip_code_unknown',
  ZIP_CODE_MISSING = 'zip_code_missing',
  SOLD_IN_FUTURE = 'sold_in_future',
  SOLD_TOO_LONG_AGO = 'sold_too_long_ago',
  REFUND_TOO_LARGE = 'refund_too_large',
  REFUND_OF_REFUND = 'refund_of_refund',
  REFUND_OF_NOTHING = 'refund_of_nothing',
  VOUCHER_UNKNOWN = 'voucher_unknown',
  VOUCHER_REPORTED = 'voucher_reported',
}

registerEnumType(SaleRefusal, {
  name: 'SaleRefusal',
  description: 'Why a row of a report is not in the books.',
  valuesConfig: {
    EXTERNAL_ID_REUSED: { description: 'Something else was told under this external id.' },
    ZIP_CODE_UNKNOWN: {
      description: 'There is no such ZIP code, or it is that of a post office of the forces abroad.',
    },
    ZIP_CODE_MISSING: { description: 'A sale needs the ZIP code of its store.' },
    SOLD_IN_FUTURE: { description: 'It was sold more than ten minutes from now.' },
    SOLD_TOO_LONG_AGO: { description: 'It was sold more than 400 days ago.' },
    REFUND_TOO_LARGE: { description: 'More would be given back than was paid.' },
    REFUND_OF_REFUND: { description: 'What it gives back is a refund itself.' },
    REFUND_OF_NOTHING: { description: 'A refund gives back at least a cent.' },
    VOUCHER_UNKNOWN: { description: 'The retailer has no such voucher.' },
    VOUCHER_REPORTED: { description: 'Another sale was paid with this voucher.' },
  },
});

@InputType({ description: 'A sale, or a refund of one.' })
export class SaleInput {
  @Field(() => ShortText, {
    description: 'The number of the receipt in the system of the retailer: what it is told under once.',
  })
  externalId!: string;

  @Field(() => Cents, {
    description: 'What was paid, vouchers taken off, without tax; of a refund what was given back, above zero too.',
  })
  cents!: number;

  @Field(() => ZipCode, {
    nullable: true,
    description: 'Of the store. Not for refunds, which have that of their sale.',
  })
  zipCode?: string | null;

  @Field(() => DateTime, { description: 'When it was sold, or given back.' })
  soldAt!: Date;

  @Field(() => ID, { nullable: true, description: 'The voucher that was taken off, if any; not for refunds.' })
  voucherId?: string | null;

  @Field(() => ShortText, {
    nullable: true,
    description: 'Makes it a refund: the external id of the sale that is given back.',
  })
  refundsExternalId?: string | null;
}

@ObjectType({ description: 'A sale or a refund in the books, with its fee. Of a refund all cents are below zero.' })
export class Sale {
  @Field(() => ID, { description: 'The id of the row.' })
  id!: string;

  @Field(() => ShortText, { description: 'The id in the system of the retailer.' })
  externalId!: string;

  @Field(() => ShortText, { nullable: true, description: 'Of a refund: the external id of its sale.' })
  refundsExternalId!: string | null;

  @Field(() => SignedCents, { description: 'What was paid or given back.' })
  cents!: number;

  @Field(() => ZipCode, { description: 'Of the store; whose fund it feeds.' })
  zipCode!: string;

  @Field(() => DateTime, { description: 'When it was sold or given back.' })
  soldAt!: Date;

  @Field(() => DateTime, { description: 'When it was told to us.' })
  reportedAt!: Date;

  @Field(() => Month, {
    description:
      "The month whose books it is in: that of `soldAt` in the store's time zone, or the one that was open when it was told.",
  })
  month!: string;

  @Field(() => Int, { description: 'The version of the fee rule that it went by.' })
  feeRuleVersion!: number;

  @Field(() => SignedCents, { description: 'The affiliate fee.' })
  feeCents!: number;

  @Field(() => SignedCents, { description: 'What of it is for administration.' })
  administrationCents!: number;

  @Field(() => SignedCents, { description: 'What of it is for the fund of the ZIP code; both make the fee.' })
  fundCents!: number;

  voucherId!: string | null;
}

export const SalePage = pageOf(Sale);

@ObjectType({ description: 'What became of one row of a report.' })
export class ReportedSale {
  @Field(() => ShortText, { description: 'The external id of the row.' })
  externalId!: string;

  @Field(() => SaleOutcome, { description: 'What became of it.' })
  outcome!: SaleOutcome;

  @Field(() => SaleRefusal, { nullable: true, description: 'Why it was refused; null unless it was.' })
  refusal!: SaleRefusal | null;

  @Field(() => Sale, {
    nullable: true,
    description: 'The row in the books; null while it waits and when it was refused.',
  })
  sale!: Sale | null;
}

export interface SaleRow {
  readonly id: string;
  readonly external_id: string;
  readonly refunds_external_id: string | null;
  readonly cents: string;
  readonly zip_code: string;
  readonly sold_at: string;
  readonly reported_at: string;
  readonly month: string;
  readonly fee_rule_version: number;
  readonly fee_cents: string;
  readonly administration_cents: string;
  readonly fund_cents: string;
  readonly voucher_id: string | null;
}

/** Reads what `asSale` takes; sales are `s`. */
export const saleColumns = `s.id, s.external_id, o.external_id as refunds_external_id, s.cents, s.zip_code, s.sold_at,
  s.reported_at, s.month, s.fee_rule_version, s.fee_cents, s.administration_cents, s.fund_cents, s.voucher_id`;
export const saleTables = 'rewards.sale s left join rewards.sale o on o.id = s.refunds_id';

export function asSale(row: SaleRow): Sale {
  return Object.assign(new Sale(), {
    id: row.id,
    externalId: row.external_id,
    refundsExternalId: row.refunds_external_id,
    cents: Number(row.cents),
    zipCode: row.zip_code,
    soldAt: new Date(row.sold_at),
    reportedAt: new Date(row.reported_at),
    month: row.month,
    feeRuleVersion: row.fee_rule_version,
    feeCents: Number(row.fee_cents),
    administrationCents: Number(row.administration_cents),
    fundCents: Number(row.fund_cents),
    voucherId: row.voucher_id,
  });
}
