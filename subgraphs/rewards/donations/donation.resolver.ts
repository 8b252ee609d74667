/* Giving points on the graph: donations and receipts for givers, what came in for those who act for the charity. */
import {
  Arg,
  Args,
  ArgsType,
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
} from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Authenticated, organisationsOf, Requires, ShownIn } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { IdempotencyKey, Points, ShortText } from '../../kernel/scalars.ts';
import { type Balance, balanceOf } from '../ledger/balance.ts';
import { canonicalId } from '../ledger/ledger.ts';
import { PointsBalance } from '../ledger/points.ts';
import type { RewardsServices } from '../rewards.ts';
import { Charity, earmarksOf } from './charity.ts';
import { Donation, DonationPage, donatePoints } from './donation.ts';
import { DonationReceipt, receiptsOf } from './receipt.ts';
import { EarmarkTotal, earmarkTotals, type ReceivedDonation, ReceivedDonationPage, receivedBy } from './received.ts';

type RewardsCall = Call<RewardsServices>;

@InputType({ description: 'To whom to give, and how much.' })
export class DonatePointsInput {
  @Field(() => ID, { description: 'The charity.' })
  charityId!: string;

  @Field(() => Points, { description: 'How many points.' })
  points!: number;

  @Field(() => ShortText, {
    nullable: true,
    description: 'What for, one of `Charity.donationEarmarks`: the charity sees it, and nobody else.',
  })
  earmark?: string | null;

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

@ArgsType()
export class ReceivedDonationArguments extends PageArguments {
  @Field(() => ID, { nullable: true, description: 'Of which charity; needed from those only who act for several.' })
  charityId?: string | null;

  @Field(() => ShortText, { nullable: true, description: 'Only what is for this.' })
  earmark?: string | null;
}

@Resolver(() => Donation)
export class DonationResolver {
  @Mutation(() => DonatePointsPayload, {
    description:
      'Gives points to a charity, with a receipt. For officers and citizens, but for those who act for the charity. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, CHARITY_UNAVAILABLE, INSUFFICIENT_POINTS, ACCOUNT_FROZEN, IDEMPOTENCY_MISMATCH.',
  })
  @ShownIn('public')
  @Requires('officer', 'citizen')
  async donatePoints(
    @Arg('input', () => DonatePointsInput, { description: 'To whom and how much.' }) input: DonatePointsInput,
    @Ctx() call: RewardsCall,
  ): Promise<DonatePointsPayload> {
    const { accountId, caller } = call;
    const { idempotencyKey, ...gift } = input;
    const donation = await call.work((work) => donatePoints(work, { caller, accountId, idempotencyKey }, gift));
    return { donation, balance: await balanceAfter(call) };
  }

  @Query(() => Donation, {
    nullable: true,
    description: 'A donation, for its giver; null for others. Codes: UNAUTHENTICATED, BAD_USER_INPUT.',
  })
  @ShownIn('public')
  @Authenticated()
  async donation(
    @Arg('id', () => ID, { description: 'Which.' }) id: string,
    @Ctx() call: RewardsCall,
  ): Promise<Donation | null> {
    return call.em.findOne(Donation, { id: canonicalId(id), accountId: call.accountId });
  }

  @Query(() => DonationPage, {
    description:
      'What the caller gave, the latest first. For whoever is signed in. Codes: UNAUTHENTICATED, BAD_USER_INPUT.',
  })
  @ShownIn('public')
  @Authenticated()
  async donations(@Args(() => PageArguments) page: PageArguments, @Ctx() call: RewardsCall): Promise<Page<Donation>> {
    const behind = page.after ? [donatedBefore(page.after)] : [];
    const rows = await call.em.find(
      Donation,
      { accountId: call.accountId, $and: behind },
      { orderBy: { donatedAt: 'desc', id: 'desc' }, limit: page.first + 1 },
    );
    return toPage(rows, page, (row) => [row.donatedAt.toISOString(), row.id]);
  }

  @FieldResolver(() => Charity, {
    nullable: true,
    description: 'Who was given to; null while the catalog does not answer.',
  })
  charity(@Root() donation: Donation): Charity {
    return { id: donation.charityId };
  }

  @FieldResolver(() => DonationReceipt, { description: 'The receipt for it.' })
  receipt(@Root() donation: Donation, @Ctx() call: RewardsCall): Promise<DonationReceipt> {
    return call.load(loadReceipts, donation.id);
  }
}

@Resolver(() => Charity)
export class CharityDonationsResolver {
  @FieldResolver(() => [ShortText], {
    nullable: true,
    description:
      'What a donation to it may be earmarked for, at most 21 labels; none while it takes no donations. For everybody.',
  })
  @Directive('@listSize(assumedSize: 21)')
  donationEarmarks(@Root() charity: Charity, @Ctx() call: RewardsCall): Promise<string[]> {
    return call.load(loadEarmarks, charity.id);
  }

  @Query(() => ReceivedDonationPage, {
    description:
      'What a charity was given, the latest first, without who gave it. For those who act for it. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('public')
  @Requires('charity')
  async receivedDonations(
    @Args(() => ReceivedDonationArguments) page: ReceivedDonationArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<ReceivedDonation>> {
    const charityId = ownCharity(call, page.charityId);
    const [donatedAt, id] = page.after ? decodeCursor(page.after, 'instant', 'id') : [];
    const behind = donatedAt && id ? { donatedAt, id } : undefined;
    const rows = await receivedBy(call.em, charityId, { earmark: page.earmark, behind, limit: page.first + 1 });
    return toPage(rows, page, (row) => [row.donatedAt.toISOString(), row.id]);
  }

  @Query(() => [EarmarkTotal], {
    description:
      'What a charity was given by purpose, most points first, at most 100. For those who act for it. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('public')
  @Directive('@listSize(assumedSize: 100)')
  @Requires('charity')
  earmarkTotals(
    @Arg('charityId', () => ID, {
      nullable: true,
      description: 'Of which charity; needed from those only who act for several.',
    })
    charityId: string | null,
    @Ctx() call: RewardsCall,
  ): Promise<EarmarkTotal[]> {
    return earmarkTotals(call.em, ownCharity(call, charityId));
  }
}

const loadReceipts = (ids: readonly string[], call: RewardsCall) => receiptsOf(call.em, ids);
const loadEarmarks = (ids: readonly string[], call: RewardsCall) => earmarksOf(call.em, ids);

/**
 * The charity that the caller acts for; administrators do not see what gifts are for.
 * @throws Refusal FORBIDDEN for outsiders, BAD_USER_INPUT where it has to be said which.
 */
function ownCharity({ caller }: RewardsCall, given: string | null | undefined): string {
  const own = organisationsOf(caller, 'charity');
  if (given) {
    if (!own.includes(canonicalId(given))) throw new Refusal('FORBIDDEN', 'This is for those who act for the charity.');
    return canonicalId(given);
  }
  const [first, ...others] = own;
  if (!first || others.length > 0) throw new Refusal('BAD_USER_INPUT', 'charityId must say for which one.');
  return first;
}

/** The donations behind a place in the list. @throws Refusal BAD_USER_INPUT for a cursor that this list never gave. */
function donatedBefore(cursor: string) {
  const [donatedAt, id] = decodeCursor(cursor, 'instant', 'id');
  return { $or: [{ donatedAt: { $lt: donatedAt } }, { donatedAt, id: { $lt: id } }] };
}

/** Read anew: one operation may hold several wishes, and what a loader of the operation remembers is the balance before. */
const balanceAfter = ({ em, accountId, clock }: RewardsCall): Promise<Balance> => balanceOf(em, accountId, clock.now());
