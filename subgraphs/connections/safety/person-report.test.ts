import { randomUUID } from 'node:crypto';
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { minute, openTown, type Person, person } from '../testing/town.ts';

let subject: TestSubgraph<ConnectionsServices>;
const { ask, step, accepted } = openTown(() => subject);
const administrator = { caller: { accountId: randomUUID(), scopes: ['administrator'] as const } };

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
const resolve = (reportId: string, outcome = 'WARNED', note = 'Spoke with both.') =>
  ask(
    `mutation ($input: ResolvePersonReportInput!) { resolvePersonReport(input: $input) {
      report { id state outcome note resolvedBy resolvedAt } } }`,
    { reportId, outcome, note },
    administrator,
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
