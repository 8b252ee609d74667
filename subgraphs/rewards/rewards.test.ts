import { randomUUID } from 'node:crypto';
import type { Caller } from '../kernel/caller.ts';
import { administrator, citizen, officer, openTown, type Town, till } from './testing/town.ts';

let town: Town;

beforeAll(async () => {
  town = await openTown();
});

afterEach(async () => {
  expect(await town.problems()).toEqual([]);
});

afterAll(async () => {
  await town.close();
});

describe('earning', () => {
  test('both are awarded by the rule, told at once, and the facts name the rule', async () => {
    const [o, c] = [officer(), citizen()];
    const changes = await town.subscribe(
      'subscription { pointsChanges { points reason balance { available } } }',
      {},
      c,
    );
    const next = async () => (await changes.next()).value.data.pointsChanges;
    expect(await next()).toEqual({ points: 0, reason: 'PRESENT', balance: { available: 0 } });
    const connectionId = await town.meet(o.accountId, c.accountId);
    expect(await next()).toEqual({ points: 20, reason: 'AWARD', balance: { available: 20 } });
    await changes.return?.();
    for (const caller of [o, c]) {
      expect(await town.points(caller)).toEqual({ available: 20, earned: 20, spent: 0 });
      expect(await town.entity('Connection', connectionId, 'pointsAwarded', caller)).toEqual({ pointsAwarded: 20 });
    }
    expect(await town.entity('Connection', connectionId, 'pointsAwarded', citizen())).toEqual({ pointsAwarded: null });
    const told = (await town.recorded('points.awarded')).filter((fact) => fact.connectionId === connectionId);
    expect(told.map(({ accountId, points, ruleVersion }) => ({ accountId, points, ruleVersion }))).toEqual(
      expect.arrayContaining([
        { accountId: o.accountId, points: 20, ruleVersion: 3 },
        { accountId: c.accountId, points: 20, ruleVersion: 3 },
      ]),
    );
  });

  test('the same connection is awarded once, also when it is told under other event ids and at once', async () => {
    const [o, c] = [officer(), citizen()];
    const fact = town.meeting(o.accountId, c.accountId);
    await Promise.all(Array.from({ length: 5 }, () => town.deliver('connection.confirmed', fact)));
    expect([await town.points(o), await town.points(c)]).toEqual(
      Array(2).fill({ available: 20, earned: 20, spent: 0 }),
    );
    const told = (await town.recorded('points.awarded')).filter((each) => each.connectionId === fact.connectionId);
    expect(told.map(({ accountId }) => accountId).sort()).toEqual([o.accountId, c.accountId].sort());
  });

  test('the same connection is awarded once, also when its ids are told in capitals', async () => {
    const [o, c] = [officer(), citizen()];
    const fact = town.meeting(o.accountId, c.accountId);
    const [connectionId, officerId, citizenId] = [fact.connectionId, o.accountId, c.accountId].map((id) =>
      id.toUpperCase(),
    ) as [string, string, string];
    await town.deliver('connection.confirmed', { ...fact, connectionId, officerId, citizenId });
    await town.deliver('connection.confirmed', fact);
    expect(await town.points(c)).toEqual({ available: 20, earned: 20, spent: 0 });
    for (const id of [fact.connectionId, connectionId]) {
      expect(await town.entity('Connection', id, 'pointsAwarded', c)).toEqual({ pointsAwarded: 20 });
    }
  });

  test('points are nobody else’s business', async () => {
    const c = citizen();
    expect(
      await town.entity('Account', c.accountId, 'points { available } vouchers { pageInfo { endCursor } }', citizen()),
    ).toEqual({ points: null, vouchers: null });
    expect((await town.entity('Account', c.accountId, 'points { available }', administrator)).points).toEqual({
      available: 0,
    });
  });
});

describe('vouchers', () => {
  test('points become a voucher that its retailer takes once', async () => {
    const c = citizen();
    await town.meet(randomUUID(), c.accountId);
    const { offerId, retailerId } = await town.publish();
    const { payload } = await town.redeem(c, offerId);
    expect(payload.voucher).toMatchObject({ status: 'ISSUED', points: 10, offer: { id: offerId } });
    const { code, qrCode } = payload.voucher;
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(qrCode).toMatch(/^<svg /);
    expect(payload.balance).toEqual({ available: 10, spent: 10 });
    expect((await town.take(till(randomUUID()), code)).code).toBe('VOUCHER_INVALID');
    const spoken = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    expect((await town.take(till(retailerId), spoken)).payload.voucher).toMatchObject({
      status: 'REDEEMED',
      offer: { id: offerId },
    });
    expect((await town.take(till(retailerId), code)).code).toBe('VOUCHER_REDEEMED');
    const { vouchers } = await town.entity('Account', c.accountId, 'vouchers { edges { node { code status } } }', c);
    expect(vouchers.edges).toEqual([{ node: { code, status: 'REDEEMED' } }]);
    expect(await town.recorded('voucher.redeemed')).toContainEqual(expect.objectContaining({ offerId, retailerId }));
  });

  test('the same voucher at a hundred tills at once is taken once', async () => {
    const c = citizen();
    await town.meet(randomUUID(), c.accountId);
    const { offerId, retailerId } = await town.publish();
    const { payload } = await town.redeem(c, offerId);
    const code = payload.voucher.code;
    const answers = await Promise.all(Array.from({ length: 100 }, () => town.take(till(retailerId), code)));
    expect(answers.filter((answer) => answer.code === undefined)).toHaveLength(1);
    expect(answers.filter((answer) => answer.code === 'VOUCHER_REDEEMED')).toHaveLength(99);
  });

  test('a repeated wish gets the same voucher, also at once; the same key for another offer is refused', async () => {
    const c = citizen();
    await town.meet(randomUUID(), c.accountId, 2);
    const [{ offerId }, other] = [await town.publish(), await town.publish()];
    const answers = await Promise.all(Array.from({ length: 6 }, () => town.redeem(c, offerId, 'the-same-key')));
    const ids = answers.map(({ payload }) => payload.voucher.id);
    expect(new Set(ids).size).toBe(1);
    expect(await town.points(c)).toMatchObject({ available: 30 });
    expect((await town.redeem(c, other.offerId, 'the-same-key')).code).toBe('IDEMPOTENCY_MISMATCH');
  });

  test('a wish repeated with its ids in capitals is the same wish', async () => {
    const [c, o] = [citizen(), officer()];
    await town.meet(o.accountId, c.accountId);
    const [{ offerId }, charityId] = [await town.publish(), await town.list()];
    for (const wished of [
      [await town.redeem(c, offerId.toUpperCase(), 'capital-key'), await town.redeem(c, offerId, 'capital-key')],
      [
        await town.donate(o, charityId.toUpperCase(), 5, 'capital-key'),
        await town.donate(o, charityId, 5, 'capital-key'),
      ],
    ] as const) {
      expect(wished.map(({ code }) => code)).toEqual([undefined, undefined]);
      expect(wished[1].payload).toEqual(wished[0].payload);
    }
    expect(await town.recorded('voucher.issued')).toContainEqual(expect.objectContaining({ offerId }));
    expect(await town.recorded('points.donated')).toContainEqual(expect.objectContaining({ charityId }));
  });

  test('the same key of somebody else is another wish', async () => {
    const people = [citizen(), citizen()];
    const { offerId } = await town.publish();
    for (const { accountId } of people) await town.meet(randomUUID(), accountId);
    const answers = await Promise.all(people.map((each) => town.redeem(each, offerId, 'the-same-key')));
    expect(new Set(answers.map(({ payload }) => payload.voucher.id)).size).toBe(2);
  });

  test('an owner pages through all vouchers, the newest first, and a cursor made up is refused', async () => {
    const c = citizen();
    await town.meet(randomUUID(), c.accountId, 3);
    const { offerId } = await town.publish();
    const issued: string[] = [];
    for (let count = 0; count < 5; count++) {
      if (count % 2 === 0) town.clock.advance(1_000);
      issued.unshift((await town.redeem(c, offerId)).payload.voucher.id);
    }
    const page = async (after: string | null) => {
      const selection = `vouchers(first: 2${after ? `, after: "${after}"` : ''}) { edges { node { id } } pageInfo { endCursor hasNextPage } }`;
      return (await town.entity('Account', c.accountId, selection, c)).vouchers;
    };
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { edges, pageInfo } = await page(after);
      seen.push(...edges.map((edge: { node: { id: string } }) => edge.node.id));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after);
    expect([...seen].sort()).toEqual([...issued].sort());
    expect(seen).toEqual(issued);
    const id = randomUUID();
    for (const made of [['x', id], [0, 'x'], [8.64e15, id], [-1, id], [0], 'x', { 0: 0 }]) {
      const cursor = Buffer.from(JSON.stringify(made)).toString('base64url');
      await expect(page(cursor)).rejects.toThrow('BAD_USER_INPUT');
    }
  });

  test('nobody spends more than there is, however many wishes arrive at once', async () => {
    const c = citizen();
    await town.meet(randomUUID(), c.accountId);
    const { offerId } = await town.publish({ pricePoints: 7 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => town.redeem(c, offerId)));
    expect(answers.filter(({ code }) => code === undefined)).toHaveLength(2);
    expect(answers.filter(({ code }) => code === 'INSUFFICIENT_POINTS')).toHaveLength(8);
    expect(await town.points(c)).toMatchObject({ available: 6, spent: 14 });
  });

  test('stock reaches exactly zero, and a limit per person holds', async () => {
    const people = Array.from({ length: 8 }, () => citizen());
    for (const { accountId } of people) await town.meet(randomUUID(), accountId, 2);
    const scarce = await town.publish({ stock: 5 });
    const answers = await Promise.all(people.map((each) => town.redeem(each, scarce.offerId)));
    expect(answers.filter(({ code }) => code === 'SOLD_OUT')).toHaveLength(3);
    const limited = await town.publish({ perPersonLimit: 1 });
    const [first] = people;
    const own = await Promise.all([1, 2, 3].map(() => town.redeem(first as Caller, limited.offerId)));
    expect(own.filter(({ code }) => code === 'PER_PERSON_LIMIT')).toHaveLength(2);
  });

  test('an offer is open from its start to its end, and never when it is archived or unknown', async () => {
    const c = citizen();
    await town.meet(randomUUID(), c.accountId);
    const later = new Date(town.clock.now().getTime() + 3_600_000).toISOString();
    const closed = await town.publish();
    await town.deliver('offer.archived', { offerId: closed.offerId, archivedAt: town.nowText() });
    const offers = [
      randomUUID(),
      (await town.publish({ startsAt: later })).offerId,
      (await town.publish({ endsAt: town.nowText() })).offerId,
      closed.offerId,
    ];
    for (const offerId of offers) expect((await town.redeem(c, offerId)).code).toBe('OFFER_UNAVAILABLE');
  });

  test('a later version of an offer wins in whatever order they are told, and closed stays closed', async () => {
    const c = citizen();
    await town.meet(randomUUID(), c.accountId);
    const second = await town.publish({ version: 2, pricePoints: 3 });
    await town.publish({ ...second, version: 1, pricePoints: 9 });
    expect((await town.redeem(c, second.offerId)).payload.voucher).toMatchObject({ points: 3 });
    const offerId = randomUUID();
    await town.deliver('offer.archived', { offerId, archivedAt: town.nowText() });
    await town.publish({ offerId });
    expect((await town.redeem(c, offerId)).code).toBe('OFFER_UNAVAILABLE');
  });

  test('each of several wishes in one operation is answered with the balance after it', async () => {
    const c = citizen();
    await town.meet(randomUUID(), c.accountId, 2);
    const { offerId } = await town.publish({ pricePoints: 15 });
    const wish = (key: string) =>
      `redeemOffer(input: { offerId: "${offerId}", idempotencyKey: "${key}" }) { balance { available spent } }`;
    const { data } = await town.execute(`mutation { one: ${wish('first-key')} two: ${wish('second-key')} }`, {}, c);
    expect(data.one.balance).toEqual({ available: 25, spent: 15 });
    expect(data.two.balance).toEqual({ available: 10, spent: 30 });
  });

  test('nobody pays a price that was replaced meanwhile: the wish is refused and takes nothing', async () => {
    const c = citizen();
    await town.meet(randomUUID(), c.accountId, 2);
    const offer = await town.publish({ pricePoints: 10, stock: 1 });
    const answer = await whileAccountIsLocked(c.accountId, async () => {
      const asked = town.redeem(c, offer.offerId);
      await somebodyWaitsForALock();
      await town.publish({ ...offer, version: 2, pricePoints: 25, stock: 2 });
      return { asked };
    });
    expect((await answer.asked).code).toBe('OFFER_CHANGED');
    expect(await town.points(c)).toEqual({ available: 40, earned: 40, spent: 0 });
    expect((await town.redeem(c, offer.offerId)).payload.voucher).toMatchObject({ points: 25 });
  });

  /** Holds a person's ledger account as a posting does, until `task` is through. */
  async function whileAccountIsLocked<Result>(accountId: string, task: () => Promise<Result>): Promise<Result> {
    return town.em().transactional(async (em) => {
      await em.execute('select 1 from rewards.account where owner_id = ? for update', [accountId]);
      return task();
    });
  }

  /** Resolves as soon as PostgreSQL says that a posting waits for somebody else's transaction. */
  async function somebodyWaitsForALock(): Promise<void> {
    for (;;) {
      const waiting = await town.em().execute<unknown[]>(
        `select 1 from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and query like '%rewards.post%'`,
      );
      if (waiting.length > 0) return;
    }
  }

  test('a voucher is good for 90 days, and its owner sees that it is over', async () => {
    const c = citizen();
    await town.meet(randomUUID(), c.accountId, 2);
    const { offerId, retailerId } = await town.publish();
    const [used, forgotten] = [await town.redeem(c, offerId), await town.redeem(c, offerId)];
    // The clock of tests runs on, so that the last minute is as near as it can be held.
    town.clock.advance(90 * 86_400_000 - 60_000);
    expect((await town.take(till(retailerId), used.payload.voucher.code)).code).toBeUndefined();
    town.clock.advance(60_000);
    expect((await town.take(till(retailerId), forgotten.payload.voucher.code)).code).toBe('VOUCHER_EXPIRED');
    expect((await town.take(till(retailerId), used.payload.voucher.code)).code).toBe('VOUCHER_REDEEMED');
    const { vouchers } = await town.entity('Account', c.accountId, 'vouchers { edges { node { id status } } }', c);
    expect(vouchers.edges.map(({ node }: { node: object }) => node)).toEqual(
      expect.arrayContaining([
        { id: used.payload.voucher.id, status: 'REDEEMED' },
        { id: forgotten.payload.voucher.id, status: 'EXPIRED' },
      ]),
    );
  });

  test('a voucher keeps the terms it was bought on when its offer changes hands and closes', async () => {
    const c = citizen();
    await town.meet(randomUUID(), c.accountId);
    const offer = await town.publish();
    const { payload } = await town.redeem(c, offer.offerId);
    const next = await town.publish({ ...offer, version: 2, pricePoints: 90, retailerId: randomUUID() });
    await town.deliver('offer.archived', { offerId: offer.offerId, archivedAt: town.nowText() });
    expect((await town.take(till(next.retailerId), payload.voucher.code)).code).toBe('VOUCHER_INVALID');
    expect((await town.take(till(offer.retailerId), payload.voucher.code)).code).toBeUndefined();
  });

  test('everybody keeps to their own: roles, and codes that are no codes', async () => {
    const { offerId } = await town.publish();
    expect((await town.redeem(officer(), offerId)).code).toBe('FORBIDDEN');
    expect((await town.redeem(till(randomUUID()), offerId)).code).toBe('FORBIDDEN');
    expect((await town.take(citizen(), '0000-0000-0000-00000')).code).toBe('FORBIDDEN');
    expect((await town.take(till(randomUUID()), '0000-0000-0000-00000')).code).toBe('VOUCHER_INVALID');
    expect((await town.take(till(randomUUID()), 'not a code!')).code).toBe('BAD_USER_INPUT');
    expect((await town.redeem(citizen(), 'not an id')).code).toBe('BAD_USER_INPUT');
  });

  test('the code stands nowhere in the database', async () => {
    const c = citizen();
    await town.meet(randomUUID(), c.accountId);
    const { payload } = await town.redeem(c, (await town.publish()).offerId);
    const code = payload.voucher.code;
    const [row] = await town.em().execute<{ text: string }[]>(
      `select (select string_agg(v::text, ' ') from rewards.voucher v)
         || (select string_agg(o::text, ' ') from rewards.outbox o) as text`,
    );
    const hex = Buffer.from(code).toString('hex');
    expect(row?.text.includes(code) || row?.text.includes(hex)).toBe(false);
  });
});

describe('changes', () => {
  test('spending and giving are told with what is left, refusals are not', async () => {
    const [c, o] = [citizen(), officer()];
    await town.meet(o.accountId, c.accountId);
    const [{ offerId }, charityId] = [await town.publish(), await town.list()];
    const query = 'subscription { pointsChanges { points reason balance { available spent } happenedAt } }';
    const [ofCitizen, ofOfficer] = [await town.subscribe(query, {}, c), await town.subscribe(query, {}, o)];
    for (const changes of [ofCitizen, ofOfficer]) {
      const { value } = await changes.next();
      expect(value.data.pointsChanges).toMatchObject({ reason: 'PRESENT', balance: { available: 20 } });
    }
    expect((await town.redeem(c, randomUUID())).code).toBe('OFFER_UNAVAILABLE');
    expect((await town.donate(o, charityId, 21)).code).toBe('INSUFFICIENT_POINTS');
    await town.redeem(c, offerId);
    await town.donate(o, charityId, 3);
    expect((await ofCitizen.next()).value.data.pointsChanges).toEqual({
      points: -10,
      reason: 'REDEMPTION',
      balance: { available: 10, spent: 10 },
      happenedAt: expect.any(String),
    });
    expect((await ofOfficer.next()).value.data.pointsChanges).toMatchObject({
      points: -3,
      reason: 'DONATION',
      balance: { available: 17, spent: 3 },
    });
    await Promise.all([ofCitizen.return?.(), ofOfficer.return?.()]);
  });

  test('are for those who are signed in', async () => {
    const told = await town.subscribe('subscription { pointsChanges { points } }');
    expect((await told.next()).value.errors[0].extensions.code).toBe('UNAUTHENTICATED');
  });
});

describe('donations', () => {
  test('go by the latest listing of a charity, in whatever order listings are told', async () => {
    const o = officer();
    await town.meet(o.accountId, randomUUID());
    const charityId = randomUUID();
    const listing = { charityId, name: 'Shelter' };
    const [earlier, later] = ['2026-02-01T00:00:00.000Z', '2026-02-02T00:00:00.000Z'];
    await town.deliver('charity.listed', { ...listing, zipCode: '78702', listedAt: later });
    await town.deliver('charity.listed', { ...listing, zipCode: '78701', listedAt: earlier });
    await town.donate(o, charityId, 5);
    expect(await town.recorded('points.donated')).toContainEqual(
      expect.objectContaining({ charityId, zipCode: '78702' }),
    );
  });

  test('an officer gives points to a charity, once per wish and never more than there are', async () => {
    const o = officer();
    await town.meet(o.accountId, randomUUID());
    const charityId = await town.list();
    const answers = await Promise.all([1, 2, 3].map(() => town.donate(o, charityId, 15, 'the-same-key')));
    expect(new Set(answers.map(({ payload }) => payload.donation?.id)).size).toBe(1);
    expect(answers[0]?.payload.donation).toMatchObject({ points: 15, charity: { id: charityId } });
    expect((await town.donate(o, charityId, 5, 'the-same-key')).code).toBe('IDEMPOTENCY_MISMATCH');
    expect((await town.donate(o, charityId, 6)).code).toBe('INSUFFICIENT_POINTS');
    expect(await town.recorded('points.donated')).toContainEqual(
      expect.objectContaining({ charityId, points: 15, zipCode: '78741' }),
    );
  });

  test('an unknown charity, an administrator and an amount that is none are refused', async () => {
    const o = officer();
    expect((await town.donate(o, randomUUID(), 5)).code).toBe('CHARITY_UNAVAILABLE');
    const charityId = await town.list();
    expect((await town.donate(administrator, charityId, 5)).code).toBe('FORBIDDEN');
    for (const points of [0, -5, 1.5, 1_000_001])
      expect((await town.donate(o, charityId, points)).code).toBe('BAD_USER_INPUT');
  });
});
