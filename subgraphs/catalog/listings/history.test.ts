import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Caller } from '../../kernel/caller.ts';
import { type Marketplace, openMarketplace, somebody } from '../organisations/testing/marketplace.ts';

let market: Marketplace;

beforeAll(async () => {
  market = await openMarketplace();
});

afterAll(async () => {
  await market.close();
});

const history = async (kind: string, id: string, caller: Caller, page: object = {}) => {
  const answer = await market.ask(
    `query ($kind: ListingKind!, $id: ID!, $first: PageSize! = 50, $after: Cursor) {
       listingHistory(kind: $kind, id: $id, first: $first, after: $after) {
         edges { node { changedAt changedBy made version fields { field before after } } }
         pageInfo { endCursor hasNextPage } } }`,
    { kind, id, ...page },
    caller,
  );
  return answer.code ? answer : answer.listingHistory;
};

test('every change of an offer is there, with who, when, what it was and what it became, the latest first', async () => {
  const { id: retailerId, owner } = await market.list('retailer');
  const offer = { retailerId, title: 'Coffee', pricePoints: 10, valueCents: 400 };
  const { id: offerId } = await market.change('saveOffer', offer, owner, 'offer { id }');
  const madeBefore = market.subject.clock.now();
  market.subject.clock.advance(60_000);
  await market.change('saveOffer', { ...offer, pricePoints: 12 }, market.administrator);
  await market.change('saveOffer', { ...offer, pricePoints: 12 }, market.administrator);
  await market.change('pauseOffer', { offerId }, owner);
  const { edges } = await history('OFFER', offerId, owner);
  const changes = edges.map(({ node }: { node: object }) => node);
  expect(changes).toHaveLength(3);
  expect(changes[0]).toMatchObject({
    changedBy: owner.accountId,
    fields: [{ field: 'pausedAt', before: null, after: expect.any(String) }],
  });
  expect(changes[1]).toMatchObject({
    changedBy: market.administrator.accountId,
    version: 2,
    fields: [{ field: 'pricePoints', before: '10', after: '12' }],
  });
  expect(changes[2]).toMatchObject({ made: true, version: 1, changedBy: owner.accountId });
  expect(new Date(changes[2].changedAt).getTime()).toBeLessThanOrEqual(madeBefore.getTime());
  expect(new Date(changes[1].changedAt).getTime()).toBeGreaterThanOrEqual(madeBefore.getTime() + 60_000);
  expect(changes[2].fields).toContainEqual({ field: 'title', before: null, after: 'Coffee' });
});

test('read backwards, a history gives every state that a product ever had', async () => {
  const { id: retailerId, owner } = await market.list('retailer');
  const state = fc.record({
    name: fc.constantFrom('Beans', 'Rice', 'Ünïcode "quoted"'),
    priceCents: fc.integer({ min: 0, max: 3 }),
    stock: fc.option(fc.integer({ min: 1, max: 2 })),
    description: fc.option(fc.constantFrom('One line', 'Two\nlines')),
  });
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(state, { minLength: 1, maxLength: 8 }), async (states) => {
      const sku = `S-${count++}`;
      let id = '';
      for (const each of states) {
        ({ id } = await market.change('saveProduct', { retailerId, sku, ...each }, owner, 'product { id }'));
      }
      const { edges } = await history('PRODUCT', id, owner);
      const seen: Record<string, string | null>[] = [];
      const now: Record<string, string | null> = {};
      for (const { node } of [...edges].reverse()) {
        for (const { field, before, after } of node.fields) {
          expect(before).toBe(now[field] ?? null);
          now[field] = after;
        }
        seen.push({ ...now });
      }
      const text = (value: string | number | null) => (value === null ? undefined : String(value));
      const keys = ['name', 'priceCents', 'stock', 'description'] as const;
      const expected = states
        .map((each) => keys.map((key) => text(each[key])))
        .filter((each, index, all) => index === 0 || JSON.stringify(each) !== JSON.stringify(all[index - 1]));
      expect(seen.map((each) => keys.map((key) => each[key] ?? undefined))).toEqual(expected);
    }),
    { numRuns: 40 },
  );
}, 60_000);

test('pages of a history hold together while it grows', async () => {
  const { id: retailerId, owner } = await market.list('retailer');
  const save = (profile: string) => market.change('saveRetailer', { retailerId, profile }, owner);
  for (const profile of ['one', 'two', 'three', 'four']) await save(profile);
  const seen: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = await history('RETAILER', retailerId, owner, { first: 2, after });
    seen.push(...page.edges.map(({ node }: { node: { fields: { after: string }[] } }) => node.fields[0]?.after));
    if (!page.pageInfo.hasNextPage) break;
    after = page.pageInfo.endCursor;
    await save(`later ${seen.length}`);
  }
  expect(seen.slice(0, 4)).toEqual(['four', 'three', 'two', 'one']);
  expect(seen).toHaveLength(5);
});

test('the database refuses to change or to remove what was kept', async () => {
  const { id, owner } = await market.list('retailer');
  await market.change('saveRetailer', { retailerId: id, profile: 'New.' }, owner);
  const em = market.subject.em();
  const kept = await em.execute('select * from catalog.listing_change order by sequence');
  for (const sql of [
    'update catalog.listing_change set changed_by = null',
    'delete from catalog.listing_change',
    'truncate catalog.listing_change',
  ]) {
    await expect(em.execute(sql)).rejects.toThrow('append-only');
  }
  expect(await em.execute('select * from catalog.listing_change order by sequence')).toEqual(kept);
});

test('what a file changes is kept as well, as done by nobody', async () => {
  const content = 'name,street,city,state,zip,latitude,longitude\nFile Shop,1 Main St,Austin,TX,78701,30.27,-97.74';
  const input = { kind: 'RETAILERS', idempotencyKey: randomUUID(), content };
  await market.change('importTable', input, market.administrator, 'import { rowsTaken }');
  const again = { ...input, idempotencyKey: randomUUID(), content: content.replace('30.27', '30.28') };
  await market.change('importTable', again, market.administrator, 'import { rowsTaken }');
  const [store] = await market.subject
    .em()
    .execute<[{ id: string; retailer_id: string }]>(
      "select s.id, s.retailer_id from catalog.store s join catalog.retailer r on r.id = s.retailer_id where r.name = 'File Shop'",
    );
  const { edges } = await history('STORE', store.id, market.administrator);
  expect(edges.map(({ node }: { node: object }) => node)).toMatchObject([
    { changedBy: null, fields: [{ field: 'latitude', before: '30.27', after: '30.28' }] },
    { changedBy: null, made: true },
  ]);
  expect((await history('ORGANISATION', store.retailer_id, market.administrator)).edges).toHaveLength(1);
});

test('it is for members of the organisation and administrators, of things that are there', async () => {
  const { id, owner } = await market.list('retailer');
  const { owner: other } = await market.list('retailer');
  for (const caller of [other, somebody()]) expect((await history('RETAILER', id, caller)).code).toBe('FORBIDDEN');
  expect((await history('RETAILER', id, owner)).edges).toHaveLength(1);
  expect((await history('ORGANISATION', id, owner)).edges).toHaveLength(1);
  expect((await history('CHARITY', id, market.administrator)).code).toBe('NOT_FOUND');
  expect((await history('OFFER', randomUUID(), market.administrator)).code).toBe('NOT_FOUND');
});
