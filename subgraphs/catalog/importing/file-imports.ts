/*
 * What people do with imports: open a file, say which column is what, look at what it would change, approve exactly that,
 * stop it, undo it. Each is a change of state; the work in between is done by import-runner.ts. Administrators may all;
 * who acts for an organisation may import its own things, and nothing of others can be touched by it.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Call } from '../../kernel/call.ts';
import { type Caller, organisationsOf } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { CatalogServices } from '../catalog.ts';
import { beginChange, MemberRole, requireRole } from '../organisations/standing.ts';
import { openTable } from '../tables/read-table.ts';
import type { TableOptions, TableSource } from '../tables/table.ts';
import { settleImport } from './apply-import.ts';
import { needsSecond } from './comparison.ts';
import {
  type FileImportRow,
  ImportState,
  type Mapping,
  type OpenedFile,
  progressChannel,
  readImport,
} from './file-import.ts';
import { ImportKind, importKinds } from './import-kinds.ts';
import type { ImportFiles, ImportRunner } from './import-runner.ts';
import { checkMapping, printOfHeader, suggestMapping } from './mapping.ts';
import { dropTables } from './staging.ts';

type CatalogCall = Call<CatalogServices>;

export interface OpenFileWish {
  readonly kind: ImportKind;
  readonly uploadId: string;
  readonly organisationId?: string | null;
  readonly complete?: boolean | null;
  readonly options: TableOptions;
}

/** How many rows are looked at to guess what columns hold. */
const SAMPLE_ROWS = 200;
/** Imports of one source that wait for somebody to go on with them. */
const OPEN_LIMIT = 20;

/** @throws Refusal FORBIDDEN, NOT_FOUND, BAD_USER_INPUT, IMPORT_UNREADABLE, LISTING_STATE, LIMIT_REACHED. */
export async function openFileImport(call: CatalogCall, wish: OpenFileWish): Promise<FileImportRow> {
  const organisationId = ownerOf(call, wish.kind, wish.organisationId ?? null);
  const file = await call.services.importFiles.openFor(call.caller, wish.uploadId);
  const begun = { ...wish, organisationId, accountId: call.accountId, complete: wish.complete ?? false };
  return beginImport((task) => call.work(task), file, begun, call.caller);
}

export interface BeginWish {
  readonly kind: ImportKind;
  readonly uploadId: string;
  readonly organisationId: string | null;
  readonly accountId: string;
  readonly complete: boolean;
  readonly options: TableOptions;
  /** A pull's: what its last file came to is given up, and where the columns are known it is read without asking. */
  readonly pullId?: string;
}

type Run = <Result>(task: (work: UnitOfWork) => Promise<Result>) => Promise<Result>;

/** Opens a file in the name of an account, and suggests its columns. */
async function beginImport(run: Run, file: TableSource, wish: BeginWish, caller?: Caller): Promise<FileImportRow> {
  const table = await openTable(file, wish.options);
  // Where there is no header its place is taken by the first row, and headers are kept and shown.
  if (importKinds[wish.kind].personal && table.header.some((name) => name.includes('@'))) {
    throw new Refusal('IMPORT_UNREADABLE', 'The first row names people: put a header above it, such as email.');
  }
  const sample: (readonly string[])[] = [];
  for await (const batch of table.rows()) {
    sample.push(...batch.filter(({ fault }) => !fault).map(({ cells }) => cells));
    if (sample.length >= SAMPLE_ROWS) break;
  }
  const source = `${wish.kind}:${wish.organisationId ?? '*'}`;
  const kind = importKinds[wish.kind];
  return run(async (work) => {
    const { em, now } = work;
    if (caller) await beginFor(work, caller, wish.kind, wish.organisationId);
    else await refuseUnlisted(em, wish.kind, wish.organisationId);
    if (wish.pullId) await giveUpEarlier(work, wish.pullId);
    await refuseTooMany(em, source, wish.accountId);
    const [saved] = await em.execute<{ mapping: Mapping }[]>(
      'select mapping from catalog.file_import_mapping where source = ? and header_print = ?',
      [source, printOfHeader(table.header)],
    );
    const { mapping, trust } = suggestMapping(kind, table.header, sample.slice(0, SAMPLE_ROWS), saved?.mapping);
    const opened: OpenedFile = {
      format: table.format,
      encoding: table.encoding,
      encodingAssumed: table.encodingConfidence === 'assumed',
      headerLine: table.headerLine,
      header: table.header,
      trust,
    };
    const id = work.newId();
    const goesOn = wish.pullId !== undefined && saved !== undefined;
    await em.execute(
      `insert into catalog.file_import (id, kind, account_id, organisation_id, source, upload_id, file_name, options, opened,
         mapping, complete, state, created_at, updated_at)
       values (?, ?, ?, ?, ?, ?, ?, cast(? as jsonb), cast(? as jsonb), cast(? as jsonb), ?, ?, ?, ?)`,
      [
        ...[id, wish.kind, wish.accountId, wish.organisationId, source, wish.uploadId, file.name.slice(-200) || 'file'],
        ...[JSON.stringify(wish.options), JSON.stringify(opened), JSON.stringify(mapping)],
        ...[wish.complete && kind.listed !== undefined, goesOn ? ImportState.READING : ImportState.MAPPING, now, now],
      ],
    );
    return readImport(em, id);
  });
}

async function refuseTooMany(em: EntityManager, source: string, accountId: string): Promise<void> {
  // Two at once would each see the other's place free.
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`catalog imports of ${accountId}`]);
  const [{ many } = { many: 0 }] = await em.execute<{ many: number }[]>(
    `select count(*)::int as many from catalog.file_import
     where source = ? and account_id = ? and state in ('mapping', 'reading', 'compared')`,
    [source, accountId],
  );
  if (many < OPEN_LIMIT) return;
  const message = `${OPEN_LIMIT} of your imports of this kind are open: cancel those you do not need.`;
  throw new Refusal('LIMIT_REACHED', message);
}

/** What an earlier file of a pull would change is of no interest once there is a later one. */
async function giveUpEarlier(work: UnitOfWork, pullId: string): Promise<void> {
  const earlier = await work.em.execute<{ id: string }[]>(
    `select i.id from catalog.file_import i join catalog.upload u on u.id = i.upload_id
     where u.pull_id = ? and i.state in ('mapping', 'compared') for update of i`,
    [pullId],
  );
  for (const { id } of earlier) await settleImport(work, id, ImportState.CANCELLED);
}

/**
 * Begins the import of a file that was fetched for a pull, in the name of who set it up. Where its columns were confirmed
 * before it is read and compared at once; somebody approves it. @throws Refusal with the reason that the pull's owners read.
 */
export async function importPulled(
  { run, files, imports }: { readonly run: Run; readonly files: ImportFiles; readonly imports: ImportRunner },
  uploadId: string,
  pull: Pick<BeginWish, 'kind' | 'organisationId' | 'accountId' | 'complete'> & { readonly id: string },
): Promise<FileImportRow> {
  const { id: pullId, kind, organisationId, accountId, complete } = pull;
  const file = await files.open(uploadId);
  const wish = { kind, organisationId, accountId, complete, uploadId, pullId, options: {} };
  const row = await beginImport(run, file, wish);
  imports.nudge();
  return row;
}

const organisationKind = {
  [ImportKind.STORES]: 'retailer',
  [ImportKind.PRODUCTS]: 'retailer',
  [ImportKind.OFFERS]: 'retailer',
  [ImportKind.CHARITIES]: null,
  [ImportKind.OFFICERS]: 'department',
} as const;

/** For whom an import is made: null for administrators' imports of everybody's things. @throws Refusal FORBIDDEN, BAD_USER_INPUT. */
function ownerOf({ caller }: CatalogCall, kind: ImportKind, asked: string | null): string | null {
  const owner = organisationKind[kind];
  if (caller.scopes.includes('administrator')) {
    if (kind === ImportKind.OFFICERS && asked === null) {
      throw new Refusal('BAD_USER_INPUT', 'organisationId must name the department whose officers they are.');
    }
    if (owner === null && asked !== null) {
      throw new Refusal('BAD_USER_INPUT', 'organisationId is for imports of retailers and departments.');
    }
    return asked?.toLowerCase() ?? null;
  }
  const own = owner === null ? [] : organisationsOf(caller, owner);
  const only = asked?.toLowerCase() ?? (own.length === 1 ? own[0] : undefined);
  if (only === undefined && own.length > 1) {
    throw new Refusal('BAD_USER_INPUT', 'organisationId must say which of your organisations the file is about.');
  }
  if (only === undefined || !own.includes(only)) {
    throw new Refusal('FORBIDDEN', 'This is for administrators and for those who act for the organisation.');
  }
  return only;
}

/** Begins a change in the name of the organisation. @throws Refusal FORBIDDEN, NOT_FOUND, LISTING_STATE. */
async function beginFor(
  work: UnitOfWork,
  caller: Caller,
  kind: ImportKind,
  organisationId: string | null,
): Promise<void> {
  const owner = organisationKind[kind];
  if (organisationId !== null && owner !== null) await beginChange(work, caller, { kind: owner, id: organisationId });
}

/** The same where nobody calls. @throws Refusal LISTING_STATE. */
async function refuseUnlisted(em: EntityManager, kind: ImportKind, organisationId: string | null): Promise<void> {
  if (organisationId === null) return;
  const [organisation] = await em.execute<{ status: string }[]>(
    'select status from catalog.organisation where id = ? and kind = ?',
    [organisationId, organisationKind[kind]],
  );
  if (organisation?.status !== 'LISTED') throw new Refusal('LISTING_STATE');
}

/** The import, where the caller may see it. @throws Refusal NOT_FOUND, FORBIDDEN. */
export async function importFor(call: CatalogCall, em: EntityManager, id: string): Promise<FileImportRow> {
  return seenBy(call.caller, em, await readImport(em, id));
}

async function seenBy(caller: Caller, em: EntityManager, row: FileImportRow): Promise<FileImportRow> {
  const { organisation_id: organisationId, kind } = row;
  const owner = organisationKind[kind];
  if (caller.scopes.includes('administrator')) return row;
  if (organisationId === null || owner === null || !organisationsOf(caller, owner).includes(organisationId)) {
    throw new Refusal('NOT_FOUND', 'There is no such import.');
  }
  await requireRole(em, caller, { kind: owner, id: organisationId }, MemberRole.VIEWER);
  return row;
}

/** The import, locked, where the caller may go on with it. @throws Refusal NOT_FOUND, FORBIDDEN, LISTING_STATE. */
async function lockFor({ caller }: CatalogCall, work: UnitOfWork, id: string): Promise<FileImportRow> {
  const row = await seenBy(caller, work.em, await readImport(work.em, id, 'for update'));
  await beginFor(work, caller, row.kind, row.organisation_id);
  return row;
}

/** Confirms what the columns hold, and has the file read and compared. @throws Refusal NOT_FOUND, BAD_USER_INPUT, IMPORT_STATE. */
export async function mapFileImport(
  call: CatalogCall,
  id: string,
  columns: readonly { readonly field: string; readonly column: number }[],
  complete: boolean | null | undefined,
): Promise<FileImportRow> {
  const row = await call.work(async (work) => {
    const { em, now } = work;
    const before = await lockFor(call, work, id);
    if (before.state !== ImportState.MAPPING && before.state !== ImportState.COMPARED) throw stateOf(before);
    const kind = importKinds[before.kind];
    const mapping = checkMapping(kind, before.opened.header, columns, before.organisation_id !== null);
    const isComplete = complete ?? before.complete;
    if (isComplete && !kind.listed)
      throw new Refusal('BAD_USER_INPUT', 'No file of this kind is taken to be complete.');
    await em.execute(
      `insert into catalog.file_import_mapping (source, header_print, mapping, saved_at) values (?, ?, cast(? as jsonb), ?)
       on conflict (source, header_print) do update set mapping = excluded.mapping, saved_at = excluded.saved_at`,
      [before.source, printOfHeader(before.opened.header), JSON.stringify(mapping), now],
    );
    await em.execute(
      `update catalog.file_import set state = 'reading', mapping = cast(? as jsonb), complete = ?, digest = null, approved_by = null,
         approved_at = null, seconded_by = null, rows_read = 0, rows_staged = 0, rows_refused = 0, rows_corrected = 0,
         rows_new = null, rows_changed = null, rows_same = null, rows_missing = null, attempts = 0, updated_at = ? where id = ?`,
      [JSON.stringify(mapping), isComplete, now, id],
    );
    work.announce(progressChannel(id), { id });
    return readImport(em, id);
  });
  call.services.imports.nudge();
  return row;
}

/**
 * Approves what was compared; where much would be archived, two have to, and one of them an administrator who is not the
 * first. @throws Refusal NOT_FOUND, IMPORT_STATE, IMPORT_CHANGED, IMPORT_BUSY, FORBIDDEN.
 */
export async function approveFileImport(call: CatalogCall, id: string, digest: string): Promise<FileImportRow> {
  const row = await call.work(async (work) => {
    const { em, now } = work;
    const before = await lockFor(call, work, id);
    if (before.state !== ImportState.COMPARED) throw stateOf(before);
    if (before.digest !== digest) throw new Refusal('IMPORT_CHANGED');
    if (await appliedSince(em, before)) {
      await compareAgain(work, before);
      return readImport(em, id);
    }
    if (needsSecond(before)) {
      const { approved_by: first } = before;
      if (first === null) {
        await em.execute(
          'update catalog.file_import set approved_by = ?, approved_at = ?, updated_at = ? where id = ?',
          [...[call.accountId, now, now, id]],
        );
        work.announce(progressChannel(id), { id });
        return readImport(em, id);
      }
      if (first === call.accountId || !call.caller.scopes.includes('administrator')) {
        throw new Refusal(
          'FORBIDDEN',
          'So much would be archived that an administrator other than the first has to approve it.',
        );
      }
    }
    await startWriting(work, before, ImportState.APPLYING);
    await em.execute(
      `update catalog.file_import set seconded_by = case when approved_by is null then null else cast(? as uuid) end,
         approved_by = coalesce(approved_by, ?), approved_at = coalesce(approved_at, ?) where id = ?`,
      [call.accountId, call.accountId, now, id],
    );
    return readImport(em, id);
  });
  call.services.imports.nudge();
  if (row.state === ImportState.READING) {
    throw new Refusal('IMPORT_CHANGED', 'Another import was applied since the comparison: this one is compared again.');
  }
  return row;
}

/** Whether another import of what this one is about wrote something after this one was compared. */
async function appliedSince(em: EntityManager, row: FileImportRow): Promise<boolean> {
  const [later] = await em.execute<unknown[]>(
    `select 1 from catalog.file_import o join catalog.file_import i on i.kind = o.kind and i.id <> o.id
     where i.id = ? and o.chunk > 0 and o.updated_at > i.compared_at and o.state in ('applied', 'undone', 'cancelled', 'failed')
       and (o.source = i.source or o.organisation_id is null or i.organisation_id is null) limit 1`,
    [row.id],
  );
  return later !== undefined;
}

async function compareAgain({ em, now, announce }: UnitOfWork, { id }: FileImportRow): Promise<void> {
  await em.execute(
    `update catalog.file_import set state = 'reading', digest = null, approved_by = null, attempts = 0, updated_at = ? where id = ?`,
    [now, id],
  );
  announce(progressChannel(id), { id });
}

/** @throws Refusal IMPORT_BUSY while another import of the source is written. */
async function startWriting(work: UnitOfWork, row: FileImportRow, state: ImportState): Promise<void> {
  const { em, now } = work;
  // Two who begin at once wait for each other here, and the second is told.
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`catalog imports ${row.source}`]);
  const [other] = await em.execute<{ state: string }[]>(
    `select state from catalog.file_import where source = ? and id <> ? and state in ('applying', 'undoing')`,
    [row.source, row.id],
  );
  if (other) {
    const what = other.state === ImportState.UNDOING ? 'undone' : 'applied';
    throw new Refusal('IMPORT_BUSY', `Another import of the same things is being ${what}; try again when it is done.`);
  }
  await em.execute(
    `update catalog.file_import set state = ?, attempts = 0, stop_asked = false, failure = null, updated_at = ? where id = ?`,
    [state, now, row.id],
  );
  work.announce(progressChannel(row.id), { id: row.id });
}

const ENDED: readonly ImportState[] = [
  ImportState.APPLIED,
  ImportState.UNDONE,
  ImportState.CANCELLED,
  ImportState.FAILED,
];

/** Stops an import; the chunk under way is finished. Stopping it twice changes nothing. @throws Refusal NOT_FOUND, IMPORT_STATE. */
export async function cancelFileImport(call: CatalogCall, id: string): Promise<FileImportRow> {
  const row = await call.work(async (work) => {
    const before = await lockFor(call, work, id);
    if (before.state === ImportState.CANCELLED) return before;
    if (ENDED.includes(before.state) || before.state === ImportState.UNDOING) throw stateOf(before);
    if (before.state === ImportState.MAPPING || before.state === ImportState.COMPARED) {
      await settleImport(work, id, ImportState.CANCELLED);
    } else {
      await work.em.execute('update catalog.file_import set stop_asked = true, updated_at = ? where id = ?', [
        work.now,
        id,
      ]);
    }
    return readImport(work.em, id);
  });
  call.services.imports.nudge();
  return row;
}

/** Has what was applied put back. @throws Refusal NOT_FOUND, IMPORT_STATE, IMPORT_BUSY. */
export async function undoFileImport(call: CatalogCall, id: string): Promise<FileImportRow> {
  const row = await call.work(async (work) => {
    const before = await lockFor(call, work, id);
    const isDone = ENDED.includes(before.state) && before.state !== ImportState.UNDONE;
    if (!isDone || before.rows_applied === 0) throw stateOf(before);
    await startWriting(work, before, ImportState.UNDOING);
    for (const statement of dropTables(id)) await work.em.execute(statement);
    return readImport(work.em, id);
  });
  call.services.imports.nudge();
  return row;
}

function stateOf({ state, rows_applied: applied }: FileImportRow): Refusal {
  const about = state === ImportState.CANCELLED && applied === 0 ? 'cancelled, and nothing was applied' : state;
  return new Refusal('IMPORT_STATE', `The import is ${about}: that does not go with this.`);
}
