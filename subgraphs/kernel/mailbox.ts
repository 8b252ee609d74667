/*
 * Turns what is pushed (by a socket, a channel) into what one reader pulls. Bounded: a reader that falls too far behind
 * is told so instead of being kept for. Ends at once on `return`, also while `next` waits, which a generator cannot.
 */
import { Refusal } from './errors.ts';

export class Mailbox<Message> implements AsyncIterableIterator<Message> {
  readonly #limit: number;
  readonly #left: () => void;
  readonly #waiting: Message[] = [];
  #reader: PromiseWithResolvers<IteratorResult<Message>> | undefined;
  #ended = false;
  #failure: Error | undefined;

  /**
   * @param limit how many messages may wait; one more ends it with Refusal UNAVAILABLE.
   * @param left called once, when it has ended for whatever reason.
   */
  constructor(limit: number, left: () => void) {
    this.#limit = limit;
    this.#left = left;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  push(message: Message): void {
    if (this.#ended) return;
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader) reader.resolve({ done: false, value: message });
    else if (this.#waiting.push(message) > this.#limit) {
      this.#waiting.length = 0;
      this.fail(new Refusal('UNAVAILABLE', 'The subscription fell too far behind; subscribe again.'));
    }
  }

  /** What waits is still read, then the end. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#left();
    this.#reader?.resolve(this.#last());
    this.#reader = undefined;
  }

  /** What waits is still read, then `next` rejects once with `failure`. */
  fail(failure: Error): void {
    if (this.#ended) return;
    this.#failure = failure;
    this.end();
  }

  async next(): Promise<IteratorResult<Message>> {
    if (this.#waiting.length > 0) return { done: false, value: this.#waiting.shift() as Message };
    if (this.#ended) return this.#last();
    this.#reader = Promise.withResolvers();
    return this.#reader.promise;
  }

  async return(): Promise<IteratorResult<Message>> {
    this.#waiting.length = 0;
    this.#failure = undefined;
    this.end();
    return { done: true, value: undefined };
  }

  async #last(): Promise<IteratorResult<Message>> {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
    return { done: true, value: undefined };
  }
}
