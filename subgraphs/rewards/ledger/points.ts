/* Balances and their changes as people see them. */
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';

@ObjectType({ description: 'Points that run out together.' })
export class ExpiringPoints {
  @Field(() => Int, { description: 'How many.' })
  points!: number;

  @Field(() => DateTime, { description: 'From this instant on they are gone.' })
  at!: Date;
}

@ObjectType({ description: "A person's points. Only its owner and administrators see them." })
export class PointsBalance {
  @Field(() => Int, {
    description: 'Points that can be spent now: not those that are held, nor those that have run out.',
  })
  available!: number;

  @Field(() => Int, {
    description: 'Points that are set aside for something under way, and are free again if it comes to nothing.',
  })
  held!: number;

  @Field(() => Int, { description: 'All points ever earned, without those that were taken back.' })
  earned!: number;

  @Field(() => Int, { description: 'All points ever spent or given.' })
  spent!: number;

  @Field(() => Int, {
    description:
      'Points that are to be taken back and that the balance did not cover; the next that are earned cover it.',
  })
  owed!: number;

  @Field(() => Int, { description: 'All points that ran out.' })
  expired!: number;

  @Field(() => Boolean, {
    description: 'Whether an administrator has frozen them: nothing can be spent, and what is earned is still added.',
  })
  frozen!: boolean;

  @Field(() => ExpiringPoints, { nullable: true, description: 'What runs out next; null where nothing does.' })
  expiringNext!: ExpiringPoints | null;
}

export enum PointsReason {
  PRESENT = 'PRESENT',
  AWARD = 'AWARD',
  REDEMPTION = 'REDEMPTION',
  DONATION = 'DONATION',
  FEE = 'FEE',
  REFUND = 'REFUND',
  CLAW_BACK = 'CLAW_BACK',
  EXPIRY = 'EXPIRY',
  REVERSAL = 'REVERSAL',
}

registerEnumType(PointsReason, {
  name: 'PointsReason',
  description: 'Why a balance is told.',
  valuesConfig: {
    PRESENT: { description: 'It is the balance at the time of subscribing; nothing changed.' },
    AWARD: { description: 'Points were earned by a connection.' },
    REDEMPTION: { description: 'Points were spent on a voucher.' },
    DONATION: { description: 'Points were given to a charity.' },
    FEE: { description: 'Points are held for a fee, or are free again because the claim came to nothing.' },
    REFUND: { description: 'Points of a voucher that was not used, or whose redemption was taken back, came back.' },
    CLAW_BACK: { description: 'Points of a connection that does not count were taken back.' },
    EXPIRY: { description: 'Points ran out.' },
    REVERSAL: { description: 'An administrator undid a transaction.' },
  },
});

@ObjectType({ description: 'A change of the own points.' })
export class PointsChange {
  @Field(() => PointsBalance, { description: 'The balance when this is told.' })
  balance!: PointsBalance;

  @Field(() => Int, { description: 'By how many points; negative when spent.' })
  points!: number;

  @Field(() => PointsReason, { description: 'Why.' })
  reason!: PointsReason;

  @Field(() => DateTime, { description: 'When.' })
  happenedAt!: Date;
}

/** Message on a person's channel. */
export interface PointsMessage {
  readonly points: number;
  readonly reason: PointsReason;
  readonly happenedAt: string;
}

export const pointsChannel = (accountId: string) => `points:${accountId}`;

export function announceChange(work: UnitOfWork, accountId: string, points: number, reason: PointsReason): void {
  const message: PointsMessage = { points, reason, happenedAt: work.now.toISOString() };
  work.announce(pointsChannel(accountId), message);
}
