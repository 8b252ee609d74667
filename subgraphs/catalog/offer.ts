/*
 * Offers: what points buy. Each change is a new version, told to the domain that prices vouchers by it. Row and graph's
 * type in one; where it was found stands on it for one answer only.
 */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { Refusal } from '../kernel/errors.ts';
import { pageOf } from '../kernel/page.ts';
import { Cents, DateTime, Points, Quantity, ShortText, Text } from '../kernel/scalars.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';
import { comparable } from './cells.ts';
import { Retailer } from './listing.ts';

@ObjectType({ description: 'What a retailer gives for points.' })
@Directive('@key(fields: "id")')
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

/**
 * Makes an offer, or changes the one with this id, or the retailer's one of this title. An equal offer stays as it is.
 * @returns the offer, and whether anything changed. @throws Refusal NOT_FOUND, BAD_USER_INPUT.
 */
export async function putOffer(
  work: UnitOfWork,
  terms: OfferTerms,
  offerId?: string | null,
): Promise<{ offer: Offer; changed: boolean }> {
  const { em, now } = work;
  if (!(await em.findOne(Retailer, terms.retailerId))) throw new Refusal('NOT_FOUND', 'There is no such retailer.');
  const titleKey = comparable(terms.title);
  const byTitle = await em.findOne(Offer, { retailerId: terms.retailerId, titleKey });
  const existing = offerId ? await em.findOne(Offer, offerId) : byTitle;
  if (offerId && !existing) throw new Refusal('NOT_FOUND', 'There is no such offer.');
  if (offerId && byTitle && byTitle.id !== offerId) {
    throw new Refusal('BAD_USER_INPUT', 'The retailer has another offer of this title.');
  }
  const values = {
    retailerId: terms.retailerId,
    title: terms.title,
    titleKey,
    description: terms.description ?? null,
    pricePoints: terms.pricePoints,
    valueCents: terms.valueCents,
    stock: terms.stock ?? null,
    perPersonLimit: terms.perPersonLimit ?? null,
    startsAt: terms.startsAt ?? existing?.startsAt ?? now,
    endsAt: terms.endsAt ?? null,
  };
  if (values.endsAt && values.endsAt <= values.startsAt) {
    throw new Refusal('BAD_USER_INPUT', 'endsAt must be after startsAt.');
  }
  if (existing && !existing.archivedAt && isEqual(existing, values)) return { offer: existing, changed: false };
  if (existing?.archivedAt)
    throw new Refusal('OFFER_UNAVAILABLE', 'The offer is closed; make a new one under another title.');
  const offer = existing
    ? Object.assign(existing, values, { version: existing.version + 1 })
    : em.create(Offer, { id: work.newId(), ...values, version: 1 });
  await em.flush();
  work.record('offer.published', {
    offerId: offer.id,
    version: offer.version,
    retailerId: offer.retailerId,
    title: offer.title,
    pricePoints: offer.pricePoints,
    valueCents: offer.valueCents,
    stock: offer.stock ?? null,
    perPersonLimit: offer.perPersonLimit ?? null,
    zipCode: await onlyZipCode(em, offer.retailerId),
    startsAt: offer.startsAt.toISOString(),
    endsAt: offer.endsAt?.toISOString() ?? null,
    publishedAt: now.toISOString(),
  });
  return { offer, changed: true };
}

function isEqual(offer: Offer, values: Record<string, unknown>): boolean {
  const plain = (value: unknown) => (value instanceof Date ? value.getTime() : (value ?? null));
  return Object.entries(values).every(([name, value]) => plain(offer[name as keyof Offer]) === plain(value));
}

/** The ZIP code of a retailer's stores, where they share one; null otherwise. */
async function onlyZipCode(em: EntityManager, retailerId: string): Promise<string | null> {
  const rows = await em.execute<{ zip_code: string }[]>(
    'select distinct zip_code from catalog.store where retailer_id = ? limit 2',
    [retailerId],
  );
  return rows.length === 1 ? (rows[0]?.zip_code ?? null) : null;
}

/** Closes an offer; vouchers issued before stay valid. Closing it twice changes nothing. @throws Refusal NOT_FOUND. */
export async function archiveOffer(work: UnitOfWork, offerId: string): Promise<Offer> {
  const offer = await work.em.findOne(Offer, offerId);
  if (!offer) throw new Refusal('NOT_FOUND', 'There is no such offer.');
  if (!offer.archivedAt) {
    offer.archivedAt = work.now;
    work.record('offer.archived', { offerId, archivedAt: work.now.toISOString() });
  }
  return offer;
}
