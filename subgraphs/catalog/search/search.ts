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
     ${place ? 'join nearest n on n.retailer_id = o.retailer_id' : ''}
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

/** The store of each retailer that is nearest to a place, by the haversine formula; right across the antimeridian too. */
const nearestStores = `with nearest as (
  select distinct on (s.retailer_id) s.retailer_id, s.id as store_id, round(d.meters)::int as meters
  from catalog.store s cross join lateral (
    select ${metersSql('s')} as meters) d
  where s.archived_at is null and s.latitude between ? and ? and d.meters <= ?
  order by s.retailer_id, d.meters, s.id)`;

function nearestValues(area: Area): number[] {
  return [...metersValues(area), ...latitudesOf(area), area.radiusMeters];
}
