/* Distances and directions, against places that are known. */
import { metersBetween, ringAround, windTo } from './whereabouts.ts';

const congress = { latitude: 30.2682, longitude: -97.7429 };
const capitol = { latitude: 30.2747, longitude: -97.7404 };

test('the Capitol is seven blocks up Congress Avenue', () => {
  expect(metersBetween(congress, capitol)).toBeCloseTo(761.6, 0);
  expect(windTo(congress, capitol)).toBe('north');
  expect(windTo(capitol, congress)).toBe('south');
});

test('directions go around the compass', () => {
  const at = (latitude: number, longitude: number) =>
    windTo(congress, { latitude: congress.latitude + latitude, longitude: congress.longitude + longitude });
  expect([at(0, 0.01), at(0, -0.01), at(0.01, -0.011), at(-0.01, 0.011)]).toEqual([
    'east',
    'west',
    'northwest',
    'southeast',
  ]);
});

test('every corner of a ring is as far away as the ring is wide', () => {
  for (const [longitude, latitude] of ringAround(congress, 250)) {
    expect(metersBetween(congress, { latitude, longitude })).toBeCloseTo(250, 0);
  }
});
