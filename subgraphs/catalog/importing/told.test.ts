/* What an import changes is told once for each retailer, so that nobody keeps answers that are old. */
import { type ImportDesk, listRetailer, openImportDesk, shop, storesHeader } from './testing/import-desk.ts';

let desk: ImportDesk;

beforeAll(async () => {
  desk = await openImportDesk({ configuration: { demo: false } });
});

afterAll(() => desk.close());

/** How often each retailer was told of since the last look, by name. */
function watch(topic: 'retailer.listed' | 'retailer.productsChanged') {
  let seen = 0;
  return async () => {
    const told = await desk.subject.recorded(topic);
    const fresh = told.slice(seen);
    seen = told.length;
    const names = await Promise.all(fresh.map(({ retailerId }) => nameOf(retailerId)));
    return names.sort();
  };
}

async function nameOf(id: string): Promise<string> {
  const sql = 'select name from catalog.retailer where id = ?';
  const [row] = await desk.subject.em().execute<{ name: string }[]>(sql, [id]);
  return row?.name ?? '';
}

test('products that are added, changed, taken off and put back', async () => {
  for (const name of ['North', 'South', 'West']) await listRetailer(desk, name);
  const told = watch('retailer.productsChanged');
  const header = 'retailer,sku,name,price';
  const take = (...rows: string[]) => desk.take('PRODUCTS', [header, ...rows].join('\n'));
  await take('North,1,Mug,9.00', 'North,2,Cup,8.00', 'South,1,Hat,7.00');
  expect(await told()).toEqual(['North', 'South']);
  await take('North,1,Mug,9.00', 'South,1,Hat,7.00');
  expect(await told()).toEqual([]);
  const changed = await take('North,1,Mug,9.50', 'South,1,Hat,7.00', 'West,1,Pen,2.00');
  expect(await told()).toEqual(['North', 'West']);
  await desk.undo(changed.id);
  expect(await told()).toEqual(['North', 'West']);
});

test('stores that are added to a retailer that is known, moved, closed and put back', async () => {
  await listRetailer(desk, 'Shop');
  await listRetailer(desk, 'Other');
  const told = watch('retailer.listed');
  await told();
  const second = shop('Shop').replace('1 Main St', '2 Main St');
  const rows = [shop('Other'), shop('Shop'), second];
  const added = await desk.take('STORES', [storesHeader, ...rows].join('\n'));
  expect(await told()).toEqual(['Shop']);
  await desk.take('STORES', [storesHeader, second.replace('30.27', '30.28')].join('\n'));
  expect(await told()).toEqual(['Shop']);
  await desk.take('STORES', [storesHeader, second].join('\n'));
  await told();
  await desk.undo(added.id);
  // Somebody moved it since: it stays as it is, and nobody has to hear of it.
  expect(await told()).toEqual([]);
  const third = shop('Other').replace('1 Main St', '3 Main St');
  const again = await desk.take('STORES', [storesHeader, third].join('\n'));
  await told();
  await desk.undo(again.id);
  expect(await told()).toEqual(['Other']);
});

test('the class of a charity that a file gave it, and that is taken from it again', async () => {
  const header = 'ein,name,city,state,zip,ntee';
  const row = (ntee: string) => `12-3456789,Kitchen,Austin,TX,78704,${ntee}`;
  await desk.take('CHARITIES', [header, row('')].join('\n'));
  const given = await desk.take('CHARITIES', [header, row('K31')].join('\n'));
  expect(given).toMatchObject({ rowsChanged: 1 });
  const before = (await desk.subject.recorded('charity.listed')).length;
  await desk.undo(given.id);
  const sql = "select category from catalog.charity where employer_number = '123456789'";
  expect(await desk.subject.em().execute(sql)).toEqual([{ category: null }]);
  expect(await desk.subject.recorded('charity.listed')).toHaveLength(before + 1);
});
