/*
 * How the app's cache knows things: by id where they have one, as part of what holds them where they have none; pages are
 * read on as one list.
 */
import type { GraphOptions } from '../../graph/graph.ts';
import { accountKeys, accountParts, accountResolvers, accountUpdates } from '../account/account-cache.ts';
import { meetKeys } from '../meet/meet-cache.ts';
import { spendParts, spendResolvers, spendUpdates } from '../spend/spend-cache.ts';

/** Types that are part of what holds them. */
const parts = [...spendParts, ...accountParts, 'PageInfo', 'Position'] as const;

export const cache: GraphOptions['cache'] = {
  keys: { ...Object.fromEntries(parts.map((name) => [name, () => null])), ...meetKeys, ...accountKeys },
  resolvers: {
    Query: { ...spendResolvers.Query, ...accountResolvers.Query },
    Account: { ...spendResolvers.Account, ...accountResolvers.Account },
  },
  updates: { ...spendUpdates, Mutation: { ...spendUpdates.Mutation, ...accountUpdates.Mutation } },
};
