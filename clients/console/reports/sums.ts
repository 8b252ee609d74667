/* Reports of connections and points laid together, by day and ZIP code, and summed either way. */
import type { ConnectionsByDayQuery, PointsByDayQuery } from '../generated/graphql.ts';

export type Figure =
  | 'connections'
  | 'pointsAwarded'
  | 'pointsSpent'
  | 'pointsOnFees'
  | 'pointsDonated'
  | 'vouchersRedeemed';
type Sums = Readonly<Record<Figure, number>>;

export interface ReportRow extends Sums {
  readonly day: string;
  /** Null for what happened nobody knows where. */
  readonly zipCode: string | null;
}

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

/** Each day from the first to the last, also those on which nothing happened. */
export function byDay(rows: readonly ReportRow[], from: string, to: string): (Sums & { readonly day: string })[] {
  const sums = new Map<string, Sums>();
  for (const row of rows) sums.set(row.day, add(sums.get(row.day) ?? nothing, row));
  const count = (Date.parse(to) - Date.parse(from)) / DAY_MILLISECONDS + 1;
  return Array.from({ length: count }, (_, place) => {
    const day = new Date(Date.parse(from) + place * DAY_MILLISECONDS).toISOString().slice(0, 10);
    return { day, ...(sums.get(day) ?? nothing) };
  });
}

/** Those with the most of this figure first; what happened nobody knows where is last. */
export function byZip(rows: readonly ReportRow[], figure: Figure): (Sums & { readonly zipCode: string | null })[] {
  const sums = new Map<string | null, Sums>();
  for (const row of rows) sums.set(row.zipCode, add(sums.get(row.zipCode) ?? nothing, row));
  return [...sums.entries()]
    .map(([zipCode, each]) => ({ zipCode, ...each }))
    .toSorted(
      (one, other) =>
        Number(one.zipCode === null) - Number(other.zipCode === null) ||
        other[figure] - one[figure] ||
        (String(one.zipCode) < String(other.zipCode) ? -1 : 1),
    );
}
