/*
 * One transaction of a use case or of an event's consumer: rows and recorded facts become true together or not at all;
 * what is announced live is sent after the commit. A transaction that PostgreSQL gave up because of a deadlock or a
 * serialization failure is run again from the start, as its manual asks: tasks touch nothing but `work`.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import {
  type EventBody,
  type EventTopic,
  eventCatalogue,
  parseEventBody,
  type SubgraphName,
} from '../../schema/events.ts';
import type { Clock } from './clock.ts';
import type { LiveMessages } from './live-messages.ts';
import { insertEvents, type RecordedEvent } from './outbox.ts';

export interface UnitOfWork {
  readonly em: EntityManager;
  /** The instant of this transaction; the same wherever it is read. */
  readonly now: Date;
  newId(): string;
  /** Records a fact of this domain in the same transaction. @throws when the catalogue does not know it so: a fault of ours. */
  record<Topic extends EventTopic>(topic: Topic, body: EventBody<Topic>): void;
  /** Tells whoever listens on `channel` once the transaction is committed. May be lost; see live-messages.ts. */
  announce(channel: string, message: unknown): void;
}

export interface UnitOfWorkOptions {
  readonly em: EntityManager;
  readonly producer: SubgraphName;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly live: LiveMessages;
  readonly log: Logger;
  /** The trace that facts belong to, if any. */
  readonly trace?: (() => string | undefined) | undefined;
  /** Called after each commit that recorded facts. */
  readonly committed: () => void;
}

const ATTEMPTS = 5;
/** serialization_failure and deadlock_detected (PostgreSQL, appendix A). */
const WORTH_REPEATING = ['40001', '40P01'];

/** Runs `task` in one transaction. Rejects with what it throws; then nothing has happened. */
export async function runUnitOfWork<Result>(
  options: UnitOfWorkOptions,
  task: (work: UnitOfWork) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await runOnce(options, task);
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if (attempt === ATTEMPTS || !WORTH_REPEATING.includes(String(code))) throw error;
      options.log.debug({ code, attempt }, 'the transaction is run again');
    }
  }
}

async function runOnce<Result>(
  options: UnitOfWorkOptions,
  task: (work: UnitOfWork) => Promise<Result>,
): Promise<Result> {
  const { producer, clock, newId, live, log, committed } = options;
  const events: RecordedEvent[] = [];
  const messages: { channel: string; message: unknown }[] = [];
  const result = await options.em.fork().transactional(async (em) => {
    const now = clock.now();
    const done = await task({
      em,
      now,
      newId,
      record(topic, body) {
        const definition = eventCatalogue[topic];
        if (definition.producer !== producer)
          throw new Error(`${topic} is told by ${definition.producer}, not ${producer}`);
        const parsed = parseEventBody(topic, body);
        const key = String((parsed as Record<string, unknown>)[definition.key]);
        events.push({ id: newId(), topic, key, recordedAt: now, body: parsed, trace: options.trace?.() });
      },
      announce(channel, message) {
        messages.push({ channel, message });
      },
    });
    await em.flush();
    await insertEvents(em, producer, events);
    return done;
  });
  if (events.length > 0) committed();
  for (const { channel, message } of messages) {
    live
      .publish(channel, message)
      // The error itself may carry the command, and with it the message.
      .catch((error: Error) => {
        log.warn({ reason: error.message, channel: channel.split(':')[0] }, 'a live message was lost');
      });
  }
  return result;
}
