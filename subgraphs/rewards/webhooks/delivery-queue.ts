/*
 * The rows that the courier works on: which are due and whose, and what becomes of one after an attempt. A lease says
 * that somebody sends it at this moment; who finds it gone writes nothing back. The times between attempts are those that
 * Standard Webhooks recommends.
 */
import type { Machine } from '../../kernel/subgraph.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { PostOutcome } from './post.ts';
import { WebhookFailure } from './webhook-delivery.ts';
import { disable, WebhookDisabledReason } from './webhook-endpoint.ts';

/** Before the first attempt, the second and so on, in seconds; three days and four hours in all. */
export const RETRY_SECONDS = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;
/** So much later at most, as a share: what failed together is not tried again together. */
export const JITTER = 0.1;
/** Who has taken nothing for so long is disabled. */
export const FAILING_DAYS = 5;
/** Messages and the log. */
export const RETENTION_DAYS = 30;

/** Longer than an attempt takes, with the looks at the database before and after. */
export const LEASE_MILLISECONDS = 60_000;
const AT_ONCE_PER_ENDPOINT = 4;
/** From so many failures in a row on, one at a time. */
const FAILURES_TOLERATED = 10;
const FORGET_BATCH = 1_000;

export interface DueDelivery {
  readonly id: string;
  readonly endpointId: string;
  readonly leaseToken: string;
  readonly url: string;
  readonly messageId: string;
  readonly body: string;
  /** Before this one. */
  readonly attempts: number;
}

/** Takes what is due and nobody works on, at most `limit`, what waits longest first. */
export function lease(machine: Machine, limit: number): Promise<DueDelivery[]> {
  return machine.work(async ({ em, now, newId }) => {
    const token = newId();
    const rows = await em.execute<
      { id: string; endpoint_id: string; url: string; message_id: string; body: string; attempts: number }[]
    >(
      // From one endpoint that has something to the next, along the index: most have nothing.
      `with recursive waiting as (
         (select endpoint_id from rewards.webhook_delivery where state = 'pending' order by endpoint_id limit 1)
         union all
         select (select d.endpoint_id from rewards.webhook_delivery d
                 where d.state = 'pending' and d.endpoint_id > w.endpoint_id order by d.endpoint_id limit 1)
         from waiting w where w.endpoint_id is not null
       ), busy as (
         select endpoint_id, count(*) as count from rewards.webhook_delivery
         where lease_token is not null and lease_until > ? group by endpoint_id
       ), due as (
         select d.id, e.url from waiting w join rewards.webhook_endpoint e on e.id = w.endpoint_id
         left join busy b on b.endpoint_id = e.id
         cross join lateral (
           select id, next_at from rewards.webhook_delivery
           where endpoint_id = e.id and state = 'pending' and next_at <= ? and (lease_until is null or lease_until <= ?)
           order by next_at, id
           limit greatest(0, case when e.failures < ? then ? else 1 end - coalesce(b.count, 0))
           for update skip locked
         ) d
         where e.state = 'active' order by d.next_at, d.id limit ?
       )
       update rewards.webhook_delivery d set lease_token = ?, lease_until = ?
       from due, rewards.webhook_message m where d.id = due.id and m.id = d.message_id
       returning d.id, d.endpoint_id, due.url, d.message_id, m.body, d.attempts`,
      [
        now,
        now,
        now,
        FAILURES_TOLERATED,
        AT_ONCE_PER_ENDPOINT,
        limit,
        token,
        new Date(now.getTime() + LEASE_MILLISECONDS),
      ],
    );
    return rows
      .map((row) => ({
        id: row.id,
        endpointId: row.endpoint_id,
        leaseToken: token,
        url: row.url,
        messageId: row.message_id,
        body: row.body,
        attempts: row.attempts,
      }))
      .sort((a, b) => (a.messageId < b.messageId ? -1 : 1));
  });
}

/** When something comes due after `now`, a lease's end included; undefined where nothing waits. */
export async function nextDue({ em }: Machine, now: Date): Promise<Date | undefined> {
  const [row] = await em().execute<{ next: string | null }[]>(
    `select least(
       (select min(next_at) from rewards.webhook_delivery where state = 'pending' and next_at > ?),
       (select min(lease_until) from rewards.webhook_delivery where lease_token is not null and lease_until > ?)) as next`,
    [now, now],
  );
  return row?.next ? new Date(row.next) : undefined;
}

export interface WaitingDeliveries {
  /** To endpoints that are not disabled. */
  readonly count: number;
  /** For how long the oldest is due at an endpoint that takes what it is sent: who fails is asked ever later, and that is no fault of ours. */
  readonly oldestSeconds: number;
}

export async function waitingDeliveries({ em }: Pick<Machine, 'em'>, now: Date): Promise<WaitingDeliveries> {
  const [row] = await em().execute<{ count: string; due_since: string | null }[]>(
    `select count(*) as count, min(d.next_at) filter (where e.failures = 0) as due_since
     from rewards.webhook_delivery d join rewards.webhook_endpoint e on e.id = d.endpoint_id
     where d.state = 'pending' and e.state = 'active'`,
  );
  const since = row?.due_since ? new Date(row.due_since).getTime() : now.getTime();
  return { count: Number(row?.count), oldestSeconds: Math.max(0, now.getTime() - since) / 1000 };
}

/** What came of an attempt that began at `sentAt`. */
export interface Attempt extends PostOutcome {
  readonly sentAt: Date;
}

/** Writes back what came of it, unless the lease has ended meanwhile. */
export async function settle(machine: Machine, delivery: DueDelivery, attempt: Attempt): Promise<void> {
  const { random } = machine;
  await machine.work(async (work) => {
    const { em, now, newId } = work;
    const { failure } = attempt;
    const made = delivery.attempts + 1;
    const wait = RETRY_SECONDS[made];
    const isDead = failure !== null && (wait === undefined || failure === WebhookFailure.GONE);
    const state = failure === null ? 'delivered' : isDead ? 'dead' : 'pending';
    const seconds = Math.max((wait ?? 0) * (1 + share(random) * JITTER), attempt.retryAfterSeconds);
    const [row] = await em.execute<unknown[]>(
      `update rewards.webhook_delivery set state = ?, attempts = ?, next_at = ?, lease_token = null, lease_until = null,
         last_failure = ?, delivered_at = coalesce(?, delivered_at)
       where id = ? and lease_token = ? returning id`,
      [
        state,
        made,
        new Date(now.getTime() + Math.ceil(seconds * 1000)),
        failure,
        failure === null ? now : null,
        delivery.id,
        delivery.leaseToken,
      ],
    );
    if (!row) return;
    const { id, endpointId } = delivery;
    const { sentAt, tookMilliseconds, status, answer } = attempt;
    await em.execute(
      `insert into rewards.webhook_attempt
         (id, delivery_id, endpoint_id, started_at, took_milliseconds, status, failure, answer)
       values (?, ?, ?, ?, ?, ?, ?, ?)`,
      [newId(), id, endpointId, sentAt, tookMilliseconds, status, failure, answer],
    );
    await (failure === null ? noteTaken(work, endpointId) : noteFailure(work, delivery, failure));
  });
}

/** Written once a minute while all goes well: many deliveries share this row. */
async function noteTaken({ em, now }: UnitOfWork, endpointId: string): Promise<void> {
  await em.execute(
    `update rewards.webhook_endpoint set failures = 0, failing_since = null, last_delivered_at = ?
     where id = ? and (failures > 0 or last_delivered_at is null or last_delivered_at <= ?)`,
    [now, endpointId, new Date(now.getTime() - 60_000)],
  );
}

async function noteFailure({ em, now }: UnitOfWork, delivery: DueDelivery, failure: WebhookFailure): Promise<void> {
  const { endpointId, id } = delivery;
  const [endpoint] = await em.execute<{ state: string; failing_since: string }[]>(
    `update rewards.webhook_endpoint set failures = failures + 1, failing_since = coalesce(failing_since, ?)
     where id = ? returning state, failing_since`,
    [now, endpointId],
  );
  if (!endpoint) return;
  const failingMilliseconds = now.getTime() - new Date(endpoint.failing_since).getTime();
  if (failure === WebhookFailure.GONE) await disable(em, endpointId, WebhookDisabledReason.GONE, now);
  else if (failingMilliseconds >= FAILING_DAYS * 86_400_000) {
    await disable(em, endpointId, WebhookDisabledReason.FAILING, now);
  }
  // It was on its way when somebody disabled the endpoint.
  else if (endpoint.state === 'disabled') {
    await em.execute(`update rewards.webhook_delivery set state = 'dead' where id = ? and state = 'pending'`, [id]);
  }
}

/** Gives a delivery back that was not sent, or of which nobody knows. */
export async function release({ em }: Machine, { id, leaseToken }: DueDelivery): Promise<void> {
  await em().execute(
    'update rewards.webhook_delivery set lease_token = null, lease_until = null where id = ? and lease_token = ?',
    [id, leaseToken],
  );
}

/** Deletes messages from before `instant` with their log, but for those that are yet to be sent. */
export async function forget({ work, em }: Machine, instant: Date): Promise<void> {
  // Written while somebody disabled the endpoint.
  await em().execute(
    `update rewards.webhook_delivery d set state = 'dead', last_failure = 'DISABLED' from rewards.webhook_endpoint e
     where e.id = d.endpoint_id and e.state = 'disabled' and d.state = 'pending' and d.lease_token is null`,
  );
  let count: number;
  do {
    const rows = await work(({ em }) =>
      em.execute<unknown[]>(
        `delete from rewards.webhook_message where id in (
           select m.id from rewards.webhook_message m where m.created_at < ? and not exists (
             select 1 from rewards.webhook_delivery d where d.message_id = m.id and d.state = 'pending')
           order by m.created_at limit ? for update skip locked)
         returning id`,
        [instant, FORGET_BATCH],
      ),
    );
    count = rows.length;
  } while (count === FORGET_BATCH);
}

/** 0 to 1. */
function share(random: (bytes: number) => Buffer): number {
  return random(2).readUInt16BE() / 0xffff;
}
