import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { acrossTheStreet, minute, person } from '../testing/town.ts';
import { administrator, openPrecinct } from './testing/precinct.ts';

let subject: TestSubgraph<ConnectionsServices>;
const { open, report, request, step, together, restraints, duty, register, stateOf, currentWindow } = openPrecinct(
  () => subject,
);

beforeAll(async () => {
  subject = await openTestSubgraph(connections);
});

afterAll(async () => {
  await subject.close();
});

/** Whoever an earlier test left about is gone. */
beforeEach(() => {
  subject.clock.advance(16 * minute);
});

describe('a department', () => {
  test('off duty has no open window and no request that waits; who was accepted may still be met', async () => {
    const [officer, citizen] = await together();
    const another = person('citizen');
    await report(another, acrossTheStreet);
    const { connection } = (await request(citizen, officer)) as { connection: { id: string } };
    const waiting = (await request(another, officer)) as { connection: { id: string } };
    await step('accept', officer, connection.id);
    await register(officer, 'Off Duty PD');
    expect(await duty('Off Duty PD', false)).toEqual({ department: { name: 'Off Duty PD', onDuty: false } });
    expect(await currentWindow(officer)).toBeNull();
    expect(await stateOf(waiting.connection.id, another)).toBe('CANCELLED');
    expect(restraints().mayBeFound(officer.id)).toBe(false);
    expect(await step('confirm', officer, connection.id)).toMatchObject({ connection: { confirmedByOfficer: true } });
    expect(await open(officer)).toEqual({ code: 'OFF_DUTY' });
    expect(await open(person('officer'))).toMatchObject({ window: { state: 'OPEN' } });
    expect(await duty('Off Duty PD', false)).toMatchObject({ department: { onDuty: false } });
    expect(await duty('Off Duty PD', true)).toMatchObject({ department: { onDuty: true } });
    expect(restraints().mayBeFound(officer.id)).toBe(true);
    expect(await open(officer)).toMatchObject({ window: { state: 'OPEN' } });
  });

  test('going off duty while its officers open windows leaves none open', async () => {
    for (let times = 0; times < 5; times++) {
      const name = `Racing PD ${times}`;
      const officers = [person('officer'), person('officer'), person('officer')];
      for (const officer of officers) await register(officer, name);
      await Promise.all([...officers.map((officer) => open(officer)), duty(name, false)]);
      expect(await Promise.all(officers.map(currentWindow))).toEqual([null, null, null]);
    }
  });

  test('is known from its officers, listed by name, and switched by administrators', async () => {
    expect(await duty('Nowhere PD', false)).toEqual({ code: 'NOT_FOUND' });
    await register(person('officer'), 'Zebra PD');
    await register(person('officer'), 'Aardvark PD');
    const query = `query ($after: Cursor) { departments(first: 1, after: $after) {
      edges { node { name onDuty } } pageInfo { endCursor } } }`;
    const names: string[] = [];
    let after: string | null = null;
    do {
      const page: { edges: { node: { name: string } }[]; pageInfo: { endCursor: string | null } } = (
        await subject.execute(query, { after }, administrator.caller)
      ).data.departments;
      names.push(...page.edges.map(({ node }) => node.name));
      after = page.pageInfo.endCursor;
    } while (after);
    expect(names).toEqual(expect.arrayContaining(['Aardvark PD', 'Zebra PD']));
    expect(names.indexOf('Aardvark PD')).toBeLessThan(names.indexOf('Zebra PD'));
  });
});
