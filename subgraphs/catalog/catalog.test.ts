import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Caller } from '../kernel/caller.ts';
import { distanceMeters } from '../kernel/position.ts';
import { openTestSubgraph, type TestSubgraph } from '../kernel/testing/harness.ts';
import { type CatalogServices, catalog } from './catalog.ts';

let subject: TestSubgraph<CatalogServices>;

beforeEach(async () => {
  subject = await openTestSubgraph(catalog);
});

afterEach(async () => {
  await subject.close();
});

const administrator: Caller = { accountId: randomUUID(), scopes: ['administrator'] };
const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');

interface Problem {
  readonly line: number;
  readonly column: string | null;
  readonly code: string;
  readonly refused: boolean;
}

interface Outcome {
  readonly code?: string;
  readonly id: string;
  readonly rowsRead: number;
  readonly rowsTaken: number;
  readonly rowsChanged: number;
  readonly rowsRefused: number;
  readonly problems: readonly Problem[];
}

async function take(
  kind: string,
  content: string,
  { dryRun, idempotencyKey = randomUUID() }: { dryRun?: boolean; idempotencyKey?: string } = {},
  caller: Caller = administrator,
): Promise<Outcome> {
  const { data, errors } = await subject.execute(
    `mutation ($input: ImportTableInput!) { importTable(input: $input) { import {
       id rowsRead rowsTaken rowsChanged rowsRefused problems { line column code reason refused } } } }`,
    { input: { kind, content, dryRun, idempotencyKey } },
    caller,
  );
  return errors ? ({ code: errors[0]?.extensions?.code as string } as Outcome) : data.importTable.import;
}

async function ask(query: string, variables: object = {}, caller?: Caller) {
  const { data, errors } = await subject.execute(query, variables, caller);
  return errors ? { code: errors[0]?.extensions?.code } : data;
}

const offersQuery = `query ($near: NearInput, $search: SearchText, $first: PageSize!, $after: Cursor) {
  offers(near: $near, search: $search, first: $first, after: $after) {
    edges { node { id title pricePoints distanceMeters nearestStore { street zipCode } retailer { name } } }
    pageInfo { endCursor hasNextPage } } }`;
const titles = (page: { edges: { node: { title: string } }[] }) => page.edges.map(({ node }) => node.title);
const counts = ({ rowsRead, rowsTaken, rowsChanged, rowsRefused }: Outcome) => [
  rowsRead,
  rowsTaken,
  rowsChanged,
  rowsRefused,
];
const told = ({ problems }: Outcome) =>
  problems.map(({ line, code, refused }) => `${line} ${code}${refused ? '' : ' (corrected)'}`);

/** A retailer with one store at each place, and one offer; answers the offer's id. */
async function shop(
  name: string,
  places: { latitude: number; longitude: number }[],
  terms: object = {},
): Promise<string> {
  const rows = places.map(
    ({ latitude, longitude }, index) => `${name},${index} Main St,Austin,TX,78701,${latitude},${longitude}`,
  );
  const outcome = await take('RETAILERS', ['name,street,city,state,zip,latitude,longitude', ...rows].join('\n'));
  expect(outcome.problems).toEqual([]);
  const { retailers } = await ask('{ retailers(first: 100) { edges { node { id name } } } }');
  const found = retailers.edges.find(({ node }: { node: { name: string } }) => node.name === name);
  const input = { retailerId: found.node.id, title: `Offer of ${name}`, pricePoints: 10, valueCents: 500, ...terms };
  const saved = await ask(
    'mutation ($input: SaveOfferInput!) { saveOffer(input: $input) { offer { id } } }',
    { input },
    administrator,
  );
  return saved.saveOffer.offer.id;
}

describe('an import', () => {
  test('takes the good rows of each table and says what is wrong with the others', async () => {
    const retailers = await take('RETAILERS', fixture('retailers.csv'));
    expect(counts(retailers)).toEqual([8, 3, 3, 5]);
    expect(told(retailers)).toEqual([
      '2 ZIP_SHORTENED (corrected)',
      '2 DECIMAL_COMMA (corrected)',
      '2 DECIMAL_COMMA (corrected)',
      '3 STATE_NAME (corrected)',
      '4 LEADING_ZEROS (corrected)',
      '5 OUT_OF_RANGE',
      '5 OUT_OF_RANGE',
      '6 FORMULA',
      '7 FORMAT',
      '8 DUPLICATE',
      '9 MISSING',
    ]);
    expect(retailers.problems[0]).toMatchObject({ column: 'ZIP' });
    const offers = await take('OFFERS', fixture('offers.csv'));
    expect(told(offers)).toEqual([
      '2 LINE_BREAKS (corrected)',
      '2 DATE_ORDER (corrected)',
      '5 UNKNOWN_RETAILER',
      '6 OUT_OF_RANGE',
      '7 OUT_OF_RANGE',
      '8 QUOTES',
    ]);
    const charities = await take('CHARITIES', fixture('charities.csv'));
    expect(told(charities)).toEqual([
      '4 LEADING_ZEROS (corrected)',
      '4 LEADING_ZEROS (corrected)',
      '5 FORMAT',
      '6 DUPLICATE',
    ]);
    const events = await subject.recorded('offer.published');
    expect(events.map(({ title, version, zipCode }) => ({ title, version, zipCode }))).toEqual([
      { title: 'A paperback', version: 1, zipCode: null },
      { title: 'A bookmark', version: 1, zipCode: null },
    ]);
    expect(await subject.recorded('retailer.listed')).toHaveLength(2);
    expect(await subject.recorded('charity.listed')).toHaveLength(3);
  });

  test('of the same file twice changes nothing and tells nobody', async () => {
    for (const [kind, name] of [
      ['RETAILERS', 'retailers.csv'],
      ['OFFERS', 'offers.csv'],
      ['CHARITIES', 'charities.csv'],
    ] as const) {
      await take(kind, fixture(name));
      expect((await take(kind, fixture(name))).rowsChanged).toBe(0);
    }
    expect(await subject.recorded('offer.published')).toHaveLength(2);
    expect(await subject.recorded('retailer.listed')).toHaveLength(2);
  });

  test('under the same key is the same import, also at once; the key with another file is refused', async () => {
    const wish = { idempotencyKey: 'the-same-key' };
    const first = await take('CHARITIES', fixture('charities.csv'), wish);
    expect(await take('CHARITIES', fixture('charities.csv'), wish)).toEqual(first);
    expect(await take('CHARITIES', `${fixture('charities.csv')}\n`, wish)).toEqual({ code: 'IDEMPOTENCY_MISMATCH' });
    const atOnce = await Promise.all(
      [1, 2, 3].map(() => take('RETAILERS', fixture('retailers.csv'), { idempotencyKey: 'another-key' })),
    );
    expect(new Set(atOnce.map(({ id }) => id)).size).toBe(1);
  });

  test('as a dry run tells the same and writes nothing', async () => {
    const tried = await take('RETAILERS', fixture('retailers.csv'), { dryRun: true });
    expect(counts(tried)).toEqual([8, 3, 3, 5]);
    expect((await ask('{ retailers(first: 5) { edges { cursor } } }')).retailers.edges).toEqual([]);
    expect(await subject.recorded('retailer.listed')).toEqual([]);
    expect(counts(await take('RETAILERS', fixture('retailers.csv')))).toEqual([8, 3, 3, 5]);
  });

  test.each(['', ' \n \n', 'name', 'a,b,c\n1,2,3', '{"not": "a table"}', 'n\0a\0m\0e\0'])(
    'of %j is refused with a sentence',
    async (content) => {
      expect(['IMPORT_UNREADABLE', 'BAD_USER_INPUT']).toContain((await take('CHARITIES', content)).code);
    },
  );

  test('of any text ends in rows or in a refusal, never in a fault of ours', async () => {
    const cell = fc.oneof(
      fc.constantFrom('742172233', 'Helpers', 'TX', '78701', '"', '""', '=1', '\u00e9', ''),
      fc.string({ maxLength: 12 }),
    );
    const table = fc
      .array(fc.array(cell, { maxLength: 7 }), { maxLength: 8 })
      .map((rows) => ['ein,name,city,state,zip', ...rows.map((row) => row.join(','))].join('\n'));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('CHARITIES', 'RETAILERS', 'OFFERS'), table, async (kind, content) => {
        const outcome = await take(kind, content);
        if (outcome.code) expect(['IMPORT_UNREADABLE', 'BAD_USER_INPUT']).toContain(outcome.code);
        else expect(outcome.rowsTaken + outcome.rowsRefused).toBe(outcome.rowsRead);
      }),
      { numRuns: 80 },
    );
  });

  test('is for administrators', async () => {
    expect(
      await take('CHARITIES', fixture('charities.csv'), {}, { accountId: randomUUID(), scopes: ['officer'] }),
    ).toEqual({ code: 'FORBIDDEN' });
  });
});

describe('offers', () => {
  const capitol = { latitude: 30.2747, longitude: -97.7404 };

  test('near a place come the nearest first, each with its nearest store, and none beyond the radius', async () => {
    await shop('Far', [{ latitude: 30.4, longitude: -97.74 }]);
    await shop('Near', [
      { latitude: 30.29, longitude: -97.74 },
      { latitude: 30.275, longitude: -97.7404 },
    ]);
    await shop('Middle', [{ latitude: 30.28, longitude: -97.74 }]);
    const { offers } = await ask(offersQuery, { near: { position: capitol }, first: 10 });
    expect(titles(offers)).toEqual(['Offer of Near', 'Offer of Middle']);
    const meters = Math.round(distanceMeters(capitol, { latitude: 30.275, longitude: -97.7404 }));
    expect(offers.edges[0].node).toMatchObject({
      distanceMeters: meters,
      nearestStore: { street: '1 Main St' },
      retailer: { name: 'Near' },
    });
    const wide = await ask(offersQuery, { near: { zipCode: '78701', radiusMeters: 50_000 }, first: 10 });
    expect(titles(wide.offers)).toHaveLength(3);
  });

  test('across the antimeridian a place is near', async () => {
    await shop('Date Line', [{ latitude: 52, longitude: -179.999 }]);
    const { offers } = await ask(offersQuery, { near: { position: { latitude: 52, longitude: 179.999 } }, first: 10 });
    expect(titles(offers)).toEqual(['Offer of Date Line']);
  });

  test('pages hold together, with a place and without', async () => {
    for (let count = 0; count < 5; count++)
      await shop(`Shop ${count}`, [{ latitude: 30.2747 + count / 1000, longitude: -97.7404 }]);
    for (const near of [undefined, { position: capitol }]) {
      const seen: string[] = [];
      let after: string | undefined;
      for (;;) {
        const { offers } = await ask(offersQuery, { near, first: 2, after });
        seen.push(...titles(offers));
        if (!offers.pageInfo.hasNextPage) break;
        after = offers.pageInfo.endCursor;
      }
      expect(seen).toEqual([0, 1, 2, 3, 4].map((count) => `Offer of Shop ${count}`));
    }
  });

  test('are found by all words, and signs that mean something to a database mean nothing here', async () => {
    await shop('Bakery', [capitol], { title: '100% rye bread', description: 'A loaf of it' });
    await shop('Cafe', [capitol], { title: 'Coffee' });
    const found = async (search: string) => titles((await ask(offersQuery, { search, first: 10 })).offers);
    expect(await found('RYE loaf')).toEqual(['100% rye bread']);
    expect(await found('100%')).toEqual(['100% rye bread']);
    expect(await found('%')).toEqual(['100% rye bread']);
    expect(await found('_')).toEqual([]);
    expect(await found("cafe' or 1=1")).toEqual([]);
  });

  test('change by version, keep still when equal, and close', async () => {
    const offerId = await shop('Shop', [capitol]);
    const { offer } = await ask('query ($id: ID!) { offer(id: $id) { retailer { id } title } }', { id: offerId });
    const save = (terms: object) =>
      ask(
        'mutation ($input: SaveOfferInput!) { saveOffer(input: $input) { offer { id pricePoints } } }',
        {
          input: {
            offerId,
            retailerId: offer.retailer.id,
            title: offer.title,
            pricePoints: 10,
            valueCents: 500,
            ...terms,
          },
        },
        administrator,
      );
    await save({});
    await save({ pricePoints: 12 });
    expect(
      (await subject.recorded('offer.published')).map(({ version, pricePoints, zipCode }) => [
        version,
        pricePoints,
        zipCode,
      ]),
    ).toEqual([
      [1, 10, '78701'],
      [2, 12, '78701'],
    ]);
    const archive = () =>
      ask(
        'mutation ($input: ArchiveOfferInput!) { archiveOffer(input: $input) { offer { archivedAt } } }',
        { input: { offerId } },
        administrator,
      );
    expect((await archive()).archiveOffer.offer.archivedAt).not.toBeNull();
    await archive();
    expect(await subject.recorded('offer.archived')).toHaveLength(1);
    expect(titles((await ask(offersQuery, { first: 10 })).offers)).toEqual([]);
    expect((await ask('query ($id: ID!) { offer(id: $id) { id } }', { id: offerId })).offer).toEqual({ id: offerId });
    expect(await save({ pricePoints: 13 })).toEqual({ code: 'OFFER_UNAVAILABLE' });
  });

  test('unknown things and questions that are none are refused', async () => {
    const code = { code: 'BAD_USER_INPUT' };
    const position = capitol;
    for (const near of [
      {},
      { position, zipCode: '78701' },
      { zipCode: '00000' },
      { position, radiusMeters: 200_000 },
    ]) {
      expect(await ask(offersQuery, { near, first: 5 })).toEqual(code);
    }
    for (const after of [
      'nonsense',
      Buffer.from('["a"]').toString('base64url'),
      Buffer.from('["a","b"]').toString('base64url'),
    ]) {
      expect(await ask(offersQuery, { first: 5, after })).toEqual(code);
    }
    expect(await ask(offersQuery, { first: 101 })).toEqual(code);
    const input = { retailerId: randomUUID(), title: 'x', pricePoints: 1, valueCents: 1 };
    expect(
      await ask(
        'mutation ($input: SaveOfferInput!) { saveOffer(input: $input) { offer { id } } }',
        { input },
        administrator,
      ),
    ).toEqual({ code: 'NOT_FOUND' });
  });
});

test('the demonstration set goes into an empty catalog, once, and federation finds what it lists', async () => {
  const { clock, databaseUrl } = subject;
  const filled = await openTestSubgraph(catalog, { configuration: { demo: true }, databaseUrl, clock });
  await filled.close();
  const again = await openTestSubgraph(catalog, { configuration: { demo: true }, databaseUrl, clock });
  const { retailers, charities, cities, offers } = await ask(`{
    retailers(first: 100) { edges { node { id stores { id } } } } charities(first: 100) { edges { node { id } } }
    cities(first: 100) { edges { node { position { latitude } } } }
    offers(near: { zipCode: "78701", radiusMeters: 20000 }, first: 100) { edges { node { id pricePoints } } } }`);
  expect(retailers.edges).toHaveLength(9);
  expect(charities.edges).toHaveLength(34);
  expect(cities.edges).toHaveLength(30);
  expect(offers.edges.length).toBeGreaterThan(5);
  expect(await subject.recorded('charity.listed')).toHaveLength(34);
  const representations = [
    { __typename: 'Offer', id: offers.edges[0].node.id },
    { __typename: 'Charity', id: charities.edges[0].node.id },
    { __typename: 'Retailer', id: retailers.edges[0].node.id },
    { __typename: 'Retailer', id: randomUUID() },
  ];
  const { _entities } = await ask(
    'query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Offer { title } ... on Charity { name } ... on Retailer { name } } }',
    { r: representations },
  );
  expect(_entities.map((each: { __typename: string } | null) => each?.__typename ?? null)).toEqual([
    'Offer',
    'Charity',
    'Retailer',
    null,
  ]);
  await again.close();
});

test('a catalog that holds only charities gets no demonstration set, and they keep what an administrator gave them', async () => {
  const [, listed = ''] = readFileSync(join(import.meta.dirname, 'demo', 'charities.csv'), 'utf8').split('\n');
  const [ein] = listed.split(',');
  await take('CHARITIES', `ein,name,city,state,zip\n${ein},A name of our own,Austin,TX,78701`);
  const opened = await openTestSubgraph(catalog, { configuration: { demo: true }, databaseUrl: subject.databaseUrl });
  await opened.close();
  expect(
    await ask(
      '{ charities(first: 5) { edges { node { name } } } retailers(first: 5) { edges { cursor } } cities(first: 5) { edges { cursor } } }',
    ),
  ).toEqual({
    charities: { edges: [{ node: { name: 'A name of our own' } }] },
    retailers: { edges: [] },
    cities: { edges: [] },
  });
});
