/*
 * Puts back what an import changed, the last of it first, chunk by chunk as it was applied. What somebody has edited since
 * is left alone and counted; what the import made is archived, not deleted, because vouchers may name it by now.
 */
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { CHUNK_ROWS, holdImport, type Step, settleImport } from './apply-import.ts';
import { ImportAction, ImportState, progressChannel } from './file-import.ts';
import { importKinds } from './import-kinds.ts';
import { inBulk, kindWriters } from './kind-writers.ts';

interface AppliedRow {
  readonly place: number;
  readonly action: ImportAction;
  readonly target_id: string;
  readonly before: Readonly<Record<string, unknown>> | string | null;
  readonly untouched: boolean;
}

/** Undoes the next chunk. */
export async function undoChunk(given: UnitOfWork, id: string, token: string): Promise<Step> {
  const row = await holdImport(given, id, token, ImportState.UNDOING);
  if (!row) return 'lost';
  const kind = importKinds[row.kind];
  const writer = kindWriters[row.kind];
  const { work, flush } = inBulk(given);
  const { em } = work;
  const next = `select c.place, c.target_id from catalog.file_import_change c
    where c.import_id = ? and c.undone is null order by c.place desc limit ${CHUNK_ROWS}`;
  await em.execute(
    `select 1 from ${kind.table} where id in (select target_id from (${next}) c) order by id for no key update`,
    [id],
  );
  const rows = await em.execute<AppliedRow[]>(
    `select c.place, c.action, c.target_id, c.before, t.id is not null and ${kind.stamp} = c.stamp as untouched
     from (select * from catalog.file_import_change c where c.import_id = ? and c.undone is null
       order by c.place desc limit ${CHUNK_ROWS}) c
     left join ${kind.table} t on t.id = c.target_id order by c.place desc`,
    [id],
  );
  if (rows.length === 0) {
    await settleImport(given, id, ImportState.UNDONE);
    return 'done';
  }
  await em.execute('select catalog.act_as(?, ?)', [row.account_id, work.now]);
  const isRestored = ({ action, untouched }: AppliedRow) =>
    untouched && (action !== ImportAction.ARCHIVED || writer.revivable);
  const restored = rows.filter(isRestored);
  await writer.archive(
    work,
    restored.filter(({ action }) => action === ImportAction.NEW).map(({ target_id }) => target_id),
  );
  await writer.restore(
    work,
    restored
      .filter(({ action }) => action !== ImportAction.NEW)
      .map(({ target_id: targetId, before }) => ({
        targetId,
        before: typeof before === 'string' ? JSON.parse(before) : (before ?? {}),
      })),
  );
  await em.execute(
    `update catalog.file_import_change c set undone = case when v.restored then 'restored' else 'kept' end
     from jsonb_to_recordset(cast(? as jsonb)) as v(place integer, restored boolean)
     where c.import_id = ? and c.place = v.place`,
    [JSON.stringify(rows.map((each) => ({ place: each.place, restored: isRestored(each) }))), id],
  );
  await flush();
  await em.execute(
    `update catalog.file_import set rows_undone = rows_undone + ?, rows_kept = rows_kept + ?, chunk = chunk + 1, attempts = 0 where id = ?`,
    [restored.length, rows.length - restored.length, id],
  );
  given.announce(progressChannel(id), { id });
  return 'more';
}
