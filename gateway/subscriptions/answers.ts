/*
 * Events in, answers out, one for one and in order. An object and not a generator: a generator's `return` waits for the
 * `next` under way, which may be hours away, and the source would stay open as long. Every open subscription holds one.
 */

/**
 * Pulls an event for every answer asked for; events are answered one after another, also when several are asked for at
 * once. Ends when the source does; an error of the source or of `answer` becomes one last answer, made by `failed`.
 * `return` ends it at once: the source is told, and whoever waits gets the end. It does not wait for the source to close.
 */
export function answerEvents<Event, Answer>(
  events: AsyncIterator<Event>,
  answer: (event: Event) => Promise<Answer>,
  failed: (error: unknown) => Answer,
): AsyncIterableIterator<Answer> {
  return new Answers(events, answer, failed);
}

type Resolve<Answer> = (result: IteratorResult<Answer>) => void;

class Answers<Event, Answer> implements AsyncIterableIterator<Answer> {
  readonly #events: AsyncIterator<Event>;
  readonly #answer: (event: Event) => Promise<Answer>;
  readonly #failed: (error: unknown) => Answer;
  /** Who waits, the first being answered now. */
  #waiting: Resolve<Answer>[] = [];
  #ended = false;

  constructor(
    events: AsyncIterator<Event>,
    answer: (event: Event) => Promise<Answer>,
    failed: (error: unknown) => Answer,
  ) {
    this.#events = events;
    this.#answer = answer;
    this.#failed = failed;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Answer>> {
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      if (this.#waiting.push(resolve) === 1) this.#pull();
    });
  }

  async return(): Promise<IteratorResult<Answer>> {
    this.#leave();
    return { done: true, value: undefined };
  }

  async #pull(): Promise<void> {
    while (this.#waiting.length > 0) {
      try {
        const { done, value } = await this.#events.next();
        if (this.#ended) return;
        if (done) return this.#end();
        const answer = await this.#answer(value);
        if (this.#ended) return;
        this.#waiting.shift()?.({ done: false, value: answer });
      } catch (error) {
        if (this.#ended) return;
        this.#waiting.shift()?.({ done: false, value: this.#failed(error) });
        this.#leave();
      }
    }
  }

  #end(): void {
    this.#ended = true;
    for (const resolve of this.#waiting) resolve({ done: true, value: undefined });
    this.#waiting = [];
  }

  #leave(): void {
    if (this.#ended) return;
    this.#end();
    // A source that fails to close is its owner's to report; whoever reads here has left.
    Promise.resolve()
      .then(() => this.#events.return?.())
      .catch(() => undefined);
  }
}
