/*
 * The event bus over Redis Streams: one stream per producer, whose entry ids are the producer's own positions, so that
 * Redis itself passes over what it holds already; one consumer group per domain. Within a group one process at a time,
 * the holder of a lease, reads a stream: that keeps each key in order. What it read and did not finish is read first by
 * whoever comes after. Redis is a pipe here: what it loses, relays send again and inboxes recognise.
 */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { type EventTopic, eventCatalogue, type SubgraphName } from '../../schema/events.ts';
import type { Clock } from './clock.ts';
import type { EventBus, EventEnvelope, EventSubscription } from './event-bus.ts';
import { StreamReader } from './stream-reader.redis.ts';

/** Entries that every group has finished are let go once a stream is longer than this. */
const ENTRIES_KEPT = 100_000;
const TRIM_EVERY = 1_000;

export const streamOf = (producer: SubgraphName) => `events:${producer}`;

export interface RedisEventBusOptions {
  readonly url: string;
  readonly log: Logger;
  readonly clock: Clock;
}

export class RedisEventBus implements EventBus {
  readonly #options: RedisEventBusOptions;
  readonly #commands: Redis;
  readonly #readers = new Set<StreamReader>();

  private constructor(options: RedisEventBusOptions, commands: Redis) {
    this.#options = options;
    this.#commands = commands;
  }

  /** Resolves once connected. Rejects when Redis does not answer. */
  static async connect(options: RedisEventBusOptions): Promise<RedisEventBus> {
    const commands = new Redis(options.url, { lazyConnect: true, disconnectTimeout: 100, maxRetriesPerRequest: 1 });
    commands.on('error', (error: Error) => options.log.warn({ reason: error.message }, 'events wait for redis'));
    try {
      await commands.connect();
    } catch (error) {
      commands.disconnect();
      throw error;
    }
    return new RedisEventBus(options, commands);
  }

  async publish(producer: SubgraphName, events: readonly EventEnvelope[]): Promise<void> {
    if (events.length === 0) return;
    const pipeline = this.#commands.pipeline();
    for (const event of events) {
      pipeline.xadd(streamOf(producer), `${event.position}-0`, 'event', JSON.stringify(event));
    }
    for (const [error] of (await pipeline.exec()) ?? []) {
      if (error && !isHeldAlready(error)) throw error;
    }
    if (events.some(({ position }) => position % TRIM_EVERY === 0)) await this.#trim(producer);
  }

  async lastPosition(producer: SubgraphName): Promise<number> {
    const [last] = await this.#commands.xrevrange(streamOf(producer), '+', '-', 'COUNT', 1);
    return last ? positionOf(last[0]) : 0;
  }

  async subscribe(
    group: SubgraphName,
    topics: readonly EventTopic[],
    handle: (event: EventEnvelope) => Promise<void>,
  ): Promise<EventSubscription> {
    const producers = new Set(topics.map((topic) => eventCatalogue[topic].producer));
    const wanted = new Set(topics);
    const readers = [...producers].map((producer) => {
      return new StreamReader({
        ...this.#options,
        commands: this.#commands,
        stream: streamOf(producer),
        group,
        holder: randomUUID(),
        handle: async (event) => (wanted.has(event.topic) ? handle(event) : undefined),
      });
    });
    for (const reader of readers) this.#readers.add(reader);
    await Promise.all(readers.map((reader) => reader.start()));
    return {
      close: async () => {
        await Promise.all(readers.map((reader) => reader.close()));
        for (const reader of readers) this.#readers.delete(reader);
      },
    };
  }

  async check(): Promise<void> {
    await this.#commands.ping();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#readers].map((reader) => reader.close()));
    if (this.#commands.status === 'ready') await this.#commands.quit();
    else this.#commands.disconnect();
  }

  /** Lets go of entries that every group has finished; a group that is behind keeps all that it has not. */
  async #trim(producer: SubgraphName): Promise<void> {
    const stream = streamOf(producer);
    const groups = (await this.#commands.xinfo('GROUPS', stream)) as unknown[][];
    const unfinished = await Promise.all(
      groups.map(async (fields) => {
        const group = Object.fromEntries(pairs(fields)) as { name: string; 'last-delivered-id': string };
        const [, oldestPending] = (await this.#commands.xpending(stream, group.name)) as [number, string | null];
        return positionOf(oldestPending ?? group['last-delivered-id']);
      }),
    );
    const last = await this.lastPosition(producer);
    const from = Math.min(...unfinished, last - ENTRIES_KEPT);
    if (from > 0) await this.#commands.xtrim(stream, 'MINID', '~', `${from}-0`);
  }
}

/** XADD refuses an id that is not above the last one: the event has been sent before. */
function isHeldAlready(error: Error): boolean {
  return error.message.includes('equal or smaller than the target stream top item');
}

function positionOf(entryId: string): number {
  return Number(entryId.split('-', 1)[0]);
}

function* pairs(fields: readonly unknown[]): Generator<[string, unknown]> {
  for (let index = 0; index < fields.length; index += 2) yield [String(fields[index]), fields[index + 1]];
}
