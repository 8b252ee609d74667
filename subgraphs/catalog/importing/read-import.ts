/*
 * Reads the file of an import into its staging table, and tells as it goes: how many rows, what is wrong with which. Why a
 * row was refused is always kept; what was put right is kept for the first ten thousand and counted for all.
 */
import type { Machine } from '../../kernel/subgraph.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { OpenedTable } from '../tables/read-table.ts';
import { unreadable } from '../tables/table.ts';
import { holdImport } from './apply-import.ts';
import { type FileImportRow, ImportState, progressChannel } from './file-import.ts';
import { ImportKind, importKinds } from './import-kinds.ts';
import { type FileRow, ROWS_LIMIT, type RowFault, stageRows } from './staging.ts';

/** Reading ended because somebody stopped it, another process has it, or this one closes. */
export class ReadingLost extends Error {}

export interface Reading {
  readonly machine: Machine;
  readonly row: FileImportRow;
  readonly token: string;
  readonly table: OpenedTable;
  readonly conceal: (cell: string) => string;
  readonly isClosed: () => boolean;
}

const CORRECTIONS_KEPT = 10_000;
/** How many rows pass between two reports. */
const REPORT_ROWS = 20_000;
const FAULTS_HELD = 5_000;

/** @throws Refusal IMPORT_UNREADABLE, ReadingLost. */
export async function readRows({ machine, row, token, table, conceal, isClosed }: Reading): Promise<void> {
  const kind = importKinds[row.kind];
  if (table.header.length !== row.opened.header.length) throw unreadable('The file is not the one that was mapped.');
  const given = await givenValues(machine, row);
  let faults: RowFault[] = [];
  let refused: FileRow[] = [];
  const counts = { read: 0, staged: 0, refused: 0, corrected: 0 };
  let reported = 0;
  let stopped = false;
  const report = () =>
    machine.work(async (work) => {
      const held = await holdImport(work, row.id, token, ImportState.READING);
      if (!held) throw new ReadingLost();
      stopped = held.stop_asked;
      if (reported === 0) await forget(work, row.id);
      await keepFaults(work, row.id, faults, kind.personal ? [] : refused);
      await work.em.execute(
        `update catalog.file_import set rows_read = ?, rows_staged = ?, rows_refused = ?, rows_corrected = ? where id = ?`,
        [counts.read, counts.staged, counts.refused, counts.corrected, row.id],
      );
      work.announce(progressChannel(row.id), { id: row.id });
    });
  const flush = async () => {
    await report();
    reported = Math.max(counts.read, 1);
    faults = [];
    refused = [];
  };
  await flush();
  await stageRows(
    machine.em(),
    row.id,
    table.rows(),
    { kind, mapping: row.mapping, given, conceal },
    async (outcome) => {
      if (isClosed()) throw new ReadingLost();
      counts.read += outcome.read;
      counts.staged += outcome.staged;
      counts.refused += outcome.refused.length;
      if (counts.read > ROWS_LIMIT) {
        throw unreadable(`The file has more than ${ROWS_LIMIT} rows: split it into several files.`);
      }
      for (const fault of outcome.faults) {
        if (!fault.refused && ++counts.corrected > CORRECTIONS_KEPT) continue;
        faults.push(fault);
      }
      refused.push(...outcome.refused);
      if (faults.length >= FAULTS_HELD || counts.read - reported >= REPORT_ROWS) await flush();
      // Compared with nobody: whoever stopped it is heard when it is looked at next.
      if (stopped) throw new ReadingLost();
    },
  ).catch(async (error) => {
    if (!stopped) throw error;
  });
  if (counts.read === 0) throw unreadable('The file has a header but no rows.');
  await flush();
}

/** What every row has from elsewhere: the name of the organisation whose import it is. */
async function givenValues(machine: Machine, row: FileImportRow): Promise<Record<string, string>> {
  const { ownField } = importKinds[row.kind];
  if (row.kind === ImportKind.OFFICERS) return { department: row.organisation_id ?? '' };
  if (row.organisation_id === null || ownField === undefined) return {};
  const [retailer] = await machine
    .em()
    .execute<{ name: string }[]>('select name from catalog.retailer where id = ?', [row.organisation_id]);
  if (!retailer) throw unreadable('The retailer whose import it is is not listed any more.');
  return { [ownField]: retailer.name };
}

async function forget({ em }: UnitOfWork, id: string): Promise<void> {
  await em.execute('delete from catalog.file_import_problem where import_id = ?', [id]);
  await em.execute('delete from catalog.file_import_refused where import_id = ?', [id]);
}

async function keepFaults(
  { em }: UnitOfWork,
  id: string,
  faults: readonly RowFault[],
  refused: readonly FileRow[],
): Promise<void> {
  if (faults.length > 0) {
    await em.execute(
      `insert into catalog.file_import_problem (import_id, line, field, code, reason, refused)
       select ?, line, field, code, reason, refused from jsonb_to_recordset(cast(? as jsonb))
         as t(line integer, field text, code text, reason text, refused boolean)`,
      [id, JSON.stringify(faults)],
    );
  }
  if (refused.length > 0) {
    const rows = refused.map(({ line, cells }) => ({ line, cells: cells.map(storable) }));
    await em.execute(
      `insert into catalog.file_import_refused (import_id, line, cells)
       select ?, line, cells from jsonb_to_recordset(cast(? as jsonb)) as t(line integer, cells jsonb)`,
      [id, JSON.stringify(rows)],
    );
  }
}

/** PostgreSQL's texts hold no NUL. */
const storable = (cell: string) => cell.toWellFormed().replaceAll('\0', '\uFFFD');
