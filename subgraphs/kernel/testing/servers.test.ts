import { Redis } from 'ioredis';
import { Client } from 'pg';
import { createTestDatabase, startRedisServer, testRedis } from './servers.ts';

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('createTestDatabase', () => {
  test('makes an empty database that is gone after drop', async () => {
    const database = await createTestDatabase();
    expect(await query(database.url, `select * from pg_tables where schemaname = 'public'`)).toEqual([]);
    await database.drop();
    await expect(query(database.url, 'select 1')).rejects.toThrow(/does not exist/);
  });

  test('prepares a template once for all who ask at the same time and gives each a clone of its own', async () => {
    let prepared = 0;
    const template = {
      name: 'servers_test',
      prepare: async (url: string) => {
        prepared += 1;
        await query(url, 'create table fact as select 1 as number');
      },
    };
    const databases = await Promise.all(Array.from({ length: 5 }, () => createTestDatabase(template)));
    expect(prepared).toBe(1);
    await query(databases[0]!.url, 'insert into fact values (2)');
    expect(await query(databases[0]!.url, 'select count(*)::int from fact')).toEqual([{ count: 2 }]);
    expect(await query(databases[1]!.url, 'select count(*)::int from fact')).toEqual([{ count: 1 }]);
    await Promise.all(databases.map((database) => database.drop()));
  });

  test('makes a template again after a preparation that failed', async () => {
    let attempts = 0;
    const template = {
      name: 'servers_test_failing',
      prepare: async (url: string) => {
        attempts += 1;
        await query(url, 'create table fact as select 1 as number');
        if (attempts === 1) throw new Error('not this time');
      },
    };
    await expect(createTestDatabase(template)).rejects.toThrow('not this time');
    const database = await createTestDatabase(template);
    expect(await query(database.url, 'select number from fact')).toEqual([{ number: 1 }]);
    await database.drop();
  });

  test('drops a database that still has connections', async () => {
    const database = await createTestDatabase();
    const client = new Client({ connectionString: database.url });
    const ended = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    await database.drop();
    expect(await ended).toBeInstanceOf(Error);
  });
});

describe('Redis', () => {
  test('answers at the shared address', async () => {
    const redis = new Redis((await testRedis()).url);
    expect(await redis.ping()).toBe('PONG');
    redis.disconnect();
  });

  test('keeps what it acknowledged over a crash and a restart', async () => {
    const server = await startRedisServer();
    const before = new Redis(server.url, { retryStrategy: () => null });
    before.on('error', () => {});
    await before.set('fact', 'kept');
    await server.kill();
    await server.restart();
    const after = new Redis(server.url);
    expect(await after.get('fact')).toBe('kept');
    after.disconnect();
    await server.stop();
  });
});
