import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Caller } from '../../kernel/caller.ts';
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type CatalogServices, catalog } from '../catalog.ts';

let subject: TestSubgraph<CatalogServices>;

beforeEach(async () => {
  subject = await openTestSubgraph(catalog);
});

afterEach(async () => {
  await subject.close();
});

const administrator: Caller = { accountId: randomUUID(), scopes: ['administrator'] };

async function ask(query: string, variables: object = {}) {
  const { data, errors } = await subject.execute(query, variables, administrator);
  return errors ? { code: errors[0]?.extensions?.code } : data;
}

async function take(kind: string, rows: readonly string[]) {
  const input = { kind, content: rows.join('\n'), idempotencyKey: randomUUID() };
  const { importTable } = await ask(
    `mutation ($input: ImportTableInput!) { importTable(input: $input) { import {
       rowsTaken rowsChanged rowsRefused problems { line column code refused } } } }`,
    { input },
  );
  return importTable.import;
}

const stores = 'name,category,street,city,state,zip,latitude,longitude';
const offers = 'retailer,title,price_points,value_usd,starts_on,ends_on';

const save = (input: object) =>
  ask('mutation ($input: SaveOfferInput!) { saveOffer(input: $input) { offer { id pricePoints } } }', { input });

async function listRetailer(): Promise<string> {
  await take('RETAILERS', [stores, 'Shop,Books,1 Main St,Austin,TX,78701,30.27,-97.74']);
  return (await ask('{ retailers(first: 1) { edges { node { id } } } }')).retailers.edges[0].node.id;
}

test('rows that describe one retailer differently agree on the first of them, so that the file again changes nothing', async () => {
  const rows = [
    stores,
    'Shop,Books,1 Main St,Austin,TX,78701,30.27,-97.74',
    'SHOP,Toys,2 Main St,Austin,TX,78701,30.27,-97.74',
    'Shop,,3 Main St,Austin,TX,78701,30.27,-97.74',
  ];
  expect(await take('RETAILERS', rows)).toMatchObject({ rowsTaken: 3, rowsChanged: 3 });
  expect(await take('RETAILERS', rows)).toMatchObject({ rowsTaken: 3, rowsChanged: 0 });
  expect(await subject.recorded('retailer.listed')).toMatchObject([{ name: 'Shop' }]);
  const changed = await take('RETAILERS', [stores, 'Shop,Toys,1 Main St,Austin,TX,78701,30.27,-97.74']);
  expect(changed).toMatchObject({ rowsChanged: 1 });
});

test('any file of stores, taken twice, changes nothing the second time', async () => {
  const row = fc
    .record({
      name: fc.constantFrom('Shop', 'shop', 'Cafe', '\uFF33hop'),
      category: fc.constantFrom('', 'Books', 'Toys'),
      street: fc.constantFrom('1 Main St', '1 main st', '2 Main St'),
      city: fc.constantFrom('Austin', 'Lakeway'),
      zip: fc.constantFrom('78701', '78704-1234', 'none'),
      latitude: fc.constantFrom('30.1', '30.2'),
    })
    .map((each) =>
      [each.name, each.category, each.street, each.city, 'TX', each.zip, each.latitude, '-97.7'].join(','),
    );
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), async (rows) => {
      const first = await take('RETAILERS', [stores, ...rows]);
      const told = (await subject.recorded('retailer.listed')).length;
      expect(await take('RETAILERS', [stores, ...rows])).toEqual({ ...first, rowsChanged: 0 });
      expect(await subject.recorded('retailer.listed')).toHaveLength(told);
    }),
    { numRuns: 40 },
  );
});

test('a row about an offer that is closed, and one that ends before it starts, name the column at fault', async () => {
  const retailerId = await listRetailer();
  const saved = await save({ retailerId, title: 'Closed', pricePoints: 10, valueCents: 500 });
  const input = { offerId: saved.saveOffer.offer.id };
  await ask('mutation ($input: ArchiveOfferInput!) { archiveOffer(input: $input) { offer { id } } }', { input });
  const rows = [offers, 'Shop,Closed,10,5.00,,', 'Shop,Backwards,10,5.00,2026-05-02,2026-05-01'];
  expect((await take('OFFERS', rows)).problems).toEqual([
    { line: 2, column: 'title', code: 'OFFER_CLOSED', refused: true },
    { line: 3, column: 'ends_on', code: 'OUT_OF_RANGE', refused: true },
  ]);
});

test('changes of one offer at the same time get different versions, and a new one is made once', async () => {
  const retailerId = await listRetailer();
  const prices = [11, 12, 13, 14, 15, 16];
  const answers = await Promise.all(
    prices.map((pricePoints) => save({ retailerId, title: 'Coffee', pricePoints, valueCents: 400 })),
  );
  expect(new Set(answers.map((answer) => answer.saveOffer?.offer.id)).size).toBe(1);
  const told = await subject.recorded('offer.published');
  expect(told.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6]);
  const { offer } = await ask('query ($id: ID!) { offer(id: $id) { pricePoints } }', { id: told[0]?.offerId });
  expect(offer.pricePoints).toBe(told.at(-1)?.pricePoints);
});

test('an offer that is closed while it is changed stays closed', async () => {
  const retailerId = await listRetailer();
  for (let round = 0; round < 10; round++) {
    const terms = { retailerId, title: `Offer ${round}`, valueCents: 400 };
    const offerId = (await save({ ...terms, pricePoints: 10 })).saveOffer.offer.id;
    await Promise.all([
      save({ ...terms, offerId, pricePoints: 11 }),
      ask('mutation ($input: ArchiveOfferInput!) { archiveOffer(input: $input) { offer { id } } }', {
        input: { offerId },
      }),
    ]);
    const rows = await subject
      .em()
      .execute<{ topic: string }[]>(`select topic from catalog.outbox where key = ? order by sequence`, [offerId]);
    expect(rows.at(-1)?.topic).toBe('offer.archived');
  }
});

test('an offer stays with its retailer, and keeps a title of its own', async () => {
  const retailerId = await listRetailer();
  await take('RETAILERS', [stores, 'Cafe,Food,9 Main St,Austin,TX,78701,30.27,-97.74']);
  const { retailers } = await ask('{ retailers(first: 2) { edges { node { id } } } }');
  const other = retailers.edges.find(({ node }: { node: { id: string } }) => node.id !== retailerId).node.id;
  const terms = { retailerId, pricePoints: 10, valueCents: 400 };
  const offerId = (await save({ ...terms, title: 'Coffee' })).saveOffer.offer.id;
  await save({ ...terms, title: 'Tea' });
  for (const change of [{ title: 'Coffee', retailerId: other }, { title: 'TEA' }]) {
    expect(await save({ ...terms, offerId, ...change })).toEqual({ code: 'BAD_USER_INPUT' });
  }
  expect((await save({ ...terms, offerId, title: 'Iced coffee' })).saveOffer.offer.id).toBe(offerId);
});

test('files about the same things at the same time, in opposite orders, all end well', async () => {
  const count = 60;
  const store = (category: string) => (index: number) =>
    `Shop ${index},${category},1 Main St,Austin,TX,78701,30.27,-97.74`;
  const offer = (index: number) => `Shop ${index},Coffee,10,4.00,,`;
  const rows = Array.from({ length: count }, (_, index) => index);
  await take('RETAILERS', [stores, ...rows.map(store(''))]);
  const outcomes = await Promise.all([
    take('OFFERS', [offers, ...rows.map(offer)]),
    take('RETAILERS', [stores, ...rows.map(store('Books'))]),
    take('OFFERS', [offers, ...rows.toReversed().map(offer)]),
    take('RETAILERS', [stores, ...rows.toReversed().map(store('Toys'))]),
  ]);
  expect(outcomes.map(({ rowsTaken }) => rowsTaken)).toEqual([count, count, count, count]);
  expect(outcomes[0].rowsChanged + outcomes[2].rowsChanged).toBe(count);
  expect(await subject.recorded('offer.published')).toHaveLength(count);
});

test('why a row was refused is told even behind a thousand corrections', async () => {
  const row = (index: number, zip: string) => `${700_000_000 + index},Charity ${index},Austin,TX,${zip}`;
  const corrected = Array.from({ length: 1_200 }, (_, index) => row(index, '78701-1234'));
  const bad = '12,,Austin,TX,none';
  const { rowsRefused, problems } = await take('CHARITIES', ['ein,name,city,state,zip', ...corrected, bad]);
  expect(rowsRefused).toBe(1);
  expect(problems).toHaveLength(1_000);
  expect(
    problems
      .slice(-4)
      .map(({ line, column, refused }: { line: number; column: string; refused: boolean }) => [line, column, refused]),
  ).toEqual([
    [998, 'zip', false],
    [1_202, 'ein', true],
    [1_202, 'name', true],
    [1_202, 'zip', true],
  ]);
});

test.each([[[1.5, randomUUID()]], [[1e300, randomUUID()]], [[-1, randomUUID()]], [[1, '-'.repeat(36)]]])(
  'the cursor %j is refused or answered, and is no fault of ours',
  async (values) => {
    const after = Buffer.from(JSON.stringify(values)).toString('base64url');
    const near = { position: { latitude: 30.27, longitude: -97.74 } };
    const answer = await ask(
      'query ($near: NearInput, $after: Cursor) { offers(near: $near, after: $after) { edges { cursor } } }',
      {
        near,
        after,
      },
    );
    if (answer.code) expect(answer.code).toBe('BAD_USER_INPUT');
  },
);

test('words are found whatever the case and width of their letters', async () => {
  const retailerId = await listRetailer();
  await save({
    retailerId,
    title: '\uFF23af\u00E9 \u00C9toile',
    description: 'CR\u00C8ME',
    pricePoints: 10,
    valueCents: 400,
  });
  for (const search of ['caf\u00E9', '\u00C9TOILE', 'cr\u00E8me', 'SHOP']) {
    const { offers: page } = await ask('query ($search: SearchText) { offers(search: $search) { edges { cursor } } }', {
      search,
    });
    expect(page.edges).toHaveLength(1);
  }
});

describe('a file as it was found in the world', () => {
  const folder = join(import.meta.dirname, '../fixtures/messy');
  const messy = (name: string, encoding = 'utf-8') =>
    new TextDecoder(encoding).decode(readFileSync(join(folder, name)));

  test.each(readdirSync(folder).filter((name) => name.endsWith('.csv')))(
    '%s ends in rows or in a sentence, however it was decoded',
    async (name) => {
      for (const encoding of ['utf-8', 'latin1', 'utf-16le', 'utf-16be']) {
        for (const kind of ['RETAILERS', 'OFFERS', 'CHARITIES']) {
          const input = { kind, content: messy(name, encoding), idempotencyKey: randomUUID() };
          const { data, errors } = await subject.execute(
            `mutation ($input: ImportTableInput!) { importTable(input: $input) { import {
             rowsRead rowsTaken rowsRefused problems { line refused } } } }`,
            { input },
            administrator,
          );
          if (errors) {
            expect(['IMPORT_UNREADABLE', 'BAD_USER_INPUT']).toContain(errors[0]?.extensions?.code);
            expect(errors[0]?.message).toMatch(/\S \S.*\.$/s);
          } else {
            const { rowsRead, rowsTaken, rowsRefused, problems } = data.importTable.import;
            expect(rowsTaken + rowsRefused).toBe(rowsRead);
            const told = problems.filter(({ refused }: { refused: boolean }) => refused);
            expect(new Set(told.map(({ line }: { line: number }) => line)).size).toBe(rowsRefused);
          }
        }
      }
    },
  );

  test('charities behind a byte order mark are taken once each', async () => {
    // Read as bytes are by a reader that keeps the mark.
    const content = readFileSync(join(folder, 'charities_bom_crlf_dups.csv'), 'utf8');
    expect(content.startsWith('\uFEFF')).toBe(true);
    const outcome = await take('CHARITIES', [content]);
    expect(outcome).toMatchObject({ rowsTaken: 8, rowsChanged: 8, rowsRefused: 2 });
    const refused = outcome.problems.filter((problem: { refused: boolean }) => problem.refused);
    expect(refused.map(({ code }: { code: string }) => code)).toEqual(['DUPLICATE', 'DUPLICATE']);
  });

  test('stores with line breaks in their streets are taken, and lines are counted as an editor counts them', async () => {
    const { problems, ...counts } = await take('RETAILERS', [messy('retailers_quoted_newlines.csv')]);
    expect(counts).toEqual({ rowsTaken: 8, rowsChanged: 8, rowsRefused: 0 });
    const broken = problems.filter(({ code }: { code: string }) => code === 'LINE_BREAKS');
    expect(broken.map(({ line }: { line: number }) => line)).toEqual([2, 10]);
  });
});
