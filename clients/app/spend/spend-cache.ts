/*
 * How the cache knows what points are spent on: things that were seen once are found again by their id, also without a
 * connection, and the balance that a mutation tells is the one that every screen shows.
 */
import type { Cache, CacheExchangeOpts, Resolver, UpdateResolver } from '@urql/exchange-graphcache';
import { joinedPages as pages } from '../../graph/joined-pages.ts';
import { AccountPointsFragmentDoc } from '../generated/graphql.ts';

/** Types that are part of what holds them. */
export const spendParts = [
  ...['PointsBalance', 'ExpiringPoints', 'PointsChange', 'PointsEntryPage', 'PointsEntryEdge', 'Residence'],
  ...['OfferSearchPage', 'OfferSearchEdge', 'MatchCount', 'MatchReason', 'OfferFacets', 'SearchPreference'],
  ...['FacetCounts', 'FacetCount', 'FacetRanges', 'FacetRange'],
  ...[
    'VoucherPage',
    'VoucherEdge',
    'VoucherEvent',
    'CharityPage',
    'CharityEdge',
    'FundAward',
    'DonationPage',
    'DonationEdge',
  ],
  ...['SchemePage', 'SchemeEdge', 'SchemeClaimPage', 'SchemeClaimEdge', 'SchemeQuote'],
  ...['FundRoundPage', 'FundRoundEdge', 'StoryPage', 'StoryEdge', 'StoryChange'],
  ...['HubPage', 'HubEdge', 'GatheringPage', 'GatheringEdge', 'ConnectionPage', 'ConnectionEdge'],
] as const;

/** What was seen in a list is known on its own screen too, unless the API has said that there is none. */
const seenAs =
  (type: string): Resolver =>
  (_parent, { id }, cache, { fieldName }) => {
    if (cache.resolve('Query', fieldName, { id: id as string }) === null) return null;
    return { __typename: type, id: id as string };
  };

export const spendResolvers = {
  Query: {
    searchOffers: pages,
    charities: pages,
    donations: pages,
    schemes: pages,
    schemeClaims: pages,
    fundRounds: pages,
    storyFeed: pages,
    ownStories: pages,
    hubs: pages,
    gatherings: pages,
    ownGatherings: pages,
    connections: pages,
    offer: seenAs('Offer'),
    voucher: seenAs('Voucher'),
    charity: seenAs('Charity'),
    scheme: seenAs('Scheme'),
    gathering: seenAs('Gathering'),
    hub: seenAs('Hub'),
  },
  Account: { vouchers: pages, pointsStatement: pages },
} satisfies CacheExchangeOpts['resolvers'];

/** Keeps the balance that the API told with something else. */
function keepBalance(balance: unknown, cache: Cache): void {
  const me = cache.resolve('Query', 'me');
  const id = typeof me === 'string' ? cache.resolve(me, 'id') : undefined;
  if (balance && id)
    cache.writeFragment(AccountPointsFragmentDoc, { __typename: 'Account', id, points: balance } as never);
}

const balanceOf =
  (field: string): UpdateResolver =>
  (result, _variables, cache) =>
    keepBalance((result[field] as { balance?: unknown } | null)?.balance, cache);

export const spendUpdates = {
  Mutation: {
    redeemOffer: balanceOf('redeemOffer'),
    refundVoucher: balanceOf('refundVoucher'),
    donatePoints: balanceOf('donatePoints'),
    applyScheme: balanceOf('applyScheme'),
    withdrawSchemeClaim: balanceOf('withdrawSchemeClaim'),
  },
  Subscription: { pointsChanges: balanceOf('pointsChanges') },
} satisfies CacheExchangeOpts['updates'];
