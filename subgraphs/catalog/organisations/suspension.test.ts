import type { Caller } from '../../kernel/caller.ts';
import { type Marketplace, openMarketplace, somebody } from './testing/marketplace.ts';

let market: Marketplace;

beforeEach(async () => {
  market = await openMarketplace();
});

afterEach(async () => {
  await market.close();
});

const status = 'organisation { status reason }';
const suspend = (organisationId: string, caller: Caller = market.administrator) =>
  market.change('suspendOrganisation', { organisationId, reason: 'Complaints.' }, caller, status);
const reinstate = (organisationId: string) =>
  market.change('reinstateOrganisation', { organisationId, reason: 'Settled.' }, market.administrator, status);
const archive = (organisationId: string, caller: Caller) =>
  market.change('archiveOrganisation', { organisationId, reason: 'We close.' }, caller, status);
const offer = (retailerId: string, caller: Caller, terms: object = {}) =>
  market.change(
    'saveOffer',
    { retailerId, title: 'Coffee', pricePoints: 10, valueCents: 400, ...terms },
    caller,
    'offer { id status }',
  );
const shown = async (list: string) =>
  (await market.ask(`{ ${list}(first: 100) { edges { cursor } } }`))[list].edges.length;

test('a suspended retailer, its offers and products show no more until it is reinstated, and each is told once', async () => {
  const { id, owner } = await market.list('retailer');
  const { id: offerId } = await offer(id, owner);
  const product = { retailerId: id, sku: 'A-1', name: 'Beans', priceCents: 900 };
  await market.change('saveProduct', product, owner, 'product { id }');
  const products = async () =>
    (await market.ask('query ($id: ID!) { products(retailerId: $id) { edges { cursor } } }', { id })).products.edges
      .length;
  expect([await shown('offers'), await shown('retailers'), await products()]).toEqual([1, 1, 1]);

  expect(await suspend(id)).toEqual({ status: 'SUSPENDED', reason: 'Complaints.' });
  expect(await suspend(id)).toEqual({ status: 'SUSPENDED', reason: 'Complaints.' });
  expect([await shown('offers'), await shown('retailers'), await products()]).toEqual([0, 0, 0]);
  // Vouchers that were issued before name it.
  const kept = await market.ask('query ($id: ID!) { offer(id: $id) { retailer { status } } }', { id: offerId });
  expect(kept.offer.retailer.status).toBe('SUSPENDED');
  for (const change of [
    () => offer(id, owner, { pricePoints: 1 }),
    () => market.change('pauseOffer', { offerId }, owner),
  ]) {
    expect(await change()).toEqual({ code: 'LISTING_STATE' });
  }
  expect(await offer(id, market.administrator, { pricePoints: 11 })).toMatchObject({ status: 'PUBLISHED' });

  expect(await reinstate(id)).toMatchObject({ status: 'LISTED' });
  await reinstate(id);
  expect([await shown('offers'), await shown('retailers'), await products()]).toEqual([1, 1, 1]);
  expect(await market.subject.recorded('retailer.suspended')).toHaveLength(1);
  expect(await market.subject.recorded('retailer.reinstated')).toHaveLength(1);
});

test('a suspended charity and a suspended municipality with its schemes show no more, and it is told', async () => {
  const { id: charityId } = await market.list('charity');
  const { id: municipalityId, owner } = await market.list('municipality');
  const terms = {
    title: 'Parking',
    feeKind: 'parking',
    centsPerPoint: 5,
    largestShareBasisPoints: 5_000,
    budgetCents: 100,
  };
  const { id: schemeId } = await market.change('saveScheme', { municipalityId, ...terms }, owner, 'scheme { id }');
  await market.change('publishScheme', { schemeId }, owner, 'scheme { id }');
  expect([await shown('charities'), await shown('municipalities'), await shown('schemes')]).toEqual([1, 1, 1]);
  await suspend(charityId);
  await suspend(municipalityId);
  expect([await shown('charities'), await shown('municipalities'), await shown('schemes')]).toEqual([0, 0, 0]);
  expect(await market.subject.recorded('charity.suspended')).toMatchObject([{ charityId }]);
  expect(await market.subject.recorded('municipality.suspended')).toMatchObject([{ municipalityId }]);
  await reinstate(charityId);
  await reinstate(municipalityId);
  expect([await shown('charities'), await shown('municipalities'), await shown('schemes')]).toEqual([1, 1, 1]);
  expect(await market.subject.recorded('charity.reinstated')).toHaveLength(1);
  expect(await market.subject.recorded('municipality.reinstated')).toHaveLength(1);
});

test('administrators alone suspend; owners end their organisation, which closes its offers and dismisses its members', async () => {
  const { id, owner } = await market.list('retailer');
  const { owner: other } = await market.list('retailer');
  const editor = await market.join('retailer', id, owner, 'EDITOR');
  const { id: offerId } = await offer(id, owner);
  await offer(id, owner, { title: 'Tea', draft: true });
  for (const caller of [owner, somebody()]) expect(await suspend(id, caller)).toEqual({ code: 'FORBIDDEN' });
  for (const caller of [editor, other, somebody()]) expect(await archive(id, caller)).toEqual({ code: 'FORBIDDEN' });
  expect(await archive(id, owner)).toEqual({ status: 'ARCHIVED', reason: 'We close.' });
  expect([await shown('offers'), await shown('retailers')]).toEqual([0, 1]);
  // Of a draft nobody was told, so nobody is told that it is closed.
  expect(await market.subject.recorded('offer.archived')).toMatchObject([{ offerId }]);
  expect(await market.subject.recorded('retailer.suspended')).toMatchObject([{ retailerId: id }]);
  expect(await market.subject.recorded('organisation.memberRemoved')).toHaveLength(2);
  for (const caller of [owner, editor]) expect(await offer(id, caller)).toEqual({ code: 'FORBIDDEN' });
  expect(await offer(id, market.administrator)).toEqual({ code: 'LISTING_STATE' });
  expect(await reinstate(id)).toEqual({ code: 'LISTING_STATE' });
});

test('changes and a suspension at once end in one order: nothing of a member is written after it', async () => {
  const { id, owner } = await market.list('retailer');
  const outcomes = await Promise.all([
    ...Array.from({ length: 20 }, (_, index) => offer(id, owner, { title: `Offer ${index}` })),
    suspend(id),
    ...Array.from({ length: 20 }, (_, index) => offer(id, owner, { title: `Offer ${20 + index}` })),
  ]);
  const written = outcomes.filter((outcome) => outcome.status === 'PUBLISHED').length;
  expect(written + outcomes.filter(({ code }) => code === 'LISTING_STATE').length).toBe(40);
  const rows = await market.subject
    .em()
    .execute<{ topic: string }[]>(
      "select topic from catalog.outbox where topic in ('offer.published', 'retailer.suspended') order by sequence",
    );
  expect(rows).toHaveLength(written + 1);
  expect(await shown('offers')).toBe(0);
});
