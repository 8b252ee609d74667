import { randomUUID } from 'node:crypto';
import { administrator, citizen, officer } from '../testing/town.ts';
import { member, openParish, type Parish } from './testing/parish.ts';

let parish: Parish;

beforeAll(async () => {
  parish = await openParish({ environment: { DATABASE_POOL: '60' } });
});

afterEach(async () => {
  expect(await parish.problems()).toEqual([]);
});

afterAll(async () => {
  await parish.close();
});

describe('a donation', () => {
  test('is for citizens as for officers, and comes with a receipt', async () => {
    const charityId = await parish.charity();
    const [o, c] = [officer(), citizen()];
    await parish.meet(o.accountId, c.accountId);
    const year = parish.clock.now().getUTCFullYear();
    for (const [index, giver] of [o, c].entries()) {
      const { payload } = await parish.give(giver, charityId, 15);
      expect(payload).toMatchObject({
        donation: {
          points: 15,
          earmark: null,
          charity: { id: charityId },
          receipt: {
            id: payload.donation.id,
            number: `${year}-00000${index + 1}`,
            charityName: 'Food Bank',
            employerNumber: '123456789',
            points: 15,
            donatedAt: payload.donation.donatedAt,
            reversedAt: null,
          },
        },
        balance: { available: 5 },
      });
    }
    expect((await parish.give(administrator, charityId, 1)).code).toBe('FORBIDDEN');
    expect((await parish.give({ scopes: [] }, charityId, 1)).code).toBe('UNAUTHENTICATED');
  });

  test('said again is the same, also when the charity is suspended by then; the same key for another is refused', async () => {
    const [charityId, giver] = [await parish.charity(), await parish.giver()];
    const wish = { earmark: 'School meals', idempotencyKey: 'the-same-gift' };
    const first = await parish.give(giver, charityId, 5, wish);
    await parish.deliver('charity.suspended', { charityId, suspendedAt: parish.nowText() });
    expect((await parish.give(giver, charityId.toUpperCase(), 5, wish)).payload).toEqual(first.payload);
    for (const other of [{ earmark: 'A family in need' }, { earmark: null }]) {
      expect((await parish.give(giver, charityId, 5, { ...wish, ...other })).code).toBe('IDEMPOTENCY_MISMATCH');
    }
    expect((await parish.give(giver, charityId, 6, wish)).code).toBe('IDEMPOTENCY_MISMATCH');
    expect((await parish.give(giver, await parish.charity(), 5, wish)).code).toBe('IDEMPOTENCY_MISMATCH');
  });

  test('is refused by a charity that is suspended, takes none or was never told of', async () => {
    const giver = await parish.giver();
    const [suspended, closed] = [await parish.charity(), await parish.charity({ acceptsDonations: false })];
    const at = (seconds: number) => new Date(parish.clock.now().getTime() + seconds * 1_000).toISOString();
    await parish.deliver('charity.suspended', { charityId: suspended, suspendedAt: at(1) });
    await parish.deliver('charity.reinstated', { charityId: suspended, reinstatedAt: at(0) });
    for (const charityId of [suspended, closed, randomUUID()]) {
      expect((await parish.give(giver, charityId, 5)).code).toBe('CHARITY_UNAVAILABLE');
      const seen = await parish.entity('Charity', charityId, 'donationEarmarks', giver);
      expect(seen).toEqual({ donationEarmarks: [] });
    }
    await parish.deliver('charity.reinstated', { charityId: suspended, reinstatedAt: at(2) });
    expect((await parish.give(giver, suspended, 5)).code).toBeUndefined();
  });

  test('is refused to those who act for the charity, and to those whose points are frozen', async () => {
    const charityId = await parish.charity();
    const insider = await parish.giver(1, member('charity', charityId));
    expect((await parish.give(insider, charityId, 5)).code).toBe('FORBIDDEN');
    expect((await parish.give(insider, charityId.toUpperCase(), 5)).code).toBe('FORBIDDEN');
    expect((await parish.give(insider, await parish.charity(), 5)).code).toBeUndefined();
    await parish.em().execute("update rewards.account set status = 'frozen' where owner_id = ?", [insider.accountId]);
    expect((await parish.give(insider, await parish.charity(), 5)).code).toBe('ACCOUNT_FROZEN');
  });

  test('is refused for amounts that are none and for more than there is', async () => {
    const [charityId, giver] = [await parish.charity(), await parish.giver()];
    for (const points of [0, -1, 0.5, 1_000_001, 2 ** 53]) {
      expect((await parish.give(giver, charityId, points)).code).toBe('BAD_USER_INPUT');
    }
    expect((await parish.give(giver, charityId, 21)).code).toBe('INSUFFICIENT_POINTS');
    expect((await parish.give(giver, 'none', 5)).code).toBe('BAD_USER_INPUT');
  });

  test('gives no more than there is, however many are made at once', async () => {
    const [charityId, giver] = [await parish.charity(), await parish.giver()];
    const answers = await Promise.all(Array.from({ length: 40 }, () => parish.give(giver, charityId, 3)));
    expect(answers.filter(({ code }) => code === undefined)).toHaveLength(6);
    expect(answers.filter(({ code }) => code === 'INSUFFICIENT_POINTS')).toHaveLength(34);
  });
});

describe('an earmark', () => {
  test('is one of the labels of the charity, as the catalog told them last', async () => {
    const [charityId, giver] = [await parish.charity(), await parish.giver()];
    expect((await parish.give(giver, charityId, 1, { earmark: 'Jane Doe' })).code).toBe('BAD_USER_INPUT');
    const earmark = 'A family in need';
    expect((await parish.give(giver, charityId, 1, { earmark })).payload.donation).toMatchObject({ earmark });
    const listing = { charityId, name: 'Food Bank', zipCode: null, listedAt: parish.nowText() };
    await parish.deliver('charity.listed', { ...listing, earmarks: true, earmarkLabels: ['Rent, heating {"x"}'] });
    expect((await parish.give(giver, charityId, 1, { earmark })).code).toBe('BAD_USER_INPUT');
    expect((await parish.give(giver, charityId, 1, { earmark: 'Rent, heating {"x"}' })).code).toBeUndefined();
    expect(await parish.entity('Charity', charityId, 'donationEarmarks', giver)).toEqual({
      donationEarmarks: ['Rent, heating {"x"}'],
    });
    const before = await parish.charity({ earmarkLabels: undefined, employerNumber: undefined });
    expect((await parish.give(giver, before, 1, { earmark })).payload.donation.receipt).toMatchObject({
      employerNumber: null,
      text: expect.stringContaining('EIN not on record'),
    });
    const none = await parish.charity({ earmarks: false, earmarkLabels: undefined });
    expect((await parish.give(giver, none, 1, { earmark })).code).toBe('BAD_USER_INPUT');
  });

  test('is seen by the giver and the charity, and by nobody else anywhere', async () => {
    const label = `A family in need ${randomUUID()}`;
    const charityId = await parish.charity({ earmarkLabels: [label] });
    const [giver, insider] = [await parish.giver(), member('charity', charityId)];
    const { payload } = await parish.give(giver, charityId, 4, { earmark: label });
    await parish.give(giver, charityId, 3);
    const { id, receipt } = payload.donation;
    expect(`${receipt.text}${receipt.html}`).not.toContain(label);
    const own = (caller: object) =>
      parish.ask('query ($id: ID!) { donation(id: $id) { earmark } }', { id }, caller as typeof giver);
    expect((await own(giver)).payload).toEqual({ earmark: label });
    for (const caller of [citizen(), insider, administrator]) expect((await own(caller)).payload).toBeNull();
    const received = (caller: object, more = '') =>
      parish.ask(
        `{ receivedDonations(charityId: "${charityId}"${more}) { edges { node { id points earmark receiptNumber reversedAt } } } }`,
        {},
        caller as typeof giver,
      );
    expect((await received(insider)).payload.edges).toMatchObject([
      { node: { points: 3, earmark: null } },
      { node: { id, points: 4, earmark: label, receiptNumber: receipt.number, reversedAt: null } },
    ]);
    expect((await received(insider, `, earmark: "${label}"`)).payload.edges).toHaveLength(1);
    for (const caller of [
      administrator,
      citizen(),
      member('charity', randomUUID()),
      member('municipality', charityId),
    ]) {
      expect((await received(caller)).code).toBe('FORBIDDEN');
    }
    const totals = (caller: object) =>
      parish.ask('{ earmarkTotals { earmark donations points } }', {}, caller as typeof giver);
    expect((await totals(insider)).payload).toEqual([
      { earmark: label, donations: 1, points: 4 },
      { earmark: null, donations: 1, points: 3 },
    ]);
    expect((await totals(administrator)).code).toBe('FORBIDDEN');
    const [told] = await parish.em().execute<{ text: string }[]>(
      `select (select string_agg(o::text, ' ') from rewards.outbox o)
         || (select string_agg(t::text, ' ') from rewards.transaction t) as text`,
    );
    expect(told?.text.includes(label)).toBe(false);
    const file = await parish.ask(
      `query ($id: ID!, $month: Month!) {
         settlementFile(kind: CHARITY, organisationId: $id, month: $month, format: JSON) { text } }`,
      { id: charityId, month: parish.nowText().slice(0, 7) },
      administrator,
    );
    expect(file.code).toBeUndefined();
    expect(file.payload.text).not.toContain(label);
  });
});

describe('receipts', () => {
  test('have numbers without gaps for each charity and year, however many give at once and are refused', async () => {
    const charityId = await parish.charity();
    const givers = await Promise.all(Array.from({ length: 40 }, () => parish.giver()));
    const answers = await Promise.all(
      givers.map((giver, index) => parish.give(giver, charityId, index % 4 === 0 ? 21 : 5)),
    );
    const numbers = answers.flatMap(({ payload }) => (payload ? [payload.donation.receipt.number] : []));
    const year = parish.clock.now().getUTCFullYear();
    const expected = Array.from({ length: 30 }, (_, index) => `${year}-${String(index + 1).padStart(6, '0')}`);
    expect(numbers.sort()).toEqual(expected);
    parish.clock.advance(366 * 86_400_000);
    const { payload } = await parish.give(await parish.giver(), charityId, 5);
    expect(payload.donation.receipt.number).toBe(`${parish.clock.now().getUTCFullYear()}-000001`);
  });

  test('say that points are not money, keep what the charity was then, and are plain text in HTML', async () => {
    const charityId = await parish.charity({ name: '<b>Bread & "Roses"</b>' });
    const { payload } = await parish.give(await parish.giver(), charityId, 1);
    const { id, receipt } = payload.donation;
    await parish.deliver('charity.listed', { charityId, name: 'Renamed', zipCode: null, listedAt: parish.nowText() });
    const day = receipt.donatedAt.slice(0, 10);
    expect(receipt.text).toBe(
      [
        `Receipt ${receipt.number} for a gift of points`,
        '<b>Bread & "Roses"</b>\nEIN 12-3456789',
        `Received on ${day} (UTC): 1 point of Hey Blue!, for which nothing was given in return.`,
        'Points are not money. This is no receipt for a gift of cash or goods and states no value in dollars. Keep it for your records; what it means for your taxes is for your tax adviser to say.',
        `Donation ${id}`,
      ].join('\n\n'),
    );
    expect(receipt.html).toContain('<p>&lt;b&gt;Bread &amp; &quot;Roses&quot;&lt;/b&gt;<br>EIN 12-3456789</p>');
    expect(receipt.html).not.toContain('<b>');
  });

  test('of a donation that was taken back say that they are void, and keep their number', async () => {
    const [charityId, giver] = [await parish.charity(), await parish.giver()];
    const { payload } = await parish.give(giver, charityId, 5);
    const { id, receipt } = payload.donation;
    expect((await parish.takeBack(id)).code).toBeUndefined();
    expect(await parish.points(giver)).toEqual({ available: 20, earned: 20, spent: 0 });
    const { payload: page } = await parish.ask(
      '{ donations { edges { node { id receipt { number reversedAt text } } } } }',
      {},
      giver,
    );
    expect(page.edges).toEqual([
      {
        node: {
          id,
          receipt: {
            number: receipt.number,
            reversedAt: expect.any(String),
            text: expect.stringContaining('this receipt is void'),
          },
        },
      },
    ]);
    const totals = await parish.ask('{ earmarkTotals { points } }', {}, member('charity', charityId));
    expect(totals.payload).toEqual([]);
    expect((await parish.give(giver, charityId, 5)).payload.donation.receipt.number).toMatch(/-000002$/);
  });

  test('are paged through with the donations of their giver, the latest first', async () => {
    const [charityId, giver] = [await parish.charity(), await parish.giver()];
    const given: string[] = [];
    for (let count = 0; count < 5; count++) given.unshift((await parish.give(giver, charityId, 1)).payload.donation.id);
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { payload } = await parish.ask(
        'query ($after: Cursor) { donations(first: 2, after: $after) { edges { node { id } } pageInfo { endCursor hasNextPage } } }',
        { after },
        giver,
      );
      seen.push(...payload.edges.map(({ node }: { node: { id: string } }) => node.id));
      after = payload.pageInfo.hasNextPage ? payload.pageInfo.endCursor : null;
    } while (after);
    expect(seen).toEqual(given);
    expect((await parish.ask('{ donations { edges { node { id } } } }', {}, citizen())).payload.edges).toEqual([]);
  });

  test('and donations cannot be rewritten in the database', async () => {
    await parish.give(await parish.giver(), await parish.charity(), 1);
    for (const change of [
      'update rewards.donation set points = points + 1',
      'delete from rewards.donation',
      'update rewards.donation_receipt set number = number + 1',
      'delete from rewards.donation_receipt',
      'truncate rewards.donation_receipt',
    ]) {
      await expect(parish.em().execute(change)).rejects.toThrow(/append-only/);
    }
  });
});
