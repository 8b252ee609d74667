/*
 * What an import has to tell row by row: what it would change, what is wrong, and the refused rows as a file to be put right
 * and sent again. Such a file is opened in a spreadsheet: a cell that it would run as a formula gets an apostrophe in front
 * (OWASP, "CSV Injection"). Of people no cell is handed back.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import papaparse from 'papaparse';
import { type FileImportRow, ImportAction, ImportState, type RowChange, type RowProblem } from './file-import.ts';
import { importKinds } from './import-kinds.ts';
import { headerOf } from './mapping.ts';
import { diffOf } from './staging.ts';

/** Problems behind a place, `limit` of them, line by line. */
export async function problemsOf(
  em: EntityManager,
  row: FileImportRow,
  {
    behind,
    limit,
    refusedOnly,
  }: { behind: { line: number; sequence: string } | null; limit: number; refusedOnly: boolean },
): Promise<RowProblem[]> {
  const rows = await em.execute<
    { sequence: string; line: number; field: string | null; code: string; reason: string; refused: boolean }[]
  >(
    `select sequence::text as sequence, line, field, code, reason, refused from catalog.file_import_problem
     where import_id = ? ${behind ? 'and (line, sequence) > (?, cast(? as bigint))' : ''} ${refusedOnly ? 'and refused' : ''}
     order by line, sequence limit ${limit}`,
    [row.id, ...(behind ? [behind.line, behind.sequence] : [])],
  );
  const kind = importKinds[row.kind];
  return rows.map(({ field, ...problem }) => ({
    ...problem,
    column: field === null ? null : headerOf(kind, row.opened, row.mapping, field),
  }));
}

/**
 * What the import would change, behind a place. Only while it is compared or applied: later the rows are gone.
 * @returns an empty list then.
 */
export async function changesOf(
  em: EntityManager,
  row: FileImportRow,
  { behind, limit, action }: { behind: number | null; limit: number; action: ImportAction | null },
): Promise<RowChange[]> {
  if (row.state !== ImportState.COMPARED && row.state !== ImportState.APPLYING) return [];
  const kind = importKinds[row.kind];
  const diff = diffOf(row.id);
  const fields = Object.entries(kind.fields).filter(([, { now }]) => now !== null);
  const after = fields.map(([name]) => `'${name}', s."${name}"`);
  const rows = await em.execute<
    {
      place: number;
      line: number | null;
      action: ImportAction;
      key: string;
      changed: readonly string[] | null;
      cleared: readonly string[] | null;
      before: Readonly<Record<string, unknown>> | null;
      after: Readonly<Record<string, unknown>>;
    }[]
  >(
    `select s.place, s.line, s.action, coalesce(s.shown, ${kind.shownKey}) as key, to_jsonb(s.changed) as changed,
       to_jsonb(s.cleared) as cleared, s.before, jsonb_build_object(${after.join(', ') || ''}) as after
     from ${diff} s where s.place > ? ${action ? 'and s.action = ?' : ''} order by s.place limit ${limit}`,
    [behind ?? 0, ...(action ? [action] : [])],
  );
  return rows.map((each) => {
    const shown = (value: unknown) => (value === null || value === undefined ? null : String(value).slice(0, 500));
    const names = new Map(fields.map(([name, spec]) => [name, spec.names[0]]));
    const touched =
      each.action === ImportAction.CHANGED
        ? (each.changed ?? []).filter((name) => names.has(name))
        : each.action === ImportAction.NEW
          ? [...names.keys()].filter((name) => each.after[name] !== null)
          : [];
    return {
      place: each.place,
      line: each.action === ImportAction.ARCHIVED ? null : each.line,
      action: each.action,
      key: each.key,
      values: [
        ...touched.map((name) => ({
          field: names.get(name) ?? name,
          before: each.action === ImportAction.NEW ? null : shown(each.before?.[name]),
          after: each.cleared?.includes(name) ? null : shown(each.after[name]),
        })),
        ...(each.changed?.includes('archived') ? [{ field: 'archived', before: 'true', after: 'false' }] : []),
      ],
    };
  });
}

export interface RefusedRow {
  readonly line: number;
  readonly cells: readonly string[];
  readonly reasons: string;
}

/** The refused rows behind a line, with all that is wrong with each. */
export async function refusedRowsOf(
  em: EntityManager,
  row: FileImportRow,
  behindLine: number,
  limit: number,
): Promise<RefusedRow[]> {
  const rows = await em.execute<
    { line: number; cells: readonly string[] | null; reasons: { field: string | null; reason: string }[] }[]
  >(
    `select p.line, r.cells, p.reasons from (
       select line, jsonb_agg(jsonb_build_object('field', field, 'reason', reason) order by sequence) as reasons
       from catalog.file_import_problem where import_id = ? and refused and line > ? group by line order by line limit ${limit}) p
     left join catalog.file_import_refused r on r.import_id = ? and r.line = p.line order by p.line`,
    [row.id, behindLine, row.id],
  );
  const kind = importKinds[row.kind];
  return rows.map(({ line, cells, reasons }) => ({
    line,
    cells: cells ?? [],
    reasons: reasons
      .map(({ field, reason }) =>
        field === null ? reason : `${headerOf(kind, row.opened, row.mapping, field)}: ${reason}`,
      )
      .join(' '),
  }));
}

/** The rows as a file: line, reason, then the columns as they were, none of them a formula. Its header only where asked for. */
export function toCsv(row: FileImportRow, rows: readonly RefusedRow[], withHeader: boolean): string {
  const isPersonal = importKinds[row.kind].personal === true;
  const header = ['line', 'reason', ...(isPersonal ? [] : row.opened.header)];
  const lines = rows.map(({ line, reasons, cells }) => [
    String(line),
    reasons,
    ...(isPersonal ? [] : row.opened.header.map((_, place) => cells[place] ?? '')),
  ]);
  const table = [...(withHeader ? [header] : []), ...lines].map((cells) => cells.map(defused));
  return table.length === 0 ? '' : `${papaparse.unparse(table, { newline: '\r\n' })}\r\n`;
}

/** A cell that no spreadsheet runs. */
export function defused(cell: string): string {
  return /^[\s\uFEFF]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r]/.test(cell) ? `'${cell}` : cell;
}
