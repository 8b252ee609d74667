/*
 * Makes an approved import true, chunk by chunk: each is one transaction with what was there before, the facts that others
 * are told, and how far the import has come, so that a process may die between any two statements and another goes on
 * behind the last chunk. A chunk is written by whoever holds the lease; a token that was taken over writes nothing more.
 */
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { type FileImportRow, ImportState, progressChannel } from './file-import.ts';
import { importKinds, type KindOfImport } from './import-kinds.ts';
import { type Chunk, inBulk, kindWriters } from './kind-writers.ts';
import { diffOf, dropTables, stageOf } from './staging.ts';

export const CHUNK_ROWS = 10_000;
export const LEASE_MILLISECONDS = 60_000;

/** more: call again. done: the import is in another state now. lost: somebody else holds it. */
export type Step = 'more' | 'done' | 'lost';

/** The row, locked, when it is in this state and this token still holds it; the lease then begins anew. */
export async function holdImport(
  { em, now }: UnitOfWork,
  id: string,
  token: string,
  state: ImportState,
): Promise<FileImportRow | undefined> {
  const [row] = await em.execute<FileImportRow[]>(
    `update catalog.file_import set lease_until = ?, updated_at = ?
     where id = ? and lease_token = ? and state = ? returning *`,
    [new Date(now.getTime() + LEASE_MILLISECONDS), now, id, token, state],
  );
  return row;
}

/** Ends the work on an import in this state. */
export async function settleImport(
  { em, now, announce }: UnitOfWork,
  id: string,
  state: ImportState,
  more: { readonly failure?: string; readonly appliedAt?: Date; readonly keepTables?: boolean } = {},
): Promise<void> {
  await em.execute(
    `update catalog.file_import set state = ?, failure = ?, lease_token = null, lease_until = null, stop_asked = false,
       applied_at = coalesce(?, applied_at), updated_at = ? where id = ?`,
    [state, more.failure ?? null, more.appliedAt ?? null, now, id],
  );
  if (!more.keepTables) for (const statement of dropTables(id)) await em.execute(statement);
  announce(progressChannel(id), { id });
}

/**
 * Whether the table of differences is whole. It is unlogged: after a crash of the database server it is empty, and the file
 * has to be read again; what was applied then shows as the same.
 */
export async function isWhole({ em }: Pick<UnitOfWork, 'em'>, row: FileImportRow): Promise<boolean> {
  const diff = diffOf(row.id);
  const [table] = await em.execute<{ found: boolean }[]>('select to_regclass(?) is not null as found', [diff]);
  if (!table?.found) return false;
  const [left] = await em.execute<{ many: number }[]>(`select count(*)::int as many from ${diff} where place > ?`, [
    row.last_place,
  ]);
  const compared = (row.rows_new ?? 0) + (row.rows_changed ?? 0) + (row.rows_missing ?? 0);
  return left?.many === compared - (row.rows_applied + row.rows_passed - row.rows_settled);
}

/** Applies the next chunk. */
export async function applyChunk(given: UnitOfWork, id: string, token: string): Promise<Step> {
  const row = await holdImport(given, id, token, ImportState.APPLYING);
  if (!row) return 'lost';
  if (row.stop_asked) {
    await settleImport(given, id, ImportState.CANCELLED);
    return 'done';
  }
  const diff = diffOf(id);
  const [next] = await given.em.execute<{ place: number | null; earlier: number; fresh: number }[]>(
    `select max(place) as place, count(*) filter (where action <> 'new')::int as earlier,
       count(*) filter (where action = 'new')::int as fresh
     from (select place, action from ${diff} where place > ? order by place limit ${CHUNK_ROWS}) t`,
    [row.last_place],
  );
  if (next?.place == null) {
    await settleImport(given, id, ImportState.APPLIED, { appliedAt: given.now });
    return 'done';
  }
  const kind = importKinds[row.kind];
  if (!(await isStillTheirs(given, row, kind))) {
    const failure = 'The retailer was renamed after the comparison: import the file again.';
    await settleImport(given, id, ImportState.FAILED, { failure });
    return 'done';
  }
  const { work, flush } = inBulk(given);
  const { em } = work;
  const writer = kindWriters[row.kind];
  const where = `s.place > ${row.last_place} and s.place <= ${next.place}`;
  const hasEarlier = next.earlier > 0;
  const chunk: Chunk = { diff, where, hasEarlier };
  await em.execute('select catalog.act_as(?, ?)', [row.approved_by, work.now]);
  if (hasEarlier || !kind.stampOfNew) for (const statement of writer.lock(chunk)) await em.execute(statement);
  let passed = hasEarlier || !kind.stampOfNew ? await passOver(work, row, kind, chunk) : NONE_PASSED;
  const made = await writer.write(work, chunk);
  if (made !== undefined && made < next.fresh) {
    const others = await passMadeByOthers(work, row, kind, chunk);
    passed = { all: passed.all + others, rows: passed.rows + others };
  }
  if (hasEarlier) {
    const archived = await em.execute<{ id: string }[]>(
      `select s.target_id as id from ${diff} s where ${where} and s.action = 'archived' order by s.place`,
    );
    await writer.archive(
      work,
      archived.map(({ id: targetId }) => targetId),
    );
  }
  const applied = await keepWhatWas(work, row, kind, chunk);
  await flush();
  await em.execute(
    `update catalog.file_import set last_place = ?, rows_applied = rows_applied + ?, rows_passed = rows_passed + ?,
       rows_refused = rows_refused + ?, chunk = chunk + 1, attempts = 0, applied_at = ? where id = ?`,
    [next.place, applied, passed.all, passed.rows, work.now, id],
  );
  given.announce(progressChannel(id), { id });
  return 'more';
}

/** Whether the name that the rows of an organisation's import were given is still its own, and nobody else's. */
async function isStillTheirs({ em }: UnitOfWork, row: FileImportRow, { ownField }: KindOfImport): Promise<boolean> {
  if (row.organisation_id === null || ownField === undefined) return true;
  const [found] = await em.execute<unknown[]>(
    `select 1 from catalog.retailer where id = ?
       and name_key = (select k1 from ${stageOf(row.id)} limit 1) for no key update`,
    [row.organisation_id],
  );
  return found !== undefined;
}

const NONE_PASSED = { all: 0, rows: 0 };

/** Takes out of the chunk what is not any more as it was when it was compared, and says so of each row. */
async function passOver(work: UnitOfWork, row: FileImportRow, kind: KindOfImport, { diff, where }: Chunk) {
  const fresh = kind.stampOfNew ? 'false' : 't.id is not null';
  return pass(
    work,
    row,
    diff,
    `select s.place from ${diff} s ${kind.joins} where ${where} and s.action <> 'archived'
       and case s.action when 'new' then ${fresh} else t.id is null or ${kind.stamp} is distinct from s.stamp end
     union all
     select s.place from ${diff} s left join ${kind.table} t on t.id = s.target_id
     where ${where} and s.action = 'archived' and (t.id is null or ${kind.stamp} is distinct from s.stamp)`,
  );
}

/** @param places a query of the places to pass over. @returns how many there are, and how many of them are rows of the file. */
async function pass({ em }: UnitOfWork, row: FileImportRow, diff: string, places: string) {
  const [counted] = await em.execute<{ all: number; rows: number }[]>(
    `with found as (${places}),
     gone as (delete from ${diff} s using found where s.place = found.place returning s.line),
     told as (insert into catalog.file_import_problem (import_id, line, field, code, reason, refused)
       select ?, line, null, 'CHANGED_MEANWHILE', 'Somebody changed this after it was compared; import it again.', true
       from gone where line is not null)
     select count(*)::int as all, count(line)::int as rows from gone`,
    [row.id],
  );
  return counted ?? NONE_PASSED;
}

/** Keeps what was there before the chunk, with the stamp that things have now. @returns how many rows were applied. */
async function keepWhatWas(work: UnitOfWork, row: FileImportRow, kind: KindOfImport, chunk: Chunk) {
  const { diff, where, hasEarlier } = chunk;
  const keep = async (rows: string): Promise<number> => {
    const [result] = await work.em.execute<{ many: number }[]>(
      `with kept as (insert into catalog.file_import_change (import_id, place, line, action, target_id, before, stamp)
         ${rows} returning 1) select count(*)::int as many from kept`,
      [row.id],
    );
    return result?.many ?? 0;
  };
  let kept = await keep(
    kind.stampOfNew
      ? `select ?, s.place, s.line, 'new', s.target_id, null, ${kind.stampOfNew} from ${diff} s
         where ${where} and s.action = 'new'`
      : `select ?, s.place, s.line, 'new', t.id, null, ${kind.stamp} from ${diff} s ${kind.joins}
         where ${where} and s.action = 'new'`,
  );
  if (hasEarlier) {
    kept += await keep(
      `select ?, s.place, s.line, s.action, t.id, s.before, ${kind.stamp}
       from ${diff} s join ${kind.table} t on t.id = s.target_id where ${where} and s.action <> 'new'`,
    );
  }
  return kept;
}

/** Passes over new rows whose thing somebody else made in between: what was to be made is not there under its id. */
async function passMadeByOthers(work: UnitOfWork, row: FileImportRow, kind: KindOfImport, { diff, where }: Chunk) {
  const { all } = await pass(
    work,
    row,
    diff,
    `select s.place from ${diff} s where ${where} and s.action = 'new'
       and not exists (select 1 from ${kind.table} t where t.id = s.target_id)`,
  );
  return all;
}
