/*
 * Calls that must not wait beyond an instant. One alarm looks after all of them ten times a second and sleeps while there
 * are none: a timer for each call would cost more than the call, and nobody notices a tenth of a second.
 */
import type { Clock } from '../../subgraphs/kernel/clock.ts';

const TICK_MILLISECONDS = 100;

export interface Waiting {
  /** Milliseconds since 1970 by the clock. */
  readonly deadline: number;
  /** Called once, when it has passed; not after `remove`. */
  expire(): void;
}

export class Deadlines {
  readonly clock: Clock;
  readonly #waiting = new Set<Waiting>();
  #isTicking = false;

  /** @param clock the machine's: whether somebody answers is a matter of its time. */
  constructor(clock: Clock) {
    this.clock = clock;
  }

  add(waiting: Waiting): void {
    this.#waiting.add(waiting);
    if (!this.#isTicking) this.#wait();
  }

  remove(waiting: Waiting): void {
    this.#waiting.delete(waiting);
  }

  #wait(): void {
    this.#isTicking = true;
    this.clock.at(new Date(this.clock.now().getTime() + TICK_MILLISECONDS), () => this.#tick());
  }

  #tick(): void {
    this.#isTicking = false;
    const now = this.clock.now().getTime();
    for (const waiting of this.#waiting) {
      if (waiting.deadline > now) continue;
      this.#waiting.delete(waiting);
      waiting.expire();
    }
    if (this.#waiting.size > 0 && !this.#isTicking) this.#wait();
  }
}
