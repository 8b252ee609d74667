import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { distanceMeters, type Position } from '../../kernel/position.ts';
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type CatalogServices, catalog } from '../catalog.ts';
import { executeWith } from '../listings/put-listing.ts';

let subject: TestSubgraph<CatalogServices>;

beforeAll(async () => {
  subject = await openTestSubgraph(catalog);
});

afterAll(async () => {
  await subject.close();
});

interface Shop {
  readonly stores: readonly Position[];
  readonly offers: number;
}

/** Fills the catalog with these shops and nothing else; answers each offer with the stores it can be redeemed in. */
async function fill(shops: readonly Shop[]): Promise<{ offerId: string; stores: readonly Position[] }[]> {
  const em = subject.em();
  await em.execute('truncate catalog.retailer, catalog.store, catalog.product, catalog.offer');
  const retailers = shops.map((shop, index) => ({ ...shop, id: randomUUID(), name: `Shop ${index}` }));
  await executeWith(
    em,
    `insert into catalog.retailer (id, name, name_key, listed_at)
     select id, name, lower(name), now() from jsonb_to_recordset(cast(? as jsonb)) as t(id uuid, name text)`,
    retailers,
  );
  await executeWith(
    em,
    `insert into catalog.store (id, retailer_id, street, street_key, city, state, zip_code, latitude, longitude)
     select gen_random_uuid(), retailer_id, street, street, 'Austin', 'TX', '78701', latitude, longitude
     from jsonb_to_recordset(cast(? as jsonb))
       as t(retailer_id uuid, street text, latitude double precision, longitude double precision)`,
    retailers.flatMap(({ id, stores }) =>
      stores.map((position, index) => ({ retailer_id: id, street: `${index} Main St`, ...position })),
    ),
  );
  const offers = retailers.flatMap(({ id, stores, offers: count }) =>
    Array.from({ length: count }, (_, index) => ({
      id: randomUUID(),
      retailer_id: id,
      title: `Offer ${index}`,
      starts_at: new Date(subject.clock.now().getTime() - 1_000),
      stores,
    })),
  );
  await executeWith(
    em,
    `insert into catalog.offer (id, retailer_id, title, title_key, search_key, price_points, value_cents, starts_at, version)
     select id, retailer_id, title, lower(title), lower(title), 10, 400, starts_at, 1
     from jsonb_to_recordset(cast(? as jsonb)) as t(id uuid, retailer_id uuid, title text, starts_at timestamptz)`,
    offers,
  );
  return offers.map(({ id, stores }) => ({ offerId: id, stores }));
}

async function offersNear(position: Position, radiusMeters: number, first: number) {
  const seen: { id: string; distanceMeters: number }[] = [];
  for (let after: string | null = null; ; ) {
    const { data, errors } = await subject.execute(
      `query ($near: NearInput, $first: PageSize!, $after: Cursor) { offers(near: $near, first: $first, after: $after) {
         edges { node { id distanceMeters } } pageInfo { endCursor hasNextPage } } }`,
      { near: { position, radiusMeters }, first, after },
    );
    expect(errors).toBeUndefined();
    seen.push(...data.offers.edges.map(({ node }: { node: { id: string; distanceMeters: number } }) => node));
    if (!data.offers.pageInfo.hasNextPage) return seen;
    after = data.offers.pageInfo.endCursor;
  }
}

// Places where a box of degrees goes wrong: the date line, the poles, the far north of Alaska.
const centers: Position[] = [
  { latitude: 30.2672, longitude: -97.7431 },
  { latitude: 52, longitude: 179.99 },
  { latitude: 89.9, longitude: 10 },
  { latitude: -89.99, longitude: -170 },
  { latitude: 71.2, longitude: -156.7 },
];

test('pages of offers near a place are what a walk through every store gives, nearest first, none twice or missing', async () => {
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
  const scene = fc.constantFrom(...centers).chain((center) =>
    fc.record({
      center: fc.constant(center),
      shops: fc.array(
        fc.record({
          stores: fc.array(around(center), { minLength: 1, maxLength: 4 }),
          offers: fc.integer({ min: 1, max: 3 }),
        }),
        { minLength: 1, maxLength: 8 },
      ),
      radiusMeters: fc.integer({ min: 1_000, max: 100_000 }),
      first: fc.integer({ min: 1, max: 5 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(scene, async ({ center, shops, radiusMeters, first }) => {
      const expected = (await fill(shops))
        .map(({ offerId, stores }) => ({
          id: offerId,
          meters: Math.min(...stores.map((store) => distanceMeters(center, store))),
        }))
        .filter(({ meters }) => meters <= radiusMeters)
        .map(({ id, meters }) => ({ id, distanceMeters: Math.round(meters) }))
        .sort((a, b) => a.distanceMeters - b.distanceMeters || (a.id < b.id ? -1 : 1));
      expect(await offersNear(center, radiusMeters, first)).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

test('offers that come while one pages through neither repeat nor hide others', async () => {
  const at = (north: number) => ({ latitude: 30 + north / 1_000, longitude: -97 });
  const before = await fill([1, 2, 3, 4].map((north) => ({ stores: [at(north)], offers: 1 })));
  const page = async (after: string | null) =>
    (
      await subject.execute(
        `query ($near: NearInput, $after: Cursor) { offers(near: $near, first: 2, after: $after) {
           edges { node { id } } pageInfo { endCursor } } }`,
        { near: { position: at(0) }, after },
      )
    ).data.offers;
  const first = await page(null);
  await subject
    .em()
    .execute('update catalog.store set latitude = ? where latitude = ?', [at(0).latitude, at(1).latitude]);
  await subject.em().execute('update catalog.offer set archived_at = now() where id = ?', [before[1]?.offerId]);
  const second = await page(first.pageInfo.endCursor);
  const ids = [...first.edges, ...second.edges].map(({ node }: { node: { id: string } }) => node.id);
  expect(ids).toEqual(before.map(({ offerId }) => offerId));
});
