/*
 * Between who pushes (a socket, a channel) and one reader, who pulls, or is told as it comes and says when it has had
 * enough. Bounded: a reader that falls too far behind is told so instead of being kept for. Ends at once on `return`, also
 * while `next` waits, which a generator cannot. Whoever is told waits without a promise: there are many, for hours.
 */
import { Refusal } from './errors.ts';

/** Who is told what comes. Must not throw. */
export interface Reader<Message> {
  /** @returns whether the next one may come; otherwise none comes until `resume`. */
  told(message: Message): boolean;
  /** Nothing more comes, for a reason where it has failed. Not called after `return`. */
  ended(failure?: unknown): void;
}

/** To be used in one of the two ways, pulled or pushed. */
export interface Source<Message> extends AsyncIterableIterator<Message> {
  /** Tells `reader` all messages from now on. */
  tell(reader: Reader<Message>): void;
  /** Goes on after a reader had enough. */
  resume(): void;
}

export class Mailbox<Message> implements Source<Message> {
  readonly #limit: number;
  readonly #left: () => void;
  #waiting: Message[] | undefined = undefined;
  #next: ((result: IteratorResult<Message> | Promise<never>) => void) | undefined = undefined;
  #reader: Reader<Message> | undefined = undefined;
  #isWanted = false;
  #ended = false;
  #failure: Error | undefined = undefined;

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
    if (this.#isWanted) {
      // Whoever is told may push in turn: that waits for the answer.
      this.#isWanted = false;
      if (this.#reader?.told(message)) this.resume();
    } else if (this.#next) {
      const next = this.#next;
      this.#next = undefined;
      next({ done: false, value: message });
    } else {
      this.#waiting ??= [];
      if (this.#waiting.push(message) <= this.#limit) return;
      this.#waiting = undefined;
      this.fail(new Refusal('UNAVAILABLE', 'The subscription fell too far behind; subscribe again.'));
    }
  }

  /** What waits is still read, then the end. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#left();
    this.#next?.(this.#last());
    this.#next = undefined;
    if (this.#isWanted) this.resume();
  }

  /** What waits is still read, then the end with `failure`: `next` rejects once. */
  fail(failure: Error): void {
    if (this.#ended) return;
    this.#failure = failure;
    this.end();
  }

  tell(reader: Reader<Message>): void {
    this.#reader = reader;
    this.resume();
  }

  resume(): void {
    this.#isWanted = true;
    while (this.#isWanted && this.#waiting) {
      const message = this.#waiting.shift() as Message;
      if (this.#waiting.length === 0) this.#waiting = undefined;
      this.#isWanted = false;
      if (this.#reader?.told(message)) this.#isWanted = true;
    }
    if (!this.#isWanted || !this.#ended) return;
    const reader = this.#reader;
    this.#reader = undefined;
    this.#isWanted = false;
    reader?.ended(this.#failure);
  }

  next(): Promise<IteratorResult<Message>> {
    const waiting = this.#waiting;
    if (waiting) {
      const value = waiting.shift() as Message;
      if (waiting.length === 0) this.#waiting = undefined;
      return Promise.resolve({ done: false, value });
    }
    if (this.#ended) return Promise.resolve(this.#last());
    return new Promise((resolve) => {
      this.#next = resolve;
    });
  }

  async return(): Promise<IteratorResult<Message>> {
    this.#waiting = undefined;
    this.#failure = undefined;
    this.#reader = undefined;
    this.#isWanted = false;
    this.end();
    return { done: true, value: undefined };
  }

  #last(): IteratorResult<Message> | Promise<never> {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure ? Promise.reject(failure) : { done: true, value: undefined };
  }
}
