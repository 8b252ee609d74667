/*
 * Who is no more. When an account is erased each domain deletes what it knows of the person and keeps the id alone, so that
 * what others tell late makes nothing new of them. Whoever is about to write of a person asks first: of the two the one
 * that came second waits, and then sees what the first has done.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { SubgraphName } from '../../schema/events.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/** The statement that creates the tombstones of a schema. */
export function tombstoneTable(schema: SubgraphName): string {
  return `create table ${schema}.erased_account (
    account_id uuid primary key,
    erased_at timestamptz not null
  )`;
}

/**
 * Notes that the account is no more, and keeps everybody waiting who asks about it until the transaction ends.
 * @returns false where that had been noted before.
 */
export async function bury(
  { em }: UnitOfWork,
  schema: SubgraphName,
  { accountId, erasedAt }: { readonly accountId: string; readonly erasedAt: string },
): Promise<boolean> {
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [lockName(schema, accountId)]);
  const rows = await em.execute<unknown[]>(
    `insert into ${schema}.erased_account (account_id, erased_at) values (?, ?) on conflict do nothing returning 1`,
    [accountId, erasedAt],
  );
  return rows.length > 0;
}

/** Those of these accounts that are no more, in small letters. The others stay until the transaction ends. */
export async function erasedAmong(
  em: EntityManager,
  schema: SubgraphName,
  accountIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (accountIds.length === 0) return new Set();
  const names = [...new Set(accountIds.map((accountId) => lockName(schema, accountId)))].sort();
  const locks = names.map(() => 'pg_advisory_xact_lock_shared(hashtextextended(?, 0))');
  // Apart from the question: a statement sees what was committed when it began, and not while it waited.
  await em.execute(`select ${locks.join(', ')}`, names);
  const rows = await em.execute<{ account_id: string }[]>(
    `select account_id from ${schema}.erased_account where account_id in (?)`,
    [[...accountIds]],
  );
  return new Set(rows.map(({ account_id }) => account_id));
}

/** Whether the account is no more. */
export async function isErased(em: EntityManager, schema: SubgraphName, accountId: string): Promise<boolean> {
  return (await erasedAmong(em, schema, [accountId])).size > 0;
}

const lockName = (schema: SubgraphName, accountId: string) => `${schema} tombstone ${accountId.toLowerCase()}`;
