/*
 * Subscriptions that are the same for many: one source, one execution and one text per event, framed for each listener.
 * The source is pulled when everybody who reads has been told. Who reads too slowly catches up from the last few events,
 * kept once for all; who is further behind is told so and subscribes again.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Answers } from './answers.ts';
import { Telling } from './frames.ts';

/** Events that a slow listener may be behind. */
export const EVENTS_KEPT = 64;
/** Listeners told in one turn of the event loop: two milliseconds' work. */
const LISTENERS_PER_TURN = 256;

/** One subscription of one socket, or an event stream. */
export interface Listener {
  /** Whether it reads too slowly to be told anything now; it calls `catchUp` when it has read. */
  readonly isFull: boolean;
  next(telling: Telling): void;
  complete(): void;
  fellBehind(): void;
}

/** The broadcasts of one server, by what makes them the same. */
export class Broadcasts {
  readonly #byKey = new Map<string, Broadcast>();
  readonly #report: (error: unknown) => void;

  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** Listens from now on. Opens the source where nobody listens yet; it is closed when the last listener has left. */
  join(key: string, open: () => Promise<Answers<object> | object>, listener: Listener): Place {
    let broadcast = this.#byKey.get(key);
    if (!broadcast) {
      const opened = new Broadcast(this.#report, () => {
        if (this.#byKey.get(key) === opened) this.#byKey.delete(key);
      });
      broadcast = opened;
      this.#byKey.set(key, broadcast);
      broadcast.run(open);
    }
    return broadcast.join(listener);
  }

  /** How many sources are open. */
  get size(): number {
    return this.#byKey.size;
  }
}

class Broadcast {
  readonly #report: (error: unknown) => void;
  readonly #closed: () => void;
  readonly #listeners = new Set<Place>();
  /** The last events, each at its number modulo EVENTS_KEPT. */
  readonly #kept: Telling[] = [];
  #count = 0;
  #answers: Answers<object> | undefined;
  /** Whether the first that was told is that nothing will be: who joins before the end must hear it too. */
  #isRefused = false;
  #isOver = false;

  constructor(report: (error: unknown) => void, closed: () => void) {
    this.#report = report;
    this.#closed = closed;
  }

  join(listener: Listener): Place {
    const place = new Place(this, listener, this.#isRefused ? 0 : this.#count);
    this.#listeners.add(place);
    if (this.#isRefused) place.catchUp();
    return place;
  }

  leave(place: Place): void {
    if (!this.#listeners.delete(place) || this.#listeners.size > 0 || this.#isOver) return;
    this.#over();
    this.#answers?.return().catch(this.#report);
  }

  async run(open: () => Promise<Answers<object> | object>): Promise<void> {
    try {
      const answers = await open();
      if (!('next' in answers)) {
        await this.#publish(answers);
      } else if (this.#isOver) {
        await answers.return();
      } else {
        this.#answers = answers;
        await this.#relay(answers);
      }
    } catch (error) {
      this.#report(error);
    }
    if (this.#isOver) return;
    this.#over();
    await this.#tellAll();
  }

  async #relay(answers: Answers<object>): Promise<void> {
    while (!this.#isOver) {
      const { done, value } = await answers.next();
      if (done || this.#isOver) return;
      await this.#publish(value);
    }
  }

  #over(): void {
    this.#isOver = true;
    this.#closed();
  }

  async #publish(result: object): Promise<void> {
    this.#isRefused = this.#count === 0 && !('data' in result);
    this.#kept[this.#count % EVENTS_KEPT] = new Telling(result);
    this.#count++;
    await this.#tellAll();
  }

  async #tellAll(): Promise<void> {
    let told = 0;
    for (const place of this.#listeners) {
      this.tell(place);
      if (++told % LISTENERS_PER_TURN === 0) await nextTurn();
    }
  }

  /** Tells a listener what it has not been told, as far as it reads. */
  tell(place: Place): void {
    const { listener } = place;
    while (place.told < this.#count) {
      if (listener.isFull) return;
      if (this.#count - place.told > EVENTS_KEPT) {
        this.#listeners.delete(place);
        listener.fellBehind();
        return;
      }
      listener.next(this.#kept[place.told % EVENTS_KEPT] as Telling);
      place.told++;
    }
    if (!this.#isOver || !this.#listeners.delete(place)) return;
    listener.complete();
  }
}

/** How far one listener is. */
export class Place {
  readonly #broadcast: Broadcast;
  readonly listener: Listener;
  /** The number of the next event to tell. */
  told: number;

  constructor(broadcast: Broadcast, listener: Listener, told: number) {
    this.#broadcast = broadcast;
    this.listener = listener;
    this.told = told;
  }

  catchUp(): void {
    this.#broadcast.tell(this);
  }

  leave(): void {
    this.#broadcast.leave(this);
  }
}
