/*
 * Many things that end, each at its own instant: windows and positions. A hashed timing wheel (Varghese and Lauck, 1987)
 * over small integers, in typed arrays: setting and clearing cost the same for ten and for a million, where a timer each
 * would cost a heap. Putting an end off costs one store, because a report does so each time; the wheel notices when the
 * old end comes.
 */
const NONE = -1;
const FIRST_CAPACITY = 1_024;

export class TimingWheel {
  readonly #tickMilliseconds: number;
  /** Tick modulo length -> the first number that is looked at then. */
  readonly #heads: Int32Array;
  #next = new Int32Array(FIRST_CAPACITY);
  #previous = new Int32Array(FIRST_CAPACITY);
  /** Number -> the tick at which it is looked at; -1 for one that is not set. */
  #ticks = new Float64Array(FIRST_CAPACITY).fill(NONE);
  /** Number -> its end, milliseconds since 1970. */
  #ends = new Float64Array(FIRST_CAPACITY);
  /** The last tick that was looked at. */
  #tick: number;
  #size = 0;

  /** @param ticks how many there are in a turn; an end that is farther away is looked at once a turn. */
  constructor({ now, tickMilliseconds, ticks }: { now: Date; tickMilliseconds: number; ticks: number }) {
    this.#tickMilliseconds = tickMilliseconds;
    this.#heads = new Int32Array(ticks).fill(NONE);
    this.#tick = Math.floor(now.getTime() / tickMilliseconds);
  }

  /** How many are set. */
  get size(): number {
    return this.#size;
  }

  get byteLength(): number {
    return [this.#heads, this.#next, this.#previous, this.#ticks, this.#ends].reduce((sum, a) => sum + a.byteLength, 0);
  }

  /** Lets `number` end at this instant, instead of the one it had. */
  set(number: number, endMilliseconds: number): void {
    if (number >= this.#next.length) this.#grow(number);
    this.#ends[number] = endMilliseconds;
    const due = Math.max(this.#tick + 1, Math.ceil(endMilliseconds / this.#tickMilliseconds));
    const tick = this.#ticks[number] as number;
    if (tick !== NONE && tick <= due) return;
    if (tick === NONE) this.#size++;
    else this.#unlink(number);
    this.#link(number, due);
  }

  clear(number: number): void {
    if (number >= this.#next.length) return;
    this.#ends[number] = Number.NaN;
    if (this.#ticks[number] === NONE) return;
    this.#unlink(number);
    this.#ticks[number] = NONE;
    this.#size--;
  }

  /** When `number` ends; undefined where it is not set. */
  endOf(number: number): number | undefined {
    return number < this.#next.length && this.#ticks[number] !== NONE ? this.#ends[number] : undefined;
  }

  /** Rings for each number whose end has come, once, tick by tick; none rings early. Those that ring may be set anew. */
  advance(now: Date, ring: (number: number) => void): void {
    const milliseconds = now.getTime();
    const last = Math.floor(milliseconds / this.#tickMilliseconds);
    // After a long sleep every slot is looked at once, not once a tick that was missed.
    const first = Math.max(this.#tick + 1, last - this.#heads.length + 1);
    for (let tick = first; tick <= last; tick++) {
      this.#tick = tick;
      for (const number of this.#takeOut(tick % this.#heads.length)) {
        const end = this.#ends[number] as number;
        // What rang before in this turn may have set it anew, or cleared it.
        if (this.#ticks[number] !== NONE || Number.isNaN(end)) continue;
        if (end <= milliseconds) {
          ring(number);
        } else {
          this.#size++;
          this.#link(number, Math.ceil(end / this.#tickMilliseconds));
        }
      }
    }
  }

  /** Empties a slot. */
  #takeOut(slot: number): number[] {
    const numbers: number[] = [];
    for (let number = this.#heads[slot] as number; number !== NONE; number = this.#next[number] as number) {
      numbers.push(number);
      this.#ticks[number] = NONE;
    }
    this.#heads[slot] = NONE;
    this.#size -= numbers.length;
    return numbers;
  }

  #link(number: number, due: number): void {
    // What is farther away than a turn is looked at after one.
    const tick = Math.min(due, this.#tick + this.#heads.length);
    const slot = tick % this.#heads.length;
    const head = this.#heads[slot] as number;
    this.#ticks[number] = tick;
    this.#next[number] = head;
    this.#previous[number] = NONE;
    if (head !== NONE) this.#previous[head] = number;
    this.#heads[slot] = number;
  }

  #unlink(number: number): void {
    const [next, previous] = [this.#next[number] as number, this.#previous[number] as number];
    if (next !== NONE) this.#previous[next] = previous;
    if (previous !== NONE) this.#next[previous] = next;
    else this.#heads[(this.#ticks[number] as number) % this.#heads.length] = next;
  }

  #grow(number: number): void {
    let capacity = this.#next.length;
    while (capacity <= number) capacity *= 2;
    const [next, previous] = [new Int32Array(capacity), new Int32Array(capacity)];
    const [ticks, ends] = [new Float64Array(capacity).fill(NONE), new Float64Array(capacity)];
    next.set(this.#next);
    previous.set(this.#previous);
    ticks.set(this.#ticks);
    ends.set(this.#ends);
    [this.#next, this.#previous, this.#ticks, this.#ends] = [next, previous, ticks, ends];
  }
}
