import { randomUUID } from 'node:crypto';
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import {
  acrossTheStreet,
  capitol,
  connectionFields,
  faraway,
  minute,
  mutation,
  openTown,
  type Person,
  person,
} from '../testing/town.ts';
import { updateChannel } from './updates.ts';

let subject: TestSubgraph<ConnectionsServices>;
const { ask, open, close, report, request, step, together, accepted } = openTown(() => subject);

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
      connection: { state: 'MET', confirmedByCitizen: true },
    });
    expect(await step('confirm', citizen, id)).toMatchObject({ connection: { state: 'MET' } });
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
        evidence: 'vicinity',
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

  test('a change that waits behind news of its own request is told', async () => {
    const [officer, citizen] = await together();
    const { connection } = (await request(citizen, officer)) as { connection: { id: string } };
    const { id } = connection;
    const updates = await subject.subscribe('subscription { connectionUpdates { id state } }', {}, citizen.caller);
    // As when the request was made while the subscription read what is under way: told by both.
    await subject.live.publish(updateChannel(citizen.id), { connectionId: id, isNew: true });
    await step('accept', officer, id);
    await new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
    const states = [];
    while (states.at(-1) !== 'ACCEPTED') states.push((await updates.next()).value.data.connectionUpdates.state);
    await updates.return?.();
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
    const [officer, first] = await together();
    const second = person('citizen');
    await report(second, acrossTheStreet);
    const earlier = (await request(first, officer)) as { connection: { id: string } };
    const { connection } = (await request(second, officer)) as { connection: { id: string } };
    await step('accept', officer, earlier.connection.id);
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
    const [officer, citizen] = await together();
    const second = person('citizen');
    await report(second, acrossTheStreet);
    const { id } = ((await request(citizen, officer)) as { connection: { id: string } }).connection;
    const { connection } = (await request(second, officer)) as { connection: { id: string } };
    await step('accept', officer, id);
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
