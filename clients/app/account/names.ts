/* What to call the people of a list who have given no name, or hide it. */
import type { I18n } from '@lingui/core';

interface Somebody {
  readonly firstName: string | null;
  readonly departmentName?: string | null;
}

/** @param officer null where the person is a citizen. */
export function nameOf(officer: Somebody | null | undefined, citizen: Somebody | null | undefined, i18n: I18n): string {
  if (officer) return officer.firstName ?? i18n._('An officer');
  return citizen?.firstName ?? i18n._('Somebody without a name here');
}
