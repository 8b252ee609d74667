import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { monthAfter, monthOf, monthStart, timeZoneOf } from './time-zone.ts';

const table = gunzipSync(readFileSync(join(import.meta.dirname, '../../kernel/zip-codes/us-zip-centroids.csv.gz')))
  .toString()
  .split('\n')
  .filter(Boolean)
  .map((line) => line.split(','));

test('every ZIP code of the table but those of post offices of the forces has a zone, one that its longitude allows', () => {
  const military = /^(09|340|96[2-6])/;
  expect(table.filter(([code = '']) => military.test(code) && timeZoneOf(code))).toEqual([]);
  // Where these zones lie, generously, in degrees west.
  const west: Record<string, [number, number]> = {
    'America/New_York': [66, 90.5],
    'America/Chicago': [84, 105],
    'America/Denver': [100, 117.5],
    'America/Boise': [111, 120],
    'America/Phoenix': [108.9, 115],
    'America/Los_Angeles': [113.9, 125],
    'America/Anchorage': [129, 190],
    'America/Puerto_Rico': [64, 68],
    'Pacific/Honolulu': [154, 180],
    'Pacific/Pago_Pago': [168, 172],
    'Pacific/Wake': [-167, -166],
    'Pacific/Guam': [-172, -130],
  };
  const civil = table.filter(([code = '']) => !military.test(code));
  const wrong = civil.flatMap(([code = '', , longitude]) => {
    const zone = timeZoneOf(code);
    const [least, most] = west[zone ?? ''] ?? [0, 0];
    const degrees = -Number(longitude);
    return zone && degrees >= least && degrees <= most ? [] : [`${code} ${zone} ${longitude}`];
  });
  expect(wrong).toEqual([]);
});

test.each([
  ['78704', 'America/Chicago'],
  ['79901', 'America/Denver'],
  ['10001', 'America/New_York'],
  ['37201', 'America/Chicago'],
  ['37901', 'America/New_York'],
  ['85001', 'America/Phoenix'],
  ['98101', 'America/Los_Angeles'],
  ['99501', 'America/Anchorage'],
  ['96815', 'Pacific/Honolulu'],
  ['96799', 'Pacific/Pago_Pago'],
  ['00901', 'America/Puerto_Rico'],
])('%s keeps the calendar of %s', (zipCode, zone) => {
  expect(timeZoneOf(zipCode)).toBe(zone);
});

test('the last millisecond of a month belongs to it and the next to the following, also where clocks were set between', () => {
  for (const zone of ['America/Chicago', 'America/Phoenix', 'Pacific/Honolulu', 'Pacific/Guam', 'America/Anchorage']) {
    for (const month of ['2026-01', '2026-03', '2026-04', '2026-11', '2026-12', '2028-02']) {
      const start = monthStart(month, zone);
      expect(monthOf(start, zone)).toBe(month);
      expect(monthAfter(monthOf(new Date(start.getTime() - 1), zone))).toBe(month);
    }
  }
  expect(monthStart('2026-11', 'America/Chicago').toISOString()).toBe('2026-11-01T05:00:00.000Z');
  expect(monthStart('2026-12', 'America/Chicago').toISOString()).toBe('2026-12-01T06:00:00.000Z');
  // November of 2026 is an hour longer than its days: clocks go back on its first day.
  const length =
    monthStart('2026-12', 'America/Chicago').getTime() - monthStart('2026-11', 'America/Chicago').getTime();
  expect(length).toBe((30 * 24 + 1) * 3_600_000);
});

test('23:59:59.999 on the last day of a year is in December, and a leap second, which no clock of ours shows, adds none', () => {
  expect(monthOf(new Date('2027-01-01T05:59:59.999Z'), 'America/Chicago')).toBe('2026-12');
  expect(monthOf(new Date('2027-01-01T06:00:00.000Z'), 'America/Chicago')).toBe('2027-01');
  expect(monthOf(new Date('2017-01-01T04:59:59.999Z'), 'America/New_York')).toBe('2016-12');
  expect(monthAfter('2026-12')).toBe('2027-01');
});

test('every instant is in one month, between its start and that of the next', () => {
  const zones = ['America/New_York', 'America/Denver', 'America/Phoenix', 'Pacific/Pago_Pago', 'Pacific/Guam'];
  const instants = fc.date({
    min: new Date('2020-01-01T00:00:00Z'),
    max: new Date('2040-01-01T00:00:00Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(instants, fc.constantFrom(...zones), (instant, zone) => {
      const month = monthOf(instant, zone);
      expect(monthStart(month, zone) <= instant).toBe(true);
      expect(instant < monthStart(monthAfter(month), zone)).toBe(true);
    }),
    { numRuns: 200 },
  );
});
