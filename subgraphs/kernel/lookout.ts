/*
 * What happens by the mere passing of time is looked for now and then, by every process: rows say what has been done, so
 * each thing is done once, whoever looks, and after a stop what came due meanwhile comes first.
 */
import type { Logger } from 'pino';
import type { Alarm, Clock } from './clock.ts';

export interface Lookout {
  /** Looks now; resolves when what is due by now is done, or has failed and is logged. Never rejects. */
  look(): Promise<void>;
  /** Looks no more; resolves when what has been begun is done. */
  close(): Promise<void>;
}

export interface LookoutOptions {
  /** From the end of a look to the next one at the latest. */
  readonly everyMilliseconds: number;
  /** Before the first look; it is made at once when absent. */
  readonly firstMilliseconds?: number;
  /** What the log says of a task that fails. It is tried again at the next look. */
  readonly failed: string;
  /**
   * Does what is due, a batch at a time, and begins no further one when closed.
   * @returns the instant at which something is due next, where it knows one. One that had come when the look began could
   * not be done, and waits for the next regular look rather than being tried for ever.
   */
  task(isClosed: () => boolean): Promise<Date | undefined>;
}

/** Looks from now on, one look at a time. */
export function openLookout(
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  { everyMilliseconds, firstMilliseconds, failed, task }: LookoutOptions,
): Lookout {
  let alarm: Alarm | undefined;
  let underWay: Promise<void> = Promise.resolve();
  let closed = false;
  const isClosed = () => closed;
  const later = (milliseconds: number) => new Date(clock.now().getTime() + milliseconds);
  const lookAt = (instant: Date) => {
    alarm?.cancel();
    if (!closed) alarm = clock.at(instant, () => void look());
  };
  const look = () => {
    alarm?.cancel();
    underWay = underWay.then(async () => {
      if (closed) return;
      const began = clock.now();
      let next: Date | undefined;
      try {
        next = await task(isClosed);
      } catch (err) {
        log.error({ err }, failed);
      }
      const regular = later(everyMilliseconds);
      lookAt(next && next > began && next < regular ? next : regular);
    });
    return underWay;
  };
  if (firstMilliseconds === undefined) void look();
  else lookAt(later(firstMilliseconds));
  return {
    look,
    async close() {
      closed = true;
      alarm?.cancel();
      await underWay;
    },
  };
}
