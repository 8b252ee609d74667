/*
 * A source whose messages are made something else on their way, pulled or pushed as its reader likes: where the source
 * below can push, nobody on the way waits with a promise. Messages keep their order, and are made one at a time.
 */
import type { Reader, Source } from './mailbox.ts';

export interface Mapping<From, To> {
  /** Makes a message of one of the source; undefined for one that is nothing to the reader. */
  readonly map: (message: From) => To | undefined | Promise<To | undefined>;
  /** Comes before all that the source has. */
  readonly first?: readonly To[];
  /** Makes the last message of what went wrong; without it the reader is told the failure itself. */
  readonly failed?: (failure: unknown) => To;
}

/** Borrows nothing: when the result ends, the source does. */
export function mapSource<From, To>(source: AsyncIterator<From>, mapping: Mapping<From, To>): Source<To> {
  return new MappedSource(source, mapping);
}

class MappedSource<From, To> implements Source<To>, Reader<From> {
  readonly #source: AsyncIterator<From>;
  readonly #mapping: Mapping<From, To>;
  #first: To[] | undefined;
  #reader: Reader<To> | undefined = undefined;
  /** Whether the source has been told whom to tell. */
  #isTold = false;
  /** Whether a message is awaited, or being made. */
  #isBusy = false;
  #isOver = false;

  constructor(source: AsyncIterator<From>, mapping: Mapping<From, To>) {
    this.#source = source;
    this.#mapping = mapping;
    this.#first = mapping.first?.length ? [...mapping.first] : undefined;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<To>> {
    const first = this.#takeFirst();
    if (first !== undefined) return { done: false, value: first };
    while (!this.#isOver) {
      try {
        const { done, value } = await this.#source.next();
        if (done) break;
        const message = await this.#mapping.map(value);
        if (message !== undefined) return { done: false, value: message };
      } catch (error) {
        if (this.#isOver) break;
        this.#leave();
        if (!this.#mapping.failed) throw error;
        return { done: false, value: this.#mapping.failed(error) };
      }
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<To>> {
    this.#isOver = true;
    this.#reader = undefined;
    this.#first = undefined;
    await this.#source.return?.();
    return { done: true, value: undefined };
  }

  tell(reader: Reader<To>): void {
    this.#reader = reader;
    this.resume();
  }

  resume(): void {
    if (this.#isBusy || this.#isOver) return;
    for (let first = this.#takeFirst(); first !== undefined; first = this.#takeFirst()) {
      if (!this.#reader?.told(first)) return;
    }
    const source = this.#source;
    if (!isPushing(source)) {
      this.#isBusy = true;
      source.next().then(
        (result) => this.#took(result),
        (failure) => this.#broke(failure),
      );
    } else if (this.#isTold) {
      source.resume();
    } else {
      this.#isTold = true;
      source.tell(this);
    }
  }

  /** Takes a message of the source. */
  told(message: From): boolean {
    if (this.#isOver) return false;
    try {
      const made = this.#mapping.map(message);
      if (!isPromise(made)) return this.#hand(made);
      this.#isBusy = true;
      made.then(
        (later) => {
          this.#isBusy = false;
          if (!this.#isOver && this.#hand(later)) this.resume();
        },
        (failure) => this.#broke(failure),
      );
    } catch (error) {
      this.#broke(error);
    }
    return false;
  }

  ended(failure?: unknown): void {
    if (failure !== undefined) this.#broke(failure);
    else if (!this.#isOver) this.#end(undefined);
  }

  #takeFirst(): To | undefined {
    const first = this.#first?.shift();
    if (this.#first?.length === 0) this.#first = undefined;
    return first;
  }

  /** @returns whether the next may come. */
  #hand(message: To | undefined): boolean {
    return message === undefined || (this.#reader?.told(message) ?? false);
  }

  #took({ done, value }: IteratorResult<From>): void {
    this.#isBusy = false;
    if (done) this.ended();
    else if (this.told(value)) this.resume();
  }

  #broke(failure: unknown): void {
    if (this.#isOver) return;
    const { failed } = this.#mapping;
    if (failed) this.#reader?.told(failed(failure));
    this.#end(failed ? undefined : failure);
    this.#leave();
  }

  #end(failure: unknown): void {
    this.#isOver = true;
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.ended(failure);
  }

  #leave(): void {
    this.#isOver = true;
    // What went wrong has been told; that the source closes badly too is its own matter.
    this.#source.return?.().catch(() => undefined);
  }
}

function isPushing<Message>(source: AsyncIterator<Message>): source is Source<Message> {
  return 'tell' in source && typeof source.tell === 'function';
}

function isPromise<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
