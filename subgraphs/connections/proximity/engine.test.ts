import fc from 'fast-check';
import { distanceMeters, EARTH_RADIUS_METERS, type Position } from '../../kernel/position.ts';
import { away, bearing, evenly, lengthMeters, place } from '../testing/places.ts';
import { CITIZEN_CELL_METERS, LEAVING_FACTOR, OFFICER_CELL_METERS, ProximityEngine } from './engine.ts';
import { Grid } from './grid.ts';
import { ENTERED } from './pairs.ts';

const radius = lengthMeters(10, 50_000);

test('a cell holds the places that it is told for, and none is further from its middle than it says', () => {
  const grids = new Map([50, 100, 5_000].map((cellMeters) => [cellMeters, new Grid(cellMeters)]));
  fc.assert(
    fc.property(
      place,
      evenly(0, 20_000),
      bearing,
      fc.constantFrom(...grids),
      (start, far, towards, [cellMeters, grid]) => {
        const position = away(start, far, towards);
        const { center, radiusMeters } = grid.coarse(position);
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
  const grids = new Map<number, Grid>();
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
        const cellMeters = [200, 2_000, 20_000].find((size) => size * 20 > meters) ?? 20_000;
        const grid = grids.get(cellMeters) ?? new Grid(cellMeters);
        grids.set(cellMeters, grid);
        expect(grid.cellsWithin(center, meters)).toContain(grid.cellOf(other));
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

/** Moves a place onto the border of cells of this height: of its row, and of its column where it has any. */
function ontoBorder(position: Position, cellMeters: number): Position {
  const rows = Math.floor((Math.PI * EARTH_RADIUS_METERS) / cellMeters);
  const height = 180 / rows;
  const latitude = Math.max(-90, Math.min(90, -90 + Math.round((position.latitude + 90) / height) * height));
  const narrow = Math.max(Math.abs(latitude), Math.abs(latitude + height));
  const columns = Math.max(1, Math.floor((360 * Math.cos((narrow * Math.PI) / 180)) / height + 1e-9));
  return { latitude, longitude: -180 + (Math.round(((position.longitude + 180) / 360) * columns) * 360) / columns };
}

/** The engine compares chords, brute force great circles: they may differ where a distance equals a reach to this. */
const ROUNDING_METERS = 1e-5;

/** Names and places beside the engine's numbers, and what it has told. */
class Town {
  readonly engine: ProximityEngine;
  readonly names: { officer: string[]; citizen: string[] } = { officer: [], citizen: [] };
  readonly numbers = { officer: new Map<string, number>(), citizen: new Map<string, number>() };
  readonly places = { officer: new Map<string, Position>(), citizen: new Map<string, Position>() };
  readonly told = new Set<string>();
  readonly seen = { entered: 0, left: 0, lingering: 0 };
  readonly reach: number;

  constructor(reach: number) {
    this.reach = reach;
    this.engine = new ProximityEngine(reach);
  }

  move(side: 'officer' | 'citizen', name: string, at: Position): number | undefined {
    let number = this.numbers[side].get(name);
    if (number === undefined) number = side === 'officer' ? this.engine.addOfficer() : this.engine.addCitizen();
    this.numbers[side].set(name, number);
    this.names[side][number] = name;
    this.places[side].set(name, at);
    let quiet: number | undefined;
    if (side === 'officer') this.engine.moveOfficer(number, at.latitude, at.longitude, this.reach);
    else quiet = this.engine.moveCitizen(number, at.latitude, at.longitude);
    this.#listen();
    return quiet;
  }

  leave(side: 'officer' | 'citizen', name: string): void {
    const number = this.numbers[side].get(name);
    if (number === undefined) return;
    if (side === 'officer') this.engine.removeOfficer(number);
    else this.engine.removeCitizen(number);
    this.#listen();
    this.numbers[side].delete(name);
    this.places[side].delete(name);
  }

  #listen(): void {
    const { items, count } = this.engine.changes;
    for (let index = 0; index < count; index++) {
      const [officer, citizen, change] = items.subarray(3 * index, 3 * index + 3);
      const pair = `${this.names.officer[officer ?? -1]} ${this.names.citizen[citizen ?? -1]}`;
      expect(this.told.has(pair)).toBe(change !== ENTERED);
      if (change === ENTERED) this.told.add(pair);
      else this.told.delete(pair);
      this.seen[change === ENTERED ? 'entered' : 'left']++;
    }
  }
}

test('pairs enter and leave exactly as brute force says, everywhere and for every radius', () => {
  const seen = { entered: 0, left: 0, lingering: 0 };
  fc.assert(
    fc.property(place, fc.array(command, { minLength: 30, maxLength: 60 }), radius, (middle, commands, reach) => {
      const town = new Town(reach);
      const expected = new Set<string>();
      for (const { kind, id, reaches, towards, onBorder } of commands) {
        const side = kind.startsWith('officer') ? 'officer' : 'citizen';
        const free = away(middle, reaches * reach, towards);
        const cellMeters =
          side === 'officer' ? Math.max(CITIZEN_CELL_METERS, reach / 2) : Math.max(OFFICER_CELL_METERS, reach);
        const position = onBorder ? ontoBorder(free, cellMeters) : free;
        const quiet = kind === side ? town.move(side, `${side}${id}`, position) : undefined;
        if (kind !== side) town.leave(side, `${side}${id}`);
        for (const pair of [...expected]) {
          const [officerId = '', citizenId = ''] = pair.split(' ');
          const [officer, citizen] = [town.places.officer.get(officerId), town.places.citizen.get(citizenId)];
          const distance = officer && citizen ? distanceMeters(officer, citizen) : Infinity;
          fc.pre(Math.abs(distance - reach * LEAVING_FACTOR) > ROUNDING_METERS);
          if (distance > reach * LEAVING_FACTOR) expected.delete(pair);
          else if (distance > reach) seen.lingering++;
        }
        for (const [officerId, officer] of town.places.officer) {
          for (const [citizenId, citizen] of town.places.citizen) {
            const distance = distanceMeters(officer, citizen);
            fc.pre(Math.abs(distance - reach) > ROUNDING_METERS);
            if (distance <= reach) expected.add(`${officerId} ${citizenId}`);
          }
        }
        expect([...town.told].sort()).toEqual([...expected].sort());
        expect(town.engine.pairCount).toBe(expected.size);
        for (const [citizenId, number] of town.numbers.citizen) {
          const near = [...expected].filter((pair) => pair.endsWith(` ${citizenId}`)).map((pair) => pair.split(' ')[0]);
          const told = town.engine.officersNear(number).map((officer) => town.names.officer[officer]);
          expect(told.sort()).toEqual(near.sort());
        }
        if (quiet === undefined) continue;
        const isPaired = [...expected].some((pair) => pair.endsWith(` citizen${id}`));
        const distances = [...town.places.officer.values()].map((officer) => distanceMeters(officer, position));
        const free2 = Math.max(0, Math.min(2_000, Math.min(...distances) - reach));
        expect(Math.abs(quiet - (isPaired ? 0 : free2))).toBeLessThan(1e-3);
      }
      seen.entered += town.seen.entered;
      seen.left += town.seen.left;
    }),
    { numRuns: 400 },
  );
  // A test in which nobody meets proves nothing.
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(250);
});

test('the nearest officer is the one that brute force finds, however far, and none where none is within reach', () => {
  const offsets = fc.array(fc.tuple(lengthMeters(1, 30_000), bearing), { minLength: 0, maxLength: 12 });
  let found = 0;
  fc.assert(
    fc.property(
      place,
      evenly(0, 20_000),
      bearing,
      offsets,
      lengthMeters(10, 50_000),
      (start, far, towards, ...rest) => {
        const [others, most] = rest;
        const center = away(start, far, towards);
        const engine = new ProximityEngine(270);
        const officers = new Map<number, Position>();
        for (const [meters, side] of others) {
          const position = away(center, meters, side);
          const officer = engine.addOfficer();
          engine.moveOfficer(officer, position.latitude, position.longitude, 270);
          officers.set(officer, position);
        }
        const distances = [...officers.values()].map((position) => distanceMeters(center, position));
        const least = Math.min(...distances);
        fc.pre(Math.abs(least - most) > ROUNDING_METERS);
        const nearest = engine.nearestOfficer(center, most);
        for (const officer of officers.keys()) engine.removeOfficer(officer);
        if (nearest) found++;
        fc.pre(Math.abs(least - most) > ROUNDING_METERS);
        expect(nearest !== undefined).toBe(least <= most);
        if (nearest) expect(Math.abs(nearest.meters - least)).toBeLessThan(1e-3);
      },
    ),
    { numRuns: 300 },
  );
  expect(found).toBeGreaterThan(60);
});

test('thousands come and go through grown and rebuilt tables, and every pair is as brute force says', () => {
  const town = new Town(270);
  const middle = { latitude: 30.2672, longitude: -97.7431 };
  const draws = fc.sample(fc.tuple(evenly(0, 15_000), bearing, fc.nat(9)), { numRuns: 12_000, seed: 7 });
  draws.forEach(([meters, towards, kind], index) => {
    const position = away(middle, meters, towards);
    if (kind === 0) town.move('officer', `o${index % 300}`, position);
    else if (kind === 1) town.leave('citizen', `c${(index * 7) % 3_000}`);
    else town.move('citizen', `c${index % 3_000}`, position);
  });
  let pairs = 0;
  const wrong: string[] = [];
  for (const [officerId, officer] of town.places.officer) {
    for (const [citizenId, citizen] of town.places.citizen) {
      const distance = distanceMeters(officer, citizen);
      const isTold = town.told.has(`${officerId} ${citizenId}`);
      if (isTold ? distance > 270 * LEAVING_FACTOR : distance <= 270) wrong.push(`${officerId} ${citizenId}`);
      if (distance <= 270) pairs++;
    }
  }
  expect(wrong).toEqual([]);
  expect(pairs).toBeGreaterThan(100);
});
