/*
 * Whether a phone's word about its place is believed. Who moves faster than anything on the road is not placed where the
 * report says until a journey there would have taken as long: jumping about finds nobody sooner than driving would. Fixes
 * too rough to mean a place are not used, and nobody reports more often than a phone has reason to.
 */
import { distanceMeters, type Position } from '../../kernel/position.ts';
import { DEGREE_METERS } from './grid.ts';

/** GPS in a street of high buildings jumps by so much (van Diggelen and Enge, 2015, and the traces of the simulator). */
const TOLERANCE_METERS = 200;
/** A fix that is rougher names a part of town, by cell tower. */
const ROUGH_METERS = 200;

export type Remark = 'OLDER' | 'TOO_ROUGH' | 'IMPLAUSIBLE_JUMP';

export interface Fix {
  readonly latitude: number;
  readonly longitude: number;
  /** Not a number where the phone did not say. */
  readonly accuracyMeters: number;
  /** When it was taken, milliseconds since 1970; not a number where there is none yet. */
  readonly reportedAt: number;
}

/**
 * What is wrong with a fix, given the last that was believed; undefined for one to believe.
 * @param accuracyMeters not a number where the phone did not say.
 * @param at when it was taken, milliseconds since 1970.
 * @param metersPerSecond who moves faster is not believed; nothing on a road does more than 70, 250 km/h.
 */
export function remarkOn(
  position: Position,
  accuracyMeters: number,
  at: number,
  believed: Fix,
  metersPerSecond: number,
): Remark | undefined {
  if (at < believed.reportedAt) return 'OLDER';
  if (accuracyMeters > ROUGH_METERS) return 'TOO_ROUGH';
  if (Number.isNaN(believed.reportedAt)) return undefined;
  const slack = TOLERANCE_METERS + (accuracyMeters || 0) + (believed.accuracyMeters || 0);
  const north = Math.abs(position.latitude - believed.latitude);
  const east = Math.abs(position.longitude - believed.longitude);
  // No degree is longer than one of a meridian: most phones have hardly moved, and need no trigonometry to say so.
  if ((north + east) * DEGREE_METERS <= slack) return undefined;
  const moved = distanceMeters(believed, position) - slack;
  return moved > (metersPerSecond * (at - believed.reportedAt)) / 1_000 ? 'IMPLAUSIBLE_JUMP' : undefined;
}

/** A token bucket: `perMinute` in the long run, as many at once after a pause of a minute. */
export class Allowance {
  #left: number;
  #at: number;

  constructor(perMinute: number, at: number) {
    this.#left = perMinute;
    this.#at = at;
  }

  /** Takes one. False when there is none; nothing is taken then. */
  take(perMinute: number, at: number): boolean {
    this.#left = Math.min(perMinute, this.#left + ((at - this.#at) * perMinute) / 60_000);
    this.#at = at;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
