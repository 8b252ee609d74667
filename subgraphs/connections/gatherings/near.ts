/* Hubs and gatherings in an area, as parts of SQL statements. */
import { type Area, latitudesOf, metersSql, metersValues } from '../../kernel/area.ts';

export interface SqlPart {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** Whole meters from the middle of `area` to the row of `table`. */
export function metersTo(table: string, area: Area): SqlPart {
  return { sql: `round(${metersSql(table)})::int`, values: metersValues(area) };
}

/** Whether the row of `table` lies in `area`. */
export function inArea(table: string, area: Area): SqlPart {
  const meters = metersTo(table, area);
  return {
    sql: `${table}.latitude between ? and ? and ${meters.sql} <= ?`,
    values: [...latitudesOf(area), ...meters.values, area.radiusMeters],
  };
}
