/*
 * What a run of the simulator found out, and how it is shown: to people as a table, to programs as one JSON object.
 * Latencies are kept whole and ranked at the end; a run is thousands of samples, not millions.
 */

/** Milliseconds at the given ranks of a set of samples; null when there were none. */
export interface Percentiles {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** Nearest-rank percentiles (the smallest sample that at least so many percent do not exceed), to a tenth. */
export function percentiles(samples: readonly number[]): Percentiles {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (percent: number) => {
    const sample = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
    return sample === undefined ? null : Math.round(sample * 10) / 10;
  };
  return { p50: at(50), p95: at(95), p99: at(99) };
}

export interface Summary {
  readonly people: number;
  readonly officers: number;
  readonly citizens: number;
  /** How much of the trace was played, and how long that took. */
  readonly traceSeconds: number;
  readonly seconds: number;
  /** Positions that the system took. */
  readonly reports: number;
  /** Alerts received, of all pairs and windows. */
  readonly alerts: number;
  /** Pairs that were within the radius at the end of a step, by brute force over the trace. */
  readonly expected: number;
  /** Expected pairs for which no alert came. Anything but 0 is a fault of the system. */
  readonly missed: number;
  /** Pairs alerted beyond the expected ones: the system looks a little further than the radius, and between the steps. */
  readonly beyondExpected: number;
  /** Connections asked for, and those that both sides confirmed. */
  readonly requests: number;
  readonly connections: number;
  /** Points on the accounts of the people at the end. */
  readonly points: number;
  /** Error code -> how often it came. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Milliseconds: a report until its answer; the report that brought a pair together until its alert; a request until its points. */
  readonly latencies: { readonly report: Percentiles; readonly alert: Percentiles; readonly rewarded: Percentiles };
}

/** Whether the run says that the system is at fault: somebody in range was missed, or it broke or went away. */
export function isAtFault({ missed, refusals }: Pick<Summary, 'missed' | 'refusals'>): boolean {
  return missed > 0 || Boolean(refusals.INTERNAL) || Boolean(refusals.UNREACHABLE);
}

/** Counts occurrences by name, most frequent first when read. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  count(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  counts(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b)));
  }
}

/** The summary as aligned lines of text. */
export function summaryTable(summary: Summary): string {
  const { latencies, refusals } = summary;
  const rows: [string, string][] = [
    ['people', `${summary.people} (${summary.officers} officers, ${summary.citizens} citizens)`],
    ['played', `${clockText(summary.traceSeconds)} of the trace in ${summary.seconds.toFixed(1)} s`],
    ['reports', String(summary.reports)],
    ['alerts', `${summary.alerts} (${summary.beyondExpected} pairs beyond the expected)`],
    ['expected', `${summary.expected} pairs within range, by brute force`],
    ['missed', String(summary.missed)],
    ['connections', `${summary.connections} of ${summary.requests} requested`],
    ['points', String(summary.points)],
    ...Object.entries(refusals).map(([code, count]): [string, string] => ['refused', `${code} ${count}`]),
    ['report ms', latencyText(latencies.report)],
    ['alert ms', latencyText(latencies.alert)],
    ['rewarded ms', latencyText(latencies.rewarded)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

function latencyText({ p50, p95, p99 }: Percentiles): string {
  return p50 === null ? 'none' : `p50 ${p50}   p95 ${p95}   p99 ${p99}`;
}

/** 3725 -> 1:02:05 */
export function clockText(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}
