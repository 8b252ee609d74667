/*
 * What people can be told of, in kinds, each of a topic that can be wanted or not on each channel. Here is no sentence:
 * clients word a notification in the person's language, from its kind, its ids and its numbers.
 */
import { registerEnumType } from 'type-graphql';

export enum NotificationTopic {
  MEETINGS = 'meetings',
  POINTS = 'points',
  COMMUNITY_FUND = 'community_fund',
  GATHERINGS = 'gatherings',
  STORIES = 'stories',
  ACCOUNT = 'account',
}

registerEnumType(NotificationTopic, {
  name: 'NotificationTopic',
  description: 'What a notification is about; each can be wanted or not on each channel. More may be added.',
  valuesConfig: {
    MEETINGS: { description: 'Own meetings: a request is accepted, a meeting counts or counts no more.' },
    POINTS: { description: 'Own points and vouchers: what was earned, ran out, came back or ends soon.' },
    COMMUNITY_FUND: { description: 'The community fund where one lives: a month is closed, a vote opens, is decided.' },
    GATHERINGS: {
      description:
        'Gatherings that one has answered: changed, called off, a seat that became free. For their hosts: called off by an administrator.',
    },
    STORIES: { description: 'Stories of own meetings: consent is asked for, a story is shown.' },
    ACCOUNT: {
      description:
        'Warnings, suspensions and their end, and that the account is to be erased. In the app they are always told.',
    },
  },
});

export enum NotificationChannel {
  IN_APP = 'in_app',
  PUSH = 'push',
}

registerEnumType(NotificationChannel, {
  name: 'NotificationChannel',
  description: 'How a notification reaches a person. More may be added.',
  valuesConfig: {
    IN_APP: { description: 'In the list of the app, which also counts what is unread.' },
    PUSH: { description: 'On the devices that the person has registered, also while the app is closed.' },
  },
});

export enum NotificationKind {
  REQUEST_ACCEPTED = 'request_accepted',
  MEETING_COUNTED = 'meeting_counted',
  MEETING_TAKEN_BACK = 'meeting_taken_back',
  POINTS_AWARDED = 'points_awarded',
  POINTS_EXPIRED = 'points_expired',
  POINTS_CORRECTED = 'points_corrected',
  VOUCHER_EXPIRING = 'voucher_expiring',
  VOUCHER_EXPIRED = 'voucher_expired',
  VOUCHER_REFUNDED = 'voucher_refunded',
  FUND_MONTH_CLOSED = 'fund_month_closed',
  FUND_VOTE_OPENED = 'fund_vote_opened',
  FUND_VOTE_DECIDED = 'fund_vote_decided',
  GATHERING_CHANGED = 'gathering_changed',
  GATHERING_CANCELLED = 'gathering_cancelled',
  GATHERING_SEAT_FREED = 'gathering_seat_freed',
  GATHERING_TAKEN_DOWN = 'gathering_taken_down',
  STORY_PROPOSED = 'story_proposed',
  STORY_SHOWN = 'story_shown',
  WARNING_GIVEN = 'warning_given',
  ACCOUNT_SUSPENDED = 'account_suspended',
  ACCOUNT_REINSTATED = 'account_reinstated',
  ERASURE_REQUESTED = 'erasure_requested',
  ERASURE_UNDONE = 'erasure_undone',
}

registerEnumType(NotificationKind, {
  name: 'NotificationKind',
  description:
    'What happened. A client that does not know a kind, since more may be added, words it by its topic alone.',
  valuesConfig: {
    REQUEST_ACCEPTED: { description: 'An officer accepted the own request: `connectionId`.' },
    MEETING_COUNTED: { description: 'Both have confirmed, and the meeting counts: `connectionId`.' },
    MEETING_TAKEN_BACK: { description: 'A meeting that counted does not: `connectionId`.' },
    POINTS_AWARDED: { description: 'Points for a meeting: `points`, `connectionId`.' },
    POINTS_EXPIRED: { description: 'Points ran out: `points`.' },
    POINTS_CORRECTED: { description: 'An administrator corrected the points, by `points`, which may be below zero.' },
    VOUCHER_EXPIRING: { description: 'A voucher that was not used ends soon: `voucherId`, `until`.' },
    VOUCHER_EXPIRED: { description: 'A voucher was not used in time: `voucherId`, `points` that it had cost.' },
    VOUCHER_REFUNDED: { description: 'The points of a voucher came back: `voucherId`, `points`.' },
    FUND_MONTH_CLOSED: { description: 'The books of a month are closed: `zipCode`, `month`, `cents`.' },
    FUND_VOTE_OPENED: { description: 'A vote is open: `zipCode`, `month`, `cents`, `roundId`, `until`.' },
    FUND_VOTE_DECIDED: {
      description: 'A vote is decided, or decided anew: `zipCode`, `month`, `cents` that are paid, `roundId`.',
    },
    GATHERING_CHANGED: { description: 'Another time, place or text: `gatheringId`.' },
    GATHERING_CANCELLED: { description: 'It does not take place: `gatheringId`.' },
    GATHERING_SEAT_FREED: { description: 'The person waited and has a seat now: `gatheringId`.' },
    GATHERING_TAKEN_DOWN: {
      description: 'An administrator called off a gathering that the person hosts: `gatheringId`, which says why.',
    },
    STORY_PROPOSED: { description: 'The other of a meeting proposes a story and asks to agree: `storyId`.' },
    STORY_SHOWN: { description: 'A story of an own meeting is shown to everybody: `storyId`.' },
    WARNING_GIVEN: { description: 'An administrator gave a warning: `warningId`.' },
    ACCOUNT_SUSPENDED: {
      description: 'The account is suspended, or for another time: `until`, null where somebody has to end it.',
    },
    ACCOUNT_REINSTATED: { description: 'The suspension was lifted.' },
    ERASURE_REQUESTED: {
      description: 'Somebody who is signed in asked for the account to be erased: `until` then it can be undone.',
    },
    ERASURE_UNDONE: { description: 'The account is not to be erased any more.' },
  },
});

const topics: { readonly [Kind in keyof typeof NotificationKind]: NotificationTopic } = {
  REQUEST_ACCEPTED: NotificationTopic.MEETINGS,
  MEETING_COUNTED: NotificationTopic.MEETINGS,
  MEETING_TAKEN_BACK: NotificationTopic.MEETINGS,
  POINTS_AWARDED: NotificationTopic.POINTS,
  POINTS_EXPIRED: NotificationTopic.POINTS,
  POINTS_CORRECTED: NotificationTopic.POINTS,
  VOUCHER_EXPIRING: NotificationTopic.POINTS,
  VOUCHER_EXPIRED: NotificationTopic.POINTS,
  VOUCHER_REFUNDED: NotificationTopic.POINTS,
  FUND_MONTH_CLOSED: NotificationTopic.COMMUNITY_FUND,
  FUND_VOTE_OPENED: NotificationTopic.COMMUNITY_FUND,
  FUND_VOTE_DECIDED: NotificationTopic.COMMUNITY_FUND,
  GATHERING_CHANGED: NotificationTopic.GATHERINGS,
  GATHERING_CANCELLED: NotificationTopic.GATHERINGS,
  GATHERING_SEAT_FREED: NotificationTopic.GATHERINGS,
  GATHERING_TAKEN_DOWN: NotificationTopic.GATHERINGS,
  STORY_PROPOSED: NotificationTopic.STORIES,
  STORY_SHOWN: NotificationTopic.STORIES,
  WARNING_GIVEN: NotificationTopic.ACCOUNT,
  ACCOUNT_SUSPENDED: NotificationTopic.ACCOUNT,
  ACCOUNT_REINSTATED: NotificationTopic.ACCOUNT,
  ERASURE_REQUESTED: NotificationTopic.ACCOUNT,
  ERASURE_UNDONE: NotificationTopic.ACCOUNT,
};

export const kindName = (kind: NotificationKind) => kind.toUpperCase() as keyof typeof NotificationKind;
export const topicOf = (kind: NotificationKind): NotificationTopic => topics[kindName(kind)];
/** Told in the app whatever somebody has chosen: nobody misses why they may do nothing. */
export const isAlwaysTold = (topic: NotificationTopic, channel: NotificationChannel) =>
  topic === NotificationTopic.ACCOUNT && channel === NotificationChannel.IN_APP;
