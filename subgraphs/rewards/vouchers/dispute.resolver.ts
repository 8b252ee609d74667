/* What was taken twice, on the graph: seen by retailers, decided by administrators, and how much is paid for it at most. */
import { Arg, Args, ArgsType, Ctx, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Requires, refuseOutsiders, ShownIn } from '../../kernel/caller.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { Cents, IdempotencyKey, Text } from '../../kernel/scalars.ts';
import { canonicalId } from '../ledger/ledger.ts';
import type { RewardsServices } from '../rewards.ts';
import {
  DisputeRule,
  DisputeState,
  decideDispute,
  disputeRules,
  disputesOf,
  saveDisputeRule,
  VoucherDispute,
  VoucherDisputePage,
} from './dispute.ts';
import { tillOf } from './till.ts';

type RewardsCall = Call<RewardsServices>;

@ArgsType()
export class DisputeArguments extends PageArguments {
  @Field(() => ID, {
    nullable: true,
    description: 'Of which retailer; needed from those who act for several, and not from administrators.',
  })
  retailerId?: string | null;

  @Field(() => DisputeState, { nullable: true, description: 'In this state only.' })
  state?: DisputeState | null;
}

@InputType({ description: 'A decision about a dispute.' })
export class DecideVoucherDisputeInput {
  @Field(() => ID, { description: 'The dispute.' })
  disputeId!: string;

  @Field(() => Boolean, { description: 'Whether the retailer is paid for it.' })
  upheld!: boolean;

  @Field(() => Text, { description: 'Why; the retailer reads it, and it stays for good.' })
  reason!: string;

  @Field(() => IdempotencyKey, { description: 'The key of this decision; the same key gets the same answer.' })
  idempotencyKey!: string;
}

@ObjectType({ description: 'The dispute.' })
export class VoucherDisputePayload {
  @Field(() => VoucherDispute, { description: 'The dispute as it is now.' })
  dispute!: VoucherDispute;
}

@InputType({ description: 'How much is to be paid for disputed vouchers at most.' })
export class SaveDisputeRuleInput {
  @Field(() => ID, {
    nullable: true,
    description: 'For this retailer; without it, for all that have no rule of their own.',
  })
  retailerId?: string | null;

  @Field(() => Cents, { description: 'How much in a month, in cents; 0 for nothing.' })
  monthCapCents!: number;
}

@ObjectType({ description: 'The rule.' })
export class SaveDisputeRulePayload {
  @Field(() => DisputeRule, { description: 'The rule that is in force.' })
  disputeRule!: DisputeRule;
}

const RULES_SHOWN = 500;

@Resolver()
export class DisputeResolver {
  @Query(() => VoucherDisputePage, {
    description:
      'What tills took while they were cut off though somebody else had been first, the latest first: the own ones for those who act for a retailer and for its key, all for administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'partner', 'admin')
  @Requires('vouchers:redeem', 'retailer', 'administrator')
  async voucherDisputes(
    @Args(() => DisputeArguments) page: DisputeArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<VoucherDispute>> {
    const retailerId = disputesFor(call, page.retailerId);
    const [openedAt, id] = page.after ? decodeCursor(page.after, 'instant', 'id') : [];
    const behind = openedAt && id ? { openedAt, id } : undefined;
    const rows = await disputesOf(call.em, { retailerId, state: page.state, behind, limit: page.first + 1 });
    return toPage(rows, page, (row) => [row.openedAt.toISOString(), row.id]);
  }

  @Mutation(() => VoucherDisputePayload, {
    description:
      'Decides whether a retailer is paid for a voucher that was used twice: from a reserve that ends for each retailer and month. For administrators, but for those who belong to the retailer. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, ALREADY_DECIDED, BUDGET_EXHAUSTED (the reserve of this month does not cover it).',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async decideVoucherDispute(
    @Arg('input', () => DecideVoucherDisputeInput, { description: 'The decision.' }) input: DecideVoucherDisputeInput,
    @Ctx() call: RewardsCall,
  ): Promise<VoucherDisputePayload> {
    const decision = {
      ...input,
      disputeId: canonicalId(input.disputeId),
      accountId: call.accountId,
      caller: call.caller,
    };
    return { dispute: await call.work((work) => decideDispute(work, decision)) };
  }

  @Query(() => [DisputeRule], {
    description:
      'How much is paid for disputed vouchers at most, the newest rule first; at most 500. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  disputeRules(@Ctx() call: RewardsCall): Promise<DisputeRule[]> {
    return disputeRules(call.em, RULES_SHOWN);
  }

  @Mutation(() => SaveDisputeRulePayload, {
    description:
      'Says how much is paid for disputed vouchers at most, from the next reserve on: a month in which something was paid keeps the cap that it began with. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async saveDisputeRule(
    @Arg('input', () => SaveDisputeRuleInput, { description: 'The rule.' }) input: SaveDisputeRuleInput,
    @Ctx() call: RewardsCall,
  ): Promise<SaveDisputeRulePayload> {
    const { accountId } = call;
    const retailerId = input.retailerId ? canonicalId(input.retailerId) : null;
    const { monthCapCents } = input;
    return { disputeRule: await call.work((work) => saveDisputeRule(work, { retailerId, monthCapCents, accountId })) };
  }
}

/** Whose disputes the caller may see; undefined for all. */
function disputesFor({ caller }: RewardsCall, given: string | null | undefined): string | undefined {
  if (given) {
    const retailerId = canonicalId(given);
    refuseOutsiders(caller, 'retailer', retailerId);
    return retailerId;
  }
  if (caller.scopes.includes('administrator')) return undefined;
  return tillOf(caller).retailerId;
}
