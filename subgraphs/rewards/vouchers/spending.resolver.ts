/* Spending on the graph: citizens redeem, officers donate, retailers take vouchers by their key. */
import { Arg, Ctx, Field, FieldResolver, ID, InputType, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { renderSVG } from 'uqr';
import type { Call } from '../../kernel/call.ts';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { IdempotencyKey, Points, SvgImage, VoucherCode } from '../../kernel/scalars.ts';
import { Donation } from '../donations/donation.ts';
import { type Balance, balancesOf } from '../ledger/ledger.ts';
import { PointsBalance } from '../ledger/points.ts';
import type { RewardsServices } from '../rewards.ts';
import { donatePoints, redeemOffer, redeemVoucher } from './spending.ts';
import { Charity, Offer, RedeemedVoucher, statusOf, Voucher, VoucherStatus } from './voucher.ts';

type RewardsCall = Call<RewardsServices>;

@InputType({ description: 'What to spend points on.' })
export class RedeemOfferInput {
  @Field(() => ID, { description: 'The offer.' })
  offerId!: string;

  @Field(() => IdempotencyKey, { description: 'The key of this wish; the same key gets the same voucher.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Which voucher to take.' })
export class RedeemVoucherInput {
  @Field(() => VoucherCode, { description: 'The code as it was read, scanned or typed.' })
  code!: string;
}

@InputType({ description: 'To whom to give, and how much.' })
export class DonatePointsInput {
  @Field(() => ID, { description: 'The charity.' })
  charityId!: string;

  @Field(() => Points, { description: 'How many points.' })
  points!: number;

  @Field(() => IdempotencyKey, { description: 'The key of this wish; the same key is the same donation.' })
  idempotencyKey!: string;
}

@ObjectType({ description: 'The voucher, and what is left.' })
export class RedeemOfferPayload {
  @Field(() => Voucher, { description: 'The voucher.' })
  voucher!: Voucher;

  @Field(() => PointsBalance, { description: 'The balance afterwards.' })
  balance!: PointsBalance;
}

@ObjectType({ description: 'The voucher that was taken.' })
export class RedeemVoucherPayload {
  @Field(() => RedeemedVoucher, { description: 'The voucher.' })
  voucher!: RedeemedVoucher;
}

@ObjectType({ description: 'The donation, and what is left.' })
export class DonatePointsPayload {
  @Field(() => Donation, { description: 'The donation.' })
  donation!: Donation;

  @Field(() => PointsBalance, { description: 'The balance afterwards.' })
  balance!: PointsBalance;
}

@Resolver()
export class SpendingResolver {
  @Mutation(() => RedeemOfferPayload, {
    description:
      'Spends points on an offer and gets a voucher for it. For citizens. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, OFFER_UNAVAILABLE, SOLD_OUT, PER_PERSON_LIMIT, INSUFFICIENT_POINTS, IDEMPOTENCY_MISMATCH.',
  })
  @ShownIn('public')
  @Requires('citizen')
  async redeemOffer(
    @Arg('input', () => RedeemOfferInput, { description: 'What.' }) input: RedeemOfferInput,
    @Ctx() call: RewardsCall,
  ): Promise<RedeemOfferPayload> {
    const { accountId, services } = call;
    const wish = { accountId, idempotencyKey: input.idempotencyKey };
    const voucher = await call.work((work) => redeemOffer(work, services.vault, wish, input.offerId));
    return { voucher, balance: await balanceAfter(call) };
  }

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

  @Mutation(() => DonatePointsPayload, {
    description:
      'Gives points to a charity. For officers. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, CHARITY_UNAVAILABLE, INSUFFICIENT_POINTS, IDEMPOTENCY_MISMATCH.',
  })
  @ShownIn('public')
  @Requires('officer')
  async donatePoints(
    @Arg('input', () => DonatePointsInput, { description: 'To whom and how much.' }) input: DonatePointsInput,
    @Ctx() call: RewardsCall,
  ): Promise<DonatePointsPayload> {
    const { accountId } = call;
    const wish = { accountId, idempotencyKey: input.idempotencyKey };
    const donation = await call.work((work) => donatePoints(work, wish, input.charityId, input.points));
    return { donation, balance: await balanceAfter(call) };
  }
}

/** Read anew: one operation may hold several wishes, and what a loader of the operation remembers is the balance before. */
async function balanceAfter({ em, accountId }: RewardsCall): Promise<Balance> {
  const [balance] = await balancesOf(em, [accountId]);
  if (!balance) throw new Error('balancesOf answers for everybody it is asked for');
  return balance;
}

@Resolver(() => Voucher)
export class VoucherResolver {
  @FieldResolver(() => VoucherCode, { description: 'The code to show or read aloud at the till.' })
  code(@Root() voucher: Voucher, @Ctx() call: RewardsCall): string {
    return call.services.vault.decrypt(voucher.codeCipher, voucher.id);
  }

  @FieldResolver(() => SvgImage, { description: 'The code as a QR code, to be scanned at the till.' })
  qrCode(@Root() voucher: Voucher, @Ctx() call: RewardsCall): string {
    return renderSVG(call.services.vault.decrypt(voucher.codeCipher, voucher.id));
  }

  @FieldResolver(() => VoucherStatus, { description: 'What can be done with it.' })
  status(@Root() voucher: Voucher, @Ctx() call: RewardsCall): VoucherStatus {
    return statusOf(voucher, call.clock.now());
  }

  @FieldResolver(() => Offer, {
    nullable: true,
    description: 'What it is good for; null while the catalog does not answer.',
  })
  offer(@Root() voucher: Voucher): Offer {
    return { id: voucher.offerId };
  }
}

@Resolver(() => Donation)
export class DonationResolver {
  @FieldResolver(() => Charity, {
    nullable: true,
    description: 'Who was given to; null while the catalog does not answer.',
  })
  charity(@Root() donation: Donation): Charity {
    return { id: donation.charityId };
  }
}
