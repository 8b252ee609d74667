/*
 * What a person wants to be told of, on which channel, and when nobody is to wake them. Only what was chosen is kept: what
 * was not is as the code says, so that a channel that is added later has a default of its own.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Directive, Field, ObjectType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { LocalTime, TimeZone } from '../../kernel/scalars.ts';
import { isErased } from '../../kernel/tombstone.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { PushDevice, pushDevicesOf } from './push-device.ts';
import { knownTimeZone, minuteOf, type QuietHours, timeOf } from './quiet-hours.ts';
import { PUSHES_CHANNEL } from './tell.ts';
import { isAlwaysTold, NotificationChannel, NotificationTopic } from './topic.ts';

@ObjectType({ description: 'Whether notifications of a topic are wanted on a channel.' })
export class NotificationChoice {
  @Field(() => NotificationTopic, { description: 'What about.' })
  topic!: NotificationTopic;

  @Field(() => NotificationChannel, { description: 'By which way.' })
  channel!: NotificationChannel;

  @Field(() => Boolean, { description: 'Whether they are wanted.' })
  wanted!: boolean;

  @Field(() => Boolean, { description: 'Whether the person may choose; what concerns the account is always told.' })
  changeable!: boolean;
}

@ObjectType({ description: 'When nothing is pushed, every day; what comes meanwhile is pushed in one when they end.' })
export class QuietTime {
  @Field(() => Boolean, { description: 'Whether they are kept.' })
  enabled!: boolean;

  @Field(() => LocalTime, { description: 'When they begin.' })
  from!: string;

  @Field(() => LocalTime, { description: 'When they end, on the next day where that is earlier than they begin.' })
  to!: string;

  @Field(() => TimeZone, { nullable: true, description: 'Where the clock stands; null until it was said.' })
  timeZone!: string | null;
}

@ObjectType({ description: 'What a person wants to be told of, and how.' })
export class NotificationSettings {
  @Field(() => [NotificationChoice], { description: 'Each topic on each channel.' })
  @Directive('@listSize(assumedSize: 12)')
  choices!: NotificationChoice[];

  @Field(() => QuietTime, { description: 'When nothing is pushed.' })
  quietHours!: QuietTime;

  @Field(() => [PushDevice], { description: 'Devices that pushes go to, the newest first; at most 10.' })
  @Directive('@listSize(assumedSize: 10)')
  pushDevices!: PushDevice[];
}

/** Shown until somebody says otherwise. */
const NIGHT = { from: '22:00', to: '07:00' } as const;

export async function settingsOf(em: EntityManager, accountId: string): Promise<NotificationSettings> {
  const chosen = await em.execute<{ topic: string; channel: string; wanted: boolean }[]>(
    'select topic, channel, wanted from profile.notification_choice where account_id = ?',
    [accountId],
  );
  const byPlace = new Map(chosen.map(({ topic, channel, wanted }) => [`${topic} ${channel}`, wanted]));
  const choices = Object.values(NotificationTopic).flatMap((topic) =>
    Object.values(NotificationChannel).map((channel) => {
      const changeable = !isAlwaysTold(topic, channel);
      const wanted = !changeable || (byPlace.get(`${topic} ${channel}`) ?? true);
      return Object.assign(new NotificationChoice(), { topic, channel, wanted, changeable });
    }),
  );
  const hours = (await quietHoursOf(em, [accountId])).get(accountId);
  const quietHours = hours
    ? { ...hours, from: timeOf(hours.fromMinute), to: timeOf(hours.toMinute) }
    : { ...NIGHT, enabled: false, timeZone: null };
  const pushDevices = await pushDevicesOf(em, accountId);
  return Object.assign(new NotificationSettings(), {
    choices,
    quietHours: Object.assign(new QuietTime(), quietHours),
    pushDevices,
  });
}

export async function quietHoursOf(
  em: EntityManager,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, QuietHours>> {
  const rows = await em.execute<
    { account_id: string; enabled: boolean; from_minute: number; to_minute: number; time_zone: string }[]
  >('select * from profile.quiet_hours where account_id in (?)', [[...accountIds]]);
  return new Map(
    rows.map(({ account_id, enabled, from_minute, to_minute, time_zone }) => [
      account_id,
      { enabled, fromMinute: from_minute, toMinute: to_minute, timeZone: time_zone },
    ]),
  );
}

export interface SettingsChange {
  readonly choices?: readonly Pick<NotificationChoice, 'topic' | 'channel' | 'wanted'>[] | null | undefined;
  readonly quietHours?:
    | { readonly enabled: boolean; readonly from: string; readonly to: string; readonly timeZone: string }
    | null
    | undefined;
}

/** Changes what is said and leaves the rest. @throws Refusal BAD_USER_INPUT. */
export async function changeSettings(work: UnitOfWork, accountId: string, change: SettingsChange): Promise<void> {
  const { em } = work;
  // Their access token lives for some minutes more.
  if (await isErased(em, 'profile', accountId)) throw new Refusal('UNAUTHENTICATED');
  for (const { topic, channel, wanted } of change.choices ?? []) {
    if (!wanted && isAlwaysTold(topic, channel)) {
      throw new Refusal('BAD_USER_INPUT', 'What concerns the account is always told in the app.');
    }
    await em.execute(
      `insert into profile.notification_choice (account_id, topic, channel, wanted) values (?, ?, ?, ?)
       on conflict (account_id, topic, channel) do update set wanted = excluded.wanted`,
      [accountId, topic, channel, wanted],
    );
    if (!wanted && channel === NotificationChannel.PUSH) {
      await em.execute(
        `update profile.notification set push = null where account_id = ? and topic = ? and push = 'waiting'`,
        [accountId, topic],
      );
    }
  }
  if (!change.quietHours) return;
  const { enabled, from, to } = change.quietHours;
  const timeZone = knownTimeZone(change.quietHours.timeZone);
  if (from === to) throw new Refusal('BAD_USER_INPUT', 'from and to must not be the same.');
  await em.execute(
    `insert into profile.quiet_hours (account_id, enabled, from_minute, to_minute, time_zone) values (?, ?, ?, ?, ?)
     on conflict (account_id) do update set enabled = excluded.enabled, from_minute = excluded.from_minute,
       to_minute = excluded.to_minute, time_zone = excluded.time_zone`,
    [accountId, enabled, minuteOf(from), minuteOf(to), timeZone],
  );
  // What waits for the former ones to end is looked at anew.
  await em.execute('update profile.push_turn set due_at = ? where account_id = ? and held and due_at > ?', [
    work.now,
    accountId,
    work.now,
  ]);
  work.announce(PUSHES_CHANNEL, {});
}
