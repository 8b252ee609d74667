import { ManualClock, systemClock } from './clock.ts';

const minute = 60_000;
const after = (clock: { now(): Date }, milliseconds: number) => new Date(clock.now().getTime() + milliseconds);

test('alarms ring in the order of their instants when the clock is set ahead, and not before', () => {
  const clock = new ManualClock();
  const rung: string[] = [];
  clock.at(after(clock, 20 * minute), () => rung.push('later'));
  clock.at(after(clock, 15 * minute), () => rung.push('window'));
  clock.advance(14 * minute);
  expect(rung).toEqual([]);
  clock.advance(7 * minute);
  expect(rung).toEqual(['window', 'later']);
});

test('an alarm that was cancelled does not ring, and cancelling twice does no harm', () => {
  const clock = new ManualClock();
  let rung = 0;
  const alarm = clock.at(after(clock, minute), () => rung++);
  alarm.cancel();
  alarm.cancel();
  clock.advance(2 * minute);
  expect(rung).toBe(0);
});

test('an alarm may set another that is due at once', () => {
  const clock = new ManualClock();
  const rung: string[] = [];
  const second = new Promise<void>((resolve) => {
    clock.at(after(clock, minute), () => {
      rung.push('first');
      clock.at(after(clock, 0), () => {
        rung.push('second');
        resolve();
      });
    });
  });
  clock.advance(2 * minute);
  return second.then(() => expect(rung).toEqual(['first', 'second']));
});

test.each([
  ['the system clock', systemClock],
  ['a manual clock', new ManualClock()],
  ['a manual clock that stands', new ManualClock({ stands: true })],
])('%s rings for an instant that has passed at the next turn, never before it returns', async (_name, clock) => {
  let returned = false;
  await new Promise<void>((resolve) => {
    clock.at(after(clock, -minute), () => {
      expect(returned).toBe(true);
      resolve();
    });
    returned = true;
  });
});

test('a clock is never set back', () => {
  const clock = new ManualClock();
  expect(() => clock.advance(-1)).toThrow(RangeError);
  expect(() => clock.advance(Number.NaN)).toThrow(RangeError);
});

test('a clock starts where it is told to, in the past as in the future, and runs on from there', () => {
  for (const startsAt of ['1999-12-31T23:59:59.000Z', '2999-12-31T23:59:59.000Z']) {
    const clock = new ManualClock({ startsAt });
    const begun = clock.now();
    expect(begun.getTime()).toBeGreaterThanOrEqual(Date.parse(startsAt));
    expect(begun.getTime()).toBeLessThan(Date.parse(startsAt) + minute);
    clock.advance(minute);
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(begun.getTime() + minute);
  }
});

test('a clock that stands says a millisecond more at each reading, and moves by nothing else but hand', async () => {
  const clock = new ManualClock({ startsAt: '2027-01-10T12:00:00.000Z', stands: true });
  expect(clock.now().toISOString()).toBe('2027-01-10T12:00:00.001Z');
  const begun = performance.now();
  while (performance.now() < begun + 20) await new Promise((turn) => setImmediate(turn));
  expect(clock.now().toISOString()).toBe('2027-01-10T12:00:00.002Z');
  clock.advance(minute);
  expect(clock.now().toISOString()).toBe('2027-01-10T12:01:00.003Z');
});

test('an alarm of a clock that stands rings once a reading has reached it', async () => {
  const clock = new ManualClock({ stands: true });
  const rung: number[] = [];
  const last = Promise.withResolvers<void>();
  const start = clock.now().getTime();
  clock.at(new Date(start + 3), () => rung.push(3));
  clock.at(new Date(start + 5), last.resolve);
  const cancelled = clock.at(new Date(start + 4), () => rung.push(4));
  clock.now();
  await new Promise((turn) => setImmediate(turn));
  expect(rung).toEqual([]);
  cancelled.cancel();
  while (clock.now().getTime() < start + 5);
  await last.promise;
  expect(rung).toEqual([3]);
});
