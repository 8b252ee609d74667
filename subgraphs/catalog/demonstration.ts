/*
 * The set that a laptop starts with: real stores and cities of Austin, real charities, and offers made up for the demonstration.
 * It goes in by the same door as an administrator's files, all or nothing, into an empty catalog only.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import papaparse from 'papaparse';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';
import { comparable } from './importing/cells.ts';
import { takeIn } from './importing/import.ts';
import { TableKind } from './importing/table-kinds.ts';
import { addRow } from './listings/change.ts';
import { Municipality, publishScheme, SchemeRole, saveScheme, tellOfMunicipality } from './listings/municipality.ts';
import { saveProduct } from './listings/product.ts';
import { executeWith, tellOfCharity } from './listings/put-listing.ts';

const NOTICE = 'Made up for the demonstration.';
/** No organisation has this number: EINs begin with a prefix of the IRS, which 00 is not. */
const NOBODYS_NUMBER = '000000000';

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
  await addProducts(work);
  await addMunicipality(work);
  await addEarmarkedCharity(work);
}

async function addProducts(work: UnitOfWork): Promise<void> {
  const { data } = papaparse.parse<Record<string, string>>(read('products.csv'), {
    header: true,
    skipEmptyLines: true,
  });
  const retailers = await work.em.execute<{ id: string; name: string }[]>('select id, name from catalog.retailer');
  const idByName = new Map(retailers.map(({ id, name }) => [name, id]));
  for (const { retailer = '', sku = '', name = '', category, price_usd, stock, points } of data) {
    await saveProduct(work, {
      retailerId: idByName.get(retailer) ?? '',
      sku,
      name,
      description: NOTICE,
      category,
      priceCents: Math.round(Number(price_usd) * 100),
      stock: stock ? Number(stock) : null,
      pointValue: Number(points),
    });
  }
}

async function addMunicipality(work: UnitOfWork): Promise<void> {
  const { em, now } = work;
  const id = work.newId();
  const listing = { id, listed_at: now, version: 1 };
  const zipCodes = ['78701', '78702', '78703', '78704', '78705', '78741', '78745', '78751'];
  await addRow(em, 'organisation', {
    ...listing,
    kind: 'municipality',
    legal_name: 'City of Austin',
    status: 'LISTED',
  });
  const city = { name: 'Austin', name_key: 'austin', state: 'TX', zip_codes: zipCodes };
  await addRow(em, 'municipality', { ...listing, ...city });
  tellOfMunicipality(work, await em.findOneOrFail(Municipality, id));
  const scheme = await saveScheme(work, {
    municipalityId: id,
    title: 'Half of a parking fee',
    description: `${NOTICE} The city knows nothing of it.`,
    feeKind: 'parking',
    centsPerPoint: 5,
    largestShareBasisPoints: 5_000,
    budgetCents: 1_000_000,
    eligibleRoles: [SchemeRole.CITIZEN, SchemeRole.OFFICER],
    perPersonCents: 5_000,
  });
  await publishScheme(work, scheme.id);
}

async function addEarmarkedCharity(work: UnitOfWork): Promise<void> {
  const id = work.newId();
  const name = 'Hey Blue! Demonstration Family Fund';
  const place = { city: 'Austin', state: 'TX', zip_code: '78701', category: 'P20' };
  const gifts = { helps_families: true, earmarks: ['School meals', 'Rent in an emergency', 'Toys'] };
  await addRow(work.em, 'charity', {
    id,
    employer_number: NOBODYS_NUMBER,
    name,
    name_key: comparable(name),
    description: NOTICE,
    ...place,
    ...gifts,
    accepts_donations: true,
    version: 1,
  });
  tellOfCharity(work, {
    id,
    name,
    zip_code: place.zip_code,
    employer_number: NOBODYS_NUMBER,
    earmark_labels: [...gifts.earmarks, 'A family in need'],
    accepts_donations: true,
  });
}
