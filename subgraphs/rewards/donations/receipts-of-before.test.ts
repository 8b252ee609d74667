import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { openDatabase } from '../../kernel/database.ts';
import { createTestDatabase } from '../../kernel/testing/servers.ts';
import { migrations } from '../migrations.ts';
import { officer } from '../testing/town.ts';
import { openParish } from './testing/parish.ts';

test('donations of before have receipts after the upgrade, numbered by time for each charity and year', async () => {
  const giver = officer();
  const [one, other] = [randomUUID(), randomUUID()];
  const given: readonly (readonly [string, string])[] = [
    [one, '2025-12-31T23:59:59.999Z'],
    [one, '2026-01-01T00:00:00.000Z'],
    [other, '2026-02-01T00:00:00.000Z'],
    [one, '2026-03-01T00:00:00.000Z'],
  ];
  const old = await createTestDatabase({
    name: 'rewards-of-given-points',
    prepare: async (url) => {
      const database = await openDatabase({
        name: 'rewards',
        url,
        poolSize: 2,
        entities: [],
        migrations: migrations.slice(0, 4),
        log: pino({ level: 'silent' }),
      });
      const em = database.fork();
      const post = async (kind: string, from: [string, string], to: [string, string], points: number, at: string) => {
        const id = randomUUID();
        const key = `${kind} ${randomUUID()} ${giver.accountId}`;
        const values = [id, kind, key, 'x', kind === 'award' ? 2 : null, at, ...from, ...to, points];
        await em.execute('select rewards.post(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', values);
        return id;
      };
      const issuance: [string, string] = ['issuance', '00000000-0000-0000-0000-000000000000'];
      const person: [string, string] = ['person', giver.accountId];
      for (let count = 0; count < 2; count++) await post('award', issuance, person, 20, '2025-01-01T00:00:00.000Z');
      for (const [charityId, at] of given) {
        const transactionId = await post('donation', person, ['charity', charityId], 5, at);
        const row = [randomUUID(), transactionId, giver.accountId, charityId, 5, at];
        await em.execute('insert into rewards.donation values (?, ?, ?, ?, ?, ?)', row);
      }
      await database.close();
    },
  });
  const parish = await openParish({ databaseUrl: old.url });
  const { payload } = await parish.ask(
    '{ donations { edges { node { points charity { id } receipt { number charityName text } } } } }',
    {},
    giver,
  );
  expect(payload.edges.map(({ node }: { node: { receipt: object; charity: object } }) => node)).toEqual(
    [
      [one, '2026-000002'],
      [other, '2026-000001'],
      [one, '2026-000001'],
      [one, '2025-000001'],
    ].map(([id, number]) => ({
      points: 5,
      charity: { id },
      receipt: { number, charityName: null, text: expect.stringContaining('The charity named in your account') },
    })),
  );
  const charityId = await parish.charity();
  expect((await parish.give(giver, charityId, 5)).payload.donation.receipt.number).toMatch(/-000001$/);
  expect(await parish.problems()).toEqual([]);
  await parish.close();
  await old.drop();
});
