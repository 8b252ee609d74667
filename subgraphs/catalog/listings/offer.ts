/*
 * Offers: what points buy. Each change is a new version, told to the domain that prices vouchers by it. Row and graph's
 * type in one; where it was found stands on it for one answer only.
 */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { Refusal, type RefusalCode } from '../../kernel/errors.ts';
import { pageOf } from '../../kernel/page.ts';
import { Cents, DateTime, Points, Quantity, ShortText, Text } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { comparable } from '../importing/cells.ts';
import { executeWith } from './put-listing.ts';

@ObjectType({ description: 'What a retailer gives for points.' })
@Directive('@key(fields: "id")')
@Directive('@cacheControl(maxAge: 30, scope: PUBLIC)')
@Entity({ schema: 'catalog', tableName: 'offer' })
export class Offer {
  @Field(() => ID, { description: 'The id of the offer.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' })
  retailerId!: string;

  @Field(() => ShortText, { description: 'What one gets, in a few words.' })
  @Property({ type: 'text' })
  title!: string;

  @Property({ type: 'text' })
  titleKey!: string;

  @Field(() => Text, { nullable: true, description: 'The terms in full.' })
  @Property({ type: 'text', nullable: true })
  description?: string | null;

  @Field(() => Points, { description: 'How many points it costs.' })
  @Property({ type: 'integer' })
  pricePoints!: number;

  @Field(() => Cents, { description: 'What it is worth at the till, in cents.' })
  @Property({ type: 'integer' })
  valueCents!: number;

  @Field(() => Quantity, { nullable: true, description: 'How many there are in all; null for no limit.' })
  @Property({ type: 'integer', nullable: true })
  stock?: number | null;

  @Field(() => Quantity, { nullable: true, description: 'How many one person may have; null for no limit.' })
  @Property({ type: 'integer', nullable: true })
  perPersonLimit?: number | null;

  @Field(() => DateTime, { description: 'From when it can be redeemed.' })
  @Property({ type: 'datetime' })
  startsAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'Until when; null for no end.' })
  @Property({ type: 'datetime', nullable: true })
  endsAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was closed; null while it is open.' })
  @Property({ type: 'datetime', nullable: true })
  archivedAt?: Date | null;

  @Property({ type: 'integer' })
  version!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Meters to the nearest store, in an answer about offers near a place.',
  })
  @Property({ type: 'integer', persist: false })
  distanceMeters?: number | null;

  @Property({ type: 'uuid', persist: false })
  nearestStoreId?: string | null;
}

export const OfferPage = pageOf(Offer);

export interface OfferTerms {
  /** The offer to change; without it, the retailer's one of this title, or a new one. */
  readonly offerId?: string | null | undefined;
  readonly retailerId: string;
  readonly title: string;
  readonly description?: string | null | undefined;
  readonly pricePoints: number;
  readonly valueCents: number;
  readonly stock?: number | null | undefined;
  readonly perPersonLimit?: number | null | undefined;
  readonly startsAt?: Date | null | undefined;
  readonly endsAt?: Date | null | undefined;
}

/** Why terms cannot become an offer, and which of them is at fault. */
export interface RefusedTerms {
  readonly refused: RefusalCode;
  readonly field: keyof OfferTerms;
  readonly message: string;
}

export type PutOutcome = { readonly offerId: string; readonly changed: boolean } | RefusedTerms;

/** An offer as it stands in the database. */
interface OfferRow {
  readonly id: string;
  readonly retailer_id: string;
  readonly title: string;
  readonly title_key: string;
  readonly description: string | null;
  readonly price_points: number;
  readonly value_cents: number;
  readonly stock: number | null;
  readonly per_person_limit: number | null;
  readonly starts_at: Date;
  readonly ends_at: Date | null;
  readonly archived_at: Date | null;
  readonly version: number;
}

/** Makes or changes one offer. @throws Refusal NOT_FOUND, BAD_USER_INPUT, OFFER_UNAVAILABLE. */
export async function putOffer(work: UnitOfWork, terms: OfferTerms): Promise<Offer> {
  const [outcome] = await putOffers(work, [terms]);
  if (!outcome) throw new Error('putOffers answers for each of the terms');
  if ('refused' in outcome) throw new Refusal(outcome.refused, outcome.message);
  return work.em.findOneOrFail(Offer, outcome.offerId);
}

/**
 * Makes or changes offers, no two of them with one retailer and title. What stays equal is left alone; every change is a
 * version of its own, told in its order, because writers of one retailer's offers wait for each other.
 * @returns for each of the terms what became of them.
 */
export async function putOffers(work: UnitOfWork, list: readonly OfferTerms[]): Promise<PutOutcome[]> {
  const { em, now } = work;
  const asked = list.map(({ offerId, retailerId, title }) => ({
    offer_id: offerId ?? null,
    retailer_id: retailerId,
    title_key: comparable(title),
  }));
  const columns = 'offer_id uuid, retailer_id uuid, title_key text';
  const retailers = await executeWith<{ id: string }>(
    em,
    `select id from catalog.retailer
     where id in (select retailer_id from jsonb_to_recordset(cast(? as jsonb)) as t(${columns}))
     order by name_key for no key update`,
    asked,
  );
  const known = await executeWith<OfferRow>(
    em,
    `with t as (select * from jsonb_to_recordset(cast(? as jsonb)) as t(${columns}))
     select o.* from catalog.offer o join t on t.retailer_id = o.retailer_id and t.title_key = o.title_key
     union select o.* from catalog.offer o join t on t.offer_id = o.id`,
    asked,
  );
  const decide = decider(work, new Set(retailers.map(({ id }) => id)), known);
  const decisions = list.map(decide);
  const changes = decisions.flatMap((decision) => ('offer' in decision && decision.changed ? [decision.offer] : []));
  await write(work, changes);
  const zipCodes = await onlyZipCodes(em, [...new Set(changes.map((offer) => offer.retailer_id))]);
  for (const offer of changes) {
    work.record('offer.published', {
      offerId: offer.id,
      version: offer.version,
      retailerId: offer.retailer_id,
      title: offer.title,
      pricePoints: offer.price_points,
      valueCents: offer.value_cents,
      stock: offer.stock,
      perPersonLimit: offer.per_person_limit,
      zipCode: zipCodes.get(offer.retailer_id) ?? null,
      startsAt: offer.starts_at.toISOString(),
      endsAt: offer.ends_at?.toISOString() ?? null,
      publishedAt: now.toISOString(),
    });
  }
  return decisions.map((decision) =>
    'offer' in decision ? { offerId: decision.offer.id, changed: decision.changed } : decision,
  );
}

type Decision = { readonly offer: OfferRow; readonly changed: boolean } | RefusedTerms;

/** What shall become of terms, given the retailers there are and the offers that the terms may be about. */
function decider(work: UnitOfWork, retailerIds: ReadonlySet<string>, known: readonly OfferRow[]) {
  const byId = new Map(known.map((offer) => [offer.id, offer]));
  const titled = (retailerId: string, titleKey: string) => `${retailerId} ${titleKey}`;
  const byTitle = new Map(known.map((offer) => [titled(offer.retailer_id, offer.title_key), offer]));
  const refuse = (refused: RefusalCode, field: keyof OfferTerms, message: string) => ({ refused, field, message });
  return (terms: OfferTerms): Decision => {
    const { offerId, retailerId } = terms;
    if (!retailerIds.has(retailerId)) return refuse('NOT_FOUND', 'retailerId', 'There is no such retailer.');
    const titleKey = comparable(terms.title);
    const namesake = byTitle.get(titled(retailerId, titleKey));
    const existing = offerId ? byId.get(offerId) : namesake;
    if (offerId && !existing) return refuse('NOT_FOUND', 'offerId', 'There is no such offer.');
    if (existing && existing.retailer_id !== retailerId) {
      return refuse('BAD_USER_INPUT', 'retailerId', 'An offer stays with its retailer.');
    }
    if (namesake && existing && namesake.id !== existing.id) {
      return refuse('BAD_USER_INPUT', 'title', 'The retailer has another offer of this title.');
    }
    if (existing?.archived_at) {
      return refuse('OFFER_UNAVAILABLE', 'title', 'The offer is closed; make a new one under another title.');
    }
    const offer: OfferRow = {
      id: existing?.id ?? work.newId(),
      retailer_id: retailerId,
      title: terms.title,
      title_key: titleKey,
      description: terms.description ?? null,
      price_points: terms.pricePoints,
      value_cents: terms.valueCents,
      stock: terms.stock ?? null,
      per_person_limit: terms.perPersonLimit ?? null,
      starts_at: terms.startsAt ?? (existing ? new Date(existing.starts_at) : work.now),
      ends_at: terms.endsAt ?? null,
      archived_at: null,
      version: (existing?.version ?? 0) + 1,
    };
    if (offer.ends_at && offer.ends_at <= offer.starts_at) {
      return refuse('BAD_USER_INPUT', 'endsAt', 'endsAt must be after startsAt.');
    }
    return existing && isEqual(existing, offer) ? { offer: existing, changed: false } : { offer, changed: true };
  };
}

const termColumns = [
  'title',
  'description',
  'price_points',
  'value_cents',
  'stock',
  'per_person_limit',
  'starts_at',
  'ends_at',
] as const satisfies readonly (keyof OfferRow)[];

function isEqual(before: OfferRow, after: OfferRow): boolean {
  return termColumns.every((column) => {
    const [a, b] = [before[column], after[column]];
    const isInstant = (column === 'starts_at' || column === 'ends_at') && a !== null && b !== null;
    return isInstant ? new Date(a).getTime() === new Date(b).getTime() : a === b;
  });
}

async function write({ em }: UnitOfWork, offers: readonly OfferRow[]): Promise<void> {
  if (offers.length === 0) return;
  const names = ['title_key', 'search_key', 'version', ...termColumns];
  await executeWith(
    em,
    `insert into catalog.offer (id, retailer_id, ${names.join(', ')})
     select id, retailer_id, ${names.join(', ')}
     from jsonb_to_recordset(cast(? as jsonb)) as t(id uuid, retailer_id uuid, title text, title_key text, search_key text,
       description text, price_points integer, value_cents integer, stock integer, per_person_limit integer,
       starts_at timestamptz, ends_at timestamptz, version integer)
     on conflict (id) do update set ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`,
    offers.map((offer) => ({ ...offer, search_key: comparable(`${offer.title} ${offer.description ?? ''}`) })),
  );
}

/** Retailer -> the ZIP code of its stores, where they share one. */
async function onlyZipCodes(em: EntityManager, retailerIds: readonly string[]): Promise<Map<string, string>> {
  if (retailerIds.length === 0) return new Map();
  const rows = await em.execute<{ retailer_id: string; zip_code: string }[]>(
    `select retailer_id, min(zip_code) as zip_code from catalog.store where retailer_id in (?)
     group by retailer_id having count(distinct zip_code) = 1`,
    [[...retailerIds]],
  );
  return new Map(rows.map(({ retailer_id, zip_code }) => [retailer_id, zip_code]));
}

/** Closes an offer; vouchers issued before stay valid. Closing it twice changes nothing. @throws Refusal NOT_FOUND. */
export async function archiveOffer({ em, now, record }: UnitOfWork, offerId: string): Promise<Offer> {
  // The lock that putOffers takes: a change that is under way is told before the closing, and none after it.
  const locked = await em.execute<unknown[]>(
    `select 1 from catalog.retailer r join catalog.offer o on o.retailer_id = r.id where o.id = ? for no key update of r`,
    [offerId],
  );
  if (locked.length === 0) throw new Refusal('NOT_FOUND', 'There is no such offer.');
  const closed = await em.execute<unknown[]>(
    'update catalog.offer set archived_at = ? where id = ? and archived_at is null returning 1',
    [now, offerId],
  );
  if (closed.length > 0) record('offer.archived', { offerId, archivedAt: now.toISOString() });
  return em.findOneOrFail(Offer, offerId);
}
