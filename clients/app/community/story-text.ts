/* A story with the names of its two people in it, or a neutral word where one keeps the name to themselves. */
import type { I18n } from '@lingui/core';

interface Told {
  readonly text: string;
  readonly officerFirstName?: string | null | undefined;
  readonly citizenFirstName?: string | null | undefined;
}

export function withNames({ text, officerFirstName, citizenFirstName }: Told, i18n: I18n): string {
  return text
    .replaceAll('{officer}', officerFirstName ?? i18n._('the officer'))
    .replaceAll('{citizen}', citizenFirstName ?? i18n._('the citizen'));
}
