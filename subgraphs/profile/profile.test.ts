import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { EventBody } from '../../schema/events.ts';
import type { Caller } from '../kernel/caller.ts';
import { openTestSubgraph, type TestSubgraph } from '../kernel/testing/harness.ts';
import { type ProfileServices, profile } from './profile.ts';

let subject: TestSubgraph<ProfileServices>;

beforeAll(async () => {
  subject = await openTestSubgraph(profile);
});

afterAll(async () => {
  await subject.close();
});

const at = '2026-03-01T12:00:00.000Z';

const citizenCaller = (accountId: string): Caller => ({ accountId, scopes: ['citizen'] });
const officerCaller = (accountId: string): Caller => ({ accountId, scopes: ['officer'] });

async function register(role: 'citizen' | 'officer', accountId: string = randomUUID()): Promise<string> {
  await subject.deliver('account.registered', {
    accountId,
    roles: [role],
    departmentName: role === 'officer' ? 'Austin Police Department' : null,
    registeredAt: at,
  });
  return accountId;
}

function connectionOf(officerId: string, citizenId: string): EventBody<'connection.confirmed'> {
  return {
    connectionId: randomUUID(),
    officerId,
    citizenId,
    evidence: 'proximity',
    zipCode: '78701',
    confirmedAt: at,
  };
}

const entities = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    ... on Account { profile { role firstName connectionCount lastConnectionAt complete departmentName } }
    ... on Officer { firstName pictureUrl departmentName connectionCount }
    ... on Citizen { firstName pictureUrl connectionCount }
    ... on Connection { celebration { number trophy { name } quote { text author } } }
  }
}`;

async function entity(typeName: string, id: string, caller?: Caller) {
  const answer = await subject.execute(entities, { representations: [{ __typename: typeName, id }] }, caller);
  expect(answer.errors).toBeUndefined();
  return answer.data._entities[0];
}

const update = `mutation ($input: UpdateProfileInput!) {
  updateProfile(input: $input) { profile { firstName about pictureUrl hidden complete } }
}`;

test('a registration makes a default profile that only its owner and administrators see', async () => {
  const accountId = await register('citizen');
  const seen = { role: 'CITIZEN', firstName: null, connectionCount: 0, complete: false, departmentName: null };
  expect((await entity('Account', accountId, citizenCaller(accountId))).profile).toMatchObject(seen);
  const administrator: Caller = { accountId: randomUUID(), scopes: ['administrator'] };
  expect((await entity('Account', accountId, administrator)).profile).toMatchObject(seen);
  expect((await entity('Account', accountId, citizenCaller(randomUUID()))).profile).toBeNull();
  expect((await entity('Account', accountId)).profile).toBeNull();
});

test('a person completes the profile; what is left out stays and null takes away', async () => {
  const accountId = await register('officer');
  const caller = officerCaller(accountId);
  const input = { firstName: 'Dana', about: 'Rides a bicycle.', pictureUrl: 'https://pictures.example/dana.jpg' };
  const first = await subject.execute(update, { input }, caller);
  expect(first.data.updateProfile.profile).toEqual({ ...input, hidden: false, complete: true });
  const second = await subject.execute(update, { input: { about: null } }, caller);
  expect(second.data.updateProfile.profile).toMatchObject({ firstName: 'Dana', about: null });
});

test('citizens see of an officer the public profile, and neither name nor picture of a hidden one', async () => {
  const officerId = await register('officer');
  const caller = officerCaller(officerId);
  await subject.execute(
    update,
    { input: { firstName: 'Sam', pictureUrl: 'https://pictures.example/sam.jpg' } },
    caller,
  );
  expect(await entity('Officer', officerId, citizenCaller(randomUUID()))).toEqual({
    firstName: 'Sam',
    pictureUrl: 'https://pictures.example/sam.jpg',
    departmentName: 'Austin Police Department',
    connectionCount: 0,
  });
  await subject.execute(update, { input: { hidden: true } }, caller);
  expect(await entity('Officer', officerId)).toMatchObject({ firstName: null, pictureUrl: null });
});

test('an officer is no Citizen and a citizen no Officer', async () => {
  expect(await entity('Citizen', await register('officer'))).toBeNull();
  expect(await entity('Officer', await register('citizen'))).toBeNull();
  expect(await entity('Officer', randomUUID())).toBeNull();
});

test('refuses to change a profile without sign-in, before registration, and with malformed values', async () => {
  const codeOf = async (input: object, caller?: Caller) =>
    (await subject.execute(update, { input }, caller)).errors?.[0]?.extensions?.code;
  expect(await codeOf({ firstName: 'Nobody' })).toBe('UNAUTHENTICATED');
  expect(await codeOf({ firstName: 'Early' }, citizenCaller(randomUUID()))).toBe('NOT_FOUND');
  const accountId = await register('citizen');
  for (const input of [{ firstName: '' }, { firstName: 'x'.repeat(81) }, { pictureUrl: 'javascript:alert(1)' }]) {
    expect(await codeOf(input, citizenCaller(accountId))).toBe('BAD_USER_INPUT');
  }
  expect((await entity('Account', accountId, citizenCaller(accountId))).profile.firstName).toBeNull();
});

test('a confirmed connection counts for both, and each gets a celebration of their own', async () => {
  const [officerId, citizenId] = [await register('officer'), await register('citizen')];
  const told = await subject.subscribe(
    'subscription { celebrations { number trophy { name } } }',
    {},
    citizenCaller(citizenId),
  );
  const fact = connectionOf(officerId, citizenId);
  await subject.deliver('connection.confirmed', fact);
  const { value } = await told.next();
  expect(value.data.celebrations).toEqual({ number: 1, trophy: { name: 'First Hello' } });
  await told.return?.();
  for (const caller of [officerCaller(officerId), citizenCaller(citizenId)]) {
    const { celebration } = await entity('Connection', fact.connectionId, caller);
    expect(celebration).toMatchObject({ number: 1, trophy: { name: 'First Hello' } });
    expect(celebration.quote.text.length).toBeGreaterThan(10);
    const { profile: own } = await entity('Account', caller.accountId ?? '', caller);
    expect(own).toMatchObject({ connectionCount: 1, lastConnectionAt: at });
  }
  expect((await entity('Connection', fact.connectionId, citizenCaller(randomUUID()))).celebration).toBeNull();
});

test('a connection told before the registration of its people is counted, and the registration completes the profile', async () => {
  const [officerId, citizenId] = [randomUUID(), randomUUID()];
  await subject.deliver('connection.confirmed', connectionOf(officerId, citizenId));
  await register('officer', officerId);
  expect(await entity('Officer', officerId)).toMatchObject({
    departmentName: 'Austin Police Department',
    connectionCount: 1,
  });
});

test('repeated and reordered facts change nothing: counts are the number of different connections', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ officer: fc.nat(1), citizen: fc.nat(2), repeats: fc.integer({ min: 1, max: 3 }) }), {
        minLength: 1,
        maxLength: 8,
      }),
      fc.infiniteStream(fc.nat(1_000)),
      async (meetings, shuffle) => {
        const officers = [randomUUID(), randomUUID()];
        const citizens = [randomUUID(), randomUUID(), randomUUID()];
        const facts = meetings.map(({ officer, citizen }) =>
          connectionOf(officers[officer] ?? '', citizens[citizen] ?? ''),
        );
        const told = facts
          .flatMap((fact, index) => Array.from({ length: meetings[index]?.repeats ?? 1 }, () => fact))
          .map((fact) => ({ fact, rank: shuffle.next().value as number }))
          .sort((a, b) => a.rank - b.rank);
        await Promise.all(told.map(({ fact }) => subject.deliver('connection.confirmed', fact)));
        for (const officerId of officers) {
          const expected = facts.filter((fact) => fact.officerId === officerId).length;
          const seen = await entity('Officer', officerId);
          expect(seen?.connectionCount ?? 0).toBe(expected);
        }
      },
    ),
    { numRuns: 25 },
  );
});

const clawBackOf = ({ evidence: _, ...connection }: EventBody<'connection.confirmed'>) => ({
  ...connection,
  clawedBackAt: '2026-03-05T12:00:00.000Z',
});

test('what is taken back counts for neither and is celebrated no more', async () => {
  const [officerId, citizenId] = [await register('officer'), await register('citizen')];
  const first = connectionOf(officerId, citizenId);
  const second = { ...connectionOf(officerId, citizenId), confirmedAt: '2026-03-03T12:00:00.000Z' };
  await subject.deliver('connection.confirmed', first);
  await subject.deliver('connection.confirmed', second);
  await subject.deliver('connection.clawedBack', clawBackOf(second));
  for (const caller of [officerCaller(officerId), citizenCaller(citizenId)]) {
    const { profile: own } = await entity('Account', caller.accountId ?? '', caller);
    expect(own).toMatchObject({ connectionCount: 1, lastConnectionAt: at });
    expect((await entity('Connection', second.connectionId, caller)).celebration).toBeNull();
    expect((await entity('Connection', first.connectionId, caller)).celebration).toMatchObject({ number: 1 });
  }
});

test('told in any order and again, what is taken back counts for nobody', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
      fc.infiniteStream(fc.nat(1_000)),
      async (takenBack, shuffle) => {
        const [officerId, citizenId] = [randomUUID(), randomUUID()];
        const deliveries = takenBack.flatMap((isTakenBack) => {
          const fact = connectionOf(officerId, citizenId);
          const tell = () => subject.deliver('connection.confirmed', fact);
          const take = () => subject.deliver('connection.clawedBack', clawBackOf(fact));
          return isTakenBack ? [tell, tell, take, take] : [tell, tell];
        });
        const shuffled = deliveries
          .map((deliver) => ({ deliver, rank: shuffle.next().value as number }))
          .sort((a, b) => a.rank - b.rank);
        await Promise.all(shuffled.map(({ deliver }) => deliver()));
        const standing = takenBack.filter((isTakenBack) => !isTakenBack).length;
        expect((await entity('Officer', officerId))?.connectionCount ?? 0).toBe(standing);
        expect((await entity('Citizen', citizenId))?.connectionCount ?? 0).toBe(standing);
      },
    ),
    { numRuns: 20 },
  );
});

test('history cannot be changed, not even by us', async () => {
  const [officerId, citizenId] = [await register('officer'), await register('citizen')];
  await subject.deliver('connection.confirmed', connectionOf(officerId, citizenId));
  await expect(subject.em().execute('update profile.history set number = 7')).rejects.toThrow('append-only');
  await expect(subject.em().execute('delete from profile.history')).rejects.toThrow('append-only');
});
