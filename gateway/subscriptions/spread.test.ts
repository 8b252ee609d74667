import fc from 'fast-check';
import { spreadOut } from './spread.ts';
import { HandClock } from './testing/scripted.ts';

test('each of many has its turn once, at an instant by chance within the stretch, and all are done when it resolves', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { maxLength: 50 }),
      fc.integer({ min: 0, max: 5_000 }),
      async (chances, overMilliseconds) => {
        const clock = new HandClock();
        const began = clock.now().getTime();
        const acted = new Map<number, number>();
        let drawn = 0;
        const random = () => chances[drawn++] ?? 0;
        const items = chances.map((_, index) => index);
        const done = spreadOut(items, { clock, random, overMilliseconds }, (item) => {
          expect(acted.has(item)).toBe(false);
          acted.set(item, clock.now().getTime() - began);
        });
        for (let elapsed = 0; elapsed < overMilliseconds; elapsed += 100) clock.advance(100);
        await done;
        expect([...acted.keys()].sort((one, other) => one - other)).toEqual(items);
        for (const at of acted.values()) expect(at).toBeLessThanOrEqual(overMilliseconds);
      },
    ),
    { numRuns: 200 },
  );
});

test('over no time it happens at once', () => {
  const acted: number[] = [];
  spreadOut([1, 2], { clock: new HandClock(), random: () => 0.9, overMilliseconds: 0 }, (item) => acted.push(item));
  expect(acted).toEqual([1, 2]);
});

test('twenty thousand are spread evenly, a few of them at a time', async () => {
  const clock = new HandClock();
  const turns: number[] = [];
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const all = Array.from({ length: 20_000 }, (_, index) => index);
  const done = spreadOut(all, { clock, random, overMilliseconds: 10_000 }, () => turns.push(clock.now().getTime()));
  for (let slot = 1; slot < 100; slot++) clock.advance(100);
  await done;
  const counts = new Map<number, number>();
  for (const turn of turns) counts.set(turn, (counts.get(turn) ?? 0) + 1);
  expect(counts.size).toBe(100);
  expect(Math.max(...counts.values())).toBeLessThan(300);
});
