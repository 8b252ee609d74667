/*
 * The one way in which a person changes the row of a listing: what was not given stays, what is null is cleared, an equal
 * row is left alone, and somebody else's change since the row was read is noticed. History is kept by triggers.
 */
import { type EntityManager, UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import { Refusal } from '../../kernel/errors.ts';

/** Columns and their values as JSON has them; undefined: as it is. */
export type Columns = Readonly<Record<string, unknown>>;

export type ListingTable = 'retailer' | 'store' | 'product' | 'charity' | 'municipality' | 'scheme' | 'organisation';

const given = (columns: Columns) => Object.entries(columns).filter(([, value]) => value !== undefined);

/**
 * Changes a row, which counts one version more when that changed anything. @returns whether it did.
 * @throws Refusal NOT_FOUND, LISTING_STATE for an archived one, CHANGED_MEANWHILE where its version is another,
 * BAD_USER_INPUT where another row has its natural key.
 */
export async function changeRow(
  em: EntityManager,
  table: ListingTable,
  id: string,
  columns: Columns,
  expectedVersion?: number | null,
): Promise<boolean> {
  const [row] = await em.execute<{ version: number; archived: boolean }[]>(
    `select version, ${table === 'organisation' ? "status = 'ARCHIVED'" : 'archived_at is not null'} as archived
     from catalog.${table} where id = ? for no key update`,
    [id],
  );
  if (!row) throw new Refusal('NOT_FOUND', `There is no such ${table}.`);
  if (row.archived) throw new Refusal('LISTING_STATE', `The ${table} is archived.`);
  if (expectedVersion && expectedVersion !== row.version) throw new Refusal('CHANGED_MEANWHILE');
  const names = given(columns).map(([name]) => name);
  if (names.length === 0) return false;
  const listOf = (alias: string) => names.map((name) => `${alias}.${name}`).join(', ');
  const changing = em.execute<unknown[]>(
    `update catalog.${table} t set ${names.map((name) => `${name} = v.${name}`).join(', ')}, version = t.version + 1
     from jsonb_populate_record(null::catalog.${table}, cast(? as jsonb)) v
     where t.id = ? and row(${listOf('t')}) is distinct from row(${listOf('v')}) returning 1`,
    [JSON.stringify(Object.fromEntries(given(columns))), id],
  );
  const changed = await changing.catch((error: unknown) => {
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
    throw new Refusal('BAD_USER_INPUT', `Another ${table} is known by this already.`);
  });
  return changed.length > 0;
}

/** Puts a row that was archived on the list again; of one that is there nothing changes. @returns whether it was archived. */
export async function reopenRow(em: EntityManager, table: 'store' | 'product', id: string): Promise<boolean> {
  const reopened = await em.execute<unknown[]>(
    `update catalog.${table} set archived_at = null, version = version + 1
     where id = ? and archived_at is not null returning 1`,
    [id],
  );
  return reopened.length > 0;
}

/** Adds a row. @returns false where one of its natural key is there already; then nothing was added. */
export async function addRow(em: EntityManager, table: ListingTable, columns: Columns): Promise<boolean> {
  const names = given(columns).map(([name]) => name);
  const added = await em.execute<unknown[]>(
    `insert into catalog.${table} (${names.join(', ')})
     select ${names.join(', ')} from jsonb_populate_record(null::catalog.${table}, cast(? as jsonb))
     on conflict do nothing returning 1`,
    [JSON.stringify(Object.fromEntries(given(columns)))],
  );
  return added.length > 0;
}
