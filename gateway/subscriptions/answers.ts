/*
 * Events in, answers out, one for one and in order. An object and not a generator: a generator's `return` waits for the
 * `next` under way, which may be hours away, and the source would stay open as long.
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
  const waiting = new Set<(result: IteratorResult<Answer>) => void>();
  const end: IteratorResult<Answer> = { done: true, value: undefined };
  let ended = false;
  let last: Promise<unknown> = Promise.resolve();

  async function pull(): Promise<IteratorResult<Answer>> {
    if (ended) return end;
    try {
      const event = await events.next();
      if (!event.done) return { done: false, value: await answer(event.value) };
      ended = true;
      return end;
    } catch (error) {
      if (ended) return end;
      close();
      return { done: false, value: failed(error) };
    }
  }

  function close(): void {
    if (ended) return;
    ended = true;
    // A source that fails to close is its owner's to report; whoever reads here has left.
    Promise.resolve()
      .then(() => events.return?.())
      .catch(() => undefined);
  }

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      return new Promise((resolve) => {
        waiting.add(resolve);
        last = last.then(pull).then((result) => {
          waiting.delete(resolve);
          resolve(result);
        });
      });
    },
    async return() {
      close();
      for (const resolve of waiting) resolve(end);
      waiting.clear();
      return { done: true, value: undefined };
    },
  };
}
