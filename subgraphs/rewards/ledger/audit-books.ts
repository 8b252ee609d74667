/*
 * `npm run audit:ledger [-- --json]`: proves the books of a database, served or not, and ends with 1 where something does not
 * fit, with 2 where they cannot be read. Reads DATABASE_URL, or starts the embedded server in DATA_DIR where that is not set; while a system runs on that folder,
 * the query `ledgerAudit` asks the same. It changes nothing and migrates nothing.
 */
import { parseArgs } from 'node:util';
import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import { MikroORM } from '@mikro-orm/postgresql';
import { pino } from 'pino';
import { readConfiguration } from '../../kernel/configuration.ts';
import { startEmbeddedPostgres } from '../../kernel/embedded-postgres.ts';
import { type Audit, audit, ledgerChecks } from './audit.ts';

export interface Proof extends Audit {
  readonly checks: number;
  /** The last day that is sealed, and its seal: keep it elsewhere, and nobody can rewrite what was before it. Null: none yet. */
  readonly sealedUntil: string | null;
  readonly seal: string | null;
}

/** @throws when the database does not answer or has no ledger. */
export async function proveBooks(databaseUrl: string): Promise<Proof> {
  const orm = await MikroORM.init({
    clientUrl: databaseUrl,
    entities: [],
    metadataProvider: ReflectMetadataProvider,
    metadataCache: { enabled: false },
    discovery: { warnWhenNoEntities: false },
    pool: { min: 0, max: 1 },
    forceUtcTimezone: true,
  });
  try {
    const em = orm.em.fork();
    const found = await audit(em);
    const [last] = await em.execute<{ day: string; seal: string }[]>(
      "select day::text as day, encode(digest, 'hex') as seal from rewards.seal s order by s.day desc limit 1",
    );
    return { ...found, checks: ledgerChecks.length, sealedUntil: last?.day ?? null, seal: last?.seal ?? null };
  } finally {
    await orm.close(true);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  const configuration = readConfiguration();
  const log = pino({ level: 'silent' });
  const embedded = configuration.databaseUrl
    ? undefined
    : await startEmbeddedPostgres({ dataFolder: `${configuration.dataFolder}/postgres`, log });
  try {
    const proof = await proveBooks(configuration.databaseUrl ?? (embedded?.url as string));
    if (values.json) console.log(JSON.stringify(proof));
    else print(proof);
    if (proof.problems.length > 0) process.exitCode = 1;
  } finally {
    await embedded?.stop();
  }
}

function print({ transactions, postings, checks, sealedUntil, seal, problems }: Proof): void {
  console.table({
    transactions,
    postings,
    checks,
    problems: problems.length,
    'sealed until': sealedUntil ?? 'no day yet',
  });
  if (seal) console.log(`Seal of ${sealedUntil}: ${seal}`);
  for (const problem of problems) console.log(problem);
  console.log(
    problems.length === 0 ? 'The books are proved: everything follows from the postings.' : 'The books do not fit.',
  );
}

if (import.meta.main) {
  await main().catch((error: Error) => {
    console.error(`The books cannot be read: ${error.message.split('\n')[0]}`);
    process.exitCode = 2;
  });
}
