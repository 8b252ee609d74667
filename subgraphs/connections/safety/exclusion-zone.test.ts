import { randomUUID } from 'node:crypto';
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { capitol, faraway, minute, person } from '../testing/town.ts';
import { administrator, openPrecinct } from './testing/precinct.ts';

let subject: TestSubgraph<ConnectionsServices>;
const { open, restraints, save, archive, around } = openPrecinct(() => subject);

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

describe('an exclusion zone', () => {
  test('keeps windows from being opened in it until it is archived, and can be drawn anew', async () => {
    const { zone } = await save({ ring: around(faraway) });
    expect(zone).toMatchObject({ name: 'Shelter', reason: 'SHELTER', ring: around(faraway), archivedAt: null });
    expect(restraints().isExcluded(faraway)).toBe(true);
    expect(await open(person('officer'), faraway)).toEqual({ code: 'EXCLUDED_ZONE' });
    expect(await open(person('officer'), capitol)).toMatchObject({ window: { state: 'OPEN' } });
    const elsewhere = { latitude: 10, longitude: 180 };
    await save({
      zoneId: zone.id,
      ring: [
        [179, 9],
        [-179, 9],
        [-179, 11],
        [179, 11],
      ],
    });
    expect(restraints().isExcluded(faraway)).toBe(false);
    expect(restraints().isExcluded(elsewhere)).toBe(true);
    expect(restraints().isExcluded({ ...elsewhere, longitude: -180 })).toBe(true);
    const archived = (await archive(zone.id)) as unknown as { zone: { archivedAt: string } };
    expect(await archive(zone.id)).toEqual(archived);
    expect(archived.zone.archivedAt).not.toBeNull();
    expect(restraints().isExcluded(elsewhere)).toBe(false);
    expect(await save({ zoneId: zone.id, ring: around(faraway) })).toEqual({ code: 'NOT_FOUND' });
  });

  test('is refused where its ring is none', async () => {
    const rings = [
      [
        [0, 0],
        [2, 2],
        [2, 0],
        [0, 2],
      ],
      [
        [0, 80],
        [120, 80],
        [-120, 80],
      ],
      [
        [0, 0],
        [1, 1],
      ],
      [
        [0, 0],
        [1, 1],
        [200, 0],
      ],
      'not a ring',
    ];
    for (const ring of rings) expect(await save({ ring })).toEqual({ code: 'BAD_USER_INPUT' });
    expect(await archive(randomUUID())).toEqual({ code: 'NOT_FOUND' });
    expect(await save({ zoneId: randomUUID(), ring: around(faraway) })).toEqual({ code: 'NOT_FOUND' });
  });

  test('is written in the text of an operation as well as in its variables', async () => {
    const document = `mutation { saveExclusionZone(input: { name: "Court", reason: COURT, ring: [[1, 1], [2.5, 1], [2, -2e0]] }) {
      zone { id ring } } }`;
    const { data } = await subject.execute(document, {}, administrator.caller);
    expect(data.saveExclusionZone.zone.ring).toEqual([
      [1, 1],
      [2.5, 1],
      [2, -2],
    ]);
    await archive(data.saveExclusionZone.zone.id);
  });

  test('stands in the list until it is archived', async () => {
    const { zone } = await save({ ring: around(faraway) });
    const list = async () =>
      (await subject.execute('{ exclusionZones { edges { node { id } } } }', {}, administrator.caller)).data
        .exclusionZones.edges;
    expect((await list())[0]).toEqual({ node: { id: zone.id } });
    await archive(zone.id);
    expect(await list()).not.toContainEqual({ node: { id: zone.id } });
  });
});
