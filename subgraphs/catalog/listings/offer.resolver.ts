/* Offers on the graph: everybody reads what shows; those who act for the retailer write, publish, pause and close. */
import {
  Arg,
  Args,
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
import { NearInput } from '../../kernel/area.ts';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import {
  Cents,
  DateTime,
  Days,
  Points,
  Quantity,
  SearchText,
  ShortText,
  Text,
  Version,
  WebAddress,
} from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { beginChange, MemberRole, requireRole } from '../organisations/standing.ts';
import { findOffers } from '../search/search.ts';
import { Retailer, Store } from './listing.ts';
import { type CatalogCall, loadOffers, loadProducts, loadRetailers, loadStores } from './loaders.ts';
import { Offer, OfferPage, OfferStatus, putOffer } from './offer.ts';
import { archiveOffer, pauseOffer, publishOffer, resumeOffer, retailerOfOffer } from './offer-life.ts';
import { Product } from './product.ts';

@InputType({ description: 'An offer as it shall be.' })
export class SaveOfferInput {
  @Field(() => ID, {
    nullable: true,
    description: 'The offer to change; without it, the one of this retailer and title, or a new one.',
  })
  offerId?: string | null;

  @Field(() => ID, { description: 'Whose offer it is.' })
  retailerId!: string;

  @Field(() => ShortText, { description: 'What one gets, in a few words.' })
  title!: string;

  @Field(() => Text, { nullable: true, description: 'The terms in full.' })
  description?: string | null;

  @Field(() => Points, { description: 'How many points it costs.' })
  pricePoints!: number;

  @Field(() => Cents, { description: 'What it is worth at the till, in cents.' })
  valueCents!: number;

  @Field(() => Quantity, { nullable: true, description: 'How many there are in all; none for no limit.' })
  stock?: number | null;

  @Field(() => Quantity, { nullable: true, description: 'How many one person may have; none for no limit.' })
  perPersonLimit?: number | null;

  @Field(() => DateTime, { nullable: true, description: 'From when it can be redeemed; now unless said.' })
  startsAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Until when; none for no end.' })
  endsAt?: Date | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'A new offer as a draft, or false to publish one; left out, a draft stays one and a new offer shows.',
  })
  draft?: boolean | null;

  @Field(() => ShortText, { nullable: true, description: 'What kind of thing it is; left out: as it is.' })
  category?: string | null;

  @Field(() => WebAddress, { nullable: true, description: 'A picture of what one gets; left out: as it is.' })
  pictureUrl?: string | null;

  @Field(() => Days, {
    nullable: true,
    description: 'For how many days a voucher is good; null for as long as usual, left out: as it is.',
  })
  validDays?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether a till may take its vouchers while it is cut off from us: no unless said.',
  })
  offlineAllowed?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether an unused voucher may be given back for its points: yes unless said.',
  })
  refundable?: boolean | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'The stores of the retailer that take it; none for all, left out: as it is.',
  })
  storeIds?: string[] | null;

  @Field(() => ID, { nullable: true, description: 'The product that one gets; left out: as it is.' })
  productId?: string | null;

  @Field(() => Version, { nullable: true, description: 'The version that this is a change of.' })
  expectedVersion?: number | null;
}

@InputType({ description: 'Which draft to publish.' })
export class PublishOfferInput {
  @Field(() => ID, { description: 'The offer.' })
  offerId!: string;

  @Field(() => Version, { nullable: true, description: 'The version that was looked at.' })
  expectedVersion?: number | null;
}

@InputType({ description: 'Which offer to take off the lists for a while.' })
export class PauseOfferInput {
  @Field(() => ID, { description: 'The offer.' })
  offerId!: string;
}

@InputType({ description: 'Which offer to put on the lists again.' })
export class ResumeOfferInput {
  @Field(() => ID, { description: 'The offer.' })
  offerId!: string;
}

@InputType({ description: 'Which offer to close.' })
export class ArchiveOfferInput {
  @Field(() => ID, { description: 'The offer.' })
  offerId!: string;
}

@ObjectType({ description: 'The saved offer.' })
export class SaveOfferPayload {
  @Field(() => Offer, { description: 'The offer as it is now.' })
  offer!: Offer;
}

@ObjectType({ description: 'The closed offer.' })
export class ArchiveOfferPayload {
  @Field(() => Offer, { description: 'The offer as it is now.' })
  offer!: Offer;
}

@ObjectType({ description: 'The offer that is published.' })
export class PublishOfferPayload {
  @Field(() => Offer, { description: 'The offer as it is now.' })
  offer!: Offer;
}

@ObjectType({ description: 'The offer that is paused.' })
export class PauseOfferPayload {
  @Field(() => Offer, { description: 'The offer as it is now.' })
  offer!: Offer;
}

@ObjectType({ description: 'The offer that is on the lists again.' })
export class ResumeOfferPayload {
  @Field(() => Offer, { description: 'The offer as it is now.' })
  offer!: Offer;
}

const inState = {
  [OfferStatus.DRAFT]: { draft: true, archivedAt: null },
  [OfferStatus.PUBLISHED]: { draft: false, pausedAt: null, archivedAt: null },
  [OfferStatus.PAUSED]: { pausedAt: { $ne: null }, archivedAt: null },
  [OfferStatus.ARCHIVED]: { archivedAt: { $ne: null } },
} as const;

@Resolver(() => Offer)
export class OfferResolver {
  @Query(() => OfferPage, {
    description:
      'Offers that are open now: the nearest first where a place is given, by title otherwise. For everybody. Codes: BAD_USER_INPUT.',
  })
  @ShownIn('public', 'partner', 'admin')
  @Directive('@cacheControl(maxAge: 30, scope: PUBLIC)')
  offers(
    @Arg('near', () => NearInput, { nullable: true, description: 'Only of retailers with a store near this place.' })
    near: NearInput | null,
    @Arg('search', () => SearchText, {
      nullable: true,
      description: 'Only with all these words in title, terms or retailer.',
    })
    search: string | null,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: CatalogCall,
  ): Promise<Page<Offer>> {
    return findOffers(call.em, call.services.zipCodes, { near, search }, page, call.clock.now());
  }

  @Query(() => Offer, {
    nullable: true,
    description: 'An offer, open or closed; null when there is none. For everybody. Codes: BAD_USER_INPUT.',
  })
  @ShownIn('public', 'partner', 'admin')
  @Directive('@cacheControl(maxAge: 30, scope: PUBLIC)')
  offer(
    @Arg('id', () => ID, { description: 'The offer.' }) id: string,
    @Ctx() call: CatalogCall,
  ): Promise<Offer | null> {
    return call.load(loadOffers, id);
  }

  @Query(() => OfferPage, {
    description:
      'The offers of a retailer in every state, drafts too, the newest first. For those who act for the retailer, its ' +
      'partner keys, and administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'partner', 'admin')
  @Requires('retailer', 'offers:read', 'administrator')
  async retailerOffers(
    @Arg('retailerId', () => ID, { description: 'The retailer.' }) retailerId: string,
    @Arg('status', () => OfferStatus, { nullable: true, description: 'Only those in this state.' })
    status: OfferStatus | null,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: CatalogCall,
  ): Promise<Page<Offer>> {
    const isOwnKey = call.caller.retailerId === retailerId.toLowerCase();
    if (!isOwnKey) await requireRole(call.em, call.caller, { kind: 'retailer', id: retailerId }, MemberRole.VIEWER);
    const [after] = page.after ? decodeCursor(page.after, 'id') : [];
    const rows = await call.em.find(
      Offer,
      { retailerId, ...(status && inState[status]), ...(after && { id: { $lt: after } }) },
      { orderBy: { id: 'desc' }, limit: page.first + 1 },
    );
    return toPage(rows, page, ({ id }) => [id]);
  }

  @Mutation(() => SaveOfferPayload, {
    description:
      'Makes or changes an offer; each change is a version of its own. For those who act for the retailer (editors), and administrators. ' +
      'Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, LISTING_STATE, OFFER_UNAVAILABLE, CHANGED_MEANWHILE.',
  })
  @ShownIn('public', 'admin')
  @Requires('retailer', 'administrator')
  async saveOffer(
    @Arg('input', () => SaveOfferInput, { description: 'Which.' }) input: SaveOfferInput,
    @Ctx() call: CatalogCall,
  ): Promise<SaveOfferPayload> {
    const offer = await call.work(async (work) => {
      await beginChange(work, call.caller, { kind: 'retailer', id: input.retailerId });
      return putOffer(work, input);
    });
    return { offer };
  }

  @Mutation(() => PublishOfferPayload, {
    description:
      'Publishes a draft; again changes nothing. For those who act for the retailer (editors), and administrators. ' +
      'Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, LISTING_STATE, OFFER_UNAVAILABLE, CHANGED_MEANWHILE.',
  })
  @ShownIn('public', 'admin')
  @Requires('retailer', 'administrator')
  async publishOffer(
    @Arg('input', () => PublishOfferInput, { description: 'Which.' }) input: PublishOfferInput,
    @Ctx() call: CatalogCall,
  ): Promise<PublishOfferPayload> {
    return {
      offer: await changeOf(call, input.offerId, (work) => publishOffer(work, input.offerId, input.expectedVersion)),
    };
  }

  @Mutation(() => PauseOfferPayload, {
    description:
      'Takes an offer off the lists for a while; vouchers issued before stay valid; again changes nothing. For those who act for the retailer (editors), and administrators. ' +
      'Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, LISTING_STATE, OFFER_UNAVAILABLE.',
  })
  @ShownIn('public', 'admin')
  @Requires('retailer', 'administrator')
  async pauseOffer(
    @Arg('input', () => PauseOfferInput, { description: 'Which.' }) input: PauseOfferInput,
    @Ctx() call: CatalogCall,
  ): Promise<PauseOfferPayload> {
    return { offer: await changeOf(call, input.offerId, (work) => pauseOffer(work, input.offerId)) };
  }

  @Mutation(() => ResumeOfferPayload, {
    description:
      'Puts a paused offer on the lists again; again changes nothing. For those who act for the retailer (editors), and administrators. ' +
      'Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, LISTING_STATE, OFFER_UNAVAILABLE.',
  })
  @ShownIn('public', 'admin')
  @Requires('retailer', 'administrator')
  async resumeOffer(
    @Arg('input', () => ResumeOfferInput, { description: 'Which.' }) input: ResumeOfferInput,
    @Ctx() call: CatalogCall,
  ): Promise<ResumeOfferPayload> {
    return { offer: await changeOf(call, input.offerId, (work) => resumeOffer(work, input.offerId)) };
  }

  @Mutation(() => ArchiveOfferPayload, {
    description:
      'Closes an offer; vouchers issued before stay valid; again changes nothing. For those who act for the retailer (editors), and administrators. ' +
      'Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, LISTING_STATE.',
  })
  @ShownIn('public', 'admin')
  @Requires('retailer', 'administrator')
  async archiveOffer(
    @Arg('input', () => ArchiveOfferInput, { description: 'Which.' }) input: ArchiveOfferInput,
    @Ctx() call: CatalogCall,
  ): Promise<ArchiveOfferPayload> {
    return { offer: await changeOf(call, input.offerId, (work) => archiveOffer(work, input.offerId)) };
  }

  @FieldResolver(() => Retailer, { description: 'Whose offer it is.' })
  async retailer(@Root() offer: Offer, @Ctx() call: CatalogCall): Promise<Retailer> {
    const retailer = await call.load(loadRetailers, offer.retailerId);
    if (!retailer) throw new Error('An offer belongs to a retailer');
    return retailer;
  }

  @FieldResolver(() => Store, {
    nullable: true,
    description: 'The nearest store, in an answer about offers near a place.',
  })
  async nearestStore(@Root() offer: Offer, @Ctx() call: CatalogCall): Promise<Store | null> {
    return offer.nearestStoreId ? call.load(loadStores, offer.nearestStoreId) : null;
  }

  @FieldResolver(() => [Store], {
    nullable: true,
    description: 'The stores that take it, at most 100; null where all of the retailer do.',
  })
  @Directive('@listSize(assumedSize: 100)')
  async stores(@Root() { storeIds }: Offer, @Ctx() call: CatalogCall): Promise<Store[] | null> {
    if (!storeIds) return null;
    const stores = await Promise.all(storeIds.map((id) => call.load(loadStores, id)));
    return stores.filter((store) => store !== null && !store.archivedAt) as Store[];
  }

  @FieldResolver(() => Product, { nullable: true, description: 'The product that one gets, where it is one.' })
  async product(@Root() { productId }: Offer, @Ctx() call: CatalogCall): Promise<Product | null> {
    return productId ? call.load(loadProducts, productId) : null;
  }
}

/** Begins a change in the name of the offer's retailer and makes it. */
function changeOf(call: CatalogCall, offerId: string, change: (work: UnitOfWork) => Promise<Offer>): Promise<Offer> {
  return call.work(async (work) => {
    await beginChange(work, call.caller, { kind: 'retailer', id: await retailerOfOffer(work.em, offerId) });
    return change(work);
  });
}
