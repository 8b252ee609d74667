import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { openTestSubgraph, type TestSubgraph } from '../kernel/testing/harness.ts';
import { type CatalogServices, catalog } from './catalog.ts';
import { type ImportDesk, openImportDesk, shop, storesHeader } from './importing/testing/import-desk.ts';

let owned: TestSubgraph<CatalogServices>;
let role: string;
let desk: ImportDesk;
let client: Client;

beforeAll(async () => {
  owned = await openTestSubgraph(catalog);
  role = `hey_blue_trial_${randomBytes(4).toString('hex')}`;
  await owned.em().execute(`create role ${role} login password 'trial'`);
  await owned.em().execute('select catalog.grant_use(?)', [role]);
  const url = new URL(owned.databaseUrl);
  url.username = role;
  url.password = 'trial';
  desk = await openImportDesk({ databaseUrl: url.href, clock: owned.clock });
  client = new Client({ connectionString: url.href });
  await client.connect();
});

afterAll(async () => {
  await client?.end();
  await desk?.close();
  await owned.em().execute(`drop owned by ${role}`);
  await owned.em().execute(`drop role ${role}`);
  await owned.close();
});

test('the domain runs as a role that owns nothing: a file is imported, searched and undone', async () => {
  const applied = await desk.take('STORES', [storesHeader, shop('Shop')].join('\n'));
  expect(applied).toMatchObject({ state: 'APPLIED', rowsApplied: 1 });
  const { searchOffers } = await desk.ask('{ searchOffers(search: "coffee") { edges { cursor } } }');
  expect(searchOffers.edges).toEqual([]);
  expect(await desk.undo(applied.id)).toMatchObject({ state: 'UNDONE', rowsUndone: 1 });
});

test('the history of listings is out of that role’s reach, and no guard can be switched off', async () => {
  const kept = await client.query('select count(*)::int as count from catalog.listing_change');
  expect(kept.rows[0].count).toBeGreaterThan(1);
  for (const forbidden of [
    'update catalog.listing_change set changed_by = null',
    'delete from catalog.listing_change',
    'truncate catalog.listing_change',
    'alter table catalog.listing_change disable trigger all',
    'alter table catalog.offer disable trigger all',
    'drop table catalog.listing_change',
    "set session_replication_role = 'replica'",
    'create or replace function catalog.keep_changes() returns trigger language plpgsql as $$ begin return null; end $$',
    'delete from catalog.migration',
  ]) {
    await expect(client.query(forbidden)).rejects.toMatchObject({ code: '42501' });
  }
});
