/*
 * What became of messages: the log that a partner reads when something is missing, and sending again. A message keeps its
 * id and its body however often it is sent, so that who has taken it before knows it again.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { pageOf } from '../../kernel/page.ts';
import { DateTime, Text } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { DELIVERIES_CHANNEL, WebhookEvent } from './tell-partners.ts';

/** Of one call. */
export const REPLAYS_LIMIT = 1_000;

export enum WebhookDeliveryState {
  PENDING = 'pending',
  DELIVERED = 'delivered',
  DEAD = 'dead',
}

registerEnumType(WebhookDeliveryState, {
  name: 'WebhookDeliveryState',
  description: 'What became of a message to an endpoint.',
  valuesConfig: {
    PENDING: { description: 'It is to be sent, for the first time or again.' },
    DELIVERED: { description: 'It was answered with a status from 200 to 299.' },
    DEAD: {
      description: 'It is sent no more unless it is replayed: ten attempts failed, or the endpoint is disabled.',
    },
  },
});

export enum WebhookFailure {
  STATUS = 'STATUS',
  REDIRECTED = 'REDIRECTED',
  GONE = 'GONE',
  ADDRESS_INVALID = 'ADDRESS_INVALID',
  ADDRESS_NOT_PUBLIC = 'ADDRESS_NOT_PUBLIC',
  NAME_UNKNOWN = 'NAME_UNKNOWN',
  NOT_CONNECTED = 'NOT_CONNECTED',
  TIMED_OUT = 'TIMED_OUT',
  ENCODED = 'ENCODED',
  DISABLED = 'DISABLED',
}

registerEnumType(WebhookFailure, {
  name: 'WebhookFailure',
  description: 'Why a message was not taken.',
  valuesConfig: {
    STATUS: { description: 'It was answered with a status that is none from 200 to 399.' },
    REDIRECTED: { description: 'It was answered with a redirect; messages follow none.' },
    GONE: { description: 'It was answered with status 410.' },
    ADDRESS_INVALID: { description: 'The address is none that can be called.' },
    ADDRESS_NOT_PUBLIC: { description: 'The name of the address leads to a network that is not public.' },
    NAME_UNKNOWN: { description: 'The name of the address is not known.' },
    NOT_CONNECTED: { description: 'Nobody answered, or the connection broke off.' },
    TIMED_OUT: { description: 'There was no answer within 15 seconds.' },
    ENCODED: { description: 'The answer was compressed, which was not asked for.' },
    DISABLED: { description: 'The endpoint is disabled.' },
  },
});

@ObjectType({ description: 'A message to an endpoint, and what became of it. Kept for 30 days.' })
export class WebhookDelivery {
  @Field(() => ID, { description: 'The id of the delivery.' })
  id!: string;

  endpointId!: string;

  @Field(() => ID, {
    description:
      'The header webhook-id: the same in every attempt and replay, and at every endpoint that is told the same.',
  })
  messageId!: string;

  @Field(() => WebhookEvent, { description: 'What it tells.' })
  event!: WebhookEvent;

  @Field(() => Text, { description: 'Its body, JSON, as it is sent byte by byte.' })
  body!: string;

  @Field(() => WebhookDeliveryState, { description: 'What became of it.' })
  state!: WebhookDeliveryState;

  @Field(() => DateTime, { description: 'When it happened that it tells.' })
  createdAt!: Date;

  @Field(() => Int, { description: 'How many attempts were made since it was written or replayed; at most 10.' })
  attemptCount!: number;

  @Field(() => Int, { description: 'How often it was replayed.' })
  replayCount!: number;

  @Field(() => DateTime, { nullable: true, description: 'When the next attempt is due; null where there is none.' })
  nextAttemptAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was last taken.' })
  deliveredAt!: Date | null;

  @Field(() => WebhookFailure, { nullable: true, description: 'Why the last attempt failed.' })
  lastFailure!: WebhookFailure | null;
}

export const WebhookDeliveryPage = pageOf(WebhookDelivery);

@ObjectType({ description: 'One attempt to deliver a message. Kept for 30 days.' })
export class WebhookAttempt {
  @Field(() => ID, { description: 'The id of the attempt.' })
  id!: string;

  @Field(() => ID, { description: 'Of which delivery.' })
  deliveryId!: string;

  @Field(() => DateTime, { description: 'When it began.' })
  startedAt!: Date;

  @Field(() => Int, { description: 'How long it took, in milliseconds.' })
  tookMilliseconds!: number;

  @Field(() => Int, { nullable: true, description: 'The status of the answer; null where there was none.' })
  status!: number | null;

  @Field(() => WebhookFailure, { nullable: true, description: 'Why it failed; null where it did not.' })
  failure!: WebhookFailure | null;

  @Field(() => Text, { nullable: true, description: 'The first 200 printable characters of the answer, if any.' })
  answer!: string | null;
}

export const WebhookAttemptPage = pageOf(WebhookAttempt);

interface DeliveryRow {
  readonly id: string;
  readonly endpoint_id: string;
  readonly message_id: string;
  readonly event: WebhookEvent;
  readonly body: string;
  readonly state: WebhookDeliveryState;
  readonly created_at: string;
  readonly attempts: number;
  readonly replays: number;
  readonly next_at: string;
  readonly delivered_at: string | null;
  readonly last_failure: WebhookFailure | null;
}

const instant = (text: string | null) => (text === null ? null : new Date(text));

const asDelivery = (row: DeliveryRow): WebhookDelivery =>
  Object.assign(new WebhookDelivery(), {
    id: row.id,
    endpointId: row.endpoint_id,
    messageId: row.message_id,
    event: row.event,
    body: row.body,
    state: row.state,
    createdAt: new Date(row.created_at),
    attemptCount: row.attempts,
    replayCount: row.replays,
    nextAttemptAt: row.state === WebhookDeliveryState.PENDING ? new Date(row.next_at) : null,
    deliveredAt: instant(row.delivered_at),
    lastFailure: row.last_failure,
  });

const SELECTED = `select d.id, d.endpoint_id, d.message_id, m.event, m.body, d.state, d.created_at, d.attempts, d.replays,
    d.next_at, d.delivered_at, d.last_failure
  from rewards.webhook_delivery d join rewards.webhook_message m on m.id = d.message_id`;

export async function findDelivery(em: EntityManager, deliveryId: string): Promise<WebhookDelivery | undefined> {
  const [row] = await em.execute<DeliveryRow[]>(`${SELECTED} where d.id = ?`, [deliveryId]);
  return row && asDelivery(row);
}

export interface DeliveryFilter {
  readonly state?: WebhookDeliveryState | null | undefined;
  readonly event?: WebhookEvent | null | undefined;
  /** At or after. */
  readonly since?: Date | null | undefined;
  /** Before. */
  readonly until?: Date | null | undefined;
}

/** A place in a list that is ordered by instant and id. */
export interface Behind {
  readonly at: Date;
  readonly id: string;
}

/** Conditions on the delivery `d` and its message `m`, with their values. */
function filtered(endpointId: string, { state, event, since, until }: DeliveryFilter): [string[], unknown[]] {
  const conditions: string[] = ['d.endpoint_id = ?'];
  const values: unknown[] = [endpointId];
  const add = (condition: string, value: unknown) => {
    if (value === null || value === undefined) return;
    conditions.push(condition);
    values.push(value);
  };
  add('d.state = ?', state);
  add('m.event = ?', event);
  add('d.created_at >= ?', since);
  add('d.created_at < ?', until);
  return [conditions, values];
}

/** Those of an endpoint, the latest first. */
export async function deliveriesOf(
  em: EntityManager,
  endpointId: string,
  filter: DeliveryFilter,
  page: { readonly limit: number; readonly behind?: Behind | undefined },
): Promise<WebhookDelivery[]> {
  const [conditions, values] = filtered(endpointId, filter);
  const { behind, limit } = page;
  if (behind) {
    conditions.push('(d.created_at, d.id) < (cast(? as timestamptz), cast(? as uuid))');
    values.push(behind.at, behind.id);
  }
  const rows = await em.execute<DeliveryRow[]>(
    `${SELECTED} where ${conditions.join(' and ')} order by d.created_at desc, d.id desc limit ?`,
    [...values, limit],
  );
  return rows.map(asDelivery);
}

interface AttemptRow {
  readonly id: string;
  readonly delivery_id: string;
  readonly started_at: string;
  readonly took_milliseconds: number;
  readonly status: number | null;
  readonly failure: WebhookFailure | null;
  readonly answer: string | null;
}

/** The attempts at an endpoint, the latest first. @param deliveryId those of one delivery only. */
export async function attemptsOf(
  em: EntityManager,
  of: { readonly endpointId: string; readonly deliveryId?: string | undefined },
  page: { readonly limit: number; readonly behind?: Behind | undefined },
): Promise<WebhookAttempt[]> {
  const { behind, limit } = page;
  const rows = await em.execute<AttemptRow[]>(
    `select id, delivery_id, started_at, took_milliseconds, status, failure, answer from rewards.webhook_attempt
     where endpoint_id = ? ${of.deliveryId ? 'and delivery_id = ?' : ''}
       ${behind ? 'and (started_at, id) < (cast(? as timestamptz), cast(? as uuid))' : ''}
     order by started_at desc, id desc limit ?`,
    [of.endpointId, ...(of.deliveryId ? [of.deliveryId] : []), ...(behind ? [behind.at, behind.id] : []), limit],
  );
  return rows.map((row) =>
    Object.assign(new WebhookAttempt(), {
      id: row.id,
      deliveryId: row.delivery_id,
      startedAt: new Date(row.started_at),
      tookMilliseconds: row.took_milliseconds,
      status: row.status,
      failure: row.failure,
      answer: row.answer,
    }),
  );
}

/**
 * Sends a message again as if it had just happened; one that waits for its next attempt is sent at once. While it is on its
 * way nothing changes.
 */
export async function replayDelivery(work: UnitOfWork, deliveryId: string): Promise<WebhookDelivery> {
  const { em, now } = work;
  await em.execute(
    `update rewards.webhook_delivery set next_at = ?,
       attempts = case state when 'pending' then attempts else 0 end,
       replays = replays + case state when 'pending' then 0 else 1 end,
       state = 'pending'
     where id = ? and lease_token is null`,
    [now, deliveryId],
  );
  work.announce(DELIVERIES_CHANNEL, {});
  const found = await findDelivery(em, deliveryId);
  if (!found) throw new Refusal('NOT_FOUND');
  return found;
}

/**
 * Sends those again that the filter names and that do not wait already, the oldest first, at most 1,000.
 * @param behind goes on behind this place.
 * @returns how many, and the place of the last; undefined where there are no more.
 */
export async function replayDeliveries(
  work: UnitOfWork,
  endpointId: string,
  filter: DeliveryFilter,
  behind?: Behind,
): Promise<{ readonly count: number; readonly end: Behind | undefined }> {
  const { em, now } = work;
  const [conditions, values] = filtered(endpointId, filter);
  if (behind) {
    conditions.push('(d.created_at, d.id) > (cast(? as timestamptz), cast(? as uuid))');
    values.push(behind.at, behind.id);
  }
  const rows = await em.execute<{ id: string; created_at: string }[]>(
    `with chosen as (
       select d.id from rewards.webhook_delivery d join rewards.webhook_message m on m.id = d.message_id
       where ${conditions.join(' and ')} and d.state <> 'pending'
       order by d.created_at, d.id limit ? for update of d
     )
     update rewards.webhook_delivery d set state = 'pending', attempts = 0, replays = replays + 1, next_at = ?
     from chosen where d.id = chosen.id returning d.id, d.created_at`,
    [...values, REPLAYS_LIMIT, now],
  );
  if (rows.length > 0) work.announce(DELIVERIES_CHANNEL, {});
  const places = rows.map(({ id, created_at }) => ({ at: new Date(created_at), id }));
  places.sort((a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1));
  return { count: rows.length, end: rows.length === REPLAYS_LIMIT ? places.at(-1) : undefined };
}
