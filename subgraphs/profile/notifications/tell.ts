/*
 * Writes what people are told, in the transaction that takes in the fact: in few statements for a whole ZIP code. A fact that comes twice finds its row; one that comes very late is no news. What is to be pushed waits for its
 * topic's turn (push-turn.ts), so that nothing is sent from within a transaction.
 */
import { erasedAmong } from '../../kernel/tombstone.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { KEPT_DAYS, type NotificationMessage, notificationChannel, type Subject } from './notification.ts';
import { isAlwaysTold, NotificationChannel, type NotificationKind, topicOf } from './topic.ts';

/** Who: these accounts, or whoever has declared to live there by the instant at which it happened. */
export type Audience = { readonly accountIds: readonly string[] } | { readonly zipCode: string };

export interface News {
  readonly to: Audience;
  readonly kind: NotificationKind;
  /** The fact that it tells of, or what it is about where nothing but time has passed. */
  readonly sourceId: string;
  /** RFC 3339. */
  readonly happenedAt: string;
  readonly subject?: Subject;
}

/** At most one push a minute for an account and topic. */
export const PUSH_PAUSE_SECONDS = 60;
/** What is older is in the list, and wakes nobody. */
const PUSHED_HOURS = 24;
/** Says that there may be something to push. */
export const PUSHES_CHANNEL = 'profile:pushes';
const HOUR = 3_600_000;
/** People in one statement. */
const AT_ONCE = 1_000;

/** Tells them, on the channels on which each wants it. @returns whom. */
export async function tellPeople(work: UnitOfWork, news: News): Promise<string[]> {
  const happened = new Date(news.happenedAt);
  const ageHours = (work.now.getTime() - happened.getTime()) / HOUR;
  if (ageHours >= KEPT_DAYS * 24) return [];
  const isFresh = ageHours < PUSHED_HOURS;
  const accountIds =
    'zipCode' in news.to ? await residentsOf(work, news.to.zipCode, happened) : await living(work, news.to.accountIds);
  const told: string[] = [];
  for (let start = 0; start < accountIds.length; start += AT_ONCE) {
    told.push(...(await write(work, news, accountIds.slice(start, start + AT_ONCE), isFresh)));
  }
  return told;
}

/** Those who were not erased, nor are before this transaction ends. */
async function living({ em }: UnitOfWork, accountIds: readonly string[]): Promise<string[]> {
  const gone = await erasedAmong(em, 'profile', accountIds);
  return accountIds.map((id) => id.toLowerCase()).filter((id) => !gone.has(id));
}

/**
 * Whoever is erased at this moment is not among them, or waits for us with what we write. Locked by their rows: as many
 * advisory locks as a large ZIP code has people PostgreSQL does not hold.
 */
async function residentsOf({ em }: UnitOfWork, zipCode: string, happenedAt: Date): Promise<string[]> {
  const rows = await em.execute<{ account_id: string }[]>(
    `select account_id from profile.residence where zip_code = ? and declared_at <= ? order by account_id for key share`,
    [zipCode, happenedAt],
  );
  return rows.map(({ account_id }) => account_id);
}

async function write(
  work: UnitOfWork,
  { kind, sourceId, subject = {}, happenedAt }: News,
  accountIds: readonly string[],
  isFresh: boolean,
): Promise<string[]> {
  const { em, now } = work;
  const topic = topicOf(kind);
  const told = await em.execute<{ id: string; account_id: string; in_app: boolean; push: string | null }[]>(
    `insert into profile.notification
       (id, account_id, topic, kind, source_id, subject, happened_at, recorded_at, in_app, push)
     select gen_random_uuid(), w.account_id, ?, ?, ?, ?::jsonb, ?, ?, w.in_app, case when w.push then 'waiting' end
     from (
       select p.account_id, ? or coalesce(i.wanted, true) as in_app,
         ? and coalesce(c.wanted, true)
           and exists (select 1 from profile.push_device d where d.account_id = p.account_id) as push
       from unnest(?::uuid[]) as p(account_id)
       left join profile.notification_choice i on i.account_id = p.account_id and i.topic = ? and i.channel = 'in_app'
       left join profile.notification_choice c on c.account_id = p.account_id and c.topic = ? and c.channel = 'push'
     ) w
     where w.in_app or w.push order by w.account_id
     on conflict (account_id, kind, source_id) do nothing
     returning id, account_id, in_app, push`,
    [
      ...[topic, kind, sourceId, JSON.stringify(subject), happenedAt, now],
      ...[isAlwaysTold(topic, NotificationChannel.IN_APP), isFresh],
      ...[`{${accountIds.join(',')}}`, topic, topic],
    ],
  );
  for (const { id, account_id, in_app } of told) {
    const message: NotificationMessage = { ids: [id] };
    if (in_app) work.announce(notificationChannel(account_id), message);
  }
  const waiting = told.filter(({ push }) => push === 'waiting').map(({ account_id }) => account_id);
  if (waiting.length > 0) await takeTurns(work, topic, waiting);
  return told.map(({ account_id }) => account_id);
}

/** A topic's turn comes at once, or a minute after the last push of it; one that is taken already stays. */
async function takeTurns(work: UnitOfWork, topic: string, accountIds: readonly string[]): Promise<void> {
  await work.em.execute(
    `insert into profile.push_turn as t (account_id, topic, due_at)
     select account_id, ?, ? from unnest(?::uuid[]) as account_id order by account_id
     on conflict (account_id, topic) do update
       set due_at = coalesce(t.due_at, greatest(excluded.due_at, t.last_sent_at + make_interval(secs => ?)))`,
    [topic, work.now, `{${[...accountIds].sort().join(',')}}`, PUSH_PAUSE_SECONDS],
  );
  work.announce(PUSHES_CHANNEL, {});
}
