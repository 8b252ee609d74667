/*
 * Live messages over Redis pub/sub by graphql-redis-subscriptions. When the connection that listens is lost, so may be
 * messages; every listener then ends with UNAVAILABLE, its client subscribes again and is told the present state.
 */
import { RedisPubSub } from 'graphql-redis-subscriptions';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { Refusal } from './errors.ts';
import { LIVE_QUEUE_LIMIT, type LiveMessages } from './live-messages.ts';
import { Mailbox } from './mailbox.ts';

export class RedisLiveMessages implements LiveMessages {
  readonly #publisher: Redis;
  readonly #subscriber: Redis;
  readonly #pubSub: RedisPubSub;
  readonly #listeners = new Set<Mailbox<unknown>>();

  private constructor(publisher: Redis, subscriber: Redis, log: Logger) {
    this.#publisher = publisher;
    this.#subscriber = subscriber;
    this.#pubSub = new RedisPubSub({
      publisher,
      subscriber,
      connectionListener: (error) => error && log.warn({ err: error }, 'redis is away'),
      // Each listener parses a copy of its own.
      serializer: (message) => JSON.stringify(message),
      deserializer: (text) => String(text),
    });
    for (const connection of [publisher, subscriber]) {
      connection.on('error', (error: Error) => log.warn({ reason: error.message }, 'live messages wait for redis'));
    }
    subscriber.on('close', () => {
      const lost = new Refusal('UNAVAILABLE', 'Messages may have been missed; subscribe again.');
      for (const listener of [...this.#listeners]) listener.fail(lost);
    });
  }

  /** Resolves once connected. Rejects when Redis does not answer. */
  static async connect({ url, log }: { url: string; log: Logger }): Promise<RedisLiveMessages> {
    const publisher = new Redis(url, { lazyConnect: true, disconnectTimeout: 100, maxRetriesPerRequest: 1 });
    const subscriber = new Redis(url, { lazyConnect: true, disconnectTimeout: 100, maxRetriesPerRequest: null });
    // The library lets go of these promises; a connection that is gone has no subscription left to end.
    for (const name of ['unsubscribe', 'punsubscribe'] as const) {
      const end = subscriber[name].bind(subscriber);
      subscriber[name] = ((...channels: string[]) => end(...channels).catch(() => undefined)) as never;
    }
    const live = new RedisLiveMessages(publisher, subscriber, log);
    const connecting = await Promise.allSettled([publisher.connect(), subscriber.connect()]);
    const failed = connecting.find((result) => result.status === 'rejected');
    if (failed) {
      publisher.disconnect();
      subscriber.disconnect();
      throw failed.reason;
    }
    return live;
  }

  async publish(channel: string, message: unknown): Promise<void> {
    await this.#pubSub.publish(channel, message);
  }

  async subscribe<Message>(channel: string): Promise<AsyncIterableIterator<Message>> {
    if (this.#subscriber.status !== 'ready') throw new Refusal('UNAVAILABLE');
    let subscription: number | undefined;
    const listener = new Mailbox<unknown>(LIVE_QUEUE_LIMIT, () => {
      this.#listeners.delete(listener);
      if (subscription !== undefined) this.#pubSub.unsubscribe(subscription);
      subscription = undefined;
    });
    this.#listeners.add(listener);
    try {
      // Resolves when Redis has acknowledged it.
      subscription = await this.#pubSub.subscribe(channel, (text: string) => listener.push(JSON.parse(text)));
    } catch (error) {
      this.#listeners.delete(listener);
      throw error;
    }
    return listener as AsyncIterableIterator<Message>;
  }

  async check(): Promise<void> {
    await this.#publisher.ping();
    if (this.#subscriber.status !== 'ready') throw new Error('The connection that listens is away');
  }

  async close(): Promise<void> {
    for (const listener of [...this.#listeners]) listener.end();
    for (const connection of [this.#publisher, this.#subscriber]) {
      if (connection.status === 'ready') await connection.quit();
      else connection.disconnect();
    }
  }
}
