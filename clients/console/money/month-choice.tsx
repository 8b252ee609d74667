/* A month to look at. */
import { useLingui } from '@lingui/react';
import { TextField } from '../../interface/parts.tsx';

/** As the API names months: 2026-11. */
export const thisMonth = () => new Date().toISOString().slice(0, 7);

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
