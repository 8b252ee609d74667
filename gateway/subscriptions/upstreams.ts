/*
 * One stream of a subgraph read by many: documents that differ in what they ask of other subgraphs, or in names, want the
 * same events. Each reader has a bounded queue of its own, so that a slow one is told so and delays nobody. Events are the
 * same objects for all, which the executor promises not to write into.
 */
import type { Source } from '../executor/executor.ts';
import type { FetchRequest, FetchResult } from '../executor/fetch.ts';
import { isPushed, type Reader } from './answers.ts';

export interface Sharing<Context> {
  /** What makes two requests the same besides their text and variables, such as what the caller may; undefined: not shared. */
  readonly shareKey: (subgraph: string, request: FetchRequest, context: Context) => string | undefined;
  /** How many events may wait for one reader. */
  readonly queueLimit: number;
  /** What a reader that has more than that waiting fails with. */
  readonly fellBehind: () => Error;
}

/**
 * The same source, where equal requests that have a key share what the first of them opened until the last of them leaves.
 * Who joins hears what comes from then on: not for streams that begin with a present state.
 */
export function shareUpstreams<Context>(source: Source<Context>, sharing: Sharing<Context>): Source<Context> {
  const upstreams = new Map<string, Upstream>();
  return async (subgraph, request, context) => {
    const scope = sharing.shareKey(subgraph, request, context);
    if (scope === undefined) return source(subgraph, request, context);
    const key = JSON.stringify([
      subgraph,
      scope,
      request.query,
      request.operationName ?? null,
      sorted(request.variables),
    ]);
    let upstream = upstreams.get(key);
    if (!upstream) {
      const opened: Upstream = new Upstream(sharing, () => {
        if (upstreams.get(key) === opened) upstreams.delete(key);
      });
      upstream = opened;
      upstreams.set(key, upstream);
      upstream.open(source(subgraph, request, context));
    }
    return upstream.join();
  };
}

function sorted(variables: Readonly<Record<string, unknown>>): object {
  return Object.entries(variables).sort(([one], [other]) => (one < other ? -1 : 1));
}

class Upstream implements Reader<FetchResult> {
  readonly #sharing: Pick<Sharing<never>, 'queueLimit' | 'fellBehind'>;
  readonly #closed: () => void;
  readonly #readers = new Set<Queue>();
  #events: AsyncIterableIterator<FetchResult> | undefined;
  #opening: Promise<unknown> | undefined;
  /** The first event, where it says that nothing will come. */
  #refusal: FetchResult | undefined;
  #hasTold = false;
  #isOver = false;

  constructor(sharing: Pick<Sharing<never>, 'queueLimit' | 'fellBehind'>, closed: () => void) {
    this.#sharing = sharing;
    this.#closed = closed;
  }

  open(opening: Promise<AsyncIterableIterator<FetchResult>>): void {
    this.#opening = opening.then(
      (events) => this.#opened(events),
      (error) => {
        this.#over();
        throw error;
      },
    );
    // Whoever joins is told.
    this.#opening.catch(() => undefined);
  }

  /** Rejects when the upstream could not be opened. */
  async join(): Promise<AsyncIterableIterator<FetchResult>> {
    const queue = new Queue(this.#sharing, () => this.#leave(queue));
    this.#readers.add(queue);
    if (this.#refusal) queue.push(this.#refusal);
    await this.#opening;
    return queue;
  }

  #opened(events: AsyncIterableIterator<FetchResult>): void {
    this.#events = events;
    if (isPushed(events)) events.tell(this);
    else this.#pull(events);
  }

  async #pull(events: AsyncIterableIterator<FetchResult>): Promise<void> {
    try {
      while (!this.#isOver) {
        const { done, value } = await events.next();
        if (done) break;
        this.told(value);
      }
      this.ended();
    } catch (error) {
      this.ended(error);
    }
  }

  told(event: FetchResult): boolean {
    if (!this.#hasTold && event.data === undefined) this.#refusal = event;
    this.#hasTold = true;
    for (const reader of [...this.#readers]) reader.push(event);
    return !this.#isOver;
  }

  ended(failure?: unknown): void {
    this.#over();
    for (const reader of [...this.#readers]) reader.end(failure);
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#closed();
  }

  #leave(queue: Queue): void {
    if (!this.#readers.delete(queue) || this.#readers.size > 0 || this.#isOver) return;
    this.#over();
    // Nobody is left whom a failure to close could be told.
    this.#events?.return?.()?.catch(() => undefined);
  }
}

/** What waits for one reader, who pulls or is told. */
class Queue implements AsyncIterableIterator<FetchResult> {
  readonly #sharing: Pick<Sharing<never>, 'queueLimit' | 'fellBehind'>;
  readonly #left: () => void;
  #waiting: FetchResult[] = [];
  #reader: Reader<FetchResult> | undefined;
  #next: PromiseWithResolvers<IteratorResult<FetchResult>> | undefined;
  #isWanted = false;
  #isEnded = false;
  #failure: unknown;

  constructor(sharing: Pick<Sharing<never>, 'queueLimit' | 'fellBehind'>, left: () => void) {
    this.#sharing = sharing;
    this.#left = left;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  push(event: FetchResult): void {
    if (this.#isEnded) return;
    if (this.#isWanted && this.#waiting.length === 0) {
      // Whoever is told may cause the next one: that waits for the answer.
      this.#isWanted = false;
      if (this.#reader?.told(event)) this.resume();
    } else if (this.#next) {
      this.#next.resolve({ done: false, value: event });
      this.#next = undefined;
    } else if (this.#waiting.push(event) > this.#sharing.queueLimit) {
      this.#waiting = [];
      this.end(this.#sharing.fellBehind());
    }
  }

  /** What waits is still read, then the end. */
  end(failure?: unknown): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#failure = failure;
    this.#left();
    if (this.#isWanted) this.resume();
    else this.#settle();
  }

  #settle(): void {
    const next = this.#next;
    this.#next = undefined;
    if (this.#failure === undefined) next?.resolve({ done: true, value: undefined });
    else next?.reject(this.#takeFailure());
  }

  #takeFailure(): unknown {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }

  tell(reader: Reader<FetchResult>): void {
    this.#reader = reader;
    this.resume();
  }

  resume(): void {
    this.#isWanted = true;
    while (this.#isWanted && this.#waiting.length > 0) {
      this.#isWanted = false;
      if (this.#reader?.told(this.#waiting.shift() as FetchResult)) this.#isWanted = true;
    }
    if (!this.#isWanted || !this.#isEnded) return;
    const reader = this.#reader;
    this.#reader = undefined;
    this.#isWanted = false;
    reader?.ended(this.#takeFailure());
  }

  next(): Promise<IteratorResult<FetchResult>> {
    const event = this.#waiting.shift();
    if (event) return Promise.resolve({ done: false, value: event });
    this.#next = Promise.withResolvers();
    const { promise } = this.#next;
    if (this.#isEnded) this.#settle();
    return promise;
  }

  async return(): Promise<IteratorResult<FetchResult>> {
    this.#reader = undefined;
    this.#isWanted = false;
    this.#waiting = [];
    this.#failure = undefined;
    this.end();
    return { done: true, value: undefined };
  }
}
