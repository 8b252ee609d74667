import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Caller } from '../../kernel/caller.ts';
import { type Marketplace, openMarketplace, somebody } from '../organisations/testing/marketplace.ts';

let market: Marketplace;
let retailerId: string;
let owner: Caller;

beforeEach(async () => {
  market = await openMarketplace();
  ({ id: retailerId, owner } = await market.list('retailer'));
});

afterEach(async () => {
  await market.close();
});

const fields = 'offer { id status version pricePoints validDays offlineAllowed refundable category stores { id } }';
const save = (terms: object = {}, caller: Caller = owner) =>
  market.change(
    'saveOffer',
    { retailerId, title: 'Coffee', pricePoints: 10, valueCents: 400, ...terms },
    caller,
    fields,
  );
const step = (mutation: string, offerId: string, terms: object = {}, caller: Caller = owner) =>
  market.change(mutation, { offerId, ...terms }, caller, fields);
const shown = async () => (await market.ask('{ offers(first: 100) { edges { node { id } } } }')).offers.edges.length;
const told = async (topic: 'offer.published' | 'offer.paused' | 'offer.resumed' | 'offer.archived') =>
  (await market.subject.recorded(topic)).length;
const store = (street: string, terms: object = {}, caller: Caller = owner) =>
  market.change(
    'saveStore',
    {
      retailerId,
      street,
      city: 'Austin',
      state: 'TX',
      zipCode: '78701',
      position: { latitude: 30.27, longitude: -97.74 },
      ...terms,
    },
    caller,
    'store { id version archivedAt openingHours }',
  );

test('an offer is written as a draft, published, paused, resumed and closed, and told at each step', async () => {
  const draft = await save({ draft: true });
  expect(draft).toMatchObject({ status: 'DRAFT', version: 1 });
  expect(await save({ pricePoints: 12 })).toMatchObject({ status: 'DRAFT', version: 2 });
  const { id } = draft;
  const open = 'query ($id: ID!) { offer(id: $id) { id } }';
  expect((await market.ask(open, { id }, owner)).offer).toBeNull();
  const _entities = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Offer { id } } }';
  expect((await market.ask(_entities, { r: [{ __typename: 'Offer', id }] }))._entities).toEqual([null]);
  expect([await shown(), await told('offer.published')]).toEqual([0, 0]);

  expect(await step('publishOffer', id)).toMatchObject({ status: 'PUBLISHED', version: 3 });
  expect(await step('publishOffer', id)).toMatchObject({ version: 3 });
  expect(await market.subject.recorded('offer.published')).toMatchObject([
    { offerId: id, version: 3, pricePoints: 12 },
  ]);
  expect([await shown(), (await market.ask(open, { id })).offer]).toEqual([1, { id }]);

  expect(await step('pauseOffer', id)).toMatchObject({ status: 'PAUSED' });
  await step('pauseOffer', id);
  expect([await shown(), await told('offer.paused')]).toEqual([0, 1]);
  expect(await step('resumeOffer', id)).toMatchObject({ status: 'PUBLISHED' });
  await step('resumeOffer', id);
  expect([await shown(), await told('offer.resumed')]).toEqual([1, 1]);

  expect(await step('archiveOffer', id)).toMatchObject({ status: 'ARCHIVED' });
  await step('archiveOffer', id);
  expect([await shown(), await told('offer.archived')]).toEqual([0, 1]);
  for (const mutation of ['publishOffer', 'pauseOffer', 'resumeOffer']) {
    expect(await step(mutation, id)).toEqual({ code: 'OFFER_UNAVAILABLE' });
  }
  expect(await save()).toEqual({ code: 'OFFER_UNAVAILABLE' });
});

test('what was published is no draft again, and a draft is not paused; a draft is published by saving it so', async () => {
  const { id } = await save({ draft: true });
  expect(await step('pauseOffer', id)).toEqual({ code: 'OFFER_UNAVAILABLE' });
  expect(await save({ draft: false })).toMatchObject({ id, status: 'PUBLISHED' });
  expect(await save({ draft: true })).toEqual({ code: 'BAD_USER_INPUT' });
});

test('further terms are told and stay when they are not given again', async () => {
  const { id: storeId } = await store('1 Main St');
  const terms = { validDays: 14, offlineAllowed: true, refundable: false, category: 'Coffee', storeIds: [storeId] };
  const kept = {
    validDays: 14,
    offlineAllowed: true,
    refundable: false,
    category: 'Coffee',
    stores: [{ id: storeId }],
  };
  expect(await save(terms)).toMatchObject({ ...kept, version: 1 });
  expect(await save(terms)).toMatchObject({ version: 1 });
  expect(await save({ pricePoints: 11 })).toMatchObject({ ...kept, version: 2 });
  expect(await market.subject.recorded('offer.published')).toMatchObject([
    { version: 1, validDays: 14, offlineAllowed: true, refundable: false },
    { version: 2, validDays: 14, offlineAllowed: true, refundable: false },
  ]);
  expect(await save({ pricePoints: 11, validDays: null, storeIds: [] })).toMatchObject({
    validDays: null,
    stores: null,
  });
});

test('stores and products of others, and closed ones, are refused', async () => {
  const { id: otherId, owner: other } = await market.list('retailer');
  const foreign = await store('1 Main St', { retailerId: otherId }, other);
  const product = { retailerId: otherId, sku: '1', name: 'Beans', priceCents: 100 };
  const { id: productId } = await market.change('saveProduct', product, other, 'product { id }');
  const closed = await store('2 Main St');
  await market.change('archiveStore', { storeId: closed.id }, owner);
  for (const terms of [
    { storeIds: [foreign.id] },
    { storeIds: [closed.id] },
    { storeIds: [randomUUID()] },
    { productId },
  ]) {
    expect(await save(terms)).toEqual({ code: 'BAD_USER_INPUT' });
  }
});

test('an offer that some stores take is found near those, and no other store of the retailer', async () => {
  const north = { latitude: 30.4, longitude: -97.74 };
  const { id: near } = await store('1 Main St');
  const { id: far } = await store('2 Main St', { position: north });
  await save({ title: 'Everywhere' });
  await save({ title: 'Far only', storeIds: [far] });
  const found = async (position: object, radiusMeters: number) => {
    const query = `query ($near: NearInput) { offers(near: $near) { edges { node { title nearestStore { id } } } } }`;
    const { offers } = await market.ask(query, { near: { position, radiusMeters } });
    return offers.edges.map(({ node }: { node: { title: string; nearestStore: { id: string } } }) => [
      node.title,
      node.nearestStore.id,
    ]);
  };
  const here = { latitude: 30.27, longitude: -97.74 };
  expect(await found(here, 1_000)).toEqual([['Everywhere', near]]);
  expect(await found(here, 50_000)).toEqual([
    ['Everywhere', near],
    ['Far only', far],
  ]);
  expect(await found(north, 1_000)).toEqual(
    expect.arrayContaining([
      ['Everywhere', far],
      ['Far only', far],
    ]),
  );
});

test('members of the retailer and administrators write; members of others, viewers and strangers do not', async () => {
  const { id } = await save();
  const { owner: other } = await market.list('retailer');
  const editor = await market.join('retailer', retailerId, owner, 'EDITOR');
  const viewer = await market.join('retailer', retailerId, owner, 'VIEWER');
  const partner: Caller = { retailerId, scopes: ['offers:read', 'vouchers:redeem'] };
  for (const caller of [other, viewer, somebody(), partner]) {
    expect(await save({ pricePoints: 1 }, caller)).toEqual({ code: 'FORBIDDEN' });
    for (const mutation of ['publishOffer', 'pauseOffer', 'resumeOffer', 'archiveOffer']) {
      expect(await step(mutation, id, {}, caller)).toEqual({ code: 'FORBIDDEN' });
    }
  }
  expect(await save({ pricePoints: 20 }, editor)).toMatchObject({ pricePoints: 20 });
  expect(await save({ pricePoints: 21 }, market.administrator)).toMatchObject({ pricePoints: 21 });
  const mine =
    'query ($id: ID!, $status: OfferStatus) { retailerOffers(retailerId: $id, status: $status) { edges { node { status } } } }';
  await save({ title: 'Tea', draft: true });
  const states = async (caller: Caller, status?: string) => {
    const answer = await market.ask(mine, { id: retailerId, status }, caller);
    return answer.code ?? answer.retailerOffers.edges.map(({ node }: { node: { status: string } }) => node.status);
  };
  expect(await states(viewer)).toEqual(['DRAFT', 'PUBLISHED']);
  expect(await states(viewer, 'DRAFT')).toEqual(['DRAFT']);
  expect(await states(other)).toBe('FORBIDDEN');
  expect(await states(partner)).toEqual(['DRAFT', 'PUBLISHED']);
  expect(await states({ ...partner, scopes: ['vouchers:redeem'] })).toBe('FORBIDDEN');
  expect(await states({ ...partner, retailerId: randomUUID() })).toBe('FORBIDDEN');
  expect((await market.ask('{ offers { edges { node { pricePoints } } } }', {}, partner)).offers.edges).toEqual([
    { node: { pricePoints: 21 } },
  ]);
});

test('of forty changes of one version at once, one is written', async () => {
  const { id } = await save();
  const outcomes = await Promise.all(
    Array.from({ length: 40 }, (_, index) => save({ offerId: id, pricePoints: 100 + index, expectedVersion: 1 })),
  );
  expect(outcomes.filter(({ version }) => version === 2)).toHaveLength(1);
  expect(outcomes.filter(({ code }) => code === 'CHANGED_MEANWHILE')).toHaveLength(39);
  expect(await step('publishOffer', id, { expectedVersion: 1 })).toEqual({ code: 'CHANGED_MEANWHILE' });
});

test('whatever is done to an offer in whatever order, it is where a model says, and what was told adds up to it', async () => {
  const steps = ['save', 'draft', 'publishOffer', 'pauseOffer', 'resumeOffer', 'archiveOffer'] as const;
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...steps), { maxLength: 8 }), fc.boolean(), async (path, asDraft) => {
      const title = `Offer ${count++}`;
      const { id } = await save({ title, draft: asDraft });
      let price = 10;
      let status = asDraft ? 'DRAFT' : 'PUBLISHED';
      for (const each of path) {
        const before = status;
        const given = each === 'save' || each === 'draft';
        if (given) price++;
        const outcome = given
          ? await save({ offerId: id, title, pricePoints: price, ...(each === 'draft' && { draft: true }) })
          : await step(each, id);
        const refused =
          (status === 'ARCHIVED' && each !== 'archiveOffer') ||
          (status === 'DRAFT' && (each === 'pauseOffer' || each === 'resumeOffer')) ||
          (each === 'draft' && status !== 'DRAFT');
        if (each === 'archiveOffer') status = 'ARCHIVED';
        else if (!refused && each === 'publishOffer' && status === 'DRAFT') status = 'PUBLISHED';
        else if (!refused && each === 'pauseOffer') status = 'PAUSED';
        else if (!refused && each === 'resumeOffer') status = 'PUBLISHED';
        if (refused) expect([each, before, outcome.code]).toEqual([each, before, expect.any(String)]);
        else expect([each, before, outcome.status]).toEqual([each, before, status]);
      }
      const facts = await market.subject
        .em()
        .execute<{ topic: string }[]>('select topic from catalog.outbox where key = ? order by sequence', [id]);
      const heard = facts.reduce((state, { topic }) => {
        if (topic === 'offer.archived') return 'ARCHIVED';
        if (topic === 'offer.paused') return 'PAUSED';
        if (topic === 'offer.resumed') return 'PUBLISHED';
        return state === 'PAUSED' ? state : 'PUBLISHED';
      }, 'DRAFT');
      if (facts.length > 0) expect(heard).toBe(status);
      // A draft that was closed was never told.
      else expect(['DRAFT', 'ARCHIVED']).toContain(status);
    }),
    { numRuns: 40 },
  );
}, 60_000);
