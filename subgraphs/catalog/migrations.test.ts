import { pino } from 'pino';
import { openDatabase } from '../kernel/database.ts';
import { openTestSubgraph } from '../kernel/testing/harness.ts';
import { createTestDatabase } from '../kernel/testing/servers.ts';
import { catalog } from './catalog.ts';
import { migrations } from './migrations.ts';

test('offers of a catalog that had no search words yet are found by them after the upgrade', async () => {
  const old = await createTestDatabase({
    name: 'catalog-without-search-words',
    prepare: async (url) => {
      const options = {
        name: 'catalog',
        poolSize: 2,
        entities: catalog.entities,
        log: pino({ level: 'silent' }),
      } as const;
      const database = await openDatabase({ ...options, url, migrations: migrations.slice(0, 1) });
      const [retailerId, offerId] = ['00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002'];
      const em = database.fork();
      await em.execute('insert into catalog.retailer values (?, ?, ?, null, now())', [retailerId, 'Shop', 'shop']);
      await em.execute(
        `insert into catalog.offer (id, retailer_id, title, title_key, price_points, value_cents, starts_at, version)
         values (?, ?, ?, ?, 10, 400, '2020-01-01T00:00:00Z', 1)`,
        [offerId, retailerId, '\uFF23af\u00E9 \u00C9TOILE', 'caf\u00E9 \u00E9toile'],
      );
      await database.close();
    },
  });
  const upgraded = await openTestSubgraph(catalog, { databaseUrl: old.url });
  try {
    const { data } = await upgraded.execute(
      '{ offers(search: "Caf\u00E9 \u00E9toile shop") { edges { node { title } } } }',
    );
    expect(data.offers.edges).toHaveLength(1);
  } finally {
    await upgraded.close();
    await old.drop();
  }
});
