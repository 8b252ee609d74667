/* What administrators do with community funds, and what municipalities propose. */
import { Arg, Args, Ctx, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { organisationsOf, Requires, ShownIn } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { Cents, DateTime, Month, RuleValue, ShortText, Text, ZipCode } from '../../kernel/scalars.ts';
import { refuseFormerMember } from '../membership.ts';
import type { RewardsServices } from '../rewards.ts';
import { type Fund, FundMonth, FundMonthPage, FundPage, fundsAfter, waitingForOptions } from './fund.ts';
import { closeMonthNow } from './month-end.ts';
import { proposeOverride } from './override.ts';
import {
  approveProposal,
  FundProposal,
  FundProposalPage,
  findProposal,
  proposalsOf,
  proposeOption,
  withdrawProposal,
} from './proposal.ts';
import { FundRound } from './round.ts';
import { FeeRule, feeRules, RoundRule, roundRules, saveFeeRule, saveRoundRule } from './rules.ts';
import { openRound, openWaitingOf } from './voting.ts';

type RewardsCall = Call<RewardsServices>;
const CODES = 'UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT';

@InputType({ description: 'A fee rule as it is to be.' })
export class SaveFeeRuleInput {
  @Field(() => RuleValue, {
    description: 'The fee in hundredths of a percent of the sale, a whole number, 0 to 10,000: 500 are 5 %.',
  })
  rateBasisPoints!: number;

  @Field(() => Cents, { description: 'What of each fee goes to administration, at most the fee.' })
  administrationCents!: number;

  @Field(() => DateTime, {
    description: 'For sales from then on: not in the past, not before that of another version.',
  })
  inForceAt!: Date;
}

@InputType({ description: 'A rule for votes as it is to be. All numbers are whole.' })
export class SaveRoundRuleInput {
  @Field(() => RuleValue, {
    description: 'How long after its end a month still takes late sales, in hours, at most 240.',
  })
  graceHours!: number;

  @Field(() => RuleValue, { description: 'How many days a closed month waits for four options, at most 365.' })
  proposalDays!: number;

  @Field(() => RuleValue, { description: 'How many days before a residence must have been declared, at most 365.' })
  residenceDays!: number;

  @Field(() => RuleValue, { description: 'How many days a vote is open, 1 to 60.' })
  votingDays!: number;

  @Field(() => RuleValue, { description: 'How many days after the count the money is paid, at most 60.' })
  objectionDays!: number;

  @Field(() => RuleValue, { description: 'How many votes there must be at least, 1 to 1,000,000.' })
  quorumVotes!: number;

  @Field(() => RuleValue, { description: 'And how many of a hundred who may vote, at most 100.' })
  quorumPercent!: number;

  @Field(() => Cents, { description: 'With less money nobody is asked; at least 1.' })
  minimumCents!: number;
}

@ObjectType({ description: 'The saved rule.' })
export class SaveFeeRulePayload {
  @Field(() => FeeRule, { description: 'The new version.' })
  feeRule!: FeeRule;
}

@ObjectType({ description: 'The saved rule.' })
export class SaveRoundRulePayload {
  @Field(() => RoundRule, { description: 'The new version.' })
  roundRule!: RoundRule;
}

@InputType({ description: 'Something that the money of a fund could pay for.' })
export class ProposeFundOptionInput {
  @Field(() => ZipCode, { description: 'Whose fund.' })
  zipCode!: string;

  @Field(() => ShortText, { description: 'What, in a few words; no other standing proposal has the same.' })
  title!: string;

  @Field(() => Text, { description: 'What the money is for.' })
  text!: string;

  @Field(() => ShortText, { description: 'The organisation that the money goes to.' })
  recipientName!: string;

  @Field(() => ID, { nullable: true, description: 'That organisation, where it is a charity of the catalog.' })
  charityId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The municipality that proposes it; not needed by who acts for one alone, nor by administrators.',
  })
  municipalityId?: string | null;
}

@InputType({ description: 'Which proposal.' })
export class FundProposalInput {
  @Field(() => ID, { description: 'The proposal.' })
  proposalId!: string;
}

@ObjectType({ description: 'The proposal.' })
export class FundProposalPayload {
  @Field(() => FundProposal, { description: 'The proposal as it is now.' })
  proposal!: FundProposal;
}

@InputType({ description: 'Which month to close.' })
export class CloseFundMonthInput {
  @Field(() => ZipCode, { description: 'Whose fund.' })
  zipCode!: string;

  @Field(() => Month, { description: 'Which month; it must be over in the time zone of the fund.' })
  month!: string;
}

@ObjectType({ description: 'The closed month.' })
export class CloseFundMonthPayload {
  @Field(() => FundMonth, { description: 'The month as it is now.' })
  month!: FundMonth;
}

@InputType({ description: 'A vote to open.' })
export class OpenFundRoundInput {
  @Field(() => ID, { description: 'The closed month whose money it is about.' })
  monthId!: string;

  @Field(() => [ID], {
    description: 'Four different approved proposals of the same fund, in the order in which they are shown.',
  })
  proposalIds!: string[];
}

@InputType({ description: 'Another decision than that of the count, as it is proposed.' })
export class OverrideFundRoundInput {
  @Field(() => ID, { description: 'The vote.' })
  roundId!: string;

  @Field(() => ID, {
    description: 'The option that gets all the money; that of "none of these" leaves it in the fund.',
  })
  optionId!: string;

  @Field(() => Text, { description: 'Why; once it is confirmed everybody can read it, for good.' })
  reason!: string;
}

@ObjectType({ description: 'The vote.' })
export class FundRoundPayload {
  @Field(() => FundRound, { description: 'The vote as it is now.' })
  round!: FundRound;
}

@Resolver()
export class FundAdministrationResolver {
  @Query(() => [FeeRule], {
    description:
      'Every version of the fee rule, the newest first; at most 100. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  feeRules(@Ctx() call: RewardsCall): Promise<FeeRule[]> {
    return feeRules(call.em);
  }

  @Query(() => [RoundRule], {
    description:
      'Every version of the rule for votes, the newest first; at most 100. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  roundRules(@Ctx() call: RewardsCall): Promise<RoundRule[]> {
    return roundRules(call.em);
  }

  @Query(() => FundPage, {
    description: `All funds, by ZIP code. For administrators. Codes: ${CODES}.`,
  })
  @ShownIn('admin')
  @Requires('administrator')
  async funds(@Args(() => PageArguments) page: PageArguments, @Ctx() call: RewardsCall): Promise<Page<Fund>> {
    const [zipCode] = page.after ? decodeCursor(page.after, 'string') : [];
    return toPage(await fundsAfter(call.em, page.first + 1, zipCode), page, (row) => [row.zipCode]);
  }

  @Query(() => FundMonthPage, {
    description: `Closed months that wait for four options, those that have waited longest first. For administrators. Codes: ${CODES}.`,
  })
  @ShownIn('admin')
  @Requires('administrator')
  async fundMonthsWaiting(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<FundMonth>> {
    const [closedAt, id] = page.after ? decodeCursor(page.after, 'instant', 'id') : [];
    const behind = closedAt && id ? { closedAt, id } : undefined;
    const rows = await waitingForOptions(call.em, page.first + 1, behind);
    return toPage(rows, page, (row) => [row.closedAt?.toISOString() ?? '', row.id]);
  }

  @Mutation(() => SaveFeeRulePayload, {
    description: `Saves a new version of the fee rule; what was sold before it is in force keeps its fee. For administrators. Codes: ${CODES}.`,
  })
  @ShownIn('admin')
  @Requires('administrator')
  async saveFeeRule(
    @Arg('input', () => SaveFeeRuleInput, { description: 'The rule.' }) input: SaveFeeRuleInput,
    @Ctx() call: RewardsCall,
  ): Promise<SaveFeeRulePayload> {
    refuseOutOfBounds('rateBasisPoints', input.rateBasisPoints, 0, 10_000);
    const { accountId } = call;
    return { feeRule: await call.work((work) => saveFeeRule(work, accountId, input)) };
  }

  @Mutation(() => SaveRoundRulePayload, {
    description: `Saves a new version of the rule for votes; those that are open keep theirs. For administrators. Codes: ${CODES}.`,
  })
  @ShownIn('admin')
  @Requires('administrator')
  async saveRoundRule(
    @Arg('input', () => SaveRoundRuleInput, { description: 'The rule.' }) input: SaveRoundRuleInput,
    @Ctx() call: RewardsCall,
  ): Promise<SaveRoundRulePayload> {
    for (const [name, least, most] of ROUND_RULE_BOUNDS) refuseOutOfBounds(name, input[name], least, most);
    const { accountId } = call;
    return { roundRule: await call.work((work) => saveRoundRule(work, accountId, input)) };
  }

  @Query(() => FundProposalPage, {
    description: `What was proposed for a fund, the earliest first. For those who act for a municipality, and administrators. Codes: ${CODES}.`,
  })
  @ShownIn('public', 'admin')
  @Requires('municipality', 'administrator')
  async fundProposals(
    @Arg('zipCode', () => ZipCode, { description: 'Whose fund.' }) zipCode: string,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<FundProposal>> {
    const [proposedAt, id] = page.after ? decodeCursor(page.after, 'instant', 'id') : [];
    const behind = proposedAt && id ? { proposedAt, id } : undefined;
    const rows = await proposalsOf(call.em, zipCode, page.first + 1, behind);
    return toPage(rows, page, (row) => [row.proposedAt.toISOString(), row.id]);
  }

  @Mutation(() => FundProposalPayload, {
    description: `Proposes what the money of a fund could pay for; at most 12 of a fund stand at a time. For those who act for a municipality, whose proposals wait for an administrator, and administrators. Codes: ${CODES}, LIMIT_REACHED, FUND_STATE (its title stands already).`,
  })
  @ShownIn('public', 'admin')
  @Requires('municipality', 'administrator')
  async proposeFundOption(
    @Arg('input', () => ProposeFundOptionInput, { description: 'What.' }) input: ProposeFundOptionInput,
    @Ctx() call: RewardsCall,
  ): Promise<FundProposalPayload> {
    const { accountId, services } = call;
    const by = { accountId, municipalityId: await municipalityOf(call, input.municipalityId) };
    return call.work(async (work) => {
      const proposal = await proposeOption(work, services.zipCodes(), by, input);
      await openWaitingOf(work, proposal.zipCode);
      return { proposal: await findProposal(work.em, proposal.id) };
    });
  }

  @Mutation(() => FundProposalPayload, {
    description: `Makes a proposal an option of the next vote of its fund that has four. For administrators. Codes: ${CODES}, NOT_FOUND, FUND_STATE.`,
  })
  @ShownIn('admin')
  @Requires('administrator')
  async approveFundProposal(
    @Arg('input', () => FundProposalInput, { description: 'Which.' }) input: FundProposalInput,
    @Ctx() call: RewardsCall,
  ): Promise<FundProposalPayload> {
    const { accountId } = call;
    return call.work(async (work) => {
      const { zipCode } = await approveProposal(work, accountId, input.proposalId);
      await openWaitingOf(work, zipCode);
      return { proposal: await findProposal(work.em, input.proposalId) };
    });
  }

  @Mutation(() => FundProposalPayload, {
    description: `Takes a proposal off the list that was not voted on. For those who act for the municipality that proposed it, and administrators. Codes: ${CODES}, NOT_FOUND, FUND_STATE.`,
  })
  @ShownIn('public', 'admin')
  @Requires('municipality', 'administrator')
  async withdrawFundProposal(
    @Arg('input', () => FundProposalInput, { description: 'Which.' }) input: FundProposalInput,
    @Ctx() call: RewardsCall,
  ): Promise<FundProposalPayload> {
    const { municipalityId } = await findProposal(call.em, input.proposalId);
    await refuseFormerMember(call, call.caller, 'municipality', municipalityId ?? '');
    return { proposal: await call.work((work) => withdrawProposal(work, input.proposalId)) };
  }

  @Mutation(() => CloseFundMonthPayload, {
    description: `Closes a month that is over without waiting for sales that are told late. For administrators. Codes: ${CODES}, NOT_FOUND, FUND_STATE.`,
  })
  @ShownIn('admin')
  @Requires('administrator')
  async closeFundMonth(
    @Arg('input', () => CloseFundMonthInput, { description: 'Which.' }) input: CloseFundMonthInput,
    @Ctx() call: RewardsCall,
  ): Promise<CloseFundMonthPayload> {
    return { month: await call.work((work) => closeMonthNow(work, input.zipCode, input.month)) };
  }

  @Mutation(() => FundRoundPayload, {
    description: `Opens the vote on a closed month with four proposals of one's choice; left alone it opens with the four that were approved first. For administrators. Codes: ${CODES}, NOT_FOUND, FUND_STATE.`,
  })
  @ShownIn('admin')
  @Requires('administrator')
  async openFundRound(
    @Arg('input', () => OpenFundRoundInput, { description: 'What about and with what.' }) input: OpenFundRoundInput,
    @Ctx() call: RewardsCall,
  ): Promise<FundRoundPayload> {
    return { round: await call.work((work) => openRound(work, input.monthId, input.proposalIds)) };
  }

  @Mutation(() => FundRoundPayload, {
    description: `Proposes to decide otherwise than the count, until the money is paid. Nothing changes before another administrator confirms it (confirmFundOverride). For administrators. Codes: ${CODES}, NOT_FOUND, FUND_STATE (also while another proposal waits).`,
  })
  @ShownIn('admin')
  @Requires('administrator')
  async overrideFundRound(
    @Arg('input', () => OverrideFundRoundInput, { description: 'Where the money goes instead.' })
    input: OverrideFundRoundInput,
    @Ctx() call: RewardsCall,
  ): Promise<FundRoundPayload> {
    const { accountId } = call;
    return { round: await call.work((work) => proposeOverride(work, accountId, input)) };
  }
}

const ROUND_RULE_BOUNDS: readonly (readonly [Exclude<keyof SaveRoundRuleInput, symbol>, number, number])[] = [
  ['graceHours', 0, 240],
  ['proposalDays', 0, 365],
  ['residenceDays', 0, 365],
  ['votingDays', 1, 60],
  ['objectionDays', 0, 60],
  ['quorumVotes', 1, 1_000_000],
  ['quorumPercent', 0, 100],
  ['minimumCents', 1, 100_000_000],
];

function refuseOutOfBounds(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new Refusal('BAD_USER_INPUT', `input.${name} must be a whole number from ${least} to ${most}.`);
}

/** The municipality that proposes; null for administrators who name none. */
async function municipalityOf(call: RewardsCall, given?: string | null): Promise<string | null> {
  const { caller } = call;
  const own = organisationsOf(caller, 'municipality');
  const id = given?.toLowerCase() ?? (own.length === 1 ? own[0] : undefined);
  if (id) {
    await refuseFormerMember(call, caller, 'municipality', id);
    return id;
  }
  if (caller.scopes.includes('administrator')) return null;
  throw new Refusal('BAD_USER_INPUT', 'input.municipalityId: say which municipality proposes it.');
}
