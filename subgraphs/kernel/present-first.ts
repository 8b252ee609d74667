/*
 * The shape of every subscription here: the present state first, then what changes, so that whoever subscribes again has
 * missed nothing. Listen before the present state is read, or a change between the two is lost.
 */

/**
 * @param present told first, in this order.
 * @param messages what changes, as live-messages.ts delivers it; ended with this iterator, at once.
 * @param tell makes an event of a message; undefined for one that is no news.
 */
export function presentFirst<Message, Event>(
  present: readonly Event[],
  messages: AsyncIterableIterator<Message>,
  tell: (message: Message) => Event | undefined | Promise<Event | undefined>,
): AsyncIterableIterator<Event> {
  const first = [...present];
  const events: AsyncIterableIterator<Event> = {
    [Symbol.asyncIterator]: () => events,
    async next() {
      if (first.length > 0) return { done: false, value: first.shift() as Event };
      for (;;) {
        const { done, value } = await messages.next();
        if (done) return { done: true, value: undefined };
        const event = await tell(value);
        if (event !== undefined) return { done: false, value: event };
      }
    },
    async return() {
      await messages.return?.();
      return { done: true, value: undefined };
    },
  };
  return events;
}

/** Reads the present state; when that fails, stops listening and fails. */
export async function readPresent<State>(
  messages: AsyncIterableIterator<unknown>,
  read: () => Promise<State>,
): Promise<State> {
  try {
    return await read();
  } catch (error) {
    await messages.return?.();
    throw error;
  }
}
