/*
 * Time as a parameter. Everything that asks for the hour or waits for one takes a Clock, so that a test can make a
 * 15-minute window end at once. `systemClock` is the machine's; `ManualClock` stands still until it is told to move,
 * and a process started with CLOCK=steered obeys the parent that holds its IPC channel.
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

/** A clock that runs with the system's but is set ahead by hand; alarms ring when the sum of both reaches them. */
export class ManualClock implements Clock {
  #aheadMilliseconds = 0;
  readonly #alarms = new Set<{ instant: Date; ring: () => void; timer: Alarm }>();

  now(): Date {
    return new Date(Date.now() + this.#aheadMilliseconds);
  }

  at(instant: Date, ring: () => void): Alarm {
    const alarm = { instant, ring, timer: this.#arm(instant, () => this.#ring(alarm)) };
    this.#alarms.add(alarm);
    return {
      cancel: () => {
        alarm.timer.cancel();
        this.#alarms.delete(alarm);
      },
    };
  }

  /** Moves the clock forward. Alarms that have come due ring in the order of their instants, before this returns. */
  advance(milliseconds: number): void {
    if (!(milliseconds >= 0)) throw new RangeError('A clock only moves forward');
    this.#aheadMilliseconds += milliseconds;
    const byInstant = [...this.#alarms].sort((a, b) => a.instant.getTime() - b.instant.getTime());
    for (const alarm of byInstant) {
      alarm.timer.cancel();
      if (alarm.instant <= this.now()) this.#ring(alarm);
      else alarm.timer = this.#arm(alarm.instant, () => this.#ring(alarm));
    }
  }

  #arm(instant: Date, ring: () => void): Alarm {
    return systemClock.at(new Date(instant.getTime() - this.#aheadMilliseconds), ring);
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
