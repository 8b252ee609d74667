/* Time that is seen passing: how long until something ends, in minutes and seconds, told to screen readers by the minute. */
import { useLingui } from '@lingui/react';
import { useEffect, useState } from 'react';

/** The present, anew every so many seconds while somebody looks. */
export function useNow(everySeconds = 1): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everySeconds * 1_000);
    return () => clearInterval(timer);
  }, [everySeconds]);
  return now;
}

export const secondsUntil = (iso: string, now: Date) =>
  Math.max(0, Math.ceil((Date.parse(iso) - now.getTime()) / 1_000));

/** 14:59 */
export function Countdown({ until }: { readonly until: string }) {
  const { i18n } = useLingui();
  const seconds = secondsUntil(until, useNow());
  const minutes = Math.floor(seconds / 60);
  const spoken =
    minutes > 0
      ? i18n._('{minutes, plural, one {# minute} other {# minutes}}', { minutes })
      : i18n._('less than a minute');
  return (
    <span className="number">
      <span aria-hidden="true">{`${minutes}:${String(seconds % 60).padStart(2, '0')}`}</span>
      <span className="spoken">{spoken}</span>
    </span>
  );
}
