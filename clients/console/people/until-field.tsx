/* The end of a suspension: a day, or none. */
import { useLingui } from '@lingui/react';
import { TextField } from '../../interface/parts.tsx';

interface UntilFieldProperties {
  /** As `<input type="date">` has it; empty for no end. */
  readonly value: string;
  onChange(value: string): void;
}

export function UntilField({ value, onChange }: UntilFieldProperties) {
  const { i18n } = useLingui();
  return (
    <TextField
      label={i18n._('Suspended until')}
      hint={i18n._('Without an end where no day is chosen.')}
      type="date"
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** The end of that day where the administrator is; null for no end. */
export const endOf = (day: string) => (day ? new Date(`${day}T23:59:59`).toISOString() : null);
