import { randomUUID } from 'node:crypto';
import type { Caller } from '../kernel/caller.ts';
import { ManualClock } from '../kernel/clock.ts';
import { openTestSubgraph, type TestSubgraph } from '../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from './connections.ts';

let subject: TestSubgraph<ConnectionsServices>;

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

const capitol = { latitude: 30.2747, longitude: -97.7404 };
const acrossTheStreet = { latitude: 30.2755, longitude: -97.7404 };
const faraway = { latitude: 30.35, longitude: -97.7 };
const minute = 60_000;

interface Person {
  readonly caller: Caller;
  readonly id: string;
  sequence: number;
}

const person = (scope: 'citizen' | 'officer'): Person => {
  const id = randomUUID();
  return { id, caller: { accountId: id, scopes: [scope] }, sequence: 0 };
};

async function ask(document: string, input: object, { caller }: { caller?: Caller }) {
  const { data, errors } = await subject.execute(document, { input }, caller);
  const code = errors?.[0]?.extensions?.code as string | undefined;
  return code
    ? { code }
    : (Object.values(data)[0] as { code?: undefined; connection: never; window: never; taken: boolean });
}

const connectionFields =
  'id state confirmedByOfficer confirmedByCitizen meetingPoint { latitude } officer { id } citizen { id }';
const mutation = (name: string, input: string) =>
  `mutation ($input: ${input}!) { ${name}(input: $input) { connection { ${connectionFields} } } }`;

const open = (officer: Person, position = capitol) =>
  ask(
    'mutation ($input: OpenWindowInput!) { openWindow(input: $input) { window { id state closesAt } } }',
    { position },
    officer,
  );
const close = (officer: Person, windowId: string) =>
  ask(
    'mutation ($input: CloseWindowInput!) { closeWindow(input: $input) { window { id state } } }',
    { windowId },
    officer,
  );
const report = (who: Person, position = capitol, sequence = ++who.sequence) =>
  ask(
    'mutation ($input: ReportLocationInput!) { reportLocation(input: $input) { taken expiresAt } }',
    { position, sequence, accuracyMeters: 5 },
    who,
  );
const request = (citizen: Person, officer: Person) =>
  ask(mutation('requestConnection', 'RequestConnectionInput'), { officerId: officer.id }, citizen);
const step = (name: string, who: Person, connectionId: string) =>
  ask(mutation(`${name}Connection`, 'ConnectionInput'), { connectionId }, who);

async function nearby(citizen: Person): Promise<string[]> {
  const { data } = await subject.execute('{ nearbyOfficers { officer { id } distance } }', {}, citizen.caller);
  return data.nearbyOfficers.map((each: { officer: { id: string } }) => each.officer.id);
}

const alertFields = 'state officer { id } cell { latitude longitude } distance windowClosesAt';
const alerts = (citizen: Person) =>
  subject.subscribe(`subscription { proximityAlerts { ${alertFields} } }`, {}, citizen.caller);
const nextAlert = async (events: AsyncIterableIterator<{ data?: Record<string, never> | null }>) =>
  (await events.next()).value.data.proximityAlerts;

/** An officer with an open window and a citizen next to each other. */
async function together(): Promise<[officer: Person, citizen: Person]> {
  const [officer, citizen] = [person('officer'), person('citizen')];
  await open(officer);
  await report(officer);
  await report(citizen, acrossTheStreet);
  return [officer, citizen];
}

async function accepted(): Promise<{ officer: Person; citizen: Person; id: string }> {
  const [officer, citizen] = await together();
  const { connection } = (await request(citizen, officer)) as { connection: { id: string } };
  await step('accept', officer, connection.id);
  return { officer, citizen, id: connection.id };
}

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

describe('the handshake', () => {
  test('request, accept, both confirm: both are told each step, and the fact is recorded once', async () => {
    const [officer, citizen] = await together();
    const requests = await subject.subscribe(
      `subscription { connectionRequests { ${connectionFields} } }`,
      {},
      officer.caller,
    );
    const updates = await subject.subscribe('subscription { connectionUpdates { id state } }', {}, citizen.caller);
    const requested = (await request(citizen, officer)) as { connection: { id: string } };
    const { id } = requested.connection;
    const told = (await requests.next()).value.data.connectionRequests;
    expect(told).toMatchObject({ id, state: 'REQUESTED', citizen: { id: citizen.id }, meetingPoint: null });
    expect(await step('accept', officer, id)).toMatchObject({ connection: { state: 'ACCEPTED' } });
    expect(await step('confirm', citizen, id)).toMatchObject({
      connection: { state: 'ACCEPTED', confirmedByCitizen: true },
    });
    expect(await step('confirm', citizen, id)).toMatchObject({ connection: { state: 'ACCEPTED' } });
    expect(await step('confirm', officer, id)).toMatchObject({
      connection: { state: 'CONFIRMED', confirmedByOfficer: true },
    });
    expect(await step('confirm', officer, id)).toMatchObject({ connection: { state: 'CONFIRMED' } });
    const states = [];
    while (states.at(-1) !== 'CONFIRMED') states.push((await updates.next()).value.data.connectionUpdates.state);
    const facts = (await subject.recorded('connection.confirmed')).filter(({ connectionId }) => connectionId === id);
    expect(facts).toEqual([
      expect.objectContaining({
        officerId: officer.id,
        citizenId: citizen.id,
        evidence: 'proximity',
        zipCode: '78701',
      }),
    ]);
    await requests.return?.();
    await updates.return?.();
  });

  test('the meeting point is known to the two from acceptance to the end', async () => {
    const { officer, citizen, id } = await accepted();
    const read = async (who: Person) =>
      (
        await subject.execute(
          `query ($id: ID!) { connection(id: $id) { meetingPoint { latitude } } }`,
          { id },
          who.caller,
        )
      ).data.connection;
    expect(await read(citizen)).toEqual({ meetingPoint: { latitude: capitol.latitude } });
    await step('cancel', officer, id);
    expect(await read(citizen)).toEqual({ meetingPoint: null });
  });

  test('far apart it counts as virtual', async () => {
    const { officer, citizen, id } = await accepted();
    await report(citizen, faraway);
    await step('confirm', citizen, id);
    await step('confirm', officer, id);
    const fact = (await subject.recorded('connection.confirmed')).find(({ connectionId }) => connectionId === id);
    expect(fact?.evidence).toBe('virtual');
  });

  test('both confirm at once: it counts once', async () => {
    const { officer, citizen, id } = await accepted();
    await Promise.all([officer, citizen, officer, citizen].map((who) => step('confirm', who, id)));
    const facts = (await subject.recorded('connection.confirmed')).filter(({ connectionId }) => connectionId === id);
    expect(facts).toHaveLength(1);
  });

  test('of many requests at once by a pair one is made', async () => {
    const [officer, citizen] = await together();
    const answers = await Promise.all(Array.from({ length: 8 }, () => request(citizen, officer)));
    expect(answers.filter(({ code }) => code === undefined)).toHaveLength(1);
    expect(answers.filter(({ code }) => code === 'REQUEST_ALREADY_OPEN')).toHaveLength(7);
  });

  test('a second rewarded connection of a pair within 24 hours is refused, and after them it is not', async () => {
    const { officer, citizen, id } = await accepted();
    await Promise.all([step('confirm', citizen, id), step('confirm', officer, id)]);
    await report(officer);
    expect(await request(citizen, officer)).toEqual({ code: 'PAIR_REWARDED_RECENTLY' });
    subject.clock.advance(24 * 60 * minute - 10_000);
    await open(officer);
    await report(citizen, acrossTheStreet);
    expect(await request(citizen, officer)).toEqual({ code: 'PAIR_REWARDED_RECENTLY' });
    subject.clock.advance(11_000);
    expect((await request(citizen, officer)).code).toBeUndefined();
  });

  test('the constraint refuses a second rewarded one even where no check looked', async () => {
    const { officer, citizen, id } = await accepted();
    await Promise.all([step('confirm', citizen, id), step('confirm', officer, id)]);
    const now = subject.clock.now();
    const row = [randomUUID(), officer.id, citizen.id, now, now, now, now, now];
    await subject.em().execute(
      `insert into connections.connection (id, officer_id, citizen_id, state, requested_at, expires_at, accepted_at,
         confirmed_by_officer_at) values (?, ?, ?, 'accepted', ?, ?, ?, ?)`,
      [row[0], row[1], row[2], now, new Date(now.getTime() + minute), now, now],
    );
    expect(await step('confirm', citizen, row[0] as string)).toEqual({ code: 'PAIR_REWARDED_RECENTLY' });
    expect(await step('confirm', citizen, row[0] as string)).toEqual({ code: 'PAIR_REWARDED_RECENTLY' });
  });

  test('an officer meets one at a time', async () => {
    const [officer, first] = await together();
    const second = person('citizen');
    await report(second, acrossTheStreet);
    const requests = [await request(first, officer), await request(second, officer)] as {
      connection: { id: string };
    }[];
    const [one, other] = requests.map(({ connection }) => connection.id);
    const answers = await Promise.all([step('accept', officer, one ?? ''), step('accept', officer, other ?? '')]);
    expect(answers.filter(({ code }) => code === 'OFFICER_BUSY')).toHaveLength(1);
  });

  test('a request that nobody answers expires, and the pair can try again', async () => {
    const [officer, citizen] = await together();
    const updates = await subject.subscribe('subscription { connectionUpdates { id state } }', {}, citizen.caller);
    const { connection } = (await request(citizen, officer)) as { connection: { id: string } };
    subject.clock.advance(5 * minute);
    const states = [];
    while (states.at(-1) !== 'EXPIRED') states.push((await updates.next()).value.data.connectionUpdates.state);
    await updates.return?.();
    expect(await step('accept', officer, connection.id)).toEqual({ code: 'CONNECTION_STATE' });
    await report(officer);
    await report(citizen, acrossTheStreet);
    expect((await request(citizen, officer)).code).toBeUndefined();
  });

  test('an acceptance that nobody confirms ends after an hour, and both are told', async () => {
    const { officer, id } = await accepted();
    const updates = await subject.subscribe('subscription { connectionUpdates { id state } }', {}, officer.caller);
    subject.clock.advance(60 * minute - 10_000);
    expect((await updates.next()).value.data.connectionUpdates).toEqual({ id, state: 'ACCEPTED' });
    subject.clock.advance(10_000);
    expect((await updates.next()).value.data.connectionUpdates).toEqual({ id, state: 'EXPIRED' });
    await updates.return?.();
    expect(await step('confirm', officer, id)).toEqual({ code: 'CONNECTION_STATE' });
  });

  test('a request that a busy officer could not accept ends at its own time, and that is told', async () => {
    const { officer } = await accepted();
    const second = person('citizen');
    await report(second, acrossTheStreet);
    const { connection } = (await request(second, officer)) as { connection: { id: string } };
    expect(await step('accept', officer, connection.id)).toEqual({ code: 'OFFICER_BUSY' });
    const updates = await subject.subscribe('subscription { connectionUpdates { state } }', {}, second.caller);
    expect((await updates.next()).value.data.connectionUpdates).toEqual({ state: 'REQUESTED' });
    const told = updates.next();
    subject.clock.advance(5 * minute);
    expect((await told).value.data.connectionUpdates).toEqual({ state: 'EXPIRED' });
    await updates.return?.();
  });

  test('an acceptance that is over but not yet marked so keeps no officer busy', async () => {
    const [officer, citizen] = await together();
    const now = subject.clock.now();
    const [long, over] = [new Date(now.getTime() - 60 * minute), new Date(now.getTime() - 1)];
    const id = randomUUID();
    await subject.em().execute(
      `insert into connections.connection (id, officer_id, citizen_id, state, requested_at, expires_at, accepted_at)
         values (?, ?, ?, 'accepted', ?, ?, ?)`,
      [id, officer.id, randomUUID(), long, over, long],
    );
    const updates = await subject.subscribe('subscription { connectionUpdates { id state } }', {}, officer.caller);
    const { connection } = (await request(citizen, officer)) as { connection: { id: string } };
    expect(await step('accept', officer, connection.id)).toMatchObject({ connection: { state: 'ACCEPTED' } });
    const told = [];
    while (told.length < 3) told.push((await updates.next()).value.data.connectionUpdates);
    expect(told).toContainEqual({ id, state: 'EXPIRED' });
    await updates.return?.();
  });

  test('saying again that they met is refused once the connection has ended otherwise', async () => {
    const { officer, citizen, id } = await accepted();
    await step('confirm', citizen, id);
    await step('cancel', officer, id);
    expect(await step('confirm', citizen, id)).toEqual({ code: 'CONNECTION_STATE' });
    expect(await step('confirm', officer, id)).toEqual({ code: 'CONNECTION_STATE' });
  });

  test('closing a window ends the requests made in it, and leaves what was accepted', async () => {
    const { officer, citizen, id } = await accepted();
    const second = person('citizen');
    await report(second, acrossTheStreet);
    const { connection } = (await request(second, officer)) as { connection: { id: string } };
    const updates = await subject.subscribe('subscription { connectionUpdates { state } }', {}, second.caller);
    expect((await updates.next()).value.data.connectionUpdates).toEqual({ state: 'REQUESTED' });
    const { data } = await subject.execute('{ currentWindow { id } }', {}, officer.caller);
    const told = updates.next();
    await close(officer, data.currentWindow.id);
    expect((await told).value.data.connectionUpdates).toEqual({ state: 'EXPIRED' });
    await updates.return?.();
    expect(await step('accept', officer, connection.id)).toEqual({ code: 'CONNECTION_STATE' });
    await step('confirm', officer, id);
    expect(await step('confirm', citizen, id)).toMatchObject({ connection: { state: 'CONFIRMED' } });
  });

  test('of a request and the end of the window at once, no request is left to a closed window', async () => {
    for (let times = 0; times < 10; times++) {
      const [officer, citizen] = await together();
      const { data } = await subject.execute('{ currentWindow { id } }', {}, officer.caller);
      const [answer] = (await Promise.all([request(citizen, officer), close(officer, data.currentWindow.id)])) as [
        { code?: string; connection: { id: string } },
        object,
      ];
      if (answer.code) expect(answer.code).toBe('OFFICER_UNAVAILABLE');
      else expect(await step('accept', officer, answer.connection.id)).toEqual({ code: 'CONNECTION_STATE' });
    }
  });

  test('steps out of turn are refused and change nothing', async () => {
    const [officer, citizen] = await together();
    const { connection } = (await request(citizen, officer)) as { connection: { id: string } };
    const { id } = connection;
    expect(await step('confirm', citizen, id)).toEqual({ code: 'CONNECTION_STATE' });
    expect(await step('cancel', officer, id)).toEqual({ code: 'CONNECTION_STATE' });
    expect(await step('decline', citizen, id)).toEqual({ code: 'FORBIDDEN' });
    expect(await step('decline', officer, id)).toMatchObject({ connection: { state: 'DECLINED' } });
    for (const name of ['accept', 'decline', 'confirm', 'cancel'])
      expect(await step(name, officer, id)).toEqual({ code: 'CONNECTION_STATE' });
    expect(await step('cancel', citizen, id)).toEqual({ code: 'CONNECTION_STATE' });
    expect(
      await ask(mutation('requestConnection', 'RequestConnectionInput'), { officerId: randomUUID() }, citizen),
    ).toEqual({ code: 'OFFICER_UNAVAILABLE' });
    expect(await request(citizen, citizen)).toEqual({ code: 'OFFICER_UNAVAILABLE' });
  });

  test('nobody else learns of a connection or acts on it', async () => {
    const { id } = await accepted();
    const [officer, citizen] = [person('officer'), person('citizen')];
    for (const name of ['accept', 'decline', 'confirm', 'cancel'])
      expect(await step(name, officer, id)).toEqual({ code: 'NOT_FOUND' });
    expect(await step('accept', citizen, id)).toEqual({ code: 'FORBIDDEN' });
    const { data } = await subject.execute('query ($id: ID!) { connection(id: $id) { id } }', { id }, citizen.caller);
    expect(data.connection).toBeNull();
    expect(await step('confirm', citizen, randomUUID())).toEqual({ code: 'NOT_FOUND' });
    expect(await step('confirm', citizen, 'nonsense')).toEqual({ code: 'BAD_USER_INPUT' });
  });

  test('the list of connections is paged, the newest first', async () => {
    const citizen = person('citizen');
    const ids: string[] = [];
    for (let count = 0; count < 3; count++) {
      const officer = person('officer');
      await open(officer);
      await report(officer);
      await report(citizen, acrossTheStreet);
      ids.unshift(((await request(citizen, officer)) as { connection: { id: string } }).connection.id);
      subject.clock.advance(1_000);
    }
    const page = `query ($after: Cursor) { connections(first: 2, after: $after) { edges { node { id } } pageInfo { endCursor hasNextPage } } }`;
    const first = (await subject.execute(page, {}, citizen.caller)).data.connections;
    const second = (await subject.execute(page, { after: first.pageInfo.endCursor }, citizen.caller)).data.connections;
    const seen = [...first.edges, ...second.edges].map(({ node }: { node: { id: string } }) => node.id);
    expect([seen, first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([ids, true, false]);
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
