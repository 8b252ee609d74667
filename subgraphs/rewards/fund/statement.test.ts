import { createHash, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import papaparse from 'papaparse';
import type { Caller } from '../../kernel/caller.ts';
import { administrator, citizen, officer, till } from '../testing/town.ts';
import { readList } from './reconciliation.ts';
import { toCsv } from './settlement-file.ts';
import { openTreasury, type Treasury } from './testing/treasury.ts';

let treasury: Treasury;

beforeAll(async () => {
  treasury = await openTreasury('2027-01-10T12:00:00Z');
});

afterEach(async () => {
  expect(await treasury.problems()).toEqual([]);
});

afterAll(async () => {
  await treasury.close();
});

const statement = (kind: string, organisationId: string, caller: Caller, month = '2027-01') =>
  treasury.ask(
    `query ($kind: StatementKind!, $organisationId: ID!, $month: Month!) {
       organisationStatement(kind: $kind, organisationId: $organisationId, month: $month) {
         openingPoints receivedPoints returnedPoints settledPoints closingPoints
         sales { salesCount salesCents refundsCount refundsCents feeCents administrationCents fundCents vouchersRedeemed redeemedPoints } } }`,
    { kind, organisationId, month },
    caller,
  );
const file = (kind: string, organisationId: string, format: string, caller: Caller, part = 1) =>
  treasury.ask(
    `query ($kind: StatementKind!, $organisationId: ID!, $format: SettlementFormat!, $part: Quantity!) {
       settlementFile(kind: $kind, organisationId: $organisationId, month: "2027-01", format: $format, part: $part) {
         name mediaType text sha256 lines part parts } }`,
    { kind, organisationId, format, part },
    caller,
  );
const reconcile = (retailerId: string, text: string, caller: Caller = till(retailerId)) =>
  treasury.mutate(
    'reconcileSales',
    'ReconcileSalesInput',
    `reconciliation { id rowCount matchingCount ourCents theirCents fileSha256 differenceCounts { kind count }
       differences { edges { node { number kind line externalId ourCents theirCents } } } }`,
    { retailerId, month: '2027-01', file: text },
    caller,
  );
const member = (kind: 'retailer' | 'charity', id: string): Caller => ({
  accountId: randomUUID(),
  scopes: ['citizen', kind],
  organisations: [`${kind}:${id}`],
});

test('a statement of a retailer adds up sales, refunds, fees and vouchers', async () => {
  const person = citizen();
  await treasury.meet(officer().accountId, person.accountId);
  const { retailerId, offerId } = await treasury.publish();
  const { payload } = await treasury.redeem(person, offerId);
  await treasury.take(till(retailerId), payload.voucher.code);
  const sale = treasury.row();
  await treasury.report(retailerId, [
    sale,
    treasury.row({ cents: 2_000 }),
    { ...treasury.row({ cents: 2_500 }), refundsExternalId: sale.externalId },
  ]);
  const { payload: month } = await statement('RETAILER', retailerId, till(retailerId));
  expect(month).toEqual({
    openingPoints: 0,
    receivedPoints: 10,
    returnedPoints: 0,
    settledPoints: 0,
    closingPoints: 10,
    sales: {
      salesCount: 2,
      salesCents: 9_500,
      refundsCount: 1,
      refundsCents: -2_500,
      feeCents: 350,
      administrationCents: 167,
      fundCents: 183,
      vouchersRedeemed: 1,
      redeemedPoints: 10,
    },
  });
  expect((await statement('RETAILER', retailerId, member('retailer', retailerId))).payload).toEqual(month);
  const { payload: next } = await statement('RETAILER', retailerId, administrator, '2027-02');
  expect(next).toMatchObject({ openingPoints: 10, closingPoints: 10, sales: { salesCount: 0, feeCents: 0 } });
});

test('a statement of a charity tells of its points and of nobody who gave them', async () => {
  const person = officer();
  await treasury.meet(person.accountId, citizen().accountId);
  const charityId = await treasury.list();
  await treasury.donate(person, charityId, 7);
  await treasury.donate(person, charityId, 5);
  const acting = member('charity', charityId);
  expect((await statement('CHARITY', charityId, acting)).payload).toMatchObject({
    receivedPoints: 12,
    closingPoints: 12,
    sales: null,
  });
  const { payload } = await file('CHARITY', charityId, 'CSV', acting);
  expect(payload.lines).toBe(2);
  expect(payload.text).not.toContain(person.accountId);
  const { data } = papaparse.parse<Record<string, string>>(payload.text, { header: true, skipEmptyLines: true });
  expect(data.map(({ kind, points }) => [kind, points])).toEqual([
    ['donation', '7'],
    ['donation', '5'],
  ]);
});

test('statements and files are for the organisation itself and administrators', async () => {
  const [retailerId, other] = [randomUUID(), randomUUID()];
  for (const ask of [statement, (kind: string, id: string, caller: Caller) => file(kind, id, 'CSV', caller)]) {
    expect(await ask('RETAILER', retailerId, till(other))).toMatchObject({ code: 'FORBIDDEN' });
    expect(await ask('RETAILER', retailerId, member('retailer', other))).toMatchObject({ code: 'FORBIDDEN' });
    expect(await ask('CHARITY', retailerId, member('retailer', retailerId))).toMatchObject({ code: 'FORBIDDEN' });
    expect(await ask('RETAILER', retailerId, citizen())).toMatchObject({ code: 'FORBIDDEN' });
    expect((await ask('RETAILER', retailerId, till(retailerId))).code).toBeUndefined();
    expect((await ask('RETAILER', retailerId, administrator)).code).toBeUndefined();
  }
});

test('a settlement file holds each entry once, with its hash, and no formula', async () => {
  const retailerId = randomUUID();
  const ids = ['=HYPERLINK("http://evil.example")', '+1', '-2', '@x', 'a "quoted", one', 'plain'];
  await treasury.report(
    retailerId,
    ids.map((externalId) => treasury.row({ externalId })),
  );
  await treasury.report(retailerId, [
    { ...treasury.row({ cents: 100, externalId: 'back' }), refundsExternalId: 'plain' },
  ]);
  const { payload } = await file('RETAILER', retailerId, 'CSV', till(retailerId));
  expect(payload).toMatchObject({ lines: 7, part: 1, parts: 1, name: 'settlement-retailer-2027-01-1-of-1.csv' });
  expect(payload.sha256).toBe(createHash('sha256').update(payload.text).digest('hex'));
  expect(payload.text.endsWith('\r\n')).toBe(true);
  const { data } = papaparse.parse<Record<string, string>>(payload.text, { header: true, skipEmptyLines: true });
  const cells = data.map(({ external_id }) => external_id);
  expect([...cells].sort()).toEqual([
    "'+1",
    "'-2",
    `'=HYPERLINK("http://evil.example")`,
    "'@x",
    'a "quoted", one',
    'back',
    'plain',
  ]);
  expect(data.find(({ external_id }) => external_id === 'back')).toMatchObject({
    cents: '-100',
    refunds_external_id: 'plain',
  });
  const json = await file('RETAILER', retailerId, 'JSON', till(retailerId));
  const parsed = JSON.parse(json.payload.text);
  expect(parsed.lines).toHaveLength(7);
  expect(parsed.statement.sales).toMatchObject({ salesCount: 6, refundsCents: -100 });
  expect(await file('RETAILER', retailerId, 'CSV', till(retailerId), 2)).toMatchObject({ code: 'BAD_USER_INPUT' });
});

test('whatever text is in a cell comes out of the file as it went in, but for the apostrophe of what begins a formula', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (texts) => {
      const csv = toCsv(
        ['n', 'text'],
        texts.map((text, n) => ({ n: -n, text })),
      );
      const { data } = papaparse.parse<string[]>(csv.slice(0, -2), { newline: '\r\n', delimiter: ',' });
      expect(data.slice(1).map(([, text = '']) => text)).toEqual(
        texts.map((text) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)),
      );
    }),
  );
});

test('our own settlement file, given back, agrees in every row', async () => {
  const retailerId = randomUUID();
  const ids = ['=1+1', '-7', 'plain', "'quoted"];
  await treasury.report(
    retailerId,
    ids.map((externalId) => treasury.row({ externalId })),
  );
  await treasury.report(retailerId, [{ ...treasury.row({ cents: 100 }), refundsExternalId: 'plain' }]);
  const { payload } = await file('RETAILER', retailerId, 'CSV', till(retailerId));
  const { payload: report } = await reconcile(retailerId, payload.text);
  expect(report.reconciliation).toMatchObject({
    rowCount: 5,
    matchingCount: 5,
    ourCents: 29_900,
    theirCents: 29_900,
    differenceCounts: [],
    fileSha256: payload.sha256,
  });
});

test('a list is compared row by row: missing on either side, other amounts, other months, twice, unreadable', async () => {
  const retailerId = randomUUID();
  await treasury.report(retailerId, [
    treasury.row({ externalId: 'same' }),
    treasury.row({ externalId: 'less', cents: 1_000 }),
    treasury.row({ externalId: 'ours' }),
    treasury.row({ externalId: 'twice' }),
  ]);
  await treasury.until('2027-02-05T12:00:00Z');
  await treasury.report(retailerId, [treasury.row({ externalId: 'february' })]);
  const list = [
    'Receipt;Amount',
    'same;$75.00',
    'less;9.99',
    'theirs;1,234.50',
    'twice;75',
    'twice;75',
    'february;75.00',
    ';5',
    'no amount;12.345',
  ].join('\n');
  const { payload } = await reconcile(retailerId, list);
  const { differences, ...report } = payload.reconciliation;
  expect(report).toMatchObject({ rowCount: 8, matchingCount: 2, ourCents: 23_500 });
  expect(differences.edges.map(({ node }: { node: object }) => node)).toEqual([
    { number: 1, kind: 'DUPLICATE_ID', line: 6, externalId: 'twice', ourCents: null, theirCents: 7_500 },
    { number: 2, kind: 'UNREADABLE', line: 8, externalId: null, ourCents: null, theirCents: 500 },
    { number: 3, kind: 'UNREADABLE', line: 9, externalId: 'no amount', ourCents: null, theirCents: null },
    { number: 4, kind: 'AMOUNT_DIFFERS', line: 3, externalId: 'less', ourCents: 1_000, theirCents: 999 },
    { number: 5, kind: 'MISSING_HERE', line: 4, externalId: 'theirs', ourCents: null, theirCents: 123_450 },
    { number: 6, kind: 'OTHER_MONTH', line: 7, externalId: 'february', ourCents: 7_500, theirCents: 7_500 },
    { number: 7, kind: 'MISSING_THERE', line: null, externalId: 'ours', ourCents: 7_500, theirCents: null },
  ]);
  // Reports stay, the latest first, and are their retailer's.
  await reconcile(retailerId, 'id,cents\nsame,7500\n');
  const reports = await treasury.ask('{ reconciliations { edges { node { id rowCount } } } }', {}, till(retailerId));
  expect(reports.payload.edges.map(({ node }: { node: { rowCount: number } }) => node.rowCount)).toEqual([1, 8]);
  const one = (caller: Caller) =>
    treasury.ask('query ($id: ID!) { reconciliation(id: $id) { rowCount } }', { id: report.id }, caller);
  expect(await one(till(randomUUID()))).toMatchObject({ code: 'FORBIDDEN' });
  expect((await one(member('retailer', retailerId))).payload).toEqual({ rowCount: 8 });
  await expect(treasury.em().execute('delete from rewards.reconciliation_difference')).rejects.toThrow('append-only');
});

test('what is no list is refused with a sentence', async () => {
  const retailerId = randomUUID();
  for (const text of [
    '',
    'a,b\n1,2\n',
    'external_id\nx\n',
    'external_id,cents\n"x,1\n',
    `id,cents\n${'x,1\n'.repeat(20_001)}`,
  ]) {
    expect(await reconcile(retailerId, text)).toMatchObject({ code: 'IMPORT_UNREADABLE' });
  }
  expect(await reconcile(retailerId, 'id,cents\nx,1\n', till(randomUUID()))).toMatchObject({ code: 'FORBIDDEN' });
});

test('amounts in dollars are read by their digits', () => {
  const cents = (amount: string) => readList(`id,amount\nx,"${amount}"`)[0]?.cents;
  expect(['0.29', '1.1', '-4.35', '$1,000', '1000000', '1,00', '1.005', 'ten', ''].map(cents)).toEqual([
    29,
    110,
    -435,
    100_000,
    100_000_000,
    null,
    null,
    null,
    null,
  ]);
  fc.assert(
    fc.property(fc.integer({ min: -100_000_000, max: 100_000_000 }), (exact) => {
      const [whole, part] = [Math.floor(Math.abs(exact) / 100), String(Math.abs(exact) % 100).padStart(2, '0')];
      expect(cents(`${exact < 0 ? '-' : ''}${whole}.${part}`)).toBe(exact);
    }),
  );
});
