import { ManualClock } from '../../subgraphs/kernel/clock.ts';
import { Deadlines, OUTSIDE, type Waiting } from './deadlines.ts';

let clock: ManualClock;
let deadlines: Deadlines;
let expired: string[];

beforeEach(() => {
  clock = new ManualClock();
  deadlines = new Deadlines(clock);
  expired = [];
});

function waits(name: string, seconds: number, then: () => void = () => {}): Waiting {
  const expire = () => {
    expired.push(name);
    then();
  };
  const waiting = { deadline: clock.now().getTime() + seconds * 1_000, place: OUTSIDE, expire };
  deadlines.add(waiting);
  return waiting;
}

test('whoever waits too long is told once, and nobody before or after', () => {
  waits('late', 120);
  waits('soon', 60);
  clock.advance(59_000);
  expect(expired).toEqual([]);
  clock.advance(2_000);
  expect(expired).toEqual(['soon']);
  clock.advance(60_000);
  clock.advance(60_000);
  expect(expired).toEqual(['soon', 'late']);
});

test('whoever went is not told, wherever he stood, nor is anybody forgotten who did not go', () => {
  const all = ['first', 'second', 'third', 'last'].map((name) => waits(name, 60));
  for (const gone of [0, 3, 0]) deadlines.remove(all[gone] as Waiting);
  clock.advance(61_000);
  expect(expired.sort()).toEqual(['second', 'third']);
});

test('who is told may make others go, and come back', () => {
  const first: Waiting = waits('first', 59, () => {
    deadlines.remove(other);
    deadlines.remove(first);
    waits('again', 60);
  });
  const other = waits('other', 59);
  clock.advance(60_500);
  expect(expired).toEqual(['first']);
  clock.advance(61_000);
  expect(expired).toEqual(['first', 'again']);
});
