import fc from 'fast-check';
import { NOBODY, Roster } from './roster.ts';
import { NIL, textOf, type Uuid } from './uuid.ts';

/** Few, and alike, so that searches cross each other. */
const id: fc.Arbitrary<Uuid> = fc.record({
  a: fc.constant(1),
  b: fc.nat(1),
  c: fc.constant(-5),
  d: fc.nat(400),
});

const reportOf = (person: Uuid, sequence: number) => ({
  id: person,
  isOfficer: false,
  isVisible: true,
  latitude: sequence / 100,
  longitude: -sequence / 100,
  accuracyMeters: Number.NaN,
  sequence,
  reportedAt: 1e12 + sequence,
  windowId: NIL,
  windowClosesAt: Number.NaN,
});

test('whoever was added and not removed is found, with what was reported last, and nobody else is', () => {
  const step = fc.record({ id, isRemoval: fc.boolean(), sequence: fc.nat(10_000) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 3_000 }), (steps) => {
      const roster = new Roster();
      const model = new Map<string, { id: Uuid; sequence: number }>();
      for (const { id: person, isRemoval, sequence } of steps) {
        const known = roster.find(person);
        expect(known !== NOBODY).toBe(model.has(textOf(person)));
        if (isRemoval) {
          if (known !== NOBODY) roster.remove(known);
          model.delete(textOf(person));
        } else {
          const number = known === NOBODY ? roster.add(person) : known;
          roster.write(number, reportOf(person, sequence), true);
          model.set(textOf(person), { id: person, sequence });
        }
      }
      expect(roster.size).toBe(model.size);
      for (const { id: person, sequence } of model.values()) {
        const number = roster.find(person);
        expect([roster.idOf(number), roster.sequenceOf(number), roster.reportedAtOf(number)]).toEqual([
          textOf(person),
          sequence,
          1e12 + sequence,
        ]);
        expect(roster.positionOf(number)).toEqual({ latitude: sequence / 100, longitude: -sequence / 100 });
      }
    }),
    { numRuns: 100 },
  );
});

test('one who is added anew has nothing of whoever had the number before', () => {
  const roster = new Roster();
  const one = roster.add({ a: 1, b: 2, c: 3, d: 4 });
  roster.write(one, reportOf({ a: 1, b: 2, c: 3, d: 4 }, 7), true);
  roster.setNumber(one, 12);
  roster.remove(one);
  const other = roster.add({ a: 5, b: 6, c: 7, d: 8 });
  expect(other).toBe(one);
  expect([roster.isPrimary(other), roster.numberOf(other), roster.sequenceOf(other)]).toEqual([false, NOBODY, 0]);
  expect(roster.latitudeOf(other)).toBeNaN();
});
