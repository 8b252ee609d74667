/*
 * What rewards knows of offers and charities, told by the catalog: on which terms points may be spent. A later version of
 * an offer replaces an earlier, in whatever order they arrive; that one is closed may be told before its terms.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { EventBody } from '../../../schema/events.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';

export async function recordOffer(fact: EventBody<'offer.published'>, { em }: UnitOfWork): Promise<void> {
  await em.execute(
    `insert into rewards.offer as o
       (id, version, retailer_id, price_points, stock, per_person_limit, zip_code, starts_at, ends_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (id) do update set version = excluded.version, retailer_id = excluded.retailer_id,
       price_points = excluded.price_points, stock = excluded.stock, per_person_limit = excluded.per_person_limit,
       zip_code = excluded.zip_code, starts_at = excluded.starts_at, ends_at = excluded.ends_at
     where o.version < excluded.version`,
    [
      fact.offerId,
      fact.version,
      fact.retailerId,
      fact.pricePoints,
      fact.stock,
      fact.perPersonLimit,
      fact.zipCode,
      fact.startsAt,
      fact.endsAt,
    ],
  );
}

export async function recordClosedOffer(fact: EventBody<'offer.archived'>, { em }: UnitOfWork): Promise<void> {
  await em.execute('insert into rewards.closed_offer values (?, ?) on conflict do nothing', [
    fact.offerId,
    fact.archivedAt,
  ]);
}

export async function recordCharity(fact: EventBody<'charity.listed'>, { em }: UnitOfWork): Promise<void> {
  await em.execute(
    `insert into rewards.charity as c values (?, ?, ?) on conflict (id) do update
       set zip_code = excluded.zip_code, listed_at = excluded.listed_at where c.listed_at <= excluded.listed_at`,
    [fact.charityId, fact.zipCode, fact.listedAt],
  );
}

export interface OfferTerms {
  readonly id: string;
  readonly version: number;
  readonly retailerId: string;
  readonly pricePoints: number;
  readonly zipCode: string | null;
}

/** The terms on which an offer can be redeemed at `now`. @throws Refusal OFFER_UNAVAILABLE. */
export async function openTerms(em: EntityManager, offerId: string, now: Date): Promise<OfferTerms> {
  const [row] = await em.execute<
    { version: number; retailer_id: string; price_points: string; zip_code: string | null }[]
  >(
    `select version, retailer_id, price_points, zip_code from rewards.offer o
     where id = ? and starts_at <= ? and (ends_at is null or ends_at > ?)
       and not exists (select 1 from rewards.closed_offer c where c.id = o.id)`,
    [offerId, now, now],
  );
  if (!row) throw new Refusal('OFFER_UNAVAILABLE');
  return {
    id: offerId,
    version: row.version,
    retailerId: row.retailer_id,
    pricePoints: Number(row.price_points),
    zipCode: row.zip_code,
  };
}

/**
 * Takes one piece of an offer for a person; locks the offer until the transaction ends, so that stock and limit are exact.
 * The terms were read before that lock: the person must not pay what they said once a later version replaced them.
 * @throws Refusal OFFER_UNAVAILABLE when that happened, SOLD_OUT, PER_PERSON_LIMIT.
 */
export async function takeOne(em: EntityManager, terms: OfferTerms, accountId: string): Promise<void> {
  const [offer] = await em.execute<{ per_person_limit: number | null }[]>(
    `update rewards.offer set issued = issued + 1 where id = ? and version = ? and (stock is null or issued < stock)
     returning per_person_limit`,
    [terms.id, terms.version],
  );
  if (!offer) {
    if ((await versionOf(em, terms.id)) === terms.version) throw new Refusal('SOLD_OUT');
    throw new Refusal('OFFER_UNAVAILABLE', 'The terms of the offer were replaced at this moment; look at it again.');
  }
  const [use] = await em.execute<{ times: number }[]>(
    `insert into rewards.offer_use as u values (?, ?, 1) on conflict (offer_id, account_id) do update
       set times = u.times + 1 returning times`,
    [terms.id, accountId],
  );
  if (offer.per_person_limit !== null && (use?.times ?? 0) > offer.per_person_limit) {
    throw new Refusal('PER_PERSON_LIMIT');
  }
}

async function versionOf(em: EntityManager, offerId: string): Promise<number | undefined> {
  const [row] = await em.execute<{ version: number }[]>('select version from rewards.offer where id = ?', [offerId]);
  return row?.version;
}

/** The zip code of a charity that takes donations. @throws Refusal CHARITY_UNAVAILABLE. */
export async function openCharity(em: EntityManager, charityId: string): Promise<{ zipCode: string | null }> {
  const [row] = await em.execute<{ zip_code: string | null }[]>('select zip_code from rewards.charity where id = ?', [
    charityId,
  ]);
  if (!row) throw new Refusal('CHARITY_UNAVAILABLE');
  return { zipCode: row.zip_code };
}
