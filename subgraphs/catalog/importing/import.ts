/*
 * Takes in a table of retailers, offers or charities: every row is taken or refused with a reason, the good ones become
 * true in one transaction. Rows are found again by their natural keys, so that the same file twice changes nothing.
 */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { ShortText, Text } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { TableFaultCode } from '../tables/read-table.ts';
import { hashValues, type ProblemCode } from './cells.ts';
import { readTable, type TableColumns, type TableLine } from './table.ts';
import { type KindSpec, kinds, TableKind, type Values } from './table-kinds.ts';

@ObjectType({ description: 'What is wrong with a row, or was put right in it.' })
export class ImportProblem {
  @Field(() => Int, { description: 'The line of the file; the header is usually 1.' })
  line!: number;

  @Field(() => ShortText, {
    nullable: true,
    description: 'The column, as the header names it; null for the whole line.',
  })
  column!: string | null;

  @Field(() => ShortText, { description: 'What it is, as a code.' })
  code!: string;

  @Field(() => Text, { description: 'What it is, in a sentence.' })
  reason!: string;

  @Field(() => Boolean, { description: 'Whether the row was refused; false where it was taken as corrected.' })
  refused!: boolean;
}

@ObjectType({ description: 'What became of a table.' })
export class TableImport {
  @Field(() => ID, { description: 'The id of the import.' })
  id!: string;

  @Field(() => TableKind, { description: 'What its rows are.' })
  kind!: TableKind;

  @Field(() => Boolean, { description: 'Whether it was only tried: then nothing was written.' })
  dryRun!: boolean;

  @Field(() => Int, { description: 'How many rows there were.' })
  rowsRead!: number;

  @Field(() => Int, { description: 'How many rows were good.' })
  rowsTaken!: number;

  @Field(() => Int, { description: 'How many of those made or changed something.' })
  rowsChanged!: number;

  @Field(() => Int, { description: 'How many rows were refused.' })
  rowsRefused!: number;

  @Field(() => [ImportProblem], { description: 'What is wrong, line by line; the first 1,000.' })
  problems!: ImportProblem[];
}

const PROBLEMS_LISTED = 1_000;

export interface TableRequest {
  readonly kind: TableKind;
  readonly content: string;
  readonly dryRun: boolean;
}

/** Carries the outcome of a dry run out of the transaction that it undoes. */
class Undone extends Error {
  constructor(readonly outcome: TableImport) {
    super('a dry run is undone');
  }
}

/** Takes in a table for an account; the same idempotency key gets the first outcome again. @throws Refusal IMPORT_UNREADABLE, IDEMPOTENCY_MISMATCH. */
export async function importTable(
  run: <Result>(task: (work: UnitOfWork) => Promise<Result>) => Promise<Result>,
  request: TableRequest,
  wish: { readonly accountId: string; readonly idempotencyKey: string },
): Promise<TableImport> {
  const fingerprint = hashValues([request.kind, request.dryRun, request.content]);
  try {
    return await run(async (work) => {
      // The same wish on another connection waits here and then finds the outcome.
      await work.em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
        `catalog import ${wish.accountId} ${wish.idempotencyKey}`,
      ]);
      const [earlier] = await work.em.execute<{ fingerprint: string; result: TableImport }[]>(
        'select fingerprint, result from catalog.import where account_id = ? and idempotency_key = ?',
        [wish.accountId, wish.idempotencyKey],
      );
      if (earlier && earlier.fingerprint !== fingerprint) throw new Refusal('IDEMPOTENCY_MISMATCH');
      if (earlier) return earlier.result;
      const outcome = await takeIn(work, request);
      if (request.dryRun) throw new Undone(outcome);
      await work.em.execute('insert into catalog.import values (?, ?, ?, ?, ?)', [
        wish.accountId,
        wish.idempotencyKey,
        fingerprint,
        JSON.stringify(outcome),
        work.now,
      ]);
      return outcome;
    });
  } catch (error) {
    if (error instanceof Undone) return error.outcome;
    throw error;
  }
}

/** Takes in a table in the transaction of `work`. @throws Refusal IMPORT_UNREADABLE. */
export async function takeIn(work: UnitOfWork, { kind, content, dryRun }: TableRequest): Promise<TableImport> {
  const spec = kinds[kind];
  const columns: TableColumns = Object.fromEntries(
    Object.entries(spec.columns).map(([field, column]) => [field, { names: column.names, required: !column.optional }]),
  );
  const { headers, lines } = await readTable(content, columns);
  const seen = new Map<string, number>();
  const found = lines.map((): ImportProblem[] => []);
  const tellOf =
    (index: number): Tell =>
    (field, code, reason, refused) => {
      const { line = 0 } = lines[index] ?? {};
      found[index]?.push({ line, column: field && (headers[field] ?? field), code, reason, refused });
    };
  const good: { readonly index: number; readonly values: Values }[] = [];
  for (const [index, line] of lines.entries()) {
    const values = readRow(line, spec, tellOf(index));
    if (!values) continue;
    const key = spec.key(values);
    const before = seen.get(key);
    if (before) tellOf(index)(null, 'DUPLICATE', `Line ${before} is about the same thing.`, true);
    else {
      seen.set(key, line.line);
      good.push({ index, values });
    }
  }
  const outcomes = await spec.write(
    work,
    good.map(({ values }) => values),
  );
  let changed = 0;
  for (const [place, outcome] of outcomes.entries()) {
    if (typeof outcome === 'object') {
      tellOf(good[place]?.index ?? 0)(outcome.field, outcome.code, outcome.reason, true);
    } else if (outcome) changed++;
  }
  const taken = found.filter((problems) => !problems.some(({ refused }) => refused)).length;
  return {
    id: work.newId(),
    kind,
    dryRun,
    rowsRead: lines.length,
    rowsTaken: taken,
    rowsChanged: changed,
    rowsRefused: lines.length - taken,
    problems: mostImportant(found),
  };
}

type Tell = (field: string | null, code: ProblemCode | TableFaultCode, reason: string, refused: boolean) => void;

/** The values of a line, or undefined when a cell was refused. */
function readRow(line: TableLine, spec: KindSpec, tell: Tell): Values | undefined {
  if (line.fault) {
    tell(null, line.fault.code, line.fault.message, true);
    return undefined;
  }
  const values: Record<string, string | number> = {};
  let refused = false;
  for (const [field, { rule, optional }] of Object.entries(spec.columns)) {
    const cell = line.cells[field] ?? '';
    if (cell.trim() === '') {
      if (optional) continue;
      tell(field, 'MISSING', 'A value is needed here.', true);
      refused = true;
      continue;
    }
    const result = rule(cell);
    if ('refused' in result) {
      tell(field, result.refused.code, result.refused.message, true);
      refused = true;
    } else {
      if (result.corrected) tell(field, result.corrected.code, result.corrected.message, false);
      values[field] = result.value;
    }
  }
  return refused ? undefined : values;
}

/** As many problems as are listed, line by line: why rows were refused goes before all else, one reason of each row first. */
function mostImportant(found: readonly (readonly ImportProblem[])[]): ImportProblem[] {
  const rank = (problem: ImportProblem, row: readonly ImportProblem[]) => {
    if (!problem.refused) return 2;
    return row.find(({ refused }) => refused) === problem ? 0 : 1;
  };
  return found
    .flatMap((row) => row.map((problem) => ({ problem, rank: rank(problem, row) })))
    .map((entry, place) => ({ ...entry, place }))
    .sort((a, b) => a.rank - b.rank || a.place - b.place)
    .slice(0, PROBLEMS_LISTED)
    .sort((a, b) => a.place - b.place)
    .map(({ problem }) => problem);
}
