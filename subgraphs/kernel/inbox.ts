/*
 * How a domain takes in facts of others: each event's id is written in the same transaction as what is done about it, so
 * that a repeated delivery finds it there and does nothing. A fact that cannot be taken in after several tries is set
 * aside as a dead letter, with its reason, and no longer holds up those behind it; it can be replayed. Setting aside
 * writes the same id: of two processes that hold one event, one alone finishes it, in one of the two ways, and the other
 * waits for that before it goes on to the next. This, and not the bus's lease, is what order rests on.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import { type EventBody, type EventTopic, parseEventBody, type SubgraphName } from '../../schema/events.ts';
import type { Clock } from './clock.ts';
import { forLog } from './errors.ts';
import type { EventBus, EventEnvelope, EventSubscription } from './event-bus.ts';
import type { SubgraphTelemetry } from './telemetry.ts';
import type { UnitOfWork } from './unit-of-work.ts';

export interface ReceivedEvent<Topic extends EventTopic> {
  readonly id: string;
  readonly topic: Topic;
  readonly key: string;
  readonly recordedAt: Date;
  readonly body: EventBody<Topic>;
}

/** Topic -> what a domain does about the fact. Runs once per event; may run again from the start when it failed. */
export type EventHandlers<Services> = {
  readonly [Topic in EventTopic]?: (event: ReceivedEvent<Topic>, work: UnitOfWork, services: Services) => Promise<void>;
};

/** The statements that create the inbox and the dead letters of a schema. */
export function inboxTables(schema: string): string {
  return `create table ${schema}.inbox (
    event_id uuid primary key,
    received_at timestamptz not null
  );
  create table ${schema}.dead_letter (
    event_id uuid primary key,
    event jsonb not null,
    reason text not null,
    set_aside_at timestamptz not null
  )`;
}

export interface ConsumeOptions<Services> {
  readonly group: SubgraphName;
  readonly bus: EventBus;
  readonly handlers: EventHandlers<Services>;
  readonly services: Services;
  readonly work: <Result>(task: (work: UnitOfWork) => Promise<Result>) => Promise<Result>;
  readonly fork: () => EntityManager;
  readonly clock: Clock;
  readonly log: Logger;
  readonly telemetry?: Pick<SubgraphTelemetry, 'takeIn' | 'setAside'> | undefined;
}

const TRIES = 5;

/** Begins to take in the topics of `handlers`. */
export function consume<Services>(options: ConsumeOptions<Services>): Promise<EventSubscription> {
  const { group, bus, handlers, fork, clock, log, telemetry } = options;
  const tries = new Map<string, number>();
  return bus.subscribe(group, Object.keys(handlers) as EventTopic[], async (event) => {
    try {
      const task = () => takeIn(options, event, isFresh);
      await (telemetry ? telemetry.takeIn(event, task) : task());
      tries.delete(event.id);
    } catch (error) {
      const count = (tries.get(event.id) ?? 0) + 1;
      tries.set(event.id, count);
      log.warn({ err: forLog(error), eventId: event.id, topic: event.topic, count }, 'an event could not be taken in');
      if (count < TRIES) throw error;
      // If the database is what fails, this fails too, and the event keeps waiting in its place.
      const isAside = await setAside(fork(), group, event, error, clock.now());
      tries.delete(event.id);
      if (isAside) telemetry?.setAside(event);
      if (isAside) log.error({ eventId: event.id, topic: event.topic }, 'an event was set aside as a dead letter');
    }
  });
}

/** Whether nobody has finished this event; waits for who is about to. From then on it is this transaction's. */
type Claim = (em: EntityManager, group: SubgraphName, event: EventEnvelope, now: Date) => Promise<boolean>;

const isFresh: Claim = async (em, group, event, now) => {
  const rows = await em.execute<unknown[]>(
    `insert into ${group}.inbox (event_id, received_at) values (?, ?) on conflict do nothing returning 1`,
    [event.id, now],
  );
  return rows.length > 0;
};

const isDeadLetter: Claim = async (em, group, event) => {
  const rows = await em.execute<unknown[]>(`delete from ${group}.dead_letter where event_id = ? returning 1`, [
    event.id,
  ]);
  return rows.length > 0;
};

/** Resolves to whether the event was acted on. */
async function takeIn<Services>(
  { group, handlers, services, work, log }: Omit<ConsumeOptions<Services>, 'bus'>,
  event: EventEnvelope,
  claim: Claim,
): Promise<boolean> {
  const handle = handlers[event.topic] as
    | ((event: ReceivedEvent<EventTopic>, work: UnitOfWork, services: Services) => Promise<void>)
    | undefined;
  if (!handle) {
    log.warn({ topic: event.topic }, 'nobody here takes in events of this topic');
    return false;
  }
  const received: ReceivedEvent<EventTopic> = {
    id: event.id,
    topic: event.topic,
    key: event.key,
    recordedAt: new Date(event.recordedAt),
    body: parseEventBody(event.topic, event.body),
  };
  return work(async (unit) => {
    if (!(await claim(unit.em, group, event, unit.now))) return false;
    await handle(received, unit, services);
    return true;
  });
}

/** Resolves to whether it stands aside now; not when another process has taken it in meanwhile. */
async function setAside(
  fork: EntityManager,
  group: SubgraphName,
  event: EventEnvelope,
  error: unknown,
  now: Date,
): Promise<boolean> {
  return fork.transactional(async (em) => {
    if (!(await isFresh(em, group, event, now))) return false;
    await em.execute(`insert into ${group}.dead_letter (event_id, event, reason, set_aside_at) values (?, ?, ?, ?)`, [
      event.id,
      JSON.stringify(event),
      error instanceof Error ? error.message : String(error),
      now,
    ]);
    return true;
  });
}

/** How many events stand aside. */
export async function countDeadLetters(em: EntityManager, group: SubgraphName): Promise<number> {
  const [row] = await em.execute<{ count: string }[]>(`select count(*) as count from ${group}.dead_letter`);
  return Number(row?.count ?? 0);
}

/** Takes in again what was set aside; returns how many succeeded. What fails again stays. */
export async function replayDeadLetters<Services>(options: Omit<ConsumeOptions<Services>, 'bus'>): Promise<number> {
  const rows = await options
    .fork()
    .execute<{ event: EventEnvelope }[]>(`select event from ${options.group}.dead_letter order by set_aside_at`);
  let replayed = 0;
  for (const { event } of rows) {
    try {
      if (await takeIn(options, event, isDeadLetter)) replayed++;
    } catch (error) {
      const about = { err: forLog(error), eventId: event.id, topic: event.topic };
      options.log.warn(about, 'a dead letter could not be taken in');
    }
  }
  return replayed;
}
