import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { type Answer, administrator, citizen, till } from '../testing/town.ts';
import { DAY, openTreasury, type SaleRow, type Treasury } from './testing/treasury.ts';

const NOBODY = '00000000-0000-0000-0000-000000000000';
let treasury: Treasury;

beforeAll(async () => {
  treasury = await openTreasury('2027-01-10T12:00:00Z');
});

afterEach(async () => {
  expect(await treasury.problems()).toEqual([]);
});

afterAll(async () => {
  await treasury.close();
});

const outcomes = (payload: { results: { outcome: string; refusal: string | null }[] }) =>
  payload.results.map(({ outcome, refusal }) => refusal ?? outcome);

test('ten points take 25 dollars off 100: of the 75 that are paid 3.75 are the fee, 1.00 administration and 2.75 the fund', async () => {
  const retailerId = randomUUID();
  const before = await treasury.ledger('administration', NOBODY);
  const { payload } = await treasury.report(retailerId, [treasury.row({ cents: 7_500, zipCode: '78701' })]);
  expect(payload.results[0]).toMatchObject({
    outcome: 'RECORDED',
    sale: {
      cents: 7_500,
      feeCents: 375,
      administrationCents: 100,
      fundCents: 275,
      month: '2027-01',
      feeRuleVersion: 1,
    },
  });
  expect(await treasury.ledger('affiliate', retailerId)).toBe(-375);
  expect((await treasury.ledger('administration', NOBODY)) - before).toBe(100);
  const fund = await treasury.fund('78701');
  expect(fund).toMatchObject({
    balanceCents: 275,
    timeZone: 'America/Chicago',
    month: { month: '2027-01', state: 'OPEN' },
  });
  expect(await treasury.ledger('fund', fund.id)).toBe(275);
  const [fee] = (await treasury.recorded('fee.recorded')).filter((fact) => fact.retailerId === retailerId);
  expect(fee).toMatchObject({
    zipCode: '78701',
    saleCents: 7_500,
    feeCents: 375,
    administrationCents: 100,
    fundCents: 275,
  });
});

test('the same row again is the same row, and another under its id is refused and not written', async () => {
  const retailerId = randomUUID();
  const row = treasury.row();
  const first = await treasury.report(retailerId, [row]);
  const again = await treasury.report(retailerId, [row, row, { ...row, cents: 7_501 }, { ...row, zipCode: '10001' }]);
  expect(outcomes(again.payload)).toEqual(['REPEATED', 'REPEATED', 'EXTERNAL_ID_REUSED', 'EXTERNAL_ID_REUSED']);
  expect(again.payload.results[0].sale).toEqual(first.payload.results[0].sale);
  expect(await treasury.ledger('affiliate', retailerId)).toBe(-375);
  // Another retailer may have a receipt of the same number.
  expect(outcomes((await treasury.report(randomUUID(), [row])).payload)).toEqual(['RECORDED']);
  expect(outcomes((await treasury.report(retailerId, [])).payload)).toEqual([]);
});

test('forty reports of the same rows at once record each once', async () => {
  const retailerId = randomUUID();
  const sales = Array.from({ length: 5 }, () => treasury.row({ zipCode: '60601' }));
  const answers = await Promise.all(Array.from({ length: 40 }, () => treasury.report(retailerId, sales)));
  const all = answers.flatMap(({ payload }) => outcomes(payload));
  expect(all.filter((outcome) => outcome === 'RECORDED')).toHaveLength(5);
  expect(all.filter((outcome) => outcome === 'REPEATED')).toHaveLength(195);
  expect(await treasury.ledger('affiliate', retailerId)).toBe(-5 * 375);
});

test('sixty retailers feed one new fund at once, and no cent is lost', async () => {
  const sales = () => [treasury.row({ zipCode: '33101' }), treasury.row({ zipCode: '33109', cents: 2_010 })];
  const answers = await Promise.all(Array.from({ length: 60 }, () => treasury.report(randomUUID(), sales())));
  expect(answers.every(({ code }) => code === undefined)).toBe(true);
  expect((await treasury.fund('33101')).balanceCents).toBe(60 * 275);
  expect((await treasury.fund('33109')).balanceCents).toBe(60);
});

test('fifty reports that name the same new funds in opposite orders wait for nobody in a circle', async () => {
  const zipCodes = ['33125', '33126', '33127', '33128', '33129', '33130'];
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => {
      const order = index % 2 ? zipCodes : [...zipCodes].reverse();
      return treasury.report(
        randomUUID(),
        order.map((zipCode) => treasury.row({ zipCode })),
      );
    }),
  );
  expect(answers.map(({ code }) => code).filter(Boolean)).toEqual([]);
  for (const zipCode of zipCodes) expect((await treasury.fund(zipCode)).balanceCents).toBe(50 * 275);
});

test('rows are judged one by one: what is wrong with one keeps no other out', async () => {
  const retailerId = randomUUID();
  const { nowText, clock, row } = treasury;
  const later = (milliseconds: number) => new Date(clock.now().getTime() + milliseconds).toISOString();
  const { zipCode: _, ...nowhere } = row();
  const { payload } = await treasury.report(retailerId, [
    row({ zipCode: '00000' }),
    row({ zipCode: '09001' }),
    nowhere,
    row({ soldAt: later(11 * 60_000) }),
    row({ soldAt: later(-401 * DAY) }),
    row({ voucherId: randomUUID() }),
    row({ soldAt: nowText() }),
    row({ cents: 0 }),
  ]);
  expect(outcomes(payload)).toEqual([
    'ZIP_CODE_UNKNOWN',
    'ZIP_CODE_UNKNOWN',
    'ZIP_CODE_MISSING',
    'SOLD_IN_FUTURE',
    'SOLD_TOO_LONG_AGO',
    'VOUCHER_UNKNOWN',
    'RECORDED',
    'RECORDED',
  ]);
});

test('a voucher pays for one sale of its own retailer', async () => {
  const person = citizen();
  await treasury.meet(randomUUID(), person.accountId);
  const { retailerId, offerId } = await treasury.publish();
  const { payload: redeemed } = await treasury.redeem(person, offerId);
  const voucherId = redeemed.voucher.id;
  const row = treasury.row({ voucherId });
  expect(outcomes((await treasury.report(randomUUID(), [row])).payload)).toEqual(['VOUCHER_UNKNOWN']);
  const sales = [row, treasury.row({ voucherId })];
  expect(outcomes((await treasury.report(retailerId, sales)).payload)).toEqual(['RECORDED', 'VOUCHER_REPORTED']);
  expect(outcomes((await treasury.report(retailerId, sales)).payload)).toEqual(['REPEATED', 'VOUCHER_REPORTED']);
});

test('a refund takes back its share of the fee, in parts to the last cent, and no more than was paid', async () => {
  const retailerId = randomUUID();
  const { row } = treasury;
  const sale = row({ cents: 7_501, zipCode: '78702' });
  const back = (cents: number): SaleRow => ({ ...row({ cents }), refundsExternalId: sale.externalId });
  const { payload } = await treasury.report(retailerId, [back(2_500), sale]);
  expect(outcomes(payload)).toEqual(['RECORDED', 'RECORDED']);
  expect(payload.results[0].sale).toMatchObject({
    cents: -2_500,
    feeCents: -125,
    administrationCents: -33,
    fundCents: -92,
  });
  const second = back(2_500);
  const more = await treasury.report(retailerId, [
    second,
    back(2_502),
    back(0),
    { ...back(1), refundsExternalId: second.externalId },
  ]);
  expect(outcomes(more.payload)).toEqual(['RECORDED', 'REFUND_TOO_LARGE', 'REFUND_OF_NOTHING', 'REFUND_OF_REFUND']);
  const last = await treasury.report(retailerId, [back(2_501), back(1)]);
  expect(outcomes(last.payload)).toEqual(['RECORDED', 'REFUND_TOO_LARGE']);
  expect(await treasury.ledger('affiliate', retailerId)).toBe(0);
  expect((await treasury.fund('78702')).balanceCents).toBe(0);
});

test('a refund that is told before its sale waits for it', async () => {
  const retailerId = randomUUID();
  const { row } = treasury;
  const sale = row({ zipCode: '78703' });
  const refund = { ...row({ cents: 7_500 }), refundsExternalId: sale.externalId };
  const tooMuch = { ...row({ cents: 1 }), refundsExternalId: sale.externalId };
  expect(outcomes((await treasury.report(retailerId, [refund, tooMuch])).payload)).toEqual(['WAITING', 'WAITING']);
  expect(outcomes((await treasury.report(retailerId, [refund])).payload)).toEqual(['WAITING']);
  expect(outcomes((await treasury.report(retailerId, [{ ...refund, cents: 5 }])).payload)).toEqual([
    'EXTERNAL_ID_REUSED',
  ]);
  expect(outcomes((await treasury.report(retailerId, [{ ...sale, externalId: refund.externalId }])).payload)).toEqual([
    'EXTERNAL_ID_REUSED',
  ]);
  expect(await treasury.ledger('affiliate', retailerId)).toBe(0);
  expect(outcomes((await treasury.report(retailerId, [sale])).payload)).toEqual(['RECORDED']);
  const again = await treasury.report(retailerId, [refund, tooMuch]);
  expect(outcomes(again.payload)).toEqual(['REPEATED', 'REFUND_TOO_LARGE']);
  expect((await treasury.fund('78703')).balanceCents).toBe(0);
});

test('a refund that waited is told again together with its sale, and taken once', async () => {
  const retailerId = randomUUID();
  const { row } = treasury;
  const sale = row({ zipCode: '78719' });
  const refund = { ...row({ cents: 2_500 }), refundsExternalId: sale.externalId };
  const tooMuch = { ...row({ cents: 7_000 }), refundsExternalId: sale.externalId };
  await treasury.report(retailerId, [refund, tooMuch]);
  const { payload } = await treasury.report(retailerId, [tooMuch, refund, sale, refund]);
  expect(outcomes(payload)).toEqual(['RECORDED', 'REFUND_TOO_LARGE', 'RECORDED', 'REFUND_TOO_LARGE']);
  const [waiting] = await treasury
    .em()
    .execute<{ count: string }[]>('select count(*) from rewards.waiting_refund where retailer_id = ?', [retailerId]);
  expect(Number(waiting?.count)).toBe(0);
  expect(await treasury.ledger('affiliate', retailerId)).toBe(-25);
  const other = row({ zipCode: '78719' });
  const small = { ...row({ cents: 2_500 }), refundsExternalId: other.externalId };
  await treasury.report(retailerId, [small]);
  expect(outcomes((await treasury.report(retailerId, [small, other])).payload)).toEqual(['RECORDED', 'RECORDED']);
  expect(await treasury.ledger('affiliate', retailerId)).toBe(-25 - 250);
});

test('fees go by the rule of the day of the sale, and a rule is never of the past', async () => {
  const input = (changed: object = {}) => ({
    rateBasisPoints: 1_000,
    administrationCents: 50,
    inForceAt: new Date(treasury.clock.now().getTime() + DAY).toISOString(),
    ...changed,
  });
  const save = (changed: object = {}, caller: object = administrator) =>
    treasury.mutate(
      'saveFeeRule',
      'SaveFeeRuleInput',
      'feeRule { version rateBasisPoints }',
      input(changed),
      caller as never,
    );
  expect(await save({}, citizen())).toMatchObject({ code: 'FORBIDDEN' });
  expect(await save({ inForceAt: '2026-12-01T00:00:00Z' })).toMatchObject({ code: 'BAD_USER_INPUT' });
  expect(await save({ rateBasisPoints: 10_001 })).toMatchObject({ code: 'BAD_USER_INPUT' });
  const { payload } = await save();
  expect(payload.feeRule).toEqual({ version: 2, rateBasisPoints: 1_000 });
  const yesterday = treasury.row({ cents: 10_000 });
  await treasury.wait(2 * DAY);
  const { payload: told } = await treasury.report(randomUUID(), [yesterday, treasury.row({ cents: 10_000 })]);
  expect(told.results[0].sale).toMatchObject({ feeRuleVersion: 1, feeCents: 500, administrationCents: 100 });
  expect(told.results[1].sale).toMatchObject({ feeRuleVersion: 2, feeCents: 1_000, administrationCents: 50 });
  await save({ rateBasisPoints: 500, administrationCents: 100 });
  await treasury.wait(2 * DAY);
});

test('only the retailer itself, those who act for it and administrators tell of its sales', async () => {
  const [retailerId, other] = [randomUUID(), randomUUID()];
  const sales = [treasury.row()];
  const ask = (caller: object, given?: string) =>
    treasury.mutate(
      'reportSales',
      'ReportSalesInput',
      'results { outcome }',
      { sales, retailerId: given },
      caller as never,
    );
  expect(await ask(citizen())).toMatchObject({ code: 'FORBIDDEN' });
  expect(await ask({ scopes: [] })).toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(await ask(till(retailerId), other)).toMatchObject({ code: 'FORBIDDEN' });
  const member = {
    accountId: randomUUID(),
    scopes: ['citizen', 'retailer'],
    organisations: [`retailer:${retailerId}`],
  };
  expect(await ask(member, other)).toMatchObject({ code: 'FORBIDDEN' });
  expect(await ask(administrator)).toMatchObject({ code: 'BAD_USER_INPUT' });
  expect(await ask(member)).toMatchObject({ payload: { results: [{ outcome: 'RECORDED' }] } });
  expect(await ask(administrator, retailerId)).toMatchObject({ payload: { results: [{ outcome: 'REPEATED' }] } });
});

test('amounts beyond a million dollars, below zero and in parts of cents are refused', async () => {
  for (const cents of [-1, 1.5, 100_000_001, 2 ** 53]) {
    expect(await treasury.report(randomUUID(), [treasury.row({ cents })])).toMatchObject({ code: 'BAD_USER_INPUT' });
  }
  const tooMany = Array.from({ length: 101 }, () => treasury.row());
  expect(await treasury.report(randomUUID(), tooMany)).toMatchObject({ code: 'BAD_USER_INPUT' });
  const { payload } = await treasury.report(randomUUID(), [treasury.row({ cents: 100_000_000, zipCode: '94105' })]);
  expect(payload.results[0].sale).toMatchObject({ feeCents: 5_000_000, fundCents: 4_999_900 });
});

test('sales, refunds and repetitions in any order leave the same books', async () => {
  const command = fc.record({
    sale: fc.nat(4),
    refund: fc.option(fc.integer({ min: 1, max: 4_000 }), { nil: undefined }),
    batch: fc.boolean(),
  });
  const cents = [999, 1_010, 3_333, 7_500, 10_001];
  await fc.assert(
    fc.asyncProperty(
      fc.array(command, { minLength: 1, maxLength: 14 }),
      fc.infiniteStream(fc.nat()),
      async (commands, order) => {
        const soldAt = treasury.nowText();
        const rows = commands.map(
          ({ sale, refund }, index): SaleRow =>
            refund === undefined
              ? { externalId: `sale ${sale}`, cents: cents[sale] ?? 0, zipCode: '20001', soldAt }
              : { externalId: `refund ${index}`, cents: refund, soldAt, refundsExternalId: `sale ${sale}` },
        );
        const shuffled = [...rows, ...rows]
          .map((row) => ({ row, at: order.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ row }) => row);
        const [one, other] = [randomUUID(), randomUUID()];
        await treasury.report(one, rows);
        for (const row of shuffled) await treasury.report(other, [row]);
        // Whether a refund is too large may hang on the order, not what a sale and its refunds leave when none is.
        const whole = rows.every(
          ({ refundsExternalId }) =>
            !refundsExternalId ||
            rows
              .filter((each) => each.refundsExternalId === refundsExternalId)
              .reduce((sum, each) => sum + each.cents, 0) <= (cents[Number(refundsExternalId.slice(5))] ?? 0),
        );
        if (whole) expect(await treasury.ledger('affiliate', other)).toBe(await treasury.ledger('affiliate', one));
        expect(await treasury.ledger('affiliate', other)).toBeLessThanOrEqual(0);
      },
    ),
    { numRuns: 25 },
  );
});

test('the books of a month can be read by their retailer, page after page', async () => {
  const retailerId = randomUUID();
  const sales = Array.from({ length: 7 }, (_, index) => treasury.row({ externalId: `receipt ${index}` }));
  await treasury.report(retailerId, sales);
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const { payload }: Answer = await treasury.ask(
      `query ($month: Month!, $after: Cursor) { sales(month: $month, first: 3, after: $after) {
         edges { node { externalId } } pageInfo { endCursor hasNextPage } } }`,
      { month: '2027-01', after },
      till(retailerId),
    );
    ids.push(...payload.edges.map(({ node }: { node: { externalId: string } }) => node.externalId));
    after = payload.pageInfo.hasNextPage ? payload.pageInfo.endCursor : null;
  } while (after);
  expect(ids).toHaveLength(7);
  expect([...ids].sort()).toEqual(sales.map(({ externalId }) => externalId));
});

test('told sales are never changed, in the database neither', async () => {
  const em = treasury.em();
  await treasury.report(randomUUID(), [treasury.row()]);
  for (const sql of [
    'update rewards.sale set cents = 1',
    'delete from rewards.sale',
    'truncate rewards.sale cascade',
    'update rewards.fee_rule set rate_basis_points = 1',
    'delete from rewards.fee_rule',
  ]) {
    await expect(em.execute(sql)).rejects.toThrow('append-only');
  }
});

test('a day of 5,000 sales is told in reports of a hundred, and told again it changes nothing; no report is longer', async () => {
  const retailerId = randomUUID();
  const rows = Array.from({ length: 5_000 }, (_, index) => treasury.row({ cents: 1_000 + index, zipCode: '78731' }));
  const tell = async () => {
    const outcomes = new Map<string, number>();
    for (let start = 0; start < rows.length; start += 100) {
      const { payload } = await treasury.report(retailerId, rows.slice(start, start + 100));
      for (const { outcome } of payload.results) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    return Object.fromEntries(outcomes);
  };
  expect(await tell()).toEqual({ RECORDED: 5_000 });
  expect(await tell()).toEqual({ REPEATED: 5_000 });
  const [books] = await treasury
    .em()
    .execute<{ sales: number; cents: string }[]>(
      'select count(*)::int as sales, sum(cents) as cents from rewards.sale where retailer_id = ?',
      [retailerId],
    );
  expect([books?.sales, Number(books?.cents)]).toEqual([5_000, rows.reduce((sum, { cents }) => sum + cents, 0)]);
  expect((await treasury.report(retailerId, rows.slice(0, 101))).code).toBe('BAD_USER_INPUT');
});
