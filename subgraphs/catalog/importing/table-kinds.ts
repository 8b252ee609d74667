/*
 * The tables that can be imported: which columns each kind has, by which names, under which rule, what tells two rows
 * apart, and how rows are written.
 */
import { registerEnumType } from 'type-graphql';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { type OfferTerms, putOffers } from '../listings/offer.ts';
import { type CharityRow, executeWith, putCharities, putStores, type StoreRow } from '../listings/put-listing.ts';
import {
  type CellRule,
  charityClass,
  comparable,
  day,
  dollars,
  employerNumber,
  hashValues,
  latitude,
  longitude,
  type ProblemCode,
  state,
  text,
  wholeNumber,
  zipCode,
} from './cells.ts';

export enum TableKind {
  RETAILERS = 'RETAILERS',
  OFFERS = 'OFFERS',
  CHARITIES = 'CHARITIES',
}

registerEnumType(TableKind, {
  name: 'TableKind',
  description: 'What the rows of a table are.',
  valuesConfig: {
    RETAILERS: {
      description: 'Stores of retailers: name, street, city, state, zip, latitude, longitude, and optionally category.',
    },
    OFFERS: {
      description:
        'Offers of known retailers: retailer, title, price_points, value_usd, and optionally description, stock, per_person_limit, starts_on, ends_on.',
    },
    CHARITIES: { description: 'Charities: ein, name, city, state, zip, and optionally ntee.' },
  },
});

export interface ColumnSpec {
  readonly names: readonly [string, ...string[]];
  readonly rule: CellRule<string> | CellRule<number>;
  readonly optional?: true;
}

/** Field -> what its cell holds; every required field is there. */
export type Values = Readonly<Record<string, string | number | undefined>>;

export interface KindSpec {
  readonly columns: Readonly<Record<string, ColumnSpec>>;
  /** Two rows of a file with one key are about the same thing. */
  readonly key: (values: Values) => string;
  /** Writes rows of different keys. @returns for each whether anything changed, or why the row cannot be taken. */
  readonly write: (work: UnitOfWork, rows: readonly Values[]) => Promise<(boolean | RowRefusal)[]>;
}

export interface RowRefusal {
  readonly field: string;
  readonly code: ProblemCode;
  readonly reason: string;
}

const place = {
  city: { names: ['city', 'town'], rule: text(80) },
  state: { names: ['state', 'state_id'], rule: state },
  zip: { names: ['zip', 'zip_code', 'zipcode', 'postal_code'], rule: zipCode },
} as const satisfies Record<string, ColumnSpec>;

export const kinds: Readonly<Record<TableKind, KindSpec>> = {
  [TableKind.RETAILERS]: {
    columns: {
      name: { names: ['name', 'retailer', 'brand', 'business'], rule: text(80) },
      category: { names: ['category', 'type', 'kind'], rule: text(80), optional: true },
      street: { names: ['street', 'address', 'street_address'], rule: text(80) },
      ...place,
      latitude: { names: ['latitude', 'lat'], rule: latitude },
      longitude: { names: ['longitude', 'lon', 'lng', 'long'], rule: longitude },
    },
    key: ({ name, street, zip }) => hashValues([comparable(`${name}`), comparable(`${street}`), zip]),
    write: (work, rows) => putStores(work, rows as unknown as StoreRow[]),
  },
  [TableKind.OFFERS]: {
    columns: {
      retailer: { names: ['retailer', 'brand', 'business'], rule: text(80) },
      title: { names: ['title', 'offer', 'name'], rule: text(80) },
      description: { names: ['description', 'terms'], rule: text(2_000), optional: true },
      price: { names: ['price_points', 'points', 'price'], rule: wholeNumber(1, 1_000_000) },
      value: { names: ['value_usd', 'value', 'value_dollars'], rule: dollars(100_000_000) },
      stock: { names: ['stock', 'quantity'], rule: wholeNumber(1, 1_000_000), optional: true },
      limit: { names: ['per_person_limit', 'per_person'], rule: wholeNumber(1, 1_000_000), optional: true },
      starts: { names: ['starts_on', 'starts', 'from'], rule: day, optional: true },
      ends: { names: ['ends_on', 'ends', 'until'], rule: day, optional: true },
    },
    key: ({ retailer, title }) => hashValues([comparable(`${retailer}`), comparable(`${title}`)]),
    write: writeOffers,
  },
  [TableKind.CHARITIES]: {
    columns: {
      ein: { names: ['ein', 'employer_number', 'tax_id'], rule: employerNumber },
      name: { names: ['name', 'charity', 'organization'], rule: text(80) },
      ...place,
      ntee: { names: ['ntee', 'ntee_cd', 'ntee_code'], rule: charityClass, optional: true },
    },
    key: ({ ein }) => `${ein}`,
    write: (work, rows) => putCharities(work, rows as unknown as CharityRow[]),
  },
};

const DAY_MILLISECONDS = 86_400_000;

async function writeOffers(work: UnitOfWork, rows: readonly Values[]): Promise<(boolean | RowRefusal)[]> {
  const nameKeys = rows.map(({ retailer }) => comparable(`${retailer}`));
  const retailers = await executeWith<{ id: string; name_key: string }>(
    work.em,
    `select id, name_key from catalog.retailer
     where name_key in (select name_key from jsonb_to_recordset(cast(? as jsonb)) as t(name_key text))`,
    nameKeys.map((name_key) => ({ name_key })),
  );
  const idByName = new Map(retailers.map(({ id, name_key }) => [name_key, id]));
  const terms = rows.map((row, index) => toTerms(row, idByName.get(nameKeys[index] ?? '')));
  const outcomes = (
    await putOffers(
      work,
      terms.filter((each) => each !== undefined),
    )
  ).values();
  return terms.map((each) => {
    if (!each) {
      const reason = 'The catalog has no retailer of this name; import retailers first.';
      return { field: 'retailer', code: 'UNKNOWN_RETAILER', reason };
    }
    const { value: outcome } = outcomes.next();
    if (!outcome) throw new Error('putOffers answers for each of the terms');
    if (!('refused' in outcome)) return outcome.changed;
    if (outcome.refused === 'OFFER_UNAVAILABLE')
      return { field: 'title', code: 'OFFER_CLOSED', reason: outcome.message };
    return { field: 'ends', code: 'OUT_OF_RANGE', reason: 'The offer must not end before it starts.' };
  });
}

function toTerms(row: Values, retailerId: string | undefined): OfferTerms | undefined {
  if (!retailerId) return undefined;
  const midnight = (date: string | number | undefined) => (date ? new Date(`${date}T00:00:00Z`) : undefined);
  const number = (value: string | number | undefined) => (value === undefined ? null : Number(value));
  const lastDay = midnight(row.ends);
  return {
    retailerId,
    title: `${row.title}`,
    description: row.description === undefined ? null : `${row.description}`,
    pricePoints: Number(row.price),
    valueCents: Number(row.value),
    stock: number(row.stock),
    perPersonLimit: number(row.limit),
    startsAt: midnight(row.starts),
    // The last day counts whole.
    endsAt: lastDay && new Date(lastDay.getTime() + DAY_MILLISECONDS),
  };
}
