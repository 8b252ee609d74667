/*
 * What becomes of an offer between being written and being closed. Each step is taken under the lock that changes of its
 * terms take too, and told once; the same step again changes nothing.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { Offer, type OfferRow, writeOffers } from './offer.ts';

/**
 * Publishes a draft; what is published already stays as it is.
 * @throws Refusal NOT_FOUND, OFFER_UNAVAILABLE when it is closed, CHANGED_MEANWHILE.
 */
export async function publishOffer(work: UnitOfWork, offerId: string, expectedVersion?: number | null): Promise<Offer> {
  const offer = await lockOffer(work.em, offerId);
  if (offer.archived_at) throw new Refusal('OFFER_UNAVAILABLE', 'The offer is closed.');
  if (expectedVersion && expectedVersion !== offer.version) throw new Refusal('CHANGED_MEANWHILE');
  if (offer.draft) await writeOffers(work, [{ ...offer, draft: false, version: offer.version + 1 }]);
  return work.em.findOneOrFail(Offer, offerId);
}

/** Takes a published offer off the lists for a while; again changes nothing. @throws Refusal NOT_FOUND, OFFER_UNAVAILABLE. */
export async function pauseOffer(work: UnitOfWork, offerId: string): Promise<Offer> {
  const offer = await lockOffer(work.em, offerId);
  if (offer.archived_at || offer.draft) throw new Refusal('OFFER_UNAVAILABLE', 'Only a published offer can be paused.');
  const paused = await work.em.execute<unknown[]>(
    'update catalog.offer set paused_at = ? where id = ? and paused_at is null returning 1',
    [work.now, offerId],
  );
  if (paused.length > 0) work.record('offer.paused', { offerId, pausedAt: work.now.toISOString() });
  return work.em.findOneOrFail(Offer, offerId);
}

/** Puts a paused offer on the lists again; again changes nothing. @throws Refusal NOT_FOUND, OFFER_UNAVAILABLE. */
export async function resumeOffer(work: UnitOfWork, offerId: string): Promise<Offer> {
  const offer = await lockOffer(work.em, offerId);
  if (offer.archived_at || offer.draft) throw new Refusal('OFFER_UNAVAILABLE', 'Only a paused offer can be resumed.');
  const resumed = await work.em.execute<unknown[]>(
    'update catalog.offer set paused_at = null where id = ? and paused_at is not null returning 1',
    [offerId],
  );
  if (resumed.length > 0) work.record('offer.resumed', { offerId, resumedAt: work.now.toISOString() });
  return work.em.findOneOrFail(Offer, offerId);
}

/** Closes an offer; vouchers issued before stay valid. Closing it twice changes nothing. @throws Refusal NOT_FOUND. */
export async function archiveOffer(work: UnitOfWork, offerId: string): Promise<Offer> {
  const { draft } = await lockOffer(work.em, offerId);
  const closed = await work.em.execute<unknown[]>(
    'update catalog.offer set archived_at = ? where id = ? and archived_at is null returning 1',
    [work.now, offerId],
  );
  if (closed.length > 0 && !draft) work.record('offer.archived', { offerId, archivedAt: work.now.toISOString() });
  return work.em.findOneOrFail(Offer, offerId);
}

/** Whose an offer is, which never changes. @throws Refusal NOT_FOUND. */
export async function retailerOfOffer(em: EntityManager, offerId: string): Promise<string> {
  const [row] = await em.execute<{ retailer_id: string }[]>('select retailer_id from catalog.offer where id = ?', [
    offerId,
  ]);
  if (!row) throw new Refusal('NOT_FOUND', 'There is no such offer.');
  return row.retailer_id;
}

/** Reads an offer under the lock that putOffers takes: a change that is under way is told before, and none in between. */
async function lockOffer(em: EntityManager, offerId: string): Promise<OfferRow> {
  const retailerId = await retailerOfOffer(em, offerId);
  await em.execute('select 1 from catalog.retailer where id = ? for no key update', [retailerId]);
  const [row] = await em.execute<[OfferRow]>('select * from catalog.offer where id = ?', [offerId]);
  return row;
}
