/* What a retailer has taken, and the keys by which tills check vouchers, on the graph. */
import { Args, ArgsType, Ctx, Field, FieldResolver, ID, Int, ObjectType, Query, Resolver, Root } from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { decodeCursor, type Page, PageArguments, pageOf, toPage } from '../../kernel/page.ts';
import { Base64, DateTime } from '../../kernel/scalars.ts';
import type { RewardsServices } from '../rewards.ts';
import { redemptionsOf, stockOf } from './redemptions.ts';
import { latestReversals, RedemptionReversal } from './reversal.ts';
import { refuseAncient, tillOf } from './till.ts';
import { asRedeemed, Offer, RedeemedVoucher, RedemptionPage } from './voucher.ts';

type RewardsCall = Call<RewardsServices>;

@ArgsType()
export class RedemptionArguments extends PageArguments {
  @Field(() => ID, { nullable: true, description: 'Of which retailer; needed from those only who act for several.' })
  retailerId?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'From this instant on.' })
  since?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Before this instant.' })
  until?: Date | null;

  @Field(() => ID, { nullable: true, description: 'At this terminal only.' })
  terminalId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Of this offer only.' })
  offerId?: string | null;
}

@ObjectType({ description: 'What is left of an offer, as its retailer sees it.' })
export class OfferStock {
  @Field(() => Offer, { nullable: true, description: 'The offer; null while the catalog does not answer.' })
  offer!: Offer;

  @Field(() => Int, { description: 'Of which version of it this is told.' })
  version!: number;

  @Field(() => Int, { nullable: true, description: 'How many vouchers there are in all; null for no limit.' })
  stock!: number | null;

  @Field(() => Int, { nullable: true, description: 'How many may still be issued; null for no limit.' })
  remaining!: number | null;

  @Field(() => Int, { description: 'How many are in the hands of people, or held by a till.' })
  open!: number;

  @Field(() => Int, { description: 'How many were redeemed.' })
  redeemed!: number;
}

export const OfferStockPage = pageOf(OfferStock);

@ArgsType()
export class OfferStockArguments extends PageArguments {
  @Field(() => ID, { nullable: true, description: 'Of which retailer; needed from those only who act for several.' })
  retailerId?: string | null;
}

@ObjectType({ description: 'A public key that checks the signature of vouchers: Ed25519.' })
export class VoucherKey {
  @Field(() => Int, { description: 'Its number, as it stands in bytes 1 and 2 of a token.' })
  keyId!: number;

  @Field(() => Base64, { description: 'Its 32 bytes (RFC 8032).' })
  publicKey!: string;

  @Field(() => DateTime, { description: 'Since when it signs.' })
  signsSince!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'From when its tokens are worth nothing; null for the one that signs now.',
  })
  publishedUntil!: Date | null;
}

@Resolver()
export class RedemptionResolver {
  @Query(() => RedemptionPage, {
    description:
      'The vouchers that the own shop has taken, the latest first. For partner keys, and those who act for the retailer. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'partner')
  @Requires('vouchers:redeem', 'offers:read', 'retailer')
  async redemptions(
    @Args(() => RedemptionArguments) page: RedemptionArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<RedeemedVoucher>> {
    const { retailerId } = tillOf(call.caller, page.retailerId);
    refuseAncient(page.since, page.until);
    const [redeemedAt, id] = page.after ? decodeCursor(page.after, 'instant', 'id') : [];
    const behind = redeemedAt && id ? { redeemedAt, id } : undefined;
    const rows = await redemptionsOf(call.em, retailerId, { ...page, behind, limit: page.first + 1 });
    return toPage(rows.map(asRedeemed), page, (row) => [row.redeemedAt.toISOString(), row.id]);
  }

  @Query(() => OfferStockPage, {
    description:
      'What is left of the own offers, by the id of the offer, those that are closed too. For partner keys, and those who act for the retailer. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'partner')
  @Requires('vouchers:redeem', 'offers:read', 'retailer')
  async offerStock(
    @Args(() => OfferStockArguments) page: OfferStockArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<OfferStock>> {
    const { retailerId } = tillOf(call.caller, page.retailerId);
    const [behind] = page.after ? decodeCursor(page.after, 'id') : [];
    const rows = await stockOf(call.em, retailerId, { behind, limit: page.first + 1 });
    const stock = rows.map((row) => ({
      offer: { id: row.offer_id },
      version: row.version,
      stock: row.stock,
      remaining: row.remaining,
      open: Number(row.open),
      redeemed: Number(row.redeemed),
    }));
    return toPage(stock, page, ({ offer }) => [offer.id]);
  }

  @Query(() => [VoucherKey], {
    description: 'The keys that check the signatures of vouchers, at most 100, the newest first. For everybody.',
  })
  @ShownIn('public', 'partner', 'admin')
  async voucherKeys(@Ctx() call: RewardsCall): Promise<VoucherKey[]> {
    const keys = await call.services.voucherKeys.published();
    return keys.slice(0, 100).map((key) => ({ ...key, publicKey: key.publicKey.toString('base64') }));
  }
}

@Resolver(() => RedeemedVoucher)
export class RedeemedVoucherResolver {
  @FieldResolver(() => RedemptionReversal, {
    nullable: true,
    description: 'The latest request to take it back, decided or not; null where nobody asked.',
  })
  reversal(@Root() { id }: RedeemedVoucher, @Ctx() call: RewardsCall): Promise<RedemptionReversal | null> {
    return call.load(loadReversals, id);
  }
}

@Resolver(() => RedemptionReversal)
export class RedemptionReversalResolver {
  @FieldResolver(() => ID, {
    nullable: true,
    description:
      'The account that asked. For people who act for the retailer, and administrators; null for the keys of its systems.',
  })
  askedById(@Root() { askedBy }: RedemptionReversal, @Ctx() call: RewardsCall): string | null {
    return call.caller.accountId ? askedBy : null;
  }
}

const loadReversals = (ids: readonly string[], call: RewardsCall) => latestReversals(call.em, ids);
