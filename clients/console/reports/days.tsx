/* Days to look at, as the API names them: 2026-11-21, of UTC. */
import { TextField } from '../../interface/parts.tsx';

const DAY_MILLISECONDS = 86_400_000;

export const daysBefore = (days: number) => new Date(Date.now() - days * DAY_MILLISECONDS).toISOString().slice(0, 10);

export const startOf = (day: string) => `${day}T00:00:00Z`;
/** The instant that the day has ended at. */
export const endOf = (day: string) => new Date(Date.parse(startOf(day)) + DAY_MILLISECONDS).toISOString();

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
