/* Catalogs for tests of searching: retailers with stores and offers, written as rows, and the questions asked of them. */
import { randomUUID } from 'node:crypto';
import type { Caller } from '../../../kernel/caller.ts';
import type { Position } from '../../../kernel/position.ts';
import type { TestSubgraph } from '../../../kernel/testing/harness.ts';
import type { CatalogServices } from '../../catalog.ts';
import { executeWith } from '../../listings/put-listing.ts';

export interface ShopOffer {
  readonly title: string;
  readonly description?: string;
  readonly pricePoints?: number;
  readonly category?: string;
  /** Before now; the later, the newer. */
  readonly ageSeconds?: number;
  /** Indexes of the shop's stores; all where absent. */
  readonly stores?: readonly number[];
}

export interface Shop {
  readonly name: string;
  readonly category?: string;
  readonly stores?: readonly Position[];
  readonly offers: readonly ShopOffer[];
}

export interface Listed extends ShopOffer {
  readonly id: string;
  readonly shop: Shop;
  readonly retailerId: string;
  /** Where it is good. */
  readonly places: readonly Position[];
}

/** Fills the catalog with these shops and nothing else. */
export async function fillShops(subject: TestSubgraph<CatalogServices>, shops: readonly Shop[]): Promise<Listed[]> {
  const em = subject.em();
  await em.execute(
    'truncate catalog.retailer, catalog.store, catalog.product, catalog.offer, catalog.offer_popularity, catalog.search_word',
  );
  return addShops(subject, shops);
}

export async function addShops(subject: TestSubgraph<CatalogServices>, shops: readonly Shop[]): Promise<Listed[]> {
  const em = subject.em();
  const retailers = shops.map((shop) => ({
    id: randomUUID(),
    name: shop.name,
    category: shop.category ?? null,
    stores: (shop.stores ?? []).map((position) => ({ id: randomUUID(), ...position })),
    shop,
  }));
  await executeWith(
    em,
    `insert into catalog.retailer (id, name, name_key, category, listed_at)
     select id, name, lower(name), category, now()
     from jsonb_to_recordset(cast(? as jsonb)) as t(id uuid, name text, category text)`,
    retailers,
  );
  await executeWith(
    em,
    `insert into catalog.store (id, retailer_id, street, street_key, city, state, zip_code, latitude, longitude)
     select id, retailer_id, street, street, 'Austin', 'TX', '78701', latitude, longitude
     from jsonb_to_recordset(cast(? as jsonb))
       as t(id uuid, retailer_id uuid, street text, latitude double precision, longitude double precision)`,
    retailers.flatMap(({ id, stores }) =>
      stores.map((store, index) => ({ retailer_id: id, street: `${index} Main St`, ...store })),
    ),
  );
  const now = subject.clock.now().getTime();
  const listed = retailers.flatMap(({ id: retailerId, stores, shop }) =>
    shop.offers.map((offer) => {
      const good = offer.stores?.flatMap((index) => stores[index] ?? []) ?? stores;
      return { ...offer, id: randomUUID(), retailerId, shop, places: good, storeIds: good.map(({ id }) => id) };
    }),
  );
  await executeWith(
    em,
    `insert into catalog.offer (id, retailer_id, title, title_key, search_key, description, category, price_points, value_cents,
       starts_at, store_ids, version)
     select id, retailer_id, title, lower(title), lower(title), description, category, price_points, 400, starts_at,
       case when store_ids is not null then array(select jsonb_array_elements_text(store_ids)::uuid) end, 1
     from jsonb_to_recordset(cast(? as jsonb)) as t(id uuid, retailer_id uuid, title text, description text, category text,
       price_points integer, starts_at timestamptz, store_ids jsonb)`,
    listed.map((offer) => ({
      id: offer.id,
      retailer_id: offer.retailerId,
      title: offer.title,
      description: offer.description ?? null,
      category: offer.category ?? null,
      price_points: offer.pricePoints ?? 10,
      starts_at: new Date(now - 1_000 * (offer.ageSeconds ?? 60)),
      store_ids: offer.stores ? offer.storeIds : null,
    })),
  );
  return listed;
}

export interface Found {
  readonly cursor: string;
  readonly score: number;
  readonly distanceMeters: number | null;
  readonly node: { readonly id: string; readonly title: string };
  readonly nearestStore: { readonly street: string } | null;
  readonly reasons: readonly { readonly kind: string; readonly points: number; readonly sentence: string }[];
}

const QUERY = `query ($search: SearchText, $near: NearInput, $filters: OfferFilterInput, $sort: OfferSortOrder, $personal: Boolean,
    $first: PageSize, $after: Cursor) {
  searchOffers(search: $search, near: $near, filters: $filters, sort: $sort, personal: $personal, first: $first, after: $after) {
    edges { cursor score distanceMeters node { id title } nearestStore { street } reasons { kind points sentence } }
    pageInfo { endCursor hasNextPage hasPreviousPage } corrected personal COUNTED } }`;

const COUNTED = `total { count isCapped }
  facets { categories { counts { label count } isCapped } retailers { counts { label retailerId count } isCapped }
      prices { ranges { least most count } isCapped } distances { ranges { least most count } isCapped } }`;

/** One page, with everything that can be asked of it, or the code of its refusal. @param counted what is counted of it. */
export async function ask(
  subject: TestSubgraph<CatalogServices>,
  question: object,
  caller?: Partial<Caller>,
  counted: string = COUNTED,
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
): Promise<any> {
  const given = Object.fromEntries(Object.entries({ first: 20, sort: 'RELEVANCE', personal: true, ...question }));
  const { data, errors } = await subject.execute(QUERY.replace('COUNTED', counted), given, caller);
  return errors ? { code: errors[0]?.extensions?.code, message: errors[0]?.message } : data.searchOffers;
}

/** All pages. @param between called after each page. */
export async function askAll(
  subject: TestSubgraph<CatalogServices>,
  question: object,
  { first = 5, between, caller }: { first?: number; between?: () => Promise<unknown>; caller?: Partial<Caller> } = {},
): Promise<Found[]> {
  const found: Found[] = [];
  for (let after: string | null = null; ; ) {
    const page = await ask(subject, { ...question, first, after }, caller, '');
    expect(page.code).toBeUndefined();
    found.push(...page.edges);
    if (!page.pageInfo.hasNextPage) return found;
    after = page.pageInfo.endCursor;
    await between?.();
  }
}

export const titlesOf = ({ edges }: { edges: readonly Found[] }) => edges.map(({ node }) => node.title);
