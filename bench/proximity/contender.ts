/*
 * What is asked of every engine in this benchmark: people move, pairs within the reach begin, pairs beyond a fifth more
 * end, and a citizen's move tells how far away the next officer is. Many moves a call, so that asking costs nothing.
 */
import { EARTH_RADIUS_METERS } from '../../subgraphs/kernel/position.ts';
import type { Moves } from './people.ts';

export const REACH_METERS = 150;
export const LEAVING_METERS = REACH_METERS * 1.2;
/** So far beyond the reach the nearest officer is looked for. */
export const OUTLOOK_METERS = 2_000;

export interface Contender {
  /**
   * Does moves `from` to `to`, that one excluded.
   * @param outlooks is given, for each move of a citizen, the meters until the next pair; 0 where there is one.
   */
  apply(moves: Moves, from: number, to: number, outlooks?: Float64Array): Promise<void> | void;
  /** Puts everybody somewhere, where that is done faster than by moves. */
  place?(moves: Moves): Promise<void>;
  /** Of the last call. */
  readonly changes: number;
  /** The pairs that are near each other now, in any order. */
  pairs(): Iterable<readonly [officer: number, citizen: number]>;
  /** What it holds outside of this process' memory, if anything. */
  otherBytes?(): Promise<number>;
  /** CPU time of another process that works for it, since that one's start. */
  otherCpuMicroseconds?(): Promise<number>;
  /** What the engine says it holds. */
  readonly byteLength?: number;
}

const RADIANS = Math.PI / 180;

/** Where places begin in an array of unit vectors. */
export function writeVector(vectors: Float64Array, at: number, latitude: number, longitude: number): void {
  const cosine = Math.cos(latitude * RADIANS);
  vectors[at] = cosine * Math.cos(longitude * RADIANS);
  vectors[at + 1] = cosine * Math.sin(longitude * RADIANS);
  vectors[at + 2] = Math.sin(latitude * RADIANS);
}

/** Squared chord of two places on the unit sphere that are so far apart on Earth. */
export function squaredChord(meters: number): number {
  return (2 * Math.sin(meters / (2 * EARTH_RADIUS_METERS))) ** 2;
}

export function metersOf(squared: number): number {
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.min(1, Math.sqrt(squared) / 2));
}
