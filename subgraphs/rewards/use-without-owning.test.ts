import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { proveBooks } from './ledger/audit-books.ts';
import { type City, clerk, openCity } from './schemes/testing/city.ts';
import { citizen, openTown, type Town } from './testing/town.ts';
import { member, shopsOf } from './vouchers/testing/shop.ts';

let owned: Town;
let role: string;
let city: City;
let client: Client;

beforeAll(async () => {
  owned = await openTown();
  role = `hey_blue_trial_${randomBytes(4).toString('hex')}`;
  await owned.em().execute(`create role ${role} login password 'trial'`);
  await owned.em().execute('select rewards.grant_use(?)', [role]);
  const url = new URL(owned.databaseUrl);
  url.username = role;
  url.password = 'trial';
  city = await openCity({ databaseUrl: url.href, clock: owned.clock });
  client = new Client({ connectionString: url.href });
  await client.connect();
});

afterAll(async () => {
  await client?.end();
  await city?.close();
  await owned.em().execute(`drop owned by ${role}`);
  await owned.em().execute(`drop role ${role}`);
  await owned.close();
});

/** From which tables the domain deletes, by its own statements. */
function deletedFrom(): Set<string> {
  const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.endsWith('migrations.ts'))
    .map((path) => readFileSync(join(import.meta.dirname, path), 'utf8'));
  const own = [...sources.join('\n').matchAll(/delete from rewards\.(\w+)/g)].map(([, table = '']) => table);
  // Of the kernel's: what was set aside and then taken in.
  return new Set(['dead_letter', ...own]);
}

test('the domain runs as a role that owns nothing: vouchers, gifts, fees and sales, with their books', async () => {
  const shop = shopsOf(() => city);
  const bought = await shop.buy();
  const { payload: held } = await shop.hold(bought.till, { code: bought.code });
  expect((await shop.capture(bought.till, held.hold.id)).code).toBeUndefined();
  const back = await shop.buy();
  expect((await shop.refund(back.owner, back.id)).payload.voucher.status).toBe('REFUNDED');

  const giver = citizen();
  await city.meet(randomUUID(), giver.accountId);
  expect((await city.donate(giver, await city.list(), 5)).code).toBeUndefined();

  const scheme = await city.scheme();
  const resident = await city.resident(5);
  const { payload: applied } = await city.apply(resident, scheme.schemeId);
  expect((await city.confirm(clerk(scheme.municipalityId), applied.claim.id)).payload.claim.status).toBe('SETTLED');

  const sale = { externalId: 'one', cents: 7_500, zipCode: '78701', soldAt: city.nowText() };
  const reported = await city.mutate(
    'reportSales',
    'ReportSalesInput',
    'results { outcome }',
    { retailerId: bought.retailerId, sales: [sale] },
    member(bought.retailerId),
  );
  expect(reported.payload.results).toEqual([{ outcome: 'RECORDED' }]);
  await city.services.voucherSweep.look();
  await city.services.ledgerSweep.look();
  await city.services.courier.look();
  expect(await city.problems()).toEqual([]);
  expect((await proveBooks(owned.databaseUrl)).problems).toEqual([]);
});

test('what a guard keeps is out of that role’s reach, and no guard can be switched off', async () => {
  const guards = await owned.em().execute<{ table: string; type: number }[]>(
    `select c.relname as table, bit_or(g.tgtype::integer) as type from pg_trigger g join pg_class c on c.oid = g.tgrelid
     where c.relnamespace = 'rewards'::regnamespace and g.tgfoid = 'rewards.refuse_change'::regproc group by 1 order by 1`,
  );
  expect(guards.map(({ table }) => table)).toEqual(
    expect.arrayContaining([
      'posting',
      'voucher_event',
      'offline_claim',
      'sale',
      'fund_vote',
      'fund_count',
      'donation',
    ]),
  );
  const may = async (deed: string) => {
    const rows = await owned.em().execute<{ table: string }[]>(
      `select relname as table from pg_class where relnamespace = 'rewards'::regnamespace and relkind in ('r', 'p')
           and has_table_privilege(?, oid, ?) order by 1`,
      [role, deed],
    );
    return rows.map(({ table }) => table);
  };
  const updated = await may('update');
  // Bit 16 of a trigger's type: updates.
  for (const { table, type } of guards) expect([table, updated.includes(table)]).toEqual([table, (type & 16) === 0]);
  expect(await may('truncate')).toEqual([]);
  expect(await may('delete')).toEqual([...deletedFrom()].sort());
  const tables = await owned.em().execute<{ table: string }[]>(
    `select distinct c.relname as table from pg_trigger g join pg_class c on c.oid = g.tgrelid
       where c.relnamespace = 'rewards'::regnamespace and not g.tgisinternal`,
  );
  for (const { table } of tables) {
    await expect(client.query(`alter table rewards.${table} disable trigger all`)).rejects.toMatchObject({
      code: '42501',
    });
  }
  for (const forbidden of [
    "set session_replication_role = 'replica'",
    'truncate rewards.posting',
    'drop table rewards.voucher',
    'create or replace function rewards.refuse_change() returns trigger language plpgsql as $$ begin return new; end $$',
    "delete from rewards.migration where name like '0070%'",
  ]) {
    await expect(client.query(forbidden)).rejects.toMatchObject({ code: '42501' });
  }
});

test('an entry of the ledger is neither changed nor deleted by that role, not even one that is not there', async () => {
  const before = await owned
    .em()
    .execute("select md5(string_agg(p::text, ',' order by p::text)) from rewards.posting p");
  for (const [table, column] of [
    ['posting', 'amount'],
    ['posting', 'credit_id'],
    ['transaction', 'happened_at'],
    ['transaction', 'business_key'],
    ['lot_use', 'lot_id'],
    ['seal', 'day'],
    ['fund_decision', 'decided_by'],
    ['fund_award', 'cents'],
  ]) {
    for (const change of [
      `update rewards.${table} set ${column} = ${column}`,
      `update rewards.${table} set ${column} = null where false`,
      `delete from rewards.${table} where false`,
    ]) {
      await expect(client.query(change)).rejects.toMatchObject({ code: '42501' });
    }
  }
  expect(
    await owned.em().execute("select md5(string_agg(p::text, ',' order by p::text)) from rewards.posting p"),
  ).toEqual(before);
});

test('what rows may become is refused to that role by the same triggers as to the owner', async () => {
  await expect(client.query('update rewards.scheme_claim set points = points + 1')).rejects.toThrow('stays');
});
