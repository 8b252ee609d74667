/*
 * What became of a listing over time, and who did it. Each change is kept once, as the row was before it (see
 * migrations.ts); what it became is read from the next change, or from the row itself.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import type { OrganisationKind } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { decodeCursor, type Page, type PageArguments, pageOf, toPage } from '../../kernel/page.ts';
import { DateTime, ShortText, Text, Version } from '../../kernel/scalars.ts';

export enum ListingKind {
  RETAILER = 'RETAILER',
  STORE = 'STORE',
  PRODUCT = 'PRODUCT',
  OFFER = 'OFFER',
  CHARITY = 'CHARITY',
  MUNICIPALITY = 'MUNICIPALITY',
  SCHEME = 'SCHEME',
  ORGANISATION = 'ORGANISATION',
}

registerEnumType(ListingKind, {
  name: 'ListingKind',
  description: 'What has a history.',
  valuesConfig: {
    RETAILER: { description: 'The profile of a retailer.' },
    STORE: { description: 'A store.' },
    PRODUCT: { description: 'A product.' },
    OFFER: { description: 'An offer: its versions.' },
    CHARITY: { description: 'The profile of a charity.' },
    MUNICIPALITY: { description: 'A municipality.' },
    SCHEME: { description: 'A scheme: its versions.' },
    ORGANISATION: { description: 'Whether and as what an organisation takes part.' },
  },
});

@ObjectType({ description: 'A field of a listing that was changed.' })
export class FieldChange {
  @Field(() => ShortText, { description: 'Which field.' })
  field!: string;

  @Field(() => Text, { nullable: true, description: 'What it held before; lists as JSON.' })
  before!: string | null;

  @Field(() => Text, { nullable: true, description: 'What it held afterwards; lists as JSON.' })
  after!: string | null;
}

@ObjectType({ description: 'A change of a listing; it stays for good.' })
export class ListingChange {
  /** Its place in the history; grows. */
  sequence!: number;

  @Field(() => DateTime, { description: 'When.' })
  changedAt!: Date;

  @Field(() => ID, { nullable: true, description: 'The account that did it; null for imports and for what was there.' })
  changedBy!: string | null;

  @Field(() => Boolean, { description: 'Whether the listing was made by it.' })
  made!: boolean;

  @Field(() => Version, { nullable: true, description: 'The version of the listing from then on.' })
  version!: number | null;

  @Field(() => [FieldChange], {
    description: 'What it changed, by field; all that was there where it was made. At most 40.',
  })
  @Directive('@listSize(assumedSize: 40)')
  fields!: FieldChange[];
}

export const ListingChangePage = pageOf(ListingChange);

/** Where rows of a kind stand, and by which column they belong to an organisation. */
const places: Readonly<Record<ListingKind, { table: string; owner: string; kind: OrganisationKind | null }>> = {
  RETAILER: { table: 'retailer', owner: 'id', kind: 'retailer' },
  STORE: { table: 'store', owner: 'retailer_id', kind: 'retailer' },
  PRODUCT: { table: 'product', owner: 'retailer_id', kind: 'retailer' },
  OFFER: { table: 'offer', owner: 'retailer_id', kind: 'retailer' },
  CHARITY: { table: 'charity', owner: 'id', kind: 'charity' },
  MUNICIPALITY: { table: 'municipality', owner: 'id', kind: 'municipality' },
  SCHEME: { table: 'scheme', owner: 'municipality_id', kind: 'municipality' },
  ORGANISATION: { table: 'organisation', owner: 'id', kind: null },
};

/** For which organisation a listing stands. @throws Refusal NOT_FOUND. */
export async function organisationOfListing(
  em: EntityManager,
  kind: ListingKind,
  id: string,
): Promise<{ readonly kind: OrganisationKind; readonly id: string }> {
  const { table, owner } = places[kind];
  const [row] = await em.execute<{ id: string; kind: OrganisationKind }[]>(
    `select o.id, o.kind from catalog.${table} t join catalog.organisation o on o.id = t.${owner} where t.id = ?`,
    [id],
  );
  const isOfKind = !places[kind].kind || places[kind].kind === row?.kind;
  if (!row || !isOfKind) throw new Refusal('NOT_FOUND', 'There is no such listing.');
  return row;
}

type Row = Readonly<Record<string, unknown>>;

/** Never told: what only finds rows again, what has its own place here, and what is sealed. */
const unseen = ['id', 'version', 'name_key', 'title_key', 'street_key', 'sku_key', 'search_key', 'contact_sealed'];

/** The changes of a listing, the latest first. */
export async function historyOf(
  em: EntityManager,
  kind: ListingKind,
  id: string,
  page: PageArguments,
): Promise<Page<ListingChange>> {
  const [after] = page.after ? decodeCursor(page.after, 'number') : [];
  const rows = await em.execute<
    { sequence: string; changed_at: Date; changed_by: string | null; before: Row | null; after: Row }[]
  >(
    `select c.sequence, c.changed_at, c.changed_by, c.before, coalesce(
       (select n.before from catalog.listing_change n
        where n.listing_id = c.listing_id and n.kind = c.kind and n.sequence > c.sequence order by n.sequence limit 1),
       (select to_jsonb(t) from catalog.${places[kind].table} t where t.id = c.listing_id)) as after
     from catalog.listing_change c
     where c.listing_id = ? and c.kind = ? ${after === undefined ? '' : 'and c.sequence < ?'}
     order by c.sequence desc limit ?`,
    [id, kind, ...(after === undefined ? [] : [after]), page.first + 1],
  );
  const changes = rows.map(
    (row): ListingChange => ({
      sequence: Number(row.sequence),
      changedAt: new Date(row.changed_at),
      changedBy: row.changed_by,
      made: row.before === null,
      version: typeof row.after.version === 'number' ? row.after.version : null,
      fields: differences(row.before ?? {}, row.after),
    }),
  );
  return toPage(changes, page, ({ sequence }) => [sequence]);
}

function differences(before: Row, after: Row): FieldChange[] {
  return Object.keys(after)
    .filter((name) => !unseen.includes(name))
    .map((name) => ({
      field: name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      before: textOf(before[name]),
      after: textOf(after[name]),
    }))
    .filter((change) => change.before !== change.after);
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
