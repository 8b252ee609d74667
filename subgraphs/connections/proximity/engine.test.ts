import fc from 'fast-check';
import { distanceMeters, EARTH_RADIUS_METERS, type Position } from '../../kernel/position.ts';
import { away, bearing, evenly, lengthMeters, place } from '../testing/places.ts';
import { ProximityEngine } from './engine.ts';
import { Grid } from './grid.ts';

const radius = lengthMeters(10, 50_000);

test('a cell holds the places that it is told for, and none is further from its middle than it says', () => {
  fc.assert(
    fc.property(
      place,
      evenly(0, 20_000),
      bearing,
      fc.constantFrom(10, 100, 5_000),
      (start, far, towards, cellMeters) => {
        const position = away(start, far, towards);
        const { center, radiusMeters } = new Grid(cellMeters).coarse(position);
        expect(distanceMeters(center, position)).toBeLessThanOrEqual(radiusMeters + 1e-3);
        expect(radiusMeters).toBeLessThan(cellMeters * 1.2);
      },
    ),
    { numRuns: 5_000 },
  );
});

test('places of one cell are told alike, so that any number of questions finds the cell and nothing finer', () => {
  const grid = new Grid(100);
  let alike = 0;
  fc.assert(
    fc.property(place, evenly(0, 20_000), bearing, evenly(0, 120), bearing, (start, far, towards, step, aside) => {
      const one = away(start, far, towards);
      const other = away(one, step, aside);
      const isSameCell = grid.cellOf(one) === grid.cellOf(other);
      if (isSameCell) alike++;
      expect(JSON.stringify(grid.coarse(one)) === JSON.stringify(grid.coarse(other))).toBe(isSameCell);
    }),
    { numRuns: 2_000 },
  );
  expect(alike).toBeGreaterThan(200);
});

test('the cells within a radius hold every place within it, those at its very edge too', () => {
  // Little less than the radius, towards all sides, is where a row or a column would be forgotten first.
  const share = fc.oneof(evenly(0, 1), fc.constantFrom(0.999999, 0.9999, 0.99));
  fc.assert(
    fc.property(
      place,
      evenly(0, 20_000),
      bearing,
      radius,
      share,
      bearing,
      (start, far, towards, meters, part, side) => {
        const center = away(start, far, towards);
        const other = away(center, meters * part, side);
        fc.pre(distanceMeters(center, other) <= meters);
        const grid = new Grid(Math.max(100, meters / 3));
        expect([...grid.cellsWithin(center, meters)]).toContain(grid.cellOf(other));
      },
    ),
    { numRuns: 20_000 },
  );
});

/** A move lands within 1.2 reaches of the middle, so that pairs enter, linger at the border and leave. */
interface Command {
  readonly kind: 'officer' | 'citizen' | 'officerLeaves' | 'citizenLeaves';
  readonly id: number;
  readonly reaches: number;
  readonly towards: number;
  readonly onBorder: boolean;
}

const command: fc.Arbitrary<Command> = fc.record({
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('officer' as const, 'citizen' as const) },
    { weight: 1, arbitrary: fc.constantFrom('officerLeaves' as const, 'citizenLeaves' as const) },
  ),
  id: fc.nat(2),
  reaches: evenly(0, 1.2),
  towards: bearing,
  onBorder: fc.boolean(),
});

/** Moves a place onto the border of the engine's cells for this reach: of its row, and of its column where it has any. */
function ontoBorder(position: Position, reachMeters: number): Position {
  const rows = Math.floor((Math.PI * EARTH_RADIUS_METERS) / Math.max(100, reachMeters));
  const height = 180 / rows;
  const latitude = Math.max(-90, Math.min(90, -90 + Math.round((position.latitude + 90) / height) * height));
  const narrow = Math.max(Math.abs(latitude), Math.abs(latitude + height));
  const columns = Math.max(1, Math.floor((360 * Math.cos((narrow * Math.PI) / 180)) / height + 1e-9));
  return { latitude, longitude: -180 + (Math.round(((position.longitude + 180) / 360) * columns) * 360) / columns };
}

test('pairs enter and leave exactly as brute force says, everywhere and for every radius', () => {
  const seen = { entered: 0, left: 0, lingering: 0 };
  fc.assert(
    fc.property(place, fc.array(command, { minLength: 30, maxLength: 60 }), radius, (middle, commands, reach) => {
      const engine = new ProximityEngine(reach);
      const officers = new Map<string, Position>();
      const citizens = new Map<string, Position>();
      const expected = new Set<string>();
      const told = new Set<string>();
      for (const { kind, id: number, reaches, towards, onBorder } of commands) {
        const id = `${kind.startsWith('officer') ? 'o' : 'c'}${number}`;
        const side = id.startsWith('o') ? officers : citizens;
        const free = away(middle, reaches * reach, towards);
        const position = onBorder ? ontoBorder(free, reach) : free;
        if (kind === 'officer' || kind === 'citizen') side.set(id, position);
        else side.delete(id);
        const changes =
          kind === 'officer'
            ? engine.placeOfficer(id, position, reach)
            : kind === 'citizen'
              ? engine.placeCitizen(id, position)
              : kind === 'officerLeaves'
                ? engine.removeOfficer(id)
                : engine.removeCitizen(id);
        for (const { officerId, citizenId, change } of changes) {
          const pair = `${officerId} ${citizenId}`;
          expect(told.has(pair)).toBe(change === 'left');
          if (change === 'entered') told.add(pair);
          else told.delete(pair);
          seen[change]++;
        }
        for (const pair of [...expected]) {
          const [officerId = '', citizenId = ''] = pair.split(' ');
          const [officer, citizen] = [officers.get(officerId), citizens.get(citizenId)];
          if (!officer || !citizen || distanceMeters(officer, citizen) > reach * 1.2) expected.delete(pair);
          else if (distanceMeters(officer, citizen) > reach) seen.lingering++;
        }
        for (const [officerId, officer] of officers) {
          for (const [citizenId, citizen] of citizens) {
            if (distanceMeters(officer, citizen) <= reach) expected.add(`${officerId} ${citizenId}`);
          }
        }
        expect([...told].sort()).toEqual([...expected].sort());
        for (const citizenId of citizens.keys()) {
          const near = [...expected].filter((pair) => pair.endsWith(` ${citizenId}`)).map((pair) => pair.split(' ')[0]);
          expect([...engine.officersNear(citizenId)].sort()).toEqual(near.sort());
        }
      }
    }),
    { numRuns: 250 },
  );
  // A test in which nobody meets proves nothing.
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(250);
});

test('nobody is near themselves', () => {
  const engine = new ProximityEngine(150);
  const here = { latitude: 30, longitude: -97 };
  engine.placeOfficer('x', here, 150);
  expect(engine.placeCitizen('x', here)).toEqual([]);
});
