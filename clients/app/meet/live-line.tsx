/* A line above the navigation, on screens that are about something else, when somebody waits for an answer. */
import { useLingui } from '@lingui/react';
import { Link, useLocation } from 'wouter';
import { useLive } from './live.tsx';
import { isAgreed, otherName, waitsForMe } from './meetings.ts';

export function LiveLine() {
  const { i18n } = useLingui();
  const { side, underWay, window, isGoingDark } = useLive();
  const [location] = useLocation();
  if (!side || location.startsWith('/meet')) return null;
  const [first] = underWay.filter((meeting) => isAgreed(meeting) || waitsForMe(meeting, side));
  if (!first) {
    if (!window || isGoingDark) return null;
    return (
      <Link className="live-line" href="/meet">
        {i18n._('Your window is open')}
      </Link>
    );
  }
  const name = otherName(first, side, i18n);
  return (
    <Link className="live-line" href={isAgreed(first) ? `/meet/${first.id}` : '/meet'}>
      {isAgreed(first) ? i18n._('You are meeting {name}', { name }) : i18n._('{name} would like to meet you', { name })}
    </Link>
  );
}
