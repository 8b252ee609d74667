/* What a charity was given, as those see it who act for it: how much, when and what for, but never by whom. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { pageOf } from '../../kernel/page.ts';
import { DateTime, ShortText } from '../../kernel/scalars.ts';
import { REVERSED_AT, receiptNumber } from './receipt.ts';

@ObjectType({ description: 'A donation as the charity sees it; by whom it was given is not told.' })
export class ReceivedDonation {
  @Field(() => ID, { description: 'The id of the donation.' })
  id!: string;

  @Field(() => Int, { description: 'How many points.' })
  points!: number;

  @Field(() => ShortText, { nullable: true, description: 'What it is for; null where the charity is free to choose.' })
  earmark!: string | null;

  @Field(() => ShortText, { description: 'The number of its receipt.' })
  receiptNumber!: string;

  @Field(() => DateTime, { description: 'When.' })
  donatedAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was taken back by an administrator; null while it stands.',
  })
  reversedAt!: Date | null;
}

export const ReceivedDonationPage = pageOf(ReceivedDonation);

@ObjectType({ description: 'What a charity was given for one purpose.' })
export class EarmarkTotal {
  @Field(() => ShortText, { nullable: true, description: 'What for; null for what it may use as it likes.' })
  earmark!: string | null;

  @Field(() => Int, { description: 'How many donations, without those that were taken back.' })
  donations!: number;

  @Field(() => Int, { description: 'How many points.' })
  points!: number;
}

interface ReceivedRow {
  readonly id: string;
  readonly points: number;
  readonly earmark: string | null;
  readonly year: number;
  readonly number: number;
  readonly donated_at: Date | string;
  readonly reversed_at: Date | string | null;
}

/** What a charity was given, the latest first. @param filter.earmark only what is for this. */
export async function receivedBy(
  em: EntityManager,
  charityId: string,
  filter: {
    readonly earmark?: string | null | undefined;
    readonly behind?: { readonly donatedAt: Date; readonly id: string } | undefined;
    readonly limit: number;
  },
): Promise<ReceivedDonation[]> {
  const { earmark, behind, limit } = filter;
  const rows = await em.execute<ReceivedRow[]>(
    `select d.id, d.points, d.earmark, d.donated_at, r.year, r.number, ${REVERSED_AT} as reversed_at
     from rewards.donation d join rewards.donation_receipt r on r.donation_id = d.id where d.charity_id = ?
       ${earmark ? 'and d.earmark = ?' : ''} ${behind ? 'and (d.donated_at, d.id) < (?, cast(? as uuid))' : ''}
     order by d.donated_at desc, d.id desc limit ?`,
    [charityId, ...(earmark ? [earmark] : []), ...(behind ? [behind.donatedAt, behind.id] : []), limit],
  );
  return rows.map((row) =>
    Object.assign(new ReceivedDonation(), {
      id: row.id,
      points: row.points,
      earmark: row.earmark,
      receiptNumber: receiptNumber(row.year, row.number),
      donatedAt: new Date(row.donated_at),
      reversedAt: row.reversed_at === null ? null : new Date(row.reversed_at),
    }),
  );
}

const EARMARKS_TOLD = 100;

/** What a charity was given by purpose, most points first; at most 100 purposes. */
export async function earmarkTotals(em: EntityManager, charityId: string): Promise<EarmarkTotal[]> {
  const rows = await em.execute<{ earmark: string | null; donations: string; points: string }[]>(
    `select d.earmark, count(*) as donations, sum(d.points) as points from rewards.donation d
     where d.charity_id = ? and ${REVERSED_AT} is null group by d.earmark order by sum(d.points) desc, d.earmark limit ?`,
    [charityId, EARMARKS_TOLD],
  );
  return rows.map(({ earmark, donations, points }) => ({
    earmark,
    donations: Number(donations),
    points: Number(points),
  }));
}
