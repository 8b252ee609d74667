/*
 * The port on which facts travel between domains. Facts are kept: every group of consumers gets every event at least
 * once, in order per key, also when processes die. (What may be lost, such as alerts, rides on live-messages.ts.)
 * Adapters: event-bus.memory.ts for one process, event-bus.redis.ts (Redis Streams) for many.
 */
import type { EventTopic, SubgraphName } from '../../schema/events.ts';

/** One recorded fact as it crosses the wire. `body` fits the catalogue's shape for `topic`. */
export interface EventEnvelope {
  /** UUIDv7; the same at every redelivery. */
  readonly id: string;
  readonly topic: EventTopic;
  /** What order is kept within: events of one key and producer reach each group in the order they were recorded. */
  readonly key: string;
  readonly producer: SubgraphName;
  /** Place in the producer's log: 1, 2, 3 ..., given by its relay, never reused. */
  readonly position: number;
  /** RFC 3339, UTC. */
  readonly recordedAt: string;
  readonly body: unknown;
  /** The traceparent of whoever recorded it, or sent it on; absent where that is not traced. */
  readonly trace?: string;
}

/** Who listens: a domain, or the gateways together, which learn from facts what they kept too long. */
export type ConsumerGroup = SubgraphName | 'gateway';

export interface EventSubscription {
  /** How many events of its topics were told and are not finished by this group; a bus may count others' with them. */
  waiting(): Promise<number>;
  /** Takes no new events, waits for handlers under way, then lets another process read at once. */
  close(): Promise<void>;
}

export interface EventBus {
  /**
   * Appends events of one producer in ascending position, all that are new or none. Resolves when they are safe: every
   * group will get them even if this process dies now. Events whose position the bus already holds are passed over.
   * Rejects when it cannot promise that; the caller repeats the call. Rejects also when the bus holds less than it last
   * told this process, because what would follow stands behind a gap: the caller asks for the last position again.
   */
  publish(producer: SubgraphName, events: readonly EventEnvelope[]): Promise<void>;
  /**
   * The highest position of this producer that the bus still knows, or undefined when it keeps no log of its own and
   * the producer's marks are to be believed. A bus that lost data answers lower than before; the relay then repeats.
   */
  lastPosition(producer: SubgraphName): Promise<number | undefined>;
  /**
   * Delivers the events of `topics` to `handle`, from the oldest that the group has not finished. Keys run side by
   * side, one key in order; a handler that rejects gets the same event again, with growing pauses, before any later one
   * of that key. In a group of several processes one at a time reads a producer's log; another takes over when it dies,
   * or was away for too long. What that one had begun it may still finish, beside its successor: so `handle` records
   * what it has finished where its successor sees it, waits for whoever is about to (inbox.ts does both), and every
   * event is then finished once and after all earlier ones of its key.
   */
  subscribe(
    group: ConsumerGroup,
    topics: readonly EventTopic[],
    handle: (event: EventEnvelope) => Promise<void>,
  ): Promise<EventSubscription>;
  /** Resolves when the connection answers; rejects otherwise. */
  check(): Promise<void>;
  close(): Promise<void>;
}
