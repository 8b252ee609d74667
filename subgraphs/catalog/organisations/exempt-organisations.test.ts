import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadMasterFile } from './load-exempt-organisations.ts';
import { type Marketplace, openMarketplace, somebody } from './testing/marketplace.ts';

let market: Marketplace;

beforeEach(async () => {
  market = await openMarketplace();
});

afterEach(async () => {
  await market.close();
});

test('the list of the IRS is loaded from its files, and goes before the bundled extract', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'hey-blue-irs-')), 'eo1.csv');
  const rows = [
    'EIN,NAME,CITY,STATE,ZIP,NTEE_CD',
    '10554700,RENAMED FOUNDATION,WASHINGTON,DC,20008-2406,A80',
    '742172233,"HELPERS, ""FRIENDS"" AND OTHERS",AUSTIN,TX,78701,P20',
    '742172233,"HELPERS, ""FRIENDS"" AND OTHERS",AUSTIN,TX,78701,P20',
    ',NOBODY,AUSTIN,TX,78701,P20',
    '12345,,AUSTIN,TX,78701,P20',
    '742172299,NO ZIP,AUSTIN,,x,',
  ];
  writeFileSync(file, rows.join('\r\n'));
  const { databaseUrl } = market.subject;
  expect(await loadMasterFile(databaseUrl, file)).toEqual({ rowsRead: 6, rowsSkipped: 2, entriesWritten: 3 });
  expect(await loadMasterFile(databaseUrl, file)).toMatchObject({ entriesWritten: 0 });
  const check = async (employerNumber: string, legalName: string) =>
    (await market.apply('charity', somebody(), { employerNumber, legalName })).employerCheck;
  expect(await check('742172233', 'Helpers, Friends & Others')).toBe('PASSED');
  expect(await check('010554700', 'Peace Corps Foundation')).toBe('NAME_DIFFERS');
  // In the extract, which is not asked any more.
  expect(await check('010575469', 'Joe Strauss Foundation')).toBe('NOT_ON_LIST');
});

test('a file that cannot be read leaves the list as it was', async () => {
  await expect(loadMasterFile(market.subject.databaseUrl, '/nowhere.csv')).rejects.toThrow();
  const [row] = await market.subject
    .em()
    .execute<[{ count: string }]>('select count(*) from catalog.exempt_organisation');
  expect(Number(row.count)).toBe(0);
});
