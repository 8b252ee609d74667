import { randomUUID } from 'node:crypto';
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { minute, type Person, person } from '../testing/town.ts';
import { openPrecinct } from './testing/precinct.ts';

let subject: TestSubgraph<ConnectionsServices>;
const { ask, open, step, request, accepted, suspend, currentWindow, stateOf } = openPrecinct(() => subject);
const administrator = { caller: { accountId: String(randomUUID()), scopes: ['administrator'] as const } };

beforeAll(async () => {
  subject = await openTestSubgraph(connections);
});

afterAll(async () => {
  await subject.close();
});

beforeEach(() => {
  subject.clock.advance(16 * minute);
});

const tell = (who: Person, connectionId: string, text = 'Followed me to my car.', reason = 'HARASSMENT') =>
  ask(
    'mutation ($input: ReportPersonInput!) { reportPerson(input: $input) { reportId } }',
    { connectionId, reason, text },
    who,
  ) as Promise<{ code?: string; reportId: string }>;
const resolve = (
  reportId: string,
  outcome = 'WARNED',
  note = 'Spoke with both.',
  suspendedUntil?: Date,
  by = administrator,
) =>
  ask(
    `mutation ($input: ResolvePersonReportInput!) { resolvePersonReport(input: $input) {
      report { id state outcome note resolvedBy resolvedAt } } }`,
    { reportId, outcome, note, suspendedUntil },
    by,
  );

async function reports(state?: 'OPEN' | 'RESOLVED', first = 100, after: string | null = null) {
  const query = `query ($state: PersonReportState, $first: PageSize, $after: Cursor) {
    personReports(state: $state, first: $first, after: $after) {
      edges { node { id connectionId reporterId reportedId reason text state outcome } }
      pageInfo { endCursor hasNextPage } } }`;
  const { data } = await subject.execute(query, { state, first, after }, administrator.caller);
  return data.personReports as {
    edges: { node: { id: string } }[];
    pageInfo: { endCursor: string; hasNextPage: boolean };
  };
}

test('either of the two of a connection reports the other, also after it has ended; nobody else does', async () => {
  const { officer, citizen, id } = await accepted();
  await step('cancel', officer, id);
  const byCitizen = await tell(citizen, id);
  const byOfficer = await tell(officer, id, 'Filmed my notebook.', 'OTHER');
  expect(await tell(person('citizen'), id)).toEqual({ code: 'NOT_FOUND' });
  expect(await tell(citizen, randomUUID())).toEqual({ code: 'NOT_FOUND' });
  expect(await tell({ ...citizen, caller: {} as never }, id)).toEqual({ code: 'UNAUTHENTICATED' });
  const nodes = (await reports('OPEN')).edges.map(({ node }) => node);
  expect(nodes).toEqual([
    {
      id: byCitizen.reportId,
      connectionId: id,
      reporterId: citizen.id,
      reportedId: officer.id,
      reason: 'HARASSMENT',
      text: 'Followed me to my car.',
      state: 'OPEN',
      outcome: null,
    },
    expect.objectContaining({ id: byOfficer.reportId, reportedId: citizen.id, reason: 'OTHER' }),
  ]);
});

test('a second report takes the place of the first while that is open, also at once; then it is a new one', async () => {
  const { citizen, id } = await accepted();
  const made = await Promise.all(['one', 'two', 'three'].map((text) => tell(citizen, id, text)));
  expect(new Set(made.map(({ reportId }) => reportId)).size).toBe(1);
  const { reportId } = await tell(citizen, id, 'four', 'THREAT');
  expect(reportId).toBe(made[0]?.reportId);
  expect((await reports('OPEN')).edges.at(-1)?.node).toMatchObject({ text: 'four', reason: 'THREAT' });
  await resolve(reportId);
  expect((await tell(citizen, id, 'again')).reportId).not.toBe(reportId);
});

test('a report is decided once; the same outcome again changes nothing, another is refused', async () => {
  const { citizen, id } = await accepted();
  const { reportId } = await tell(citizen, id);
  const outcomes = ['WARNED', 'DISMISSED', 'SUSPENDED'];
  const answers = await Promise.all(outcomes.map((outcome) => resolve(reportId, outcome)));
  expect(answers.filter(({ code }) => code === 'ALREADY_DECIDED')).toHaveLength(2);
  const decided = answers.find(({ code }) => !code) as unknown as { report: { outcome: string } };
  expect(decided.report).toMatchObject({ state: 'RESOLVED', resolvedBy: administrator.caller.accountId });
  subject.clock.advance(minute);
  expect(await resolve(reportId, decided.report.outcome, 'Another note.')).toEqual(decided);
  expect(await resolve(randomUUID())).toEqual({ code: 'NOT_FOUND' });
  expect((await reports('OPEN')).edges.map(({ node }) => node.id)).not.toContain(reportId);
  expect((await reports('RESOLVED')).edges.map(({ node }) => node.id)).toContain(reportId);
});

test('the queue is read page by page, the oldest first, whatever is decided meanwhile', async () => {
  const made: string[] = [];
  for (let count = 0; count < 3; count++) {
    const { citizen, id } = await accepted();
    made.push((await tell(citizen, id)).reportId);
  }
  const seen: string[] = [];
  for (let after: string | null = null; ; ) {
    const { edges, pageInfo }: Awaited<ReturnType<typeof reports>> = await reports('OPEN', 2, after);
    seen.push(...edges.map(({ node }) => node.id));
    if (made.includes(seen.at(-1) ?? '')) await resolve(seen.at(-1) ?? '');
    if (!pageInfo.hasNextPage) break;
    after = pageInfo.endCursor;
  }
  expect(seen.filter((id) => made.includes(id))).toEqual(made);
  expect(seen).toEqual(seen.toSorted());
});

test('administrators alone read and decide', async () => {
  const { citizen, id } = await accepted();
  const { reportId } = await tell(citizen, id);
  const documents = [
    '{ personReports { pageInfo { hasNextPage } } }',
    `mutation { resolvePersonReport(input: { reportId: "${reportId}", outcome: WARNED, note: "x" }) { report { id } } }`,
  ];
  for (const document of documents) {
    expect((await subject.execute(document)).errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    expect((await subject.execute(document, {}, citizen.caller)).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  }
});

describe('a person who is suspended by the decision', () => {
  const decided = async (accountId: string) =>
    (await subject.recorded('suspension.decided')).filter((fact) => fact.accountId === accountId);

  test('does nothing more where people meet from that moment, and identity is told once', async () => {
    const { officer, citizen, id } = await accepted();
    const { reportId } = await tell(citizen, id, 'Followed me.', 'THREAT');
    const until = new Date(subject.clock.now().getTime() + 3_600_000);
    const answers = await Promise.all([1, 2, 3].map(() => resolve(reportId, 'SUSPENDED', 'Twice now.', until)));
    expect(answers.map(({ code }) => code)).toEqual([undefined, undefined, undefined]);
    expect(await stateOf(id, citizen)).toBe('CANCELLED');
    expect(await currentWindow(officer)).toBeNull();
    expect(await open(officer)).toEqual({ code: 'ACCOUNT_SUSPENDED' });
    expect(await decided(officer.id)).toEqual([
      {
        reportId,
        accountId: officer.id,
        reason: 'threat',
        until: until.toISOString(),
        decidedBy: administrator.caller.accountId,
        decidedAt: expect.any(String),
      },
    ]);
    expect(JSON.stringify(await decided(officer.id))).not.toContain('Followed me');
    subject.clock.advance(3_600_000);
    expect((await open(officer)).code).toBeUndefined();
    expect((await resolve(reportId, 'SUSPENDED', 'Twice now.', until)).code).toBeUndefined();
    expect((await open(officer)).code).toBe('WINDOW_ALREADY_OPEN');
  });

  test('stays suspended as long as before where that is longer', async () => {
    const { officer, citizen, id } = await accepted();
    const { reportId } = await tell(officer, id);
    await suspend(citizen);
    await resolve(reportId, 'SUSPENDED', 'Again.', new Date(subject.clock.now().getTime() + minute));
    expect(await decided(citizen.id)).toMatchObject([{ until: null }]);
    subject.clock.advance(2 * minute);
    expect(await request(citizen, person('officer'))).toEqual({ code: 'ACCOUNT_SUSPENDED' });
  });

  test('is so until an instant that is to come, and by nobody whom the report concerns', async () => {
    const { citizen, id, officer } = await accepted();
    const { reportId } = await tell(citizen, id);
    const [past, future] = [-1, 1].map((sign) => new Date(subject.clock.now().getTime() + sign * minute));
    expect(await resolve(reportId, 'SUSPENDED', 'x', past)).toEqual({ code: 'BAD_USER_INPUT' });
    expect(await resolve(reportId, 'WARNED', 'x', future)).toEqual({ code: 'BAD_USER_INPUT' });
    for (const { id: accountId } of [citizen, officer]) {
      const concerned = { caller: { accountId, scopes: ['administrator'] as const } };
      expect(await resolve(reportId, 'DISMISSED', 'x', undefined, concerned)).toEqual({ code: 'FORBIDDEN' });
    }
    expect(await decided(officer.id)).toEqual([]);
  });
});

describe('a warning', () => {
  const fields = 'id reason warnedAt acknowledgedAt';
  const own = async ({ caller }: { caller: Person['caller'] }) => {
    const { data, errors } = await subject.execute(`{ ownWarnings { edges { node { ${fields} } } } }`, {}, caller);
    if (errors) return errors[0]?.extensions?.code;
    return data.ownWarnings.edges.map(({ node }: { node: object }) => node);
  };
  const acknowledge = (who: Person, warningId: string) =>
    ask(
      `mutation ($input: AcknowledgeWarningInput!) { acknowledgeWarning(input: $input) { warning { ${fields} } } }`,
      { warningId },
      who,
    ) as Promise<{ code?: string; warning: { acknowledgedAt: string } }>;
  const updates = (who: Person) =>
    subject.subscribe(`subscription { ownWarningUpdates { ${fields} } }`, {}, who.caller);

  test('reaches the person, what about and not by whom, and waits until it was read', async () => {
    const { officer, citizen, id } = await accepted();
    const { reportId } = await tell(citizen, id);
    const listening = await updates(officer);
    await Promise.all([resolve(reportId), resolve(reportId)]);
    const { value } = await listening.next();
    const given = value.data.ownWarningUpdates;
    const facts = (await subject.recorded('warning.given')).filter(({ accountId }) => accountId === officer.id);
    expect(facts).toEqual([{ warningId: given.id, accountId: officer.id, givenAt: expect.any(String) }]);
    expect(given).toEqual({
      id: expect.not.stringMatching(reportId),
      reason: 'HARASSMENT',
      warnedAt: expect.any(String),
      acknowledgedAt: null,
    });
    expect(await own(officer)).toEqual([given]);
    const later = await updates(officer);
    expect((await later.next()).value.data.ownWarningUpdates).toEqual(given);
    const { warning } = await acknowledge(officer, given.id);
    expect(warning.acknowledgedAt).toEqual(expect.any(String));
    subject.clock.advance(minute);
    expect((await acknowledge(officer, given.id)).warning).toEqual(warning);
    expect((await listening.next()).value.data.ownWarningUpdates).toEqual(warning);
    await Promise.all([listening.return?.(), later.return?.()]);
    expect(await own(officer)).toEqual([warning]);
  });

  test('is for nobody else, and is read by somebody who is suspended as well', async () => {
    const { officer, citizen, id } = await accepted();
    const { reportId } = await tell(officer, id);
    await resolve(reportId);
    expect(await own(officer)).toEqual([]);
    const [warning] = await own({ caller: { accountId: citizen.id, scopes: [] } });
    expect(await acknowledge(officer, warning.id)).toEqual({ code: 'NOT_FOUND' });
    expect(await own({ caller: { scopes: [] } as never })).toBe('UNAUTHENTICATED');
    expect(
      await subject.recorded('suspension.decided').then((facts) => facts.map((fact) => fact.accountId)),
    ).not.toContain(citizen.id);
  });
});
