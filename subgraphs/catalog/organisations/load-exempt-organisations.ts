/*
 * The command that takes in the Exempt Organizations Business Master File of the IRS (irs.gov publishes it monthly, four
 * CSV files by region): `load-exempt-organisations.ts eo1.csv eo2.csv ...` with DATABASE_URL set. Streams, so that 1.9
 * million rows need no memory; entries that are in no file stay, because each file is a part of the list.
 */
import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import papaparse from 'papaparse';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { readConfiguration } from '../../kernel/configuration.ts';
import { fromMasterFile } from './exempt-organisations.ts';

/** What became of a file. */
export interface LoadedFile {
  readonly rowsRead: number;
  /** Rows without an EIN or a name. */
  readonly rowsSkipped: number;
  /** Entries that are new or were changed. */
  readonly entriesWritten: number;
}

/** Takes in one file, all of it or nothing. @throws where the database or the file cannot be read. */
export async function loadMasterFile(databaseUrl: string, file: string): Promise<LoadedFile> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(
      'create temp table master_file (employer_number text, name text, state text, zip_code text) on commit drop',
    );
    let rowsRead = 0;
    let rowsSkipped = 0;
    const toLines = new Transform({
      writableObjectMode: true,
      transform(row: Record<string, string>, _, done) {
        rowsRead++;
        const entry = fromMasterFile(row);
        if (!entry) rowsSkipped++;
        const { employer_number, name, state, zip_code } = entry ?? {};
        done(null, entry && `${papaparse.unparse([[employer_number, name, state, zip_code]])}\n`);
      },
    });
    await pipeline(
      createReadStream(file),
      papaparse.parse(papaparse.NODE_STREAM_INPUT, { header: true, skipEmptyLines: true }),
      toLines,
      client.query(copyFrom('copy master_file from stdin (format csv)')),
    );
    const { rowCount } = await client.query(
      `insert into catalog.exempt_organisation as e (employer_number, name, state, zip_code)
       select distinct on (employer_number) employer_number, name, state, zip_code from master_file order by employer_number
       on conflict (employer_number) do update set name = excluded.name, state = excluded.state, zip_code = excluded.zip_code
       where (e.name, e.state, e.zip_code) is distinct from (excluded.name, excluded.state, excluded.zip_code)`,
    );
    await client.query('commit');
    return { rowsRead, rowsSkipped, entriesWritten: rowCount ?? 0 };
  } finally {
    await client.end();
  }
}

async function run(files: readonly string[]): Promise<void> {
  const { databaseUrl } = readConfiguration(undefined, 'catalog');
  if (!databaseUrl || files.length === 0) {
    process.stderr.write('Set DATABASE_URL and name the files: load-exempt-organisations.ts eo1.csv eo2.csv\n');
    process.exitCode = 1;
    return;
  }
  for (const file of files) {
    const { rowsRead, rowsSkipped, entriesWritten } = await loadMasterFile(databaseUrl, file);
    process.stdout.write(`${file}: ${rowsRead} rows, ${rowsSkipped} skipped, ${entriesWritten} entries written\n`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await run(process.argv.slice(2));
