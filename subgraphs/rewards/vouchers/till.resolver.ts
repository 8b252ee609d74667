/* Vouchers on the graph, as the retailers see them who take them. */
import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { VoucherCode } from '../../kernel/scalars.ts';
import type { RewardsServices } from '../rewards.ts';
import { redeemVoucher } from './till.ts';
import { RedeemedVoucher } from './voucher.ts';

type RewardsCall = Call<RewardsServices>;

@InputType({ description: 'Which voucher to take.' })
export class RedeemVoucherInput {
  @Field(() => VoucherCode, { description: 'The code as it was read, scanned or typed.' })
  code!: string;
}

@ObjectType({ description: 'The voucher that was taken.' })
export class RedeemVoucherPayload {
  @Field(() => RedeemedVoucher, { description: 'The voucher.' })
  voucher!: RedeemedVoucher;
}

@Resolver()
export class TillResolver {
  @Mutation(() => RedeemVoucherPayload, {
    description:
      'Takes a voucher of the own shop, once. For partners whose key may redeem vouchers. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, VOUCHER_INVALID, VOUCHER_REDEEMED, VOUCHER_EXPIRED.',
  })
  @ShownIn('partner')
  @Requires('vouchers:redeem')
  async redeemVoucher(
    @Arg('input', () => RedeemVoucherInput, { description: 'Which.' }) input: RedeemVoucherInput,
    @Ctx() call: RewardsCall,
  ): Promise<RedeemVoucherPayload> {
    const { retailerId } = call.caller;
    if (!retailerId) throw new Refusal('FORBIDDEN', 'Only a retailer takes vouchers.');
    return { voucher: await call.work((work) => redeemVoucher(work, call.services.vault, retailerId, input.code)) };
  }
}
