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

test('residents find what is told of the fund of their ZIP code, since they live there', async () => {
  const [resident, stranger] = [await register(), await register()];
  const [zipCode, fundId, roundId] = ['60601', randomUUID(), randomUUID()];
  const now = () => subject.clock.now().toISOString();
  const fund = { fundId, zipCode, month: '2027-01' };
  await subject.deliver('fund.monthClosed', { ...fund, fundCents: 1, closedAt: now() });
  subject.clock.advance(1_000);
  await declare(resident, zipCode);
  await declare(stranger, '60602');
  const closesAt = now();
  await subject.deliver('fund.monthClosed', { ...fund, fundCents: 20_000, closedAt: now() });
  subject.clock.advance(1_000);
  await subject.deliver('fund.roundOpened', { ...fund, roundId, fundCents: 20_000, openedAt: now(), closesAt });
  subject.clock.advance(1_000);
  await subject.deliver('fund.roundDecided', { ...fund, roundId, awardedCents: 15_000, decidedAt: now() });
  const notices = async (accountId: string, by: Caller, after: string | null = null) => {
    const { data } = await subject.execute(
      `query ($r: [_Any!]!, $after: Cursor) { _entities(representations: $r) { ... on Account { fundNotices(first: 2, after: $after) {
         edges { node { kind cents roundId closesAt } } pageInfo { endCursor } } } } }`,
      { r: [{ __typename: 'Account', id: accountId }], after },
      by,
    );
    return data._entities[0].fundNotices;
  };
  const page = await notices(resident, caller(resident));
  expect(page.edges.map(({ node }: { node: object }) => node)).toEqual([
    { kind: 'VOTE_DECIDED', cents: 15_000, roundId, closesAt: null },
    { kind: 'VOTE_OPENED', cents: 20_000, roundId, closesAt },
  ]);
  const rest = await notices(resident, caller(resident), page.pageInfo.endCursor);
  expect(rest.edges).toMatchObject([{ node: { kind: 'MONTH_CLOSED', cents: 20_000, roundId: null } }]);
  expect((await notices(stranger, caller(stranger))).edges).toEqual([]);
  expect(await notices(resident, caller(stranger))).toBeNull();
});
