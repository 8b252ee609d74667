import { randomUUID } from 'node:crypto';
import type { Caller } from '../../kernel/caller.ts';
import { citizen, officer, openTown, type Town } from '../testing/town.ts';
import { member, shopsOf } from './testing/shop.ts';

let town: Town;
const shop = shopsOf(() => town);

beforeAll(async () => {
  town = await openTown({ configuration: { databasePool: 40 } });
});

afterEach(async () => {
  expect(await town.problems()).toEqual([]);
});

afterAll(async () => {
  await town.close();
});

const counted = (answers: readonly { code: string | undefined }[]) =>
  Object.fromEntries(
    [...Map.groupBy(answers, ({ code }) => code ?? 'done')].map(([code, each]) => [code, each.length]),
  );

const wish = (caller: Caller, input: object) =>
  shop.ask(
    'redeemOffer',
    'RedeemOfferInput',
    'voucher { id points offerVersion valueCents expiresAt refundable offlineAllowed }',
    { idempotencyKey: randomUUID(), ...input },
    caller,
  );

test('of an offer without a limit it is not said how many are left, however many were taken', async () => {
  const owner = citizen();
  await town.meet(randomUUID(), owner.accountId, 2);
  const { offerId } = await town.publish({ stock: null });
  expect((await town.redeem(owner, offerId)).code).toBeUndefined();
  expect(await town.entity('Offer', offerId, 'remaining')).toEqual({ remaining: null });
});

describe('at once', () => {
  test('two hundred people after the last ten pieces get ten', async () => {
    const people = Array.from({ length: 200 }, () => citizen());
    await Promise.all(people.map(({ accountId }) => town.meet(randomUUID(), accountId)));
    const { offerId } = await town.publish({ stock: 10 });
    const answers = await Promise.all(people.map((each) => town.redeem(each, offerId)));
    expect(counted(answers)).toEqual({ done: 10, SOLD_OUT: 190 });
    expect(await town.entity('Offer', offerId, 'remaining')).toEqual({ remaining: 0 });
  });

  test('a hundred times the same wish is one voucher', async () => {
    const c = citizen();
    await town.meet(randomUUID(), c.accountId, 3);
    const { offerId } = await town.publish();
    const answers = await Promise.all(Array.from({ length: 100 }, () => town.redeem(c, offerId, 'the-same-key')));
    expect(new Set(answers.map(({ payload }) => payload.voucher.id)).size).toBe(1);
    expect(await town.points(c)).toMatchObject({ available: 50 });
  });

  test('one key for two offers buys one of them, and writes nothing of the other', async () => {
    const c = citizen();
    await town.meet(randomUUID(), c.accountId, 3);
    const offers = [await town.publish(), await town.publish()];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => town.redeem(c, offers[index % 2]?.offerId ?? '', 'the-same-key')),
    );
    expect(counted(answers)).toEqual({ done: 20, IDEMPOTENCY_MISMATCH: 20 });
    expect(await town.points(c)).toMatchObject({ available: 50, spent: 10 });
  });

  test('a limit of one per person gives one of forty, and a balance for three of a hundred gives three', async () => {
    const [limited, poor] = [citizen(), citizen()];
    await town.meet(randomUUID(), limited.accountId, 30);
    await town.meet(randomUUID(), poor.accountId, 2);
    const { offerId } = await town.publish({ perPersonLimit: 1 });
    expect(counted(await Promise.all(Array.from({ length: 40 }, () => town.redeem(limited, offerId))))).toEqual({
      done: 1,
      PER_PERSON_LIMIT: 39,
    });
    const dear = await town.publish({ pricePoints: 13 });
    expect(counted(await Promise.all(Array.from({ length: 100 }, () => town.redeem(poor, dear.offerId))))).toEqual({
      done: 3,
      INSUFFICIENT_POINTS: 97,
    });
  });
});

describe('the terms', () => {
  test('that were shown are those that count: another version or price is refused, and takes nothing', async () => {
    const c = citizen();
    await town.meet(randomUUID(), c.accountId, 2);
    const offer = await town.publish({ pricePoints: 10 });
    const shown = { offerId: offer.offerId, expectedVersion: 1, expectedPricePoints: 10 };
    await town.publish({ ...offer, version: 2, pricePoints: 12 });
    expect((await wish(c, shown)).code).toBe('OFFER_CHANGED');
    expect((await wish(c, { ...shown, expectedVersion: 2 })).code).toBe('OFFER_CHANGED');
    expect((await wish(c, { ...shown, expectedPricePoints: 12 })).code).toBe('OFFER_CHANGED');
    expect(await town.points(c)).toMatchObject({ available: 40 });
    const { payload } = await wish(c, { ...shown, expectedVersion: 2, expectedPricePoints: 12 });
    expect(payload.voucher).toMatchObject({ points: 12, offerVersion: 2 });
  });

  test('stay with the voucher: how long it is good, what it is worth, whether it is given back or taken offline', async () => {
    const c = citizen();
    await town.meet(randomUUID(), c.accountId);
    const offer = await town.publish({ validDays: 5, valueCents: 700, refundable: false, offlineAllowed: true });
    const { payload } = await wish(c, { offerId: offer.offerId });
    await town.publish({ ...offer, version: 2, validDays: 50, valueCents: 1, refundable: true, offlineAllowed: false });
    const later = await shop.look(
      c,
      payload.voucher.id,
      'id points offerVersion valueCents expiresAt refundable offlineAllowed',
    );
    expect(later).toEqual(payload.voucher);
    expect(later).toMatchObject({ valueCents: 700, refundable: false, offlineAllowed: true });
    const days = (new Date(later.expiresAt).getTime() - town.clock.now().getTime()) / 86_400_000;
    expect(days).toBeGreaterThan(4.9);
    expect(days).toBeLessThanOrEqual(5);
  });

  test('last two years at most', async () => {
    const c = citizen();
    await town.meet(randomUUID(), c.accountId);
    const { payload } = await wish(c, { offerId: (await town.publish({ validDays: 10_000 })).offerId });
    expect(new Date(payload.voucher.expiresAt).getTime()).toBeLessThanOrEqual(
      town.clock.now().getTime() + 730 * 86_400_000,
    );
  });

  test('of a paused offer or a suspended retailer are open to nobody, until they are again; the latest word counts', async () => {
    const c = citizen();
    await town.meet(randomUUID(), c.accountId, 3);
    const { offerId, retailerId } = await town.publish();
    const [first, second, third] = ['2026-01-01', '2026-01-02', '2026-01-03'].map((day) => `${day}T00:00:00.000Z`);
    const told = async () => (await town.redeem(c, offerId)).code;
    await town.deliver('offer.paused', { offerId, pausedAt: first ?? '' });
    expect(await told()).toBe('OFFER_UNAVAILABLE');
    await town.deliver('offer.resumed', { offerId, resumedAt: third ?? '' });
    await town.deliver('offer.paused', { offerId, pausedAt: second ?? '' });
    expect(await told()).toBeUndefined();
    await town.deliver('retailer.suspended', { retailerId, suspendedAt: first ?? '' });
    expect(await told()).toBe('OFFER_UNAVAILABLE');
    await town.deliver('retailer.reinstated', { retailerId, reinstatedAt: second ?? '' });
    expect(await told()).toBeUndefined();
  });
});

describe('nobody', () => {
  test('who acts for a retailer gets its vouchers; those of others they do', async () => {
    const [own, other] = [await town.publish(), await town.publish()];
    const m = member(own.retailerId);
    await town.meet(randomUUID(), m.accountId);
    expect((await town.redeem(m, own.offerId)).code).toBe('FORBIDDEN');
    expect((await town.redeem(m, other.offerId)).code).toBeUndefined();
  });

  test('buys with numbers that are none, or sees what is another’s', async () => {
    const bought = await shop.buy();
    const { offerId } = bought;
    for (const wrong of [
      { offerId, expectedPricePoints: -1 },
      { offerId, expectedPricePoints: 2 ** 53 },
      { offerId, expectedVersion: 0.5 },
      { offerId, idempotencyKey: 'short' },
    ]) {
      expect((await wish(bought.owner, wrong)).code).toBe('BAD_USER_INPUT');
    }
    expect((await wish(officer(), { offerId })).code).toBe('FORBIDDEN');
    for (const stranger of [citizen(), member(bought.retailerId)]) {
      expect(await shop.look(stranger, bought.id, 'id code')).toBeNull();
    }
  });
});

describe('the owner', () => {
  test('asks for vouchers by what can be done with them now', async () => {
    const c = citizen();
    const [free, held, used, back, over] = [
      await shop.buy({}, c),
      await shop.buy({}, c),
      await shop.buy({}, c),
      await shop.buy({}, c),
      await shop.buy({ validDays: 1 }, c),
    ];
    town.clock.advance(86_400_000);
    await shop.hold(held.till, { code: held.code });
    await shop.redeem(used.till, { code: used.code });
    await shop.refund(c, back.id);
    const idsOf = async (status: string) => {
      const selection = `vouchers(status: ${status}) { edges { node { id status } } }`;
      const { vouchers } = await town.entity('Account', c.accountId, selection, c);
      return vouchers.edges.map(({ node }: { node: object }) => node);
    };
    expect(await idsOf('ISSUED')).toEqual([{ id: free.id, status: 'ISSUED' }]);
    expect(await idsOf('HELD')).toEqual([{ id: held.id, status: 'HELD' }]);
    expect(await idsOf('REDEEMED')).toEqual([{ id: used.id, status: 'REDEEMED' }]);
    expect(await idsOf('REFUNDED')).toEqual([{ id: back.id, status: 'REFUNDED' }]);
    expect(await idsOf('EXPIRED')).toEqual([{ id: over.id, status: 'EXPIRED' }]);
    expect(await idsOf('VOID')).toEqual([]);
  });

  test('sees on the phone what happens at the till, and nothing of what is another’s', async () => {
    const bought = await shop.buy();
    const other = await shop.buy();
    const query = 'subscription ($id: ID) { voucherChanges(voucherId: $id) { id status } }';
    const changes = await town.subscribe(query, {}, bought.owner);
    const one = await town.subscribe(query, { id: bought.id.toUpperCase() }, bought.owner);
    const foreign = await town.subscribe(query, { id: other.id }, bought.owner);
    const next = async (told: typeof changes) => (await told.next()).value.data.voucherChanges;
    for (const told of [changes, one]) expect(await next(told)).toEqual({ id: bought.id, status: 'ISSUED' });
    await shop.redeem(other.till, { code: other.code });
    const { payload } = await shop.hold(bought.till, { code: bought.code });
    for (const told of [changes, one]) expect(await next(told)).toEqual({ id: bought.id, status: 'HELD' });
    await shop.capture(bought.till, payload.hold.id);
    for (const told of [changes, one]) expect(await next(told)).toEqual({ id: bought.id, status: 'REDEEMED' });
    await Promise.all([changes.return?.(), one.return?.(), foreign.return?.()]);
  });
});
