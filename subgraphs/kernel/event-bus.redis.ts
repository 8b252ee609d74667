/*
 * The event bus over Redis Streams: one stream per producer, whose entry ids are the producer's own positions, so that
 * what a stream holds already is passed over; one consumer group per domain. Within a group one process at a time, the
 * holder of a lease, reads a stream: that keeps each key in order. What it read and did not finish is read first by
 * whoever comes after. Redis is a pipe here: what it loses, relays send again and inboxes recognise; an append behind
 * something lost is refused, or its relay would never learn of the gap.
 */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { type EventTopic, eventCatalogue, type SubgraphName } from '../../schema/events.ts';
import type { Clock } from './clock.ts';
import type { ConsumerGroup, EventBus, EventEnvelope, EventSubscription } from './event-bus.ts';
import { forgetAt } from './outbox.ts';
import { StreamReader } from './stream-reader.redis.ts';

/** Entries that every group has finished are let go once a stream is longer than this. */
const ENTRIES_KEPT = 100_000;
const TRIM_EVERY = 1_000;
const DAY_MILLISECONDS = 86_400_000;
/** How many entries are looked at in a round trip. */
const LOOKED_AT = 1_000;

/** Who tells of what is not kept for ever. */
const forgetful: ReadonlySet<SubgraphName> = new Set(
  Object.values(eventCatalogue).flatMap((event) => ('keptDays' in event ? [event.producer] : [])),
);

/** KEYS: stream. `last`: the highest position it ever held, also when that entry was taken out by hand. */
const LAST = `
  local last = 0
  if redis.call('exists', KEYS[1]) == 1 then
    local about = redis.call('xinfo', 'STREAM', KEYS[1])
    for index = 1, #about, 2 do
      if about[index] == 'last-generated-id' then last = tonumber(string.match(about[index + 1], '^%d+')) end
    end
  end`;
const LAST_POSITION = `${LAST}
  return last`;
/**
 * ARGV: the position that the stream must have come to, then position and event in turn. Appends all that is new, or
 * nothing. Answers 1, or 0 when the stream holds less than it should.
 */
const APPEND = `${LAST}
  if last < tonumber(ARGV[1]) then return 0 end
  for index = 2, #ARGV, 2 do
    if tonumber(ARGV[index]) > last then redis.call('xadd', KEYS[1], ARGV[index] .. '-0', 'event', ARGV[index + 1]) end
  end
  return 1`;

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
  /** What each stream had come to when it last answered us. */
  readonly #last = new Map<SubgraphName, number>();
  /** When each stream was last relieved of what it need not keep, milliseconds since 1970. */
  readonly #trimmedAt = new Map<SubgraphName, number>();
  #end: Promise<void> | undefined;

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
    const end = events.at(-1)?.position;
    if (end === undefined) return;
    const last = this.#last.get(producer) ?? 0;
    const texts = events.flatMap((event) => [event.position, JSON.stringify(event)]);
    if ((await this.#commands.eval(APPEND, 1, streamOf(producer), last, ...texts)) === 0) {
      throw new Error(`redis has lost events of ${producer}`);
    }
    this.#last.set(producer, Math.max(last, end));
    const now = this.#options.clock.now().getTime();
    const isDue = forgetful.has(producer) && now - (this.#trimmedAt.get(producer) ?? 0) >= DAY_MILLISECONDS;
    if (isDue || events.some(({ position }) => position % TRIM_EVERY === 0)) {
      this.#trimmedAt.set(producer, now);
      await this.#trim(producer, isDue);
    }
  }

  async lastPosition(producer: SubgraphName): Promise<number> {
    const last = Number(await this.#commands.eval(LAST_POSITION, 1, streamOf(producer)));
    this.#last.set(producer, last);
    return last;
  }

  async subscribe(
    group: ConsumerGroup,
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
    const close = async () => {
      await Promise.all(readers.map((reader) => reader.close()));
      for (const reader of readers) this.#readers.delete(reader);
    };
    try {
      await Promise.all(readers.map((reader) => reader.start()));
    } catch (error) {
      await close();
      throw error;
    }
    const waiting = async () => {
      const counts = await Promise.all([...producers].map((producer) => this.#waiting(producer, group)));
      return counts.reduce((sum, count) => sum + count, 0);
    };
    return { waiting, close };
  }

  async check(): Promise<void> {
    await this.#commands.ping();
  }

  close(): Promise<void> {
    this.#end ??= this.#leave();
    return this.#end;
  }

  async #leave(): Promise<void> {
    await Promise.all([...this.#readers].map((reader) => reader.close()));
    if (this.#commands.status === 'ready') await this.#commands.quit();
    else this.#commands.disconnect();
  }

  /** What the group has not read, and what it has read and not finished. */
  async #waiting(producer: SubgraphName, group: ConsumerGroup): Promise<number> {
    const groups = (await this.#commands.xinfo('GROUPS', streamOf(producer))) as unknown[][];
    const about = groups.map((fields) => Object.fromEntries(pairs(fields))).find(({ name }) => name === group);
    return Number(about?.lag ?? 0) + Number(about?.pending ?? 0);
  }

  /**
   * Lets go of entries that every group has finished; a group that is behind keeps all that it has not.
   * @param forgets also of those in between which are not history and have had their time.
   */
  async #trim(producer: SubgraphName, forgets: boolean): Promise<void> {
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
    if (forgets) await this.#forget(stream, Math.min(...unfinished, last));
  }

  async #forget(stream: string, until: number): Promise<void> {
    if (until < 1) return;
    const now = this.#options.clock.now().getTime();
    for (let from = '-', amount = LOOKED_AT; amount === LOOKED_AT; ) {
      const entries = await this.#commands.xrange(stream, from, `(${until}-0`, 'COUNT', LOOKED_AT);
      const over = entries.filter(([, fields]) => isOver(fields[1] as string, now)).map(([id]) => id);
      if (over.length > 0) await this.#commands.xdel(stream, ...over);
      amount = entries.length;
      from = `(${entries.at(-1)?.[0]}`;
    }
  }
}

/** Whether an entry is not history and has had its time; what is no event of ours stays. */
function isOver(text: string, now: number): boolean {
  let event: Partial<EventEnvelope>;
  try {
    event = JSON.parse(text);
  } catch {
    return false;
  }
  const { topic, recordedAt } = event;
  if (!topic || !recordedAt || !Object.hasOwn(eventCatalogue, topic)) return false;
  const end = forgetAt(topic, new Date(recordedAt));
  return end !== null && end.getTime() <= now;
}

function positionOf(entryId: string): number {
  return Number(entryId.split('-', 1)[0]);
}

function* pairs(fields: readonly unknown[]): Generator<[string, unknown]> {
  for (let index = 0; index < fields.length; index += 2) yield [String(fields[index]), fields[index + 1]];
}
