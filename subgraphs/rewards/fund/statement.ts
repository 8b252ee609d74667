/*
 * What an organisation had in a month: points from the ledger, sales and fees from the books of its stores' funds. Points
 * go by months of UTC, money by those of the stores' time zones, as each stands in the books; the same is told whenever it
 * is asked once the month is closed.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Month, SignedCents } from '../../kernel/scalars.ts';

export enum StatementKind {
  RETAILER = 'retailer',
  CHARITY = 'charity',
  MUNICIPALITY = 'municipality',
}

registerEnumType(StatementKind, {
  name: 'StatementKind',
  description: 'The organisations that points go to.',
  valuesConfig: {
    RETAILER: { description: 'Vouchers are bought for points, and sales owe fees.' },
    CHARITY: { description: 'Points are donated to it.' },
    MUNICIPALITY: { description: 'Points pay fees of its schemes.' },
  },
});

@ObjectType({ description: 'The sales of a retailer in the books of a month, and what they owe.' })
export class SalesFigures {
  @Field(() => Int, { description: 'How many sales.' })
  salesCount!: number;

  @Field(() => SignedCents, { description: 'What was paid for them.' })
  salesCents!: number;

  @Field(() => Int, { description: 'How many refunds.' })
  refundsCount!: number;

  @Field(() => SignedCents, { description: 'What was given back; below zero.' })
  refundsCents!: number;

  @Field(() => SignedCents, { description: 'The affiliate fee of both: what the retailer owes for the month.' })
  feeCents!: number;

  @Field(() => SignedCents, { description: 'What of it is for administration.' })
  administrationCents!: number;

  @Field(() => SignedCents, { description: 'What of it is for community funds; both make the fee.' })
  fundCents!: number;

  @Field(() => Int, { description: 'How many vouchers it redeemed in the month, UTC.' })
  vouchersRedeemed!: number;

  @Field(() => Int, { description: 'How many points had been paid for those.' })
  redeemedPoints!: number;
}

@ObjectType({ description: 'What an organisation had in a month.' })
export class OrganisationStatement {
  @Field(() => StatementKind, { description: 'What it is.' })
  kind!: StatementKind;

  @Field(() => ID, { description: 'The organisation.' })
  organisationId!: string;

  @Field(() => Month, { description: 'The month.' })
  month!: string;

  @Field(() => Int, { description: 'Points it had when the month began, not settled yet.' })
  openingPoints!: number;

  @Field(() => Int, {
    description:
      'Points that came in, whatever brought them: receivedFromPeoplePoints and takenBackPoints together. A settlement that was taken back is in it, although nobody gave anything.',
  })
  receivedPoints!: number;

  @Field(() => Int, { description: 'Points that people brought in: for vouchers, as donations, for fees.' })
  receivedFromPeoplePoints!: number;

  @Field(() => Int, {
    description:
      'Points of settlements that were taken back in the month, whenever those had been made: the points are to be settled again.',
  })
  takenBackPoints!: number;

  @Field(() => Int, { description: 'Points that went back to people.' })
  returnedPoints!: number;

  @Field(() => Int, {
    description:
      'Points that were settled outside of this system, those of settlements among them that were taken back later.',
  })
  settledPoints!: number;

  @Field(() => Int, {
    description:
      'What the settlements of the month come to: settled less taken back. Below zero where more was taken back, as of an earlier month.',
  })
  settledNetPoints!: number;

  @Field(() => Int, {
    description:
      'Points it had when the month ended: opening and received less returned and settled; the same as opening and received from people less returned and settled net.',
  })
  closingPoints!: number;

  @Field(() => SalesFigures, { nullable: true, description: 'Of retailers: sales and fees; null for others.' })
  sales!: SalesFigures | null;
}

/** The half-open month in UTC. */
export function monthInUtc(month: string): readonly [Date, Date] {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return [new Date(Date.UTC(year, number - 1, 1)), new Date(Date.UTC(year, number, 1))];
}

/** `brought` by people; `unsettled`: settlements that were taken back. */
type PointsFigure = 'opening' | 'brought' | 'unsettled' | 'settled' | 'returned';

export async function statementOf(
  em: EntityManager,
  kind: StatementKind,
  organisationId: string,
  month: string,
): Promise<OrganisationStatement> {
  const [startsAt, endsAt] = monthInUtc(month);
  const [row] = await em.execute<Record<PointsFigure, string>[]>(
    `select coalesce(sum(x.change) filter (where x.happened_at < ?), 0) as opening,
       coalesce(sum(x.change) filter (where x.happened_at >= ? and x.change > 0 and x.other <> 'settled'), 0) as brought,
       coalesce(sum(x.change) filter (where x.happened_at >= ? and x.change > 0 and x.other = 'settled'), 0) as unsettled,
       coalesce(-sum(x.change) filter (where x.happened_at >= ? and x.change < 0 and x.other = 'settled'), 0) as settled,
       coalesce(-sum(x.change) filter (where x.happened_at >= ? and x.change < 0 and x.other <> 'settled'), 0) as returned
     from (
       select t.happened_at, o.kind as other, case when p.credit_id = a.id then p.amount else -p.amount end as change
       from rewards.account a join rewards.posting p on a.id in (p.debit_id, p.credit_id)
         join rewards.account o on o.id = case when p.credit_id = a.id then p.debit_id else p.credit_id end
         join rewards.transaction t on t.id = p.transaction_id
       where a.kind = ? and a.owner_id = ? and t.happened_at < ?) x`,
    [startsAt, startsAt, startsAt, startsAt, startsAt, kind, organisationId, endsAt],
  );
  const points = (name: PointsFigure) => Number(row?.[name] ?? 0);
  const received = points('brought') + points('unsettled');
  return Object.assign(new OrganisationStatement(), {
    kind,
    organisationId,
    month,
    openingPoints: points('opening'),
    receivedPoints: received,
    receivedFromPeoplePoints: points('brought'),
    takenBackPoints: points('unsettled'),
    returnedPoints: points('returned'),
    settledPoints: points('settled'),
    settledNetPoints: points('settled') - points('unsettled'),
    closingPoints: points('opening') + received - points('returned') - points('settled'),
    sales: kind === StatementKind.RETAILER ? await salesFigures(em, organisationId, month) : null,
  });
}

async function salesFigures(em: EntityManager, retailerId: string, month: string): Promise<SalesFigures> {
  const [row] = await em.execute<Record<string, string>[]>(
    `select count(*) filter (where refunds_id is null) as "salesCount",
       coalesce(sum(cents) filter (where refunds_id is null), 0) as "salesCents",
       count(*) filter (where refunds_id is not null) as "refundsCount",
       coalesce(sum(cents) filter (where refunds_id is not null), 0) as "refundsCents",
       coalesce(sum(fee_cents), 0) as "feeCents", coalesce(sum(administration_cents), 0) as "administrationCents",
       coalesce(sum(fund_cents), 0) as "fundCents"
     from rewards.sale where retailer_id = ? and month = ?`,
    [retailerId, month],
  );
  const [redeemed] = await em.execute<Record<string, string>[]>(
    `select count(*) as "vouchersRedeemed", coalesce(sum(points), 0) as "redeemedPoints" from rewards.voucher
     where retailer_id = ? and state = 'redeemed' and redeemed_at >= ? and redeemed_at < ?`,
    [retailerId, ...monthInUtc(month)],
  );
  const figures = Object.entries({ ...row, ...redeemed }).map(([name, figure]) => [name, Number(figure)]);
  return Object.assign(new SalesFigures(), Object.fromEntries(figures));
}
