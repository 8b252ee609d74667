/*
 * Calls that must not wait beyond an instant. One alarm looks after all of them ten times a second and sleeps while there
 * are none: a timer for each call would cost more than the call, and nobody notices a tenth of a second. They stand in a
 * list and not in a Set: the tables that a Set outgrows lead to the later ones, so that one of them in the old generation
 * keeps all calls since alive, with their answers, until the next full collection.
 */
import type { Clock } from '../../subgraphs/kernel/clock.ts';

const TICK_MILLISECONDS = 100;

export const OUTSIDE = -1;

export interface Waiting {
  /** Milliseconds since 1970 by the clock. */
  readonly deadline: number;
  /** Where it stands, told by Deadlines; OUTSIDE before and after. */
  place: number;
  /** Called once, when it has passed; not after `remove`. */
  expire(): void;
}

export class Deadlines {
  readonly clock: Clock;
  readonly #waiting: Waiting[] = [];
  #isTicking = false;

  /** @param clock the machine's: whether somebody answers is a matter of its time. */
  constructor(clock: Clock) {
    this.clock = clock;
  }

  add(waiting: Waiting): void {
    waiting.place = this.#waiting.push(waiting) - 1;
    if (!this.#isTicking) this.#wait();
  }

  /** The last takes its place. */
  remove(waiting: Waiting): void {
    const { place } = waiting;
    if (place === OUTSIDE) return;
    waiting.place = OUTSIDE;
    const last = this.#waiting.pop();
    if (!last || last === waiting) return;
    this.#waiting[place] = last;
    last.place = place;
  }

  #wait(): void {
    this.#isTicking = true;
    this.clock.at(new Date(this.clock.now().getTime() + TICK_MILLISECONDS), () => this.#tick());
  }

  #tick(): void {
    this.#isTicking = false;
    const now = this.clock.now().getTime();
    for (const waiting of this.#waiting.filter(({ deadline }) => deadline <= now)) {
      // Another's end may have ended it.
      if (waiting.place === OUTSIDE) continue;
      this.remove(waiting);
      waiting.expire();
    }
    if (this.#waiting.length > 0 && !this.#isTicking) this.#wait();
  }
}
