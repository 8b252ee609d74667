/*
 * One import of a file, from its header to its undoing: what it is on the graph, and the row behind it. It goes forward
 * only: mapping -> reading -> compared -> applying -> applied -> undoing -> undone; it can be cancelled until it is
 * applied, and what was applied by then stays and can be undone.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { pageOf } from '../../kernel/page.ts';
import { DateTime, ShortText, Text } from '../../kernel/scalars.ts';
import { ImportKind } from './import-kinds.ts';

export enum ImportState {
  MAPPING = 'mapping',
  READING = 'reading',
  COMPARED = 'compared',
  APPLYING = 'applying',
  APPLIED = 'applied',
  UNDOING = 'undoing',
  UNDONE = 'undone',
  CANCELLED = 'cancelled',
  FAILED = 'failed',
}

registerEnumType(ImportState, {
  name: 'ImportState',
  description: 'Where an import stands.',
  valuesConfig: {
    MAPPING: { description: 'The header was read; somebody has to say which column is what.' },
    READING: { description: 'The rows are read, checked and compared with what is listed.' },
    COMPARED: { description: 'What it would change can be seen; nothing was written. Waits to be approved.' },
    APPLYING: { description: 'It is written, chunk by chunk; each chunk is true as a whole or not at all.' },
    APPLIED: { description: 'All of it is true.' },
    UNDOING: { description: 'What it changed is put back.' },
    UNDONE: { description: 'What it changed was put back, except what somebody has edited since.' },
    CANCELLED: { description: 'Somebody stopped it; what was applied before stays until it is undone.' },
    FAILED: {
      description: 'It could not go on; `failure` says why. What was applied before stays until it is undone.',
    },
  },
});

export enum ImportAction {
  NEW = 'new',
  CHANGED = 'changed',
  ARCHIVED = 'archived',
}

registerEnumType(ImportAction, {
  name: 'ImportAction',
  description: 'What a row does to what is listed.',
  valuesConfig: {
    NEW: { description: 'Nothing of this key is listed: it is made.' },
    CHANGED: { description: 'What is listed under this key changes.' },
    ARCHIVED: { description: 'It is listed and the file, which says that it is complete, lacks it: it is archived.' },
  },
});

export enum MappingTrust {
  SAVED = 'saved',
  NAME = 'name',
  GUESS = 'guess',
}

registerEnumType(MappingTrust, {
  name: 'MappingTrust',
  description: 'How sure it is that a column holds this.',
  valuesConfig: {
    SAVED: { description: 'A file with this header was mapped so before.' },
    NAME: { description: 'The column is called so.' },
    GUESS: { description: 'Its name or its cells look like it: look before you confirm.' },
  },
});

@ObjectType({ description: 'What a column of the file holds.' })
export class ImportColumn {
  @Field(() => ShortText, { description: 'What it holds, by the name to recommend for the header.' })
  field!: string;

  @Field(() => Int, { nullable: true, description: 'Which column, the first is 1; null where none is known.' })
  column!: number | null;

  @Field(() => Text, { nullable: true, description: 'How the header calls that column.' })
  header!: string | null;

  @Field(() => MappingTrust, { nullable: true, description: 'How sure it is; null where no column is known.' })
  trust!: MappingTrust | null;

  @Field(() => Boolean, { description: 'Whether every row needs it, because it says what the row is about.' })
  isKey!: boolean;

  @Field(() => Boolean, { description: 'Whether a row needs it that makes something new.' })
  isNeededForNew!: boolean;
}

@ObjectType({ description: 'An import of a file.' })
export class FileImport {
  @Field(() => ID, { description: 'The import.' })
  id!: string;

  @Field(() => ImportKind, { description: 'What its rows are.' })
  kind!: ImportKind;

  @Field(() => ImportState, { description: 'Where it stands.' })
  state!: ImportState;

  @Field(() => Text, { description: 'The name of the file.' })
  fileName!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Whose things alone it may touch; null for an import of administrators.',
  })
  organisationId!: string | null;

  @Field(() => Text, { nullable: true, description: 'Why it could not go on, in a sentence; null unless it FAILED.' })
  failure!: string | null;

  @Field(() => ShortText, { description: 'How the file was read: csv, tsv, json, ndjson or xlsx.' })
  format!: string;

  @Field(() => ShortText, { description: 'In which encoding it was read.' })
  encoding!: string;

  @Field(() => Boolean, { description: 'Whether the encoding was assumed: then look at accents before you go on.' })
  encodingAssumed!: boolean;

  @Field(() => Boolean, {
    description: 'Whether the file lists everything there is: then what it lacks is archived, never deleted.',
  })
  complete!: boolean;

  @Field(() => [ImportColumn], { description: 'What its columns hold, as suggested or as confirmed.' })
  columns!: ImportColumn[];

  @Field(() => [Text], { description: 'Headers of columns that nothing is taken from.' })
  ignoredColumns!: string[];

  @Field(() => Int, { description: 'How many rows were read so far.' })
  rowsRead!: number;

  @Field(() => Int, { description: 'How many of them were good so far.' })
  rowsStaged!: number;

  @Field(() => Int, { description: 'How many rows were refused.' })
  rowsRefused!: number;

  @Field(() => Int, { description: 'How many rows were taken as corrected.' })
  rowsCorrected!: number;

  @Field(() => Int, { nullable: true, description: 'How many make something new; null before they were compared.' })
  rowsNew!: number | null;

  @Field(() => Int, { nullable: true, description: 'How many change something; null before they were compared.' })
  rowsChanged!: number | null;

  @Field(() => Int, { nullable: true, description: 'How many are as what is listed; null before they were compared.' })
  rowsSame!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many things are listed and not in the file; archived where the file is complete, else 0.',
  })
  rowsMissing!: number | null;

  @Field(() => ShortText, {
    nullable: true,
    description:
      'Stands for all that it would change: whoever approves says so what they saw. Null before it was compared.',
  })
  digest!: string | null;

  @Field(() => Boolean, {
    description: 'Whether it would archive so much that an administrator other than the first has to approve too.',
  })
  needsSecondApproval!: boolean;

  @Field(() => Boolean, { description: 'Whether the first has approved.' })
  approved!: boolean;

  @Field(() => Int, { description: 'How many rows were applied so far.' })
  rowsApplied!: number;

  @Field(() => Int, { description: 'How many were passed over, because somebody edited them after the comparison.' })
  rowsPassed!: number;

  @Field(() => Int, { description: 'How many chunks were applied so far.' })
  chunk!: number;

  @Field(() => Int, { description: 'How many rows were put back by undoing it.' })
  rowsUndone!: number;

  @Field(() => Int, { description: 'How many undoing left alone: edited since, or not to be put back.' })
  rowsKept!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the work under way may end, reckoned from its speed so far; null while nothing is known.',
  })
  estimatedEnd!: Date | null;

  @Field(() => DateTime, { description: 'When it was opened.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When the last of it was applied.' })
  appliedAt!: Date | null;
}

@ObjectType({ description: 'What is wrong with a row of an import, or was put right in it.' })
export class RowProblem {
  sequence!: string;

  @Field(() => Int, { description: 'The line of the file on which the row begins.' })
  line!: number;

  @Field(() => ShortText, {
    nullable: true,
    description: 'The column, as the header names it; null for the whole row.',
  })
  column!: string | null;

  @Field(() => ShortText, { description: 'What it is, as a code.' })
  code!: string;

  @Field(() => Text, { description: 'What it is, in a sentence.' })
  reason!: string;

  @Field(() => Boolean, { description: 'Whether the row was refused; false where it was taken as corrected.' })
  refused!: boolean;
}

@ObjectType({ description: 'A value that a row changes.' })
export class ValueChange {
  @Field(() => ShortText, { description: 'What it is.' })
  field!: string;

  @Field(() => Text, { nullable: true, description: 'What it is now; null for nothing.' })
  before!: string | null;

  @Field(() => Text, { nullable: true, description: 'What it would be; null for nothing.' })
  after!: string | null;
}

@ObjectType({ description: 'What a row would change.' })
export class RowChange {
  place!: number;

  @Field(() => ImportAction, { description: 'What it does.' })
  action!: ImportAction;

  @Field(() => Int, { nullable: true, description: 'The line of the file; null for what the file lacks.' })
  line!: number | null;

  @Field(() => Text, { description: 'What the row is about, by its key.' })
  key!: string;

  @Field(() => [ValueChange], { description: 'The values that change.' })
  values!: ValueChange[];
}

export const FileImportPage = pageOf(FileImport);
export const RowProblemPage = pageOf(RowProblem);
export const RowChangePage = pageOf(RowChange);

/** Field -> place of its column in the file, the first is 0. */
export type Mapping = Readonly<Record<string, number>>;

/** What was learned when the file was opened. */
export interface OpenedFile {
  readonly format: string;
  readonly encoding: string;
  readonly encodingAssumed: boolean;
  readonly headerLine: number;
  readonly header: readonly string[];
  readonly trust: Readonly<Record<string, MappingTrust>>;
}

/** A row of catalog.file_import. */
export interface FileImportRow {
  readonly id: string;
  readonly kind: ImportKind;
  readonly account_id: string;
  readonly organisation_id: string | null;
  readonly source: string;
  readonly upload_id: string;
  readonly file_name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly opened: OpenedFile;
  readonly mapping: Mapping;
  readonly complete: boolean;
  readonly state: ImportState;
  readonly failure: string | null;
  readonly stop_asked: boolean;
  readonly rows_read: number;
  readonly rows_staged: number;
  readonly rows_refused: number;
  readonly rows_corrected: number;
  readonly rows_new: number | null;
  readonly rows_changed: number | null;
  readonly rows_same: number | null;
  readonly rows_missing: number | null;
  /** Of the things that a complete file would list, how many are listed. */
  readonly rows_present: number | null;
  readonly digest: string | null;
  readonly approved_by: string | null;
  readonly seconded_by: string | null;
  readonly last_place: number;
  readonly rows_applied: number;
  readonly rows_passed: number;
  readonly chunk: number;
  readonly rows_settled: number;
  readonly rows_undone: number;
  readonly rows_kept: number;
  readonly working_since: Date | string | null;
  readonly created_at: Date | string;
  readonly updated_at: Date | string;
  readonly applied_at: Date | string | null;
}

/** @throws Refusal NOT_FOUND. */
export async function readImport(em: EntityManager, id: string, lock: '' | 'for update' = ''): Promise<FileImportRow> {
  const [row] = await em.execute<FileImportRow[]>(`select * from catalog.file_import where id = ? ${lock}`, [id]);
  if (!row) throw new Refusal('NOT_FOUND', 'There is no such import.');
  return row;
}

/** On which channel the progress of an import is announced. */
export const progressChannel = (id: string) => `catalog.import:${id}`;
