/*
 * How the console's cache knows things: by id where they have one, by what names them where that is something else, and as
 * part of what holds them where they have none. Pages are read on as one list; lists that a decision changes are asked for
 * anew.
 */
import type { Cache, Data } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import type { GraphOptions } from '../../graph/graph.ts';

/** Types that are part of what holds them. */
const parts = [
  'ConnectionReview',
  'GuardianConsent',
  'HeldStory',
  'LedgerAudit',
  'OrganisationContact',
  'OrganisationMember',
  'PageInfo',
  'Position',
  'RequestedListing',
  'RiskFinding',
  'RiskParameter',
  'RiskRule',
] as const;

/** Things that are named by another field than id. */
const names: Readonly<Record<string, string>> = {
  Department: 'name',
  ReviewCase: 'connectionId',
  StoryRule: 'name',
};

/** Lists that are read page by page. */
const paged = [
  'connectionsToReview',
  'departments',
  'exclusionZones',
  'myOrganisationApplications',
  'myOrganisations',
  'organisationApplications',
  'organisations',
  'partnerKeys',
  'personReports',
  'storiesToReview',
  'suspensionAppeals',
] as const;

/** What an administrator or member does, and the lists that are others afterwards. */
const changed: Readonly<Record<string, readonly string[]>> = {
  acceptInvitation: ['myOrganisations'],
  applyAsOrganisation: ['myOrganisationApplications', 'organisationApplications'],
  archiveExclusionZone: ['exclusionZones'],
  archiveOrganisation: ['myOrganisations', 'organisations'],
  changeStoryRule: ['storyRules'],
  claimOrganisation: ['myOrganisationApplications', 'organisationApplications'],
  createPartnerKey: ['partnerKeys'],
  decideAppeal: ['suspensionAppeals'],
  decideOrganisationApplication: ['organisationApplications', 'organisations'],
  inviteMember: ['organisation'],
  registerOfficers: ['departments'],
  removeMember: ['myOrganisations'],
  resolvePersonReport: ['personReports'],
  reviewConnection: ['connectionsToReview'],
  reviewStory: ['storiesToReview'],
  saveExclusionZone: ['exclusionZones'],
  saveRiskRule: ['riskRules'],
  withdrawInvitation: ['organisation'],
};

function forget(cache: Cache, fields: readonly string[]): void {
  for (const { fieldName, arguments: given } of cache.inspectFields('Query')) {
    if (fields.includes(fieldName)) cache.invalidate('Query', fieldName, given);
  }
}

export const cache: GraphOptions['cache'] = {
  keys: {
    ...Object.fromEntries(parts.map((name) => [name, () => null])),
    ...Object.fromEntries(Object.entries(names).map(([name, field]) => [name, (it: Data) => String(it[field])])),
  },
  resolvers: { Query: Object.fromEntries(paged.map((field) => [field, relayPagination()])) },
  updates: {
    Mutation: Object.fromEntries(
      Object.entries(changed).map(([mutation, fields]) => [
        mutation,
        (_result: unknown, _given: unknown, cache: Cache) => forget(cache, fields),
      ]),
    ),
  },
};
