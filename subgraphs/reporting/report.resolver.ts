/* Reports on the graph: sums of facts by day and zip, for administrators. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Args, ArgsType, Ctx, Directive, Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import type { Call } from '../kernel/call.ts';
import { Requires, ShownIn } from '../kernel/caller.ts';
import { Refusal } from '../kernel/errors.ts';
import { LocalDate, ZipCode } from '../kernel/scalars.ts';
import type { Fact } from './fact.ts';

const LONGEST_DAYS = 366;

@ArgsType()
export class ReportArguments {
  @Field(() => LocalDate, { description: 'The first day, UTC.' })
  from!: string;

  @Field(() => LocalDate, { description: 'The last day, UTC; at most 366 days from the first.' })
  to!: string;

  @Field(() => ZipCode, { nullable: true, description: 'Only this ZIP code.' })
  zipCode?: string | null;
}

@ObjectType({ description: 'The connections of one day in one ZIP code.' })
export class ConnectionDay {
  @Field(() => LocalDate, { description: 'The day, UTC.' })
  day!: string;

  @Field(() => ZipCode, { nullable: true, description: 'Where they met; null where that is not known.' })
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
    description: 'Where: of the meeting, the store or the charity; null where that is not known.',
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

@Resolver()
export class ReportResolver {
  @Query(() => [ConnectionDay], {
    description:
      'Connections by day and ZIP code, the earliest day first; days and places without any are left out. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Directive('@listSize(assumedSize: 1000)')
  @Requires('administrator')
  connectionsByDayAndZip(
    @Args(() => ReportArguments) range: ReportArguments,
    @Ctx() call: Call,
  ): Promise<ConnectionDay[]> {
    return report<ConnectionDay>(call.em, range, 'count(*)::int as connections', ['connection']);
  }

  @Query(() => [PointsDay], {
    description:
      'Points by day and ZIP code, the earliest day first; days and places without any are left out. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Directive('@listSize(assumedSize: 1000)')
  @Requires('administrator')
  pointsByDayAndZip(@Args(() => ReportArguments) range: ReportArguments, @Ctx() call: Call): Promise<PointsDay[]> {
    const sum = (kind: string) => `coalesce(sum(points) filter (where kind = '${kind}'), 0)::int`;
    const sums = `${sum('award')} as "pointsAwarded", ${sum('spending')} as "pointsSpent",
      ${sum('fee')} as "pointsOnFees", ${sum('donation')} as "pointsDonated", count(*) filter (where kind = 'redemption')::int as "vouchersRedeemed"`;
    return report<PointsDay>(call.em, range, sums, ['award', 'spending', 'redemption', 'fee', 'donation']);
  }
}

/**
 * Sums of facts, without those that follow from a connection, a transaction or a voucher that was taken back: told before
 * them or after.
 */
async function report<Row>(
  em: EntityManager,
  { from, to, zipCode }: ReportArguments,
  sums: string,
  kinds: readonly Fact['kind'][],
): Promise<Row[]> {
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
  if (days < 1) throw new Refusal('BAD_USER_INPUT', 'to must not be before from.');
  if (days > LONGEST_DAYS) throw new Refusal('BAD_USER_INPUT', `A report covers at most ${LONGEST_DAYS} days.`);
  const place = zipCode ? 'and zip_code = ?' : '';
  return em.execute<Row[]>(
    `select to_char(day, 'YYYY-MM-DD') as day, zip_code as "zipCode", ${sums} from reporting.fact
     where day between ? and ? ${place} and kind in (?) and not exists
       (select 1 from reporting.fact taken where taken.kind = 'claw_back' and taken.id = fact.connection_id
        union all select 1 from reporting.fact taken where taken.kind = 'reversal' and taken.id = fact.transaction_id
        union all select 1 from reporting.fact taken where taken.kind = 'refund' and taken.id = fact.id
          and fact.kind in ('spending', 'redemption'))
     group by fact.day, zip_code order by fact.day, zip_code nulls last`,
    [from, to, ...(zipCode ? [zipCode] : []), [...kinds]],
  );
}
