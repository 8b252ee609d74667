/*
 * Time as a parameter. Everything that asks for the hour or waits for one takes a Clock, so that a test can make a
 * 15-minute window end at once. `systemClock` is the machine's; `ManualClock` is set ahead by hand and between that runs on
 * or stands; a process started with CLOCK=steered obeys the parent that holds its IPC channel.
 */

export interface Alarm {
  /** Forgets the alarm; harmless when it has already rung. */
  cancel(): void;
}

export interface Clock {
  /** The present instant, UTC. */
  now(): Date;
  /** Calls `ring` once, as soon as `instant` has come; at the next turn of the event loop if it has already. Never rings early. */
  at(instant: Date, ring: () => void): Alarm;
}

/** The longest delay a Node timer keeps; longer ones fire at once (Node.js documentation, `setTimeout`). */
const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => new Date(),
  at(instant, ring) {
    let timer: NodeJS.Timeout;
    const wait = () => {
      const remaining = instant.getTime() - Date.now();
      timer =
        remaining > LONGEST_TIMER_MILLISECONDS
          ? setTimeout(wait, LONGEST_TIMER_MILLISECONDS)
          : setTimeout(ring, Math.max(0, remaining));
      timer.unref();
    };
    wait();
    return { cancel: () => clearTimeout(timer) };
  },
};

export interface ManualClockOptions {
  /** What it says at first, in RFC 3339; the system's time when absent. */
  readonly startsAt?: string;
  /**
   * Whether it stands between two calls of `advance`, however long the machine takes: each reading is a millisecond
   * after the one before, so that what comes later is later. It runs with the system's when absent.
   */
  readonly stands?: boolean;
}

/** A clock that is set ahead by hand. Alarms ring when it reaches them. */
export class ManualClock implements Clock {
  readonly #stands: boolean;
  /** What it says, where it stands; how far it is ahead of the system's, where it runs. */
  #milliseconds: number;
  readonly #alarms = new Set<{ instant: Date; ring: () => void; timer: Alarm | undefined }>();

  constructor({ startsAt, stands = false }: ManualClockOptions = {}) {
    const start = startsAt === undefined ? Date.now() : Date.parse(startsAt);
    this.#stands = stands;
    this.#milliseconds = stands ? start : start - Date.now();
  }

  now(): Date {
    if (!this.#stands) return this.#reached();
    this.#milliseconds++;
    for (const alarm of this.#alarms) alarm.timer ??= this.#arm(alarm.instant, () => this.#ring(alarm));
    return this.#reached();
  }

  at(instant: Date, ring: () => void): Alarm {
    const alarm = { instant, ring, timer: this.#arm(instant, () => this.#ring(alarm)) };
    this.#alarms.add(alarm);
    return {
      cancel: () => {
        alarm.timer?.cancel();
        this.#alarms.delete(alarm);
      },
    };
  }

  /** Moves the clock forward. Alarms that have come due ring in the order of their instants, before this returns. */
  advance(milliseconds: number): void {
    if (!(milliseconds >= 0)) throw new RangeError('A clock only moves forward');
    this.#milliseconds += milliseconds;
    const byInstant = [...this.#alarms].sort((a, b) => a.instant.getTime() - b.instant.getTime());
    for (const alarm of byInstant) {
      alarm.timer?.cancel();
      if (alarm.instant <= this.#reached()) this.#ring(alarm);
      else alarm.timer = this.#arm(alarm.instant, () => this.#ring(alarm));
    }
  }

  #reached(): Date {
    return new Date(this.#stands ? this.#milliseconds : Date.now() + this.#milliseconds);
  }

  /** The system's timer for an alarm; none for one that a standing clock has not reached. */
  #arm(instant: Date, ring: () => void): Alarm | undefined {
    if (!this.#stands) return systemClock.at(new Date(instant.getTime() - this.#milliseconds), ring);
    return instant <= this.#reached() ? systemClock.at(new Date(0), ring) : undefined;
  }

  #ring(alarm: { ring: () => void }): void {
    if (this.#alarms.delete(alarm as never)) alarm.ring();
  }
}

/** A ManualClock moved by the messages `{ advanceMilliseconds: number }` of the parent process; each is answered once its alarms rang. */
export function steeredClock(): ManualClock {
  const clock = new ManualClock();
  process.on('message', (message: { advanceMilliseconds?: unknown }) => {
    if (typeof message?.advanceMilliseconds !== 'number') return;
    clock.advance(message.advanceMilliseconds);
    process.send?.({ advancedMilliseconds: message.advanceMilliseconds });
  });
  return clock;
}
