import fc from 'fast-check';
import { distanceMeters } from '../../kernel/position.ts';
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { capitol } from '../testing/town.ts';
import { citizen, officer, openNeighbourhood } from './testing/neighbourhood.ts';

let subject: TestSubgraph<ConnectionsServices>;
const { ask, saveHub, archiveHub, walk } = openNeighbourhood(() => subject);

const readHub = async (id: string) =>
  (await ask('query ($id: ID!) { hub(id: $id) { id name openingNote zipCode archivedAt } }', { id })).data;
const saved = async (terms: object = {}) => (await saveHub(terms)).data.hub;
const names = async (first: number) => walk('hubs(first: $first, after: $after)', '', { first });

beforeAll(async () => {
  subject = await openTestSubgraph(connections);
});

afterAll(async () => {
  await subject.close();
});

test('an administrator saves a hub, and everybody finds it with its ZIP code, signed in or not', async () => {
  const hub = await saved({ name: 'Central Library', openingNote: 'Weekdays 10 to 8' });
  expect(hub).toMatchObject({ name: 'Central Library', place: capitol, archivedAt: null });
  expect(hub.zipCode).toMatch(/^787\d\d$/);
  expect(await readHub(hub.id)).toMatchObject({ id: hub.id, openingNote: 'Weekdays 10 to 8', zipCode: hub.zipCode });
  expect(await names(100)).toContain(hub.id);
});

test('a place far from every ZIP code has none', async () => {
  expect(await saved({ place: { latitude: 0, longitude: -30 } })).toMatchObject({ zipCode: null });
});

test('the same hub saved again, also at once, is one; with its id it changes', async () => {
  const terms = { name: 'Rec Center' };
  const all = await Promise.all(Array.from({ length: 5 }, () => saved(terms)));
  expect(new Set(all.map(({ id }) => id)).size).toBe(1);
  const hubId = all[0].id;
  const moved = { latitude: 30.35, longitude: -97.7 };
  expect(await saved({ hubId, name: 'Recreation Center', place: moved, openingNote: 'Daily' })).toMatchObject({
    id: hubId,
    name: 'Recreation Center',
    place: moved,
    openingNote: 'Daily',
  });
  expect((await saved(terms)).id).not.toBe(hubId);
});

test('two hubs do not take one name and place', async () => {
  const [first, second] = [await saved(), await saved()];
  expect(await saveHub({ hubId: second.id, name: first.name.toUpperCase() })).toMatchObject({ code: 'BAD_USER_INPUT' });
});

test('an archived hub is off the list and stays readable; its place is free for another', async () => {
  const hub = await saved({ name: 'Old Fire Station' });
  const archived = (await archiveHub(hub.id)).data.hub;
  expect(archived.archivedAt).not.toBeNull();
  subject.clock.advance(1_000);
  expect((await archiveHub(hub.id)).data.hub).toEqual(archived);
  expect(await names(100)).not.toContain(hub.id);
  expect(await readHub(hub.id)).toMatchObject({ archivedAt: archived.archivedAt });
  expect(await saveHub({ hubId: hub.id, name: 'New' })).toMatchObject({ code: 'HUB_ARCHIVED' });
  expect((await saved({ name: 'Old Fire Station' })).id).not.toBe(hub.id);
});

test('only administrators write, and what is not there is NOT_FOUND', async () => {
  const hub = await saved();
  for (const caller of [citizen(), officer()]) {
    expect(await saveHub({ hubId: hub.id }, caller)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await archiveHub(hub.id, caller)).toMatchObject({ code: 'FORBIDDEN' });
  }
  const nobody = { scopes: [] };
  expect(await archiveHub(hub.id, nobody)).toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(await saveHub({ hubId: subject.newId() })).toMatchObject({ code: 'NOT_FOUND' });
  expect(await archiveHub(subject.newId())).toMatchObject({ code: 'NOT_FOUND' });
  expect(await readHub(subject.newId())).toBeNull();
});

test('pages by name miss none and tell none twice while hubs come and go', async () => {
  const stay: string[] = [];
  for (const letter of ['a', 'D', 'g', 'J', 'm']) stay.push((await saved({ name: `Paging ${letter}` })).id);
  const goes = await saved({ name: 'Paging f' });
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const document: string = `query ($after: Cursor) { hubs(first: 2, after: $after) { edges { node { id } } pageInfo { endCursor hasNextPage } } }`;
    const { data } = await ask(document, { after });
    seen.push(...data.edges.map(({ node }: { node: { id: string } }) => node.id));
    after = data.pageInfo.hasNextPage ? data.pageInfo.endCursor : null;
    if (!(await readHub(goes.id)).archivedAt) await archiveHub(goes.id);
    await saveHub({ name: 'Paging A before what was read' });
  } while (after);
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.filter((id) => stay.includes(id))).toEqual(stay);
});

test('hubs near a place are those that a walk through all finds, the nearest first, whatever the size of pages', async () => {
  const town = (latitude: number, longitude: number, index: number) => ({
    latitude: latitude + (index % 4) * 0.011,
    longitude: longitude + Math.floor(index / 4) * 0.013,
  });
  const longitudeAround = (degrees: number) => ((((degrees + 180) % 360) + 360) % 360) - 180;
  // Fiji lies on both sides of the antimeridian.
  for (let index = 0; index < 16; index++) {
    await saved({ place: town(-39.5, 10, index) });
    const { latitude, longitude } = town(-17, 179.97, index);
    await saved({ place: { latitude, longitude: longitudeAround(longitude) } });
  }
  const all = await subject
    .em()
    .execute<{ id: string; latitude: number; longitude: number }[]>(
      'select id, latitude, longitude from connections.hub where archived_at is null',
    );
  const offset = fc.double({ min: -0.05, max: 0.05, noNaN: true });
  const size = fc.integer({ min: 1, max: 7 });
  const property = fc.asyncProperty(
    fc.constantFrom([-39.5, 10], [-17, 179.99]),
    offset,
    offset,
    fc.integer({ min: 1, max: 9_000 }),
    size,
    async ([latitude = 0, longitude = 0], north, east, radiusMeters, first) => {
      const position = { latitude: latitude + north, longitude: longitudeAround(longitude + east) };
      const expected = all
        .map((hub) => ({ id: hub.id, meters: distanceMeters(position, hub) }))
        .filter(({ meters }) => Math.round(meters) <= radiusMeters)
        .map(({ id, meters }) => ({ id, meters: Math.round(meters) }))
        .sort((a, b) => a.meters - b.meters || (a.id < b.id ? -1 : 1))
        .map(({ id }) => id);
      const near = { position, radiusMeters };
      const field = 'hubs(near: $near, first: $first, after: $after)';
      expect(await walk(field, '$near: NearInput, ', { near, first })).toEqual(expected);
    },
  );
  await fc.assert(property, { numRuns: 40 });
});

test('hubs near a ZIP code are those around its middle, with their distance', async () => {
  const hub = await saved({ place: { latitude: 21.3069, longitude: -157.8583 } });
  const document =
    'query ($near: NearInput) { hubs(near: $near) { edges { node { id distanceMeters } } pageInfo { endCursor } } }';
  const { data } = await ask(document, { near: { zipCode: '96813' } });
  expect(data.edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual([hub.id]);
  expect(data.edges[0].node.distanceMeters).toBeLessThan(5_000);
  for (const near of [
    {},
    { zipCode: '96813', position: capitol },
    { zipCode: '00000' },
    { position: capitol, radiusMeters: 100_001 },
  ]) {
    expect(await ask(document, { near })).toMatchObject({ code: 'BAD_USER_INPUT' });
  }
  const foreign = 'query ($after: Cursor) { hubs(after: $after) { edges { node { id } } } }';
  expect(await ask(foreign, { after: data.pageInfo.endCursor })).toMatchObject({ code: 'BAD_USER_INPUT' });
});
