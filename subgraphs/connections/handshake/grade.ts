/*
 * How sure we are that two people met, from least to most. What two phones say of their places is graded by distance and
 * by how exactly either knows its own: the client wants ten feet, which no phone can tell. A grade and a bucket leave
 * here, never a position.
 */
import { registerEnumType } from 'type-graphql';
import { distanceMeters } from '../../kernel/position.ts';
import type { Report } from '../proximity/whereabouts.ts';

export enum Evidence {
  VIRTUAL = 'virtual',
  VICINITY = 'vicinity',
  PROXIMITY = 'proximity',
  CODE = 'code',
}

registerEnumType(Evidence, {
  name: 'Evidence',
  description: 'How sure it is that two people met, from least to most; points follow it.',
  valuesConfig: {
    VIRTUAL: { description: 'They said so; nothing shows that they were near each other.' },
    VICINITY: { description: 'Their phones were about 100 meters from each other, or knew their places only roughly.' },
    PROXIMITY: { description: 'Their phones were within ten feet of each other, as exactly as phones know that.' },
    CODE: { description: 'One scanned the code that the other showed.' },
  },
});

/** Ten feet, the client's own measure of a handshake. */
export const HANDSHAKE_METERS = 3.05;
/**
 * A phone under open sky is right within about 5 m (gps.gov, "GPS Accuracy"); between houses it says 10 to 30 m. What
 * says more has no satellites but antennas and networks to go by, and cannot tell a handshake from across the street.
 */
export const EXACT_METERS = 30;
/** A block: near enough to have met, too far to have shaken hands. */
export const VICINITY_METERS = 100;
/** Places from wireless networks are right within some 20 to 150 m; from cell towers within kilometers, which shows nothing. */
export const ROUGH_METERS = 150;

/** The phones' distance at most, in meters, by which a meeting is described to a reviewer. */
export const distanceBuckets = [5, 25, 100, 500, 5_000] as const;

export interface Nearness {
  readonly evidence: Evidence;
  /** The least of `distanceBuckets` that holds the distance; null where it is farther or not known. */
  readonly withinMeters: number | null;
}

/**
 * PROXIMITY when distance <= HANDSHAKE_METERS + both accuracies, each accuracy <= EXACT_METERS; else VICINITY when
 * distance <= VICINITY_METERS + both accuracies, each <= ROUGH_METERS; else VIRTUAL. Accuracies are radii, so that two
 * circles which touch may hold one place. A phone that does not say how exactly it knows is taken for a rough one.
 */
export function nearness(one: Report | undefined, other: Report | undefined): Nearness {
  if (!one || !other) return { evidence: Evidence.VIRTUAL, withinMeters: null };
  const meters = distanceMeters(one.position, other.position);
  const accuracies = [one.accuracyMeters ?? ROUGH_METERS, other.accuracyMeters ?? ROUGH_METERS] as const;
  const worst = Math.max(...accuracies);
  const slack = accuracies[0] + accuracies[1];
  const withinMeters = distanceBuckets.find((bucket) => meters <= bucket) ?? null;
  if (worst <= EXACT_METERS && meters <= HANDSHAKE_METERS + slack) {
    return { evidence: Evidence.PROXIMITY, withinMeters };
  }
  const isNear = worst <= ROUGH_METERS && meters <= VICINITY_METERS + slack;
  return { evidence: isNear ? Evidence.VICINITY : Evidence.VIRTUAL, withinMeters };
}

const order: readonly Evidence[] = [Evidence.VIRTUAL, Evidence.VICINITY, Evidence.PROXIMITY, Evidence.CODE];

/** The surer of two; nothing is less sure than any. */
export function surer(one: Evidence | null | undefined, other: Evidence): Evidence {
  return one && order.indexOf(one) > order.indexOf(other) ? one : other;
}
