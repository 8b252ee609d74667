/* What the catalog tells the others; a part of the catalogue in events.ts, whose rules hold here too. */
import { z } from 'zod';
import { define, id, instant, points, zipCode } from './event-shapes.ts';

const ofMember = {
  organisationId: id,
  kind: z.enum(['retailer', 'charity', 'municipality', 'department']),
  accountId: id,
};

export const catalogEvents = {
  /** A retailer is listed, or its listing changed. */
  'retailer.listed': define({
    producer: 'catalog',
    key: 'retailerId',
    body: z.object({ retailerId: id, name: z.string(), listedAt: instant }),
  }),
  /** Products of a retailer are on its list, off it, or other than they were; the catalog says which. */
  'retailer.productsChanged': define({
    producer: 'catalog',
    key: 'retailerId',
    body: z.object({ retailerId: id, changedAt: instant }),
  }),
  /** A charity is listed and takes donations, or its listing changed. */
  'charity.listed': define({
    producer: 'catalog',
    key: 'charityId',
    body: z.object({
      charityId: id,
      name: z.string(),
      zipCode: zipCode.nullable(),
      /** Whether givers may say for what; absent, as before it was asked: they may not. */
      earmarks: z.boolean().optional(),
      /** For what, as they may choose; absent, as before it was told: for a family in need, where they may at all. */
      earmarkLabels: z.array(z.string()).optional(),
      /** Its Employer Identification Number, which stands on receipts. */
      employerNumber: z
        .string()
        .regex(/^\d{9}$/)
        .optional(),
      /** Whether it takes donations now; absent: it does. */
      acceptsDonations: z.boolean().optional(),
      listedAt: instant,
    }),
  }),
  /** A retailer's offers show no more, and nothing new is issued under them, until it is reinstated. */
  'retailer.suspended': define({
    producer: 'catalog',
    key: 'retailerId',
    body: z.object({ retailerId: id, suspendedAt: instant }),
  }),
  'retailer.reinstated': define({
    producer: 'catalog',
    key: 'retailerId',
    body: z.object({ retailerId: id, reinstatedAt: instant }),
  }),
  /** A charity takes no donations until it is reinstated. */
  'charity.suspended': define({
    producer: 'catalog',
    key: 'charityId',
    body: z.object({ charityId: id, suspendedAt: instant }),
  }),
  'charity.reinstated': define({
    producer: 'catalog',
    key: 'charityId',
    body: z.object({ charityId: id, reinstatedAt: instant }),
  }),
  /** A municipality is listed, or its listing changed. */
  'municipality.listed': define({
    producer: 'catalog',
    key: 'municipalityId',
    body: z.object({ municipalityId: id, name: z.string(), zipCodes: z.array(zipCode), listedAt: instant }),
  }),
  /** Nothing is paid by the schemes of a municipality until it is reinstated. */
  'municipality.suspended': define({
    producer: 'catalog',
    key: 'municipalityId',
    body: z.object({ municipalityId: id, suspendedAt: instant }),
  }),
  'municipality.reinstated': define({
    producer: 'catalog',
    key: 'municipalityId',
    body: z.object({ municipalityId: id, reinstatedAt: instant }),
  }),
  /** A municipality lets points pay a share of a fee, on these terms; a later version replaces an earlier one. */
  'scheme.published': define({
    producer: 'catalog',
    key: 'schemeId',
    body: z.object({
      schemeId: id,
      version: z.int().positive(),
      municipalityId: id,
      title: z.string(),
      /** What a point is worth, in cents. */
      centsPerPoint: z.int().positive(),
      /** The largest part of a fee that points may pay: 10,000 is all of it. */
      largestShareBasisPoints: z.int().min(1).max(10_000),
      budgetCents: z.int().positive(),
      /** Where people live who may use it; empty: everywhere in the municipality. */
      zipCodes: z.array(zipCode),
      perPersonCents: z.int().positive().nullable(),
      /** Absent: everybody who has points. */
      eligibleRoles: z.array(z.enum(['citizen', 'officer'])).optional(),
      feeKind: z.string().optional(),
      startsAt: instant,
      endsAt: instant.nullable(),
      publishedAt: instant,
    }),
  }),
  /** A scheme takes no new claims for a while; what was claimed before is decided as ever. */
  'scheme.paused': define({
    producer: 'catalog',
    key: 'schemeId',
    body: z.object({ schemeId: id, municipalityId: id, pausedAt: instant }),
  }),
  'scheme.resumed': define({
    producer: 'catalog',
    key: 'schemeId',
    body: z.object({ schemeId: id, municipalityId: id, resumedAt: instant }),
  }),
  'scheme.archived': define({
    producer: 'catalog',
    key: 'schemeId',
    body: z.object({ schemeId: id, archivedAt: instant }),
  }),
  /**
   * An account acts for an organisation from now on, or does so in another role; the id is that of the retailer, charity,
   * municipality or department.
   */
  'organisation.memberAdded': define({
    producer: 'catalog',
    key: 'organisationId',
    body: z.object({
      ...ofMember,
      /** Absent: told before roles were. */
      role: z.enum(['OWNER', 'EDITOR', 'VIEWER']).optional(),
      addedAt: instant,
    }),
  }),
  /** An account acts for an organisation no more. */
  'organisation.memberRemoved': define({
    producer: 'catalog',
    key: 'organisationId',
    body: z.object({ ...ofMember, removedAt: instant }),
  }),
  /** A department vouches for an officer, named by a keyed hash of the e-mail and by nothing else. */
  'officer.rostered': define({
    producer: 'catalog',
    key: 'emailDigest',
    body: z.object({ departmentId: id, departmentName: z.string(), emailDigest: z.string(), rosteredAt: instant }),
  }),
  /** A department vouches for an officer no more. */
  'officer.retired': define({
    producer: 'catalog',
    key: 'emailDigest',
    body: z.object({ departmentId: id, emailDigest: z.string(), retiredAt: instant }),
  }),
  /** An offer can be redeemed on these terms; a later version replaces an earlier one. */
  'offer.published': define({
    producer: 'catalog',
    key: 'offerId',
    body: z.object({
      offerId: id,
      version: z.int().positive(),
      retailerId: id,
      title: z.string(),
      pricePoints: points,
      valueCents: z.int().nonnegative(),
      /** Vouchers that may be issued under this offer in all; null for no limit. */
      stock: z.int().nonnegative().nullable(),
      perPersonLimit: z.int().positive().nullable(),
      zipCode: zipCode.nullable(),
      startsAt: instant,
      endsAt: instant.nullable(),
      /** For how many days a voucher is good; absent or null: as rewards reckons. */
      validDays: z.int().positive().nullable().optional(),
      /** Whether a till may take its vouchers while it is cut off; absent: no. */
      offlineAllowed: z.boolean().optional(),
      /** Whether an unused voucher may be given back; absent: as rewards reckons. */
      refundable: z.boolean().optional(),
      /** Whether its points go back when it expires unused; absent: no. */
      refundsExpired: z.boolean().optional(),
      publishedAt: instant,
    }),
  }),
  /** Nothing new is issued under an offer until it is resumed. */
  'offer.paused': define({
    producer: 'catalog',
    key: 'offerId',
    body: z.object({ offerId: id, pausedAt: instant }),
  }),
  'offer.resumed': define({
    producer: 'catalog',
    key: 'offerId',
    body: z.object({ offerId: id, resumedAt: instant }),
  }),
  /** An offer is closed; vouchers issued before stay valid. */
  'offer.archived': define({
    producer: 'catalog',
    key: 'offerId',
    body: z.object({ offerId: id, archivedAt: instant }),
  }),
} as const;
