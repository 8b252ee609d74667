/* What administrators decide about vouchers, and what retailers ask them to: on the graph. */
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
} from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { DateTime, IdempotencyKey, Text } from '../../kernel/scalars.ts';
import { canonicalId } from '../ledger/ledger.ts';
import type { RewardsServices } from '../rewards.ts';
import { voidVoucher } from './refund.ts';
import {
  askForReversal,
  decideReversal,
  RedemptionReversal,
  RedemptionReversalPage,
  ReversalState,
  reversalsIn,
} from './reversal.ts';
import { changingTillOf } from './till.ts';
import { Offer, Retailer, statusOf, Voucher, VoucherStatus } from './voucher.ts';
import { loadVoucherEvents, VoucherEvent } from './voucher-event.ts';

type RewardsCall = Call<RewardsServices>;

@ObjectType({ description: 'A voucher as administrators see it: without its code, its token and its owner.' })
export class VoucherRecord {
  @Field(() => ID, { description: 'The id of the voucher.' })
  id!: string;

  @Field(() => Offer, { nullable: true, description: 'What it is good for; null while the catalog does not answer.' })
  offer!: Offer;

  @Field(() => Retailer, { nullable: true, description: 'Whose it is; null while the catalog does not answer.' })
  retailer!: Retailer;

  @Field(() => VoucherStatus, { description: 'What can be done with it.' })
  status!: VoucherStatus;

  @Field(() => Int, { description: 'How many points it cost.' })
  points!: number;

  @Field(() => Int, { description: 'What it is worth at the till, in cents.' })
  valueCents!: number;

  @Field(() => DateTime, { description: 'When it was issued.' })
  issuedAt!: Date;

  @Field(() => DateTime, { description: 'Until when it can be redeemed.' })
  expiresAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'From when its points go back; null where they do not.' })
  refundDueAt!: Date | null;

  @Field(() => [VoucherEvent], { description: 'What happened to it, the latest first; at most 50.' })
  history!: VoucherEvent[];
}

@InputType({ description: 'Which voucher to make void, and why.' })
export class VoidVoucherInput {
  @Field(() => ID, { description: 'The voucher.' })
  voucherId!: string;

  @Field(() => Text, { description: 'Why; its owner reads it, and it stays for good.' })
  reason!: string;

  @Field(() => Boolean, {
    defaultValue: true,
    description: 'Whether its points go back to its owner; not where they were come by unfairly.',
  })
  refund!: boolean;

  @Field(() => IdempotencyKey, { description: 'The key of this wish; the same key changes nothing again.' })
  idempotencyKey!: string;
}

@ObjectType({ description: 'The voucher.' })
export class VoidVoucherPayload {
  @Field(() => VoucherRecord, { description: 'The voucher as it is now.' })
  voucher!: VoucherRecord;
}

@InputType({ description: 'Which redemption was a mistake, and why.' })
export class RequestRedemptionReversalInput {
  @Field(() => ID, { description: 'The voucher.' })
  voucherId!: string;

  @Field(() => ID, { nullable: true, description: 'For which retailer; needed from those only who act for several.' })
  retailerId?: string | null;

  @Field(() => Text, { description: 'Why.' })
  reason!: string;
}

@InputType({ description: 'A decision about such a request.' })
export class DecideRedemptionReversalInput {
  @Field(() => ID, { description: 'The request.' })
  reversalId!: string;

  @Field(() => Boolean, { description: 'Whether the redemption is taken back.' })
  approve!: boolean;

  @Field(() => Text, {
    description: 'Why; it stays for good, and where it is taken back the owner of the voucher reads it.',
  })
  reason!: string;

  @Field(() => IdempotencyKey, { description: 'The key of this decision; the same key gets the same answer.' })
  idempotencyKey!: string;
}

@ObjectType({ description: 'The request.' })
export class RedemptionReversalPayload {
  @Field(() => RedemptionReversal, { description: 'The request as it is now.' })
  reversal!: RedemptionReversal;
}

@ArgsType()
export class ReversalArguments extends PageArguments {
  @Field(() => ReversalState, { defaultValue: ReversalState.OPEN, description: 'In which state.' })
  state!: ReversalState;
}

@InputType({ description: 'How to change the key that signs vouchers.' })
export class RotateVoucherKeysInput {
  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'Whether the keys of before may have leaked: then all tokens that they signed are worth nothing at once. The codes of the vouchers are, and whoever looks at a voucher gets a new token.',
  })
  withdraw!: boolean;
}

@ObjectType({ description: 'The key that signs now.' })
export class RotateVoucherKeysPayload {
  @Field(() => Int, { description: 'Its number.' })
  keyId!: number;
}

const DECISION_CODES = 'UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, ALREADY_DECIDED';

@Resolver()
export class VoucherControlResolver {
  @Query(() => VoucherRecord, {
    nullable: true,
    description:
      'A voucher and what happened to it; null where there is none. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  voucherRecord(
    @Arg('id', () => ID, { description: 'Which.' }) id: string,
    @Ctx() call: RewardsCall,
  ): Promise<VoucherRecord | null> {
    return recordOf(call, canonicalId(id));
  }

  @Mutation(() => VoidVoucherPayload, {
    description:
      'Makes a voucher void that nobody has used, also while a till holds it; its points go back unless said otherwise. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, VOUCHER_REDEEMED, VOUCHER_EXPIRED, VOUCHER_VOID.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async voidVoucher(
    @Arg('input', () => VoidVoucherInput, { description: 'Which, and why.' }) input: VoidVoucherInput,
    @Ctx() call: RewardsCall,
  ): Promise<VoidVoucherPayload> {
    const { reason, refund, idempotencyKey } = input;
    const actor = { kind: 'administrator', accountId: call.accountId } as const;
    const voucherId = canonicalId(input.voucherId);
    await call.work((work) => voidVoucher(work, voucherId, { actor, reason, refund, idempotencyKey }));
    const voucher = await recordOf(call, voucherId);
    if (!voucher) throw new Refusal('NOT_FOUND');
    return { voucher };
  }

  @Mutation(() => RedemptionReversalPayload, {
    description:
      'Asks for a redemption of the last 30 days to be taken back; an administrator decides. A voucher has one open request: asked again, it is the answer. For people who act for the retailer. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, VOUCHER_NOT_REFUNDABLE, VOUCHER_VOID, CHANGED_MEANWHILE.',
  })
  @ShownIn('public')
  @Requires('retailer')
  async requestRedemptionReversal(
    @Arg('input', () => RequestRedemptionReversalInput, { description: 'Which, and why.' })
    input: RequestRedemptionReversalInput,
    @Ctx() call: RewardsCall,
  ): Promise<RedemptionReversalPayload> {
    const { accountId } = call;
    const { retailerId } = await changingTillOf(call, input.retailerId);
    const asked = { voucherId: canonicalId(input.voucherId), retailerId, accountId, reason: input.reason };
    return { reversal: await call.work((work) => askForReversal(work, asked)) };
  }

  @Mutation(() => RedemptionReversalPayload, {
    description: `Takes a redemption back, so that the points of the voucher return to its owner, or lets it stand. For administrators, but for the one who asked, the owner, and those who belong to the retailer. Codes: ${DECISION_CODES}, VOUCHER_VOID.`,
  })
  @ShownIn('admin')
  @Requires('administrator')
  async decideRedemptionReversal(
    @Arg('input', () => DecideRedemptionReversalInput, { description: 'The decision.' })
    input: DecideRedemptionReversalInput,
    @Ctx() call: RewardsCall,
  ): Promise<RedemptionReversalPayload> {
    const decision = {
      ...input,
      reversalId: canonicalId(input.reversalId),
      accountId: call.accountId,
      caller: call.caller,
    };
    return { reversal: await call.work((work) => decideReversal(work, decision)) };
  }

  @Query(() => RedemptionReversalPage, {
    description:
      'The requests to take redemptions back, those that wait longest first. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async redemptionReversals(
    @Args(() => ReversalArguments) page: ReversalArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<RedemptionReversal>> {
    const [askedAt, id] = page.after ? decodeCursor(page.after, 'instant', 'id') : [];
    const behind = askedAt && id ? { askedAt, id } : undefined;
    const rows = await reversalsIn(call.em, page.state, { limit: page.first + 1, behind });
    return toPage(rows, page, (row) => [row.askedAt.toISOString(), row.id]);
  }

  @Mutation(() => RotateVoucherKeysPayload, {
    description:
      'Signs vouchers with a new key from now on; that happens by itself every 180 days. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async rotateVoucherKeys(
    @Arg('input', () => RotateVoucherKeysInput, { description: 'How.' }) input: RotateVoucherKeysInput,
    @Ctx() call: RewardsCall,
  ): Promise<RotateVoucherKeysPayload> {
    const { voucherKeys } = call.services;
    await voucherKeys.rotate(input.withdraw);
    return { keyId: (await voucherKeys.signingKey()).keyId };
  }
}

async function recordOf(call: RewardsCall, id: string): Promise<VoucherRecord | null> {
  const voucher = await call.em.findOne(Voucher, { id }, { refresh: true });
  if (!voucher) return null;
  const [history = []] = await loadVoucherEvents([id], call);
  return {
    id,
    offer: { id: voucher.offerId },
    retailer: { id: voucher.retailerId },
    status: statusOf(voucher, call.clock.now()),
    points: voucher.points,
    valueCents: voucher.valueCents,
    issuedAt: voucher.issuedAt,
    expiresAt: voucher.expiresAt,
    refundDueAt: voucher.refundDueAt ?? null,
    history,
  };
}
