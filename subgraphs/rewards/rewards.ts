/*
 * The rewards domain: points and what they are spent on. It learns of connections, offers and charities by event; its own
 * facts (awarded, issued, redeemed, donated) are recorded with the postings they tell of.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Lookout } from '../kernel/lookout.ts';
import type { SubgraphDefinition } from '../kernel/subgraph.ts';
import { ZipCodes } from '../kernel/zip-codes.ts';
import { Charity, recordCharity, recordCharityStanding } from './donations/charity.ts';
import { CharityDonationsResolver, DonationResolver } from './donations/donation.resolver.ts';
import { Donation } from './donations/donation.ts';
import { SettlementResolver } from './donations/settlement.resolver.ts';
import { eraseFromBooks } from './erasure.ts';
import { openFundCalendar } from './fund/calendar.ts';
import { FundDecisionResolver, FundResolver, FundRoundResolver } from './fund/fund.resolver.ts';
import { FundAdministrationResolver } from './fund/fund-administration.resolver.ts';
import { FundMonthResolver, MunicipalityFundsResolver } from './fund/fund-desk.resolver.ts';
import { FundOverrideResolver } from './fund/override.resolver.ts';
import { OwnVoteResolver } from './fund/own-vote.resolver.ts';
import { recordResidence } from './fund/residents.ts';
import { SalesResolver } from './fund/sales.resolver.ts';
import { ReconciliationResolver, StatementResolver } from './fund/statement.resolver.ts';
import { LedgerAdministrationResolver, PointsEntryResolver, PointsStatementResolver } from './ledger/books.resolver.ts';
import { Account, Connection, ConnectionPointsResolver, PointsResolver } from './ledger/points.resolver.ts';
import { openLedgerSweep } from './ledger/sweep.ts';
import { recordFormerMember, recordMember } from './membership.ts';
import { migrations } from './migrations.ts';
import { SchemeBudgetResolver, SchemeClaimResolver } from './schemes/claim.resolver.ts';
import { SchemeQueueResolver } from './schemes/queue.resolver.ts';
import {
  recordClosedScheme,
  recordMunicipality,
  recordMunicipalityStanding,
  recordPausedScheme,
  recordResumedScheme,
  recordScheme,
  Scheme,
} from './schemes/scheme.ts';
import { openClaimSweep } from './schemes/sweep.ts';
import { awardConnection } from './scoring/award.ts';
import { clawBack } from './scoring/claw-back.ts';
import { ScoringResolver } from './scoring/scoring.resolver.ts';
import { DisputeResolver } from './vouchers/dispute.resolver.ts';
import {
  RedeemedVoucherResolver,
  RedemptionResolver,
  RedemptionReversalResolver,
} from './vouchers/redemptions.resolver.ts';
import { openVoucherSweep } from './vouchers/sweep.ts';
import { TerminalResolver } from './vouchers/terminal.resolver.ts';
import { recordClosedOffer, recordOffer, recordOfferStanding, recordRetailerStanding } from './vouchers/terms.ts';
import { TillResolver } from './vouchers/till.resolver.ts';
import { AccountVouchersResolver, OfferStockResolver, VoucherResolver } from './vouchers/voucher.resolver.ts';
import { Offer, Voucher } from './vouchers/voucher.ts';
import { VoucherVault } from './vouchers/voucher-code.ts';
import { VoucherControlResolver } from './vouchers/voucher-control.resolver.ts';
import { VoucherKeys } from './vouchers/voucher-keys.ts';
import { type Courier, openCourier } from './webhooks/courier.ts';
import { WebhookDeliveryResolver } from './webhooks/webhook-delivery.resolver.ts';
import { WebhookEndpointResolver } from './webhooks/webhook-endpoint.resolver.ts';
import { WebhookVault } from './webhooks/webhook-keys.ts';

export interface RewardsServices {
  readonly ledgerSweep: Lookout;
  readonly vault: VoucherVault;
  readonly voucherKeys: VoucherKeys;
  readonly voucherSweep: Lookout;
  readonly funds: Lookout;
  readonly webhookVault: WebhookVault;
  readonly courier: Courier;
  readonly claimSweep: Lookout;
  /** Read at first use. */
  zipCodes(): ZipCodes;
  /** A fresh EntityManager, for subscriptions: theirs would remember every row for as long as they live. */
  read(): EntityManager;
}

export const rewards: SubgraphDefinition<RewardsServices> = {
  name: 'rewards',
  resolvers: [
    PointsResolver,
    ConnectionPointsResolver,
    PointsStatementResolver,
    PointsEntryResolver,
    LedgerAdministrationResolver,
    ScoringResolver,
    VoucherResolver,
    AccountVouchersResolver,
    OfferStockResolver,
    TillResolver,
    RedemptionResolver,
    RedeemedVoucherResolver,
    RedemptionReversalResolver,
    TerminalResolver,
    VoucherControlResolver,
    DisputeResolver,
    DonationResolver,
    CharityDonationsResolver,
    SettlementResolver,
    SalesResolver,
    FundResolver,
    FundRoundResolver,
    OwnVoteResolver,
    FundDecisionResolver,
    FundAdministrationResolver,
    FundMonthResolver,
    MunicipalityFundsResolver,
    FundOverrideResolver,
    StatementResolver,
    ReconciliationResolver,
    WebhookEndpointResolver,
    WebhookDeliveryResolver,
    SchemeClaimResolver,
    SchemeBudgetResolver,
    SchemeQueueResolver,
  ],
  orphanedTypes: [Account, Connection],
  entities: [Voucher, Donation],
  migrations,
  references: {
    Account: async (ids) => ids.map((id) => Object.assign(new Account(), { id })),
    Connection: async (ids) => ids.map((id) => Object.assign(new Connection(), { id })),
    Offer: async (ids) => ids.map((id) => Object.assign(new Offer(), { id })),
    Charity: async (ids) => ids.map((id) => Object.assign(new Charity(), { id })),
    Scheme: async (ids) => ids.map((id) => Object.assign(new Scheme(), { id })),
  },
  consumes: {
    'connection.confirmed': (event, work) => awardConnection(event.body, work),
    'connection.clawedBack': (event, work) => clawBack(event.body, work),
    'offer.published': (event, work) => recordOffer(event.body, work),
    'offer.archived': (event, work) => recordClosedOffer(event.body, work),
    'offer.paused': ({ body }, work) => recordOfferStanding(work, body.offerId, true, body.pausedAt),
    'offer.resumed': ({ body }, work) => recordOfferStanding(work, body.offerId, false, body.resumedAt),
    'retailer.suspended': ({ body }, work) => recordRetailerStanding(work, body.retailerId, true, body.suspendedAt),
    'retailer.reinstated': ({ body }, work) => recordRetailerStanding(work, body.retailerId, false, body.reinstatedAt),
    'charity.listed': (event, work) => recordCharity(event.body, work),
    'charity.suspended': ({ body }, work) => recordCharityStanding(work, body.charityId, true, body.suspendedAt),
    'charity.reinstated': ({ body }, work) => recordCharityStanding(work, body.charityId, false, body.reinstatedAt),
    'municipality.listed': (event, work) => recordMunicipality(event.body, work),
    'municipality.suspended': ({ body }, work) =>
      recordMunicipalityStanding(work, body.municipalityId, true, body.suspendedAt),
    'municipality.reinstated': ({ body }, work) =>
      recordMunicipalityStanding(work, body.municipalityId, false, body.reinstatedAt),
    'scheme.published': (event, work) => recordScheme(event.body, work),
    'scheme.paused': (event, work) => recordPausedScheme(event.body, work),
    'scheme.resumed': (event, work) => recordResumedScheme(event.body, work),
    'scheme.archived': (event, work) => recordClosedScheme(event.body, work),
    'organisation.memberAdded': (event, work) => recordMember(event.body, work),
    'organisation.memberRemoved': (event, work) => recordFormerMember(event.body, work),
    'account.erased': (event, work) => eraseFromBooks(event.body, work),
    'residence.declared': (event, work) => recordResidence(event.body, work),
  },
  open: async (machine) => {
    let zipCodes: ZipCodes | undefined;
    const vault = new VoucherVault(machine.configuration.secretKey, machine.random);
    const webhookVault = new WebhookVault(machine.configuration.secretKey, machine.random);
    return {
      ledgerSweep: openLedgerSweep(machine),
      vault,
      voucherKeys: new VoucherKeys(machine, vault),
      voucherSweep: openVoucherSweep(machine),
      funds: openFundCalendar(machine),
      webhookVault,
      courier: openCourier(machine, webhookVault),
      claimSweep: openClaimSweep(machine),
      zipCodes: () => {
        zipCodes ??= ZipCodes.load();
        return zipCodes;
      },
      read: machine.em,
    };
  },
  async close({ ledgerSweep, voucherSweep, funds, claimSweep, courier }) {
    await Promise.all([ledgerSweep, voucherSweep, funds, claimSweep, courier].map((service) => service.close()));
  },
};
