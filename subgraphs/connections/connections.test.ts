import { ManualClock } from '../kernel/clock.ts';
import { openTestSubgraph, type TestSubgraph } from '../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from './connections.ts';
import { acrossTheStreet, capitol, faraway, minute, nextAlert, openTown, person } from './testing/town.ts';

let subject: TestSubgraph<ConnectionsServices>;
const { ask, open, close, report, request, step, nearby, alerts, together } = openTown(() => subject);

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

describe('a window', () => {
  test('lasts 15 minutes, and one officer has one at a time', async () => {
    const officer = person('officer');
    const opened = (await open(officer)) as { window: { id: string; closesAt: string; state: string } };
    expect(opened.window.state).toBe('OPEN');
    const lasts = new Date(opened.window.closesAt).getTime() - subject.clock.now().getTime();
    expect(Math.round(lasts / minute)).toBe(15);
    expect(await open(officer)).toEqual({ code: 'WINDOW_ALREADY_OPEN' });
    const { data } = await subject.execute('{ currentWindow { id } }', {}, officer.caller);
    expect(data.currentWindow).toEqual({ id: opened.window.id });
  });

  test('two that are opened at once are one', async () => {
    const officer = person('officer');
    const answers = await Promise.all([open(officer), open(officer), open(officer)]);
    expect(answers.filter(({ code }) => code === 'WINDOW_ALREADY_OPEN')).toHaveLength(2);
  });

  test('ends by itself: the citizen is told, nobody finds the officer, and a new one can be opened', async () => {
    const [officer, citizen] = await together();
    const events = await alerts(citizen);
    expect(await nextAlert(events)).toMatchObject({ state: 'ENTERED', officer: { id: officer.id } });
    for (let minutes = 0; minutes < 15; minutes++) {
      subject.clock.advance(minute);
      if (minutes === 14) break;
      await report(officer);
      await report(citizen, acrossTheStreet);
    }
    expect(await nextAlert(events)).toMatchObject({ state: 'LEFT', officer: { id: officer.id } });
    await events.return?.();
    expect(await nearby(citizen)).toEqual([]);
    expect(await request(citizen, officer)).toEqual({ code: 'OFFICER_UNAVAILABLE' });
    expect(await report(officer)).toEqual({ code: 'WINDOW_NOT_OPEN' });
    expect((await subject.execute('{ currentWindow { id } }', {}, officer.caller)).data.currentWindow).toBeNull();
    expect((await open(officer)).code).toBeUndefined();
  });

  test('closed early it is over at once; nobody closes that of another', async () => {
    const [officer, citizen] = await together();
    const { data } = await subject.execute('{ currentWindow { id } }', {}, officer.caller);
    expect(await close(person('officer'), data.currentWindow.id)).toEqual({ code: 'NOT_FOUND' });
    expect(await nearby(citizen)).toEqual([officer.id]);
    expect(await close(officer, data.currentWindow.id)).toMatchObject({ window: { state: 'CLOSED' } });
    expect(await close(officer, data.currentWindow.id)).toMatchObject({ window: { state: 'CLOSED' } });
    expect(await nearby(citizen)).toEqual([]);
  });

  test('is for officers', async () => {
    expect(await open(person('citizen'))).toEqual({ code: 'FORBIDDEN' });
    expect(await open({ ...person('officer'), caller: { scopes: [] } })).toEqual({ code: 'UNAUTHENTICATED' });
  });
});

describe('proximity', () => {
  test('a citizen is told who comes and goes, with a cell and a bucket and no position', async () => {
    const [officer, citizen] = [person('officer'), person('citizen')];
    await report(citizen, acrossTheStreet);
    const events = await alerts(citizen);
    await open(officer, faraway);
    await report(officer, capitol);
    const entered = await nextAlert(events);
    expect(entered).toMatchObject({ state: 'ENTERED', officer: { id: officer.id } });
    expect(entered.cell).not.toEqual(capitol);
    expect(Math.abs(entered.cell.latitude - capitol.latitude)).toBeLessThan(0.001);
    await report(officer, faraway);
    expect(await nextAlert(events)).toMatchObject({ state: 'LEFT', officer: { id: officer.id } });
    await events.return?.();
  });

  test('subscribing again tells first who is near; a window is news once, however often the officer comes back', async () => {
    const [officer, citizen] = await together();
    const states = [];
    for (let times = 0; times < 2; times++) {
      const events = await alerts(citizen);
      states.push((await nextAlert(events)).state);
      await report(officer, faraway);
      states.push((await nextAlert(events)).state);
      await report(citizen, acrossTheStreet);
      await report(officer, capitol);
      states.push((await nextAlert(events)).state);
      await events.return?.();
    }
    expect(states).toEqual(['ENTERED', 'LEFT', 'PRESENT', 'PRESENT', 'LEFT', 'PRESENT']);
    const { data } = await subject.execute('{ currentWindow { id } }', {}, officer.caller);
    await close(officer, data.currentWindow.id);
    const events = await alerts(citizen);
    await open(officer);
    expect(await nextAlert(events)).toMatchObject({ state: 'ENTERED', officer: { id: officer.id } });
    await events.return?.();
  });

  test('an officer who is about to meet somebody is found by nobody else until that is over', async () => {
    const [officer, citizen] = await together();
    const other = person('citizen');
    await report(other, acrossTheStreet);
    const events = await alerts(other);
    expect((await nextAlert(events)).state).toBe('ENTERED');
    const { connection } = (await request(citizen, officer)) as { connection: { id: string } };
    await step('accept', officer, connection.id);
    expect((await nextAlert(events)).state).toBe('LEFT');
    expect(await request(other, officer)).toEqual({ code: 'OFFICER_UNAVAILABLE' });
    await report(officer);
    expect(await nearby(other)).toEqual([]);
    await step('cancel', officer, connection.id);
    expect((await nextAlert(events)).state).toBe('PRESENT');
    await events.return?.();
  });

  test('who is about to meet somebody goes on reporting when the window has ended, for that person only', async () => {
    const [officer, citizen] = await together();
    const { connection } = (await request(citizen, officer)) as { connection: { id: string } };
    await step('accept', officer, connection.id);
    subject.clock.advance(20 * minute);
    expect(await report(officer)).toMatchObject({ taken: true });
    await report(citizen, acrossTheStreet);
    expect(await nearby(citizen)).toEqual([]);
    const read = 'query ($id: ID!) { connection(id: $id) { meetingPoint { latitude } } }';
    const { data } = await subject.execute(read, { id: connection.id }, citizen.caller);
    expect(data.connection.meetingPoint).toEqual({ latitude: capitol.latitude });
    await step('cancel', officer, connection.id);
    expect(await report(officer)).toEqual({ code: 'WINDOW_NOT_OPEN' });
  });

  test('a report answers for how long nothing can come into range', async () => {
    const citizen = person('citizen');
    expect(await report(citizen, { latitude: 31, longitude: -100 })).toMatchObject({ quietSeconds: 44, remark: null });
    const [officer, near] = await together();
    expect(await report(near, acrossTheStreet)).toMatchObject({ quietSeconds: 0 });
    const apart = person('citizen');
    const { quietSeconds } = (await report(apart, {
      latitude: capitol.latitude + 0.015,
      longitude: capitol.longitude,
    })) as never;
    // 1,670 m, less the officer's reach of some 270, at 45 m/s.
    expect(quietSeconds).toBeGreaterThan(25);
    expect(quietSeconds).toBeLessThan(36);
    expect(officer.id).toBeDefined();
  });

  test('a jump that nobody can make finds nobody, until a journey there would have taken as long', async () => {
    const [, citizen] = await together();
    const events = await alerts(citizen);
    expect((await nextAlert(events)).state).toBe('ENTERED');
    const other = person('officer');
    await open(other, faraway);
    await report(other, faraway);
    delete citizen.position;
    expect(await report(citizen, faraway)).toMatchObject({ taken: false, remark: 'IMPLAUSIBLE_JUMP', quietSeconds: 0 });
    expect((await nextAlert(events)).state).toBe('LEFT');
    expect(await nearby(citizen)).toEqual([]);
    subject.clock.advance(60_000);
    await report(other, faraway);
    expect(await report(citizen, faraway)).toMatchObject({ taken: true });
    expect(await nextAlert(events)).toMatchObject({ state: 'ENTERED', officer: { id: other.id } });
    await events.return?.();
  });

  test('a fix that is too rough, older by time or one too many is not taken in', async () => {
    const citizen = person('citizen');
    const say = (more: object) =>
      ask(
        'mutation ($input: ReportLocationInput!) { reportLocation(input: $input) { taken remark } }',
        { position: capitol, sequence: ++citizen.sequence, ...more },
        citizen,
      );
    const at = (secondsAgo: number) => new Date(subject.clock.now().getTime() - secondsAgo * 1_000).toISOString();
    expect(await say({ accuracyMeters: 3_000 })).toEqual({ taken: false, remark: 'TOO_ROUGH' });
    expect(await say({ measuredAt: at(5) })).toEqual({ taken: true, remark: null });
    expect(await say({ measuredAt: at(9) })).toEqual({ taken: false, remark: 'OLDER' });
    const answers = await Promise.all(Array.from({ length: 70 }, () => say({})));
    expect(answers.filter(({ code }) => code === 'RATE_LIMITED').length).toBeGreaterThan(10);
    subject.clock.advance(20_000);
    expect((await say({})).code).toBeUndefined();
  });

  test('the nearest officer is told however far, up to five kilometers, by cell', async () => {
    const [officer] = await together();
    const citizen = person('citizen');
    await report(citizen, faraway);
    await report(officer, capitol);
    const question = '{ nearestOfficer { officer { id } state distance cell { latitude } } }';
    const { data } = await subject.execute(question, {}, citizen.caller);
    expect(data.nearestOfficer).toMatchObject({ officer: { id: officer.id }, state: 'PRESENT', distance: 'FARTHER' });
    expect(data.nearestOfficer.cell.latitude).not.toBe(capitol.latitude);
    expect((await subject.execute(question, {}, person('citizen').caller)).errors?.[0]?.extensions?.code).toBe(
      'POSITION_UNKNOWN',
    );
  });

  test('moving within a cell is not told, and two places of a cell look the same', async () => {
    const [officer, citizen] = await together();
    const cellOf = async () => {
      const { data } = await subject.execute('{ nearbyOfficers { cell { latitude longitude } } }', {}, citizen.caller);
      return data.nearbyOfficers[0].cell;
    };
    const before = await cellOf();
    await report(officer, { latitude: capitol.latitude + 1e-6, longitude: capitol.longitude });
    expect(await cellOf()).toEqual(before);
  });

  test('a report that is older than the last is passed over', async () => {
    const [, citizen] = await together();
    expect(await report(citizen, faraway, 0)).toMatchObject({ taken: false });
    expect(await nearby(citizen)).toHaveLength(1);
  });

  test('a position is forgotten after two minutes', async () => {
    const [officer, citizen] = await together();
    const events = await alerts(citizen);
    await nextAlert(events);
    subject.clock.advance(110_000);
    await report(citizen, acrossTheStreet);
    subject.clock.advance(15_000);
    expect(await nextAlert(events)).toMatchObject({ state: 'LEFT', officer: { id: officer.id } });
    await events.return?.();
    subject.clock.advance(110_000);
    expect(await request(citizen, officer)).toEqual({ code: 'POSITION_UNKNOWN' });
  });

  test('officers find nobody', async () => {
    const [officer] = await together();
    expect(
      (await subject.execute('{ nearbyOfficers { distance } }', {}, officer.caller)).errors?.[0]?.extensions?.code,
    ).toBe('FORBIDDEN');
    const events = await subject.subscribe('subscription { proximityAlerts { state } }', {}, officer.caller);
    expect((await events.next()).value.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });

  test('no position is written anywhere', async () => {
    await together();
    const tables = await subject.em().execute<{ column_name: string }[]>(
      // Hubs and gatherings are at buildings, which everybody may know.
      "select column_name from information_schema.columns where table_schema = 'connections' and table_name not in ('hub', 'gathering')",
    );
    expect(
      tables.filter(({ column_name }) => /lat|lon|position|geo/.test(column_name) && column_name !== 'position'),
    ).toEqual([]);
  });
});

test('after a restart windows and requests go on, and what ended meanwhile has ended', async () => {
  const [officer, citizen] = await together();
  const gone = person('officer');
  await open(gone, faraway);
  const { connection } = (await request(citizen, officer)) as { connection: { id: string } };
  const restarted = await openTestSubgraph(connections, { databaseUrl: subject.databaseUrl, clock: subject.clock });
  const before = subject;
  subject = restarted;
  try {
    expect(await nearby(citizen)).toEqual([]);
    await report(officer);
    await report(citizen, acrossTheStreet);
    expect(await nearby(citizen)).toEqual([officer.id]);
    expect(await step('accept', officer, connection.id)).toMatchObject({ connection: { state: 'ACCEPTED' } });
    subject.clock.advance(15 * minute);
    expect(await report(gone)).toEqual({ code: 'WINDOW_NOT_OPEN' });
  } finally {
    await restarted.close();
    subject = before;
  }
});

test('what ran out while no process was there is ended by the next, whoever reads it', async () => {
  const [officer, citizen] = await together();
  const { connection } = (await request(citizen, officer)) as { connection: { id: string } };
  const { databaseUrl } = subject;
  const later = new ManualClock();
  later.advance(subject.clock.now().getTime() - later.now().getTime() + 20 * minute);
  const next = await openTestSubgraph(connections, { databaseUrl, clock: later });
  try {
    const read = 'query ($id: ID!) { connection(id: $id) { state } currentWindow { id } }';
    const { data } = await next.execute(read, { id: connection.id }, officer.caller);
    expect(data).toEqual({ connection: { state: 'EXPIRED' }, currentWindow: null });
    const rows = await next
      .em()
      .execute(
        'select count(*)::int as open from connections.availability_window where closed_at is null and closes_at <= ?',
        [later.now()],
      );
    expect(rows).toEqual([{ open: 0 }]);
  } finally {
    await next.close();
  }
});
