/*
 * A circuit breaker: while a subgraph fails it is not asked, so that its callers get the rest of their answers at once and
 * it gets time to recover. Healthy calls cost an addition, the clock is read on failures only; that it is passed in is why
 * this is no library's.
 */
import type { Clock } from '../../subgraphs/kernel/clock.ts';

/** Opens when at least so many calls failed, and at least this share of them, within the window. */
const FAILURES = 5;
const SHARE = 0.5;
const WINDOW_MILLISECONDS = 10_000;
/** How long nothing is asked; then one call at a time tries. */
const OPEN_MILLISECONDS = 2_000;

export class Breaker {
  readonly #clock: Clock;
  readonly #changed: (isOpen: boolean) => void;
  #calls = 0;
  #failures = 0;
  #windowBegan = 0;
  #isOpen = false;
  #closedUntil = 0;
  #isProbing = false;

  /** @param changed told when it opens and when it closes again. */
  constructor(clock: Clock, changed: (isOpen: boolean) => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether a call may go out; who is let go tells how it went, by `succeeded` or `failed`. */
  admit(): boolean {
    if (!this.#isOpen) {
      this.#calls++;
      return true;
    }
    if (this.#isProbing || this.#clock.now().getTime() < this.#closedUntil) return false;
    this.#isProbing = true;
    return true;
  }

  succeeded(): void {
    if (!this.#isProbing) return;
    this.#isProbing = false;
    this.#isOpen = false;
    this.#calls = 0;
    this.#failures = 0;
    this.#changed(false);
  }

  failed(): void {
    const now = this.#clock.now().getTime();
    if (this.#isOpen) {
      // Calls from before it opened fail late; they say nothing new.
      if (!this.#isProbing) return;
      this.#isProbing = false;
      this.#closedUntil = now + OPEN_MILLISECONDS;
      return;
    }
    if (now - this.#windowBegan >= WINDOW_MILLISECONDS) {
      this.#windowBegan = now;
      this.#calls = 1;
      this.#failures = 0;
    }
    this.#failures++;
    if (this.#failures < FAILURES || this.#failures < this.#calls * SHARE) return;
    this.#isOpen = true;
    this.#closedUntil = now + OPEN_MILLISECONDS;
    this.#changed(true);
  }
}
