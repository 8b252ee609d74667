import { randomUUID } from 'node:crypto';
import { openTestSubgraph } from '../../kernel/testing/harness.ts';
import { rewards } from '../rewards.ts';
import { administrator, citizen, openTown, type Town } from '../testing/town.ts';
import { DAY, HOUR, member, shopsOf } from './testing/shop.ts';

let town: Town;
const shop = shopsOf(() => town);
const sweep = () => town.services.voucherSweep.look();

beforeAll(async () => {
  town = await openTown({ configuration: { databasePool: 40 } });
});

afterEach(async () => {
  expect(await town.problems()).toEqual([]);
});

afterAll(async () => {
  await town.close();
});

const refundsOf = async (voucherId: string) =>
  (await town.recorded('voucher.refunded')).filter((fact) => fact.voucherId === voucherId);

describe('a voucher that nobody used', () => {
  test('is given back once: the points, the piece of the stock and the turn of the person', async () => {
    const offer = { stock: 1, perPersonLimit: 1 };
    const bought = await shop.buy(offer);
    expect(await town.entity('Offer', bought.offerId, 'remaining')).toEqual({ remaining: 0 });
    expect(await shop.look(bought.owner, bought.id, 'refundable')).toEqual({ refundable: true });
    const answers = await Promise.all(Array.from({ length: 40 }, () => shop.refund(bought.owner, bought.id)));
    expect(answers.filter(({ code }) => code === undefined)).toHaveLength(1);
    expect(answers.filter(({ code }) => code === 'VOUCHER_VOID')).toHaveLength(39);
    const { payload } = answers.find(({ code }) => code === undefined) ?? { payload: undefined };
    expect(payload).toEqual({
      voucher: {
        id: bought.id,
        status: 'REFUNDED',
        refundDueAt: null,
        refundedAt: expect.any(String),
        refundable: false,
      },
      balance: { available: 20, spent: 0 },
    });
    expect(await town.entity('Offer', bought.offerId, 'remaining')).toEqual({ remaining: 1 });
    expect(await refundsOf(bought.id)).toEqual([
      expect.objectContaining({
        points: 10,
        cause: 'void',
        accountId: bought.owner.accountId,
        offerId: bought.offerId,
      }),
    ]);
    expect((await shop.redeem(bought.till, { code: bought.code })).code).toBe('VOUCHER_VOID');
    expect((await shop.redeem(bought.till, { token: bought.token })).code).toBe('VOUCHER_VOID');
    expect((await town.redeem(bought.owner, bought.offerId)).code).toBeUndefined();
  });

  test('is given back once by the same key, however often it is said', async () => {
    const bought = await shop.buy();
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => shop.refund(bought.owner, bought.id, 'back-0001')),
    );
    expect(answers.map(({ code }) => code)).toEqual(Array(30).fill(undefined));
    expect(await town.points(bought.owner)).toMatchObject({ available: 20, spent: 0 });
  });

  test('is its owner’s to give back, in time, and where the offer allows it', async () => {
    const [bought, firm] = [await shop.buy({ validDays: 1 }), await shop.buy({ refundable: false })];
    expect((await shop.refund(citizen(), bought.id)).code).toBe('NOT_FOUND');
    expect((await shop.refund(firm.owner, firm.id)).code).toBe('VOUCHER_NOT_REFUNDABLE');
    expect(await shop.look(firm.owner, firm.id, 'refundable')).toEqual({ refundable: false });
    town.clock.advance(DAY);
    expect((await shop.refund(bought.owner, bought.id)).code).toBe('VOUCHER_EXPIRED');
  });

  test('is no toy: ten are given back in a day', async () => {
    const owner = citizen();
    await town.meet(randomUUID(), owner.accountId);
    const offer = await town.publish({ stock: 1 });
    for (let count = 0; count < 10; count++) {
      const { id } = await shop.buyOf(offer, owner);
      expect((await shop.refund(owner, id)).code).toBeUndefined();
    }
    const { id } = await shop.buyOf(offer, owner);
    expect((await shop.refund(owner, id)).code).toBe('LIMIT_REACHED');
    expect(await town.points(owner)).toMatchObject({ available: 10 });
    town.clock.advance(DAY);
    expect((await shop.refund(owner, id)).code).toBeUndefined();
    // Bought and given back eleven times, and nothing was gained.
    expect(await town.points(owner)).toEqual({ available: 20, earned: 20, spent: 0 });
  });

  test('that tills may take while they are cut off is void at once, and paid back when none of them can come any more', async () => {
    const bought = await shop.buy({ offlineAllowed: true, stock: 1 });
    const { payload } = await shop.refund(bought.owner, bought.id);
    expect(payload).toMatchObject({ voucher: { status: 'VOID', refundedAt: null }, balance: { available: 10 } });
    const wait = new Date(payload.voucher.refundDueAt).getTime() - town.clock.now().getTime();
    expect(wait).toBeGreaterThan(47.9 * HOUR);
    expect(wait).toBeLessThanOrEqual(48 * HOUR);
    expect((await shop.redeem(bought.till, { code: bought.code })).code).toBe('VOUCHER_VOID');
    expect(await town.entity('Offer', bought.offerId, 'remaining')).toEqual({ remaining: 0 });
    town.clock.advance(wait - 60_000);
    await sweep();
    expect(await shop.status(bought)).toBe('VOID');
    town.clock.advance(60_000);
    await sweep();
    expect(await shop.status(bought)).toBe('REFUNDED');
    expect(await town.points(bought.owner)).toMatchObject({ available: 20 });
    expect(await town.entity('Offer', bought.offerId, 'remaining')).toEqual({ remaining: 1 });
  });
});

describe('an administrator', () => {
  test('makes a voucher void with a reason that its owner reads, also while a till holds it', async () => {
    const bought = await shop.buy();
    const { payload } = await shop.hold(bought.till, { code: bought.code });
    const key = { idempotencyKey: 'void-00001' };
    const { payload: done } = await shop.void(bought.id, { ...key, reason: 'Printed twice.' });
    expect(done.voucher.status).toBe('REFUNDED');
    expect((await shop.void(bought.id, key)).code).toBeUndefined();
    expect((await shop.void(bought.id)).code).toBe('VOUCHER_VOID');
    expect((await shop.capture(bought.till, payload.hold.id)).code).toBe('HOLD_ENDED');
    const { history } = await shop.look(bought.owner, bought.id, 'history { status actor reason }');
    expect(history.slice(0, 2)).toEqual([
      { status: 'REFUNDED', actor: 'SYSTEM', reason: null },
      { status: 'VOID', actor: 'ADMINISTRATOR', reason: 'Printed twice.' },
    ]);
  });

  test('sees what happened to a voucher, and neither its code nor whose it is', async () => {
    const bought = await shop.buy({ valueCents: 120 });
    const look = (caller: object) =>
      town.execute(
        'query ($id: ID!) { voucherRecord(id: $id) { id status points valueCents offer { id } retailer { id } history { status } } }',
        { id: bought.id },
        caller,
      );
    expect((await look(member(bought.retailerId))).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
    expect((await look(administrator)).data.voucherRecord).toEqual({
      id: bought.id,
      status: 'ISSUED',
      points: 10,
      valueCents: 120,
      offer: { id: bought.offerId },
      retailer: { id: bought.retailerId },
      history: [{ status: 'ISSUED' }],
    });
    const hidden = await town.execute(`{ voucherRecord(id: "${bought.id}") { code } }`, {}, administrator);
    expect(hidden.errors).toHaveLength(1);
  });

  test('keeps the points where they were come by unfairly; nobody else makes anything void', async () => {
    const bought = await shop.buy();
    for (const caller of [bought.owner, member(bought.retailerId), bought.till]) {
      expect((await shop.void(bought.id, {}, caller)).code).toBe('FORBIDDEN');
    }
    expect((await shop.void(randomUUID())).code).toBe('NOT_FOUND');
    const { payload } = await shop.void(bought.id, { refund: false });
    expect(payload.voucher).toMatchObject({ status: 'VOID', refundDueAt: null });
    town.clock.advance(30 * DAY);
    await sweep();
    expect(await shop.status(bought)).toBe('VOID');
    expect(await town.points(bought.owner)).toMatchObject({ available: 10 });
  });
});

describe('a redemption that was a mistake', () => {
  const ask = (caller: object, voucherId: string) =>
    shop.ask(
      'requestRedemptionReversal',
      'RequestRedemptionReversalInput',
      'reversal { id state }',
      { voucherId, reason: 'The machine was broken.' },
      caller as never,
    );
  const decide = (caller: object, reversalId: string, input: object = {}) =>
    shop.ask(
      'decideRedemptionReversal',
      'DecideRedemptionReversalInput',
      'reversal { id state decisionReason }',
      { reversalId, approve: true, reason: 'So it was.', idempotencyKey: randomUUID(), ...input },
      caller as never,
    );

  test('is not decided on by an administrator whose voucher it was, or who belongs to the retailer', async () => {
    const bought = await shop.buy();
    await shop.redeem(bought.till, { code: bought.code });
    const { payload } = await ask(member(bought.retailerId), bought.id);
    const scopes = ['administrator'] as const;
    for (const interested of [bought.owner, member(bought.retailerId)]) {
      expect((await decide({ ...interested, scopes }, payload.reversal.id)).code).toBe('FORBIDDEN');
    }
    expect((await decide(administrator, payload.reversal.id)).code).toBeUndefined();
  });

  test('is taken back by two people, exactly and once; the piece stays used', async () => {
    const bought = await shop.buy({ stock: 1, perPersonLimit: 1 });
    await shop.redeem(bought.till, { code: bought.code });
    const asker = member(bought.retailerId);
    const [first, second] = [await ask(asker, bought.id), await ask(asker, bought.id)];
    expect(first.payload).toEqual(second.payload);
    const { id } = first.payload.reversal;
    const both = { ...asker, scopes: ['administrator'] as const };
    expect((await decide(both, id)).code).toBe('FORBIDDEN');
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => decide(administrator, id, { idempotencyKey: 'decided-1' })),
    );
    expect(answers.map(({ code }) => code)).toEqual(Array(30).fill(undefined));
    expect((await decide(administrator, id)).code).toBe('ALREADY_DECIDED');
    expect(await town.points(bought.owner)).toEqual({ available: 20, earned: 20, spent: 0 });
    expect(await town.entity('Offer', bought.offerId, 'remaining')).toEqual({ remaining: 0 });
    expect((await town.redeem(bought.owner, bought.offerId)).code).toBe('SOLD_OUT');
    expect(await shop.status(bought)).toBe('REFUNDED');
    expect((await shop.redeem(bought.till, { code: bought.code })).code).toBe('VOUCHER_VOID');
    expect(await refundsOf(bought.id)).toEqual([expect.objectContaining({ cause: 'redeemed' })]);
    expect((await ask(asker, bought.id)).code).toBe('VOUCHER_VOID');
  });

  test('stands where it is dismissed, is another shop’s, or is long ago', async () => {
    const bought = await shop.buy();
    expect((await ask(member(bought.retailerId), bought.id)).code).toBe('NOT_FOUND');
    await shop.redeem(bought.till, { code: bought.code });
    expect((await ask(member(randomUUID()), bought.id)).code).toBe('NOT_FOUND');
    expect((await ask(bought.owner, bought.id)).code).toBe('FORBIDDEN');
    const { payload } = await ask(member(bought.retailerId), bought.id);
    const waiting = async () => {
      const { data } = await town.execute('{ redemptionReversals { edges { node { id } } } }', {}, administrator);
      return data.redemptionReversals.edges.map(({ node }: { node: { id: string } }) => node.id);
    };
    expect(await waiting()).toContain(payload.reversal.id);
    const asker = member(bought.retailerId);
    const taken = async (caller: object) => {
      const document = `query ($retailerId: ID) { redemptions(retailerId: $retailerId) { edges { node {
        id reversal { id state askedById reason decisionReason } } } } }`;
      const { data } = await town.execute(document, { retailerId: bought.retailerId }, caller as never);
      return data.redemptions.edges.map(({ node }: { node: object }) => node);
    };
    const asked = { id: payload.reversal.id, reason: 'The machine was broken.', decisionReason: null };
    const reversal = { ...asked, state: 'OPEN', askedById: expect.any(String) };
    expect(await taken(asker)).toEqual([{ id: bought.id, reversal }]);
    // The systems of the shop learn that it was asked, and not who did.
    expect(await taken(bought.till)).toEqual([{ id: bought.id, reversal: { ...reversal, askedById: null } }]);
    await decide(administrator, payload.reversal.id, { approve: false });
    expect(await waiting()).not.toContain(payload.reversal.id);
    expect(await taken(asker)).toMatchObject([{ reversal: { state: 'DISMISSED', decisionReason: 'So it was.' } }]);
    expect(await shop.status(bought)).toBe('REDEEMED');
    town.clock.advance(31 * DAY);
    expect((await ask(member(bought.retailerId), bought.id)).code).toBe('VOUCHER_NOT_REFUNDABLE');
  });
});

describe('the sweep', () => {
  test('tells of expired vouchers once, and gives the points back only where the offer said so', async () => {
    const [lost, returned] = [
      await shop.buy({ validDays: 1 }),
      await shop.buy({ validDays: 1, refundsExpired: true, stock: 1 }),
    ];
    town.clock.advance(DAY);
    await Promise.all([sweep(), sweep()]);
    await sweep();
    const told = (await town.recorded('voucher.expired')).map(({ voucherId }) => voucherId);
    for (const { id } of [lost, returned]) expect(told.filter((each) => each === id)).toHaveLength(1);
    expect([await shop.status(lost), await shop.status(returned)]).toEqual(['EXPIRED', 'REFUNDED']);
    expect([await town.points(lost.owner), await town.points(returned.owner)]).toMatchObject([
      { available: 10 },
      { available: 20 },
    ]);
    expect(await town.entity('Offer', returned.offerId, 'remaining')).toEqual({ remaining: 1 });
    expect((await shop.redeem(lost.till, { code: lost.code })).code).toBe('VOUCHER_EXPIRED');
  });

  test('does everything once, also where two processes look', async () => {
    const other = await openTestSubgraph(rewards, {
      databaseUrl: town.databaseUrl,
      clock: town.clock,
      configuration: town.configuration,
    });
    try {
      const owner = citizen();
      const offer = await town.publish({ validDays: 1, pricePoints: 1, refundsExpired: true });
      await town.meet(randomUUID(), owner.accountId, 7);
      const many = [];
      for (let count = 0; count < 130; count++) many.push(await town.redeem(owner, offer.offerId));
      expect(many.every(({ code }) => code === undefined)).toBe(true);
      town.clock.advance(DAY);
      await Promise.all([sweep(), other.services.voucherSweep.look(), sweep(), other.services.voucherSweep.look()]);
      expect(await town.points(owner)).toEqual({ available: 140, earned: 140, spent: 0 });
      const told = (await town.recorded('voucher.expired')).filter(({ offerId }) => offerId === offer.offerId);
      expect(told).toHaveLength(130);
    } finally {
      await other.close();
    }
  });

  test('makes vouchers of a retailer void that stays suspended, and leaves those of one that comes back', async () => {
    const [lost, kept, short] = [
      await shop.buy({ refundable: false }),
      await shop.buy({ refundable: false }),
      await shop.buy({ refundable: false, validDays: 1 }),
    ];
    for (const { retailerId } of [lost, kept, short]) {
      await town.deliver('retailer.suspended', { retailerId, suspendedAt: town.nowText() });
    }
    expect((await shop.hold(lost.till, { code: lost.code })).code).toBe('RETAILER_SUSPENDED');
    expect((await shop.redeem(lost.till, { code: lost.code })).code).toBe('RETAILER_SUSPENDED');
    expect(await shop.look(lost.owner, lost.id, 'status refundable')).toEqual({ status: 'ISSUED', refundable: true });
    town.clock.advance(DAY);
    await sweep();
    // That it ran out meanwhile is not its owner's fault.
    expect(await shop.status(short)).toBe('REFUNDED');
    expect(await shop.status(lost)).toBe('ISSUED');
    await town.deliver('retailer.reinstated', { retailerId: kept.retailerId, reinstatedAt: town.nowText() });
    town.clock.advance(6 * DAY);
    await sweep();
    expect([await shop.status(lost), await shop.status(kept)]).toEqual(['REFUNDED', 'ISSUED']);
    expect((await shop.redeem(kept.till, { code: kept.code })).code).toBeUndefined();
  });

  test('of a suspended retailer changes nothing of what a till holds already, but that it is not captured', async () => {
    const bought = await shop.buy();
    const { payload } = await shop.hold(bought.till, { code: bought.code });
    await town.deliver('retailer.suspended', { retailerId: bought.retailerId, suspendedAt: town.nowText() });
    expect((await shop.capture(bought.till, payload.hold.id)).code).toBe('RETAILER_SUSPENDED');
    expect((await shop.release(bought.till, payload.hold.id)).code).toBeUndefined();
    expect((await shop.refund(bought.owner, bought.id)).code).toBeUndefined();
  });
});

test('giving back, taking, making void and running out at once: one of them happens', async () => {
  for (let round = 0; round < 10; round++) {
    const bought = await shop.buy({ validDays: 1, stock: 1 });
    town.clock.advance(DAY - 5);
    await Promise.all([
      ...Array.from({ length: 30 }, (_, index) => {
        if (index % 3 === 0) return shop.redeem(bought.till, { code: bought.code });
        return index % 3 === 1 ? shop.refund(bought.owner, bought.id) : shop.void(bought.id);
      }),
      sweep(),
      sweep(),
    ]);
    town.clock.advance(10);
    await sweep();
    const status = await shop.status(bought);
    expect(['REDEEMED', 'REFUNDED', 'EXPIRED']).toContain(status);
    expect((await town.points(bought.owner)).available).toBe(status === 'REFUNDED' ? 20 : 10);
    expect(await town.problems()).toEqual([]);
  }
});
