/*
 * Messages on their way to devices: leased, sent outside of any transaction, written back under the lease, as those to
 * partners are (rewards/webhooks). Who does not take one is asked again ever later, for as long as it is of use and a day
 * at most; a device that is gone goes with all that waits for it.
 */
import type { Machine } from '../../kernel/subgraph.ts';
import type { PushOutcome } from './push-sender.ts';
import { mannerOf, type PushBody } from './push-turn.ts';

/** Before the second attempt, the third and so on. */
export const RETRY_SECONDS = [30, 120, 600, 1_800, 3_600, 7_200, 14_400, 21_600, 28_800] as const;
const JITTER = 0.1;
/** Longer than an attempt takes. */
const LEASE_MILLISECONDS = 60_000;
/** In a row: so many that nobody is there. */
const FAILURES_TOLERATED = 50;
/** From so many on a device waits behind those that take what they are sent. */
const FAILURES_DOUBTFUL = 3;

export interface DuePush {
  readonly id: string;
  readonly deviceId: string;
  readonly accountId: string;
  readonly sealed: string;
  readonly leaseToken: string;
  readonly body: PushBody;
  readonly createdAt: Date;
  /** Before this one. */
  readonly attempts: number;
}

/** Takes what is due and nobody sends, at most `limit`; what was read meanwhile, or is of no use any more, is dropped. */
export function leasePushes(machine: Machine, limit: number): Promise<DuePush[]> {
  return machine.work(async ({ em, now, newId }) => {
    const token = newId();
    await em.execute(
      `delete from profile.push_delivery q where q.next_at <= ? and (q.lease_until is null or q.lease_until <= ?)
       and not exists (select 1 from profile.notification n where n.push_message_id = q.message_id and n.read_at is null)`,
      [now, now],
    );
    const rows = await em.execute<
      {
        id: string;
        device_id: string;
        account_id: string;
        sealed: string;
        body: PushBody;
        created_at: string;
        attempts: number;
      }[]
    >(
      `with due as (
         select q.id, d.account_id, d.sealed from profile.push_delivery q join profile.push_device d on d.id = q.device_id
         where q.next_at <= ? and (q.lease_until is null or q.lease_until <= ?)
         order by d.failures > ?, q.next_at limit ? for update of q skip locked
       )
       update profile.push_delivery q set lease_token = ?, lease_until = ? from due where due.id = q.id
       returning q.id, q.device_id, due.account_id, due.sealed, q.body, q.created_at, q.attempts`,
      [now, now, FAILURES_DOUBTFUL, limit, token, new Date(now.getTime() + LEASE_MILLISECONDS)],
    );
    return rows.map((row) => ({
      id: row.id,
      deviceId: row.device_id,
      accountId: row.account_id,
      sealed: row.sealed,
      leaseToken: token,
      body: row.body,
      createdAt: new Date(row.created_at),
      attempts: row.attempts,
    }));
  });
}

/** For how long it is of use yet. */
export function lifeLeft({ body, createdAt }: Pick<DuePush, 'body' | 'createdAt'>, now: Date): number {
  return Math.floor(mannerOf(body).lifeSeconds - (now.getTime() - createdAt.getTime()) / 1000);
}

/** Writes back what came of an attempt, unless the lease has ended meanwhile. */
export async function settlePush(machine: Machine, push: DuePush, outcome: PushOutcome): Promise<void> {
  await machine.work(async ({ em, now }) => {
    const { id, leaseToken, deviceId, attempts } = push;
    const [ours] = await em.execute<unknown[]>(
      'select 1 from profile.push_delivery where id = ? and lease_token = ? for update',
      [id, leaseToken],
    );
    if (!ours) return;
    if (outcome.kind === 'gone') {
      await em.execute('delete from profile.push_device where id = ?', [deviceId]);
      return;
    }
    if (outcome.kind === 'taken') {
      await em.execute('delete from profile.push_delivery where id = ?', [id]);
      await em.execute('update profile.push_device set last_sent_at = ?, failures = 0 where id = ?', [now, deviceId]);
      return;
    }
    const wait = RETRY_SECONDS[attempts];
    const chance = 1 + (machine.random(2).readUInt16BE() / 0xffff) * JITTER;
    const seconds = Math.max((wait ?? 0) * chance, outcome.retryAfterSeconds);
    if (wait === undefined || seconds >= lifeLeft(push, now)) {
      await em.execute('delete from profile.push_delivery where id = ?', [id]);
    } else {
      await em.execute(
        `update profile.push_delivery set attempts = ?, next_at = ?, lease_token = null, lease_until = null where id = ?`,
        [attempts + 1, new Date(now.getTime() + Math.ceil(seconds * 1000)), id],
      );
    }
    const [device] = await em.execute<{ failures: number }[]>(
      'update profile.push_device set failures = failures + 1 where id = ? returning failures',
      [deviceId],
    );
    if ((device?.failures ?? 0) >= FAILURES_TOLERATED) {
      await em.execute('delete from profile.push_device where id = ?', [deviceId]);
    }
  });
}

/** Gives one back that was not sent, or of which nobody knows. */
export async function releasePush({ em }: Machine, { id, leaseToken }: DuePush): Promise<void> {
  await em().execute(
    'update profile.push_delivery set lease_token = null, lease_until = null where id = ? and lease_token = ?',
    [id, leaseToken],
  );
}

/** When something comes due, a turn, an attempt or a lease's end; undefined where nothing waits. */
export async function nextPush({ em }: Machine): Promise<Date | undefined> {
  const [row] = await em().execute<{ next: string | null }[]>(
    `select least((select min(due_at) from profile.push_turn where due_at is not null),
       (select min(greatest(next_at, coalesce(lease_until, next_at))) from profile.push_delivery)) as next`,
  );
  return row?.next ? new Date(row.next) : undefined;
}
