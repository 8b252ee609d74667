/*
 * The truth that the system is measured against: who is near whom, by brute force over the trace and with nothing of
 * the server's own geometry. Every officer is compared with every citizen at the end of every step, when both sides
 * hold the same positions.
 */
import type { Fix } from './trace.ts';

/** Mean radius of the Earth by the IUGG, as the haversine formula takes it. */
const EARTH_RADIUS_METERS = 6_371_008.8;

export type Place = Pick<Fix, 'latitude' | 'longitude'>;

/** Distance over the ground by the haversine formula. */
export function metersBetween(a: Place, b: Place): number {
  const radians = Math.PI / 180;
  const south = Math.sin(((b.latitude - a.latitude) * radians) / 2);
  const east = Math.sin(((b.longitude - a.longitude) * radians) / 2);
  const chord = south ** 2 + Math.cos(a.latitude * radians) * Math.cos(b.latitude * radians) * east ** 2;
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.min(1, Math.sqrt(chord)));
}

export interface EncounterRules {
  /** A pair counts when it is at most so far apart. */
  readonly radiusMeters: number;
  /** A person without a fix for so long, in the time of the trace, is not there. */
  readonly presentSeconds: number;
}

/** Collects the pairs of an officer and a citizen that were near each other at the end of at least one step. */
export class Encounters {
  readonly #rules: EncounterRules;
  readonly #latest = new Map<string, Fix>();
  readonly #pairs = new Set<string>();

  constructor(rules: EncounterRules) {
    this.#rules = rules;
  }

  /** The keys (`pairKey`) of all pairs so far. */
  get pairs(): ReadonlySet<string> {
    return this.#pairs;
  }

  /** Notes that the system took a person's position. Fixes arrive in order of time for each person. */
  moved(fix: Fix): void {
    this.#latest.set(fix.vehicle, fix);
  }

  /** Whether the person had a fix recently enough at `now` (milliseconds, trace). */
  isPresent(vehicle: string, now: number): boolean {
    const fix = this.#latest.get(vehicle);
    return fix !== undefined && now - fix.at < this.#rules.presentSeconds * 1000;
  }

  /** Compares everybody who is there at the end of a step. `officers` are those whose window is open. */
  endStep(now: number, officers: Iterable<string>, citizens: Iterable<string>): void {
    const present = (vehicles: Iterable<string>) => [...vehicles].filter((vehicle) => this.isPresent(vehicle, now));
    const nearbyCitizens = present(citizens);
    for (const officer of present(officers)) {
      for (const citizen of nearbyCitizens) {
        if (this.#distance(officer, citizen) <= this.#rules.radiusMeters) this.#pairs.add(pairKey(officer, citizen));
      }
    }
  }

  #distance(officer: string, citizen: string): number {
    const [a, b] = [this.#latest.get(officer), this.#latest.get(citizen)];
    return a && b ? metersBetween(a, b) : Number.POSITIVE_INFINITY;
  }
}

/** One string for a pair, for sets. */
export function pairKey(officer: string, citizen: string): string {
  return JSON.stringify([officer, citizen]);
}
