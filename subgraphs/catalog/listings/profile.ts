/*
 * What retailers and charities say about themselves, and the places where retailers do business. Every change is told: what
 * is kept of answers that show it is old from then on.
 */
import { Refusal } from '../../kernel/errors.ts';
import type { Position } from '../../kernel/position.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { comparable } from '../importing/cells.ts';
import { addRow, changeRow, reopenRow } from './change.ts';
import { Charity, Retailer, Store } from './listing.ts';
import { type CharityFacts, charityFacts, tellOfCharity, tellOfRetailers } from './put-listing.ts';

/** Of each: undefined for as it is, null for nothing. */
export interface RetailerProfile {
  readonly name?: string | null | undefined;
  readonly category?: string | null | undefined;
  readonly profile?: string | null | undefined;
  readonly pictureUrl?: string | null | undefined;
  readonly webUrl?: string | null | undefined;
  readonly expectedVersion?: number | null | undefined;
}

/** @throws Refusal NOT_FOUND, BAD_USER_INPUT where another retailer has the name, LISTING_STATE, CHANGED_MEANWHILE. */
export async function saveRetailer(work: UnitOfWork, id: string, change: RetailerProfile): Promise<Retailer> {
  const name = change.name ?? undefined;
  const columns = {
    name,
    name_key: name && comparable(name),
    category: change.category,
    profile: change.profile,
    picture_url: change.pictureUrl,
    web_url: change.webUrl,
  };
  const changed = await changeRow(work.em, 'retailer', id, columns, change.expectedVersion);
  const retailer = await work.em.findOneOrFail(Retailer, id, { refresh: true });
  if (changed) await tellOfRetailers(work, [id]);
  return retailer;
}

export const EARMARKS_LISTED = 20;

export interface CharityProfile {
  readonly description?: string | null | undefined;
  readonly pictureUrl?: string | null | undefined;
  readonly webUrl?: string | null | undefined;
  readonly helpsFamilies?: boolean | null | undefined;
  readonly earmarks?: readonly string[] | null | undefined;
  readonly acceptsDonations?: boolean | null | undefined;
  readonly expectedVersion?: number | null | undefined;
}

/** @throws Refusal NOT_FOUND, BAD_USER_INPUT for too many labels, LISTING_STATE, CHANGED_MEANWHILE. */
export async function saveCharity(work: UnitOfWork, id: string, change: CharityProfile): Promise<Charity> {
  const earmarks = change.earmarks === null ? [] : change.earmarks && [...new Set(change.earmarks)];
  if (earmarks && earmarks.length > EARMARKS_LISTED) {
    throw new Refusal('BAD_USER_INPUT', `earmarks holds at most ${EARMARKS_LISTED} labels.`);
  }
  const columns = {
    description: change.description,
    picture_url: change.pictureUrl,
    web_url: change.webUrl,
    helps_families: change.helpsFamilies ?? undefined,
    earmarks,
    accepts_donations: change.acceptsDonations ?? undefined,
  };
  if (await changeRow(work.em, 'charity', id, columns, change.expectedVersion)) {
    const [facts] = await work.em.execute<[CharityFacts]>(`select ${charityFacts} from catalog.charity where id = ?`, [
      id,
    ]);
    tellOfCharity(work, facts);
  }
  return work.em.findOneOrFail(Charity, id, { refresh: true });
}

export interface StoreTerms {
  /** The store to change; without it, the retailer's one at this street and ZIP code, or a new one. */
  readonly storeId?: string | null | undefined;
  readonly retailerId: string;
  readonly street: string;
  readonly city: string;
  readonly state: string;
  readonly zipCode: string;
  readonly position: Position;
  readonly openingHours?: string | null | undefined;
  readonly expectedVersion?: number | null | undefined;
}

/**
 * Opens or changes a store; one that was closed opens again when it is named by its place.
 * @throws Refusal NOT_FOUND, BAD_USER_INPUT, LISTING_STATE for one that is closed, CHANGED_MEANWHILE.
 */
export async function saveStore(work: UnitOfWork, terms: StoreTerms): Promise<Store> {
  const { em } = work;
  const columns = {
    street: terms.street,
    street_key: comparable(terms.street),
    city: terms.city,
    state: terms.state,
    zip_code: terms.zipCode,
    latitude: terms.position.latitude,
    longitude: terms.position.longitude,
    opening_hours: terms.openingHours,
  };
  const existing = terms.storeId ?? (await storeAt(work, terms.retailerId, columns.street_key, terms.zipCode));
  if (existing) {
    if ((await retailerOfStore(em, existing)) !== terms.retailerId) {
      throw new Refusal('BAD_USER_INPUT', 'A store stays with its retailer.');
    }
    const reopened = !terms.storeId && (await reopenRow(em, 'store', existing));
    const changed = await changeRow(em, 'store', existing, columns, terms.expectedVersion);
    if (reopened || changed) await tellOfRetailers(work, [terms.retailerId]);
    return em.findOneOrFail(Store, existing, { refresh: true });
  }
  const id = work.newId();
  if (!(await addRow(em, 'store', { ...columns, id, retailer_id: terms.retailerId, version: 1 }))) {
    // Somebody else added the same at this moment.
    throw new Refusal('CHANGED_MEANWHILE');
  }
  await tellOfRetailers(work, [terms.retailerId]);
  return em.findOneOrFail(Store, id);
}

/** Closes a store; again changes nothing. @throws Refusal NOT_FOUND. */
export async function archiveStore(work: UnitOfWork, storeId: string): Promise<Store> {
  const closed = await work.em.execute<unknown[]>(
    'update catalog.store set archived_at = ?, version = version + 1 where id = ? and archived_at is null returning 1',
    [work.now, storeId],
  );
  const store = await work.em.findOneOrFail(Store, storeId, { refresh: true });
  if (closed.length > 0) await tellOfRetailers(work, [store.retailerId]);
  return store;
}

/** Whose a store is, which never changes. @throws Refusal NOT_FOUND. */
export async function retailerOfStore(em: UnitOfWork['em'], storeId: string): Promise<string> {
  const [row] = await em.execute<{ retailer_id: string }[]>('select retailer_id from catalog.store where id = ?', [
    storeId,
  ]);
  if (!row) throw new Refusal('NOT_FOUND', 'There is no such store.');
  return row.retailer_id;
}

async function storeAt({ em }: UnitOfWork, ...key: readonly string[]): Promise<string | undefined> {
  const [row] = await em.execute<{ id: string }[]>(
    'select id from catalog.store where retailer_id = ? and street_key = ? and zip_code = ?',
    [...key],
  );
  return row?.id;
}
