/*
 * Whether a phone's word about its place is believed. Who moves faster than anything on the road is not placed where the
 * report says until a journey there would have taken as long: jumping about finds nobody sooner than driving would. Fixes
 * too rough to mean a place are not used, and nobody reports more often than a phone has reason to.
 */
import { distanceMeters, type Position } from '../../kernel/position.ts';

/** GPS in a street of high buildings jumps by so much (van Diggelen and Enge, 2015, and the traces of the simulator). */
const TOLERANCE_METERS = 200;
/** A fix that is rougher names a part of town, by cell tower. */
const ROUGH_METERS = 200;

export type Remark = 'OLDER' | 'TOO_ROUGH' | 'IMPLAUSIBLE_JUMP';

export interface Fix {
  readonly position: Position;
  readonly accuracyMeters: number | undefined;
  /** When it was taken, milliseconds since 1970. */
  readonly at: number;
}

/**
 * What is wrong with a fix, given the last that was believed; undefined for one to believe.
 * @param metersPerSecond who moves faster is not believed; nothing on a road does more than 70, 250 km/h.
 */
export function remarkOn(fix: Fix, believed: Fix | undefined, metersPerSecond: number): Remark | undefined {
  if (believed && fix.at < believed.at) return 'OLDER';
  if ((fix.accuracyMeters ?? 0) > ROUGH_METERS) return 'TOO_ROUGH';
  if (!believed) return undefined;
  const slack = TOLERANCE_METERS + (fix.accuracyMeters ?? 0) + (believed.accuracyMeters ?? 0);
  const moved = distanceMeters(believed.position, fix.position) - slack;
  return moved > (metersPerSecond * (fix.at - believed.at)) / 1_000 ? 'IMPLAUSIBLE_JUMP' : undefined;
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
