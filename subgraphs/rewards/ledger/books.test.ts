import { randomUUID } from 'node:crypto';
import type { Caller } from '../../kernel/caller.ts';
import { administrator, citizen, officer, openTown, type Person, type Town, till } from '../testing/town.ts';
import { balanceAt, sumOf } from './balance.ts';
import { freeze, issuance, type LedgerAccount, person, post } from './ledger.ts';
import { type Books, budget, idOf, openBooks, somebody, TRIAL } from './testing/books.ts';

let town: Town;
let books: Books;

beforeAll(async () => {
  town = await openTown();
  books = await openBooks(town);
});

afterEach(async () => {
  expect(await town.problems()).toEqual([]);
});

afterAll(async () => {
  await town.close();
});

const MINUTE = 60_000;
const DAY = 86_400_000;
const later = (milliseconds: number) => new Date(town.clock.now().getTime() + milliseconds);

describe('holds', () => {
  test('a capture after its time is told that it has expired, though nobody has swept, and the points are free', async () => {
    const account = await somebody(books, 30);
    const id = idOf(await books.hold(account, 20, later(MINUTE)));
    expect(await books.balance(account.ownerId)).toMatchObject({ available: 10, held: 20 });
    expect(await books.spend(account, 11)).toEqual({ code: 'INSUFFICIENT_POINTS' });
    town.clock.advance(MINUTE);
    expect(await books.balance(account.ownerId)).toMatchObject({ available: 30, held: 0 });
    expect(await books.capture(id, account, 20)).toEqual({ code: 'HOLD_EXPIRED' });
    expect((await books.spend(account, 30)).code).toBeUndefined();
    expect(await books.capture(id, account, 20)).toEqual({ code: 'HOLD_EXPIRED' });
  });

  test('a capture takes a part and frees the rest, once; its repetition is the same, another one comes too late', async () => {
    for (const account of [await somebody(books, 50), budget(randomUUID())]) {
      const kind = account.kind === 'budget' ? 'budget' : 'person';
      if (kind === 'budget') await books.grant(account, 50);
      const id = idOf(await books.hold(account, 30, later(MINUTE)));
      expect(await books.capture(id, account, 31)).toEqual({ code: 'BAD_USER_INPUT' });
      const first = await books.capture(id, account, 12);
      expect(await books.balance(account.ownerId, kind)).toMatchObject({ available: 38, held: 0, spent: 12 });
      expect(await books.capture(id, account, 12)).toEqual({ ...first, fresh: false });
      expect(await books.capture(id, account, 12, `other ${id}`)).toEqual({ code: 'HOLD_ENDED' });
      expect(await books.release(id)).toEqual({ code: 'HOLD_ENDED' });
      expect((await books.reverse(idOf(first))).code).toBeUndefined();
      expect(await books.balance(account.ownerId, kind)).toMatchObject({ available: 50, held: 0, spent: 0 });
    }
  });

  test('what was held in time is captured after it would have run out; released, it is gone', async () => {
    const account = await somebody(books);
    await books.grant(account, 20, later(DAY));
    const [used, freed] = [await books.hold(account, 8, later(3 * DAY)), await books.hold(account, 12, later(3 * DAY))];
    town.clock.advance(2 * DAY);
    await town.services.ledgerSweep.look();
    expect(await books.balance(account.ownerId)).toMatchObject({ available: 0, held: 20, expired: 0 });
    expect((await books.capture(idOf(used), account, 8)).code).toBeUndefined();
    expect((await books.release(idOf(freed))).code).toBeUndefined();
    expect(await books.balance(account.ownerId)).toMatchObject({ available: 0, held: 0, spent: 8, expired: 12 });
    await town.services.ledgerSweep.look();
    expect(await books.balance(account.ownerId)).toMatchObject({ available: 0, held: 0, spent: 8, expired: 12 });
  });

  test('a key holds once, and not for another amount or another account', async () => {
    const [account, other] = [await somebody(books, 50), await somebody(books, 50)];
    const [end, key] = [later(MINUTE), `hold ${randomUUID()}`];
    const first = await books.hold(account, 10, end, key);
    expect(await books.hold(account, 10, end, key)).toEqual({ ...first, fresh: false });
    expect(await books.hold(account, 11, end, key)).toEqual({ code: 'IDEMPOTENCY_MISMATCH' });
    expect((await books.balance(account.ownerId)).held).toBe(10);
    expect((await books.release(randomUUID())).code).toBe('NOT_FOUND');
    expect((await books.capture(randomUUID(), other, 1)).code).toBe('NOT_FOUND');
    expect(await books.capture(idOf(first), other, 5)).toEqual({ code: 'BAD_USER_INPUT' });
    expect((await books.release(idOf(first))).code).toBeUndefined();
    expect((await books.release(idOf(first))).code).toBeUndefined();
  });
});

describe('points that run out', () => {
  test('what runs out first is spent first, and what runs out next is told', async () => {
    const account = await somebody(books, 5);
    await books.grant(account, 10, later(5 * DAY));
    const soon = later(2 * DAY);
    await books.grant(account, 20, soon);
    expect((await books.balance(account.ownerId)).expiringNext).toEqual({ points: 20, at: soon });
    await books.spend(account, 15);
    expect((await books.balance(account.ownerId)).expiringNext).toEqual({ points: 5, at: soon });
    town.clock.advance(2 * DAY);
    expect(await books.balance(account.ownerId)).toMatchObject({ available: 15, expired: 5 });
    await books.spend(account, 12);
    expect(await books.balance(account.ownerId)).toMatchObject({ available: 3, expiringNext: null });
  });

  test('a lot is spent until the last moment before its end and gone at it, swept or not', async () => {
    const account = await somebody(books);
    const end = later(DAY);
    await books.grant(account, 10, end);
    // The clock of tests runs on, so that the instants are those of the transaction and not of the call.
    const at = (instant: Date, amount: number) =>
      books.work((work) =>
        post(
          { ...work, now: instant },
          {
            kind: TRIAL,
            businessKey: `at ${randomUUID()}`,
            fingerprint: '',
            from: account,
            to: { kind: 'retailer', ownerId: randomUUID() },
            points: amount,
          },
        ),
      );
    await at(new Date(end.getTime() - 1), 4);
    await expect(at(end, 1)).rejects.toMatchObject({ code: 'INSUFFICIENT_POINTS' });
  });

  test('a reversal gives points back to where they came from, with the end that they had', async () => {
    const account = await somebody(books);
    const soon = later(2 * DAY);
    await books.grant(account, 10, soon);
    await books.grant(account, 10);
    const spent = idOf(await books.spend(account, 15));
    expect((await books.balance(account.ownerId)).expiringNext).toBeNull();
    const [first, second] = [await books.reverse(spent, `undo ${spent}`), await books.reverse(spent, `undo ${spent}`)];
    expect(second).toEqual({ ...first, fresh: false });
    expect(await books.balance(account.ownerId)).toMatchObject({
      available: 20,
      expiringNext: { points: 10, at: soon },
    });
    expect(await books.reverse(spent)).toEqual({ code: 'ALREADY_REVERSED' });
    expect(await books.reverse(idOf(first))).toEqual({ code: 'NOT_REVERSIBLE' });
    expect(await books.reverse(randomUUID())).toEqual({ code: 'NOT_FOUND' });
    const again = idOf(await books.spend(account, 15));
    town.clock.advance(2 * DAY);
    await books.reverse(again);
    expect(await books.balance(account.ownerId)).toMatchObject({ available: 10, expired: 10 });
  });

  test('awards run out after two years at the end of their day, are told, and are not owed when they are taken back', async () => {
    const [o, c] = [officer(), citizen()];
    const fact = town.meeting(o.accountId, c.accountId);
    await town.deliver('connection.confirmed', fact);
    const { at } = (await books.balance(c.accountId)).expiringNext as { at: Date };
    const earned = new Date(fact.confirmedAt);
    const end = new Date(Date.UTC(earned.getUTCFullYear() + 2, earned.getUTCMonth(), earned.getUTCDate() + 1));
    expect(at).toEqual(end);
    await town.redeem(c, (await town.publish({ pricePoints: 5 })).offerId);
    town.clock.advance(end.getTime() - town.clock.now().getTime());
    await town.services.ledgerSweep.look();
    expect(await books.balance(c.accountId)).toMatchObject({ available: 0, spent: 5, expired: 15 });
    const told = (await town.recorded('points.expired')).filter(({ accountId }) => accountId === c.accountId);
    expect(told).toMatchObject([{ points: 15 }]);
    await town.deliver('connection.clawedBack', { ...fact, clawedBackAt: town.nowText() });
    expect(await books.balance(c.accountId)).toMatchObject({ available: 0, spent: 5, owed: 5, expired: 15 });
    expect(await books.balance(o.accountId)).toMatchObject({ available: 0, owed: 0, expired: 20 });
  });

  test('what is held stays held when a connection is taken back, and the rest is owed', async () => {
    const c = citizen();
    const fact = town.meeting(randomUUID(), c.accountId);
    await town.deliver('connection.confirmed', fact);
    const id = idOf(await books.hold(person(c.accountId), 12, later(MINUTE)));
    await town.deliver('connection.clawedBack', { ...fact, clawedBackAt: town.nowText() });
    expect(await books.balance(c.accountId)).toMatchObject({ available: 0, held: 12, earned: 12, owed: 12 });
    expect((await books.capture(id, person(c.accountId), 12)).code).toBeUndefined();
    await town.meet(randomUUID(), c.accountId);
    expect(await books.balance(c.accountId)).toMatchObject({ available: 8, earned: 20, spent: 12, owed: 0 });
  });
});

describe('amounts', () => {
  test.each([0, -1, 1.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY])(
    '%p is none, and nothing is written',
    async (amount) => {
      const account = await somebody(books, 10);
      await expect(books.spend(account, amount)).rejects.toThrow(RangeError);
      await expect(books.hold(account, amount, later(MINUTE))).rejects.toThrow(RangeError);
      expect(await books.balance(account.ownerId)).toMatchObject({ available: 10, held: 0 });
    },
  );

  test('sums beyond what a bigint holds are refused by the database, and so is a debit or credit in the other unit', async () => {
    const account = await somebody(books, Number.MAX_SAFE_INTEGER);
    expect(await books.spend(account, Number.MAX_SAFE_INTEGER)).toMatchObject({ fresh: true });
    await expect(books.move([{ from: account, to: budget(randomUUID()), amount: 1 }])).rejects.toThrow(
      'Points are not money',
    );
    const direct = `select rewards.post(gen_random_uuid(), 'trial', ?, '', null, now(), null, null, null, array['person'],
      array[?::uuid], array[?], array[gen_random_uuid()], array[?::bigint])`;
    const em = town.em();
    await expect(em.execute(direct, [randomUUID(), account.ownerId, 'fund', 1])).rejects.toThrow(
      'points are not money',
    );
    await expect(em.execute(direct, [randomUUID(), account.ownerId, 'retailer', -1])).rejects.toThrow();
    await expect(em.execute(direct, [randomUUID(), account.ownerId, 'nobody', 1])).rejects.toThrow();
    expect(await books.move([{ from: account, to: issuance, amount: 1 }])).toEqual({ code: 'INSUFFICIENT_POINTS' });
  });

  test('what would take a balance beyond the largest bigint is refused, as is one posting beyond 2^53', async () => {
    for (const [from, to] of [
      ['issuance', 'person'],
      ['grant', 'budget'],
    ] as const) {
      const ownerId = randomUUID();
      const em = town.em();
      const post = (amount: string) =>
        em.execute(
          `select rewards.post(gen_random_uuid(), 'trial', ?, '', null, now(), null, null, null, array[?],
             array['00000000-0000-0000-0000-000000000000'::uuid], array[?], array[?::uuid], array[?::bigint])`,
          [randomUUID(), from, to, ownerId, amount],
        );
      await expect(post('9007199254740992')).rejects.toThrow('posting_exact');
      await expect(post('9223372036854775808')).rejects.toThrow('out of range');
      await em.begin();
      try {
        await post('1');
        // So much is not earned in an age of the world: it is written here, and taken back with the transaction.
        await em.execute('update rewards.account set balance = 9223372036854775807 where owner_id = ?', [ownerId]);
        await expect(post('1')).rejects.toThrow('out of range');
      } finally {
        await em.rollback();
      }
      const kind = to === 'budget' ? 'budget' : 'person';
      expect(await books.balance(ownerId, kind)).toMatchObject({ available: 0, earned: 0 });
    }
  });

  test.each([0, -5, 1.5, 2 ** 53, 2 ** 63, 1e300, '5', true])(
    '%p is no amount of points or cents on the graph, and nothing is taken',
    async (amount) => {
      const giver = citizen();
      await town.meet(randomUUID(), giver.accountId);
      expect((await town.donate(giver, await town.list(), amount as number)).code).toBe('BAD_USER_INPUT');
      const sale = {
        externalId: randomUUID(),
        cents: amount === 0 ? -1 : amount,
        zipCode: '78701',
        soldAt: town.nowText(),
      };
      const { errors } = await town.execute(
        'mutation ($input: ReportSalesInput!) { reportSales(input: $input) { results { outcome } } }',
        { input: { sales: [sale] } },
        till(randomUUID()),
      );
      expect(errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
      expect(await town.points(giver)).toMatchObject({ available: 20, spent: 0 });
    },
  );

  test('an amount of cents is no amount of points: a document that passes one for the other is not run', async () => {
    const giver = citizen();
    await town.meet(randomUUID(), giver.accountId);
    const { errors } = await town.execute(
      `mutation ($cents: Cents!, $charityId: ID!, $key: IdempotencyKey!) {
         donatePoints(input: { charityId: $charityId, points: $cents, idempotencyKey: $key }) { balance { available } } }`,
      { cents: 5, charityId: await town.list(), key: randomUUID() },
      giver,
    );
    expect(errors?.[0]?.message).toContain('expecting type "Points!"');
    expect(await town.points(giver)).toMatchObject({ available: 20, spent: 0 });
  });

  test('a kind that nobody declared cannot be posted', async () => {
    const posting = {
      kind: 'gift',
      businessKey: randomUUID(),
      fingerprint: '',
      from: issuance,
      to: issuance,
      points: 1,
    };
    await expect(books.work((work) => post(work, posting))).rejects.toThrow('no such kind');
  });
});

test('points and cents of one transaction move together or not at all', async () => {
  const [account, money, owner] = [await somebody(books, 10), budget(randomUUID()), randomUUID()];
  await books.grant(money, 100);
  const pay = (cents: number) =>
    books.move([
      { from: account, to: { kind: 'municipality', ownerId: owner }, amount: 10 },
      { from: money, to: { kind: 'fee', ownerId: owner }, amount: cents },
    ]);
  expect(await pay(101)).toEqual({ code: 'BUDGET_EXHAUSTED' });
  expect((await books.balance(account.ownerId)).available).toBe(10);
  const paid = idOf(await pay(100));
  expect(await sumOf(town.em(), { kind: 'municipality', ownerId: owner })).toBe(10);
  expect(await sumOf(town.em(), { kind: 'fee', ownerId: owner })).toBe(100);
  idOf(await books.reverse(paid));
  expect(await sumOf(town.em(), { kind: 'fee', ownerId: owner })).toBe(0);
  expect((await books.balance(money.ownerId, 'budget')).available).toBe(100);
});

test('a balance of the past is what it was', async () => {
  const account = await somebody(books, 40);
  const before = town.clock.now();
  town.clock.advance(MINUTE);
  await books.spend(account, 15);
  expect(await balanceAt(town.em(), account, before)).toBe(40);
  expect(await balanceAt(town.em(), account, town.clock.now())).toBe(25);
  expect(await balanceAt(town.em(), account, new Date(0))).toBe(0);
});

test('a wish that was carried out and whose answer was lost is answered again with the same, whatever happened since', async () => {
  const account = await somebody(books, 10);
  const first = await books.spend(account, 10, `lost ${account.ownerId}`);
  await books.work((work) => freeze(work, account, true));
  expect(await books.spend(account, 10, `lost ${account.ownerId}`)).toEqual({ ...first, fresh: false });
});

describe('on the graph', () => {
  const statement = async (who: Person, args = '', caller: Partial<Person> = who) => {
    const page = await town.entity(
      'Account',
      who.accountId,
      `pointsStatement${args} { edges { cursor node { id number kind points balanceAfter ruleVersion reversesId
         connection { id } voucher { id } donation { id } } } pageInfo { endCursor hasNextPage } }`,
      caller as Person,
    );
    return page.pointsStatement;
  };

  test('a statement names every posting with its sign, the balance after it and what it was for', async () => {
    const o = officer();
    const [kept, taken] = [await town.meet(o.accountId, randomUUID()), town.meeting(o.accountId, randomUUID())];
    await town.deliver('connection.confirmed', taken);
    const donation = (await town.donate(o, await town.list(), 15)).payload.donation;
    await town.deliver('connection.clawedBack', { ...taken, clawedBackAt: town.nowText() });
    const { edges } = await statement(o);
    const rows = edges.map(({ node }: { node: Record<string, unknown> }) => node);
    expect(rows).toMatchObject([
      { number: 4, kind: 'CLAW_BACK', points: -20, balanceAfter: 5, connection: { id: taken.connectionId } },
      { number: 3, kind: 'DONATION', points: -15, balanceAfter: 25, donation: { id: donation.id }, connection: null },
      { number: 2, kind: 'AWARD', points: 20, balanceAfter: 40, ruleVersion: 3 },
      { number: 1, kind: 'AWARD', points: 20, balanceAfter: 20, connection: { id: kept }, voucher: null },
    ]);
    const first = await statement(o, '(first: 3)');
    expect(first.pageInfo.hasNextPage).toBe(true);
    const rest = await statement(o, `(first: 3, after: "${first.pageInfo.endCursor}")`);
    expect(rest.edges.map(({ node }: { node: { number: number } }) => node.number)).toEqual([1]);
    expect(await statement(o, '', citizen())).toBeNull();
    expect((await statement(o, '', administrator as Person)).edges[1].node).toMatchObject({
      points: -15,
      donation: null,
    });
  });

  async function ask(document: string, input: object, caller = administrator) {
    const { data, errors } = await town.execute(document, { input }, caller);
    return { code: errors?.[0]?.extensions?.code, data };
  }
  const setFrozen = (verb: 'freeze' | 'unfreeze', accountId: string, caller = administrator) =>
    ask(
      `mutation ($input: FreezePointsInput!) { answer: ${verb}Points(input: $input) { account { points { frozen } } } }`,
      { accountId, reason: 'Looked odd' },
      caller,
    );
  const decisions = async () =>
    (
      await town.execute(
        '{ ledgerDecisions(first: 3) { edges { node { kind accountId transactionId reason decidedById } } } }',
        {},
        administrator,
      )
    ).data.ledgerDecisions.edges.map(({ node }: { node: object }) => node);

  test('frozen points are earned and taken back, and not spent, held or captured; who froze them and why is kept', async () => {
    const o = officer();
    const account: LedgerAccount = person(o.accountId);
    await town.meet(o.accountId, randomUUID());
    const charityId = await town.list();
    const held = idOf(await books.hold(account, 5, later(MINUTE)));
    expect((await setFrozen('freeze', o.accountId, officer())).code).toBe('FORBIDDEN');
    expect((await setFrozen('freeze', o.accountId.toUpperCase())).data.answer.account.points.frozen).toBe(true);
    await setFrozen('freeze', o.accountId);
    expect((await town.donate(o, charityId, 1)).code).toBe('ACCOUNT_FROZEN');
    expect((await books.hold(account, 1, later(MINUTE))).code).toBe('ACCOUNT_FROZEN');
    expect((await books.capture(held, account, 5)).code).toBe('ACCOUNT_FROZEN');
    const fact = town.meeting(o.accountId, randomUUID());
    await town.deliver('connection.confirmed', fact);
    await town.deliver('connection.clawedBack', { ...fact, clawedBackAt: town.nowText() });
    expect((await setFrozen('unfreeze', o.accountId)).data.answer.account.points.frozen).toBe(false);
    expect((await books.capture(held, account, 5)).code).toBeUndefined();
    expect((await town.donate(o, charityId, 15)).code).toBeUndefined();
    const common = {
      accountId: o.accountId,
      transactionId: null,
      reason: 'Looked odd',
      decidedById: administrator.accountId,
    };
    expect((await decisions()).slice(0, 2)).toEqual([
      { ...common, kind: 'UNFREEZE' },
      { ...common, kind: 'FREEZE' },
    ]);
    await expect(town.em().execute('delete from rewards.ledger_decision')).rejects.toThrow('append-only');
  });

  test('an administrator undoes a donation once, with a reason; what has a way of its own is not undone by hand', async () => {
    const o = officer();
    await town.meet(o.accountId, randomUUID());
    const charityId = await town.list();
    await town.donate(o, charityId, 12);
    const [donation, award] = (await statement(o)).edges.map(({ node }: { node: object }) => node);
    const undo = (transactionId: string, idempotencyKey: string = randomUUID(), caller = administrator) =>
      ask(
        'mutation ($input: ReverseTransactionInput!) { reverseTransaction(input: $input) { transactionId } }',
        { transactionId, reason: 'Given by mistake', idempotencyKey },
        caller,
      );
    const shown = async (id: string, caller: Caller = administrator) => {
      const { data, errors } = await town.execute(
        `query ($id: ID!) { ledgerTransaction(id: $id) {
           kind reversesId reversedById reversible postings { line fromKind fromId toKind toId points cents } } }`,
        { id },
        caller,
      );
      return errors ? errors[0]?.extensions?.code : data.ledgerTransaction;
    };
    const charity = { toKind: 'CHARITY', toId: charityId };
    const posting = { line: 1, fromKind: 'PERSON', fromId: o.accountId, points: 12, cents: null, ...charity };
    const standing = { kind: 'DONATION', reversesId: null, reversedById: null, reversible: true, postings: [posting] };
    expect(await shown(donation.id.toUpperCase())).toEqual(standing);
    expect(await shown(award.id)).toMatchObject({ kind: 'AWARD', reversible: false, postings: [{ points: 20 }] });
    expect(await shown(randomUUID())).toBeNull();
    expect(await shown('no id')).toBe('BAD_USER_INPUT');
    expect(await shown(donation.id, o)).toBe('FORBIDDEN');
    expect((await undo(donation.id, undefined, officer())).code).toBe('FORBIDDEN');
    expect((await undo(award.id)).code).toBe('NOT_REVERSIBLE');
    expect((await undo(randomUUID())).code).toBe('NOT_FOUND');
    const first = await undo(donation.id, 'the-first-key');
    expect(first.code).toBeUndefined();
    expect((await undo(donation.id, 'the-first-key')).data).toEqual(first.data);
    expect((await undo(donation.id)).code).toBe('ALREADY_REVERSED');
    const { transactionId } = first.data.reverseTransaction;
    expect(await shown(donation.id)).toEqual({ ...standing, reversible: false, reversedById: transactionId });
    expect(await shown(transactionId)).toMatchObject({
      kind: 'REVERSAL',
      reversesId: donation.id,
      reversible: false,
      postings: [{ fromKind: 'CHARITY', toKind: 'PERSON', toId: o.accountId, points: 12 }],
    });
    expect((await undo(first.data.reverseTransaction.transactionId)).code).toBe('NOT_REVERSIBLE');
    expect((await statement(o, '(first: 1)')).edges[0].node).toMatchObject({
      kind: 'REVERSAL',
      points: 12,
      balanceAfter: 20,
      reversesId: donation.id,
      donation: { id: donation.donation.id },
    });
    expect(await town.recorded('points.reversed')).toMatchObject([
      { accountId: o.accountId, points: 12, reversesId: donation.id },
    ]);
    expect((await decisions())[0]).toMatchObject({ kind: 'REVERSAL', transactionId: donation.id, accountId: null });
  });
});
