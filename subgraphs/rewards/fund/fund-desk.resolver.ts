/*
 * What those see who look after funds before they do something: a municipality the ZIP codes that are its own with their
 * funds, an administrator how far a month is that waits for its vote.
 */
import { Arg, Args, Ctx, Field, FieldResolver, ID, Int, ObjectType, Query, Resolver, Root } from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Requires, refuseOutsiders, ShownIn } from '../../kernel/caller.ts';
import { decodeCursor, type Page, PageArguments, pageOf, toPage } from '../../kernel/page.ts';
import { DateTime, ZipCode } from '../../kernel/scalars.ts';
import { canonicalId } from '../ledger/ledger.ts';
import type { RewardsServices } from '../rewards.ts';
import { Fund, FundMonth, FundMonthState, fundsOfMunicipality } from './fund.ts';
import { roundRule } from './rules.ts';
import { approvedProposals, givenUpAt } from './voting.ts';

type RewardsCall = Call<RewardsServices>;

@ObjectType({ description: 'A ZIP code of a municipality, with its community fund.' })
export class MunicipalityFund {
  @Field(() => ZipCode, { description: 'The ZIP code.' })
  zipCode!: string;

  @Field(() => Fund, { nullable: true, description: 'Its fund; null until something came into it.' })
  fund!: Fund | null;
}

export const MunicipalityFundPage = pageOf(MunicipalityFund);

@Resolver()
export class MunicipalityFundsResolver {
  @Query(() => MunicipalityFundPage, {
    description:
      'The ZIP codes of a municipality with their funds, by ZIP code. For those who act for the municipality, and administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Requires('municipality', 'administrator')
  async municipalityFunds(
    @Arg('municipalityId', () => ID, { description: 'Which municipality.' }) municipalityId: string,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<MunicipalityFund>> {
    refuseOutsiders(call.caller, 'municipality', municipalityId);
    const [behind] = page.after ? decodeCursor(page.after, 'string') : [];
    const rows = await fundsOfMunicipality(call.em, canonicalId(municipalityId), page.first + 1, behind);
    return toPage(rows, page, (row) => [row.zipCode]);
  }
}

@Resolver(() => FundMonth)
export class FundMonthResolver {
  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'How many proposals of its fund are approved and were not voted on yet: its vote opens with four. Null unless it is closed.',
  })
  async approvedProposals(@Root() month: FundMonth, @Ctx() call: RewardsCall): Promise<number | null> {
    return month.state === FundMonthState.CLOSED ? call.load(loadApproved, month.fundId) : null;
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'When its money goes into a later month if no vote was opened until then, by the rule that holds now. Null unless it is closed.',
  })
  async waitsUntil(@Root() month: FundMonth, @Ctx() call: RewardsCall): Promise<Date | null> {
    if (month.state !== FundMonthState.CLOSED || !month.closedAt) return null;
    return givenUpAt(month.closedAt, await roundRule(call.em));
  }
}

const loadApproved = (fundIds: readonly string[], call: RewardsCall) => approvedProposals(call.em, fundIds);
