import fc from 'fast-check';
import { distanceMeters } from '../../kernel/position.ts';
import { evenly, place } from '../testing/places.ts';
import { metersOf, squaredChord, UnitVector } from './unit-vector.ts';

const RADIANS = Math.PI / 180;

test('a place is the unit vector that the sines and cosines of the platform make of it', () => {
  const vector = new UnitVector();
  const latitude = fc.oneof(evenly(-90, 90), fc.constantFrom(-90, -45, -0, 0, 45, 90));
  const longitude = fc.oneof(
    evenly(-180, 180),
    evenly(-720, 720),
    fc.constantFrom(-180, -135, -90, -45, 0, 45, 90, 180),
  );
  fc.assert(
    fc.property(latitude, longitude, (north, east) => {
      vector.set(north, east);
      const cosine = Math.cos(north * RADIANS);
      // A rounding of an angle near 4 pi, which the platform is given, is 9e-16.
      expect(Math.abs(vector.cosine - cosine)).toBeLessThan(1e-15);
      expect(Math.abs(vector.x - cosine * Math.cos(east * RADIANS))).toBeLessThan(2e-15);
      expect(Math.abs(vector.y - cosine * Math.sin(east * RADIANS))).toBeLessThan(2e-15);
      expect(Math.abs(vector.z - Math.sin(north * RADIANS))).toBeLessThan(1e-15);
    }),
    { numRuns: 5_000 },
  );
});

test('a chord tells the distance on the ground that it was made of', () => {
  fc.assert(
    fc.property(fc.oneof(evenly(0, 1_000), evenly(0, 100_000), evenly(0, 20_000_000)), (meters) => {
      expect(Math.abs(metersOf(squaredChord(meters)) - meters)).toBeLessThan(1e-5 + 1e-9 * meters);
    }),
  );
});

test('the chord of two vectors is that of their distance', () => {
  const [one, other] = [new UnitVector(), new UnitVector()];
  fc.assert(
    fc.property(place, place, (here, there) => {
      one.set(here.latitude, here.longitude);
      other.set(there.latitude, there.longitude);
      const squared = (one.x - other.x) ** 2 + (one.y - other.y) ** 2 + (one.z - other.z) ** 2;
      expect(Math.abs(squared - squaredChord(distanceMeters(here, there)))).toBeLessThan(1e-12);
    }),
  );
});
