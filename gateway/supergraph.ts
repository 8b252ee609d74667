/*
 * Keeps the gateway in step with the file that holds its supergraph. Looked at, not watched: files that are mounted into
 * containers are exchanged by links, of which no file system tells reliably. What cannot be served is refused and said so,
 * and what served before goes on.
 */
import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Alarm, Clock } from '../subgraphs/kernel/clock.ts';

/** A roll-out is noticed this soon. */
export const LOOK_MILLISECONDS = 2_000;

export interface SupergraphOptions {
  /** Where its text stands, as composition writes it. */
  readonly file: string;
  /** What is served when the watch begins. */
  readonly served: string;
  /** Serves this one from now on; throws, or rejects, where it cannot, and then serves the one before. */
  readonly take: (supergraphSdl: string) => void | Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
}

export class SupergraphWatch {
  readonly #options: SupergraphOptions;
  /** The last that was seen, served or refused: neither is tried again until it changes. */
  #seen: string;
  #looking: Promise<void> = Promise.resolve();
  #alarm: Alarm | undefined;
  #isClosed = false;

  constructor(options: SupergraphOptions) {
    this.#options = options;
    this.#seen = options.served;
    this.#arm();
  }

  /** Looks at once. Resolves when a change that is there has been taken or refused; never rejects. */
  look(): Promise<void> {
    // One after the other: what is being taken must not be overtaken.
    this.#looking = this.#looking.then(() => this.#look());
    return this.#looking;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#alarm?.cancel();
    await this.#looking;
  }

  #arm(): void {
    const { clock } = this.#options;
    this.#alarm = clock.at(new Date(clock.now().getTime() + LOOK_MILLISECONDS), () => {
      this.look().then(() => {
        if (!this.#isClosed) this.#arm();
      });
    });
  }

  async #look(): Promise<void> {
    if (this.#isClosed) return;
    const { file, take, log } = this.#options;
    try {
      const text = await readFile(file, 'utf8');
      if (text === this.#seen) return;
      this.#seen = text;
      await take(text);
      log.info({ file }, 'a new supergraph is served');
    } catch (error) {
      log.error({ file, reason: (error as Error).message }, 'a supergraph was refused; the one before it is served');
    }
  }
}
