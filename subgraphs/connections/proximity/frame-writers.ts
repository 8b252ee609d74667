/* One writer of frames for each address that somebody speaks to; all are sent together, after the time the bus lets frames wait. */
import type { Clock } from '../../kernel/clock.ts';
import { FrameWriter } from './frames.ts';
import type { ProximityBus } from './proximity-bus.ts';

export interface FrameWritersOptions {
  readonly bus: ProximityBus;
  readonly clock: Clock;
  /** Address of who speaks. */
  readonly sender: string;
  /** Which workers the speaker takes for alive, as a number. */
  readonly view?: () => number;
  /** Sends a frame; by the bus at once when absent. */
  readonly send?: (address: string, frame: Buffer) => void;
}

export class FrameWriters {
  readonly #options: FrameWritersOptions;
  readonly #writers = new Map<string, FrameWriter>();
  readonly #schedule: (flush: () => void) => void;

  constructor(options: FrameWritersOptions) {
    this.#options = options;
    const { bus, clock } = options;
    const { coalesceMilliseconds } = bus;
    this.#schedule =
      coalesceMilliseconds === 0
        ? (flush) => setImmediate(flush)
        : (flush) => clock.at(new Date(clock.now().getTime() + coalesceMilliseconds), flush);
  }

  to(address: string): FrameWriter {
    let writer = this.#writers.get(address);
    if (!writer) {
      const { bus, sender, view, send = bus.send.bind(bus) } = this.#options;
      writer = new FrameWriter(send, address, sender, this.#schedule, view);
      this.#writers.set(address, writer);
    }
    return writer;
  }

  /** Forgets whoever is spoken to no more. */
  keep(isWanted: (address: string) => boolean): void {
    for (const address of this.#writers.keys()) if (!isWanted(address)) this.#writers.delete(address);
  }

  /** Forgets whoever has not been spoken to since this was asked last. */
  forgetIdle(): void {
    for (const [address, writer] of this.#writers) if (!writer.wasUsed()) this.#writers.delete(address);
  }

  flush(): void {
    for (const writer of this.#writers.values()) writer.flush();
  }
}
