import { randomUUID } from 'node:crypto';
import { openTestSubgraph, type TestSubgraph } from '../kernel/testing/harness.ts';
import { type ProfileServices, profile } from './profile.ts';

let subject: TestSubgraph<ProfileServices>;

beforeAll(async () => {
  subject = await openTestSubgraph(profile);
});

afterAll(async () => {
  await subject.close();
});

const now = () => subject.clock.now().toISOString();
const register = (accountId: string, role: 'citizen' | 'officer') =>
  subject.deliver('account.registered', { accountId, roles: [role], departmentName: null, registeredAt: now() });
const meeting = (officerId: string, citizenId: string) => ({
  connectionId: randomUUID(),
  officerId,
  citizenId,
  evidence: 'code' as const,
  zipCode: '78701',
  confirmedAt: now(),
});
const erase = (accountId: string) => subject.deliver('account.erased', { accountId, erasedAt: now() });
/** How many rows of each table name the account. */
async function rowsOf(accountId: string): Promise<Record<string, number>> {
  const tables = await subject
    .em()
    .execute<{ name: string }[]>(
      "select table_name as name from information_schema.tables where table_schema = 'profile'",
    );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await subject
      .em()
      .execute<{ count: number }[]>(`select count(*)::int as count from profile.${name} t where t::text like ?`, [
        `%${accountId}%`,
      ]);
    if (row && row.count > 0) counts[name] = row.count;
  }
  return counts;
}

test('profile, history, residence and choices go; the history of others stays as it is', async () => {
  const [officerId, citizenId] = [randomUUID(), randomUUID()];
  await register(officerId, 'officer');
  await register(citizenId, 'citizen');
  const caller = { accountId: citizenId, scopes: ['citizen'] } as const;
  const update = 'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { profile { id } } }';
  await subject.execute(update, { input: { firstName: 'Casey', about: 'Kites.' } }, caller);
  const declare =
    'mutation ($input: DeclareResidenceInput!) { declareResidence(input: $input) { residence { zipCode } } }';
  await subject.execute(declare, { input: { zipCode: '78701' } }, caller);
  const met = meeting(officerId, citizenId);
  await subject.deliver('connection.confirmed', met);
  const others = await rowsOf(officerId);
  expect(others).toMatchObject({ history: 1, profile: 1 });
  await erase(citizenId);
  await erase(citizenId);
  expect(await rowsOf(citizenId)).toEqual({ erased_account: 1, outbox: 1 });
  expect(await rowsOf(officerId)).toEqual(others);
  // A meeting that is taken back now is taken from the other alone.
  const { connectionId, confirmedAt } = met;
  await subject.deliver('connection.clawedBack', {
    connectionId,
    officerId,
    citizenId,
    zipCode: null,
    confirmedAt,
    clawedBackAt: now(),
  });
  const [row] = await subject.em().execute('select connection_count from profile.profile where id = ?', [officerId]);
  expect(row).toEqual({ connection_count: 0 });
});

test('facts that come late make nothing new of somebody who is no more, in whatever order', async () => {
  const [officerId, citizenId] = [randomUUID(), randomUUID()];
  await erase(citizenId);
  await register(citizenId, 'citizen');
  await subject.deliver('connection.confirmed', meeting(officerId, citizenId));
  await subject.deliver('points.awarded', {
    transactionId: randomUUID(),
    accountId: citizenId,
    role: 'citizen',
    connectionId: randomUUID(),
    points: 20,
    ruleVersion: 1,
    zipCode: null,
    awardedAt: now(),
  });
  expect(await rowsOf(citizenId)).toEqual({ erased_account: 1 });
  expect(await rowsOf(officerId)).toMatchObject({ history: 1, profile: 1 });
});

test('the history of the living is append-only as before', async () => {
  const [officerId, citizenId] = [randomUUID(), randomUUID()];
  await subject.deliver('connection.confirmed', meeting(officerId, citizenId));
  const em = subject.em();
  await expect(em.execute('delete from profile.history where account_id = ?', [citizenId])).rejects.toThrow(
    'append-only',
  );
  await expect(em.execute('update profile.history set number = 9')).rejects.toThrow('append-only');
  await expect(em.execute('truncate profile.history')).rejects.toThrow('append-only');
});

test('an erasure and a meeting that are told at once leave nothing of the one who is no more', async () => {
  for (let round = 0; round < 10; round++) {
    const [officerId, citizenId] = [randomUUID(), randomUUID()];
    await Promise.all([
      erase(citizenId),
      subject.deliver('connection.confirmed', meeting(officerId, citizenId)),
      subject.deliver('connection.confirmed', meeting(officerId, citizenId)),
    ]);
    expect(await rowsOf(citizenId)).toEqual({ erased_account: 1 });
    expect(await rowsOf(officerId)).toMatchObject({ history: 2 });
  }
});
