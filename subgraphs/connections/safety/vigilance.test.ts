import { randomUUID } from 'node:crypto';
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { acrossTheStreet, minute, openTown, type Person, person } from '../testing/town.ts';
import { HIDDEN_DAYS } from './restraint.ts';

const day = 24 * 60 * minute;

describe('a citizen who looks for one officer again and again', () => {
  let subject: TestSubgraph<ConnectionsServices>;
  const { ask, open, report, request, step, accepted } = openTown(() => subject);
  const administrator = { caller: { accountId: randomUUID(), scopes: ['administrator'] as const } };

  beforeAll(async () => {
    subject = await openTestSubgraph(connections);
  });

  afterAll(async () => {
    await subject.close();
  });

  /** One more day's request, declined. */
  async function declined(officer: Person, citizen: Person): Promise<unknown> {
    await meet(officer, citizen);
    const made = (await request(citizen, officer)) as { connection?: { id: string } };
    if (!made.connection) return made;
    return step('decline', officer, made.connection.id);
  }

  async function meet(officer: Person, citizen: Person): Promise<void> {
    subject.clock.advance(20 * minute);
    await open(officer);
    await report(officer);
    await report(citizen, acrossTheStreet);
  }

  const reportsOf = async (citizen: Person) => {
    const query = `{ personReports(state: OPEN, first: 100) { edges { node {
      id reason reporterId connectionId affectedId reportedId text state } } } }`;
    const { data } = await subject.execute(query, {}, administrator.caller);
    return data.personReports.edges
      .map(({ node }: { node: { reportedId: string } }) => node)
      .filter(({ reportedId }: { reportedId: string }) => reportedId === citizen.id);
  };
  const resolve = (reportId: string, outcome: string) =>
    ask(
      'mutation ($input: ResolvePersonReportInput!) { resolvePersonReport(input: $input) { report { state outcome } } }',
      { reportId, outcome, note: 'Looked into it.' },
      administrator,
    );
  const mayMeet = (officer: Person, citizen: Person) => subject.services.restraints.mayMeet(officer.id, citizen.id);
  const pairHidden = (officer: Person) =>
    new Promise<void>((done) => {
      subject.services.restraints.changed(({ pairs }) => pairs.some(([id]) => id === officer.id) && done());
    });

  test('does not find the officer for seven days after more than three requests that were not accepted', async () => {
    const [officer, citizen, neighbor] = [person('officer'), person('citizen'), person('citizen')];
    for (let requests = 0; requests < 4; requests++) {
      expect(await declined(officer, citizen)).toMatchObject({ connection: { state: 'DECLINED' } });
    }
    expect(mayMeet(officer, citizen)).toBe(true);
    expect(await declined(officer, citizen)).toEqual({ code: 'OFFICER_UNAVAILABLE' });
    expect(mayMeet(officer, citizen)).toBe(false);
    expect(await declined(officer, neighbor)).toMatchObject({ connection: { state: 'DECLINED' } });
    expect(await declined(officer, citizen)).toEqual({ code: 'OFFICER_UNAVAILABLE' });
    expect(await reportsOf(citizen)).toEqual([
      {
        id: expect.any(String),
        reason: 'SUSPECTED_STALKING',
        reporterId: null,
        connectionId: null,
        affectedId: officer.id,
        reportedId: citizen.id,
        text: null,
        state: 'OPEN',
      },
    ]);
    const shown = pairHidden(officer);
    subject.clock.advance(HIDDEN_DAYS * day);
    await shown;
    expect(mayMeet(officer, citizen)).toBe(true);
    expect(await declined(officer, citizen)).toMatchObject({ connection: { state: 'DECLINED' } });
  });

  test('is not held to requests that were accepted, or that are older than a week', async () => {
    const [officer, citizen] = [person('officer'), person('citizen')];
    for (let requests = 0; requests < 6; requests++) {
      await declined(officer, citizen);
      subject.clock.advance(2 * day);
    }
    expect(mayMeet(officer, citizen)).toBe(true);
    expect(await reportsOf(citizen)).toEqual([]);
  });

  test('is noticed also where requests are left to expire or withdrawn before an answer', async () => {
    const [officer, citizen] = [person('officer'), person('citizen')];
    for (let requests = 0; requests < 4; requests++) {
      await meet(officer, citizen);
      const { connection } = (await request(citizen, officer)) as { connection: { id: string } };
      if (requests % 2) await step('cancel', citizen, connection.id);
    }
    await meet(officer, citizen);
    expect(await request(citizen, officer)).toEqual({ code: 'OFFICER_UNAVAILABLE' });
    expect(await reportsOf(citizen)).toHaveLength(1);
  });

  test('asks several times at once and is put into the queue once', async () => {
    const [officer, citizen] = [person('officer'), person('citizen')];
    for (let requests = 0; requests < 4; requests++) await declined(officer, citizen);
    await meet(officer, citizen);
    const answers = await Promise.all(Array.from({ length: 5 }, () => request(citizen, officer)));
    expect(new Set(answers.map(({ code }) => code))).toEqual(new Set(['OFFICER_UNAVAILABLE']));
    expect(await reportsOf(citizen)).toHaveLength(1);
  });

  test('finds the officer again when the report is dismissed, and what was before counts no more', async () => {
    const [officer, citizen] = [person('officer'), person('citizen')];
    for (let requests = 0; requests < 5; requests++) await declined(officer, citizen);
    const [{ id }] = await reportsOf(citizen);
    expect(await resolve(id, 'DISMISSED')).toEqual({ report: { state: 'RESOLVED', outcome: 'DISMISSED' } });
    expect(mayMeet(officer, citizen)).toBe(true);
    expect(await declined(officer, citizen)).toMatchObject({ connection: { state: 'DECLINED' } });
    expect(await reportsOf(citizen)).toEqual([]);
  });

  test('is noticed by sightings in more windows than allowed; a meeting that was agreed to stays', async () => {
    const { officer, citizen, id } = await accepted();
    const { vigilance } = subject.services;
    const now = subject.clock.now();
    for (const windowId of ['a', 'b', 'c', 'd']) vigilance.sighted(citizen.id, officer.id, windowId, now);
    expect(mayMeet(officer, citizen)).toBe(true);
    const hidden = pairHidden(officer);
    vigilance.sighted(citizen.id, officer.id, 'e', now);
    await hidden;
    expect(mayMeet(officer, citizen)).toBe(false);
    expect(await reportsOf(citizen)).toHaveLength(1);
    const { data } = await subject.execute(
      'query ($id: ID!) { connection(id: $id) { state } }',
      { id },
      citizen.caller,
    );
    expect(data.connection.state).toBe('ACCEPTED');
  });
});
