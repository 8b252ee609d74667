import fc from 'fast-check';
import { TimingWheel } from './timing-wheel.ts';

type Command =
  | { readonly kind: 'set'; readonly number: number; readonly inMilliseconds: number }
  | { readonly kind: 'clear'; readonly number: number }
  | { readonly kind: 'wait'; readonly milliseconds: number };

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('set' as const),
      number: fc.nat(2_000),
      inMilliseconds: fc.integer({ min: -2_000, max: 60_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const), number: fc.nat(2_000) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      milliseconds: fc.oneof(fc.nat(300), fc.nat(5_000), fc.nat(40_000)),
    }),
  },
);

test('each end rings once, never early and at most a tick late, whatever is set, put off, put forward and cleared', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 200 }), fc.constantFrom(4, 16, 64), (commands, ticks) => {
      const tickMilliseconds = 250;
      let now = Date.UTC(2026, 0, 1) + 77;
      const wheel = new TimingWheel({ now: new Date(now), tickMilliseconds, ticks });
      const ends = new Map<number, number>();
      const setAt = new Map<number, number>();
      const advance = () => {
        wheel.advance(new Date(now), (number) => {
          expect(ends.get(number)).toBeLessThanOrEqual(now);
          ends.delete(number);
        });
        for (const [number, end] of ends) {
          expect(Math.max(end, setAt.get(number) ?? 0)).toBeGreaterThan(now - tickMilliseconds);
        }
      };
      for (const each of commands) {
        if (each.kind === 'set') {
          wheel.set(each.number, now + each.inMilliseconds);
          ends.set(each.number, now + each.inMilliseconds);
          setAt.set(each.number, now);
        } else if (each.kind === 'clear') {
          wheel.clear(each.number);
          ends.delete(each.number);
        } else {
          // As its owner does: a tick at a time while it is awake, at once after a sleep.
          for (let left = each.milliseconds; left > 0; left -= tickMilliseconds) {
            now += each.milliseconds > 20_000 ? left : Math.min(left, tickMilliseconds);
            advance();
            if (each.milliseconds > 20_000) break;
          }
        }
        expect(wheel.size).toBe(ends.size);
        for (const [number, end] of ends) expect(wheel.endOf(number)).toBe(end);
      }
      now += 70_000;
      advance();
      expect(ends.size).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test('what rings may clear and set others that are due in the same tick', () => {
  const start = Date.UTC(2026, 0, 1);
  const wheel = new TimingWheel({ now: new Date(start), tickMilliseconds: 1_000, ticks: 8 });
  for (const number of [1, 2, 3]) wheel.set(number, start + 500);
  const rung: number[] = [];
  wheel.advance(new Date(start + 1_000), (number) => {
    rung.push(number);
    if (rung.length > 1) return;
    for (const other of [1, 2, 3].filter((each) => each !== number)) {
      if (other === 2) wheel.clear(other);
      else wheel.set(other, start + 3_000);
    }
    wheel.clear(2);
  });
  expect(rung).toHaveLength(1);
  wheel.advance(new Date(start + 5_000), (number) => rung.push(number));
  expect(rung).toHaveLength(rung[0] === 2 ? 3 : 2);
});
