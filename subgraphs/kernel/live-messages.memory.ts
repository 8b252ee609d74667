/* Live messages in one process. Serialised and asynchronous like the real ones, so that nobody shares an object. */
import { LIVE_QUEUE_LIMIT, type LiveMessages } from './live-messages.ts';
import { Mailbox } from './mailbox.ts';

export class MemoryLiveMessages implements LiveMessages {
  readonly #listeners = new Map<string, Set<Mailbox<unknown>>>();

  async publish(channel: string, message: unknown): Promise<void> {
    const text = JSON.stringify(message);
    // Who listens is settled now; they hear of it in a later turn, as over a network.
    const listeners = [...(this.#listeners.get(channel) ?? [])];
    setImmediate(() => {
      for (const listener of listeners) listener.push(JSON.parse(text));
    });
  }

  async subscribe<Message>(channel: string): Promise<AsyncIterableIterator<Message>> {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners);
    const listener = new Mailbox<unknown>(LIVE_QUEUE_LIMIT, () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(channel) === listeners) this.#listeners.delete(channel);
    });
    listeners.add(listener);
    return listener as AsyncIterableIterator<Message>;
  }

  async check(): Promise<void> {}

  async close(): Promise<void> {
    for (const listeners of [...this.#listeners.values()]) for (const listener of [...listeners]) listener.end();
  }
}
