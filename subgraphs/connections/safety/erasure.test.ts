import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { minute, type Person } from '../testing/town.ts';
import { administrator, openPrecinct } from './testing/precinct.ts';

let subject: TestSubgraph<ConnectionsServices>;
const { ask, open, request, accepted, register, suspend, reinstate, block, stateOf, currentWindow } = openPrecinct(
  () => subject,
);

beforeAll(async () => {
  subject = await openTestSubgraph(connections);
});

afterAll(async () => {
  await subject.close();
});

beforeEach(() => {
  subject.clock.advance(16 * minute);
});

const erase = ({ id: accountId }: Person) =>
  subject.deliver('account.erased', { accountId, erasedAt: subject.clock.now().toISOString() });
const report = async (who: Person, connectionId: string, text: string) => {
  const mutation = 'mutation ($input: ReportPersonInput!) { reportPerson(input: $input) { reportId } }';
  const told = ask(mutation, { connectionId, reason: 'OTHER', text }, who) as Promise<unknown>;
  return ((await told) as { reportId: string }).reportId;
};
const decide = (reportId: string, outcome: string) =>
  ask(
    'mutation ($input: ResolvePersonReportInput!) { resolvePersonReport(input: $input) { report { outcome text note } } }',
    { reportId, outcome, note: 'Spoke with both.' },
    administrator,
  );
const rows = (sql: string, ...values: string[]) => subject.em().execute<Record<string, unknown>[]>(sql, values);
const personRow = ({ id }: Person) => rows('select * from connections.person where account_id = ?', id);

test('what somebody has under way ends, and nothing new begins with them', async () => {
  const { officer, citizen, id } = await accepted();
  await register(officer, 'Austin Police Department');
  await erase(officer);
  expect(await stateOf(id, citizen)).toBe('CANCELLED');
  expect(await currentWindow(officer)).toBeNull();
  expect(await open(officer)).toEqual({ code: 'ACCOUNT_SUSPENDED' });
  expect(await request(citizen, officer)).toMatchObject({ code: expect.any(String) });
  expect(await personRow(officer)).toMatchObject([{ department_name: null, age_band: 'adult' }]);
});

test('facts about the account that come late change nothing any more', async () => {
  const { officer } = await accepted();
  await erase(officer);
  const before = await personRow(officer);
  await register(officer, 'Austin Police Department', 'youth');
  await suspend(officer, new Date(subject.clock.now().getTime() + minute));
  await reinstate(officer);
  await erase(officer);
  expect(await personRow(officer)).toEqual(before);
});

test('reports keep their words until they are decided, whichever of the two has left, and then lose them', async () => {
  const { officer, citizen, id } = await accepted();
  const byLeaver = await report(citizen, id, 'Words of the leaver.');
  const aboutLeaver = await report(officer, id, 'Words about the leaver.');
  await erase(citizen);
  const open = await rows('select text from connections.person_report where connection_id = ?', id);
  expect(open).toHaveLength(2);
  expect(open.every(({ text }) => text !== null)).toBe(true);
  expect(await decide(byLeaver, 'WARNED')).toMatchObject({ report: { outcome: 'WARNED', text: null, note: null } });
  expect(await decide(aboutLeaver, 'SUSPENDED')).toMatchObject({ report: { outcome: 'SUSPENDED', text: null } });
  // The officer is warned as anybody would be; who is no more is held to it where they come back.
  expect(await rows('select 1 from connections.warning where account_id = ?', officer.id)).toHaveLength(1);
  expect(await rows('select 1 from connections.warning where account_id = ?', citizen.id)).toEqual([]);
  const decided = await subject.recorded('suspension.decided');
  expect(decided.filter(({ accountId }) => accountId === citizen.id)).toMatchObject([
    { reportId: aboutLeaver, reason: 'other', until: null },
  ]);
});

test('of a report it is told when it is opened, once, and when it is decided, and nothing more', async () => {
  const { officer, citizen, id } = await accepted();
  const reportId = await report(officer, id, 'Shouted.');
  expect(await report(officer, id, 'Shouted, and loudly.')).toBe(reportId);
  const of = <Fact extends { reportId: string }>(facts: readonly Fact[]) =>
    facts.filter((fact) => fact.reportId === reportId);
  const opened = { reportId, accountId: citizen.id, openedAt: expect.any(String) };
  expect(of(await subject.recorded('report.opened'))).toEqual([opened]);
  expect(of(await subject.recorded('report.decided'))).toEqual([]);
  await decide(reportId, 'DISMISSED');
  await decide(reportId, 'DISMISSED');
  const closed = { reportId, accountId: citizen.id, decidedAt: expect.any(String) };
  expect(of(await subject.recorded('report.decided'))).toEqual([closed]);
});

test('the blocks of somebody who has left go, those of others stay theirs', async () => {
  const { officer, citizen } = await accepted();
  await block(officer, citizen.id);
  await block(citizen, officer.id);
  await erase(citizen);
  expect(
    await rows('select blocker_id from connections.block where blocked_id in (?, ?)', officer.id, citizen.id),
  ).toEqual([{ blocker_id: officer.id }]);
});

test('a story is blanked for who is no more only, and only once nobody is shown it', async () => {
  const { officer, citizen, id } = await accepted();
  const storyId = subject.newId();
  await rows(
    `insert into connections.story (id, connection_id, officer_id, citizen_id, proposed_by, text, state, proposed_at)
     values (?, ?, ?, ?, 'citizen', 'Mine.', 'proposed', now())`,
    ...[storyId, id, officer.id, citizen.id],
  );
  const blank = "update connections.story set text = '—' where id = ?";
  await expect(rows(blank, storyId)).rejects.toThrow('not changed');
  await erase(officer);
  expect(await rows('select text, state from connections.story where id = ?', storyId)).toEqual([
    { text: 'Mine.', state: 'taken_down' },
  ]);
  await expect(rows(blank, storyId)).rejects.toThrow('not changed');
  await erase(citizen);
  expect(await rows('select text from connections.story where id = ?', storyId)).toEqual([{ text: '—' }]);
  await expect(rows("update connections.story set text = 'Other.' where id = ?", storyId)).rejects.toThrow(
    'not changed',
  );
});

test('a person reads again what they reported, and an officer which windows they opened; nobody else does', async () => {
  const { officer, citizen, id } = await accepted();
  await report(citizen, id, 'Mine to read.');
  const query = `{ ownPersonReports { edges { node { connectionId reason text state } } }
    ownStoryReports { edges { cursor } } ownWindows { edges { node { opensAt closedAt } } } }`;
  const own = await subject.execute(query, {}, citizen.caller);
  expect(own.data).toEqual({
    ownPersonReports: {
      edges: [{ node: { connectionId: id, reason: 'OTHER', text: 'Mine to read.', state: 'OPEN' } }],
    },
    ownStoryReports: { edges: [] },
    ownWindows: { edges: [] },
  });
  const others = await subject.execute(query, {}, officer.caller);
  expect(others.data).toMatchObject({ ownPersonReports: { edges: [] }, ownWindows: { edges: [{ node: {} }] } });
  const nobody = await subject.execute(query);
  expect(nobody.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
});
