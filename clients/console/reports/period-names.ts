/* How days, weeks and months of UTC are called in the language of the page. */
import { useLingui } from '@lingui/react';
import { useMemo } from 'react';
import type { Period, Step } from './sums.ts';

/** @returns a function of periods to their names: a month that is not whole is named by its days. */
export function usePeriodNames(step: Step): (period: Period) => string {
  const { i18n } = useLingui();
  const { locale } = i18n;
  return useMemo(() => {
    const region = locale === 'es' ? 'es-US' : 'en-US';
    const days = new Intl.DateTimeFormat(region, { dateStyle: 'medium', timeZone: 'UTC' });
    const months = new Intl.DateTimeFormat(region, { month: 'long', year: 'numeric', timeZone: 'UTC' });
    return ({ from, to, isWhole }) => {
      if (step === 'day') return days.format(new Date(from));
      if (step === 'month' && isWhole) return months.format(new Date(from));
      return days.formatRange(new Date(from), new Date(to));
    };
  }, [locale, step]);
}
