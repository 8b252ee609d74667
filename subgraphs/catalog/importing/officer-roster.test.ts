import { randomUUID } from 'node:crypto';
import type { Caller } from '../../kernel/caller.ts';
import { officerDigest } from './officer-digest.ts';
import { type ImportDesk, join, openImportDesk } from './testing/import-desk.ts';

let desk: ImportDesk;
const departmentId = randomUUID();
const member: Caller = {
  accountId: randomUUID(),
  scopes: ['citizen', 'department'],
  organisations: [`department:${departmentId}`],
};

beforeEach(async () => {
  desk = await openImportDesk();
  await desk.subject.em().execute(
    `insert into catalog.organisation (id, kind, legal_name, status, listed_at)
     values (?, 'department', 'Austin Police Department', 'LISTED', now())`,
    [departmentId],
  );
  await join(desk, member, departmentId);
});

afterEach(() => desk.close());

const roster = (...emails: readonly string[]) =>
  ['Name,Badge,E-Mail', ...emails.map((email, index) => `Officer ${index},${index + 100},${email}`)].join('\n');

test('the hash of an e-mail is the one that identity makes', () => {
  // The same words stand in identity's test of it: neither domain can ask the other.
  expect(officerDigest(Buffer.alloc(32, 7))(' Officer@Police.example ')).toBe(
    'aciQ9gmoW3YbGiAA4Vw4CfmyW1UpEMfAaeGCbFeCr3g',
  );
});

test('a department lists its officers by nothing but a keyed hash of their e-mails', async () => {
  const file = roster('one@police.example', 'TWO@police.example ', 'not an address', 'one@Police.example');
  const opened = await desk.open('OFFICERS', file, {}, member);
  expect(opened.ignoredColumns).toEqual(['Name', 'Badge']);
  const compared = await desk.compare(opened, {}, member);
  expect(compared).toMatchObject({ rowsRead: 4, rowsNew: 2, rowsRefused: 2 });
  await desk.approve(compared, member);
  expect(await desk.finished(opened.id, member)).toMatchObject({ state: 'APPLIED', rowsApplied: 2 });
  const digest = officerDigest(desk.subject.configuration.secretKey);
  const told = await desk.subject.recorded('officer.rostered');
  expect(told.map(({ emailDigest }) => emailDigest).sort()).toEqual(
    [digest('one@police.example'), digest('two@police.example')].sort(),
  );
  expect(told[0]).toMatchObject({ departmentId, departmentName: 'Austin Police Department' });
});

test('no table of the catalog holds an e-mail, a name or a badge of the file, and the file itself goes', async () => {
  const done = await desk.take('OFFICERS', roster('secret@police.example', '=bad@police.example,'), {}, member);
  const tables = await desk.subject
    .em()
    .execute<{ name: string }[]>(
      "select table_name as name from information_schema.tables where table_schema = 'catalog'",
    );
  for (const { name } of tables) {
    const rows = await desk.subject.em().execute(`select t::text as text from catalog."${name}" t`);
    expect(JSON.stringify(rows)).not.toMatch(/police\.example|Officer 0|Officer 1/);
  }
  const { refusedImportRows } = await desk.ask(
    'query ($id: ID!) { refusedImportRows(importId: $id) { content } }',
    { id: done.id },
    member,
  );
  expect(refusedImportRows.content).toMatch(/^line,reason\r\n3,/);
  expect(refusedImportRows.content).not.toContain('police.example');
  const uploads = await desk.subject.em().execute('select state from catalog.upload');
  expect(uploads).toEqual([{ state: 'DELETED' }]);
});

test('while it is compared, the staged rows hold no e-mail either', async () => {
  const compared = await desk.compare(
    await desk.open('OFFICERS', roster('secret@police.example'), {}, member),
    {},
    member,
  );
  for (const table of ['staged', 'diff']) {
    const rows = await desk.subject
      .em()
      .execute(`select t::text as text from catalog.${table}_${compared.id.replaceAll('-', '')} t`);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toMatch(/@|secret/);
  }
  expect(await desk.changes(compared.id, member)).toMatchObject([{ action: 'NEW', key: 'an officer', values: [] }]);
});

test('a complete list retires whom it lacks, and undoing brings them back', async () => {
  await desk.take('OFFICERS', roster('one@police.example', 'two@police.example'), {}, member);
  const done = await desk.take('OFFICERS', roster('one@police.example'), { complete: true }, member);
  expect(done).toMatchObject({ state: 'APPLIED', rowsSame: 1, rowsMissing: 1 });
  const digest = officerDigest(desk.subject.configuration.secretKey);
  expect(await desk.subject.recorded('officer.retired')).toMatchObject([{ emailDigest: digest('two@police.example') }]);
  expect(await desk.undo(done.id, member)).toMatchObject({ rowsUndone: 1, rowsKept: 0 });
  expect(await desk.subject.recorded('officer.rostered')).toHaveLength(3);
});

test('a department touches its own officers alone, and administrators say whose they are', async () => {
  const other = randomUUID();
  await desk.subject
    .em()
    .execute(
      `insert into catalog.organisation (id, kind, legal_name, status, listed_at) values (?, 'department', 'Other', 'LISTED', now())`,
      [other],
    );
  const file = roster('one@police.example');
  expect(await desk.open('OFFICERS', file, { organisationId: other }, member)).toMatchObject({ code: 'FORBIDDEN' });
  expect(await desk.open('OFFICERS', file)).toMatchObject({ code: 'BAD_USER_INPUT' });
  expect(await desk.open('OFFICERS', file, { organisationId: randomUUID() })).toMatchObject({ code: 'NOT_FOUND' });
  await desk.take('OFFICERS', file, { organisationId: other });
  const emptied = await desk.take('OFFICERS', roster('two@police.example'), { complete: true }, member);
  expect(emptied).toMatchObject({ rowsMissing: 0 });
});

test('a suspended department vouches for nobody until it is reinstated, and one that ends for nobody any more', async () => {
  await desk.take('OFFICERS', roster('one@police.example', 'two@police.example'), {}, member);
  await desk.take('OFFICERS', roster('one@police.example'), { complete: true }, member);
  const told = async () => [
    (await desk.subject.recorded('officer.rostered')).length,
    (await desk.subject.recorded('officer.retired')).length,
  ];
  const standing = (mutation: string, type: string) =>
    desk.ask(`mutation ($input: ${type}!) { ${mutation}(input: $input) { organisation { status } } }`, {
      input: { organisationId: departmentId, reason: 'Looked into.' },
    });
  expect(await told()).toEqual([2, 1]);
  await standing('suspendOrganisation', 'SuspendOrganisationInput');
  expect(await told()).toEqual([2, 2]);
  // What an administrator lists meanwhile counts from the reinstatement on.
  await desk.take('OFFICERS', roster('three@police.example'), { organisationId: departmentId });
  expect(await told()).toEqual([2, 2]);
  await standing('reinstateOrganisation', 'ReinstateOrganisationInput');
  expect(await told()).toEqual([4, 2]);
  await standing('archiveOrganisation', 'ArchiveOrganisationInput');
  expect(await told()).toEqual([4, 4]);
});

test('a file without a header, whose first line names people, is refused before any of it is kept', async () => {
  const opened = await desk.open('OFFICERS', 'first@police.example,12\nsecond@police.example,13', {}, member);
  expect(opened).toMatchObject({ code: 'IMPORT_UNREADABLE' });
  expect(await desk.subject.em().execute('select 1 from catalog.file_import')).toEqual([]);
});
