/* Jest's globalTeardown: drops the run's databases, then stops what start-servers.ts started. */
import { asAdministrator, databasePrefix, dropDatabase } from './servers.ts';

export default async function stopServers(): Promise<void> {
  await asAdministrator(async (client) => {
    const { rows } = await client.query('select datname from pg_database where starts_with(datname, $1)', [
      databasePrefix(),
    ]);
    for (const { datname } of rows) await dropDatabase(client, datname);
  });
  await Promise.all((globalThis.stopTestServers ?? []).map((stop) => stop()));
}
