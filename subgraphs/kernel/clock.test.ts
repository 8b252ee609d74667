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
