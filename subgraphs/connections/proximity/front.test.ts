import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { distanceMeters, type Position } from '../../kernel/position.ts';
import { type Earth, openEarth, RADIUS_METERS, Screen, TIME_TO_LIVE_SECONDS } from '../testing/earth.ts';
import { away, bearing, evenly, place } from '../testing/places.ts';
import type { ProximityFront } from './front.ts';
import { TERRITORY_CELL_METERS } from './territory.ts';

const minute = 60_000;

const only = (earth: Earth): ProximityFront => earth.fronts[0] as ProximityFront;

describe('one worker', () => {
  let earth: Earth;

  beforeAll(async () => {
    earth = await openEarth();
  });

  /** Whoever an earlier run left about is gone. */
  afterEach(() => {
    earth.clock.advance(16 * minute);
  });

  afterAll(async () => {
    await earth.close();
  });

  test('whoever is within the radius of the true position finds the officer, and nobody much further does', async () => {
    // Close to the radius more often than not: that is where one would be missed.
    const distances = fc.oneof(evenly(0, 500), evenly(RADIUS_METERS - 20, RADIUS_METERS));
    const front = only(earth);
    await fc.assert(
      fc.asyncProperty(
        place,
        evenly(0, 5_000),
        bearing,
        distances,
        bearing,
        fc.boolean(),
        async (start, far, towards, ...others) => {
          const [meters, side, officerFirst] = others;
          const [officer, citizen] = [earth.officer(), randomUUID()];
          const truth = away(start, far, towards);
          const beside = away(truth, meters, side);
          const distance = distanceMeters(truth, beside);
          if (officerFirst) await earth.report(front, officer, truth);
          await earth.report(front, citizen, beside);
          if (!officerFirst) await earth.report(front, officer, truth);
          const isFound = (await front.sighting(citizen, officer)) !== undefined;
          await earth.closeWindow(officer);
          if (distance <= RADIUS_METERS) expect(isFound).toBe(true);
          // The middle of the cell is at most 120 m off, and the reach makes up for as much again.
          if (distance > RADIUS_METERS + 240) expect(isFound).toBe(false);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('any number of phones with false positions see the same of two officers in one cell: no better than the grid', async () => {
    const probes = fc.array(fc.tuple(evenly(0, 500), bearing), { minLength: 1, maxLength: 30 });
    const front = only(earth);
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(place, evenly(0, 5_000), bearing, evenly(0, 100), bearing, probes, async (start, ...others) => {
        const [far, towards, step, aside, visits] = others;
        const one = away(start, far, towards);
        const seen = [];
        for (const truth of [one, away(one, step, aside)]) {
          const [officer, beside] = [earth.officer(), randomUUID()];
          await earth.report(front, officer, truth);
          await earth.report(front, beside, truth);
          const views = [];
          for (const [meters, direction] of visits) {
            // An attacker with one account a place is as strong as one who may jump.
            const attacker = randomUUID();
            await earth.report(front, attacker, away(one, meters, direction));
            const { cell, meters: distance } = (await front.sighting(attacker, officer)) ?? {};
            views.push({ cell, distance });
          }
          seen.push({ cell: (await front.sighting(beside, officer))?.cell, views });
          await earth.closeWindow(officer);
        }
        fc.pre(JSON.stringify(seen[0]?.cell) === JSON.stringify(seen[1]?.cell));
        compared++;
        expect(seen[0]).toEqual(seen[1]);
      }),
      { numRuns: 150 },
    );
    expect(compared).toBeGreaterThanOrEqual(150);
  });

  test('one phone with false positions learns of no more places than a fast car would see', async () => {
    const front = only(earth);
    const start = { latitude: 30.27, longitude: -97.74 };
    const officers = Array.from({ length: 40 }, () => earth.officer());
    // On a ring around the start, all out of sight from there.
    for (const [index, officer] of officers.entries()) {
      await earth.report(front, officer, away(start, 3_000, (index / officers.length) * 2 * Math.PI));
    }
    const attacker = randomUUID();
    await earth.report(front, attacker, start);
    const found = new Set<string>();
    for (let probe = 0; probe < 600; probe++) {
      const towards = ((probe % officers.length) / officers.length) * 2 * Math.PI;
      await earth.report(front, attacker, away(start, 3_000, towards));
      for (const { officerId } of await front.sightings(attacker)) found.add(officerId);
      earth.clock.advance(100);
    }
    // One minute: 4.2 km, and the distance to the ring is 3 km less what GPS may err.
    expect(found.size).toBeGreaterThan(0);
    expect(found.size).toBeLessThan(8);
  });

  test('alerts of a citizen go to that citizen only, and hold nothing finer than the cell', async () => {
    const front = only(earth);
    const truth = { latitude: 30.274701, longitude: -97.740402 };
    const [officer, citizen] = [earth.officer(), randomUUID()];
    const [feed, stranger] = [await front.listen(citizen), await front.listen(randomUUID())];
    await earth.report(front, citizen, truth);
    await earth.report(front, officer, truth);
    const { value } = await feed.next();
    expect(value.cell).toEqual((await front.sighting(citizen, officer))?.cell);
    expect(JSON.stringify(value)).not.toContain(String(truth.latitude));
    await earth.closeWindow(officer);
    expect((await feed.next()).value.kind).toBe('LEFT');
    const nothing = stranger.next();
    await stranger.return();
    expect(await nothing).toEqual({ done: true, value: undefined });
    await feed.return();
  });

  test('what is past its time is gone, to the instant', async () => {
    const front = only(earth);
    const here = { latitude: 30.27, longitude: -97.74 };
    const [officer, citizen] = [earth.officer(), randomUUID()];
    await earth.report(front, officer, here);
    await earth.report(front, citizen, here);
    expect(await front.sighting(citizen, officer)).toBeDefined();
    earth.clock.advance(TIME_TO_LIVE_SECONDS * 1_000 - 1_000);
    expect(await front.lastReport(citizen)).toBeDefined();
    earth.clock.advance(1_000);
    expect(await front.lastReport(citizen)).toBeUndefined();
    expect(await front.sightings(citizen)).toEqual([]);
    earth.clock.advance(1_000);
    expect([earth.load(), front.load]).toEqual([0, 0]);
    earth.clock.advance(14 * minute);
    await expect(earth.report(front, officer, here)).rejects.toThrow('no open window');
  });

  test('a closed window is not opened again by a report that was on its way', async () => {
    const front = only(earth);
    const here = { latitude: 30.27, longitude: -97.74 };
    const [officer, citizen] = [earth.officer(), randomUUID()];
    await earth.report(front, citizen, here);
    await earth.report(front, officer, here);
    const late = earth.report(front, officer, here);
    await earth.closeWindow(officer);
    await late;
    expect(await front.sightings(citizen)).toEqual([]);
  });

  test('a report that comes while the officer is looked up again is not undone by it', async () => {
    const front = only(earth);
    const [here, there] = [
      { latitude: 30.27, longitude: -97.74 },
      { latitude: 30.29, longitude: -97.74 },
    ];
    const [officer, citizen] = [earth.officer(), randomUUID()];
    await earth.report(front, officer, here);
    await earth.report(front, citizen, there);
    earth.clock.advance(60_000);
    const gate = Promise.withResolvers<void>();
    earth.gate = gate.promise;
    front.officerChanged(officer);
    const moved = earth.report(front, officer, there);
    // Our own word that the officer has changed comes back within two turns.
    await new Promise<void>((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));
    gate.resolve();
    await moved;
    expect((await front.lastReport(officer))?.position).toEqual(there);
    expect(await front.sighting(citizen, officer)).toBeDefined();
    await earth.closeWindow(officer);
  });

  test('people who are kept apart do not find each other, from the moment it is said', async () => {
    const front = only(earth);
    const here = { latitude: 30.27, longitude: -97.74 };
    const [officer, citizen] = [earth.officer(), randomUUID()];
    const feed = await front.listen(citizen);
    await earth.report(front, citizen, here);
    await earth.report(front, officer, here);
    expect((await feed.next()).value.kind).toBe('ENTERED');
    earth.apart.add(officer);
    front.restraintsChanged([officer, citizen], false);
    expect((await feed.next()).value.kind).toBe('LEFT');
    expect(await front.sightings(citizen)).toEqual([]);
    earth.apart.delete(officer);
    front.restraintsChanged([officer, citizen], false);
    expect((await feed.next()).value.kind).toBe('PRESENT');
    await feed.return();
  });
});

interface Step {
  readonly who: number;
  readonly front: number;
  readonly far: number;
  readonly towards: number;
}

test('divided among workers that come and go, everybody is shown the same as by one, at all borders', async () => {
  // A corner of four territories, at 30 degrees north: the middle of a cell, moved to its edge.
  const rows = Math.floor(20_015_115 / TERRITORY_CELL_METERS);
  const corner: Position = { latitude: -90 + Math.round((120 * rows) / 180) * (180 / rows), longitude: -97.7 };
  const step: fc.Arbitrary<Step> = fc.record({
    who: fc.nat(9),
    front: fc.nat(1),
    far: evenly(0, 900),
    towards: bearing,
  });
  let told = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 80 }), fc.nat(60), async (steps, turn) => {
      const alone = await openEarth();
      const divided = await openEarth({ workers: 5, fronts: 2 });
      const pairs = Array.from({ length: 5 }, () => [alone.officer(), divided.officer()] as const);
      const citizens = Array.from({ length: 5 }, () => randomUUID());
      const screens = new Map<string, [Screen, Screen]>();
      for (const [index, citizen] of citizens.entries()) {
        const front = divided.fronts[index % 2] as ProximityFront;
        screens.set(citizen, [new Screen(await only(alone).listen(citizen)), new Screen(await front.listen(citizen))]);
      }
      for (const [index, { who, front, far, towards }] of steps.entries()) {
        const position = away(corner, far, towards);
        // No multiple of the time to live or of a window: their ends never coincide with a step.
        for (const earth of [alone, divided]) earth.clock.advance(21_000);
        const ids = who < 5 ? (pairs[who] ?? ['', '']) : [citizens[who - 5] ?? '', citizens[who - 5] ?? ''];
        // A phone keeps to its gateway.
        const through = divided.fronts[who < 5 ? front : (who - 5) % 2] as ProximityFront;
        await Promise.all([
          earthReport(alone, only(alone), ids[0], position),
          earthReport(divided, through, ids[1], position),
        ]);
        if (index === turn) await divided.leave('worker-2');
        if (index === turn + 5) await divided.join('worker-7');
        // Asked for, all that was said before has been taken in.
        await Promise.all(citizens.flatMap((citizen) => [only(alone).sightings(citizen), through.sightings(citizen)]));
      }
      // What has ended is told with the next tick.
      for (const earth of [alone, divided]) earth.clock.advance(1_000);
      await Promise.all(
        citizens.flatMap((citizen) => [only(alone), ...divided.fronts].map((front) => front.sightings(citizen))),
      );
      for (const citizen of citizens) {
        const [one, other] = screens.get(citizen) ?? [];
        const expected = [...(await only(alone).sightings(citizen))].map(({ officerId }) => officerId);
        const found = [...(await (divided.fronts[0] as ProximityFront).sightings(citizen))].map(
          ({ officerId }) => officerId,
        );
        const numbered = (ids: Iterable<string>, side: 0 | 1) =>
          [...ids].map((id) => pairs.findIndex((pair) => pair[side] === id)).sort();
        expect(numbered(found, 1)).toEqual(numbered(expected, 0));
        expect(numbered(one?.shown ?? [], 0)).toEqual(numbered(expected, 0));
        expect(numbered(other?.shown ?? [], 1)).toEqual(numbered(expected, 0));
        // Nothing is news twice, and the same is news.
        expect(numbered(other?.news ?? [], 1)).toEqual(numbered(one?.news ?? [], 0));
        told += one?.kinds.length ?? 0;
      }
      for (const pair of screens.values()) for (const screen of pair) await screen.close();
      await Promise.all([alone.close(), divided.close()]);
    }),
    { numRuns: 12, endOnFailure: true },
  );
  expect(told).toBeGreaterThan(100);
}, 120_000);

function earthReport(earth: Earth, front: ProximityFront, id: string, position: Position) {
  return earth.report(front, id, position).catch((error: Error) => {
    // After 15 minutes the windows are over, in both.
    if (!/no open window/.test(error.message)) throw error;
  });
}
