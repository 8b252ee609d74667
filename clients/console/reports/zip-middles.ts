/* Where ZIP codes are: the middle of each one, of the table that ships with the system (GeoNames, CC BY 4.0). */
import { linesOf } from './zip-table.ts';

export interface Middle {
  readonly latitude: number;
  readonly longitude: number;
}

/** The middles of those of these codes that there are. */
export async function middlesOf(zipCodes: ReadonlySet<string>): Promise<ReadonlyMap<string, Middle>> {
  const { default: table } = await import('./zip-middles.gz');
  return new Map(
    (await linesOf(table)).flatMap((line) => {
      const [zipCode = '', latitude, longitude] = line.split(',');
      if (!zipCodes.has(zipCode)) return [];
      return [[zipCode, { latitude: Number(latitude), longitude: Number(longitude) }] as const];
    }),
  );
}
