import fc from 'fast-check';
import { distanceMeters, EARTH_RADIUS_METERS, type Position } from '../kernel/position.ts';
import { Grid } from './grid.ts';
import { ProximityEngine } from './proximity.ts';

const degrees = (least: number, most: number) => fc.double({ min: least, max: most, noNaN: true });

/** Places where grids go wrong: poles, antimeridian, equator, and a city. */
const corners: readonly Position[] = [
  { latitude: 30.2672, longitude: -97.7431 },
  { latitude: 90, longitude: 0 },
  { latitude: -90, longitude: 50 },
  { latitude: 89.99, longitude: 179.99 },
  { latitude: 0, longitude: 180 },
  { latitude: 0, longitude: -180 },
  { latitude: 64.8, longitude: -179.999 },
  { latitude: -45, longitude: 0 },
];

/** A place within about 0.02 degrees of one of the corners. */
const place: fc.Arbitrary<Position> = fc
  .tuple(fc.constantFrom(...corners), degrees(-0.02, 0.02), degrees(-0.02, 0.02))
  .map(([{ latitude, longitude }, north, east]) => ({
    latitude: Math.max(-90, Math.min(90, latitude + north)),
    longitude: ((((longitude + east + 180) % 360) + 360) % 360) - 180,
  }));
const anywhere: fc.Arbitrary<Position> = fc.record({ latitude: degrees(-90, 90), longitude: degrees(-180, 180) });
const radius = fc.oneof(degrees(10, 300), degrees(300, 50_000));

test('a cell holds the places that it is told for, and none is further from its middle than it says', () => {
  fc.assert(
    fc.property(fc.oneof(place, anywhere), fc.constantFrom(10, 100, 5_000), (position, cellMeters) => {
      const { center, radiusMeters } = new Grid(cellMeters).coarse(position);
      expect(distanceMeters(center, position)).toBeLessThanOrEqual(radiusMeters + 1e-3);
      expect(radiusMeters).toBeLessThan(cellMeters * 1.2);
    }),
    { numRuns: 2_000 },
  );
});

test('places of one cell are told alike, so that any number of questions finds the cell and nothing finer', () => {
  const grid = new Grid(100);
  fc.assert(
    fc.property(place, place, (one, other) => {
      if (grid.cellOf(one) === grid.cellOf(other)) expect(grid.coarse(one)).toEqual(grid.coarse(other));
    }),
  );
});

test('the cells within a radius hold every place within it', () => {
  fc.assert(
    fc.property(
      fc.oneof(place, anywhere),
      place,
      radius,
      fc.constantFrom(100, 1_000),
      (center, other, meters, cell) => {
        if (distanceMeters(center, other) > meters) return;
        const grid = new Grid(cell);
        expect([...grid.cellsWithin(center, meters)]).toContain(grid.cellOf(other));
      },
    ),
    { numRuns: 2_000 },
  );
});

/** Moves a place onto the border of the engine's cells for this reach, in both directions where its row allows. */
function ontoBorder(position: Position, reachMeters: number): Position {
  const rows = Math.floor(((180 * Math.PI) / 180) * (EARTH_RADIUS_METERS / Math.max(100, reachMeters)));
  const height = 180 / rows;
  const row = Math.round((position.latitude + 90) / height);
  const latitude = Math.max(-90, Math.min(90, -90 + row * height));
  const narrow = Math.max(Math.abs(latitude), Math.abs(latitude + height));
  const columns = Math.max(1, Math.floor((360 * Math.cos((narrow * Math.PI) / 180)) / height + 1e-9));
  const column = Math.round(((position.longitude + 180) / 360) * columns);
  return { latitude, longitude: -180 + (column * 360) / columns };
}

type Command =
  | { readonly kind: 'officer' | 'citizen'; readonly id: number; readonly position: Position }
  | { readonly kind: 'officerLeaves' | 'citizenLeaves'; readonly id: number };

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom('officer', 'citizen'), id: fc.nat(4), position: place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('officerLeaves', 'citizenLeaves'), id: fc.nat(4) }) },
);

test('pairs enter and leave exactly as brute force says, everywhere and for every radius', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), radius, fc.boolean(), (commands, reach, onBorders) => {
      const engine = new ProximityEngine(reach);
      const officers = new Map<string, Position>();
      const citizens = new Map<string, Position>();
      const expected = new Set<string>();
      const told = new Set<string>();
      for (const drawn of commands) {
        const each =
          'position' in drawn && onBorders ? { ...drawn, position: ontoBorder(drawn.position, reach) } : drawn;
        const id = `${each.kind.startsWith('officer') ? 'o' : 'c'}${each.id}`;
        const changes =
          each.kind === 'officer'
            ? engine.placeOfficer(id, each.position, reach)
            : each.kind === 'citizen'
              ? engine.placeCitizen(id, each.position)
              : each.kind === 'officerLeaves'
                ? engine.removeOfficer(id)
                : engine.removeCitizen(id);
        const side = id.startsWith('o') ? officers : citizens;
        if ('position' in each) side.set(id, each.position);
        else side.delete(id);
        for (const { officerId, citizenId, change } of changes) {
          const pair = `${officerId} ${citizenId}`;
          expect(told.has(pair)).toBe(change === 'left');
          if (change === 'entered') told.add(pair);
          else told.delete(pair);
        }
        for (const pair of [...expected]) {
          const [officerId = '', citizenId = ''] = pair.split(' ');
          const [officer, citizen] = [officers.get(officerId), citizens.get(citizenId)];
          if (!officer || !citizen || distanceMeters(officer, citizen) > reach * 1.2) expected.delete(pair);
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
    { numRuns: 400 },
  );
});

test('nobody is near themselves', () => {
  const engine = new ProximityEngine(150);
  const here = { latitude: 30, longitude: -97 };
  engine.placeOfficer('x', here, 150);
  expect(engine.placeCitizen('x', here)).toEqual([]);
});
