/* What a meeting's state means to one of its two people: whose turn it is, and what has just happened. Pure. */
import type { I18n } from '@lingui/core';
import type { MeetingFragment } from '../generated/graphql.ts';

export type Side = 'officer' | 'citizen';

const ongoing = new Set<MeetingFragment['state']>(['REQUESTED', 'ACCEPTED', 'MET']);
const accepted = new Set<MeetingFragment['state']>(['ACCEPTED', 'MET']);

/** Whether it can still come to something, and has not run out meanwhile. */
export const isUnderWay = ({ state, expiresAt }: MeetingFragment, now: Date) =>
  ongoing.has(state) && Date.parse(expiresAt) > now.getTime();

/** Whether the officer has said yes and both may confirm. */
export const isAgreed = ({ state }: MeetingFragment) => accepted.has(state);

export const hasCounted = ({ state }: MeetingFragment) => state === 'CONFIRMED' || state === 'REWARDED';

export const confirmedBy = (meeting: MeetingFragment, side: Side) =>
  side === 'officer' ? meeting.confirmedByOfficer : meeting.confirmedByCitizen;

export const otherSide = (side: Side): Side => (side === 'officer' ? 'citizen' : 'officer');

export const waitsForMe = (meeting: MeetingFragment, side: Side) =>
  meeting.state === 'REQUESTED' ? side === 'officer' : isAgreed(meeting) && !confirmedBy(meeting, side);

/** What to call somebody who may have withheld the name. */
export function nameOf(person: { readonly firstName: string | null }, side: Side, i18n: I18n): string {
  return person.firstName ?? (side === 'officer' ? i18n._('An officer') : i18n._('Somebody'));
}

export const otherName = (meeting: MeetingFragment, side: Side, i18n: I18n) =>
  nameOf(side === 'officer' ? meeting.citizen : meeting.officer, otherSide(side), i18n);

/** What has just happened, for whoever is looking elsewhere; undefined where it is no news. */
export function newsOf(
  meeting: MeetingFragment,
  before: MeetingFragment | undefined,
  side: Side,
  i18n: I18n,
): string | undefined {
  const { state } = meeting;
  if (before?.state === state) return undefined;
  const name = otherName(meeting, side, i18n);
  if (state === 'REQUESTED') return side === 'officer' ? i18n._('{name} would like to meet you.', { name }) : undefined;
  // What had passed before one looked is seen where it is looked for.
  if (!before) return undefined;
  switch (state) {
    case 'ACCEPTED':
      return side === 'citizen' ? i18n._('{name} is happy to meet you.', { name }) : undefined;
    case 'MET':
      return confirmedBy(meeting, side) ? undefined : i18n._('{name} says that you have met. Say so too.', { name });
    case 'CONFIRMED':
    case 'REWARDED':
      return hasCounted(before) ? undefined : i18n._('You and {name} have met!', { name });
    case 'HELD':
      return i18n._('We take a look at your meeting with {name} before it counts.', { name });
    case 'DECLINED':
      return side === 'citizen' ? i18n._('{name} cannot meet you now.', { name }) : undefined;
    case 'CANCELLED':
      return i18n._('The meeting with {name} was called off.', { name });
    case 'EXPIRED':
      return i18n._('The time to meet {name} is over.', { name });
    default:
      return undefined;
  }
}
