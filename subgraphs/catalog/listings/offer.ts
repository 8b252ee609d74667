/*
 * Offers: what points buy. Each change is a new version, told to the domain that prices vouchers by it. Row and graph's
 * type in one; where it was found stands on it for one answer only.
 */
import { Entity, Property } from '@mikro-orm/decorators/legacy';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Directive, Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Refusal, type RefusalCode, refusalCodes } from '../../kernel/errors.ts';
import { pageOf } from '../../kernel/page.ts';
import { Cents, DateTime, Days, Points, Quantity, ShortText, Text, Version, WebAddress } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { comparable } from '../importing/cells.ts';
import { Id } from './columns.ts';
import { executeWith } from './put-listing.ts';

export enum OfferStatus {
  DRAFT = 'DRAFT',
  PUBLISHED = 'PUBLISHED',
  PAUSED = 'PAUSED',
  ARCHIVED = 'ARCHIVED',
}

registerEnumType(OfferStatus, {
  name: 'OfferStatus',
  description: 'Where an offer stands between being written and being closed.',
  valuesConfig: {
    DRAFT: { description: 'Being written; only those who act for the retailer see it.' },
    PUBLISHED: { description: 'On the lists from its first day to its last.' },
    PAUSED: { description: 'Off the lists for a while; vouchers issued before stay valid.' },
    ARCHIVED: { description: 'Closed for good; vouchers issued before stay valid.' },
  },
});

/** That an offer `o` of retailer `r` is on the lists, its days apart: the one place that says so in SQL. */
export const OFFER_SHOWS =
  'o.archived_at is null and o.paused_at is null and not o.draft and r.suspended_at is null and r.archived_at is null';

@ObjectType({ description: 'What a retailer gives for points.' })
@Directive('@key(fields: "id")')
@Directive('@cacheControl(maxAge: 30, scope: PUBLIC)')
@Entity({ schema: 'catalog', tableName: 'offer' })
export class Offer {
  @Id('offer')
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

  @Field(() => DateTime, { nullable: true, description: 'Since when it is paused; null while it is not.' })
  @Property({ type: 'datetime', nullable: true })
  pausedAt?: Date | null;

  @Property({ type: 'boolean' })
  draft!: boolean;

  @Field(() => Version, { description: 'Counts its changes: the terms of a voucher are those of one version.' })
  @Property({ type: 'integer' })
  version!: number;

  @Field(() => ShortText, { nullable: true, description: "What kind of thing it is; null: of the retailer's." })
  @Property({ type: 'text', nullable: true })
  category?: string | null;

  @Field(() => WebAddress, { nullable: true, description: 'A picture of what one gets.' })
  @Property({ type: 'text', nullable: true })
  pictureUrl?: string | null;

  @Field(() => Days, { nullable: true, description: 'For how many days a voucher is good; null: as long as usual.' })
  @Property({ type: 'integer', nullable: true })
  validDays?: number | null;

  @Field(() => Boolean, { description: 'Whether a till may take its vouchers while it is cut off from us.' })
  @Property({ type: 'boolean' })
  offlineAllowed!: boolean;

  @Field(() => Boolean, { description: 'Whether an unused voucher may be given back for its points.' })
  @Property({ type: 'boolean' })
  refundable!: boolean;

  @Property({ type: 'array', nullable: true })
  storeIds?: string[] | null;

  @Property({ type: 'uuid', nullable: true })
  productId?: string | null;

  @Field(() => OfferStatus, { description: 'Where it stands between being written and being closed.' })
  get status(): OfferStatus {
    if (this.archivedAt) return OfferStatus.ARCHIVED;
    if (this.draft) return OfferStatus.DRAFT;
    return this.pausedAt ? OfferStatus.PAUSED : OfferStatus.PUBLISHED;
  }

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
  /** Of what follows, what is not given stays as it is. */
  readonly draft?: boolean | null | undefined;
  readonly category?: string | null | undefined;
  readonly pictureUrl?: string | null | undefined;
  readonly validDays?: number | null | undefined;
  readonly offlineAllowed?: boolean | null | undefined;
  readonly refundable?: boolean | null | undefined;
  /** Of the same retailer; none for all of its stores. */
  readonly storeIds?: readonly string[] | null | undefined;
  readonly productId?: string | null | undefined;
  /** The version that the terms are a change of; where it is another by now, they are refused. */
  readonly expectedVersion?: number | null | undefined;
}

/** Why terms cannot become an offer, and which of them is at fault. */
export interface RefusedTerms {
  readonly refused: RefusalCode;
  readonly field: keyof OfferTerms;
  readonly message: string;
}

export type PutOutcome = { readonly offerId: string; readonly changed: boolean } | RefusedTerms;

/** An offer as it stands in the database. */
export interface OfferRow {
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
  readonly draft: boolean;
  readonly category: string | null;
  readonly picture_url: string | null;
  readonly valid_days: number | null;
  readonly offline_allowed: boolean;
  readonly refundable: boolean;
  readonly store_ids: readonly string[] | null;
  readonly product_id: string | null;
  readonly version: number;
}

/** Makes or changes one offer. @throws Refusal NOT_FOUND, BAD_USER_INPUT, OFFER_UNAVAILABLE, CHANGED_MEANWHILE. */
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
  const { em } = work;
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
  const decide = decider(work, new Set(retailers.map(({ id }) => id)), known, await namedThings(em, list));
  const decisions = list.map(decide);
  const changes = decisions.flatMap((decision) => ('offer' in decision && decision.changed ? [decision.offer] : []));
  await writeOffers(work, changes);
  return decisions.map((decision) =>
    'offer' in decision ? { offerId: decision.offer.id, changed: decision.changed } : decision,
  );
}

/** Writes offers as they are to be, each with the version that it has then, and tells of those that are no drafts. */
export async function writeOffers(work: UnitOfWork, offers: readonly OfferRow[]): Promise<void> {
  await write(work, offers);
  const told = offers.filter(({ draft }) => !draft);
  const zipCodes = await onlyZipCodes(work.em, [...new Set(told.map((offer) => offer.retailer_id))]);
  for (const offer of told) {
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
      startsAt: new Date(offer.starts_at).toISOString(),
      endsAt: offer.ends_at && new Date(offer.ends_at).toISOString(),
      validDays: offer.valid_days,
      offlineAllowed: offer.offline_allowed,
      refundable: offer.refundable,
      publishedAt: work.now.toISOString(),
    });
  }
}

type Decision = { readonly offer: OfferRow; readonly changed: boolean } | RefusedTerms;

/** What shall become of terms, given the retailers there are and the offers that the terms may be about. */
function decider(
  work: UnitOfWork,
  retailerIds: ReadonlySet<string>,
  known: readonly OfferRow[],
  things: ReadonlyMap<string, string>,
) {
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
    if (existing && terms.expectedVersion && terms.expectedVersion !== existing.version) {
      return refuse('CHANGED_MEANWHILE', 'expectedVersion', refusalCodes.CHANGED_MEANWHILE);
    }
    if (terms.storeIds?.some((id) => things.get(id) !== retailerId)) {
      return refuse('BAD_USER_INPUT', 'storeIds', 'storeIds must be open stores of the retailer.');
    }
    if (terms.productId && things.get(terms.productId) !== retailerId) {
      return refuse('BAD_USER_INPUT', 'productId', 'productId must be a product of the retailer.');
    }
    if (terms.draft && existing && !existing.draft) {
      return refuse('BAD_USER_INPUT', 'draft', 'What was published is no draft any more: pause it.');
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
      draft: terms.draft ?? existing?.draft ?? false,
      category: kept(terms.category, existing?.category),
      picture_url: kept(terms.pictureUrl, existing?.picture_url),
      valid_days: kept(terms.validDays, existing?.valid_days),
      offline_allowed: terms.offlineAllowed ?? existing?.offline_allowed ?? false,
      refundable: terms.refundable ?? existing?.refundable ?? true,
      store_ids: kept(terms.storeIds?.length === 0 ? null : terms.storeIds, existing?.store_ids),
      product_id: kept(terms.productId, existing?.product_id),
      version: (existing?.version ?? 0) + 1,
    };
    if (offer.ends_at && offer.ends_at <= offer.starts_at) {
      return refuse('BAD_USER_INPUT', 'endsAt', 'endsAt must be after startsAt.');
    }
    return existing && isEqual(existing, offer) ? { offer: existing, changed: false } : { offer, changed: true };
  };
}

function kept<Value>(given: Value | null | undefined, before: Value | null | undefined): Value | null {
  return (given === undefined ? before : given) ?? null;
}

/** The open stores and the products that terms name -> whose they are. */
async function namedThings(em: EntityManager, list: readonly OfferTerms[]): Promise<Map<string, string>> {
  const ids = [
    ...new Set(list.flatMap(({ storeIds, productId }) => [...(storeIds ?? []), ...(productId ? [productId] : [])])),
  ];
  if (ids.length === 0) return new Map();
  const rows = await em.execute<{ id: string; retailer_id: string }[]>(
    `select id, retailer_id from catalog.store where id in (?) and archived_at is null
     union all select id, retailer_id from catalog.product where id in (?) and archived_at is null`,
    [ids, ids],
  );
  return new Map(rows.map(({ id, retailer_id }) => [id, retailer_id]));
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
  'draft',
  'category',
  'picture_url',
  'valid_days',
  'offline_allowed',
  'refundable',
  'store_ids',
  'product_id',
] as const satisfies readonly (keyof OfferRow)[];

function isEqual(before: OfferRow, after: OfferRow): boolean {
  return termColumns.every((column) => {
    const [a, b] = [before[column], after[column]];
    const isInstant = (column === 'starts_at' || column === 'ends_at') && a !== null && b !== null;
    if (column === 'store_ids') return JSON.stringify(a) === JSON.stringify(b);
    return isInstant ? new Date(a as Date).getTime() === new Date(b as Date).getTime() : a === b;
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
       starts_at timestamptz, ends_at timestamptz, version integer, draft boolean, category text, picture_url text,
       valid_days integer, offline_allowed boolean, refundable boolean, store_ids uuid[], product_id uuid)
     on conflict (id) do update set ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`,
    offers.map((offer) => ({ ...offer, search_key: comparable(`${offer.title} ${offer.description ?? ''}`) })),
  );
}

/** Retailer -> the ZIP code of its stores, where they share one. */
async function onlyZipCodes(em: EntityManager, retailerIds: readonly string[]): Promise<Map<string, string>> {
  if (retailerIds.length === 0) return new Map();
  const rows = await em.execute<{ retailer_id: string; zip_code: string }[]>(
    `select retailer_id, min(zip_code) as zip_code from catalog.store where retailer_id in (?) and archived_at is null
     group by retailer_id having count(distinct zip_code) = 1`,
    [[...retailerIds]],
  );
  return new Map(rows.map(({ retailer_id, zip_code }) => [retailer_id, zip_code]));
}
