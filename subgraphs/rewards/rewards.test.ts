import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { EventBody } from '../../schema/events.ts';
import type { Caller } from '../kernel/caller.ts';
import { openTestSubgraph, type TestSubgraph } from '../kernel/testing/harness.ts';
import { audit } from './ledger.ts';
import { type RewardsServices, rewards } from './rewards.ts';
import { newVoucherCode, normalizeVoucherCode } from './voucher-code.ts';

let subject: TestSubgraph<RewardsServices>;

beforeAll(async () => {
  subject = await openTestSubgraph(rewards);
});

afterEach(async () => {
  expect((await audit(subject.em())).problems).toEqual([]);
});

afterAll(async () => {
  await subject.close();
});

const citizen = (accountId: string = randomUUID()): Caller & { accountId: string } => ({
  accountId,
  scopes: ['citizen'],
});
const officer = (accountId: string = randomUUID()): Caller & { accountId: string } => ({
  accountId,
  scopes: ['officer'],
});
const administrator: Caller = { accountId: randomUUID(), scopes: ['administrator'] };
const till = (retailerId: string): Caller => ({ retailerId, scopes: ['vouchers:redeem'] });
const nowText = () => subject.clock.now().toISOString();

function meeting(officerId: string, citizenId: string): EventBody<'connection.confirmed'> {
  return {
    connectionId: randomUUID(),
    officerId,
    citizenId,
    evidence: 'proximity',
    zipCode: '78701',
    confirmedAt: nowText(),
  };
}

/** Both earn 20 points each time. */
async function meet(officerId: string, citizenId: string, times = 1): Promise<string> {
  let last = '';
  for (let count = 0; count < times; count++) {
    const fact = meeting(officerId, citizenId);
    last = fact.connectionId;
    await subject.deliver('connection.confirmed', fact);
  }
  return last;
}

async function publish(terms: Partial<EventBody<'offer.published'>> = {}): Promise<EventBody<'offer.published'>> {
  const fact = {
    offerId: randomUUID(),
    version: 1,
    retailerId: randomUUID(),
    title: 'A coffee',
    pricePoints: 10,
    valueCents: 400,
    stock: null,
    perPersonLimit: null,
    zipCode: '78704',
    startsAt: '2026-01-01T00:00:00.000Z',
    endsAt: null,
    publishedAt: nowText(),
    ...terms,
  };
  await subject.deliver('offer.published', fact);
  return fact;
}

async function list(): Promise<string> {
  const charityId = randomUUID();
  await subject.deliver('charity.listed', { charityId, name: 'Food Bank', zipCode: '78741', listedAt: nowText() });
  return charityId;
}

type Payload = Record<string, { readonly id: string; readonly code: string; readonly qrCode: string } | undefined>;

function voucherOf(payload: Payload | null | undefined) {
  const voucher = payload?.voucher;
  if (!voucher) throw new Error('There is no voucher');
  return voucher;
}

async function ask(document: string, input: object, caller?: Caller) {
  const { data, errors } = await subject.execute(document, { input }, caller);
  const code = errors?.[0]?.extensions?.code as string | undefined;
  return { code, payload: data && (Object.values(data)[0] as Payload) };
}

const redeem = (caller: Caller, offerId: string, idempotencyKey: string = randomUUID()) =>
  ask(
    `mutation ($input: RedeemOfferInput!) { redeemOffer(input: $input) {
      voucher { id code qrCode status points offer { id } } balance { available spent } } }`,
    { offerId, idempotencyKey },
    caller,
  );
const take = (caller: Caller, code: string) =>
  ask(
    `mutation ($input: RedeemVoucherInput!) { redeemVoucher(input: $input) { voucher { id status redeemedAt offer { id } } } }`,
    { code },
    caller,
  );
const donate = (caller: Caller, charityId: string, points: number, idempotencyKey: string = randomUUID()) =>
  ask(
    'mutation ($input: DonatePointsInput!) { donatePoints(input: $input) { donation { id points charity { id } } balance { available } } }',
    { charityId, points, idempotencyKey },
    caller,
  );

async function entity(typeName: string, id: string, selection: string, caller?: Caller) {
  const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${typeName} { ${selection} } } }`;
  const { data, errors } = await subject.execute(query, { r: [{ __typename: typeName, id }] }, caller);
  expect(errors).toBeUndefined();
  return data._entities[0];
}

const available = async (caller: Caller & { accountId: string }) =>
  (await entity('Account', caller.accountId, 'points { available earned spent }', caller)).points;

describe('earning', () => {
  test('both are awarded by the rule, told at once, and the facts name the rule', async () => {
    const [o, c] = [officer(), citizen()];
    const changes = await subject.subscribe(
      'subscription { pointsChanges { points reason balance { available } } }',
      {},
      c,
    );
    const next = async () => (await changes.next()).value.data.pointsChanges;
    expect(await next()).toEqual({ points: 0, reason: 'PRESENT', balance: { available: 0 } });
    const connectionId = await meet(o.accountId, c.accountId);
    expect(await next()).toEqual({ points: 20, reason: 'AWARD', balance: { available: 20 } });
    await changes.return?.();
    for (const caller of [o, c]) {
      expect(await available(caller)).toEqual({ available: 20, earned: 20, spent: 0 });
      expect(await entity('Connection', connectionId, 'pointsAwarded', caller)).toEqual({ pointsAwarded: 20 });
    }
    expect(await entity('Connection', connectionId, 'pointsAwarded', citizen())).toEqual({ pointsAwarded: null });
    const told = (await subject.recorded('points.awarded')).filter((fact) => fact.connectionId === connectionId);
    expect(told.map(({ accountId, points, ruleVersion }) => ({ accountId, points, ruleVersion }))).toEqual(
      expect.arrayContaining([
        { accountId: o.accountId, points: 20, ruleVersion: 1 },
        { accountId: c.accountId, points: 20, ruleVersion: 1 },
      ]),
    );
  });

  test('the same connection is awarded once, also when it is told under other event ids and at once', async () => {
    const [o, c] = [officer(), citizen()];
    const fact = meeting(o.accountId, c.accountId);
    await Promise.all(Array.from({ length: 5 }, () => subject.deliver('connection.confirmed', fact)));
    expect([await available(o), await available(c)]).toEqual(Array(2).fill({ available: 20, earned: 20, spent: 0 }));
  });

  test('points are nobody else’s business', async () => {
    const c = citizen();
    expect(
      await entity('Account', c.accountId, 'points { available } vouchers { pageInfo { endCursor } }', citizen()),
    ).toEqual({ points: null, vouchers: null });
    expect((await entity('Account', c.accountId, 'points { available }', administrator)).points).toEqual({
      available: 0,
    });
  });
});

describe('vouchers', () => {
  test('points become a voucher that its retailer takes once', async () => {
    const c = citizen();
    await meet(randomUUID(), c.accountId);
    const { offerId, retailerId } = await publish();
    const { payload } = await redeem(c, offerId);
    expect(payload?.voucher).toMatchObject({ status: 'ISSUED', points: 10, offer: { id: offerId } });
    const { code, qrCode } = voucherOf(payload);
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(qrCode).toMatch(/^<svg /);
    expect(payload?.balance).toEqual({ available: 10, spent: 10 });
    expect((await take(till(randomUUID()), code)).code).toBe('VOUCHER_INVALID');
    const spoken = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    expect((await take(till(retailerId), spoken)).payload?.voucher).toMatchObject({
      status: 'REDEEMED',
      offer: { id: offerId },
    });
    expect((await take(till(retailerId), code)).code).toBe('VOUCHER_REDEEMED');
    const { vouchers } = await entity('Account', c.accountId, 'vouchers { edges { node { code status } } }', c);
    expect(vouchers.edges).toEqual([{ node: { code, status: 'REDEEMED' } }]);
    expect(await subject.recorded('voucher.redeemed')).toContainEqual(expect.objectContaining({ offerId, retailerId }));
  });

  test('the same voucher at fifty tills at once is taken once', async () => {
    const c = citizen();
    await meet(randomUUID(), c.accountId);
    const { offerId, retailerId } = await publish();
    const { payload } = await redeem(c, offerId);
    const code = voucherOf(payload).code;
    const answers = await Promise.all(Array.from({ length: 50 }, () => take(till(retailerId), code)));
    expect(answers.filter((answer) => answer.code === undefined)).toHaveLength(1);
    expect(answers.filter((answer) => answer.code === 'VOUCHER_REDEEMED')).toHaveLength(49);
  });

  test('a repeated wish gets the same voucher, also at once; the same key for another offer is refused', async () => {
    const c = citizen();
    await meet(randomUUID(), c.accountId, 2);
    const [{ offerId }, other] = [await publish(), await publish()];
    const answers = await Promise.all(Array.from({ length: 6 }, () => redeem(c, offerId, 'the-same-key')));
    const ids = answers.map(({ payload }) => voucherOf(payload).id);
    expect(new Set(ids).size).toBe(1);
    expect(await available(c)).toMatchObject({ available: 30 });
    expect((await redeem(c, other.offerId, 'the-same-key')).code).toBe('IDEMPOTENCY_MISMATCH');
  });

  test('nobody spends more than there is, however many wishes arrive at once', async () => {
    const c = citizen();
    await meet(randomUUID(), c.accountId);
    const { offerId } = await publish({ pricePoints: 7 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => redeem(c, offerId)));
    expect(answers.filter(({ code }) => code === undefined)).toHaveLength(2);
    expect(answers.filter(({ code }) => code === 'INSUFFICIENT_POINTS')).toHaveLength(8);
    expect(await available(c)).toMatchObject({ available: 6, spent: 14 });
  });

  test('stock reaches exactly zero, and a limit per person holds', async () => {
    const people = Array.from({ length: 8 }, () => citizen());
    for (const { accountId } of people) await meet(randomUUID(), accountId, 2);
    const scarce = await publish({ stock: 5 });
    const answers = await Promise.all(people.map((each) => redeem(each, scarce.offerId)));
    expect(answers.filter(({ code }) => code === 'SOLD_OUT')).toHaveLength(3);
    const limited = await publish({ perPersonLimit: 1 });
    const [first] = people;
    const own = await Promise.all([1, 2, 3].map(() => redeem(first as Caller, limited.offerId)));
    expect(own.filter(({ code }) => code === 'PER_PERSON_LIMIT')).toHaveLength(2);
  });

  test('an offer is open from its start to its end, and never when it is archived or unknown', async () => {
    const c = citizen();
    await meet(randomUUID(), c.accountId);
    const later = new Date(subject.clock.now().getTime() + 3_600_000).toISOString();
    const closed = await publish();
    await subject.deliver('offer.archived', { offerId: closed.offerId, archivedAt: nowText() });
    const offers = [
      randomUUID(),
      (await publish({ startsAt: later })).offerId,
      (await publish({ endsAt: nowText() })).offerId,
      closed.offerId,
    ];
    for (const offerId of offers) expect((await redeem(c, offerId)).code).toBe('OFFER_UNAVAILABLE');
  });

  test('a later version of an offer wins in whatever order they are told, and closed stays closed', async () => {
    const c = citizen();
    await meet(randomUUID(), c.accountId);
    const second = await publish({ version: 2, pricePoints: 3 });
    await publish({ ...second, version: 1, pricePoints: 9 });
    expect((await redeem(c, second.offerId)).payload?.voucher).toMatchObject({ points: 3 });
    const offerId = randomUUID();
    await subject.deliver('offer.archived', { offerId, archivedAt: nowText() });
    await publish({ offerId });
    expect((await redeem(c, offerId)).code).toBe('OFFER_UNAVAILABLE');
  });

  test('a voucher expires', async () => {
    const c = citizen();
    await meet(randomUUID(), c.accountId);
    const { offerId, retailerId } = await publish();
    const { payload } = await redeem(c, offerId);
    subject.clock.advance(91 * 86_400_000);
    const code = voucherOf(payload).code;
    expect((await take(till(retailerId), code)).code).toBe('VOUCHER_EXPIRED');
  });

  test('everybody keeps to their own: roles, and codes that are no codes', async () => {
    const { offerId } = await publish();
    expect((await redeem(officer(), offerId)).code).toBe('FORBIDDEN');
    expect((await redeem(till(randomUUID()), offerId)).code).toBe('FORBIDDEN');
    expect((await take(citizen(), '0000-0000-0000-0000')).code).toBe('FORBIDDEN');
    expect((await take(till(randomUUID()), '0000-0000-0000-0000')).code).toBe('VOUCHER_INVALID');
    expect((await take(till(randomUUID()), 'not a code!')).code).toBe('BAD_USER_INPUT');
    expect((await redeem(citizen(), 'not an id')).code).toBe('BAD_USER_INPUT');
  });

  test('the code stands nowhere in the database', async () => {
    const c = citizen();
    await meet(randomUUID(), c.accountId);
    const { payload } = await redeem(c, (await publish()).offerId);
    const code = voucherOf(payload).code;
    const [row] = await subject
      .em()
      .execute<{ text: string }[]>(
        "select string_agg(v::text, ' ') || (select coalesce(string_agg(o::text, ' '), '') from rewards.outbox o) as text from rewards.voucher v",
      );
    const hex = Buffer.from(code).toString('hex');
    expect(row?.text.includes(code) || row?.text.includes(hex)).toBe(false);
  });
});

test('a single wrong symbol is always noticed', () => {
  fc.assert(
    fc.property(fc.nat(15), fc.nat(31), (place, other) => {
      const symbols = newVoucherCode(randomBytes).replaceAll('-', '');
      const wrong = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[other] as string;
      const changed = symbols.slice(0, place) + wrong + symbols.slice(place + 1);
      if (wrong === symbols[place]) expect(normalizeVoucherCode(changed)).toBeDefined();
      else expect(normalizeVoucherCode(changed)).toBeUndefined();
    }),
  );
});

describe('donations', () => {
  test('an officer gives points to a charity, once per wish and never more than there are', async () => {
    const o = officer();
    await meet(o.accountId, randomUUID());
    const charityId = await list();
    const answers = await Promise.all([1, 2, 3].map(() => donate(o, charityId, 15, 'the-same-key')));
    expect(new Set(answers.map(({ payload }) => payload?.donation?.id)).size).toBe(1);
    expect(answers[0]?.payload?.donation).toMatchObject({ points: 15, charity: { id: charityId } });
    expect((await donate(o, charityId, 5, 'the-same-key')).code).toBe('IDEMPOTENCY_MISMATCH');
    expect((await donate(o, charityId, 6)).code).toBe('INSUFFICIENT_POINTS');
    expect(await subject.recorded('points.donated')).toContainEqual(
      expect.objectContaining({ charityId, points: 15, zipCode: '78741' }),
    );
  });

  test('an unknown charity, a citizen and an amount that is none are refused', async () => {
    const o = officer();
    expect((await donate(o, randomUUID(), 5)).code).toBe('CHARITY_UNAVAILABLE');
    const charityId = await list();
    expect((await donate(citizen(), charityId, 5)).code).toBe('FORBIDDEN');
    for (const points of [0, -5, 1.5, 1_000_001])
      expect((await donate(o, charityId, points)).code).toBe('BAD_USER_INPUT');
  });
});

describe('the ledger', () => {
  test('random commands end as a simple model says, and the books balance after each', async () => {
    const command = fc.oneof(
      fc.record({ kind: fc.constant('meet' as const), officer: fc.nat(1), citizen: fc.nat(2), repeat: fc.boolean() }),
      fc.record({ kind: fc.constant('redeem' as const), citizen: fc.nat(2), key: fc.nat(3) }),
      fc.record({
        kind: fc.constant('donate' as const),
        officer: fc.nat(1),
        key: fc.nat(3),
        points: fc.integer({ min: 1, max: 40 }),
      }),
    );
    const charityId = await list();
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 14 }), async (commands) => {
        const officers = [officer(), officer()];
        const citizens = [citizen(), citizen(), citizen()];
        const { offerId } = await publish({ pricePoints: 13 });
        const model = new Map<string, number>();
        const wishes = new Map<string, number>();
        const add = (id: string, points: number) => model.set(id, (model.get(id) ?? 0) + points);
        for (const each of commands) {
          if (each.kind === 'meet') {
            const fact = meeting(officers[each.officer]?.accountId ?? '', citizens[each.citizen]?.accountId ?? '');
            await subject.deliver('connection.confirmed', fact);
            if (each.repeat) await subject.deliver('connection.confirmed', fact);
            add(fact.officerId, 20);
            add(fact.citizenId, 20);
            continue;
          }
          const caller = each.kind === 'redeem' ? citizens[each.citizen] : officers[each.officer];
          if (!caller) throw new Error('there is one');
          const points = each.kind === 'redeem' ? 13 : each.points;
          const wish = `${each.kind}-${caller.accountId}-${each.key}`;
          const key = `${each.kind}-key-${each.key}`;
          const { code } =
            each.kind === 'redeem' ? await redeem(caller, offerId, key) : await donate(caller, charityId, points, key);
          const before = wishes.get(wish);
          if (before !== undefined) expect(code).toBe(before === points ? undefined : 'IDEMPOTENCY_MISMATCH');
          else if ((model.get(caller.accountId) ?? 0) < points) expect(code).toBe('INSUFFICIENT_POINTS');
          else {
            expect(code).toBeUndefined();
            wishes.set(wish, points);
            add(caller.accountId, -points);
          }
          expect((await audit(subject.em())).problems).toEqual([]);
        }
        for (const caller of [...officers, ...citizens]) {
          expect((await available(caller)).available).toBe(model.get(caller.accountId) ?? 0);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('what was posted cannot be changed or removed', async () => {
    await meet(randomUUID(), randomUUID());
    for (const change of [
      'update rewards.posting set points = points + 1',
      'delete from rewards.posting',
      'truncate rewards.transaction cascade',
      "update rewards.transaction set kind = 'donation'",
    ]) {
      await expect(subject.em().execute(change)).rejects.toThrow('append-only');
    }
  });

  test('an audit finds a tampered row, and only administrators ask for one', async () => {
    await meet(randomUUID(), randomUUID());
    const query = '{ ledgerAudit { balanced transactions postings problems } }';
    const whole = (await subject.execute(query, {}, administrator)).data.ledgerAudit;
    expect(whole).toMatchObject({ balanced: true, problems: [] });
    expect(whole.postings).toBe(whole.transactions);
    const [row] = await subject
      .em()
      .execute<{ owner_id: string }[]>(
        "update rewards.account set balance = balance + 1 where kind = 'person' and id = (select id from rewards.account where kind = 'person' limit 1) returning owner_id",
      );
    const broken = (await subject.execute(query, {}, administrator)).data.ledgerAudit;
    expect(broken).toMatchObject({ balanced: false, problems: [expect.stringContaining(row?.owner_id ?? '')] });
    await subject
      .em()
      .execute('update rewards.account set balance = balance - 1 where owner_id = ? and kind = ?', [
        row?.owner_id,
        'person',
      ]);
    expect((await subject.execute(query, {}, citizen())).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });
});
