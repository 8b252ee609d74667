/* How the cache knows what belongs to a person: their suspension, warnings, blocks and news. */
import type { CacheExchangeOpts, KeyGenerator } from '@urql/exchange-graphcache';
import { joinedPages } from '../../graph/joined-pages.ts';

/** Types that are part of what holds them. */
export const accountParts = [
  ...['WarningPage', 'WarningEdge', 'BlockedPersonPage', 'BlockedPersonEdge', 'FundNoticePage', 'FundNoticeEdge'],
  ...['PointsEntryPage', 'PointsEntryEdge', 'PointsEntry', 'ConnectionPage', 'ConnectionEdge'],
  ...['ErasureRequest', 'ConsentPage', 'ConsentEdge', 'OwnPersonReportPage', 'OwnPersonReportEdge'],
  ...['OwnStoryReport', 'OwnStoryReportPage', 'OwnStoryReportEdge', 'AvailabilityWindowPage', 'AvailabilityWindowEdge'],
  ...['OwnVote', 'OwnVotePage', 'OwnVoteEdge', 'OrganisationPage', 'OrganisationEdge'],
  ...['OrganisationApplicationPage', 'OrganisationApplicationEdge', 'OrganisationContact'],
  ...['NotificationPage', 'NotificationEdge', 'NotificationUpdate', 'NotificationSettings', 'NotificationChoice'],
  'QuietTime',
] as const;

export const accountKeys: Readonly<Record<string, KeyGenerator>> = {
  BlockedPerson: ({ accountId }) => String(accountId),
};

export const accountResolvers = {
  Query: { blockedPeople: joinedPages, notifications: joinedPages },
  Account: { fundNotices: joinedPages, consents: joinedPages },
} satisfies CacheExchangeOpts['resolvers'];

export const accountUpdates = {
  Mutation: {
    // Whoever is blocked or not any more: the list is asked for anew.
    blockPerson: (_result, _variables, cache) => cache.invalidate('Query', 'blockedPeople'),
    unblockPerson: (_result, { input }, cache) => {
      const { accountId } = input as { accountId: string };
      cache.invalidate({ __typename: 'BlockedPerson', accountId });
      cache.invalidate('Query', 'blockedPeople');
    },
    appealSuspension: (_result, _variables, cache) => cache.invalidate('Query', 'me'),
  },
} satisfies CacheExchangeOpts['updates'];
