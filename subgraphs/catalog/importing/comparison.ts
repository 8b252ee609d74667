/*
 * What a staged file would change. One pass joins its rows with what is listed, by natural key, and keeps those that are
 * new or different with what was there before: rows that are as they were cost nothing further. Nothing is written to what
 * is listed. Everything that a row lacks in our tables is a reason of its own.
 */
import { createHash } from 'node:crypto';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { FileImportRow } from './file-import.ts';
import { importKinds, type KindOfImport } from './import-kinds.ts';
import { diffOf, stageOf } from './staging.ts';

export interface Comparison {
  readonly rowsNew: number;
  readonly rowsChanged: number;
  readonly rowsSame: number;
  readonly rowsMissing: number;
  readonly rowsPresent: number;
  readonly rowsRefused: number;
  readonly digest: string;
}

/** Of what a complete file would list, this share may be archived on the word of one person. */
const SHARE_OF_ONE = 0.1;
/** Below this nobody needs a second word. */
const FEW = 5;

export function needsSecond({
  rows_missing: missing,
  rows_present: present,
}: Pick<FileImportRow, 'rows_missing' | 'rows_present'>): boolean {
  return (missing ?? 0) > FEW && (missing ?? 0) > (present ?? 0) * SHARE_OF_ONE;
}

/** Compares the staged rows of an import, anew each time. */
export async function compareRows({ em }: UnitOfWork, row: FileImportRow): Promise<Comparison> {
  const kind = importKinds[row.kind];
  const stage = stageOf(row.id);
  const diff = diffOf(row.id);
  await em.execute(`set local work_mem = '64MB'`);
  await em.execute(`drop table if exists ${diff}`);
  await em.execute(`analyze ${stage}`);
  let rowsRefused = await refuseDuplicates(em, row, stage);
  for (const statement of kind.settle?.(stage) ?? []) await em.execute(statement);
  const [{ staged } = { staged: 0 }] = await em.execute<{ staged: number }[]>(
    `select count(*)::int as staged from ${stage}`,
  );
  // Behind those of what it applied before: then this is a second comparison, after a crash of the server.
  const [{ base } = { base: 0 }] = await em.execute<{ base: number }[]>(
    'select coalesce(max(place), 0)::int as base from catalog.file_import_change where import_id = ?',
    [row.id],
  );
  await em.execute(
    `create unlogged table ${diff} with (autovacuum_enabled = false) as ${difference(kind, stage, base)}`,
  );
  const refused = await refuseByRules(em, row, kind, diff);
  rowsRefused += refused;
  const { present, missing } =
    row.complete && kind.listed ? await addMissing(em, kind, stage, diff, base) : NONE_MISSING;
  await em.execute(`create index on ${diff} (place)`);
  await em.execute(`analyze ${diff}`);
  const [sums] = await em.execute<{ fresh: number; changed: number; print: string | null }[]>(
    `select count(*) filter (where action = 'new')::int as fresh, count(*) filter (where action = 'changed')::int as changed,
       bit_xor(hashtextextended(concat_ws('|', place, action, stamp), 0))::text as print from ${diff}`,
  );
  const { fresh = 0, changed = 0, print = '' } = sums ?? {};
  return {
    rowsNew: fresh,
    rowsChanged: changed,
    rowsSame: staged - refused - fresh - changed,
    rowsMissing: missing,
    rowsPresent: present,
    rowsRefused,
    digest: createHash('sha256')
      .update(JSON.stringify([row.upload_id, row.options, row.mapping, row.complete, fresh, changed, missing, print]))
      .digest('hex')
      .slice(0, 32),
  };
}

const NONE_MISSING = { present: 0, missing: 0 };
type Execute = UnitOfWork['em'];

/** What stands before the rows of a refused thing: the columns of the file, as far as they are mapped. */
function cellsOf(row: FileImportRow, kind: KindOfImport): string {
  const width = row.opened.header.length;
  const byPlace = new Map(Object.entries(row.mapping).map(([field, place]) => [place, field]));
  const cells = Array.from({ length: width }, (_, place) => {
    const field = byPlace.get(place);
    return field === undefined || kind.personal ? `''` : `coalesce(s."${field}"::text, '')`;
  });
  return `to_jsonb(array[${cells.join(', ')}]::text[])`;
}

async function refuseDuplicates(em: Execute, row: FileImportRow, stage: string): Promise<number> {
  const kind = importKinds[row.kind];
  const [{ many } = { many: 0 }] = await em.execute<{ many: number }[]>(
    `with first as (select k1, k2, k3, min(line) as line from ${stage} group by k1, k2, k3 having count(*) > 1),
       gone as (delete from ${stage} s using first f
         where s.k1 = f.k1 and s.k2 = f.k2 and s.k3 = f.k3 and s.line > f.line returning s.*, f.line as first_line),
       told as (insert into catalog.file_import_problem (import_id, line, field, code, reason, refused)
         select ?, s.line, null, 'DUPLICATE', 'Line ' || first_line || ' is about the same thing.', true from gone s),
       kept as (insert into catalog.file_import_refused (import_id, line, cells)
         select ?, s.line, ${cellsOf(row, kind)} from gone s where ${!kind.personal})
     select count(*)::int as many from gone`,
    [row.id, row.id],
  );
  return many;
}

/** Rows that are new, different, or refused by a rule of our tables; those that are as they were are left out. */
function difference(kind: KindOfImport, stage: string, base: number): string {
  const fields = Object.entries(kind.fields);
  const compared = fields.flatMap(([name, { now, erasable }]) => {
    if (now === null) return [];
    const set = `s."${name}" is not null and s."${name}" is distinct from ${now}`;
    const erased = erasable ? ` or ('${name}' = any(s.cleared) and ${now} is not null)` : '';
    return [`case when (${set})${erased} then '${name}' end`];
  });
  const revived = kind.revives ? [`case when ${kind.archived} then 'archived' end`] : [];
  const differs = [...compared, ...revived];
  const lacking = fields
    .filter(([, { presence }]) => presence === 'new')
    .map(([name]) => `when t.id is null and s."${name}" is null then '${name}'`);
  const rules = kind.rules.map(({ when }, index) => `when ${when} then ${index + 1}`);
  const before = fields.flatMap(([name, { now }]) => (now === null ? [] : [`'${name}', ${now}`]));
  return `
    select s.*, s.line + ${base} as place, coalesce(t.id, uuidv7()) as target_id,
      case when t.id is null then 'new' else 'changed' end as action,
      case when t.id is not null then ${kind.stamp} end as stamp, d.changed,
      case when cardinality(d.changed) > 0
        then jsonb_build_object(${[...before, `'archived', ${kind.archived}`, ...(kind.keptToo ? [kind.keptToo] : [])].join(', ')})
        end as before,
      ${rules.length > 0 ? `case ${rules.join(' ')} end` : 'null::integer'} as refusal,
      ${lacking.length > 0 ? `case ${lacking.join(' ')} end` : 'null::text'} as lacking,
      null::text as shown
    from ${stage} s ${kind.joins}
    cross join lateral (select case when t.id is not null
      then array_remove(array[${differs.length > 0 ? differs.join(', ') : ''}]::text[], null) end as changed) d
    where t.id is null or cardinality(d.changed) > 0 ${kind.rules.map(({ when }) => `or (${when})`).join(' ')}`;
}

async function refuseByRules(em: Execute, row: FileImportRow, kind: KindOfImport, diff: string): Promise<number> {
  const cases = (pick: (rule: { field: string; code: string; reason: string }) => string) =>
    kind.rules.length === 0
      ? 'null'
      : `case s.refusal ${kind.rules.map((rule, index) => `when ${index + 1} then '${pick(rule).replaceAll("'", "''")}'`).join(' ')} end`;
  const [{ many } = { many: 0 }] = await em.execute<{ many: number }[]>(
    `with gone as (delete from ${diff} s where refusal is not null or lacking is not null returning s.*),
       told as (insert into catalog.file_import_problem (import_id, line, field, code, reason, refused)
         select ?, s.line, case when s.refusal is null then s.lacking else ${cases(({ field }) => field)} end,
           case when s.refusal is null then 'MISSING' else ${cases(({ code }) => code)} end,
           case when s.refusal is null then 'This is not listed yet, and a new one needs a value here.'
             else ${cases(({ reason }) => reason)} end, true from gone s),
       kept as (insert into catalog.file_import_refused (import_id, line, cells)
         select ?, s.line, ${cellsOf(row, kind)} from gone s where ${!kind.personal})
     select count(*)::int as many from gone`,
    [row.id, row.id],
  );
  return many;
}

/** What a complete file lacks is to be archived; their places come behind those of the rows. */
async function addMissing(em: Execute, kind: KindOfImport, stage: string, diff: string, base: number) {
  const listed = kind.listed?.(stage) ?? '';
  const before = Object.entries(kind.fields).flatMap(([name, { now }]) => (now === null ? [] : [`'${name}', ${now}`]));
  const [{ present } = { present: 0 }] = await em.execute<{ present: number }[]>(
    `select count(*)::int as present ${listed}`,
  );
  const rows = await em.execute<unknown[]>(
    `insert into ${diff} (place, target_id, action, stamp, before, shown)
     select ${base} + (select coalesce(max(line), 0) from ${stage}) + row_number() over (order by t.id), t.id, 'archived', ${kind.stamp},
       jsonb_build_object(${[...before, `'archived', false`].join(', ')}), ${kind.listedKey ?? 'null'}
     ${listed} and t.id not in (select t.id from ${stage} s ${kind.joins} where t.id is not null)
     returning 1`,
  );
  return { present, missing: rows.length };
}
