import { randomUUID } from 'node:crypto';
import type { Caller } from '../kernel/caller.ts';
import { openTestSubgraph, type TestSubgraph } from '../kernel/testing/harness.ts';
import { type ProfileServices, profile } from './profile.ts';

const DAY = 86_400_000;
const at = '2026-03-01T12:00:00.000Z';
let subject: TestSubgraph<ProfileServices>;

beforeAll(async () => {
  subject = await openTestSubgraph(profile, { environment: { DATABASE_POOL: '30' } });
});

afterAll(async () => {
  await subject.close();
});

const caller = (accountId: string): Caller => ({ accountId, scopes: ['citizen'] });

async function register(ageBand: 'adult' | 'youth' = 'adult'): Promise<string> {
  const accountId = randomUUID();
  await subject.deliver('account.registered', {
    accountId,
    roles: ['citizen'],
    departmentName: null,
    ageBand,
    registeredAt: at,
  });
  return accountId;
}

async function declare(accountId: string, zipCode: string) {
  const { data, errors } = await subject.execute(
    'mutation ($input: DeclareResidenceInput!) { declareResidence(input: $input) { residence { zipCode declaredAt changeableAt } } }',
    { input: { zipCode } },
    caller(accountId),
  );
  return errors ? errors[0]?.extensions?.code : data.declareResidence.residence;
}

async function seen(accountId: string, by: Caller) {
  const { data } = await subject.execute(
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Account { residence { zipCode } } } }',
    { r: [{ __typename: 'Account', id: accountId }] },
    by,
  );
  return data._entities[0].residence;
}

const told = async (accountId: string) =>
  (await subject.recorded('residence.declared'))
    .filter((fact) => fact.accountId === accountId)
    .map(({ zipCode }) => zipCode);

test('a residence is declared, told and seen by its person alone', async () => {
  const accountId = await register();
  expect(await declare(accountId, '78704')).toMatchObject({ zipCode: '78704' });
  expect(await told(accountId)).toEqual(['78704']);
  expect(await seen(accountId, caller(accountId))).toEqual({ zipCode: '78704' });
  expect(await seen(accountId, caller(randomUUID()))).toBeNull();
  expect(await seen(accountId, { accountId: randomUUID(), scopes: ['administrator'] })).toBeNull();
});

test('another residence is refused for 90 days, the same again changes nothing', async () => {
  const accountId = await register();
  const first = await declare(accountId, '78704');
  expect(await declare(accountId, '78704')).toEqual(first);
  expect(await declare(accountId, '10001')).toBe('LIMIT_REACHED');
  subject.clock.advance(90 * DAY - 60_000);
  expect(await declare(accountId, '10001')).toBe('LIMIT_REACHED');
  subject.clock.advance(60_000);
  expect(await declare(accountId, '10001')).toMatchObject({ zipCode: '10001' });
  expect(await told(accountId)).toEqual(['78704', '10001']);
});

test('thirty declarations at once leave one residence', async () => {
  const accountId = await register();
  const codes = Array.from({ length: 30 }, (_, index) => (index % 2 ? '78704' : '10001'));
  const answers = await Promise.all(codes.map((zipCode) => declare(accountId, zipCode)));
  expect(await told(accountId)).toHaveLength(1);
  expect(answers.filter((answer) => answer === 'LIMIT_REACHED')).toHaveLength(15);
});

test('a youth declares none until of age', async () => {
  const accountId = await register('youth');
  expect(await declare(accountId, '78704')).toBe('AGE_RESTRICTED');
  await subject.deliver('account.cameOfAge', { accountId, cameOfAgeAt: subject.clock.now().toISOString() });
  expect(await declare(accountId, '78704')).toMatchObject({ zipCode: '78704' });
});

test('a ZIP code that does not exist, and a person who is not registered, are refused', async () => {
  const accountId = await register();
  expect(await declare(accountId, '00000')).toBe('BAD_USER_INPUT');
  expect(await declare(randomUUID(), '78704')).toBe('NOT_FOUND');
  expect(await told(accountId)).toEqual([]);
});
