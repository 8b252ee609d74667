/* A month to look at. */
import { useLingui } from '@lingui/react';
import { TextField } from '../../interface/parts.tsx';

/** As the API names months: 2026-11. By the calendar on the wall: in the last evening of a month UTC is in the next one. */
export function thisMonth(): string {
  const now = new Date();
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}`;
}

export function MonthChoice({ month, onMonth }: { readonly month: string; onMonth(month: string): void }) {
  const { i18n } = useLingui();
  return (
    <TextField
      label={i18n._('Month')}
      type="month"
      value={month}
      max={thisMonth()}
      onChange={(event) => event.target.value && onMonth(event.target.value)}
    />
  );
}
