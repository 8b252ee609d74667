/*
 * The proximity bus over Redis sharded pub/sub: in a cluster each address lives on one shard, and a frame crosses no
 * other. Nothing is stored, so no position reaches Redis' files. A command costs Node some 10 microseconds, whatever it
 * carries: frames are gathered for 10 ms.
 */
import { Cluster, type Redis } from 'ioredis';
import type { Logger } from 'pino';
import { type Alarm, systemClock } from '../../kernel/clock.ts';
import type { ProximityBus } from './proximity-bus.ts';
import { connectRedis, disconnectRedis } from './redis-connection.ts';

interface Listener {
  readonly take: (frame: Buffer) => void;
  readonly lost: () => void;
}

/** Who only listens asks for a sign of life so often, or would not notice that the other side has vanished. */
const SIGN_OF_LIFE_MILLISECONDS = 1_000;

/** Keeps our addresses apart from other channels. */
const channelOf = (address: string) => `proximity:${address}`;

export class RedisProximityBus implements ProximityBus {
  readonly coalesceMilliseconds = 10;
  readonly #publisher: Redis | Cluster;
  readonly #subscriber: Redis | Cluster;
  readonly #log: Logger;
  readonly #listeners = new Map<string, Set<Listener>>();
  #signOfLife: Alarm | undefined;

  private constructor(publisher: Redis | Cluster, subscriber: Redis | Cluster, log: Logger) {
    this.#publisher = publisher;
    this.#subscriber = subscriber;
    this.#log = log;
    subscriber.on('smessageBuffer', (channel: Buffer, frame: Buffer) => {
      for (const { take } of this.#listeners.get(channel.toString('latin1')) ?? []) take(frame);
    });
    // Back after having been away: what was sent or received meanwhile is gone. Either connection may be the later one.
    const back = () => {
      if (publisher.status === 'ready' && subscriber.status === 'ready') void this.#back();
    };
    publisher.on('ready', back);
    // The cluster client tells of each shard that comes or goes by this.
    subscriber.on(subscriber instanceof Cluster ? 'subscribersReady' : 'ready', back);
    if (!(subscriber instanceof Cluster)) this.#askForSignOfLife(subscriber);
  }

  /** Resolves once connected. Rejects when Redis does not answer. */
  static async connect({ urls, log }: { urls: readonly string[]; log: Logger }): Promise<RedisProximityBus> {
    const publisher = await connectRedis(urls, log);
    try {
      return new RedisProximityBus(publisher, await connectRedis(urls, log), log);
    } catch (error) {
      publisher.disconnect();
      throw error;
    }
  }

  send(address: string, frame: Buffer): void {
    this.#publisher.spublish(channelOf(address), frame).catch((error: Error) => {
      this.#log.warn({ reason: error.name }, 'a proximity frame was lost');
    });
  }

  async listen(address: string, take: (frame: Buffer) => void, lost: () => void): Promise<() => Promise<void>> {
    const channel = channelOf(address);
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners);
    const listener = { take, lost };
    listeners.add(listener);
    await this.#subscriber.ssubscribe(channel);
    return async () => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.#listeners.get(channel) !== listeners) return;
      this.#listeners.delete(channel);
      // A connection that is gone has no subscription left to end.
      await this.#subscriber.sunsubscribe(channel).catch(() => undefined);
    };
  }

  #askForSignOfLife(subscriber: Redis): void {
    // Whether a network answers is a matter of the machine's time, also where the system's is set ahead.
    const next = new Date(systemClock.now().getTime() + SIGN_OF_LIFE_MILLISECONDS);
    this.#signOfLife = systemClock.at(next, () => {
      // No answer ends the connection, and that is told by itself.
      if (subscriber.status === 'ready') subscriber.ping().catch(() => undefined);
      this.#askForSignOfLife(subscriber);
    });
  }

  /** Listens again everywhere, and then says that something was missed: what is told after that arrives. */
  async #back(): Promise<void> {
    for (const [channel, listeners] of [...this.#listeners]) {
      try {
        await this.#subscriber.ssubscribe(channel);
      } catch {
        // Away once more; the next time it is back this begins anew.
        return;
      }
      for (const { lost } of [...listeners]) lost();
    }
  }

  async check(): Promise<void> {
    await this.#publisher.ping();
    if (this.#subscriber.status !== 'ready') throw new Error('The connection that listens is away');
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    this.#signOfLife?.cancel();
    await disconnectRedis(this.#publisher);
    await disconnectRedis(this.#subscriber);
  }
}
