import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Caller } from '../../kernel/caller.ts';
import { ManualClock } from '../../kernel/clock.ts';
import { LEASE_MILLISECONDS } from './apply-import.ts';
import { diffOf, stageOf } from './staging.ts';
import { administrator, type ImportDesk, join, listRetailer, openImportDesk } from './testing/import-desk.ts';

let desk: ImportDesk;

beforeEach(async () => {
  desk = await openImportDesk();
  await listRetailer(desk);
});

afterEach(() => desk.close());

const header = 'retailer,sku,name,price_usd';
const products = (count: number, price = '1.00') =>
  [header, ...Array.from({ length: count }, (_, index) => `Shop,P-${index},Pen ${index},${price}`)].join('\n');

async function counts(): Promise<unknown> {
  const [row] = await desk.subject.em().execute<unknown[]>(
    `select (select count(*) from catalog.product)::int as products,
       (select count(*) from catalog.file_import_change c join catalog.file_import i on i.id = c.import_id
          where i.kind = 'products')::int as kept,
       (select count(*) from catalog.listing_change where kind = 'PRODUCT')::int as told`,
  );
  return row;
}

/** Approved, with nobody here to go on with it. */
async function approvedAndLeft(count: number) {
  const compared = await desk.compare(await desk.open('PRODUCTS', products(count)));
  await desk.subject.services.imports.close();
  expect(await desk.approve(compared)).toMatchObject({ state: 'APPLYING' });
  return compared;
}

/** Another node on the same database, later than any lease. */
async function nextNode(): Promise<ImportDesk> {
  const clock = new ManualClock();
  clock.advance(LEASE_MILLISECONDS * 2);
  return openImportDesk({ databaseUrl: desk.subject.databaseUrl, clock });
}

test('what a process leaves that is killed in the middle of applying is finished by the next, each row once', async () => {
  const { id } = await approvedAndLeft(45_000);
  const child = fork(
    fileURLToPath(new URL('testing/import-process.ts', import.meta.url)),
    [desk.subject.databaseUrl, id],
    {
      execArgv: ['--import', fileURLToPath(new URL('../../kernel/typescript.js', import.meta.url))],
    },
  );
  const [message] = await once(child, 'message');
  expect(message).toEqual({ chunk: true });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const { products: applied } = (await counts()) as { products: number };
  expect(applied).toBeGreaterThanOrEqual(10_000);
  expect(applied).toBeLessThan(45_000);
  expect(applied % 10_000).toBe(0);
  const next = await nextNode();
  expect(await next.finished(id)).toMatchObject({ state: 'APPLIED', rowsApplied: 45_000, chunk: 5 });
  await next.close();
  expect(await counts()).toEqual({ products: 45_000, kept: 45_000, told: 45_000 });
}, 60_000);

test('a node that closes lets go of an import, and another goes on with it at once', async () => {
  const compared = await desk.compare(await desk.open('PRODUCTS', products(30_000)));
  const progress = await desk.subject.subscribe(
    'subscription ($id: ID!) { importProgress(id: $id) { state chunk } }',
    { id: compared.id },
    administrator,
  );
  await progress.next();
  await desk.approve(compared);
  for (let chunk = 0; chunk < 1; ) chunk = (await progress.next()).value.data.importProgress.chunk;
  await desk.subject.services.imports.close();
  await progress.return?.();
  const other = await openImportDesk({ databaseUrl: desk.subject.databaseUrl, clock: desk.subject.clock });
  expect(await other.finished(compared.id)).toMatchObject({ state: 'APPLIED', rowsApplied: 30_000, chunk: 3 });
  await other.close();
  expect(await counts()).toEqual({ products: 30_000, kept: 30_000, told: 30_000 });
}, 60_000);

test('two nodes that look at the same time apply an import once', async () => {
  const other = await openImportDesk({ databaseUrl: desk.subject.databaseUrl, clock: desk.subject.clock });
  for (let round = 0; round < 3; round++) {
    const compared = await desk.compare(await desk.open('PRODUCTS', products(200, `${round + 1}.00`)));
    await desk.approve(compared);
    other.subject.services.imports.nudge();
    await other.finished(compared.id);
    expect(await desk.finished(compared.id)).toMatchObject({ state: 'APPLIED', rowsApplied: 200, chunk: 1 });
  }
  await other.close();
  expect(await counts()).toEqual({ products: 200, kept: 600, told: 600 });
});

test('whoever lost the lease writes nothing more', async () => {
  const { id } = await approvedAndLeft(10);
  const { applyChunk } = await import('./apply-import.ts');
  const next = await nextNode();
  await next.finished(id);
  const before = await counts();
  // A token of before: as of a process that slept while its lease ran out.
  const outcome = await desk.subject
    .em()
    .transactional((em) =>
      applyChunk(
        { em, now: new Date(), newId: randomUUID, record: () => undefined, announce: () => undefined },
        id,
        randomUUID(),
      ),
    );
  expect(outcome).toBe('lost');
  expect(await counts()).toEqual(before);
  await next.close();
});

test('rows that the database server lost in a crash are read again from the file, and approved again', async () => {
  const { id } = await approvedAndLeft(20);
  // What PostgreSQL does to unlogged tables after a crash.
  await desk.subject.em().execute(`truncate ${diffOf(id)}`);
  await desk.subject.em().execute(`truncate ${stageOf(id)}`);
  const next = await openImportDesk(sameFiles());
  const again = await next.finished(id);
  expect(again).toMatchObject({ state: 'COMPARED', rowsNew: 20, approved: false, rowsApplied: 0 });
  await next.approve(again);
  expect(await next.finished(id)).toMatchObject({ state: 'APPLIED', rowsApplied: 20 });
  await next.close();
});

/** Another node, with the files of the first. */
const sameFiles = () => ({
  databaseUrl: desk.subject.databaseUrl,
  configuration: { dataFolder: desk.subject.configuration.dataFolder, secretKey: desk.subject.configuration.secretKey },
});

test('a file that nobody finished reading is read again from its beginning', async () => {
  const opened = await desk.open('PRODUCTS', `${products(30)}\nShop,,Bad,1.00`);
  await desk.subject.services.imports.close();
  await desk.compare(opened);
  // As of a process that died while it read: rows that it counted, a reason that it told, half of a table.
  await desk.subject
    .em()
    .execute('update catalog.file_import set rows_read = 7, rows_staged = 6 where id = ?', [opened.id]);
  await desk.subject
    .em()
    .execute(
      `insert into catalog.file_import_problem (import_id, line, code, reason, refused) values (?, 3, 'FORMAT', 'Half.', true)`,
      [opened.id],
    );
  await desk.subject.em().execute(`create unlogged table ${stageOf(opened.id)} (line integer)`);
  const next = await openImportDesk(sameFiles());
  expect(await next.finished(opened.id)).toMatchObject({
    ...{ state: 'COMPARED', rowsRead: 31, rowsStaged: 30, rowsNew: 30, rowsRefused: 1 },
  });
  expect(await next.problems(opened.id)).toMatchObject([{ line: 32, code: 'MISSING' }]);
  await next.close();
});

test('rows that were lost after a part was applied are read again, and no part is applied twice', async () => {
  const { id } = await approvedAndLeft(12_000);
  const { applyChunk } = await import('./apply-import.ts');
  const token = randomUUID();
  await desk.subject.em().execute('update catalog.file_import set lease_token = ? where id = ?', [token, id]);
  const quiet = { newId: () => desk.subject.newId(), record: () => undefined, announce: () => undefined };
  await desk.subject.em().transactional((em) => applyChunk({ em, now: new Date(), ...quiet }, id, token));
  await desk.subject
    .em()
    .execute('update catalog.file_import set lease_token = null, lease_until = null where id = ?', [id]);
  await desk.subject.em().execute(`truncate ${diffOf(id)}`);
  await desk.subject
    .em()
    .execute("update catalog.product set price_cents = 5, version = version + 1 where sku = 'P-1'");
  const next = await openImportDesk(sameFiles());
  const again = await next.finished(id);
  expect(again).toMatchObject({
    ...{ state: 'COMPARED', rowsApplied: 10_000, rowsNew: 2_000, rowsChanged: 1, rowsSame: 9_999 },
  });
  await next.approve(again);
  expect(await next.finished(id)).toMatchObject({ state: 'APPLIED', rowsApplied: 12_001 });
  expect(await counts()).toMatchObject({ products: 12_000, kept: 12_001 });
  expect(await next.undo(id)).toMatchObject({ state: 'UNDONE', rowsUndone: 12_000, rowsKept: 1 });
  await next.close();
}, 60_000);

test('an import that is stopped while it is read is cancelled, and changes nothing', async () => {
  const opened = await desk.open('PRODUCTS', products(30));
  await desk.subject.services.imports.close();
  await desk.compare(opened);
  expect(await desk.cancel(opened.id)).toMatchObject({ state: 'READING' });
  const next = await openImportDesk(sameFiles());
  expect(await next.finished(opened.id)).toMatchObject({ state: 'CANCELLED', rowsApplied: 0 });
  expect(await next.undo(opened.id)).toMatchObject({ code: 'IMPORT_STATE' });
  expect(await next.cancel(opened.id)).toMatchObject({ state: 'CANCELLED' });
  await next.close();
  expect(await counts()).toMatchObject({ products: 0 });
});

test('a fault of ours is tried again when the lease has ended, and fails in the end with a number to quote', async () => {
  const opened = await desk.open('PRODUCTS', products(3));
  const { importFiles } = desk.subject.services as { importFiles: { open: unknown } };
  importFiles.open = async () => {
    throw new Error('the storage is on fire');
  };
  expect(await desk.compare(opened)).toMatchObject({ state: 'READING' });
  for (let attempt = 2; attempt <= 5; attempt++) {
    desk.subject.clock.advance(LEASE_MILLISECONDS + 1);
    await desk.finished(opened.id);
  }
  const failed = await desk.finished(opened.id);
  expect(failed).toMatchObject({ state: 'FAILED' });
  const { fileImport } = await desk.ask('query ($id: ID!) { fileImport(id: $id) { failure } }', { id: opened.id });
  expect(fileImport.failure).toContain(opened.id);
  expect(fileImport.failure).not.toContain('fire');
});

test('an import that is stopped keeps what was applied, and can be undone', async () => {
  const { id } = await approvedAndLeft(25_000);
  const next = await nextNode();
  const progress = await next.subject.subscribe(
    'subscription ($id: ID!) { importProgress(id: $id) { state chunk } }',
    { id },
    administrator,
  );
  for (let chunk = 0; chunk < 1; ) chunk = (await progress.next()).value.data.importProgress.chunk;
  await progress.return?.();
  const stopped = await next.cancel(id);
  expect(['CANCELLED', 'APPLIED']).toContain(stopped.state);
  const { products: applied } = (await counts()) as { products: number };
  expect(stopped.rowsApplied).toBe(applied);
  expect(await next.undo(id)).toMatchObject({ state: 'UNDONE', rowsUndone: applied, rowsKept: 0 });
  const [open] = await next.subject
    .em()
    .execute<{ many: number }[]>('select count(*)::int as many from catalog.product where archived_at is null');
  expect(open?.many).toBe(0);
  await next.close();
}, 60_000);

test('a row that somebody edits after it was compared is passed over and said to be', async () => {
  await desk.take('PRODUCTS', products(3));
  const compared = await desk.compare(await desk.open('PRODUCTS', `${products(3, '2.00')}\nShop,NEW,Ink,1.00`));
  await desk.subject
    .em()
    .execute("update catalog.product set price_cents = 5, version = version + 1 where sku = 'P-1'");
  await desk.subject.em().execute(
    `insert into catalog.product (id, retailer_id, sku, sku_key, name, name_key, price_cents)
     select gen_random_uuid(), retailer_id, 'new', 'new', 'Theirs', 'theirs', 1 from catalog.product limit 1`,
  );
  await desk.approve(compared);
  expect(await desk.finished(compared.id)).toMatchObject({ state: 'APPLIED', rowsApplied: 2, rowsPassed: 2 });
  expect((await desk.problems(compared.id)).map(({ line, code }) => [line, code])).toEqual([
    [3, 'CHANGED_MEANWHILE'],
    [5, 'CHANGED_MEANWHILE'],
  ]);
});

test('of forty who approve at once one has it applied, and of two imports of one source one waits', async () => {
  const compared = await desk.compare(await desk.open('PRODUCTS', products(50)));
  const second = await desk.compare(await desk.open('PRODUCTS', products(50, '2.00')));
  await desk.subject.services.imports.close();
  const answers = await Promise.all(Array.from({ length: 40 }, () => desk.approve(compared)));
  expect(answers.filter(({ id }) => id === compared.id)).toHaveLength(1);
  expect(new Set(answers.flatMap(({ code }) => (code ? [code] : [])))).toEqual(new Set(['IMPORT_STATE']));
  expect(await desk.approve(second)).toMatchObject({ code: 'IMPORT_BUSY' });
  const next = await nextNode();
  await next.finished(compared.id);
  // What was compared before the other was applied is compared again, and shown again.
  expect(await next.approve(second)).toMatchObject({ code: 'IMPORT_CHANGED' });
  await next.close();
  const last = await openImportDesk({
    databaseUrl: desk.subject.databaseUrl,
    configuration: {
      dataFolder: desk.subject.configuration.dataFolder,
      secretKey: desk.subject.configuration.secretKey,
    },
  });
  await last.finished(second.id);
  await last.close();
});

describe('who acts for a retailer', () => {
  let member: Caller;
  let retailerId: string;

  beforeEach(async () => {
    retailerId = (await desk.subject.em().execute<{ id: string }[]>('select id from catalog.retailer'))[0]?.id ?? '';
    member = { accountId: randomUUID(), scopes: ['citizen', 'retailer'], organisations: [`retailer:${retailerId}`] };
    await join(desk, member, retailerId);
  });

  test('imports its own things, whatever the file says whose they are', async () => {
    const other = await listRetailer(desk, 'Other');
    const file = [header, 'Other,P-1,Pen,1.00', ',P-2,Ink,2.00'].join('\n');
    expect(await desk.take('PRODUCTS', file, {}, member)).toMatchObject({ state: 'APPLIED', rowsApplied: 2 });
    const owners = await desk.subject.em().execute('select distinct retailer_id from catalog.product');
    expect(owners).toEqual([{ retailer_id: retailerId }]);
    expect(await desk.open('PRODUCTS', file, { organisationId: other }, member)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await desk.open('CHARITIES', file, {}, member)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await desk.open('OFFICERS', file, {}, member)).toMatchObject({ code: 'FORBIDDEN' });
  });

  test('may only look where that is the role', async () => {
    const opened = await desk.open('PRODUCTS', products(1), {}, member);
    await desk.subject.em().execute("update catalog.organisation_member set role = 'VIEWER'");
    expect(await desk.finished(opened.id, member)).toMatchObject({ state: 'MAPPING' });
    expect(await desk.compare(opened, {}, member)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await desk.open('PRODUCTS', products(1), {}, member)).toMatchObject({ code: 'FORBIDDEN' });
    await desk.subject.em().execute('delete from catalog.organisation_member');
    expect(await desk.finished(opened.id, member)).toMatchObject({ code: 'FORBIDDEN' });
  });

  test('touches nobody else even when names change hands between the comparison and the applying', async () => {
    const compared = await desk.compare(await desk.open('PRODUCTS', products(2), {}, member), {}, member);
    await desk.subject
      .em()
      .execute("update catalog.retailer set name = 'New', name_key = 'new' where id = ?", [retailerId]);
    await listRetailer(desk, 'Shop');
    await desk.approve(compared, member);
    expect(await desk.finished(compared.id, member)).toMatchObject({
      ...{ state: 'FAILED', failure: expect.stringContaining('renamed') },
    });
    expect(await counts()).toMatchObject({ products: 0 });
  });

  test('sees no import and no file of others', async () => {
    const theirs = await desk.open('PRODUCTS', products(1));
    expect(await desk.finished(theirs.id, member)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await desk.cancel(theirs.id, member)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await desk.undo(theirs.id, member)).toMatchObject({ code: 'NOT_FOUND' });
    const uploadId = await desk.upload(products(1));
    const answer = await desk.ask(
      'mutation ($input: OpenFileImportInput!) { openFileImport(input: $input) { import { id } } }',
      { input: { kind: 'PRODUCTS', uploadId } },
      member,
    );
    expect(answer).toMatchObject({ code: 'NOT_FOUND' });
    const { fileImports } = await desk.ask('{ fileImports { edges { node { id } } } }', {}, member);
    expect(fileImports.edges).toEqual([]);
  });

  test.each([{ scopes: [] }, { accountId: randomUUID(), scopes: ['citizen'] }] satisfies Caller[])(
    'and nobody else imports (%#)',
    async (stranger) => {
      const input = { kind: 'PRODUCTS', uploadId: randomUUID() };
      const mutation = 'mutation ($input: OpenFileImportInput!) { openFileImport(input: $input) { import { id } } }';
      expect((await desk.ask(mutation, { input }, stranger)).code).toMatch(/UNAUTHENTICATED|FORBIDDEN/);
    },
  );
});

test('an offer with vouchers that a complete file lacks is closed, not deleted', async () => {
  await desk.take(
    'OFFERS',
    ['retailer,title,price_points,value_usd', 'Shop,Coffee,10,4.00', 'Shop,Tea,8,3.00'].join('\n'),
  );
  const done = await desk.take('OFFERS', ['retailer,title,price_points,value_usd', 'Shop,Tea,8,3.00'].join('\n'), {
    complete: true,
  });
  expect(done).toMatchObject({ state: 'APPLIED', rowsMissing: 1, rowsApplied: 1 });
  const [archived] = await desk.subject.recorded('offer.archived');
  expect(archived).toBeDefined();
  const { offer } = await desk.ask('query ($id: ID!) { offer(id: $id) { title } }', { id: archived?.offerId });
  expect(offer).toEqual({ title: 'Coffee' });
});

test('what nobody went on with for a week is cancelled, and leaves no tables behind', async () => {
  const compared = await desk.compare(await desk.open('PRODUCTS', products(3)));
  const mapped = await desk.open('PRODUCTS', products(3));
  desk.subject.clock.advance(8 * 24 * 3_600_000);
  expect(await desk.finished(compared.id)).toMatchObject({ state: 'CANCELLED' });
  expect(await desk.finished(mapped.id)).toMatchObject({ state: 'CANCELLED' });
  const tables = await desk.subject
    .em()
    .execute(
      "select 1 from pg_tables where schemaname = 'catalog' and (tablename like 'staged\\_%' or tablename like 'diff\\_%')",
    );
  expect(tables).toEqual([]);
});

test('a complete file that only lacks something is applied for an organisation too', async () => {
  const [row] = await desk.subject.em().execute<{ id: string }[]>('select id from catalog.retailer');
  const member: Caller = { accountId: randomUUID(), scopes: ['retailer'], organisations: [`retailer:${row?.id}`] };
  await join(desk, member, row?.id ?? '');
  await desk.take('PRODUCTS', products(4), {}, member);
  const done = await desk.take('PRODUCTS', products(2), { complete: true }, member);
  expect(done).toMatchObject({ state: 'APPLIED', rowsMissing: 2, rowsApplied: 2, rowsSame: 2 });
});

test('whoever watches an import sees its present state first, and then how it goes on', async () => {
  const opened = await desk.open('PRODUCTS', products(100));
  const progress = await desk.subject.subscribe(
    'subscription ($id: ID!) { importProgress(id: $id) { state rowsRead rowsApplied } }',
    { id: opened.id },
    administrator,
  );
  const next = async () => (await progress.next()).value.data.importProgress;
  expect(await next()).toEqual({ state: 'MAPPING', rowsRead: 0, rowsApplied: 0 });
  const compared = await desk.compare(opened);
  await desk.approve(compared);
  await desk.finished(opened.id);
  let seen = await next();
  while (seen.state !== 'APPLIED') seen = await next();
  expect(seen).toEqual({ state: 'APPLIED', rowsRead: 100, rowsApplied: 100 });
  await progress.return?.();
  const refused = await desk.subject.subscribe(
    'subscription ($id: ID!) { importProgress(id: $id) { state } }',
    { id: opened.id },
    { accountId: randomUUID(), scopes: ['retailer'], organisations: [`retailer:${randomUUID()}`] },
  );
  expect((await refused.next()).value.errors[0].extensions.code).toBe('NOT_FOUND');
});
