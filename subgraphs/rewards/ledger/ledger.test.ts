import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { administrator, citizen, officer, openTown, POINTS, type Town, till } from '../testing/town.ts';
import { audit } from './audit.ts';

let town: Town;

beforeAll(async () => {
  // As many connections as there are wishes at once, so that they meet in PostgreSQL and not in a queue before it.
  town = await openTown({ environment: { DATABASE_POOL: '60' } });
});

afterEach(async () => {
  expect(await town.problems()).toEqual([]);
});

afterAll(async () => {
  await town.close();
});

describe('random commands', () => {
  const PRICES = [25, 9, 6] as const;
  const key = fc.nat(9);
  const command = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.constant('meet' as const), fc.nat(1), fc.nat(1), fc.nat(2)) },
    { weight: 2, arbitrary: fc.tuple(fc.constant('retell' as const), fc.nat(), fc.boolean()) },
    { weight: 9, arbitrary: fc.tuple(fc.constant('redeem' as const), fc.nat(1), fc.nat(2), key) },
    { weight: 3, arbitrary: fc.tuple(fc.constant('donate' as const), fc.nat(1), fc.integer({ min: 1, max: 45 }), key) },
    { weight: 3, arbitrary: fc.tuple(fc.constant('take' as const), fc.nat(), fc.boolean()) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('archive' as const), fc.nat(2)) },
  );

  type Command = typeof command extends fc.Arbitrary<infer Value> ? Value : never;

  /** Two officers, two citizens, three offers: one for everybody, one with stock 2, one with a limit of 1; a charity. */
  async function openMarket() {
    const offers = [
      await town.publish({ pricePoints: PRICES[0] }),
      await town.publish({ pricePoints: PRICES[1], stock: 2 }),
      await town.publish({ pricePoints: PRICES[2], perPersonLimit: 1 }),
    ] as const;
    const people = [officer(), officer(), citizen(), citizen()] as const;
    return { offers, people, charityId: await town.list() };
  }

  type Market = Awaited<ReturnType<typeof openMarket>>;
  const at = <Item>(items: readonly Item[], index: number) => items[index % items.length] as Item;

  /** What ought to happen, in plain variables. */
  class Model {
    readonly balances = new Map<string, number>();
    readonly wishes = new Map<string, string>();
    readonly told: ReturnType<Town['meeting']>[] = [];
    readonly vouchers: { code: string; retailerId: string; taken: boolean }[] = [];
    readonly issued = [0, 0, 0];
    readonly limited = new Set<string>();
    readonly archived = new Set<number>();

    add(id: string, points: number) {
      this.balances.set(id, (this.balances.get(id) ?? 0) + points);
    }

    /** The code of the refusal; undefined when points move, null when this very wish was granted before. */
    refusalOf(wish: string, content: string, accountId: string, points: number, offer?: number) {
      const earlier = this.wishes.get(wish);
      if (earlier !== undefined) return earlier === content ? null : 'IDEMPOTENCY_MISMATCH';
      if (offer !== undefined && this.archived.has(offer)) return 'OFFER_UNAVAILABLE';
      if ((this.balances.get(accountId) ?? 0) < points) return 'INSUFFICIENT_POINTS';
      if (offer === 1 && this.issued[1] === 2) return 'SOLD_OUT';
      return offer === 2 && this.limited.has(accountId) ? 'PER_PERSON_LIMIT' : undefined;
    }
  }

  async function run(model: Model, { offers, people, charityId }: Market, [kind, ...rest]: Command) {
    const [one, two, three] = rest as [number, number, number];
    if (kind === 'meet') {
      const evidence = at(['virtual', 'proximity', 'code'] as const, three);
      const fact = town.meeting(at(people, one).accountId, at(people, 2 + two).accountId, evidence);
      await town.deliver('connection.confirmed', fact, { id: fact.connectionId });
      model.told.push(fact);
      for (const id of [fact.officerId, fact.citizenId]) model.add(id, POINTS[evidence]);
    } else if (kind === 'retell' && model.told.length > 0) {
      const fact = at(model.told, one);
      await town.deliver('connection.confirmed', fact, rest[1] ? { id: fact.connectionId } : {});
    } else if (kind === 'redeem') {
      const [{ accountId }, offer] = [at(people, 2 + one), at(offers, two)];
      const wish = `redeem ${accountId} ${three}`;
      const expected = model.refusalOf(wish, offer.offerId, accountId, at(PRICES, two), two);
      const { code, payload } = await town.redeem(citizen(accountId), offer.offerId, `the-key-${three}`);
      expect(code).toBe(expected ?? undefined);
      if (expected !== undefined) return;
      model.wishes.set(wish, offer.offerId);
      model.add(accountId, -at(PRICES, two));
      model.issued[two] = (model.issued[two] ?? 0) + 1;
      if (two === 2) model.limited.add(accountId);
      model.vouchers.push({ code: payload.voucher.code, retailerId: offer.retailerId, taken: false });
    } else if (kind === 'donate') {
      const { accountId } = at(people, one);
      const wish = `donate ${accountId} ${three}`;
      const expected = model.refusalOf(wish, `${two}`, accountId, two);
      const { code } = await town.donate(officer(accountId), charityId, two, `the-key-${three}`);
      expect(code).toBe(expected ?? undefined);
      if (expected !== undefined) return;
      model.wishes.set(wish, `${two}`);
      model.add(accountId, -two);
    } else if (kind === 'take' && model.vouchers.length > 0) {
      const voucher = at(model.vouchers, one);
      const own = rest[1] === true;
      const { code } = await town.take(till(own ? voucher.retailerId : randomUUID()), voucher.code);
      expect(code).toBe(!own ? 'VOUCHER_INVALID' : voucher.taken ? 'VOUCHER_REDEEMED' : undefined);
      voucher.taken ||= own;
    } else if (kind === 'archive') {
      await town.deliver('offer.archived', { offerId: at(offers, one).offerId, archivedAt: town.nowText() });
      model.archived.add(one);
    }
  }

  test('end as a simple model says, and every invariant holds after each', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40, size: 'max' }), async (commands) => {
        const market = await openMarket();
        const model = new Model();
        for (const each of commands) {
          await run(model, market, each);
          expect(await town.problems()).toEqual([]);
          for (const person of market.people) {
            const { available, earned, spent } = await town.points(person);
            expect(available).toBe(model.balances.get(person.accountId) ?? 0);
            expect(earned - spent).toBe(available);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('at once', () => {
  test('sixty wishes for a scarce offer: stock, limit and balance are exact', async () => {
    const people = Array.from({ length: 20 }, () => citizen());
    const officerId = randomUUID();
    for (const { accountId } of people) await town.meet(officerId, accountId, 2);
    const offer = await town.publish({ pricePoints: 10, stock: 31, perPersonLimit: 2 });
    const wishes = people.flatMap((person) => [person, person, person]);
    const answers = await Promise.all(wishes.map((person) => town.redeem(person, offer.offerId)));
    const granted = answers.filter(({ code }) => code === undefined);
    expect(granted).toHaveLength(31);
    expect(new Set(granted.map(({ payload }) => payload.voucher.code)).size).toBe(31);
    for (const { code } of answers) {
      expect([undefined, 'SOLD_OUT', 'PER_PERSON_LIMIT', 'INSUFFICIENT_POINTS']).toContain(code);
    }
    const spent = await Promise.all(people.map(async (person) => (await town.points(person)).spent));
    expect(spent.every((points) => points <= 20)).toBe(true);
    expect(spent.reduce((sum, points) => sum + points, 0)).toBe(31 * 10);
  });

  test('sixty donations of one officer never give more than there is', async () => {
    const giver = officer();
    await town.meet(giver.accountId, randomUUID(), 2);
    const charities = [await town.list(), await town.list()];
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => town.donate(giver, charities[index % 2] as string, 3)),
    );
    expect(answers.filter(({ code }) => code === undefined)).toHaveLength(13);
    expect(answers.filter(({ code }) => code === 'INSUFFICIENT_POINTS')).toHaveLength(47);
    expect((await town.points(giver)).available).toBe(1);
  });

  test('one key with two contents is carried out for one of them', async () => {
    const person = citizen();
    await town.meet(randomUUID(), person.accountId, 3);
    const offers = [await town.publish(), await town.publish()] as const;
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        town.redeem(person, offers[(index % 2) as 0 | 1].offerId, 'one-key-only'),
      ),
    );
    expect(answers.filter(({ code }) => code === undefined)).toHaveLength(20);
    expect(answers.filter(({ code }) => code === 'IDEMPOTENCY_MISMATCH')).toHaveLength(20);
    expect(new Set(answers.flatMap(({ payload }) => payload?.voucher.id ?? [])).size).toBe(1);
    expect(await town.points(person)).toEqual({ available: 50, earned: 60, spent: 10 });
  });

  test('awards and wishes of the same people end without a deadlock and with every point in its place', async () => {
    const [officers, citizens] = [
      [officer(), officer(), officer()],
      [citizen(), citizen(), citizen()],
    ];
    const { offerId } = await town.publish({ pricePoints: 5 });
    const charityId = await town.list();
    await Promise.all(
      officers.flatMap((o) =>
        citizens.flatMap((c) => [town.meet(o.accountId, c.accountId, 2), town.meet(o.accountId, c.accountId, 2)]),
      ),
    );
    const acts = Array.from({ length: 10 }, () => [
      ...officers.map((o) => town.donate(o, charityId, 7)),
      ...citizens.map((c) => town.redeem(c, offerId)),
      ...officers.flatMap((o) => citizens.map((c) => town.meet(o.accountId, c.accountId))),
    ]).flat();
    const answers = (await Promise.all<unknown>(acts)).filter((answer) => typeof answer === 'object');
    expect(answers).toEqual(Array(60).fill(expect.objectContaining({ code: undefined })));
    for (const o of officers) expect(await town.points(o)).toEqual({ available: 770, earned: 840, spent: 70 });
    for (const c of citizens) expect(await town.points(c)).toEqual({ available: 790, earned: 840, spent: 50 });
  });
});

describe('what was posted', () => {
  test('cannot be changed or removed', async () => {
    await town.meet(randomUUID(), randomUUID());
    for (const change of [
      'update rewards.posting set amount = amount + 1',
      'update rewards.posting set amount = amount where false',
      'delete from rewards.posting',
      'truncate rewards.posting',
      'truncate rewards.transaction cascade',
      'delete from rewards.transaction',
      "update rewards.transaction set kind = 'donation'",
      'update rewards.scoring_rule set officer_points = officer_points * 2',
      'delete from rewards.scoring_rule',
      'truncate rewards.scoring_rule cascade',
      'update rewards.lot_use set amount = amount + 1',
      'delete from rewards.lot_use',
      'truncate rewards.hold_lot',
    ]) {
      await expect(town.em().execute(change)).rejects.toThrow('append-only');
    }
  });

  test('can be audited by administrators alone', async () => {
    const query = '{ ledgerAudit { balanced transactions postings problems } }';
    const whole = (await town.execute(query, {}, administrator)).data.ledgerAudit;
    expect(whole).toMatchObject({ balanced: true, problems: [] });
    expect(whole.postings).toBe(whole.transactions);
    for (const caller of [citizen(), officer(), till(randomUUID())]) {
      expect((await town.execute(query, {}, caller)).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
    }
    expect((await town.execute(query)).errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });

  /** The oldest of its kind: never one of those that points are redirected to. */
  const posting = (kind: string) =>
    `(transaction_id, line) in (select p.transaction_id, p.line from rewards.posting p
       join rewards.transaction t on t.id = p.transaction_id where t.kind = '${kind}' order by t.happened_at, t.id limit 1)`;
  const someOther = (kind: string) => `(select id from rewards.account where kind = '${kind}' and owner_id = ?)`;

  test.each([
    ['a balance', "update rewards.account set balance = balance + 1 where kind = 'person'", 'sum of the postings'],
    ['points', `update rewards.posting set amount = amount + 1 where ${posting('award')}`, 'sum of the postings'],
    ['a lost posting', `delete from rewards.posting where ${posting('award')}`, 'has no posting'],
    [
      'an award for somebody else',
      `update rewards.posting set credit_id = ${someOther('person')} where ${posting('award')}`,
      'by the rule',
    ],
    ["an award's rule", "update rewards.transaction set rule_version = 9 where kind = 'award'", 'by the rule'],
    [
      "a redemption's retailer",
      `update rewards.posting set credit_id = ${someOther('charity')} where ${posting('redemption')}`,
      'voucher do not agree',
    ],
    [
      "a donation's charity",
      `update rewards.posting set credit_id = ${someOther('charity')} where ${posting('donation')}`,
      'record do not agree',
    ],
    ['a lost voucher', 'delete from rewards.voucher', 'voucher do not agree'],
    ['a lost donation', 'delete from rewards.donation', 'record do not agree'],
    ['a counter', 'update rewards.offer set issued = issued + 1', 'not as many as were counted'],
  ])('does not pass an audit once somebody has tampered with %s', async (_, tampering, problem) => {
    const [o, c] = [officer(), citizen()];
    await town.meet(o.accountId, c.accountId);
    const charityId = await town.list();
    await town.redeem(c, (await town.publish()).offerId);
    await town.donate(o, charityId, 4);
    // Another charity and another person's account, with something posted, to redirect points to.
    const [otherCharity, otherPerson] = [await town.list(), officer()];
    await town.meet(otherPerson.accountId, randomUUID());
    await town.donate(otherPerson, otherCharity, 4);
    const target = tampering.includes("kind = 'charity'") ? otherCharity : otherPerson.accountId;
    const problems = await problemsAfter(tampering.replace('?', `'${target}'`));
    expect(problems).toContainEqual(expect.stringContaining(problem));
  });

  test('and the graph says that it does not fit', async () => {
    const { accountId } = officer();
    await town.meet(accountId, randomUUID());
    const change = (by: number) =>
      town.em().execute('update rewards.account set balance = balance + ? where owner_id = ?', [by, accountId]);
    await change(1);
    const { data } = await town.execute('{ ledgerAudit { balanced problems } }', {}, administrator);
    expect(data.ledgerAudit.balanced).toBe(false);
    expect(data.ledgerAudit.problems).toContain(`${accountId}: the balance is not the sum of the postings`);
    await change(-1);
  });

  /** What an audit finds after `tampering` with the triggers off; all is as before afterwards. */
  async function problemsAfter(tampering: string): Promise<string[]> {
    const em = town.em();
    await em.begin();
    try {
      // As somebody does who owns the database: no trigger and no foreign key is looked at.
      await em.execute("set local session_replication_role = 'replica'");
      await em.execute(tampering);
      return (await audit(em)).problems;
    } finally {
      await em.rollback();
    }
  }
});
