/* Giving points on the graph. */
import { Arg, Ctx, Field, FieldResolver, ID, InputType, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { IdempotencyKey, Points } from '../../kernel/scalars.ts';
import { Donation } from '../donations/donation.ts';
import { type Balance, balanceOf } from '../ledger/balance.ts';
import { PointsBalance } from '../ledger/points.ts';
import type { RewardsServices } from '../rewards.ts';
import { donatePoints } from './spending.ts';
import { Charity } from './voucher.ts';

type RewardsCall = Call<RewardsServices>;

@InputType({ description: 'To whom to give, and how much.' })
export class DonatePointsInput {
  @Field(() => ID, { description: 'The charity.' })
  charityId!: string;

  @Field(() => Points, { description: 'How many points.' })
  points!: number;

  @Field(() => IdempotencyKey, { description: 'The key of this wish; the same key is the same donation.' })
  idempotencyKey!: string;
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
const balanceAfter = ({ em, accountId, clock }: RewardsCall): Promise<Balance> => balanceOf(em, accountId, clock.now());

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
