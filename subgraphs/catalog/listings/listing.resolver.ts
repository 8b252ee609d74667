/* Who is listed: retailers with their stores, charities, cities. Everybody may read them. */
import { Arg, Args, Ctx, Directive, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { ShownIn } from '../../kernel/caller.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { Position } from '../../kernel/position.ts';
import { SearchText } from '../../kernel/scalars.ts';
import { comparable } from '../importing/cells.ts';
import { Charity, CharityPage, City, CityPage, Retailer, RetailerPage, Store } from './listing.ts';
import { type CatalogCall, loadCharities, loadRetailers, loadStoresOfRetailers } from './loaders.ts';

/** On the lists: neither suspended nor archived. */
const shows = { suspendedAt: null, archivedAt: null } as const;

@Resolver(() => Retailer)
export class ListingResolver {
  @Query(() => RetailerPage, { description: 'All retailers, by name. For everybody. Codes: BAD_USER_INPUT.' })
  @ShownIn('public', 'admin')
  @Directive('@cacheControl(maxAge: 60, scope: PUBLIC)')
  async retailers(@Args(() => PageArguments) page: PageArguments, @Ctx() call: CatalogCall): Promise<Page<Retailer>> {
    const [name] = page.after ? decodeCursor(page.after, 'string') : [];
    const rows = await call.em.find(
      Retailer,
      { ...shows, ...(name !== undefined && { nameKey: { $gt: name } }) },
      {
        orderBy: { nameKey: 'asc' },
        limit: page.first + 1,
      },
    );
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
      { $and: [shows, like, page.after ? behind : {}] },
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

  @Query(() => Retailer, {
    nullable: true,
    description: 'A retailer, listed or not; null when there is none. For everybody. Codes: BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Directive('@cacheControl(maxAge: 60, scope: PUBLIC)')
  retailer(
    @Arg('id', () => ID, { description: 'Which.' }) id: string,
    @Ctx() call: CatalogCall,
  ): Promise<Retailer | null> {
    return call.load(loadRetailers, id);
  }

  @Query(() => Charity, {
    nullable: true,
    description: 'A charity, listed or not; null when there is none. For everybody. Codes: BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Directive('@cacheControl(maxAge: 300, scope: PUBLIC)')
  charity(
    @Arg('id', () => ID, { description: 'Which.' }) id: string,
    @Ctx() call: CatalogCall,
  ): Promise<Charity | null> {
    return call.load(loadCharities, id);
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
