/* Reports on the graph: sums of facts by day and ZIP code, for administrators and, without small counts of places, analysts. */
import { Args, ArgsType, Ctx, Directive, Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import type { Call } from '../kernel/call.ts';
import { type Caller, Requires, ShownIn } from '../kernel/caller.ts';
import { LocalDate, ZipCode } from '../kernel/scalars.ts';
import { FEWEST_TOLD, type Figures, refuseWrongRange, report } from './report.ts';

@ArgsType()
export class ReportArguments {
  @Field(() => LocalDate, { description: 'The first day, UTC.' })
  from!: string;

  @Field(() => LocalDate, { description: 'The last day, UTC; at most 366 days from the first.' })
  to!: string;

  @Field(() => ZipCode, {
    nullable: true,
    description: 'Only this ZIP code. To analysts it answers no more than they read of it without this.',
  })
  zipCode?: string | null;
}

@ObjectType({ description: 'The connections of one day in one ZIP code.' })
export class ConnectionDay {
  @Field(() => LocalDate, { description: 'The day, UTC.' })
  day!: string;

  @Field(() => ZipCode, {
    nullable: true,
    description:
      'Where they met; null where that is not known, and for analysts where there were too few in a place to name it.',
  })
  zipCode!: string | null;

  @Field(() => Int, { description: 'How many connections both sides confirmed, without those that were taken back.' })
  connections!: number;
}

@ObjectType({ description: 'The points of one day in one ZIP code.' })
export class PointsDay {
  @Field(() => LocalDate, { description: 'The day, UTC.' })
  day!: string;

  @Field(() => ZipCode, {
    nullable: true,
    description:
      'Where: of the meeting, the store or the charity; null where that is not known, and for analysts where there was too little of a kind in a place to name it.',
  })
  zipCode!: string | null;

  @Field(() => Int, { description: 'Points that people earned, without those of connections that were taken back.' })
  pointsAwarded!: number;

  @Field(() => Int, { description: 'Points that citizens spent on vouchers, without those that they got back.' })
  pointsSpent!: number;

  @Field(() => Int, { description: 'Points that paid fees of municipalities.' })
  pointsOnFees!: number;

  @Field(() => Int, { description: 'Points that people gave to charities.' })
  pointsDonated!: number;

  @Field(() => Int, { description: 'Vouchers that retailers took.' })
  vouchersRedeemed!: number;
}

/** What both reports say of themselves. */
const WHO =
  'For administrators; for analysts too, to whom no number of a place and day is told that fewer than five happenings of its kind made: it is counted in the row of that day that has no ZIP code, with the next smallest one where that row would be as small, so that sums are right and a number of a place can be 0 because of that. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.';

const connectionFigures: Figures<'connections'> = { connections: { kind: 'connection', of: 'facts' } };
const pointsFigures: Figures<Exclude<keyof PointsDay, 'day' | 'zipCode'>> = {
  pointsAwarded: { kind: 'award', of: 'points' },
  pointsSpent: { kind: 'spending', of: 'points' },
  pointsOnFees: { kind: 'fee', of: 'points' },
  pointsDonated: { kind: 'donation', of: 'points' },
  vouchersRedeemed: { kind: 'redemption', of: 'facts' },
};

@Resolver()
export class ReportResolver {
  @Query(() => [ConnectionDay], {
    description: `Connections by day and ZIP code, the earliest day first; days and places without any are left out. ${WHO}`,
  })
  @ShownIn('public', 'admin')
  @Directive('@listSize(assumedSize: 1000)')
  @Requires('administrator', 'analyst')
  async connectionsByDayAndZip(
    @Args(() => ReportArguments) range: ReportArguments,
    @Ctx() call: Call,
  ): Promise<ConnectionDay[]> {
    refuseWrongRange(range);
    return report(call.em, range, connectionFigures, fewestToldTo(call.caller));
  }

  @Query(() => [PointsDay], {
    description: `Points by day and ZIP code, the earliest day first; days and places without any are left out. ${WHO}`,
  })
  @ShownIn('public', 'admin')
  @Directive('@listSize(assumedSize: 1000)')
  @Requires('administrator', 'analyst')
  async pointsByDayAndZip(
    @Args(() => ReportArguments) range: ReportArguments,
    @Ctx() call: Call,
  ): Promise<PointsDay[]> {
    refuseWrongRange(range);
    return report(call.em, range, pointsFigures, fewestToldTo(call.caller));
  }
}

const fewestToldTo = ({ scopes }: Caller) => (scopes.includes('administrator') ? 1 : FEWEST_TOLD);
