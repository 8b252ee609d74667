/*
 * How the console's cache knows things: by id where they have one, as part of what holds them where they have none; pages
 * are read on as one list.
 */
import type { GraphOptions } from '../../graph/graph.ts';

/** Types that are part of what holds them. */
const parts = ['LedgerAudit', 'PageInfo', 'Position'] as const;

export const cache: GraphOptions['cache'] = {
  keys: Object.fromEntries(parts.map((name) => [name, () => null])),
  resolvers: { Query: {} },
};
