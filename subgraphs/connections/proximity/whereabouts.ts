/*
 * What the rest of the domain may ask about who is where. Asked, not read: the answer may come from another process. No
 * answer is kept; a position lives in the memory of the proximity engine and ends there.
 */
import type { Position } from '../../kernel/position.ts';

/** A phone's own word about where it is. */
export interface Report {
  readonly position: Position;
  /** Radius within which the phone believes it to be true; undefined where it did not say. */
  readonly accuracyMeters: number | undefined;
  /** Grows with every report of a person. */
  readonly sequence: number;
  /** When the server took it in. */
  readonly reportedAt: Date;
}

/** What a citizen may know of an officer nearby. */
export interface Sighting {
  readonly officerId: string;
  readonly windowId: string;
  readonly windowClosesAt: Date;
  /** Middle of the coarse cell that the officer is in. */
  readonly cell: Position;
  /** From the citizen's own last report to the middle of the cell. */
  readonly meters: number;
}

export interface Whereabouts {
  /** The last report of a person while it lives; undefined when there is none. */
  lastReport(accountId: string): Promise<Report | undefined>;
  /** The officers that a citizen can find now. */
  sightings(citizenId: string): Promise<Sighting[]>;
  /** What a citizen may know of one officer; undefined where the citizen cannot find that officer now. */
  sighting(citizenId: string, officerId: string): Promise<Sighting | undefined>;
}
