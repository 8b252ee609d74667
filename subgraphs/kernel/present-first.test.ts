import { randomUUID } from 'node:crypto';
import { MemoryLiveMessages } from './live-messages.memory.ts';
import { LIVE_QUEUE_LIMIT } from './live-messages.ts';
import { keepLatest } from './present-first.ts';

interface Change {
  readonly key: string;
  readonly isNew: boolean;
  readonly count: number;
}

const merge = (earlier: Change, later: Change): Change => ({ ...later, isNew: earlier.isNew || later.isNew });

async function open() {
  const live = new MemoryLiveMessages();
  const channel = randomUUID();
  const latest = keepLatest(await live.subscribe<Change>(channel), ({ key }) => key, merge);
  return { live, channel, latest };
}

test('a reader who does not read for long is told the latest of each, and nothing of what was new is lost', async () => {
  const { live, channel, latest } = await open();
  for (let count = 0; count < 5 * LIVE_QUEUE_LIMIT; count++) {
    await live.publish(channel, { key: `key-${count % 3}`, isNew: count < 3, count });
    if (count % 100 === 0) await new Promise<void>((resolve) => setImmediate(resolve));
  }
  await new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
  const told = [await latest.next(), await latest.next(), await latest.next()].map(({ value }) => value);
  expect(told).toEqual([
    { key: 'key-0', isNew: true, count: 4_998 },
    { key: 'key-1', isNew: true, count: 4_999 },
    { key: 'key-2', isNew: true, count: 4_997 },
  ]);
  const next = latest.next();
  await live.publish(channel, { key: 'key-0', isNew: false, count: 1 });
  expect((await next).value).toEqual({ key: 'key-0', isNew: false, count: 1 });
  await latest.return?.();
  await live.close();
});

test('whoever waits is let go when the reader ends, and when the source ends', async () => {
  const { live, latest } = await open();
  const waiting = latest.next();
  await latest.return?.();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(await latest.next()).toEqual({ done: true, value: undefined });
  const other = await open();
  const last = other.latest.next();
  await other.live.close();
  expect(await last).toEqual({ done: true, value: undefined });
  await live.close();
});

test('a failure of the source reaches the reader', async () => {
  const failing: AsyncIterableIterator<Change> = {
    [Symbol.asyncIterator]: () => failing,
    next: () => Promise.reject(new Error('lost')),
  };
  const latest = keepLatest(failing, ({ key }) => key, merge);
  await expect(latest.next()).rejects.toThrow('lost');
});
