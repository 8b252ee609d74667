/*
 * From the rows of a file to a staging table: each cell is checked by its rule while it is read, good rows go by COPY into
 * an unlogged table of the import's own, with the types of what they will become. Bounded in memory whatever the file; a
 * process that dies here leaves nothing, and reads the file again.
 */

import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { EntityManager, PostgreSqlConnection } from '@mikro-orm/postgresql';
import { from as copyFrom } from 'pg-copy-streams';
import type { CellRule, ProblemCode } from './cells.ts';
import type { Mapping } from './file-import.ts';
import type { KindOfImport, Staged } from './import-kinds.ts';

/** A row as a reader of tables gives it. */
export interface FileRow {
  readonly line: number;
  readonly cells: readonly string[];
  readonly fault?: { readonly code: string; readonly message: string };
}

export interface RowFault {
  readonly line: number;
  readonly field: string | null;
  readonly code: ProblemCode | string;
  readonly reason: string;
  readonly refused: boolean;
}

/** What a batch of rows came to. */
export interface BatchOutcome {
  readonly read: number;
  readonly staged: number;
  readonly faults: readonly RowFault[];
  /** The rows that were refused, as they stand in the file. */
  readonly refused: readonly FileRow[];
}

export interface StagingOptions {
  readonly kind: KindOfImport;
  readonly mapping: Mapping;
  /** Values that every row has from elsewhere: an organisation's own imports do not say whose they are. */
  readonly given: Readonly<Record<string, string>>;
  /** For personal cells: what is staged instead of them. */
  readonly conceal: (cell: string) => string;
}

/** More rows than this have to be split into several files. */
export const ROWS_LIMIT = 2_000_000;
/** A cell with this in it erases what is there; an empty one keeps it. */
export const CLEAR = '<clear>';

/** Names of the two tables of an import. */
export const stageOf = (importId: string) => `catalog.staged_${importId.replaceAll('-', '')}`;
export const diffOf = (importId: string) => `catalog.diff_${importId.replaceAll('-', '')}`;

/** What goes into the staging table, in this order. */
const stagedColumns = (kind: KindOfImport) => [
  ...Object.keys(kind.derived ?? {}).map((name) => ({ name, type: 'text' })),
  ...Object.entries(kind.fields).map(([name, { type }]) => ({ name, type })),
];

export function createStage(kind: KindOfImport, importId: string): string {
  const fields = stagedColumns(kind).map(({ name, type }) => `"${name}" ${type}`);
  return `create unlogged table ${stageOf(importId)} (line integer not null, k1 text not null, k2 text not null,
    k3 text not null, cleared text[], ${fields.join(', ')}) with (autovacuum_enabled = false)`;
}

export const dropTables = (importId: string) => [
  `drop table if exists ${diffOf(importId)}`,
  `drop table if exists ${stageOf(importId)}`,
];

/**
 * Checks rows and copies the good ones; `told` is awaited after each batch and may throw to stop, which stages nothing.
 * @throws what the reader throws.
 */
export async function stageRows(
  em: EntityManager,
  importId: string,
  batches: AsyncIterable<readonly FileRow[]>,
  options: StagingOptions,
  told: (outcome: BatchOutcome) => Promise<void>,
): Promise<void> {
  const pool = await (em.getConnection() as PostgreSqlConnection).getNativeClient();
  const client = await pool.connect();
  const columns = ['line', 'k1', 'k2', 'k3', 'cleared', ...stagedColumns(options.kind).map(({ name }) => `"${name}"`)];
  const check = rowChecker(options);
  let failure: Error | undefined;
  try {
    await client.query('begin');
    for (const statement of dropTables(importId)) await client.query(statement);
    await client.query(createStage(options.kind, importId));
    const sink = client.query(copyFrom(`copy ${stageOf(importId)} (${columns.join(', ')}) from stdin`));
    sink.on('error', (error) => {
      failure ??= error;
    });
    try {
      for await (const batch of batches) {
        const outcome = check(batch);
        if (failure) throw failure;
        if (outcome.lines.length > 0 && !sink.write(Buffer.from(outcome.lines))) {
          await drained(sink);
        }
        await told(outcome);
      }
    } catch (error) {
      sink.destroy(error as Error);
      throw error;
    }
    const finished = once(sink, 'finish');
    sink.end();
    await finished;
    await client.query('commit');
    client.release();
  } catch (error) {
    // The connection may be in the middle of a COPY: it is not used again.
    client.release(true);
    throw failure ?? error;
  }
}

/** Resolves when the stream takes more, or has ended. */
async function drained(sink: Writable): Promise<void> {
  const heard = new AbortController();
  const { signal } = heard;
  try {
    await Promise.race([once(sink, 'drain', { signal }), once(sink, 'close', { signal })]);
  } finally {
    heard.abort();
  }
}

/** Checks batches of rows. `lines` are the good ones in the text format of COPY. */
export function rowChecker({ kind, mapping, given, conceal }: StagingOptions) {
  const fields = Object.entries(kind.fields).map(([name, spec]) => ({ name, ...spec, place: mapping[name] }));
  const derived = Object.values(kind.derived ?? {});
  return (batch: readonly FileRow[]): BatchOutcome & { readonly lines: string } => {
    const faults: RowFault[] = [];
    const refused: FileRow[] = [];
    let lines = '';
    let staged = 0;
    for (const row of batch) {
      const { line, cells, fault } = row;
      const before = faults.length;
      let isRefused = false;
      if (fault) {
        faults.push({ line, field: null, code: fault.code, reason: fault.message, refused: true });
        refused.push(row);
        continue;
      }
      const values: Record<string, Staged> = { ...given };
      let cleared: string[] | undefined;
      let texts = '';
      for (const field of fields) {
        const { name, place } = field;
        const cell = place === undefined ? '' : (cells[place] ?? '');
        let text: string | undefined;
        if (given[name] !== undefined) text = copyText(given[name]);
        else if (isBlank(cell)) {
          if (field.presence === 'key') {
            faults.push({ line, field: name, code: 'MISSING', reason: 'A value is needed here.', refused: true });
            isRefused = true;
          }
        } else if (cell.length === CLEAR.length && cell === CLEAR) {
          if (field.erasable) cleared = [...(cleared ?? []), name];
          else {
            const reason = 'This cannot be erased.';
            faults.push({ line, field: name, code: 'CLEAR', reason, refused: true });
            isRefused = true;
          }
        } else {
          const result = (field.rule as CellRule<Staged>)(cell);
          if ('refused' in result) {
            const { code, message: reason } = result.refused;
            faults.push({ line, field: name, code, reason, refused: true });
            isRefused = true;
          } else {
            if (result.corrected) {
              const { code, message: reason } = result.corrected;
              faults.push({ line, field: name, code, reason, refused: false });
            }
            const value = kind.personal ? conceal(result.value as string) : result.value;
            values[name] = value;
            text = copyText(`${field.staged ? field.staged(value) : value}`);
          }
        }
        texts += text === undefined ? '\t\\N' : `\t${text}`;
      }
      if (isRefused) {
        // Why it was refused is told; what was put right in it before is of no use.
        const reasons = faults.splice(before).filter((each) => each.refused);
        faults.push(...reasons);
        refused.push(row);
        continue;
      }
      const [k1 = '', k2 = '', k3 = ''] = kind.key(values);
      const erased = cleared ? `{${cleared.join(',')}}` : '\\N';
      for (const of of derived) texts = `\t${optionalText(of(values))}${texts}`;
      lines += `${line}\t${copyText(k1)}\t${copyText(k2)}\t${copyText(k3)}\t${erased}${texts}\n`;
      staged++;
    }
    return { read: batch.length, staged, faults, refused, lines };
  };
}

function isBlank(cell: string): boolean {
  return cell === '' || cell.trim() === '';
}

const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function optionalText(value: string | undefined): string {
  return value === undefined ? '\\N' : copyText(value);
}

/** A value in the text format of COPY (PostgreSQL manual, COPY, "Text Format"). */
function copyText(value: string): string {
  return SPECIAL.test(value) ? value.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? '') : value;
}
