import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { openDatabase } from '../../kernel/database.ts';
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { createTestDatabase } from '../../kernel/testing/servers.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { migrations } from '../migrations.ts';
import { openDesk } from '../testing/review-desk.ts';
import { openTown, person } from '../testing/town.ts';

let subject: TestSubgraph<ConnectionsServices>;
const { step } = openTown(() => subject);
const { clawBack, stateOf, told } = openDesk(() => subject);

test('what was under way or confirmed before there was evidence goes on after the upgrade', async () => {
  const [officer, citizen, other] = [person('officer'), person('citizen'), person('citizen')];
  const [confirmed, halfway, asked] = [randomUUID(), randomUUID(), randomUUID()];
  const old = await createTestDatabase({
    name: 'connections-without-evidence',
    prepare: async (url) => {
      const options = { name: 'connections', poolSize: 2, entities: [], log: pino({ level: 'silent' }) } as const;
      const database = await openDatabase({ ...options, url, migrations: migrations.slice(0, 1) });
      const em = database.fork();
      await em.execute(
        `insert into connections.connection (id, officer_id, citizen_id, state, requested_at, expires_at, accepted_at,
           confirmed_by_officer_at, confirmed_by_citizen_at, confirmed_at, evidence, zip_code, rewarded_during)
         values (?, ?, ?, 'confirmed', now(), now(), now(), now(), now(), now(), 'proximity', '78701',
           tstzrange(now(), now() + interval '24 hours'))`,
        [confirmed, officer.id, citizen.id],
      );
      await em.execute(
        `insert into connections.connection (id, officer_id, citizen_id, state, requested_at, expires_at, accepted_at,
           confirmed_by_officer_at) values
           (?, ?, ?, 'accepted', now(), now() + interval '1 hour', now(), now()),
           (?, ?, ?, 'requested', now(), now() + interval '5 minutes', null, null)`,
        [halfway, officer.id, other.id, asked, randomUUID(), other.id],
      );
      await database.close();
    },
  });
  subject = await openTestSubgraph(connections, { databaseUrl: old.url });
  try {
    expect(await stateOf(halfway, other)).toBe('MET');
    expect(await stateOf(asked, other)).toBe('REQUESTED');
    expect(await step('confirm', other, halfway)).toMatchObject({ connection: { state: 'CONFIRMED' } });
    expect(await stateOf(confirmed, citizen)).toBe('CONFIRMED');
    expect((await clawBack(confirmed)).reviewCase).toMatchObject({ state: 'CLAWED_BACK' });
    expect(await told('connection.clawedBack', confirmed)).toHaveLength(1);
  } finally {
    await subject.close();
    await old.drop();
  }
});
