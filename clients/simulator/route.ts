/*
 * The way of one vehicle of a trace, as a place at every instant: straight between two positions, there and back again for
 * ever, so that nobody jumps. The whole trace may be moved to another town.
 */
import { metersBetween, type Place } from './encounters.ts';
import type { Fix } from './trace.ts';

/** 6th & Congress, Austin. */
export const CENTRE: Place = { latitude: 30.2682, longitude: -97.7429 };

/** At how many instants of the trace it is looked where somebody is. */
const STEPS = 240;

export interface Route {
  readonly vehicle: string;
  /** At least one, in order of time. */
  readonly fixes: readonly Fix[];
}

/** The vehicles of a trace, those first that are longest within `meters` of `centre`. */
export function routesNear(fixes: readonly Fix[], centre: Place, meters: number): Route[] {
  const byVehicle = new Map<string, Fix[]>();
  for (const fix of fixes) {
    const own = byVehicle.get(fix.vehicle);
    if (own) own.push(fix);
    else byVehicle.set(fix.vehicle, [fix]);
  }
  const instants = instantsOf(fixes);
  return [...byVehicle]
    .map(([vehicle, own]) => ({ vehicle, fixes: own }))
    .map((route) => ({ route, near: instants.filter((at) => isNear(placeAt(route, at), centre, meters)).length }))
    .filter(({ near }) => near > 0)
    .sort((one, other) => other.near - one.near || one.route.vehicle.localeCompare(other.route.vehicle))
    .map(({ route }) => route);
}

/** At evenly many instants from the first position to the last. */
function instantsOf(fixes: readonly Fix[]): number[] {
  const [first, last] = [fixes[0]?.at ?? 0, fixes.at(-1)?.at ?? 0];
  return Array.from({ length: STEPS }, (_, step) => first + ((last - first) * step) / STEPS);
}

/** The instant at which the most of them are within `meters` of `centre`. */
export function busiestInstant(fixes: readonly Fix[], routes: readonly Route[], centre: Place, meters: number): number {
  const counted = instantsOf(fixes).map((at) => ({
    at,
    count: routes.filter((route) => isNear(placeAt(route, at), centre, meters)).length,
  }));
  return counted.reduce((best, each) => (each.count > best.count ? each : best)).at;
}

/** Where it is at an instant of the trace; where it begins before that, and where it ends after. */
export function placeAt({ fixes }: Route, at: number): Place {
  const next = fixes.findIndex((fix) => fix.at > at);
  const after = next < 0 ? fixes.at(-1) : fixes[next];
  const before = next <= 0 ? after : fixes[next - 1];
  if (!before || !after) return CENTRE;
  const part = after.at === before.at ? 0 : (at - before.at) / (after.at - before.at);
  return {
    latitude: before.latitude + (after.latitude - before.latitude) * part,
    longitude: before.longitude + (after.longitude - before.longitude) * part,
  };
}

/** The instant of the trace after `passed` milliseconds of play: to its end, back to its beginning, and so on. */
export function instantAfter(first: number, last: number, passed: number): number {
  const length = Math.max(1, last - first);
  const along = passed % (2 * length);
  return first + (along <= length ? along : 2 * length - along);
}

/** A place of Austin, with 6th & Congress moved to `to`, at the same distances. */
export function moved(place: Place, to: Place): Place {
  const scale = Math.cos((CENTRE.latitude * Math.PI) / 180) / Math.cos((to.latitude * Math.PI) / 180);
  return {
    latitude: to.latitude + place.latitude - CENTRE.latitude,
    longitude: to.longitude + (place.longitude - CENTRE.longitude) * scale,
  };
}

/** `meters` from one place towards another, or the other where it is nearer. */
export function towards(from: Place, to: Place, meters: number): Place {
  const distance = metersBetween(from, to);
  if (distance <= meters) return to;
  const part = meters / distance;
  return {
    latitude: from.latitude + (to.latitude - from.latitude) * part,
    longitude: from.longitude + (to.longitude - from.longitude) * part,
  };
}

export const isNear = (place: Place, centre: Place, meters: number): boolean => metersBetween(place, centre) <= meters;
