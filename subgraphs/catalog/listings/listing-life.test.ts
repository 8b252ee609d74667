import type { Caller } from '../../kernel/caller.ts';
import { type Marketplace, openMarketplace, somebody } from '../organisations/testing/marketplace.ts';

let market: Marketplace;

beforeEach(async () => {
  market = await openMarketplace();
});

afterEach(async () => {
  await market.close();
});

describe('a retailer', () => {
  const place = {
    street: '1 Main St',
    city: 'Austin',
    state: 'TX',
    zipCode: '78701',
    position: { latitude: 30.27, longitude: -97.74 },
  };
  const storeFields = 'store { id version archivedAt openingHours }';

  test('says who it is; what is left out stays, and a name that another has is refused', async () => {
    const { id: retailerId, owner } = await market.list('retailer', { name: 'Old Name' });
    await market.list('retailer', { name: 'Taken' });
    const save = (terms: object) =>
      market.change(
        'saveRetailer',
        { retailerId, ...terms },
        owner,
        'retailer { name category profile webUrl version }',
      );
    expect(await save({ profile: 'Since 1990.', webUrl: 'https://shop.example' })).toMatchObject({ version: 2 });
    expect(await save({ name: 'New Name', category: 'Bakery' })).toEqual({
      name: 'New Name',
      category: 'Bakery',
      profile: 'Since 1990.',
      webUrl: 'https://shop.example',
      version: 3,
    });
    expect(await save({ profile: null, expectedVersion: 3 })).toMatchObject({ profile: null, version: 4 });
    expect(await save({ profile: 'Again.', expectedVersion: 3 })).toEqual({ code: 'CHANGED_MEANWHILE' });
    expect(await save({ name: 'TAKEN' })).toEqual({ code: 'BAD_USER_INPUT' });
    expect((await market.subject.recorded('retailer.listed')).map(({ name }) => name)).toContain('New Name');
    const retailer = await market.ask('query ($id: ID!) { retailer(id: $id) { name status } }', { id: retailerId });
    expect(retailer).toEqual({ retailer: { name: 'New Name', status: 'LISTED' } });
  });

  test('is changed by one of forty who change the same version at once', async () => {
    const { id: retailerId, owner } = await market.list('retailer');
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        market.change(
          'saveRetailer',
          { retailerId, profile: `${index}`, expectedVersion: 1 },
          owner,
          'retailer { version }',
        ),
      ),
    );
    expect(outcomes.filter(({ version }) => version === 2)).toHaveLength(1);
    expect(outcomes.filter(({ code }) => code === 'CHANGED_MEANWHILE')).toHaveLength(39);
  });

  test('opens, changes and closes stores; a closed one shows no more, and opens again at its place', async () => {
    const { id: retailerId, owner } = await market.list('retailer');
    const save = (terms: object, caller = owner) =>
      market.change('saveStore', { retailerId, ...place, ...terms }, caller, storeFields);
    const { id: storeId } = await save({ openingHours: 'Mo-Fr 9-17' });
    expect(await save({ street: '1 MAIN st' })).toMatchObject({ id: storeId, version: 2, openingHours: 'Mo-Fr 9-17' });
    const offer = { retailerId, title: 'Coffee', pricePoints: 10, valueCents: 400 };
    await market.change('saveOffer', offer, owner);
    const near = async () =>
      (await market.ask('{ offers(near: { zipCode: "78701", radiusMeters: 20000 }) { edges { cursor } } }')).offers
        .edges;
    expect(await near()).toHaveLength(1);
    expect(await market.change('archiveStore', { storeId }, somebody())).toEqual({ code: 'FORBIDDEN' });
    expect(await market.change('archiveStore', { storeId }, owner, storeFields)).toMatchObject({ version: 3 });
    expect(await near()).toHaveLength(0);
    expect(await save({ storeId })).toEqual({ code: 'LISTING_STATE' });
    expect(await save({})).toMatchObject({ id: storeId, archivedAt: null });
    expect(await near()).toHaveLength(1);
    const { id: otherId, owner: other } = await market.list('retailer');
    expect(await save({ retailerId: otherId, storeId }, other)).toEqual({ code: 'BAD_USER_INPUT' });
  });

  test('lists products by sku, once each, with price, stock and point value', async () => {
    const { id: retailerId, owner } = await market.list('retailer');
    const fields = 'product { id sku priceCents currency stock pointValue version archivedAt }';
    const save = (terms: object, caller: Caller = owner) =>
      market.change(
        'saveProduct',
        { retailerId, sku: 'AB-1', name: 'Beans', priceCents: 900, ...terms },
        caller,
        fields,
      );
    const { id: productId, ...made } = await save({ stock: 5, pointValue: 90 });
    expect(made).toMatchObject({ sku: 'AB-1', currency: 'USD', stock: 5, pointValue: 90, version: 1 });
    expect(await save({ sku: 'ab-1', priceCents: 950 })).toMatchObject({ id: productId, stock: 5, version: 2 });
    expect(await save({ sku: 'ab-1', priceCents: 950 })).toMatchObject({ version: 2 });
    expect(await save({ soldOut: true })).toMatchObject({ stock: 0 });
    expect(await save({ priceCents: -1 })).toEqual({ code: 'BAD_USER_INPUT' });
    const another = await save({ sku: 'AB-2' });
    expect(await save({ productId, sku: 'AB-2' })).toEqual({ code: 'BAD_USER_INPUT' });
    const list = async () =>
      (await market.ask('query ($id: ID!) { products(retailerId: $id) { edges { node { id } } } }', { id: retailerId }))
        .products.edges;
    expect(await list()).toHaveLength(2);
    await market.change('archiveProduct', { productId: another.id }, owner);
    expect(await list()).toEqual([{ node: { id: productId } }]);
    expect(await save({ productId: another.id, sku: 'AB-2' })).toEqual({ code: 'LISTING_STATE' });
    expect(await save({ sku: 'AB-2' })).toMatchObject({ id: another.id, archivedAt: null });
    const { owner: other } = await market.list('retailer');
    for (const caller of [other, somebody()]) expect(await save({}, caller)).toEqual({ code: 'FORBIDDEN' });
  });

  test('adds a product of one sku once, however many add it at once', async () => {
    const { id: retailerId, owner } = await market.list('retailer');
    const input = { retailerId, sku: 'AB-1', name: 'Beans', priceCents: 900 };
    await Promise.all(Array.from({ length: 30 }, () => market.change('saveProduct', input, owner)));
    expect(await market.subject.em().execute('select version from catalog.product')).toEqual([{ version: 1 }]);
  });
});

describe('a charity', () => {
  test('says what it does and what gifts may be for, and whether it takes any; it is told', async () => {
    const { id: charityId, owner } = await market.list('charity');
    const fields = 'charity { description earmarks helpsFamilies acceptsDonations version }';
    const save = (terms: object, caller: Caller = owner) =>
      market.change('saveCharity', { charityId, ...terms }, caller, fields);
    expect(await save({ earmarks: ['School meals', 'Rent', 'Rent'], helpsFamilies: true })).toMatchObject({
      earmarks: ['School meals', 'Rent'],
      helpsFamilies: true,
    });
    expect(await save({ acceptsDonations: false })).toMatchObject({ earmarks: ['School meals', 'Rent'], version: 3 });
    expect(await save({ earmarks: Array.from({ length: 21 }, (_, index) => `Label ${index}`) })).toEqual({
      code: 'BAD_USER_INPUT',
    });
    expect(await market.subject.recorded('charity.listed')).toMatchObject([
      { earmarks: false, earmarkLabels: [], acceptsDonations: true, employerNumber: expect.stringMatching(/^\d{9}$/) },
      { earmarks: true, earmarkLabels: ['School meals', 'Rent', 'A family in need'], acceptsDonations: true },
      { earmarks: true, earmarkLabels: ['School meals', 'Rent', 'A family in need'], acceptsDonations: false },
    ]);
    expect(await save({}, somebody())).toEqual({ code: 'FORBIDDEN' });
  });
});

describe('a municipality', () => {
  const terms = {
    title: 'Parking',
    feeKind: 'parking',
    centsPerPoint: 5,
    largestShareBasisPoints: 5_000,
    budgetCents: 100_000,
    zipCodes: ['78702'],
    eligibleRoles: ['CITIZEN'],
    perPersonCents: 2_000,
  };
  const fields = 'scheme { id status version zipCodes eligibleRoles municipality { name } }';

  test('writes a scheme, puts it in force, changes and closes it; each version is told', async () => {
    const { id: municipalityId, owner } = await market.list('municipality', { name: 'Austin' });
    const save = (more: object = {}) =>
      market.change('saveScheme', { municipalityId, ...terms, ...more }, owner, fields);
    const { id: schemeId, ...draft } = await save();
    expect(draft).toEqual({
      status: 'DRAFT',
      version: 1,
      zipCodes: ['78702'],
      eligibleRoles: ['CITIZEN'],
      municipality: { name: 'Austin' },
    });
    expect(await save({ schemeId, budgetCents: 200_000 })).toMatchObject({ status: 'DRAFT', version: 2 });
    const open = async (zipCode?: string) => {
      const query = 'query ($zipCode: ZipCode) { schemes(zipCode: $zipCode) { edges { node { id } } } }';
      return (await market.ask(query, { zipCode })).schemes.edges.length;
    };
    expect([await open(), await market.subject.recorded('scheme.published')]).toEqual([0, []]);
    const publish = { schemeId, expectedVersion: 2 };
    expect(await market.change('publishScheme', publish, owner, fields)).toMatchObject({
      status: 'PUBLISHED',
      version: 3,
    });
    expect([await open(), await open('78702'), await open('78701')]).toEqual([1, 1, 0]);
    await save({ schemeId, budgetCents: 300_000, zipCodes: null });
    await save({ schemeId, budgetCents: 300_000 });
    expect(await save({ schemeId, expectedVersion: 1 })).toEqual({ code: 'CHANGED_MEANWHILE' });
    expect(await market.subject.recorded('scheme.published')).toMatchObject([
      { schemeId, version: 3, municipalityId, budgetCents: 200_000, zipCodes: ['78702'], eligibleRoles: ['citizen'] },
      { version: 4, budgetCents: 300_000, zipCodes: [] },
      { version: 5, zipCodes: ['78702'] },
    ]);
    await market.change('archiveScheme', { schemeId }, owner);
    await market.change('archiveScheme', { schemeId }, owner);
    expect(await market.subject.recorded('scheme.archived')).toMatchObject([{ schemeId }]);
    expect(await save({ schemeId })).toEqual({ code: 'LISTING_STATE' });
    expect(await open()).toBe(0);
  });

  test('pauses a scheme and resumes it: told once, off the list meanwhile, and its version stays', async () => {
    const { id: municipalityId, owner } = await market.list('municipality');
    const { id: schemeId } = await market.change('saveScheme', { municipalityId, ...terms }, owner, fields);
    const step = (mutation: string, caller: Caller = owner) => market.change(mutation, { schemeId }, caller, fields);
    for (const early of ['pauseScheme', 'resumeScheme']) expect(await step(early)).toEqual({ code: 'LISTING_STATE' });
    await step('publishScheme');
    const listed = async () => {
      const query = 'query ($id: ID) { schemes(municipalityId: $id) { edges { node { id } } } }';
      return (await market.ask(query, { id: municipalityId })).schemes.edges.length;
    };
    expect(await listed()).toBe(1);
    const paused = await Promise.all([step('pauseScheme'), step('pauseScheme', market.administrator)]);
    for (const scheme of paused) expect(scheme).toMatchObject({ status: 'PAUSED', version: 2 });
    expect(await listed()).toBe(0);
    const { owner: neighbour } = await market.list('municipality', { state: 'OK' });
    for (const mutation of ['pauseScheme', 'resumeScheme']) {
      expect(await step(mutation, neighbour)).toEqual({ code: 'FORBIDDEN' });
    }
    expect(await step('resumeScheme')).toMatchObject({ status: 'PUBLISHED', version: 2 });
    await step('resumeScheme');
    expect(await listed()).toBe(1);
    const told = { schemeId, municipalityId };
    expect(await market.subject.recorded('scheme.paused')).toEqual([{ ...told, pausedAt: expect.any(String) }]);
    expect(await market.subject.recorded('scheme.resumed')).toEqual([{ ...told, resumedAt: expect.any(String) }]);
    await step('archiveScheme');
    for (const late of ['pauseScheme', 'resumeScheme']) expect(await step(late)).toEqual({ code: 'LISTING_STATE' });
  });

  test('keeps its schemes within its ZIP codes, and terms that cannot be are refused', async () => {
    const { id: municipalityId, owner } = await market.list('municipality');
    const save = (more: object) => market.change('saveScheme', { municipalityId, ...terms, ...more }, owner, fields);
    for (const wrong of [
      { zipCodes: ['10001'] },
      { centsPerPoint: 0 },
      { budgetCents: 0 },
      { largestShareBasisPoints: 10_001 },
      { startsAt: '2030-01-02T00:00:00Z', endsAt: '2030-01-01T00:00:00Z' },
    ]) {
      expect(await save(wrong)).toEqual({ code: 'BAD_USER_INPUT' });
    }
    await save({});
    expect(await save({})).toEqual({ code: 'BAD_USER_INPUT' });
    const change = (zipCodes: string[]) =>
      market.change('saveMunicipality', { municipalityId, zipCodes }, owner, 'municipality { zipCodes }');
    expect(await change(['78701'])).toEqual({ code: 'BAD_USER_INPUT' });
    expect(await change(['78703', '78702'])).toEqual({ zipCodes: ['78702', '78703'] });
    expect((await market.subject.recorded('municipality.listed')).map(({ zipCodes }) => zipCodes)).toEqual([
      ['78701', '78702'],
      ['78702', '78703'],
    ]);
  });

  test('is written for by its own members and administrators alone; its drafts are seen by them alone', async () => {
    const { id: municipalityId, owner } = await market.list('municipality');
    const { owner: other } = await market.list('municipality');
    const { owner: shop } = await market.list('retailer');
    const { id: schemeId } = await market.change('saveScheme', { municipalityId, ...terms }, owner, fields);
    const drafts = async (caller: Caller) => {
      const query = 'query ($id: ID!) { municipalitySchemes(municipalityId: $id) { edges { cursor } } }';
      const answer = await market.ask(query, { id: municipalityId }, caller);
      return answer.code ?? answer.municipalitySchemes.edges.length;
    };
    for (const caller of [other, shop, somebody()]) {
      expect(await market.change('publishScheme', { schemeId }, caller)).toEqual({ code: 'FORBIDDEN' });
      expect(await market.change('saveScheme', { municipalityId, ...terms }, caller)).toEqual({ code: 'FORBIDDEN' });
      expect(await drafts(caller)).toBe('FORBIDDEN');
    }
    expect([await drafts(owner), await drafts(market.administrator)]).toEqual([1, 1]);
    expect(
      (await market.ask('query ($id: ID!) { scheme(id: $id) { id } }', { id: schemeId }, owner)).scheme,
    ).toBeNull();
  });
});
