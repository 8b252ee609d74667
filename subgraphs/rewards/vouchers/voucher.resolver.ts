/* Vouchers on the graph, as the people see them who got them for points. */
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql';
import { renderSVG } from 'uqr';
import type { Call } from '../../kernel/call.ts';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { IdempotencyKey, SvgImage, VoucherCode } from '../../kernel/scalars.ts';
import { type Balance, balanceOf } from '../ledger/balance.ts';
import { Account } from '../ledger/points.resolver.ts';
import { PointsBalance } from '../ledger/points.ts';
import type { RewardsServices } from '../rewards.ts';
import { redeemOffer } from './redeem-offer.ts';
import { Offer, statusOf, Voucher, VoucherPage, VoucherStatus } from './voucher.ts';

type RewardsCall = Call<RewardsServices>;

@InputType({ description: 'What to spend points on.' })
export class RedeemOfferInput {
  @Field(() => ID, { description: 'The offer.' })
  offerId!: string;

  @Field(() => IdempotencyKey, { description: 'The key of this wish; the same key gets the same voucher.' })
  idempotencyKey!: string;
}

@ObjectType({ description: 'The voucher, and what is left.' })
export class RedeemOfferPayload {
  @Field(() => Voucher, { description: 'The voucher.' })
  voucher!: Voucher;

  @Field(() => PointsBalance, { description: 'The balance afterwards.' })
  balance!: PointsBalance;
}

@Resolver(() => Voucher)
export class VoucherResolver {
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

@Resolver(() => Account)
export class AccountVouchersResolver {
  @FieldResolver(() => VoucherPage, {
    nullable: true,
    description: "The account's vouchers, the newest first, for its owner; null for others. Codes: BAD_USER_INPUT.",
  })
  async vouchers(
    @Root() account: Account,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<Voucher> | null> {
    if (account.id !== call.caller.accountId) return null;
    const behind = page.after ? issuedBefore(page.after) : {};
    const rows = await call.em.find(
      Voucher,
      { accountId: account.id, ...behind },
      { orderBy: { issuedAt: 'desc', id: 'desc' }, limit: page.first + 1 },
    );
    return toPage(rows, page, (row) => [row.issuedAt.toISOString(), row.id]);
  }
}

/** The vouchers behind a place in the list. @throws Refusal BAD_USER_INPUT for a cursor that this list never gave. */
function issuedBefore(cursor: string) {
  const [issuedAt, id] = decodeCursor(cursor, 'instant', 'id');
  return { $or: [{ issuedAt: { $lt: issuedAt } }, { issuedAt, id: { $lt: id } }] };
}

/** Read anew: one operation may hold several wishes, and what a loader of the operation remembers is the balance before. */
const balanceAfter = ({ em, accountId, clock }: RewardsCall): Promise<Balance> => balanceOf(em, accountId, clock.now());
