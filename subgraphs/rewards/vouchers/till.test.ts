import { randomUUID } from 'node:crypto';
import { administrator, citizen, openTown, type Town, till } from '../testing/town.ts';
import { DAY, member, shopsOf } from './testing/shop.ts';

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

const codesOf = (answers: readonly { code: string | undefined }[]) =>
  Object.fromEntries(
    [...Map.groupBy(answers, ({ code }) => code ?? 'done')].map(([code, same]) => [code, same.length]),
  );

describe('a till', () => {
  test('takes a voucher by its token as by its code, and keeps where and for which sale', async () => {
    const bought = await shop.buy({ valueCents: 450 });
    const { terminalId } = await shop.terminal(bought.retailerId);
    // Nothing of a hold that was let go stays.
    const other = await shop.terminal(bought.retailerId);
    const held = await shop.hold(bought.till, { code: bought.code, terminalId: other.terminalId });
    await shop.release(bought.till, held.payload.hold.id);
    const { payload } = await shop.redeem(bought.till, { token: bought.token, terminalId, saleReference: 'S-77' });
    expect(payload.voucher).toEqual({
      id: bought.id,
      status: 'REDEEMED',
      redeemedAt: expect.any(String),
      valueCents: 450,
      method: 'TOKEN',
      terminalId,
      saleReference: 'S-77',
      offer: { id: bought.offerId },
      retailer: { id: bought.retailerId },
    });
    expect((await shop.redeem(bought.till, { code: bought.code })).code).toBe('VOUCHER_REDEEMED');
    const { history } = await shop.look(bought.owner, bought.id, 'history { status actor }');
    expect(history).toEqual([
      { status: 'REDEEMED', actor: 'TILL' },
      { status: 'ISSUED', actor: 'TILL' },
      { status: 'HELD', actor: 'TILL' },
      { status: 'ISSUED', actor: 'OWNER' },
    ]);
  });

  test('is given the same answer for the same request, when the first got lost on its way', async () => {
    const bought = await shop.buy();
    const asked = { code: bought.code, idempotencyKey: 'sale-00001' };
    const answers = await Promise.all(Array.from({ length: 30 }, () => shop.redeem(bought.till, asked)));
    expect(codesOf(answers)).toEqual({ done: 30 });
    expect(new Set(answers.map(({ payload }) => JSON.stringify(payload))).size).toBe(1);
    expect((await shop.redeem(bought.till, { ...asked, idempotencyKey: 'sale-00002' })).code).toBe('VOUCHER_REDEEMED');
    const told = (await town.recorded('voucher.redeemed')).filter(({ voucherId }) => voucherId === bought.id);
    expect(told).toHaveLength(1);
  });

  test('says what it was shown, one of the two, and where, at a terminal of its own that is not revoked', async () => {
    const bought = await shop.buy();
    const [own, other] = [await shop.terminal(bought.retailerId), await shop.terminal(randomUUID())];
    for (const input of [
      {},
      { code: bought.code, token: bought.token },
      { code: bought.code, saleReference: 'x'.repeat(65) },
    ]) {
      expect((await shop.redeem(bought.till, input)).code).toBe('BAD_USER_INPUT');
    }
    expect((await shop.redeem(bought.till, { code: bought.code, terminalId: other.terminalId })).code).toBe(
      'NOT_FOUND',
    );
    await shop.ask(
      'revokeTerminal',
      'RevokeTerminalInput',
      'terminal { id }',
      { terminalId: own.terminalId },
      member(bought.retailerId),
    );
    expect((await shop.redeem(bought.till, { code: bought.code, terminalId: own.terminalId })).code).toBe('NOT_FOUND');
    expect(await shop.status(bought)).toBe('ISSUED');
  });

  test('is one of the people who act for the retailer too, who say for which of several', async () => {
    const [one, other] = [await shop.buy(), await shop.buy()];
    const both = {
      ...member(one.retailerId),
      organisations: [`retailer:${one.retailerId}`, `retailer:${other.retailerId}`] as const,
    };
    expect((await shop.redeem(both, { code: one.code })).code).toBe('BAD_USER_INPUT');
    expect((await shop.redeem(both, { code: one.code, retailerId: randomUUID() })).code).toBe('FORBIDDEN');
    expect(
      (await shop.redeem(both, { code: one.code, retailerId: one.retailerId.toUpperCase() })).code,
    ).toBeUndefined();
    expect((await shop.redeem(member(randomUUID()), { code: other.code })).code).toBe('VOUCHER_INVALID');
    expect((await shop.redeem(member(other.retailerId), { code: other.code })).code).toBeUndefined();
    expect((await shop.redeem(one.till, { code: one.code, retailerId: other.retailerId })).code).toBe('FORBIDDEN');
    for (const stranger of [citizen(), administrator]) {
      expect((await shop.redeem(stranger, { code: other.code })).code).toBe('FORBIDDEN');
    }
  });

  test('takes no voucher of the person who stands there', async () => {
    const bought = await shop.buy();
    const self = member(bought.retailerId, bought.owner.accountId);
    for (const act of [shop.redeem, shop.hold]) expect((await act(self, { code: bought.code })).code).toBe('FORBIDDEN');
    expect((await shop.redeem(member(bought.retailerId), { code: bought.code })).code).toBeUndefined();
  });

  test('takes a voucher whatever has become of its owner: a frozen account buys nothing, what it bought stays good', async () => {
    const owner = citizen();
    const [taken, givenBack] = [await shop.buy({}, owner), await shop.buy({}, owner)];
    await town.em().execute("update rewards.account set status = 'frozen' where owner_id = ?", [owner.accountId]);
    expect((await town.redeem(owner, taken.offerId)).code).toBe('ACCOUNT_FROZEN');
    const { payload } = await shop.hold(taken.till, { code: taken.code });
    expect((await shop.capture(taken.till, payload.hold.id)).code).toBeUndefined();
    expect((await shop.refund(owner, givenBack.id)).payload.voucher.status).toBe('REFUNDED');
  });

  test('takes and captures what was issued before its offer was paused, changed or closed', async () => {
    const [plain, held] = [await shop.buy(), await shop.buy()];
    const { payload } = await shop.hold(held.till, { code: held.code });
    for (const { offerId } of [plain, held]) {
      await town.deliver('offer.paused', { offerId, pausedAt: town.nowText() });
      await town.deliver('offer.archived', { offerId, archivedAt: town.nowText() });
    }
    expect((await shop.redeem(plain.till, { code: plain.code })).code).toBeUndefined();
    expect((await shop.capture(held.till, payload.hold.id)).code).toBeUndefined();
  });

  test('hears nothing of tokens that are not for it: another retailer, another key, a bit changed, lower case', async () => {
    const bought = await shop.buy();
    const forged = `${bought.token.slice(0, -1)}${bought.token.endsWith('0') ? '1' : '0'}`;
    expect((await shop.redeem(till(randomUUID()), { token: bought.token })).code).toBe('VOUCHER_INVALID');
    expect((await shop.redeem(bought.till, { token: forged })).code).toBe('VOUCHER_INVALID');
    expect((await shop.redeem(bought.till, { token: bought.token.toLowerCase() })).code).toBe('BAD_USER_INPUT');
    expect((await shop.redeem(bought.till, { code: bought.code.toLowerCase() })).code).toBeUndefined();
  });
});

describe('a hundred tills at once', () => {
  test('take the same voucher once, by whatever way each of them tries', async () => {
    const bought = await shop.buy();
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        if (index % 3 === 0) return shop.redeem(bought.till, { token: bought.token });
        if (index % 3 === 1) return shop.redeem(bought.till, { code: bought.code });
        const held = await shop.hold(bought.till, { code: bought.code });
        return held.code ? held : shop.capture(bought.till, held.payload.hold.id);
      }),
    );
    const codes = codesOf(answers);
    expect(codes.done).toBe(1);
    expect((codes.VOUCHER_REDEEMED ?? 0) + (codes.VOUCHER_HELD ?? 0)).toBe(99);
    expect((await town.recorded('voucher.redeemed')).filter(({ voucherId }) => voucherId === bought.id)).toHaveLength(
      1,
    );
  });

  test('hold it for one of them', async () => {
    const bought = await shop.buy();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => shop.hold(bought.till, { token: bought.token })),
    );
    expect(codesOf(answers)).toEqual({ done: 1, VOUCHER_HELD: 99 });
  });

  test('capture, let go, give back and make void, and one of these happens', async () => {
    for (let round = 0; round < 8; round++) {
      const bought = await shop.buy();
      const { payload } = await shop.hold(bought.till, { code: bought.code });
      const holdId = payload.hold.id;
      await Promise.all(
        Array.from({ length: 32 }, (_, index) => {
          if (index % 4 === 0) return shop.capture(bought.till, holdId);
          if (index % 4 === 1) return shop.release(bought.till, holdId);
          return index % 4 === 2 ? shop.refund(bought.owner, bought.id) : shop.void(bought.id);
        }),
      );
      const status = await shop.status(bought);
      expect(['REDEEMED', 'REFUNDED', 'ISSUED']).toContain(status);
      const points = await town.points(bought.owner);
      expect(points.available).toBe(status === 'REFUNDED' ? 20 : 10);
      expect(await town.problems()).toEqual([]);
    }
  });
});

describe('a hold', () => {
  test('keeps a voucher for one sale, and the same key gets the same hold', async () => {
    const bought = await shop.buy({ valueCents: 300 });
    const wish = { code: bought.code, seconds: 60, idempotencyKey: 'sale-00009' };
    const first = await shop.hold(bought.till, wish);
    expect(first.payload.hold).toMatchObject({ voucherId: bought.id, valueCents: 300, offer: { id: bought.offerId } });
    expect(await shop.status(bought)).toBe('HELD');
    expect((await shop.hold(bought.till, wish)).payload).toEqual(first.payload);
    expect((await shop.redeem(bought.till, { code: bought.code })).code).toBe('VOUCHER_HELD');
    expect((await shop.refund(bought.owner, bought.id)).code).toBe('VOUCHER_HELD');
    const holdId = first.payload.hold.id;
    expect((await shop.capture(till(randomUUID()), holdId)).code).toBe('HOLD_ENDED');
    const captured = await shop.capture(bought.till, holdId, { saleReference: 'S-9' });
    expect(captured.payload.voucher).toMatchObject({ status: 'REDEEMED', saleReference: 'S-9', method: 'CODE' });
    expect((await shop.capture(bought.till, holdId)).payload).toEqual(captured.payload);
    expect((await shop.release(bought.till, holdId)).code).toBe('VOUCHER_REDEEMED');
  });

  test('is let go once, or as often as asked, and then others take the voucher', async () => {
    const bought = await shop.buy();
    const { payload } = await shop.hold(bought.till, { code: bought.code });
    for (let count = 0; count < 2; count++) {
      expect((await shop.release(bought.till, payload.hold.id)).payload).toEqual({ voucherId: bought.id });
    }
    expect((await shop.capture(bought.till, payload.hold.id)).code).toBe('HOLD_ENDED');
    expect((await shop.redeem(bought.till, { code: bought.code })).code).toBeUndefined();
    expect((await shop.release(bought.till, randomUUID())).code).toBe('HOLD_ENDED');
  });

  test('that has run out is refused at the capture, and the voucher is free for all', async () => {
    const [late, lost] = [await shop.buy(), await shop.buy()];
    const holds = await Promise.all([late, lost].map(({ till: at, code }) => shop.hold(at, { code, seconds: 10 })));
    const [holdId, lostId] = holds.map(({ payload }) => payload.hold.id);
    town.clock.advance(10_000);
    expect(await shop.status(late)).toBe('ISSUED');
    expect((await shop.capture(late.till, holdId)).code).toBe('HOLD_EXPIRED');
    // What another till takes meanwhile is not captured for this one afterwards.
    expect((await shop.redeem(lost.till, { code: lost.code })).code).toBeUndefined();
    expect((await shop.capture(lost.till, lostId)).code).toBe('HOLD_ENDED');
    expect((await shop.hold(late.till, { code: late.code })).code).toBeUndefined();
    expect((await shop.capture(late.till, holdId)).code).toBe('HOLD_ENDED');
  });

  test('that began in time may be captured after the voucher has expired', async () => {
    const bought = await shop.buy({ validDays: 1 });
    town.clock.advance(DAY - 60_000);
    const { payload } = await shop.hold(bought.till, { code: bought.code, seconds: 600 });
    town.clock.advance(120_000);
    await town.services.voucherSweep.look();
    expect(await shop.status(bought)).toBe('HELD');
    expect((await shop.capture(bought.till, payload.hold.id)).code).toBeUndefined();
  });

  test('lasts 10 to 600 seconds', async () => {
    const bought = await shop.buy();
    for (const seconds of [0, 9, 601]) {
      expect((await shop.hold(bought.till, { code: bought.code, seconds })).code).toBe('BAD_USER_INPUT');
    }
  });
});

describe('redemptions', () => {
  test('are listed for the retailer alone, by time, terminal and offer, in pages', async () => {
    const offer = await town.publish();
    const owner = citizen();
    await town.meet(randomUUID(), owner.accountId, 4);
    const { terminalId } = await shop.terminal(offer.retailerId);
    const taken: string[] = [];
    const at: string[] = [];
    for (let count = 0; count < 5; count++) {
      const bought = await shop.buyOf(offer, owner);
      town.clock.advance(60_000);
      const { payload } = await shop.redeem(bought.till, { code: bought.code, ...(count % 2 === 0 && { terminalId }) });
      taken.unshift(payload.voucher.id);
      at.unshift(payload.voucher.redeemedAt);
    }
    const list = async (caller: object, values: string) => {
      const { data, errors } = await town.execute(
        `{ redemptions(${values}) { edges { node { id } } pageInfo { endCursor hasNextPage } } }`,
        {},
        caller,
      );
      return errors ? errors[0]?.extensions?.code : data.redemptions;
    };
    const ids = async (values: string, caller: object = till(offer.retailerId)) =>
      (await list(caller, values)).edges.map(({ node }: { node: { id: string } }) => node.id);
    const first = await list(till(offer.retailerId), 'first: 3');
    const rest = await ids(`first: 3, after: "${first.pageInfo.endCursor}"`);
    expect([...first.edges.map(({ node }: { node: { id: string } }) => node.id), ...rest]).toEqual(taken);
    expect(await ids(`since: "${at[3]}", until: "${at[1]}"`)).toEqual([taken[2], taken[3]]);
    expect(await ids(`terminalId: "${terminalId}"`)).toEqual([taken[0], taken[2], taken[4]]);
    expect(await ids(`offerId: "${randomUUID()}"`)).toEqual([]);
    expect(await ids('first: 1', member(offer.retailerId))).toEqual([taken[0]]);
    expect(await ids('first: 1', till(randomUUID()))).toEqual([]);
    expect(await list(citizen(), 'first: 1')).toBe('FORBIDDEN');
    for (const values of ['since: "0001-01-01T00:00:00Z"', 'until: "9999-12-31T23:59:59Z"']) {
      expect((await list(till(offer.retailerId), values)).edges).toHaveLength(5);
    }
    expect(await list(till(offer.retailerId), 'since: "0000-01-01T00:00:00Z"')).toBe('BAD_USER_INPUT');
  });
});

describe('the stock', () => {
  test('of its offers is told to the retailer alone, in pages', async () => {
    const retailerId = randomUUID();
    const offers = [
      await town.publish({ retailerId, stock: 3 }),
      await town.publish({ retailerId }),
      await town.publish({ retailerId, stock: 0 }),
    ].sort((one, other) => (one.offerId < other.offerId ? -1 : 1));
    const owner = citizen();
    await town.meet(randomUUID(), owner.accountId, 2);
    const scarce = offers.find(({ stock }) => stock === 3) as (typeof offers)[0];
    const [used, back] = [await shop.buyOf(scarce, owner), await shop.buyOf(scarce, owner)];
    await shop.buyOf(scarce, owner);
    await shop.redeem(used.till, { code: used.code });
    await shop.refund(owner, back.id);
    const list = async (caller: object, values: string) => {
      const selection =
        'edges { node { offer { id } stock remaining open redeemed } } pageInfo { endCursor hasNextPage }';
      const { data, errors } = await town.execute(`{ offerStock(${values}) { ${selection} } }`, {}, caller);
      return errors ? errors[0]?.extensions?.code : data.offerStock;
    };
    const first = await list(till(retailerId), 'first: 2');
    const rest = await list(member(retailerId), `first: 2, after: "${first.pageInfo.endCursor}"`);
    expect(rest.pageInfo.hasNextPage).toBe(false);
    const all = [...first.edges, ...rest.edges].map(({ node }) => node);
    expect(all.map(({ offer }) => offer.id)).toEqual(offers.map(({ offerId }) => offerId));
    expect(all.find(({ offer }) => offer.id === scarce.offerId)).toEqual({
      offer: { id: scarce.offerId },
      stock: 3,
      remaining: 1,
      open: 1,
      redeemed: 1,
    });
    for (const { stock, remaining } of all.filter((each) => each.stock === null)) {
      expect([stock, remaining]).toEqual([null, null]);
    }
    expect((await list(till(randomUUID()), 'first: 2')).edges).toEqual([]);
    expect(await list(citizen(), 'first: 2')).toBe('FORBIDDEN');
    expect(await list(till(retailerId), 'after: "x"')).toBe('BAD_USER_INPUT');
  });
});
