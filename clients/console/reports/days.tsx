/* Days to look at, as the API names them: 2026-11-21, of UTC. */
import { useLingui } from '@lingui/react';
import { TextField } from '../../interface/parts.tsx';
import { Choice } from '../shell/choice.tsx';

const DAY_MILLISECONDS = 86_400_000;

export const daysBefore = (days: number) => new Date(Date.now() - days * DAY_MILLISECONDS).toISOString().slice(0, 10);

export const startOf = (day: string) => `${day}T00:00:00Z`;
/** The instant that the day has ended at. */
export const endOf = (day: string) => new Date(Date.parse(startOf(day)) + DAY_MILLISECONDS).toISOString();

/** How many days there are from one to another, with both; less than one where they are the wrong way round. */
export const daysFrom = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / DAY_MILLISECONDS + 1;

interface DayChoiceProperties {
  readonly label: string;
  readonly day: string;
  onDay(day: string): void;
}

export function DayChoice({ label, day, onDay }: DayChoiceProperties) {
  return (
    <TextField
      label={label}
      type="date"
      value={day}
      max={daysBefore(0)}
      onChange={(event) => event.target.value && onDay(event.target.value)}
    />
  );
}

interface Range {
  readonly from: string;
  readonly to: string;
}

/** How many days each of them has, the last of which is today. */
const lengths = { week: 7, month: 30, quarter: 90, year: 365 } as const;

/** The days that people look at most; others are chosen one by one. */
export function RangeChoice({ from, to, onRange }: Range & { onRange(range: Range): void }) {
  const { i18n } = useLingui();
  const words = {
    week: i18n._('Last 7 days'),
    month: i18n._('Last 30 days'),
    quarter: i18n._('Last 90 days'),
    year: i18n._('Last 365 days'),
  };
  const names = Object.keys(lengths) as (keyof typeof lengths)[];
  const chosen = to === daysBefore(0) ? names.find((name) => lengths[name] === daysFrom(from, to)) : undefined;
  return (
    <Choice
      label={i18n._('Days')}
      words={words}
      all={i18n._('Other days')}
      chosen={chosen}
      onChoose={(name) => name && onRange({ from: daysBefore(lengths[name] - 1), to: daysBefore(0) })}
    />
  );
}
