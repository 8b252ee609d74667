/*
 * The shape of every subscription here: the present state first, then what changes, so that whoever subscribes again has
 * missed nothing. Listen before the present state is read, or a change between the two is lost.
 */
import { mapSource } from './mapped-source.ts';

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
  return mapSource(messages, { map: tell, first: present });
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

/**
 * Keeps one message a key for a reader that is slow: what waits and is said again is merged, nothing is dropped, and as
 * many wait as there are keys. Reads `messages` as they come; `return` ends both at once.
 */
export function keepLatest<Message>(
  messages: AsyncIterableIterator<Message>,
  keyOf: (message: Message) => string,
  merge: (earlier: Message, later: Message) => Message,
): AsyncIterableIterator<Message> {
  const waiting = new Map<string, Message>();
  let reader: PromiseWithResolvers<IteratorResult<Message>> | undefined;
  let end: Promise<IteratorResult<Message>> | undefined;
  const finish = (last: Promise<IteratorResult<Message>>) => {
    // Read later or never: a failure nobody waits for is not a fault of the process.
    last.catch(() => undefined);
    end ??= last;
    reader?.resolve(end);
    reader = undefined;
  };
  const pump = (): void => {
    messages.next().then(
      ({ done, value }) => {
        if (done) return finish(Promise.resolve({ done: true, value: undefined }));
        const key = keyOf(value);
        const earlier = waiting.get(key);
        if (reader) reader.resolve({ done: false, value });
        else waiting.set(key, earlier === undefined ? value : merge(earlier, value));
        reader = undefined;
        if (!end) pump();
      },
      (error) => finish(Promise.reject(error)),
    );
  };
  pump();
  const latest: AsyncIterableIterator<Message> = {
    [Symbol.asyncIterator]: () => latest,
    async next() {
      for (const [key, value] of waiting) {
        waiting.delete(key);
        return { done: false, value };
      }
      if (end) return end;
      reader = Promise.withResolvers();
      return reader.promise;
    },
    async return() {
      waiting.clear();
      finish(Promise.resolve({ done: true, value: undefined }));
      await messages.return?.();
      return { done: true, value: undefined };
    },
  };
  return latest;
}
