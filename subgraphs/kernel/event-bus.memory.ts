/*
 * The event bus of one process. It keeps nothing: `publish` resolves when every group has taken the events in, so what is
 * lost with the process is still unsent in the outbox. As awkward as the real one: asynchronous, serialised, and with
 * `repeat` it delivers everything twice.
 */
import type { Logger } from 'pino';
import type { EventTopic, SubgraphName } from '../../schema/events.ts';
import type { Clock } from './clock.ts';
import type { ConsumerGroup, EventBus, EventEnvelope, EventSubscription } from './event-bus.ts';

interface Group {
  readonly topics: ReadonlySet<EventTopic>;
  readonly handle: (event: EventEnvelope) => Promise<void>;
  /** Key -> the end of the queue of that key. */
  readonly queues: Map<string, Promise<void>>;
  /** Events that were told and are not finished. */
  waiting: number;
  closed: boolean;
}

const FIRST_PAUSE_MILLISECONDS = 50;
const LONGEST_PAUSE_MILLISECONDS = 5_000;

export class MemoryEventBus implements EventBus {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #repeat: boolean;
  readonly #groups = new Map<ConsumerGroup, Group>();
  readonly #last = new Map<SubgraphName, number>();
  readonly #pauses = new Set<() => void>();

  constructor({ log, clock, repeat = false }: { log: Logger; clock: Clock; repeat?: boolean }) {
    this.#log = log;
    this.#clock = clock;
    this.#repeat = repeat;
  }

  async publish(producer: SubgraphName, events: readonly EventEnvelope[]): Promise<void> {
    const last = this.#last.get(producer) ?? 0;
    const fresh = events.filter(({ position }) => position > last);
    const texts = (this.#repeat ? fresh.flatMap((event) => [event, event]) : fresh).map((event) =>
      JSON.stringify(event),
    );
    await Promise.all(
      [...this.#groups].flatMap(([name, group]) => texts.map((text) => this.#enqueue(name, group, text))),
    );
    const highest = fresh.at(-1)?.position;
    if (highest) this.#last.set(producer, Math.max(this.#last.get(producer) ?? 0, highest));
  }

  async lastPosition(): Promise<undefined> {
    return undefined;
  }

  async subscribe(
    name: ConsumerGroup,
    topics: readonly EventTopic[],
    handle: (event: EventEnvelope) => Promise<void>,
  ): Promise<EventSubscription> {
    if (this.#groups.get(name)?.closed === false) throw new Error(`${name} listens already`);
    const group: Group = { topics: new Set(topics), handle, queues: new Map(), waiting: 0, closed: false };
    this.#groups.set(name, group);
    return {
      waiting: async () => group.waiting,
      close: async () => {
        group.closed = true;
        for (const wake of this.#pauses) wake();
        await Promise.allSettled(group.queues.values());
      },
    };
  }

  async check(): Promise<void> {}

  async close(): Promise<void> {
    for (const group of this.#groups.values()) group.closed = true;
    for (const wake of this.#pauses) wake();
    await Promise.allSettled([...this.#groups.values()].flatMap((group) => [...group.queues.values()]));
  }

  #enqueue(name: ConsumerGroup, group: Group, text: string): Promise<void> {
    const event = JSON.parse(text) as EventEnvelope;
    if (!group.topics.has(event.topic)) return Promise.resolve();
    const key = `${event.producer} ${event.key}`;
    const before = group.queues.get(key) ?? Promise.resolve();
    const done = before.then(() => this.#deliver(name, group, event));
    group.queues.set(key, done);
    group.waiting += 1;
    const forget = () => {
      group.waiting -= 1;
      if (group.queues.get(key) === done) group.queues.delete(key);
    };
    done.then(forget, forget);
    return done;
  }

  async #deliver(name: ConsumerGroup, group: Group, event: EventEnvelope): Promise<void> {
    let pause = FIRST_PAUSE_MILLISECONDS;
    for (;;) {
      // The promise that every group has it cannot be kept any more: the producer keeps it and sends it again later.
      if (group.closed) throw new Error(`${name} no longer listens`);
      try {
        return await group.handle(structuredClone(event));
      } catch (err) {
        this.#log.debug({ err, eventId: event.id }, 'delivered again after a pause');
        await this.#wait(pause);
        pause = Math.min(pause * 2, LONGEST_PAUSE_MILLISECONDS);
      }
    }
  }

  #wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        alarm.cancel();
        this.#pauses.delete(wake);
        resolve();
      };
      const alarm = this.#clock.at(new Date(this.#clock.now().getTime() + milliseconds), wake);
      this.#pauses.add(wake);
    });
  }
}
