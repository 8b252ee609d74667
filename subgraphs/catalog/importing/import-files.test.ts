import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { importPulled } from './file-imports.ts';
import { ImportKind } from './import-kinds.ts';
import { administrator, type ImportDesk, listRetailer, openImportDesk } from './testing/import-desk.ts';

let desk: ImportDesk;

beforeEach(async () => {
  desk = await openImportDesk();
  await listRetailer(desk);
});

afterEach(() => desk.close());

const header = 'retailer,sku,name,price_usd,stock,description';
const key = fc.constantFrom('A', 'a', 'B', 'C', 'D');
const productRow = fc
  .record({
    sku: key,
    name: fc.constantFrom('Pen', 'PEN', 'Ink \\ "x"', '', '=1'),
    price: fc.constantFrom('1.00', '2.50', '', 'free'),
    stock: fc.constantFrom('1', '', '<clear>', '0'),
    description: fc.constantFrom('', 'Blue', '<clear>', 'two\nlines'),
  })
  .map(({ sku, name, price, stock, description }) =>
    ['Shop', sku, name, price, stock, description].map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','),
  );
const file = fc.array(productRow, { minLength: 1, maxLength: 8 }).map((rows) => [header, ...rows].join('\n'));

/** What is listed, but for how often it was changed. */
const listed = () =>
  desk.subject
    .em()
    .execute(
      `select sku, name, name_key, price_cents, stock, description from catalog.product where archived_at is null order by sku_key`,
    );

test('any file, taken twice, changes nothing the second time, and undoing it puts everything back', async () => {
  await fc.assert(
    fc.asyncProperty(file, file, async (first, second) => {
      await desk.take('PRODUCTS', first);
      const before = await listed();
      const taken = await desk.take('PRODUCTS', second);
      expect(taken.rowsApplied + taken.rowsSame + taken.rowsRefused).toBe(taken.rowsRead);
      const after = await listed();
      const again = await desk.take('PRODUCTS', second);
      expect(again).toMatchObject({ rowsApplied: 0, rowsNew: 0, rowsChanged: 0, rowsRefused: taken.rowsRefused });
      expect(await listed()).toEqual(after);
      if (taken.rowsApplied > 0) {
        expect(await desk.undo(taken.id)).toMatchObject({ state: 'UNDONE', rowsKept: 0 });
        expect(await listed()).toEqual(before);
      }
    }),
    { numRuns: 25 },
  );
}, 60_000);

const folder = join(import.meta.dirname, '../fixtures/messy');

test.each(readdirSync(folder).filter((name) => name.endsWith('.csv')))(
  '%s as it was found in the world ends in rows or in a sentence, whatever it is said to hold',
  async (name) => {
    for (const kind of ['STORES', 'PRODUCTS', 'OFFERS', 'CHARITIES']) {
      const content = readFileSync(join(folder, name));
      if (content.length === 0) continue;
      const opened = await desk.open(kind, content);
      if (!opened.id) {
        expect(opened).toMatchObject({ code: 'IMPORT_UNREADABLE', message: expect.stringMatching(/\S \S.*\.$/s) });
        continue;
      }
      const compared = await desk.compare(opened);
      if (!compared.id) {
        expect(compared).toMatchObject({
          code: 'BAD_USER_INPUT',
          message: expect.stringContaining('No row can be told'),
        });
      } else if (compared.state === 'FAILED') {
        expect(compared.failure).toMatch(/\S \S.*\.$/s);
      } else {
        expect(compared.state).toBe('COMPARED');
        expect(compared.rowsStaged + compared.rowsRefused).toBe(compared.rowsRead);
        expect(compared.rowsNew + compared.rowsChanged + compared.rowsSame).toBe(compared.rowsStaged);
        const [told] = await desk.subject
          .em()
          .execute<{ lines: number }[]>(
            'select count(distinct line)::int as lines from catalog.file_import_problem where import_id = ? and refused',
            [compared.id],
          );
        expect(told?.lines).toBe(compared.rowsRefused);
      }
    }
  },
);

describe('a file that was fetched for a pull', () => {
  const products = (price: string) => `${header}\nShop,A-1,Pen,${price},,`;

  async function pulled(content: string, pullId: string) {
    const { uploads, importFiles, imports } = desk.subject.services;
    const bytes = Buffer.from(content);
    async function* body() {
      yield bytes;
    }
    const upload = await uploads.keep(pullId, { fileName: 'p.csv', contentType: 'text/csv' }, body(), 10_000);
    const { em } = desk.subject;
    const pull = {
      id: pullId,
      kind: ImportKind.PRODUCTS,
      organisationId: null,
      accountId: administrator.accountId ?? '',
    };
    const work = {
      now: new Date(),
      newId: () => desk.subject.newId(),
      record: () => undefined,
      announce: () => undefined,
    };
    const run = <Result>(task: (given: never) => Promise<Result>) =>
      em().transactional((within) => task({ ...work, em: within } as never));
    const { id } = await importPulled({ run, files: importFiles, imports }, upload.id, { ...pull, complete: false });
    return desk.finished(id);
  }

  test('waits to be mapped at first, then is compared by itself, and a later file takes its place', async () => {
    const pullId = randomUUID();
    const first = await pulled(products('1.00'), pullId);
    expect(first).toMatchObject({ state: 'MAPPING' });
    await desk.compare(first);
    const second = await pulled(products('2.00'), pullId);
    expect(second).toMatchObject({ state: 'COMPARED', rowsNew: 1 });
    expect(await desk.finished(first.id)).toMatchObject({ state: 'CANCELLED' });
    expect(await desk.approve(second)).toMatchObject({ approved: true });
    expect(await desk.finished(second.id)).toMatchObject({ state: 'APPLIED', rowsApplied: 1 });
  });
});

test('a file that is taken away before it is read fails with a sentence', async () => {
  const opened = await desk.open('PRODUCTS', `${header}\nShop,A-1,Pen,1.00,,`);
  await desk.subject.em().execute("update catalog.upload set state = 'DELETED'");
  expect(await desk.compare(opened)).toMatchObject({
    state: 'FAILED',
    failure: 'The file was deleted: upload it again.',
  });
});
