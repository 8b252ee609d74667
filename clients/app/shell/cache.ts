/*
 * How the app's cache knows things: by id where they have one, as part of what holds them where they have none; pages are
 * read on as one list.
 */
import { relayPagination } from '@urql/exchange-graphcache/extras';
import type { GraphOptions } from '../../graph/graph.ts';

/** Types that are part of what holds them. */
const parts = ['OfferPage', 'OfferEdge', 'PageInfo', 'Position', 'PointsBalance'] as const;

export const cache: GraphOptions['cache'] = {
  keys: Object.fromEntries(parts.map((name) => [name, () => null])),
  resolvers: { Query: { offers: relayPagination() } },
};
