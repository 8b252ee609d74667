/*
 * When what waits is pushed, and as how many: each topic of a person has a turn at most once a minute, and what has come
 * since is one message. In quiet hours turns are held to their end, and then everything that was held and not read since
 * is one message. One transaction a person, so that nobody waits for another.
 */
import type { Machine } from '../../kernel/subgraph.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { pushedForm, type Subject } from './notification.ts';
import { quietUntil } from './quiet-hours.ts';
import { quietHoursOf } from './settings.ts';
import { NotificationKind, NotificationTopic } from './topic.ts';

/** What a device is told. Ids and numbers; it words them itself. */
export interface PushBody {
  /** Of the message: one that arrives twice is counted once. */
  readonly id: string;
  /** As in the graph; null where it is about several. */
  readonly topic: keyof typeof NotificationTopic | null;
  readonly count: number;
  /** With its ids and numbers, where it is one. */
  readonly notification?: object;
}

interface Waiting {
  id: string;
  topic: NotificationTopic;
  kind: NotificationKind;
  subject: Subject;
}

interface Turn {
  readonly topic: NotificationTopic;
  readonly held: boolean;
}

const ACCOUNTS_AT_ONCE = 100;

/** Makes messages of what has its turn now. @returns whether there may be more. */
export async function takeDueTurns(machine: Machine): Promise<boolean> {
  const now = machine.clock.now();
  const due = await machine
    .em()
    .execute<{ account_id: string }[]>(
      `select account_id from profile.push_turn where due_at <= ? group by account_id order by min(due_at) limit ?`,
      [now, ACCOUNTS_AT_ONCE],
    );
  let done = 0;
  for (const { account_id } of due) {
    try {
      if (await machine.work((work) => takeTurnsOf(work, account_id))) done++;
    } catch (err) {
      machine.log.error({ err, accountId: account_id }, 'what waits for a person could not be made a push');
    }
  }
  return due.length === ACCOUNTS_AT_ONCE && done > 0;
}

/** @returns false where another process is at it. */
async function takeTurnsOf(work: UnitOfWork, accountId: string): Promise<boolean> {
  const { em, now } = work;
  const [lock] = await em.execute<{ ours: boolean }[]>(
    `select pg_try_advisory_xact_lock(hashtextextended('push turns ' || ?, 0)) as ours`,
    [accountId],
  );
  if (!lock?.ours) return false;
  const turns = await em.execute<Turn[]>(
    'select topic, held from profile.push_turn where account_id = ? and due_at <= ? order by topic for update',
    [accountId, now],
  );
  if (turns.length === 0) return true;
  const hours = (await quietHoursOf(em, [accountId])).get(accountId);
  const quietEnd = hours && quietUntil(now, hours);
  if (quietEnd) {
    await em.execute('update profile.push_turn set due_at = ?, held = true where account_id = ? and due_at <= ?', [
      quietEnd,
      accountId,
      now,
    ]);
    return true;
  }
  const held = turns.filter((turn) => turn.held).map(({ topic }) => topic);
  const apart = turns.filter((turn) => !turn.held).map(({ topic }) => [topic]);
  for (const topics of [...(held.length > 0 ? [held] : []), ...apart]) await writeMessage(work, accountId, topics);
  return true;
}

/** One message of all that waits of these topics, to each device. */
async function writeMessage(
  { em, now, newId }: UnitOfWork,
  accountId: string,
  topics: readonly NotificationTopic[],
): Promise<void> {
  const messageId = newId();
  const waiting = await em.execute<Waiting[]>(
    `update profile.notification set push = 'sent', push_message_id = ?
     where account_id = ? and push = 'waiting' and read_at is null and topic in (?) returning id, topic, kind, subject`,
    [messageId, accountId, [...topics]],
  );
  await em.execute(
    `update profile.push_turn set due_at = null, held = false, last_sent_at = case when ? then ? else last_sent_at end
     where account_id = ? and topic in (?)`,
    [waiting.length > 0, now, accountId, [...topics]],
  );
  if (waiting.length === 0) return;
  await em.execute(
    `insert into profile.push_delivery (id, device_id, message_id, body, created_at, next_at)
     select gen_random_uuid(), id, ?, ?::jsonb, ?, ? from profile.push_device where account_id = ?`,
    [messageId, JSON.stringify(bodyOf(messageId, waiting)), now, now, accountId],
  );
}

function bodyOf(id: string, waiting: readonly Waiting[]): PushBody {
  const topics = new Set(waiting.map(({ topic }) => topic));
  const [first] = waiting;
  const topic = topics.size === 1 && first ? (first.topic.toUpperCase() as keyof typeof NotificationTopic) : null;
  return {
    id,
    topic,
    count: waiting.length,
    ...(waiting.length === 1 && first && { notification: pushedForm(first) }),
  };
}

const DAY_SECONDS = 86_400;
/** As long as an officer waits for somebody whose request was accepted. */
const MEETING_SECONDS = 900;

/** For how long it is of use, and whether it wakes a device that sleeps deeply. */
export function mannerOf({ topic, notification }: PushBody): {
  lifeSeconds: number;
  urgency: 'low' | 'normal' | 'high';
} {
  const isMeeting = (notification as { kind?: string } | undefined)?.kind === 'REQUEST_ACCEPTED';
  if (isMeeting) return { lifeSeconds: MEETING_SECONDS, urgency: 'high' };
  if (topic === 'ACCOUNT') return { lifeSeconds: DAY_SECONDS, urgency: 'high' };
  const canWait = topic === 'COMMUNITY_FUND' || topic === 'STORIES';
  return { lifeSeconds: DAY_SECONDS, urgency: canWait ? 'low' : 'normal' };
}
