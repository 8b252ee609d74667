/* A line of values by day. The table beside it says the same to those who do not see it. */
import { useLingui } from '@lingui/react';
import { useEffect, useRef } from 'react';
import Chart from 'uplot';
import 'uplot/dist/uPlot.min.css';

interface DayChartProperties {
  readonly label: string;
  readonly days: readonly { readonly day: string; readonly value: number }[];
}

const HEIGHT_PIXELS = 240;

export function DayChart({ label, days }: DayChartProperties) {
  const { i18n } = useLingui();
  const { locale } = i18n;
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const container = frame.current;
    if (!container) return;
    const tokens = getComputedStyle(document.documentElement);
    const token = (name: string) => tokens.getPropertyValue(name).trim();
    const axis = {
      stroke: token('--text-quiet'),
      grid: { stroke: token('--line') },
      ticks: { stroke: token('--line') },
    };
    const shownDay = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
    const chart = new Chart(
      {
        width: container.clientWidth,
        height: HEIGHT_PIXELS,
        cursor: { show: false },
        legend: { show: false },
        // Days of UTC, wherever the person is.
        tzDate: (seconds) => Chart.tzDate(new Date(seconds * 1_000), 'UTC'),
        scales: { y: { range: (_chart, _least, most) => [0, Math.max(1, most * 1.1)] } },
        axes: [
          { ...axis, values: (_chart, seconds) => seconds.map((each) => shownDay.format(each * 1_000)) },
          { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 100_000, 1_000_000] },
        ],
        series: [{}, { label, stroke: token('--accent'), width: 2, points: { show: days.length < 62 } }],
      },
      [days.map(({ day }) => Date.parse(day) / 1_000), days.map(({ value }) => value)],
      container,
    );
    const watch = new ResizeObserver(() => chart.setSize({ width: container.clientWidth, height: HEIGHT_PIXELS }));
    watch.observe(container);
    return () => {
      watch.disconnect();
      chart.destroy();
    };
  }, [days, label, locale]);
  return (
    <div
      ref={frame}
      className="chart"
      role="img"
      aria-label={i18n._('Chart of {what}; the table below says the same', { what: label })}
    />
  );
}
