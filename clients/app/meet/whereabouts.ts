/*
 * Where things are from here, by the formulas of a sphere: good to half a percent, which is better than a phone knows its
 * own place. Pure.
 */

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** Mean radius of the Earth by the IUGG, as the haversine formula takes it. */
const EARTH_RADIUS_METERS = 6_371_008.8;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Over the ground, by the haversine formula. */
export function metersBetween(one: Place, other: Place): number {
  const south = Math.sin(radians(other.latitude - one.latitude) / 2);
  const east = Math.sin(radians(other.longitude - one.longitude) / 2);
  const chord = south ** 2 + Math.cos(radians(one.latitude)) * Math.cos(radians(other.latitude)) * east ** 2;
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.min(1, Math.sqrt(chord)));
}

export const winds = ['north', 'northeast', 'east', 'southeast', 'south', 'southwest', 'west', 'northwest'] as const;
export type Wind = (typeof winds)[number];

/** In which direction `there` lies from `here`, by the initial bearing of the great circle. */
export function windTo(here: Place, there: Place): Wind {
  const [from, to] = [radians(here.latitude), radians(there.latitude)];
  const across = radians(there.longitude - here.longitude);
  const east = Math.sin(across) * Math.cos(to);
  const north = Math.cos(from) * Math.sin(to) - Math.sin(from) * Math.cos(to) * Math.cos(across);
  const turn = Math.atan2(east, north) / (2 * Math.PI);
  return winds[Math.round(((turn + 1) % 1) * winds.length) % winds.length] ?? 'north';
}

/** A circle around a place as a ring of [longitude, latitude], closed, for a map. */
export function ringAround({ latitude, longitude }: Place, radiusMeters: number, corners = 64): [number, number][] {
  const north = radiusMeters / EARTH_RADIUS_METERS;
  const east = north / Math.cos(radians(latitude));
  return Array.from({ length: corners + 1 }, (_, corner) => {
    const turn = (2 * Math.PI * corner) / corners;
    const degrees = 180 / Math.PI;
    return [longitude + east * Math.sin(turn) * degrees, latitude + north * Math.cos(turn) * degrees];
  });
}
