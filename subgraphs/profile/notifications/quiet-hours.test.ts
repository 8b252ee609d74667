import fc from 'fast-check';
import { knownTimeZone, minuteOf, type QuietHours, quietUntil, timeOf } from './quiet-hours.ts';

const chicago = (from: string, to: string): QuietHours => ({
  enabled: true,
  fromMinute: minuteOf(from),
  toMinute: minuteOf(to),
  timeZone: 'America/Chicago',
});
const until = (now: string, hours: QuietHours) => quietUntil(new Date(now), hours)?.toISOString();

test('a night of quiet hours ends in the morning, before and after midnight', () => {
  const night = chicago('22:00', '07:00');
  // Chicago is five hours behind in July.
  expect(until('2026-07-11T02:59:59Z', night)).toBeUndefined();
  expect(until('2026-07-11T03:00:00Z', night)).toBe('2026-07-11T12:00:00.000Z');
  expect(until('2026-07-11T11:59:59.999Z', night)).toBe('2026-07-11T12:00:00.000Z');
  expect(until('2026-07-11T12:00:00Z', night)).toBeUndefined();
});

test('quiet hours within a day end on it', () => {
  const nap = chicago('13:00', '14:30');
  expect(until('2026-07-11T17:59:00Z', nap)).toBeUndefined();
  expect(until('2026-07-11T18:30:00Z', nap)).toBe('2026-07-11T19:30:00.000Z');
  expect(until('2026-07-11T19:30:00Z', nap)).toBeUndefined();
});

test('quiet hours that are off hold nothing', () => {
  expect(until('2026-07-11T03:00:00Z', { ...chicago('22:00', '07:00'), enabled: false })).toBeUndefined();
});

test('the night in which clocks go forward is an hour shorter', () => {
  // 8 March 2026: 02:00 CST becomes 03:00 CDT at 08:00Z.
  const night = chicago('22:00', '07:00');
  expect(until('2026-03-08T04:00:00Z', night)).toBe('2026-03-08T12:00:00.000Z');
  expect(until('2026-03-07T04:00:00Z', night)).toBe('2026-03-07T13:00:00.000Z');
  // 02:30 does not come: half an hour after what 02:00 would have been.
  expect(until('2026-03-08T05:00:00Z', chicago('22:00', '02:30'))).toBe('2026-03-08T08:30:00.000Z');
  expect(until('2026-03-08T08:29:00Z', chicago('02:30', '03:15'))).toBeUndefined();
});

test('the night in which clocks go back is an hour longer', () => {
  // 1 November 2026: 02:00 CDT becomes 01:00 CST at 07:00Z.
  const night = chicago('22:00', '07:00');
  expect(until('2026-11-01T03:00:00Z', night)).toBe('2026-11-01T13:00:00.000Z');
  // 01:30 comes twice; the first one ends them, and they do not begin anew.
  const short = chicago('22:00', '01:30');
  expect(until('2026-11-01T06:29:00Z', short)).toBe('2026-11-01T06:30:00.000Z');
  for (const later of ['06:30', '06:59', '07:00', '07:29', '07:30']) {
    expect(until(`2026-11-01T${later}:00Z`, short)).toBeUndefined();
  }
  // They begin with the first 01:30 and last through the second.
  expect(until('2026-11-01T06:30:00Z', chicago('01:30', '03:00'))).toBe('2026-11-01T09:00:00.000Z');
});

test('clocks of half an hour, of the southern hemisphere and of no switch are kept too', () => {
  const at = (timeZone: string): QuietHours => ({ ...chicago('22:00', '07:00'), timeZone });
  // Lord Howe Island goes forward by half an hour on 4 October 2026, from 10:30 to 11 ahead.
  expect(until('2026-10-03T14:00:00Z', at('Australia/Lord_Howe'))).toBe('2026-10-03T20:00:00.000Z');
  expect(until('2026-10-03T01:00:00Z', at('Australia/Lord_Howe'))).toBeUndefined();
  expect(until('2026-07-11T17:00:00Z', at('Asia/Kolkata'))).toBe('2026-07-12T01:30:00.000Z');
  expect(until('2026-07-11T08:00:00Z', at('Pacific/Honolulu'))).toBe('2026-07-11T17:00:00.000Z');
});

test('at any instant of any zone the end of quiet hours lies ahead, within a day and a switch, and is not quiet', () => {
  const zones = [
    'America/Chicago',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Europe/Dublin',
    'Asia/Kathmandu',
    'UTC',
  ];
  const minute = fc.integer({ min: 0, max: 1439 });
  fc.assert(
    fc.property(
      fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
      fc.constantFrom(...zones),
      minute,
      minute,
      (now, timeZone, fromMinute, toMinute) => {
        fc.pre(fromMinute !== toMinute);
        const hours = { enabled: true, fromMinute, toMinute, timeZone };
        const end = quietUntil(now, hours);
        if (!end) return;
        expect(end.getTime()).toBeGreaterThan(now.getTime());
        expect(end.getTime()).toBeLessThanOrEqual(now.getTime() + 25 * 3_600_000);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('times of the wall clock and names of zones are read as they are written', () => {
  expect([minuteOf('00:00'), minuteOf('22:30'), timeOf(1350), timeOf(5)]).toEqual([0, 1350, '22:30', '00:05']);
  expect(knownTimeZone('America/Chicago')).toBe('America/Chicago');
  expect(() => knownTimeZone('Mars/Olympus_Mons')).toThrow('time zone');
});
