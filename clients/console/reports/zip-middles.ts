/*
 * Where ZIP codes are: the middle of each one, of the table that ships with the system (GeoNames, CC BY 4.0). It is loaded
 * with the first map of them; asked of the API, a few hundred places would cost more than a question may.
 */

export interface Middle {
  readonly latitude: number;
  readonly longitude: number;
}

/** The middles of those of these codes that there are. */
export async function middlesOf(zipCodes: ReadonlySet<string>): Promise<ReadonlyMap<string, Middle>> {
  const { default: table } = await import('./zip-middles.gz');
  const bytes = Uint8Array.from(atob(table), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  const lines = (await new Response(stream).text()).split('\n');
  return new Map(
    lines.flatMap((line) => {
      const [zipCode = '', latitude, longitude] = line.split(',');
      if (!zipCodes.has(zipCode)) return [];
      return [[zipCode, { latitude: Number(latitude), longitude: Number(longitude) }] as const];
    }),
  );
}
