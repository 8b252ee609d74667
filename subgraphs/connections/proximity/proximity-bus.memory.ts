/* The proximity bus of one process. Frames are copied and arrive in a later turn, as over a network. */
import type { ProximityBus } from './proximity-bus.ts';

export class MemoryProximityBus implements ProximityBus {
  readonly coalesceMilliseconds = 0;
  readonly #listeners = new Map<string, Set<{ readonly take: (frame: Buffer) => void }>>();
  #waiting: { readonly take: (frame: Buffer) => void; readonly frame: Buffer }[] = [];

  send(address: string, frame: Buffer): void {
    for (const { take } of this.#listeners.get(address) ?? []) {
      this.#waiting.push({ take, frame: Buffer.from(frame) });
      if (this.#waiting.length === 1) setImmediate(() => this.#deliver());
    }
  }

  async listen(address: string, take: (frame: Buffer) => void): Promise<() => Promise<void>> {
    const listeners = this.#listeners.get(address) ?? new Set();
    this.#listeners.set(address, listeners);
    const listener = { take };
    listeners.add(listener);
    return async () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(address) === listeners) this.#listeners.delete(address);
    };
  }

  async check(): Promise<void> {}

  async close(): Promise<void> {
    this.#listeners.clear();
    this.#waiting = [];
  }

  #deliver(): void {
    const delivered = this.#waiting;
    this.#waiting = [];
    for (const { take, frame } of delivered) take(frame);
  }
}
