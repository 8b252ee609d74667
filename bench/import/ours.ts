/*
 * The catalog on an embedded database of its own, as it is delivered. Asked with `ours`, it imports a file of products as
 * people do: opened, mapped, compared, approved, applied. Asked with `copy`, it sends the same rows, made ready for the
 * table, through COPY into the same table, with its indexes and its triggers that keep history.
 */
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Pool } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { pino } from 'pino';
import { type CatalogServices, catalog } from '../../subgraphs/catalog/catalog.ts';
import { CallerSigner } from '../../subgraphs/kernel/caller.ts';
import { systemClock } from '../../subgraphs/kernel/clock.ts';
import { generateGatewayKeys, readConfiguration } from '../../subgraphs/kernel/configuration.ts';
import { openHost } from '../../subgraphs/kernel/host.ts';
import { openSubgraph } from '../../subgraphs/kernel/subgraph.ts';
import { partIsReady } from '../gateway/process.ts';

export interface ImportOrder {
  readonly what: 'ours' | 'copy' | 'again';
  readonly rows: number;
  /** Tells the rows of one round from those of another. */
  readonly round: string;
}

export interface ImportOutcome {
  readonly seconds: number;
  /** Until it was compared; 0 for COPY. */
  readonly comparedSeconds: number;
  /** At its highest, above what it was before. */
  readonly residentGrowthMegabytes: number;
  readonly rowsChanged: number;
}

const folder = mkdtempSync(join(tmpdir(), 'hey-blue-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const keys = generateGatewayKeys();
const configuration = readConfiguration({
  PORT: '0',
  DATA_DIR: folder,
  DATABASE_URL: process.env.BENCH_DATABASE_URL ?? '',
  LOG_LEVEL: 'error',
  GATEWAY_PRIVATE_KEY: keys.gatewayPrivateKey,
  GATEWAY_PUBLIC_KEY: keys.gatewayPublicKey,
});
const host = await openHost(configuration, systemClock, pino({ level: 'error' }));
const opened = Promise.withResolvers<CatalogServices>();
const subgraph = await openSubgraph(
  {
    ...catalog,
    async open(machine) {
      const made = await catalog.open(machine);
      opened.resolve(made);
      return made;
    },
  },
  host,
);
const services = await opened.promise;
const pool = new Pool({ connectionString: host.databaseUrl, max: 2 });
const signer = new CallerSigner(keys.gatewayPrivateKey, systemClock);
const accountId = randomUUID();
const retailerId = randomUUID();
await pool.query(
  `insert into catalog.retailer (id, name, name_key, listed_at) values ('${retailerId}', 'Bench', 'bench', now())`,
);

// biome-ignore lint/suspicious/noExplicitAny: what comes is what is asked for
async function ask(query: string, variables: Record<string, unknown>): Promise<any> {
  const authorization = await signer.sign({ accountId, scopes: ['administrator'] }, 'catalog');
  const { data, errors } = await subgraph.execute({ query, variables }, { authorization });
  if (errors) throw new Error(errors[0]?.message);
  return data;
}

const words = 'blue pen of fine steel with a cap and a clip for every day made in a small shop near the river'.split(
  ' ',
);
const text = (seed: number, length: number) =>
  Array.from({ length }, (_, index) => words[(seed * 7 + index * 13 + (seed >> index)) % words.length]).join(' ');

/** The same row for both; what a person writes and what the table holds. */
function product(index: number, round: string) {
  const sku = `SKU-${round}-${index}`;
  const name = `Product ${index} ${text(index, 3)}`;
  const [description, category, cents] = [text(index, 12), `Category ${index % 40}`, 100 + ((index * 37) % 20_000)];
  const stock = index % 500;
  const points = 1 + (index % 300);
  return { sku, name, description, category, cents, stock, points };
}

async function writeFile(path: string, { rows, round, what }: ImportOrder): Promise<void> {
  await pipeline(async function* () {
    if (what !== 'copy') yield 'retailer,sku,name,description,category,price_usd,stock,point_value\n';
    for (let from = 0; from < rows; from += 1_000) {
      let part = '';
      for (let index = from; index < Math.min(rows, from + 1_000); index++) {
        const { sku, name, description, category, cents, stock, points } = product(index, round);
        part +=
          what === 'copy'
            ? `${randomUUID()},${retailerId},${sku},${sku.toLowerCase()},${name},${name.toLowerCase()},${description},${category},${cents},${stock},${points}\n`
            : `Bench,${sku},${name},${description},${category},${(cents / 100).toFixed(2)},${stock},${points}\n`;
      }
      yield part;
    }
  }, createWriteStream(path));
}

async function importFile(path: string): Promise<Pick<ImportOutcome, 'seconds' | 'comparedSeconds' | 'rowsChanged'>> {
  const wish = { fileName: 'products.csv', contentType: 'text/csv' };
  const { id: uploadId } = await services.uploads.keep(randomUUID(), wish, createReadStream(path), statSync(path).size);
  const began = performance.now();
  const input = { kind: 'PRODUCTS', uploadId };
  const { openFileImport } = await ask(
    'mutation ($input: OpenFileImportInput!) { openFileImport(input: $input) { import { id columns { field column } } } }',
    { input },
  );
  const { id, columns } = openFileImport.import;
  const known = columns.filter(({ column }: { column: number | null }) => column !== null);
  await ask('mutation ($input: MapFileImportInput!) { mapFileImport(input: $input) { import { id } } }', {
    input: { importId: id, columns: known },
  });
  await services.imports.idle();
  const comparedSeconds = (performance.now() - began) / 1000;
  const state = 'state failure digest rowsApplied rowsNew rowsChanged rowsRefused';
  const { fileImport: compared } = await ask(`query ($id: ID!) { fileImport(id: $id) { ${state} } }`, { id });
  if (compared.state !== 'COMPARED') throw new Error(`the import is ${compared.state}: ${compared.failure}`);
  await ask('mutation ($input: ApproveFileImportInput!) { approveFileImport(input: $input) { import { id } } }', {
    input: { importId: id, digest: compared.digest },
  });
  await services.imports.idle();
  const seconds = (performance.now() - began) / 1000;
  const { fileImport: applied } = await ask(`query ($id: ID!) { fileImport(id: $id) { ${state} } }`, { id });
  if (applied.state !== 'APPLIED') throw new Error(`the import is ${applied.state}: ${applied.failure}`);
  return { seconds, comparedSeconds, rowsChanged: applied.rowsApplied };
}

async function copyFile(
  path: string,
  rows: number,
): Promise<Pick<ImportOutcome, 'seconds' | 'comparedSeconds' | 'rowsChanged'>> {
  const client = await pool.connect();
  try {
    const began = performance.now();
    await pipeline(
      createReadStream(path),
      client.query(
        copyFrom(
          `copy catalog.product (id, retailer_id, sku, sku_key, name, name_key, description, category, price_cents, stock,
             point_value) from stdin with (format csv)`,
        ),
      ),
    );
    return { seconds: (performance.now() - began) / 1000, comparedSeconds: 0, rowsChanged: rows };
  } finally {
    client.release();
  }
}

partIsReady(undefined, async (order: never): Promise<ImportOutcome> => {
  const { what, rows } = order as ImportOrder;
  const path = join(folder, 'products.csv');
  await writeFile(path, order);
  await pool.query('checkpoint');
  const before = process.memoryUsage.rss();
  let highest = before;
  const watch = setInterval(() => {
    highest = Math.max(highest, process.memoryUsage.rss());
  }, 10);
  try {
    const outcome = await (what === 'copy' ? copyFile(path, rows) : importFile(path));
    return { ...outcome, residentGrowthMegabytes: (highest - before) / 2 ** 20 };
  } finally {
    clearInterval(watch);
  }
});
