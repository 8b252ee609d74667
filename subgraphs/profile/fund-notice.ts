/*
 * What the people of a ZIP code are told of their community fund: a row for the ZIP code, not for each of its people, who
 * find it by their residence. Whoever sends notifications on other channels picks these rows up.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { pageOf } from '../kernel/page.ts';
import { DateTime, Month, SignedCents, ZipCode } from '../kernel/scalars.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';

export enum FundNoticeKind {
  MONTH_CLOSED = 'month_closed',
  VOTE_OPENED = 'vote_opened',
  VOTE_DECIDED = 'vote_decided',
}

registerEnumType(FundNoticeKind, {
  name: 'FundNoticeKind',
  description: 'What a notice of a community fund tells.',
  valuesConfig: {
    MONTH_CLOSED: { description: 'The books of a month are closed.' },
    VOTE_OPENED: { description: 'Its people may vote on what the money pays for.' },
    VOTE_DECIDED: { description: 'The vote has ended, or its outcome was decided anew.' },
  },
});

@ObjectType({ description: 'What the people of a ZIP code are told of their community fund.' })
export class FundNotice {
  @Field(() => ID, { description: 'The id of the notice.' })
  id!: string;

  @Field(() => FundNoticeKind, { description: 'What it tells.' })
  kind!: FundNoticeKind;

  @Field(() => ZipCode, { description: 'Whose fund.' })
  zipCode!: string;

  @Field(() => Month, { description: 'Which month it is about.' })
  month!: string;

  @Field(() => SignedCents, { description: 'The money of the month, or what of it is to be paid by the decision.' })
  cents!: number;

  @Field(() => ID, { nullable: true, description: 'The vote; null for the close of a month.' })
  roundId!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Of a vote that opens: until when it is open.' })
  closesAt!: Date | null;

  @Field(() => DateTime, { description: 'When it happened.' })
  happenedAt!: Date;
}

export const FundNoticePage = pageOf(FundNotice);

export interface FundFact {
  readonly kind: FundNoticeKind;
  readonly zipCode: string;
  readonly month: string;
  readonly cents: number;
  readonly roundId?: string;
  readonly closesAt?: string;
  readonly happenedAt: string;
}

export async function recordFundNotice(fact: FundFact, { em, newId }: UnitOfWork): Promise<void> {
  const { kind, zipCode, month, cents, roundId = null, closesAt = null, happenedAt } = fact;
  await em.execute('insert into profile.fund_notice values (?, ?, ?, ?, ?, ?, ?, ?)', [
    newId(),
    kind,
    zipCode,
    month,
    cents,
    roundId,
    closesAt,
    happenedAt,
  ]);
}

/** Of the ZIP code where the person lives now, since they do, behind a place in the list; the latest first. */
export async function fundNoticesOf(
  em: EntityManager,
  accountId: string,
  limit: number,
  behind?: { readonly happenedAt: Date; readonly id: string },
): Promise<FundNotice[]> {
  const rows = await em.execute<
    {
      id: string;
      kind: FundNoticeKind;
      zip_code: string;
      month: string;
      cents: string;
      round_id: string | null;
      closes_at: string | null;
      happened_at: string;
    }[]
  >(
    `select n.* from profile.fund_notice n join profile.residence r on r.zip_code = n.zip_code
     where r.account_id = ? and n.happened_at >= r.declared_at
       and (?::uuid is null or (n.happened_at, n.id) < (?::timestamptz, ?::uuid))
     order by n.happened_at desc, n.id desc limit ?`,
    [accountId, behind?.id ?? null, behind?.happenedAt ?? null, behind?.id ?? null, limit],
  );
  return rows.map((row) =>
    Object.assign(new FundNotice(), {
      id: row.id,
      kind: row.kind,
      zipCode: row.zip_code,
      month: row.month,
      cents: Number(row.cents),
      roundId: row.round_id,
      closesAt: row.closes_at ? new Date(row.closes_at) : null,
      happenedAt: new Date(row.happened_at),
    }),
  );
}
