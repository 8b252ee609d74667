import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { openDatabase } from '../../kernel/database.ts';
import { createTestDatabase, type TestDatabase } from '../../kernel/testing/servers.ts';
import { migrations } from '../migrations.ts';
import { rewards } from '../rewards.ts';
import { officer, openTown } from '../testing/town.ts';
import { reverse } from './ledger.ts';
import { openBooks } from './testing/books.ts';

const ISSUANCE = '00000000-0000-0000-0000-000000000000';

/** A database as the first release left it, with what `fill` posts by the function of that time. */
async function oldDatabase(
  fill: (
    post: (posting: {
      kind: string;
      key: string;
      at: string;
      from: [string, string];
      to: [string, string];
      points: number;
    }) => Promise<string>,
    execute: (sql: string, values?: unknown[]) => Promise<unknown>,
  ) => Promise<void>,
): Promise<TestDatabase> {
  const old = await createTestDatabase();
  const database = await openDatabase({
    name: 'rewards',
    url: old.url,
    poolSize: 2,
    entities: rewards.entities,
    migrations: migrations.slice(0, 4),
    log: pino({ level: 'silent' }),
  });
  const em = database.fork();
  await fill(
    async ({ kind, key, at, from, to, points }) => {
      const id = randomUUID();
      await em.execute('select rewards.post(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
        id,
        kind,
        key,
        '',
        kind === 'award' ? 2 : null,
        at,
        ...from,
        ...to,
        points,
      ]);
      return id;
    },
    (sql, values = []) => em.execute(sql, values),
  );
  await database.close();
  return old;
}

test('points of the first release keep their balance, never run out, are spent oldest first and can be reversed', async () => {
  const [o, citizenId, charityId] = [officer(), randomUUID(), randomUUID()];
  const gone = randomUUID();
  let donated = '';
  const old = await oldDatabase(async (post, execute) => {
    const award = (connection: string, accountId: string, points: number, at: string) =>
      post({
        kind: 'award',
        key: `award ${connection} ${accountId}`,
        at,
        from: ['issuance', ISSUANCE],
        to: ['person', accountId],
        points,
      });
    await award(randomUUID(), o.accountId, 20, '2026-01-01T10:00:00Z');
    await award(randomUUID(), o.accountId, 30, '2026-01-02T10:00:00Z');
    await award(gone, o.accountId, 10, '2026-01-03T10:00:00Z');
    await award(randomUUID(), citizenId, 15, '2026-01-03T11:00:00Z');
    const give = async (points: number, at: string) => {
      const id = await post({
        kind: 'donation',
        key: `donate ${o.accountId} ${at}`,
        at,
        from: ['person', o.accountId],
        to: ['charity', charityId],
        points,
      });
      await execute('insert into rewards.donation values (?, ?, ?, ?, ?, ?)', [
        randomUUID(),
        id,
        o.accountId,
        charityId,
        points,
        at,
      ]);
      return id;
    };
    donated = await give(25, '2026-01-04T10:00:00Z');
    const back = await post({
      kind: 'reversal',
      key: `reversal ${gone} ${o.accountId}`,
      at: '2026-01-05T10:00:00Z',
      from: ['person', o.accountId],
      to: ['issuance', ISSUANCE],
      points: 10,
    });
    await execute('insert into rewards.claw_back values (?, ?, 10, 10, ?, ?)', [
      gone,
      o.accountId,
      back,
      '2026-01-05T10:00:00Z',
    ]);
    await give(20, '2026-01-06T10:00:00Z');
  });
  const town = await openTown({ databaseUrl: old.url });
  try {
    const books = await openBooks(town);
    expect(await town.problems()).toEqual([]);
    expect(await books.balance(o.accountId)).toMatchObject({
      available: 5,
      earned: 50,
      spent: 45,
      expired: 0,
      expiringNext: null,
    });
    expect(await books.balance(citizenId)).toMatchObject({ available: 15, earned: 15 });
    const lots = await town.em().execute<{ granted: string; taken: string }[]>(
      `select l.granted, l.taken from rewards.lot l join rewards.account a on a.id = l.account_id
       where a.owner_id = ? order by l.granted_at`,
      [o.accountId],
    );
    expect(lots.map(({ granted, taken }) => [Number(granted), Number(taken)])).toEqual([
      [20, 20],
      [30, 30],
      [10, 5],
    ]);
    await books.work((work) => reverse(work, { businessKey: 'back', transactionId: donated }));
    expect(await books.balance(o.accountId)).toMatchObject({ available: 30, spent: 20 });
    expect((await town.donate(o, await town.list(), 30)).code).toBeUndefined();
    await town.services.ledgerSweep.look();
    expect(await town.problems()).toEqual([]);
    const page = await town.entity(
      'Account',
      o.accountId,
      'pointsStatement { edges { node { points balanceAfter } } }',
      o,
    );
    expect(page.pointsStatement.edges.map(({ node }: { node: { balanceAfter: number } }) => node.balanceAfter)).toEqual(
      [0, 30, 5, 25, 35, 60, 50, 20],
    );
  } finally {
    await town.close();
    await old.drop();
  }
});

test('an empty database of the first release is upgraded', async () => {
  const old = await oldDatabase(async () => {});
  const town = await openTown({ databaseUrl: old.url });
  try {
    expect(await town.problems()).toEqual([]);
  } finally {
    await town.close();
    await old.drop();
  }
});
