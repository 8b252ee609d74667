/*
 * Events in, answers out, one for one and in order. Answers are pulled one by one, or pushed to a reader that says when it
 * has had enough: whoever holds ten thousand of these waits without a promise of its own for each. An object and not a
 * generator: a generator's `return` waits for the `next` under way, which may be hours away.
 */

/** Who is told the answers of one subscription. Must not throw. */
export interface Reader<Answer> {
  /** @returns whether the next one may come; otherwise none comes until `resume`. */
  answered(answer: Answer): boolean;
  /** There is no further answer. Not called after `return`. */
  ended(): void;
}

/** To be used in one of the two ways, pulled or pushed. `return` ends it at once: whoever waits gets the end. */
export interface Answers<Answer> extends AsyncIterableIterator<Answer> {
  return(): Promise<IteratorResult<Answer>>;
  /** Tells `reader` all answers from now on. */
  tell(reader: Reader<Answer>): void;
  /** Goes on after a reader had enough. */
  resume(): void;
}

/**
 * Pulls an event for every answer asked for; events are answered one after another, also when several are asked for at
 * once. Ends when the source does; an error of the source or of `answer` becomes one last answer, made by `failed`.
 * `return` tells the source and does not wait for it to close.
 */
export function answerEvents<Event, Answer>(
  events: AsyncIterator<Event>,
  answer: (event: Event) => Answer | Promise<Answer>,
  failed: (error: unknown) => Answer,
): Answers<Answer> {
  return new EventAnswers(events, answer, failed);
}

/** The same answers, each put through `change`, which must not throw. */
export function changeAnswers<From, To>(answers: Answers<From>, change: (answer: From) => To): Answers<To> {
  return new ChangedAnswers(answers, change);
}

type Resolve<Answer> = (result: IteratorResult<Answer>) => void;

class EventAnswers<Event, Answer> implements Answers<Answer> {
  readonly #events: AsyncIterator<Event>;
  readonly #answer: (event: Event) => Answer | Promise<Answer>;
  readonly #failed: (error: unknown) => Answer;
  #reader: Reader<Answer> | undefined = undefined;
  /** Who waits for an answer, in order. */
  #waiting: Resolve<Answer>[] | undefined = undefined;
  #isPulling = false;
  #ended = false;

  constructor(
    events: AsyncIterator<Event>,
    answer: (event: Event) => Answer | Promise<Answer>,
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
    this.#waiting ??= [];
    const waiting = this.#waiting;
    return new Promise((resolve) => {
      waiting.push(resolve);
      this.#pull();
    });
  }

  tell(reader: Reader<Answer>): void {
    this.#reader = reader;
    if (this.#ended) reader.ended();
    else this.#pull();
  }

  resume(): void {
    this.#pull();
  }

  async return(): Promise<IteratorResult<Answer>> {
    this.#reader = undefined;
    this.#leave();
    return { done: true, value: undefined };
  }

  #pull(): void {
    if (this.#isPulling || this.#ended) return;
    this.#isPulling = true;
    try {
      this.#events.next().then(this.#took, this.#broke);
    } catch (error) {
      this.#broke(error);
    }
  }

  // Functions of the object, made once: an event then costs the promise of the source and no other.
  readonly #took = ({ done, value }: IteratorResult<Event>): void => {
    if (this.#ended) return;
    if (done) {
      this.#end();
      return;
    }
    try {
      const answer = this.#answer(value);
      if (isPromise(answer)) answer.then(this.#deliver, this.#broke);
      else this.#deliver(answer);
    } catch (error) {
      this.#broke(error);
    }
  };

  readonly #deliver = (answer: Answer): void => {
    if (this.#ended) return;
    this.#isPulling = false;
    if (this.#handOver(answer)) this.#pull();
  };

  readonly #broke = (error: unknown): void => {
    if (this.#ended) return;
    this.#handOver(this.#failed(error));
    this.#leave();
  };

  /** @returns whether another answer is wanted. */
  #handOver(answer: Answer): boolean {
    if (this.#reader) return this.#reader.answered(answer);
    this.#waiting?.shift()?.({ done: false, value: answer });
    return this.#waiting !== undefined && this.#waiting.length > 0;
  }

  #end(): void {
    this.#ended = true;
    for (const resolve of this.#waiting ?? []) resolve({ done: true, value: undefined });
    this.#waiting = undefined;
    this.#reader?.ended();
    this.#reader = undefined;
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

function isPromise<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  return typeof (value as { then?: unknown } | null)?.then === 'function';
}

class ChangedAnswers<From, To> implements Answers<To>, Reader<From> {
  readonly #answers: Answers<From>;
  readonly #change: (answer: From) => To;
  #reader: Reader<To> | undefined = undefined;

  constructor(answers: Answers<From>, change: (answer: From) => To) {
    this.#answers = answers;
    this.#change = change;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<To>> {
    const { done, value } = await this.#answers.next();
    return done ? { done, value: undefined } : { done: false, value: this.#change(value) };
  }

  async return(): Promise<IteratorResult<To>> {
    await this.#answers.return();
    return { done: true, value: undefined };
  }

  tell(reader: Reader<To>): void {
    this.#reader = reader;
    this.#answers.tell(this);
  }

  resume(): void {
    this.#answers.resume();
  }

  answered(answer: From): boolean {
    return this.#reader?.answered(this.#change(answer)) ?? false;
  }

  ended(): void {
    this.#reader?.ended();
  }
}
