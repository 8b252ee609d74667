/* Things of the catalog by their ids, many at once: for fields of other things and for the other subgraphs. */
import type { Call } from '../../kernel/call.ts';
import type { CatalogServices } from '../catalog.ts';
import { Charity, Retailer, Store } from './listing.ts';
import { Municipality, Scheme } from './municipality.ts';
import { Offer } from './offer.ts';
import { Product } from './product.ts';

export type CatalogCall = Call<CatalogServices>;

/** Answers in the order of `ids`, null where there is none. */
function inOrder<Row extends { id: string }>(ids: readonly string[], rows: readonly Row[]): (Row | null)[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** Drafts are nobody's business but their writers': here they are not. */
export const loadOffers = async (ids: readonly string[], call: CatalogCall) =>
  inOrder(ids, await call.em.find(Offer, { id: { $in: [...ids] }, draft: false }));
export const loadRetailers = async (ids: readonly string[], call: CatalogCall) =>
  inOrder(ids, await call.em.find(Retailer, { id: { $in: [...ids] } }));
export const loadCharities = async (ids: readonly string[], call: CatalogCall) =>
  inOrder(ids, await call.em.find(Charity, { id: { $in: [...ids] } }));
export const loadStores = async (ids: readonly string[], call: CatalogCall) =>
  inOrder(ids, await call.em.find(Store, { id: { $in: [...ids] } }));
export const loadProducts = async (ids: readonly string[], call: CatalogCall) =>
  inOrder(ids, await call.em.find(Product, { id: { $in: [...ids] } }));
export const loadMunicipalities = async (ids: readonly string[], call: CatalogCall) =>
  inOrder(ids, await call.em.find(Municipality, { id: { $in: [...ids] } }));
/** Without drafts, as offers. */
export const loadSchemes = async (ids: readonly string[], call: CatalogCall) =>
  inOrder(ids, await call.em.find(Scheme, { id: { $in: [...ids] }, draft: false }));

const STORES_LISTED = 100;

/** The open stores of each retailer, at most 100 of them. */
export async function loadStoresOfRetailers(retailerIds: readonly string[], call: CatalogCall): Promise<Store[][]> {
  const rows = await call.em.execute<{ id: string }[]>(
    `select id from (
       select id, row_number() over (partition by retailer_id order by zip_code, street_key) as place
       from catalog.store where retailer_id in (?) and archived_at is null) s where place <= ${STORES_LISTED}`,
    [[...retailerIds]],
  );
  const stores = await call.em.find(
    Store,
    { id: { $in: rows.map(({ id }) => id) } },
    { orderBy: { zipCode: 'asc', streetKey: 'asc' } },
  );
  return retailerIds.map((retailerId) => stores.filter((store) => store.retailerId === retailerId));
}
