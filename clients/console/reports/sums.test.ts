/* Sums by longer times and larger places, against sums by hand. */
import fc from 'fast-check';
import { byPeriod, byPeriodAndPlace, byPlace, periodsOf, type ReportRow, rowsOf, type Step, totalOf } from './sums.ts';

const met = (day: string, zipCode: string | null, connections: number) => ({
  __typename: 'ConnectionDay' as const,
  day,
  zipCode,
  connections,
});
const stateOf = (zipCode: string) => ({ '78701': 'TX', '78704': 'TX', '10001': 'NY' })[zipCode] ?? null;

test('weeks go from Monday to Sunday, months by the calendar, and what the range cuts says so', () => {
  expect(periodsOf('2026-03-01', '2026-03-10', 'week').map(({ from, to, isWhole }) => [from, to, isWhole])).toEqual([
    ['2026-03-01', '2026-03-01', false],
    ['2026-03-02', '2026-03-08', true],
    ['2026-03-09', '2026-03-10', false],
  ]);
  expect(periodsOf('2027-12-31', '2028-03-01', 'month').map(({ from, to, isWhole }) => [from, to, isWhole])).toEqual([
    ['2027-12-31', '2027-12-31', false],
    ['2028-01-01', '2028-01-31', true],
    ['2028-02-01', '2028-02-29', true],
    ['2028-03-01', '2028-03-01', false],
  ]);
  expect(periodsOf('2026-03-01', '2026-03-01', 'day')).toEqual([
    { from: '2026-03-01', to: '2026-03-01', start: '2026-03-01', isWhole: true },
  ]);
});

test('places are summed up by what they lie in, those nobody knows last', () => {
  const rows = rowsOf(
    [
      met('2026-03-02', '78701', 5),
      met('2026-03-02', '10001', 9),
      met('2026-03-03', '78704', 6),
      met('2026-03-03', null, 40),
    ],
    [],
  );
  const sums = byPlace(rows, stateOf, 'connections').map(({ place, connections }) => [place, connections]);
  expect(sums).toEqual([
    ['TX', 11],
    ['NY', 9],
    [null, 40],
  ]);
});

test('whatever it is summed up by, nothing is lost and nothing counts twice', () => {
  const day = fc
    .integer({ min: 0, max: 99 })
    .map((days) => new Date(1_772_000_000_000 + days * 86_400_000).toISOString().slice(0, 10));
  const row = fc.record({
    __typename: fc.constant('ConnectionDay' as const),
    day,
    zipCode: fc.constantFrom('78701', '78704', '10001', '99999', null),
    connections: fc.integer({ min: 1, max: 50 }),
  });
  fc.assert(
    fc.property(fc.array(row), fc.constantFrom<Step>('day', 'week', 'month'), (told, step) => {
      const rows: ReportRow[] = rowsOf(told, []);
      const days = told.map((each) => each.day).toSorted();
      const periods = periodsOf(days[0] ?? '2026-03-01', days.at(-1) ?? '2026-03-01', step);
      const sumOf = (sums: readonly { readonly connections: number }[]) =>
        sums.reduce((sum, { connections }) => sum + connections, 0);
      const whole = totalOf(rows).connections;
      expect(sumOf(byPeriod(rows, periods, step))).toBe(whole);
      expect(sumOf(byPlace(rows, stateOf, 'connections'))).toBe(whole);
      expect(sumOf(byPeriodAndPlace(rows, periods, step, stateOf))).toBe(whole);
      // One follows the other without a gap.
      for (const [place, { from }] of periods.slice(1).entries()) {
        expect(Date.parse(from) - Date.parse(periods[place]?.to ?? '')).toBe(86_400_000);
      }
    }),
  );
});
