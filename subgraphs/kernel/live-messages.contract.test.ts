import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { MemoryLiveMessages } from './live-messages.memory.ts';
import { RedisLiveMessages } from './live-messages.redis.ts';
import { LIVE_QUEUE_LIMIT, type LiveMessages } from './live-messages.ts';
import { type RedisServer, startRedisServer, testRedis } from './testing/servers.ts';

const log = pino({ level: 'silent' });

describe.each([
  ['in process', async () => new MemoryLiveMessages() as LiveMessages],
  ['over Redis', async () => RedisLiveMessages.connect({ ...(await testRedis()), log })],
])('live messages %s', (_name, open) => {
  let live: LiveMessages;
  let channel: string;

  beforeAll(async () => {
    live = await open();
  });

  beforeEach(() => {
    channel = `test:${randomUUID()}`;
  });

  afterAll(async () => {
    await live.close();
  });

  test('a listener hears what is published after it listens, in order, and nothing from before', async () => {
    await live.publish(channel, 'before');
    const listener = await live.subscribe<string>(channel);
    for (const message of ['one', 'two', 'three']) await live.publish(channel, message);
    const heard = [await listener.next(), await listener.next(), await listener.next()];
    expect(heard.map(({ value }) => value)).toEqual(['one', 'two', 'three']);
    await listener.return?.();
  });

  test('every listener hears everything, each in a copy of its own', async () => {
    const listeners = [
      await live.subscribe<{ list: number[] }>(channel),
      await live.subscribe<{ list: number[] }>(channel),
    ];
    await live.publish(channel, { list: [1] });
    const [first, second] = await Promise.all(listeners.map((listener) => listener.next()));
    first?.value.list.push(2);
    expect(second?.value).toEqual({ list: [1] });
    for (const listener of listeners) await listener.return?.();
  });

  test('a second listener goes on when the first one leaves', async () => {
    const [first, second] = [await live.subscribe(channel), await live.subscribe(channel)];
    await first.return?.();
    await live.publish(channel, 'still here');
    expect((await second.next()).value).toBe('still here');
    await second.return?.();
    const third = await live.subscribe(channel);
    await live.publish(channel, 'again');
    expect((await third.next()).value).toBe('again');
    await third.return?.();
  });

  test('listeners that come and go at once do not disturb each other', async () => {
    const listeners = await Promise.all(Array.from({ length: 20 }, () => live.subscribe(channel)));
    await Promise.all(listeners.slice(0, 19).map((listener) => listener.return?.()));
    await live.publish(channel, 'last');
    expect((await listeners[19]?.next())?.value).toBe('last');
    await listeners[19]?.return?.();
  });

  test('leaving ends a listener that waits, at once', async () => {
    const listener = await live.subscribe(channel);
    const waiting = listener.next();
    await listener.return?.();
    expect((await waiting).done).toBe(true);
    expect((await listener.next()).done).toBe(true);
  });

  test('channels do not overhear one another', async () => {
    const [own, other] = [await live.subscribe(channel), await live.subscribe(`${channel}:other`)];
    await live.publish(`${channel}:other`, 'theirs');
    await live.publish(channel, 'ours');
    expect((await own.next()).value).toBe('ours');
    expect((await other.next()).value).toBe('theirs');
    await Promise.all([own.return?.(), other.return?.()]);
  });

  test('a listener that never reads is ended with an error, the others hear on', async () => {
    const [slow, awake] = [await live.subscribe(channel), await live.subscribe<number>(channel)];
    for (let count = 0; count <= LIVE_QUEUE_LIMIT; count++) {
      await live.publish(channel, count);
      expect((await awake.next()).value).toBe(count);
    }
    await expect(slow.next()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect((await slow.next()).done).toBe(true);
    await awake.return?.();
  });

  test('it answers when it is asked whether it lives', async () => {
    await expect(live.check()).resolves.toBeUndefined();
  });
});

describe('over a Redis that breaks', () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await startRedisServer();
  });

  afterAll(async () => {
    await server.stop();
  });

  test('listeners are told that they may have missed something, and can listen again', async () => {
    const live = await RedisLiveMessages.connect({ url: server.url, log });
    const listener = await live.subscribe('x');
    const waiting = listener.next();
    await server.kill();
    await expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(live.check()).rejects.toThrow();
    await server.restart();
    const again = await eventually(() => live.subscribe('x'));
    await live.publish('x', 'back');
    expect((await again.next()).value).toBe('back');
    await live.close();
  });

  test('a Redis that is not there is said at once', async () => {
    await expect(RedisLiveMessages.connect({ url: 'redis://127.0.0.1:1', log })).rejects.toThrow();
  });
});

/** Repeats what Redis refuses while it comes back; each try takes a turn of the event loop. */
async function eventually<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if ((error as { code?: string }).code !== 'UNAVAILABLE') throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
