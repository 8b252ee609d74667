/*
 * Spreads what must happen to many over a stretch of time, each at an instant of its own by chance: twenty thousand phones
 * that are told to come back in one moment come back in one moment. Few timers: one alarm for each slot of a tenth second.
 */
import type { Clock } from './engine.ts';

const SLOT_MILLISECONDS = 100;

export interface Spread {
  readonly clock: Clock;
  /** At least 0, less than 1, evenly. */
  readonly random: () => number;
  /** 0 for at once. */
  readonly overMilliseconds: number;
}

/** Does `act` to each item once. Resolves when it has been done to all. `act` must not throw. */
export async function spreadOut<Item>(
  items: Iterable<Item>,
  { clock, random, overMilliseconds }: Spread,
  act: (item: Item) => void,
): Promise<void> {
  const slots: Item[][] = Array.from(
    { length: Math.max(1, Math.ceil(overMilliseconds / SLOT_MILLISECONDS)) },
    () => [],
  );
  for (const item of items) slots[Math.floor(random() * slots.length)]?.push(item);
  const began = clock.now().getTime();
  const done = slots.map((slot, index) => {
    const actOnAll = () => {
      for (const item of slot) act(item);
    };
    if (index === 0) return actOnAll();
    if (slot.length === 0) return undefined;
    return new Promise<void>((resolve) => {
      clock.at(new Date(began + index * SLOT_MILLISECONDS), () => {
        actOnAll();
        resolve();
      });
    });
  });
  await Promise.all(done);
}
