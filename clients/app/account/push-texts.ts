/*
 * What the worker says when a push comes while the app is closed. It has neither the catalogues nor the person's choice of
 * a language, so the app keeps both for it in the browser's database whenever it starts or the language changes.
 */
import type { I18n } from '@lingui/core';
import { createStore, get, set } from 'idb-keyval';
import { topicNames } from './notification-words.ts';

export interface PushTexts {
  readonly language: string;
  /** Topic -> title. */
  readonly topics: Readonly<Record<string, string>>;
  /** Kind -> sentence with places such as {points}. */
  readonly kinds: Readonly<Record<string, string>>;
  /** With {count}. */
  readonly several: string;
}

const KEY = 'texts';
const openStore = () => createStore('hey-blue push', 'push');

export const keepTexts = (texts: PushTexts): Promise<void> => set(KEY, texts, openStore());
export const keptTexts = (): Promise<PushTexts | undefined> => get<PushTexts>(KEY, openStore());

/** Shorter than in the list, and without plurals: what stands on a locked screen. */
export function pushTexts(i18n: I18n): PushTexts {
  // What the worker puts in later stays a place here.
  const points = { points: '{points}' };
  const until = { until: '{until}' };
  const zipCode = { zipCode: '{zipCode}' };
  return {
    language: i18n.locale,
    topics: topicNames(i18n),
    several: i18n._('New: {count}. Tap to see what.', { count: '{count}' }),
    kinds: {
      REQUEST_ACCEPTED: i18n._('An officer is happy to meet you.'),
      MEETING_COUNTED: i18n._('You have met, and your meeting counts.'),
      MEETING_TAKEN_BACK: i18n._('A meeting that had counted was taken back.'),
      POINTS_AWARDED: i18n._('Points earned: {points}', points),
      POINTS_EXPIRED: i18n._('Points that ran out: {points}', points),
      POINTS_CORRECTED: i18n._('Your points were corrected.'),
      VOUCHER_EXPIRING: i18n._('You have a voucher that is good until {until}. Use it in time.', until),
      VOUCHER_EXPIRED: i18n._('A voucher was not used in time and is good no more.'),
      VOUCHER_REFUNDED: i18n._('Points of a voucher that came back: {points}', points),
      FUND_MONTH_CLOSED: i18n._('A month of the community fund of {zipCode} is closed.', zipCode),
      FUND_VOTE_OPENED: i18n._('A vote on the community fund of {zipCode} is open.', zipCode),
      FUND_VOTE_DECIDED: i18n._('A vote on the community fund of {zipCode} is decided.', zipCode),
      GATHERING_CHANGED: i18n._('An event that you answered has changed.'),
      GATHERING_CANCELLED: i18n._('An event that you answered was called off.'),
      GATHERING_SEAT_FREED: i18n._('A seat is free now: you are coming to the event.'),
      GATHERING_TAKEN_DOWN: i18n._('An administrator called off an event of yours. Open this to read why.'),
      STORY_PROPOSED: i18n._('Somebody you met would like to tell your story. It is shown only if you agree.'),
      STORY_SHOWN: i18n._('A story of one of your meetings is there for all to read.'),
      WARNING_GIVEN: i18n._('You have a warning to read.'),
      ACCOUNT_SUSPENDED: i18n._('Your account is suspended.'),
      ACCOUNT_REINSTATED: i18n._('Your account is open again.'),
      ERASURE_REQUESTED: i18n._('Your account is to be erased. Not you? Open this and keep it, until {until}.', until),
      ERASURE_UNDONE: i18n._('Your account stays: it is not to be erased any more.'),
    },
  };
}
