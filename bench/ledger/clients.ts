/*
 * Clients of the database: eight connections that each do one thing after the other. pgbench where it is installed, because
 * it costs least itself and is what the figure is named after; else the same statements, prepared, over node-postgres.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';

const run = promisify(execFile);
export const CLIENTS = 8;
/** Of pgbench's tables: more branches than clients, so that its own hot rows do not decide. */
const SCALE = 10;

/** The script of pgbench, "TPC-B (sort of)", as its manual prints it. */
export const tpcB = {
  variables: { aid: 100_000 * SCALE, bid: SCALE, tid: 10 * SCALE },
  statements: [
    'begin',
    'update pgbench_accounts set abalance = abalance + $delta where aid = $aid',
    'select abalance from pgbench_accounts where aid = $aid',
    'update pgbench_tellers set tbalance = tbalance + $delta where tid = $tid',
    'update pgbench_branches set bbalance = bbalance + $delta where bid = $bid',
    'insert into pgbench_history (tid, bid, aid, delta, mtime) values ($tid, $bid, $aid, $delta, current_timestamp)',
    'end',
  ],
} as const;

/** The program, or undefined where PostgreSQL's is not installed. */
export async function findPgbench(): Promise<string | undefined> {
  const versions = await readdir('/usr/lib/postgresql').catch(() => []);
  const places = ['pgbench', ...versions.sort().map((version) => `/usr/lib/postgresql/${version}/bin/pgbench`)];
  for (const place of places) {
    if (
      await run(place, ['--version']).then(
        () => true,
        () => false,
      )
    )
      return place;
  }
  return undefined;
}

/** Makes pgbench's tables with or without it. */
export async function prepareTpcB(url: string, pgbench: string | undefined): Promise<void> {
  if (pgbench) {
    await run(pgbench, ['--initialize', '--quiet', `--scale=${SCALE}`, url]);
    return;
  }
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`
    create table pgbench_branches (bid int primary key, bbalance int, filler char(88)) with (fillfactor = 100);
    create table pgbench_tellers (tid int primary key, bid int, tbalance int, filler char(84)) with (fillfactor = 100);
    create table pgbench_accounts (aid int primary key, bid int, abalance int, filler char(84)) with (fillfactor = 100);
    create table pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22));
    insert into pgbench_branches select i, 0, '' from generate_series(1, ${SCALE}) i;
    insert into pgbench_tellers select i, (i - 1) / 10 + 1, 0, '' from generate_series(1, ${10 * SCALE}) i;
    insert into pgbench_accounts select i, (i - 1) / 100000 + 1, 0, '' from generate_series(1, ${100_000 * SCALE}) i;`);
  await client.query('vacuum analyze');
  await client.end();
}

/** Runs pgbench's own script, or files with scripts, which it takes in turn. @returns transactions per second. */
export async function runPgbench(
  pgbench: string,
  url: string,
  seconds: number,
  scripts: readonly string[] = [],
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'hey-blue-pgbench-'));
  try {
    const files = scripts.map((_, index) => join(folder, `${index}.sql`));
    await Promise.all(scripts.map((script, index) => writeFile(files[index] as string, script)));
    const { stdout } = await run(pgbench, [
      '--protocol=prepared',
      '--no-vacuum',
      `--client=${CLIENTS}`,
      '--jobs=2',
      `--time=${seconds}`,
      ...files.map((file) => `--file=${file}`),
      url,
    ]);
    const failed = stdout.match(/number of failed transactions: (\d+)/)?.[1];
    if (failed && failed !== '0') throw new Error(`pgbench: ${failed} transactions failed`);
    return Number(stdout.match(/tps = ([\d.]+)/)?.[1]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** One round trip of a client. @returns how many transactions it was. */
export type Task = (client: Client) => Promise<number>;

/** Eight connections of this process. @returns transactions per second. */
export async function runClients(url: string, seconds: number, task: Task): Promise<number> {
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      const client = new Client({ connectionString: url });
      await client.connect();
      return client;
    }),
  );
  let count = 0;
  const start = performance.now();
  const end = start + seconds * 1000;
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() < end) {
        const done = await task(client);
        count += done;
      }
    }),
  );
  const elapsed = (performance.now() - start) / 1000;
  await Promise.all(clients.map((client) => client.end()));
  return count / elapsed;
}

const upTo = (most: number) => 1 + Math.floor(Math.random() * most);

/** One transaction of pgbench's script, each of its statements a round trip of its own, as pgbench does it. */
export async function oneOfTpcB(client: Client): Promise<number> {
  const { aid, bid, tid } = tpcB.variables;
  const values = { aid: upTo(aid), bid: upTo(bid), tid: upTo(tid), delta: upTo(10_001) - 5_001 };
  for (const [index, statement] of tpcB.statements.entries()) {
    const names: (keyof typeof values)[] = [];
    const text = statement.replace(/\$(\w+)/g, (_, name: keyof typeof values) => `$${names.push(name)}::int`);
    await client.query({ name: `tpcb${index}`, text, values: names.map((name) => values[name]) });
  }
  return 1;
}
