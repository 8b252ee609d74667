/*
 * The event catalogue: every fact that one domain tells the others, with its producer, its key and its shape. The one
 * place besides the SDL where domains meet. Bodies hold pseudonymous ids and coarse places only: no name, no e-mail, no
 * phone, no position. Fields are added as optional, never changed: events recorded last year are read again.
 */
import { z } from 'zod';
import { catalogEvents } from './catalog-events.ts';
import { define, id, instant, points, zipCode } from './event-shapes.ts';

export const subgraphNames = ['identity', 'profile', 'connections', 'rewards', 'catalog', 'reporting'] as const;
export type SubgraphName = (typeof subgraphNames)[number];

/** Whose claim by which scheme, and what it is worth; the zip code is where the person lives. */
const ofClaim = {
  claimId: id,
  schemeId: id,
  municipalityId: id,
  accountId: id,
  points,
  valueCents: z.int().positive(),
  zipCode,
};
/** Who went where is personal: what tells of it is kept no longer than the answers themselves. */
const ANSWERS_KEPT_DAYS = 30;
/** That somebody thought of leaving is nobody's business once it is over. */
const WISHES_KEPT_DAYS = 30;
/** Nor is that somebody was reported, which the domain that decides about it keeps. */
const REPORTS_KEPT_DAYS = 30;
/** Those of its people whom a change concerns; many are told in several facts. */
const ofGathering = { gatheringId: id, accountIds: z.array(id).min(1).max(1_000) };
const ofRound = { roundId: id, fundId: id, zipCode, month: z.string() };

/** Live messages that a gateway may read itself, by whom they concern: under which name they are published. */
export const liveChannels = {
  /** A celebration as profile tells it, with all its fields. */
  celebrations: (accountId: string) => `celebration:${accountId}`,
} as const;

export const eventCatalogue = {
  /** An account finished registration: its phone is verified. */
  'account.registered': define({
    producer: 'identity',
    key: 'accountId',
    body: z.object({
      accountId: id,
      roles: z.array(z.enum(['citizen', 'officer', 'administrator'])),
      /** The department that vouches for an officer; null for everybody else. */
      departmentName: z.string().nullable(),
      /** As declared; absent for those who registered before it was asked, who count as adults. */
      ageBand: z.enum(['youth', 'adult']).optional(),
      registeredAt: instant,
    }),
  }),
  /** An account may do nothing, until `until` or, where that is null, until it is reinstated; or those terms changed. `suspendedAt`: when that was said. */
  'account.suspended': define({
    producer: 'identity',
    key: 'accountId',
    body: z.object({ accountId: id, until: instant.nullable(), suspendedAt: instant }),
  }),
  /** A suspension was lifted. One that ended by its own instant is not told. */
  'account.reinstated': define({
    producer: 'identity',
    key: 'accountId',
    body: z.object({ accountId: id, reinstatedAt: instant }),
  }),
  /**
   * A person has left and is to be forgotten: nobody can find out any more whose the id was, and no domain keeps of them what
   * it does not have to. Nothing follows it about this account but what others tell late.
   */
  'account.erased': define({
    producer: 'identity',
    key: 'accountId',
    body: z.object({ accountId: id, erasedAt: instant }),
  }),
  /** A person has asked that their account be erased: at `dueAt`, unless they say otherwise before. */
  'account.erasureRequested': define({
    producer: 'identity',
    key: 'accountId',
    body: z.object({ accountId: id, requestedAt: instant, dueAt: instant }),
    keptDays: WISHES_KEPT_DAYS,
  }),
  /** The account stays: its person has said so, or has signed in again. */
  'account.erasureUndone': define({
    producer: 'identity',
    key: 'accountId',
    body: z.object({ accountId: id, undoneAt: instant }),
    keptDays: WISHES_KEPT_DAYS,
  }),
  /** A youth is an adult from now on: the month in which that was certain has begun. */
  'account.cameOfAge': define({
    producer: 'identity',
    key: 'accountId',
    body: z.object({ accountId: id, cameOfAgeAt: instant }),
  }),
  /** A guardian consents to the account of a youth, for the first time or anew. */
  'guardianConsent.recorded': define({
    producer: 'identity',
    key: 'accountId',
    body: z.object({ accountId: id, recordedAt: instant }),
  }),
  /** A guardian consents no more: the youth may do nothing. */
  'guardianConsent.withdrawn': define({
    producer: 'identity',
    key: 'accountId',
    body: z.object({ accountId: id, withdrawnAt: instant }),
  }),
  /** A person is reported, by another or by what the system noticed: `accountId`. By whom, and about what, is not told. */
  'report.opened': define({
    producer: 'connections',
    key: 'accountId',
    body: z.object({ reportId: id, accountId: id, openedAt: instant }),
    keptDays: REPORTS_KEPT_DAYS,
  }),
  /** A report of a person is decided. What followed from it is told before, where something did. */
  'report.decided': define({
    producer: 'connections',
    key: 'accountId',
    body: z.object({ reportId: id, accountId: id, decidedAt: instant }),
    keptDays: REPORTS_KEPT_DAYS,
  }),
  /**
   * An administrator decided that a reported person is suspended: where people meet at once, and everywhere when identity
   * has taken it in; also of somebody who has left meanwhile. What people wrote about it stays where they wrote it.
   */
  'suspension.decided': define({
    producer: 'connections',
    key: 'accountId',
    body: z.object({
      reportId: id,
      accountId: id,
      reason: z.enum([
        'harassment',
        'threat',
        'discrimination',
        'impersonation',
        'fraud',
        'suspected_stalking',
        'other',
      ]),
      /** When it ends by itself; null where somebody has to end it. */
      until: instant.nullable(),
      decidedBy: id,
      decidedAt: instant,
    }),
  }),
  /** An administrator warned a person. */
  'warning.given': define({
    producer: 'connections',
    key: 'accountId',
    body: z.object({ warningId: id, accountId: id, givenAt: instant }),
  }),
  /** An officer accepted a citizen's request to meet. */
  'connection.accepted': define({
    producer: 'connections',
    key: 'connectionId',
    body: z.object({ connectionId: id, officerId: id, citizenId: id, acceptedAt: instant }),
  }),
  /** Officer and citizen both confirmed that they met. At most one per pair in any 24 hours. */
  'connection.confirmed': define({
    producer: 'connections',
    key: 'connectionId',
    body: z.object({
      connectionId: id,
      officerId: id,
      citizenId: id,
      /** How sure we are that they met; decides the points. */
      evidence: z.enum(['virtual', 'vicinity', 'proximity', 'code']),
      zipCode: zipCode.nullable(),
      confirmedAt: instant,
    }),
  }),
  /** A connection that had been told as confirmed does not count: an administrator took it back. */
  'connection.clawedBack': define({
    producer: 'connections',
    key: 'connectionId',
    body: z.object({
      connectionId: id,
      officerId: id,
      citizenId: id,
      zipCode: zipCode.nullable(),
      /** Of the connection that is taken back: the day whose sums it leaves. */
      confirmedAt: instant,
      clawedBackAt: instant,
    }),
  }),
  /** One of a meeting proposed a story of it; `accountId` is the other, who is asked to consent. */
  'story.proposed': define({
    producer: 'connections',
    key: 'storyId',
    body: z.object({ storyId: id, accountId: id, proposedAt: instant }),
  }),
  /** A story is shown to everybody, for the first time. */
  'story.published': define({
    producer: 'connections',
    key: 'storyId',
    body: z.object({ storyId: id, officerId: id, citizenId: id, publishedAt: instant }),
  }),
  /** A gathering is at another time or place, or is told of in other words; `accountIds` have answered. */
  'gathering.changed': define({
    producer: 'connections',
    key: 'gatheringId',
    body: z.object({ ...ofGathering, changedAt: instant }),
    keptDays: ANSWERS_KEPT_DAYS,
  }),
  /** A gathering does not take place; `accountIds` have answered. */
  'gathering.cancelled': define({
    producer: 'connections',
    key: 'gatheringId',
    body: z.object({ ...ofGathering, cancelledAt: instant }),
    keptDays: ANSWERS_KEPT_DAYS,
  }),
  /** An administrator called a gathering off, whose host is `hostId`; those who have answered are told by gathering.cancelled. */
  'gathering.takenDown': define({
    producer: 'connections',
    key: 'gatheringId',
    body: z.object({ gatheringId: id, hostId: id, takenDownAt: instant }),
    keptDays: ANSWERS_KEPT_DAYS,
  }),
  /** `accountIds` waited for a seat at a gathering, and have one now. */
  'gathering.seatFreed': define({
    producer: 'connections',
    key: 'gatheringId',
    body: z.object({ ...ofGathering, freedAt: instant }),
    keptDays: ANSWERS_KEPT_DAYS,
  }),
  /** The ledger credited a person for a connection. */
  'points.awarded': define({
    producer: 'rewards',
    key: 'accountId',
    body: z.object({
      transactionId: id,
      accountId: id,
      role: z.enum(['citizen', 'officer']),
      connectionId: id,
      points,
      ruleVersion: z.int(),
      zipCode: zipCode.nullable(),
      awardedAt: instant,
    }),
  }),
  /** An administrator undid a transaction that had changed a person's points; by how many they changed now. */
  'points.reversed': define({
    producer: 'rewards',
    key: 'accountId',
    body: z.object({ transactionId: id, reversesId: id, accountId: id, points: z.int(), reversedAt: instant }),
  }),
  /** Points of a person ran out. */
  'points.expired': define({
    producer: 'rewards',
    key: 'accountId',
    body: z.object({ transactionId: id, accountId: id, points, expiredAt: instant }),
  }),
  /** A person spent points and holds a voucher. The zip code is the store's. */
  'voucher.issued': define({
    producer: 'rewards',
    key: 'voucherId',
    body: z.object({
      voucherId: id,
      transactionId: id,
      accountId: id,
      offerId: id,
      retailerId: id,
      points,
      zipCode: zipCode.nullable(),
      issuedAt: instant,
      /** Until when it can be used; absent: told before this was. */
      expiresAt: instant.optional(),
    }),
  }),
  /** A retailer took a voucher. */
  'voucher.redeemed': define({
    producer: 'rewards',
    key: 'voucherId',
    body: z.object({ voucherId: id, offerId: id, retailerId: id, zipCode: zipCode.nullable(), redeemedAt: instant }),
  }),
  /** Nobody used a voucher in time. Where its offer says so its points go back, which is told as refunded. */
  'voucher.expired': define({
    producer: 'rewards',
    key: 'voucherId',
    body: z.object({
      voucherId: id,
      offerId: id,
      retailerId: id,
      points,
      zipCode: zipCode.nullable(),
      expiredAt: instant,
    }),
  }),
  /** The points of a voucher went back to its owner, all of them: it was not used, or its redemption was taken back. */
  'voucher.refunded': define({
    producer: 'rewards',
    key: 'voucherId',
    body: z.object({
      voucherId: id,
      /** The reversal, and what it reverses. */
      transactionId: id,
      reversedTransactionId: id,
      accountId: id,
      offerId: id,
      retailerId: id,
      points,
      zipCode: zipCode.nullable(),
      /** What it was before: not used, run out, or used. */
      cause: z.enum(['void', 'expired', 'redeemed']),
      /** When the points were spent: the day whose sums they leave. */
      issuedAt: instant,
      refundedAt: instant,
    }),
  }),
  /** A person gave points to a charity. The zip code is the charity's. */
  'points.donated': define({
    producer: 'rewards',
    key: 'accountId',
    body: z.object({
      donationId: id,
      transactionId: id,
      accountId: id,
      charityId: id,
      points,
      zipCode: zipCode.nullable(),
      donatedAt: instant,
    }),
  }),
  /** Points of a person are held for a part of a municipality's fee. The zip code is where the person lives. */
  'scheme.claimed': define({
    producer: 'rewards',
    key: 'claimId',
    body: z.object({ ...ofClaim, feeCents: z.int().positive(), claimedAt: instant }),
  }),
  /** The municipality took the points of a claim for its part of the fee. */
  'scheme.settled': define({
    producer: 'rewards',
    key: 'claimId',
    body: z.object({ ...ofClaim, transactionId: id, feeCents: z.int().positive(), settledAt: instant }),
  }),
  /** What a claim had settled was taken back, all of it. That the points came back is told as reversed, too. */
  'scheme.reversed': define({
    producer: 'rewards',
    key: 'claimId',
    body: z.object({
      ...ofClaim,
      transactionId: id,
      /** The day whose sums it leaves. */
      settledAt: instant,
      reversedAt: instant,
    }),
  }),
  ...catalogEvents,
  /** A person said in which ZIP code they live; a later declaration replaces an earlier one. Adults only. */
  'residence.declared': define({
    producer: 'profile',
    key: 'accountId',
    body: z.object({ accountId: id, zipCode, declaredAt: instant }),
  }),
  /**
   * A partner's sale earned its affiliate fee, or a refund took back what falls on it: then all cents are below zero. Of
   * each, administration and fund add up to the fee.
   */
  'fee.recorded': define({
    producer: 'rewards',
    key: 'retailerId',
    body: z.object({
      feeId: id,
      retailerId: id,
      zipCode,
      saleCents: z.int(),
      feeCents: z.int(),
      administrationCents: z.int(),
      fundCents: z.int(),
      /** The month of the fund that it went into, such as 2026-11. */
      month: z.string(),
      recordedAt: instant,
    }),
  }),
  /** The books of a fund's month are closed: with this much its people are asked, or it stays for a later month. */
  'fund.monthClosed': define({
    producer: 'rewards',
    key: 'zipCode',
    body: z.object({ fundId: id, zipCode, month: z.string(), fundCents: z.int(), closedAt: instant }),
  }),
  /** The people of a ZIP code may vote on what their fund pays for, until `closesAt`. */
  'fund.roundOpened': define({
    producer: 'rewards',
    key: 'zipCode',
    body: z.object({ ...ofRound, fundCents: z.int(), openedAt: instant, closesAt: instant }),
  }),
  /** A vote has ended, or its outcome was decided anew: this much is to be paid, the rest stays in the fund. */
  'fund.roundDecided': define({
    producer: 'rewards',
    key: 'zipCode',
    body: z.object({ ...ofRound, awardedCents: z.int().nonnegative(), decidedAt: instant }),
  }),
  /** A fund has paid for an option that its people chose. */
  'fund.paidOut': define({
    producer: 'rewards',
    key: 'zipCode',
    body: z.object({ ...ofRound, optionId: id, transactionId: id, cents: z.int().positive(), paidAt: instant }),
  }),
} as const;

export type EventTopic = keyof typeof eventCatalogue;
export type EventBody<Topic extends EventTopic> = z.infer<(typeof eventCatalogue)[Topic]['body']>;

/** Checks a body against the catalogue. @throws ZodError, which names the field: a fault of the producer. */
export function parseEventBody<Topic extends EventTopic>(topic: Topic, body: unknown): EventBody<Topic> {
  return eventCatalogue[topic].body.parse(body) as EventBody<Topic>;
}
