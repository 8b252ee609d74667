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
  'ConnectionDay',
  'ConnectionReview',
  'DifferenceCount',
  'EarmarkTotal',
  'FieldChange',
  'FundAward',
  'GuardianConsent',
  'HeldStory',
  'ImportColumn',
  'LedgerAudit',
  'ListingChange',
  'OrganisationContact',
  'OrganisationMember',
  'OrganisationStatement',
  'PageInfo',
  'PointsDay',
  'Position',
  'ReconciliationDifference',
  'RefusedRows',
  'ReportedSale',
  'RequestedListing',
  'RiskFinding',
  'RiskParameter',
  'RiskRule',
  'RowChange',
  'RowProblem',
  'SalesFigures',
  'ScoringActivation',
  'ScoringDryRun',
  'ScoringDryRunPart',
  'ScoringRule',
  'SettlementFile',
  'UploadHeader',
  'ValueChange',
  'VoucherEvent',
] as const;

/** Things that are named by another field than id. */
const names: Readonly<Record<string, string>> = {
  Department: 'name',
  DisputeRule: 'version',
  FeeRule: 'version',
  ReviewCase: 'connectionId',
  RoundRule: 'version',
  SchemeFigures: 'schemeId',
  ScoringVersion: 'version',
  StoryRule: 'name',
};

/** Lists that are read page by page. */
const paged = [
  'charities',
  'connectionsToReview',
  'departments',
  'exclusionZones',
  'fileImports',
  'fundMonths',
  'fundProposals',
  'fundRounds',
  'funds',
  'hubs',
  'listingHistory',
  'municipalities',
  'municipalityClaims',
  'municipalitySchemes',
  'myOrganisationApplications',
  'myOrganisations',
  'organisationApplications',
  'organisations',
  'partnerKeys',
  'personReports',
  'products',
  'receivedDonations',
  'reconciliations',
  'redemptionReversals',
  'redemptions',
  'retailerOffers',
  'retailers',
  'sales',
  'scoringVersions',
  'settlements',
  'storiesToReview',
  'suspensionAppeals',
  'tablePulls',
  'terminals',
  'voucherDisputes',
  'webhookDeliveries',
] as const;

/** What an administrator or member does, and the lists that are others afterwards. */
const changed: Readonly<Record<string, readonly string[]>> = {
  acceptInvitation: ['myOrganisations'],
  activateScoringVersion: ['scoringVersions'],
  applyAsOrganisation: ['myOrganisationApplications', 'organisationApplications'],
  approveFundProposal: ['fundMonths', 'fundRounds'],
  archiveExclusionZone: ['exclusionZones'],
  archiveHub: ['hubs'],
  archiveOrganisation: ['myOrganisations', 'organisations'],
  archiveProduct: ['products'],
  archiveStore: ['retailer'],
  changeStoryRule: ['storyRules'],
  claimOrganisation: ['myOrganisationApplications', 'organisationApplications'],
  closeFundMonth: ['fund', 'fundMonths', 'fundProposals', 'fundRounds', 'funds'],
  confirmFundOverride: ['fund', 'fundRounds'],
  createPartnerKey: ['partnerKeys'],
  createTablePull: ['tablePulls'],
  decideAppeal: ['suspensionAppeals'],
  decideOrganisationApplication: ['organisationApplications', 'organisations'],
  decideRedemptionReversal: ['redemptionReversals'],
  decideVoucherDispute: ['voucherDisputes'],
  deleteTablePull: ['tablePulls'],
  draftScoringVersion: ['scoringVersions'],
  inviteMember: ['organisation'],
  openFileImport: ['fileImports'],
  openFundRound: ['fund', 'fundMonths', 'fundProposals', 'fundRounds', 'funds'],
  overrideFundRound: ['fund', 'fundRounds'],
  proposeFundOption: ['fundMonths', 'fundProposals', 'fundRounds'],
  reconcileSales: ['reconciliations'],
  registerOfficers: ['departments'],
  registerTerminal: ['terminals'],
  removeMember: ['myOrganisations'],
  reportSales: ['fund', 'funds', 'organisationStatement', 'sales'],
  resolvePersonReport: ['personReports'],
  reverseSettlement: ['pointsToSettle', 'organisationStatement'],
  requestRedemptionReversal: ['redemptionReversals'],
  reviewConnection: ['connectionsToReview'],
  reviewStory: ['storiesToReview'],
  saveDisputeRule: ['disputeRules'],
  saveExclusionZone: ['exclusionZones'],
  saveFeeRule: ['feeRules'],
  saveHub: ['hubs'],
  saveOffer: ['retailerOffers'],
  saveProduct: ['products'],
  saveRiskRule: ['riskRules'],
  saveRoundRule: ['roundRules'],
  saveScheme: ['municipalitySchemes'],
  saveStore: ['retailer'],
  settlePoints: ['pointsToSettle', 'settlements', 'organisationStatement'],
  withdrawFundOverride: ['fund', 'fundRounds'],
  withdrawInvitation: ['organisation'],
  createWebhookEndpoint: ['webhookEndpoints'],
  deleteWebhookEndpoint: ['webhookEndpoints'],
  pingWebhookEndpoint: ['webhookDeliveries'],
  replayWebhookDeliveries: ['webhookDeliveries'],
  replayWebhookDelivery: ['webhookDeliveries', 'webhookAttempts'],
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
