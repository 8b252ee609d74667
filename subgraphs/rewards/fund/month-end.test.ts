import { randomUUID } from 'node:crypto';
import { administrator, citizen, openTown } from '../testing/town.ts';
import { DAY, openTreasury, type SaleRow, type Treasury } from './testing/treasury.ts';

let treasury: Treasury;

beforeAll(async () => {
  // A minute before February in New York, which begins at five in the morning, UTC.
  treasury = await openTreasury('2027-02-01T04:59:00Z');
});

afterEach(async () => {
  expect(await treasury.problems()).toEqual([]);
});

afterAll(async () => {
  await treasury.close();
});

const close = (zipCode: string, month: string, caller: object = administrator) =>
  treasury.mutate(
    'closeFundMonth',
    'CloseFundMonthInput',
    'month { month state carriedCents entriesCents amountCents hash }',
    { zipCode, month },
    caller as never,
  );

test('a sale belongs to the month in which its store was, to the millisecond', async () => {
  const sale = (zipCode: string, soldAt: string) => treasury.row({ zipCode, soldAt });
  const { payload } = await treasury.report(randomUUID(), [
    sale('10001', '2027-02-01T04:59:59.999Z'),
    sale('10001', '2027-02-01T05:00:00.000Z'),
    sale('60601', '2027-02-01T05:00:00.000Z'),
    sale('96815', '2027-01-01T09:59:59.999Z'),
    sale('96815', '2027-01-01T10:00:00.000Z'),
  ]);
  const months = payload.results.map(({ sale: { month } }: { sale: { month: string } }) => month);
  // December is over for more than the grace of a day: its sale goes into the month of now.
  expect(months).toEqual(['2027-01', '2027-02', '2027-01', '2027-01', '2027-01']);
});

test('a month ends by itself when its grace is over, and a late sale goes into the open one', async () => {
  const retailerId = await treasury.fill('78704', 1_000);
  await treasury.until('2027-02-02T05:59:00Z');
  const late = treasury.row({ soldAt: '2027-01-31T20:00:00Z' });
  const { payload } = await treasury.report(retailerId, [late]);
  expect(payload.results[0].sale.month).toBe('2027-01');
  await treasury.until('2027-02-02T06:00:00Z');
  const [january] = (await treasury.months('78704')).filter(({ month }: { month: string }) => month === '2027-01');
  // Too little for a vote: it is settled at once, and carried.
  expect(january).toMatchObject({ state: 'SETTLED', entriesCents: 1_275, carriedCents: 0, amountCents: 1_275 });
  const told = (await treasury.recorded('fund.monthClosed')).filter(({ zipCode }) => zipCode === '78704');
  expect(told).toMatchObject([{ month: '2027-01', fundCents: 1_275 }]);
  const later = treasury.row({ soldAt: '2027-01-31T20:00:00Z' });
  expect((await treasury.report(retailerId, [later])).payload.results[0].sale.month).toBe('2027-02');
  expect(await treasury.fund('78704')).toMatchObject({ carriedCents: 1_275, balanceCents: 1_550 });
});

test('a refund after the close corrects the open month, and the hash of the closed one stays', async () => {
  const zipCode = '78705';
  const retailerId = randomUUID();
  const sale = treasury.row({ zipCode, cents: 300_000, soldAt: '2027-02-02T12:00:00Z' });
  await treasury.until('2027-02-03T12:00:00Z');
  await treasury.report(retailerId, [sale]);
  await treasury.until('2027-03-03T12:00:00Z');
  const [february] = await treasury.months(zipCode);
  expect(february).toMatchObject({ month: '2027-02', state: 'CLOSED', amountCents: 14_900 });
  expect(february.hash).toMatch(/^[0-9a-f]{64}$/);
  const refund: SaleRow = { ...treasury.row({ cents: 300_000 }), refundsExternalId: sale.externalId };
  const { payload } = await treasury.report(retailerId, [refund]);
  expect(payload.results[0].sale).toMatchObject({
    month: '2027-03',
    feeCents: -15_000,
    administrationCents: -100,
    fundCents: -14_900,
  });
  const [march, same] = await treasury.months(zipCode);
  expect(march).toMatchObject({ month: '2027-03', state: 'OPEN' });
  expect(same).toEqual(february);
  expect(await treasury.fund(zipCode)).toMatchObject({ balanceCents: 0 });
  // Below zero a month is no vote: its loss is carried until later sales have made up for it.
  await treasury.until('2027-04-03T12:00:00Z');
  const [, closed] = await treasury.months(zipCode);
  expect(closed).toMatchObject({ month: '2027-03', state: 'SETTLED', amountCents: -14_900 });
});

test('an administrator closes a month that is over, and no other', async () => {
  const zipCode = '02108';
  await treasury.fill(zipCode, 500, '2027-04-03T11:00:00Z');
  expect(await close(zipCode, '2027-04')).toMatchObject({ code: 'FUND_STATE' });
  expect(await close(zipCode, '2027-03')).toMatchObject({ code: 'NOT_FOUND' });
  expect(await close('02109', '2027-04')).toMatchObject({ code: 'NOT_FOUND' });
  expect(await close(zipCode, '2027-04', citizen())).toMatchObject({ code: 'FORBIDDEN' });
  await treasury.until('2027-05-01T04:00:00.000Z');
  expect((await close(zipCode, '2027-04')).payload.month).toMatchObject({ state: 'SETTLED', amountCents: 500 });
  expect(await close(zipCode, '2027-04')).toMatchObject({ code: 'FUND_STATE' });
});

test('entries that are on their way when a month closes are all in it or all in the next', async () => {
  const zipCode = '98101';
  await treasury.until('2027-05-02T12:00:00Z');
  await treasury.fill(zipCode, 500);
  await treasury.until('2027-06-01T07:30:00Z');
  const soldAt = '2027-05-31T20:00:00Z';
  const reports = Array.from({ length: 40 }, () =>
    treasury.report(randomUUID(), [treasury.row({ zipCode, soldAt }), treasury.row({ zipCode, soldAt })]),
  );
  const [closed, ...told] = await Promise.all([close(zipCode, '2027-05'), ...reports]);
  expect(closed.code).toBeUndefined();
  expect(told.every(({ code }) => code === undefined)).toBe(true);
  const months = told.flatMap(({ payload }) =>
    payload.results.map(({ sale }: { sale: { month: string } }) => sale.month),
  );
  const inMay = months.filter((month) => month === '2027-05').length;
  expect(closed.payload.month.amountCents).toBe(500 + inMay * 275);
  expect((await treasury.fund(zipCode)).balanceCents).toBe(500 + 80 * 275);
});

test('the close of a month waits for an entry that is being written', async () => {
  const zipCode = '98104';
  await treasury.fill(zipCode, 500);
  const { month } = await treasury.fund(zipCode);
  await treasury.until(month.endsAt);
  const waited = await treasury.commitsWhenAwaited(
    `insert into rewards.sale values (?, ?, 'in flight', null, 0, ?, ?, ?, null, ?, ?, 1, 0, 0, 0, null)`,
    [randomUUID(), randomUUID(), zipCode, treasury.nowText(), treasury.nowText(), month.id, month.month],
    () => close(zipCode, month.month),
  );
  expect(waited).toBe(true);
  // That the hash knows of it, the audit after this says.
  expect((await treasury.months(zipCode)).at(-1)).toMatchObject({ state: 'SETTLED', amountCents: 500 });
});

test('months that ended while nobody was there are closed in their order, each once, by three processes', async () => {
  const zipCode = '60602';
  const retailerId = await treasury.fill(zipCode, 500);
  for (const soldAt of ['2027-07-15T12:00:00Z', '2027-08-15T12:00:00Z']) {
    treasury.clock.advance(new Date(soldAt).getTime() - treasury.clock.now().getTime());
    await treasury.report(retailerId, [treasury.row({ zipCode, soldAt, cents: 12_000 })]);
  }
  treasury.clock.advance(60 * DAY);
  const { clock, databaseUrl } = treasury;
  // Both look as they open, and again together.
  const others = await Promise.all([1, 2].map(() => openTown({ clock, databaseUrl })));
  await Promise.all([treasury, ...others].map(({ services }) => services.funds.look()));
  await Promise.all(others.map((other) => other.close()));
  const told = (await treasury.recorded('fund.monthClosed')).filter((fact) => fact.zipCode === zipCode);
  const months = told.map(({ month }) => month);
  expect([...months].sort()).toEqual(months);
  expect(new Set(months).size).toBe(months.length);
  expect(told.find(({ month }) => month === '2027-08')?.fundCents).toBe(1_500);
});

test('a closed month takes no entry and keeps its figures, in the database neither', async () => {
  const em = treasury.em();
  const [closed] = await em.execute<{ id: string; month: string }[]>(
    `select id, month from rewards.fund_month where state <> 'open' limit 1`,
  );
  for (const sql of [
    'update rewards.fund_month set amount_cents = 1, entries_cents = 1, carried_cents = 0 where id = ?',
    "update rewards.fund_month set hash = 'x' where id = ?",
    "update rewards.fund_month set state = 'open' where id = ?",
    'delete from rewards.fund_month where id = ?',
    `insert into rewards.sale select gen_random_uuid(), gen_random_uuid(), 'x', null, 0, '78704', now(), now(), null, id, month, 1, 0, 0, 0, null
       from rewards.fund_month where id = ?`,
  ]) {
    await expect(em.execute(sql, [closed?.id])).rejects.toThrow(/closed month|append-only/);
  }
});

test('the audit finds an entry that was slipped into a closed month', async () => {
  const em = treasury.em().fork();
  await em.begin();
  await em.execute('set local session_replication_role = replica');
  await em.execute(
    `insert into rewards.sale select gen_random_uuid(), gen_random_uuid(), 'x', null, 0, '78704', now(), now(), null, id, month, 1, 0, 0, 0, null
       from rewards.fund_month where state <> 'open' limit 1`,
  );
  const { fundChecks } = await import('./fund-checks.ts');
  const found = await Promise.all(fundChecks.map(({ sql }) => em.execute<unknown[]>(sql)));
  await em.rollback();
  expect(fundChecks.filter((_, index) => (found[index]?.length ?? 0) > 0).map(({ problem }) => problem)).toEqual([
    'a month has other entries than when it was closed',
  ]);
});
