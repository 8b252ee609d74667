import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { capitol, faraway, minute, nextAlert, openTown, type Person, person } from '../testing/town.ts';
import { REREAD_SECONDS, type RestraintNews } from './restraints.ts';
import { administrator, openPrecinct } from './testing/precinct.ts';

let subject: TestSubgraph<ConnectionsServices>;
const {
  alerts,
  nearby,
  report,
  together,
  restraints,
  block,
  unblock,
  duty,
  save,
  archive,
  around,
  register,
  suspend,
  reinstate,
  news,
} = openPrecinct(() => subject);

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

test('who may: zones and departments are for administrators, blocks for citizens and officers', async () => {
  const citizen = person('citizen');
  const fields = ['exclusionZones { pageInfo { hasNextPage } }', 'departments { pageInfo { hasNextPage } }'];
  fields.push('personReports { pageInfo { hasNextPage } }');
  for (const field of fields) {
    const code = async (caller?: object) =>
      (await subject.execute(`{ ${field} }`, {}, caller)).errors?.[0]?.extensions?.code;
    expect([await code(), await code(citizen.caller), await code(administrator.caller)]).toEqual([
      'UNAUTHENTICATED',
      'FORBIDDEN',
      undefined,
    ]);
  }
  expect(await block({ ...citizen, caller: administrator.caller }, randomUUID())).toEqual({ code: 'FORBIDDEN' });
});

/** Goes on doing something until what is awaited has come. */
async function until<Result>(awaited: Promise<Result>, step: () => Promise<void>): Promise<Result> {
  for (;;) {
    const turn = new Promise<undefined>((resolve) => setImmediate(resolve, undefined));
    const result = await Promise.race([awaited, turn]);
    if (result !== undefined) return result;
    await step();
  }
}

describe('two processes', () => {
  test('that do not hear each other see every change within the re-read, and what it ended', async () => {
    const other = await openTestSubgraph(connections, { databaseUrl: subject.databaseUrl, clock: subject.clock });
    try {
      const [officer, citizen] = [person('officer'), person('citizen')];
      await register(officer, 'Elsewhere PD');
      const seen: RestraintNews[] = [];
      other.services.restraints.changed((each) => seen.push(each));
      await block(citizen, officer.id);
      const { zone } = await save({ ring: around(faraway) });
      await duty('Elsewhere PD', false);
      await suspend(citizen);
      expect(other.services.restraints.mayMeet(officer.id, citizen.id)).toBe(true);
      const told = news(({ pairs }) => pairs.some(([first]) => first === citizen.id), other);
      subject.clock.advance(REREAD_SECONDS * 1_000);
      await told;
      const there = other.services.restraints;
      expect(there.mayMeet(officer.id, citizen.id)).toBe(false);
      expect(there.mayBeFound(officer.id)).toBe(false);
      expect(there.refusalFor(citizen.id)).toBe('ACCOUNT_SUSPENDED');
      expect(there.isExcluded(faraway)).toBe(true);
      expect(seen.flatMap(({ accountIds }) => accountIds)).toEqual(expect.arrayContaining([officer.id, citizen.id]));
      await unblock(citizen, officer.id);
      await archive(zone.id);
      await duty('Elsewhere PD', true);
      await reinstate(citizen);
      const back = news(({ pairs }) => pairs.some(([first]) => first === citizen.id), other);
      subject.clock.advance(REREAD_SECONDS * 1_000);
      await back;
      expect(there.mayMeet(officer.id, citizen.id)).toBe(true);
      expect(there.mayBeFound(officer.id)).toBe(true);
      expect(there.refusalFor(citizen.id)).toBeUndefined();
      expect(there.isExcluded(faraway)).toBe(false);
    } finally {
      await other.close();
    }
  });

  test('both hold to a block that only one of them knows of, since the rows decide', async () => {
    const other = await openTestSubgraph(connections, { databaseUrl: subject.databaseUrl, clock: subject.clock });
    const there = openTown(() => other);
    try {
      const [officer, citizen] = await there.together();
      await block(citizen, officer.id);
      expect(other.services.restraints.mayMeet(officer.id, citizen.id)).toBe(true);
      expect(await there.request(citizen, officer)).toEqual({ code: 'OFFICER_UNAVAILABLE' });
    } finally {
      await other.close();
    }
  });

  test('an ended stream of messages is taken up again, and what was missed is read', async () => {
    const other = await openTestSubgraph(connections, { databaseUrl: subject.databaseUrl, clock: subject.clock });
    try {
      const [officer, citizen, another] = [person('officer'), person('citizen'), person('citizen')];
      // Known to the other process, and taken back while it does not listen.
      await block(another, officer.id);
      await other.services.restraints.refresh();
      await other.live.close();
      await block(citizen, officer.id);
      await unblock(another, officer.id);
      // Far less than the re-read: only the retries after the end of the stream come due.
      const missed = news(({ pairs }) => pairs.length > 0, other);
      let advanced = 0;
      const { pairs } = await until(missed, async () => {
        if (advanced < 10_000) subject.clock.advance(20);
        advanced += 20;
      });
      const known = [citizen.id, another.id];
      expect(pairs.filter(([first]) => known.includes(first)).toSorted()).toEqual(
        known.map((id) => [id, officer.id]).toSorted(),
      );
      const heard = news(({ connectionIds }) => connectionIds.includes('told'), other);
      await until(heard, () => other.live.publish('restraints', { connectionIds: ['told'] }));
    } finally {
      await other.close();
    }
  });

  test('one that starts knows what was decided before', async () => {
    const [officer, citizen, youth, away] = [
      person('officer'),
      person('citizen'),
      person('citizen'),
      person('officer'),
    ];
    await block(officer, citizen.id);
    await register(youth, null, 'youth');
    await register(away, 'Asleep PD');
    await duty('Asleep PD', false);
    await suspend(citizen);
    const { zone } = await save({ ring: around(faraway) });
    const other = await openTestSubgraph(connections, { databaseUrl: subject.databaseUrl, clock: subject.clock });
    try {
      const there = other.services.restraints;
      expect(there.mayMeet(officer.id, citizen.id)).toBe(false);
      expect(there.refusalFor(citizen.id)).toBe('ACCOUNT_SUSPENDED');
      expect(there.refusalToShare(youth.id)).toBe('AGE_RESTRICTED');
      expect(there.refusalToBeFound(away.id, capitol)).toBe('OFF_DUTY');
      expect(there.isExcluded(faraway)).toBe(true);
    } finally {
      await other.close();
      await archive(zone.id);
    }
  });
});

describe('in the world', () => {
  const alertFrom = async (events: Awaited<ReturnType<typeof alerts>>) => {
    const { state, officer } = await nextAlert(events as never);
    return { state, officerId: (officer as { id: string }).id };
  };

  test('a block, an off-duty department and a suspended officer are alerts that somebody left', async () => {
    const away: ((officer: Person, citizen: Person) => Promise<unknown>)[] = [
      (officer, citizen) => block(officer, citizen.id),
      (officer, citizen) => block(citizen, officer.id),
      (officer) => register(officer, 'Leaving PD').then(() => duty('Leaving PD', false)),
      (officer) => suspend(officer),
    ];
    for (const goAway of away) {
      const [officer, citizen] = await together();
      const events = await alerts(citizen);
      expect(await alertFrom(events)).toEqual({ state: 'ENTERED', officerId: officer.id });
      await goAway(officer, citizen);
      expect(await alertFrom(events)).toEqual({ state: 'LEFT', officerId: officer.id });
      expect(await nearby(citizen)).toEqual([]);
      await events.return?.();
      subject.clock.advance(16 * minute);
    }
  });

  test('whoever is unblocked while both are there is told of again', async () => {
    const [officer, citizen] = await together();
    await block(citizen, officer.id);
    const events = await alerts(citizen);
    await unblock(citizen, officer.id);
    expect(await alertFrom(events)).toEqual({ state: 'ENTERED', officerId: officer.id });
    await events.return?.();
  });

  test('an area that is drawn around an officer makes them leave', async () => {
    const [officer, citizen] = await together();
    const events = await alerts(citizen);
    expect(await alertFrom(events)).toEqual({ state: 'ENTERED', officerId: officer.id });
    const { zone } = await save({ ring: around(capitol) });
    expect(await alertFrom(events)).toEqual({ state: 'LEFT', officerId: officer.id });
    await events.return?.();
    await archive(zone.id);
  });

  test('the location of a youth and of a suspended citizen is refused', async () => {
    const [youth, citizen] = [person('citizen'), person('citizen')];
    await register(youth, null, 'youth');
    await suspend(citizen);
    await restraints().refresh();
    expect(await report(youth)).toEqual({ code: 'AGE_RESTRICTED' });
    expect(await report(citizen)).toEqual({ code: 'ACCOUNT_SUSPENDED' });
  });
});

test('the state read at the start is the state kept by changes, whatever has happened', async () => {
  const people = [person('officer'), person('officer'), person('citizen'), person('citizen')] as const;
  const [one, two, three, four] = people;
  await register(one, 'Model PD');
  await register(two, 'Model PD');
  const steps = [
    () => block(one, three.id),
    () => unblock(one, three.id),
    () => block(three, one.id),
    () => block(two, four.id),
    () => duty('Model PD', false),
    () => duty('Model PD', true),
    () => suspend(three),
    () => reinstate(three),
    () => suspend(one, new Date(subject.clock.now().getTime() + 10_000)),
    () => register(four, null, 'youth'),
    () => subject.clock.advance(11_000),
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(steps.length - 1), { minLength: 1, maxLength: 12 }), async (indexes) => {
      for (const index of indexes) await steps[index]?.();
      await restraints().refresh();
      const other = await openTestSubgraph(connections, { databaseUrl: subject.databaseUrl, clock: subject.clock });
      const answers = ({ services }: typeof subject) =>
        people.flatMap(({ id }) => [
          services.restraints.mayBeFound(id),
          services.restraints.refusalToShare(id),
          ...people.map((each) => services.restraints.mayMeet(id, each.id)),
        ]);
      const [kept, read] = [answers(subject), answers(other)];
      await other.close();
      expect(kept).toEqual(read);
    }),
    { numRuns: 12 },
  );
});
