/*
 * What rewards knows of offers, told by the catalog: on which terms points may be spent. A later version of
 * an offer replaces an earlier, in whatever order they arrive; that one is closed may be told before its terms.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { EventBody } from '../../../schema/events.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';

/** For how long a voucher is good where its offer does not say, and at most. */
const VALID_DAYS = { usual: 90, most: 730 };

export async function recordOffer(fact: EventBody<'offer.published'>, { em }: UnitOfWork): Promise<void> {
  const columns: Readonly<Record<string, unknown>> = {
    version: fact.version,
    retailer_id: fact.retailerId,
    price_points: fact.pricePoints,
    stock: fact.stock,
    per_person_limit: fact.perPersonLimit,
    zip_code: fact.zipCode,
    starts_at: fact.startsAt,
    ends_at: fact.endsAt,
    value_cents: fact.valueCents,
    valid_days: fact.validDays ?? null,
    offline_allowed: fact.offlineAllowed ?? false,
    refundable: fact.refundable ?? true,
    refunds_expired: fact.refundsExpired ?? false,
  };
  const names = Object.keys(columns);
  await em.execute(
    `insert into rewards.offer as o (id, ${names.join(', ')}) values (?, ${names.map(() => '?').join(', ')})
     on conflict (id) do update set ${names.map((name) => `${name} = excluded.${name}`).join(', ')}
     where o.version < excluded.version`,
    [fact.offerId, ...Object.values(columns)],
  );
}

/** The latest word counts, in whatever order they are told. */
export async function recordOfferStanding({ em }: UnitOfWork, offerId: string, paused: boolean, at: string) {
  await em.execute(
    `insert into rewards.offer_standing as s values (?, ?, ?) on conflict (offer_id) do update
       set paused = excluded.paused, said_at = excluded.said_at where s.said_at <= excluded.said_at`,
    [offerId, paused, at],
  );
}

/** While a retailer is suspended nothing of it is issued or taken; what then happens to its vouchers, see sweep.ts. */
export async function recordRetailerStanding({ em }: UnitOfWork, retailerId: string, suspended: boolean, at: string) {
  await em.execute(
    `insert into rewards.retailer_standing as s values (?, ?, ?) on conflict (retailer_id) do update
       set suspended = excluded.suspended, said_at = excluded.said_at where s.said_at <= excluded.said_at`,
    [retailerId, suspended, at],
  );
}

export async function recordClosedOffer(fact: EventBody<'offer.archived'>, { em }: UnitOfWork): Promise<void> {
  await em.execute('insert into rewards.closed_offer values (?, ?) on conflict do nothing', [
    fact.offerId,
    fact.archivedAt,
  ]);
}

/** What a voucher is issued on, and keeps. */
export interface OfferTerms {
  readonly id: string;
  readonly version: number;
  readonly retailerId: string;
  readonly pricePoints: number;
  readonly zipCode: string | null;
  readonly valueCents: number;
  readonly validDays: number;
  readonly offlineAllowed: boolean;
  readonly refundable: boolean;
  /** Whether its points go back when it expires unused. */
  readonly refundsExpired: boolean;
}

interface TermsRow {
  /** Null where there is no such offer. */
  readonly version: number | null;
  readonly retailer_id: string;
  readonly price_points: string;
  readonly zip_code: string | null;
  readonly value_cents: number | null;
  readonly valid_days: number | null;
  readonly offline_allowed: boolean;
  readonly refundable: boolean;
  readonly refunds_expired: boolean;
}

/** Whether nothing speaks against an offer `o` but its dates, its stock and its version. */
const STANDS = `not exists (select 1 from rewards.closed_offer c where c.id = o.id)
  and not exists (select 1 from rewards.offer_standing s where s.offer_id = o.id and s.paused)
  and not exists (select 1 from rewards.retailer_standing r where r.retailer_id = o.retailer_id and r.suspended)`;

/** What is known when somebody wants a voucher. */
export interface Prospect {
  /** Undefined where the offer is not open at this instant. */
  readonly terms: OfferTerms | undefined;
  /** What was posted under the same key before. */
  readonly earlier: { readonly transactionId: string; readonly fingerprint: string } | undefined;
}

/** The terms on which an offer can be redeemed at `now`, and what the key of the wish was used for before, in one look. */
export async function lookUpOffer(
  em: EntityManager,
  { offerId, businessKey }: { readonly offerId: string; readonly businessKey: string },
  now: Date,
): Promise<Prospect> {
  const [row] = await em.execute<(TermsRow & { earlier_id: string | null; fingerprint: string })[]>(
    `select o.*, t.id as earlier_id, t.fingerprint from (select 1) as one
       left join rewards.transaction t on t.business_key = ?
       left join rewards.offer o on o.id = ? and o.starts_at <= ? and (o.ends_at is null or o.ends_at > ?) and ${STANDS}`,
    [businessKey, offerId, now, now],
  );
  return {
    terms: row && row.version !== null ? asTerms(offerId, row) : undefined,
    earlier: row?.earlier_id ? { transactionId: row.earlier_id, fingerprint: row.fingerprint } : undefined,
  };
}

const asTerms = (id: string, row: TermsRow): OfferTerms => ({
  id,
  version: row.version ?? 0,
  retailerId: row.retailer_id,
  pricePoints: Number(row.price_points),
  zipCode: row.zip_code,
  valueCents: row.value_cents ?? 0,
  validDays: Math.min(row.valid_days ?? VALID_DAYS.usual, VALID_DAYS.most),
  offlineAllowed: row.offline_allowed,
  refundable: row.refundable,
  refundsExpired: row.refunds_expired,
});

/**
 * Takes one piece of an offer for a person; locks the offer until the transaction ends, so that stock and limit are exact:
 * the last thing to do, because everybody waits for that lock.
 * The terms were read before it: the person must not pay what they said once a later version replaced them.
 * @throws Refusal OFFER_CHANGED when that happened, OFFER_UNAVAILABLE, SOLD_OUT, PER_PERSON_LIMIT.
 */
export async function takeOne(em: EntityManager, terms: OfferTerms, accountId: string): Promise<void> {
  const [taken] = await em.execute<{ per_person_limit: number | null; times: number }[]>(
    `with offer as (
       update rewards.offer o set issued = issued + 1
       where id = ? and version = ? and (stock is null or issued < stock) and ${STANDS}
       returning id, per_person_limit
     ), use as (
       insert into rewards.offer_use as u select id, cast(? as uuid), 1 from offer
       on conflict (offer_id, account_id) do update set times = u.times + 1 returning times
     )
     select per_person_limit, times from offer, use`,
    [terms.id, terms.version, accountId],
  );
  if (!taken) throw await whyNone(em, terms);
  if (taken.per_person_limit !== null && taken.times > taken.per_person_limit) throw new Refusal('PER_PERSON_LIMIT');
}

async function whyNone(em: EntityManager, terms: OfferTerms): Promise<Refusal> {
  const [row] = await em.execute<{ version: number; stands: boolean }[]>(
    `select version, ${STANDS} as stands from rewards.offer o where id = ?`,
    [terms.id],
  );
  if (!row?.stands) return new Refusal('OFFER_UNAVAILABLE');
  return new Refusal(row.version === terms.version ? 'SOLD_OUT' : 'OFFER_CHANGED');
}

/** Gives a piece back that nobody has used: to the stock, and to the person's limit. */
export async function giveBackOne(em: EntityManager, offerId: string, accountId: string): Promise<void> {
  await em.execute('update rewards.offer set issued = issued - 1 where id = ?', [offerId]);
  await em.execute('update rewards.offer_use set times = times - 1 where offer_id = ? and account_id = ?', [
    offerId,
    accountId,
  ]);
}

/** How many vouchers may still be issued under each offer; null without a limit, undefined for an offer never told of. */
export async function remainingOf(em: EntityManager, offerIds: readonly string[]): Promise<Map<string, number | null>> {
  const rows = await em.execute<{ id: string; remaining: number | null }[]>(
    'select id, case when stock is not null then greatest(stock - issued, 0) end as remaining from rewards.offer where id in (?)',
    [[...offerIds]],
  );
  return new Map(rows.map(({ id, remaining }) => [id, remaining]));
}
