/*
 * What can be imported: which columns each kind has, by which names and under which rule, what its rows are about, and how
 * that is found in our tables. Decided here: rows are checked cell by cell while they are read (cells.ts); all that needs
 * our tables is SQL over the staged rows, `s`, joined with the thing they are about, `t`.
 */
import { registerEnumType } from 'type-graphql';
import { type CellRule, comparable, dollars, emailAddress, text, webAddress, wholeNumber } from './cells.ts';
import { type ColumnSpec, kinds, TableKind } from './table-kinds.ts';

export enum ImportKind {
  STORES = 'stores',
  PRODUCTS = 'products',
  OFFERS = 'offers',
  CHARITIES = 'charities',
  OFFICERS = 'officers',
}

registerEnumType(ImportKind, {
  name: 'ImportKind',
  description: 'What the rows of a file are.',
  valuesConfig: {
    STORES: { description: 'Stores of retailers, found by name of the retailer, street and zip.' },
    PRODUCTS: { description: 'Products of known retailers, found by retailer and sku.' },
    OFFERS: { description: 'Offers of known retailers, found by retailer and title.' },
    CHARITIES: { description: 'Charities, found by their employer number (EIN).' },
    OFFICERS: {
      description: 'Who are officers of a department, found by e-mail. Nothing but a keyed hash of the e-mail is kept.',
    },
  },
});

export type Staged = string | number;
export type StagedType = 'text' | 'integer' | 'double precision' | 'timestamptz';

export interface ImportField {
  readonly names: readonly [string, ...string[]];
  readonly rule: CellRule<string> | CellRule<number>;
  readonly type: StagedType;
  /** key: every row needs it; new: a row needs it that makes something new; optional: may be left out. */
  readonly presence: 'key' | 'new' | 'optional';
  /** SQL of what it is now; null where it only says what the row is about. */
  readonly now: string | null;
  /** Whether `<clear>` may erase it. */
  readonly erasable: boolean;
  /** The value as it is staged. */
  readonly staged?: (value: Staged) => Staged;
}

/** A row that our tables do not allow: SQL over `s` and `t`. */
export interface RowRule {
  readonly when: string;
  readonly field: string;
  readonly code: string;
  readonly reason: string;
}

export interface KindOfImport {
  readonly fields: Readonly<Record<string, ImportField>>;
  /** What tells two rows apart, as our tables hold it: at most three texts. */
  readonly key: (values: Readonly<Record<string, Staged>>) => readonly string[];
  /** Columns that follow from the fields: what our tables find things by. */
  readonly derived?: Readonly<Record<string, (values: Readonly<Record<string, Staged>>) => string | undefined>>;
  /** How the key of a row reads, and that of a thing that no row is about. */
  readonly shownKey: string;
  readonly listedKey?: string;
  /** Of `s` with what it is about, `t`. */
  readonly joins: string;
  readonly table: string;
  /** SQL that differs after every edit of `t`. */
  readonly stamp: string;
  /**
   * The stamp of what an import has just made, where that has the id that the comparison gave it. Who else made the same
   * meanwhile is noticed when it is written, which for many new rows costs half of looking first.
   */
  readonly stampOfNew?: string;
  /** SQL that says that `t` is off the list. */
  readonly archived: string;
  /** Whether a row lists again what was archived. */
  readonly revives: boolean;
  readonly rules: readonly RowRule[];
  /** What is kept besides the values that were there before: pairs for jsonb_build_object. */
  readonly keptToo?: string;
  /** Statements that make rows of one file agree, given the name of the staging table. */
  readonly settle?: (stage: string) => readonly string[];
  /** What a complete file would list: `from ... where ...` over `t`, given the staging table; absent where none is complete. */
  readonly listed?: (stage: string) => string;
  /** Which field an organisation's own imports have from it, and not from the file. */
  readonly ownField?: string;
  /** Whose cells are personal: they are hashed when read, never quoted, never kept. */
  readonly personal?: true;
}

const DAY_MILLISECONDS = 86_400_000;

const columnsOf = (kind: TableKind) => (field: string) => {
  const column = kinds[kind].columns[field];
  if (!column) throw new Error(`${kind} have no column ${field}`);
  return column;
};
const ofStores = columnsOf(TableKind.RETAILERS);
const ofOffers = columnsOf(TableKind.OFFERS);
const ofCharities = columnsOf(TableKind.CHARITIES);

function field(
  { names, rule }: Pick<ColumnSpec, 'names' | 'rule'>,
  type: StagedType,
  presence: ImportField['presence'],
  now: string | null,
  more: Partial<Pick<ImportField, 'erasable' | 'staged'>> = {},
): ImportField {
  return { names, rule, type, presence, now, erasable: more.erasable ?? false, ...more };
}

const names = (value: Staged | undefined) => comparable(`${value ?? ''}`);
const erasable = { erasable: true };
const NO_RETAILER: RowRule = {
  when: 'r.id is null',
  field: 'retailer',
  code: 'UNKNOWN_RETAILER',
  reason: 'The catalog has no retailer of this name; import its stores first.',
};
const RETAILER_ARCHIVED: RowRule = {
  when: 'r.archived_at is not null',
  field: 'retailer',
  code: 'RETAILER_ARCHIVED',
  reason: 'The retailer is archived.',
};
const ofNamedRetailers = (stage: string) => `r.name_key in (select k1 from ${stage})`;

const stores: KindOfImport = {
  fields: {
    name: field(ofStores('name'), 'text', 'key', 'r.name'),
    category: field(ofStores('category'), 'text', 'optional', 'r.category'),
    street: field(ofStores('street'), 'text', 'key', 't.street'),
    city: field(ofStores('city'), 'text', 'new', 't.city'),
    state: field(ofStores('state'), 'text', 'new', 't.state'),
    zip: field(ofStores('zip'), 'text', 'key', 't.zip_code'),
    latitude: field(ofStores('latitude'), 'double precision', 'new', 't.latitude'),
    longitude: field(ofStores('longitude'), 'double precision', 'new', 't.longitude'),
  },
  key: ({ name, street, zip }) => [names(name), names(street), `${zip}`],
  shownKey: `concat_ws(', ', s.name, s.street, s.zip)`,
  listedKey: `concat_ws(', ', r.name, t.street, t.zip_code)`,
  joins: `left join catalog.retailer r on r.name_key = s.k1
    left join catalog.store t on t.retailer_id = r.id and t.street_key = s.k2 and t.zip_code = s.k3`,
  table: 'catalog.store',
  stamp: 'md5(row(t.version, t.street, t.city, t.state, t.latitude, t.longitude, t.archived_at)::text)',
  archived: 't.archived_at is not null',
  revives: true,
  rules: [{ ...RETAILER_ARCHIVED, field: 'name' }],
  listed: (stage) =>
    `from catalog.store t join catalog.retailer r on r.id = t.retailer_id
     where t.archived_at is null and ${ofNamedRetailers(stage)}`,
  // What a row makes of its retailer, which other stores share: put back only where it is still so.
  keptToo: `'made_name', s.name, 'made_category', coalesce(s.category, r.category)`,
  // Of a retailer's rows the first names it, and the first with a category says what it is.
  settle: (stage) => [
    `update ${stage} s set name = f.name, category = f.category from (
       select k1, (array_agg(name order by line))[1] as name,
         (array_agg(category order by line) filter (where category is not null))[1] as category
       from ${stage} group by k1) f
     where f.k1 = s.k1 and (s.name, s.category) is distinct from (f.name, f.category)`,
  ],
  ownField: 'name',
};

const products: KindOfImport = {
  fields: {
    retailer: field(ofOffers('retailer'), 'text', 'key', null),
    sku: field(
      { names: ['sku', 'article', 'article_number', 'item', 'item_number'], rule: text(80) },
      'text',
      'key',
      't.sku',
    ),
    name: field({ names: ['name', 'product', 'title'], rule: text(80) }, 'text', 'new', 't.name'),
    description: field(ofOffers('description'), 'text', 'optional', 't.description', erasable),
    category: field(ofStores('category'), 'text', 'optional', 't.category', erasable),
    price: field(
      { names: ['price_usd', 'price', 'price_dollars'], rule: dollars(100_000_000) },
      'integer',
      'new',
      't.price_cents',
    ),
    stock: field(
      { names: ['stock', 'quantity', 'in_stock'], rule: wholeNumber(0, 1_000_000) },
      'integer',
      'optional',
      't.stock',
      erasable,
    ),
    picture: field(
      { names: ['picture_url', 'picture', 'image', 'image_url'], rule: webAddress },
      'text',
      'optional',
      't.picture_url',
      erasable,
    ),
    points: field(
      { names: ['point_value', 'points', 'price_points'], rule: wholeNumber(1, 1_000_000) },
      'integer',
      'optional',
      't.point_value',
      erasable,
    ),
  },
  key: ({ retailer, sku }) => [names(retailer), names(sku)],
  derived: { name_key: ({ name }) => (name === undefined ? undefined : names(name)) },
  shownKey: `concat_ws(', ', s.retailer, s.sku)`,
  listedKey: `concat_ws(', ', r.name, t.sku)`,
  joins: `left join catalog.retailer r on r.name_key = s.k1
    left join catalog.product t on t.retailer_id = r.id and t.sku_key = s.k2`,
  table: 'catalog.product',
  stamp: `concat_ws(' ', t.version, t.archived_at)`,
  stampOfNew: `'1'`,
  archived: 't.archived_at is not null',
  revives: true,
  rules: [NO_RETAILER, RETAILER_ARCHIVED],
  listed: (stage) =>
    `from catalog.product t join catalog.retailer r on r.id = t.retailer_id
     where t.archived_at is null and ${ofNamedRetailers(stage)}`,
  ownField: 'retailer',
};

const offers: KindOfImport = {
  fields: {
    retailer: field(ofOffers('retailer'), 'text', 'key', null),
    title: field(ofOffers('title'), 'text', 'key', 't.title'),
    description: field(ofOffers('description'), 'text', 'optional', 't.description', erasable),
    price: field(ofOffers('price'), 'integer', 'new', 't.price_points'),
    value: field(ofOffers('value'), 'integer', 'new', 't.value_cents'),
    stock: field(ofOffers('stock'), 'integer', 'optional', 't.stock', erasable),
    limit: field(ofOffers('limit'), 'integer', 'optional', 't.per_person_limit', erasable),
    starts: field(ofOffers('starts'), 'timestamptz', 'optional', 't.starts_at', {
      staged: (day) => `${day}T00:00:00Z`,
    }),
    ends: field(ofOffers('ends'), 'timestamptz', 'optional', 't.ends_at', {
      ...erasable,
      // The last day counts whole.
      staged: (day) => new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MILLISECONDS).toISOString(),
    }),
  },
  key: ({ retailer, title }) => [names(retailer), names(title)],
  shownKey: `concat_ws(', ', s.retailer, s.title)`,
  listedKey: `concat_ws(', ', r.name, t.title)`,
  joins: `left join catalog.retailer r on r.name_key = s.k1
    left join catalog.offer t on t.retailer_id = r.id and t.title_key = s.k2`,
  table: 'catalog.offer',
  stamp: `concat_ws(' ', t.version, t.paused_at, t.archived_at)`,
  archived: 't.archived_at is not null',
  revives: false,
  rules: [
    NO_RETAILER,
    RETAILER_ARCHIVED,
    {
      when: 't.archived_at is not null',
      field: 'title',
      code: 'OFFER_CLOSED',
      reason: 'The offer is closed and cannot be opened again; make a new one under another title.',
    },
    {
      when: `coalesce(s.ends, t.ends_at) <= coalesce(s.starts, t.starts_at)
        and not ('ends' = any(coalesce(s.cleared, '{}')))`,
      field: 'ends',
      code: 'OUT_OF_RANGE',
      reason: 'The offer must not end before it starts.',
    },
  ],
  listed: (stage) =>
    `from catalog.offer t join catalog.retailer r on r.id = t.retailer_id
     where t.archived_at is null and ${ofNamedRetailers(stage)}`,
  ownField: 'retailer',
};

const charities: KindOfImport = {
  fields: {
    ein: field(ofCharities('ein'), 'text', 'key', null),
    name: field(ofCharities('name'), 'text', 'new', 't.name'),
    city: field(ofCharities('city'), 'text', 'new', 't.city'),
    state: field(ofCharities('state'), 'text', 'new', 't.state'),
    zip: field(ofCharities('zip'), 'text', 'new', 't.zip_code'),
    ntee: field(ofCharities('ntee'), 'text', 'optional', 't.category'),
  },
  key: ({ ein }) => [`${ein}`],
  shownKey: 's.ein',
  joins: 'left join catalog.charity t on t.employer_number = s.k1',
  table: 'catalog.charity',
  // Somebody who acts for it is an edit too: what was claimed is not taken off the list by undoing.
  stamp: `md5(row(t.version, t.name, t.city, t.state, t.zip_code, t.category, t.suspended_at, t.archived_at,
    exists (select 1 from catalog.organisation_member m where m.organisation_id = t.id))::text)`,
  archived: 't.archived_at is not null',
  revives: false,
  rules: [
    {
      when: 't.archived_at is not null',
      field: 'ein',
      code: 'CHARITY_CLOSED',
      reason: 'The charity takes part no more.',
    },
    {
      when: 't.suspended_at is not null',
      field: 'ein',
      code: 'CHARITY_CLOSED',
      reason: 'The charity is suspended; it has to be reinstated first.',
    },
  ],
};

const officers: KindOfImport = {
  fields: {
    email: field(
      { names: ['email', 'e_mail', 'email_address', 'mail', 'work_email'], rule: emailAddress },
      'text',
      'key',
      null,
    ),
  },
  key: ({ department, email }) => [`${department}`, `${email}`],
  shownKey: `'an officer'`,
  listedKey: `'an officer'`,
  joins: `left join catalog.rostered_officer t on t.department_id = s.k1::uuid and t.email_digest = s.k2`,
  table: 'catalog.rostered_officer',
  stamp: `concat_ws(' ', t.rostered_at, t.retired_at)`,
  archived: 't.retired_at is not null',
  revives: true,
  rules: [],
  listed: (stage) =>
    `from catalog.rostered_officer t
     where t.retired_at is null and t.department_id = (select k1::uuid from ${stage} limit 1)`,
  personal: true,
};

export const importKinds: Readonly<Record<ImportKind, KindOfImport>> = {
  [ImportKind.STORES]: stores,
  [ImportKind.PRODUCTS]: products,
  [ImportKind.OFFERS]: offers,
  [ImportKind.CHARITIES]: charities,
  [ImportKind.OFFICERS]: officers,
};
