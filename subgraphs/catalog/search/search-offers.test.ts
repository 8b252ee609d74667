import { randomUUID } from 'node:crypto';
import type { Caller } from '../../kernel/caller.ts';
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type CatalogServices, catalog } from '../catalog.ts';
import { OFFER_SHOWS } from '../listings/offer.ts';
import { addShops, ask, askAll, fillShops, type Listed, titlesOf } from './testing/shops.ts';

let subject: TestSubgraph<CatalogServices>;

beforeAll(async () => {
  subject = await openTestSubgraph(catalog);
});

afterAll(async () => {
  await subject.close();
});

const capitol = { latitude: 30.2747, longitude: -97.7404 };
const north = (meters: number) => ({ ...capitol, latitude: capitol.latitude + meters / 111_195 });
const found = async (search: string | null, more: object = {}) =>
  titlesOf(await ask(subject, { search, ...more })).sort();

describe('words', () => {
  beforeEach(async () => {
    await fillShops(subject, [
      {
        name: "Caf\u00e9 Zo\u00eb's",
        category: 'Coffee shop',
        offers: [
          { title: 'Coffee, large', description: 'Any roast. Not with other offers.' },
          { title: 'Cr\u00e8me br\u00fbl\u00e9e', description: 'With coffee' },
          { title: 'Toffee apple' },
        ],
      },
      {
        name: 'Grill',
        offers: [
          { title: 'Two burgers' },
          { title: 'The who and the what' },
          { title: 'Burger menu 7up 12oz' },
          { title: '\ud83c\udf55 Pizza' },
          { title: '\u041a\u043e\u0444\u0435 \u0447\u0435\u0440\u043d\u044b\u0439' },
        ],
      },
    ]);
  });

  test('are looked for in title, terms, category and retailer, all of them', async () => {
    expect(await found('coffee')).toEqual(['Coffee, large', 'Cr\u00e8me br\u00fbl\u00e9e', 'Toffee apple']);
    expect(await found('coffee roast')).toEqual(['Coffee, large']);
    expect(await found('coffee grill')).toEqual([]);
    expect(await found('zoes apple')).toEqual(['Toffee apple']);
    expect(await found('7up 12oz')).toEqual(['Burger menu 7up 12oz']);
    expect(await found(null)).toHaveLength(8);
  });

  test('count without accents, case, width, ending and apostrophe', async () => {
    for (const search of ['creme BRULEE', 'Cr\u00e8me br\u00fbl\u00e9e', '\uff23r\u00e8me', 'Cre\u0300me']) {
      expect(await found(search)).toEqual(['Cr\u00e8me br\u00fbl\u00e9e']);
    }
    expect(await found('burger')).toEqual(['Burger menu 7up 12oz', 'Two burgers']);
    expect(await found('burgers')).toEqual(['Burger menu 7up 12oz', 'Two burgers']);
    expect(await found('\u043a\u043e\u0444\u0435')).toEqual([
      '\u041a\u043e\u0444\u0435 \u0447\u0435\u0440\u043d\u044b\u0439',
    ]);
  });

  test('that every text has are left out unless there are no others', async () => {
    expect(await found('the burgers with a menu')).toEqual(['Burger menu 7up 12oz']);
    expect(await found('the what and')).toEqual(['The who and the what']);
  });

  test.each([
    ['cofee', 'coffee'],
    ['coffeee', 'coffee'],
    ['cofeef', 'coffee'],
    ['toffe', 'toffee'],
    ['burgres menu', 'burgers menu'],
    ['brulle', 'brulee'],
    ['pizaz', 'pizza'],
  ])('with a typing error are understood: %s as %s', async (typed, meant) => {
    const page = await ask(subject, { search: `${typed} ` });
    expect(page.edges.length).toBeGreaterThan(0);
    const isBeginning = meant.startsWith(typed);
    expect(page.corrected).toBe(isBeginning ? null : meant);
    expect(titlesOf(page)).toEqual(titlesOf(await ask(subject, { search: meant })));
  });

  test('that are in use are never corrected, and what is far from any finds nothing', async () => {
    expect(await ask(subject, { search: 'toffee' })).toMatchObject({ corrected: null, edges: [expect.anything()] });
    expect(await ask(subject, { search: 'zzzzqqq' })).toMatchObject({
      corrected: null,
      edges: [],
      total: { count: 0 },
    });
  });

  test('find as they are typed: the last one may be a beginning, exact ones come first', async () => {
    expect(await found('burger men')).toEqual(['Burger menu 7up 12oz']);
    expect(await found('bur menu')).toEqual([]);
  });

  test.each([
    "coffee' | 'burger",
    'coffee & !roast',
    "'); drop table catalog.offer; --",
    'coffee:*',
    '<-> coffee',
    'a\\b:*A',
    '#7 | #15',
    '%_%',
    '?',
    '$1',
  ])('that mean something to a database mean nothing here: %s', async (search) => {
    const page = await ask(subject, { search });
    expect(page.code).toBeUndefined();
    expect(page.edges.length).toBeLessThan(4);
    expect(await found(null)).toHaveLength(8);
  });

  test('of signs alone find nothing; too many are refused', async () => {
    expect(await found('\ud83c\udf55')).toEqual([]);
    expect(await found('!?* &|')).toEqual([]);
    expect(await found('\ud83c\udf55 pizza')).toEqual(['\ud83c\udf55 Pizza']);
    expect(await ask(subject, { search: 'a'.repeat(10_240) })).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await ask(subject, { search: '  ' })).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect((await ask(subject, { search: Array.from({ length: 50 }, () => 'a').join(' ') })).code).toBeUndefined();
  });

  test('have synonyms, which count less than the word itself', async () => {
    const administrator = { accountId: randomUUID(), scopes: ['administrator'] as const };
    const say = async (words: string[], caller: Partial<Caller> = administrator) => {
      const { data, errors } = await subject.execute(
        'mutation ($words: [SearchText!]!) { setSearchSynonyms(input: { words: $words }) { words } }',
        { words },
        caller,
      );
      return data?.setSearchSynonyms.words ?? errors?.[0]?.extensions?.code;
    };
    expect(await say(['brew', 'Coffee'])).toEqual(['brew', 'coffee']);
    expect(await say(['Java', 'COFFEE'])).toEqual(['coffee', 'java']);
    expect(await say(['two words'])).toBe('BAD_USER_INPUT');
    expect(await say(['"},{"', '\ud83c\udf55'])).toBe('BAD_USER_INPUT');
    expect(await say([])).toBe('BAD_USER_INPUT');
    expect(await say(['java'], { accountId: randomUUID(), scopes: ['citizen'] })).toBe('FORBIDDEN');
    const { data } = await subject.execute(
      '{ a: searchSynonyms(word: "JAVA") b: searchSynonyms(word: "brew") }',
      {},
      administrator,
    );
    expect(data).toEqual({ a: ['coffee', 'java'], b: [] });
    const groups = async (args = '', caller: Partial<Caller> = administrator) => {
      const document = `{ searchSynonymGroups${args} { edges { node { words } } pageInfo { hasNextPage endCursor } } }`;
      const answer = await subject.execute(document, {}, caller);
      return answer.data?.searchSynonymGroups ?? answer.errors?.[0]?.extensions?.code;
    };
    await say(['sofa', 'couch', 'settee']);
    const first = await groups('(first: 1)');
    expect(first).toMatchObject({ edges: [{ node: { words: ['coffee', 'java'] } }], pageInfo: { hasNextPage: true } });
    const rest = await groups(`(after: "${first.pageInfo.endCursor}")`);
    expect(rest.edges).toEqual([{ node: { words: ['couch', 'settee', 'sofa'] } }]);
    expect(rest.pageInfo.hasNextPage).toBe(false);
    expect(await groups('', { accountId: randomUUID(), scopes: ['citizen'] })).toBe('FORBIDDEN');
    // What is left of a group when a word leaves it is a group still; one word alone is none.
    await say(['settee']);
    expect((await groups()).edges.at(-1).node.words).toEqual(['couch', 'sofa']);
    await say(['sofa']);
    expect((await groups()).edges).toHaveLength(1);
    await addShops(subject, [{ name: 'Java house', offers: [{ title: 'Java beans' }] }]);
    const { edges } = await ask(subject, { search: 'java' });
    expect(edges[0].node.title).toBe('Java beans');
    expect(edges.map(({ node }: { node: { title: string } }) => node.title)).toContain('Coffee, large');
    expect(await found('coffee beans')).toEqual(['Java beans']);
    expect(await say(['java'])).toEqual(['java']);
    expect(await found('coffee beans')).toEqual([]);
  });

  test('follow what is listed: changes, pauses, suspensions and endings show in the next search', async () => {
    const em = subject.em();
    await em.execute("update catalog.offer set title = 'Lemonade' where title = 'Toffee apple'");
    expect(await found('lemonade')).toEqual(['Lemonade']);
    expect(await found('apple')).toEqual([]);
    await em.execute("update catalog.retailer set name = 'Bar Luna' where name like 'Caf%'");
    expect(await found('luna lemonade')).toEqual(['Lemonade']);
    await em.execute("update catalog.offer set paused_at = now() where title = 'Lemonade'");
    expect(await found('lemonade')).toEqual([]);
    await em.execute("update catalog.offer set paused_at = null where title = 'Lemonade'");
    expect(await found('lemonade')).toEqual(['Lemonade']);
    await em.execute("update catalog.retailer set suspended_at = now() where name = 'Bar Luna'");
    expect(await found('luna')).toEqual([]);
    await em.execute('update catalog.retailer set suspended_at = null');
    const soon = new Date(subject.clock.now().getTime() + 60_000);
    await em.execute("update catalog.offer set ends_at = ? where title = 'Lemonade'", [soon]);
    await em.execute("update catalog.offer set starts_at = ? where title = 'Two burgers'", [soon]);
    expect(await found('lemonade')).toEqual(['Lemonade']);
    expect(await found('two burgers')).toEqual([]);
    subject.clock.advance(61_000);
    expect(await found('lemonade')).toEqual([]);
    expect(await found('two burgers')).toEqual(['Two burgers']);
    await em.execute("delete from catalog.offer where title = 'Two burgers'");
    expect(await found('two burgers')).toEqual([]);
  });
});

test('what is searched is what the lists show, whatever becomes of offers and retailers, also made anew', async () => {
  const em = subject.em();
  await fillShops(
    subject,
    Array.from({ length: 4 }, (_, shop) => ({
      name: `Shop ${shop}`,
      offers: Array.from({ length: 16 }, (__, index) => ({ title: `Thing ${index}` })),
    })),
  );
  await em.execute(`update catalog.offer o set archived_at = case when n & 1 = 0 then null else now() end,
      paused_at = case when n & 2 = 0 then null else now() end, draft = n & 4 > 0
    from (select id, row_number() over (order by retailer_id, id) as n from catalog.offer) x where x.id = o.id`);
  await em.execute(`update catalog.retailer r set suspended_at = case when name = 'Shop 1' then now() end,
      archived_at = case when name = 'Shop 2' then now() end`);
  const shown = `select o.id from catalog.offer o join catalog.retailer r on r.id = o.retailer_id where ${OFFER_SHOWS} order by 1`;
  const expected = (await em.execute<{ id: string }[]>(shown)).map(({ id }) => id);
  const searched = async () =>
    (await em.execute<{ id: string }[]>('select offer_id as id from catalog.offer_search order by 1')).map(
      ({ id }) => id,
    );
  expect(expected.length).toBe(4);
  expect(await searched()).toEqual(expected);
  const rows = 'select * from catalog.offer_search order by offer_id';
  const before = await em.execute(rows);
  await em.execute('select catalog.rebuild_offer_search()');
  expect(await em.execute(rows)).toEqual(before);
});

describe('an answer', () => {
  let offers: Listed[];

  beforeAll(async () => {
    offers = await fillShops(subject, [
      {
        name: 'Baker',
        category: 'Food',
        stores: [north(400), north(3_000)],
        offers: [
          { title: 'Bread', pricePoints: 20, ageSeconds: 90 },
          { title: 'Rye bread, sliced', pricePoints: 60, ageSeconds: 80 },
          { title: 'Cake', description: 'or bread', pricePoints: 300, ageSeconds: 60 },
          { title: 'Old bread', pricePoints: 5, ageSeconds: 70, stores: [1] },
        ],
      },
      {
        name: 'Museum',
        category: 'Culture',
        stores: [north(900)],
        offers: [{ title: 'Bread museum', pricePoints: 150, ageSeconds: 86_400 * 100 }],
      },
      { name: 'Far', category: 'Food', stores: [north(90_000)], offers: [{ title: 'Far bread', pricePoints: 20 }] },
      { name: 'Nowhere', offers: [{ title: 'Bread by mail', pricePoints: 2_000, category: 'Mail' }] },
    ]);
  });

  test('has first what is called as was asked, then titles, then terms, and says why in points that sum up', async () => {
    const { edges } = await ask(subject, { search: 'bread', near: { position: capitol } });
    expect(titlesOf({ edges })).toEqual(['Bread', 'Rye bread, sliced', 'Bread museum', 'Old bread', 'Cake']);
    for (const { score, reasons } of edges) {
      expect(reasons.reduce((sum: number, { points }: { points: number }) => sum + points, 0)).toBe(score);
    }
    expect(edges[0].reasons.map(({ kind }: { kind: string }) => kind)).toEqual(['WORDS_IN_TITLE', 'NEAR', 'NEW']);
    expect(edges[0].reasons[1].sentence).toBe('A store is 400 m away.');
    expect(edges[4].reasons[0].kind).toBe('WORDS');
    expect(edges[0]).toMatchObject({ distanceMeters: 400, nearestStore: { street: '0 Main St' } });
    expect(edges[3]).toMatchObject({ distanceMeters: 3_000, nearestStore: { street: '1 Main St' } });
  });

  test('comes in the order that is asked for', async () => {
    const order = async (sort: string, more: object = {}) => titlesOf(await ask(subject, { sort, ...more }));
    const near = { near: { position: capitol, radiusMeters: 100_000 } };
    expect((await order('PRICE')).slice(0, 2)).toEqual(['Old bread', ...(await order('PRICE')).slice(1, 2)]);
    expect((await order('PRICE')).slice(3)).toEqual(['Rye bread, sliced', 'Bread museum', 'Cake', 'Bread by mail']);
    expect(await order('NEWEST', { search: 'baker' })).toEqual(['Cake', 'Old bread', 'Rye bread, sliced', 'Bread']);
    expect(await order('DISTANCE', near)).toEqual([
      ...(await order('DISTANCE', near)).slice(0, 3),
      ...['Bread museum', 'Old bread', 'Far bread'],
    ]);
    expect(await ask(subject, { sort: 'DISTANCE' })).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test('is filtered by categories, retailers and prices', async () => {
    expect(await found('bread', { filters: { categories: ['Culture', 'Mail'] } })).toEqual([
      'Bread by mail',
      'Bread museum',
    ]);
    const far = offers.find(({ title }) => title === 'Far bread');
    expect(await found(null, { filters: { retailerIds: [far?.retailerId] } })).toEqual(['Far bread']);
    expect(await found('bread', { filters: { pricePointsMin: 60, pricePointsMax: 150 } })).toEqual([
      'Bread museum',
      'Rye bread, sliced',
    ]);
    expect(await found('bread', { filters: { categories: [] } })).toHaveLength(7);
    const wrong = { filters: { pricePointsMin: 2, pricePointsMax: 1 } };
    expect(await ask(subject, wrong)).toMatchObject({ code: 'BAD_USER_INPUT' });
    const many = { filters: { categories: Array.from({ length: 101 }, (_, index) => `C${index}`) } };
    expect(await ask(subject, many)).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test('tells how it divides, each division without its own filter', async () => {
    const { facets, total } = await ask(subject, {
      search: 'bread',
      near: { position: capitol, radiusMeters: 100_000 },
      filters: { categories: ['Food'], pricePointsMax: 100 },
    });
    expect(total).toEqual({ count: 4, isCapped: false });
    expect(facets.categories).toEqual({
      counts: [{ label: 'Food', count: 4 }],
      isCapped: false,
    });
    expect(facets.prices.ranges).toEqual([
      { least: 1, most: 50, count: 3 },
      { least: 51, most: 100, count: 1 },
      { least: 251, most: 1_000, count: 1 },
    ]);
    expect(facets.retailers.counts.map(({ label, count }: { label: string; count: number }) => [label, count])).toEqual(
      [
        ['Baker', 3],
        ['Far', 1],
      ],
    );
    expect(facets.distances.ranges).toEqual([
      { least: 0, most: 1_000, count: 2 },
      { least: 1_001, most: 5_000, count: 1 },
      { least: 20_001, most: 100_000, count: 1 },
    ]);
    const open = await ask(subject, { search: 'bread', filters: { categories: ['Culture'] } });
    expect(open.facets.categories.counts).toEqual([
      { label: 'Food', count: 5 },
      { label: 'Culture', count: 1 },
      { label: 'Mail', count: 1 },
    ]);
    expect(open.facets.distances.ranges).toEqual([]);
  });

  test('says how many there are up to 5,000, and that there are more', async () => {
    const many = { name: 'Many', offers: Array.from({ length: 5_001 }, (_, index) => ({ title: `Pin ${index}` })) };
    await addShops(subject, [many]);
    const { total, facets } = await ask(subject, { search: 'pin', first: 1 });
    expect(total).toEqual({ count: 5_000, isCapped: true });
    expect(facets.retailers).toEqual({
      counts: [{ label: 'Many', retailerId: expect.anything(), count: 5_000 }],
      isCapped: true,
    });
    const pinned = await askAll(subject, { search: 'pin' }, { first: 100 });
    expect(new Set(pinned.map(({ node }) => node.id)).size).toBe(5_001);
    // With counts known, the same answers come in blocks of standings.
    await subject.em().execute('select catalog.count_search_words()');
    const inBlocks = await askAll(subject, { search: 'pin' }, { first: 100 });
    expect(new Set(inBlocks.map(({ node }) => node.id)).size).toBe(5_001);
    expect(inBlocks).toHaveLength(5_001);
    expect(
      new Set(inBlocks.map(({ cursor }) => JSON.parse(Buffer.from(cursor, 'base64url').toString())[2])).size,
    ).toBeGreaterThan(1);
    const browsed = await askAll(subject, {}, { first: 100 });
    expect(new Set(browsed.map(({ node }) => node.id)).size).toBe(browsed.length);
    expect(browsed.length).toBe(5_008);
    await subject.em().execute('delete from catalog.offer where title like ?', ['Pin %']);
  });
});

describe('a cursor', () => {
  test('of another question, of a future, or made up is refused', async () => {
    await fillShops(subject, [
      { name: 'Shop', offers: Array.from({ length: 6 }, (_, index) => ({ title: `Bread ${index}` })) },
    ]);
    const { pageInfo } = await ask(subject, { search: 'bread', first: 2 });
    const after = pageInfo.endCursor;
    expect((await ask(subject, { search: 'bread', first: 3, after })).edges).toHaveLength(3);
    const others = [
      { search: 'bread 1' },
      { search: null },
      { search: 'bread', sort: 'PRICE' },
      { search: 'bread', filters: { pricePointsMax: 100 } },
      { search: 'bread', near: { position: capitol } },
      { search: 'bread', filters: { categories: ['Food'] } },
    ];
    for (const other of others) {
      expect(await ask(subject, { ...other, after })).toMatchObject({
        code: 'BAD_USER_INPUT',
        message: expect.stringContaining('another question'),
      });
    }
    const parts = JSON.parse(Buffer.from(after, 'base64url').toString());
    const forge = (index: number, value: unknown) =>
      Buffer.from(JSON.stringify(parts.map((part: unknown, at: number) => (at === index ? value : part)))).toString(
        'base64url',
      );
    const forged = [
      ...[0, 1, 2, 3, 4, 5].flatMap((index) => [null, 'x', 1e300, -1e300, 0.5].map((value) => forge(index, value))),
      forge(1, subject.clock.now().getTime() + 60_000),
      forge(3, 2_048),
      'AAAA',
      Buffer.from('[]').toString('base64url'),
    ];
    for (const cursor of forged) {
      expect(await ask(subject, { search: 'bread', after: cursor })).toMatchObject({ code: 'BAD_USER_INPUT' });
    }
    const { endCursor } = (await subject.execute('{ offers(first: 1) { pageInfo { endCursor } } }')).data.offers
      .pageInfo;
    expect(await ask(subject, { after: endCursor })).toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('suggestions', () => {
  test('complete the last word, the most usual first, and after other words find something', async () => {
    await fillShops(subject, [
      {
        name: 'Shop',
        offers: [
          { title: 'Chocolate milk' },
          { title: 'Chocolate chips' },
          { title: 'Cheese' },
          { title: 'Chips and cheese' },
          { title: 'Milk' },
        ],
      },
    ]);
    await subject.em().execute('select catalog.count_search_words()');
    const suggested = async (prefix: string) =>
      (await subject.execute('query ($prefix: SearchText!) { suggestOffers(prefix: $prefix) }', { prefix })).data
        .suggestOffers;
    expect(await suggested('ch')).toEqual(['cheese', 'chips', 'chocolate']);
    expect(await suggested('CHOC')).toEqual(['chocolate']);
    expect(await suggested('chocolate m')).toEqual(['chocolate milk']);
    expect(await suggested('chocolate ch')).toEqual(['chocolate chips']);
    expect(await suggested('chesse ch')).toEqual(['cheese chips']);
    expect(await suggested("'; --")).toEqual([]);
    expect(await suggested('\ud83c\udf55')).toEqual([]);
    expect((await suggested('c')).length).toBeLessThanOrEqual(10);
  });
});

test('who may not sign in may search; a partner and an administrator too', async () => {
  await fillShops(subject, [{ name: 'Shop', offers: [{ title: 'Bread' }] }]);
  for (const caller of [
    {},
    { accountId: randomUUID(), scopes: ['administrator'] as const },
    { retailerId: randomUUID(), scopes: ['offers:read'] as const },
  ]) {
    expect(titlesOf(await ask(subject, { search: 'bread' }, caller))).toEqual(['Bread']);
  }
});
