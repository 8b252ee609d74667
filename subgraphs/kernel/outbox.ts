/*
 * The facts a domain has recorded, and the relay that sends them on. Rows are written in the transaction that makes them
 * true; the order of `sequence` is not the order of commits, so a row gets its place in the producer's log (`position`)
 * only from the relay, which sees committed rows alone and works under a lock: one relay per producer at a time. A place
 * is committed before anything is sent under it, so that a row keeps it whatever becomes of the sending.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import { type EventTopic, eventCatalogue, type SubgraphName } from '../../schema/events.ts';
import type { Alarm, Clock } from './clock.ts';
import type { EventBus, EventEnvelope } from './event-bus.ts';
import { openLookout } from './lookout.ts';
import type { SubgraphTelemetry } from './telemetry.ts';

export interface RecordedEvent {
  readonly id: string;
  readonly topic: EventTopic;
  readonly key: string;
  readonly recordedAt: Date;
  readonly body: unknown;
  /** A traceparent. */
  readonly trace?: string | undefined;
}

/** The statement that creates the outbox of a schema. */
export function outboxTable(schema: string): string {
  return `create table ${schema}.outbox (
    sequence bigint generated always as identity primary key,
    id uuid not null unique,
    topic text not null,
    key text not null,
    recorded_at timestamptz not null,
    body jsonb not null,
    position bigint unique,
    published_at timestamptz
  );
  create index outbox_unplaced on ${schema}.outbox (sequence) where position is null;
  create index outbox_unpublished on ${schema}.outbox (position) where published_at is null`;
}

/** The statement that lets facts be found in traces. */
export function outboxTrace(schema: string): string {
  return `alter table ${schema}.outbox add column trace text`;
}

/** The statements that let facts be forgotten which are not history. */
export function outboxForgetting(schema: string): string {
  return `alter table ${schema}.outbox add column forget_at timestamptz;
  create index outbox_to_forget on ${schema}.outbox (forget_at) where forget_at is not null`;
}

/** Writes facts into the outbox, in the transaction of `em`. */
export async function insertEvents(
  em: EntityManager,
  producer: SubgraphName,
  events: readonly RecordedEvent[],
): Promise<void> {
  for (const { id, topic, key, recordedAt, body, trace } of events) {
    await em.execute(
      `insert into ${producer}.outbox (id, topic, key, recorded_at, body, trace, forget_at) values (?, ?, ?, ?, ?, ?, ?)`,
      [id, topic, key, recordedAt, JSON.stringify(body), trace ?? null, forgetAt(topic, recordedAt)],
    );
  }
}

export interface Relay {
  /** Says that there may be something to send. */
  nudge(): void;
  /** Resolves when all that was nudged for has been sent or given up for now. */
  idle(): Promise<void>;
  /** Finishes the batch under way and stops. */
  close(): Promise<void>;
}

export interface RelayOptions {
  readonly fork: () => EntityManager;
  readonly producer: SubgraphName;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly telemetry?: Pick<SubgraphTelemetry, 'publish'> | undefined;
}

const BATCH = 500;
const DAY_MILLISECONDS = 86_400_000;
const FORGET_MILLISECONDS = 3_600_000;
/** For rows that another process left behind: nobody nudges for those. */
const POLL_MILLISECONDS = 2_000;

/** Starts to send the producer's facts, those first that an earlier process left. */
export function startRelay(options: RelayOptions): Relay {
  const { clock, log } = options;
  let nudged = false;
  let closed = false;
  let running: Promise<void> | undefined;
  let alarm: Alarm | undefined;

  async function drain(): Promise<void> {
    while (nudged && !closed) {
      nudged = false;
      try {
        let sent: number;
        do {
          await assignPlaces(options);
          sent = await sendBatch(options);
        } while (sent === BATCH && !closed);
      } catch (err) {
        log.warn({ err }, 'events wait in the outbox; they are sent later');
      }
    }
  }
  function nudge(): void {
    nudged = true;
    running ??= drain().finally(() => {
      running = undefined;
      if (nudged && !closed) nudge();
    });
  }
  function poll(): void {
    if (closed) return;
    nudge();
    alarm = clock.at(new Date(clock.now().getTime() + POLL_MILLISECONDS), poll);
  }
  poll();
  const forgetting = openLookout(options, {
    everyMilliseconds: FORGET_MILLISECONDS,
    failed: 'could not forget events that are not history',
    task: async () => {
      await forget(options);
    },
  });
  return {
    nudge,
    async idle() {
      while (running) await running;
    },
    async close() {
      closed = true;
      alarm?.cancel();
      await forgetting.close();
      await running;
    },
  };
}

/**
 * Gives committed rows their places, in the order of `sequence` among those seen now, above all that were given before.
 * Also above what the bus knows: a database restored from a backup would give places again that the bus passes over.
 */
async function assignPlaces({ fork, producer, bus }: RelayOptions): Promise<void> {
  const last = (await bus.lastPosition(producer)) ?? 0;
  await fork().transactional(async (em) => {
    if (!(await lock(em, producer))) return;
    await em.execute(
      `with top as (select greatest(coalesce(max(position), 0), ?) as position from ${producer}.outbox),
            fresh as (select sequence, row_number() over (order by sequence) as place from ${producer}.outbox
                      where position is null order by sequence limit ?)
       update ${producer}.outbox as o set position = top.position + fresh.place from top, fresh
       where o.sequence = fresh.sequence`,
      [last, BATCH],
    );
  });
}

/** Sends what has a place and is not marked, and marks it. Returns how many were sent. */
async function sendBatch({ fork, producer, bus, clock, log, telemetry }: RelayOptions): Promise<number> {
  return fork().transactional(async (em) => {
    if (!(await lock(em, producer))) return 0;
    // Asked each time: a Redis that came back with less than it had looks like any other.
    const last = await bus.lastPosition(producer);
    if (last !== undefined) {
      const lost = await em.execute<unknown[]>(
        `update ${producer}.outbox set published_at = null where position > ? and published_at is not null returning 1`,
        [last],
      );
      if (lost.length > 0) log.warn({ events: lost.length }, 'the bus has lost events; they are sent again');
    }
    const rows = await em.execute<Row[]>(
      `select id, topic, key, recorded_at, body, trace, position from ${producer}.outbox
       where published_at is null and position is not null order by position limit ?`,
      [BATCH],
    );
    if (rows.length === 0) return 0;
    const events = rows.map((row) => envelope(producer, row));
    const send = (told: readonly EventEnvelope[]) => bus.publish(producer, told);
    await (telemetry ? telemetry.publish(events, send) : send(events));
    await em.execute(`update ${producer}.outbox set published_at = ? where position between ? and ?`, [
      clock.now(),
      rows[0]?.position,
      rows.at(-1)?.position,
    ]);
    return rows.length;
  });
}

/** When a fact of a topic leaves the logs; null for history. */
export function forgetAt(topic: EventTopic, recordedAt: Date): Date | null {
  const { keptDays } = eventCatalogue[topic] as { readonly keptDays?: number };
  return keptDays === undefined ? null : new Date(recordedAt.getTime() + keptDays * DAY_MILLISECONDS);
}

/** Deletes what was sent and has had its time, but the last of all: places are given above it. */
async function forget({ fork, producer, clock }: RelayOptions): Promise<void> {
  await fork().execute(
    `delete from ${producer}.outbox where forget_at <= ? and published_at is not null
       and position < (select max(position) from ${producer}.outbox)`,
    [clock.now()],
  );
}

/** What has not been sent yet: how much, and for how long the oldest of it has waited. */
export async function waitingFacts(
  em: EntityManager,
  producer: SubgraphName,
  now: Date,
): Promise<{ readonly count: number; readonly oldestSeconds: number }> {
  const [row] = await em.execute<{ count: string; since: Date | string | null }[]>(
    `select count(*) as count, min(recorded_at) as since from ${producer}.outbox where published_at is null`,
  );
  const since = row?.since ? new Date(row.since).getTime() : now.getTime();
  return { count: Number(row?.count ?? 0), oldestSeconds: Math.max(0, now.getTime() - since) / 1000 };
}

/** Whether this transaction is the relay now; if not, another process of this subgraph is, and sees our rows as well. */
async function lock(em: EntityManager, producer: SubgraphName): Promise<boolean> {
  const [row] = await em.execute<{ held: boolean }[]>(
    'select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as held',
    [`relay ${producer}`],
  );
  return row?.held === true;
}

interface Row {
  id: string;
  topic: EventTopic;
  key: string;
  recorded_at: Date | string;
  body: unknown;
  trace: string | null;
  position: string | number;
}

function envelope(producer: SubgraphName, row: Row): EventEnvelope {
  return {
    id: row.id,
    topic: row.topic,
    key: row.key,
    producer,
    position: Number(row.position),
    recordedAt: new Date(row.recorded_at).toISOString(),
    body: typeof row.body === 'string' ? JSON.parse(row.body) : row.body,
    ...(row.trace !== null && { trace: row.trace }),
  };
}
