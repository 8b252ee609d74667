/* Vouchers on the graph, as the people see them who got them for points. */
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
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { renderSVG } from 'uqr';
import type { Call } from '../../kernel/call.ts';
import { Authenticated, Requires, ShownIn } from '../../kernel/caller.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { presentFirst, readPresent } from '../../kernel/present-first.ts';
import { IdempotencyKey, Points, SvgImage, Version, VoucherCode, VoucherToken } from '../../kernel/scalars.ts';
import { type Balance, balanceOf } from '../ledger/balance.ts';
import { canonicalId } from '../ledger/ledger.ts';
import { Account } from '../ledger/points.resolver.ts';
import { PointsBalance } from '../ledger/points.ts';
import type { RewardsServices } from '../rewards.ts';
import { redeemOffer } from './redeem-offer.ts';
import { refundVoucher } from './refund.ts';
import { remainingOf } from './terms.ts';
import { Offer, statusOf, Voucher, VoucherPage, VoucherStatus } from './voucher.ts';
import { loadVoucherEvents, VoucherEvent } from './voucher-event.ts';
import { type VoucherMessage, voucherChannel } from './voucher-state.ts';
import { shortId, shortOffer, writeToken } from './voucher-token.ts';

type RewardsCall = Call<RewardsServices>;

@InputType({ description: 'What to spend points on.' })
export class RedeemOfferInput {
  @Field(() => ID, { description: 'The offer.' })
  offerId!: string;

  @Field(() => Version, {
    nullable: true,
    description: 'The version of the offer that was shown: refused with OFFER_CHANGED once there is a later one.',
  })
  expectedVersion?: number | null;

  @Field(() => Points, {
    nullable: true,
    description: 'The price that was shown: refused with OFFER_CHANGED where it is another now.',
  })
  expectedPricePoints?: number | null;

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

@InputType({ description: 'Which voucher to give back.' })
export class RefundVoucherInput {
  @Field(() => ID, { description: 'The voucher.' })
  voucherId!: string;

  @Field(() => IdempotencyKey, { description: 'The key of this wish; the same key is the same refund.' })
  idempotencyKey!: string;
}

@ObjectType({ description: 'The voucher that was given back, and the balance.' })
export class RefundVoucherPayload {
  @Field(() => Voucher, {
    description: 'The voucher: REFUNDED, or VOID until `refundDueAt` where tills may take it while they are cut off.',
  })
  voucher!: Voucher;

  @Field(() => PointsBalance, { description: 'The balance afterwards.' })
  balance!: PointsBalance;
}

@ArgsType()
export class VoucherArguments extends PageArguments {
  @Field(() => VoucherStatus, { nullable: true, description: 'Only those in this state now.' })
  status?: VoucherStatus | null;
}

@Resolver(() => Voucher)
export class VoucherResolver {
  @Mutation(() => RedeemOfferPayload, {
    description:
      'Spends points on an offer and gets a voucher for it, on the terms of this moment. For citizens, but for those who act for the retailer. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, OFFER_UNAVAILABLE, OFFER_CHANGED, SOLD_OUT, PER_PERSON_LIMIT, INSUFFICIENT_POINTS, ACCOUNT_FROZEN, IDEMPOTENCY_MISMATCH.',
  })
  @ShownIn('public')
  @Requires('citizen')
  async redeemOffer(
    @Arg('input', () => RedeemOfferInput, { description: 'What.' }) input: RedeemOfferInput,
    @Ctx() call: RewardsCall,
  ): Promise<RedeemOfferPayload> {
    const { accountId, services, caller } = call;
    const wish = { accountId, idempotencyKey: input.idempotencyKey };
    const expected = { version: input.expectedVersion, pricePoints: input.expectedPricePoints };
    const voucher = await call.work((work) =>
      redeemOffer(work, services.vault, wish, input.offerId, { caller, expected }),
    );
    return { voucher, balance: await balanceAfter(call) };
  }

  @Mutation(() => RefundVoucherPayload, {
    description:
      'Gives a voucher back that was not used: its points go back, once, with the end that they had, and what was left of the offer is one more. At once, or, where tills may take it while they are cut off, two days later, unless one did. For its owner, where the offer allows it or the retailer is suspended; at most 10 within 24 hours. Codes: UNAUTHENTICATED, BAD_USER_INPUT, NOT_FOUND, VOUCHER_NOT_REFUNDABLE, VOUCHER_HELD, VOUCHER_REDEEMED, VOUCHER_EXPIRED, VOUCHER_VOID, CHANGED_MEANWHILE, LIMIT_REACHED.',
  })
  @ShownIn('public')
  @Authenticated()
  async refundVoucher(
    @Arg('input', () => RefundVoucherInput, { description: 'Which.' }) input: RefundVoucherInput,
    @Ctx() call: RewardsCall,
  ): Promise<RefundVoucherPayload> {
    const { accountId } = call;
    const voucherId = canonicalId(input.voucherId);
    await call.work((work) => refundVoucher(work, { accountId, idempotencyKey: input.idempotencyKey }, voucherId));
    const voucher = await call.em.findOneOrFail(Voucher, voucherId, { refresh: true });
    return { voucher, balance: await balanceAfter(call) };
  }

  @Query(() => Voucher, {
    nullable: true,
    description: 'A voucher, for its owner; null for others. Codes: UNAUTHENTICATED, BAD_USER_INPUT.',
  })
  @ShownIn('public')
  @Authenticated()
  async voucher(
    @Arg('id', () => ID, { description: 'Which.' }) id: string,
    @Ctx() call: RewardsCall,
  ): Promise<Voucher | null> {
    return call.em.findOne(Voucher, { id: canonicalId(id), accountId: call.accountId });
  }

  @Subscription(() => Voucher, {
    description:
      "One's own vouchers that are good, at most 50 and the newest first, or the one that is asked for; then each as it is whenever it changes: the phone shows it the moment the till takes it. Codes: UNAUTHENTICATED, BAD_USER_INPUT.",
    subscribe: async ({ context, args }) => {
      const call = context as RewardsCall;
      const messages = await call.live.subscribe<VoucherMessage>(voucherChannel(call.accountId));
      return changes(call, messages, args.voucherId ? canonicalId(String(args.voucherId)) : undefined);
    },
  })
  @ShownIn('public')
  @Authenticated()
  voucherChanges(
    @Root() voucher: Voucher,
    @Arg('voucherId', () => ID, { nullable: true, description: 'Only this one.' }) _voucherId?: string,
  ): Voucher {
    return voucher;
  }

  @FieldResolver(() => VoucherCode, { description: 'The code to read aloud or type at the till.' })
  code(@Root() voucher: Voucher, @Ctx() call: RewardsCall): string {
    return call.services.vault.decrypt(voucher.codeCipher, voucher.id);
  }

  @FieldResolver(() => VoucherToken, {
    description:
      'The signed token, which a till checks with the keys of `voucherKeys`, also while it is cut off. It may differ from one time to the next; all of them stand for this one voucher.',
  })
  async token(@Root() voucher: Voucher, @Ctx() call: RewardsCall): Promise<string> {
    return tokenOf(voucher, call.services);
  }

  @FieldResolver(() => SvgImage, { description: 'The token as a QR code of 41 modules, to be scanned at the till.' })
  async qrCode(@Root() voucher: Voucher, @Ctx() call: RewardsCall): Promise<string> {
    return renderSVG(await tokenOf(voucher, call.services), { ecc: 'M', boostEcc: false, border: 4 });
  }

  @FieldResolver(() => VoucherStatus, { description: 'What can be done with it.' })
  status(@Root() voucher: Voucher, @Ctx() call: RewardsCall): VoucherStatus {
    return statusOf(voucher, call.clock.now());
  }

  @FieldResolver(() => Boolean, { description: 'Whether its owner may give it back now.' })
  async refundable(@Root() voucher: Voucher, @Ctx() call: RewardsCall): Promise<boolean> {
    if (statusOf(voucher, call.clock.now()) !== VoucherStatus.ISSUED) return false;
    return voucher.refundableByTerms || call.load(loadSuspended, voucher.retailerId);
  }

  @FieldResolver(() => [VoucherEvent], { description: 'What happened to it, the latest first; at most 50.' })
  history(@Root() voucher: Voucher, @Ctx() call: RewardsCall): Promise<VoucherEvent[]> {
    return call.load(loadVoucherEvents, voucher.id);
  }

  @FieldResolver(() => Offer, {
    nullable: true,
    description: 'What it is good for; null while the catalog does not answer.',
  })
  offer(@Root() voucher: Voucher): Offer {
    return { id: voucher.offerId };
  }
}

@Resolver(() => Offer)
export class OfferStockResolver {
  @FieldResolver(() => Int, {
    nullable: true,
    description: 'How many vouchers may still be issued under it; null where there is no limit or it is not known.',
  })
  @Directive('@cacheControl(maxAge: 5, scope: PUBLIC)')
  remaining(@Root() offer: Offer, @Ctx() call: RewardsCall): Promise<number | null> {
    return call.load(loadRemaining, canonicalId(offer.id));
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
    @Args(() => VoucherArguments) page: VoucherArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<Voucher> | null> {
    if (account.id !== call.caller.accountId) return null;
    const behind = page.after ? [issuedBefore(page.after)] : [];
    const status = page.status ? [inStatus(page.status, call.clock.now())] : [];
    const rows = await call.em.find(
      Voucher,
      { accountId: account.id, $and: [...behind, ...status] },
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

/** The same as `statusOf`, in the database: what has run out is over, also before the sweep has marked it. */
function inStatus(status: VoucherStatus, now: Date) {
  const free = { $or: [{ state: 'issued' as const }, { state: 'held' as const, heldUntil: { $lte: now } }] };
  if (status === VoucherStatus.ISSUED) return { ...free, expiresAt: { $gt: now } };
  if (status === VoucherStatus.HELD) return { state: 'held' as const, heldUntil: { $gt: now } };
  if (status === VoucherStatus.EXPIRED) {
    return { $or: [{ state: 'expired' as const }, { ...free, expiresAt: { $lte: now } }] };
  }
  return { state: status.toLowerCase() as 'redeemed' | 'void' | 'refunded' };
}

async function tokenOf(voucher: Voucher, { voucherKeys }: RewardsServices): Promise<string> {
  const { keyId, key } = await voucherKeys.signingKey();
  return writeToken(key, {
    keyId,
    offlineAllowed: voucher.offlineAllowed,
    serial: Number(voucher.serial),
    retailer: shortId(voucher.retailerId),
    valueCents: voucher.valueCents,
    issuedAtSeconds: Math.floor(voucher.issuedAt.getTime() / 1000),
    expiresAtSeconds: Math.floor(voucher.expiresAt.getTime() / 1000),
    offer: shortOffer(voucher.offerId),
  });
}

async function loadRemaining(ids: readonly string[], call: RewardsCall): Promise<(number | null)[]> {
  const remaining = await remainingOf(call.em, ids);
  return ids.map((id) => remaining.get(id) ?? null);
}

async function loadSuspended(retailerIds: readonly string[], call: RewardsCall): Promise<boolean[]> {
  const rows = await call.em.execute<{ retailer_id: string }[]>(
    'select retailer_id from rewards.retailer_standing where suspended and retailer_id in (?)',
    [[...retailerIds]],
  );
  const suspended = new Set(rows.map((row) => row.retailer_id));
  return retailerIds.map((id) => suspended.has(id));
}

const PRESENT_VOUCHERS = 50;

async function changes(
  call: RewardsCall,
  messages: AsyncIterableIterator<VoucherMessage>,
  only: string | undefined,
): Promise<AsyncIterableIterator<Voucher>> {
  const { accountId, services } = call;
  const read = (id: string) => services.read().findOne(Voucher, { id, accountId });
  const present = await readPresent(messages, async () => {
    if (only) return [await read(only)].filter((voucher) => voucher !== null);
    return services
      .read()
      .find(
        Voucher,
        { accountId, state: { $in: ['issued', 'held'] }, expiresAt: { $gt: call.clock.now() } },
        { orderBy: { issuedAt: 'desc', id: 'desc' }, limit: PRESENT_VOUCHERS },
      );
  });
  return presentFirst<VoucherMessage, Voucher>(present, messages, async ({ voucherId }) => {
    if (only && voucherId !== only) return undefined;
    return (await read(voucherId)) ?? undefined;
  });
}

/** Read anew: one operation may hold several wishes, and what a loader of the operation remembers is the balance before. */
const balanceAfter = ({ em, accountId, clock }: RewardsCall): Promise<Balance> => balanceOf(em, accountId, clock.now());
