/* The catalog on the graph: reading is for everybody, writing for administrators. */
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
import type { Call } from '../../kernel/call.ts';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { Position } from '../../kernel/position.ts';
import {
  Cents,
  DateTime,
  IdempotencyKey,
  Points,
  Quantity,
  SearchText,
  ShortText,
  TableFile,
  Text,
} from '../../kernel/scalars.ts';
import type { CatalogServices } from '../catalog.ts';
import { comparable } from '../importing/cells.ts';
import { importTable, TableImport } from '../importing/import.ts';
import { TableKind } from '../importing/table-kinds.ts';
import { findOffers } from '../search/search.ts';
import { Charity, CharityPage, City, CityPage, Retailer, RetailerPage, Store } from './listing.ts';
import { archiveOffer, Offer, OfferPage, putOffer } from './offer.ts';

type CatalogCall = Call<CatalogServices>;

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
}

@InputType({ description: 'Which offer to close.' })
export class ArchiveOfferInput {
  @Field(() => ID, { description: 'The offer.' })
  offerId!: string;
}

@InputType({ description: 'A table to take in.' })
export class ImportTableInput {
  @Field(() => TableKind, { description: 'What its rows are.' })
  kind!: TableKind;

  @Field(() => TableFile, {
    description: 'The text of the file: a header, then rows; commas, semicolons, tabs or bars between cells.',
  })
  content!: string;

  @Field(() => Boolean, { nullable: true, description: 'Only try: tells what would happen and writes nothing.' })
  dryRun?: boolean | null;

  @Field(() => IdempotencyKey, { description: 'The key of this wish; the same key gets the same outcome.' })
  idempotencyKey!: string;
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

@ObjectType({ description: 'What became of the table.' })
export class ImportTablePayload {
  @Field(() => TableImport, { description: 'The import.' })
  import!: TableImport;
}

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

  @Mutation(() => SaveOfferPayload, {
    description:
      'Makes or changes an offer. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, OFFER_UNAVAILABLE.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async saveOffer(
    @Arg('input', () => SaveOfferInput, { description: 'The offer.' }) input: SaveOfferInput,
    @Ctx() call: CatalogCall,
  ): Promise<SaveOfferPayload> {
    return { offer: await call.work((work) => putOffer(work, input)) };
  }

  @Mutation(() => ArchiveOfferPayload, {
    description:
      'Closes an offer; vouchers issued before stay valid. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async archiveOffer(
    @Arg('input', () => ArchiveOfferInput, { description: 'Which.' }) input: ArchiveOfferInput,
    @Ctx() call: CatalogCall,
  ): Promise<ArchiveOfferPayload> {
    return { offer: await call.work((work) => archiveOffer(work, input.offerId)) };
  }

  @Mutation(() => ImportTablePayload, {
    description:
      'Takes in a table of retailers, offers or charities: good rows become true together, each bad one is told with its reason; the same file twice changes nothing. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, IMPORT_UNREADABLE, IDEMPOTENCY_MISMATCH.',
  })
  @ShownIn('admin')
  @Directive('@cost(weight: 500)')
  @Requires('administrator')
  async importTable(
    @Arg('input', () => ImportTableInput, { description: 'The table.' }) input: ImportTableInput,
    @Ctx() call: CatalogCall,
  ): Promise<ImportTablePayload> {
    const { kind, content, dryRun, idempotencyKey } = input;
    const request = { kind, content, dryRun: dryRun ?? false };
    const wish = { accountId: call.accountId, idempotencyKey };
    return { import: await importTable((task) => call.work(task), request, wish) };
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
}

@Resolver(() => Retailer)
export class ListingResolver {
  @Query(() => RetailerPage, { description: 'All retailers, by name. For everybody. Codes: BAD_USER_INPUT.' })
  @ShownIn('public', 'admin')
  @Directive('@cacheControl(maxAge: 60, scope: PUBLIC)')
  async retailers(@Args(() => PageArguments) page: PageArguments, @Ctx() call: CatalogCall): Promise<Page<Retailer>> {
    const [name] = page.after ? decodeCursor(page.after, 'string') : [];
    const rows = await call.em.find(Retailer, name === undefined ? {} : { nameKey: { $gt: name } }, {
      orderBy: { nameKey: 'asc' },
      limit: page.first + 1,
    });
    return toPage(rows, page, (row) => [row.nameKey]);
  }

  @Query(() => CharityPage, {
    description: 'Charities that take points, by name. For everybody. Codes: BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Directive('@cacheControl(maxAge: 300, scope: PUBLIC)')
  async charities(
    @Arg('search', () => SearchText, { nullable: true, description: 'Only with this text in the name.' }) search:
      | string
      | null,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: CatalogCall,
  ): Promise<Page<Charity>> {
    const [name = '', employerNumber = ''] = page.after ? decodeCursor(page.after, 'string', 'string') : [];
    const behind = { $or: [{ nameKey: { $gt: name } }, { nameKey: name, employerNumber: { $gt: employerNumber } }] };
    const like = search ? { nameKey: { $like: `%${comparable(search).replace(/[\\%_]/g, '\\$&')}%` } } : {};
    const rows = await call.em.find(
      Charity,
      { $and: [like, page.after ? behind : {}] },
      { orderBy: { nameKey: 'asc', employerNumber: 'asc' }, limit: page.first + 1 },
    );
    return toPage(rows, page, (row) => [row.nameKey, row.employerNumber]);
  }

  @Query(() => CityPage, {
    description: 'Cities that take part, by state and name. For everybody. Codes: BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Directive('@cacheControl(maxAge: 3600, scope: PUBLIC)')
  async cities(@Args(() => PageArguments) page: PageArguments, @Ctx() call: CatalogCall): Promise<Page<City>> {
    const [state = '', name = ''] = page.after ? decodeCursor(page.after, 'string', 'string') : [];
    const behind = page.after ? { $or: [{ state: { $gt: state } }, { state, name: { $gt: name } }] } : {};
    const rows = await call.em.find(City, behind, { orderBy: { state: 'asc', name: 'asc' }, limit: page.first + 1 });
    return toPage(rows, page, (row) => [row.state, row.name]);
  }

  @FieldResolver(() => [Store], { description: 'Its stores, at most 100.' })
  @Directive('@listSize(assumedSize: 100)')
  stores(@Root() retailer: Retailer, @Ctx() call: CatalogCall): Promise<Store[]> {
    return call.load(loadStoresOfRetailers, retailer.id);
  }
}

@Resolver(() => Store)
export class StoreResolver {
  @FieldResolver(() => Position, { description: 'Where it is.' })
  position(@Root() { latitude, longitude }: Store): Position {
    return { latitude, longitude };
  }
}

@Resolver(() => City)
export class CityResolver {
  @FieldResolver(() => Position, { description: 'Where it is.' })
  position(@Root() { latitude, longitude }: City): Position {
    return { latitude, longitude };
  }
}

const STORES_LISTED = 100;

/** Answers in the order of `ids`, null where there is none. */
function inOrder<Row extends { id: string }>(ids: readonly string[], rows: readonly Row[]): (Row | null)[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

export const loadOffers = async (ids: readonly string[], call: CatalogCall) =>
  inOrder(ids, await call.em.find(Offer, { id: { $in: [...ids] } }));
export const loadRetailers = async (ids: readonly string[], call: CatalogCall) =>
  inOrder(ids, await call.em.find(Retailer, { id: { $in: [...ids] } }));
export const loadCharities = async (ids: readonly string[], call: CatalogCall) =>
  inOrder(ids, await call.em.find(Charity, { id: { $in: [...ids] } }));
const loadStores = async (ids: readonly string[], call: CatalogCall) =>
  inOrder(ids, await call.em.find(Store, { id: { $in: [...ids] } }));

async function loadStoresOfRetailers(retailerIds: readonly string[], call: CatalogCall): Promise<Store[][]> {
  const rows = await call.em.execute<{ id: string }[]>(
    `select id from (select id, retailer_id, row_number() over (partition by retailer_id order by zip_code, street_key) as place
       from catalog.store where retailer_id in (?)) s where place <= ${STORES_LISTED}`,
    [[...retailerIds]],
  );
  const stores = await call.em.find(
    Store,
    { id: { $in: rows.map(({ id }) => id) } },
    { orderBy: { zipCode: 'asc', streetKey: 'asc' } },
  );
  return retailerIds.map((retailerId) => stores.filter((store) => store.retailerId === retailerId));
}
