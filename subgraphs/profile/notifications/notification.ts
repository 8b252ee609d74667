/*
 * What a person was told: a row for each fact and person, kept for 90 days, read or not (of gatherings for 30). It holds ids and numbers and no
 * word: nobody's name or text, so that it ages with nothing and says nothing where it is stolen.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { decodeCursor, type Page, type PageArguments, pageOf, toPage } from '../../kernel/page.ts';
import { DateTime, Month, SignedCents, ZipCode } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { kindName, NotificationKind, NotificationTopic } from './topic.ts';

export const KEPT_DAYS = 90;
/** Who goes where is forgotten as early as the answers themselves (connections/gatherings). */
export const GATHERINGS_KEPT_DAYS = 30;
/** As many as are named at once. */
export const NAMED_AT_ONCE = 100;
/** As many as are told at once to who listens. */
export const TOLD_AT_ONCE = 20;
const DAY = 86_400_000;

/** What it is about; which of these are there depends on the kind. */
export interface Subject {
  readonly connectionId?: string;
  readonly voucherId?: string;
  readonly roundId?: string;
  readonly gatheringId?: string;
  readonly storyId?: string;
  readonly warningId?: string;
  readonly points?: number;
  readonly cents?: number;
  readonly zipCode?: string;
  readonly month?: string;
  /** RFC 3339. */
  readonly until?: string;
}

@ObjectType({ description: 'What a person was told. For themselves alone; kept for 90 days, of gatherings for 30.' })
export class Notification {
  @Field(() => ID, { description: 'The id of the notification.' })
  id!: string;

  @Field(() => NotificationTopic, { description: 'What it is about.' })
  topic!: NotificationTopic;

  @Field(() => NotificationKind, { description: 'What happened; says which of the fields below are there.' })
  kind!: NotificationKind;

  @Field(() => DateTime, { description: 'When it happened.' })
  happenedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When the person has read it; null before.' })
  readAt!: Date | null;

  @Field(() => ID, { nullable: true, description: 'The meeting; null where it is about none.' })
  connectionId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The voucher; null where it is about none.' })
  voucherId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The vote of a community fund; null where it is about none.' })
  roundId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The gathering; null where it is about none.' })
  gatheringId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The story; null where it is about none.' })
  storyId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The warning; null where it is about none.' })
  warningId!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many points, below zero where they were taken; null where none.',
  })
  points!: number | null;

  @Field(() => SignedCents, { nullable: true, description: 'The money of the community fund; null where none.' })
  cents!: number | null;

  @Field(() => ZipCode, { nullable: true, description: 'Whose community fund; null where it is about none.' })
  zipCode!: string | null;

  @Field(() => Month, { nullable: true, description: 'The month of the community fund; null where it is about none.' })
  month!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when it lasts or may be used; null where nothing ends.',
  })
  until!: Date | null;

  /** When it was written: the order of the list. */
  recordedAt!: Date;
}

export const NotificationPage = pageOf(Notification);

interface Row {
  id: string;
  topic: NotificationTopic;
  kind: NotificationKind;
  subject: Subject;
  happened_at: string;
  recorded_at: string;
  read_at: string | null;
}

const COLUMNS = 'id, topic, kind, subject, happened_at, recorded_at, read_at';

function asNotification(row: Row): Notification {
  const { until, ...rest } = row.subject;
  const absent = {
    connectionId: null,
    voucherId: null,
    roundId: null,
    gatheringId: null,
    storyId: null,
    warningId: null,
  };
  return Object.assign(new Notification(), {
    ...absent,
    ...{ points: null, cents: null, zipCode: null, month: null },
    ...rest,
    until: until ? new Date(until) : null,
    id: row.id,
    topic: row.topic,
    kind: row.kind,
    happenedAt: new Date(row.happened_at),
    recordedAt: new Date(row.recorded_at),
    readAt: row.read_at ? new Date(row.read_at) : null,
  });
}

/** A page of what the account was told, the newest first. @throws Refusal BAD_USER_INPUT for a foreign cursor. */
export async function findNotifications(
  em: EntityManager,
  accountId: string,
  now: Date,
  page: PageArguments,
): Promise<Page<Notification>> {
  const [recordedAt, id] = page.after ? decodeCursor(page.after, 'instant', 'id') : [null, null];
  const rows = await em.execute<Row[]>(
    `select ${COLUMNS} from profile.notification
     where account_id = ? and in_app and recorded_at > ?
       and (?::uuid is null or (recorded_at, id) < (?::timestamptz, ?::uuid))
     order by recorded_at desc, id desc limit ?`,
    [accountId, oldest(now), id, recordedAt, id, page.first + 1],
  );
  return toPage(rows.map(asNotification), page, (each) => [each.recordedAt.toISOString(), each.id]);
}

/** What the account has not read, the newest first, at most twenty. */
export async function unreadNotifications(em: EntityManager, accountId: string, now: Date): Promise<Notification[]> {
  const rows = await em.execute<Row[]>(
    `select ${COLUMNS} from profile.notification
     where account_id = ? and in_app and read_at is null and recorded_at > ?
     order by recorded_at desc, id desc limit ?`,
    [accountId, oldest(now), TOLD_AT_ONCE],
  );
  return rows.map(asNotification);
}

export async function countUnread(em: EntityManager, accountId: string, now: Date): Promise<number> {
  const [row] = await em.execute<{ count: number }[]>(
    `select count(*)::int as count from profile.notification
     where account_id = ? and in_app and read_at is null and recorded_at > ?`,
    [accountId, oldest(now)],
  );
  return row?.count ?? 0;
}

/** Those of the account among these ids, as they are now. */
export async function notificationsById(
  em: EntityManager,
  accountId: string,
  ids: readonly string[],
): Promise<Notification[]> {
  if (ids.length === 0) return [];
  const rows = await em.execute<Row[]>(
    `select ${COLUMNS} from profile.notification where account_id = ? and in_app and id in (?)
     order by recorded_at desc, id desc`,
    [accountId, [...ids]],
  );
  return rows.map(asNotification);
}

/** Where the account hears what it is told, on whichever of its devices. */
export const notificationChannel = (accountId: string) => `profile:notifications:${accountId}`;

/** What is new or was read; null where it is more than can be named, and all is to be read anew. */
export interface NotificationMessage {
  readonly ids: readonly string[] | null;
}

/**
 * Marks these as read, or all; what was read before keeps its instant, and what is not the account's is passed over.
 * @returns those that were named. @throws Refusal BAD_USER_INPUT for more than a hundred.
 */
export async function markRead(
  work: UnitOfWork,
  accountId: string,
  ids: readonly string[] | null | undefined,
): Promise<Notification[]> {
  const { em, now } = work;
  if (ids && ids.length > NAMED_AT_ONCE) {
    throw new Refusal('BAD_USER_INPUT', `notificationIds must be at most ${NAMED_AT_ONCE}.`);
  }
  const named = ids ? [...new Set(ids)] : null;
  if (named?.length === 0) return [];
  const read = await em.execute<{ id: string }[]>(
    `update profile.notification set read_at = ?, push = case when push = 'waiting' then null else push end
     where account_id = ? and in_app and read_at is null ${named ? 'and id in (?)' : ''} returning id`,
    [now, accountId, ...(named ? [named] : [])],
  );
  if (read.length > 0) {
    const message: NotificationMessage = { ids: read.length <= TOLD_AT_ONCE ? read.map(({ id }) => id) : null };
    work.announce(notificationChannel(accountId), message);
  }
  return named ? notificationsById(em, accountId, named) : [];
}

/** Deletes what is older than it is kept, a batch of each at most. @returns how many of that of which there were more. */
export async function forgetOld(em: EntityManager, now: Date, batch: number): Promise<number> {
  const gatheringsSince = new Date(now.getTime() - GATHERINGS_KEPT_DAYS * DAY);
  const counts: number[] = [];
  for (const [condition, since] of [
    ['true', oldest(now)],
    [`topic = 'gatherings'`, gatheringsSince],
  ] as const) {
    const gone = await em.execute<unknown[]>(
      `delete from profile.notification where id in
         (select id from profile.notification where ${condition} and recorded_at <= ?
          order by recorded_at limit ? for update skip locked)
       returning id`,
      [since, batch],
    );
    counts.push(gone.length);
  }
  return Math.max(...counts);
}

const oldest = (now: Date) => new Date(now.getTime() - KEPT_DAYS * DAY);

/** Its ids and numbers, by which a device words it. */
export function pushedForm(row: Pick<Row, 'id' | 'topic' | 'kind' | 'subject'>): object {
  return { id: row.id, kind: kindName(row.kind), ...row.subject };
}
