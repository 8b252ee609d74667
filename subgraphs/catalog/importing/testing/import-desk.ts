/* The catalog with somebody at its imports: files are put where uploads lie, and questions are asked as the console asks. */
import { randomUUID } from 'node:crypto';
import type { Caller } from '../../../kernel/caller.ts';
import { openTestSubgraph, type TestSubgraph, type TestSubgraphOptions } from '../../../kernel/testing/harness.ts';
import { type CatalogServices, catalog } from '../../catalog.ts';

export const administrator: Caller = { accountId: randomUUID(), scopes: ['administrator'] };

const FIELDS = `id state failure fileName encodingAssumed columns { field column header trust isKey isNeededForNew } ignoredColumns
  rowsRead rowsStaged rowsRefused rowsCorrected rowsNew rowsChanged rowsSame rowsMissing digest needsSecondApproval approved
  rowsApplied rowsPassed chunk rowsUndone rowsKept`;

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
type Answer = any;

export interface Column {
  readonly field: string;
  readonly column: number | null;
}

export interface ImportDesk {
  readonly subject: TestSubgraph<CatalogServices>;
  /** Answers data, or `{ code, message }`. */
  ask(query: string, variables?: object, caller?: Caller): Promise<Answer>;
  /** Keeps a file as an upload of this account. */
  upload(content: string | Buffer, name?: string, caller?: Caller): Promise<string>;
  open(kind: string, content: string | Buffer, more?: object, caller?: Caller): Promise<Answer>;
  /** Confirms what was suggested, and waits until it is compared. */
  compare(
    opened: { readonly id: string; readonly columns: readonly Column[] },
    more?: object,
    caller?: Caller,
  ): Promise<Answer>;
  /** Approves what was compared; `finished` waits until it is applied. */
  approve(compared: { readonly id: string; readonly digest: string }, caller?: Caller): Promise<Answer>;
  undo(id: string, caller?: Caller): Promise<Answer>;
  cancel(id: string, caller?: Caller): Promise<Answer>;
  /** The import once this process can do no more for it. */
  finished(id: string, caller?: Caller): Promise<Answer>;
  /** From file to applied. */
  take(kind: string, content: string | Buffer, more?: object, caller?: Caller): Promise<Answer>;
  problems(id: string, caller?: Caller): Promise<Answer[]>;
  changes(id: string, caller?: Caller): Promise<Answer[]>;
  close(): Promise<void>;
}

export async function openImportDesk(options: TestSubgraphOptions = {}): Promise<ImportDesk> {
  const subject = await openTestSubgraph(catalog, options);
  const desk: ImportDesk = {
    subject,
    async ask(query, variables = {}, caller = administrator) {
      const { data, errors } = await subject.execute(query, variables, caller);
      return errors ? { code: errors[0]?.extensions?.code, message: errors[0]?.message } : data;
    },
    async upload(content, name = 'file.csv', caller = administrator) {
      const bytes = Buffer.from(content);
      const wish = { fileName: name, contentType: 'text/csv' };
      const kept = await subject.services.uploads.keep(
        randomUUID(),
        wish,
        (async function* () {
          yield bytes;
        })(),
        bytes.length + 1,
      );
      await subject
        .em()
        .execute('update catalog.upload set account_id = ?, pull_id = null where id = ?', [caller.accountId, kept.id]);
      return kept.id;
    },
    async open(kind, content, more = {}, caller = administrator) {
      const input = { kind, uploadId: await desk.upload(content, 'file.csv', caller), ...more };
      const answer = await desk.ask(
        `mutation ($input: OpenFileImportInput!) { openFileImport(input: $input) { import { ${FIELDS} } } }`,
        { input },
        caller,
      );
      return answer.openFileImport?.import ?? answer;
    },
    async compare({ id, columns }, more = {}, caller = administrator) {
      const known = columns.flatMap(({ field, column }) => (column === null ? [] : [{ field, column }]));
      const answer = await desk.ask(
        `mutation ($input: MapFileImportInput!) { mapFileImport(input: $input) { import { ${FIELDS} } } }`,
        { input: { importId: id, columns: known, ...more } },
        caller,
      );
      return answer.mapFileImport ? desk.finished(id, caller) : answer;
    },
    async approve({ id, digest }, caller = administrator) {
      const answer = await desk.ask(
        `mutation ($input: ApproveFileImportInput!) { approveFileImport(input: $input) { import { ${FIELDS} } } }`,
        { input: { importId: id, digest } },
        caller,
      );
      return answer.approveFileImport?.import ?? answer;
    },
    async undo(id, caller = administrator) {
      const answer = await desk.ask(
        `mutation ($input: FileImportInput!) { undoFileImport(input: $input) { import { ${FIELDS} } } }`,
        { input: { importId: id } },
        caller,
      );
      return answer.undoFileImport ? desk.finished(id, caller) : answer;
    },
    async cancel(id, caller = administrator) {
      const answer = await desk.ask(
        `mutation ($input: FileImportInput!) { cancelFileImport(input: $input) { import { ${FIELDS} } } }`,
        { input: { importId: id } },
        caller,
      );
      return answer.cancelFileImport ? desk.finished(id, caller) : answer;
    },
    async finished(id, caller = administrator) {
      await subject.services.imports.idle();
      const answer = await desk.ask(`query ($id: ID!) { fileImport(id: $id) { ${FIELDS} } }`, { id }, caller);
      return answer.fileImport ?? answer;
    },
    async take(kind, content, more = {}, caller = administrator) {
      const opened = await desk.open(kind, content, more, caller);
      if (!opened.id) return opened;
      const compared = await desk.compare(opened, {}, caller);
      if (compared.state !== 'COMPARED') return compared;
      const approved = await desk.approve(compared, caller);
      return approved.id ? desk.finished(approved.id, caller) : approved;
    },
    async problems(id, caller = administrator) {
      const { fileImport } = await desk.ask(
        `query ($id: ID!) { fileImport(id: $id) { problems(first: 100) { edges { node { line column code reason refused } } } } }`,
        { id },
        caller,
      );
      return fileImport.problems.edges.map(({ node }: { node: Answer }) => node);
    },
    async changes(id, caller = administrator) {
      const { fileImport } = await desk.ask(
        `query ($id: ID!) { fileImport(id: $id) { changes(first: 100) { edges { node {
           action line key values { field before after } } } } } }`,
        { id },
        caller,
      );
      return fileImport.changes.edges.map(({ node }: { node: Answer }) => node);
    },
    close: () => subject.close(),
  };
  return desk;
}

export const storesHeader = 'name,category,street,city,state,zip,latitude,longitude';
export const shop = (name: string) => `${name},Books,1 Main St,Austin,TX,78701,30.27,-97.74`;

/** Lists a retailer by an import. @returns its id. */
export async function listRetailer(desk: ImportDesk, name = 'Shop'): Promise<string> {
  await desk.take('STORES', [storesHeader, shop(name)].join('\n'));
  const [row] = await desk.subject
    .em()
    .execute<{ id: string }[]>('select id from catalog.retailer where name = ?', [name]);
  return row?.id ?? '';
}

/** Makes the caller a member of an organisation. */
export async function join(desk: ImportDesk, caller: Caller, organisationId: string, role = 'EDITOR'): Promise<void> {
  await desk.subject
    .em()
    .execute(
      'insert into catalog.organisation_member (organisation_id, account_id, role, since) values (?, ?, ?, now())',
      [...[organisationId, caller.accountId, role]],
    );
}
