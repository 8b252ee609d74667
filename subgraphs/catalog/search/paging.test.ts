import fc from 'fast-check';
import { distanceMeters, type Position } from '../../kernel/position.ts';
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type CatalogServices, catalog } from '../catalog.ts';
import { addShops, askAll, fillShops, type Listed, type Shop } from './testing/shops.ts';

let subject: TestSubgraph<CatalogServices>;

beforeAll(async () => {
  subject = await openTestSubgraph(catalog);
});

afterAll(async () => {
  await subject.close();
});

/** So that what is written ends before what is read. */
const MOST_WRITES = 24;
// No two of them are alike enough to be a typing error of the other.
const WORDS = ['bread', 'milk', 'corn', 'fish', 'soup', 'lamb'];
const CATEGORIES = ['Food', 'Culture', "Joe's \\ 'best'"];

// Places where a box of degrees goes wrong: the date line, the poles, the far north of Alaska.
const centers: Position[] = [
  { latitude: 30.2672, longitude: -97.7431 },
  { latitude: 52, longitude: 179.99 },
  { latitude: 90, longitude: 10 },
  { latitude: -89.99, longitude: -170 },
  { latitude: 71.2, longitude: -156.7 },
];

const around = ({ latitude, longitude }: Position) =>
  fc
    .record({
      north: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
      east: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
    })
    .map(
      ({ north, east }): Position => ({
        latitude: Math.max(-90, Math.min(90, latitude + north)),
        longitude: ((longitude + east + 540) % 360) - 180,
      }),
    );

const shopsAround = (center: Position) =>
  fc.array(
    fc.record({
      name: fc.constantFrom('Alpha', 'Beta').chain((name) => fc.uuid().map((id) => `${name} ${id}`)),
      category: fc.constantFrom(...CATEGORIES),
      stores: fc.array(around(center), { maxLength: 3 }),
      offers: fc.array(
        fc.record(
          {
            title: fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 }).map((words) => words.join(' ')),
            description: fc
              .array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 })
              .map((words) => words.join(', ')),
            pricePoints: fc.integer({ min: 1, max: 4 }),
            ageSeconds: fc.integer({ min: 1, max: 4 }),
            category: fc.constantFrom(...CATEGORIES),
            stores: fc.uniqueArray(fc.integer({ min: 0, max: 0 }), { minLength: 1 }),
          },
          { requiredKeys: ['title', 'pricePoints', 'ageSeconds'] },
        ),
        { minLength: 1, maxLength: 5 },
      ),
    }),
    { minLength: 1, maxLength: 6 },
  );

/** One title per retailer, as the catalog has it; who names stores has them. */
const proper = (shops: readonly Shop[]): Shop[] =>
  shops.map((shop) => ({
    ...shop,
    offers: shop.offers.map((offer, index) => {
      const { stores, ...terms } = { ...offer, title: `${offer.title} ${index}` };
      return stores && shop.stores?.length ? { ...terms, stores } : terms;
    }),
  }));

const scene = fc.constantFrom(...centers).chain((center) =>
  fc.record({
    shops: shopsAround(center).map(proper),
    words: fc.option(fc.uniqueArray(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 2 }), { nil: null }),
    near: fc.option(
      fc.integer({ min: 1_000, max: 100_000 }).map((radiusMeters) => ({ position: center, radiusMeters })),
      { nil: null },
    ),
    categories: fc.option(fc.uniqueArray(fc.constantFrom(...CATEGORIES), { minLength: 1 }), { nil: null }),
    pricePointsMin: fc.option(fc.integer({ min: 1, max: 2 }), { nil: null }),
    pricePointsMax: fc.option(fc.integer({ min: 2, max: 4 }), { nil: null }),
    sort: fc.constantFrom('RELEVANCE', 'PRICE', 'NEWEST', 'DISTANCE'),
    first: fc.integer({ min: 1, max: 5 }),
  }),
);

type Scene = typeof scene extends fc.Arbitrary<infer Value> ? Value : never;

const questionOf = ({ words, near, categories, pricePointsMin, pricePointsMax, sort }: Scene) => ({
  search: words?.join(' ') ?? null,
  near,
  filters: { categories, pricePointsMin, pricePointsMax },
  sort: sort === 'DISTANCE' && !near ? 'PRICE' : sort,
});

/** What a walk through every offer finds. */
function walk(listed: readonly Listed[], asked: Scene): (Listed & { meters: number })[] {
  const { words, near, categories, pricePointsMin, pricePointsMax } = asked;
  return listed
    .map((offer) => ({
      ...offer,
      meters: near ? Math.min(...offer.places.map((place) => distanceMeters(near.position, place))) : 0,
    }))
    .filter((offer) => {
      const text = `${offer.title} ${offer.description ?? ''}`;
      const [price, category] = [offer.pricePoints ?? 0, offer.category ?? offer.shop.category];
      if (words && !words.every((word) => text.includes(word))) return false;
      if (categories && !categories.includes(category ?? '')) return false;
      if (price < (pricePointsMin ?? 0) || price > (pricePointsMax ?? 9)) return false;
      return offer.meters <= (near?.radiusMeters ?? 0);
    });
}

test('what is found is what a walk through every offer finds, in the order asked for, none twice or missing', async () => {
  await fc.assert(
    fc.asyncProperty(scene, async (asked) => {
      const listed = await fillShops(subject, asked.shops);
      const question = questionOf(asked);
      const expected = walk(listed, asked);
      const found = await askAll(subject, question, { first: asked.first });
      const ids = found.map(({ node }) => node.id);
      const inOrder = (rank: (offer: (typeof expected)[number]) => number, direction = 1) =>
        [...expected].sort((a, b) => direction * (rank(a) - rank(b) || (a.id < b.id ? -1 : 1))).map(({ id }) => id);
      if (question.sort === 'PRICE') expect(ids).toEqual(inOrder(({ pricePoints }) => pricePoints ?? 0));
      if (question.sort === 'NEWEST') expect(ids).toEqual(inOrder(({ ageSeconds }) => -(ageSeconds ?? 0), -1));
      if (question.sort === 'DISTANCE') expect(ids).toEqual(inOrder(({ meters }) => Math.round(meters)));
      if (question.sort === 'RELEVANCE') {
        expect([...ids].sort()).toEqual(inOrder(() => 0));
        const sorted = [...found].sort((a, b) => b.score - a.score || (a.node.id < b.node.id ? -1 : 1));
        expect(found).toEqual(sorted);
      }
      if (asked.near) {
        const metersOf = new Map(expected.map(({ id, meters }) => [id, Math.round(meters)]));
        expect(found.map(({ distanceMeters }) => distanceMeters)).toEqual(ids.map((id) => metersOf.get(id)));
      }
    }),
    { numRuns: 80 },
  );
});

test('offers that nobody touches come once on pages that are read while others are written', async () => {
  const writes = fc.array(fc.constantFrom('list', 'close', 'price', 'rename', 'take', 'count', 'rank'), {
    minLength: 1,
    maxLength: 4,
  });
  const run = fc.record({
    sort: fc.constantFrom('RELEVANCE', 'PRICE', 'NEWEST', 'DISTANCE'),
    first: fc.integer({ min: 1, max: 7 }),
    isNamed: fc.boolean(),
    writes,
  });
  const place = { latitude: 30, longitude: -97 };
  await fc.assert(
    fc.asyncProperty(run, async ({ sort, first, isNamed, writes: kinds }) => {
      const shop = (name: string): Shop => ({
        name,
        stores: [place],
        // Ties wherever one looks.
        offers: Array.from({ length: 12 }, (_, index) => ({
          title: `bread ${index}`,
          pricePoints: 1 + (index % 2),
          ageSeconds: 5,
        })),
      });
      const listed = await fillShops(subject, [shop('Still'), shop('Busy')]);
      const [still, busy] = [0, 1].map((half) =>
        listed.filter((_, index) => index >= 12 === (half === 1)).map(({ id }) => id),
      );
      const em = () => subject.em();
      let turn = 0;
      const write: Record<string, () => Promise<unknown>> = {
        list: () =>
          addShops(subject, [{ ...shop(`New ${subject.newId()}`), offers: [{ title: 'bread', ageSeconds: 5 }] }]),
        close: () => em().execute('update catalog.offer set archived_at = now() where id = ?', [busy?.[turn % 12]]),
        price: () =>
          em().execute('update catalog.offer set price_points = 3 - price_points where id = ?', [busy?.[turn % 12]]),
        rename: () => em().execute("update catalog.offer set description = 'bread' where id = ?", [busy?.[turn % 12]]),
        take: () =>
          subject.deliver('voucher.issued', {
            ...{ voucherId: subject.newId(), transactionId: subject.newId(), accountId: subject.newId() },
            ...{ offerId: busy?.[turn % 12] ?? '', retailerId: subject.newId(), points: 1, zipCode: null },
            issuedAt: subject.clock.now().toISOString(),
          }),
        count: () => em().execute('select catalog.count_search_words()'),
        rank: () =>
          em().execute('update catalog.offer_search set title_plain = title_plain where offer_id in (?)', [
            still ?? [],
          ]),
      };
      const under: Promise<unknown>[] = [];
      const found = await askAll(
        subject,
        { search: isNamed ? 'bread' : null, sort, near: { position: place } },
        {
          first,
          between: async () => {
            // Some are done before the next page is read, others while it is.
            for (const kind of turn < MOST_WRITES ? kinds : []) {
              turn++;
              const written = write[kind]?.();
              if (turn % 2 === 0) await written;
              else under.push(written ?? Promise.resolve());
            }
          },
        },
      );
      await Promise.all(under);
      const seen = found.map(({ node }) => node.id).filter((id) => still?.includes(id));
      expect([...seen].sort()).toEqual([...(still ?? [])].sort());
    }),
    { numRuns: 25 },
  );
});
