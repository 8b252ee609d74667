import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { administrator, citizen, day, hour, officer, openNeighbourhood, type Person } from './testing/neighbourhood.ts';

let subject: TestSubgraph<ConnectionsServices>;
const { ask, later, announced, schedule, change, cancel, respond, read, updates, saveHub } = openNeighbourhood(
  () => subject,
);

const suspend = (person: Person, until: string | null = null) =>
  subject.deliver('account.suspended', { accountId: person.accountId, until, suspendedAt: later(0) });
const reinstate = (person: Person) =>
  subject.deliver('account.reinstated', { accountId: person.accountId, reinstatedAt: later(0) });
const setBlock = (mutation: 'block' | 'unblock', blocker: Person, blocked: Person) =>
  ask(
    `mutation ($input: BlockPersonInput!) { ${mutation}Person(input: $input) { __typename } }`,
    { input: { accountId: blocked.accountId } },
    blocker,
  );

beforeAll(async () => {
  subject = await openTestSubgraph(connections);
});

afterAll(async () => {
  await subject.close();
});

describe('a suspension', () => {
  test('calls off what the host announced, without saying why, and lets nothing new be announced', async () => {
    const { host, id } = await announced();
    const guest = citizen();
    await respond(guest, id);
    const told = await updates(guest);
    await told.next();
    await suspend(host);
    expect(await told.next()).toMatchObject({ state: 'CANCELLED', cancellationReason: 'The host cannot be there.' });
    await told.end();
    expect(await schedule(host)).toMatchObject({ code: 'ACCOUNT_SUSPENDED' });
    subject.clock.advance(1_000);
    await reinstate(host);
    const again = (await schedule(host)).data.gathering;
    expect(again).toMatchObject({ state: 'SCHEDULED' });
    expect((await change(host, again.id, { title: 'Tea' })).data.gathering).toMatchObject({ title: 'Tea' });
  });

  test('that ends leaves what begins later, and its host may still call that off', async () => {
    const { host, id: early } = await announced();
    const late = (await schedule(host, { startsAt: later(5 * day), endsAt: later(5 * day + hour) })).data.gathering.id;
    await suspend(host, later(3 * day));
    expect(await read(early)).toMatchObject({ state: 'CANCELLED' });
    expect(await read(late)).toMatchObject({ state: 'SCHEDULED' });
    expect(await change(host, late, {})).toMatchObject({ code: 'ACCOUNT_SUSPENDED' });
    const guest = citizen();
    await respond(guest, late);
    expect((await respond(guest, late, false)).data.gathering).toMatchObject({ ownAnswer: null });
    expect((await cancel(host, late)).data.gathering).toMatchObject({ state: 'CANCELLED' });
  });

  test('gives the seat of a guest to whoever waits, and lets the guest take no other', async () => {
    const { id } = await announced({ capacity: 1 });
    const [guest, next] = [citizen(), citizen()];
    for (const person of [guest, next]) await respond(person, id);
    await suspend(guest);
    expect(await read(id, next)).toMatchObject({ ownAnswer: 'COMING', comingCount: 1, waitingCount: 0 });
    expect(await respond(guest, id)).toMatchObject({ code: 'ACCOUNT_SUSPENDED' });
  });

  test('told late, after the reinstatement, calls nothing off', async () => {
    const { host, id } = await announced();
    await subject.deliver('account.reinstated', { accountId: host.accountId, reinstatedAt: later(0) });
    await subject.deliver('account.suspended', { accountId: host.accountId, until: null, suspendedAt: later(-hour) });
    expect(await read(id)).toMatchObject({ state: 'SCHEDULED' });
  });
});

describe('people who are kept apart', () => {
  test.each([['the officer'], ['the citizen']])('know of no gathering of the other: %s blocked', async (blocker) => {
    const hubId = (await saveHub()).data.hub.id;
    const { host, id } = await announced({ hubId, capacity: 1 });
    const [guest, next] = [citizen(), citizen()];
    for (const person of [guest, next]) await respond(person, id);
    const [toGuest, toNext] = [await updates(guest), await updates(next)];
    expect(await toGuest.next()).toMatchObject({ id });
    expect(await toNext.next()).toMatchObject({ id, ownAnswer: 'WAITING' });
    const [one, other] = blocker === 'the officer' ? [host, guest] : [guest, host];
    await setBlock('block', one, other);
    expect(await toNext.next()).toMatchObject({ id, ownAnswer: 'COMING', comingCount: 1, waitingCount: 0 });
    const seen = async (person: Person) =>
      (await ask(`query ($hubId: ID) { gatherings(hubId: $hubId) { edges { node { id } } } }`, { hubId }, person)).data
        .edges;
    expect(await read(id, guest)).toBeNull();
    expect(await seen(guest)).toEqual([]);
    expect(await seen(next)).toHaveLength(1);
    for (const coming of [true, false]) {
      expect(await respond(guest, id, coming)).toMatchObject({ code: 'NOT_FOUND' });
    }
    await change(host, id, { hubId, title: 'Elsewhere', capacity: 1 });
    const theirs = await announced();
    await respond(guest, theirs.id);
    expect(await toGuest.next()).toMatchObject({ id: theirs.id });
    for (const each of [toGuest, toNext]) await each.end();
    await setBlock('unblock', one, other);
    expect(await read(id, guest)).toMatchObject({ id, ownAnswer: null });
    expect((await respond(guest, id)).data.gathering).toMatchObject({ ownAnswer: 'WAITING' });
  });

  test('by the system for a while learn again of the gatherings when it has passed', async () => {
    const { host, id } = await announced({ startsAt: later(3 * day), endsAt: later(3 * day + hour) });
    const follower = citizen();
    await subject
      .em()
      .execute(
        'insert into connections.restraint (officer_id, citizen_id, began_at, ends_at, updated_at) values (?, ?, ?, ?, ?)',
        [host.accountId, follower.accountId, later(0), later(2 * day), later(0)],
      );
    expect(await read(id, follower)).toBeNull();
    expect(await respond(follower, id)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await read(id, citizen())).toMatchObject({ id });
    subject.clock.advance(2 * day);
    expect((await respond(follower, id)).data.gathering).toMatchObject({ ownAnswer: 'COMING' });
  });
});

test('nobody is invited to an excluded area, unless administrators keep a hub there', async () => {
  const shelter = { latitude: 31.5, longitude: -97.1 };
  const { latitude, longitude } = shelter;
  const place = { name: 'By the shelter', position: shelter };
  const before = await announced({ place });
  const ring = [
    [longitude - 0.01, latitude - 0.01],
    [longitude + 0.01, latitude - 0.01],
    [longitude, latitude + 0.01],
  ];
  await ask(
    'mutation ($input: SaveExclusionZoneInput!) { saveExclusionZone(input: $input) { zone { id } } }',
    { input: { name: 'Shelter', reason: 'SHELTER', ring } },
    administrator(),
  );
  expect(await schedule(officer(), { place })).toMatchObject({ code: 'EXCLUDED_ZONE' });
  const elsewhere = await announced();
  expect(await change(elsewhere.host, elsewhere.id, { place })).toMatchObject({ code: 'EXCLUDED_ZONE' });
  expect((await change(before.host, before.id, { place, title: 'Tea' })).data.gathering.title).toBe('Tea');
  const hubId = (await saveHub({ place: shelter })).data.hub.id;
  expect((await schedule(officer(), { hubId })).data.gathering).toMatchObject({ place: shelter });
});
