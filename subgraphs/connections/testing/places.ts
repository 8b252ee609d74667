/*
 * Places for property tests. Drawn evenly: fc.double draws evenly from the floating-point numbers of a range, nine in
 * ten of which are next to zero, so that its "within 2 km" is one point.
 */
import fc from 'fast-check';
import { EARTH_RADIUS_METERS, type Position } from '../../kernel/position.ts';

const STEPS = 1_000_000;

/** A number from `least` to `most`, both included, every part of the range alike. */
export function evenly(least: number, most: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: STEPS }).map((step) => least + ((most - least) * step) / STEPS);
}

/** A length in meters, every order of magnitude alike. */
export function lengthMeters(least: number, most: number): fc.Arbitrary<number> {
  return evenly(Math.log(least), Math.log(most)).map(Math.exp);
}

export const bearing: fc.Arbitrary<number> = evenly(0, 2 * Math.PI);

/** Where grids go wrong (poles, antimeridian, equator, just beside them), a city, and anywhere. */
export const place: fc.Arbitrary<Position> = fc.oneof(
  fc.constantFrom<Position>(
    { latitude: 30.2672, longitude: -97.7431 },
    { latitude: 90, longitude: 0 },
    { latitude: -90, longitude: 50 },
    { latitude: 89.99, longitude: 179.99 },
    { latitude: -89.995, longitude: -90 },
    { latitude: 0, longitude: 180 },
    { latitude: 0, longitude: -180 },
    { latitude: 64.8, longitude: -179.999 },
    { latitude: -45, longitude: 0 },
  ),
  fc.record({ latitude: evenly(-90, 90), longitude: evenly(-180, 180) }),
);

/** The place `meters` from `start` towards `direction` (radians from north to east), on the sphere. */
export function away({ latitude, longitude }: Position, meters: number, direction: number): Position {
  const [phi, angle] = [(latitude * Math.PI) / 180, meters / EARTH_RADIUS_METERS];
  const sine = Math.sin(phi) * Math.cos(angle) + Math.cos(phi) * Math.sin(angle) * Math.cos(direction);
  const there = Math.asin(Math.max(-1, Math.min(1, sine)));
  const east = Math.atan2(
    Math.sin(direction) * Math.sin(angle) * Math.cos(phi),
    Math.cos(angle) - Math.sin(phi) * Math.sin(there),
  );
  const turned = longitude + (east * 180) / Math.PI;
  return { latitude: (there * 180) / Math.PI, longitude: ((((turned + 180) % 360) + 360) % 360) - 180 };
}
