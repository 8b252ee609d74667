/* Deciding otherwise than the count, on the graph: what one administrator proposed, another confirms or withdraws. */
import { Arg, Ctx, Field, FieldResolver, ID, InputType, Mutation, Resolver, Root } from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import type { RewardsServices } from '../rewards.ts';
import { FundRoundPayload } from './fund-administration.resolver.ts';
import { confirmOverride, FundOverride, overridesOf, withdrawOverride } from './override.ts';
import { FundRound } from './round.ts';

type RewardsCall = Call<RewardsServices>;

const CODES = 'UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, ALREADY_DECIDED';

@InputType({ description: 'Which proposal to decide otherwise than the count.' })
export class FundOverrideInput {
  @Field(() => ID, { description: 'The proposal.' })
  overrideId!: string;
}

@Resolver(() => FundRound)
export class FundOverrideResolver {
  @Mutation(() => FundRoundPayload, {
    description: `Makes what another administrator proposed the decision, which everybody can read. The count stays. For administrators, but for the one who proposed it. Codes: ${CODES}, FUND_STATE.`,
  })
  @ShownIn('admin')
  @Requires('administrator')
  async confirmFundOverride(
    @Arg('input', () => FundOverrideInput, { description: 'Which.' }) input: FundOverrideInput,
    @Ctx() call: RewardsCall,
  ): Promise<FundRoundPayload> {
    const { accountId } = call;
    return { round: await call.work((work) => confirmOverride(work, accountId, input.overrideId)) };
  }

  @Mutation(() => FundRoundPayload, {
    description: `Takes back a proposal to decide otherwise than the count; again changes nothing. For administrators. Codes: ${CODES}.`,
  })
  @ShownIn('admin')
  @Requires('administrator')
  async withdrawFundOverride(
    @Arg('input', () => FundOverrideInput, { description: 'Which.' }) input: FundOverrideInput,
    @Ctx() call: RewardsCall,
  ): Promise<FundRoundPayload> {
    const { accountId } = call;
    return { round: await call.work((work) => withdrawOverride(work, accountId, input.overrideId)) };
  }

  @FieldResolver(() => FundOverride, {
    nullable: true,
    description:
      'What an administrator proposes to decide otherwise, until another one confirms it; null where nothing is proposed. For administrators, null for others.',
  })
  async proposedOverride(@Root() round: FundRound, @Ctx() call: RewardsCall): Promise<FundOverride | null> {
    return call.caller.scopes.includes('administrator') ? call.load(loadOverrides, round.id) : null;
  }
}

const loadOverrides = (ids: readonly string[], call: RewardsCall) => overridesOf(call.em, ids, call.clock.now());
