import { randomBytes, randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { officer, openTown, type Town } from '../testing/town.ts';
import { audit } from './audit.ts';
import { proveBooks } from './audit-books.ts';
import { type Books, budget, idOf, openBooks, somebody } from './testing/books.ts';

let town: Town;
let books: Books;
const DAY = 86_400_000;

beforeAll(async () => {
  town = await openTown();
  books = await openBooks(town);
  // Two days of everything, the first of them sealed.
  const account = await somebody(books);
  const granted = idOf(await books.grant(account, 50, new Date(town.clock.now().getTime() + 400 * DAY)));
  await books.grant(account, 20);
  const spent = idOf(await books.spend(account, 30));
  await books.reverse(spent);
  await books.hold(account, 10, new Date(town.clock.now().getTime() + 300 * DAY));
  const money = budget(randomUUID());
  await books.grant(money, 500);
  await books.spend(money, 100);
  expect(granted).toBeDefined();
  town.clock.advance(2 * DAY);
  await books.spend(account, 5);
  await town.services.ledgerSweep.look();
});

afterAll(async () => {
  await town.close();
});

test('a day that is over is sealed once, with the day before in it', async () => {
  const seals = () => town.em().execute<{ day: string }[]>('select day::text as day from rewards.seal order by day');
  expect(await seals()).toHaveLength(1);
  town.clock.advance(2 * DAY);
  await Promise.all([town.services.ledgerSweep.look(), town.services.ledgerSweep.look()]);
  expect(await seals()).toHaveLength(2);
  expect(await town.problems()).toEqual([]);
});

test.each([
  [
    'a transaction',
    "update rewards.transaction set happened_at = happened_at + interval '1 second' where reverses is null",
    'digest',
  ],
  [
    'a transaction with its digest',
    `update rewards.transaction t set fingerprint = 'x', digest = rewards.digest_of(
       (t.id, t.kind, t.business_key, 'x', t.rule_version, t.happened_at, t.reverses, t.digest)::rewards.transaction,
       rewards.legs_of(t.id))`,
    'the seal of a day',
  ],
  ['a removed day', 'delete from rewards.seal where day = (select min(day) from rewards.seal)', 'the seal of a day'],
  ['a seal', "update rewards.seal set digest = sha256('x')", 'the seal of a day'],
  ['an owner', "update rewards.account set owner_id = gen_random_uuid() where kind = 'person'", 'digest'],
  ["a lot's rest", 'update rewards.lot set taken = taken - 1 where taken > 0 and open', 'left of the lots'],
  ['a lot and its balance', 'update rewards.lot set granted = granted + 5 where open', 'granted by a posting'],
  ['where points came from', 'update rewards.lot_use set amount = amount + 1 where amount > 0', 'used and is held'],
  ['a hold', 'update rewards.hold set amount = amount + 1', 'sum of the holds'],
  ['what is held', "update rewards.account set held = held + 1 where kind = 'person'", 'sum of the holds'],
  ['what was earned', 'update rewards.account set earned = earned + 1 where balance is not null', 'was earned'],
  [
    "an entry's balance",
    'update rewards.posting set debit_balance = debit_balance + 1 where debit_balance is not null',
    'balance after it',
  ],
  ['a lost entry', 'delete from rewards.posting where debit_entry is not null', 'has no posting'],
  [
    'a reversal',
    'update rewards.posting set amount = amount - 1 where transaction_id in (select id from rewards.transaction where reverses is not null)',
    'does not mirror',
  ],
  ['a unit', "update rewards.account set kind = 'fund' where kind = 'retailer'", 'points and money'],
  ['a kind', "update rewards.transaction set kind = 'present' where reverses is null", 'no kind'],
])('does not pass an audit once somebody has tampered with %s', async (_, tampering, problem) => {
  const em = town.em();
  await em.begin();
  try {
    // As somebody does who owns the database: no trigger and no foreign key is looked at.
    await em.execute("set local session_replication_role = 'replica'");
    await em.execute(tampering);
    expect((await audit(em)).problems).toContainEqual(expect.stringContaining(problem));
  } finally {
    await em.rollback();
  }
});

test('a role that is not the owner posts, and can neither change what was posted nor switch the guard off', async () => {
  const role = `hey_blue_trial_${randomBytes(4).toString('hex')}`;
  const em = town.em();
  await em.execute(`create role ${role} login password 'trial'`);
  await em.execute('select rewards.grant_use(?)', [role]);
  const url = new URL(town.databaseUrl);
  url.username = role;
  url.password = 'trial';
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    const { accountId } = officer();
    await client.query(
      `select rewards.post(gen_random_uuid(), 'trial', $1, '', null, $3, null, null, null, array['issuance'],
         array['00000000-0000-0000-0000-000000000000'::uuid], array['person'], array[$2::uuid], array[5::bigint])`,
      [randomUUID(), accountId, town.clock.now()],
    );
    expect((await books.balance(accountId)).available).toBe(5);
    for (const table of ['posting', 'transaction', 'lot_use', 'seal', 'ledger_decision', 'scoring_rule']) {
      for (const change of [
        `delete from rewards.${table}`,
        `truncate rewards.${table}`,
        `alter table rewards.${table} disable trigger all`,
      ]) {
        await expect(client.query(change)).rejects.toMatchObject({ code: '42501' });
      }
    }
    await expect(client.query('update rewards.posting set amount = 1')).rejects.toMatchObject({ code: '42501' });
    await expect(client.query("set session_replication_role = 'replica'")).rejects.toMatchObject({ code: '42501' });
  } finally {
    await client.end();
    await em.execute(`drop owned by ${role}`);
    await em.execute(`drop role ${role}`);
  }
});

test('the program proves the books of a database that nobody serves, and finds a row that was tampered with', async () => {
  const found = await proveBooks(town.databaseUrl);
  expect(found).toMatchObject({ problems: [], sealedUntil: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });
  expect(found.transactions).toBeGreaterThan(5);
  const em = town.em();
  const change = (by: number) =>
    em.execute("update rewards.account set balance = balance + ? where kind = 'budget'", [by]);
  await change(1);
  expect((await proveBooks(town.databaseUrl)).problems).toContainEqual(expect.stringContaining('sum of the postings'));
  await change(-1);
});
