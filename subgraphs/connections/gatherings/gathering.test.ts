import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { capitol, faraway } from '../testing/town.ts';
import { UPCOMING_PER_OFFICER } from './schedule.ts';
import { administrator, citizen, day, hour, officer, openNeighbourhood } from './testing/neighbourhood.ts';

let subject: TestSubgraph<ConnectionsServices>;
const { ask, later, saveHub, archiveHub, schedule, change, cancel, respond, read, announced, walk } = openNeighbourhood(
  () => subject,
);

const newHub = async (terms: object = {}): Promise<string> => (await saveHub(terms)).data.hub.id;
const LISTED = 'gatherings(near: $near, hubId: $hubId, from: $from, first: $first, after: $after)';
const list = (variables: object = {}, first = 100) =>
  walk(LISTED, '$near: NearInput, $hubId: ID, $from: DateTime, ', { ...variables, first }, citizen());
const own = (caller: object, variables: object = {}) =>
  walk(
    'ownGatherings(from: $from, first: $first, after: $after)',
    '$from: DateTime, ',
    { ...variables, first: 3 },
    caller as never,
  );

beforeAll(async () => {
  subject = await openTestSubgraph(connections);
});

afterAll(async () => {
  await subject.close();
});

describe('announcing', () => {
  test('an officer announces a gathering at a hub, and whoever is signed in finds it', async () => {
    const host = officer();
    const hubId = await newHub({ name: 'Windsor Park Library' });
    const { data } = await schedule(host, { hubId, capacity: 12 });
    expect(data.gathering).toMatchObject({
      title: 'Coffee with a cop',
      placeName: 'Windsor Park Library',
      place: capitol,
      hub: { id: hubId },
      host: { id: host.accountId },
      state: 'SCHEDULED',
      capacity: 12,
      comingCount: 0,
      seatsLeft: 12,
      ownAnswer: null,
    });
    const { id } = data.gathering;
    expect(await read(id)).toEqual(data.gathering);
    expect(await list({ hubId })).toEqual([id]);
    expect(await own(host)).toEqual([id]);
    expect(await read(subject.newId())).toBeNull();
  });

  test('a place of its own has its ZIP code, and no limit is no limit', async () => {
    const { data } = await schedule(officer());
    expect(data.gathering).toMatchObject({ placeName: 'Zilker Park', hub: null, capacity: null, seatsLeft: null });
    expect(data.gathering.zipCode).toMatch(/^787\d\d$/);
  });

  test('the same wish, also at once, is one gathering; other terms under its key are refused', async () => {
    const host = officer();
    const terms = { startsAt: later(day), endsAt: later(day + hour) };
    const answers = await Promise.all(Array.from({ length: 6 }, () => schedule(host, terms, 'the-same-key')));
    const ids = new Set(answers.map(({ data }) => data.gathering.id));
    expect(ids.size).toBe(1);
    expect(await schedule(host, { ...terms, title: 'Tea' }, 'the-same-key')).toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    });
    expect((await schedule(officer(), terms, 'the-same-key')).data.gathering.id).not.toBe([...ids][0]);
    subject.clock.advance(2 * day);
    expect((await schedule(host, terms, 'the-same-key')).data.gathering).toMatchObject({ id: [...ids][0] });
  });

  test('an officer hosts at most twenty that are not over, also when more are wished at once', async () => {
    const host = officer();
    const wishes = Array.from({ length: UPCOMING_PER_OFFICER + 5 }, () => schedule(host));
    const codes = (await Promise.all(wishes)).map(({ code }) => code);
    expect(codes.filter((code) => code === undefined)).toHaveLength(UPCOMING_PER_OFFICER);
    expect(codes.filter((code) => code === 'LIMIT_REACHED')).toHaveLength(5);
    const [first = ''] = await own(host);
    await cancel(host, first);
    expect((await schedule(host)).code).toBeUndefined();
    subject.clock.advance(2 * day);
    expect((await schedule(host)).code).toBeUndefined();
  });

  test('terms out of bounds are refused, and the message says which', async () => {
    const hubId = await newHub();
    const tomorrow = later(day);
    const wrong: [object, RegExp][] = [
      [{ startsAt: later(-1), endsAt: later(hour) }, /startsAt/],
      [{ startsAt: later(90 * day + hour), endsAt: later(90 * day + 2 * hour) }, /90 days/],
      [{ startsAt: tomorrow, endsAt: tomorrow }, /endsAt/],
      [{ startsAt: later(day), endsAt: later(day - hour) }, /endsAt/],
      [{ startsAt: later(day), endsAt: later(day + 12 * hour + 1_000) }, /12 hours/],
      [{ capacity: 10_001 }, /capacity/],
      [{ capacity: 0 }, /capacity/],
      [{ place: null }, /hub or a place/],
      [{ hubId, place: { name: 'Here', position: capitol } }, /hub or a place/],
      [{ title: ' ' }, /title/],
    ];
    for (const [terms, message] of wrong) {
      const answer = await schedule(officer(), terms);
      expect(answer).toMatchObject({ code: 'BAD_USER_INPUT' });
      expect(answer.message).toMatch(message);
    }
    expect(await schedule(officer(), { hubId: subject.newId() })).toMatchObject({ code: 'NOT_FOUND' });
    const host = officer();
    const there = (await schedule(host, { hubId })).data.gathering;
    await archiveHub(hubId);
    expect(await schedule(officer(), { hubId })).toMatchObject({ code: 'HUB_ARCHIVED' });
    expect((await change(host, there.id, { hubId, title: 'Still here' })).data.gathering.title).toBe('Still here');
  });
});

describe('who may', () => {
  test('only officers announce, only the host changes, only the host and administrators call off', async () => {
    const { host, id } = await announced();
    for (const caller of [citizen(), administrator()]) {
      expect(await schedule(caller)).toMatchObject({ code: 'FORBIDDEN' });
      expect(await change(caller, id, {})).toMatchObject({ code: 'FORBIDDEN' });
    }
    expect(await change(officer(), id, {})).toMatchObject({ code: 'FORBIDDEN' });
    expect(await cancel(officer(), id)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await cancel(citizen(), id)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await respond(administrator(), id)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await read(id)).toMatchObject({ state: 'SCHEDULED', comingCount: 0 });
    expect((await change(host, id, { title: 'Tea' })).data.gathering).toMatchObject({ title: 'Tea' });
    expect((await cancel(administrator(), id)).data.gathering).toMatchObject({ state: 'CANCELLED' });
    for (const act of [change(host, subject.newId(), {}), cancel(host, subject.newId())]) {
      expect(await act).toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  test('where officers announce to be is told to nobody who is not signed in', async () => {
    const { id } = await announced();
    const nobody = { scopes: [] };
    for (const document of [
      `{ gathering(id: "${id}") { id } }`,
      '{ gatherings { edges { node { id } } } }',
      '{ ownGatherings { edges { node { id } } } }',
    ]) {
      expect(await ask(document, {}, nobody)).toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    const events = await subject.subscribe('subscription { gatheringUpdates { id } }', {}, nobody);
    expect((await events.next()).value.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    expect(await respond(nobody, id)).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('changing and calling off', () => {
  test('what has begun may be made longer, but not put off; what is over stays as it was', async () => {
    const startsAt = later(hour);
    const { host, id } = await announced({ startsAt, endsAt: later(2 * hour) });
    subject.clock.advance(1.5 * hour);
    expect((await change(host, id, { startsAt, endsAt: later(hour) })).data.gathering).toMatchObject({
      startsAt,
      state: 'SCHEDULED',
    });
    expect(await change(host, id, { startsAt: later(-1), endsAt: later(hour) })).toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    subject.clock.advance(hour);
    expect(await read(id)).toMatchObject({ state: 'ENDED' });
    for (const act of [change(host, id, {}), cancel(host, id), respond(citizen(), id)]) {
      expect(await act).toMatchObject({ code: 'GATHERING_CLOSED' });
    }
  });

  test('an id in capitals is the same id', async () => {
    const hubId = await newHub();
    const { host, id } = await announced({ hubId: hubId.toUpperCase() });
    const guest = citizen();
    expect((await respond(guest, id.toUpperCase())).data.gathering).toMatchObject({ id, ownAnswer: 'COMING' });
    expect(await read(id.toUpperCase(), guest)).toMatchObject({ id, ownAnswer: 'COMING' });
    const changed = await change(host, id.toUpperCase(), { hubId: hubId.toUpperCase(), title: 'Tea' });
    expect(changed.data.gathering).toMatchObject({ id, title: 'Tea', hub: { id: hubId } });
    expect(await list({ hubId: hubId.toUpperCase() })).toEqual([id]);
    expect((await saveHub({ hubId: hubId.toUpperCase(), name: 'Branch' })).data.hub).toMatchObject({ id: hubId });
    expect((await respond(guest, id.toUpperCase(), false)).data.gathering).toMatchObject({ ownAnswer: null });
    expect((await cancel(host, id.toUpperCase())).data.gathering).toMatchObject({ id, state: 'CANCELLED' });
    expect((await archiveHub(hubId.toUpperCase())).data.hub).toMatchObject({ id: hubId });
  });

  test('a hub that moves takes along what is announced there, and not what is over', async () => {
    const hubId = await newHub();
    const over = await announced({ hubId, startsAt: later(hour), endsAt: later(2 * hour) });
    subject.clock.advance(3 * hour);
    const next = await announced({ hubId });
    const before = await read(over.id);
    await saveHub({ hubId, name: 'The new building', place: faraway });
    expect(await read(next.id)).toMatchObject({ placeName: 'The new building', place: faraway });
    expect(await read(over.id)).toMatchObject({ placeName: before.placeName, place: capitol });
  });

  test('the reason of a cancellation is for those who answered, the host and administrators; the first one stays', async () => {
    const { host, id } = await announced();
    const guest = citizen();
    await respond(guest, id);
    expect((await cancel(host, id, 'A storm.')).data.gathering).toMatchObject({ cancellationReason: 'A storm.' });
    expect((await cancel(administrator(), id, 'Other.')).data.gathering).toMatchObject({
      cancellationReason: 'A storm.',
    });
    for (const told of [host, guest, administrator()]) {
      expect(await read(id, told)).toMatchObject({ state: 'CANCELLED', cancellationReason: 'A storm.' });
    }
    expect(await read(id)).toMatchObject({ state: 'CANCELLED', cancellationReason: null });
    expect(await list()).not.toContain(id);
    expect([await own(host), await own(guest)]).toEqual([[id], [id]]);
    expect(await change(host, id, {})).toMatchObject({ code: 'GATHERING_CLOSED' });
  });
});

describe('the listing', () => {
  test('is soonest first, near a place, at a hub, from an instant on', async () => {
    const sea = { name: 'Pier', position: { latitude: 29.3, longitude: -94.77 } };
    const inlandBy = { name: 'Depot', position: { latitude: 29.38, longitude: -94.9 } };
    const at = (startsIn: number, place: object) =>
      announced({ place, startsAt: later(startsIn), endsAt: later(startsIn + hour) });
    const second = (await at(3 * day, sea)).id;
    const first = (await at(2 * day, sea)).id;
    const wide = (await at(4 * day, inlandBy)).id;
    const near = { position: sea.position };
    expect(await list({ near })).toEqual([first, second]);
    expect(await list({ near }, 1)).toEqual([first, second]);
    expect(await list({ near: { ...near, radiusMeters: 30_000 } })).toEqual([first, second, wide]);
    expect(await list({ near, from: later(2 * day + hour) })).toEqual([second]);
    expect(await list({ near, from: later(2 * day + hour - 1_000) })).toEqual([first, second]);
    expect(await list({ near: { zipCode: '77550', radiusMeters: 10_000 } })).toEqual([first, second]);
    subject.clock.advance(2 * day + 30 * 60_000);
    expect(await list({ near, from: later(-5 * day) })).toEqual([first, second]);
    subject.clock.advance(hour);
    expect(await list({ near, from: later(-5 * day) })).toEqual([second]);
  });

  test('misses none and tells none twice while gatherings come and go', async () => {
    const hubId = await newHub();
    const hosts = [];
    // Two at the same instant each: the id decides.
    const hours = Array.from({ length: 6 }, (_, index) => later(day + index * hour));
    for (let index = 0; index < 10; index++) {
      const pair = Math.floor(index / 2);
      hosts.push(await announced({ hubId, startsAt: hours[pair], endsAt: hours[pair + 1] }));
    }
    const gone = hosts[7];
    if (!gone) throw new Error('ten are announced');
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const document: string =
        'query ($hubId: ID, $after: Cursor) { gatherings(hubId: $hubId, first: 3, after: $after) { edges { node { id } } pageInfo { endCursor hasNextPage } } }';
      const { data } = await ask(document, { hubId, after }, citizen());
      seen.push(...data.edges.map(({ node }: { node: { id: string } }) => node.id));
      after = data.pageInfo.hasNextPage ? data.pageInfo.endCursor : null;
      await announced({ hubId, startsAt: later(hour), endsAt: later(2 * hour) });
      await cancel(gone.host, gone.id);
    } while (after);
    expect(new Set(seen).size).toBe(seen.length);
    const stayed = hosts.filter(({ id }) => id !== gone.id).map(({ id }) => id);
    expect(seen.filter((id) => stayed.includes(id)).sort()).toEqual(stayed.sort());
    expect(seen).not.toContain(gone.id);
  });

  test('of the own ones holds what was hosted or answered, past ones when asked for', async () => {
    const person = officer();
    const hosted = (await schedule(person, { startsAt: later(3 * hour), endsAt: later(4 * hour) })).data.gathering.id;
    const { id: answered } = await announced({ startsAt: later(hour), endsAt: later(2 * hour) });
    await respond(person, answered);
    expect(await own(person)).toEqual([answered, hosted]);
    subject.clock.advance(2 * hour);
    expect(await own(person)).toEqual([hosted]);
    expect(await own(person, { from: later(-day) })).toEqual([answered, hosted]);
    expect(await own(citizen())).toEqual([]);
  });
});
