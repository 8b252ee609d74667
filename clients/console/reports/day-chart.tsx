/* A bar for each day, week or month, or a line where there are many. The table beside it says the same to those who do not see it. */
import { useLingui } from '@lingui/react';
import { useEffect, useRef } from 'react';
import Chart from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useFormats } from '../../interface/language.tsx';
import { colourOf, useIsDark } from '../shell/colour.ts';
import type { Step } from './sums.ts';

interface DayChartProperties {
  readonly label: string;
  readonly step: Step;
  /** Each by the day that it begins on. */
  readonly values: readonly { readonly start: string; readonly value: number }[];
}

const HEIGHT_PIXELS = 260;
/** More bars than these are too thin to be told apart. */
const MOST_BARS = 92;
const DAY_SECONDS = 86_400;
/** From one bar to the next. */
const stepSeconds: Readonly<Record<Step, number>> = {
  day: DAY_SECONDS,
  week: 7 * DAY_SECONDS,
  month: 30 * DAY_SECONDS,
};

export function DayChart({ label, step, values }: DayChartProperties) {
  const { i18n } = useLingui();
  const { count } = useFormats();
  const isDark = useIsDark();
  const { locale } = i18n;
  const frame = useRef<HTMLDivElement>(null);
  const shown = JSON.stringify(values);
  const units: Readonly<Record<Step, string>> = {
    day: i18n._('{what} in a day', { what: label }),
    week: i18n._('{what} in a week', { what: label }),
    month: i18n._('{what} in a month', { what: label }),
  };
  const unit = units[step];
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is shown changes by value, colours with the scheme.
  useEffect(() => {
    const container = frame.current;
    if (!container) return;
    const [text, line, accent] = [colourOf('--text-quiet'), colourOf('--line'), colourOf('--accent')];
    const font = `12px ${getComputedStyle(container).fontFamily}`;
    const axis = { stroke: text, font, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
    const shownDay = new Intl.DateTimeFormat(locale, {
      ...(step === 'month' ? { year: 'numeric' } : { day: 'numeric' }),
      month: 'short',
      timeZone: 'UTC',
    });
    const seconds = values.map(({ start }) => Date.parse(start) / 1_000);
    const [first = 0, last = 0] = [seconds[0], seconds.at(-1)];
    const apart = stepSeconds[step];
    const isBars = values.length <= MOST_BARS;
    const chart = new Chart(
      {
        width: container.clientWidth,
        height: HEIGHT_PIXELS,
        cursor: { show: false },
        legend: { show: false },
        // Days of UTC, wherever the person is.
        tzDate: (at) => Chart.tzDate(new Date(at * 1_000), 'UTC'),
        scales: {
          // Half a step on either side, for the first bar and the last.
          x: { range: () => [first - apart / 2, last + apart / 2] },
          y: { range: (_chart, _least, most) => [0, Math.max(1, most * 1.1)] },
        },
        axes: [
          {
            ...axis,
            grid: { show: false },
            space: 64,
            // Under bars alone, from the first one on.
            splits: (_chart, _axis, _least, _most, between) => {
              const every = Math.max(1, Math.ceil(between / apart));
              return seconds.filter((_, place) => place % every === 0);
            },
            values: (_chart, splits) => splits.map((at) => shownDay.format(at * 1_000)),
          },
          {
            ...axis,
            label: unit,
            labelFont: font,
            labelSize: 20,
            size: (_chart, values) => 16 + 8 * Math.max(1, ...(values ?? []).map((value) => value.length)),
            incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 100_000, 1_000_000],
            values: (_chart, splits) => splits.map(count),
          },
        ],
        series: [
          {},
          {
            label,
            stroke: accent,
            width: isBars ? 0 : 2,
            points: { show: false },
            ...(isBars && { fill: accent, paths: Chart.paths.bars?.({ size: [0.7, 48] }) }),
          },
        ],
      },
      [seconds, values.map(({ value }) => value)],
      container,
    );
    const watch = new ResizeObserver(() => chart.setSize({ width: container.clientWidth, height: HEIGHT_PIXELS }));
    watch.observe(container);
    return () => {
      watch.disconnect();
      chart.destroy();
    };
  }, [shown, step, label, unit, locale, isDark, count]);
  return (
    <div
      ref={frame}
      className="chart"
      role="img"
      aria-label={i18n._('Chart of {what}; the table below says the same', { what: label })}
    />
  );
}
