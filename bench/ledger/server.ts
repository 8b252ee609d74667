/*
 * The server that both sides are measured on: the embedded PostgreSQL in a folder of its own, durable, with the settings that
 * the product gives it, the rewards schema as the migrations make it, and people who have something to spend.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MikroORM } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { pino } from 'pino';
import { openDatabase } from '../../subgraphs/kernel/database.ts';
import { startEmbeddedPostgres } from '../../subgraphs/kernel/embedded-postgres.ts';
import { audit } from '../../subgraphs/rewards/ledger/audit.ts';
import { rewards } from '../../subgraphs/rewards/rewards.ts';

/** Everybody who earns and spends: a city. pgbench's script has a million accounts, of which eight clients seldom want the same. */
export const PEOPLE = 100_000;
const SEEDED_TOGETHER = 1_000;
export const RETAILERS = 100;
/** Owner ids of people and retailers by number, as SQL and in JavaScript. */
export const personId = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
export const retailerId = (number: number) => `00000000-0000-4000-9000-${String(number).padStart(12, '0')}`;

export interface LedgerServer {
  readonly url: string;
  /** @throws where the books do not fit after all that was posted. @returns how many postings were proved. */
  prove(): Promise<number>;
  stop(): Promise<void>;
}

export async function startLedgerServer(): Promise<LedgerServer> {
  const folder = await mkdtemp(join(tmpdir(), 'hey-blue-bench-ledger-'));
  const log = pino({ level: 'silent' });
  const server = await startEmbeddedPostgres({ dataFolder: join(folder, 'postgres'), log });
  const { entities, migrations } = rewards;
  const database = await openDatabase({ name: 'rewards', url: server.url, poolSize: 2, entities, migrations, log });
  await database.close();
  const client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query("insert into rewards.transaction_kind (name) values ('bench')");
  await client.query(`do $$ begin
    for i in 0 .. ${PEOPLE / SEEDED_TOGETHER - 1} loop
      perform rewards.post_all(jsonb_agg(jsonb_build_object('id', uuidv7(), 'kind', 'bench', 'business_key', 'first ' || n,
          'fingerprint', '', 'lot_expires_at', now() + interval '2 years', 'from_kinds', array['issuance'],
          'from_owners', array['00000000-0000-0000-0000-000000000000'::uuid], 'to_kinds', array['person'],
          'to_owners', array[('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid], 'amounts', array[1000])), now())
        from generate_series(${SEEDED_TOGETHER} * i + 1, ${SEEDED_TOGETHER} * (i + 1)) n;
    end loop;
  end $$`);
  await client.query('vacuum analyze');
  await client.end();
  return {
    url: server.url,
    async prove() {
      const orm = await MikroORM.init({
        clientUrl: server.url,
        entities: [],
        discovery: { warnWhenNoEntities: false },
      });
      try {
        const { postings, problems } = await audit(orm.em.fork());
        if (problems.length > 0) throw new Error(`The books do not fit: ${problems[0]}`);
        return postings;
      } finally {
        await orm.close(true);
      }
    },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
