/* Live messages in one process. Serialised and asynchronous like the real ones, so that nobody shares an object. */
import { Refusal } from './errors.ts';
import { LIVE_QUEUE_LIMIT, type LiveMessages } from './live-messages.ts';

export class MemoryLiveMessages implements LiveMessages {
  readonly #listeners = new Map<string, Set<Listener<unknown>>>();

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
    const listener = new Listener<unknown>(() => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(channel) === listeners) this.#listeners.delete(channel);
    });
    listeners.add(listener);
    return listener as AsyncIterableIterator<Message>;
  }

  async check(): Promise<void> {}

  async close(): Promise<void> {
    for (const listeners of [...this.#listeners.values()]) {
      for (const listener of [...listeners]) await listener.return();
    }
  }
}

/** What is pushed, for one reader that pulls; bounded. Ends at once on `return`, also while `next` waits. */
export class Listener<Message> implements AsyncIterableIterator<Message> {
  readonly #left: () => void;
  readonly #waiting: Message[] = [];
  #reader: PromiseWithResolvers<IteratorResult<Message>> | undefined;
  #ended = false;
  #failure: Error | undefined;

  constructor(left: () => void) {
    this.#left = left;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  push(message: Message): void {
    if (this.#ended) return;
    if (this.#reader) {
      this.#reader.resolve({ done: false, value: message });
      this.#reader = undefined;
    } else if (this.#waiting.push(message) > LIVE_QUEUE_LIMIT) {
      this.#waiting.length = 0;
      this.#failure = new Refusal('UNAVAILABLE', 'The subscription fell too far behind; subscribe again.');
      this.#end();
    }
  }

  async next(): Promise<IteratorResult<Message>> {
    if (this.#waiting.length > 0) return { done: false, value: this.#waiting.shift() as Message };
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
    if (this.#ended) return { done: true, value: undefined };
    this.#reader = Promise.withResolvers();
    return this.#reader.promise;
  }

  async return(): Promise<IteratorResult<Message>> {
    this.#waiting.length = 0;
    this.#end();
    return { done: true, value: undefined };
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#left();
    this.#reader?.resolve({ done: true, value: undefined });
    this.#reader = undefined;
  }
}
