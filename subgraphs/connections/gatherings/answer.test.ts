import fc from 'fast-check';
import { ManualClock } from '../../kernel/clock.ts';
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { ANSWERS_PER_PERSON, forgetOldAnswers } from './answer.ts';
import { administrator, citizen, day, hour, officer, openNeighbourhood } from './testing/neighbourhood.ts';

let subject: TestSubgraph<ConnectionsServices>;
const { announced, later, change, cancel, respond, read, updates, saveHub } = openNeighbourhood(() => subject);

beforeAll(async () => {
  subject = await openTestSubgraph(connections);
});

/** What the rows say is what the gatherings count. */
afterEach(async () => {
  const wrong = await subject.em().execute(
    `select g.id from connections.gathering g join lateral (
       select count(*) filter (where a.state = 'coming') as coming, count(*) filter (where a.state = 'waiting') as waiting
       from connections.gathering_answer a where a.gathering_id = g.id) n
       on (g.coming_count, g.waiting_count) is distinct from (n.coming, n.waiting)
     where g.ends_at > ?`,
    [subject.clock.now()],
  );
  expect(wrong).toEqual([]);
});

afterAll(async () => {
  await subject.close();
});

describe('seats', () => {
  test('whoever comes is counted, sees the own answer, and may take it back', async () => {
    const { id } = await announced({ capacity: 3 });
    const [first, second] = [citizen(), officer()];
    expect((await respond(first, id)).data.gathering).toMatchObject({
      ownAnswer: 'COMING',
      comingCount: 1,
      seatsLeft: 2,
    });
    expect((await respond(second, id)).data.gathering).toMatchObject({ ownAnswer: 'COMING', comingCount: 2 });
    expect((await respond(second, id)).data.gathering).toMatchObject({ ownAnswer: 'COMING', comingCount: 2 });
    expect(await read(id, first)).toMatchObject({ ownAnswer: 'COMING', comingCount: 2 });
    expect((await respond(first, id, false)).data.gathering).toMatchObject({ ownAnswer: null, comingCount: 1 });
    expect((await respond(first, id, false)).data.gathering).toMatchObject({ ownAnswer: null, comingCount: 1 });
  });

  test('thirty at once get ten seats, and the others wait in order', async () => {
    const { id } = await announced({ capacity: 10 });
    const people = Array.from({ length: 30 }, citizen);
    const answers = await Promise.all(people.map((person) => respond(person, id)));
    const states = answers.map(({ data }) => data.gathering.ownAnswer);
    expect(states.filter((state) => state === 'COMING')).toHaveLength(10);
    expect(states.filter((state) => state === 'WAITING')).toHaveLength(20);
    expect(await read(id)).toMatchObject({ comingCount: 10, waitingCount: 20, seatsLeft: 0 });
  });

  test('the first who waits moves up when somebody leaves, and is told', async () => {
    const { id } = await announced({ capacity: 1 });
    const [first, second, third] = [citizen(), citizen(), citizen()];
    for (const person of [first, second, third]) await respond(person, id);
    const [toSecond, toThird] = [await updates(second), await updates(third)];
    expect(await toSecond.next()).toMatchObject({ id, ownAnswer: 'WAITING', waitingCount: 2 });
    expect(await toThird.next()).toMatchObject({ id, ownAnswer: 'WAITING' });
    await respond(first, id, false);
    expect(await toSecond.next()).toMatchObject({ id, ownAnswer: 'COMING', comingCount: 1, waitingCount: 1 });
    expect(await read(id, third)).toMatchObject({ ownAnswer: 'WAITING' });
    // Who comes again stands behind.
    expect((await respond(first, id)).data.gathering).toMatchObject({ ownAnswer: 'WAITING', waitingCount: 2 });
    await respond(second, id, false);
    expect(await toThird.next()).toMatchObject({ id, ownAnswer: 'COMING' });
    expect(await read(id, first)).toMatchObject({ ownAnswer: 'WAITING' });
    for (const each of [toSecond, toThird]) await each.end();
  });

  test('who waits may leave, and nobody moves up for it', async () => {
    const { id } = await announced({ capacity: 1 });
    const [first, second] = [citizen(), citizen()];
    for (const person of [first, second]) await respond(person, id);
    expect((await respond(second, id, false)).data.gathering).toMatchObject({ ownAnswer: null, waitingCount: 0 });
    expect(await read(id, first)).toMatchObject({ ownAnswer: 'COMING', comingCount: 1 });
  });

  test('more seats go to those who wait in their order; fewer than come is refused', async () => {
    const { host, id } = await announced({ capacity: 1 });
    const people = Array.from({ length: 5 }, citizen);
    for (const person of people) await respond(person, id);
    const answers = async () => Promise.all(people.map(async (person) => (await read(id, person)).ownAnswer));
    expect((await change(host, id, { capacity: 3 })).data.gathering).toMatchObject({ comingCount: 3, waitingCount: 2 });
    expect(await answers()).toEqual(['COMING', 'COMING', 'COMING', 'WAITING', 'WAITING']);
    expect(await change(host, id, { capacity: 2 })).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect((await change(host, id, { capacity: null })).data.gathering).toMatchObject({
      comingCount: 5,
      waitingCount: 0,
      seatsLeft: null,
    });
  });

  test('whatever people do at once, no seat is given twice and nobody waits while one is free', async () => {
    const wishes = fc.array(fc.record({ person: fc.nat(7), coming: fc.boolean() }), { minLength: 5, maxLength: 30 });
    const property = fc.asyncProperty(fc.integer({ min: 1, max: 4 }), wishes, async (capacity, actions) => {
      const { id } = await announced({ capacity });
      const people = Array.from({ length: 8 }, citizen);
      await Promise.all(actions.map(({ person, coming }) => respond(people[person] ?? citizen(), id, coming)));
      const { comingCount, waitingCount, seatsLeft } = await read(id);
      expect(comingCount).toBeLessThanOrEqual(capacity);
      expect(waitingCount === 0 || seatsLeft === 0).toBe(true);
    });
    await fc.assert(property, { numRuns: 15 });
  });
});

describe('answering is refused', () => {
  test('to the host, to what is cancelled, and beyond fifty at a time', async () => {
    const { host, id } = await announced();
    expect(await respond(host, id)).toMatchObject({ code: 'BAD_USER_INPUT' });
    const guest = citizen();
    await respond(guest, id);
    await cancel(host, id);
    expect(await respond(citizen(), id)).toMatchObject({ code: 'GATHERING_CLOSED' });
    expect((await respond(guest, id, false)).data.gathering).toMatchObject({ ownAnswer: null, state: 'CANCELLED' });
    expect(await respond(guest, subject.newId())).toMatchObject({ code: 'NOT_FOUND' });
    const busy = citizen();
    const many = await Promise.all(Array.from({ length: ANSWERS_PER_PERSON + 3 }, () => announced()));
    const codes = (await Promise.all(many.map((each) => respond(busy, each.id)))).map(({ code }) => code);
    expect(codes.filter((code) => code === undefined)).toHaveLength(ANSWERS_PER_PERSON);
    expect(codes.filter((code) => code === 'LIMIT_REACHED')).toHaveLength(3);
  });
});

describe('updates', () => {
  test('begin with all that is not over, cancelled ones too, and go on with what changes', async () => {
    const { host, id } = await announced({ capacity: 5 });
    const gone = await announced({ startsAt: later(2 * day), endsAt: later(2 * day + hour) });
    const guest = citizen();
    await respond(guest, id);
    await respond(guest, gone.id);
    await cancel(gone.host, gone.id, 'A storm.');
    const told = await updates(guest);
    expect(await told.next()).toMatchObject({ id, state: 'SCHEDULED', ownAnswer: 'COMING' });
    expect(await told.next()).toMatchObject({ id: gone.id, state: 'CANCELLED', cancellationReason: 'A storm.' });
    const startsAt = later(3 * day);
    await change(host, id, { startsAt, endsAt: later(3 * day + hour), capacity: 5 });
    expect(await told.next()).toMatchObject({ id, startsAt, ownAnswer: 'COMING' });
    // The same terms again are no news.
    await change(host, id, { startsAt, endsAt: (await read(id)).endsAt, capacity: 5 });
    await cancel(host, id);
    expect(await told.next()).toMatchObject({ id, state: 'CANCELLED', cancellationReason: 'The park is flooded.' });
    await told.end();
  });

  test('tell the host how many come, a second device the own answer, and others nothing', async () => {
    const { host, id } = await announced({ capacity: 5 });
    const [guest, stranger] = [citizen(), officer()];
    const [toHost, toGuest, toStranger] = [await updates(host), await updates(guest), await updates(stranger)];
    expect(await toHost.next()).toMatchObject({ id, comingCount: 0 });
    await respond(guest, id);
    expect(await toHost.next()).toMatchObject({ id, comingCount: 1, ownAnswer: null });
    expect(await toGuest.next()).toMatchObject({ id, ownAnswer: 'COMING' });
    await respond(guest, id, false);
    expect(await toGuest.next()).toMatchObject({ id, ownAnswer: null, comingCount: 0 });
    const other = await announced();
    await respond(stranger, other.id);
    expect(await toStranger.next()).toMatchObject({ id: other.id });
    for (const each of [toHost, toGuest, toStranger]) await each.end();
  });

  test('tell those who come that their hub has moved', async () => {
    const hub = (await saveHub()).data.hub;
    const { id } = await announced({ hubId: hub.id });
    const guest = citizen();
    await respond(guest, id);
    const told = await updates(guest);
    expect(await told.next()).toMatchObject({ id, placeName: hub.name });
    await saveHub({ hubId: hub.id, name: 'Elsewhere' });
    expect(await told.next()).toMatchObject({ id, placeName: 'Elsewhere', hub: { id: hub.id } });
    await told.end();
  });
});

describe('who comes', () => {
  test('is asked of no type of the graph: of a gathering people are numbers, but for its host and oneself', async () => {
    const { data } = await subject.execute('{ __type(name: "Gathering") { fields { name } } }', {}, citizen());
    const fields = data.__type.fields.map(({ name }: { name: string }) => name);
    expect(fields.sort()).toEqual(
      `cancellationReason cancelledAt capacity comingCount description endsAt host hub id ownAnswer place placeName
       seatsLeft startsAt state title waitingCount zipCode`.split(/\s+/),
    );
  });

  test('is known to nobody else: host, administrators and other guests see numbers and their own answer', async () => {
    const { host, id } = await announced();
    const guest = citizen();
    await respond(guest, id);
    for (const other of [host, administrator(), citizen()]) {
      const seen = JSON.stringify(await read(id, other));
      expect(seen).not.toContain(guest.accountId);
      expect(JSON.parse(seen)).toMatchObject({ comingCount: 1, ownAnswer: null });
    }
    const facts = await subject
      .em()
      .execute('select 1 from connections.outbox where body::text like ?', [`%${guest.accountId}%`]);
    expect(facts).toEqual([]);
  });

  test('is forgotten thirty days after the end; the number stays', async () => {
    const { id } = await announced({ startsAt: later(hour), endsAt: later(2 * hour) });
    const guest = citizen();
    await respond(guest, id);
    subject.clock.advance(30 * day + 2 * hour - 60_000);
    await forgetOldAnswers(subject.em(), subject.clock.now());
    expect(await read(id, guest)).toMatchObject({ ownAnswer: 'COMING' });
    subject.clock.advance(60_000);
    // The subgraph looks by itself too, and may have been the first.
    await forgetOldAnswers(subject.em(), subject.clock.now());
    expect(await read(id, guest)).toMatchObject({ ownAnswer: null, comingCount: 1 });
  });

  test('is forgotten by a process that starts, and by one that runs on, once a day', async () => {
    const answersTo = (id: string) =>
      subject.em().execute('select 1 from connections.gathering_answer where gathering_id = ?', [id]);
    const soon = await announced({ startsAt: later(hour), endsAt: later(2 * hour) });
    const after = await announced({ startsAt: later(20 * hour), endsAt: later(21 * hour) });
    const guest = citizen();
    for (const { id } of [soon, after]) await respond(guest, id);
    const clock = new ManualClock();
    clock.advance(subject.clock.now().getTime() - clock.now().getTime() + 30 * day + 3 * hour);
    const { databaseUrl } = subject;
    await (await openTestSubgraph(connections, { databaseUrl, clock })).close();
    expect([await answersTo(soon.id), await answersTo(after.id)]).toEqual([[], [expect.anything()]]);
    const runsOn = await openTestSubgraph(connections, { databaseUrl, clock });
    clock.advance(day);
    // Its first look may have been under way: the next one is a day after that.
    while ((await answersTo(after.id)).length > 0) clock.advance(hour);
    await runsOn.close();
    subject.clock.advance(clock.now().getTime() - subject.clock.now().getTime());
  });
});
