import { randomUUID } from 'node:crypto';
import { administrator, citizen, officer, openTown, type Person, type Town } from '../testing/town.ts';

let town: Town;

beforeEach(async () => {
  // Each test has its own: a version that is in force is in force for everybody.
  town = await openTown({ environment: { DATABASE_POOL: '40' } });
});

afterEach(async () => {
  expect(await town.problems()).toEqual([]);
  await town.close();
});

const DAY = 86_400_000;
const flat = (points: number) =>
  ['VIRTUAL', 'VICINITY', 'PROXIMITY', 'CODE'].map((evidence) => ({
    evidence,
    officerPoints: points,
    citizenPoints: points,
  }));

async function ask(document: string, variables: object, caller = administrator) {
  const { data, errors } = await town.execute(document, variables, caller);
  return { code: errors?.[0]?.extensions?.code, data };
}

async function draft(input: object, caller = administrator) {
  const { code, data } = await ask(
    `mutation ($input: DraftScoringVersionInput!) { draftScoringVersion(input: $input) { scoringVersion {
       version note lotMonths dailyCapPoints rules { evidence officerPoints citizenPoints } activations { startsAt } } } }`,
    { input: { note: 'Tried out', rules: flat(20), ...input } },
    caller,
  );
  return { code, version: data?.draftScoringVersion.scoringVersion };
}

async function activate(version: number, startsAt?: string, caller = administrator) {
  const { code } = await ask(
    `mutation ($input: ActivateScoringVersionInput!) { activateScoringVersion(input: $input) {
       scoringVersion { activations { startsAt } } } }`,
    { input: { version, startsAt } },
    caller,
  );
  return code;
}

const dryRun = async (version: number, from: string, to: string) =>
  (
    await ask(
      `query ($version: Version!, $from: DateTime!, $to: DateTime!) { scoringDryRun(version: $version, from: $from, to: $to) {
         awards actualPoints wouldBePoints cappedAwards peopleGaining peopleLosing peopleUnchanged
         byEvidence { evidence awards actualPoints wouldBePoints } } }`,
      { version, from, to },
    )
  ).data.scoringDryRun;

const available = async (who: Person) => (await town.points(who)).available;
const inDays = (days: number) => new Date(town.clock.now().getTime() + days * DAY).toISOString();

test('a version is drafted by administrators alone, with one rule for each evidence, and changes nothing by itself', async () => {
  expect((await draft({}, citizen())).code).toBe('FORBIDDEN');
  expect((await draft({ rules: flat(20).slice(1) })).code).toBe('BAD_USER_INPUT');
  expect((await draft({ rules: [...flat(20).slice(1), flat(20)[1]] })).code).toBe('BAD_USER_INPUT');
  const { version } = await draft({ lotMonths: 12, dailyCapPoints: 100 });
  expect(version).toEqual({
    version: 4,
    note: 'Tried out',
    lotMonths: 12,
    dailyCapPoints: 100,
    rules: expect.arrayContaining(flat(20)),
    activations: [],
  });
  const [o, c] = [officer(), citizen()];
  await town.deliver('connection.confirmed', town.meeting(o.accountId, c.accountId, 'code'));
  expect(await available(c)).toBe(30);
});

test('a version is in force for meetings from its beginning on, whenever they are told, and each award names its own', async () => {
  const { version } = await draft({ rules: flat(7) });
  expect(await activate(version.version, inDays(-1))).toBe('BAD_USER_INPUT');
  expect(await activate(99, inDays(1))).toBe('NOT_FOUND');
  expect(await activate(version.version, inDays(1), officer())).toBe('FORBIDDEN');
  expect(await activate(version.version, inDays(1))).toBeUndefined();
  const [o, c] = [officer(), citizen()];
  const before = town.meeting(o.accountId, c.accountId);
  town.clock.advance(DAY);
  await town.deliver('connection.confirmed', town.meeting(o.accountId, c.accountId));
  expect(await available(c)).toBe(7);
  await town.deliver('connection.confirmed', before);
  expect(await available(c)).toBe(27);
  const told = await town.recorded('points.awarded');
  expect(told.map(({ points, ruleVersion }) => [points, ruleVersion])).toEqual([
    [7, 4],
    [7, 4],
    [20, 3],
    [20, 3],
  ]);
});

test('of two decisions for one instant the later one counts, and versions come newest first', async () => {
  const one = (await draft({ rules: flat(1), note: 'One' })).version.version;
  const two = (await draft({ rules: flat(2), note: 'Two' })).version.version;
  const at = inDays(1);
  for (const version of [one, two]) expect(await activate(version, at)).toBeUndefined();
  town.clock.advance(DAY);
  const [o, c] = [officer(), citizen()];
  await town.meet(o.accountId, c.accountId);
  expect(await available(c)).toBe(2);
  const document =
    'query ($after: Cursor) { scoringVersions(first: 2, after: $after) { edges { node { version note } } pageInfo { endCursor hasNextPage } } }';
  const first = (await ask(document, {})).data.scoringVersions;
  expect(first.edges.map(({ node }: { node: { version: number } }) => node.version)).toEqual([two, one]);
  const second = (await ask(document, { after: first.pageInfo.endCursor })).data.scoringVersions;
  expect(second.edges.map(({ node }: { node: { version: number } }) => node.version)).toEqual([3, 2]);
});

test('what is over the cap of 24 hours is not given, says so, and is not given later either', async () => {
  const { version } = await draft({ dailyCapPoints: 50 });
  await activate(version.version);
  const c = citizen();
  const meetings = Array.from({ length: 4 }, () => town.meeting(randomUUID(), c.accountId));
  for (const meeting of meetings) await town.deliver('connection.confirmed', meeting);
  expect(await available(c)).toBe(50);
  const seen = await Promise.all(
    meetings.map(({ connectionId }) => town.entity('Connection', connectionId, 'pointsAwarded pointsOverCap', c)),
  );
  expect(seen.map(({ pointsAwarded, pointsOverCap }) => [pointsAwarded, pointsOverCap])).toEqual([
    [20, 0],
    [20, 0],
    [10, 10],
    [0, 20],
  ]);
  town.clock.advance(DAY);
  for (const meeting of meetings) await town.deliver('connection.confirmed', meeting);
  expect(await available(c)).toBe(50);
  await town.meet(randomUUID(), c.accountId);
  expect(await available(c)).toBe(70);
  await town.deliver('connection.clawedBack', {
    ...(meetings[2] as (typeof meetings)[0]),
    clawedBackAt: town.nowText(),
  });
  expect(await available(c)).toBe(60);
});

test('forty meetings of one person at once are given the cap and no more', async () => {
  const { version } = await draft({ dailyCapPoints: 90, rules: flat(20) });
  await activate(version.version);
  const c = citizen();
  await Promise.all(
    Array.from({ length: 40 }, () => town.deliver('connection.confirmed', town.meeting(randomUUID(), c.accountId))),
  );
  expect(await available(c)).toBe(90);
});

test('a dry run says what a version would have given, writes nothing and names nobody', async () => {
  const from = inDays(-1);
  const [o, c, other] = [officer(), citizen(), citizen()];
  for (const evidence of ['virtual', 'code', 'code'] as const) {
    await town.deliver('connection.confirmed', town.meeting(o.accountId, c.accountId, evidence));
  }
  const gone = town.meeting(o.accountId, other.accountId, 'code');
  await town.deliver('connection.confirmed', gone);
  await town.deliver('connection.confirmed', town.meeting(officer().accountId, other.accountId));
  await town.deliver('connection.clawedBack', { ...gone, clawedBackAt: town.nowText() });
  const { version } = await draft({
    dailyCapPoints: 45,
    rules: flat(20).map((rule) => ({ ...rule, officerPoints: 15 })),
  });
  expect(await dryRun(version.version, from, inDays(1))).toEqual({
    awards: 8,
    actualPoints: 180,
    // The officer of three: 45. Of one: 15. The citizens: 20 + 20 + 5 under the cap, and 20.
    wouldBePoints: 125,
    cappedAwards: 1,
    peopleGaining: 0,
    peopleLosing: 3,
    peopleUnchanged: 1,
    byEvidence: [
      { evidence: 'VIRTUAL', awards: 2, actualPoints: 20, wouldBePoints: 35 },
      { evidence: 'PROXIMITY', awards: 2, actualPoints: 40, wouldBePoints: 35 },
      { evidence: 'CODE', awards: 4, actualPoints: 120, wouldBePoints: 55 },
    ],
  });
  expect(await available(c)).toBe(70);
  expect(await dryRun(version.version, inDays(1), inDays(2))).toMatchObject({
    awards: 0,
    peopleUnchanged: 0,
    byEvidence: [],
  });
  expect(await dryRun(3, from, inDays(1))).toMatchObject({ actualPoints: 180, wouldBePoints: 180, peopleUnchanged: 4 });
  const { code } = await ask(
    '{ scoringDryRun(version: 3, from: "2026-01-01T00:00:00Z", to: "2028-01-01T00:00:00Z") { awards } }',
    {},
  );
  expect(code).toBe('BAD_USER_INPUT');
});

test('versions, their activations and what was scored cannot be changed', async () => {
  await town.meet(randomUUID(), randomUUID());
  for (const table of ['scoring_version', 'scoring_activation', 'scored_meeting']) {
    await expect(town.em().execute(`delete from rewards.${table}`)).rejects.toThrow('append-only');
  }
});
