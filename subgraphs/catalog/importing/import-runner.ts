/*
 * Does the work of imports behind the scenes: one at a time in each process, whichever was begun first. An import is taken
 * by a lease that ends by itself, so that what a process left when it died is taken up by the next that looks; the lease's
 * token fences every chunk, so that two never write the same.
 */
import type { Caller } from '../../kernel/caller.ts';
import type { Alarm } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { Machine } from '../../kernel/subgraph.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { openTable, type TableSource } from '../tables/read-table.ts';
import { applyChunk, holdImport, isWhole, LEASE_MILLISECONDS, type Step, settleImport } from './apply-import.ts';
import { compareRows } from './comparison.ts';
import { type FileImportRow, ImportState, progressChannel, readImport } from './file-import.ts';
import { importKinds } from './import-kinds.ts';
import { ReadingLost, readRows } from './read-import.ts';
import { undoChunk } from './undo-import.ts';

/** Where files come from: uploads.ts of this subgraph, and the memory of a test. */
export interface ImportFiles {
  /** The file of an upload. @throws Refusal NOT_FOUND when there is no such file any more. */
  open(uploadId: string): Promise<TableSource>;
  /** The same for somebody. @throws Refusal NOT_FOUND also where the caller may not read it. */
  openFor(caller: Caller, uploadId: string): Promise<TableSource>;
  /** Resolves when the file is gone. */
  discard(uploadId: string): Promise<void>;
}

export interface RunnerOptions {
  readonly machine: Machine;
  readonly files: ImportFiles;
  /** A keyed hash of a personal cell. */
  readonly conceal: (cell: string) => string;
}

export interface ImportRunner {
  /** Says that there may be work. */
  nudge(): void;
  /** Resolves when there is nothing that this process can do now. */
  idle(): Promise<void>;
  /** Ends the chunk under way and lets go of what is left. */
  close(): Promise<void>;
}

/** For what another process left behind: nobody nudges for that. */
const POLL_MILLISECONDS = 15_000;
/** An import that breaks off so often without getting further has failed. */
const ATTEMPTS = 5;
const FORGOTTEN_MILLISECONDS = 7 * 24 * 3_600_000;
const FORGOTTEN_BATCH = 20;

export function startImportRunner({ machine, files, conceal }: RunnerOptions): ImportRunner {
  const { clock, log } = machine;
  let closed = false;
  let nudged = false;
  let forget = false;
  let running: Promise<void> | undefined;
  let alarm: Alarm | undefined;

  const nudge = (): void => {
    nudged = true;
    if (closed) return;
    running ??= drain().finally(() => {
      running = undefined;
      if (nudged && !closed) nudge();
    });
  };
  async function drain(): Promise<void> {
    while (nudged && !closed) {
      nudged = false;
      try {
        if (forget) await machine.work(giveUpForgotten);
        forget = false;
        while (!closed) {
          const taken = await take(machine);
          if (!taken) break;
          await run(taken.row, taken.token);
        }
      } catch (err) {
        log.warn({ err }, 'imports wait; they are taken up later');
      }
    }
  }
  async function run(row: FileImportRow, token: string): Promise<void> {
    try {
      if (row.state === ImportState.READING) await read(row, token);
      else await step(row, token);
      if (closed) await letGo(machine, row.id, token);
    } catch (error) {
      if (error instanceof ReadingLost) {
        if (closed) await letGo(machine, row.id, token);
        return;
      }
      const sentence = error instanceof Refusal ? error.message : undefined;
      if (!sentence) log.error({ err: error, import: row.id, state: row.state }, 'an import broke off');
      await machine.work((work) => breakOff(work, row, token, sentence));
    }
  }
  async function read(row: FileImportRow, token: string): Promise<void> {
    const source = await files.open(row.upload_id);
    const table = await openTable(source, row.options);
    await readRows({ machine, row, token, table, conceal, isClosed: () => closed });
    await machine.work(async (work) => {
      const held = await holdImport(work, row.id, token, ImportState.READING);
      if (!held) return;
      if (held.stop_asked) return settleImport(work, row.id, ImportState.CANCELLED);
      const found = await compareRows(work, held);
      await work.em.execute(
        `update catalog.file_import set rows_new = ?, rows_changed = ?, rows_same = ?, rows_missing = ?, rows_present = ?,
           rows_refused = rows_refused + ?, rows_staged = rows_staged - ?, digest = ?, compared_at = ?,
           last_place = 0, rows_settled = rows_applied + rows_passed where id = ?`,
        [
          ...[found.rowsNew, found.rowsChanged, found.rowsSame, found.rowsMissing, found.rowsPresent],
          ...[found.rowsRefused, found.rowsRefused, found.digest, work.now, row.id],
        ],
      );
      await settleImport(work, row.id, ImportState.COMPARED, { keepTables: true });
    });
  }
  async function step(row: FileImportRow, token: string): Promise<void> {
    if (row.state === ImportState.APPLYING && !(await isWhole({ em: machine.em() }, row))) {
      log.warn({ import: row.id }, 'the rows of an import were lost with the database server; its file is read again');
      await machine.work((work) => readAgain(work, row.id, token));
      return;
    }
    const chunk = row.state === ImportState.APPLYING ? applyChunk : undoChunk;
    let outcome: Step = 'more';
    while (outcome === 'more' && !closed) outcome = await machine.work((work) => chunk(work, row.id, token));
    // What names people is kept no longer than it is needed.
    if (outcome === 'done' && importKinds[row.kind].personal) await files.discard(row.upload_id);
  }
  const poll = (): void => {
    if (closed) return;
    forget = true;
    nudge();
    alarm = clock.at(new Date(clock.now().getTime() + POLL_MILLISECONDS), poll);
  };
  poll();
  return {
    nudge,
    async idle() {
      while (running) await running;
    },
    async close() {
      closed = true;
      alarm?.cancel();
      await running;
    },
  };
}

/** Takes the oldest import that waits for work and that nobody holds. */
async function take(machine: Machine): Promise<{ row: FileImportRow; token: string } | undefined> {
  const token = machine.newId();
  const row = await machine.work(async ({ em, now }) => {
    const [taken] = await em.execute<FileImportRow[]>(
      `update catalog.file_import set lease_token = ?, lease_until = ?, working_since = ?, attempts = attempts + 1
       where id = (select id from catalog.file_import where state in ('reading', 'applying', 'undoing')
           and (lease_until is null or lease_until <= ?) order by created_at for update skip locked limit 1)
       returning *`,
      [token, new Date(now.getTime() + LEASE_MILLISECONDS), now, now],
    );
    return taken;
  });
  return row && { row, token };
}

/** What nobody went on with for long is cancelled, and its tables go: a file can be opened again. */
async function giveUpForgotten(work: UnitOfWork): Promise<void> {
  const rows = await work.em.execute<{ id: string }[]>(
    `select id from catalog.file_import where state in ('mapping', 'compared') and updated_at < ?
     order by id limit ${FORGOTTEN_BATCH} for update skip locked`,
    [new Date(work.now.getTime() - FORGOTTEN_MILLISECONDS)],
  );
  for (const { id } of rows) await settleImport(work, id, ImportState.CANCELLED);
}

async function letGo(machine: Machine, id: string, token: string): Promise<void> {
  await machine.work(({ em }) =>
    em.execute(
      `update catalog.file_import set lease_token = null, lease_until = null, attempts = 0 where id = ? and lease_token = ?`,
      [id, token],
    ),
  );
}

/** After a refusal the import has failed; after a fault of ours it is tried again when its lease has ended. */
async function breakOff(
  work: UnitOfWork,
  row: FileImportRow,
  token: string,
  sentence: string | undefined,
): Promise<void> {
  const [held] = await work.em.execute<{ attempts: number }[]>(
    'select attempts from catalog.file_import where id = ? and lease_token = ? for update',
    [row.id, token],
  );
  if (!held || (!sentence && held.attempts < ATTEMPTS)) return;
  await settleImport(work, row.id, ImportState.FAILED, {
    failure: sentence ?? `Something went wrong on our side. Quote ${row.id} when you report it.`,
  });
}

async function readAgain(work: UnitOfWork, id: string, token: string): Promise<void> {
  const row = await readImport(work.em, id, 'for update');
  if (row.state !== ImportState.APPLYING) return;
  await work.em.execute(
    `update catalog.file_import set state = 'reading', digest = null, approved_by = null, seconded_by = null,
       lease_token = null, lease_until = null, last_place = 0 where id = ? and lease_token = ?`,
    [id, token],
  );
  work.announce(progressChannel(id), { id });
}
