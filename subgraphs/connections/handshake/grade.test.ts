import fc from 'fast-check';
import { distanceMeters } from '../../kernel/position.ts';
import { away, bearing, evenly, lengthMeters, place } from '../testing/places.ts';
import { distanceBuckets, Evidence, EXACT_METERS, nearness, ROUGH_METERS, surer } from './grade.ts';

const { VIRTUAL, VICINITY, PROXIMITY, CODE } = Evidence;
const here = { latitude: 30.2747, longitude: -97.7404 };
const reportedAt = new Date('2026-03-01T12:00:00Z');
const report = (position: typeof here, accuracyMeters: number | undefined) => ({
  position,
  accuracyMeters,
  sequence: 1,
  reportedAt,
});
const graded = (meters: number, one: number | undefined, other: number | undefined) =>
  nearness(report(here, one), report(away(here, meters, 1), other)).evidence;

test.each([
  ['side by side under open sky', 2, 5, 5, PROXIMITY],
  ['ten feet and both accuracies apart', 13, 5, 5, PROXIMITY],
  ['a little more than that', 13.2, 5, 5, VICINITY],
  ['side by side between houses', 1, EXACT_METERS, EXACT_METERS, PROXIMITY],
  ['side by side, one of them too rough', 1, 5, EXACT_METERS + 1, VICINITY],
  ['across the street', 89, 5, 5, VICINITY],
  ['a block and both accuracies apart', 109.9, 5, 5, VICINITY],
  ['more than a block apart', 110.5, 5, 5, VIRTUAL],
  ['side by side by wireless networks', 1, ROUGH_METERS, ROUGH_METERS, VICINITY],
  ['side by side by cell towers', 1, ROUGH_METERS + 1, 5, VIRTUAL],
  ['side by side without a word on accuracy', 1, undefined, 5, VICINITY],
])('%s is graded by distance and accuracies', (_, meters, one, other, expected) => {
  expect(graded(meters, one, other)).toBe(expected);
  expect(graded(meters, other, one)).toBe(expected);
});

test('without a report of both nothing shows that they met', () => {
  const some = report(here, 5);
  const nobody = { evidence: VIRTUAL, withinMeters: null };
  expect([nearness(undefined, undefined), nearness(some, undefined), nearness(undefined, some)]).toEqual(
    Array(3).fill(nobody),
  );
});

const order = [VIRTUAL, VICINITY, PROXIMITY, CODE];

test('anywhere on Earth farther apart is never surer, and the bucket holds the distance', () => {
  fc.assert(
    fc.property(
      place,
      bearing,
      lengthMeters(0.1, 20_000),
      lengthMeters(0.1, 20_000),
      evenly(0, 300),
      evenly(0, 300),
      (start, direction, some, others, one, other) => {
        const [near, far] = [some, others].sort((a, b) => a - b) as [number, number];
        const at = (meters: number) => nearness(report(start, one), report(away(start, meters, direction), other));
        expect(order.indexOf(at(far).evidence)).toBeLessThanOrEqual(order.indexOf(at(near).evidence));
        const { withinMeters } = at(near);
        const meters = distanceMeters(start, away(start, near, direction));
        expect(withinMeters === null ? meters > (distanceBuckets.at(-1) ?? 0) : meters <= withinMeters).toBe(true);
      },
    ),
  );
});

test('the surer of two is the later in the order, whichever comes first', () => {
  for (const [index, one] of order.entries()) {
    expect(surer(undefined, one)).toBe(one);
    for (const other of order.slice(index)) {
      expect(surer(one, other)).toBe(other);
      expect(surer(other, one)).toBe(other);
    }
  }
});
