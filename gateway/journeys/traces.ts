/*
 * Looks for traces of a person in a whole database: in every row of every table of every domain, written out as text, so that
 * no column of whatever type is forgotten and none that comes later either; and in a Redis, where facts travel.
 */
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { subgraphNames } from '../../schema/events.ts';

/** The tables that have a row with one of these words in it, whatever their case, as `schema.table`. */
export async function tracesOf(databaseUrl: string, words: readonly string[]): Promise<string[]> {
  return withClient(databaseUrl, async (client) => {
    const found: string[] = [];
    for (const table of await tablesOf(client)) {
      const { rowCount } = await client.query(`select 1 from ${table} t where lower(t::text) like any ($1) limit 1`, [
        words.map((word) => `%${word.toLowerCase()}%`),
      ]);
      if (rowCount) found.push(table);
    }
    return found;
  });
}

/** Every row that has this word in it, by table; to see that nothing of somebody was touched. */
export async function rowsWith(databaseUrl: string, word: string): Promise<Record<string, string[]>> {
  return withClient(databaseUrl, async (client) => {
    const found: Record<string, string[]> = {};
    for (const table of await tablesOf(client)) {
      const { rows } = await client.query<{ row: string }>(
        `select t::text as row from ${table} t where lower(t::text) like $1 order by 1`,
        [`%${word.toLowerCase()}%`],
      );
      if (rows.length > 0) found[table] = rows.map(({ row }) => row);
    }
    return found;
  });
}

/** The keys of a Redis whose name or value has this word in it: streams of facts, and whatever else is kept there. */
export async function redisTracesOf(redisUrl: string, word: string): Promise<string[]> {
  const redis = new Redis(redisUrl);
  try {
    const found: string[] = [];
    for (const key of await redis.keys('*')) {
      const type = await redis.type(key);
      const read: Record<string, () => Promise<unknown>> = {
        string: () => redis.get(key),
        hash: () => redis.hgetall(key),
        list: () => redis.lrange(key, 0, -1),
        set: () => redis.smembers(key),
        zset: () => redis.zrange(key, 0, -1),
        stream: () => redis.xrange(key, '-', '+'),
      };
      const value = await read[type]?.();
      if (`${key} ${JSON.stringify(value)}`.toLowerCase().includes(word.toLowerCase())) found.push(key);
    }
    return found;
  } finally {
    redis.disconnect();
  }
}

async function tablesOf(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_schema = any ($1) and table_type = 'BASE TABLE' order by 1`,
    [[...subgraphNames]],
  );
  return rows.map(({ name }) => name);
}

async function withClient<Result>(databaseUrl: string, task: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await task(client);
  } finally {
    await client.end();
  }
}
