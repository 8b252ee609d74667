/*
 * What makes kept answers stale: the facts of the domain that answers, and mutations that change more than they answer
 * with. A fact may name only what its own producer resolves: it is told when that is true, while another domain takes
 * it in at some later time, and what is asked of that one meanwhile would be kept old.
 */
import type { EventBody, EventTopic } from '../../schema/events.ts';
import type { EventBus, EventSubscription } from '../../subgraphs/kernel/event-bus.ts';
import type { CacheStore } from './cache-store.ts';
import { everyEntity, oneEntity } from './cached-fetch.ts';
import type { FurtherChanges } from './policies.ts';

type Staleness = { readonly [Topic in EventTopic]?: (fact: EventBody<Topic>) => readonly string[] };

/** The answers in which things of this type stand, and the thing's own as an entity. */
const changed = (type: string, id: string) => [type, oneEntity(type, id)];

/** What shows and hides with its retailer. */
const ofRetailers = ['Store', 'Offer', 'Product'];

export const staleBy: Staleness = {
  'offer.published': ({ offerId }) => changed('Offer', offerId),
  'offer.archived': ({ offerId }) => changed('Offer', offerId),
  'offer.paused': ({ offerId }) => changed('Offer', offerId),
  'offer.resumed': ({ offerId }) => changed('Offer', offerId),
  // Offers are found by the names of retailers, and stand at the nearest of their stores.
  'retailer.listed': ({ retailerId }) => [...changed('Retailer', retailerId), 'Store', 'Offer'],
  // Offers show the product that one gets.
  'retailer.productsChanged': () => ['Product', everyEntity('Product')],
  'retailer.suspended': ({ retailerId }) => [...changed('Retailer', retailerId), ...ofRetailers],
  'retailer.reinstated': ({ retailerId }) => [...changed('Retailer', retailerId), ...ofRetailers],
  'charity.listed': ({ charityId }) => changed('Charity', charityId),
  'charity.suspended': ({ charityId }) => changed('Charity', charityId),
  'charity.reinstated': ({ charityId }) => changed('Charity', charityId),
  // Schemes are found by the ZIP codes of municipalities.
  'municipality.listed': ({ municipalityId }) => [...changed('Municipality', municipalityId), 'Scheme'],
  'municipality.suspended': ({ municipalityId }) => [...changed('Municipality', municipalityId), 'Scheme'],
  'municipality.reinstated': ({ municipalityId }) => [...changed('Municipality', municipalityId), 'Scheme'],
  'scheme.published': ({ schemeId }) => changed('Scheme', schemeId),
  'scheme.paused': ({ schemeId }) => changed('Scheme', schemeId),
  'scheme.resumed': ({ schemeId }) => changed('Scheme', schemeId),
  'scheme.archived': ({ schemeId }) => changed('Scheme', schemeId),
};

/** It answers with the problems of rows, and may change any of these. */
export const furtherChanges: FurtherChanges = { importTable: ['Offer', 'Retailer', 'Store', 'Charity'] };

/** Resolves once facts are heard; one that cannot be passed on to the store is delivered again. */
export function listenForStaleness(bus: EventBus, store: CacheStore): Promise<EventSubscription> {
  return bus.subscribe('gateway', Object.keys(staleBy) as EventTopic[], async ({ topic, body }) => {
    const stale = staleBy[topic] as ((fact: unknown) => readonly string[]) | undefined;
    if (stale) await store.makeStale(stale(body));
  });
}
