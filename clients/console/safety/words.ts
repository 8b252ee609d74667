/* How evidence, findings, reports, stories and areas are called. */
import type { I18n } from '@lingui/core';
import type {
  ConnectionState,
  Evidence,
  ExclusionReason,
  PersonReportOutcome,
  PersonReportReason,
  RiskEffect,
  RiskKind,
  StoryHoldCause,
} from '../generated/graphql.ts';

type Words<Value extends string> = Readonly<Record<Value, (i18n: I18n) => string>>;

export const evidences: Words<Evidence> = {
  VIRTUAL: (i18n) => i18n._('Their word alone'),
  VICINITY: (i18n) => i18n._('Phones about 100 meters apart'),
  PROXIMITY: (i18n) => i18n._('Phones within ten feet'),
  CODE: (i18n) => i18n._('One scanned the other’s code'),
};

export const findings: Words<RiskKind> = {
  REPLAY: (i18n) => i18n._('Used codes were handed in again'),
  RELAY: (i18n) => i18n._('A code was scanned far from where it was shown'),
  IMPOSSIBLE_SPEED: (i18n) => i18n._('Nobody travels that fast between two meetings'),
  RING: (i18n) => i18n._('The same people meet only each other'),
  VELOCITY: (i18n) => i18n._('More meetings than is usual in an hour or a day'),
};

export const effects: Words<RiskEffect> = {
  HOLD: (i18n) => i18n._('Hold it for a review'),
  REFUSE: (i18n) => i18n._('Refuse it at once'),
};

export const meetingStates: Words<ConnectionState> = {
  REQUESTED: (i18n) => i18n._('Requested'),
  ACCEPTED: (i18n) => i18n._('Accepted'),
  MET: (i18n) => i18n._('Confirmed by one'),
  CONFIRMED: (i18n) => i18n._('Confirmed'),
  HELD: (i18n) => i18n._('Held for review'),
  REWARDED: (i18n) => i18n._('Rewarded'),
  CLAWED_BACK: (i18n) => i18n._('Does not count'),
  DECLINED: (i18n) => i18n._('Declined'),
  CANCELLED: (i18n) => i18n._('Withdrawn'),
  EXPIRED: (i18n) => i18n._('Expired'),
};

export const causes: Words<StoryHoldCause> = {
  RULES: (i18n) => i18n._('A rule found something'),
  REPORTS: (i18n) => i18n._('It was reported'),
  CONNECTION: (i18n) => i18n._('The meeting is being reviewed'),
  SUSPENSION: (i18n) => i18n._('One of the two is suspended'),
};

export const reportReasons: Words<PersonReportReason> = {
  HARASSMENT: (i18n) => i18n._('Harassment'),
  THREAT: (i18n) => i18n._('Threat'),
  DISCRIMINATION: (i18n) => i18n._('Discrimination'),
  IMPERSONATION: (i18n) => i18n._('Pretends to be somebody else'),
  FRAUD: (i18n) => i18n._('Fraud'),
  SUSPECTED_STALKING: (i18n) => i18n._('May be following somebody'),
  OTHER: (i18n) => i18n._('Something else'),
};

export const outcomes: Words<PersonReportOutcome> = {
  DISMISSED: (i18n) => i18n._('Dismissed'),
  WARNED: (i18n) => i18n._('Warned'),
  SUSPENDED: (i18n) => i18n._('Suspended'),
};

export const zoneReasons: Words<ExclusionReason> = {
  SCHOOL: (i18n) => i18n._('School'),
  SHELTER: (i18n) => i18n._('Shelter'),
  HEALTH: (i18n) => i18n._('Hospital or clinic'),
  WORSHIP: (i18n) => i18n._('House of worship'),
  COURT: (i18n) => i18n._('Court'),
  MILITARY: (i18n) => i18n._('Military'),
  OTHER: (i18n) => i18n._('Something else'),
};

/** The numbers of risk rules, by the names that the API has for them. */
export const riskNumbers: Readonly<Record<string, (i18n: I18n) => string>> = {
  times: (i18n) => i18n._('Used codes handed in, at least'),
  hours: (i18n) => i18n._('Within so many hours'),
  meters: (i18n) => i18n._('Phones apart, more than so many meters'),
  freshSeconds: (i18n) => i18n._('Both phones heard of within so many seconds'),
  accuracyMeters: (i18n) => i18n._('Both places right within so many meters'),
  metersPerSecond: (i18n) => i18n._('Fastest travel, meters a second'),
  slackMeters: (i18n) => i18n._('Distance that is always allowed, meters'),
  meetings: (i18n) => i18n._('Last meetings that are looked at'),
  samePartnerPercent: (i18n) => i18n._('With the same person, percent or more'),
  circleAccounts: (i18n) => i18n._('Accounts in a circle, at most'),
  circleMeetings: (i18n) => i18n._('Meetings of a circle in 30 days, at least'),
  officerPerHour: (i18n) => i18n._('Meetings of an officer in an hour, at most'),
  officerPerDay: (i18n) => i18n._('Meetings of an officer in a day, at most'),
  citizenPerHour: (i18n) => i18n._('Meetings of a citizen in an hour, at most'),
  citizenPerDay: (i18n) => i18n._('Meetings of a citizen in a day, at most'),
};
