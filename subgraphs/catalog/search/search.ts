/* Finding offers: by words, near a place, in pages that stay right while offers come and go. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type Area, areaOf, latitudesOf, metersSql, metersValues, type NearInput } from '../../kernel/area.ts';
import { decodeCursor, type Page, type PageArguments, toPage } from '../../kernel/page.ts';
import type { ZipCodes } from '../../kernel/zip-codes.ts';
import { comparable } from '../importing/cells.ts';
import { OFFER_SHOWS, Offer } from '../listings/offer.ts';

export interface OfferQuestion {
  readonly near?: NearInput | null | undefined;
  readonly search?: string | null | undefined;
}

/** Open offers at `now`: the nearest first where a place is given, by title otherwise. @throws Refusal BAD_USER_INPUT. */
export async function findOffers(
  em: EntityManager,
  zipCodes: () => ZipCodes,
  { near, search }: OfferQuestion,
  page: PageArguments,
  now: Date,
): Promise<Page<Offer>> {
  const place = near ? areaOf(near, zipCodes) : undefined;
  const words = comparable(search ?? '')
    .split(/\s+/)
    .filter(Boolean);
  const conditions = [OFFER_SHOWS, 'o.starts_at <= ?', '(o.ends_at is null or o.ends_at > ?)'];
  const values: unknown[] = [now, now];
  for (const word of words) {
    conditions.push("o.search_key || ' ' || r.name_key like ?");
    values.push(`%${word.replace(/[\\%_]/g, '\\$&')}%`);
  }
  const order = place ? 'n.meters' : 'o.title_key';
  if (page.after) {
    const [rank, id] = place ? decodeCursor(page.after, 'number', 'id') : decodeCursor(page.after, 'string', 'id');
    conditions.push(`(${order}, o.id) > (?, cast(? as uuid))`);
    values.push(rank, id);
  }
  const rows = await em.execute<{ id: string; store_id: string | null; meters: number | null }[]>(
    `${place ? nearestStores : ''}
     select o.id, ${place ? 'n.store_id, n.meters' : 'null as store_id, null as meters'}
     from catalog.offer o join catalog.retailer r on r.id = o.retailer_id
     ${place ? nearestJoin : ''}
     where ${conditions.join(' and ')} order by ${order}, o.id limit ?`,
    [...(place ? nearestValues(place) : []), ...values, page.first + 1],
  );
  const offers = await em.find(Offer, { id: { $in: rows.map(({ id }) => id) } });
  const byId = new Map(offers.map((offer) => [offer.id, offer]));
  const found = rows.flatMap(({ id, store_id, meters }) => {
    const offer = byId.get(id);
    return offer ? [Object.assign(offer, { nearestStoreId: store_id, distanceMeters: meters })] : [];
  });
  return toPage(found, page, (offer) => [place ? (offer.distanceMeters ?? 0) : offer.titleKey, offer.id]);
}

/**
 * The store of each retailer that is nearest to a place, by the haversine formula, right across the antimeridian too; and
 * of each offer that but some stores take, the nearest of those.
 */
const nearestStores = `with around as (
  select s.retailer_id, s.id as store_id, d.meters
  from catalog.store s cross join lateral (
    select ${metersSql('s')} as meters) d
  where s.archived_at is null and s.latitude between ? and ? and d.meters <= ?),
nearest as (
  (select distinct on (retailer_id) retailer_id, null::uuid as offer_id, store_id, round(meters)::int as meters
   from around order by retailer_id, around.meters, store_id)
  union all
  (select distinct on (o.id) o.retailer_id, o.id, a.store_id, round(a.meters)::int
   from catalog.offer o join around a on a.retailer_id = o.retailer_id and a.store_id = any(o.store_ids)
   where o.store_ids is not null order by o.id, a.meters, a.store_id))`;

const nearestJoin = `join nearest n on n.retailer_id = o.retailer_id
  and n.offer_id is not distinct from case when o.store_ids is null then null else o.id end`;

function nearestValues(area: Area): number[] {
  return [...metersValues(area), ...latitudesOf(area), area.radiusMeters];
}
