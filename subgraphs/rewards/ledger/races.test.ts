import { randomUUID } from 'node:crypto';
import { openTown, type Town } from '../testing/town.ts';
import { type LedgerAccount, person, postAll } from './ledger.ts';
import { type Books, budget, idOf, type Outcome, openBooks, somebody, TRIAL } from './testing/books.ts';

let town: Town;
let books: Books;

beforeAll(async () => {
  // As many connections as there are callers at once, so that they meet in PostgreSQL and not in a queue before it.
  town = await openTown({ environment: { DATABASE_POOL: '60' } });
  books = await openBooks(town);
});

afterEach(async () => {
  expect(await town.problems()).toEqual([]);
  expect(await deadlocks()).toBe(0);
});

afterAll(async () => {
  await town.close();
});

const times = <Value>(count: number, task: (index: number) => Promise<Value>) =>
  Promise.all(Array.from({ length: count }, (_, index) => task(index)));
const soon = () => new Date(town.clock.now().getTime() + 60_000);
const done = (outcomes: readonly Outcome[]) => outcomes.filter(({ code }) => code === undefined);
const codes = (outcomes: readonly Outcome[]) => [...new Set(outcomes.map(({ code }) => code))].sort();

async function deadlocks(): Promise<number> {
  const [row] = await town
    .em()
    .execute<{ deadlocks: string }[]>('select deadlocks from pg_stat_database where datname = current_database()');
  return Number(row?.deadlocks);
}

test('a balance for three of a hundred pays three', async () => {
  for (const account of [await somebody(books, 35), budget(randomUUID())]) {
    if (account.kind === 'budget') await books.grant(account, 35);
    const outcomes = await times(100, () => books.spend(account, 10));
    expect(done(outcomes)).toHaveLength(3);
    expect(codes(outcomes)).toEqual([
      account.kind === 'budget' ? 'BUDGET_EXHAUSTED' : 'INSUFFICIENT_POINTS',
      undefined,
    ]);
  }
});

test('a budget reaches exactly zero', async () => {
  const account = budget(randomUUID());
  await books.grant(account, 600);
  expect(done(await times(90, () => books.spend(account, 10)))).toHaveLength(60);
  expect((await books.balance(account.ownerId, 'budget')).available).toBe(0);
});

test('one key a hundred times is one posting, and everybody hears of it', async () => {
  const account = await somebody(books, 100);
  const outcomes = await times(100, () => books.spend(account, 7, `one wish of ${account.ownerId}`));
  expect(new Set(outcomes.map(idOf)).size).toBe(1);
  expect(outcomes.filter((each) => each.code === undefined && each.fresh)).toHaveLength(1);
  expect((await books.balance(account.ownerId)).available).toBe(93);
});

test('one key with two contents at once is carried out for one of them, and the other is not written', async () => {
  const account = await somebody(books, 1_000);
  const outcomes = await times(60, (index) =>
    books.spend(account, 7 + (index % 2), `two wishes of ${account.ownerId}`, `${7 + (index % 2)}`),
  );
  expect(done(outcomes)).toHaveLength(30);
  expect(codes(outcomes)).toEqual(['IDEMPOTENCY_MISMATCH', undefined]);
  expect([992, 993]).toContain((await books.balance(account.ownerId)).available);
});

test('sixty holds beyond the balance: those that fit are held', async () => {
  for (const account of [await somebody(books, 65), budget(randomUUID())]) {
    if (account.kind === 'budget') await books.grant(account, 65);
    expect(done(await times(60, () => books.hold(account, 10, soon())))).toHaveLength(6);
    const kind = account.kind === 'budget' ? 'budget' : 'person';
    expect(await books.balance(account.ownerId, kind)).toMatchObject({ available: 5, held: 60 });
  }
});

test('of capture, release and the end of its time one ends each of forty holds', async () => {
  const account = await somebody(books, 400);
  const holds = await times(40, async () => idOf(await books.hold(account, 10, soon())));
  const callers = holds.flatMap((id) => [
    ...Array.from({ length: 6 }, (_, index) => () => books.capture(id, account, 8, `capture ${id} ${index}`)),
    ...Array.from({ length: 6 }, () => () => books.release(id)),
  ]);
  // The sweeper finds them expired while they are being captured: the clock decides, then whoever holds the row.
  const [expiring, others] = [callers.slice(0, 240), callers.slice(240)];
  await Promise.all(others.map((each) => each()));
  const ends = Promise.all(expiring.map((each) => each()));
  town.clock.advance(60_000);
  const outcomes = await Promise.all([ends, town.services.ledgerSweep.look()]).then(([first]) => first);
  expect(codes(outcomes).every((code) => code === undefined || ['HOLD_ENDED', 'HOLD_EXPIRED'].includes(code))).toBe(
    true,
  );
  const rows = await town
    .em()
    .execute<{ state: string; captured: string | null }[]>(
      `select state, captured from rewards.hold where id = any (?::uuid[])`,
      [`{${holds.join(',')}}`],
    );
  const captured = rows.filter(({ state }) => state === 'captured').length;
  expect(rows.filter(({ state }) => state === 'pending')).toEqual([]);
  expect(await books.balance(account.ownerId)).toMatchObject({
    available: 400 - 8 * captured,
    held: 0,
    spent: 8 * captured,
  });
});

test('postings from one to the other and back, in one leg and in several, end without a deadlock', async () => {
  const people: LedgerAccount[] = await times(4, () => somebody(books, 5_000));
  const at = (index: number) => people[index % 4] as LedgerAccount;
  await times(240, (index) =>
    index % 3 === 0
      ? books.move([
          { from: at(index), to: at(index + 1), amount: 3 },
          { from: at(index + 2), to: at(index + 3), amount: 2 },
        ])
      : books.move([{ from: at(index), to: at(index + 1 + (index % 2)), amount: 1 }]),
  );
  const balances = await Promise.all(people.map(({ ownerId }) => books.balance(ownerId)));
  expect(balances.reduce((sum, { available }) => sum + available, 0)).toBe(20_000);
});

test('batches over the same people in any order end without a deadlock', async () => {
  const people = await times(12, () => somebody(books, 1_000));
  await times(40, (index) =>
    books.work((work) =>
      postAll(
        work,
        people.map((_, place) => ({
          kind: TRIAL,
          businessKey: `batch ${randomUUID()}`,
          fingerprint: '',
          from: people[(place * (index % 2 === 0 ? 1 : 11) + index) % 12] as LedgerAccount,
          to: { kind: 'charity' as const, ownerId: randomUUID() },
          points: 5,
        })),
      ),
    ),
  );
  for (const { ownerId } of people) expect((await books.balance(ownerId)).spent).toBe(200);
});

test('a reversal asked for sixty times happens once', async () => {
  const account = await somebody(books, 50);
  const spent = idOf(await books.spend(account, 40));
  const outcomes = await times(60, () => books.reverse(spent));
  expect(done(outcomes)).toHaveLength(1);
  expect(codes(outcomes)).toEqual(['ALREADY_REVERSED', undefined]);
  expect(await books.balance(account.ownerId)).toMatchObject({ available: 50, spent: 0 });
});

test('what is taken back while it is being spent is either spent or taken back', async () => {
  for (let round = 0; round < 10; round++) {
    const account = await somebody(books);
    const granted = idOf(await books.grant(account, 10));
    const [reversed, ...spent] = await Promise.all([
      books.reverse(granted),
      ...Array.from({ length: 30 }, () => books.spend(account, 10)),
    ]);
    expect(done(spent).length + (reversed.code === undefined ? 1 : 0)).toBe(1);
    expect((await books.balance(account.ownerId)).available).toBe(0);
  }
});

test('spending and giving back at once lose nothing', async () => {
  const account = await somebody(books, 300);
  const spent = await times(30, async () => idOf(await books.spend(account, 5)));
  await Promise.all([
    ...spent.map((id) => books.reverse(id)),
    ...Array.from({ length: 30 }, () => books.spend(account, 4)),
  ]);
  expect(await books.balance(account.ownerId)).toMatchObject({ available: 180, spent: 120 });
});

test('two processes that sweep at once let each point run out once and tell it once', async () => {
  const other = await openTown({
    databaseUrl: town.databaseUrl,
    clock: town.clock,
    environment: { DATABASE_POOL: '30' },
  });
  try {
    const inAMinute = soon();
    const people = await times(30, async () => {
      const account = await somebody(books, 3);
      await books.grant(account, 10, inAMinute);
      await books.hold(account, 4, inAMinute);
      return account;
    });
    town.clock.advance(60_000);
    await Promise.all(
      [town, other].flatMap(({ services }) => [services.ledgerSweep.look(), services.ledgerSweep.look()]),
    );
    for (const { ownerId } of people) {
      expect(await books.balance(ownerId)).toMatchObject({ available: 3, held: 0, expired: 10 });
    }
    const told = (await town.recorded('points.expired')).filter(({ accountId }) =>
      people.some(({ ownerId }) => ownerId === accountId),
    );
    expect(told.map(({ points }) => points)).toEqual(Array(30).fill(10));
  } finally {
    await other.close();
  }
});

test('spending while points run out takes none that have', async () => {
  for (let round = 0; round < 5; round++) {
    const account = person(randomUUID());
    await books.grant(account, 100, soon());
    const spending = times(30, () => books.spend(account, 10));
    town.clock.advance(60_000);
    const [outcomes] = await Promise.all([spending, town.services.ledgerSweep.look()]);
    await town.services.ledgerSweep.look();
    const spent = 10 * done(outcomes).length;
    expect(await books.balance(account.ownerId)).toMatchObject({ available: 0, spent, expired: 100 - spent });
    expect(await books.spend(account, 1)).toEqual({ code: 'INSUFFICIENT_POINTS' });
  }
});
