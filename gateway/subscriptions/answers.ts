/*
 * Events in, answers out, one for one and in order. Answers are pulled one by one, or pushed to a reader that says when it
 * has had enough: whoever holds ten thousand of these waits without a promise of its own for each. An object and not a
 * generator: a generator's `return` waits for the `next` under way, which may be hours away.
 */

/** Who is told what comes. Must not throw. */
export interface Reader<Answer> {
  /** @returns whether the next one may come; otherwise none comes until `resume`. */
  told(answer: Answer): boolean;
  /** Nothing more comes, for a reason where it has failed; answers never fail. Not called after `return`. */
  ended(failure?: unknown): void;
}

/** To be used in one of the two ways, pulled or pushed. `return` ends it at once: whoever waits gets the end. */
export interface Answers<Answer> extends AsyncIterableIterator<Answer> {
  return(): Promise<IteratorResult<Answer>>;
  /** Tells `reader` all answers from now on. */
  tell(reader: Reader<Answer>): void;
  /** Goes on after a reader had enough. */
  resume(): void;
}

/** Events that are pushed where somebody is told them, without a promise for each: of the shape of `Answers`. */
export type PushedEvents<Event> = AsyncIterator<Event> & Pick<Answers<Event>, 'tell' | 'resume'>;

/**
 * Pulls an event for every answer asked for, or is told them where the source can do that; events are answered one after
 * another, also when several are asked for at once; one that is answered with undefined is left out. Ends when the source does; an error of the source or of `answer` becomes one last answer, made by `failed`.
 * `return` tells the source and does not wait for it to close.
 */
export function answerEvents<Event, Answer>(
  events: AsyncIterator<Event>,
  answer: (event: Event) => Answer | Promise<Answer>,
  failed: (error: unknown) => Answer,
): Answers<Answer> {
  return new EventAnswers(events, answer, failed);
}

type Resolve<Answer> = (result: IteratorResult<Answer>) => void;

class EventAnswers<Event, Answer> implements Answers<Answer>, Reader<Event> {
  readonly #events: AsyncIterator<Event>;
  readonly #answer: (event: Event) => Answer | Promise<Answer>;
  readonly #failed: (error: unknown) => Answer;
  #reader: Reader<Answer> | undefined = undefined;
  /** Who waits for an answer, in order. */
  #waiting: Resolve<Answer>[] | undefined = undefined;
  /** Whether an event is awaited, or answered. */
  #isPulling = false;
  #isPushed = false;
  #ended = false;
  #settling: Settling<Event, Answer> | undefined = undefined;

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
    if (this.#ended) {
      reader.ended();
    } else if (isPushed(this.#events)) {
      this.#isPushed = true;
      this.#events.tell(this);
    } else {
      this.#pull();
    }
  }

  resume(): void {
    if (!this.#isPushed) this.#pull();
    else if (!this.#isPulling && !this.#ended) (this.#events as PushedEvents<Event>).resume();
  }

  async return(): Promise<IteratorResult<Answer>> {
    this.#reader = undefined;
    this.#leave();
    return { done: true, value: undefined };
  }

  /** Takes an event. */
  told(event: Event): boolean {
    if (this.#ended) return false;
    try {
      const answer = this.#answer(event);
      if (!isPromise(answer)) return this.#handOver(answer);
      this.#isPulling = true;
      answer.then(this.#settle.deliver, this.#settle.broke);
    } catch (error) {
      this.#broke(error);
    }
    return false;
  }

  ended(failure?: unknown): void {
    if (this.#ended) return;
    if (failure !== undefined) this.#handOver(this.#failed(failure));
    this.#end();
  }

  #pull(): void {
    if (this.#isPulling || this.#ended) return;
    this.#isPulling = true;
    try {
      this.#events.next().then(this.#settle.took, this.#settle.broke);
    } catch (error) {
      this.#broke(error);
    }
  }

  /** Made once, and only where something is awaited: an event then costs the promise of the source and no other. */
  get #settle(): Settling<Event, Answer> {
    this.#settling ??= {
      took: ({ done, value }) => {
        if (this.#ended) return;
        this.#isPulling = false;
        if (done) this.#end();
        else if (this.told(value)) this.#pull();
      },
      deliver: (answer) => {
        if (this.#ended) return;
        this.#isPulling = false;
        if (this.#handOver(answer)) this.resume();
      },
      broke: (error) => this.#broke(error),
    };
    return this.#settling;
  }

  #broke(error: unknown): void {
    if (this.#ended) return;
    this.#handOver(this.#failed(error));
    this.#leave();
  }

  /** @returns whether another answer is wanted. */
  #handOver(answer: Answer): boolean {
    // An event that is nothing to the reader.
    if (answer === undefined) return true;
    if (this.#reader) return this.#reader.told(answer);
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

interface Settling<Event, Answer> {
  readonly took: (result: IteratorResult<Event>) => void;
  readonly deliver: (answer: Answer) => void;
  readonly broke: (error: unknown) => void;
}

export function isPushed<Event>(events: AsyncIterator<Event>): events is PushedEvents<Event> {
  return 'tell' in events && typeof events.tell === 'function';
}

function isPromise<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  return typeof (value as { then?: unknown } | null)?.then === 'function';
}
