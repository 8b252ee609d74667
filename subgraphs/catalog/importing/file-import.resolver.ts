/* Imports of files on the graph: for administrators, and for those who act for an organisation of its own things. */
import {
  Arg,
  Args,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { organisationsOf, Requires, ShownIn } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { keepLatest, presentFirst, readPresent } from '../../kernel/present-first.ts';
import { ColumnNumber, Cursor, ShortText, TableFile } from '../../kernel/scalars.ts';
import type { CatalogServices } from '../catalog.ts';
import { delimiters, tableEncodings } from '../tables/table.ts';
import { needsSecond } from './comparison.ts';
import {
  FileImport,
  FileImportPage,
  type FileImportRow,
  ImportAction,
  ImportState,
  progressChannel,
  RowChange,
  RowChangePage,
  RowProblem,
  RowProblemPage,
} from './file-import.ts';
import {
  approveFileImport,
  cancelFileImport,
  importFor,
  mapFileImport,
  openFileImport,
  undoFileImport,
} from './file-imports.ts';
import { ImportKind } from './import-kinds.ts';
import { columnsOf } from './mapping.ts';
import { changesOf, problemsOf, refusedRowsOf, toCsv } from './refused-rows.ts';

type CatalogCall = Call<CatalogServices>;

const WHO = 'For administrators, and for those who act for the organisation.';

@InputType({ description: 'A file to import.' })
export class OpenFileImportInput {
  @Field(() => ImportKind, { description: 'What its rows are.' })
  kind!: ImportKind;

  @Field(() => ID, { description: 'The upload that holds the file.' })
  uploadId!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'The retailer or department whose things the file is about: the import then touches nothing of others. Who acts for one need not say; of officers administrators must.',
  })
  organisationId?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the file lists everything there is, so that what it lacks is archived; no unless said.',
  })
  complete?: boolean | null;

  @Field(() => ShortText, {
    nullable: true,
    description: 'utf-8, utf-16le, utf-16be or windows-1252; found unless said.',
  })
  encoding?: string | null;

  @Field(() => ShortText, { nullable: true, description: 'comma, semicolon, tab or bar; found unless said.' })
  delimiter?: string | null;

  @Field(() => ShortText, { nullable: true, description: 'The sheet of a workbook; its first unless said.' })
  sheet?: string | null;

  @Field(() => ColumnNumber, { nullable: true, description: 'The line on which the header stands; found unless said.' })
  headerLine?: number | null;
}

@InputType({ description: 'What a column holds.' })
export class ImportColumnInput {
  @Field(() => ShortText, { description: 'What it holds: `field` of an ImportColumn.' })
  field!: string;

  @Field(() => ColumnNumber, { description: 'Which column.' })
  column!: number;
}

@InputType({ description: 'What the columns of a file hold.' })
export class MapFileImportInput {
  @Field(() => ID, { description: 'The import.' })
  importId!: string;

  @Field(() => [ImportColumnInput], {
    description: 'Every column that something is taken from; the others are ignored.',
  })
  columns!: ImportColumnInput[];

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the file lists everything there is; as before unless said.',
  })
  complete?: boolean | null;
}

@InputType({ description: 'What to approve.' })
export class ApproveFileImportInput {
  @Field(() => ID, { description: 'The import.' })
  importId!: string;

  @Field(() => ShortText, { description: 'Its `digest`, which stands for what you saw.' })
  digest!: string;
}

@InputType({ description: 'Which import.' })
export class FileImportInput {
  @Field(() => ID, { description: 'The import.' })
  importId!: string;
}

@ObjectType({ description: 'The import as it is now.' })
export class FileImportPayload {
  @Field(() => FileImport, { description: 'The import.' })
  import!: FileImport;
}

@ObjectType({ description: 'Refused rows as a table, to be put right and imported again.' })
export class RefusedRows {
  @Field(() => TableFile, {
    description:
      'Lines of CSV: line, reason, then the columns of the file; no cell of it is run as a formula. The first part has the header.',
  })
  content!: string;

  @Field(() => Cursor, { nullable: true, description: 'Pass it as `after` for the next part; null at the end.' })
  endCursor!: string | null;
}

const REFUSED_ROWS_PART = 200;
const PART_CHARACTERS = 1_000_000;

@Resolver(() => FileImport)
export class FileImportResolver {
  @Query(() => FileImport, { description: `An import. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.` })
  @ShownIn('public', 'admin')
  @Requires('administrator', 'retailer', 'department')
  async fileImport(
    @Arg('id', () => ID, { description: 'The import.' }) id: string,
    @Ctx() call: CatalogCall,
  ): Promise<FileImport> {
    return toFileImport(await importFor(call, call.em, id), call.clock.now());
  }

  @Query(() => FileImportPage, {
    description: `Imports, the newest first: all for administrators, else those of the caller's organisations. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.`,
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', 'retailer', 'department')
  async fileImports(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: CatalogCall,
  ): Promise<Page<FileImport>> {
    const [behind] = page.after ? decodeCursor(page.after, 'id') : [];
    const { caller } = call;
    const own = [...organisationsOf(caller, 'retailer'), ...organisationsOf(caller, 'department')];
    const isAdministrator = caller.scopes.includes('administrator');
    if (!isAdministrator && own.length === 0) return toPage<FileImport>([], page, ({ id }) => [id]);
    const rows = await call.em.execute<FileImportRow[]>(
      `select * from catalog.file_import where true ${isAdministrator ? '' : `and organisation_id in (${own.map(() => '?').join(', ')})`}
         ${behind ? 'and id < ?' : ''} order by id desc limit ${page.first + 1}`,
      [...(isAdministrator ? [] : own), ...(behind ? [behind] : [])],
    );
    const now = call.clock.now();
    return toPage(
      rows.map((row) => toFileImport(row, now)),
      page,
      ({ id }) => [id],
    );
  }

  @Query(() => RefusedRows, {
    description: `The rows of an import that were refused, at most 200 at a time, as CSV with the reasons; of officers without any cell. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, BAD_USER_INPUT.`,
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', 'retailer', 'department')
  @Directive('@cost(weight: 50)')
  async refusedImportRows(
    @Arg('importId', () => ID, { description: 'The import.' }) id: string,
    @Arg('after', () => Cursor, {
      nullable: true,
      description: 'Begin behind this place, `endCursor` of the part before.',
    })
    after: string | null,
    @Ctx() call: CatalogCall,
  ): Promise<RefusedRows> {
    const row = await importFor(call, call.em, id);
    const [behind = 0] = after ? decodeCursor(after, 'number') : [];
    if (!Number.isInteger(behind)) throw new Refusal('BAD_USER_INPUT', 'after is not a cursor of this list.');
    const rows = await refusedRowsOf(call.em, row, behind, REFUSED_ROWS_PART + 1);
    const part: typeof rows = [];
    let characters = 0;
    for (const each of rows.slice(0, REFUSED_ROWS_PART)) {
      characters += each.cells.reduce((sum, cell) => sum + cell.length, 0);
      if (part.length > 0 && characters > PART_CHARACTERS) break;
      part.push(each);
    }
    const end = rows.length > part.length ? part.at(-1)?.line : undefined;
    return {
      content: toCsv(row, part, !after),
      endCursor: end === undefined ? null : Buffer.from(JSON.stringify([end])).toString('base64url'),
    };
  }

  @Mutation(() => FileImportPayload, {
    description: `Opens an uploaded file and suggests what its columns hold; nothing of its rows is read in yet. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, BAD_USER_INPUT, IMPORT_UNREADABLE, LISTING_STATE, LIMIT_REACHED.`,
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', 'retailer', 'department')
  @Directive('@cost(weight: 200)')
  async openFileImport(
    @Arg('input', () => OpenFileImportInput, { description: 'The file.' }) input: OpenFileImportInput,
    @Ctx() call: CatalogCall,
  ): Promise<FileImportPayload> {
    const { kind, uploadId, organisationId, complete } = input;
    const wish = {
      kind,
      uploadId,
      options: optionsOf(input),
      organisationId: organisationId ?? null,
      complete: complete ?? null,
    };
    return payload(await openFileImport(call, wish), call);
  }

  @Mutation(() => FileImportPayload, {
    description: `Confirms what the columns hold: the file is read, checked and compared with what is listed, and nothing is written. May be said again, otherwise, until it is approved. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, BAD_USER_INPUT, IMPORT_STATE.`,
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', 'retailer', 'department')
  @Directive('@cost(weight: 200)')
  async mapFileImport(
    @Arg('input', () => MapFileImportInput, { description: 'What holds what.' }) input: MapFileImportInput,
    @Ctx() call: CatalogCall,
  ): Promise<FileImportPayload> {
    return payload(await mapFileImport(call, input.importId, input.columns, input.complete), call);
  }

  @Mutation(() => FileImportPayload, {
    description: `Approves what was compared, so that it is applied; where more than 10 % would be archived, a second person, an administrator, has to approve too. Rows that somebody edits meanwhile are passed over. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, IMPORT_STATE, IMPORT_CHANGED, IMPORT_BUSY.`,
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', 'retailer', 'department')
  async approveFileImport(
    @Arg('input', () => ApproveFileImportInput, { description: 'What.' }) input: ApproveFileImportInput,
    @Ctx() call: CatalogCall,
  ): Promise<FileImportPayload> {
    return payload(await approveFileImport(call, input.importId, input.digest), call);
  }

  @Mutation(() => FileImportPayload, {
    description: `Stops an import; what was applied by then stays until it is undone. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, IMPORT_STATE.`,
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', 'retailer', 'department')
  async cancelFileImport(
    @Arg('input', () => FileImportInput, { description: 'Which.' }) input: FileImportInput,
    @Ctx() call: CatalogCall,
  ): Promise<FileImportPayload> {
    return payload(await cancelFileImport(call, input.importId), call);
  }

  @Mutation(() => FileImportPayload, {
    description: `Puts back what an import changed, except what was edited since; what it made is archived. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, IMPORT_STATE, IMPORT_BUSY.`,
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', 'retailer', 'department')
  async undoFileImport(
    @Arg('input', () => FileImportInput, { description: 'Which.' }) input: FileImportInput,
    @Ctx() call: CatalogCall,
  ): Promise<FileImportPayload> {
    return payload(await undoFileImport(call, input.importId), call);
  }

  @Subscription(() => FileImport, {
    description: `An import as it is now, and then as it goes on. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.`,
    subscribe: ({ args, context }: { args: { id: string }; context: unknown }) =>
      watchImport(context as CatalogCall, args.id),
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', 'retailer', 'department')
  importProgress(
    @Arg('id', () => ID, { description: 'The import.' }) _id: string,
    @Root() now: FileImport,
  ): FileImport {
    return now;
  }

  @FieldResolver(() => RowProblemPage, {
    description: 'What is wrong with its rows, line by line; of what was only put right the first 10,000.',
  })
  async problems(
    @Root() { id }: FileImport,
    @Arg('refusedOnly', () => Boolean, { nullable: true, description: 'Leave out what was taken as corrected.' })
    refusedOnly: boolean | null,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: CatalogCall,
  ): Promise<Page<RowProblem>> {
    const row = await importFor(call, call.em, id);
    const [line, sequence] = page.after ? decodeCursor(page.after, 'number', 'string') : [];
    if (sequence !== undefined && (!/^\d{1,18}$/.test(sequence) || !Number.isInteger(line))) {
      throw new Refusal('BAD_USER_INPUT', 'after is not a cursor of this list.');
    }
    const behind = line === undefined || sequence === undefined ? null : { line, sequence };
    const rows = await problemsOf(call.em, row, { behind, limit: page.first + 1, refusedOnly: refusedOnly ?? false });
    return toPage(rows, page, (problem) => [problem.line, problem.sequence]);
  }

  @FieldResolver(() => RowChangePage, {
    description:
      'What it would change, row by row, once it is compared and until it is applied; empty before and after.',
  })
  async changes(
    @Root() { id }: FileImport,
    @Arg('action', () => ImportAction, { nullable: true, description: 'Only of this kind.' })
    action: ImportAction | null,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: CatalogCall,
  ): Promise<Page<RowChange>> {
    const row = await importFor(call, call.em, id);
    const [behind = null] = page.after ? decodeCursor(page.after, 'number') : [];
    if (behind !== null && !Number.isInteger(behind)) {
      throw new Refusal('BAD_USER_INPUT', 'after is not a cursor of this list.');
    }
    return toPage(await changesOf(call.em, row, { behind, limit: page.first + 1, action }), page, ({ place }) => [
      place,
    ]);
  }
}

const payload = (row: FileImportRow, call: CatalogCall): FileImportPayload => ({
  import: toFileImport(row, call.clock.now()),
});

const delimiterNames: Readonly<Record<string, (typeof delimiters)[number]>> = {
  comma: ',',
  semicolon: ';',
  tab: '\t',
  bar: '|',
};

function optionsOf({ encoding, delimiter, sheet, headerLine }: OpenFileImportInput) {
  const asked = tableEncodings.find((each) => each === encoding?.toLowerCase());
  if (encoding && !asked) throw new Refusal('BAD_USER_INPUT', `encoding must be one of ${tableEncodings.join(', ')}.`);
  const sign = delimiter
    ? (delimiterNames[delimiter.toLowerCase()] ?? delimiters.find((each) => each === delimiter))
    : undefined;
  if (delimiter && !sign) throw new Refusal('BAD_USER_INPUT', 'delimiter must be comma, semicolon, tab or bar.');
  return {
    ...(asked && { encoding: asked }),
    ...(sign && { delimiter: sign }),
    ...(sheet && { sheet }),
    ...(headerLine && { headerLine }),
  };
}

async function watchImport(call: CatalogCall, id: string): Promise<AsyncIterableIterator<FileImport>> {
  // Of reports that come faster than they are read the last is as good as all.
  const messages = keepLatest(
    await call.live.subscribe<{ id: string }>(progressChannel(id)),
    () => id,
    (_, later) => later,
  );
  const read = async () => toFileImport(await importFor(call, call.em.fork({ clear: true }), id), call.clock.now());
  const present = await readPresent(messages, read);
  return presentFirst([present], messages, read);
}

/** The row as people see it. */
export function toFileImport(row: FileImportRow, now: Date): FileImport {
  const mapped = new Set(Object.values(row.mapping));
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    fileName: row.file_name,
    organisationId: row.organisation_id,
    failure: row.failure,
    format: row.opened.format,
    encoding: row.opened.encoding,
    encodingAssumed: row.opened.encodingAssumed,
    complete: row.complete,
    columns: columnsOf(row),
    ignoredColumns: row.opened.header
      .filter((_, place) => !mapped.has(place))
      .map((name, place) => name || `column ${place + 1}`),
    rowsRead: row.rows_read,
    rowsStaged: row.rows_staged,
    rowsRefused: row.rows_refused,
    rowsCorrected: row.rows_corrected,
    rowsNew: row.rows_new,
    rowsChanged: row.rows_changed,
    rowsSame: row.rows_same,
    rowsMissing: row.rows_missing,
    digest: row.digest,
    needsSecondApproval: needsSecond(row),
    approved: row.approved_by !== null,
    rowsApplied: row.rows_applied,
    rowsPassed: row.rows_passed,
    chunk: row.chunk,
    rowsUndone: row.rows_undone,
    rowsKept: row.rows_kept,
    estimatedEnd: estimatedEnd(row, now),
    createdAt: new Date(row.created_at),
    appliedAt: row.applied_at === null ? null : new Date(row.applied_at),
  };
}

/** As fast as until now, from what is done and what is left. */
function estimatedEnd(row: FileImportRow, now: Date): Date | null {
  if (row.working_since === null) return null;
  const [done, all] =
    row.state === ImportState.APPLYING
      ? [
          row.rows_applied + row.rows_passed - row.rows_settled,
          (row.rows_new ?? 0) + (row.rows_changed ?? 0) + (row.rows_missing ?? 0),
        ]
      : row.state === ImportState.UNDOING
        ? [row.rows_undone + row.rows_kept, row.rows_applied]
        : [0, 0];
  if (done === 0) return null;
  const since = new Date(row.working_since).getTime();
  return new Date(now.getTime() + ((now.getTime() - since) / done) * (all - done));
}
