/*
 * The set that a laptop starts with: real stores and cities of Austin, real charities, and offers made up for the demonstration.
 * It goes in by the same door as an administrator's files, all or nothing, into an empty catalog only.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import papaparse from 'papaparse';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';
import { takeIn } from './importing/import.ts';
import { TableKind } from './importing/table-kinds.ts';
import { executeWith } from './listings/put-listing.ts';

const read = (name: string) => readFileSync(join(import.meta.dirname, 'demo', name), 'utf8');

/** Fills an empty catalog; a catalog with anything in it stays as it is. */
export async function loadDemonstration(work: UnitOfWork): Promise<void> {
  // Two processes may start at once: the second waits here and finds the first one's rows.
  await work.em.execute("select pg_advisory_xact_lock(hashtextextended('catalog demonstration', 0))");
  const [row] = await work.em.execute<{ filled: boolean }[]>(
    `select exists (select 1 from catalog.retailer) or exists (select 1 from catalog.charity)
       or exists (select 1 from catalog.city) as filled`,
  );
  if (row?.filled) return;
  const files = [
    [TableKind.RETAILERS, 'retailers.csv'],
    [TableKind.OFFERS, 'offers.csv'],
    [TableKind.CHARITIES, 'charities.csv'],
  ] as const;
  for (const [kind, name] of files) {
    const { rowsRefused, problems } = await takeIn(work, { kind, content: read(name), dryRun: false });
    if (rowsRefused > 0) throw new Error(`demo/${name}, line ${problems[0]?.line}: ${problems[0]?.reason}`);
  }
  const cities = papaparse.parse<Record<string, string>>(read('cities.csv'), { header: true, skipEmptyLines: true });
  await executeWith(
    work.em,
    `insert into catalog.city (id, name, state, latitude, longitude, population)
     select * from jsonb_to_recordset(cast(? as jsonb)) as t(id uuid, name text, state text, latitude double precision,
       longitude double precision, population integer)
     on conflict do nothing`,
    cities.data.map((city) => ({ ...city, id: work.newId() })),
  );
}
