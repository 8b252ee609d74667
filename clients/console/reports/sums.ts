/*
 * Reports of connections and points laid together, by day and ZIP code, and summed up by longer times and larger places. The
 * API sums by days only, so that what it keeps back from analysts cannot be reckoned from several answers.
 */
import type { ConnectionsByDayQuery, PointsByDayQuery } from '../generated/graphql.ts';

export type Figure =
  | 'connections'
  | 'pointsAwarded'
  | 'pointsSpent'
  | 'pointsOnFees'
  | 'pointsDonated'
  | 'vouchersRedeemed';
export type Sums = Readonly<Record<Figure, number>>;

export interface ReportRow extends Sums {
  readonly day: string;
  /** Null for what happened nobody knows where, and for what is told without its place. */
  readonly zipCode: string | null;
}

export type Step = 'day' | 'week' | 'month';

export interface Period {
  /** Its first and its last day within the range. */
  readonly from: string;
  readonly to: string;
  /** The day that it begins on, which may be before the range. */
  readonly start: string;
  /** Whether all of its days are within the range. */
  readonly isWhole: boolean;
}

/** The name of what a ZIP code lies in; null where that is not known. */
export type PlaceOf = (zipCode: string) => string | null;

const nothing: Sums = {
  connections: 0,
  pointsAwarded: 0,
  pointsSpent: 0,
  pointsOnFees: 0,
  pointsDonated: 0,
  vouchersRedeemed: 0,
};

const add = (one: Sums, other: Sums): Sums => ({
  connections: one.connections + other.connections,
  pointsAwarded: one.pointsAwarded + other.pointsAwarded,
  pointsSpent: one.pointsSpent + other.pointsSpent,
  pointsOnFees: one.pointsOnFees + other.pointsOnFees,
  pointsDonated: one.pointsDonated + other.pointsDonated,
  vouchersRedeemed: one.vouchersRedeemed + other.vouchersRedeemed,
});

export function rowsOf(
  connections: ConnectionsByDayQuery['connectionsByDayAndZip'],
  points: PointsByDayQuery['pointsByDayAndZip'],
): ReportRow[] {
  const rows = new Map<string, ReportRow>();
  const put = (day: string, zipCode: string | null | undefined, sums: Partial<Sums>) => {
    const key = `${day} ${zipCode ?? ''}`;
    const before = rows.get(key) ?? nothing;
    rows.set(key, { day, zipCode: zipCode ?? null, ...add(before, { ...nothing, ...sums }) });
  };
  for (const { day, zipCode, connections: made } of connections) put(day, zipCode, { connections: made });
  for (const { day, zipCode, pointsAwarded, pointsSpent, pointsOnFees, pointsDonated, vouchersRedeemed } of points) {
    put(day, zipCode, { pointsAwarded, pointsSpent, pointsOnFees, pointsDonated, vouchersRedeemed });
  }
  return [...rows.entries()].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
}

/** Of all days and places. */
export const totalOf = (rows: readonly ReportRow[]): Sums => rows.reduce<Sums>(add, nothing);

const DAY_MILLISECONDS = 86_400_000;
const dayAt = (instant: number) => new Date(instant).toISOString().slice(0, 10);
const daysAfter = (day: string, days: number) => dayAt(Date.parse(day) + days * DAY_MILLISECONDS);

/** The first day of the day, the week (from Monday on) or the month that a day is in. */
function startOf(day: string, step: Step): string {
  if (step === 'month') return `${day.slice(0, 8)}01`;
  if (step === 'day') return day;
  return daysAfter(day, -((new Date(day).getUTCDay() + 6) % 7));
}

function lastOf(start: string, step: Step): string {
  if (step === 'day') return start;
  if (step === 'week') return daysAfter(start, 6);
  const date = new Date(start);
  return dayAt(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0));
}

/** From the first to the last, also those in which nothing happened. */
export function periodsOf(from: string, to: string, step: Step): Period[] {
  const periods: Period[] = [];
  for (let start = startOf(from, step); start <= to; start = daysAfter(lastOf(start, step), 1)) {
    const last = lastOf(start, step);
    const isWhole = start >= from && last <= to;
    periods.push({ from: start < from ? from : start, to: last > to ? to : last, start, isWhole });
  }
  return periods;
}

function sumsBy<Key>(rows: readonly ReportRow[], keyOf: (row: ReportRow) => Key): Map<Key, Sums> {
  const sums = new Map<Key, Sums>();
  for (const row of rows) sums.set(keyOf(row), add(sums.get(keyOf(row)) ?? nothing, row));
  return sums;
}

export function byPeriod(rows: readonly ReportRow[], periods: readonly Period[], step: Step): (Sums & Period)[] {
  const sums = sumsBy(rows, ({ day }) => startOf(day, step));
  return periods.map((period) => ({ ...period, ...(sums.get(period.start) ?? nothing) }));
}

type OfPlace = Sums & { readonly place: string | null };
const placeOfRow =
  (placeOf: PlaceOf) =>
  ({ zipCode }: ReportRow) =>
    zipCode === null ? null : placeOf(zipCode);

/** Those with the most of this figure first; what happened nobody knows where is last. */
export function byPlace(rows: readonly ReportRow[], placeOf: PlaceOf, figure: Figure): OfPlace[] {
  return [...sumsBy(rows, placeOfRow(placeOf)).entries()]
    .map(([place, each]) => ({ place, ...each }))
    .toSorted(
      (one, other) =>
        Number(one.place === null) - Number(other.place === null) ||
        other[figure] - one[figure] ||
        (String(one.place) < String(other.place) ? -1 : 1),
    );
}

/** Each place of each period in which something happened, for a file. */
export function byPeriodAndPlace(
  rows: readonly ReportRow[],
  periods: readonly Period[],
  step: Step,
  placeOf: PlaceOf,
): (OfPlace & Period)[] {
  return periods.flatMap((period) => {
    const own = rows.filter(({ day }) => startOf(day, step) === period.start);
    const sums = [...sumsBy(own, placeOfRow(placeOf)).entries()];
    return sums
      .toSorted(([one], [other]) => ((one ?? '') < (other ?? '') ? -1 : 1))
      .map(([place, each]) => ({ ...period, place, ...each }));
  });
}
