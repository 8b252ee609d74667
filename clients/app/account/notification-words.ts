/*
 * What a notification says in the person's language. The server tells a kind, ids and numbers; of a kind that this version
 * does not know it says that there is something new.
 */
import type { I18n } from '@lingui/core';
import type { Formats } from '../../interface/language.tsx';
import type { NotificationChannel, NotificationTopic, ToldNotificationFragment } from '../generated/graphql.ts';

export type Told = ToldNotificationFragment;
type Kind = Told['kind'];

export const topicNames = (i18n: I18n): Readonly<Record<NotificationTopic, string>> => ({
  MEETINGS: i18n._('Meetings'),
  POINTS: i18n._('Points and vouchers'),
  COMMUNITY_FUND: i18n._('Community fund'),
  GATHERINGS: i18n._('Events'),
  STORIES: i18n._('Stories'),
  ACCOUNT: i18n._('Account and safety'),
});

export const topicHints = (i18n: I18n): Readonly<Record<NotificationTopic, string>> => ({
  MEETINGS: i18n._('A request is accepted, a meeting counts or was taken back'),
  POINTS: i18n._('Earned, run out, a voucher that ends or comes back'),
  COMMUNITY_FUND: i18n._('A month is closed, a vote opens or is decided'),
  GATHERINGS: i18n._('Changed, called off, a seat is free'),
  STORIES: i18n._('Somebody asks you to agree, a story is shown'),
  ACCOUNT: i18n._('Warnings, suspensions, and that your account is to be erased'),
});

export const channelNames = (i18n: I18n): Readonly<Record<NotificationChannel, string>> => ({
  IN_APP: i18n._('In the app'),
  PUSH: i18n._('On devices'),
});

/** As the list has it. */
export function wordsOf(told: Told, i18n: I18n, { instant, money }: Pick<Formats, 'instant' | 'money'>): string {
  const points = told.points ?? 0;
  const until = told.until ? instant(told.until) : '';
  const [zipCode, cents] = [told.zipCode ?? '', money(told.cents ?? 0)];
  const month = () =>
    new Intl.DateTimeFormat(i18n.locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
      new Date(`${told.month ?? '1970-01'}-01T00:00:00Z`),
    );
  const sentences: Readonly<Record<Kind, () => string>> = {
    REQUEST_ACCEPTED: () => i18n._('An officer is happy to meet you.'),
    MEETING_COUNTED: () => i18n._('You have met, and your meeting counts.'),
    MEETING_TAKEN_BACK: () => i18n._('A meeting that had counted was taken back.'),
    POINTS_AWARDED: () =>
      i18n._('{points, plural, one {You earned # point for a meeting.} other {You earned # points for a meeting.}}', {
        points,
      }),
    POINTS_EXPIRED: () =>
      i18n._('{points, plural, one {# of your points has run out.} other {# of your points have run out.}}', {
        points,
      }),
    POINTS_CORRECTED: () =>
      points < 0
        ? i18n._('Your points were corrected: {count} fewer.', { count: -points })
        : i18n._('Your points were corrected: {count} more.', { count: points }),
    VOUCHER_EXPIRING: () => i18n._('You have a voucher that is good until {until}. Use it in time.', { until }),
    VOUCHER_EXPIRED: () => i18n._('A voucher was not used in time and is good no more.'),
    VOUCHER_REFUNDED: () =>
      i18n._(
        '{points, plural, one {# point of a voucher came back to you.} other {# points of a voucher came back to you.}}',
        { points },
      ),
    FUND_MONTH_CLOSED: () =>
      i18n._('{month} is closed: {cents} came together in {zipCode}.', { month: month(), cents, zipCode }),
    FUND_VOTE_OPENED: () =>
      i18n._('The vote on {cents} for {zipCode} is open until {until}.', { cents, zipCode, until }),
    FUND_VOTE_DECIDED: () =>
      i18n._('The vote of {month} in {zipCode} is decided, on {cents}.', { month: month(), zipCode, cents }),
    GATHERING_CHANGED: () => i18n._('An event that you answered has changed.'),
    GATHERING_CANCELLED: () => i18n._('An event that you answered was called off.'),
    GATHERING_SEAT_FREED: () => i18n._('A seat is free now: you are coming to the event.'),
    GATHERING_TAKEN_DOWN: () => i18n._('An administrator called off an event of yours. Open this to read why.'),
    STORY_PROPOSED: () => i18n._('Somebody you met would like to tell your story. It is shown only if you agree.'),
    STORY_SHOWN: () => i18n._('A story of one of your meetings is there for all to read.'),
    WARNING_GIVEN: () => i18n._('You have a warning to read.'),
    ACCOUNT_SUSPENDED: () =>
      until ? i18n._('Your account is suspended until {until}.', { until }) : i18n._('Your account is suspended.'),
    ACCOUNT_REINSTATED: () => i18n._('Your account is open again.'),
    ERASURE_REQUESTED: () =>
      i18n._(
        'Somebody signed in as you and asked for your account to be erased. Not you? Open this and keep it, until {until}.',
        {
          until,
        },
      ),
    ERASURE_UNDONE: () => i18n._('Your account stays: it is not to be erased any more.'),
  };
  return sentences[told.kind]?.() ?? i18n._('There is something new.');
}
