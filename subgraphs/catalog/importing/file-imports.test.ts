import {
  administrator,
  type ImportDesk,
  listRetailer,
  openImportDesk,
  shop,
  storesHeader,
} from './testing/import-desk.ts';

let desk: ImportDesk;

beforeEach(async () => {
  desk = await openImportDesk();
});

afterEach(() => desk.close());

const csv = (...rows: readonly string[]) => rows.join('\n');
const products = 'retailer,sku,name,price_usd,stock,description';
const offers = 'retailer,title,price_points,value_usd,description';

const product = async (sku: string) => {
  const [row] = await desk.subject
    .em()
    .execute<Record<string, unknown>[]>(
      'select name, price_cents, stock, description, version, archived_at from catalog.product where sku = ?',
      [sku],
    );
  return row;
};

test('a file is opened, its columns are suggested, its changes are shown, approved and applied', async () => {
  await listRetailer(desk);
  const opened = await desk.open('PRODUCTS', csv(products, 'Shop,A-1,Pen,1.50,10,Blue', 'Shop,A-2,Book,20.00,,'));
  expect(opened).toMatchObject({ state: 'MAPPING', ignoredColumns: [] });
  expect(opened.columns).toContainEqual({
    ...{ field: 'sku', column: 2, header: 'sku', trust: 'NAME', isKey: true, isNeededForNew: true },
  });
  const compared = await desk.compare(opened);
  expect(compared).toMatchObject({
    state: 'COMPARED',
    rowsRead: 2,
    rowsNew: 2,
    rowsChanged: 0,
    rowsSame: 0,
    rowsRefused: 0,
  });
  expect(await product('A-1')).toBeUndefined();
  expect(await desk.changes(opened.id)).toMatchObject([
    {
      action: 'NEW',
      line: 2,
      key: 'Shop, A-1',
      values: expect.arrayContaining([{ field: 'name', before: null, after: 'Pen' }]),
    },
    { action: 'NEW', line: 3 },
  ]);
  await desk.approve(compared);
  expect(await desk.finished(opened.id)).toMatchObject({ state: 'APPLIED', rowsApplied: 2, rowsPassed: 0, chunk: 1 });
  expect(await product('A-1')).toMatchObject({
    name: 'Pen',
    price_cents: 150,
    stock: 10,
    description: 'Blue',
    version: 1,
  });
});

test('a header that comes twice is a row that is refused, of two columns of one name one counts, and unknown ones are told', async () => {
  await listRetailer(desk);
  const header = `${products},name,Colour of the shelf`;
  const opened = await desk.open(
    'PRODUCTS',
    csv(header, 'Shop,A-1,Pen,1.50,10,Blue,Pencil,red', header, 'Shop,A-2,Book,20.00,,,Booklet,green'),
  );
  const names = opened.columns.filter(({ field }: { field: string }) => field === 'name');
  expect(names).toMatchObject([{ column: 3, header: 'name' }]);
  expect(opened.ignoredColumns).toEqual(['name', 'Colour of the shelf']);
  const applied = await desk.approve(await desk.compare(opened));
  expect(await desk.finished(applied.id)).toMatchObject({ state: 'APPLIED', rowsApplied: 2, rowsRefused: 1 });
  expect(new Set((await desk.problems(opened.id)).map(({ line }) => line))).toEqual(new Set([3]));
  expect([(await product('A-1'))?.name, (await product('A-2'))?.name]).toEqual(['Pen', 'Book']);
});

test('the same file again changes nothing and writes nothing', async () => {
  await listRetailer(desk);
  const files = {
    PRODUCTS: csv(products, 'Shop,A-1,Pen,1.50,10,Blue', 'Shop,A-2,Book,20.00,,'),
    OFFERS: csv(offers, 'Shop,Coffee,10,4.00,Hot', 'Shop,Tea,8,3.00,'),
    STORES: csv(
      storesHeader,
      shop('Shop'),
      shop('SHOP').replace('1 Main', '2 Main').replace('Books', ''),
      shop('Cafe'),
    ),
    CHARITIES: csv('ein,name,city,state,zip', '12-3456789,Food Bank,Austin,TX,78701'),
  };
  for (const [kind, file] of Object.entries(files)) {
    expect(await desk.take(kind, file)).toMatchObject({ state: 'APPLIED' });
    const written = () =>
      desk.subject
        .em()
        .execute(
          'select (select count(*) from catalog.listing_change)::int as changes, (select count(*) from catalog.outbox)::int as facts',
        );
    const before = await written();
    const again = await desk.take(kind, file);
    expect(again).toMatchObject({ state: 'APPLIED', rowsNew: 0, rowsChanged: 0, rowsApplied: 0, rowsRefused: 0 });
    expect(again.rowsSame).toBe(again.rowsRead);
    expect(await written()).toEqual(before);
  }
});

test('an empty cell keeps what is there, <clear> erases it, and a new thing needs what old ones may leave out', async () => {
  await listRetailer(desk);
  await desk.take('PRODUCTS', csv(products, 'Shop,A-1,Pen,1.50,10,Blue'));
  const compared = await desk.compare(
    await desk.open(
      'PRODUCTS',
      csv('retailer,sku,stock,description,name', 'Shop,A-1,12,<clear>,', 'Shop,A-9,1,,', 'Shop,A-1x,1,,<clear>'),
    ),
  );
  expect(compared).toMatchObject({ rowsChanged: 1, rowsNew: 0, rowsRefused: 2 });
  expect(await desk.changes(compared.id)).toEqual([
    {
      action: 'CHANGED',
      line: 2,
      key: 'Shop, A-1',
      values: [
        { field: 'description', before: 'Blue', after: null },
        { field: 'stock', before: '10', after: '12' },
      ],
    },
  ]);
  expect(await desk.problems(compared.id)).toMatchObject([
    { line: 3, column: 'name', code: 'MISSING', refused: true },
    { line: 4, column: 'name', code: 'CLEAR', refused: true },
  ]);
  await desk.approve(compared);
  await desk.finished(compared.id);
  expect(await product('A-1')).toMatchObject({
    name: 'Pen',
    price_cents: 150,
    stock: 12,
    description: null,
    version: 2,
  });
});

test('offers become true with one fact for each that changed', async () => {
  await listRetailer(desk);
  expect(await desk.take('OFFERS', csv(offers, 'Shop,Coffee,10,4.00,Hot', 'Nobody,Tea,8,3.00,'))).toMatchObject({
    state: 'APPLIED',
    rowsApplied: 1,
    rowsRefused: 1,
  });
  await desk.take('OFFERS', csv(offers, 'Shop,Coffee,12,,'));
  expect(await desk.subject.recorded('offer.published')).toMatchObject([
    { title: 'Coffee', version: 1, pricePoints: 10, valueCents: 400 },
    { title: 'Coffee', version: 2, pricePoints: 12, valueCents: 400 },
  ]);
});

test('why each row was refused is told, and the rows come back as a file that runs no formula', async () => {
  await listRetailer(desk);
  const done = await desk.take(
    'PRODUCTS',
    csv(
      products,
      'Shop,A-1,Pen,1.50,10,Blue',
      'Shop,a-1,Pen again,1.50,10,',
      'Shop,A-2,=SUM(A1),1.50,10,',
      'Nobody,A-3,Pen,free,10,@home',
      'Shop,,Pen,1.00,,',
    ),
  );
  expect(done).toMatchObject({ state: 'APPLIED', rowsRead: 5, rowsApplied: 1, rowsRefused: 4 });
  const problems = await desk.problems(done.id);
  expect(problems.map(({ line, column, code }) => [line, column, code])).toEqual([
    [3, null, 'DUPLICATE'],
    [4, 'name', 'FORMULA'],
    [5, 'description', 'FORMULA'],
    [5, 'price_usd', 'FORMAT'],
    [6, 'sku', 'MISSING'],
  ]);
  const { refusedImportRows } = await desk.ask(
    'query ($id: ID!) { refusedImportRows(importId: $id) { content endCursor } }',
    {
      id: done.id,
    },
  );
  expect(refusedImportRows.endCursor).toBeNull();
  const lines = refusedImportRows.content.split('\r\n');
  expect(lines[0]).toBe(`line,reason,${products}`);
  expect(lines[1]).toMatch(/^3,Line 2 is about the same thing\.,Shop,a-1,Pen again,/);
  expect(lines[2]).toContain("'=SUM(A1)");
  expect(lines[3]).toContain("'@home");
  expect(lines).toHaveLength(6);
});

test('a zip code that lost its zero is taken as corrected, and said to be', async () => {
  const file = csv(storesHeader, 'Shop,Books,1 Main St,Boston,MA,2108,42.36,-71.06');
  const done = await desk.take('STORES', file);
  expect(done).toMatchObject({ state: 'APPLIED', rowsApplied: 1, rowsCorrected: 1, rowsRefused: 0 });
  expect(await desk.problems(done.id)).toMatchObject([
    { line: 2, column: 'zip', code: 'LEADING_ZEROS', refused: false },
  ]);
});

test('only what was seen can be approved', async () => {
  await listRetailer(desk);
  const compared = await desk.compare(await desk.open('PRODUCTS', csv(products, 'Shop,A-1,Pen,1.50,10,Blue')));
  expect(await desk.approve({ ...compared, digest: 'another' })).toMatchObject({ code: 'IMPORT_CHANGED' });
  expect(await desk.approve(compared)).toMatchObject({ approved: true });
  expect(await desk.finished(compared.id)).toMatchObject({ state: 'APPLIED' });
  expect(await desk.approve(compared)).toMatchObject({ code: 'IMPORT_STATE' });
});

test('what a complete file lacks is archived, and where that is much two have to approve', async () => {
  await listRetailer(desk);
  const all = Array.from({ length: 20 }, (_, index) => `Shop,P-${index},Pen ${index},1.50,10,`);
  await desk.take('PRODUCTS', csv(products, ...all));
  const few = await desk.compare(await desk.open('PRODUCTS', csv(products, ...all.slice(0, 10)), { complete: true }));
  expect(few).toMatchObject({ rowsMissing: 10, rowsSame: 10, needsSecondApproval: true });
  expect((await desk.changes(few.id)).map(({ action, line, key }) => [action, line, key])).toContainEqual([
    ...['ARCHIVED', null, 'Shop, P-15'],
  ]);
  expect(await desk.approve(few)).toMatchObject({ state: 'COMPARED', approved: true });
  expect(await desk.approve(few)).toMatchObject({ code: 'FORBIDDEN' });
  const other = { ...administrator, accountId: desk.subject.newId() };
  expect(await desk.approve(few, other)).toMatchObject({ id: few.id });
  expect(await desk.finished(few.id)).toMatchObject({ state: 'APPLIED', rowsApplied: 10 });
  expect((await product('P-15'))?.archived_at).not.toBeNull();
  expect((await product('P-3'))?.archived_at).toBeNull();
  // It is there again when a file names it again, and undoing the first brings all back.
  await desk.take('PRODUCTS', csv(products, all[15] ?? ''));
  expect((await product('P-15'))?.archived_at).toBeNull();
  expect(await desk.undo(few.id)).toMatchObject({ state: 'UNDONE', rowsUndone: 9, rowsKept: 1 });
  expect((await product('P-16'))?.archived_at).toBeNull();
});

test('undoing puts back what was there, archives what was made, and leaves alone what was edited since', async () => {
  await listRetailer(desk);
  await desk.take('PRODUCTS', csv(products, 'Shop,A-1,Pen,1.50,10,Blue', 'Shop,A-2,Book,20.00,3,Long'));
  const done = await desk.take(
    'PRODUCTS',
    csv(products, 'Shop,A-1,Pencil,2.50,<clear>,<clear>', 'Shop,A-2,Booklet,10.00,,', 'Shop,A-3,Ink,5.00,1,'),
  );
  expect(done).toMatchObject({ rowsApplied: 3 });
  await desk.subject.em().execute("update catalog.product set stock = 2, version = version + 1 where sku = 'A-2'");
  expect(await desk.undo(done.id)).toMatchObject({ state: 'UNDONE', rowsUndone: 2, rowsKept: 1 });
  expect(await product('A-1')).toMatchObject({ name: 'Pen', price_cents: 150, stock: 10, description: 'Blue' });
  expect(await product('A-2')).toMatchObject({ name: 'Booklet', stock: 2 });
  expect((await product('A-3'))?.archived_at).not.toBeNull();
  expect(await desk.undo(done.id)).toMatchObject({ code: 'IMPORT_STATE' });
});

test('a charity that an import listed takes nothing more when it is undone, unless somebody acts for it by then', async () => {
  const ein = 'ein,name,city,state,zip';
  const file = csv(ein, '12-3456789,Food Bank,Austin,TX,78701', '98-7654321,Shelter,Austin,TX,78701');
  const done = await desk.take('CHARITIES', file);
  const { em, recorded, newId } = desk.subject;
  await em().execute(
    `insert into catalog.organisation_member (organisation_id, account_id, role, since)
     select id, ?, 'OWNER', now() from catalog.charity where name = 'Shelter'`,
    [newId()],
  );
  expect(await desk.undo(done.id)).toMatchObject({ rowsUndone: 1, rowsKept: 1 });
  expect(
    await em().execute('select legal_name, status from catalog.organisation where kind = ? order by 1', ['charity']),
  ).toEqual([
    { legal_name: 'Food Bank', status: 'SUSPENDED' },
    { legal_name: 'Shelter', status: 'LISTED' },
  ]);
  expect(await recorded('charity.suspended')).toHaveLength(1);
  const again = await desk.take('CHARITIES', file);
  expect(again).toMatchObject({ rowsSame: 1, rowsRefused: 1 });
  expect(await desk.problems(again.id)).toMatchObject([{ line: 2, column: 'ein', code: 'CHARITY_CLOSED' }]);
});

test('undoing an import of stores gives the retailer back its name, unless it was named anew since', async () => {
  const file = (name: string, category: string) =>
    csv(
      storesHeader,
      ...['1 Main St', '2 Main St'].map((street) => `${name},${category},${street},Austin,TX,78701,30.27,-97.74`),
    );
  await desk.take('STORES', file('Shop', 'Books'));
  const retailer = () => desk.subject.em().execute('select name, category from catalog.retailer');
  const first = await desk.take('STORES', file('SHOP', 'Toys'));
  expect(await retailer()).toEqual([{ name: 'SHOP', category: 'Toys' }]);
  expect(await desk.undo(first.id)).toMatchObject({ rowsUndone: 2, rowsKept: 0 });
  expect(await retailer()).toEqual([{ name: 'Shop', category: 'Books' }]);
  const second = await desk.take('STORES', file('SHOP', 'Toys'));
  await desk.subject.em().execute("update catalog.retailer set name = 'sHop'");
  await desk.undo(second.id);
  expect(await retailer()).toEqual([{ name: 'sHop', category: 'Toys' }]);
});

test('undoing works for offers, stores and charities too', async () => {
  await listRetailer(desk);
  await desk.take('OFFERS', csv(offers, 'Shop,Coffee,10,4.00,Hot'));
  const changed = await desk.take('OFFERS', csv(offers, 'Shop,Coffee,12,5.00,<clear>', 'Shop,Tea,8,3.00,'));
  expect(await desk.undo(changed.id)).toMatchObject({ state: 'UNDONE', rowsUndone: 2, rowsKept: 0 });
  expect((await desk.subject.recorded('offer.published')).at(-1)).toMatchObject({
    title: 'Coffee',
    version: 3,
    pricePoints: 10,
  });
  expect(await desk.subject.recorded('offer.archived')).toHaveLength(1);
  const moved = await desk.take('STORES', csv(storesHeader, shop('Shop').replace('Austin', 'Lakeway'), shop('New')));
  expect(await desk.undo(moved.id)).toMatchObject({ rowsUndone: 2 });
  const stores = await desk.subject
    .em()
    .execute('select city, archived_at is null as open from catalog.store order by id');
  expect(stores).toEqual([
    { city: 'Austin', open: true },
    { city: 'Austin', open: false },
  ]);
  const ein = 'ein,name,city,state,zip,ntee';
  await desk.take('CHARITIES', csv(ein, '12-3456789,Food Bank,Austin,TX,78701,'));
  const renamed = await desk.take('CHARITIES', csv(ein, '12-3456789,Food Bank of Texas,Austin,TX,78701,B11'));
  expect(await desk.undo(renamed.id)).toMatchObject({ rowsUndone: 1 });
  expect(await desk.subject.em().execute('select name, category from catalog.charity')).toEqual([
    { name: 'Food Bank', category: null },
  ]);
});
