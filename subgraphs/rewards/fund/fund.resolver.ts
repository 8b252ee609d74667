/* Community funds on the graph: everybody who is signed in sees them, their votes and what came of them; residents vote. */
import {
  Arg,
  Args,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Authenticated, Requires, ShownIn } from '../../kernel/caller.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { presentFirst, readPresent } from '../../kernel/present-first.ts';
import { SignedCents, ZipCode } from '../../kernel/scalars.ts';
import type { RewardsServices } from '../rewards.ts';
import {
  balanceOfFund,
  Fund,
  type FundMessage,
  FundMonth,
  FundMonthPage,
  findFund,
  fundChannel,
  monthsOf,
} from './fund.ts';
import {
  decisionsOf,
  FundDecision,
  FundOption,
  FundRound,
  FundRoundPage,
  findRound,
  optionsOf,
  roundsOf,
} from './round.ts';
import { RoundRule, roundRule } from './rules.ts';
import { castVote, mayVote, ownVotes } from './voting.ts';

type RewardsCall = Call<RewardsServices>;

@InputType({ description: 'What the caller votes for.' })
export class CastVoteInput {
  @Field(() => ID, { description: 'The vote.' })
  roundId!: string;

  @Field(() => ID, { description: 'One of its five options.' })
  optionId!: string;
}

@ObjectType({ description: 'The vote that was voted in.' })
export class CastVotePayload {
  @Field(() => FundRound, { description: 'The vote as it is now.' })
  round!: FundRound;
}

@Resolver(() => Fund)
export class FundResolver {
  @Query(() => Fund, {
    nullable: true,
    description:
      'The community fund of a ZIP code; null until something came into it. For everybody who is signed in. Codes: UNAUTHENTICATED.',
  })
  @ShownIn('public', 'admin')
  @Authenticated()
  async fund(
    @Arg('zipCode', () => ZipCode, { description: 'Whose.' }) zipCode: string,
    @Ctx() call: RewardsCall,
  ): Promise<Fund | null> {
    return (await findFund(call.em, zipCode)) ?? null;
  }

  @Query(() => FundMonthPage, {
    description:
      'The months of a fund, the latest first. For everybody who is signed in. Codes: UNAUTHENTICATED, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Authenticated()
  async fundMonths(
    @Arg('zipCode', () => ZipCode, { description: 'Whose.' }) zipCode: string,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<FundMonth>> {
    const [before] = page.after ? decodeCursor(page.after, 'string') : [];
    const rows = await monthsOf(call.em, zipCode, page.first + 1, before);
    return toPage(rows, page, (row) => [row.month]);
  }

  @FieldResolver(() => SignedCents, {
    description: 'All that is in it: of the open month, of months that wait for their vote or payment, and carried.',
  })
  balanceCents(@Root() fund: Fund, @Ctx() call: RewardsCall): Promise<number> {
    return balanceOfFund(call.em, fund.id);
  }

  @FieldResolver(() => FundMonth, { nullable: true, description: 'Its latest month; null before its first.' })
  async month(@Root() fund: Fund, @Ctx() call: RewardsCall): Promise<FundMonth | null> {
    return (await monthsOf(call.em, fund.zipCode, 1))[0] ?? null;
  }

  @FieldResolver(() => FundRound, { nullable: true, description: 'Its latest vote; null before its first.' })
  async round(@Root() fund: Fund, @Ctx() call: RewardsCall): Promise<FundRound | null> {
    return (await roundsOf(call.em, fund.zipCode, 1))[0] ?? null;
  }

  @Subscription(() => Fund, {
    description:
      'A fund, if there is one, and then as it is whenever something came into it, a month or a vote began or ended, or money was paid. For everybody who is signed in. Codes: UNAUTHENTICATED.',
    subscribe: ({ context, args }) => changes(context as RewardsCall, (args as { zipCode: string }).zipCode),
  })
  @ShownIn('public')
  @Authenticated()
  fundChanges(@Root() fund: Fund, @Arg('zipCode', () => ZipCode, { description: 'Whose.' }) _zipCode: string): Fund {
    return fund;
  }
}

async function changes(call: RewardsCall, zipCode: string): Promise<AsyncIterableIterator<Fund>> {
  const messages = await call.live.subscribe<FundMessage>(fundChannel(zipCode));
  const read = () => findFund(call.services.read(), zipCode);
  const present = await readPresent(messages, read);
  return presentFirst(present ? [present] : [], messages, read);
}

@Resolver(() => FundRound)
export class FundRoundResolver {
  @Query(() => FundRound, {
    nullable: true,
    description:
      'A vote; null when there is none. For everybody who is signed in. Codes: UNAUTHENTICATED, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Authenticated()
  async fundRound(
    @Arg('id', () => ID, { description: 'The vote.' }) id: string,
    @Ctx() call: RewardsCall,
  ): Promise<FundRound | null> {
    return (await findRound(call.em, id)) ?? null;
  }

  @Query(() => FundRoundPage, {
    description:
      'The votes of a ZIP code with their results, the latest first. For everybody who is signed in. Codes: UNAUTHENTICATED, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Authenticated()
  async fundRounds(
    @Arg('zipCode', () => ZipCode, { description: 'Whose.' }) zipCode: string,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<FundRound>> {
    const [openedAt, id] = page.after ? decodeCursor(page.after, 'instant', 'id') : [];
    const behind = openedAt && id ? { openedAt, id } : undefined;
    const rows = await roundsOf(call.em, zipCode, page.first + 1, behind);
    return toPage(rows, page, (row) => [row.openedAt.toISOString(), row.id]);
  }

  @Mutation(() => CastVotePayload, {
    description:
      'Votes, or changes the own vote while the vote is open; one vote each. For citizens and officers of age who lived in the ZIP code when it opened, whatever they declared since. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, ROUND_CLOSED, NOT_ELIGIBLE.',
  })
  @ShownIn('public')
  @Requires('citizen', 'officer')
  async castVote(
    @Arg('input', () => CastVoteInput, { description: 'What for.' }) input: CastVoteInput,
    @Ctx() call: RewardsCall,
  ): Promise<CastVotePayload> {
    const { accountId } = call;
    return { round: await call.work((work) => castVote(work, accountId, input.roundId, input.optionId)) };
  }

  @FieldResolver(() => [FundOption], { description: 'What can be voted for, by position: four, and none of these.' })
  @Directive('@listSize(assumedSize: 5)')
  options(@Root() round: FundRound, @Ctx() call: RewardsCall): Promise<FundOption[]> {
    return call.load(loadOptions, round.id);
  }

  @FieldResolver(() => [FundDecision], { description: 'What was decided, the latest first; empty while it is open.' })
  @Directive('@listSize(assumedSize: 2)')
  decisions(@Root() round: FundRound, @Ctx() call: RewardsCall): Promise<FundDecision[]> {
    return call.load(loadDecisions, round.id);
  }

  @FieldResolver(() => RoundRule, { description: 'The rule that it goes by, whatever rules came later.' })
  rule(@Root() round: FundRound, @Ctx() call: RewardsCall): Promise<RoundRule> {
    return call.load(loadRule, round.ruleVersion);
  }

  @FieldResolver(() => ID, {
    nullable: true,
    description: 'The option that the caller voted for, which nobody else is shown; null where they did not.',
  })
  async ownVote(@Root() round: FundRound, @Ctx() call: RewardsCall): Promise<string | null> {
    return call.caller.accountId ? call.load(loadOwnVotes, round.id) : null;
  }

  @FieldResolver(() => Boolean, {
    description: 'Whether the caller may vote in it: they lived in the ZIP code when it opened.',
  })
  async mayVote(@Root() round: FundRound, @Ctx() call: RewardsCall): Promise<boolean> {
    return call.caller.accountId ? call.load(loadMayVote, round.id) : false;
  }
}

@Resolver(() => FundDecision)
export class FundDecisionResolver {
  @FieldResolver(() => ID, {
    nullable: true,
    description:
      'Of an override: the account of the administrator who confirmed it; for administrators, null for others.',
  })
  decidedBy(@Root() decision: FundDecision, @Ctx() call: RewardsCall): string | null {
    return call.caller.scopes.includes('administrator') ? decision.decidedBy : null;
  }

  @FieldResolver(() => ID, {
    nullable: true,
    description:
      'Of an override: the account of the other administrator, who proposed it; null where one alone decided, as was once possible. For administrators, null for others.',
  })
  proposedBy(@Root() decision: FundDecision, @Ctx() call: RewardsCall): string | null {
    return call.caller.scopes.includes('administrator') ? decision.proposedBy : null;
  }
}

const loadOptions = (ids: readonly string[], call: RewardsCall) => optionsOf(call.em, ids);
const loadDecisions = (ids: readonly string[], call: RewardsCall) => decisionsOf(call.em, ids);
const loadOwnVotes = (ids: readonly string[], call: RewardsCall) => ownVotes(call.em, call.accountId, ids);
const loadMayVote = (ids: readonly string[], call: RewardsCall) => mayVote(call.em, call.accountId, ids);
const loadRule = (versions: readonly number[], call: RewardsCall) =>
  Promise.all(versions.map((version) => roundRule(call.em, version)));
