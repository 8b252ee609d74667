import fc from 'fast-check';
import { distanceMeters } from './position.ts';
import { ZipCodes } from './zip-codes.ts';

const zipCodes = ZipCodes.load();

test('places of Austin lie in its codes', () => {
  expect(zipCodes.nearest({ latitude: 30.2747, longitude: -97.7404 })).toBe('78701');
  expect(zipCodes.middleOf('78701')?.latitude).toBeCloseTo(30.27, 1);
});

test('the sea and other continents have no code, and an unknown code no place', () => {
  expect(zipCodes.nearest({ latitude: 0, longitude: 0 })).toBeUndefined();
  expect(zipCodes.nearest({ latitude: 90, longitude: 12 })).toBeUndefined();
  expect(zipCodes.middleOf('00000')).toBeUndefined();
});

test('the nearest of any few codes is found, across the antimeridian too', () => {
  const degrees = (least: number, most: number) => fc.double({ min: least, max: most, noNaN: true });
  const place = fc.record({ latitude: degrees(50, 54), longitude: fc.oneof(degrees(178, 180), degrees(-180, -176)) });
  fc.assert(
    fc.property(fc.array(place, { minLength: 1, maxLength: 20 }), place, (middles, asked) => {
      const table = middles.map(({ latitude, longitude }, index) => `${10_000 + index},${latitude},${longitude}`);
      const found = new ZipCodes(table.join('\n')).nearest(asked);
      const distances = middles.map((middle) => distanceMeters(middle, asked));
      const least = Math.min(...distances);
      if (found === undefined) expect(least).toBeGreaterThan(60_000);
      else expect(distances[Number(found) - 10_000]).toBeCloseTo(least, 3);
    }),
  );
});
