import { ManualClock } from '../kernel/clock.ts';
import { openTestSubgraph, type TestSubgraph } from '../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from './connections.ts';
import { acrossTheStreet, capitol, faraway, minute, nextAlert, openTown, person } from './testing/town.ts';

let subject: TestSubgraph<ConnectionsServices>;
const { open, close, report, request, step, nearby, alerts, together } = openTown(() => subject);

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

  test('subscribing again tells first who is near, once', async () => {
    const [officer, citizen] = await together();
    for (let times = 0; times < 2; times++) {
      const events = await alerts(citizen);
      expect(await nextAlert(events)).toMatchObject({ state: 'ENTERED', officer: { id: officer.id } });
      await report(officer, faraway);
      expect(await nextAlert(events)).toMatchObject({ state: 'LEFT' });
      await report(officer, capitol);
      expect(await nextAlert(events)).toMatchObject({ state: 'ENTERED' });
      await events.return?.();
    }
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
    const tables = await subject
      .em()
      .execute<{ column_name: string }[]>(
        "select column_name from information_schema.columns where table_schema = 'connections'",
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
